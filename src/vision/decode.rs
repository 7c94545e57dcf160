//! From a file's bytes to upright sRGB pixels, or to a refusal that says why and what to do.

mod cursor;
mod error;
mod gif;
mod heif;
mod jpeg;
mod outline;
mod png;
mod raster;
mod tiff;
mod webp;

use std::collections::BTreeSet;
use std::panic::catch_unwind;

use super::colour::srgb;
use super::format::Format;
use super::heic;
use super::metadata::{Carried, facts};
use super::orientation::upright;
use super::pixels::Pixels;
use crate::domain::camera::Camera;
use crate::domain::geometry::Size;

pub use error::DecodeError;
use outline::Outline;
pub(super) use raster::Raster;

/// How large a file and its picture may be; checked before memory is taken for the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes a file may have.
    pub max_bytes: u64,
    /// The most pixels a picture may have.
    pub max_pixels: u64,
    /// The most pixels along one side.
    pub max_side: u32,
}

impl Default for Limits {
    /// 80 MB, 120 megapixels, 30 000 pixels along one side.
    fn default() -> Self {
        Self { max_bytes: 80_000_000, max_pixels: 120_000_000, max_side: 30_000 }
    }
}

/// A picture and what its file told.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// The picture: upright, sRGB, without transparency.
    pub pixels: Pixels,
    /// The camera, as far as the file names it.
    pub camera: Camera,
    /// What the file carried besides the picture; no file made from the pixels has any of it.
    pub removed: BTreeSet<Carried>,
    /// The kind of file.
    pub format: Format,
}

/// Looks at a file without decoding pixels: its kind, whether the extension agrees, its completeness, its size.
///
/// # Errors
/// The reason and the remedy when the file would be refused for what its headers say.
pub fn probe(bytes: &[u8], extension: Option<&str>, limits: &Limits) -> Result<Format, DecodeError> {
    inspect(bytes, extension, limits).map(|(format, _)| format)
}

/// Width and height as the file's headers give them, before it is turned upright.
///
/// # Errors
/// As [`probe`].
pub fn measure(bytes: &[u8], extension: Option<&str>, limits: &Limits) -> Result<Size, DecodeError> {
    inspect(bytes, extension, limits).map(|(_, outline)| outline.size)
}

/// Decodes a file. Orientation is applied, colours are brought to sRGB, transparent parts become white.
///
/// # Errors
/// The reason and the remedy when the file is refused.
pub fn decode(bytes: &[u8], extension: Option<&str>, limits: &Limits) -> Result<Decoded, DecodeError> {
    let (format, outline) = inspect(bytes, extension, limits)?;
    // a codec that panics on hostile bytes refuses the file, and nothing of its half-done work is kept
    catch_unwind(|| pixels(bytes, format, outline, limits)).unwrap_or(Err(DecodeError::Damaged(format)))
}

fn pixels(bytes: &[u8], format: Format, outline: Outline, limits: &Limits) -> Result<Decoded, DecodeError> {
    let facts = facts(outline.exif);
    let raster = match format {
        Format::Jpeg => jpeg::pixels(bytes, limits),
        Format::Png => png::pixels(bytes, outline.size),
        Format::WebP => webp::pixels(bytes),
        Format::Tiff => tiff::pixels(bytes, outline.size),
        Format::Gif => gif::pixels(bytes, outline.size),
        Format::Heic | Format::Avif => converted(bytes, format, outline.size, limits),
    }?;
    // the child process has turned a HEIF picture upright already
    let turned = matches!(format, Format::Heic | Format::Avif);
    if !turned && raster.size != outline.size {
        return Err(DecodeError::Damaged(format));
    }
    let mut removed = outline.carried;
    removed.extend(facts.carried);
    let pixels = srgb(raster).ok_or(DecodeError::Damaged(format))?;
    let orientation = if turned { 1 } else { facts.orientation };
    let pixels = upright(pixels, orientation).ok_or(DecodeError::Damaged(format))?;
    Ok(Decoded { pixels, camera: facts.camera, removed, format })
}

fn inspect(bytes: &[u8], extension: Option<&str>, limits: &Limits) -> Result<(Format, Outline), DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limits.max_bytes) {
        return Err(DecodeError::TooManyBytes { most: limits.max_bytes / 1_000_000 });
    }
    let format = Format::sniff(bytes).ok_or(DecodeError::NotAPicture)?;
    agree(format, extension)?;
    let outline = match format {
        Format::Jpeg => jpeg::outline(bytes),
        Format::Png => png::outline(bytes),
        Format::WebP => webp::outline(bytes),
        Format::Tiff => tiff::outline(bytes),
        Format::Gif => gif::outline(bytes),
        Format::Heic | Format::Avif => heif::outline(bytes, format),
    }?;
    bounded(outline.size, limits)?;
    Ok((format, outline))
}

fn agree(format: Format, extension: Option<&str>) -> Result<(), DecodeError> {
    match extension {
        Some(named) if Format::of_extension(named) != Some(format) => {
            Err(DecodeError::Extension { named: named.chars().take(16).collect(), format })
        }
        _ => Ok(()),
    }
}

fn bounded(size: Size, limits: &Limits) -> Result<(), DecodeError> {
    if size.pixels() == 0 {
        return Err(DecodeError::NoPixels);
    }
    if size.pixels() > limits.max_pixels || size.long_side() > limits.max_side {
        return Err(DecodeError::TooManyPixels {
            width: size.width,
            height: size.height,
            most: limits.max_pixels / 1_000_000,
            side: limits.max_side,
        });
    }
    Ok(())
}

fn converted(bytes: &[u8], format: Format, size: Size, limits: &Limits) -> Result<Raster, DecodeError> {
    let jpeg = heic::to_jpeg(bytes, format, size)?;
    bounded(jpeg::outline(&jpeg)?.size, limits)?;
    jpeg::pixels(&jpeg, limits)
}
