//! When words count of which only the day is known, and what was known or said by a moment.

use eyelid::consent::Policy;
use eyelid::consent::ledger::{Act, Choice, Entry, Giver, Record};
use eyelid::domain::time::{Date, Timestamp};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::consent_edges::{decided, record, said};

/// The day on which London's clocks go back: it has 25 hours.
const LONG_DAY: &str = "2026-10-25";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day() -> Date {
    LONG_DAY.parse().unwrap()
}

fn told(act: Act, made_at: Timestamp) -> Record {
    let entry = Entry { made_at, recorded_at: made_at, ..said("P1", act, Giver::Guardian("a".into())) };
    Record { entries: vec![entry], ..record("P1") }
}

#[test]
fn a_yes_counts_from_its_days_first_moment_and_a_no_from_its_last() {
    let (policy, later) = (Policy::default(), at("2026-11-01T00:00:00Z"));
    assert_eq!(policy.said_on(day(), Choice::Granted, later), at("2026-10-24T23:00:00Z"));
    for no in [Choice::Refused, Choice::Withdrawn] {
        assert_eq!(policy.said_on(day(), no, later), at("2026-10-25T23:59:59.999999Z"));
        let (noon, midnight) = (at("2026-10-25T12:00:00Z"), at("2026-10-24T23:00:00Z"));
        assert_eq!(policy.said_on(day(), no, noon), noon, "what is said today is said by now");
        assert_eq!(policy.said_on(day(), no, midnight), midnight);
        let eve = at("2026-10-24T22:59:59.999999Z");
        assert_eq!(policy.said_on(day(), no, eve), midnight, "a day that lies ahead stays ahead");
    }
    assert_eq!(policy.said_on(day(), Choice::Granted, at("2026-10-25T12:00:00Z")), at("2026-10-24T23:00:00Z"));
}

#[test]
fn a_no_of_a_whole_day_was_said_from_its_first_moment_on() {
    let policy = Policy::default();
    let last = policy.said_on(day(), Choice::Refused, Timestamp::MAX);
    let earlier = last.checked_sub(SignedDuration::from_micros(1)).unwrap();
    let known = |act: Act, made_at: Timestamp, moment: &str| {
        !told(act, made_at).said_by(at(moment), &policy).entries.is_empty()
    };
    let objected = Act::Object { category: "website".parse().unwrap(), photo: None };
    for no in [decided(Choice::Refused), decided(Choice::Withdrawn), objected] {
        assert!(known(no.clone(), last, "2026-10-24T23:00:00Z"));
        assert!(!known(no.clone(), last, "2026-10-24T22:59:59.999999Z"));
        assert!(!known(no.clone(), earlier, "2026-10-25T12:00:00Z"), "that one has a time of day");
        assert!(known(no, last, "2026-10-26T12:00:00Z"));
    }
    assert!(!known(decided(Choice::Granted), last, "2026-10-25T12:00:00Z"), "a yes never counts earlier than said");
    assert!(known(decided(Choice::Granted), last, "2026-10-25T23:59:59.999999Z"));
}

proptest! {
    #[test]
    fn what_was_known_is_what_was_written_down(made in -99_i64..99, late in -99_i64..99, then in -99_i64..99) {
        let second = |second| Timestamp::from_second(second).unwrap();
        let mut record = told(decided(Choice::Granted), second(made));
        record.entries[0].recorded_at = second(made + late);
        let other = Entry { person: "P2".parse().unwrap(), ..record.entries[0].clone() };
        record.entries.push(other);
        let own = Record { entries: record.entries[..1].to_vec(), ..record.clone() };
        let none = Record { entries: vec![], ..record.clone() };
        let expected = |counts: bool| if counts { &own } else { &none };
        prop_assert_eq!(&record.known_at(second(then)), expected(made + late <= then));
        prop_assert_eq!(&record.said_by(second(then), &Policy::default()), expected(made <= then));
    }
}
