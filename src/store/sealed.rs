//! Why pupils were restricted: sealed under a key that lies beside the database, readable to its owner only.

use std::fs::{self, File};
use std::io::{self, Write as _};

use super::Store;
use super::columns::At;
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::access::{SealKey, Secret};
use crate::audit::Event;
use crate::domain::id::{ActorId, EntryId, PersonId};
use crate::domain::time::Timestamp;

const GET: &str = "select entry, person, sealed, at, actor from sealed_reasons";

/// A restriction's reason, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The restriction in the ledger.
    pub entry: EntryId,
    /// Who is restricted.
    pub person: PersonId,
    /// The sealed text; nothing once it was destroyed.
    pub sealed: Option<Vec<u8>>,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who recorded it.
    pub by: ActorId,
}

impl Sealed {
    /// What the text is bound to.
    #[must_use]
    pub fn about(person: &PersonId, entry: EntryId) -> String {
        format!("{person} {}", entry.0)
    }
}

impl Store {
    /// The key of the sealed reasons, made when it is not there.
    ///
    /// # Errors
    /// When the key cannot be read or made.
    pub fn seal_key(&self) -> Result<SealKey, StoreError> {
        let path = self.dir.join("sealed.key");
        let kept = || match fs::read(&path) {
            Ok(bytes) => bytes.try_into().map(SealKey::from_bytes).map_err(|_| io::ErrorKind::InvalidData.into()),
            Err(error) => Err(error),
        };
        let failed = |cause| StoreError::Folder { path: path.clone(), cause };
        match kept() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = SealKey::new().map_err(|error| failed(io::Error::other(error)))?;
                self.keep_private(&path, key.as_bytes()).map_err(failed)?;
                // of two that make it at once, the first made it for both
                kept().map_err(failed)
            }
            known => known.map_err(failed),
        }
    }

    /// The key with which a collector of metrics comes in, kept as text in `metrics.token`; made when it is not there.
    ///
    /// # Errors
    /// When the key cannot be read or made.
    pub fn scrape_key(&self) -> Result<Secret, StoreError> {
        let path = self.dir.join("metrics.token");
        let failed = |cause| StoreError::Folder { path: path.clone(), cause };
        if let Err(error) = fs::metadata(&path) {
            if error.kind() != io::ErrorKind::NotFound {
                return Err(failed(error));
            }
            let key = Secret::new().map_err(|error| failed(io::Error::other(error)))?;
            self.keep_private(&path, key.reveal().as_bytes()).map_err(failed)?;
        }
        let text = fs::read_to_string(&path).map_err(failed)?;
        // an emptied file lets nobody in
        let usable = Some(text.trim()).filter(|text| text.len() >= 32);
        usable.map(Secret::presented).ok_or_else(|| failed(io::ErrorKind::InvalidData.into()))
    }

    /// A file of the data folder that only its owner may read; one that is there stays. Others may open the store meanwhile, and
    /// clear away what nobody is writing.
    pub(super) fn keep_private(&self, path: &std::path::Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.blobs.temporary()?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(path) {
            Err(failed) if failed.error.kind() != io::ErrorKind::AlreadyExists => Err(failed.error),
            _ => File::open(&self.dir)?.sync_all(),
        }
    }
}

impl Read {
    /// The sealed reasons of a person's restrictions, the first first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sealed_reasons(&self, person: &PersonId) -> Result<Vec<Sealed>, StoreError> {
        self.rows(&format!("{GET} where person = ?1 order by entry"), [person], sealed)
    }

    /// Every sealed reason that has not been destroyed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all_sealed_reasons(&self) -> Result<Vec<Sealed>, StoreError> {
        self.rows(&format!("{GET} where sealed is not null order by entry"), [], sealed)
    }
}

impl Write<'_> {
    /// Keeps the sealed reason of a restriction that the ledger holds.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_reason(&self, person: &PersonId, entry: EntryId, sealed: &[u8]) -> Result<(), StoreError> {
        let sql = "insert into sealed_reasons (entry, person, sealed, at, actor) values (?1, ?2, ?3, ?4, ?5)
                   on conflict do nothing";
        let kept = |_| Event::ReasonSealed { person: person.clone(), entry };
        self.change(sql, (entry, person, sealed, At(self.now), self.actor), kept).map(drop)
    }

    /// Destroys a sealed reason; gives whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn destroy_reason(&self, person: &PersonId, entry: EntryId) -> Result<bool, StoreError> {
        let sql = "update sealed_reasons set sealed = null, destroyed_at = ?3
                   where entry = ?1 and person = ?2 and sealed is not null";
        let destroyed = |_| Event::ReasonDestroyed { person: person.clone(), entry };
        Ok(self.change(sql, (entry, person, At(self.now)), destroyed)?.is_some())
    }
}

fn sealed(row: &rusqlite::Row<'_>) -> rusqlite::Result<Sealed> {
    Ok(Sealed {
        entry: row.get(0)?,
        person: row.get(1)?,
        sealed: row.get(2)?,
        at: row.get::<_, At>(3)?.0,
        by: row.get(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{actor, at, person, store, write};
    use super::super::{NewEntry, connect};
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::consent::ledger::{Act, Giver, Method};

    #[test]
    fn a_private_file_is_written_while_others_open_the_store() {
        let (dir, store) = store();
        std::thread::scope(|scope| {
            let opening = scope.spawn(|| (0..30).for_each(|_| drop(Store::open(dir.path(), at(1)).unwrap())));
            let mut written = 0;
            while !opening.is_finished() {
                store.keep_private(&dir.path().join(format!("{written}.key")), b"key").unwrap();
                written += 1;
            }
        });
    }

    #[test]
    fn the_key_is_made_once_and_for_its_owner_only() {
        let (dir, store) = store();
        let key = store.seal_key().unwrap();
        assert_eq!(store.seal_key().unwrap(), key);
        let path = dir.path().join("sealed.key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, b"cut").unwrap();
        assert!(matches!(store.seal_key(), Err(StoreError::Folder { .. })), "a damaged key is not replaced");
    }

    #[test]
    fn a_reason_can_be_destroyed_and_nothing_else() {
        let (dir, store) = store();
        let id: PersonId = "P001".parse().unwrap();
        write(&store, 0, |w| w.save_person(&person("P001")));
        let restrict = NewEntry {
            person: id.clone(),
            act: Act::Restrict,
            giver: Giver::School,
            method: Method::Verbal,
            made_at: at(1),
            valid_from: None,
            valid_until: None,
            evidence: None,
        };
        let entry = write(&store, 1, |w| w.record(&restrict)).id;
        write(&store, 1, |w| w.keep_reason(&id, entry, b"sealed"));
        let kept = store.read(|r| r.sealed_reasons(&id)).unwrap().remove(0);
        assert_eq!((kept.entry, kept.at, kept.by), (entry, at(1), actor()));
        let raw = connect(&dir.path().join("eyelid.db")).unwrap();
        assert!(raw.execute("update sealed_reasons set sealed = x'00'", []).is_err());
        assert!(raw.execute("delete from sealed_reasons", []).is_err());
        assert!(write(&store, 2, |w| w.destroy_reason(&id, entry)));
        assert!(!write(&store, 3, |w| w.destroy_reason(&id, entry)));
        assert_eq!(store.read(|r| r.sealed_reasons(&id)).unwrap()[0].sealed, None);
        assert!(store.read(Read::all_sealed_reasons).unwrap().is_empty());
    }
}
