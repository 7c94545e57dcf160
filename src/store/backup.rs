//! What a back-up takes: one moment of the database and every byte that it speaks of.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use tempfile::NamedTempFile;

use super::Store;
use super::error::StoreError;
use crate::domain::id::Digest;

/// One moment of the data folder; nothing is destroyed as long as it is held.
pub struct Snapshot {
    database: NamedTempFile,
    blobs: Vec<Digest>,
    _alone: File,
}

impl Snapshot {
    /// The database's file.
    #[must_use]
    pub fn database(&self) -> &Path {
        self.database.path()
    }

    /// The bytes that belong to it, in the order of their digests; among them may be some that came in a moment later.
    #[must_use]
    pub fn blobs(&self) -> &[Digest] {
        &self.blobs
    }
}

impl Store {
    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.dir
    }

    /// One moment of everything, while others go on reading and writing.
    ///
    /// # Errors
    /// When the database fails or the folder cannot be written.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let io = |cause| StoreError::Folder { path: self.dir.clone(), cause };
        let alone = self.blobs.keeps().map_err(io)?;
        alone.lock_shared().map_err(io)?;
        let database = self.blobs.temporary().map_err(io)?;
        self.read(|r| {
            let copy = || -> rusqlite::Result<bool> {
                let mut to = Connection::open(database.path())?;
                // all pages in one step: of one moment, whoever writes meanwhile
                Backup::new(&r.connection, &mut to)?.step(-1).map(|step| step == StepResult::Done)
            };
            if copy().map_err(StoreError::database)? { Ok(()) } else { Err(StoreError::Busy) }
        })?;
        database.as_file().sync_all().map_err(io)?;
        let blobs = self.blobs.all().map_err(io)?;
        Ok(Snapshot { database, blobs, _alone: alone })
    }

    /// Whether the store answers and takes changes.
    ///
    /// # Errors
    /// When it does not.
    pub fn ready(&self) -> Result<(), StoreError> {
        self.read(|r| r.audit_head().map(drop))?;
        let may = rustix::fs::access(&self.dir, rustix::fs::Access::WRITE_OK);
        may.map_err(|error| StoreError::Folder { path: self.dir.clone(), cause: error.into() })?;
        // undone again: a change of nothing leaves no audit row either
        drop(super::lock(&self.writer).begin(rusqlite::TransactionBehavior::Immediate)?);
        Ok(())
    }

    /// How many bytes may still be written to the data folder's disk.
    ///
    /// # Errors
    /// When the disk cannot be asked.
    pub fn room(&self) -> Result<u64, StoreError> {
        let told = rustix::fs::statvfs(&self.dir);
        let told = told.map_err(|error| StoreError::Folder { path: self.dir.clone(), cause: error.into() })?;
        Ok(told.f_bavail.saturating_mul(told.f_frsize))
    }

    /// How many workers live, in this process and others.
    ///
    /// # Errors
    /// When the data folder cannot be read.
    pub fn living_workers(&self) -> Result<usize, StoreError> {
        let dir = self.dir.join("workers");
        let living = || -> io::Result<usize> {
            let names = fs::read_dir(&dir)?.map(|entry| entry.map(|entry| entry.path()));
            let paths = names.collect::<io::Result<Vec<_>>>()?;
            let ids = paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "lock"));
            let ids = ids.filter_map(|path| path.file_stem()?.to_str());
            Ok(ids.filter(|id| super::workers::lives(&dir, id)).count())
        };
        living().map_err(|cause| StoreError::Folder { path: dir.clone(), cause })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, event, person, store, write};
    use super::*;
    use crate::store::Read;

    #[test]
    fn a_snapshot_is_of_one_moment_and_nothing_is_destroyed_under_it() {
        let (dir, store) = store();
        let event = event(&store);
        let kept = store.put_blob(b"a picture").unwrap();
        write(&store, 1, |w| w.receive(&kept, event));
        let snapshot = store.snapshot().unwrap();
        write(&store, 2, |w| w.save_person(&person("P001")));
        assert_eq!(snapshot.blobs(), [kept]);
        let copied = tempfile::tempdir().unwrap();
        fs::copy(snapshot.database(), copied.path().join("eyelid.db")).unwrap();
        let other = Store::open(copied.path(), at(3)).unwrap();
        assert!(other.read(Read::people).unwrap().is_empty());
        assert_eq!(other.read(Read::photos).unwrap().len(), 1);
        other.read(|r| r.verify_audit(&[])).unwrap();
        let second = Store::open(dir.path(), at(4)).unwrap();
        std::thread::scope(|scope| {
            let destroying = scope.spawn(|| second.delete_blob(&kept).unwrap());
            assert!(store.blob(&kept).is_ok());
            drop(snapshot);
            destroying.join().unwrap();
        });
        assert!(store.blob(&kept).is_err());
    }

    #[test]
    fn a_living_worker_is_counted_until_it_is_gone() {
        let (_dir, store) = store();
        store.ready().unwrap();
        assert!(store.room().unwrap() > 0);
        assert_eq!(store.living_workers().unwrap(), 0);
        let worker = store.sign_on().unwrap();
        assert_eq!(store.living_workers().unwrap(), 1);
        drop(worker);
        assert_eq!(store.living_workers().unwrap(), 0);
    }
}
