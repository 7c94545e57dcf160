//! What a person looks like, as far as people have confirmed it; and what an unknown face looks like, for a moment.

use std::iter;

use crate::consent::gate::Open;
use crate::domain::id::{FaceId, PersonId, PhotoId};
use crate::store::{Read, StoreError, Write};
use crate::vision::Descriptor;

/// The descriptors of faces that people confirmed as one person's. It comes from an open gate only, and it is kept only
/// through one.
#[derive(Debug)]
pub struct Template {
    open: Open,
    faces: Vec<(PhotoId, FaceId)>,
    descriptors: Vec<Descriptor>,
}

/// What an unknown face looks like. It can be compared and nothing else: there is no way to write it down.
#[derive(Debug)]
pub struct Probe(Descriptor);

/// More faces of one person say little new.
const MOST_FACES: usize = 8;

impl Template {
    /// The template of a person whose gate is open; one without faces when none was kept.
    ///
    /// # Errors
    /// When the store fails.
    pub fn load(read: &Read, open: Open) -> Result<Self, StoreError> {
        let kept = read.template(&open)?.and_then(|bytes| parse(&bytes)).unwrap_or_default();
        let (faces, descriptors) = kept.into_iter().unzip();
        Ok(Self { open, faces, descriptors })
    }

    /// Whose.
    #[must_use]
    pub fn person(&self) -> &PersonId {
        self.open.person()
    }

    /// Whether a face of this person would add to it.
    #[must_use]
    pub fn lacks(&self, photo: &PhotoId, face: FaceId) -> bool {
        self.faces.len() < MOST_FACES && !self.faces.iter().any(|(known, id)| known == photo && *id == face)
    }

    /// Adds a face that somebody confirmed as this person's.
    pub fn learn(&mut self, photo: &PhotoId, face: FaceId, descriptor: Descriptor) {
        if self.lacks(photo, face) {
            self.faces.push((photo.clone(), face));
            self.descriptors.push(descriptor);
        }
    }

    /// What it compares with.
    #[must_use]
    pub fn descriptors(&self) -> &[Descriptor] {
        &self.descriptors
    }

    /// Keeps it, encrypted.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep(&self, w: &Write<'_>) -> Result<(), StoreError> {
        w.keep_template(&self.open, &self.bytes())
    }

    /// A version, then for each face its photo's id, its number and its 128 numbers, little end first.
    fn bytes(&self) -> Vec<u8> {
        let faces = self.faces.iter().zip(&self.descriptors).flat_map(|((photo, face), descriptor)| {
            let numbers = descriptor.numbers().iter().flat_map(|number| number.to_le_bytes());
            photo.as_str().bytes().chain(face.0.to_le_bytes()).chain(numbers).collect::<Vec<u8>>()
        });
        iter::once(VERSION).chain(faces).collect()
    }
}

impl Probe {
    /// An unknown face's descriptor.
    #[must_use]
    pub fn new(descriptor: Descriptor) -> Self {
        Self(descriptor)
    }

    /// Whom it resembles among these, the likeliest first.
    #[must_use]
    pub fn closest<'a>(&self, gallery: impl Iterator<Item = &'a Template>, limit: f32) -> Vec<PersonId> {
        let gallery = gallery.map(|template| (template.person(), template.descriptors()));
        let near = crate::vision::closest(&self.0, gallery, limit);
        near.into_iter().map(|(person, _)| person.clone()).collect()
    }
}

const VERSION: u8 = 1;
const ID: usize = 20;
const FACE: usize = ID + 4 + 4 * Descriptor::LENGTH;

/// Nothing when the bytes are not those of [`Template::bytes`].
fn parse(bytes: &[u8]) -> Option<Vec<((PhotoId, FaceId), Descriptor)>> {
    let (version, faces) = bytes.split_first()?;
    let (faces, rest) = faces.as_chunks::<FACE>();
    (*version == VERSION && rest.is_empty()).then(|| faces.iter().map(|face| parse_face(face)).collect())?
}

fn parse_face(bytes: &[u8]) -> Option<((PhotoId, FaceId), Descriptor)> {
    let (photo, rest) = bytes.split_first_chunk::<ID>()?;
    let (face, rest) = rest.split_first_chunk::<4>()?;
    let (numbers, _) = rest.as_chunks::<4>();
    let numbers: Vec<f32> = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let photo = std::str::from_utf8(photo).ok()?.parse().ok()?;
    Some(((photo, FaceId(u32::from_le_bytes(*face))), Descriptor::new(numbers.try_into().ok()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Digest;

    #[test]
    fn only_whole_bytes_of_this_version_are_a_template() {
        let photo = PhotoId::of(&Digest::of(b"a"));
        let mut bytes = vec![VERSION];
        for face in [1_u32, 7] {
            bytes.extend(photo.as_str().bytes().chain(face.to_le_bytes()));
            bytes.extend((0_u8..128).flat_map(|n| f32::from(n).to_le_bytes()));
        }
        let parsed = parse(&bytes).unwrap();
        assert_eq!(
            parsed.iter().map(|(face, _)| face.clone()).collect::<Vec<_>>(),
            [(photo.clone(), FaceId(1)), (photo, FaceId(7))]
        );
        assert!((parsed[1].1.numbers()[127] - 127.0).abs() < f32::EPSILON);
        assert_eq!(parse(&[VERSION]).unwrap(), []);
        assert_eq!(parse(&[]), None);
        assert_eq!(parse(&bytes[..bytes.len() - 1]), None);
        assert_eq!(parse(&[&[2], &bytes[1..]].concat()), None);
        let at = bytes.len() - 4;
        bytes[at..].copy_from_slice(&f32::NAN.to_le_bytes());
        assert_eq!(parse(&bytes), None);
    }
}
