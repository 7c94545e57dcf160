//! A family says no for a pupil who is in five thousand photos that were placed by hand.

use anyhow::{Context, Result, ensure};
use eyelid::domain::geometry::Size;
use eyelid::domain::id::Digest;
use eyelid::domain::placement::Placed;
use eyelid::pipeline::{RollCache, place_photos};
use eyelid::store::StoreError;

use super::school::{Served, milliseconds, now, timed};

const PHOTOS: usize = 5_000;
const MOST_MS: f64 = 100.0;
const SIZE: Size = Size { width: 4000, height: 3000 };

pub(super) fn measure() -> Result<bool> {
    let served = Served::new(500, PHOTOS, SIZE, |_, number| Ok(Digest::of(format!("photo {number}").as_bytes())))?;
    let channel = served.channel()?.id.clone();
    for photos in served.photos.chunks(500) {
        served.store.write(&served.actor, now(), |w| {
            for photo in photos {
                w.add_placement(&channel, photo, Placed::Printed, "the prospectus", &[])?;
            }
            Ok::<_, StoreError>(())
        })?;
    }
    let roll = RollCache::default();
    while place_photos(&served.store, &served.school, &roll, &served.actor, now(), 10_000)? > 0 {}
    let before = print_of(&served)?;
    let ((), recorded) = timed(|| served.say("P0000", "withdrawn"))?;
    let (after, seen) = timed(|| print_of(&served))?;
    ensure!(before != after, "the picture is the same");
    let effect = milliseconds(recorded + seen);
    let (placed, all) = timed(|| {
        let mut placed = 0;
        loop {
            match place_photos(&served.store, &served.school, &roll, &served.actor, now(), 10_000)? {
                0 => return Ok(placed),
                more => placed += more,
            }
        }
    })?;
    println!(
        "withdrawal of a pupil in {PHOTOS} placed photos: {effect:.1} ms until the next request shows her no more ({:.1} ms to record it); \
         {placed} more queues and take-down tasks in {:.0} ms behind it",
        milliseconds(recorded),
        milliseconds(all)
    );
    Ok(effect < MOST_MS)
}

/// The verdict by which the last photo's picture leaves.
fn print_of(served: &Served) -> Result<String> {
    let (status, body) = served.get("feed.json?limit=1")?;
    ensure!(status == 200, "the feed: {status}");
    let feed: serde_json::Value = serde_json::from_slice(&body)?;
    Ok(feed.pointer("/items/0/_eyelid/fingerprint").context("the feed is empty")?.to_string())
}
