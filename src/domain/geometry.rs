//! Sizes, points, face boxes and pixel regions of an upright picture: x to the right, y down, origin at the top left.

use serde::{Deserialize, Serialize};

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Size {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Size {
    /// The number of pixels; cannot overflow.
    #[must_use]
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The size with its longer side at most `long_side` (at least 1) and the shorter in proportion, never below 1.
    #[must_use]
    pub fn fitted(self, long_side: u32) -> Self {
        let long = u64::from(self.long_side()).max(1);
        let wanted = u64::from(long_side.max(1)).min(long);
        let side = |side: u32| {
            let scaled = (u64::from(side) * wanted + long / 2) / long;
            u32::try_from(scaled.max(1)).unwrap_or(side)
        };
        Self { width: side(self.width), height: side(self.height) }
    }

    /// The longer of width and height.
    #[must_use]
    pub fn long_side(self) -> u32 {
        self.width.max(self.height)
    }

    /// The whole picture as a box.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a side is far below 2^24 pixels")]
    pub fn frame_rect(self) -> Rect {
        Rect { x1: 0.0, y1: 0.0, x2: self.width as f32, y2: self.height as f32 }
    }

    /// The whole picture as a region.
    #[must_use]
    pub fn frame(self) -> Region {
        Region { left: 0, top: 0, right: self.width, bottom: self.height }
    }
}

/// A position in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Pixels from the left edge.
    pub x: f32,
    /// Pixels from the top edge.
    pub y: f32,
}

/// A face's box in pixels, with fractions; may reach over the picture's edge.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f32; 4]", into = "[f32; 4]")]
pub struct Rect {
    /// Left edge.
    pub x1: f32,
    /// Top edge.
    pub y1: f32,
    /// Right edge.
    pub x2: f32,
    /// Bottom edge.
    pub y2: f32,
}

impl Rect {
    /// A box with finite edges and a positive extent, or nothing.
    #[must_use]
    pub fn new(x1: f32, y1: f32, x2: f32, y2: f32) -> Option<Self> {
        let finite = [x1, y1, x2, y2].iter().all(|edge| edge.is_finite());
        (finite && x2 > x1 && y2 > y1).then_some(Self { x1, y1, x2, y2 })
    }

    /// Pixels across.
    #[must_use]
    pub fn width(&self) -> f32 {
        self.x2 - self.x1
    }

    /// Pixels down.
    #[must_use]
    pub fn height(&self) -> f32 {
        self.y2 - self.y1
    }

    /// Area in square pixels.
    #[must_use]
    pub fn area(&self) -> f32 {
        self.width().max(0.0) * self.height().max(0.0)
    }

    /// Area shared with another box, in square pixels.
    #[must_use]
    pub fn shared(&self, other: &Self) -> f32 {
        let across = self.x2.min(other.x2) - self.x1.max(other.x1);
        let down = self.y2.min(other.y2) - self.y1.max(other.y1);
        across.max(0.0) * down.max(0.0)
    }

    /// Whether another box is smaller and lies in this one for the most part: what is only maybe a face is then a part of this one,
    /// and not somebody behind.
    #[must_use]
    pub fn holds_as_part(&self, other: &Self) -> bool {
        self.shared(other) >= 0.75 * other.area() && other.area() < self.area()
    }

    /// Shared area over united area: 0 for boxes apart, 1 for the same box.
    #[must_use]
    pub fn iou(&self, other: &Self) -> f32 {
        let shared = self.shared(other);
        let united = self.area() + other.area() - shared;
        if united > 0.0 { shared / united } else { 0.0 }
    }
}

impl From<[f32; 4]> for Rect {
    fn from([x1, y1, x2, y2]: [f32; 4]) -> Self {
        Self { x1, y1, x2, y2 }
    }
}

impl From<Rect> for [f32; 4] {
    fn from(rect: Rect) -> Self {
        [rect.x1, rect.y1, rect.x2, rect.y2]
    }
}

/// Whole pixels inside a picture; right and bottom are the first column and row outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "[u32; 4]", into = "[u32; 4]")]
pub struct Region {
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// Column after the last.
    pub right: u32,
    /// Row after the last.
    pub bottom: u32,
}

impl Region {
    /// The smallest region of whole pixels that covers the box, cut at the picture's edges; empty when outside.
    #[must_use]
    pub fn covering(rect: &Rect, frame: Size) -> Self {
        Self {
            left: pixel(rect.x1.floor(), frame.width),
            top: pixel(rect.y1.floor(), frame.height),
            right: pixel(rect.x2.ceil(), frame.width),
            bottom: pixel(rect.y2.ceil(), frame.height),
        }
    }

    /// The region grown by `margin` pixels on every side, cut at the picture's edges.
    #[must_use]
    pub fn grown(self, margin: u32, frame: Size) -> Self {
        Self {
            left: self.left.saturating_sub(margin),
            top: self.top.saturating_sub(margin),
            right: self.right.saturating_add(margin).min(frame.width),
            bottom: self.bottom.saturating_add(margin).min(frame.height),
        }
    }

    /// Width and height; zero when empty.
    #[must_use]
    pub fn size(self) -> Size {
        Size { width: self.right.saturating_sub(self.left), height: self.bottom.saturating_sub(self.top) }
    }

    /// Whether no pixel is inside.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.size().pixels() == 0
    }

    /// Whether a pixel is inside.
    #[must_use]
    pub fn contains(self, x: u32, y: u32) -> bool {
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }

    /// Whether every pixel of `other` is inside.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        other.is_empty()
            || (self.left <= other.left
                && self.top <= other.top
                && self.right >= other.right
                && self.bottom >= other.bottom)
    }
}

/// The number of pixels inside at least one of the regions.
#[must_use]
pub fn united_pixels(regions: &[Region]) -> u64 {
    let mut rows: Vec<u32> = regions.iter().flat_map(|r| [r.top, r.bottom]).collect();
    rows.sort_unstable();
    rows.dedup();
    rows.iter()
        .zip(rows.iter().skip(1))
        .map(|(&top, &bottom)| {
            let mut spans: Vec<(u32, u32)> = regions
                .iter()
                .filter(|r| r.top <= top && r.bottom >= bottom && r.right > r.left)
                .map(|r| (r.left, r.right))
                .collect();
            spans.sort_unstable();
            let (mut covered, mut reached) = (0_u64, 0_u32);
            for (left, right) in spans {
                covered += u64::from(right.saturating_sub(left.max(reached)));
                reached = reached.max(right);
            }
            covered * u64::from(bottom - top)
        })
        .sum()
}

impl From<[u32; 4]> for Region {
    fn from([left, top, right, bottom]: [u32; 4]) -> Self {
        Self { left, top, right, bottom }
    }
}

impl From<Region> for [u32; 4] {
    fn from(region: Region) -> Self {
        [region.left, region.top, region.right, region.bottom]
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, and the value is clamped into 0..=limit first; not a number becomes 0"
)]
fn pixel(at: f32, limit: u32) -> u32 {
    (f64::from(at).clamp(0.0, f64::from(limit))) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn region() -> impl Strategy<Value = Region> {
        (0_u32..20, 0_u32..20, 0_u32..20, 0_u32..20).prop_map(|(a, b, c, d)| Region {
            left: a.min(c),
            top: b.min(d),
            right: a.max(c),
            bottom: b.max(d),
        })
    }

    proptest! {
        #[test]
        fn united_pixels_counts_each_pixel_once(regions in prop::collection::vec(region(), 0..6)) {
            let naive = (0..20).flat_map(|y| (0..20).map(move |x| (x, y)))
                .filter(|&(x, y)| regions.iter().any(|r| r.contains(x, y))).count();
            prop_assert_eq!(united_pixels(&regions), u64::try_from(naive).unwrap());
        }

        #[test]
        fn covering_never_rounds_a_pixel_away(x1 in -5.0_f32..25.0, y1 in -5.0_f32..25.0, w in 0.1_f32..20.0, h in 0.1_f32..20.0) {
            let rect = Rect::new(x1, y1, x1 + w, y1 + h).unwrap();
            let frame = Size { width: 20, height: 20 };
            let region = Region::covering(&rect, frame);
            for (x, y) in (0_u8..20).flat_map(|y| (0_u8..20).map(move |x| (x, y))) {
                let touched = f32::from(x) < rect.x2 && f32::from(x) + 1.0 > rect.x1
                    && f32::from(y) < rect.y2 && f32::from(y) + 1.0 > rect.y1;
                prop_assert!(!touched || region.contains(u32::from(x), u32::from(y)));
            }
        }
    }

    #[test]
    fn a_box_is_finite_and_has_an_extent() {
        assert!(Rect::new(0.0, 0.0, f32::NAN, 1.0).is_none());
        assert!(Rect::new(2.0, 0.0, 1.0, 1.0).is_none());
    }
}
