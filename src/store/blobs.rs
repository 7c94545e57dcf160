//! Bytes named by their digest: whole or not there, checked whenever they are read.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::StoreError;
use super::workers::gone;
use super::{Store, make_dir};
use crate::domain::id::Digest;
use crate::domain::photo::PhotoState;

/// The folder of blobs; half-written ones lie in `new/`, each locked by its writer.
pub(super) struct Blobs {
    dir: PathBuf,
}

impl Store {
    /// Keeps bytes; when this returns they are on the disk. Keeping the same bytes again changes nothing.
    ///
    /// # Errors
    /// When the data folder cannot be written.
    pub fn put_blob(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        let digest = Digest::of(bytes);
        self.blobs.put(&digest, bytes).map_err(|error| self.blobs.folder(error))?;
        Ok(digest)
    }

    /// The bytes of a digest.
    ///
    /// # Errors
    /// When they are not there, are damaged or cannot be read.
    pub fn blob(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        match fs::read(self.blobs.path(digest)) {
            Ok(bytes) if Digest::of(&bytes) == *digest => Ok(bytes),
            Ok(_) => Err(StoreError::CorruptBlob { digest: *digest }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::MissingBlob { digest: *digest }),
            Err(error) => Err(self.blobs.folder(error)),
        }
    }

    /// Takes bytes away, if they are there. No row may tell of them any more.
    ///
    /// # Errors
    /// When the data folder cannot be written.
    pub fn delete_blob(&self, digest: &Digest) -> Result<(), StoreError> {
        let path = self.blobs.path(digest);
        let delete = || -> io::Result<()> {
            if !path.try_exists()? {
                return Ok(());
            }
            // a back-up that is under way has them first
            let alone = self.blobs.keeps()?;
            alone.lock()?;
            fs::remove_file(&path).or_else(gone)?;
            File::open(path.parent().unwrap_or(&self.blobs.dir))?.sync_all()
        };
        delete().map_err(|error| self.blobs.folder(error))
    }

    /// Takes the originals of refused photos away; after [`super::Write::set_refused`], and at each opening for those whose process
    /// was killed in between. Destroyed ones that came in again go too.
    ///
    /// # Errors
    /// When the database or the folder fails.
    pub fn discard_refused(&self) -> Result<(), StoreError> {
        let refused = self.read(|r| {
            let mut gone = r.photos_in(PhotoState::Refused)?;
            gone.extend(r.photos_in(PhotoState::Destroyed)?);
            Ok::<_, StoreError>(gone)
        })?;
        refused.iter().try_for_each(|photo| self.delete_blob(&photo.digest))
    }
}

impl Blobs {
    pub(super) fn open(dir: &Path) -> Result<Self, StoreError> {
        let blobs = Self { dir: dir.to_owned() };
        make_dir(&blobs.unfinished()).and_then(|()| blobs.clear()).map_err(|error| blobs.folder(error))?;
        Ok(blobs)
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let hex = digest.to_string();
        let (first, rest) = hex.split_at_checked(2).unwrap_or_default();
        self.dir.join(first).join(rest)
    }

    pub(super) fn unfinished(&self) -> PathBuf {
        self.dir.join("new")
    }

    fn put(&self, digest: &Digest, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(digest);
        let parent = path.parent().unwrap_or(&self.dir);
        if !fs::read(&path).is_ok_and(|kept| Digest::of(&kept) == *digest) {
            let mut file = self.temporary()?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            make_dir(parent)?;
            file.persist(&path)?;
        }
        // the name too has to be on the disk, whoever gave it
        File::open(parent)?.sync_all()?;
        File::open(&self.dir)?.sync_all()
    }

    /// The file whose lock keeps bytes from being taken away.
    pub(super) fn keeps(&self) -> io::Result<File> {
        let path = self.dir.join("lock");
        File::options().create(true).truncate(false).write(true).mode(0o600).open(path)
    }

    /// Every digest whose bytes are here, in their order.
    pub(super) fn all(&self) -> io::Result<Vec<Digest>> {
        let mut all = Vec::new();
        for folder in fs::read_dir(&self.dir)?.map(|entry| entry.map(|entry| entry.path())) {
            let folder = folder?;
            let first = folder.file_name().and_then(|name| name.to_str()).filter(|name| name.len() == 2);
            let Some(first) = first else { continue };
            for entry in fs::read_dir(&folder)? {
                let rest = entry?.file_name();
                all.extend(rest.to_str().and_then(|rest| format!("{first}{rest}").parse::<Digest>().ok()));
            }
        }
        all.sort_unstable();
        Ok(all)
    }

    /// A locked file; one whose lock somebody else took is being cleared away, so another is made.
    pub(super) fn temporary(&self) -> io::Result<NamedTempFile> {
        loop {
            let file = NamedTempFile::new_in(self.unfinished())?;
            if file.as_file().try_lock().is_ok() && file.path().exists() {
                return Ok(file);
            }
        }
    }

    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.unfinished())? {
            let path = entry?.path();
            if File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
                fs::remove_file(&path).or_else(gone)?;
            }
        }
        Ok(())
    }

    fn folder(&self, cause: io::Error) -> StoreError {
        match cause.kind() {
            io::ErrorKind::StorageFull => StoreError::Full,
            _ => StoreError::Folder { path: self.dir.clone(), cause },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::super::sample::{at, event, store, write};
    use super::*;

    #[test]
    fn bytes_come_back_or_are_missed_or_found_damaged_and_healed() {
        let (_dir, store) = store();
        let digest = store.put_blob(b"a picture").unwrap();
        assert_eq!(store.blob(&digest).unwrap(), b"a picture");
        let file = store.blobs.path(&digest);
        fs::write(&file, b"a pictura").unwrap();
        assert!(matches!(store.blob(&digest), Err(StoreError::CorruptBlob { digest: told }) if told == digest));
        store.put_blob(b"a picture").unwrap();
        assert_eq!(store.blob(&digest).unwrap(), b"a picture");
        store.delete_blob(&digest).unwrap();
        store.delete_blob(&digest).unwrap();
        assert!(matches!(store.blob(&digest), Err(StoreError::MissingBlob { .. })));
    }

    #[test]
    fn many_may_keep_the_same_bytes_at_once() {
        let (_dir, store) = store();
        let bytes = vec![7; 100_000];
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| store.put_blob(&bytes).unwrap());
            }
        });
        assert_eq!(store.blob(&Digest::of(&bytes)).unwrap(), bytes);
        assert_eq!(fs::read_dir(store.blobs.unfinished()).unwrap().count(), 0);
    }

    #[test]
    fn half_written_bytes_go_when_their_writer_is_gone_and_only_then() {
        let (dir, store) = store();
        let living = store.blobs.temporary().unwrap();
        let dead = store.blobs.unfinished().join("dead");
        fs::write(&dead, b"half a pict").unwrap();
        let _second = Store::open(dir.path(), at(1)).unwrap();
        assert!(living.path().exists());
        assert!(!dead.exists());
    }

    #[test]
    fn the_original_of_a_refused_photo_goes_even_if_the_process_was_killed_in_between() {
        let (dir, store) = store();
        let digest = store.put_blob(b"not a picture").unwrap();
        let event = event(&store);
        let photo = write(&store, 1, |w| w.receive(&digest, event)).photo().id.clone();
        write(&store, 2, |w| w.set_refused(&photo, "not a picture"));
        drop(store);
        let store = Store::open(dir.path(), at(3)).unwrap();
        assert!(matches!(store.blob(&digest), Err(StoreError::MissingBlob { .. })));
    }

    #[test]
    fn a_broken_folder_is_told_with_its_remedy() {
        let (_dir, store) = store();
        fs::remove_dir(store.blobs.unfinished()).unwrap();
        let failed = store.put_blob(b"a picture").unwrap_err();
        assert!(failed.to_string().contains("check that it is a folder, writable"), "{failed}");
    }
}
