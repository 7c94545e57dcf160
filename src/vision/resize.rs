//! Makes a picture smaller.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{ResizeOptions, Resizer};

use super::pixels::Pixels;
use crate::domain::geometry::Size;

/// A failure of the resampler.
#[derive(Debug, thiserror::Error)]
#[error("the picture cannot be resized to a long side of {0} pixels; report this as a fault of the program")]
pub struct ResizeError(u32);

/// The picture with its longer side at most `long_side` pixels (at least 1) and the shorter in proportion, never below 1;
/// resampled with Lanczos. A picture that is small enough comes back as it is.
///
/// # Errors
/// When the resampler fails, which no valid picture causes.
pub fn resize(pixels: &Pixels, long_side: u32) -> Result<Pixels, ResizeError> {
    let size = pixels.size().fitted(long_side);
    if size == pixels.size() {
        return Ok(pixels.clone());
    }
    let fault = || ResizeError(long_side);
    let rgb = scaled(pixels, size, &ResizeOptions::new()).ok_or_else(fault)?;
    Pixels::new(size, rgb).ok_or_else(fault)
}

/// The picture, or the part that the options cut out, at another size; nothing when the resampler fails. Of its kinds of pixel
/// only this one is named: the others would be compiled into this crate, and are most of what it holds then.
pub(super) fn scaled(pixels: &Pixels, size: Size, options: &ResizeOptions) -> Option<Vec<u8>> {
    let Size { width, height } = pixels.size();
    let mut rgb = vec![0; usize::try_from(u64::from(size.width) * u64::from(size.height) * 3).ok()?];
    let source = TypedImageRef::<U8x3>::from_buffer(width, height, pixels.rgb()).ok()?;
    let mut target = TypedImage::<U8x3>::from_buffer(size.width, size.height, &mut rgb).ok()?;
    Resizer::new().resize_typed(&source, &mut target, options).ok()?;
    Some(rgb)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn never_larger_never_empty_and_in_proportion(width in 1_u32..70_000, height in 1_u32..70_000, long_side in 0_u32..5000) {
            let size = Size { width, height };
            let fitted = size.fitted(long_side);
            prop_assert!(fitted.width >= 1 && fitted.height >= 1);
            prop_assert!(fitted.width <= width && fitted.height <= height);
            prop_assert_eq!(fitted.long_side(), long_side.clamp(1, size.long_side()));
            let exact = f64::from(size.width.min(size.height)) * f64::from(fitted.long_side()) / f64::from(size.long_side());
            prop_assert!((f64::from(fitted.width.min(fitted.height)) - exact.max(1.0)).abs() <= 0.5);
        }
    }

    #[test]
    fn an_even_picture_stays_even() {
        let size = Size { width: 100, height: 40 };
        let pixels = Pixels::new(size, [9, 99, 199].repeat(4000)).unwrap();
        let small = resize(&pixels, 33).unwrap();
        assert_eq!(small.size(), Size { width: 33, height: 13 });
        assert!(small.rgb().chunks(3).all(|pixel| pixel == [9, 99, 199]));
        assert_eq!(resize(&pixels, 1000).unwrap(), pixels);
    }
}
