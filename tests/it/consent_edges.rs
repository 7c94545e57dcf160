//! What the consent engine does at its edges: forged rows, broken boxes, readers, moments before and after.

use std::collections::BTreeMap;

use eyelid::consent::ledger::{Act, Choice, Entry, Giver, Method, Record};
use eyelid::consent::replay::{FaceFound, HeadCount, PhotoHistory, StateReached, Tagging};
use eyelid::consent::{
    Code, Decision, Due, DueWhy, FaceAct, People, PhotoFacts, Policy, Reader, StandingKind, Verdict, decide, due,
    explain, policy,
};
use eyelid::domain::category::{Category, Medium};
use eyelid::domain::channel::{Channel, Style};
use eyelid::domain::face::{Face, Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::head::Cover;
use eyelid::domain::id::{Digest, EntryId, EventId, FaceId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::photo::{Photo, PhotoState};
use eyelid::domain::time::{Date, Timestamp};

const FRAME: Size = Size { width: 4000, height: 3000 };

#[test]
fn a_sign_off_whose_halves_disagree_is_stale() {
    let (facts, people) = (facts(&[("P1", rect(0.0)), ("P2", rect(900.0))]), people(&["P1", "P2"]));
    let agreed = signed(&facts, &people);
    assert_eq!(judge(&agreed, &people).verdict(), Verdict::Release);
    let forge = |forge: fn(&mut eyelid::consent::SignOff)| {
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
    // a new sign-off may take the larger size
    let again = stricter.sign_off("editor".parse().unwrap(), now());
    assert_eq!(again.seen.long_side, 1600);
    let mut renewed = agreed;
    renewed.sign_offs.insert(again.channel.clone(), again);
    assert_eq!(judge(&renewed, &people(&["P2", "P3"])).long_side(), 1600);
}

#[test]
fn a_box_that_is_none_hides_the_whole_picture() {
    for broken in [
        [f32::NAN, 0.0, 10.0, 10.0],
        [100.0, 0.0, 99.0, 10.0],
        [0.0, 0.0, f32::INFINITY, 10.0],
        [9000.0, 9000.0, 9100.0, 9100.0],
        [5.0, 5.0, 5.0, 5.0],
    ] {
        let facts = facts(&[("P1", Rect::from(broken))]);
        assert_eq!(judge(&facts, &People::new()).regions(), [FRAME.frame()], "{broken:?}");
        assert!(codes(&judge(&facts, &People::new())).contains(&Code::ObscuredShare));
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
    assert!(other.iter().all(|l| l.standing.kind == StandingKind::Refused && l.standing.determined_by.is_empty()));
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
    assert_eq!(history.facts_at(moment(0)).faces, []);
    assert_eq!(history.facts_at(moment(1)).photo.state, PhotoState::Received);
    assert_eq!(history.facts().photo.state, PhotoState::Inspected);
    assert_eq!((history.facts_at(moment(3)).headcount, history.facts_at(moment(4)).headcount), (None, Some(1)));
}

#[test]
fn before_its_receipt_a_photo_is_judged_as_it_is_today_by_what_had_been_said() {
    let mut history = history();
    history.taggings.truncate(2);
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

#[test]
fn who_must_be_asked_or_reminded() {
    let (_, website) = website();
    let policy = Policy::default();
    let due_of = |change: fn(&mut Record)| -> Vec<DueWhy> {
        let mut record = record("P1");
        change(&mut record);
        let due = due([&record], std::slice::from_ref(&website), &policy, now(), moment(130));
        due.into_iter().filter(|due: &Due| due.medium == Medium::Photo).map(|due| due.why).collect()
    };
    assert_eq!(due_of(|_| ()), []);
    assert_eq!(due_of(|r| r.entries.clear()), [DueWhy::NeverAsked]);
    assert_eq!(due_of(|r| r.entries[0].valid_until = Some(moment(90))), [DueWhy::Expired]);
    assert_eq!(due_of(|r| r.entries[0].valid_until = Some(moment(120))), [DueWhy::Lapses(moment(120))]);
    assert_eq!(due_of(|r| r.entries[0].valid_until = Some(moment(130))), []);
    assert_eq!(due_of(|r| r.entries.push(said("P1", decided(Choice::Refused), Giver::Pupil))), [DueWhy::YoungRefusal]);
    assert_eq!(due_of(|r| r.entries.push(said("P1", decided(Choice::Refused), Giver::Guardian("b".into())))), []);
    assert_eq!(due_of(|r| r.entries.push(said("P1", Act::Restrict, Giver::School))), []);
    // who has left is not asked again, and who will leave need not be reminded that leaving ends it
    assert_eq!(due_of(|r| r.person.leaving = Date::new(2026, 1, 1).ok()), []);
    assert_eq!(due_of(|r| r.person.leaving = Some(Policy::default().day_of(moment(120)))), []);
}

fn website() -> (Channel, Category) {
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

fn moment(day: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + day * 86_400).unwrap()
}

fn now() -> Timestamp {
    moment(100)
}

fn rect(x: f32) -> Rect {
    Rect::new(x, 500.0, x + 90.0, 620.0).unwrap()
}

fn decided(decision: Choice) -> Act {
    Act::Decide { category: "website".parse().unwrap(), medium: Medium::Photo, photo: None, decision }
}

fn said(person: &str, act: Act, giver: Giver) -> Entry {
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

fn record(id: &str) -> Record {
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
    };
    PhotoFacts {
        photo: photo(),
        faces: (1..).zip(faces).map(face).collect(),
        headcount: u32::try_from(faces.len()).ok(),
        sign_offs: BTreeMap::new(),
        rejected: BTreeMap::new(),
        names_in: vec![],
        uploader: None,
    }
}

/// Found on day 1, suggested on day 2, named on day 3, suggested again on day 4 when it was counted, untagged on day 5.
fn history() -> PhotoHistory {
    let tagging = |day, who| Tagging { face: FaceId(1), who, at: moment(day) };
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
        taggings: vec![
            tagging(2, Who::Suggested("P2".parse().unwrap())),
            tagging(3, Who::Person("P1".parse().unwrap())),
            tagging(4, Who::Suggested("P2".parse().unwrap())),
            tagging(5, Who::Unknown),
        ],
        headcounts: vec![HeadCount { at: moment(4), people: 1 }],
        sign_offs: vec![],
        rejections: vec![],
        names_in: vec![],
        uploader: None,
    }
}
