//! An upright picture in memory.

use crate::domain::geometry::Size;

/// An upright sRGB picture: 8 bit red, green and blue, interleaved, row after row without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    size: Size,
    rgb: Vec<u8>,
}

impl Pixels {
    /// A picture of `width * height * 3` bytes; nothing when the length differs or a side is 0.
    #[must_use]
    pub fn new(size: Size, rgb: Vec<u8>) -> Option<Self> {
        let length = size.pixels().checked_mul(3).and_then(|bytes| usize::try_from(bytes).ok())?;
        (length > 0 && length == rgb.len()).then_some(Self { size, rgb })
    }

    /// Width and height.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The bytes, row after row.
    #[must_use]
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The bytes to change in place.
    pub fn rgb_mut(&mut self) -> &mut [u8] {
        &mut self.rgb
    }
}
