//! Turns a picture upright.

use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};

use super::pixels::Pixels;
use crate::domain::geometry::Size;

/// The picture as EXIF orientation 1 to 8 says it is to be seen; unchanged for any other number.
pub(super) fn upright(pixels: Pixels, orientation: u32) -> Option<Pixels> {
    let turn = u8::try_from(orientation).ok().and_then(Orientation::from_exif);
    let turn = turn.unwrap_or(Orientation::NoTransforms);
    let Size { width, height } = pixels.size();
    let mut picture = DynamicImage::ImageRgb8(RgbImage::from_raw(width, height, pixels.into_rgb())?);
    picture.apply_orientation(turn);
    let size = Size { width: picture.width(), height: picture.height() };
    Pixels::new(size, picture.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How the stored 3 x 2 picture `abc/def` has to be seen, by the definition of the EXIF tag.
    const SEEN: [(u32, &str); 9] = [
        (0, "abc/def"),
        (1, "abc/def"),
        (2, "cba/fed"),
        (3, "fed/cba"),
        (4, "def/abc"),
        (5, "ad/be/cf"),
        (6, "da/eb/fc"),
        (7, "fc/eb/da"),
        (8, "cf/be/ad"),
    ];

    #[test]
    fn each_orientation_is_seen_as_exif_defines_it() {
        for (orientation, seen) in SEEN {
            let rgb = b"abcdef".iter().flat_map(|letter| [*letter; 3]).collect();
            let pixels = Pixels::new(Size { width: 3, height: 2 }, rgb).unwrap();
            let pixels = upright(pixels, orientation).unwrap();
            let frame = pixels.size().frame();
            let rows: Vec<String> =
                pixels.rows(frame).map(|row| row.iter().map(|pixel| char::from(pixel[0])).collect()).collect();
            assert_eq!(rows.join("/"), seen, "orientation {orientation}");
        }
    }
}
