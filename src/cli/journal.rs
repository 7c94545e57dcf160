//! What an earlier `eyelid scrub` has done, so that a run that was cut short goes on where it stopped.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::domain::id::Digest;

/// A file with a line for every photo done; it names no photo but by digest.
pub(super) struct Journal {
    done: HashMap<Digest, Entry>,
    settings: String,
    file: Mutex<File>,
}

/// A photo that was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The original's.
    digest: Digest,
    /// The result's.
    result: Digest,
    /// How it was made: a result of other settings is no result.
    settings: String,
    /// How many faces were hidden.
    pub(super) faces: usize,
    /// What the original carried.
    pub(super) removed: Vec<String>,
}

/// Lines beyond this are not the program's.
const LONGEST_LINE: u64 = 4096;

impl Journal {
    /// Reads what is there and goes on writing behind it; a line that is no entry, such as one cut off, counts for nothing.
    ///
    /// # Errors
    /// When the file can neither be read nor made.
    pub(super) fn open(path: &Path, settings: String) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let (mut done, mut lines, mut whole) = (HashMap::new(), BufReader::new(&file), true);
        loop {
            let mut line = String::new();
            let read = io::Read::take(&mut lines, LONGEST_LINE).read_line(&mut line)?;
            if read == 0 {
                break;
            }
            whole = line.ends_with('\n');
            let entry = serde_json::from_str::<Entry>(&line).ok().filter(|entry| entry.settings == settings);
            done.extend(entry.map(|entry| (entry.digest, entry)));
        }
        if !whole {
            file.write_all(b"\n")?;
        }
        Ok(Self { done, settings, file: Mutex::new(file) })
    }

    /// What is known of this original, when its result still is what it was.
    pub(super) fn done(&self, digest: &Digest, output: &Path) -> Option<&Entry> {
        let entry = self.done.get(digest)?;
        let result = std::fs::read(output).ok()?;
        (Digest::of(&result) == entry.result).then_some(entry)
    }

    /// Writes down that a photo is done; its result lies on the disk by then.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn add(&self, digest: Digest, result: Digest, faces: usize, removed: &[String]) -> io::Result<()> {
        let settings = self.settings.clone();
        let mut line = serde_json::to_string(&Entry { digest, result, settings, faces, removed: removed.to_vec() })?;
        line.push('\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(path: &Path, settings: &str) -> Journal {
        Journal::open(path, settings.to_owned()).unwrap()
    }

    #[test]
    fn what_was_done_with_the_same_settings_is_known_while_its_result_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let (path, output) = (folder.path().join("journal"), folder.path().join("photo.jpg"));
        let (digest, result) = (Digest::of(b"original"), Digest::of(b"result"));
        journal(&path, "smooth").add(digest, result, 3, &["exif".to_owned()]).unwrap();
        assert!(journal(&path, "smooth").done(&digest, &output).is_none(), "no result is there");
        std::fs::write(&output, b"result").unwrap();
        let again = journal(&path, "smooth");
        let entry = again.done(&digest, &output).unwrap();
        assert_eq!((entry.faces, entry.removed.as_slice()), (3, ["exif".to_owned()].as_slice()));
        assert!(journal(&path, "blur").done(&digest, &output).is_none());
        assert!(again.done(&Digest::of(b"another"), &output).is_none());
        std::fs::write(&output, b"something else").unwrap();
        assert!(again.done(&digest, &output).is_none());
    }

    #[test]
    fn a_line_that_was_cut_off_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let (path, output) = (folder.path().join("journal"), folder.path().join("photo.jpg"));
        let (one, two, result) = (Digest::of(b"1"), Digest::of(b"2"), Digest::of(b"result"));
        std::fs::write(&output, b"result").unwrap();
        journal(&path, "").add(one, result, 1, &[]).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.extend_from_slice(br#"{"digest":"0"#);
        bytes.extend(std::iter::repeat_n(b'x', 9000));
        std::fs::write(&path, bytes).unwrap();
        journal(&path, "").add(two, result, 2, &[]).unwrap();
        let all = journal(&path, "");
        assert!(all.done(&one, &output).is_some() && all.done(&two, &output).is_some());
    }
}
