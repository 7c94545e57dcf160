//! `eyelid pupil`: where somebody stands for every use, by which words, and when that will change.

use serde::Serialize;

use super::place::{House, Question, moment};
use super::{Outcome, clock, output};
use crate::consent::ledger::{Act, Choice, Entry, Giver, Method, Record};
use crate::consent::{Line, Reader, StandingKind, explain};
use crate::domain::category::Medium;
use crate::domain::id::{CategoryId, EntryId, PersonId, PhotoId};
use crate::domain::time::Timestamp;
use crate::office::OfficeError;
use crate::store::StoreError;

/// Explain where a pupil stands for every use
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid pupil P012 --data school\n\
\x20 eyelid pupil P012 --at 2026-06-12 --json --data school")]
pub(super) struct Args {
    /// The pupil's id
    pupil: PersonId,
    /// Another moment than now, by what had been said by then: `2026-06-12` or a date with time
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    question: Question,
}

#[derive(Serialize)]
struct Told<'a> {
    category: &'a CategoryId,
    medium: Medium,
    standing: StandingKind,
    until: Option<Timestamp>,
    begins: Option<Timestamp>,
    young_refusal: bool,
    entries: Vec<Said<'a>>,
}

/// An entry without its giver's key, which may be a name.
#[derive(Serialize)]
struct Said<'a> {
    entry: EntryId,
    said: &'static str,
    giver: &'static str,
    method: Method,
    made_at: Timestamp,
    recorded_at: Timestamp,
    valid_from: Option<Timestamp>,
    valid_until: Option<Timestamp>,
    photo: Option<&'a PhotoId>,
}

/// Runs the command.
///
/// Whoever reads a data folder has the folder, so JSON tells a restriction; sentences are those for everybody.
///
/// # Errors
/// When there is no such person, the moment is none, the store fails or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let house = args.question.place.open()?;
    let at = args.at.as_deref().map(|text| moment(text, &house.school)).transpose()?;
    let (mut records, then) = house.store.read(|read| {
        let then = at.map(|at| read.person_at(&args.pupil, at)).transpose()?.flatten();
        Ok::<_, StoreError>((read.records([&args.pupil])?, then))
    })?;
    let today = records.remove(&args.pupil).ok_or_else(|| OfficeError::NoPerson(args.pupil.clone()))?;
    let (record, now) = match (at, then) {
        (Some(at), Some(person)) => (Record { person, ..today }.said_by(at, &house.school.policy), at),
        _ => (today, clock::now()),
    };
    let reader = if args.question.json { Reader::Dsl } else { Reader::Other };
    for line in explain(&record, &house.school.categories, &house.school.policy, now, reader) {
        let told = told(&line, &record);
        if args.question.json {
            output::json(&told)?;
        } else {
            tell(&told, &house)?;
        }
    }
    Ok(Outcome::Done)
}

fn told<'a>(line: &'a Line, record: &'a Record) -> Told<'a> {
    let standing = &line.standing;
    let behind = record.own().filter(|entry| standing.determined_by.contains(&entry.id));
    Told {
        category: &line.category,
        medium: line.medium,
        standing: standing.kind,
        until: standing.until,
        begins: line.begins,
        young_refusal: standing.young_refusal,
        entries: behind.map(said).collect(),
    }
}

fn said(entry: &Entry) -> Said<'_> {
    Said {
        entry: entry.id,
        said: match &entry.act {
            Act::Decide { decision: choice, .. } | Act::Biometric(choice) => match choice {
                Choice::Granted => "granted",
                Choice::Refused => "refused",
                Choice::Withdrawn => "withdrawn",
            },
            Act::Object { .. } => "objected",
            Act::Restrict => "restricted",
            Act::Lift => "lifted",
            Act::Notify => "notified",
        },
        giver: match entry.giver {
            Giver::Guardian(_) => "guardian",
            Giver::Pupil => "pupil",
            Giver::Own => "self",
            Giver::School => "school",
        },
        method: entry.method,
        made_at: entry.made_at,
        recorded_at: entry.recorded_at,
        valid_from: entry.valid_from,
        valid_until: entry.valid_until,
        photo: match &entry.act {
            Act::Decide { photo, .. } | Act::Object { photo, .. } => photo.as_ref(),
            _ => None,
        },
    }
}

fn tell(told: &Told<'_>, house: &House) -> std::io::Result<()> {
    let day = |at: Timestamp| house.school.policy.day_of(at);
    let until = told.until.map(|at| format!(", lapses on {}", day(at))).unwrap_or_default();
    let begins = told.begins.map(|at| format!(", granted from {}", day(at))).unwrap_or_default();
    let Told { category, medium, standing, .. } = told;
    output::line(format_args!("{category} ({}): {}{until}{begins}", medium.as_str(), standing.words()))?;
    if told.young_refusal {
        output::line("  a pupil too young to decide said no: it is obeyed, talk to the family")?;
    }
    told.entries.iter().try_for_each(|Said { entry, said, giver, method, made_at, .. }| {
        output::line(format_args!("  entry {}: {said}, {giver}, {}, {}", entry.0, method.as_str(), day(*made_at)))
    })
}
