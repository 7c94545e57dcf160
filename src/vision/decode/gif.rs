//! GIF: a walk over its blocks, and its pixels.

use std::collections::BTreeSet;
use std::io::Cursor as Reader;

use image::ImageDecoder;
use image::codecs::gif::GifDecoder;

use super::DecodeError;
use super::cursor::Cursor;
use super::outline::Outline;
use super::raster::{Raster, memory, read, refusal};
use crate::domain::geometry::Size;
use crate::vision::format::Format;
use crate::vision::metadata::Carried;

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, DecodeError> {
    let mut cursor = Cursor::new(bytes);
    let size = screen(&mut cursor).ok_or(DecodeError::Truncated)?;
    let mut carried = BTreeSet::new();
    let mut frames = 0_u32;
    loop {
        match cursor.byte().ok_or(DecodeError::Truncated)? {
            0x3b => break,
            0x2c => {
                frames += 1;
                skip_frame(&mut cursor).ok_or(DecodeError::Truncated)?;
            }
            0x21 => carried.extend(extension(&mut cursor).ok_or(DecodeError::Truncated)?),
            _ => return Err(DecodeError::Damaged(Format::Gif)),
        }
        if frames > 1 {
            return Err(DecodeError::Animated);
        }
    }
    if !cursor.rest().is_empty() {
        carried.insert(Carried::Trailer);
    }
    if frames == 0 {
        return Err(DecodeError::Damaged(Format::Gif));
    }
    Ok(Outline::new(size, carried, None))
}

pub(super) fn pixels(bytes: &[u8], size: Size) -> Result<Raster, DecodeError> {
    let damaged = |error| refusal(&error, Format::Gif);
    let mut decoder = GifDecoder::new(Reader::new(bytes)).map_err(damaged)?;
    decoder.set_limits(memory(size)).map_err(damaged)?;
    read(decoder, Format::Gif)
}

fn screen(cursor: &mut Cursor<'_>) -> Option<Size> {
    cursor.take(6)?;
    let (width, height) = (cursor.le16()?.into(), cursor.le16()?.into());
    let flags = cursor.byte()?;
    cursor.take(2)?;
    skip_palette(cursor, flags)?;
    Some(Size { width, height })
}

fn skip_frame(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.take(8)?;
    let flags = cursor.byte()?;
    skip_palette(cursor, flags)?;
    cursor.take(1)?;
    skip_blocks(cursor)
}

fn extension(cursor: &mut Cursor<'_>) -> Option<Option<Carried>> {
    let kind = cursor.byte()?;
    let application = cursor.rest().get(1..12);
    skip_blocks(cursor)?;
    Some(match (kind, application) {
        (0xfe, _) => Some(Carried::Comment),
        (0xff, Some(b"XMP DataXMP")) => Some(Carried::Xmp),
        (0xff, Some(b"ICCRGBG1012")) => Some(Carried::Icc),
        (0xff, Some(b"NETSCAPE2.0")) | (0xf9, _) => None,
        _ => Some(Carried::Other),
    })
}

fn skip_palette(cursor: &mut Cursor<'_>, flags: u8) -> Option<()> {
    if flags & 0x80 != 0 {
        cursor.take(3 << ((flags & 7) + 1))?;
    }
    Some(())
}

fn skip_blocks(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        match cursor.byte()? {
            0 => return Some(()),
            length => cursor.take(length.into())?,
        };
    }
}
