//! A picture in memory: upright, sRGB, 8 bit a channel.

use crate::domain::geometry::{Region, Size};

/// Upright sRGB pixels, red, green and blue interleaved, row after row without gaps.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixels {
    size: Size,
    rgb: Vec<u8>,
}

impl Pixels {
    /// A picture of `size`, or nothing when it has no pixel or `rgb` is not three bytes for each.
    #[must_use]
    pub fn new(size: Size, rgb: Vec<u8>) -> Option<Self> {
        let fits = u64::try_from(rgb.len()).is_ok_and(|bytes| size.pixels().checked_mul(3) == Some(bytes));
        (fits && size.pixels() > 0).then_some(Self { size, rgb })
    }

    /// Width and height.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The bytes, `3 * width * height`.
    #[must_use]
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The bytes, to change in place.
    #[must_use]
    pub fn rgb_mut(&mut self) -> &mut [u8] {
        &mut self.rgb
    }

    /// The bytes, taken out.
    #[must_use]
    pub fn into_rgb(self) -> Vec<u8> {
        self.rgb
    }

    /// The pixel of a column and a row given as whole numbers, or nothing outside the picture.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both were found to lie in the picture"
    )]
    pub(crate) fn at(&self, column: f64, row: f64) -> Option<[u8; 3]> {
        let inside =
            (0.0..f64::from(self.size.width)).contains(&column) && (0.0..f64::from(self.size.height)).contains(&row);
        let (pixels, _) = self.rgb.as_chunks::<3>();
        inside.then(|| pixels.get(index(row as u32) * index(self.size.width) + index(column as u32)).copied()).flatten()
    }

    /// The rows of a region from top to bottom; the part outside the picture is left out.
    pub(crate) fn rows(&self, region: Region) -> impl Iterator<Item = &[[u8; 3]]> {
        let (width, span) = (index(self.size.width), index(region.left)..index(region.right.min(self.size.width)));
        let rows = index(region.bottom.saturating_sub(region.top));
        let (pixels, _) = self.rgb.as_chunks::<3>();
        pixels.chunks_exact(width).skip(index(region.top)).take(rows).filter_map(move |row| row.get(span.clone()))
    }

    /// The rows of a region from top to bottom with their number, to change in place.
    pub(crate) fn rows_mut(&mut self, region: Region) -> impl Iterator<Item = (u32, &mut [[u8; 3]])> {
        let (width, span) = (index(self.size.width), index(region.left)..index(region.right.min(self.size.width)));
        let rows = index(region.bottom.saturating_sub(region.top));
        let (pixels, _) = self.rgb.as_chunks_mut::<3>();
        let lines = pixels.chunks_exact_mut(width).skip(index(region.top)).take(rows);
        (region.top..).zip(lines.filter_map(move |row| row.get_mut(span.clone())))
    }
}

impl std::fmt::Debug for Pixels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pixels({} x {})", self.size.width, self.size.height)
    }
}

/// A coordinate as an index; never cut short where addresses have at least 32 bits.
pub(crate) fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_bytes_for_each_pixel_and_at_least_one_pixel() {
        let size = |width, height| Size { width, height };
        assert!(Pixels::new(size(2, 2), vec![0; 12]).is_some());
        assert!(Pixels::new(size(2, 2), vec![0; 11]).is_none());
        assert!(Pixels::new(size(0, 2), vec![]).is_none());
        assert!(Pixels::new(size(u32::MAX, u32::MAX), vec![0; 12]).is_none());
    }
}
