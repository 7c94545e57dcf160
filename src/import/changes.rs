//! What a consent list would change, by ids and counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::consents::{Answer, School};
use super::dates::When;
use crate::consent::ledger::{Act, Choice, Entry, Record};
use crate::consent::{Policy, Standing, StandingKind, Use, standing};
use crate::domain::category::Medium;
use crate::domain::id::{CategoryId, EntryId, PersonId};
use crate::domain::time::Timestamp;

/// What answers do to a standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Nobody was asked before.
    First,
    /// Less is shown, or for a shorter time.
    Tightened,
    /// More is shown now or later, for longer, or a no is lifted.
    Loosened,
    /// Nothing that could be seen.
    Same,
}

/// What a file's answers for one person and use come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The person.
    pub person: PersonId,
    /// The use.
    pub category: CategoryId,
    /// Photo or video.
    pub medium: Medium,
    /// The standing without them; restrictions are looked past, so that the list tells nobody of one.
    pub before: StandingKind,
    /// The standing with them.
    pub after: StandingKind,
    /// What that is.
    pub kind: ChangeKind,
    /// The lines they stand on.
    pub lines: BTreeSet<u64>,
}

/// What a consent list does to the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConsentDiff {
    /// Every person and use the file has a new answer for.
    pub changes: Vec<Change>,
    /// How many answers the ledger holds already.
    pub known: usize,
    /// How many of those bear no date in the file.
    pub known_undated: usize,
    safe: Vec<Answer>,
    waiting: Vec<Answer>,
}

type Key = (PersonId, CategoryId, Medium);

impl ConsentDiff {
    /// Compares answers with the ledger. Answers for a category or person that is not there are passed over: a file that
    /// was read against the same school has none.
    #[must_use]
    pub fn new(answers: Vec<Answer>, school: &School<'_>) -> Self {
        let mut diff = Self::default();
        let mut fresh: BTreeMap<Key, Vec<Answer>> = BTreeMap::new();
        for answer in answers {
            let key = (answer.person.clone(), answer.category.clone(), answer.medium);
            let Some(record) = school.records.get(&answer.person) else { continue };
            let same = fresh.get(&key).is_some_and(|before| before.iter().any(|other| doubles(other, &answer)));
            if same || is_known(&answer, record, school.policy) {
                diff.known += 1;
                diff.known_undated += usize::from(answer.made.is_none());
            } else {
                fresh.entry(key).or_default().push(answer);
            }
        }
        for (key, answers) in fresh {
            diff.judge(key, answers, school);
        }
        diff
    }

    /// Whether something waits for a confirmation.
    #[must_use]
    pub fn needs_confirmation(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The answers to record, by their lines. Without a confirmation a loosening's yes is left out and its no is not.
    #[must_use]
    pub fn answers(&self, confirm_loosening: bool) -> Vec<&Answer> {
        let waiting = self.waiting.iter().filter(|_| confirm_loosening);
        let mut answers: Vec<&Answer> = self.safe.iter().chain(waiting).collect();
        answers.sort_by_key(|answer| answer.line);
        answers
    }

    /// How many changes are of a kind.
    #[must_use]
    pub fn count(&self, kind: ChangeKind) -> usize {
        self.changes.iter().filter(|change| change.kind == kind).count()
    }

    fn judge(&mut self, (person, category, medium): Key, answers: Vec<Answer>, school: &School<'_>) {
        let Some(record) = school.records.get(&person) else { return };
        let Some(wanted) = school.categories.iter().find(|known| known.id == category) else { return };
        let without = unrestricted(record);
        let mut with = without.clone();
        with.entries
            .extend((1..).zip(&answers).map(|(nth, answer)| answer.entry(EntryId(i64::MAX - nth), school.now, None)));
        let stand = |record: &Record, at: Timestamp| {
            standing(record, &Use { category: wanted, medium, photo: None }, school.policy, at)
        };
        // a yes that begins next month loosens next month, and has to be confirmed today
        let later = answers.iter().filter_map(|answer| answer.valid_from).filter(|begin| *begin > school.now);
        let moments = later.chain([school.now]);
        let loosened = moments.into_iter().any(|at| is_looser(&stand(&without, at), &stand(&with, at)));
        let (before, after) = (stand(&without, school.now), stand(&with, school.now));
        let kind = if loosened { ChangeKind::Loosened } else { kind(&before, &after) };
        let lines = answers.iter().map(|answer| answer.line).collect();
        self.changes.push(Change { person, category, medium, before: before.kind, after: after.kind, kind, lines });
        for answer in answers {
            let waits = kind == ChangeKind::Loosened && answer.choice == Choice::Granted;
            if waits { &mut self.waiting } else { &mut self.safe }.push(answer);
        }
    }
}

impl fmt::Display for ConsentDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "in the ledger already: {}", self.known)?;
        if self.known_undated > 0 {
            writeln!(
                f,
                "  {} without a date repeat the last answer and renew nothing: add `made_at`",
                self.known_undated
            )?;
        }
        writeln!(f, "first answers: {}", self.count(ChangeKind::First))?;
        let mut firsts: BTreeMap<(&CategoryId, Medium, &str), usize> = BTreeMap::new();
        for change in self.changes.iter().filter(|change| change.kind == ChangeKind::First) {
            *firsts.entry((&change.category, change.medium, change.after.words())).or_default() += 1;
        }
        firsts.iter().try_for_each(|((category, medium, after), count)| {
            writeln!(f, "  {category} ({}): {count} {after}", medium.as_str())
        })?;
        writeln!(f, "less will be shown, at once: {}", self.count(ChangeKind::Tightened))?;
        self.list(f, ChangeKind::Tightened)?;
        if self.count(ChangeKind::Loosened) > 0 {
            writeln!(f, "more could be shown (needs --confirm-loosening): {}", self.count(ChangeKind::Loosened))?;
            self.list(f, ChangeKind::Loosened)?;
        }
        write!(f, "recorded without a change: {}", self.count(ChangeKind::Same))
    }
}

impl ConsentDiff {
    fn list(&self, f: &mut fmt::Formatter<'_>, kind: ChangeKind) -> fmt::Result {
        self.changes.iter().filter(|change| change.kind == kind).try_for_each(|change| {
            let lines: Vec<String> = change.lines.iter().map(u64::to_string).collect();
            let Change { person, category, medium, before, after, .. } = change;
            let (medium, before, after) = (medium.as_str(), before.words(), after.words());
            writeln!(f, "  {person} {category} ({medium}): {before} -> {after}, line {}", lines.join(", "))
        })
    }
}

/// The record without its restrictions: they outrank every answer, and would hide what the answers do once lifted.
fn unrestricted(record: &Record) -> Record {
    let entries = record.own().filter(|entry| entry.act != Act::Restrict).cloned().collect();
    Record { person: record.person.clone(), entries }
}

/// Whether the second standing could show what the first does not; a first answer is not looser than none.
fn is_looser(before: &Standing, after: &Standing) -> bool {
    let no = |standing: &Standing| matches!(standing.kind, StandingKind::Refused | StandingKind::Withdrawn);
    let shows = |standing: &Standing| standing.kind == StandingKind::Granted;
    let lifts = no(before) && !no(after);
    let revives = before.kind == StandingKind::Expired && shows(after);
    let prolongs = shows(before) && shows(after) && end(after) > end(before);
    lifts || revives || prolongs
}

fn kind(before: &Standing, after: &Standing) -> ChangeKind {
    let less = before.kind == StandingKind::Granted && (after.kind != before.kind || end(after) < end(before));
    match before.kind {
        StandingKind::NeverAsked => ChangeKind::First,
        _ if less => ChangeKind::Tightened,
        _ => ChangeKind::Same,
    }
}

fn end(standing: &Standing) -> Timestamp {
    standing.until.unwrap_or(Timestamp::MAX)
}

/// Whether two rows of one file say the same.
fn doubles(one: &Answer, other: &Answer) -> bool {
    let said =
        |answer: &Answer| (answer.giver.clone(), answer.choice, answer.made_at, answer.valid_from, answer.valid_until);
    said(one) == said(other)
}

/// Whether the ledger has the answer: the same word of the same day or moment, or, without a date, as its giver's last. A no
/// of a day after which the same giver said yes is not the same no: nobody knows which of the two came last.
fn is_known(answer: &Answer, record: &Record, policy: &Policy) -> bool {
    let same_use = |entry: &&Entry| {
        let use_of = match &entry.act {
            Act::Decide { category, medium, photo: None, .. } => Some((category, *medium)),
            _ => None,
        };
        entry.giver == answer.giver && use_of == Some((&answer.category, answer.medium))
    };
    let says_so = |entry: &Entry| {
        let same = matches!(entry.act, Act::Decide { decision, .. } if decision == answer.choice);
        same && entry.valid_from == answer.valid_from && entry.valid_until == answer.valid_until
    };
    let mut entries = record.own().filter(same_use);
    let last = |entry: &&Entry| (entry.made_at, entry.id);
    match answer.made {
        None => entries.max_by_key(last).is_some_and(says_so),
        Some(When::Moment(moment)) => entries.any(|entry| entry.made_at == moment && says_so(entry)),
        Some(day) => {
            let mut of_day = entries.filter(|entry| (day.start(policy)..day.end(policy)).contains(&entry.made_at));
            if answer.choice == Choice::Granted {
                of_day.any(says_so)
            } else {
                of_day.max_by_key(last).is_some_and(says_so)
            }
        }
    }
}
