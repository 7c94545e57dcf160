//! Feeds of ten thousand pictures, in parts of five hundred, told for the first time and told again while nothing has happened.

use anyhow::Context;
use anyhow::{Result, ensure};
use eyelid::consent::TextKind;
use eyelid::domain::geometry::Size;
use eyelid::domain::id::Digest;
use eyelid::pipeline::RollCache;
use eyelid::pipeline::release::Request;
use eyelid::store::Rendition;

use super::school::{Served, milliseconds, now, timed};

const PHOTOS: usize = 10_000;
const MOST_MS: f64 = 100.0;
const SIZE: Size = Size { width: 4000, height: 3000 };

pub(super) fn measure() -> Result<bool> {
    let served = Served::new(500, PHOTOS, SIZE, |_, number| Ok(Digest::of(format!("photo {number}").as_bytes())))?;
    // the pictures were made before: only rows are needed
    let (roll, id) = (RollCache::default(), served.channel()?.id.clone());
    let (channel, category) = served.school.channel(&id).context("no website")?;
    let request = Request { school: &served.school, roll: &roll, channel, category, actor: &served.actor };
    for photos in served.photos.chunks(500) {
        served.store.write(&served.actor, now(), |w| {
            for photo in photos {
                let decision = request.decide(w, photo, now())?;
                let (blob, proof) = (Digest::of(photo.as_str().as_bytes()), Digest::of(b"proof"));
                let made = Rendition { blob, bytes: 100_000, size: SIZE, proof };
                w.keep_rendition(photo, &decision.fingerprint(), decision.long_side(), &made)?;
            }
            Ok::<_, eyelid::pipeline::PipelineError>(())
        })?;
    }
    let mut fits = true;
    for name in ["feed.json", "feed.xml"] {
        // what has to be placed is, before anything is measured
        served.get("feed.json?limit=1")?;
        let (all, longest) = whole(&served, name)?;
        let (again, _) = whole(&served, name)?;
        println!(
            "{name:10} of {PHOTOS}: {all:>7.1} ms after something was written, no answer longer than {longest:.1} ms; \
             {again:>6.1} ms while nothing has happened"
        );
        fits &= again < MOST_MS && longest < MOST_MS;
        // something is said, so that the other form is told for the first time as well
        let first = served.photos.first().context("no photo")?;
        served.store.write(&served.actor, now(), |w| w.check_text(first, TextKind::Caption, false).map(drop))?;
    }
    Ok(fits)
}

/// How long the parts of a feed take together, and the longest of them, in milliseconds.
fn whole(served: &Served, name: &str) -> Result<(f64, f64)> {
    let (mut after, mut all, mut took, mut longest) = (None::<String>, 0, 0.0, 0.0_f64);
    loop {
        let next = after.map(|after| format!("&after={after}")).unwrap_or_default();
        let ((status, body), part) = timed(|| served.get(&format!("{name}?limit=500{next}")))?;
        ensure!(status == 200, "{name}: {status}");
        took += milliseconds(part);
        longest = longest.max(milliseconds(part));
        let text = String::from_utf8(body)?;
        all += text.matches("\"image/jpeg\"").count() / if name == "feed.json" { 1 } else { 2 };
        after = text.split("?after=").nth(1).map(|rest| rest.chars().take(20).collect());
        if after.is_none() {
            ensure!(all == PHOTOS, "{name} has {all} pictures");
            return Ok((took, longest));
        }
    }
}
