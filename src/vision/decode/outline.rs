//! What a file's headers say of its picture, before any pixel is decoded.

use std::collections::BTreeSet;

use crate::domain::geometry::Size;
use crate::vision::metadata::{Carried, parse};

/// The size of the picture as stored (not yet turned upright), and what comes with it.
pub(super) struct Outline {
    pub(super) size: Size,
    pub(super) carried: BTreeSet<Carried>,
    pub(super) exif: Option<exif::Exif>,
}

impl Outline {
    /// Puts the findings together; EXIF that cannot be parsed or is too long is dropped, though it counts as carried.
    pub(super) fn new(size: Size, mut carried: BTreeSet<Carried>, exif: Option<&[u8]>) -> Self {
        carried.extend(exif.map(|_| Carried::Exif));
        Self { size, carried, exif: exif.filter(|exif| exif.len() <= LONGEST_EXIF).and_then(parse) }
    }
}

/// In a JPEG EXIF has at most 64 KB; other formats set no limit.
const LONGEST_EXIF: usize = 1 << 20;
