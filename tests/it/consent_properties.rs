//! The invariants I1 to I6, as far as they are pure, over generated schools; `EYELID_CASES` sets how many.

use std::collections::BTreeSet;
use std::env;

use eyelid::consent::ledger::{Act, Choice, Entry, Giver, Method, Record};
use eyelid::consent::replay::{FaceFound, HeadCount, PhotoHistory, StateReached, Tagging, TextChecked};
use eyelid::consent::{
    Clearance, Code, Decision, FaceAct, People, PhotoFacts, Policy, Rejection, SignOff, StandingKind, TextKind, Use,
    Verdict, Weight, decide, next_turn, standing,
};
use eyelid::domain::category::{Audience, Basis, Category, Medium, MisuseLimits, OnRefusal};
use eyelid::domain::channel::{Channel, Style};
use eyelid::domain::face::{Face, Origin, Who};
use eyelid::domain::geometry::{Rect, Region, Size};
use eyelid::domain::head::Cover;
use eyelid::domain::id::{Digest, EntryId, EventId, FaceId, PersonId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::photo::{Photo, PhotoState};
use eyelid::domain::time::{Date, TimeZone, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::oracle::{self, DAY};

/// A school, a photo, a channel and a moment.
#[derive(Debug, Clone)]
struct World {
    people: People,
    facts: PhotoFacts,
    channel: Channel,
    category: Category,
    policy: Policy,
    now: Timestamp,
}

impl World {
    fn decide(&self) -> Decision {
        decide(&self.facts, &self.people, &self.channel, &self.category, &self.policy, self.now)
    }

    /// The same with the photo signed off as this world would show it.
    fn signed_as(&self, other: &Self) -> Self {
        let sign_off = other.decide().sign_off("editor".parse().unwrap(), self.now);
        let mut world = self.clone();
        world.facts.sign_offs.insert(self.channel.id.clone(), sign_off);
        world
    }

    fn said(&self, sign_off: Option<Code>) -> oracle::Said {
        oracle::decide(&self.facts, &self.people, &self.channel, &self.category, &self.policy, self.now, sign_off)
    }

    fn with(&self, person: &PersonId, entry: Entry) -> Self {
        let mut world = self.clone();
        if let Some(record) = world.people.get_mut(person) {
            record.entries.push(entry);
        }
        world
    }
}

fn cases() -> ProptestConfig {
    let cases = env::var("EYELID_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_engine_says_what_the_oracle_says(world in world(), before in people(), no in option::weighted(0.2, -1_i64..=1)) {
        let earlier = World { people: before, ..world.clone() };
        let mut world = world.signed_as(&earlier);
        if let Some(seconds) = no {
            let at = Timestamp::from_second(world.now.as_second() + seconds).unwrap();
            world.facts.rejected.insert(world.channel.id.clone(), at);
        }
        for record in world.people.values() {
            for (medium, photo) in [(Medium::Photo, Some(photo_id())), (Medium::Photo, None), (Medium::Video, None)] {
                let wanted = Use { category: &world.category, medium, photo: photo.as_ref() };
                let engine = standing(record, &wanted, &world.policy, world.now);
                let naive = oracle::standing(record, &world.category, medium, photo.as_ref(), &world.policy, world.now);
                prop_assert_eq!(engine.kind, naive);
            }
        }
        let (signed, now) = (earlier.said(None), world.said(None));
        let same = signed.faces == now.faces;
        let code = match (world.channel.needs_sign_off, oracle::agrees(&signed, &now)) {
            // a no of the very moment of the sign-off counts
            _ if no.is_some_and(|seconds| seconds >= 0) => Some(Code::Rejected),
            (false, _) => None,
            (true, false) => Some(Code::SignOffStale),
            (true, true) => (!shown_alike(&signed, &now) && !same).then_some(Code::StricterThanSigned),
        };
        let naive = world.said(code);
        let engine = world.decide();
        let acts: Vec<_> = engine.faces().iter().map(|face| (face.face, face.verdict)).collect();
        let codes: BTreeSet<_> = engine.reasons().iter().map(|reason| reason.code.as_str()).collect();
        prop_assert_eq!(oracle::Said { verdict: engine.verdict(), faces: acts, hidden: pixels(&engine.regions()), codes }, naive);
    }

    #[test]
    fn only_a_release_gives_the_token_and_it_holds_exactly_the_verdict(world in world()) {
        let decision = world.signed_as(&world).decide();
        let cleared = decision.release();
        prop_assert_eq!(cleared.is_some(), decision.verdict() == Verdict::Release);
        if let Some(cleared) = cleared.as_ref().map(Clearance::plan) {
            prop_assert_eq!(cleared.hidden(), decision.regions());
            prop_assert_eq!(cleared.shown(), decision.shown());
            prop_assert_eq!(*cleared.fingerprint(), decision.fingerprint());
            prop_assert_eq!(cleared.long_side(), decision.long_side());
        }
    }

    #[test]
    fn a_draft_shows_what_would_be_signed_and_is_not_given_of_what_cannot_be(world in world()) {
        let decision = world.decide();
        let searched = decision.reasons().iter().all(|reason| reason.code != Code::NotInspected);
        let draft = decision.draft();
        prop_assert_eq!(draft.is_some(), decision.verdict() != Verdict::Block && searched);
        if let Some(draft) = draft.as_ref().map(Clearance::plan) {
            let signed = decision.sign_off("editor".parse().unwrap(), world.now);
            prop_assert_eq!(*draft.fingerprint(), signed.fingerprint);
            prop_assert_eq!(draft.hidden(), signed.seen.hidden());
            prop_assert_eq!(draft.shown(), signed.seen.shown());
        }
        let leaves = world.signed_as(&world).decide().release();
        if let (Some(draft), Some(leaves)) = (draft, leaves) {
            prop_assert_eq!(draft.plan(), leaves.plan());
        }
    }

    #[test]
    fn a_no_never_shows_more(world in world(), seconds in -5_i64..5) {
        let world = world.signed_as(&world);
        let mut less = world.clone();
        let at = Timestamp::from_second(world.now.as_second() + seconds).unwrap();
        less.facts.rejected.insert(world.channel.id.clone(), at);
        no_more(&world, &less)?;
    }

    #[test]
    fn nothing_changes_by_itself_before_the_next_turn(world in world(), hours in 0_i64..24 * 400) {
        let World { people, facts, category, policy, now, .. } = &world;
        let turn = next_turn(&facts.photo, people, category, policy, *now);
        let later = Timestamp::from_second(now.as_second() + hours * 3600).unwrap();
        prop_assert!(turn.is_none_or(|turn| turn > *now));
        let last = turn.map_or(later, |turn| later.min(Timestamp::from_second(turn.as_second() - 1).unwrap()));
        if last > *now {
            prop_assert_eq!(world.decide(), World { now: last, ..world.clone() }.decide());
        }
    }

    #[test]
    fn a_fingerprint_tells_apart_what_looks_different(one in world(), other in world()) {
        let look = |decision: &Decision, channel: &Channel| {
            let sorted = |mut regions: Vec<Region>| { regions.sort_unstable(); regions };
            (sorted(decision.regions()), sorted(decision.shown()), decision.long_side(), channel.style, channel.cover)
        };
        let (a, b) = (one.decide(), other.decide());
        prop_assert_eq!(a.fingerprint() == b.fingerprint(), look(&a, &one.channel) == look(&b, &other.channel));
        let same_photo = World { people: other.people, ..one.clone() };
        let b = same_photo.decide();
        prop_assert_eq!(a.fingerprint() == b.fingerprint(), look(&a, &one.channel) == look(&b, &one.channel));
    }

    #[test]
    fn i2_taking_away_a_grant_in_force_never_shows_more(world in world()) {
        let world = world.signed_as(&world);
        for (id, record) in &world.people {
            for (place, entry) in record.entries.iter().enumerate() {
                let grant = matches!(entry.act, Act::Decide { decision: Choice::Granted, .. });
                if grant && oracle::alive(entry, record, &world.category, &world.policy, world.now) {
                    let mut less = world.clone();
                    less.people.get_mut(id).unwrap().entries.remove(place);
                    no_more(&world, &less)?;
                }
            }
        }
    }

    #[test]
    fn i2_taking_away_a_person_sign_off_or_headcount_never_shows_more(world in world(), which in any::<Index>()) {
        let world = world.signed_as(&world);
        let mut unknown = world.clone();
        unknown.people.remove(which.get(&PEOPLE.map(person_id)));
        // a restricted person whose record is lost would be a plain unknown one: records are never deleted while tagged
        if !world.decide().reasons().iter().any(|reason| reason.code == Code::Restricted) {
            no_more(&world, &unknown)?;
        }
        let mut unsigned = world.clone();
        unsigned.facts.sign_offs.clear();
        no_more(&world, &unsigned)?;
        prop_assert!(!world.channel.needs_sign_off || unsigned.decide().release().is_none());
        let mut uncounted = world.clone();
        uncounted.facts.headcount = None;
        no_more(&world, &uncounted)?;
        prop_assert!(!world.channel.needs_headcount || uncounted.decide().release().is_none());
    }

    #[test]
    fn i2_taking_away_a_tag_never_shows_more_of_the_face(world in world(), which in any::<Index>()) {
        let world = world.signed_as(&world);
        let place = which.index(world.facts.faces.len());
        let mut less = world.clone();
        less.facts.faces[place].who = Who::Unknown;
        let (before, after) = (world.decide(), less.decide());
        let (was, is) = (before.faces()[place].verdict, after.faces()[place].verdict);
        prop_assert!(is >= FaceAct::Obscure, "{was:?} became {is:?}");
        prop_assert!(oracle::within(&pixels(&before.regions()), &pixels(&after.regions())));
        if was != FaceAct::Block {
            no_more_but(&world, &less, &[Code::HeadcountMismatch])?;
        }
    }

    #[test]
    fn i3_a_no_never_shows_more(world in world(), before in people(), person in select(&PEOPLE[..]), no in no(), at in 0_usize..9) {
        let world = world.signed_as(&World { people: before, ..world.clone() });
        let person = person_id(person);
        let mut less = world.clone();
        if let Some(record) = less.people.get_mut(&person) {
            let at = at.min(record.entries.len());
            record.entries.insert(at, Entry { person, ..no });
        }
        no_more(&world, &less)?;
    }

    #[test]
    fn i4_neither_order_nor_doubles_matter(world in world(), swaps in vec((any::<Index>(), any::<Index>()), 0..8), double in any::<bool>()) {
        let mut other = world.clone();
        for record in other.people.values_mut().filter(|record| !record.entries.is_empty()) {
            for (a, b) in &swaps {
                let len = record.entries.len();
                record.entries.swap(a.index(len), b.index(len));
            }
            if double {
                record.entries.extend(record.entries.clone());
            }
        }
        prop_assert_eq!(world.decide(), other.decide());
    }

    #[test]
    fn i5_a_withdrawal_hides_at_once(world in world(), person in select(&PEOPLE[..]), guardian in any::<bool>()) {
        let id = person_id(person);
        let Some(record) = world.people.get(&id) else { return Ok(()) };
        let pupil = record.person.kind == PersonKind::Pupil;
        let giver = match (pupil, guardian) {
            (true, true) => Giver::Guardian("a".into()),
            (true, false) => Giver::Pupil,
            (false, _) => Giver::Own,
        };
        let act = Act::Decide { category: world.category.id.clone(), medium: Medium::Photo, photo: None, decision: Choice::Withdrawn };
        let latest = record.entries.iter().map(|entry| entry.made_at).max().unwrap_or(world.now);
        let entry = Entry { person: id.clone(), ..entry(99, act, giver, latest.max(world.now)) };
        let outvoted = pupil && guardian && world.policy.pupil_alone;
        let after = world.with(&id, entry).decide();
        for (face, verdict) in world.facts.faces.iter().zip(after.faces()) {
            prop_assert!(outvoted || face.who != Who::Person(id.clone()) || verdict.verdict >= FaceAct::Obscure);
        }
    }

    #[test]
    fn i6_the_past_is_what_it_was(world in world(), history in history(), then in 0_i64..STEPS) {
        let then = moment(then).max(history.photo.received_at);
        let replayed = history.decide_at(&world.people, &world.channel, &world.category, &world.policy, then);
        // what a clock at that moment would have found in the house
        let mut house = history.clone();
        house.states.retain(|row| row.at <= then);
        house.faces.retain(|row| row.found_at <= then);
        house.taggings.retain(|row| row.at <= then);
        house.headcounts.retain(|row| row.at <= then);
        house.sign_offs.retain(|row| row.at <= then);
        house.rejections.retain(|row| row.at <= then);
        house.names_in.retain(|row| row.at <= then);
        let mut people = world.people.clone();
        for record in people.values_mut() {
            record.entries.retain(|entry| entry.recorded_at <= then && entry.made_at <= then);
        }
        let lived = World { facts: house.facts(), people, now: then, ..world.clone() };
        prop_assert_eq!(&replayed, &lived.decide());
        // and nothing that happened since changes it
        let mut later = history.clone();
        let since = moment(STEPS + 1);
        later.states.push(StateReached { at: since, state: PhotoState::Quarantined });
        later.taggings.extend(later.faces.clone().into_iter().map(|face| Tagging { face: face.id, who: Who::NotAFace, at: since }));
        later.headcounts.push(HeadCount { at: since, people: 77 });
        let (channel, by) = (world.channel.id.clone(), "editor".parse().unwrap());
        later.rejections.push(Rejection { channel, at: since, by });
        let mut people = world.people.clone();
        for record in people.values_mut() {
            record.entries.push(Entry { person: record.person.id.clone(), ..entry(77, Act::Restrict, Giver::School, since) });
        }
        prop_assert_eq!(&replayed, &later.decide_at(&people, &world.channel, &world.category, &world.policy, then));
    }

    #[test]
    fn a_grant_lasts_until_it_says(world in world(), ahead in 0_i64..STEPS) {
        for record in world.people.values() {
            let mut record = record.clone();
            record.entries.iter_mut().for_each(|entry| entry.valid_from = None);
            record.entries.retain(|entry| entry.made_at <= world.now);
            let wanted = Use { category: &world.category, medium: Medium::Photo, photo: None };
            let today = standing(&record, &wanted, &world.policy, world.now);
            let kind = |at| standing(&record, &wanted, &world.policy, at).kind;
            if let Some(until) = today.until {
                let later = world.now.max(moment(ahead));
                prop_assert_eq!(later < until, kind(later) == StandingKind::Granted);
                prop_assert!(kind(until) != StandingKind::Granted);
            }
        }
    }
}

/// Less shown, or as much: hidden pixels only grow, shown faces only become fewer, a block stays a block, a release
/// stays within its pixels and its size; and what was held leaves only if it had been held for what is no longer shown.
fn no_more(before: &World, after: &World) -> Result<(), TestCaseError> {
    no_more_but(before, after, &[])
}

fn no_more_but(before: &World, after: &World, freed: &[Code]) -> Result<(), TestCaseError> {
    let signed = before.channel.needs_sign_off;
    let (before, after) = (before.decide(), after.decide());
    for (was, is) in before.faces().iter().zip(after.faces()) {
        prop_assert!(is.verdict != FaceAct::Show || was.verdict == FaceAct::Show);
    }
    prop_assert!(oracle::within(&pixels(&before.regions()), &pixels(&after.regions())));
    match (before.verdict(), after.verdict()) {
        (Verdict::Block, verdict) => prop_assert_eq!(verdict, Verdict::Block),
        (Verdict::Hold, Verdict::Release) => {
            for reason in before.reasons().iter().filter(|reason| reason.weight == Weight::Hold) {
                let shown_no_longer = [Code::LoneLargeFace, Code::SignOffStale].contains(&reason.code);
                prop_assert!(shown_no_longer || freed.contains(&reason.code), "was held for {:?}", reason.code);
            }
        }
        (Verdict::Release, Verdict::Release) => prop_assert!(!signed || after.long_side() <= before.long_side()),
        _ => {}
    }
    Ok(())
}

fn shown_alike(one: &oracle::Said, other: &oracle::Said) -> bool {
    let shown =
        |said: &oracle::Said| -> Vec<bool> { said.faces.iter().map(|(_, act)| *act == FaceAct::Show).collect() };
    shown(one) == shown(other)
}

fn pixels(regions: &[Region]) -> Vec<bool> {
    oracle::paint(regions, FRAME)
}

const FRAME: Size = Size { width: 64, height: 48 };
const STEPS: i64 = 60;
const PEOPLE: [&str; 3] = ["P1", "P2", "S1"];

/// Steps of 13 days from 1 October 2025: coarse, so that ties happen.
fn moment(step: i64) -> Timestamp {
    Timestamp::from_second(1_759_312_800 + step * 13 * DAY).unwrap()
}

fn person_id(id: &str) -> PersonId {
    id.parse().unwrap()
}

fn photo_id() -> PhotoId {
    PhotoId::of(&Digest::of(b"photo"))
}

fn entry(id: i64, act: Act, giver: Giver, made_at: Timestamp) -> Entry {
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
    (0_i64..40, act, giver(), 0..STEPS, 0_i64..3, span).prop_map(|(id, act, giver, made, late, (from, until))| Entry {
        recorded_at: moment(made + late),
        valid_from: from.map(moment),
        valid_until: until.map(moment),
        ..entry(id, act, giver, moment(made))
    })
}

fn no() -> impl Strategy<Value = Entry> {
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

fn people() -> impl Strategy<Value = People> {
    let records = (record("P1"), record("P2"), option::weighted(0.9, record("S1")));
    records
        .prop_map(|(a, b, c)| [Some(a), Some(b), c].into_iter().flatten().map(|r| (r.person.id.clone(), r)).collect())
}

fn who() -> impl Strategy<Value = Who> {
    let person = || select(&PEOPLE[..]).prop_map(person_id);
    prop_oneof![
        8 => person().prop_map(Who::Person),
        1 => person().prop_map(Who::Suggested),
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
        1 => select(vec![PhotoState::Received, PhotoState::Found, PhotoState::Quarantined, PhotoState::Refused]),
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
    let faces = vec((rect(), origin(), who()), 1..5);
    let names = vec(select(&TextKind::ALL[..]), 0..2).prop_map(|mut kinds| {
        kinds.dedup();
        kinds
    });
    let names = prop_oneof![10 => Just(vec![]), 1 => names];
    (photo(), faces, prop_oneof![8 => Just(None), 1 => option::of(0_u32..4).prop_map(Some)], names).prop_map(
        |(photo, faces, count, names_in)| {
            let faces: Vec<Face> = faces
                .into_iter()
                .zip(1..)
                .map(|((rect, origin, who), id)| Face { id: FaceId(id), rect, score: None, origin, who })
                .collect();
            let right = u32::try_from(faces.iter().filter(|face| face.counts()).count()).unwrap();
            let headcount = count.unwrap_or(Some(right));
            let (sign_offs, rejected) = Default::default();
            PhotoFacts { photo, faces, headcount, sign_offs, rejected, names_in, uploader: None }
        },
    )
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

fn world() -> impl Strategy<Value = World> {
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

fn history() -> impl Strategy<Value = PhotoHistory> {
    let step = || (0..STEPS).prop_map(moment);
    let states = vec((step(), select(vec![PhotoState::Found, PhotoState::Inspected, PhotoState::Quarantined])), 0..3);
    let found = vec((step(), 1_u32..4, rect(), origin()), 0..6);
    let taggings = vec((step(), 1_u32..4, who()), 0..6);
    let counts = vec((step(), 0_u32..4), 0..3);
    let checks = vec((step(), select(&TextKind::ALL[..]), any::<bool>()), 0..4);
    let signed = vec((step(), facts(), channel(), category(), people()), 0..3);
    let rejected = vec(step(), 0..2);
    let rejection = |at| Rejection { channel: "channel".parse().unwrap(), at, by: "editor".parse().unwrap() };
    let text = |(at, text, named)| TextChecked { text, at, named };
    let sign_off =
        |(at, facts, channel, category, people): (Timestamp, PhotoFacts, Channel, Category, People)| -> SignOff {
            decide(&facts, &people, &channel, &category, &Policy::default(), at).sign_off("editor".parse().unwrap(), at)
        };
    (photo(), states, found, taggings, counts, checks, signed, rejected).prop_map(
        move |(photo, states, found, taggings, counts, checks, signed, rejected)| PhotoHistory {
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
            headcounts: counts.into_iter().map(|(at, people)| HeadCount { at, people }).collect(),
            sign_offs: signed.into_iter().map(sign_off).collect(),
            rejections: rejected.into_iter().map(rejection).collect(),
            names_in: checks.into_iter().map(text).collect(),
            uploader: None,
        },
    )
}
