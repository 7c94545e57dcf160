//! Photos are put into the queues of the channels by their verdicts, so that long queues are listed and counted at once.

use std::sync::Arc;

use jiff::ToSpan;

use crate::config::School;
use crate::consent::{Clearance, Code, Decision, Reader, TextKind, Verdict, Weight};
use crate::domain::category::Category;
use crate::domain::channel::Channel;
use crate::domain::geometry::Region;
use crate::domain::id::{ActorId, Digest, PhotoId};
use crate::domain::time::Timestamp;
use crate::names::Roll;
use crate::store::{Place, Read, Store, StoreError, Write};

use super::decide::Identified;
use super::error::PipelineError;
use super::roll::RollCache;

/// Places at most `most` photos of which something was said since they were placed, or whose time has come; gives how many
/// there were. The verdicts come from the very transaction that keeps their places.
///
/// # Errors
/// When the store fails.
pub fn place_photos(
    store: &Store,
    school: &School,
    roll: &RollCache,
    actor: &ActorId,
    now: Timestamp,
    most: usize,
) -> Result<usize, PipelineError> {
    let idle = store.read(|read| {
        let settled = read.places_rules()? == Some(rules(read, school)?);
        Ok::<_, StoreError>(settled && read.unplaced(now, 1)?.is_empty())
    })?;
    if idle {
        return Ok(0);
    }
    let mut placed = 0;
    while placed < most {
        let next = store.write(actor, now, |w| {
            let rules = rules(w, school)?;
            if w.places_rules()? != Some(rules) {
                w.set_places_rules(&rules)?;
            }
            let due = w.unplaced(now, AT_ONCE.min(most - placed))?;
            let roll = roll.of(w)?;
            let places = due.into_iter().map(|photo| Ok((photo.clone(), places(w, school, &roll, &photo, now)?)));
            let places = places.collect::<Result<Vec<_>, PipelineError>>()?;
            if !places.is_empty() {
                w.place(&places)?;
            }
            Ok::<_, PipelineError>(places.len())
        })?;
        placed += next;
        if next == 0 {
            break;
        }
    }
    Ok(placed)
}

/// So many keep other writers waiting for a few hundredths of a second.
const AT_ONCE: usize = 50;

fn places(
    w: &Write<'_>,
    school: &School,
    roll: &Arc<Roll>,
    photo: &PhotoId,
    now: Timestamp,
) -> Result<Vec<Place>, PipelineError> {
    let identified = Identified::load(w, roll, photo)?;
    let texts = texts_beside(w, photo)?;
    let due_at = now.checked_add(i64::from(school.push.take_down_hours).hours()).unwrap_or(now);
    let place = |(channel, category): (&Channel, &Category)| {
        let decision = identified.decide(school, channel, category, now);
        // families look at their own pages: nothing is sent out
        let sent = decision.verdict() == Verdict::Release && !channel.families_only;
        let shown = sent.then(|| edition(&decision.fingerprint(), &texts));
        let until = identified.next_turn(school, category, now);
        let (queue, bears) = (decision.queue(), bears(&decision));
        Place { channel: channel.id.clone(), queue, until, edition: shown, bears, due_at }
    };
    Ok(school.channels().map(place).collect())
}

/// What a picture that was placed by hand has to hide to be left alone; nothing when none may be. That a new, laxer
/// picture waits to be signed off says nothing against the one that is out.
fn bears(decision: &Decision) -> Option<Vec<Region>> {
    let (_, reasons) = decision.told_to(Reader::Dsl);
    let of_signer = |code| matches!(code, Code::SignOffMissing | Code::SignOffStale | Code::FourEyes);
    let waits = reasons.iter().filter(|reason| reason.weight > Weight::Note).all(|reason| of_signer(reason.code));
    decision.draft().filter(|_| waits).map(|draft| draft.plan().hidden().to_vec())
}

/// What stands beside a picture, as far as it may change under the same verdict. An event's first name is left out, so that the
/// editions of pictures whose event was never renamed stay what they are.
///
/// # Errors
/// When the store fails.
pub fn texts_beside(read: &Read, photo: &PhotoId) -> Result<Vec<Option<String>>, StoreError> {
    let mut texts = vec![read.text(photo, TextKind::Caption)?, read.text(photo, TextKind::AltText)?];
    texts.extend(read.new_event_name(photo)?.map(Some));
    Ok(texts)
}

/// A picture with its texts: whoever has another edition has to be told.
#[must_use]
pub fn edition(fingerprint: &Digest, texts: &[Option<String>]) -> Digest {
    let mut all = fingerprint.as_bytes().to_vec();
    for text in texts {
        let text = text.as_deref().unwrap_or_default();
        all.extend(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        all.extend(text.as_bytes());
    }
    Digest::of(&all)
}

/// What verdicts rest on besides the facts: the settings, and the names against which texts are read.
fn rules(read: &Read, school: &School) -> Result<Digest, StoreError> {
    let names = read.names_version()?;
    let settings = format!("{:?}", (&school.name, &school.channels, &school.categories, &school.policy, names));
    Ok(Digest::of(settings.as_bytes()))
}
