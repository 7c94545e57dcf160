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

impl Read<'_> {
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

    /// The photos that show a person now, tagged or suggested: those that a change of their consent can touch.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photos_of(&self, person: &PersonId) -> Result<BTreeSet<PhotoId>, StoreError> {
        let photos = self.rows(include_str!("faces/photos_of.sql"), [person], |row| row.get(0))?;
        Ok(photos.into_iter().collect())
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

    /// Says who a face is; the latest word counts. Gives whether that is news.
    ///
    /// # Errors
    /// When there is no such face or person, or the database fails.
    pub fn tag(&self, photo: &PhotoId, face: FaceId, who: &Who) -> Result<bool, StoreError> {
        if self.known_face(photo, face)?.who == *who {
            return Ok(false);
        }
        let person = match who {
            Who::Person(person) | Who::Suggested(person) => Some(person),
            Who::Unknown | Who::Visitor | Who::NotAFace => None,
        };
        if let Some(id) = person
            && self.person(id)?.is_none()
        {
            return Err(StoreError::Missing { what: "person", id: id.to_string() });
        }
        let tagged = |_| Event::FaceTagged { photo: photo.clone(), face, who: who.clone() };
        let row = (photo, face, Json(who), person, At(self.now), self.actor);
        self.change(include_str!("faces/tag.sql"), row, tagged)?;
        Ok(true)
    }

    fn known_face(&self, photo: &PhotoId, face: FaceId) -> Result<Face, StoreError> {
        let known = self.faces(photo)?.into_iter().find(|known| known.id == face);
        known.ok_or_else(|| StoreError::Missing { what: "face", id: format!("{photo} {face}") })
    }
}
