//! From the network's maps to boxes: one cell per 4 x 4 pixels of the input.

use crate::domain::geometry::{Point, Rect, Size};

/// A face as one look at the picture saw it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    pub(super) rect: Rect,
    pub(super) score: f32,
    pub(super) landmarks: [Point; 5],
}

/// Boxes with a score of at least `threshold`, in pixels of the input; centres in the padding do not count.
///
/// `maps` are the heat map, size (height, width), offset (down, across) and landmarks of the network for one input of
/// `shape`; nothing when they do not fit together.
pub(super) fn decode(maps: &[Vec<f32>], shape: [usize; 4], used: Size, threshold: f32) -> Option<Vec<Candidate>> {
    let [_, _, height, width] = shape;
    let (cells, across) = ((height / STEP) * (width / STEP), width / STEP);
    let [heat, size, offset, landmarks] = maps else { return None };
    let fits = [(heat, 1), (size, 2), (offset, 2), (landmarks, 10)].iter().all(|(map, n)| map.len() == n * cells);
    (fits && cells > 0).then_some(())?;
    let one = |at: usize| -> Option<Candidate> {
        let value = |map: &[f32], plane: usize| map.get(plane * cells + at).copied();
        let (column, row) = (at % across, at / across);
        let (h, w) = (value(size, 0)?.exp() * CELL, value(size, 1)?.exp() * CELL);
        let y = (row as f32 + value(offset, 0)? + 0.5) * CELL;
        let x = (column as f32 + value(offset, 1)? + 0.5) * CELL;
        if x >= used.width as f32 || y >= used.height as f32 {
            return None;
        }
        // landmarks count from this corner also where it lies outside the picture: never clamp it first
        let (left, top) = (x - w / 2.0, y - h / 2.0);
        let mark = |k: usize| {
            Some(Point { x: left + value(landmarks, 2 * k + 1)? * w, y: top + value(landmarks, 2 * k)? * h })
        };
        let landmarks = [mark(0)?, mark(1)?, mark(2)?, mark(3)?, mark(4)?];
        Some(Candidate { rect: Rect::new(left, top, left + w, top + h)?, score: *heat.get(at)?, landmarks })
    };
    Some(heat.iter().enumerate().filter(|&(_, &score)| score >= threshold).filter_map(|(at, _)| one(at)).collect())
}

const STEP: usize = 4;
const CELL: f32 = 4.0;
