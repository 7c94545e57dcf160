//! What the school's data folder keeps: rows in one SQLite file, bytes beside it; the only importer of the database crate.
//!
//! ```text
//! DIR/eyelid.db      every table; see migrations/
//! DIR/blobs/ab/cd..  bytes named by their BLAKE3 digest
//! DIR/workers/ID.lock  held by a living worker
//! DIR/templates/     face templates, encrypted, with their key; only where matching is switched on
//! DIR/sealed.key     under which the reasons of restrictions and the secrets of connections are sealed
//! ```
//!
//! A back-up leaves `templates/` out: no copy of the rest holds a template, and they are made again from confirmed tags.
//!
//! [`Store::read`] gives one snapshot, [`Store::write`] one transaction whose changes all appear or none. Whatever changes
//! something is a method of [`Write`] and appends its audit row in that same transaction; what changes nothing appends none. Facts
//! about photos and consents are rows that are only ever added, with their moment, so any past moment can be replayed.

mod accounts;
mod album;
mod audit;
mod backup;
mod blobs;
mod camera_files;
mod columns;
mod connections;
mod destructions;
mod error;
mod events;
mod examine;
mod faces;
mod families;
mod flaws;
mod handle;
mod history;
mod holds;
mod incidents;
mod jobs;
mod ledger;
mod likenesses;
mod migrate;
mod outbox;
mod overdue;
mod people;
mod photos;
mod placements;
mod places;
mod pulls;
mod recognition;
mod releases;
mod reminders;
mod renditions;
mod repeats;
mod restored;
mod reviews;
#[cfg(test)]
mod sample;
mod sealed;
mod sessions;
mod settings;
mod signs;
mod suggestions;
mod templates;
mod texts;
mod workers;

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;
use blobs::Blobs;

pub use accounts::{Knowledge, NewAccount};
pub use album::{Arrivals, Saying, Tally};
pub use audit::{AuditFilter, Found};
pub use backup::Snapshot;
pub use camera_files::CameraFile;
pub use connections::{Connected, NewConnection, SealedSecret};
pub use destructions::Unfinished;
pub use error::StoreError;
pub use examine::Summary;
pub use faces::NewFace;
pub use families::{FamilyCode, Guardianship};
pub use flaws::Flawed;
pub use handle::{Read, Write};
pub use holds::{Hold, Pulled};
pub use incidents::{Incident, Note};
pub use jobs::{Failed, Job, JobCounts, JobId, JobKind, MAX_ATTEMPTS};
pub use ledger::NewEntry;
pub use outbox::{Failure, Leased, Progress, Remote, SEARCHES, Troubled, UNSURE};
pub use photos::Receipt;
pub use placements::{Placement, TakeDown};
pub use places::Place;
pub use pulls::Out;
pub use releases::Release;
pub use renditions::Rendition;
pub use repeats::{Answered, Repeat};
pub use reviews::Review;
pub use sealed::Sealed;
pub use sessions::{NewSession, NewToken};
pub use settings::SettingChange;
pub use signs::Refusal;
pub use texts::Written;
pub use workers::{Worker, WorkerId};

/// An open data folder; share it between threads by reference or `Arc`.
pub struct Store {
    dir: PathBuf,
    blobs: Blobs,
    writer: Mutex<Read>,
    readers: Mutex<Vec<Read>>,
}

impl Store {
    /// Opens the data folder, makes it when it is not there (readable to its owner only), upgrades an older database and
    /// clears away what killed processes left half-done.
    ///
    /// # Errors
    /// When the folder cannot be used, or its database is of a newer program or of another one.
    pub fn open(dir: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let io = |cause| StoreError::Folder { path: dir.to_owned(), cause };
        make_dir(dir).map_err(io)?;
        let alone = File::open(dir).map_err(io)?;
        alone.lock().map_err(io)?;
        make_dir(&dir.join("workers")).map_err(io)?;
        let blobs = Blobs::open(&dir.join("blobs"))?;
        let file = dir.join("eyelid.db");
        OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&file).map_err(io)?;
        let mut writer = connect(&file)?;
        migrate::migrate(&mut writer, now)?;
        let (writer, readers) = (Mutex::new(Read { connection: writer, dir: dir.to_owned() }), Mutex::default());
        let store = Self { dir: dir.to_owned(), blobs, writer, readers };
        workers::clear(&store.dir.join("workers")).map_err(io)?;
        store.discard_refused()?;
        alone.sync_all().map_err(io)?;
        Ok(store)
    }

    /// Runs a closure over one snapshot of the store.
    ///
    /// # Errors
    /// The closure's, or the store's.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&Read) -> Result<T, E>) -> Result<T, E> {
        let idle = lock(&self.readers).pop();
        let reader = idle.map_or_else(|| self.reader(), Ok)?;
        let done = {
            let _snapshot = reader.begin(TransactionBehavior::Deferred)?;
            work(&reader)
        };
        let mut readers = lock(&self.readers);
        if readers.len() < Self::IDLE_READERS {
            readers.push(reader);
        }
        done
    }

    /// Runs a closure in one transaction of the only writer; when it fails, nothing has happened.
    ///
    /// Not to be called from inside itself.
    ///
    /// # Errors
    /// The closure's, or the store's.
    pub fn write<T, E: From<StoreError>>(
        &self,
        actor: &ActorId,
        now: Timestamp,
        work: impl FnOnce(&Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let writer = lock(&self.writer);
        let change = writer.begin(TransactionBehavior::Immediate)?;
        let write = Write::new(&writer, actor, now)?;
        let done = work(&write)?;
        write.keep_head()?;
        change.commit().map_err(StoreError::database)?;
        Ok(done)
    }

    /// More than cores, since a reader waits for the disk too; opening one costs more than a hundred questions.
    const IDLE_READERS: usize = 16;

    fn reader(&self) -> Result<Read, StoreError> {
        let connection = connect(&self.dir.join("eyelid.db"))?;
        connection.pragma_update(None, "query_only", true).map_err(StoreError::database)?;
        Ok(Read { connection, dir: self.dir.clone() })
    }
}

fn connect(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(Duration::from_secs(30))?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "trusted_schema", false)?;
        // else statements are planned anew for every value that is bound to them, which costs more than running them
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(256);
        Ok(connection)
    };
    open().map_err(StoreError::database)
}

fn make_dir(dir: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// A panic elsewhere cannot have left half a change behind: its transaction was rolled back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::sample::{actor, at, event, person, photo, store, write};
    use super::*;

    fn rows(store: &Store) -> u64 {
        store.read(Read::audit_head).unwrap().count
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let (_dir, store) = store();
        let before = rows(&store);
        let failed: Result<(), StoreError> = store.write(&actor(), at(1), |w| {
            w.save_person(&person("P001"))?;
            w.set_leaving(&"P999".parse().unwrap(), None).map(drop)
        });
        assert!(matches!(failed, Err(StoreError::Missing { what: "person", .. })));
        assert_eq!(rows(&store), before);
        assert!(store.read(Read::people).unwrap().is_empty());
        store.read(|r| r.verify_audit(&[])).unwrap();
    }

    #[test]
    fn a_panic_in_a_write_leaves_nothing_and_the_store_usable() {
        let (_dir, store) = store();
        let panicked = thread::scope(|scope| {
            let work = scope.spawn(|| {
                write(&store, 1, |w| -> Result<(), _> {
                    w.save_person(&person("P001"))?;
                    panic!("on purpose")
                });
            });
            work.join().is_err()
        });
        assert!(panicked);
        write(&store, 2, |w| w.save_person(&person("P002")));
        let people = store.read(Read::people).unwrap();
        assert_eq!(people.keys().map(ToString::to_string).collect::<Vec<_>>(), ["P002"]);
    }

    #[test]
    fn a_reader_sees_one_moment_while_others_write() {
        let (_dir, store) = store();
        let (begun, written) = (Barrier::new(2), Barrier::new(2));
        thread::scope(|scope| {
            let reader = scope.spawn(|| {
                store.read(|r| {
                    let before = r.people()?.len();
                    begun.wait();
                    written.wait();
                    Ok::<_, StoreError>((before, r.people()?.len()))
                })
            });
            begun.wait();
            write(&store, 1, |w| w.save_person(&person("P001")));
            written.wait();
            assert_eq!(reader.join().unwrap().unwrap(), (0, 0));
        });
        assert_eq!(store.read(Read::people).unwrap().len(), 1);
    }

    #[test]
    fn a_reader_cannot_write() {
        let (_dir, store) = store();
        let reader = store.reader().unwrap();
        assert!(reader.connection.execute("delete from people", []).is_err());
    }

    #[test]
    fn a_full_disk_is_told_and_loses_nothing() {
        let (_dir, store) = store();
        photo(&store, "a");
        let before = rows(&store);
        lock(&store.writer).connection.pragma_update(None, "max_page_count", 1).unwrap();
        let mut big = person("P001");
        big.year = Some("x".repeat(1_000_000));
        let failed = store.write(&actor(), at(1), |w| w.save_person(&big));
        assert!(matches!(failed, Err(StoreError::Full)), "{failed:?}");
        assert_eq!(rows(&store), before);
        store.read(|r| r.verify_audit(&[])).unwrap();
    }

    #[test]
    fn events_keep_their_released_names_apart_and_are_found_again() {
        let (_dir, store) = store();
        let first = event(&store);
        let date = "2026-06-12".parse().unwrap();
        let again = write(&store, 1, |w| w.open_event("Sports day", date, &["4B".into()], "other"));
        assert_eq!((again.id, again.roster), (first, vec!["3A".to_owned(), "4B".into()]));
        let second = write(&store, 1, |w| w.open_event("Sports Day!", date, &[], "sports-day-2026-06-12"));
        assert_eq!(store.read(|r| r.stem(first)).unwrap(), "sports-day-2026-06-12");
        assert_eq!(store.read(|r| r.stem(second.id)).unwrap(), "sports-day-2026-06-12-2");
    }
}
