//! HEIC and AVIF: a walk over the boxes of the container; a child process decodes the pixels.

use std::collections::BTreeSet;
use std::io::Cursor as Reader;

use super::DecodeError;
use super::cursor::Cursor;
use super::outline::Outline;
use crate::domain::geometry::Size;
use crate::vision::format::Format;
use crate::vision::metadata::{Carried, parse_container};

pub(super) fn outline(bytes: &[u8], format: Format) -> Result<Outline, DecodeError> {
    let mut cursor = Cursor::new(bytes);
    let mut carried = BTreeSet::new();
    let mut meta: &[u8] = &[];
    while !cursor.rest().is_empty() {
        let (kind, body) = one(&mut cursor).ok_or(DecodeError::Truncated)?;
        match kind {
            b"ftyp" if matches!(body.first_chunk(), Some(b"hevc" | b"hevx" | b"avis" | b"msf1")) => {
                return Err(DecodeError::Animated);
            }
            b"meta" => meta = body.get(4..).unwrap_or_default(),
            b"ftyp" | b"mdat" | b"idat" | b"free" | b"skip" => {}
            _ => _ = carried.insert(Carried::Trailer),
        }
    }
    let size = largest(meta).ok_or(DecodeError::Damaged(format))?;
    carried.extend(listed(meta));
    let exif = carried.contains(&Carried::Exif).then(|| parse_container(&mut Reader::new(bytes))).flatten();
    Ok(Outline { size, carried, exif })
}

/// A box: its kind and its body.
fn one<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a [u8; 4], &'a [u8])> {
    let short = cursor.be32()?;
    let kind = cursor.take(4)?.first_chunk()?;
    let length = match short {
        0 => cursor.rest().len(),
        1 => usize::try_from(u64::from_be_bytes(cursor.array()?)).ok()?.checked_sub(16)?,
        _ => usize::try_from(short).ok()?.checked_sub(8)?,
    };
    Some((kind, cursor.take(length)?))
}

fn child<'a>(parent: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    let mut cursor = Cursor::new(parent);
    std::iter::from_fn(|| one(&mut cursor)).find(|(kind, _)| *kind == wanted).map(|(_, body)| body)
}

/// The largest picture that the item properties describe: tiles and thumbnails are smaller than the whole.
fn largest(meta: &[u8]) -> Option<Size> {
    let mut properties = Cursor::new(child(child(meta, b"iprp")?, b"ipco")?);
    let sizes =
        std::iter::from_fn(|| one(&mut properties)).filter(|(kind, _)| *kind == b"ispe").filter_map(|(_, body)| {
            let mut cursor = Cursor::new(body);
            cursor.take(4)?;
            Some(Size { width: cursor.be32()?, height: cursor.be32()? })
        });
    sizes.max_by_key(|size| size.pixels())
}

/// By the names that stand in the header: rather one too many than one too few.
fn listed(meta: &[u8]) -> impl Iterator<Item = Carried> {
    let names: [(&[u8], Carried); 5] = [
        (b"Exif", Carried::Exif),
        (b"application/rdf+xml", Carried::Xmp),
        (b"thmb", Carried::Thumbnail),
        (b"colrprof", Carried::Icc),
        (b"colrrICC", Carried::Icc),
    ];
    names.into_iter().filter(|(name, _)| meta.windows(name.len()).any(|part| part == *name)).map(|(_, what)| what)
}
