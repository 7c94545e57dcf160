//! What an unfinished scrub has done so far, so that the next run goes on from there.
//!
//! A hidden file beside the results, with digests and no names: it is there while a run is under way or was interrupted, and
//! goes with the run's end. A result counts as done while its bytes are still those that were written.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::domain::id::Digest;
use crate::release::whole_file::UNFINISHED;

/// The journal of a folder of results, open for writing.
pub(super) struct Journal {
    path: PathBuf,
    file: Mutex<File>,
    earlier: BTreeMap<Digest, Entry>,
}

/// One photo that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The photo as it was read.
    pub(super) photo: Digest,
    /// The result as it was written.
    pub(super) result: Digest,
    /// How many faces were hidden.
    pub(super) faces: usize,
    /// What was taken out.
    pub(super) removed: Vec<String>,
}

/// The first line: a run with other settings, or of another version, begins anew.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    version: String,
    settings: String,
}

impl Journal {
    /// Opens the journal, with what an interrupted run under the same settings has done.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(super) fn open(out: &Path, settings: String) -> io::Result<Self> {
        let path = out.join(format!("{UNFINISHED}scrub.jsonl"));
        let head = Head { version: env!("CARGO_PKG_VERSION").into(), settings };
        let earlier = read(&path, &head);
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        if earlier.is_none() {
            file.set_len(0)?;
            write(&mut file, &head)?;
        }
        Ok(Self { path, file: Mutex::new(file), earlier: earlier.unwrap_or_default() })
    }

    /// What an interrupted run did of a photo, if the result is still what it wrote.
    pub(super) fn done(&self, photo: &Digest, result: &Path) -> Option<&Entry> {
        let entry = self.earlier.get(photo)?;
        let written = fs::read(result).ok()?;
        (Digest::of(&written) == entry.result).then_some(entry)
    }

    /// Notes a photo whose result has been written.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(super) fn note(&self, entry: &Entry) -> io::Result<()> {
        write(&mut self.file.lock().unwrap_or_else(PoisonError::into_inner), entry)
    }

    /// Takes the journal away: the run has come to its end.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(super) fn end(self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            // another run into the same folder ended first
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Each line in one write, so that the lines of two runs do not mix.
fn write(file: &mut File, line: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    file.write_all(&text)
}

/// The entries below the very same head; a line that was cut off, or is none, is passed over.
fn read(path: &Path, head: &Head) -> Option<BTreeMap<Digest, Entry>> {
    let mut lines = BufReader::new(File::open(path).ok()?.take(MOST_BYTES)).lines();
    let found: Head = serde_json::from_str(&lines.next()?.ok()?).ok()?;
    let entries = lines.map_while(Result::ok).filter_map(|line| serde_json::from_str::<Entry>(&line).ok());
    (found == *head).then(|| entries.map(|entry| (entry.photo, entry)).collect())
}

/// Some 250,000 photos.
const MOST_BYTES: u64 = 64_000_000;

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn entry(photo: u8, result: &[u8]) -> Entry {
        let (photo, result) = (Digest::from_bytes([photo; 32]), Digest::of(result));
        Entry { photo, result, faces: 2, removed: vec!["exif".into()] }
    }

    #[test]
    fn what_was_done_is_found_again_by_the_same_settings_alone_and_while_the_result_is_whole() {
        let dir = TempDir::new().unwrap();
        let result = dir.path().join("photo.jpg");
        fs::write(&result, b"scrubbed").unwrap();
        let open = |settings: &str| Journal::open(dir.path(), settings.into()).unwrap();
        let (done, other) = (entry(1, b"scrubbed"), entry(2, b"something else"));
        let journal = open("smooth");
        assert_eq!(journal.done(&done.photo, &result), None);
        journal.note(&done).unwrap();
        journal.note(&other).unwrap();
        drop(journal);

        // a line that was cut off by a crash
        let mut file = OpenOptions::new().append(true).open(dir.path().join(".eyelid-unfinished-scrub.jsonl")).unwrap();
        file.write_all(b"{\"photo\":\"0303").unwrap();
        let journal = open("smooth");
        assert_eq!(journal.done(&done.photo, &result), Some(&done));
        assert_eq!(journal.done(&other.photo, &result), None, "the result is not what was written");
        assert_eq!(journal.done(&done.photo, &dir.path().join("gone.jpg")), None);
        drop(journal);

        assert_eq!(open("fill").done(&done.photo, &result), None);
        assert_eq!(open("smooth").done(&done.photo, &result), None, "the other settings began anew");
        open("smooth").end().unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
