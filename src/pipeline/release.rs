//! A picture leaves: decided in the transaction of this very request, made if need be, and decided again before it goes.

use crate::config::School;
use crate::consent::{Cleared, Decision, Verdict};
use crate::domain::category::Category;
use crate::domain::channel::Channel;
use crate::domain::geometry::Size;
use crate::domain::id::{ActorId, Digest, PhotoId};
use crate::domain::time::Timestamp;
use crate::names::Roll;
use crate::store::{Read, Rendition, Store, StoreError};

use super::decide::Identified;
use super::error::PipelineError;
use super::redact::redact;
use super::render::Rendered;

/// What a request for a picture rests on besides the ledger.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The school's settings.
    pub school: &'a School,
    /// The names on the register.
    pub roll: &'a Roll,
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
    fingerprint: Digest,
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

    /// Width and height in pixels.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
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
        let identified = Identified::load(read, self.roll, photo)?;
        Ok(identified.decide(self.school, self.channel, self.category, now))
    }

    /// The picture as it may leave right now. `clock` is asked again for the second decision.
    ///
    /// # Errors
    /// When there is no such photo, it cannot be made, the store fails, or the facts keep changing meanwhile.
    pub fn picture(
        &self,
        store: &Store,
        photo: &PhotoId,
        clock: impl Fn() -> Timestamp,
    ) -> Result<Answer, PipelineError> {
        for _ in 0..ATTEMPTS {
            let (decision, kept) = store.read(|read| {
                let decision = self.decide(read, photo, clock())?;
                let kept = decision.release().map(|cleared| cached(read, &cleared)).transpose()?.flatten();
                Ok::<_, PipelineError>((decision, kept))
            })?;
            let Some(cleared) = decision.release() else {
                return Ok(Answer::Withheld(Box::new(decision)));
            };
            let fingerprint = *cleared.fingerprint();
            let rendered = match kept.and_then(|kept| Some((store.blob(&kept.blob).ok()?, kept.size))) {
                Some(kept) => kept,
                // not made yet, or the cache is damaged
                None => self.make(store, cleared, clock())?,
            };
            // making a picture takes time, in which a family may have changed its mind
            let again = store.read(|read| self.decide(read, photo, clock()))?;
            if again.verdict() == Verdict::Release && again.fingerprint() == fingerprint {
                let (bytes, size) = rendered;
                return Ok(Answer::Released(Released { bytes, size, fingerprint }));
            }
        }
        Err(PipelineError::Changed(photo.clone()))
    }

    fn make(&self, store: &Store, cleared: Cleared, now: Timestamp) -> Result<(Vec<u8>, Size), PipelineError> {
        let Rendered { cleared, bytes, size } = redact(store, cleared)?.render(&self.school.name)?;
        let blob = store.put_blob(&bytes)?;
        let made = Rendition { blob, bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX), size };
        store.write(self.actor, now, |w| {
            w.keep_rendition(cleared.photo(), cleared.fingerprint(), cleared.long_side(), &made)
        })?;
        Ok((bytes, size))
    }
}

/// So often a picture is made anew when the facts change under it, before the request is given up.
const ATTEMPTS: usize = 3;

fn cached(read: &Read, cleared: &Cleared) -> Result<Option<Rendition>, StoreError> {
    read.rendition(cleared.photo(), cleared.fingerprint(), cleared.long_side())
}
