//! `eyelid consents due` and `remind`: who must be asked or reminded, and why; and writing to them.

use std::collections::BTreeMap;

use clap::Subcommand;
use jiff::SignedDuration;
use serde::Serialize;

use super::place::{House, Question};
use super::{Outcome, clock, output};
use crate::access::AccountId;
use crate::consent::{Due, DueWhy, due};
use crate::domain::category::Medium;
use crate::domain::id::{CategoryId, PersonId};
use crate::domain::time::Timestamp;
use crate::office::remind::{Rules, plan, send};
use crate::store::{Read, StoreError};

/// Look over everybody's consents
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid consents due --within 60 --class Oak --data school\n\
\x20 eyelid consents remind --dry-run --data school")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List who must be asked or reminded, and why
    Due {
        /// How far to look ahead for answers that lapse
        #[arg(long, value_name = "DAYS", default_value_t = 30)]
        within: u16,
        /// Only this registration class
        #[arg(long)]
        class: Option<String>,
        #[command(flatten)]
        question: Question,
    },
    /// Write to the parents and carers whose answers are due; running it again writes to nobody twice
    Remind {
        /// How far to look ahead for answers that lapse
        #[arg(long, value_name = "DAYS", default_value_t = Rules::default().within_days)]
        within: u16,
        /// Nobody is written to twice within so many days
        #[arg(long, value_name = "DAYS", default_value_t = Rules::default().every_days, value_parser = clap::value_parser!(u16).range(1..))]
        every: u16,
        /// Only say who would be written to
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        question: Question,
    },
}

#[derive(Serialize)]
struct Line<'a> {
    person: &'a PersonId,
    category: &'a CategoryId,
    medium: Medium,
    why: &'static str,
    lapses: Option<Timestamp>,
}

/// Who was written to, or would be.
#[derive(Serialize)]
struct Reminded<'a> {
    due: Vec<i64>,
    already: Vec<i64>,
    unlinked: &'a [PersonId],
    sent: Option<usize>,
    failed: Option<usize>,
}

/// Runs the command.
///
/// # Errors
/// When nobody is in the class, no message can be sent, the store fails or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    match &args.what {
        What::Due { within, class, question } => list(*within, class.as_deref(), question),
        What::Remind { within, every, dry_run, question } => {
            remind(Rules { within_days: *within, every_days: *every }, *dry_run, question)
        }
    }
}

fn remind(rules: Rules, dry_run: bool, question: &Question) -> anyhow::Result<Outcome> {
    let House { store, school, actor } = question.place.open()?;
    let now = clock::now();
    let plan = store.read(|read| plan(read, &school, rules, now))?;
    let sent = if dry_run { None } else { Some(send(&store, &school, &plan.due, rules, &actor, now)?) };
    if question.json {
        let numbers = |accounts: &[AccountId]| accounts.iter().map(|account| account.0).collect();
        let (sent, failed) = (sent.map(|sent| sent.sent), sent.map(|sent| sent.failed));
        let (due, already) = (numbers(&plan.due), numbers(&plan.already));
        output::json(&Reminded { due, already, unlinked: &plan.unlinked, sent, failed })?;
    } else {
        match sent {
            None => output::line(format_args!("{} parents and carers would be reminded", plan.due.len()))?,
            Some(sent) => output::line(format_args!("{} parents and carers were reminded", sent.sent))?,
        }
        output::line(format_args!("{} were reminded less than {} days ago", plan.already.len(), rules.every_days))?;
        for person in &plan.unlinked {
            output::line(format_args!("{person}: nobody is linked: print a form"))?;
        }
    }
    match sent {
        Some(sent) if sent.failed > 0 => {
            output::note(format_args!("{} reminders did not leave: run it again", sent.failed));
            Ok(Outcome::SomeRefused)
        }
        _ => Ok(Outcome::Done),
    }
}

fn list(within: u16, class: Option<&str>, question: &Question) -> anyhow::Result<Outcome> {
    let house = question.place.open()?;
    let now = clock::now();
    let before = now.checked_add(SignedDuration::from_hours(24 * i64::from(within)))?;
    let people = house.store.read(|read| people(read, class))?;
    if let Some(class) = class
        && people.is_empty()
    {
        anyhow::bail!("nobody on the register is in class `{class}`: write it as the roll does");
    }
    let records = house.store.read(|read| read.records(&people))?;
    let due = due(records.values(), &house.school.categories, &house.school.policy, now, before);
    if question.json {
        due.iter().try_for_each(|due| output::json(&line(due)))?;
    } else {
        tell(&due, &house)?;
    }
    Ok(Outcome::Done)
}

fn people(read: &Read, class: Option<&str>) -> Result<Vec<PersonId>, StoreError> {
    Ok(match class {
        Some(class) => read.class(class)?.into_iter().map(|person| person.id).collect(),
        None => read.people()?.into_keys().collect(),
    })
}

fn line(Due { person, category, medium, why }: &Due) -> Line<'_> {
    let (why, lapses) = match why {
        DueWhy::NeverAsked => ("never_asked", None),
        DueWhy::Expired => ("expired", None),
        DueWhy::Lapses(at) => ("lapses", Some(*at)),
        DueWhy::YoungRefusal => ("young_refusal", None),
    };
    Line { person, category, medium: *medium, why, lapses }
}

/// One line a person and reason.
fn tell(due: &[Due], house: &House) -> std::io::Result<()> {
    let mut lines: BTreeMap<(&PersonId, DueWhy), Vec<String>> = BTreeMap::new();
    for Due { person, category, medium, why } in due {
        lines.entry((person, *why)).or_default().push(format!("{category} ({})", medium.as_str()));
    }
    for ((person, why), uses) in &lines {
        let why = match why {
            DueWhy::NeverAsked => "never asked".to_owned(),
            DueWhy::Expired => "lapsed".to_owned(),
            DueWhy::Lapses(at) => format!("lapses on {}", house.school.policy.day_of(*at)),
            DueWhy::YoungRefusal => "refused by a pupil too young to decide, talk to the family".to_owned(),
        };
        output::line(format_args!("{person}: {why}: {}", uses.join(", ")))?;
    }
    Ok(())
}
