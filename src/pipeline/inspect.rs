//! A received photo is looked into: decoded within limits, upright, in sRGB, and its camera held against the school's list.

use crate::config::School;
use crate::domain::camera::Camera;
use crate::domain::photo::Photo;
use crate::store::Store;
use crate::vision::{Decoded, InHand, Limits, Pixels, decode, measure};

use super::error::PipelineError;
use super::intake::Received;

/// A photo's pixels and what its file told of the camera.
#[derive(Debug)]
pub struct Inspected {
    pub(super) photo: Photo,
    pub(super) pixels: Pixels,
    pub(super) camera: Camera,
    pub(super) allowed: bool,
    /// Held as long as the pixels are.
    pub(super) in_hand: InHand,
}

impl Received {
    /// Decodes the kept bytes; their digest is checked as they are read.
    ///
    /// # Errors
    /// [`PipelineError::Reject`] when they are no picture that can be used; else when the store fails.
    pub fn inspect(self, store: &Store, school: &School) -> Result<Inspected, PipelineError> {
        let bytes = store.blob(&self.photo.digest)?;
        let in_hand = InHand::take(measure(&bytes, None, &Limits::default())?);
        let Decoded { pixels, camera, .. } = decode(&bytes, None, &Limits::default())?;
        let allowed = school.allows(Some(&camera));
        Ok(Inspected { photo: self.photo, pixels, camera, allowed, in_hand })
    }
}
