//! Which parts of a picture the network looks at, and at which size.

use crate::domain::geometry::{Point, Rect, Region, Size};

/// One look at a part of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    /// The part, in pixels of the picture.
    pub(super) region: Region,
    /// What the part is scaled to; the network's input is this, padded.
    pub(super) input: Size,
}

impl View {
    /// A square of `side` pixels of the input round a box, at `scale`; moved and cut to lie inside the picture.
    pub(super) fn round(rect: &Rect, scale: f64, side: f64, picture: Size) -> Self {
        let part = side / scale;
        let span = |from: f32, to: f32, length: u32| {
            let last = (f64::from(length) - part).max(0.0);
            let start = (f64::midpoint(f64::from(from), f64::from(to)) - part / 2.0).clamp(0.0, last);
            (whole(start), whole((start + part).ceil()).clamp(1, length))
        };
        let (left, right) = span(rect.x1, rect.x2, picture.width);
        let (top, bottom) = span(rect.y1, rect.y2, picture.height);
        let Self { region, input } = Self::of(Region { left, top, right, bottom }, scale);
        // the region ends on whole pixels of the picture: one pixel of the input more would be padded with thirty-one
        let (width, height) = (input.width.min(whole(side)), input.height.min(whole(side)));
        Self { region, input: Size { width, height } }
    }

    /// A part of the picture, at `scale` times its size.
    pub(super) fn of(region: Region, scale: f64) -> Self {
        let part = region.size();
        Self { region, input: Size { width: scaled(part.width, scale), height: scaled(part.height, scale) } }
    }

    /// Whether a box, and half of its size around it, is inside, at about this scale.
    pub(super) fn shows(&self, rect: &Rect, scale: f64, picture: Size) -> bool {
        let (w, h) = (rect.width() / 2.0, rect.height() / 2.0);
        let around = Rect { x1: rect.x1 - w, y1: rect.y1 - h, x2: rect.x2 + w, y2: rect.y2 + h };
        let ratio = scale * f64::from(self.step().0);
        (0.8..1.25).contains(&ratio) && self.region.covers(Region::covering(&around, picture))
    }

    /// Pixels of the picture per pixel of the input, across and down.
    fn step(&self) -> (f32, f32) {
        let part = self.region.size();
        (part.width as f32 / self.input.width as f32, part.height as f32 / self.input.height as f32)
    }

    /// A point of the input in pixels of the picture.
    pub(super) fn point(&self, at: Point) -> Point {
        let (across, down) = self.step();
        Point { x: self.region.left as f32 + at.x * across, y: self.region.top as f32 + at.y * down }
    }

    /// A box of the input in pixels of the picture; nothing when it is too small to have an extent there.
    pub(super) fn rect(&self, rect: &Rect) -> Option<Rect> {
        let from = self.point(Point { x: rect.x1, y: rect.y1 });
        let to = self.point(Point { x: rect.x2, y: rect.y2 });
        Rect::new(from.x, from.y, to.x, to.y)
    }

    /// Whether a box of the picture reaches an edge of this view behind which the picture goes on.
    pub(super) fn cuts(&self, rect: &Rect, picture: Size) -> bool {
        let (across, down) = self.step();
        let (across, down) = (NEAR * across, NEAR * down);
        (self.region.left > 0 && rect.x1 < self.region.left as f32 + across)
            || (self.region.top > 0 && rect.y1 < self.region.top as f32 + down)
            || (self.region.right < picture.width && rect.x2 > self.region.right as f32 - across)
            || (self.region.bottom < picture.height && rect.y2 > self.region.bottom as f32 - down)
    }
}

/// A box that ends this close to a tile's edge, in pixels of the input, may be the rest of a larger one.
const NEAR: f32 = 4.0;

/// Start and end, in pixels of the picture, of equal parts of one side, at `scale` none longer than `side` pixels of the input,
/// with neighbours sharing at least `overlap` of them: every box up to that size is wholly inside one part.
pub(super) fn spans(length: u32, scale: f64, side: u32, overlap: u32) -> Vec<(u32, u32)> {
    let shared = (f64::from(overlap) / scale).ceil().min(f64::from(length));
    let most = (f64::from(side) / scale).floor().max(shared + 1.0);
    let count = ((f64::from(length) - shared) / (most - shared)).ceil().max(1.0);
    let part = whole(((f64::from(length) + (count - 1.0) * shared) / count).ceil()).clamp(1, length);
    let last = length - part;
    (0..whole(count))
        .map(|at| {
            let start = whole(f64::from(last) * f64::from(at) / (count - 1.0).max(1.0));
            (start, start + part)
        })
        .collect()
}

fn scaled(length: u32, scale: f64) -> u32 {
    whole((f64::from(length) * scale).round()).max(1)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates; lengths are small"
)]
pub(super) fn whole(value: f64) -> u32 {
    value as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_box_up_to_the_overlap_is_wholly_inside_a_part(
            length in 1_u32..9000, scale in 0.1_f64..2.0, side in 400_u32..1600, at in 0.0_f64..1.0,
        ) {
            let parts = spans(length, scale, side, 240);
            prop_assert!(parts.iter().all(|(start, end)| start < end && *end <= length));
            prop_assert!(parts.iter().all(|(start, end)| scaled(end - start, scale) <= side + 2));
            let face = whole(240.0 / scale).min(length);
            let start = whole(f64::from(length - face) * at);
            prop_assert!(parts.iter().any(|&(from, to)| from <= start && start + face <= to), "{start} {parts:?}");
        }

        #[test]
        fn a_view_round_a_box_lies_in_the_picture(
            width in 1_u32..5000, height in 1_u32..5000, x in -50.0_f32..5000.0, y in -50.0_f32..5000.0,
            side in 1.0_f32..900.0, scale in 0.05_f64..2.0,
        ) {
            let picture = Size { width, height };
            let rect = Rect { x1: x, y1: y, x2: x + side, y2: y + side };
            let view = View::round(&rect, scale, 224.0, picture);
            prop_assert!(picture.frame().covers(view.region) && !view.region.is_empty());
            prop_assert!(view.input.width <= 224 && view.input.height <= 224, "{view:?}");
        }
    }

    #[test]
    fn only_an_inner_edge_cuts() {
        let picture = Size { width: 2000, height: 1000 };
        let view = View::of(Region { left: 0, top: 0, right: 1000, bottom: 1000 }, 1.0);
        let rect = |x1: f32, x2: f32| Rect { x1, y1: 0.0, x2, y2: 50.0 };
        assert!(!view.cuts(&rect(-5.0, 50.0), picture));
        assert!(view.cuts(&rect(950.0, 998.0), picture));
        assert!(!view.cuts(&rect(900.0, 990.0), picture));
    }

    #[test]
    fn boxes_come_back_to_the_picture() {
        let view = View::of(Region { left: 100, top: 200, right: 500, bottom: 400 }, 0.5);
        assert_eq!(view.input, Size { width: 200, height: 100 });
        let rect = view.rect(&Rect { x1: 10.0, y1: 20.0, x2: 30.0, y2: 40.0 }).unwrap();
        assert_eq!(rect, Rect { x1: 120.0, y1: 240.0, x2: 160.0, y2: 280.0 });
    }
}
