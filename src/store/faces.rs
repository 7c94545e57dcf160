//! The faces of photos and who they are said to be.

use std::collections::BTreeSet;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use super::photos;
use crate::audit::Event;
use crate::domain::face::{Face, Origin, Who};
use crate::domain::geometry::{Point, Rect};
use crate::domain::id::{FaceId, PersonId, PhotoId};

/// A face that was just found or drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFace {
    /// The box in pixels of the upright photo.
    pub rect: Rect,
    /// The detector's confidence from 0 to 1; nothing for a box drawn by hand.
    pub score: Option<f32>,
    /// How it came to be known.
    pub origin: Origin,
    /// Eyes, nose and corners of the mouth, in pixels; nothing for a box drawn by hand.
    pub landmarks: Option<[Point; 5]>,
}

impl Read {
    /// The faces of a photo as they are now, in the order of their numbers.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn faces(&self, photo: &PhotoId) -> Result<Vec<Face>, StoreError> {
        Ok(self.photo_history(photo)?.facts().faces)
    }

    /// Where a detected face's eyes, nose and corners of the mouth are.
    ///
    /// # Errors
    /// When the database fails.
    pub fn landmarks(&self, photo: &PhotoId, face: FaceId) -> Result<Option<[Point; 5]>, StoreError> {
        let sql = "select landmarks from faces where photo = ?1 and face = ?2";
        let points = self.row(sql, (photo, face), |row| row.get::<_, Option<Json<_>>>(0))?;
        Ok(points.flatten().map(|points| points.0))
    }

    /// The photos that show a person now, tagged or suggested at any rank: those that a change of their consent can touch.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photos_of(&self, person: &PersonId) -> Result<BTreeSet<PhotoId>, StoreError> {
        let photos = self.rows(include_str!("faces/photos_of.sql"), [person], |row| row.get(0))?;
        Ok(photos.into_iter().collect())
    }

    /// The photos of a class's events that show faces nobody has named.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unnamed_photos(&self, class: &str) -> Result<Vec<PhotoId>, StoreError> {
        self.rows(include_str!("faces/unnamed_photos.sql"), [class], |row| row.get(0))
    }
}

impl Write<'_> {
    /// Adds a face with the next number of its photo.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn add_face(&self, photo: &PhotoId, new: &NewFace) -> Result<FaceId, StoreError> {
        if self.photo(photo)?.is_none() {
            return Err(photos::missing(photo));
        }
        let sql = "select coalesce(max(face), 0) + 1 from faces where photo = ?1";
        let face = self.row(sql, [photo], |row| row.get(0))?.unwrap_or(FaceId(1));
        let NewFace { rect, score, origin, landmarks } = new;
        let row = rusqlite::params![
            photo,
            face,
            rect.x1,
            rect.y1,
            rect.x2,
            rect.y2,
            score,
            Json(origin),
            landmarks.map(Json),
            At(self.now),
            self.actor,
        ];
        let added = |_| Event::FaceAdded { photo: photo.clone(), face, origin: *origin };
        self.change(include_str!("faces/add.sql"), row, added)?;
        Ok(face)
    }

    /// A later pass is sure of a weak hit, with this confidence; gives whether that is news.
    ///
    /// # Errors
    /// When there is no such face, or the database fails.
    pub fn raise_face(&self, photo: &PhotoId, face: FaceId, score: f32) -> Result<bool, StoreError> {
        self.known_face(photo, face)?;
        let raised = |_| Event::FaceRaised { photo: photo.clone(), face };
        Ok(self.change(include_str!("faces/raise.sql"), (photo, face, score, At(self.now)), raised)?.is_some())
    }

    /// Somebody says who a face is; the latest word counts, and whoever else was suggested is rejected. Gives whether
    /// that is news: a suggestion ([`Self::suggest`]) is nobody's word and never is.
    ///
    /// # Errors
    /// When there is no such face or person, or the database fails.
    pub fn tag(&self, photo: &PhotoId, face: FaceId, who: &Who) -> Result<bool, StoreError> {
        if self.known_face(photo, face)?.who == *who {
            return Ok(false);
        }
        let person = match who {
            Who::Person(person) => Some(person),
            Who::Unknown | Who::Visitor | Who::NotAFace => None,
            Who::Suggested(_) => return Ok(false),
        };
        if let Some(id) = person
            && self.person(id)?.is_none()
        {
            return Err(StoreError::Missing { what: "person", id: id.to_string() });
        }
        let tagged = |_| Event::FaceTagged { photo: photo.clone(), face, who: who.clone() };
        let row = (photo, face, Json(who), person, At(self.now), self.actor);
        self.change(include_str!("faces/tag.sql"), row, tagged)?;
        self.reject_all_but(photo, face, who)?;
        Ok(true)
    }

    pub(super) fn known_face(&self, photo: &PhotoId, face: FaceId) -> Result<Face, StoreError> {
        let known = self.faces(photo)?.into_iter().find(|known| known.id == face);
        known.ok_or_else(|| StoreError::Missing { what: "face", id: format!("{photo} {face}") })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Store;
    use super::super::sample::{actor, at, face, person, photo, store, write};
    use super::*;

    fn who(number: u8) -> Who {
        match number {
            0..=2 => Who::Person(format!("P{number}").parse().unwrap()),
            3..=5 => Who::Suggested(format!("P{}", number - 3).parse().unwrap()),
            6 => Who::Visitor,
            7 => Who::NotAFace,
            _ => Who::Unknown,
        }
    }

    fn school() -> (tempfile::TempDir, Store, [PhotoId; 2]) {
        let (dir, store) = store();
        for id in ["P0", "P1", "P2"] {
            write(&store, 0, |w| w.save_person(&person(id)));
        }
        let photos = ["a", "b"].map(|bytes| photo(&store, bytes));
        (dir, store, photos)
    }

    #[test]
    fn faces_come_back_as_they_were_put_in() {
        let (_dir, store, [photo, _]) = school();
        let landmarks = [1.0, 2.5, 3.0, 4.25, 5.1].map(|x| Point { x, y: x / 3.0 });
        let new = NewFace { landmarks: Some(landmarks), ..face(Origin::Maybe) };
        let first = write(&store, 1, |w| w.add_face(&photo, &new));
        let drawn = NewFace { score: None, origin: Origin::Added, ..face(Origin::Added) };
        let second = write(&store, 2, |w| w.add_face(&photo, &drawn));
        assert_eq!((first, second), (FaceId(1), FaceId(2)));
        let faces = store.read(|r| r.faces(&photo)).unwrap();
        let expected = |id, new: &NewFace| Face {
            id,
            rect: new.rect,
            score: new.score,
            origin: new.origin,
            who: Who::Unknown,
            also: vec![],
        };
        assert_eq!(faces, [expected(first, &new), expected(second, &drawn)]);
        assert_eq!(store.read(|r| r.landmarks(&photo, first)).unwrap(), Some(landmarks));
        assert_eq!(store.read(|r| r.landmarks(&photo, second)).unwrap(), None);
    }

    #[test]
    fn only_a_weak_hit_can_be_raised_and_only_once() {
        let (_dir, store, [photo, _]) = school();
        let weak = write(&store, 1, |w| w.add_face(&photo, &face(Origin::Maybe)));
        let sure = write(&store, 1, |w| w.add_face(&photo, &face(Origin::Detected)));
        assert!(write(&store, 2, |w| w.raise_face(&photo, weak, 0.75)));
        assert!(!write(&store, 3, |w| w.raise_face(&photo, weak, 0.8)));
        assert!(!write(&store, 3, |w| w.raise_face(&photo, sure, 0.8)));
        let raised = store.read(|r| r.faces(&photo)).unwrap().remove(0);
        assert_eq!((raised.origin, raised.score), (Origin::Detected, Some(0.75)));
        let before = store.read(|r| r.photo_history(&photo)).unwrap().facts_at(at(1));
        assert_eq!(before.faces[0].origin, Origin::Maybe);
        let missing = store.write(&actor(), at(3), |w| w.raise_face(&photo, FaceId(9), 0.8));
        assert!(matches!(missing, Err(StoreError::Missing { what: "face", .. })));
    }

    #[test]
    fn a_correction_holds_even_when_the_clock_was_set_back() {
        let (_dir, store, [photo, _]) = school();
        let face = write(&store, 1, |w| w.add_face(&photo, &face(Origin::Detected)));
        write(&store, 100, |w| w.tag(&photo, face, &who(0)));
        write(&store, 50, |w| w.tag(&photo, face, &who(1)));
        assert_eq!(store.read(|r| r.faces(&photo)).unwrap()[0].who, who(1));
        assert!(store.read(|r| r.photos_of(&"P0".parse().unwrap())).unwrap().is_empty());
        let stranger = Who::Person("P9".parse().unwrap());
        let missing = store.write(&actor(), at(101), |w| w.tag(&photo, face, &stranger));
        assert!(matches!(missing, Err(StoreError::Missing { what: "person", .. })));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// The index from people to photos tells what one finds by going through every photo's faces.
        #[test]
        fn the_photos_of_a_person_are_those_whose_faces_say_so(
            taggings in prop::collection::vec((0..2usize, 1..3u32, 0..9u8, 0..60i64), 0..25)
        ) {
            let (_dir, store, photos) = school();
            for photo in &photos {
                for _ in 0..2 {
                    write(&store, 0, |w| w.add_face(photo, &face(Origin::Detected)));
                }
            }
            for (photo, face, word, seconds) in taggings {
                write(&store, seconds, |w| match who(word) {
                    Who::Suggested(person) => w.suggest(&photos[photo], FaceId(face), &person, word),
                    said => w.tag(&photos[photo], FaceId(face), &said),
                });
            }
            for number in 0..3 {
                let id: PersonId = format!("P{number}").parse().unwrap();
                let shows = |photo: &&PhotoId| {
                    let faces = store.read(|r| r.faces(photo)).unwrap();
                    faces.iter().any(|face| face.who == who(number) || face.suggested().any(|other| *other == id))
                };
                let expected: BTreeSet<PhotoId> = photos.iter().filter(shows).cloned().collect();
                prop_assert_eq!(store.read(|r| r.photos_of(&id)).unwrap(), expected);
            }
        }
    }
}
