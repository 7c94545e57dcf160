//! The files that a command line names: folders are walked, hidden files are passed over, sizes are bounded.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// Why a named file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    /// The path leads nowhere, or may not be read.
    #[error("cannot be read ({0}): check the path and its permissions")]
    Unreadable(std::io::ErrorKind),
    /// A socket, a device, a pipe.
    #[error("is not a regular file: name photos or folders of photos")]
    NotAFile,
    /// More bytes than the limit.
    #[error("is over the limit of {0} MB: export a smaller copy")]
    TooLarge(u64),
}

/// The files below the inputs in a stable order: inputs as given, folders by name, without what lies in `except`.
///
/// Hidden files and folders inside a folder are passed over; symbolic links inside a folder are not followed.
#[must_use]
pub(super) fn walk(inputs: &[PathBuf], except: Option<&Path>) -> Vec<PathBuf> {
    let except = except.and_then(|folder| folder.canonicalize().ok());
    let ours = |entry: &DirEntry| {
        except.is_some() && entry.file_type().is_dir() && entry.path().canonicalize().ok() == except
    };
    let mut files = Vec::new();
    for input in inputs {
        if !input.is_dir() {
            files.push(input.clone());
            continue;
        }
        let inside = WalkDir::new(input)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || !(is_hidden(entry.file_name()) || ours(entry)));
        for entry in inside {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => files.push(entry.into_path()),
                // a folder that cannot be opened is refused as an input of its own
                Err(error) => files.extend(error.path().map(Path::to_path_buf)),
            }
        }
    }
    files
}

/// All bytes of a regular file of at most `max_bytes`.
///
/// # Errors
/// When the file cannot be read, is no regular file, or is larger.
pub(super) fn read(path: &Path, max_bytes: u64) -> Result<Vec<u8>, FileError> {
    let unreadable = |error: std::io::Error| FileError::Unreadable(error.kind());
    // looked at before it is opened: opening a pipe would wait for its writer
    let told = std::fs::metadata(path).map_err(unreadable)?;
    if !told.is_file() {
        return Err(FileError::NotAFile);
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= max_bytes => Ok(bytes),
        _ => Err(FileError::TooLarge(max_bytes / 1_000_000)),
    }
}

/// The path's extension in lower case, when it is text.
#[must_use]
pub(super) fn extension(path: &Path) -> Option<String> {
    path.extension().map(|end| end.to_string_lossy().to_lowercase())
}

fn is_hidden(name: &OsStr) -> bool {
    name.to_string_lossy().starts_with('.')
}
