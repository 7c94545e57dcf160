//! The data folder that a command works on, and moments as people write them.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::clock;
use crate::config::School;
use crate::consent::ledger::Choice;
use crate::domain::category::Category;
use crate::domain::channel::Channel;
use crate::domain::id::{ActorId, ChannelId};
use crate::domain::time::{Date, Timestamp};
use crate::pipeline::recognition::sweep;
use crate::store::Store;

/// The data folder of a command.
#[derive(clap::Args)]
pub(super) struct Place {
    /// The school's data folder
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

/// A data folder that is asked something, and the form of the answer.
#[derive(clap::Args)]
pub(super) struct Question {
    #[command(flatten)]
    pub(super) place: Place,
    /// One JSON object a line on standard output
    #[arg(long)]
    pub(super) json: bool,
}

/// An open data folder.
pub(super) struct House {
    /// Its store.
    pub(super) store: Store,
    /// Its settings.
    pub(super) school: School,
    /// Whoever runs the command line.
    pub(super) actor: ActorId,
}

impl Place {
    /// A folder that is made when missing.
    #[must_use]
    pub(super) fn at(data: PathBuf) -> Self {
        Self { data }
    }

    /// The folder's path.
    #[must_use]
    pub(super) fn path(&self) -> &std::path::Path {
        &self.data
    }

    /// Opens the folder, and makes it when it is missing; templates that outlived their gate are destroyed.
    ///
    /// # Errors
    /// When the settings or the store cannot be used.
    pub(super) fn found(&self) -> anyhow::Result<House> {
        let (school, now) = (School::load(&self.data)?, clock::now());
        let house = House { store: Store::open(&self.data, now)?, school, actor: "cli".parse()? };
        sweep(&house.store, &house.school, &house.actor, now)?;
        Ok(house)
    }

    /// Opens a folder that has to be there: a mistyped path does not make a second school.
    ///
    /// # Errors
    /// When it is missing, or the settings or the store cannot be used.
    pub(super) fn open(&self) -> anyhow::Result<House> {
        if !self.data.join("eyelid.db").is_file() {
            bail!(
                "no data folder at `{}`: check the path, or fill a new one with `eyelid import pupils`",
                self.data.display()
            );
        }
        self.found()
    }
}

impl House {
    /// The channel of that id with its category.
    ///
    /// # Errors
    /// When the school has no such channel.
    pub(super) fn channel(&self, id: &ChannelId) -> anyhow::Result<(&Channel, &Category)> {
        self.school.channel(id).with_context(|| {
            let known: Vec<&str> = self.school.channels.iter().map(|channel| channel.id.as_str()).collect();
            format!("no channel `{id}`: the school's channels are {}", known.join(", "))
        })
    }
}

/// The moment of a word that was said then, or now; of a day, its first or last as [`Policy::said_on`] says.
///
/// # Errors
/// When it is no moment, or lies ahead.
///
/// [`Policy::said_on`]: crate::consent::Policy::said_on
pub(super) fn said_at(
    text: Option<&str>,
    choice: Choice,
    school: &School,
    now: Timestamp,
) -> anyhow::Result<Timestamp> {
    let made_at = match text {
        Some(text) => {
            day(text).map_or_else(|| moment(text, school), |day| Ok(school.policy.said_on(day, choice, now)))?
        }
        None => now,
    };
    anyhow::ensure!(made_at <= now, "--made-at lies in the future: give the day on which it was said");
    Ok(made_at)
}

/// A day without a time.
pub(super) fn day(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| !text.contains(['T', ' ']))
}

/// A moment as people write it: `2026-06-12T14:30:00Z`, `2026-06-12T14:30` at the school, or `2026-06-12` for its first moment.
///
/// # Errors
/// When it is none of these.
pub(super) fn moment(text: &str, school: &School) -> anyhow::Result<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    if let Some(day) = day(text) {
        return Ok(school.policy.start_of(day));
    }
    let local = text.parse::<jiff::civil::DateTime>();
    let zoned = local.and_then(|local| local.to_zoned(school.policy.time_zone.clone()));
    let zoned = zoned.with_context(|| format!("`{text}` is not a moment: write 2026-06-12 or 2026-06-12T14:30:00Z"))?;
    Ok(zoned.timestamp())
}
