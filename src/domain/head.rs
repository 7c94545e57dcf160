//! How much of a picture has to be hidden for a face: the whole head, or the whole body.

use serde::{Deserialize, Serialize};

use super::geometry::{Rect, Region, Size};

/// How much of a person a channel hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cover {
    /// Hair, ears and chin with the face.
    Head,
    /// The head and what hangs below it: clothes and posture tell a child from afar.
    Body,
}

impl Cover {
    /// The solid region to hide for a face's box, cut at the picture's edges.
    ///
    /// The head's margins (0.50 of the box's height above, 0.50 of its width to either side for hair, 0.20 below, and
    /// 3 pixels) hold the detector's jitter over scales, up to 0.24 of the height. A standing child is no more
    /// than eight box heights tall and with arms hanging no more than four box widths wide.
    #[must_use]
    pub fn region(self, face: &Rect, frame: Size) -> Region {
        let (width, height) = (face.width(), face.height());
        let (side, below) = match self {
            Self::Head => (0.50 * width, 0.20 * height),
            Self::Body => (1.50 * width, 7.00 * height),
        };
        let grown = Rect {
            x1: face.x1 - side - SPARE,
            y1: face.y1 - 0.50 * height - SPARE,
            x2: face.x2 + side + SPARE,
            y2: face.y2 + below + SPARE,
        };
        Region::covering(&grown, frame)
    }
}

const SPARE: f32 = 3.0;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_body_covers_its_head_and_a_head_covers_its_face(
            x in -50.0_f32..650.0, y in -50.0_f32..450.0, w in 1.0_f32..300.0, h in 1.0_f32..300.0,
        ) {
            let frame = Size { width: 640, height: 400 };
            let face = Rect::new(x, y, x + w, y + h).unwrap();
            let head = Cover::Head.region(&face, frame);
            prop_assert!(Cover::Body.region(&face, frame).covers(head));
            prop_assert!(head.covers(Region::covering(&face, frame)));
        }
    }
}
