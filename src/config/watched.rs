//! The settings of a data folder as they are right now, for processes that run for long.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::{ConfigError, Mail, SETTINGS, School};

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

/// An editor may empty the file before it writes: what was written a moment ago is not read yet.
const REST: Duration = Duration::from_secs(1);

impl Watched {
    /// The settings of a data folder.
    ///
    /// # Errors
    /// When the file cannot be read, has an unknown key or contradicts itself.
    pub fn load(folder: &Path) -> Result<Self, ConfigError> {
        // looked at first, so that what is written meanwhile is read at the next look
        let mark = file(folder).as_ref().map(mark);
        let read = Mutex::new((mark, Arc::new(School::load(folder)?)));
        Ok(Self { folder: folder.to_owned(), read, instead: Instead::default() })
    }

    /// Settings of somebody's own that stand until the file of the data folder changes.
    #[must_use]
    pub fn from_now(folder: PathBuf, school: Arc<School>) -> Self {
        let mark = file(&folder).as_ref().map(mark);
        Self { folder, read: Mutex::new((mark, school)), instead: Instead::default() }
    }

    /// The same, with what counts where neither the file nor an earlier one of these says anything of it.
    #[must_use]
    pub fn or(self, instead: Instead) -> Self {
        let (mark, school) = self.read.into_inner().unwrap_or_else(PoisonError::into_inner);
        let earlier = self.instead;
        let instead = Instead { address: earlier.address.or(instead.address), mail: earlier.mail.or(instead.mail) };
        let school = Arc::new(instead.complete(School::clone(&school)));
        Self { folder: self.folder, read: Mutex::new((mark, school)), instead }
    }

    /// The settings as they are now, or were a second ago. A file that cannot be used, is empty or gone changes nothing until it is
    /// there again; the log says so once.
    #[must_use]
    pub fn now(&self) -> Arc<School> {
        self.look(|file| is_fresh(file, SystemTime::now()))
    }

    /// Reads a file that was just written as a whole.
    pub fn read_again(&self) {
        self.look(|_| false);
    }

    fn look(&self, is_fresh: impl Fn(&Metadata) -> bool) -> Arc<School> {
        let file = file(&self.folder);
        let mark = file.as_ref().map(mark);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.0 == mark || file.as_ref().is_some_and(is_fresh) {
            return Arc::clone(&read.1);
        }
        read.0 = mark;
        // a full disk leaves an empty file of what was to be written
        if file.is_none_or(|file| file.len() == 0) {
            tracing::error!("the settings file is gone or empty: the settings stand as they were");
            return Arc::clone(&read.1);
        }
        match School::load(&self.folder) {
            Ok(school) => read.1 = Arc::new(self.instead.complete(school)),
            Err(error) => {
                let place = error.place();
                tracing::error!(cause = %error, place, "the changed settings cannot be used: the earlier ones stand");
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

fn file(folder: &Path) -> Option<Metadata> {
    fs::metadata(folder.join(SETTINGS)).ok()
}

fn is_fresh(file: &Metadata, now: SystemTime) -> bool {
    // what bears a time to come was written under another clock, long ago for all that is known
    file.modified().is_ok_and(|at| now.duration_since(at).is_ok_and(|rest| rest < REST))
}

fn mark(file: &Metadata) -> Mark {
    (file.ino(), file.len(), file.mtime(), file.mtime_nsec())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Writes the file as it was an hour and some seconds ago, each time one second later.
    fn writer(folder: &Path) -> impl Fn(&str) {
        let (path, second) = (folder.join(SETTINGS), Cell::new(0));
        move |text| {
            fs::write(&path, text).unwrap();
            second.set(second.get() + 1);
            let at = SystemTime::now() - Duration::from_secs(3600 - second.get());
            fs::File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
        }
    }

    #[test]
    fn a_changed_file_counts_and_a_broken_or_missing_one_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let write = writer(folder.path());
        let watched = Watched::load(folder.path()).unwrap();
        assert_eq!(watched.now().name, School::default().name);
        write("name = 'Hill'");
        assert_eq!(watched.now().name, "Hill");
        write("name = 'Oaks'");
        assert_eq!(watched.now().name, "Oaks");
        write("nmae = 'Hill School'");
        assert_eq!(watched.now().name, "Oaks");
        let file = folder.path().join(SETTINGS);
        fs::remove_file(&file).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, &file, rustix::fs::Mode::RUSR).unwrap();
        assert_eq!(watched.now().name, "Oaks", "nobody waits for what may never be written");
        fs::remove_file(&file).unwrap();
        write("name = 'Hill School'");
        assert_eq!(watched.now().name, "Hill School");
        fs::remove_file(folder.path().join(SETTINGS)).unwrap();
        assert_eq!(watched.now().name, "Hill School", "an editor may be about to put it back");
        write("");
        assert_eq!(watched.now().name, "Hill School", "a save on a full disk loosens nothing");
        write("name = 'Hilltop'");
        assert_eq!(watched.now().name, "Hilltop");
    }

    #[test]
    fn a_file_that_is_being_written_is_not_read_but_by_whoever_wrote_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(SETTINGS);
        fs::write(&file, "name = 'Hill'\n[policy]\nfour_eyes = true").unwrap();
        let watched = Watched::load(folder.path()).unwrap();
        // as an editor leaves it for a moment
        fs::write(&file, "name = 'Hill'\n").unwrap();
        let written = fs::metadata(&file).unwrap().modified().unwrap();
        let after = |millis: u64| watched.look(|file| is_fresh(file, written + Duration::from_millis(millis)));
        assert!(after(0).policy.four_eyes && after(999).policy.four_eyes, "no setting is laxer for that moment");
        assert!(!after(1000).policy.four_eyes);
        fs::write(&file, "[policy]\nfour_eyes = true").unwrap();
        assert!(!watched.look(|_| true).policy.four_eyes);
        watched.read_again();
        assert!(watched.look(|_| true).policy.four_eyes);
    }

    #[test]
    fn what_was_given_stands_until_the_file_changes_and_then_only_where_it_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let write = writer(folder.path());
        write("name = 'Hill'");
        let (here, there) = (Some("http://here.example".to_owned()), Some("http://there.example".to_owned()));
        let given = School { name: "Oak".into(), address: here.clone(), ..School::default() };
        let instead = Instead { address: here.clone(), mail: None };
        let watched = Watched::from_now(folder.path().to_owned(), Arc::new(given)).or(instead);
        assert_eq!(watched.now().name, "Oak");
        write("name = 'Hilltop'");
        assert_eq!((&*watched.now().name, &watched.now().address), ("Hilltop", &here));
        write("name = 'Hill'\naddress = 'http://there.example'");
        assert_eq!((&*watched.now().name, &watched.now().address), ("Hill", &there));
        assert!(Arc::ptr_eq(&watched.now(), &watched.now()), "an unchanged file is not read again");
    }
}
