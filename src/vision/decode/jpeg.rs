//! JPEG: a walk over its segments, and its pixels.

use std::collections::BTreeSet;

use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::cursor::Cursor;
use super::outline::Outline;
use super::raster::Raster;
use super::{DecodeError, Limits};
use crate::domain::geometry::Size;
use crate::vision::format::Format;
use crate::vision::metadata::Carried;

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, DecodeError> {
    let walk = walk(bytes)?;
    if walk.components == 4 {
        return Err(DecodeError::Cmyk);
    }
    Ok(Outline::new(walk.size, walk.carried, walk.exif))
}

pub(super) fn pixels(bytes: &[u8], limits: &Limits) -> Result<Raster, DecodeError> {
    let walk = walk(bytes)?;
    let side = usize::try_from(limits.max_side).unwrap_or(usize::MAX);
    let options = DecoderOptions::default().set_strict_mode(true).set_max_width(side).set_max_height(side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(walk.guarded()), options);
    decoder.decode_headers().map_err(|error| refusal(&error))?;
    let (channels, colours) = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => (1, ColorSpace::Luma),
        Some(ColorSpace::YCbCr | ColorSpace::RGB) => (3, ColorSpace::RGB),
        _ => return Err(DecodeError::Variety(Format::Jpeg)),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(colours));
    let mut data = vec![0; decoder.output_buffer_size().ok_or(DecodeError::Damaged(Format::Jpeg))?];
    decoder.decode_into(&mut data).map_err(|error| refusal(&error))?;
    Ok(Raster { size: walk.size, channels, data, icc: walk.icc() })
}

/// What the segments say.
struct Walk<'a> {
    size: Size,
    components: u8,
    carried: BTreeSet<Carried>,
    exif: Option<&'a [u8]>,
    profile: Vec<&'a [u8]>,
    /// The segments and scans that the picture needs, each behind its marker.
    needed: Vec<(u8, &'a [u8])>,
}

fn walk(bytes: &[u8]) -> Result<Walk<'_>, DecodeError> {
    let mut cursor = Cursor::new(bytes);
    let (mut carried, mut needed, mut profile) = (BTreeSet::new(), Vec::new(), Vec::new());
    let (mut frame, mut exif, mut scanned) = (None, None, false);
    cursor.take(2);
    loop {
        let marker = next_marker(&mut cursor).ok_or(DecodeError::Truncated)?;
        match marker {
            0xd9 => break,
            0x01 | 0xd0..=0xd7 => continue,
            _ => {}
        }
        let from = cursor.rest();
        let length = cursor.be16().ok_or(DecodeError::Truncated)?.checked_sub(2);
        let length = length.ok_or(DecodeError::Damaged(Format::Jpeg))?;
        let segment = cursor.take(length.into()).ok_or(DecodeError::Truncated)?;
        match marker {
            // without loss, in layers, or with arithmetic codes
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return Err(DecodeError::Variety(Format::Jpeg)),
            0xc0..=0xc2 => {
                let found = parse_frame(segment).ok_or(DecodeError::Damaged(Format::Jpeg))?;
                frame.get_or_insert(found);
            }
            0xda => {
                scanned = true;
                skip_scan(&mut cursor).ok_or(DecodeError::Truncated)?;
            }
            0xe1 if exif.is_none() && segment.starts_with(EXIF) => exif = segment.get(EXIF.len()..),
            0xe2 if segment.starts_with(ICC) => profile.extend(segment.get(ICC.len()..)),
            _ => {}
        }
        if matches!(marker, 0xe0..=0xef | 0xfe) {
            carried.extend(listed(marker, segment));
        }
        // Adobe's segment tells how the colours are coded, the other ones are for people
        if !matches!(marker, 0xe0..=0xed | 0xef | 0xfe) {
            needed.push((marker, from.get(..from.len() - cursor.rest().len()).unwrap_or_default()));
        }
    }
    if !cursor.rest().is_empty() {
        carried.insert(Carried::Trailer);
    }
    match frame {
        Some((size, components)) if scanned => Ok(Walk { size, components, carried, exif, profile, needed }),
        _ => Err(DecodeError::Damaged(Format::Jpeg)),
    }
}

impl Walk<'_> {
    /// A file of nothing but what the picture needs (so that broken metadata cannot break it), made so that a decoder that
    /// runs out of picture data fails instead of painting the rest grey: before the end marker, which it takes as leave to
    /// make up the rest, stand ones (a stuffed 0xff each). No JPEG code consists of ones alone.
    fn guarded(&self) -> Vec<u8> {
        let length: usize = self.needed.iter().map(|(_, part)| part.len() + 2).sum();
        let mut file = Vec::with_capacity(length + 36);
        file.extend([0xff, 0xd8]);
        for (marker, part) in &self.needed {
            file.extend([0xff, *marker]);
            file.extend_from_slice(part);
        }
        (0..16).for_each(|_| file.extend([0xff, 0]));
        file.extend([0xff, 0xd9]);
        file
    }

    /// The colour profile, put together from its numbered parts.
    fn icc(&self) -> Option<Vec<u8>> {
        let mut parts: Vec<(&u8, &[u8])> =
            self.profile.iter().filter_map(|part| Some((part.first()?, part.get(2..)?))).collect();
        parts.sort_unstable_by_key(|(number, _)| **number);
        let profile = parts.into_iter().map(|(_, part)| part).collect::<Vec<_>>().concat();
        (!profile.is_empty()).then_some(profile)
    }
}

const EXIF: &[u8] = b"Exif\0\0";
const ICC: &[u8] = b"ICC_PROFILE\0";

/// The byte behind the next 0xff that is no stuffing.
fn next_marker(cursor: &mut Cursor<'_>) -> Option<u8> {
    loop {
        let at = cursor.rest().iter().position(|&byte| byte == 0xff)?;
        cursor.take(at)?;
        let fill = cursor.rest().iter().position(|&byte| byte != 0xff)?;
        cursor.take(fill)?;
        match cursor.byte()? {
            0 => {}
            marker => return Some(marker),
        }
    }
}

/// Moves over entropy-coded data, to the marker behind it.
fn skip_scan(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        let at = cursor.rest().iter().position(|&byte| byte == 0xff)?;
        cursor.take(at)?;
        match cursor.rest().get(1)? {
            0 | 0xd0..=0xd7 => cursor.take(2)?,
            0xff => cursor.take(1)?,
            _ => return Some(()),
        };
    }
}

fn parse_frame(segment: &[u8]) -> Option<(Size, u8)> {
    let mut cursor = Cursor::new(segment);
    cursor.take(1)?;
    let (height, width) = (cursor.be16()?.into(), cursor.be16()?.into());
    Some((Size { width, height }, cursor.byte()?))
}

fn listed(marker: u8, segment: &[u8]) -> Vec<Carried> {
    let starts = |prefix: &[u8]| segment.starts_with(prefix);
    match marker {
        0xe0 if starts(b"JFIF\0") && segment.len() <= 14 => vec![],
        0xe0 if starts(b"JFIF\0") => vec![Carried::Thumbnail],
        0xe0 if starts(b"JFXX\0") => vec![Carried::Thumbnail],
        0xe1 if starts(EXIF) => vec![Carried::Exif],
        0xe1 if starts(b"http://ns.adobe.com/xap/1.0/\0") || starts(b"http://ns.adobe.com/xmp/extension/\0") => {
            vec![Carried::Xmp]
        }
        0xe2 if starts(ICC) => vec![Carried::Icc],
        0xe2 if starts(b"MPF\0") => vec![Carried::Thumbnail],
        0xed => {
            // resources 1033 and 1036 of an image resource block are thumbnails
            let thumbnail = segment.windows(6).any(|six| six == b"8BIM\x04\x0c" || six == b"8BIM\x04\x09");
            std::iter::once(Carried::Iptc).chain(thumbnail.then_some(Carried::Thumbnail)).collect()
        }
        0xee if starts(b"Adobe") => vec![],
        0xfe => vec![Carried::Comment],
        _ => vec![Carried::Other],
    }
}

fn refusal(error: &DecodeErrors) -> DecodeError {
    match error {
        DecodeErrors::Unsupported(_) => DecodeError::Variety(Format::Jpeg),
        _ => DecodeError::Damaged(Format::Jpeg),
    }
}
