//! A photo as one person may have a copy of it: everybody else is hidden, and where that is not certain everything else.

use crate::consent::{PhotoFacts, TextKind};
use crate::domain::channel::Style;
use crate::domain::face::{Face, Who};
use crate::domain::geometry::{Region, Size};
use crate::domain::head::Cover;
use crate::domain::id::PersonId;
use crate::domain::photo::PhotoState;
use crate::store::Store;
use crate::vision::{InHand, Limits, decode, encode_jpeg, measure, obscure, resize};

use super::error::PipelineError;

/// The JPEG for a person whom people have named in the photo; nothing where nobody has, or the bytes are not there.
///
/// # Errors
/// When the original is damaged or no longer decodes, or the picture cannot be written.
pub fn copy_for(store: &Store, facts: &PhotoFacts, person: &PersonId) -> Result<Option<Vec<u8>>, PipelineError> {
    let Some(size) = facts.photo.size.filter(|_| facts.photo.state == PhotoState::Inspected) else { return Ok(None) };
    let Some((hidden, shown)) = hidden(facts, person, size) else { return Ok(None) };
    let bytes = store.blob(&facts.photo.digest)?;
    let _in_hand = InHand::take(measure(&bytes, None, &Limits::default())?);
    let mut pixels = decode(&bytes, None, &Limits::default())?.pixels;
    obscure(&mut pixels, &hidden, &shown, Style::Smooth, facts.photo.digest.as_bytes());
    Ok(Some(encode_jpeg(&resize(&pixels, LONG_SIDE)?, None)?))
}

const LONG_SIDE: u32 = 1600;

/// What is hidden and what is not; nothing when the person is not named in the photo.
fn hidden(facts: &PhotoFacts, person: &PersonId, size: Size) -> Option<(Vec<Region>, Vec<Region>)> {
    let region = |face: &Face| Cover::Head.region(&face.rect, size);
    let is_own = |face: &&Face| matches!(&face.who, Who::Person(id) if id == person);
    let own: Vec<Region> = facts.faces.iter().filter(is_own).map(region).collect();
    let first = *own.first()?;
    let others = facts.faces.iter().filter(|face| !is_own(face) && face.who != Who::NotAFace).map(region);
    let mut hidden: Vec<Region> = others.collect();
    let faces = facts.faces.iter().filter(|face| face.counts()).count();
    let counted = facts.headcount.is_some_and(|people| usize::try_from(people).is_ok_and(|people| people == faces));
    if !counted || facts.names_in.contains(&TextKind::InPicture) {
        // somebody may be there whom nobody has marked, or a name can be read
        hidden.extend(around(first, size));
        return Some((hidden, Vec::new()));
    }
    Some((hidden, own))
}

/// All of the frame but one region.
fn around(kept: Region, Size { width, height }: Size) -> [Region; 4] {
    let Region { left, top, right, bottom } = kept;
    [
        Region { left: 0, top: 0, right: width, bottom: top },
        Region { left: 0, top: bottom, right: width, bottom: height },
        Region { left: 0, top, right: left, bottom },
        Region { left: right, top, right: width, bottom },
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::face::Origin;
    use crate::domain::geometry::Rect;
    use crate::domain::id::{Digest, EventId, FaceId, PhotoId};
    use crate::domain::photo::Photo;

    const SIZE: Size = Size { width: 400, height: 300 };

    fn facts(headcount: u32) -> PhotoFacts {
        let digest = Digest::of(b"photo");
        let face = |id, x, who| {
            let rect = Rect::new(x, 100.0, x + 20.0, 130.0).unwrap();
            Face { id: FaceId(id), rect, score: None, origin: Origin::Detected, who, also: Vec::new() }
        };
        PhotoFacts {
            photo: Photo {
                id: PhotoId::of(&digest),
                digest,
                event: EventId(1),
                ordinal: 1,
                received_at: "2026-06-01T09:00:00Z".parse().unwrap(),
                state: PhotoState::Inspected,
                size: Some(SIZE),
                camera: None,
                reason: None,
            },
            faces: vec![
                face(1, 50.0, Who::Person("P1".parse().unwrap())),
                face(2, 150.0, Who::Person("P2".parse().unwrap())),
                face(3, 250.0, Who::Unknown),
                face(4, 350.0, Who::NotAFace),
            ],
            headcount: Some(headcount),
            rejected: BTreeMap::new(),
            sign_offs: BTreeMap::new(),
            names_in: Vec::new(),
            uploader: None,
            held: false,
        }
    }

    fn sees(facts: &PhotoFacts, person: &str, x: u32, y: u32) -> bool {
        let (hidden, _) = hidden(facts, &person.parse().unwrap(), SIZE).unwrap();
        !hidden.iter().any(|region| region.contains(x, y))
    }

    #[test]
    fn everybody_else_is_hidden_and_in_doubt_everything_else() {
        let sure = facts(3);
        assert_eq!([60, 160, 260, 360].map(|x| sees(&sure, "P1", x, 115)), [true, false, false, true]);
        assert_eq!([60, 160, 260, 360].map(|x| sees(&sure, "P2", x, 115)), [false, true, false, true]);
        assert!(sees(&sure, "P1", 5, 5));
        let named = PhotoFacts { names_in: vec![TextKind::InPicture], ..facts(3) };
        for unsure in [facts(4), PhotoFacts { headcount: None, ..facts(3) }, named] {
            assert_eq!([60, 160, 260, 360].map(|x| sees(&unsure, "P1", x, 115)), [true, false, false, false]);
            assert!(!sees(&unsure, "P1", 5, 5));
        }
        assert!(hidden(&sure, &"P3".parse().unwrap(), SIZE).is_none());
    }

    #[test]
    fn what_is_around_a_region_is_all_of_the_frame_but_it() {
        let kept = Region { left: 3, top: 4, right: 8, bottom: 6 };
        let frame = Size { width: 11, height: 9 };
        let parts = around(kept, frame);
        for (x, y) in (0..11).flat_map(|x| (0..9).map(move |y| (x, y))) {
            let times = parts.iter().filter(|part| part.contains(x, y)).count();
            assert_eq!(times, usize::from(!kept.contains(x, y)), "{x} {y}");
        }
    }
}
