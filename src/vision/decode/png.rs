//! PNG: a walk over its chunks, and its pixels.

use std::collections::BTreeSet;
use std::io::Cursor as Reader;

use image::codecs::png::PngDecoder;

use super::DecodeError;
use super::cursor::Cursor;
use super::outline::Outline;
use super::raster::{Raster, memory, read, refusal};
use crate::domain::geometry::Size;
use crate::vision::format::Format;
use crate::vision::metadata::Carried;

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, DecodeError> {
    let mut cursor = Cursor::new(bytes);
    cursor.take(8);
    let mut carried = BTreeSet::new();
    let (mut header, mut exif, mut pixels) = (None, None, false);
    loop {
        let (kind, data) = chunk(&mut cursor).ok_or(DecodeError::Truncated)?;
        match kind {
            b"IHDR" => header = parse_header(data),
            b"IEND" => break,
            b"IDAT" => pixels = true,
            b"acTL" | b"fcTL" | b"fdAT" => return Err(DecodeError::Animated),
            b"eXIf" => exif = Some(data),
            b"iCCP" => _ = carried.insert(Carried::Icc),
            b"tEXt" | b"zTXt" | b"iTXt" => _ = carried.insert(text(data)),
            b"PLTE" | b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB" | b"sBIT" | b"bKGD" | b"hIST" | b"pHYs" | b"cICP" => {}
            _ => _ = carried.insert(Carried::Other),
        }
    }
    if !cursor.rest().is_empty() {
        carried.insert(Carried::Trailer);
    }
    match header {
        Some((_, 16)) => Err(DecodeError::SixteenBit),
        Some((size, _)) if pixels => Ok(Outline::new(size, carried, exif)),
        _ => Err(DecodeError::Damaged(Format::Png)),
    }
}

pub(super) fn pixels(bytes: &[u8], size: Size) -> Result<Raster, DecodeError> {
    let decoder = PngDecoder::with_limits(Reader::new(bytes), memory(size));
    read(decoder.map_err(|error| refusal(&error, Format::Png))?, Format::Png)
}

fn chunk<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a [u8; 4], &'a [u8])> {
    let length = usize::try_from(cursor.be32()?).ok()?;
    let kind = cursor.take(4)?.first_chunk()?;
    let data = cursor.take(length)?;
    cursor.take(4)?;
    Some((kind, data))
}

fn parse_header(data: &[u8]) -> Option<(Size, u8)> {
    let mut cursor = Cursor::new(data);
    let (width, height) = (cursor.be32()?, cursor.be32()?);
    Some((Size { width, height }, cursor.byte()?))
}

/// Some programs hide other metadata in text chunks; the keyword tells.
fn text(data: &[u8]) -> Carried {
    let starts = |prefix: &[u8]| data.starts_with(prefix);
    if starts(b"XML:com.adobe.xmp\0") || starts(b"Raw profile type xmp\0") {
        Carried::Xmp
    } else if starts(b"Raw profile type exif\0") || starts(b"Raw profile type APP1\0") {
        Carried::Exif
    } else if starts(b"Raw profile type iptc\0") || starts(b"Raw profile type 8bim\0") {
        Carried::Iptc
    } else {
        Carried::Comment
    }
}
