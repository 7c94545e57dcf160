//! `eyelid consents due`: who must be asked or reminded, and why.

use std::collections::BTreeMap;

use clap::Subcommand;
use jiff::SignedDuration;
use serde::Serialize;

use super::place::{House, Question};
use super::{Outcome, clock, output};
use crate::consent::{Due, DueWhy, due};
use crate::domain::category::Medium;
use crate::domain::id::{CategoryId, PersonId};
use crate::domain::time::Timestamp;
use crate::store::{Read, StoreError};

/// Look over everybody's consents
#[derive(clap::Args)]
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
}

#[derive(Serialize)]
struct Line<'a> {
    person: &'a PersonId,
    category: &'a CategoryId,
    medium: Medium,
    why: &'static str,
    lapses: Option<Timestamp>,
}

/// Runs the command.
///
/// # Errors
/// When nobody is in the class, the store fails or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let What::Due { within, class, question } = &args.what;
    let house = question.place.open()?;
    let now = clock::now();
    let before = now.checked_add(SignedDuration::from_hours(24 * i64::from(*within)))?;
    let people = house.store.read(|read| people(read, class.as_deref()))?;
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
