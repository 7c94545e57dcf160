//! The consent ledger as rows that are only ever added.

use std::collections::BTreeMap;

use rusqlite::params;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::Event;
use crate::consent::ledger::{Act, Choice, Entry, Giver, Method, Record};
use crate::domain::id::{Digest, EntryId, PersonId};
use crate::domain::time::Timestamp;

const GET: &str = include_str!("ledger/get.sql");

/// Something that was said and is to be recorded; the meaning of the fields is [`Entry`]'s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// Whose pictures it is about.
    pub person: PersonId,
    /// What was said.
    pub act: Act,
    /// Who said it.
    pub giver: Giver,
    /// How it reached the school.
    pub method: Method,
    /// When it was said.
    pub made_at: Timestamp,
    /// From when a grant counts.
    pub valid_from: Option<Timestamp>,
    /// Until when a grant counts.
    pub valid_until: Option<Timestamp>,
    /// The digest of the form or message that proves it.
    pub evidence: Option<Digest>,
}

impl Read {
    /// A person's entries in the order of recording.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ledger(&self, person: &PersonId) -> Result<Vec<Entry>, StoreError> {
        self.rows(&format!("{GET} where person = ?1 order by id"), [person], entry)
    }

    /// The rows of the register and the ledger of these people; who has no row is left out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn records<'a>(
        &self,
        people: impl IntoIterator<Item = &'a PersonId>,
    ) -> Result<BTreeMap<PersonId, Record>, StoreError> {
        let mut records = BTreeMap::new();
        for id in people {
            if !records.contains_key(id)
                && let Some(person) = self.person(id)?
            {
                records.insert(id.clone(), Record { person, entries: self.ledger(id)? });
            }
        }
        Ok(records)
    }

    /// Everybody about whom the ledger holds a restriction, lifted or not.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ever_restricted(&self) -> Result<Vec<PersonId>, StoreError> {
        self.rows("select distinct person from ledger where act = 'restrict' order by person", [], |row| row.get(0))
    }

    pub(super) fn entry(&self, id: EntryId) -> Result<Option<Entry>, StoreError> {
        self.row(&format!("{GET} where id = ?1"), [id], entry)
    }
}

impl Write<'_> {
    /// Records what was said; gives the entry, or the older one that says the very same. A restriction and a no to face
    /// matching destroy the person's template.
    ///
    /// # Errors
    /// When there is no such person, or the database fails.
    pub fn record(&self, new: &NewEntry) -> Result<Entry, StoreError> {
        if self.person(&new.person)?.is_none() {
            return Err(StoreError::Missing { what: "person", id: new.person.to_string() });
        }
        let row = params![
            new.person,
            Json(&new.act),
            Json(&new.giver),
            Json(new.method),
            At(new.made_at),
            new.valid_from.map(At),
            new.valid_until.map(At),
            new.evidence,
        ];
        if let Some(same) = self.row(&format!("{GET} {}", include_str!("ledger/same.sql")), row, entry)? {
            return Ok(same);
        }
        let id = self.row("select coalesce(max(id), 0) + 1 from ledger", [], |row| row.get(0))?;
        let said = new.clone();
        let entry = Entry {
            id: id.unwrap_or(EntryId(1)),
            person: said.person,
            act: said.act,
            giver: said.giver,
            method: said.method,
            made_at: At::kept(said.made_at),
            recorded_at: At::kept(self.now),
            valid_from: said.valid_from.map(At::kept),
            valid_until: said.valid_until.map(At::kept),
            evidence: said.evidence,
        };
        let row = params![
            entry.id,
            entry.person,
            Json(&entry.act),
            Json(&entry.giver),
            Json(entry.method),
            At(entry.made_at),
            At(entry.recorded_at),
            entry.valid_from.map(At),
            entry.valid_until.map(At),
            entry.evidence,
        ];
        if shuts(&entry.act) {
            self.destroy_template(&entry.person)?;
        }
        let digest = digest(&entry)?;
        let recorded = |_| Event::ConsentRecorded { person: entry.person.clone(), entry: entry.id, digest };
        self.change(include_str!("ledger/add.sql"), row, recorded)?;
        Ok(entry)
    }
}

/// Whether matching may have to stop for this person: whoever says so, no template outlasts the word.
fn shuts(act: &Act) -> bool {
    matches!(act, Act::Restrict | Act::Biometric(Choice::Refused | Choice::Withdrawn))
}

/// What the audit chain vouches for. A tuple, not the struct: a field added to entries later leaves older digests as they are.
pub(super) fn digest(entry: &Entry) -> Result<Digest, StoreError> {
    let Entry { id, person, act, giver, method, made_at, recorded_at, valid_from, valid_until, evidence } = entry;
    let moments = [Some(made_at), Some(recorded_at), valid_from.as_ref(), valid_until.as_ref()];
    let moments = moments.map(|moment| moment.map(|moment| moment.as_microsecond()));
    let json = serde_json::to_vec(&(id, person, act, giver, method, moments, evidence));
    json.map(|json| Digest::of(&json)).map_err(|error| StoreError::Database(error.into()))
}

fn entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    let moment = |column| row.get::<_, Option<At>>(column).map(|at| at.map(|at| at.0));
    Ok(Entry {
        id: row.get(0)?,
        person: row.get(1)?,
        act: row.get::<_, Json<_>>(2)?.0,
        giver: row.get::<_, Json<_>>(3)?.0,
        method: row.get::<_, Json<_>>(4)?.0,
        made_at: row.get::<_, At>(5)?.0,
        recorded_at: row.get::<_, At>(6)?.0,
        valid_from: moment(7)?,
        valid_until: moment(8)?,
        evidence: row.get(9)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{actor, at, person, store, write};
    use super::*;
    use crate::audit::{Broken, Fault};
    use crate::domain::category::Medium;

    fn said(giver: Giver, seconds: i64) -> NewEntry {
        let category = "website".parse().unwrap();
        NewEntry {
            person: "P001".parse().unwrap(),
            act: Act::Decide { category, medium: Medium::Photo, photo: None, decision: Choice::Granted },
            giver,
            method: Method::Paper,
            made_at: at(seconds),
            valid_from: Some(at(seconds)),
            valid_until: Some(At::kept(Timestamp::MAX)),
            evidence: Some(Digest::of(b"form")),
        }
    }

    #[test]
    fn what_was_said_comes_back_once_and_in_order() {
        let (_dir, store) = store();
        write(&store, 0, |w| w.save_person(&person("P001")));
        let mother = write(&store, 5, |w| w.record(&said(Giver::Guardian("G1".into()), 1)));
        let father = write(&store, 6, |w| w.record(&said(Giver::Guardian("G2".into()), 1)));
        let pupil = write(&store, 7, |w| w.record(&NewEntry { act: Act::Restrict, ..said(Giver::Pupil, 2) }));
        let again = write(&store, 8, |w| w.record(&said(Giver::Guardian("G1".into()), 1)));
        assert_eq!(again, mother);
        assert_eq!((mother.id, mother.recorded_at), (EntryId(1), at(5)));
        let people: [PersonId; 3] = ["P001", "P999", "P001"].map(|id| id.parse().unwrap());
        let records = store.read(|r| r.records(&people)).unwrap();
        assert_eq!(records.len(), 1, "who has no row is left out");
        assert_eq!(records[&people[0]].entries, [mother, father, pupil]);
        let stranger = NewEntry { person: people[1].clone(), ..said(Giver::Own, 1) };
        let missing = store.write(&actor(), at(9), |w| w.record(&stranger));
        assert!(matches!(missing, Err(StoreError::Missing { what: "person", .. })));
    }

    #[test]
    fn the_ledger_cannot_be_edited_and_the_audit_chain_vouches_for_it() {
        let (dir, store) = store();
        write(&store, 0, |w| w.save_person(&person("P001")));
        write(&store, 5, |w| w.record(&said(Giver::Pupil, 1)));
        store.read(|r| r.verify_audit(&[])).unwrap();
        let raw = super::super::connect(&dir.path().join("eyelid.db")).unwrap();
        assert!(raw.execute("update ledger set made_at = 0", []).is_err());
        assert!(raw.execute("delete from ledger", []).is_err());
        raw.execute_batch("drop trigger ledger_holds; update ledger set made_at = made_at + 1").unwrap();
        let broken = store.read(|r| r.verify_audit(&[]));
        assert!(matches!(broken, Err(StoreError::Audit(Broken { seq: 3, fault: Fault::Record }))), "{broken:?}");
    }
}
