//! Photos and the steps they went.

use super::columns::{At, Json};
use super::error::StoreError;
use super::events;
use super::handle::{Read, Write};
use crate::audit::Event;
use crate::domain::camera::Camera;
use crate::domain::geometry::Size;
use crate::domain::id::{ActorId, Digest, EventId, PhotoId};
use crate::domain::photo::{Photo, PhotoState};

pub(super) const GET: &str = include_str!("photos/get.sql");

/// What became of bytes that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// A photo that was not here before.
    New(Photo),
    /// The same bytes came in earlier, perhaps for another event.
    Known(Photo),
}

impl Receipt {
    /// The photo, new or known.
    #[must_use]
    pub fn photo(&self) -> &Photo {
        match self {
            Self::New(photo) | Self::Known(photo) => photo,
        }
    }
}

impl Read {
    /// One photo as it is now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photo(&self, id: &PhotoId) -> Result<Option<Photo>, StoreError> {
        self.row(&format!("{GET} where p.id = ?1"), [id], photo)
    }

    /// All photos in the order of events and receipt.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photos(&self) -> Result<Vec<Photo>, StoreError> {
        self.rows(&format!("{GET} order by p.event, p.ordinal"), [], photo)
    }

    /// The photos of an event in the order of receipt.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photos_of_event(&self, event: EventId) -> Result<Vec<Photo>, StoreError> {
        self.rows(&format!("{GET} where p.event = ?1 order by p.ordinal"), [event], photo)
    }

    /// The photos that are in this state now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photos_in(&self, state: PhotoState) -> Result<Vec<Photo>, StoreError> {
        let sql = format!(
            "{GET} where case when d.photo is not null then 'destroyed' else coalesce(s.state, 'received') end = ?1 order by p.event, p.ordinal"
        );
        self.rows(&sql, [Json(state)], photo)
    }

    /// Who brought a photo in.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn uploader(&self, id: &PhotoId) -> Result<ActorId, StoreError> {
        let uploader = self.row("select uploader from photos where id = ?1", [id], |row| row.get(0))?;
        uploader.ok_or_else(|| missing(id))
    }
}

impl Write<'_> {
    /// Takes a photo's record in; its bytes are already in the blobs. The next ordinal of the event is its own.
    ///
    /// # Errors
    /// When there is no such event, or the database fails.
    pub fn receive(&self, digest: &Digest, event: EventId) -> Result<Receipt, StoreError> {
        let id = PhotoId::of(digest);
        if let Some(known) = self.photo(&id)? {
            return Ok(Receipt::Known(known));
        }
        if self.event(event)?.is_none() {
            return Err(events::missing(event));
        }
        let row = (&id, digest, event, At(self.now), self.actor);
        let received = |_| Event::PhotoReceived { photo: id.clone(), digest: *digest, school_event: event };
        self.change(include_str!("photos/receive.sql"), row, received)?;
        self.photo(&id)?.map(Receipt::New).ok_or_else(|| missing(&id))
    }

    /// The fast detector has run: from received.
    ///
    /// # Errors
    /// When the photo is not there or is past this step, or the database fails.
    pub fn set_found(&self, id: &PhotoId, size: Size, camera: &Camera) -> Result<(), StoreError> {
        self.step(id, PhotoState::Found, Some((size, camera)), None)
    }

    /// The thorough detector has run: from found.
    ///
    /// # Errors
    /// When the photo is not there or is not at this step, or the database fails.
    pub fn set_inspected(&self, id: &PhotoId) -> Result<(), StoreError> {
        self.step(id, PhotoState::Inspected, None, None)
    }

    /// The photo waits for a human, for a reason without names.
    ///
    /// # Errors
    /// When the photo is not there or was refused, or the database fails.
    pub fn set_quarantined(&self, id: &PhotoId, seen: Option<(Size, &Camera)>, reason: &str) -> Result<(), StoreError> {
        self.step(id, PhotoState::Quarantined, seen, Some(reason))
    }

    /// A human let a quarantined photo in: it is as just received.
    ///
    /// # Errors
    /// When the photo is not there or not in quarantine, or the database fails.
    pub fn set_cleared(&self, id: &PhotoId) -> Result<(), StoreError> {
        self.step(id, PhotoState::Received, None, None)
    }

    /// The bytes cannot be used, for a reason without names. [`super::Store::discard_refused`] then takes them away.
    ///
    /// # Errors
    /// When the photo is not there or was inspected already, or the database fails.
    pub fn set_refused(&self, id: &PhotoId, reason: &str) -> Result<(), StoreError> {
        self.step(id, PhotoState::Refused, None, Some(reason))
    }

    fn step(
        &self,
        id: &PhotoId,
        to: PhotoState,
        seen: Option<(Size, &Camera)>,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let photo = self.photo(id)?.ok_or_else(|| missing(id))?;
        if !may_follow(photo.state, to) {
            return Err(StoreError::Step { photo: id.clone(), from: photo.state, to });
        }
        let size = seen.map(|(size, _)| size).or(photo.size);
        let camera = seen.map(|(_, camera)| camera).or(photo.camera.as_ref());
        let row = rusqlite::params![
            id,
            At(self.now),
            self.actor,
            Json(to),
            size.map(|size| size.width),
            size.map(|size| size.height),
            camera.map(Json),
            reason,
        ];
        let moved = |_| Event::PhotoMoved { photo: id.clone(), state: to };
        self.change(include_str!("photos/step.sql"), row, moved)?;
        Ok(())
    }
}

pub(super) fn missing(id: &PhotoId) -> StoreError {
    StoreError::Missing { what: "photo", id: id.to_string() }
}

fn may_follow(from: PhotoState, to: PhotoState) -> bool {
    use PhotoState::{Destroyed, Found, Inspected, Quarantined, Received, Refused};
    match to {
        Received => from == Quarantined,
        Found => from == Received,
        Inspected => from == Found,
        Quarantined => matches!(from, Received | Found | Inspected),
        Refused => matches!(from, Received | Found | Quarantined),
        Destroyed => false,
    }
}

pub(super) fn photo(row: &rusqlite::Row<'_>) -> rusqlite::Result<Photo> {
    let size = row.get::<_, Option<u32>>(6)?.zip(row.get(7)?);
    Ok(Photo {
        id: row.get(0)?,
        digest: row.get(1)?,
        event: row.get(2)?,
        ordinal: row.get(3)?,
        received_at: row.get::<_, At>(4)?.0,
        state: row.get::<_, Option<Json<_>>>(5)?.map_or(PhotoState::Received, |state| state.0),
        size: size.map(|(width, height)| Size { width, height }),
        camera: row.get::<_, Option<Json<_>>>(8)?.map(|camera| camera.0),
        reason: row.get(9)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{actor, at, event, photo, store, write};
    use super::*;

    const SIZE: Size = Size { width: 400, height: 300 };

    #[test]
    fn the_same_bytes_are_the_same_photo_and_others_have_the_next_place() {
        let (_dir, store) = store();
        let event = event(&store);
        let receive = |bytes: &[u8]| write(&store, 5, |w| w.receive(&Digest::of(bytes), event));
        let Receipt::New(first) = receive(b"a") else { panic!("the first is new") };
        assert_eq!((first.ordinal, first.state, first.received_at), (1, PhotoState::Received, at(5)));
        assert_eq!(receive(b"b").photo().ordinal, 2);
        assert_eq!(receive(b"a"), Receipt::Known(first));
        assert_eq!(receive(b"c").photo().ordinal, 3);
        let unknown = store.write(&actor(), at(5), |w| w.receive(&Digest::of(b"d"), EventId(99)));
        assert!(matches!(unknown, Err(StoreError::Missing { what: "event", .. })));
        assert_eq!(store.read(|r| r.photos_of_event(event)).unwrap().len(), 3);
    }

    #[test]
    fn a_photo_keeps_what_earlier_steps_learnt_and_takes_no_step_out_of_turn() {
        let (_dir, store) = store();
        let id = photo(&store, "a");
        let camera = Camera { make: Some("Canon".into()), model: None, serial: Some("0042".into()) };
        let early = store.write(&actor(), at(1), |w| w.set_inspected(&id));
        assert!(matches!(early, Err(StoreError::Step { from: PhotoState::Received, .. })));
        write(&store, 2, |w| w.set_found(&id, SIZE, &camera));
        write(&store, 3, |w| w.set_inspected(&id));
        let late = store.write(&actor(), at(4), |w| w.set_refused(&id, "too late"));
        assert!(matches!(late, Err(StoreError::Step { from: PhotoState::Inspected, .. })));
        write(&store, 5, |w| w.set_quarantined(&id, None, "not a camera of the school"));
        let photo = store.read(|r| r.photo(&id)).unwrap().unwrap();
        assert_eq!((photo.size, photo.camera.as_ref()), (Some(SIZE), Some(&camera)));
        assert_eq!(photo.reason.as_deref(), Some("not a camera of the school"));
        assert_eq!(store.read(|r| r.photos_in(PhotoState::Quarantined)).unwrap(), [photo]);
        write(&store, 6, |w| w.set_cleared(&id));
        assert_eq!(store.read(|r| r.photos_in(PhotoState::Received)).unwrap()[0].reason, None);
    }
}
