//! TIFF: what its first directory says, and its pixels.

use std::collections::BTreeSet;
use std::io::Cursor as Reader;

use exif::{Context, Exif, In, Tag};
use image::ImageDecoder;
use image::codecs::tiff::TiffDecoder;

use super::DecodeError;
use super::outline::Outline;
use super::raster::{Raster, memory, read, refusal};
use crate::domain::geometry::Size;
use crate::vision::format::Format;
use crate::vision::metadata::{Carried, parse};

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, DecodeError> {
    let tags = parse(bytes).ok_or(DecodeError::Truncated)?;
    let number = |tag| tags.get_field(tag, In::PRIMARY).and_then(|field| field.value.get_uint(0));
    let size = number(Tag::ImageWidth).zip(number(Tag::ImageLength));
    let (width, height) = size.ok_or(DecodeError::Damaged(Format::Tiff))?;
    if number(Tag::BitsPerSample).is_some_and(|bits| bits > 8) {
        return Err(DecodeError::SixteenBit);
    }
    if number(Tag::PhotometricInterpretation) == Some(5) {
        return Err(DecodeError::Cmyk);
    }
    let mut carried = BTreeSet::new();
    for further in (1..8).map(In).filter(|&further| tags.get_field(Tag::ImageWidth, further).is_some()) {
        let kind = tags.get_field(SUBFILE, further).and_then(|field| field.value.get_uint(0));
        if kind.is_none_or(|kind| kind & 1 == 0) {
            return Err(DecodeError::Several);
        }
        carried.insert(Carried::Thumbnail);
    }
    if !complete(&tags, bytes.len()) {
        return Err(DecodeError::Truncated);
    }
    let listed = [(700, Carried::Xmp), (33723, Carried::Iptc), (34377, Carried::Iptc), (34675, Carried::Icc)];
    let present = |&(number, _): &(u16, Carried)| tags.get_field(Tag(Context::Tiff, number), In::PRIMARY).is_some();
    carried.extend(listed.into_iter().filter(present).map(|(_, carried)| carried));
    let told =
        [Tag::ImageDescription, Tag::Make, Tag::Model, Tag::Software, Tag::DateTime, Tag::Artist, Tag::Copyright];
    if told.into_iter().any(|tag| tags.get_field(tag, In::PRIMARY).is_some()) {
        carried.insert(Carried::Exif);
    }
    Ok(Outline { size: Size { width, height }, carried, exif: Some(tags) })
}

pub(super) fn pixels(bytes: &[u8], size: Size) -> Result<Raster, DecodeError> {
    let damaged = |error| refusal(&error, Format::Tiff);
    let mut decoder = TiffDecoder::new(Reader::new(bytes)).map_err(damaged)?;
    decoder.set_limits(memory(size)).map_err(damaged)?;
    read(decoder, Format::Tiff)
}

const SUBFILE: Tag = Tag(Context::Tiff, 254);

/// Whether every strip or tile of the picture lies inside the file.
fn complete(tags: &Exif, length: usize) -> bool {
    let numbers = |number| tags.get_field(Tag(Context::Tiff, number), In::PRIMARY)?.value.iter_uint();
    [(273, 279), (324, 325)].into_iter().all(|(offsets, lengths)| match (numbers(offsets), numbers(lengths)) {
        (Some(offsets), Some(lengths)) => offsets
            .zip(lengths)
            .all(|(at, bytes)| usize::try_from(u64::from(at) + u64::from(bytes)).is_ok_and(|end| end <= length)),
        _ => true,
    })
}
