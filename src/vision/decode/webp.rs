//! WebP: a walk over its chunks, and its pixels.

use std::collections::BTreeSet;
use std::io::Cursor as Reader;

use image::codecs::webp::WebPDecoder;

use super::DecodeError;
use super::cursor::Cursor;
use super::outline::Outline;
use super::raster::{Raster, read, refusal};
use crate::domain::geometry::Size;
use crate::vision::format::Format;
use crate::vision::metadata::Carried;

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, DecodeError> {
    let (body, trailer) = riff(bytes).ok_or(DecodeError::Truncated)?;
    let mut cursor = Cursor::new(body);
    let mut carried = BTreeSet::new();
    let (mut size, mut exif, mut pixels) = (None, None, false);
    while !cursor.rest().is_empty() {
        let (kind, data) = chunk(&mut cursor).ok_or(DecodeError::Truncated)?;
        match kind {
            b"VP8X" => size = size.or(canvas(data)),
            b"VP8 " => (size, pixels) = (size.or(lossy(data)), true),
            b"VP8L" => (size, pixels) = (size.or(lossless(data)), true),
            b"ANIM" | b"ANMF" => return Err(DecodeError::Animated),
            b"ALPH" => {}
            b"EXIF" => exif = Some(data.strip_prefix(b"Exif\0\0").unwrap_or(data)),
            b"XMP " => _ = carried.insert(Carried::Xmp),
            b"ICCP" => _ = carried.insert(Carried::Icc),
            _ => _ = carried.insert(Carried::Other),
        }
    }
    if !trailer.is_empty() {
        carried.insert(Carried::Trailer);
    }
    let size = size.filter(|_| pixels).ok_or(DecodeError::Damaged(Format::WebP))?;
    Ok(Outline::new(size, carried, exif))
}

pub(super) fn pixels(bytes: &[u8]) -> Result<Raster, DecodeError> {
    let decoder = WebPDecoder::new(Reader::new(bytes)).map_err(|error| refusal(&error, Format::WebP))?;
    read(decoder, Format::WebP)
}

/// The chunks inside the RIFF container, and what stands behind it.
fn riff(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut cursor = Cursor::new(bytes);
    cursor.take(4)?;
    let length = usize::try_from(cursor.le32()?).ok()?;
    let body = cursor.take(length)?.strip_prefix(b"WEBP")?;
    Some((body, cursor.rest()))
}

fn chunk<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a [u8; 4], &'a [u8])> {
    let kind = cursor.take(4)?.first_chunk()?;
    let length = usize::try_from(cursor.le32()?).ok()?;
    let data = cursor.take(length)?;
    if length % 2 == 1 {
        cursor.take(1);
    }
    Some((kind, data))
}

fn canvas(data: &[u8]) -> Option<Size> {
    let mut cursor = Cursor::new(data);
    cursor.take(4)?;
    let mut side = || cursor.array().map(|[a, b, c]: [u8; 3]| u32::from_le_bytes([a, b, c, 0]) + 1);
    Some(Size { width: side()?, height: side()? })
}

fn lossy(data: &[u8]) -> Option<Size> {
    let mut cursor = Cursor::new(data);
    cursor.take(6)?;
    let (width, height) = (cursor.le16()? & 0x3fff, cursor.le16()? & 0x3fff);
    Some(Size { width: width.into(), height: height.into() })
}

fn lossless(data: &[u8]) -> Option<Size> {
    let mut cursor = Cursor::new(data);
    cursor.take(1)?;
    let bits = cursor.le32()?;
    Some(Size { width: (bits & 0x3fff) + 1, height: (bits >> 14 & 0x3fff) + 1 })
}
