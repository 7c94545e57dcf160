//! What the consent engine does at its edges: forged rows, broken boxes, readers, moments before and after.

use std::collections::BTreeMap;

use eyelid::consent::ledger::{Act, Choice, Entry, Giver, Method, Record};
use eyelid::consent::replay::{FaceFound, HeadCount, PhotoHistory, StateReached, Suggestion, Tagging, TextChecked};
use eyelid::consent::{
    Clearance, Code, Decision, FaceAct, People, PhotoFacts, Policy, Reader, SignOff, Standing, StandingKind, TextKind,
    Verdict, Weight, decide, explain, policy,
};
use eyelid::domain::category::{Category, Medium, MisuseLimits, OnRefusal};
use eyelid::domain::channel::{Channel, Style};
use eyelid::domain::face::{Face, Hint, Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::head::Cover;
use eyelid::domain::id::{Digest, EntryId, EventId, FaceId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::photo::{Photo, PhotoState};
use eyelid::domain::time::Timestamp;

const FRAME: Size = Size { width: 4000, height: 3000 };

/// Boxes that are none.
const BROKEN: [[f32; 4]; 8] = [
    [f32::NAN, 0.0, 10.0, 10.0],
    [100.0, 0.0, 99.0, 10.0],
    [0.0, 0.0, f32::INFINITY, 10.0],
    [9000.0, 9000.0, 9100.0, 9100.0],
    [5.0, 5.0, 5.0, 5.0],
    [5.0, 90.0, 50.0, 80.0],
    [5.0, 0.0, 50.0, f32::INFINITY],
    [5.0, f32::NAN, 50.0, 9.0],
];

#[test]
fn a_sign_off_whose_halves_disagree_is_stale() {
    let (facts, people) = (facts(&[("P1", rect(0.0)), ("P2", rect(900.0))]), people(&["P1", "P2"]));
    let agreed = signed(&facts, &people);
    assert_eq!(judge(&agreed, &people).verdict(), Verdict::Release);
    let forge = |forge: fn(&mut SignOff)| {
        let mut forged = agreed.clone();
        forged.sign_offs.values_mut().for_each(forge);
        codes(&judge(&forged, &people))
    };
    assert_eq!(forge(|row| row.fingerprint = Digest::of(b"forged")), [Code::SignOffStale]);
    assert_eq!(forge(|row| row.seen.long_side += 1), [Code::SignOffStale]);
    assert_eq!(forge(|row| row.seen.faces.iter_mut().for_each(|face| face.shown = false)), [Code::SignOffStale]);
    let mut other_photo = agreed.clone();
    other_photo.photo.digest = Digest::of(b"other");
    assert_eq!(codes(&judge(&other_photo, &people)), [Code::SignOffStale]);
}

#[test]
fn made_differently_or_with_a_hidden_face_judged_away_it_has_to_be_signed_off_again() {
    let (facts, people) =
        (facts(&[("P1", rect(0.0)), ("P2", rect(900.0)), ("P3", rect(1900.0))]), people(&["P1", "P2"]));
    let agreed = signed(&facts, &people);
    let (channel, category) = website();
    for other in [Channel { style: Style::Blur, ..channel.clone() }, Channel { cover: Cover::Body, ..channel }] {
        let decision = decide(&agreed, &people, &other, &category, &Policy::default(), now());
        assert_eq!(codes(&decision), [Code::SignOffStale]);
    }
    let mut judged_away = agreed;
    judged_away.faces[2].who = Who::NotAFace;
    judged_away.headcount = Some(2);
    assert_eq!(codes(&judge(&judged_away, &people)), [Code::SignOffStale]);
}

#[test]
fn a_limit_is_still_within() {
    let (channel, mut category) = website();
    category.limits.lone_face_share = Some(0.25);
    let verdict = |height: f32| {
        let (facts, people) = (facts(&[("P1", Rect::new(0.0, 0.0, 500.0, height).unwrap())]), people(&["P1"]));
        let decide = |facts: &PhotoFacts| decide(facts, &people, &channel, &category, &Policy::default(), now());
        let sign_off = decide(&facts).sign_off("editor".parse().unwrap(), now());
        decide(&PhotoFacts { sign_offs: BTreeMap::from([(channel.id.clone(), sign_off)]), ..facts }).verdict()
    };
    assert_eq!((verdict(750.0), verdict(751.0)), (Verdict::Release, Verdict::Hold));
    let pair = [("P1", rect(0.0)), ("P2", rect(900.0))];
    category.limits.min_people = Some(2);
    let few = |shown: usize| {
        let (facts, people) = (facts(&pair[..shown]), people(&["P1", "P2"]));
        let decision = decide(&facts, &people, &channel, &category, &Policy::default(), now());
        decision.reasons().iter().any(|reason| reason.code == Code::MinPeople)
    };
    assert_eq!((few(2), few(1)), (false, true));
}

#[test]
fn whoever_is_named_twice_is_told_with_the_faces() {
    let twice = facts(&[("P1", rect(0.0)), ("P2", rect(900.0)), ("P1", rect(1800.0))]);
    let decision = judge(&twice, &people(&["P1", "P2"]));
    let told = decision.reasons().iter().find(|reason| reason.code == Code::SamePersonTwice).unwrap();
    assert_eq!(told.facts.faces, [FaceId(1), FaceId(3)]);
}

#[test]
fn every_reason_has_its_facts() {
    let facts = facts(&[("P1", Rect::new(0.0, 0.0, 1600.0, 2000.0).unwrap()), ("P2", rect(3000.0))]);
    let (channel, website) = website();
    let strict = Category { on_refusal: OnRefusal::Block, ..website.clone() };
    let named = PhotoFacts { names_in: vec![TextKind::Caption, TextKind::EventName], ..facts.clone() };
    let told = |people: &People, category: &Category| {
        let decision = decide(&named, people, &channel, category, &Policy::default(), now());
        let reason = |code| decision.reasons().iter().find(|reason| reason.code == code).cloned();
        (decision.faces().to_vec(), reason(Code::Withdrawn), reason(Code::NameInText), reason(Code::ObscuredShare))
    };
    let mut withdrawn = people(&["P1", "P2"]);
    let withdrawal = said("P1", decided(Choice::Withdrawn), Giver::Guardian("a".into()));
    withdrawn.get_mut(&"P1".parse().unwrap()).unwrap().entries = vec![withdrawal];

    let (faces, reason, texts, share) = told(&withdrawn, &strict);
    let why = &faces[0].reason;
    assert_eq!((why.code, why.weight), (Code::Withdrawn, Weight::Block));
    assert_eq!((why.facts.faces.clone(), why.facts.entries.clone()), (vec![FaceId(1)], vec![EntryId(9)]));
    assert_eq!((faces[1].reason.code, faces[1].reason.weight), (Code::Granted, Weight::Note));
    let reason = reason.unwrap();
    assert_eq!((reason.weight, reason.facts.faces), (Weight::Block, vec![FaceId(1)]));
    assert_eq!(texts.unwrap().facts.texts, [TextKind::Caption, TextKind::EventName]);
    // the head is covered up to the frame's upper edge: 1600 x 2000 and what lies around it
    let share = share.unwrap().facts;
    let hidden = channel.cover.region(&facts.faces[0].rect, FRAME);
    let percent = 100 * u64::from(hidden.right - hidden.left) * u64::from(hidden.bottom - hidden.top) / FRAME.pixels();
    assert_eq!((share.found, share.allowed), (u32::try_from(percent).ok(), Some(40)));

    let (faces, reason, ..) = told(&withdrawn, &website);
    assert_eq!((faces[0].verdict, faces[0].reason.weight, reason), (FaceAct::Obscure, Weight::Note, None));
}

#[test]
fn the_regions_are_those_of_the_faces_hidden_and_shown() {
    let (facts, people) =
        (facts(&[("P1", rect(0.0)), ("P2", rect(900.0)), ("P3", rect(1900.0))]), people(&["P1", "P3"]));
    let decision = judge(&signed(&facts, &people), &people);
    let head = |place: usize| Cover::Head.region(&facts.faces[place].rect, FRAME);
    assert_eq!((decision.shown(), decision.regions()), (vec![head(0), head(2)], vec![head(1)]));
    let cleared = decision.release().unwrap();
    let cleared = cleared.plan();
    assert_eq!((cleared.shown(), cleared.hidden()), (&decision.shown()[..], &decision.regions()[..]));
    assert_eq!((cleared.photo(), cleared.channel()), (decision.photo(), decision.channel()));
    assert_eq!((cleared.digest(), cleared.fingerprint()), (&Digest::of(b"photo"), &decision.fingerprint()));
    assert_eq!((cleared.style(), cleared.long_side()), (Style::Smooth, 1600));
}

#[test]
fn every_limit_tells_what_it_found_and_what_is_allowed() {
    let (channel, mut category) = website();
    category.limits = MisuseLimits { lone_face_share: Some(0.25), min_people: Some(3), max_face_px: Some(160) };
    let (facts, people) = (facts(&[("P1", Rect::new(0.0, 0.0, 900.0, 1500.0).unwrap())]), people(&["P1"]));
    let decision = decide(&facts, &people, &channel, &category, &Policy::default(), now());
    let numbers: Vec<_> =
        decision.reasons().iter().map(|reason| (reason.code, reason.facts.found, reason.facts.allowed)).collect();
    let expected = [
        (Code::LoneLargeFace, Some(50), Some(25)),
        (Code::MinPeople, Some(1), Some(3)),
        (Code::SignOffMissing, None, None),
        (Code::SmallerRendition, Some(426), Some(160)),
    ];
    assert_eq!(numbers, expected);
    assert_eq!(decision.long_side(), 426);
}

#[test]
fn what_keeps_a_photo_in_is_the_heaviest_and_nothing_when_it_may_leave() {
    let (facts, people) = (facts(&[("P1", rect(0.0)), ("P2", rect(900.0))]), people(&["P1", "P2"]));
    let stopping = |facts: &PhotoFacts, reader| -> Vec<Code> {
        judge(facts, &people).stopping(reader).iter().map(|reason| reason.code).collect()
    };
    assert_eq!(stopping(&facts, Reader::Other), [Code::SignOffMissing]);
    let blocked = PhotoFacts { names_in: vec![TextKind::InPicture], ..facts.clone() };
    assert_eq!(stopping(&blocked, Reader::Other), [Code::NameInPicture]);
    let agreed = signed(&facts, &people);
    assert_eq!(stopping(&agreed, Reader::Other), []);
    let mut untagged = agreed;
    untagged.faces[0].who = Who::Unknown;
    let decision = judge(&untagged, &people);
    assert_eq!((decision.verdict(), codes(&decision)), (Verdict::Release, vec![Code::StricterThanSigned]));
    assert_eq!(stopping(&untagged, Reader::Other), [], "a note keeps nothing in");
}

#[test]
fn a_certificate_may_stay_once_somebody_has_cleared_it() {
    let mut history = history();
    let checked = |day, named| TextChecked { text: TextKind::InPicture, at: moment(day), named };
    history.names_in = vec![checked(2, true), checked(3, false)];
    assert_eq!(history.facts_at(moment(1)).names_in, []);
    assert_eq!(history.facts_at(moment(2)).names_in, [TextKind::InPicture]);
    assert_eq!(history.facts().names_in, []);
}

#[test]
fn a_picture_is_never_larger_than_it_was_signed_off() {
    let tall = Rect::new(0.0, 500.0, 500.0, 1300.0).unwrap();
    let (facts, both) =
        (facts(&[("P1", tall), ("P2", rect(1900.0)), ("P3", rect(2900.0))]), people(&["P1", "P2", "P3"]));
    let agreed = signed(&facts, &both);
    let release = judge(&agreed, &both);
    assert_eq!((release.verdict(), release.long_side()), (Verdict::Release, 800));
    let stricter = judge(&agreed, &people(&["P2", "P3"]));
    assert_eq!((stricter.verdict(), stricter.long_side()), (Verdict::Release, 800));
    assert_eq!(codes(&stricter), [Code::StricterThanSigned]);
    assert_ne!(stricter.fingerprint(), release.fingerprint());
    // the channel allows more since: the picture stays as large as it was seen, and nothing is stricter
    let (channel, category) = website();
    let small = Channel { max_px: 500, ..channel.clone() };
    let sign_off =
        decide(&facts, &both, &small, &category, &Policy::default(), now()).sign_off("editor".parse().unwrap(), now());
    let agreed_small = PhotoFacts { sign_offs: BTreeMap::from([(channel.id, sign_off)]), ..facts.clone() };
    let larger = judge(&agreed_small, &both);
    assert_eq!((larger.verdict(), larger.long_side(), codes(&larger)), (Verdict::Release, 500, vec![]));
    assert_ne!(larger.fingerprint(), release.fingerprint(), "the size belongs to the rendition's key");
    let key = |decision: &Decision| decision.release().map(|cleared| *cleared.plan().fingerprint());
    assert_eq!(key(&stricter), Some(stricter.fingerprint()), "the token is for the picture as large as it was seen");
    assert_eq!(key(&larger), Some(larger.fingerprint()));
    let smaller = decide(&agreed, &both, &small, &category, &Policy::default(), now());
    assert_eq!((smaller.long_side(), codes(&smaller)), (500, vec![Code::StricterThanSigned]));
    // a new sign-off may take the larger size
    let again = stricter.sign_off("editor".parse().unwrap(), now());
    assert_eq!(again.seen.long_side, 1600);
    let mut renewed = agreed;
    renewed.sign_offs.insert(again.channel.clone(), again);
    assert_eq!(judge(&renewed, &people(&["P2", "P3"])).long_side(), 1600);
}

#[test]
fn a_box_that_is_none_hides_the_whole_picture() {
    for broken in BROKEN {
        let facts = facts(&[("P1", Rect::from(broken))]);
        assert_eq!(judge(&facts, &People::new()).regions(), [FRAME.frame()], "{broken:?}");
        assert!(codes(&judge(&facts, &People::new())).contains(&Code::ObscuredShare));
    }
}

#[test]
fn a_face_that_cannot_be_measured_is_as_tall_as_the_picture() {
    for broken in BROKEN.into_iter().filter(|[_, top, _, bottom]| !(bottom - top).is_finite() || bottom <= top) {
        let facts = facts(&[("P1", Rect::from(broken))]);
        let decision = judge(&facts, &people(&["P1"]));
        let lone = decision.reasons().iter().find(|reason| reason.code == Code::LoneLargeFace);
        assert_eq!(lone.map(|reason| reason.facts.found), Some(Some(100)), "{broken:?}");
        assert_eq!(decision.long_side(), 160 * FRAME.width / FRAME.height);
    }
}

#[test]
fn a_photo_without_a_size_is_not_inspected() {
    let people = people(&["P1", "P2"]);
    for size in [None, Some(Size { width: 0, height: 0 }), Some(Size { width: 9, height: 0 })] {
        let mut facts = facts(&[("P1", rect(0.0)), ("P2", rect(900.0))]);
        facts.photo.size = size;
        let decision = judge(&signed(&facts, &people), &people);
        assert_eq!((decision.verdict(), decision.reasons()[0].code), (Verdict::Hold, Code::NotInspected));
    }
}

#[test]
fn a_channel_of_another_category_lets_nothing_out() {
    let (facts, people) = (facts(&[("P1", rect(0.0)), ("P2", rect(900.0))]), people(&["P1", "P2"]));
    let newsletter = policy::categories().unwrap().into_iter().find(|c| c.id.as_str() == "newsletter").unwrap();
    let decision = decide(&facts, &people, &website().0, &newsletter, &Policy::default(), now());
    assert_eq!((decision.verdict(), decision.reasons()[0].code), (Verdict::Block, Code::CategoryMismatch));
}

#[test]
fn nobody_but_the_safeguarding_lead_can_tell_who_is_protected() {
    let facts = facts(&[("P1", rect(0.0)), ("P2", rect(900.0)), ("P3", rect(1900.0))]);
    let told = |protected: &str, reader| {
        let mut people = people(&["P1", "P2"]);
        people.get_mut(&protected.parse().unwrap()).unwrap().entries.push(said(
            protected,
            Act::Restrict,
            Giver::School,
        ));
        judge(&facts, &people).told_to(reader)
    };
    assert_eq!(told("P1", Reader::Other), told("P2", Reader::Other));
    let (faces, reasons) = told("P1", Reader::Other);
    assert!(faces.iter().all(|face| face.verdict == FaceAct::Block && face.standing.is_none()));
    let text = serde_json::to_string(&(&faces, &reasons)).unwrap().to_lowercase();
    assert!(!text.contains("restrict") && !text.contains("granted"), "{text}");
    let (faces, reasons) = told("P1", Reader::Dsl);
    assert_eq!((faces[0].standing, faces[1].standing), (Some(StandingKind::Restricted), Some(StandingKind::Granted)));
    assert_eq!(reasons[0].code, Code::Restricted);

    let mut record = record("P1");
    record.entries.push(said("P1", Act::Restrict, Giver::School));
    let lines = |reader| explain(&record, &policy::categories().unwrap(), &Policy::default(), now(), reader);
    assert!(lines(Reader::Dsl).iter().all(|line| line.standing.kind == StandingKind::Restricted));
    let other = lines(Reader::Other);
    assert!(other.iter().all(|l| l.standing == Standing::unknown()), "as somebody who was never asked");
}

#[test]
fn a_humans_word_outlasts_suggestions_and_a_lost_tag_hides_again() {
    let history = history();
    let who = |at| history.facts_at(moment(at)).faces.into_iter().map(|face| face.who).collect::<Vec<_>>();
    let person = |id: &str| Who::Person(id.parse().unwrap());
    assert_eq!(who(1), [Who::Unknown]);
    assert_eq!(who(2), [Who::Suggested("P2".parse().unwrap())]);
    assert_eq!(who(3), [person("P1")]);
    assert_eq!(who(4), [person("P1")]);
    assert_eq!(who(5), [Who::Unknown]);
    let suggested = |at| {
        let face = history.facts_at(moment(at)).faces.remove(0);
        face.suggested().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!((suggested(2), suggested(3), suggested(5)), (vec!["P2".to_owned()], vec![], vec![]));
    assert_eq!((suggested(6), suggested(7)), (vec!["P4".to_owned(), "P3".into()], vec!["P4".into(), "P3".into()]));
    assert_eq!((who(8), suggested(8)), (vec![Who::Suggested("P3".parse().unwrap())], vec!["P3".to_owned()]));
    assert_eq!(history.facts_at(moment(0)).faces, []);
    assert_eq!(history.facts_at(moment(1)).photo.state, PhotoState::Received);
    assert_eq!(history.facts().photo.state, PhotoState::Inspected);
    assert_eq!((history.facts_at(moment(3)).headcount, history.facts_at(moment(4)).headcount), (None, Some(1)));
}

#[test]
fn every_channel_has_its_own_sign_off_and_every_text_its_own_check() {
    let (facts, people) = (facts(&[("P1", rect(0.0)), ("P2", rect(900.0))]), people(&["P1", "P2"]));
    let website = judge(&facts, &people).sign_off("editor".parse().unwrap(), moment(2));
    let newsletter = SignOff { channel: "newsletter".parse().unwrap(), at: moment(3), ..website.clone() };
    let again = SignOff { at: moment(4), by: "head".parse().unwrap(), ..website.clone() };
    let checked = |text, named| TextChecked { text, at: moment(2), named };
    let history = PhotoHistory {
        sign_offs: vec![website.clone(), newsletter.clone(), again.clone()],
        names_in: vec![checked(TextKind::Caption, true), checked(TextKind::AltText, false)],
        ..history()
    };
    let sign_offs = |day| history.facts_at(moment(day)).sign_offs.into_values().collect::<Vec<_>>();
    assert_eq!(sign_offs(1), []);
    assert_eq!(sign_offs(2), std::slice::from_ref(&website));
    assert_eq!(sign_offs(3), [newsletter.clone(), website]);
    assert_eq!(sign_offs(4), [newsletter, again]);
    assert_eq!(history.facts().names_in, [TextKind::Caption]);
}

#[test]
fn before_its_receipt_a_photo_is_judged_as_it_is_today_by_what_had_been_said() {
    let mut history = history();
    history.taggings.truncate(1);
    let (channel, category) = website();
    // agreed on day -20, written down on day 3
    let mut record = record("P1");
    record.entries[0].made_at = moment(-20);
    record.entries[0].recorded_at = moment(3);
    let people = People::from([("P1".parse().unwrap(), record)]);
    let standing = |day| {
        let decision = history.decide_at(&people, &channel, &category, &Policy::default(), moment(day));
        decision.faces().iter().map(|face| (face.verdict, face.standing)).collect::<Vec<_>>()
    };
    assert_eq!(standing(-30), [(FaceAct::Obscure, Some(StandingKind::NeverAsked))]);
    assert_eq!(standing(-10), [(FaceAct::Show, Some(StandingKind::Granted))]);
    assert_eq!(standing(0), [], "nothing had been found");
    assert_eq!(standing(1), [(FaceAct::Obscure, None)]);
    assert_eq!(standing(3), [(FaceAct::Show, Some(StandingKind::Granted))]);
    assert_eq!(standing(900), [(FaceAct::Show, Some(StandingKind::Granted))]);
}

pub(super) fn website() -> (Channel, Category) {
    let channel = policy::channels().unwrap().into_iter().find(|c| c.id.as_str() == "website").unwrap();
    let category = policy::categories().unwrap().into_iter().find(|c| c.id == channel.category).unwrap();
    (channel, category)
}

fn judge(facts: &PhotoFacts, people: &People) -> Decision {
    let (channel, category) = website();
    decide(facts, people, &channel, &category, &Policy::default(), now())
}

fn signed(facts: &PhotoFacts, people: &People) -> PhotoFacts {
    let sign_off = judge(facts, people).sign_off("editor".parse().unwrap(), now());
    PhotoFacts { sign_offs: BTreeMap::from([(sign_off.channel.clone(), sign_off)]), ..facts.clone() }
}

fn codes(decision: &Decision) -> Vec<Code> {
    decision.reasons().iter().map(|reason| reason.code).filter(|code| *code != Code::SmallerRendition).collect()
}

pub(super) fn moment(day: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + day * 86_400).unwrap()
}

pub(super) fn now() -> Timestamp {
    moment(100)
}

fn rect(x: f32) -> Rect {
    Rect::new(x, 500.0, x + 90.0, 620.0).unwrap()
}

pub(super) fn decided(decision: Choice) -> Act {
    Act::Decide { category: "website".parse().unwrap(), medium: Medium::Photo, photo: None, decision }
}

pub(super) fn said(person: &str, act: Act, giver: Giver) -> Entry {
    let (person, made_at, method) = (person.parse().unwrap(), moment(50), Method::Portal);
    let (valid_from, valid_until, evidence) = (None, None, None);
    Entry {
        id: EntryId(9),
        person,
        act,
        giver,
        method,
        made_at,
        recorded_at: made_at,
        valid_from,
        valid_until,
        evidence,
    }
}

pub(super) fn record(id: &str) -> Record {
    let person = Person {
        id: id.parse().unwrap(),
        kind: PersonKind::Pupil,
        name: PersonName::default(),
        born: None,
        year: None,
        class: None,
        admission_no: None,
        upn: None,
        leaving: None,
    };
    Record { person, entries: vec![said(id, decided(Choice::Granted), Giver::Guardian("a".into()))] }
}

fn people(ids: &[&str]) -> People {
    ids.iter().map(|id| (id.parse().unwrap(), record(id))).collect()
}

fn photo() -> Photo {
    let digest = Digest::of(b"photo");
    Photo {
        id: PhotoId::of(&digest),
        digest,
        event: EventId(1),
        ordinal: 1,
        received_at: moment(0),
        state: PhotoState::Inspected,
        size: Some(FRAME),
        camera: None,
        reason: None,
    }
}

fn facts(faces: &[(&str, Rect)]) -> PhotoFacts {
    let face = |(id, (person, rect)): (u32, &(&str, Rect))| Face {
        id: FaceId(id),
        rect: *rect,
        score: None,
        origin: Origin::Detected,
        who: Who::Person(person.parse().unwrap()),
        also: vec![],
    };
    PhotoFacts {
        photo: photo(),
        faces: (1..).zip(faces).map(face).collect(),
        headcount: u32::try_from(faces.len()).ok(),
        sign_offs: BTreeMap::new(),
        rejected: BTreeMap::new(),
        names_in: vec![],
        uploader: None,
        held: false,
    }
}

/// Found on day 1, suggested on day 2, named on day 3, suggested again on day 4 when it was counted, untagged and the
/// suggestion rejected on day 5; others suggested on day 6, the rejected one again on day 7, a retraction on day 8.
fn history() -> PhotoHistory {
    let tagging = |day, who| Tagging { face: FaceId(1), who, at: moment(day) };
    let suggestion = |day, person: &str, hint| {
        let person = person.parse().unwrap();
        Suggestion { face: FaceId(1), person, hint, at: moment(day) }
    };
    PhotoHistory {
        photo: photo(),
        states: vec![
            StateReached { at: moment(0), state: PhotoState::Received },
            StateReached { at: moment(2), state: PhotoState::Inspected },
        ],
        faces: vec![FaceFound {
            id: FaceId(1),
            rect: rect(0.0),
            score: Some(0.9),
            origin: Origin::Detected,
            found_at: moment(1),
        }],
        taggings: vec![tagging(3, Who::Person("P1".parse().unwrap())), tagging(5, Who::Unknown)],
        suggestions: vec![
            suggestion(2, "P2", Hint::Suggested(1)),
            suggestion(4, "P2", Hint::Suggested(1)),
            suggestion(5, "P2", Hint::Rejected),
            suggestion(6, "P3", Hint::Suggested(3)),
            suggestion(6, "P4", Hint::Suggested(2)),
            suggestion(7, "P2", Hint::Suggested(1)),
            suggestion(8, "P4", Hint::Retracted),
        ],
        headcounts: vec![HeadCount { at: moment(4), people: 1 }],
        sign_offs: vec![],
        rejections: vec![],
        names_in: vec![],
        uploader: None,
        holds: vec![],
    }
}
