//! How a tier looks: at which sizes, and how closely it follows a hint.

use super::Tier;
use super::again::{HINT, HINT_QUICKLY, HINT_ROUGHLY};
use crate::domain::geometry::Size;

/// At which sizes a picture is looked at, and from which score on something is worth a second look.
pub(super) struct Plan {
    /// The long side of the first look: a very large face is seen nowhere else.
    whole: f64,
    /// The long side at which busy places are looked at, and the bounds of that scale.
    fine: f64,
    scales: (f64, f64),
    pub(super) hint: f32,
    /// Whether there are second looks.
    pub(super) again: bool,
}

impl Plan {
    /// `roughly` tells whether there is a quantized network that is worth while.
    pub(super) fn of(tier: Tier, roughly: bool) -> Self {
        match (tier, roughly) {
            (Tier::Fast, true) => {
                Self { whole: 512.0, fine: 3000.0, scales: (0.0, 1.0), hint: HINT_QUICKLY, again: true }
            }
            (Tier::Fast, false) => {
                Self { whole: 1024.0, fine: 2048.0, scales: (0.0, LARGEST_SCALE), hint: HINT, again: false }
            }
            // a face of 20 pixels has at least 8 in the wide look, so that it leaves a hint, and in a small picture 26
            (Tier::Thorough, roughly) => {
                let hint = if roughly { HINT_ROUGHLY } else { HINT };
                Self { whole: 1024.0, fine: 3000.0, scales: (0.42, 1.3), hint, again: true }
            }
        }
    }

    /// The scale of the first look.
    pub(super) fn coarse(&self, picture: Size) -> f64 {
        (self.whole / f64::from(picture.long_side())).min(LARGEST_SCALE)
    }

    /// The scale of the wide look.
    pub(super) fn fine(&self, picture: Size) -> f64 {
        let (least, most) = self.scales;
        (self.fine / f64::from(picture.long_side())).clamp(least, most)
    }
}

/// A small picture is enlarged to twice its size and no further.
const LARGEST_SCALE: f64 = 2.0;
