//! The biometric gate: what the law asks for before a face may be matched to a person.
//!
//! Matching is shut until every condition holds, and shut again by the first that fails. In England and Wales the
//! Protection of Freedoms Act 2012, sections 26 to 28, asks that every parent was told, that at least one agreed in
//! writing, that none objects and that the child does not refuse; the UK GDPR asks for explicit consent everywhere.
//! Only an [`Open`] gate lets a template be made: nothing else gives one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ledger::{Act, Choice, Entry, Giver, Method, Record};
use super::policy::Policy;
use super::reason::Reader;
use super::standing::is_restricted;
use crate::domain::id::PersonId;
use crate::domain::person::PersonKind;
use crate::domain::time::{Date, Timestamp};

/// Where the school is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nation {
    /// England: the Act and the UK GDPR.
    England,
    /// Wales: the Act and the UK GDPR.
    Wales,
    /// Scotland: the UK GDPR.
    Scotland,
    /// Northern Ireland: the UK GDPR.
    NorthernIreland,
}

/// The school's switch: on only with all its papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Where the school is.
    pub nation: Nation,
    /// Where the data protection impact assessment is filed.
    pub dpia_reference: String,
    /// What the data protection officer said of it.
    pub dpo_opinion: String,
    /// When families and staff were consulted.
    pub consulted_on: Date,
}

/// Why a gate is shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shut {
    /// The school has not switched matching on.
    SwitchedOff,
    /// The impact assessment's reference is missing.
    NoDpia,
    /// The data protection officer's opinion is missing.
    NoDpoOpinion,
    /// The consultation has not taken place yet.
    NotConsulted,
    /// No guardian is known.
    NoGuardian,
    /// A guardian has not been told.
    NotNotified,
    /// Nobody who may has agreed in writing, or the agreement has lapsed.
    NoWrittenConsent,
    /// Somebody objects.
    Objection,
    /// The child refuses, in whatever form.
    ChildRefusal,
    /// The person has left.
    Left,
    /// Protected.
    Restricted,
}

impl Shut {
    /// One plain sentence for this reader, with the remedy where there is one; only the safeguarding lead learns of a
    /// restriction.
    #[must_use]
    pub fn text(self, reader: Reader) -> &'static str {
        match self {
            Self::SwitchedOff => "The school has not switched matching on.",
            Self::NoDpia => {
                "The reference of the data protection impact assessment is missing: do the assessment first."
            }
            Self::NoDpoOpinion => "The opinion of the data protection officer is missing: ask for it.",
            Self::NotConsulted => "The consultation of families and staff lies ahead: wait for it.",
            Self::NoGuardian => "No guardian is known: record who has parental responsibility.",
            Self::NotNotified => "Not every guardian has been told about matching: tell them and record it.",
            Self::NoWrittenConsent => "Nobody who may has agreed in writing, or the agreement has lapsed: ask for it.",
            Self::Objection => "Somebody who may has said no.",
            Self::ChildRefusal => "The child has said no.",
            Self::Left => "The person has left the school.",
            Self::Restricted if reader == Reader::Dsl => "The person is under a safeguarding restriction.",
            Self::Restricted => "Matching may not be used for this person.",
        }
    }
}

/// A gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// A template of this person may be made.
    Open(Open),
    /// It may not, and what there is has to be destroyed: every reason.
    Shut(Vec<Shut>),
}

/// Proof that the gate of this person was open at some moment; only [`gate`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    person: PersonId,
    at: Timestamp,
}

impl Open {
    /// Whose gate.
    #[must_use]
    pub fn person(&self) -> &PersonId {
        &self.person
    }

    /// When it was open.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// A person's gate at a moment. `guardians` are the keys of everybody with parental responsibility who is known; those
/// who speak in the ledger are added.
#[must_use]
pub fn gate(record: &Record, guardians: &[String], school: Option<&Switch>, policy: &Policy, now: Timestamp) -> Gate {
    let mut shut = papers(school, policy, now);
    let left = record.person.leaving.is_some_and(|day| now >= policy.end_of(day));
    shut.extend(left.then_some(Shut::Left));
    shut.extend(is_restricted(record, now).then_some(Shut::Restricted));
    if record.person.kind == PersonKind::Pupil {
        let told = school.is_some_and(|school| matches!(school.nation, Nation::England | Nation::Wales));
        shut.extend(family(record, guardians, told, now));
    } else {
        shut.extend(adult(record, now));
    }
    shut.sort_unstable();
    shut.dedup();
    if shut.is_empty() { Gate::Open(Open { person: record.person.id.clone(), at: now }) } else { Gate::Shut(shut) }
}

/// What the school's switch lacks.
#[must_use]
pub fn papers(school: Option<&Switch>, policy: &Policy, now: Timestamp) -> Vec<Shut> {
    let Some(school) = school else { return vec![Shut::SwitchedOff] };
    let missing = [
        (school.dpia_reference.trim().is_empty(), Shut::NoDpia),
        (school.dpo_opinion.trim().is_empty(), Shut::NoDpoOpinion),
        (now < policy.start_of(school.consulted_on), Shut::NotConsulted),
    ];
    missing.into_iter().filter_map(|(is_missing, shut)| is_missing.then_some(shut)).collect()
}

fn family(record: &Record, guardians: &[String], all_told: bool, now: Timestamp) -> Vec<Shut> {
    let key = |entry: &Entry| match &entry.giver {
        Giver::Guardian(key) => Some(key.clone()),
        _ => None,
    };
    let known: BTreeSet<String> = guardians.iter().cloned().chain(record.own().filter_map(key)).collect();
    let told: BTreeSet<String> =
        record.own().filter(|entry| entry.act == Act::Notify && entry.made_at <= now).filter_map(key).collect();
    let words = latest_words(record, now);
    let no = |giver: &Giver| words.get(giver).is_some_and(|word| choice(word) != Some(Choice::Granted));
    let child = |giver: &Giver| matches!(giver, Giver::Pupil | Giver::Own);
    let agreed = words.iter().any(|(giver, word)| matches!(giver, Giver::Guardian(_)) && written(word, now));
    [
        (known.is_empty(), Shut::NoGuardian),
        (all_told && !known.is_subset(&told), Shut::NotNotified),
        (!agreed, Shut::NoWrittenConsent),
        (words.keys().any(|giver| !child(giver) && no(giver)), Shut::Objection),
        (words.keys().any(|giver| child(giver) && no(giver)), Shut::ChildRefusal),
    ]
    .into_iter()
    .filter_map(|(holds, shut)| holds.then_some(shut))
    .collect()
}

fn adult(record: &Record, now: Timestamp) -> Vec<Shut> {
    let words = latest_words(record, now);
    let agreed = words.get(&Giver::Own).is_some_and(|word| written(word, now));
    let objected = words.values().any(|word| choice(word) != Some(Choice::Granted));
    let shut = [(!agreed, Shut::NoWrittenConsent), (objected, Shut::Objection)];
    shut.into_iter().filter_map(|(holds, shut)| holds.then_some(shut)).collect()
}

/// Each giver's latest word about matching; a no counts at once, and of several words of one moment what protects most.
fn latest_words(record: &Record, now: Timestamp) -> BTreeMap<&Giver, &Entry> {
    let mut words: BTreeMap<&Giver, &Entry> = BTreeMap::new();
    let rank = |entry: &Entry| {
        let shortest = Reverse(entry.valid_until.unwrap_or(Timestamp::MAX));
        (entry.made_at, choice(entry), Reverse(is_writing(entry.method)), shortest)
    };
    for entry in record.own() {
        let begun = entry.made_at <= now && entry.valid_from.is_none_or(|from| from <= now);
        let counts = choice(entry).is_some_and(|choice| choice != Choice::Granted || begun);
        if counts && words.get(&entry.giver).is_none_or(|other| rank(entry) > rank(other)) {
            words.insert(&entry.giver, entry);
        }
    }
    words
}

fn choice(entry: &Entry) -> Option<Choice> {
    match entry.act {
        Act::Biometric(choice) => Some(choice),
        _ => None,
    }
}

fn written(entry: &Entry, now: Timestamp) -> bool {
    let in_force = entry.valid_until.is_none_or(|until| now < until);
    choice(entry) == Some(Choice::Granted) && in_force && is_writing(entry.method)
}

/// A signed form or a signed-in answer; a tick in a register or a word in passing is not in writing.
fn is_writing(method: Method) -> bool {
    matches!(method, Method::Paper | Method::Portal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::EntryId;
    use crate::domain::name::PersonName;
    use crate::domain::person::Person;

    fn day(n: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + n * 86_400).unwrap()
    }

    fn said(n: i64, giver: Giver, act: Act, method: Method) -> Entry {
        let person = "P1".parse().unwrap();
        let (valid_from, valid_until, evidence) = (None, None, None);
        Entry {
            id: EntryId(n),
            person,
            act,
            giver,
            method,
            made_at: day(n),
            recorded_at: day(n),
            valid_from,
            valid_until,
            evidence,
        }
    }

    fn person(kind: PersonKind, leaving: Option<Date>) -> Person {
        Person {
            id: "P1".parse().unwrap(),
            kind,
            name: PersonName::default(),
            born: None,
            year: None,
            class: None,
            admission_no: None,
            upn: None,
            leaving,
        }
    }

    fn parent(key: &str) -> Giver {
        Giver::Guardian(key.into())
    }

    fn shut(entries: Vec<Entry>, kind: PersonKind, nation: Nation) -> Vec<Shut> {
        shut_with(entries, kind, nation, None)
    }

    fn shut_with(entries: Vec<Entry>, kind: PersonKind, nation: Nation, leaving: Option<Date>) -> Vec<Shut> {
        let record = Record { person: person(kind, leaving), entries };
        let consulted_on = Date::new(2026, 1, 1).unwrap();
        let school = Switch { nation, dpia_reference: "D1".into(), dpo_opinion: "agrees".into(), consulted_on };
        let guardians = ["a".to_owned(), "b".to_owned()];
        match gate(&record, &guardians, Some(&school), &Policy::default(), day(100)) {
            Gate::Open(open) => {
                assert_eq!((open.person().as_str(), open.at()), ("P1", day(100)));
                vec![]
            }
            Gate::Shut(shut) => shut,
        }
    }

    fn complete() -> Vec<Entry> {
        vec![
            said(1, parent("a"), Act::Notify, Method::Paper),
            said(2, parent("b"), Act::Notify, Method::Paper),
            said(3, parent("a"), Act::Biometric(Choice::Granted), Method::Paper),
        ]
    }

    fn with(entry: Entry) -> Vec<Entry> {
        complete().into_iter().chain([entry]).collect()
    }

    #[test]
    fn every_condition_is_needed() {
        let england = |entries| shut(entries, PersonKind::Pupil, Nation::England);
        assert_eq!(england(complete()), []);
        assert_eq!(england(vec![]), [Shut::NotNotified, Shut::NoWrittenConsent]);
        assert_eq!(england(complete().into_iter().skip(1).collect()), [Shut::NotNotified]);
        assert_eq!(england(complete().into_iter().take(2).collect()), [Shut::NoWrittenConsent]);
        let spoken =
            Entry { method: Method::Verbal, ..said(3, parent("a"), Act::Biometric(Choice::Granted), Method::Paper) };
        assert_eq!(england(complete().into_iter().take(2).chain([spoken]).collect()), [Shut::NoWrittenConsent]);
        assert_eq!(
            england(with(said(4, parent("b"), Act::Biometric(Choice::Refused), Method::Verbal))),
            [Shut::Objection]
        );
        assert_eq!(
            england(with(said(2, Giver::Pupil, Act::Biometric(Choice::Refused), Method::Verbal))),
            [Shut::ChildRefusal]
        );
        assert_eq!(england(with(said(4, parent("c"), Act::Lift, Method::Verbal))), [Shut::NotNotified]);
        assert_eq!(england(with(said(4, Giver::School, Act::Restrict, Method::Verbal))), [Shut::Restricted]);
        let withdrawn = england(with(said(4, parent("a"), Act::Biometric(Choice::Withdrawn), Method::Verbal)));
        assert_eq!(withdrawn, [Shut::NoWrittenConsent, Shut::Objection]);
        let lapsed = Entry {
            valid_until: Some(day(50)),
            ..said(3, parent("a"), Act::Biometric(Choice::Granted), Method::Paper)
        };
        assert_eq!(england(with(lapsed)), [Shut::NoWrittenConsent]);
    }

    #[test]
    fn outside_the_act_nobody_else_need_be_told_and_adults_decide_for_themselves() {
        let agreed = |giver| vec![said(3, giver, Act::Biometric(Choice::Granted), Method::Portal)];
        assert_eq!(shut(agreed(parent("a")), PersonKind::Pupil, Nation::Scotland), []);
        assert_eq!(shut(agreed(Giver::Pupil), PersonKind::Pupil, Nation::Scotland), [Shut::NoWrittenConsent]);
        assert_eq!(shut(agreed(Giver::Own), PersonKind::Staff, Nation::England), []);
        assert_eq!(shut(agreed(Giver::School), PersonKind::Staff, Nation::England), [Shut::NoWrittenConsent]);
    }

    #[test]
    fn a_yes_counts_from_its_first_moment_to_its_last_and_a_no_at_once() {
        let yes = |giver| said(50, giver, Act::Biometric(Choice::Granted), Method::Paper);
        let adult = |entry: Entry| shut(vec![entry], PersonKind::Staff, Nation::England);
        let not_agreed = [Shut::NoWrittenConsent];
        let until = |until| Entry { valid_until: Some(until), ..yes(Giver::Own) };
        let (second, now) = (jiff::SignedDuration::from_secs(1), day(100));
        assert_eq!(adult(until(now + second)), []);
        assert_eq!(adult(until(now)), not_agreed);
        assert_eq!(adult(until(now - second)), not_agreed);
        let from = |from| Entry { valid_from: Some(from), ..yes(Giver::Own) };
        assert_eq!((adult(from(now)), adult(from(now - second))), (vec![], vec![]));
        assert_eq!(adult(from(now + second)), not_agreed);
        assert_eq!(adult(Entry { made_at: now, ..yes(Giver::Own) }), []);
        assert_eq!(adult(Entry { made_at: now + second, ..yes(Giver::Own) }), not_agreed);
        let no = Entry { act: Act::Biometric(Choice::Refused), ..from(now + second) };
        let objection = [Shut::NoWrittenConsent, Shut::Objection];
        assert_eq!(adult(no.clone()), objection);
        assert_eq!(adult(Entry { made_at: now + second, valid_from: None, ..no }), objection);
        // of one moment what protects most, in any order
        let spoken = Entry { method: Method::Verbal, ..yes(Giver::Own) };
        for others in [vec![spoken, yes(Giver::Own)], vec![until(now), yes(Giver::Own)]] {
            let turned = others.iter().rev().cloned().collect();
            assert_eq!(shut(others, PersonKind::Staff, Nation::England), not_agreed);
            assert_eq!(shut(turned, PersonKind::Staff, Nation::England), not_agreed);
        }
    }

    #[test]
    fn the_gate_shuts_when_somebody_has_left() {
        let today = Policy::default().day_of(day(100));
        let left = |on| shut_with(complete(), PersonKind::Pupil, Nation::England, Some(on));
        assert_eq!((left(today), left(today.yesterday().unwrap())), (vec![], vec![Shut::Left]));
        let midnight = Policy::default().end_of(today);
        let record = Record { person: person(PersonKind::Pupil, Some(today)), entries: complete() };
        let shut = |at| match gate(&record, &[], None, &Policy::default(), at) {
            Gate::Open(_) => vec![],
            Gate::Shut(shut) => shut,
        };
        assert!(shut(midnight).contains(&Shut::Left));
        assert!(!shut(midnight - jiff::SignedDuration::from_secs(1)).contains(&Shut::Left));
    }

    #[test]
    fn a_restriction_is_told_to_nobody_else() {
        assert!(Shut::Restricted.text(Reader::Dsl).contains("safeguarding"));
        assert!(!Shut::Restricted.text(Reader::Other).contains("restrict"));
        assert_eq!(Shut::Left.text(Reader::Dsl), Shut::Left.text(Reader::Other));
    }

    #[test]
    fn the_switch_needs_its_papers() {
        let school = Switch {
            nation: Nation::Wales,
            dpia_reference: " ".into(),
            dpo_opinion: String::new(),
            consulted_on: Date::new(2030, 1, 1).unwrap(),
        };
        assert_eq!(papers(None, &Policy::default(), day(0)), [Shut::SwitchedOff]);
        let missing = [Shut::NoDpia, Shut::NoDpoOpinion, Shut::NotConsulted];
        assert_eq!(papers(Some(&school), &Policy::default(), day(0)), missing);
        let consulted = Policy::default().start_of(school.consulted_on);
        assert_eq!(papers(Some(&school), &Policy::default(), consulted), [Shut::NoDpia, Shut::NoDpoOpinion]);
    }
}
