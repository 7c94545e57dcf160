//! What a picture looks like, in 64 bits.

use image::RgbImage;
use image_hasher::{HashAlg, HasherConfig};

use super::pixels::Pixels;
use super::resize::{ResizeError, resize};
use crate::domain::likeness::Likeness;

/// The picture's perceptual hash: whether it grows brighter from each of 8 x 8 places to its right (dHash, package
/// `image_hasher`).
///
/// # Errors
/// When the resampler fails, which no valid picture causes.
pub fn likeness(pixels: &Pixels) -> Result<Likeness, ResizeError> {
    let small = resize(pixels, LONG_SIDE)?;
    let size = small.size();
    let image = RgbImage::from_raw(size.width, size.height, small.into_rgb()).unwrap_or_default();
    let hasher = HasherConfig::with_bytes_type::<[u8; 8]>().hash_alg(HashAlg::Gradient).to_hasher();
    let hash: [u8; 8] = hasher.hash_image(&image).into_inner();
    Ok(Likeness(u64::from_le_bytes(hash)))
}

/// The hasher's own resampler is slow on large pictures.
const LONG_SIDE: u32 = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::Size;

    /// Waves across and down, moved a little to the right.
    fn waves(across: f32, down: f32, moved: f32) -> Pixels {
        let size = Size { width: 600, height: 400 };
        let level = |x: u16, y: u16| {
            let (x, y) = (f32::from(x) + moved, f32::from(y));
            127.0 + 60.0 * (x * across / 600.0).sin() + 60.0 * (y * down / 400.0).cos()
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 7 to 247")]
        let rgb = (0..400).flat_map(|y| (0..600).flat_map(move |x| [level(x, y) as u8; 3])).collect();
        Pixels::new(size, rgb).unwrap()
    }

    #[test]
    fn frames_of_one_moment_are_alike_and_others_are_not() {
        let first = likeness(&waves(9.0, 4.0, 0.0)).unwrap();
        assert_eq!(first, likeness(&waves(9.0, 4.0, 0.0)).unwrap());
        assert!(first.distance(likeness(&waves(9.0, 4.0, 6.0)).unwrap()) <= Likeness::SAME_MOMENT);
        assert!(first.distance(likeness(&waves(23.0, 17.0, 100.0)).unwrap()) > Likeness::SAME_MOMENT);
    }
}
