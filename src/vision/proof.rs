//! Looks at the finished bytes of a picture as a stranger would: nothing but the picture and its credit is in them, and what had
//! to be hidden tells nothing.
//!
//! A hidden region has to be explained by the paint alone: one colour, or the soft mosaic of at most six cells along its
//! longer side. The pixels next to its edge are left out, since a JPEG mixes neighbours: a block of 16 with its
//! half-sized colours. What is smaller than that is only searched for faces.
//!
//! `benches/stages.rs` has what this costs under `prove 1600`.

use std::sync::OnceLock;

use super::decode::{Limits, decode};
use super::detect::{Detector, Tier};
use super::metadata::Carried;
use super::model::ModelError;
use super::pixels::Pixels;
use super::xmp::{Credit, packet};
use crate::domain::channel::Style;
use crate::domain::geometry::{Region, Size};

/// What a picture has to be.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Its width and height.
    pub size: Size,
    /// The width and height of the photo in which the regions lie.
    pub photo: Size,
    /// What is hidden.
    pub hidden: &'a [Region],
    /// How.
    pub style: Style,
    /// The credit that it carries.
    pub credit: Credit<'a>,
}

/// What is wrong with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It cannot be decoded.
    #[error("the finished picture cannot be decoded")]
    Unreadable,
    /// It has another size.
    #[error("the finished picture has not the size that it should have")]
    OtherSize,
    /// Its metadata is not exactly the credit.
    #[error("the finished picture carries more than its credit")]
    Metadata,
    /// Something of a hidden region is left.
    #[error("a hidden region of the finished picture is not covered")]
    Uncovered,
    /// A face is found in a hidden region.
    #[error("a face is found in a hidden region of the finished picture")]
    Face,
}

impl Flaw {
    /// A word for the store and for metrics.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::OtherSize => "other_size",
            Self::Metadata => "metadata",
            Self::Uncovered => "uncovered",
            Self::Face => "face",
        }
    }
}

/// Why a picture is not proven.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// It must not leave.
    #[error(transparent)]
    Flaw(#[from] Flaw),
    /// The detector failed.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Checks the bytes of a JPEG against what they have to be.
///
/// # Errors
/// The first flaw, or that the detector failed.
pub fn prove(jpeg: &[u8], claim: &Claim<'_>) -> Result<(), ProofError> {
    let decoded = decode(jpeg, Some("jpg"), &Limits::default()).map_err(|_| Flaw::Unreadable)?;
    let pixels = decoded.pixels;
    if pixels.size() != claim.size {
        return Err(Flaw::OtherSize.into());
    }
    let credit = packet(&claim.credit);
    let only_credit = decoded.removed.iter().eq(&[Carried::Xmp]) && count(jpeg, credit.as_bytes()) == 1;
    // a second packet would stand beside the first
    if !only_credit || count(jpeg, XMP) != 1 {
        return Err(Flaw::Metadata.into());
    }
    for region in claim.hidden {
        let others: Vec<Region> = claim.hidden.iter().filter(|other| *other != region).copied().collect();
        if !is_covered(&pixels, claim, *region, &others) {
            return Err(Flaw::Uncovered.into());
        }
        if shows_a_face(&pixels, scaled(*region, claim))? {
            return Err(Flaw::Face.into());
        }
    }
    Ok(())
}

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len().max(1)).filter(|window| *window == wanted).count()
}

/// The whole pixels of the picture that lie inside a region of the photo.
fn scaled(region: Region, claim: &Claim<'_>) -> Region {
    let part = |at: u32, of: u32, whole: u32, up: bool| {
        let (product, whole) = (u64::from(at) * u64::from(of), u64::from(whole.max(1)));
        u32::try_from(if up { product.div_ceil(whole) } else { product / whole }).unwrap_or(of).min(of)
    };
    let (size, photo) = (claim.size, claim.photo);
    Region {
        left: part(region.left, size.width, photo.width, true),
        top: part(region.top, size.height, photo.height, true),
        right: part(region.right.min(photo.width), size.width, photo.width, false),
        bottom: part(region.bottom.min(photo.height), size.height, photo.height, false),
    }
}

fn shrunk(region: Region, margin: u32) -> Region {
    Region {
        left: region.left.saturating_add(margin),
        top: region.top.saturating_add(margin),
        right: region.right.saturating_sub(margin),
        bottom: region.bottom.saturating_sub(margin),
    }
}

/// Whether the inside of a region is explained by its paint, where no other region's paint lies on it.
fn is_covered(pixels: &Pixels, claim: &Claim<'_>, region: Region, others: &[Region]) -> bool {
    let inner = shrunk(scaled(region, claim), EDGE);
    let others: Vec<Region> = others
        .iter()
        .map(|other| scaled(*other, claim).grown(EDGE, claim.size))
        .filter(|other| !other.is_empty())
        .collect();
    let (mut off, mut judged) = (0_u64, 0_u64);
    for (y, row) in (inner.top..inner.bottom).zip(pixels.rows(inner)) {
        for (x, pixel) in (inner.left..inner.right).zip(row) {
            if others.iter().any(|other| other.contains(x, y)) {
                continue;
            }
            let Some(expected) = expected(pixels, claim, region, inner, &others, (x, y)) else { continue };
            off += distance(*pixel, expected);
            judged += 1;
        }
    }
    judged < FEWEST || off <= judged * MOST_OFF
}

/// In pixels of the picture: a block of a JPEG with half-sized colours.
const EDGE: u32 = 16;
/// Fewer pixels are no judgement.
const FEWEST: u64 = 36;
/// The mean distance of a covered region's pixels from their paint, summed over three channels of 0 to 255. Chosen, not
/// measured on faces: every rendition of the demo's school passes, and the busy patterns of the tests do not.
const MOST_OFF: u64 = 20;

fn distance(one: [u8; 3], other: [u8; 3]) -> u64 {
    one.iter().zip(other).map(|(one, other)| u64::from(one.abs_diff(other))).sum()
}

/// What the paint would be at a pixel, read from the picture itself; nothing where that cannot be told.
fn expected(
    pixels: &Pixels,
    claim: &Claim<'_>,
    region: Region,
    inner: Region,
    others: &[Region],
    (x, y): (u32, u32),
) -> Option<[u8; 3]> {
    let sample = |x: u32, y: u32| {
        let usable = inner.contains(x, y) && !others.iter().any(|other| other.contains(x, y));
        usable.then(|| pixels.at(f64::from(x), f64::from(y))).flatten()
    };
    if let Style::Fill(colour) = claim.style {
        return Some(colour);
    }
    if claim.style == Style::Smooth {
        // one colour: that of the middle, or of any usable corner
        let middle = ((inner.left + inner.right) / 2, (inner.top + inner.bottom) / 2);
        let corners = [(inner.left, inner.top), (inner.right - 1, inner.bottom - 1)];
        return std::iter::once(middle).chain(corners).find_map(|(x, y)| sample(x, y));
    }
    let side = f64::from(region.size().long_side().div_ceil(6).max(4));
    let across = neighbours(x, claim.photo.width, claim.size.width, region.left, side)?;
    let down = neighbours(y, claim.photo.height, claim.size.height, region.top, side)?;
    let corner = |x: u32, y: u32| sample(x, y).map(|colour| colour.map(f64::from));
    let (one, two) = (corner(across.0, down.0)?, corner(across.1, down.0)?);
    let (three, four) = (corner(across.0, down.1)?, corner(across.1, down.1)?);
    let mut mixed = [0_u8; 3];
    for (channel, mixed) in mixed.iter_mut().enumerate() {
        let of = |colour: &[f64; 3]| colour.get(channel).copied().unwrap_or_default();
        let top = of(&one) * (1.0 - across.2) + of(&two) * across.2;
        let bottom = of(&three) * (1.0 - across.2) + of(&four) * across.2;
        *mixed = whole(top * (1.0 - down.2) + bottom * down.2);
    }
    Some(mixed)
}

/// The picture's pixels at the centres of the cells before and behind a pixel, and how far it is on the way between them.
fn neighbours(at: u32, photo: u32, picture: u32, begins: u32, side: f64) -> Option<(u32, u32, f64)> {
    let scale = f64::from(photo) / f64::from(picture.max(1));
    let cells = ((f64::from(at) + 0.5) * scale - f64::from(begins)) / side - 0.5;
    let first = cells.floor().max(0.0);
    let centre = |cell: f64| {
        let place = ((cell + 0.5) * side + f64::from(begins)) / scale - 0.5;
        (0.0..f64::from(picture)).contains(&place.round()).then(|| pixel(place.round()))
    };
    Some((centre(first)?, centre(first + 1.0)?, (cells - first).clamp(0.0, 1.0)))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value lies in the picture")]
fn pixel(place: f64) -> u32 {
    place as u32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of values from 0 to 255")]
fn whole(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// Whether the detector is sure of a face in a part of the picture.
fn shows_a_face(pixels: &Pixels, region: Region) -> Result<bool, ProofError> {
    let rgb: Vec<u8> = pixels.rows(region).flatten().flatten().copied().collect();
    let Some(part) =
        Pixels::new(region.size(), rgb).filter(|_| region.size().width.min(region.size().height) >= SMALLEST)
    else {
        return Ok(false);
    };
    let found = detector()?.detect(&part, Tier::Fast)?;
    Ok(found.iter().any(|face| !face.maybe))
}

/// In pixels: nobody is known by a smaller face.
const SMALLEST: u32 = 16;

/// One detector for every proof of this process.
fn detector() -> Result<&'static Detector, ProofError> {
    static DETECTOR: OnceLock<Detector> = OnceLock::new();
    if let Some(detector) = DETECTOR.get() {
        return Ok(detector);
    }
    let opened = Detector::open()?;
    Ok(DETECTOR.get_or_init(|| opened))
}

#[cfg(test)]
mod tests {
    use super::super::{encode_jpeg, obscure, resize};
    use super::*;

    const CREDIT: Credit<'static> = Credit { credit: "Hill School", rights: "Hill School" };
    const PHOTO: Size = Size { width: 900, height: 600 };
    const HEAD: Region = Region { left: 200, top: 100, right: 420, bottom: 380 };

    /// Stripes and blobs, as busy as a face.
    fn busy() -> Pixels {
        let places = (0..PHOTO.height).flat_map(|y| (0..PHOTO.width).map(move |x| (x, y)));
        let rgb = places.flat_map(|(x, y)| {
            let wave = (f64::from(x) / 9.0).sin() * 70.0 + (f64::from(y) / 13.0).cos() * 50.0;
            [whole(128.0 + wave), whole(118.0 + wave), whole(100.0 - wave)]
        });
        Pixels::new(PHOTO, rgb.collect()).unwrap()
    }

    fn made(pixels: &Pixels, long_side: u32) -> (Vec<u8>, Size) {
        let sized = resize(pixels, long_side).unwrap();
        (encode_jpeg(&sized, Some(&CREDIT)).unwrap(), sized.size())
    }

    fn judged(jpeg: &[u8], size: Size, hidden: &[Region], style: Style) -> Result<(), ProofError> {
        prove(jpeg, &Claim { size, photo: PHOTO, hidden, style, credit: CREDIT })
    }

    fn flaw(judged: Result<(), ProofError>) -> Option<Flaw> {
        match judged {
            Ok(()) => None,
            Err(ProofError::Flaw(flaw)) => Some(flaw),
            Err(ProofError::Model(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn what_is_hidden_is_proven_and_what_is_not_is_found_in_every_style_and_size() {
        let other = Region { left: 380, top: 300, right: 640, bottom: 560 };
        for style in [Style::Smooth, Style::Fill([10, 90, 160]), Style::Blur] {
            for hidden in [vec![], vec![HEAD], vec![HEAD, other]] {
                let mut covered = busy();
                obscure(&mut covered, &hidden, &[], style, &[7; 32]);
                for long_side in [900, 640, 333] {
                    let (jpeg, size) = made(&covered, long_side);
                    assert_eq!(flaw(judged(&jpeg, size, &hidden, style)), None, "{style:?} {hidden:?} {long_side}");
                }
            }
            let (bare, size) = made(&busy(), 900);
            assert_eq!(flaw(judged(&bare, size, &[HEAD], style)), Some(Flaw::Uncovered), "{style:?}");
            // one of two was forgotten
            let mut half = busy();
            obscure(&mut half, &[HEAD], &[], style, &[7; 32]);
            let (jpeg, size) = made(&half, 640);
            assert_eq!(flaw(judged(&jpeg, size, &[HEAD, other], style)), Some(Flaw::Uncovered), "{style:?}");
        }
    }

    #[test]
    fn anything_else_in_the_file_is_a_flaw() {
        let mut covered = busy();
        obscure(&mut covered, &[HEAD], &[], Style::Smooth, &[7; 32]);
        let (jpeg, size) = made(&covered, 640);
        let flaw = |jpeg: &[u8], size| flaw(judged(jpeg, size, &[HEAD], Style::Smooth));
        assert_eq!(flaw(&jpeg, size), None);
        assert_eq!(flaw(&[&jpeg, &b"Zebedee"[..]].concat(), size), Some(Flaw::Metadata), "a trailer");
        let comment = [&jpeg[..2], &[0xff, 0xfe, 0, 9], b"Zebedee", &jpeg[2..]].concat();
        assert_eq!(flaw(&comment, size), Some(Flaw::Metadata));
        let exif = [&jpeg[..2], &[0xff, 0xe1, 0, 10], b"Exif\0\0MM", &jpeg[2..]].concat();
        assert_eq!(flaw(&exif, size), Some(Flaw::Metadata));
        let plain = encode_jpeg(&resize(&covered, 640).unwrap(), None).unwrap();
        assert_eq!(flaw(&plain, size), Some(Flaw::Metadata), "the credit is missing");
        assert_eq!(flaw(&jpeg[..jpeg.len() / 2], size), Some(Flaw::Unreadable));
        assert_eq!(flaw(&jpeg, Size { width: size.width - 1, ..size }), Some(Flaw::OtherSize));
    }
}
