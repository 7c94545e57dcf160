//! The photo's pixels with every hidden region painted over, at full resolution, before anything is resized.

use crate::consent::Clearance;
use crate::store::Store;
use crate::vision::{InHand, Limits, Pixels, decode, measure, obscure};

use super::error::PipelineError;

/// Pixels that show nobody whom the verdict hides. There is no other way to get pixels to the render stage; what they may be
/// used for is told by the type of their clearance.
#[derive(Debug)]
pub struct Redacted<C> {
    pub(super) clearance: C,
    pub(super) pixels: Pixels,
    /// Held as long as the pixels are.
    pub(super) in_hand: InHand,
}

/// Decodes the original anew and hides what the verdict hides.
///
/// The noise of the `blur` style is keyed by the original's digest: the same in every rendition, so that averaging renditions
/// gains nothing, and unknown to whoever does not have the original.
///
/// # Errors
/// When the original is gone, damaged or no longer decodes.
pub fn redact<C: Clearance>(store: &Store, clearance: C) -> Result<Redacted<C>, PipelineError> {
    let plan = clearance.plan();
    let bytes = store.blob(plan.digest())?;
    let in_hand = InHand::take(measure(&bytes, None, &Limits::default())?);
    let mut pixels = decode(&bytes, None, &Limits::default())?.pixels;
    obscure(&mut pixels, plan.hidden(), plan.shown(), plan.style(), plan.digest().as_bytes());
    Ok(Redacted { clearance, pixels, in_hand })
}
