//! The settings of a data folder as they are right now, for processes that run for long.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{SETTINGS, School};

/// The settings as they were read last, and of which file.
#[derive(Debug)]
pub struct Watched {
    folder: PathBuf,
    read: Mutex<(Option<Mark>, Arc<School>)>,
}

/// What tells one state of a file from another: its number, its length, and when it was written.
type Mark = (u64, u64, i64, i64);

impl Watched {
    /// The settings of a data folder, which were just read.
    #[must_use]
    pub fn new(folder: PathBuf, school: School) -> Self {
        // without a mark the first look reads the file again, in case it changed meanwhile
        Self { folder, read: Mutex::new((None, Arc::new(school))) }
    }

    /// The settings as they are now. A file that cannot be used changes nothing until it is corrected; the log says so once.
    #[must_use]
    pub fn now(&self) -> Arc<School> {
        let mark = fs::metadata(self.folder.join(SETTINGS)).ok();
        let mark = Some(mark.map_or((0, 0, 0, 0), |file| (file.ino(), file.len(), file.mtime(), file.mtime_nsec())));
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.0 != mark {
            read.0 = mark;
            match School::load(&self.folder) {
                Ok(school) => read.1 = Arc::new(school),
                Err(error) => {
                    tracing::error!(cause = %error, "the changed settings cannot be used: the earlier ones stand");
                }
            }
        }
        Arc::clone(&read.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_counts_at_once_and_a_broken_one_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let write = |text: &str| fs::write(folder.path().join(SETTINGS), text).unwrap();
        let watched = Watched::new(folder.path().to_owned(), School::load(folder.path()).unwrap());
        assert_eq!(watched.now().name, School::default().name);
        write("name = 'Hill'");
        assert_eq!(watched.now().name, "Hill");
        write("name = 'Hilltop'");
        assert_eq!(watched.now().name, "Hilltop");
        write("nmae = 'Hill School'");
        assert_eq!(watched.now().name, "Hilltop");
        write("name = 'Hill School'");
        assert_eq!(watched.now().name, "Hill School");
        fs::remove_file(folder.path().join(SETTINGS)).unwrap();
        assert_eq!(watched.now().name, School::default().name);
    }
}
