//! What a signer is shown: the picture exactly as it would leave, made by the same code under a clearance that lets nothing leave.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use crate::consent::{Clearance, Draft};
use crate::domain::id::{Digest, PhotoId};
use crate::domain::time::Timestamp;
use crate::store::Store;

use super::error::PipelineError;
use super::redact::redact;
use super::release::Request;
use super::render::Rendered;

/// A picture for the eyes of whoever checks it.
#[derive(Debug, Clone)]
pub struct Preview(Arc<Rendered<Draft>>);

/// The latest previews, in memory only: nobody has agreed to them yet, so no disk keeps them.
#[derive(Debug, Default)]
pub struct Previews(Mutex<VecDeque<(Digest, u32, Preview)>>);

impl Preview {
    /// The JPEG's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }
}

impl Request<'_> {
    /// The picture as it would leave if it were signed off right now, with its longest side at most `long_side`; nothing when no
    /// sign-off could let it leave.
    ///
    /// # Errors
    /// When there is no such photo, it cannot be made or the store fails.
    pub fn preview(
        &self,
        store: &Store,
        previews: &Previews,
        photo: &PhotoId,
        long_side: u32,
        now: Timestamp,
    ) -> Result<Option<Preview>, PipelineError> {
        let Some(draft) = store.read(|read| self.decide(read, photo, now))?.draft() else { return Ok(None) };
        let (fingerprint, long_side) = (*draft.plan().fingerprint(), long_side.min(draft.plan().long_side()));
        if let Some(kept) = previews.kept(&fingerprint, long_side) {
            return Ok(Some(kept));
        }
        let made = Preview(Arc::new(redact(store, draft)?.render(long_side)?));
        previews.keep(fingerprint, long_side, made.clone());
        Ok(Some(made))
    }
}

impl Previews {
    /// At most so many: with a megabyte each a small machine holds them.
    const MOST: usize = 64;

    /// Forgets the pictures of photos that were destroyed.
    pub fn forget(&self, destroyed: &BTreeSet<PhotoId>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, _, preview)| !destroyed.contains(preview.0.clearance.plan().photo()));
    }

    fn kept(&self, fingerprint: &Digest, long_side: u32) -> Option<Preview> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(print, long, _)| print == fingerprint && *long == long_side);
        found.map(|(_, _, preview)| preview.clone())
    }

    fn keep(&self, fingerprint: Digest, long_side: u32, preview: Preview) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= Self::MOST {
            kept.pop_front();
        }
        kept.push_back((fingerprint, long_side, preview));
    }
}
