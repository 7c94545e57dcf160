//! A person's standing: the fold of the ledger for one use at one moment.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::ledger::{Act, Choice, Entry, Giver, Record};
use super::policy::Policy;
use crate::domain::category::{Basis, Category, Medium};
use crate::domain::id::{EntryId, PhotoId};
use crate::domain::person::{Person, PersonKind};
use crate::domain::time::{Date, Timestamp};

/// What a picture is wanted for.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    /// The purpose.
    pub category: &'a Category,
    /// Photo or video.
    pub medium: Medium,
    /// The very photo; nothing when the question is a general one.
    pub photo: Option<&'a PhotoId>,
}

/// Where somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandingKind {
    /// May be shown.
    Granted,
    /// Somebody who may said no.
    Refused,
    /// Somebody who may took a yes back.
    Withdrawn,
    /// There was a yes, and it has lapsed.
    Expired,
    /// There is no answer.
    NeverAsked,
    /// The safeguarding lead says never.
    Restricted,
}

impl StandingKind {
    /// In words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::NeverAsked => "never asked",
            Self::Restricted => "restricted",
        }
    }
}

/// Where somebody stands, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Where.
    pub kind: StandingKind,
    /// The first moment at which the person may no longer be shown, if nobody says anything more.
    pub until: Option<Timestamp>,
    /// The entries that made it so, in the order of recording.
    pub determined_by: Vec<EntryId>,
    /// A pupil too young to decide, or of unknown age, said no: obeyed, and the office should know.
    pub young_refusal: bool,
}

impl Standing {
    /// The standing of somebody without a record: never asked.
    #[must_use]
    pub fn unknown() -> Self {
        Self::of(StandingKind::NeverAsked, vec![])
    }

    fn of(kind: StandingKind, mut determined_by: Vec<EntryId>) -> Self {
        determined_by.sort_unstable();
        determined_by.dedup();
        Self { kind, until: None, determined_by, young_refusal: false }
    }
}

/// Where a person stands for a use at a moment; the first rule that applies wins.
///
/// A no counts as soon as it is in the ledger, whatever moment it bears (clocks differ and step back); a yes counts
/// only from its moment on. For a past moment hand in [`Record::known_at`].
#[must_use]
pub fn standing(record: &Record, wanted: &Use<'_>, policy: &Policy, now: Timestamp) -> Standing {
    let today = fold(record, wanted, policy, now);
    let granted = today.kind == StandingKind::Granted;
    Standing { until: if granted { turn(record, wanted, policy, now) } else { None }, ..today }
}

/// When a yes that has been given already begins to count for somebody who may not be shown now.
pub(super) fn begins_later(record: &Record, wanted: &Use<'_>, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
    match fold(record, wanted, policy, now).kind {
        // nobody but the safeguarding lead ends a restriction
        StandingKind::Granted | StandingKind::Restricted => None,
        _ => turn(record, wanted, policy, now),
    }
}

/// The standing without a look ahead.
pub(super) fn fold(record: &Record, wanted: &Use<'_>, policy: &Policy, now: Timestamp) -> Standing {
    let restrictions = active_restrictions(record, now);
    if !restrictions.is_empty() {
        return Standing::of(StandingKind::Restricted, restrictions);
    }
    let mut voices = voices(record, wanted, policy, now);
    if wanted.category.basis == Basis::PublicTask {
        let kind = |no: Standing| Standing { kind: StandingKind::Refused, ..no };
        return refusal(voices.values()).map_or_else(|| Standing::of(StandingKind::Granted, vec![]), kind);
    }
    let own = voices.get(&Speaker::Themselves);
    if let Some(no) = refusal(own) {
        return no;
    }
    let alone = policy.pupil_alone && record.person.kind == PersonKind::Pupil && own.is_some_and(Voice::grants);
    if alone {
        // the guardians are passed over for as long as the pupil's own yes lasts
        voices.retain(|speaker, _| !matches!(speaker, Speaker::Guardian(_)));
    }
    refusal(voices.values()).unwrap_or_else(|| consent(voices.values()))
}

/// The first moment after `now` from which the ledger of today lets show whom it does not now, or the other way round.
///
/// Standings turn by themselves only where a yes begins or ends, but not at each such moment: another guardian's yes may
/// last longer, and the same giver's next may have begun.
fn turn(record: &Record, wanted: &Use<'_>, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
    let granted = |at: Timestamp| fold(record, wanted, policy, at).kind == StandingKind::Granted;
    let today = granted(now);
    let yes = record.own().filter(|entry| said(entry, wanted, Timestamp::MAX).is_some_and(|said| said.is_yes()));
    let moments = yes.flat_map(|entry| [Some(begins(entry)), end(entry, &record.person, wanted.category, policy)]);
    let mut moments: Vec<Timestamp> = moments.flatten().filter(|at| *at > now).collect();
    moments.sort_unstable();
    moments.dedup();
    moments.into_iter().find(|at| granted(*at) != today)
}

/// Who spoke, as far as it matters: every speaker's latest word counts apart from the others'.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Speaker<'a> {
    /// The person in the picture.
    Themselves,
    /// One of a pupil's guardians.
    Guardian(&'a str),
    /// Anybody who cannot say yes for this person, such as the school: their no is obeyed.
    Other(&'a Giver),
}

impl<'a> Speaker<'a> {
    fn of(giver: &'a Giver, kind: PersonKind) -> Self {
        match (giver, kind) {
            (Giver::Pupil | Giver::Own, PersonKind::Pupil) | (Giver::Own, _) => Self::Themselves,
            (Giver::Guardian(key), PersonKind::Pupil) => Self::Guardian(key),
            _ => Self::Other(giver),
        }
    }
}

/// A yes or no that has been said about this use.
#[derive(Clone, Copy)]
struct Said<'a> {
    entry: &'a Entry,
    choice: Choice,
    for_this_photo: bool,
}

impl Said<'_> {
    fn is_yes(&self) -> bool {
        self.choice == Choice::Granted
    }
}

/// What was said, weighed.
#[derive(Clone, Copy)]
struct Word<'a> {
    entry: &'a Entry,
    choice: Choice,
    /// Said by a pupil too young, or of unknown age.
    young: bool,
    /// When a yes lapses.
    end: Option<Timestamp>,
    in_force: bool,
}

/// What one speaker's latest words come to.
struct Voice<'a> {
    no: Option<Word<'a>>,
    yes: Vec<Word<'a>>,
}

impl Voice<'_> {
    fn grants(&self) -> bool {
        self.yes.iter().any(|word| word.in_force)
    }
}

/// Whether a restriction that no later word of the school has lifted is in the ledger.
#[must_use]
pub fn is_restricted(record: &Record, now: Timestamp) -> bool {
    !active_restrictions(record, now).is_empty()
}

/// A lift ends what was said before it, by the moment it bears and by the order of recording: a clock that stepped back must not
/// let an earlier lift end a restriction of afterwards.
fn active_restrictions(record: &Record, now: Timestamp) -> Vec<EntryId> {
    let lifts =
        record.own().filter(|entry| entry.act == Act::Lift && entry.giver == Giver::School && entry.made_at <= now);
    let lifts: Vec<&Entry> = lifts.collect();
    let restrictions = record.own().filter(|entry| entry.act == Act::Restrict);
    let active = restrictions.filter(|of| !lifts.iter().any(|lift| lift.made_at > of.made_at && lift.id > of.id));
    active.map(|entry| entry.id).collect()
}

fn voices<'a>(
    record: &'a Record,
    wanted: &Use<'_>,
    policy: &Policy,
    now: Timestamp,
) -> BTreeMap<Speaker<'a>, Voice<'a>> {
    let mut words: BTreeMap<Speaker<'a>, Vec<Said<'a>>> = BTreeMap::new();
    for entry in record.own() {
        if let Some(said) = said(entry, wanted, now) {
            words.entry(Speaker::of(&entry.giver, record.person.kind)).or_default().push(said);
        }
    }
    let weigh = |said: &Said<'a>| weigh(said, &record.person, wanted.category, policy, now);
    let voice = |(speaker, words): (Speaker<'a>, Vec<Said<'a>>)| {
        let may_grant = !matches!(speaker, Speaker::Other(_));
        (speaker, voice(&words, weigh, wanted.category.needs_specific_image, may_grant))
    };
    words.into_iter().map(voice).collect()
}

/// What an entry says about this use; nothing when it is about another, or a yes that has not begun.
fn said<'a>(entry: &'a Entry, wanted: &Use<'_>, now: Timestamp) -> Option<Said<'a>> {
    let (category, photo, choice) = match &entry.act {
        Act::Decide { category, medium, photo, decision } if *medium == wanted.medium => (category, photo, *decision),
        Act::Object { category, photo } => (category, photo, Choice::Refused),
        _ => return None,
    };
    let about_this = *category == wanted.category.id && (photo.is_none() || photo.as_ref() == wanted.photo);
    let counts = choice != Choice::Granted || begins(entry) <= now;
    (about_this && counts).then_some(Said { entry, choice, for_this_photo: photo.is_some() })
}

fn weigh<'a>(said: &Said<'a>, person: &Person, category: &Category, policy: &Policy, now: Timestamp) -> Word<'a> {
    let Said { entry, choice, .. } = *said;
    let yes = said.is_yes();
    let end = if yes { end(entry, person, category, policy) } else { None };
    let by_pupil = person.kind == PersonKind::Pupil && matches!(entry.giver, Giver::Pupil | Giver::Own);
    let too_young = |age: i16| age < i16::from(policy.voice_age);
    let young = by_pupil && age(person.born, policy.day_of(entry.made_at)).is_none_or(too_young);
    Word { entry, choice, young, end, in_force: yes && end.is_none_or(|end| now < end) }
}

fn begins(entry: &Entry) -> Timestamp {
    entry.valid_from.map_or(entry.made_at, |from| from.max(entry.made_at))
}

/// When a grant lapses: the earliest of its own end, the category's longest validity, leaving and the yearly renewal.
fn end(entry: &Entry, person: &Person, category: &Category, policy: &Policy) -> Option<Timestamp> {
    let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
    let longest = category.max_validity_days.and_then(|most| entry.made_at.checked_add(days(most)).ok());
    let left = person.leaving.map(|day| policy.end_of(day));
    [entry.valid_until, longest, left, renewal(entry, policy)].into_iter().flatten().min()
}

/// The first renewal day after a yes was said; the one after that when it was said for the new year, to begin in it.
fn renewal(entry: &Entry, policy: &Policy) -> Option<Timestamp> {
    let day = policy.renewal?;
    let next = day.next(policy.day_of(entry.made_at))?;
    let for_new_year = policy.day_of(begins(entry)) >= next;
    Some(policy.start_of(if for_new_year { day.next(next)? } else { next }))
}

/// Age in whole years; born on 29 February means older from 1 March.
fn age(born: Option<Date>, on: Date) -> Option<i16> {
    let born = born?;
    let before_birthday = (on.month(), on.day()) < (born.month(), born.day());
    Some(on.year() - born.year() - i16::from(before_birthday))
}

/// A word about the very photo outlives later general ones if it is a no, and outweighs earlier ones while a yes is in force.
fn voice<'a>(
    words: &[Said<'a>],
    weigh: impl Fn(&Said<'a>) -> Word<'a>,
    specific_only: bool,
    may_grant: bool,
) -> Voice<'a> {
    let (specific, general) = (latest(words, &weigh, true), latest(words, &weigh, false));
    let no = |word: &Word<'_>| word.choice != Choice::Granted;
    let outweighed = |by: &Word<'a>| specific.is_some_and(|yes| yes.in_force && yes.entry.made_at > by.entry.made_at);
    let refused = specific.filter(no).or_else(|| general.filter(no).filter(|word| !outweighed(word)));
    let general = general.filter(|_| !specific_only);
    let yes = [specific, general].into_iter().flatten().filter(|word| may_grant && !no(word) && !word.young);
    Voice { no: refused, yes: yes.collect() }
}

/// The latest word; of several at one moment the most protective.
fn latest<'a>(words: &[Said<'a>], weigh: impl Fn(&Said<'a>) -> Word<'a>, for_this_photo: bool) -> Option<Word<'a>> {
    let scope = || words.iter().filter(|said| said.for_this_photo == for_this_photo);
    let last = scope().map(|said| said.entry.made_at).max()?;
    let protective = |word: &Word<'_>| match word.choice {
        Choice::Granted => 0,
        Choice::Withdrawn => 1,
        Choice::Refused => 2,
    };
    let shortest = |word: &Word<'_>| Reverse(word.end.unwrap_or(Timestamp::MAX));
    let rank = |word: &Word<'_>| (protective(word), shortest(word), Reverse(word.entry.id));
    scope().filter(|said| said.entry.made_at == last).map(weigh).max_by_key(rank)
}

fn refusal<'v>(voices: impl IntoIterator<Item = &'v Voice<'v>>) -> Option<Standing> {
    let no: Vec<Word<'v>> = voices.into_iter().filter_map(|voice| voice.no).collect();
    let refused = no.iter().any(|word| word.choice == Choice::Refused);
    let kind = if refused { StandingKind::Refused } else { StandingKind::Withdrawn };
    let young_refusal = no.iter().any(|word| word.young);
    let ids = no.iter().map(|word| word.entry.id).collect();
    (!no.is_empty()).then(|| Standing { young_refusal, ..Standing::of(kind, ids) })
}

/// Granted while a yes is in force, or expired, or never asked.
fn consent<'v>(voices: impl Iterator<Item = &'v Voice<'v>>) -> Standing {
    let (now, lapsed): (Vec<Word<'v>>, Vec<Word<'v>>) =
        voices.flat_map(|voice| voice.yes.iter().copied()).partition(|word| word.in_force);
    let ids = |words: &[Word<'_>]| words.iter().map(|word| word.entry.id).collect();
    match (now.as_slice(), lapsed.as_slice()) {
        ([], []) => Standing::unknown(),
        ([], lapsed) => Standing::of(StandingKind::Expired, ids(lapsed)),
        (now, _) => Standing::of(StandingKind::Granted, ids(now)),
    }
}
