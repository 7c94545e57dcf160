//! `eyelid audit`: what happened, and proof that nobody has rewritten it.

use clap::Subcommand;
use serde::Serialize;

use super::place::Place;
use super::{Outcome, output};
use crate::audit::Head;
use crate::domain::id::{ActorId, Digest, PersonId};
use crate::domain::time::Timestamp;
use crate::office::OfficeError;
use crate::store::StoreError;

/// Show what happened, or verify that nobody has rewritten it
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid audit verify --data school\n\
\x20 eyelid audit show --pupil P012 --data school")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Verify the whole chain and print its head; note the head outside to prove later that no rows were cut off
    Verify {
        #[command(flatten)]
        place: Place,
        /// A head that was noted earlier, as COUNT:HASH
        #[arg(long = "head", value_name = "COUNT:HASH")]
        noted: Vec<Head>,
    },
    /// Print what happened, oldest first, one JSON object a line
    Show {
        /// Only what concerns this person
        #[arg(long, value_name = "ID")]
        pupil: Option<PersonId>,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Serialize)]
struct Line {
    seq: u64,
    at: Timestamp,
    actor: ActorId,
    event: serde_json::Value,
    hash: Digest,
}

/// Runs the command.
///
/// # Errors
/// When the chain is broken, nobody has the id that is asked for, the store fails or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    match &args.what {
        What::Verify { place, noted } => {
            let head = place.open()?.store.read(|read| read.verify_audit(noted))?;
            output::line(format_args!("the audit chain holds; head {head}"))?;
        }
        What::Show { pupil, place } => show(place, pupil.as_ref())?,
    }
    Ok(Outcome::Done)
}

fn show(place: &Place, pupil: Option<&PersonId>) -> anyhow::Result<()> {
    let house = place.open()?;
    let mut after = 0;
    if let Some(id) = pupil
        && house
            .store
            .read(|read| Ok::<_, StoreError>(read.person(id)?.is_none() && read.audit_rows(pupil, 0, 1)?.is_empty()))?
    {
        return Err(OfficeError::NoPerson(id.clone()).into());
    }
    loop {
        let rows = house.store.read(|read| read.audit_rows(pupil, after, PAGE))?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.seq;
        for row in rows {
            let event = serde_json::from_str(&row.event)?;
            output::json(&Line { seq: row.seq, at: row.at, actor: row.actor, event, hash: row.hash })?;
        }
    }
}

const PAGE: u32 = 1000;
