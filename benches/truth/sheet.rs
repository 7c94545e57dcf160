//! The missed faces on one sheet, so that a person can see why.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench stops at the first thing that is wrong"
)]

use std::path::Path;

use eyelid::domain::geometry::Rect;
use image::imageops::{FilterType, crop_imm, overlay, resize};
use image::{Rgb, RgbImage};

/// A face's crop on the sheet, in pixels.
const CELL: u32 = 160;
/// Crops in a row.
const ACROSS: u32 = 8;

/// Crops with room around the face, which lies inside the white frame; in the order in which they are added, row after row.
#[derive(Default)]
pub(crate) struct Sheet(Vec<RgbImage>);

impl Sheet {
    /// Adds a face of a picture.
    pub(crate) fn add(&mut self, picture: &RgbImage, face: &Rect) {
        let side = (face.height().max(face.width()) * 2.0).max(8.0);
        let left = (f32::midpoint(face.x1, face.x2) - side / 2.0).max(0.0) as u32;
        let top = (f32::midpoint(face.y1, face.y2) - side / 2.0).max(0.0) as u32;
        let crop = crop_imm(picture, left, top, side as u32, side as u32).to_image();
        let scale = (CELL - 4) as f32 / side;
        let mut cell = resize(&crop, CELL - 4, CELL - 4, FilterType::Triangle);
        let at = |edge: f32, from: u32| ((edge - from as f32) * scale).max(0.0) as u32;
        frame(&mut cell, [at(face.x1, left), at(face.y1, top), at(face.x2, left), at(face.y2, top)]);
        self.0.push(cell);
    }

    /// Writes the sheet as a PNG; whether there was anything to write.
    pub(crate) fn write(&self, path: &Path) -> bool {
        let count = u32::try_from(self.0.len()).expect("a few crops");
        if count == 0 {
            return false;
        }
        let mut sheet = RgbImage::new(CELL * ACROSS.min(count), CELL * count.div_ceil(ACROSS));
        for (at, cell) in (0_u32..).zip(&self.0) {
            overlay(&mut sheet, cell, i64::from(at % ACROSS * CELL + 2), i64::from(at / ACROSS * CELL + 2));
        }
        sheet.save(path).expect("a writable folder for the sheet");
        true
    }
}

fn frame(cell: &mut RgbImage, [left, top, right, bottom]: [u32; 4]) {
    for (x, y, pixel) in cell.enumerate_pixels_mut() {
        let inside = (left..=right).contains(&x) && (top..=bottom).contains(&y);
        if inside && (x == left || x == right || y == top || y == bottom) {
            *pixel = Rgb([255, 255, 255]);
        }
    }
}
