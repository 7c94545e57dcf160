//! A picture leaves: decided in the transaction of this very request, made if need be, and decided again before it goes.

use crate::config::School;
use crate::consent::{Clearance, Cleared, Decision, Verdict};
use crate::domain::category::Category;
use crate::domain::channel::Channel;
use crate::domain::geometry::Size;
use crate::domain::id::{ActorId, Digest, PhotoId};
use crate::domain::time::Timestamp;
use crate::store::{Read, Rendition, Store, StoreError, Write};

use super::decide::Identified;
use super::error::PipelineError;
use super::prove::Proven;
use super::redact::redact;
use super::roll::RollCache;
use super::width::Width;

/// What a request for a picture rests on besides the ledger.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The school's settings.
    pub school: &'a School,
    /// The names on the register.
    pub roll: &'a RollCache,
    /// The channel that asks.
    pub channel: &'a Channel,
    /// The channel's category.
    pub category: &'a Category,
    /// Who asks.
    pub actor: &'a ActorId,
}

/// A picture that may leave now.
#[derive(Debug, Clone)]
pub struct Released {
    bytes: Vec<u8>,
    size: Size,
    long_side: u32,
    fingerprint: Digest,
}

/// A picture that may leave now, before anybody has asked for its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    /// The verdict's digest.
    pub fingerprint: Digest,
    /// The longest side: with the verdict it tells renditions apart.
    pub long_side: u32,
    /// The rendition for exactly this verdict and side, if it was made.
    pub kept: Option<Rendition>,
    /// Until when the verdict stands unless somebody says something; for ever when nothing is given.
    pub until: Option<Timestamp>,
}

/// The answer to a request for a picture.
#[derive(Debug)]
pub enum Answer {
    /// It may leave.
    Released(Released),
    /// It may not; the decision says why.
    Withheld(Box<Decision>),
}

impl Released {
    /// The JPEG's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The JPEG's bytes, for whoever sends them.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Width and height in pixels.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The longest side that it was made for: with the verdict it tells renditions apart.
    #[must_use]
    pub fn long_side(&self) -> u32 {
        self.long_side
    }

    /// The verdict that it was made for.
    #[must_use]
    pub fn fingerprint(&self) -> &Digest {
        &self.fingerprint
    }
}

impl Request<'_> {
    /// The verdict right now, by one snapshot.
    ///
    /// # Errors
    /// When there is no such photo or the store fails.
    pub fn decide(&self, read: &Read, photo: &PhotoId, now: Timestamp) -> Result<Decision, PipelineError> {
        Ok(self.identify(read, photo)?.decide(self.school, self.channel, self.category, now))
    }

    /// What the verdict rests on, in the same snapshot.
    ///
    /// # Errors
    /// When there is no such photo or the store fails.
    pub fn identify(&self, read: &Read, photo: &PhotoId) -> Result<Identified, PipelineError> {
        Identified::load(read, &self.roll.of(read)?, photo)
    }

    /// The picture as it may leave right now, at most this wide. `clock` is asked again for the second decision.
    ///
    /// # Errors
    /// When there is no such photo, it cannot be made, the store fails, or the facts keep changing meanwhile.
    pub fn picture(
        &self,
        store: &Store,
        photo: &PhotoId,
        width: Option<Width>,
        clock: impl Fn() -> Timestamp,
    ) -> Result<Answer, PipelineError> {
        for _ in 0..ATTEMPTS {
            let (decision, offer) = store.read(|read| {
                let decision = self.decide(read, photo, clock())?;
                let offer = decision.release().map(|cleared| offer(read, cleared, width)).transpose()?;
                Ok::<_, PipelineError>((decision, offer))
            })?;
            let Some(Offer { cleared, long_side, kept }) = offer else {
                return Ok(Answer::Withheld(Box::new(decision)));
            };
            let fingerprint = *cleared.plan().fingerprint();
            let (bytes, size) = match kept.and_then(|kept| Some((store.blob(&kept.blob).ok()?, kept.size))) {
                Some(kept) => kept,
                // not made yet, or the cache is damaged
                None => self.make(store, cleared, long_side, clock())?,
            };
            // making a picture takes time, in which a family may have changed its mind
            let again = store.read(|read| self.decide(read, photo, clock()))?;
            if again.verdict() == Verdict::Release && again.fingerprint() == fingerprint {
                return Ok(Answer::Released(Released { bytes, size, long_side, fingerprint }));
            }
        }
        Err(PipelineError::Changed(photo.clone()))
    }

    /// What would be given right now, without making it; nothing when the photo may not leave.
    ///
    /// # Errors
    /// When there is no such photo or the store fails.
    pub fn edition(
        &self,
        read: &Read,
        photo: &PhotoId,
        width: Option<Width>,
        now: Timestamp,
    ) -> Result<Option<Edition>, PipelineError> {
        let identified = self.identify(read, photo)?;
        let cleared = identified.decide(self.school, self.channel, self.category, now).release();
        let offer = cleared.map(|cleared| offer(read, cleared, width)).transpose()?;
        let until = identified.next_turn(self.school, self.category, now);
        let edition = |Offer { cleared, long_side, kept }| {
            let fingerprint = *cleared.plan().fingerprint();
            Edition { fingerprint, long_side, kept, until }
        };
        Ok(offer.map(edition))
    }

    fn make(
        &self,
        store: &Store,
        cleared: Cleared,
        long_side: u32,
        now: Timestamp,
    ) -> Result<(Vec<u8>, Size), PipelineError> {
        let (photo, verdict) = (cleared.plan().photo().clone(), *cleared.plan().fingerprint());
        let redacted = redact(store, cleared)?;
        let whole = redacted.pixels.size();
        let proven = redacted.render(long_side)?.prove(whole);
        if let Err(PipelineError::Flawed(_, flaw)) = &proven {
            tracing::error!(photo = %photo, flaw = flaw.word(), "a finished picture failed its proof and stays here");
            metrics::counter!("eyelid_proofs_failed_total", "flaw" => flaw.word()).increment(1);
            store.write(self.actor, now, |w| w.keep_flaw(&photo, &verdict, long_side, flaw.word()))?;
        }
        let Proven { clearance, bytes, size, proof } = proven?;
        let blob = store.put_blob(&bytes)?;
        let made = Rendition { blob, bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX), size, proof };
        let plan = clearance.plan();
        let keep = |w: &Write<'_>| w.keep_rendition(plan.photo(), plan.fingerprint(), long_side, &made);
        if !store.write(self.actor, now, keep)? {
            store.delete_blob(&blob)?;
        }
        Ok((bytes, size))
    }
}

/// So often a picture is made anew when the facts change under it, before the request is given up.
const ATTEMPTS: usize = 3;

struct Offer {
    cleared: Cleared,
    long_side: u32,
    kept: Option<Rendition>,
}

fn offer(read: &Read, cleared: Cleared, width: Option<Width>) -> Result<Offer, StoreError> {
    let plan = cleared.plan();
    let fitted = |width: Width| {
        let size = read.photo(plan.photo())?.and_then(|photo| photo.size);
        Ok::<_, StoreError>(size.map(|size| width.long_side(size, plan.long_side())))
    };
    let long_side = width.map(fitted).transpose()?.flatten().unwrap_or(plan.long_side());
    let kept = read.rendition(plan.photo(), plan.fingerprint(), long_side)?;
    Ok(Offer { cleared, long_side, kept })
}
