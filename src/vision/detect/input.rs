//! A part of a picture as the network's input: scaled, padded on the right and below, one plane per colour.

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions};

use super::view::View;
use crate::vision::model::ModelError;
use crate::vision::pixels::Pixels;
use crate::vision::resize::scaled;

/// Both sides of the network's input are multiples of this.
const STRIDE: usize = 32;

/// Planes of red, green and blue, 0.0..=255.0, sides padded with black to multiples of 32.
pub(super) struct Input {
    /// One picture, three planes, rows, columns.
    pub(super) shape: [usize; 4],
    /// The planes one after the other.
    pub(super) planes: Vec<f32>,
}

/// Cuts the part out and scales only that: no scaled copy of the whole picture is ever made.
pub(super) fn input(pixels: &Pixels, view: &View) -> Result<Input, ModelError> {
    let (from, cut) = (view.region, view.region.size());
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).crop(
        f64::from(from.left),
        f64::from(from.top),
        f64::from(cut.width),
        f64::from(cut.height),
    );
    let failed = || ModelError::Scale { width: view.input.width, height: view.input.height };
    let part = scaled(pixels, view.input, &options).ok_or_else(failed)?;
    let side = |length: u32| usize::try_from(length).map_err(|_| failed());
    Ok(planes(&part, side(view.input.width)?, side(view.input.height)?))
}

fn planes(rgb: &[u8], width: usize, height: usize) -> Input {
    let (across, down) = (width.next_multiple_of(STRIDE), height.next_multiple_of(STRIDE));
    let mut planes = vec![0.0; 3 * across * down];
    let (red, rest) = planes.split_at_mut(across * down);
    let (green, blue) = rest.split_at_mut(across * down);
    let rows = red.chunks_exact_mut(across).zip(green.chunks_exact_mut(across)).zip(blue.chunks_exact_mut(across));
    for (((red, green), blue), row) in rows.zip(rgb.chunks_exact(3 * width)) {
        for (((red, green), blue), from) in red.iter_mut().zip(green).zip(blue).zip(row.as_chunks().0) {
            [*red, *green, *blue] = from.map(f32::from);
        }
    }
    Input { shape: [1, 3, down, across], planes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::{Region, Size};

    #[test]
    fn a_part_is_cut_split_into_planes_and_padded() {
        let rgb: Vec<u8> = (0_u8..10).flat_map(|y| (0_u8..20).flat_map(move |x| [x, y, 100])).collect();
        let pixels = Pixels::new(Size { width: 20, height: 10 }, rgb).unwrap();
        let region = Region { left: 5, top: 2, right: 15, bottom: 8 };
        let view = View { region, input: Size { width: 10, height: 6 } };
        let input = input(&pixels, &view).unwrap();
        assert_eq!(input.shape, [1, 3, 32, 32]);
        let at = |plane: usize, x: usize, y: usize| input.planes[plane * 1024 + y * 32 + x];
        assert_eq!([at(0, 0, 0), at(1, 0, 0), at(2, 0, 0)], [5.0, 2.0, 100.0]);
        assert_eq!([at(0, 9, 5), at(1, 9, 5), at(2, 9, 5)], [14.0, 7.0, 100.0]);
        assert_eq!([at(0, 10, 5), at(1, 9, 6), at(2, 31, 31)], [0.0; 3]);
    }
}
