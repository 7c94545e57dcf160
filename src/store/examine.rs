//! A look at the data folder's health, and its sums, for the doctor.

use serde::Serialize;

use super::Store;
use super::error::StoreError;
use super::handle::Read;
use super::jobs::JobCounts;
use crate::audit::Head;

/// How much a data folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// Rows of the register.
    pub people: u64,
    /// Entries of the consent ledger.
    pub entries: u64,
    /// School events.
    pub events: u64,
    /// Photos that came in.
    pub photos: u64,
    /// Those that the thorough detector has seen.
    pub inspected: u64,
    /// Those that wait in quarantine.
    pub quarantined: u64,
    /// Those whose bytes could not be used.
    pub refused: u64,
    /// Pictures that are out on a channel now.
    pub released: u64,
    /// Jobs in each state.
    pub jobs: JobCounts,
}

impl Read {
    /// How much the data folder holds.
    ///
    /// # Errors
    /// When the database fails.
    pub fn summary(&self) -> Result<Summary, StoreError> {
        let sums = |row: &rusqlite::Row<'_>| {
            Ok(Summary {
                people: row.get(0)?,
                entries: row.get(1)?,
                events: row.get(2)?,
                photos: row.get(3)?,
                inspected: row.get(4)?,
                quarantined: row.get(5)?,
                refused: row.get(6)?,
                released: row.get(7)?,
                jobs: JobCounts::default(),
            })
        };
        let sums = self.row(include_str!("examine/summary.sql"), [], sums)?.unwrap_or_default();
        Ok(Summary { jobs: self.job_counts()?, ..sums })
    }

    fn damaged_rows(&self) -> Result<Vec<String>, StoreError> {
        let mut told = self.rows("pragma integrity_check(20)", [], |row| row.get::<_, String>(0))?;
        told.retain(|line| line != "ok");
        let table = |row: &rusqlite::Row<'_>| Ok(format!("a row of {} points nowhere", row.get::<_, String>(0)?));
        told.extend(self.rows("pragma foreign_key_check", [], table)?);
        Ok(told)
    }
}

impl Store {
    /// Looks for damage: in the database file, in the audit chain (also against heads noted outside) and, reading every
    /// byte, in the originals and the pictures that are out. Finds nothing in a healthy folder.
    ///
    /// # Errors
    /// When the folder or its database cannot be read at all.
    pub fn examine(&self, noted: &[Head]) -> Result<Vec<StoreError>, StoreError> {
        let (rows, chain, blobs) = self.read(|r| {
            let blobs = r.rows(include_str!("examine/blobs.sql"), [], |row| row.get(0))?;
            Ok::<_, StoreError>((r.damaged_rows()?, r.verify_audit(noted), blobs))
        })?;
        let mut found: Vec<StoreError> = rows.into_iter().map(|line| StoreError::Database(line.into())).collect();
        found.extend(chain.err());
        found.extend(blobs.iter().filter_map(|digest| self.blob(digest).err()));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{event, store, write};
    use super::Read;
    use crate::domain::id::PhotoId;

    #[test]
    fn a_healthy_folder_has_nothing_and_each_damage_is_found() {
        let (dir, store) = store();
        let event = event(&store);
        let kept = store.put_blob(b"a picture").unwrap();
        let lost = store.put_blob(b"another picture").unwrap();
        let refused = store.put_blob(b"no picture").unwrap();
        for digest in [&kept, &lost, &refused] {
            write(&store, 1, |w| w.receive(digest, event));
        }
        write(&store, 2, |w| w.set_refused(&PhotoId::of(&refused), "no picture"));
        store.discard_refused().unwrap();
        assert!(store.examine(&[]).unwrap().is_empty());
        let summary = store.read(Read::summary).unwrap();
        assert_eq!((summary.events, summary.photos, summary.refused), (1, 3, 1));

        store.delete_blob(&lost).unwrap();
        let raw = super::super::connect(&dir.path().join("eyelid.db")).unwrap();
        raw.pragma_update(None, "foreign_keys", false).unwrap();
        raw.execute_batch(
            "insert into likenesses (photo, hash) values ('none', 1);
             drop trigger audit_holds; update audit set actor = 'somebody else' where seq = 2",
        )
        .unwrap();
        let found: Vec<String> = store.examine(&[]).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("the database failed"), "{found:?}");
        assert!(found[1].starts_with("the audit chain is broken at row 2"), "{found:?}");
        assert!(found[2].starts_with(&format!("the bytes {lost} are not in the data folder")), "{found:?}");
    }
}
