//! Generated schools, photos and ledgers for the properties of the consent engine.

use eyelid::consent::ledger::{Act, Choice, Entry, Giver, Method, Record};
use eyelid::consent::replay::{
    FaceFound, HeadCount, Hold, PhotoHistory, StateReached, Suggestion, Tagging, TextChecked,
};
use eyelid::consent::{Code, Decision, People, PhotoFacts, Policy, Rejection, SignOff, TextKind, decide};
use eyelid::domain::category::{Audience, Basis, Category, Medium, MisuseLimits, OnRefusal};
use eyelid::domain::channel::{Channel, Names, Style};
use eyelid::domain::face::{Face, Hint, Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::head::Cover;
use eyelid::domain::id::{Digest, EntryId, EventId, FaceId, PersonId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::photo::{Photo, PhotoState};
use eyelid::domain::time::{Date, TimeZone, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::oracle::{self, DAY};

/// A school, a photo, a channel and a moment.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) people: People,
    pub(super) facts: PhotoFacts,
    pub(super) channel: Channel,
    pub(super) category: Category,
    pub(super) policy: Policy,
    pub(super) now: Timestamp,
}

impl World {
    pub(super) fn decide(&self) -> Decision {
        decide(&self.facts, &self.people, &self.channel, &self.category, &self.policy, self.now)
    }

    /// The same with the photo signed off as this world would show it.
    pub(super) fn signed_as(&self, other: &Self) -> Self {
        let sign_off = other.decide().sign_off("editor".parse().unwrap(), self.now);
        let mut world = self.clone();
        world.facts.sign_offs.insert(self.channel.id.clone(), sign_off);
        world
    }

    pub(super) fn said(&self, sign_off: Option<Code>, signer_saw: &[FaceId]) -> oracle::Said {
        let Self { facts, people, channel, category, policy, now } = self;
        oracle::decide(facts, people, channel, category, policy, *now, (sign_off, signer_saw))
    }

    pub(super) fn with(&self, person: &PersonId, entry: Entry) -> Self {
        let mut world = self.clone();
        if let Some(record) = world.people.get_mut(person) {
            record.entries.push(entry);
        }
        world
    }
}

pub(super) const FRAME: Size = Size { width: 64, height: 48 };
pub(super) const STEPS: i64 = 60;
pub(super) const PEOPLE: [&str; 3] = ["P1", "P2", "S1"];

/// Steps of 13 days from 1 October 2025: coarse, so that ties happen.
pub(super) fn moment(step: i64) -> Timestamp {
    Timestamp::from_second(1_759_312_800 + step * 13 * DAY).unwrap()
}

pub(super) fn person_id(id: &str) -> PersonId {
    id.parse().unwrap()
}

pub(super) fn photo_id() -> PhotoId {
    PhotoId::of(&Digest::of(b"photo"))
}

pub(super) fn entry(id: i64, act: Act, giver: Giver, made_at: Timestamp) -> Entry {
    let (method, recorded_at, person) = (Method::Portal, made_at, person_id("P1"));
    Entry {
        id: EntryId(id),
        person,
        act,
        giver,
        method,
        made_at,
        recorded_at,
        valid_from: None,
        valid_until: None,
        evidence: None,
    }
}

fn giver() -> impl Strategy<Value = Giver> {
    let guardian = |key: &str| Giver::Guardian(key.into());
    prop_oneof![
        3 => Just(guardian("a")),
        2 => Just(guardian("b")),
        2 => Just(Giver::Pupil),
        2 => Just(Giver::Own),
        1 => Just(Giver::School),
    ]
}

fn about() -> impl Strategy<Value = (&'static str, Medium, Option<PhotoId>)> {
    let another = PhotoId::of(&Digest::of(b"another"));
    let photo = prop_oneof![4 => Just(None), 2 => Just(Some(photo_id())), 1 => Just(Some(another))];
    let medium = prop_oneof![5 => Just(Medium::Photo), 1 => Just(Medium::Video)];
    (prop_oneof![7 => Just("wanted"), 1 => Just("other")], medium, photo)
}

fn decided(decision: Choice) -> impl Strategy<Value = Act> {
    about().prop_map(move |(category, medium, photo)| Act::Decide {
        category: category.parse().unwrap(),
        medium,
        photo,
        decision,
    })
}

fn objected() -> impl Strategy<Value = Act> {
    about().prop_map(|(category, _, photo)| Act::Object { category: category.parse().unwrap(), photo })
}

fn said(act: impl Strategy<Value = Act>) -> impl Strategy<Value = Entry> {
    let span = (option::weighted(0.15, 0..STEPS), option::weighted(0.3, 0..STEPS));
    (0_i64..40, act, giver(), 0..STEPS, -1_i64..3, span).prop_map(|(id, act, giver, made, late, (from, until))| Entry {
        recorded_at: moment(made + late),
        valid_from: from.map(moment),
        valid_until: until.map(moment),
        ..entry(id, act, giver, moment(made))
    })
}

pub(super) fn no() -> impl Strategy<Value = Entry> {
    said(prop_oneof![
        3 => decided(Choice::Refused),
        3 => decided(Choice::Withdrawn),
        2 => objected(),
        1 => Just(Act::Restrict),
    ])
}

fn ledger() -> impl Strategy<Value = Vec<Entry>> {
    let act = prop_oneof![
        10 => decided(Choice::Granted),
        2 => decided(Choice::Refused),
        2 => decided(Choice::Withdrawn),
        1 => objected(),
        1 => Just(Act::Restrict),
        2 => Just(Act::Lift),
        1 => Just(Act::Notify),
        1 => Just(Act::Biometric(Choice::Refused)),
    ];
    // ids are places in the order of recording, so no two entries share one
    vec(said(act), 0..8).prop_map(|entries| {
        entries.into_iter().zip(1..).map(|(entry, id)| Entry { id: EntryId(id), ..entry }).collect()
    })
}

fn record(id: &'static str) -> impl Strategy<Value = Record> {
    let born = option::weighted(0.8, (2012_i16..2016, 1_i8..13, 1_i8..29));
    (ledger(), born, option::weighted(0.2, 0..STEPS)).prop_map(move |(entries, born, leaving)| {
        let kind = if id.starts_with('S') { PersonKind::Staff } else { PersonKind::Pupil };
        let leaving = leaving.map(|step| TimeZone::UTC.to_datetime(moment(step)).date());
        let person = Person {
            id: person_id(id),
            kind,
            name: PersonName::default(),
            born: born.map(|(year, month, day)| Date::new(year, month, day).unwrap()),
            year: None,
            class: None,
            admission_no: None,
            upn: None,
            leaving,
        };
        Record { person, entries: entries.into_iter().map(|entry| Entry { person: person_id(id), ..entry }).collect() }
    })
}

pub(super) fn people() -> impl Strategy<Value = People> {
    let records = (record("P1"), record("P2"), option::weighted(0.9, record("S1")));
    records
        .prop_map(|(a, b, c)| [Some(a), Some(b), c].into_iter().flatten().map(|r| (r.person.id.clone(), r)).collect())
}

fn who() -> impl Strategy<Value = Who> {
    let person = || select(&PEOPLE[..]).prop_map(person_id);
    prop_oneof![
        8 => person().prop_map(Who::Person),
        2 => person().prop_map(Who::Suggested),
        1 => Just(Who::Unknown),
        1 => Just(Who::Visitor),
        1 => Just(Who::NotAFace),
    ]
}

fn rect() -> impl Strategy<Value = Rect> {
    (0.0_f32..58.0, 0.0_f32..40.0, 1.0_f32..8.0, 1.0_f32..12.0)
        .prop_map(|(x, y, w, h)| Rect::new(x, y, x + w, y + h).unwrap())
}

fn origin() -> impl Strategy<Value = Origin> {
    prop_oneof![6 => Just(Origin::Detected), 1 => Just(Origin::Maybe), 1 => Just(Origin::Added)]
}

fn photo() -> impl Strategy<Value = Photo> {
    let state = prop_oneof![
        12 => Just(PhotoState::Inspected),
        1 => select(vec![PhotoState::Received, PhotoState::Found, PhotoState::Quarantined, PhotoState::Refused, PhotoState::Destroyed]),
    ];
    (state, 0_i64..20).prop_map(|(state, received)| Photo {
        id: photo_id(),
        digest: Digest::of(b"photo"),
        event: EventId(1),
        ordinal: 1,
        received_at: moment(received),
        state,
        size: Some(FRAME),
        camera: None,
        reason: None,
    })
}

fn facts() -> impl Strategy<Value = PhotoFacts> {
    let faces = vec((rect(), origin(), who(), vec(select(&PEOPLE[..]).prop_map(person_id), 0..3)), 1..5);
    let names = vec(select(&TextKind::ALL[..]), 0..2).prop_map(|mut kinds| {
        kinds.dedup();
        kinds
    });
    let names = prop_oneof![10 => Just(vec![]), 1 => names];
    let count = prop_oneof![8 => Just(None), 1 => option::of(0_u32..4).prop_map(Some)];
    (photo(), faces, count, names, mostly(false)).prop_map(|(photo, faces, count, names_in, held)| {
        let faces: Vec<Face> = faces
            .into_iter()
            .zip(1..)
            .map(|((rect, origin, who, also), id)| {
                let also = if matches!(who, Who::Suggested(_)) { also } else { vec![] };
                Face { id: FaceId(id), rect, score: None, origin, who, also }
            })
            .collect();
        let right = u32::try_from(faces.iter().filter(|face| face.counts()).count()).unwrap();
        let headcount = count.unwrap_or(Some(right));
        PhotoFacts {
            photo,
            faces,
            headcount,
            sign_offs: Default::default(),
            names_in,
            rejected: Default::default(),
            uploader: None,
            held,
        }
    })
}

fn mostly(common: bool) -> impl Strategy<Value = bool> {
    prop_oneof![5 => Just(common), 1 => Just(!common)]
}

fn channel() -> impl Strategy<Value = Channel> {
    let style = select(vec![Style::Smooth, Style::Fill([1, 2, 3]), Style::Blur]);
    let cover = prop_oneof![3 => Just(Cover::Head), 1 => Just(Cover::Body)];
    (style, cover, 0.2_f32..1.0, mostly(true), mostly(true), mostly(false)).prop_map(
        |(style, cover, share, count, sign, block)| Channel {
            id: "channel".parse().unwrap(),
            category: "wanted".parse().unwrap(),
            style,
            cover,
            max_px: 64,
            max_obscured_share: share,
            needs_headcount: count,
            needs_sign_off: sign,
            block_unknown: block,
            names: Names::First,
            credit: None,
            families_only: false,
            networks: Vec::new(),
        },
    )
}

fn category() -> impl Strategy<Value = Category> {
    let limits =
        (option::weighted(0.4, 0.05_f32..0.3), option::weighted(0.1, 1_u32..4), option::weighted(0.4, 2_u32..12));
    (mostly(true), mostly(true), any::<bool>(), mostly(false), option::weighted(0.3, 20_u32..400), limits).prop_map(
        |(public, consent, obscure, specific, max_validity_days, (lone_face_share, min_people, max_face_px))| {
            Category {
                id: "wanted".parse().unwrap(),
                audience: if public { Audience::Public } else { Audience::Internal },
                basis: if consent { Basis::Consent } else { Basis::PublicTask },
                on_refusal: if obscure { OnRefusal::Obscure } else { OnRefusal::Block },
                needs_specific_image: specific,
                max_validity_days,
                limits: MisuseLimits { lone_face_share, min_people, max_face_px },
            }
        },
    )
}

fn policy() -> impl Strategy<Value = Policy> {
    let renewal = option::weighted(0.3, select(vec!["09-01", "01-01", "03-30"]));
    let zone = select(vec!["Europe/London", "Pacific/Auckland"]);
    (10_u8..15, any::<bool>(), renewal, zone, option::weighted(0.1, 1_u32..800)).prop_map(
        |(voice_age, pupil_alone, renewal, zone, keep_days)| Policy {
            voice_age,
            pupil_alone,
            renewal: renewal.map(|day| day.to_owned().try_into().unwrap()),
            time_zone: TimeZone::get(zone).unwrap(),
            four_eyes: false,
            keep_days,
        },
    )
}

pub(super) fn world() -> impl Strategy<Value = World> {
    (people(), facts(), channel(), category(), policy(), 20..STEPS).prop_map(
        |(people, facts, channel, category, policy, now)| World {
            people,
            facts,
            channel,
            category,
            policy,
            now: moment(now),
        },
    )
}

pub(super) fn history() -> impl Strategy<Value = PhotoHistory> {
    let step = || (0..STEPS).prop_map(moment);
    let states = vec((step(), select(vec![PhotoState::Found, PhotoState::Inspected, PhotoState::Quarantined])), 0..3);
    let found = vec((step(), 1_u32..4, rect(), origin()), 0..6);
    let taggings = vec((step(), 1_u32..4, who()), 0..6);
    let hint =
        prop_oneof![4 => (1_u8..4).prop_map(Hint::Suggested), 1 => Just(Hint::Retracted), 1 => Just(Hint::Rejected)];
    let suggestions = vec((step(), 1_u32..4, select(&PEOPLE[..]).prop_map(person_id), hint), 0..8);
    let counts = vec((step(), 0_u32..4), 0..3);
    let checks = vec((step(), select(&TextKind::ALL[..]), any::<bool>()), 0..4);
    let signed = vec((step(), facts(), channel(), category(), people()), 0..3);
    let text = |(at, text, named)| TextChecked { text, at, named };
    let sign_off =
        |(at, facts, channel, category, people): (Timestamp, PhotoFacts, Channel, Category, People)| -> SignOff {
            decide(&facts, &people, &channel, &category, &Policy::default(), at).sign_off("editor".parse().unwrap(), at)
        };
    let held = vec((step(), option::of(step())), 0..3);
    let rejected = vec(step(), 0..2);
    let rejection = |at| Rejection { channel: "channel".parse().unwrap(), at, by: "editor".parse().unwrap() };
    (photo(), states, found, taggings, suggestions, counts, checks, signed, held, rejected).prop_map(
        move |(photo, states, found, taggings, suggestions, counts, checks, signed, held, rejected)| PhotoHistory {
            holds: held
                .into_iter()
                .map(|(from, until)| Hold { from, until: until.map(|until| from.max(until)) })
                .collect(),
            photo: photo.clone(),
            // a photo has its state from its receipt on
            states: std::iter::once(StateReached { at: photo.received_at, state: PhotoState::Received })
                .chain(states.into_iter().map(|(at, state)| StateReached { at, state }))
                .collect(),
            faces: found
                .into_iter()
                .map(|(found_at, id, rect, origin)| FaceFound { id: FaceId(id), rect, score: None, origin, found_at })
                .collect(),
            taggings: taggings.into_iter().map(|(at, face, who)| Tagging { face: FaceId(face), who, at }).collect(),
            suggestions: suggestions
                .into_iter()
                .map(|(at, face, person, hint)| Suggestion { face: FaceId(face), person, hint, at })
                .collect(),
            rejections: rejected.into_iter().map(rejection).collect(),
            headcounts: counts.into_iter().map(|(at, people)| HeadCount { at, people }).collect(),
            sign_offs: signed.into_iter().map(sign_off).collect(),
            names_in: checks.into_iter().map(text).collect(),
            uploader: None,
        },
    )
}
