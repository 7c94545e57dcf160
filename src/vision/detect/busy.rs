//! Where in a picture there is anything to see: a wall, a sky or a plain jumper has no face in it, however large it is.

use super::input::Input;
use super::view::{View, spans, whole};
use crate::domain::geometry::{Region, Size};

/// Blocks of a picture, and which of them have texture.
pub(super) struct Busy {
    picture: Size,
    /// The side of a block in pixels of the picture.
    block: f64,
    columns: usize,
    busy: Vec<bool>,
}

/// The side of a block in pixels of the look that it is told from.
const BLOCK: usize = 8;

/// A block whose colours span no more than this, of 0 to 255, is empty. The least that a rendered face of 16 to 30 px at 12
/// million pixels spans is 96; a skin that is shown at a quarter of its light, 24.
const EMPTY: f32 = 16.0;
/// In a picture of little contrast it is this share of what its busiest twentieth spans, but never less than noise does.
const SHARE: f32 = 0.125;
const NOISE: f32 = 4.0;

/// What a view shows round a busy block, in pixels of the input: a face of twice that is whole in some view, and
/// a larger one has 17 pixels in the first look at 12 million pixels.
const ROOM: f64 = 24.0;
/// The most of a view, without the room, in pixels of the input. A tile of this size takes a fourteenth less time for each of
/// its pixels than the whole at once, and a fourth of the memory. Three in a row make 3000 pixels with little overlap.
const TALL: f64 = 420.0;
const WIDE: u32 = 1088;

impl Busy {
    /// What a look at the whole picture, `used` pixels of its input, tells of its blocks.
    pub(super) fn of(input: &Input, used: Size, picture: Size) -> Self {
        let [_, _, down, across] = input.shape;
        let side = |length: u32| usize::try_from(length).unwrap_or(usize::MAX);
        let (width, height) = (side(used.width).min(across), side(used.height).min(down));
        let columns = width.div_ceil(BLOCK).max(1);
        let mut spans = vec![0.0_f32; columns * height.div_ceil(BLOCK)];
        for plane in input.planes.chunks_exact((across * down).max(1)) {
            let mut ends = vec![(f32::INFINITY, f32::NEG_INFINITY); spans.len()];
            for (row, blocks) in
                plane.chunks_exact(across.max(1)).take(height).zip(0..).map(|(row, y)| (row, y / BLOCK))
            {
                let row = row.get(..width).unwrap_or_default();
                let ends = ends.iter_mut().skip(blocks * columns);
                for (part, (low, high)) in row.chunks(BLOCK).zip(ends) {
                    (*low, *high) = part.iter().fold((*low, *high), |(low, high), at| (low.min(*at), high.max(*at)));
                }
            }
            spans.iter_mut().zip(ends).for_each(|(span, (low, high))| *span = span.max(high - low));
        }
        let least = least(&spans);
        let block = f64::from(picture.long_side()) / f64::from(used.long_side().max(1)) * BLOCK as f64;
        Self { picture, block, columns, busy: spans.into_iter().map(|span| span > least).collect() }
    }

    /// Views at `scale` that hold every busy block with the room around it, as far as the picture goes.
    pub(super) fn views(&self, scale: f64) -> Vec<View> {
        let most = (TALL / (self.block * scale)).max(1.0);
        let rows = (1..=self.busy.len()).take_while(|&rows| rows as f64 <= most).last().unwrap_or(1);
        let strips = self.busy.chunks(self.columns * rows).zip((0..).step_by(rows));
        strips.flat_map(|(strip, top)| self.across(strip, top, scale)).collect()
    }

    /// The views of one strip of blocks, which begins at row `top`.
    fn across(&self, strip: &[bool], top: usize, scale: f64) -> Vec<View> {
        let busy = |column: usize| strip.iter().skip(column).step_by(self.columns).any(|busy| *busy);
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for column in (0..self.columns).filter(|&column| busy(column)) {
            match runs.last_mut() {
                // one view is cheaper than two that overlap
                Some((_, end)) if (column - *end) as f64 * self.block * scale <= 2.0 * ROOM => *end = column + 1,
                _ => runs.push((column, column + 1)),
            }
        }
        runs.into_iter().flat_map(|run| self.run(strip, top, run, scale)).collect()
    }

    /// The views of some neighbouring columns of a strip, without its empty rows.
    fn run(&self, strip: &[bool], top: usize, (from, to): (usize, usize), scale: f64) -> Vec<View> {
        let busy = |row: &[bool]| row.iter().take(to).skip(from).any(|busy| *busy);
        let rows = || strip.chunks(self.columns).zip(top..).filter(|(row, _)| busy(row)).map(|(_, row)| row);
        let (Some(first), Some(last)) = (rows().next(), rows().last()) else { return Vec::new() };
        let span = |from: usize, to: usize, length: u32| {
            let (from, to) = (from as f64 * self.block - ROOM / scale, to as f64 * self.block + ROOM / scale);
            (whole(from.floor()).min(length), whole(to.ceil()).min(length))
        };
        let (left, right) = span(from, to, self.picture.width);
        let (top, bottom) = span(first, last + 1, self.picture.height);
        if left >= right || top >= bottom {
            return Vec::new();
        }
        let shared = whole((2.0 * ROOM + self.block * scale).ceil());
        let parts = spans(right - left, scale, WIDE, shared);
        let view = |(start, end)| View::of(Region { left: left + start, top, right: left + end, bottom }, scale);
        parts.into_iter().map(view).collect()
    }
}

fn least(spans: &[f32]) -> f32 {
    let mut sorted = spans.to_vec();
    sorted.sort_by(f32::total_cmp);
    let busiest = sorted.get(sorted.len() * 19 / 20).copied().unwrap_or_default();
    (busiest * SHARE).clamp(NOISE, EMPTY)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn input(width: usize, height: usize, value: impl Fn(usize, usize, usize) -> f32) -> Input {
        let (across, down) = (width.next_multiple_of(32), height.next_multiple_of(32));
        let mut planes = Vec::new();
        for plane in 0..3 {
            for y in 0..down {
                planes.extend((0..across).map(|x| if x < width && y < height { value(plane, x, y) } else { 0.0 }));
            }
        }
        Input { shape: [1, 3, down, across], planes }
    }

    const LOOK: Size = Size { width: 100, height: 70 };
    const PICTURE: Size = Size { width: 400, height: 280 };

    #[test]
    fn what_is_even_is_empty_and_padding_is_no_texture() {
        let even = Busy::of(&input(100, 70, |plane, _, _| [200.0, 90.0, 30.0][plane]), LOOK, PICTURE);
        assert!(even.busy.len() == 13 * 9 && even.busy.iter().all(|busy| !busy));
        assert!(even.views(1.0).is_empty());
    }

    #[test]
    fn one_speck_in_one_colour_is_seen_and_nothing_else() {
        let speck = Busy::of(
            &input(100, 70, |plane, x, y| if (plane, x, y) == (2, 41, 9) { 140.0 } else { 100.0 }),
            LOOK,
            PICTURE,
        );
        assert_eq!(speck.busy.iter().filter(|busy| **busy).count(), 1);
        let views = speck.views(1.0);
        // its block is 160 to 192 across and 32 to 64 down, with 24 pixels around
        assert_eq!(views.len(), 1);
        assert_eq!(views[0].region, Region { left: 136, top: 8, right: 216, bottom: 88 });
    }

    #[test]
    fn in_a_dark_picture_less_is_texture() {
        let dark =
            |x: usize, y: usize| if x < 50 && (x + y).is_multiple_of(2) { 40.0 } else { 10.0 + (x % 2) as f32 * 6.0 };
        let busy = Busy::of(&input(100, 70, |_, x, y| dark(x, y)), LOOK, PICTURE);
        assert!(busy.busy.iter().all(|busy| *busy));
        let bright = Busy::of(&input(100, 70, |_, x, y| 5.0 * dark(x, y)), LOOK, PICTURE);
        assert!(bright.busy.iter().all(|busy| *busy));
    }

    proptest! {
        #[test]
        fn every_busy_block_has_its_room_in_a_view(
            busy in prop::collection::vec(prop::bool::weighted(0.15), 30 * 22), block in 3.0_f64..60.0, scale in 0.3_f64..1.4,
        ) {
            let side = |blocks: f64| whole((blocks * block).floor());
            let picture = Size { width: side(30.0), height: side(22.0) };
            let all = Busy { picture, block, columns: 30, busy };
            let views = all.views(scale);
            prop_assert!(views.iter().all(|view| picture.frame().covers(view.region) && !view.region.is_empty()));
            prop_assert!(views.iter().all(|view| view.input.width <= WIDE + 2));
            for (at, _) in all.busy.iter().enumerate().filter(|(_, busy)| **busy) {
                let (column, row) = ((at % 30) as f64, (at / 30) as f64);
                let end = |at: f64, length: u32| whole(at.max(0.0)).min(length);
                let (room, frame) = (ROOM / scale - 1.0, picture);
                let block = Region {
                    left: end((column * block - room).ceil(), frame.width),
                    top: end((row * block - room).ceil(), frame.height),
                    right: end(((column + 1.0) * block + room).floor(), frame.width),
                    bottom: end(((row + 1.0) * block + room).floor(), frame.height),
                };
                prop_assert!(views.iter().any(|view| view.region.covers(block)), "{block:?} {views:?}");
            }
        }
    }
}
