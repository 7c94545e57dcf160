//! The school's camera folder: whole new files become photos of the event that their folder names. Nothing is deleted there unless
//! the school says so, and no file's name is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{File, Metadata, OpenOptions};
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

use jiff::SignedDuration;
use rustix::fs::OFlags;
use walkdir::{DirEntry, WalkDir};

use crate::config::{CameraFolder, School};
use crate::domain::id::{ActorId, Digest, EventId};
use crate::domain::photo::PhotoState;
use crate::domain::time::{Date, Timestamp};
use crate::pipeline::intake::most_bytes;
use crate::store::{CameraFile, Read, Store, StoreError};

use super::error::OfficeError;
use super::gather::{Fate, bring, open_event};

/// Looks into the folder again and again, and remembers which files it has seen growing.
#[derive(Debug, Default)]
pub struct Watcher {
    marks: BTreeMap<PathBuf, (Mark, Timestamp)>,
    done: BTreeSet<Digest>,
}

/// What became of the folder's files in one look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Looked {
    /// New photos.
    pub taken: usize,
    /// Files that were refused.
    pub refused: usize,
    /// Files that may still be growing, or wait for their turn.
    pub waiting: usize,
}

/// A file that was refused, as a page may show it to whoever can mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its path below the folder.
    pub file: String,
    /// Why, with the remedy.
    pub reason: String,
}

/// A file's length and time: when they change, it is another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    length: u64,
    modified: Timestamp,
}

struct Entry {
    /// Below the folder.
    path: PathBuf,
    mark: Mark,
}

/// So many files are looked at; a folder that holds more is emptied first.
const MOST: usize = 50_000;

/// The folder, the folder of an event, and cards with folders of their own.
const DEEPEST: usize = 6;

/// What programs call a file that they are still writing.
const UNFINISHED: [&str; 5] = ["part", "tmp", "filepart", "crdownload", "partial"];

impl Watcher {
    /// Takes in what has come and is whole. A file that fails is refused and noted; it is looked into again when it changes.
    ///
    /// # Errors
    /// When the folder cannot be read or the store fails.
    pub fn look(
        &mut self,
        store: &Store,
        school: &School,
        folder: &CameraFolder,
        actor: &ActorId,
        now: Timestamp,
    ) -> Result<Looked, OfficeError> {
        let entries = entries(&folder.path)?;
        let there: BTreeSet<&PathBuf> = entries.iter().map(|entry| &entry.path).collect();
        self.marks.retain(|path, _| there.contains(path));
        let mut looked = Looked::default();
        for entry in &entries {
            let file = entry.digest();
            if self.done.contains(&file) {
                continue;
            }
            match store.read(|read| read.camera_file(&file))? {
                Some(known) => self.settle(store, folder, entry, file, &known)?,
                None if self.is_whole(entry, folder, now) => match take(store, school, folder, entry, actor, now) {
                    Ok(became) => {
                        store.write(actor, now, |w| w.note_camera_file(&file, &became))?;
                        match became {
                            CameraFile::Photo(_) => looked.taken += 1,
                            CameraFile::Refused(_) => looked.refused += 1,
                        }
                    }
                    // it is taken in when there is room
                    Err(OfficeError::Crowded) => looked.waiting += 1,
                    Err(error) => return Err(error),
                },
                None => looked.waiting += 1,
            }
        }
        Ok(looked)
    }

    /// Whether a file has had this length and time for long enough.
    fn is_whole(&mut self, entry: &Entry, folder: &CameraFolder, now: Timestamp) -> bool {
        let (mark, since) = self.marks.entry(entry.path.clone()).or_insert((entry.mark, now));
        if *mark != entry.mark {
            (*mark, *since) = (entry.mark, now);
        }
        now.duration_since(*since) >= SignedDuration::from_secs(folder.settle_seconds.into())
    }

    /// Deletes a file that has become a photo, where the school wants that and the photo was looked into.
    fn settle(
        &mut self,
        store: &Store,
        folder: &CameraFolder,
        entry: &Entry,
        file: Digest,
        known: &CameraFile,
    ) -> Result<(), OfficeError> {
        let (true, CameraFile::Photo(photo)) = (folder.delete, known) else {
            self.done.insert(file);
            return Ok(());
        };
        match store.read(|read| read.photo(photo))?.map(|photo| photo.state) {
            Some(PhotoState::Received) => {}
            Some(PhotoState::Found | PhotoState::Inspected) => {
                // a folder that may only be read keeps its files
                if let Err(error) = remove(&folder.path.join(&entry.path), entry.mark) {
                    tracing::warn!(cause = ?error.kind(), "a file of the camera folder was not deleted: check its permissions");
                    self.done.insert(file);
                }
            }
            Some(PhotoState::Quarantined | PhotoState::Refused | PhotoState::Destroyed) | None => {
                self.done.insert(file);
            }
        }
        Ok(())
    }
}

/// Deletes a file, unless another one came in its place since the folder was listed: cameras use their names again.
fn remove(path: &Path, listed: Mark) -> std::io::Result<()> {
    if mark(&std::fs::symlink_metadata(path)?) == Some(listed) { std::fs::remove_file(path) } else { Ok(()) }
}

/// The folder's files that were refused, at the door or when they were looked into; found by their names of this moment.
///
/// # Errors
/// When the folder cannot be read or the store fails.
pub fn refused(store: &Store, folder: &CameraFolder) -> Result<Vec<Refused>, OfficeError> {
    let entries = entries(&folder.path)?;
    store.read(|read| {
        let mut all = Vec::new();
        for entry in entries {
            if let Some(reason) = reason(read, &entry.digest())? {
                all.push(Refused { file: entry.path.to_string_lossy().into_owned(), reason });
            }
        }
        Ok(all)
    })
}

fn reason(read: &Read, file: &Digest) -> Result<Option<String>, StoreError> {
    Ok(match read.camera_file(file)? {
        Some(CameraFile::Refused(reason)) => Some(reason),
        Some(CameraFile::Photo(photo)) => {
            let stopped = |state| matches!(state, PhotoState::Refused | PhotoState::Quarantined);
            read.photo(&photo)?.filter(|photo| stopped(photo.state)).map(|photo| photo.reason.unwrap_or_default())
        }
        None => None,
    })
}

/// Takes a whole file in.
fn take(
    store: &Store,
    school: &School,
    folder: &CameraFolder,
    entry: &Entry,
    actor: &ActorId,
    now: Timestamp,
) -> Result<CameraFile, OfficeError> {
    let refused = |reason: String| Ok(CameraFile::Refused(reason));
    let event = match event_of(store, school, entry, actor, now)? {
        Ok(event) => event,
        Err(reason) => return refused(reason),
    };
    let bytes = match read_whole(&folder.path.join(&entry.path)) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            return refused(format!("over the limit of {} MB: export a smaller copy", most_bytes() / 1_000_000));
        }
        Err(error) => return refused(format!("cannot be read ({}): check its permissions", error.kind())),
    };
    let extension = entry.path.extension().map(|end| end.to_string_lossy().to_lowercase());
    match bring(store, school, event, &bytes, extension.as_deref(), actor, now)? {
        Fate::Received(photo) | Fate::Known(photo) => Ok(CameraFile::Photo(photo.id)),
        Fate::Refused(reason) => refused(reason),
    }
}

/// The event that a file's folder names, opened when it is new; or why there can be none.
fn event_of(
    store: &Store,
    school: &School,
    entry: &Entry,
    actor: &ActorId,
    now: Timestamp,
) -> Result<Result<EventId, String>, OfficeError> {
    let mut parts = entry.path.components().map(Component::as_os_str);
    let named = parts.next().filter(|_| parts.next().is_some());
    let Some(name) = named.map_or(Some(LOOSE), OsStr::to_str) else {
        return Ok(Err("its folder has a name that is no text: rename the folder".to_owned()));
    };
    let taken = school.policy.day_of(entry.mark.modified);
    let (date, name) = dated(name).unwrap_or((taken, name));
    match open_event(store, name, date, &[], actor, now) {
        Ok((event, _)) => Ok(Ok(event.id)),
        Err(error @ (OfficeError::EventName | OfficeError::EventDate | OfficeError::EventNamesSomebody)) => {
            Ok(Err(format!("its folder cannot be an event, {error}; then rename the folder")))
        }
        Err(error) => Err(error),
    }
}

/// The event of files that lie in no folder of their own.
const LOOSE: &str = "From the cameras";

/// The day and the name in a folder's name such as `2026-06-12 Sports day`.
fn dated(name: &str) -> Option<(Date, &str)> {
    let (day, rest) = name.split_at_checked(10)?;
    let rest = rest.trim_start_matches([' ', '-', '_', ',']).trim_end();
    let date = day.parse().ok().filter(|_| !rest.is_empty())?;
    Some((date, rest))
}

/// All bytes of a regular file; nothing when they are too many. A link put in its place is not followed.
fn read_whole(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or_default();
    let file: File = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    file.take(most_bytes().saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| u64::try_from(bytes.len()).is_ok_and(|length| length <= most_bytes())))
}

/// The files of the folder in a stable order, without hidden and unfinished ones and without links.
fn entries(folder: &Path) -> Result<Vec<Entry>, OfficeError> {
    std::fs::read_dir(folder).map_err(|error| OfficeError::CameraFolder(error.kind()))?;
    let shown = |entry: &DirEntry| entry.depth() == 0 || !entry.file_name().as_bytes().starts_with(b".");
    let walk = WalkDir::new(folder).max_depth(DEEPEST).sort_by_file_name().into_iter().filter_entry(shown);
    // what vanishes while it is looked at is no error
    let files = walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_file() && !is_unfinished(entry.path()));
    Ok(files.filter_map(|entry| told(folder, &entry)).take(MOST).collect())
}

fn told(folder: &Path, entry: &DirEntry) -> Option<Entry> {
    let mark = mark(&entry.metadata().ok()?)?;
    Some(Entry { path: entry.path().strip_prefix(folder).ok()?.to_owned(), mark })
}

fn mark(told: &Metadata) -> Option<Mark> {
    let modified = told.modified().ok().and_then(|at| Timestamp::try_from(at).ok())?;
    Some(Mark { length: told.len(), modified })
}

fn is_unfinished(path: &Path) -> bool {
    path.extension().is_some_and(|end| UNFINISHED.iter().any(|unfinished| end.eq_ignore_ascii_case(unfinished)))
}

impl Entry {
    fn digest(&self) -> Digest {
        let Mark { length, modified } = self.mark;
        let text = format!("{length} {modified} ");
        Digest::of(&[text.as_bytes(), self.path.as_os_str().as_bytes()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_that_came_in_place_of_a_listed_one_is_not_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("IMG_0001.JPG");
        std::fs::write(&path, "of the first card").unwrap();
        let listed = entries(folder.path()).unwrap().remove(0).mark;
        std::fs::write(&path, "of the next card, longer").unwrap();
        remove(&path, listed).unwrap();
        assert!(path.exists());
        let listed = entries(folder.path()).unwrap().remove(0).mark;
        remove(&path, listed).unwrap();
        assert!(!path.exists());
    }
}
