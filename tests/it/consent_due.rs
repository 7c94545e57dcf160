//! How long an answer lasts, and who must be asked or reminded.

use eyelid::consent::ledger::{Act, Choice, Entry, Giver, Record};
use eyelid::consent::{Due, DueWhy, Policy, Reader, StandingKind, due, explain};
use eyelid::domain::category::{Basis, Category, Medium};
use eyelid::domain::id::EntryId;
use eyelid::domain::time::{Date, Timestamp};
use jiff::SignedDuration;

use crate::consent_edges::{decided, moment, now, record, said, website};

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

#[test]
fn nobody_is_asked_without_need() {
    let (_, website) = website();
    let task = Category { id: "assessment".parse().unwrap(), basis: Basis::PublicTask, ..website.clone() };
    let high_profile = Category { needs_specific_image: true, id: "high_profile".parse().unwrap(), ..website.clone() };
    let categories = [task, high_profile, website];
    let due_at = |record: &Record, policy: &Policy, now: Timestamp| -> Vec<(String, DueWhy)> {
        let due = due([record], &categories, policy, now, now + SignedDuration::from_hours(24 * 30));
        let photos = due.into_iter().filter(|due| due.medium == Medium::Photo);
        photos.map(|due| (due.category.to_string(), due.why)).collect()
    };
    let only = |why: DueWhy| vec![("website".to_owned(), why)];
    let policy = Policy::default();
    let mut asked = record("P1");
    asked.entries.clear();
    assert_eq!(due_at(&asked, &policy, now()), only(DueWhy::NeverAsked));

    // up to the last moment of the last day
    let leaving = policy.day_of(now());
    asked.person.leaving = Some(leaving);
    let end = policy.end_of(leaving);
    let second = SignedDuration::from_secs(1);
    assert_eq!(due_at(&asked, &policy, end - second), only(DueWhy::NeverAsked));
    assert_eq!(due_at(&asked, &policy, end), []);
    assert_eq!(due_at(&asked, &policy, end + second), []);

    // whose answer lapses before they leave is reminded, and whose answer lapses by leaving is not
    let mut leaver = record("P1");
    leaver.person.leaving = Some(policy.day_of(moment(125)));
    assert_eq!(due_at(&leaver, &policy, now()), []);
    leaver.entries[0].valid_until = Some(moment(110));
    assert_eq!(due_at(&leaver, &policy, now()), only(DueWhy::Lapses(moment(110))));
    leaver.entries[0].valid_until = Some(moment(126));
    assert_eq!(due_at(&leaver, &policy, now()), []);
}

#[test]
fn an_answer_lasts_until_no_other_takes_its_place() {
    let (_, website) = website();
    let yes = |giver: &str, day, from: Option<i64>, until: Option<i64>| Entry {
        id: EntryId(day),
        made_at: moment(day),
        recorded_at: moment(day),
        valid_from: from.map(moment),
        valid_until: until.map(moment),
        ..said("P1", decided(Choice::Granted), Giver::Guardian(giver.into()))
    };
    let line = |entries: Vec<Entry>, category: &Category, policy: &Policy| {
        let record = Record { entries, ..record("P1") };
        let line = explain(&record, std::slice::from_ref(category), policy, now(), Reader::Other).remove(0);
        (line.standing.kind, line.standing.until, line.begins)
    };
    let stands = |entries: Vec<Entry>| line(entries, &website, &Policy::default());
    let granted = |until: Option<i64>| (StandingKind::Granted, until.map(moment), None);
    assert_eq!(stands(vec![yes("a", 50, None, None)]), granted(None));
    assert_eq!(stands(vec![yes("a", 50, None, Some(120))]), granted(Some(120)));
    // the newer, shorter yes of the same giver counts; of two givers the longer
    assert_eq!(stands(vec![yes("a", 50, None, None), yes("a", 60, None, Some(120))]), granted(Some(120)));
    assert_eq!(stands(vec![yes("a", 50, None, Some(140)), yes("b", 60, None, Some(120))]), granted(Some(140)));
    // what begins later takes over, without a gap or with one, and may be shorter
    assert_eq!(stands(vec![yes("a", 50, None, Some(120)), yes("a", 60, Some(110), Some(200))]), granted(Some(200)));
    assert_eq!(stands(vec![yes("a", 50, None, Some(120)), yes("a", 60, Some(130), None)]), granted(Some(120)));
    assert_eq!(stands(vec![yes("a", 50, None, None), yes("a", 60, Some(130), Some(140))]), granted(Some(140)));
    assert_eq!(stands(vec![yes("a", 50, None, Some(120)), yes("b", 60, Some(115), None)]), granted(None));
    // nothing yet, and a yes that begins
    assert_eq!(stands(vec![yes("a", 60, Some(130), None)]), (StandingKind::NeverAsked, None, Some(moment(130))));
    let lapsed = vec![yes("a", 50, None, Some(90)), yes("a", 60, Some(130), None)];
    assert_eq!(stands(lapsed), (StandingKind::Expired, None, Some(moment(130))));
    let refusal = said("P1", decided(Choice::Refused), Giver::Guardian("a".into()));
    let refused = vec![refusal.clone(), yes("a", 60, Some(130), None)];
    assert_eq!(stands(refused), (StandingKind::Refused, None, Some(moment(130))));
    // the other guardian's yes changes nothing
    assert_eq!(stands(vec![refusal, yes("b", 60, Some(130), None)]), (StandingKind::Refused, None, None));

    let valid_for = |days| Category { max_validity_days: Some(days), ..website.clone() };
    assert_eq!(line(vec![yes("a", 50, None, None)], &valid_for(60), &Policy::default()), granted(Some(110)));
    assert_eq!(line(vec![yes("a", 50, None, Some(105))], &valid_for(60), &Policy::default()), granted(Some(105)));
    let yearly = Policy { renewal: Some("09-20".to_owned().try_into().unwrap()), ..Policy::default() };
    let renewal = yearly.start_of(Date::constant(2026, 9, 20));
    let (_, until, _) = line(vec![yes("a", 50, None, None), yes("b", 60, None, None)], &website, &yearly);
    assert_eq!(until, Some(renewal));
    // said before the yearly day for after it: both years are covered
    let after = Entry { valid_from: Some(renewal), ..yes("a", 60, None, None) };
    let (_, until, _) = line(vec![yes("a", 50, None, None), after], &website, &yearly);
    assert_eq!(until, Some(yearly.start_of(Date::constant(2027, 9, 20))));
}

#[test]
fn an_answer_that_begins_later_is_an_answer() {
    let (_, website) = website();
    let due_of = |from, until: Option<i64>| {
        let mut record = record("P1");
        record.entries[0].valid_from = Some(moment(from));
        record.entries[0].valid_until = until.map(moment);
        let due = due([&record], std::slice::from_ref(&website), &Policy::default(), now(), moment(130));
        due.into_iter().filter(|due| due.medium == Medium::Photo).map(|due| due.why).collect::<Vec<_>>()
    };
    assert_eq!(due_of(105, None), []);
    assert_eq!(due_of(150, None), []);
    assert_eq!(due_of(105, Some(120)), [DueWhy::Lapses(moment(120))]);
    assert_eq!(due_of(105, Some(140)), []);
}
