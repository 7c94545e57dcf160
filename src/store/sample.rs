//! A small data folder for the tests of this room.

use tempfile::TempDir;

use super::faces::NewFace;
use super::{Receipt, Store, StoreError, Write};
use crate::domain::face::Origin;
use crate::domain::geometry::Rect;
use crate::domain::id::{ActorId, Digest, EventId, PersonId, PhotoId};
use crate::domain::name::PersonName;
use crate::domain::person::{Person, PersonKind};
use crate::domain::time::Timestamp;

pub(super) fn store() -> (TempDir, Store) {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), at(0)).unwrap();
    (dir, store)
}

/// So many seconds after the tests' beginning of time.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + seconds).unwrap()
}

pub(super) fn actor() -> ActorId {
    "cli".parse().unwrap()
}

pub(super) fn write<T>(store: &Store, seconds: i64, work: impl FnOnce(&Write<'_>) -> Result<T, StoreError>) -> T {
    store.write(&actor(), at(seconds), work).unwrap()
}

pub(super) fn event(store: &Store) -> EventId {
    let date = "2026-06-12".parse().unwrap();
    write(store, 0, |w| w.open_event("Sports day", date, &["3A".into()], "sports-day-2026-06-12")).id
}

pub(super) fn photo(store: &Store, bytes: &str) -> PhotoId {
    let event = event(store);
    let receipt: Receipt = write(store, 0, |w| w.receive(&Digest::of(bytes.as_bytes()), event));
    receipt.photo().id.clone()
}

pub(super) fn person(id: &str) -> Person {
    Person {
        id: id.parse::<PersonId>().unwrap(),
        kind: PersonKind::Pupil,
        name: PersonName {
            legal_forename: "Zebedee Hugo".into(),
            preferred_forename: None,
            legal_surname: "Quillfeather".into(),
        },
        born: Some("2017-02-03".parse().unwrap()),
        year: Some("3".into()),
        class: Some("3A".into()),
        admission_no: None,
        upn: None,
        leaving: None,
    }
}

pub(super) fn face(origin: Origin) -> NewFace {
    NewFace { rect: Rect::new(1.5, 2.0, 30.25, 40.0).unwrap(), score: Some(0.7), origin, landmarks: None }
}
