//! The settings of a data folder as they are right now, for processes that run for long.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Mail, SETTINGS, School};

/// The settings as they were read last, and of which file.
#[derive(Debug)]
pub struct Watched {
    folder: PathBuf,
    read: Mutex<(Option<Mark>, Arc<School>)>,
    instead: Instead,
}

/// What counts where the file says nothing of it.
#[derive(Debug, Clone, Default)]
pub struct Instead {
    /// Where people reach the service.
    pub address: Option<String>,
    /// How messages leave.
    pub mail: Option<Mail>,
}

/// What tells one state of a file from another: its number, its length, and when it was written.
type Mark = (u64, u64, i64, i64);

impl Watched {
    /// The settings of a data folder, which were just read.
    #[must_use]
    pub fn new(folder: PathBuf, school: School) -> Self {
        // without a mark the first look reads the file again, in case it changed meanwhile
        Self { folder, read: Mutex::new((None, Arc::new(school))), instead: Instead::default() }
    }

    /// Settings that stand until the file of the data folder changes.
    #[must_use]
    pub fn from_now(folder: PathBuf, school: Arc<School>, instead: Instead) -> Self {
        let mark = Some(mark(&folder));
        Self { folder, read: Mutex::new((mark, school)), instead }
    }

    /// The settings as they are now. A file that cannot be used changes nothing until it is corrected; the log says so once.
    #[must_use]
    pub fn now(&self) -> Arc<School> {
        let mark = Some(mark(&self.folder));
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.0 != mark {
            read.0 = mark;
            match School::load(&self.folder) {
                Ok(school) => read.1 = Arc::new(self.instead.complete(school)),
                Err(error) => {
                    tracing::error!(cause = %error, "the changed settings cannot be used: the earlier ones stand");
                }
            }
        }
        Arc::clone(&read.1)
    }
}

impl Instead {
    fn complete(&self, school: School) -> School {
        let address = school.address.clone().or_else(|| self.address.clone());
        let mail = school.mail.clone().or_else(|| self.mail.clone());
        School { address, mail, ..school }
    }
}

/// Nothing but zeros when there is no file.
fn mark(folder: &Path) -> Mark {
    let file = fs::metadata(folder.join(SETTINGS)).ok();
    file.map_or((0, 0, 0, 0), |file| (file.ino(), file.len(), file.mtime(), file.mtime_nsec()))
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

    #[test]
    fn what_was_given_stands_until_the_file_changes_and_then_only_where_it_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let write = |text: &str| fs::write(folder.path().join(SETTINGS), text).unwrap();
        write("name = 'Hill'");
        let (here, there) = (Some("http://here.example".to_owned()), Some("http://there.example".to_owned()));
        let given = School { name: "Oak".into(), address: here.clone(), ..School::default() };
        let instead = Instead { address: here.clone(), mail: None };
        let watched = Watched::from_now(folder.path().to_owned(), Arc::new(given), instead);
        assert_eq!(watched.now().name, "Oak");
        write("name = 'Hilltop'");
        assert_eq!((&*watched.now().name, &watched.now().address), ("Hilltop", &here));
        write("name = 'Hill'\naddress = 'http://there.example'");
        assert_eq!((&*watched.now().name, &watched.now().address), ("Hill", &there));
        assert!(Arc::ptr_eq(&watched.now(), &watched.now()), "an unchanged file is not read again");
    }
}
