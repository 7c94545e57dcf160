//! Faces are sought in an inspected photo; from here on the pixels are gone and only boxes remain.

use crate::domain::camera::Camera;
use crate::domain::geometry::Size;
use crate::domain::likeness::Likeness;
use crate::domain::photo::Photo;
use crate::vision::{Detection, Detector, Tier, likeness};

use super::error::PipelineError;
use super::inspect::Inspected;

/// A photo and the faces that one tier of the detector found in it.
#[derive(Debug)]
pub struct Found {
    pub(super) photo: Photo,
    pub(super) camera: Camera,
    pub(super) size: Size,
    pub(super) tier: Tier,
    pub(super) likeness: Likeness,
    pub(super) faces: Vec<Detection>,
    pub(super) allowed: bool,
}

impl Inspected {
    /// Seeks faces with one tier; a photo from a camera that is not the school's is not looked at.
    ///
    /// # Errors
    /// When the detector or the resampler fails.
    pub fn find(self, detector: &Detector, tier: Tier) -> Result<Found, PipelineError> {
        let faces = if self.allowed { detector.detect(&self.pixels, tier)? } else { Vec::new() };
        let likeness = likeness(&self.pixels)?;
        let Self { photo, camera, allowed, pixels, in_hand: _in_hand } = self;
        Ok(Found { likeness, photo, camera, size: pixels.size(), tier, faces, allowed })
    }
}
