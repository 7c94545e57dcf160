//! A small data folder for the tests of this room.

use tempfile::TempDir;

use super::faces::NewFace;
use super::{Receipt, Store, StoreError, Write};
use crate::consent::Policy;
use crate::consent::gate::{Gate, Nation, Open, Switch, gate};
use crate::consent::ledger::{Act, Choice, Entry, Giver, Method, Record};
use crate::domain::face::Origin;
use crate::domain::geometry::Rect;
use crate::domain::id::{ActorId, Digest, EntryId, EventId, PersonId, PhotoId};
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

/// The papers of a school in Scotland.
pub(super) fn papers() -> Switch {
    let consulted_on = "2026-01-12".parse().unwrap();
    Switch { nation: Nation::Scotland, dpia_reference: "D1".into(), dpo_opinion: "agrees".into(), consulted_on }
}

/// The open gate of a member of staff who agreed in writing.
pub(super) fn open_gate(id: &str) -> Open {
    let person = Person { kind: PersonKind::Staff, ..person(id) };
    let entry = Entry {
        id: EntryId(1),
        person: person.id.clone(),
        act: Act::Biometric(Choice::Granted),
        giver: Giver::Own,
        method: Method::Paper,
        made_at: at(0),
        recorded_at: at(0),
        valid_from: None,
        valid_until: None,
        evidence: None,
    };
    match gate(&Record { person, entries: vec![entry] }, &[], Some(&papers()), &Policy::default(), at(1)) {
        Gate::Open(open) => open,
        Gate::Shut(shut) => panic!("{shut:?}"),
    }
}

pub(super) fn face(origin: Origin) -> NewFace {
    NewFace { rect: Rect::new(1.5, 2.0, 30.25, 40.0).unwrap(), score: Some(0.7), origin, landmarks: None }
}
