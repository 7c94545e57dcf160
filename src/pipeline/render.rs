//! A redacted photo becomes a rendition: sized, encoded to fresh bytes, kept under its photo, verdict and size.

use crate::consent::Clearance;
use crate::domain::geometry::Size;
use crate::vision::{Credit, encode_jpeg, resize};

use super::error::PipelineError;
use super::redact::Redacted;

/// A finished picture for one verdict, with its credit.
#[derive(Debug, Clone)]
pub struct Rendered<C> {
    pub(super) clearance: C,
    pub(super) bytes: Vec<u8>,
    pub(super) size: Size,
}

impl<C: Clearance> Redacted<C> {
    /// Sizes, to this longest side or the smaller one of the plan, and encodes; every rendition comes from redacted full-size
    /// pixels, never from another rendition.
    ///
    /// # Errors
    /// When the picture cannot be sized or encoded.
    pub fn render(self, long_side: u32) -> Result<Rendered<C>, PipelineError> {
        let Self { clearance, pixels, in_hand: _in_hand } = self;
        let pixels = resize(&pixels, long_side.min(clearance.plan().long_side()))?;
        let credit = clearance.plan().credit();
        let bytes = encode_jpeg(&pixels, Some(&Credit { credit, rights: credit }))?;
        Ok(Rendered { size: pixels.size(), clearance, bytes })
    }
}
