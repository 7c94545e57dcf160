//! Signs of life: a worker holds a lock on its file for as long as its process lives, however it ends.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::Store;
use super::error::StoreError;

/// A worker's id: random, never used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerId(String);

impl WorkerId {
    /// The id as it stands in the jobs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A living worker; its jobs are freed at once when it is dropped or its process ends.
#[derive(Debug)]
pub struct Worker {
    id: WorkerId,
    path: PathBuf,
    _lock: File,
}

impl Worker {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &WorkerId {
        &self.id
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // a file that stays is cleared at the next opening
        let _ = fs::remove_file(&self.path);
    }
}

impl Store {
    /// Signs a worker on.
    ///
    /// # Errors
    /// When the data folder cannot be written.
    pub fn sign_on(&self) -> Result<Worker, StoreError> {
        let dir = self.dir.join("workers");
        sign_on(&dir).map_err(|cause| StoreError::Folder { path: dir, cause })
    }
}

/// The lock is taken under another ending, so that a file with the right one is locked for as long as its worker lives.
fn sign_on(dir: &Path) -> io::Result<Worker> {
    let (lock, unnamed) =
        tempfile::Builder::new().prefix("").rand_bytes(20).suffix(".new").tempfile_in(dir)?.into_parts();
    lock.lock()?;
    let id = unnamed.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let path = dir.join(format!("{id}.lock"));
    unnamed.persist(&path).map_err(|failed| failed.error)?;
    Ok(Worker { id: WorkerId(id), path, _lock: lock })
}

/// Whether somebody holds this worker's lock. When that cannot be told, the worker counts as living: its lease will end.
pub(super) fn lives(dir: &Path, worker: &str) -> bool {
    match File::open(dir.join(format!("{worker}.lock"))) {
        Ok(file) => matches!(file.try_lock(), Err(TryLockError::WouldBlock | TryLockError::Error(_))),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// Those of the holders of something that are gone; whoever asks is not.
pub(super) fn dead<'a>(dir: &Path, own: &WorkerId, holders: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let others: BTreeSet<&str> = holders.filter(|holder| *holder != own.as_str()).collect();
    others.into_iter().filter(|holder| !lives(dir, holder)).collect()
}

/// Removes the files of workers that are gone.
pub(super) fn clear(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let ended = File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        if ended && path.extension().is_some_and(|ending| ending == "lock") {
            fs::remove_file(&path).or_else(gone)?;
        }
    }
    Ok(())
}

/// Somebody else was quicker.
pub(super) fn gone(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
