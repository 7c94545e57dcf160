//! `eyelid release`: a folder with what may leave on a channel right now.

use std::path::PathBuf;

use anyhow::bail;

use super::place::Place;
use super::{Outcome, clock, output};
use crate::domain::id::ChannelId;
use crate::pipeline::RollCache;
use crate::pipeline::release::{Answer, Request};
use crate::release::pack;
use crate::store::{Read, StoreError};

/// Write what may leave on a channel right now, and remove what may no longer be shown
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid release website -o website/ --data school")]
pub(super) struct Args {
    /// The channel
    channel: ChannelId,
    /// The folder: an empty one, or one of an earlier release of this channel
    #[arg(short, long)]
    out: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
///
/// # Errors
/// When there is no such channel, or the folder or the store cannot be used.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let house = args.place.open()?;
    let (channel, category) = house.channel(&args.channel)?;
    if channel.families_only {
        bail!("the pictures of `{}` are for families only: they see them on their own pages", channel.id);
    }
    let (roll, photos) = (RollCache::default(), house.store.read(Read::photos)?.len());
    let request = Request { school: &house.school, roll: &roll, channel, category, actor: &house.actor };
    let progress = output::Progress::new(photos, "releasing");
    let (mut withheld, mut failed, mut damaged) = (0, 0, false);
    let pack = pack(&house.store, &request, &args.out, clock::now, |photo, answer| {
        match answer {
            Ok(Answer::Released(_)) => {}
            Ok(Answer::Withheld(_)) => withheld += 1,
            Err(error) => {
                failed += 1;
                progress.note(format_args!("photo {}: {error}", photo.id));
                damaged |= error.store().is_some_and(StoreError::is_fault);
            }
        }
        progress.step();
    })?;
    drop(progress);
    output::line(format_args!(
        "{} pictures in {}, {withheld} photos withheld",
        pack.pictures.len(),
        args.out.display()
    ))?;
    Ok(match (failed, damaged) {
        (0, _) => Outcome::Done,
        (_, false) => Outcome::SomeRefused,
        (_, true) => Outcome::SomeDamaged,
    })
}
