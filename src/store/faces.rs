//! The faces of photos and who they are said to be.

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use super::photos;
use crate::audit::Event;
use crate::domain::face::{Face, Origin, Who};
use crate::domain::geometry::{Point, Rect};
use crate::domain::id::{FaceId, PersonId, PhotoId};
use crate::domain::time::Timestamp;

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
    /// When the database fails.
    pub fn faces(&self, photo: &PhotoId) -> Result<Vec<Face>, StoreError> {
        self.faces_at(photo, Timestamp::MAX)
    }

    /// The faces of a photo as they were known and named then.
    ///
    /// # Errors
    /// When the database fails.
    pub fn faces_at(&self, photo: &PhotoId, then: Timestamp) -> Result<Vec<Face>, StoreError> {
        self.rows(include_str!("faces/at.sql"), (photo, At(then)), face)
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
    pub fn photos_of(&self, person: &PersonId) -> Result<Vec<PhotoId>, StoreError> {
        self.rows(include_str!("faces/photos_of.sql"), [person], |row| row.get(0))
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

    /// A later pass is sure of a weak hit; gives whether that is news.
    ///
    /// # Errors
    /// When there is no such face, or the database fails.
    pub fn raise_face(&self, photo: &PhotoId, face: FaceId) -> Result<bool, StoreError> {
        self.known_face(photo, face)?;
        let raised = |_| Event::FaceRaised { photo: photo.clone(), face };
        Ok(self.change(include_str!("faces/raise.sql"), (photo, face, At(self.now)), raised)?.is_some())
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
        let sql = "insert into taggings (photo, face, who, person, at, actor) values (?1, ?2, ?3, ?4, ?5, ?6)";
        let tagged = |_| Event::FaceTagged { photo: photo.clone(), face, who: who.clone() };
        self.change(sql, (photo, face, Json(who), person, At(self.now), self.actor), tagged)?;
        Ok(true)
    }

    fn known_face(&self, photo: &PhotoId, face: FaceId) -> Result<Face, StoreError> {
        let known = self.faces(photo)?.into_iter().find(|known| known.id == face);
        known.ok_or_else(|| StoreError::Missing { what: "face", id: format!("{photo} {face}") })
    }
}

fn face(row: &rusqlite::Row<'_>) -> rusqlite::Result<Face> {
    Ok(Face {
        id: row.get(0)?,
        rect: Rect { x1: row.get(1)?, y1: row.get(2)?, x2: row.get(3)?, y2: row.get(4)? },
        score: row.get(5)?,
        origin: row.get::<_, Json<_>>(6)?.0,
        who: row.get::<_, Option<Json<_>>>(7)?.map_or(Who::Unknown, |who| who.0),
    })
}
