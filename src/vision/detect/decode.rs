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

#[cfg(test)]
mod tests {
    use super::*;

    const USED: Size = Size { width: 60, height: 30 };
    const SHAPE: [usize; 4] = [1, 3, 32, 64];
    const CELLS: usize = 8 * 16;

    /// Maps of 8 rows and 16 columns with one face.
    fn maps(row: usize, column: usize) -> Vec<Vec<f32>> {
        let mut maps: Vec<Vec<f32>> = [1, 2, 2, 10].iter().map(|planes| vec![0.0; planes * CELLS]).collect();
        let at = row * 16 + column;
        maps[0][at] = 0.5;
        maps[1][at] = 5.0_f32.ln();
        maps[1][CELLS + at] = 3.0_f32.ln();
        maps[2][at] = 0.25;
        maps[2][CELLS + at] = -0.25;
        maps[3][at] = 0.5;
        maps[3][CELLS + at] = 0.25;
        maps
    }

    #[test]
    fn a_cell_becomes_a_box_and_landmarks() {
        let faces = decode(&maps(4, 8), SHAPE, USED, 0.3).unwrap();
        // the centre is (8 - 0.25 + 0.5, 4 + 0.25 + 0.5) * 4 = (33, 19), the size 12 x 20
        let near = |a: f32, b: f32| (a - b).abs() < 1e-4;
        let Rect { x1, y1, x2, y2 } = faces[0].rect;
        assert_eq!(faces.len(), 1);
        assert!(near(x1, 27.0) && near(y1, 9.0) && near(x2, 39.0) && near(y2, 29.0), "{faces:?}");
        assert!(near(faces[0].landmarks[0].x, 30.0) && near(faces[0].landmarks[0].y, 19.0), "{faces:?}");
    }

    #[test]
    fn landmarks_count_from_the_corner_outside_the_picture() {
        let face = decode(&maps(0, 0), SHAPE, USED, 0.3).unwrap()[0];
        assert!(face.rect.x1 < 0.0 && face.rect.y1 < 0.0);
        assert!((face.landmarks[0].x - (face.rect.x1 + 3.0)).abs() < 1e-4);
        assert!((face.landmarks[0].y - (face.rect.y1 + 10.0)).abs() < 1e-4);
    }

    #[test]
    fn the_padding_and_weak_cells_do_not_count() {
        assert!(decode(&maps(4, 15), SHAPE, USED, 0.3).unwrap().is_empty());
        assert!(decode(&maps(7, 8), SHAPE, USED, 0.3).unwrap().is_empty());
        assert!(decode(&maps(4, 8), SHAPE, USED, 0.6).unwrap().is_empty());
    }

    #[test]
    fn maps_that_do_not_fit_are_refused() {
        let mut maps = maps(4, 8);
        maps[3].pop();
        assert!(decode(&maps, SHAPE, USED, 0.3).is_none());
        assert!(decode(&[], SHAPE, USED, 0.3).is_none());
    }

    #[test]
    fn a_box_without_end_is_dropped() {
        let mut maps = maps(4, 8);
        maps[1][4 * 16 + 8] = f32::INFINITY;
        assert!(decode(&maps, SHAPE, USED, 0.3).unwrap().is_empty());
    }
}
