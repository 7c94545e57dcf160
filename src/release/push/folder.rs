//! A folder of this machine that another program watches or serves; only one that the settings name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::client::Stopped;
use super::shelf::{MANIFEST, Parcel, Shelf};
use super::trouble::Trouble;
use crate::domain::id::PhotoId;
use crate::release::whole_file;
use crate::store::Remote;

/// A folder.
pub(super) struct Folder<'a>(&'a Path);

impl<'a> Folder<'a> {
    /// The folder, if it is one of those that the settings name.
    pub(super) fn new(path: &'a str, named: &[PathBuf]) -> Result<Self, Stopped> {
        let path = Path::new(path);
        if named.iter().any(|known| known == path) { Ok(Self(path)) } else { Err(Trouble::NoFolder.into()) }
    }

    fn keep(&self, file: &str, bytes: &[u8]) -> Result<(), Stopped> {
        let written = fs::create_dir_all(self.0).and_then(|()| whole_file::write(&self.0.join(file), bytes));
        written.map_err(|_| Trouble::NoFolder.into())
    }

    fn remove(&self, file: &str) -> Result<bool, Stopped> {
        match fs::remove_file(self.0.join(file)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(_) => Err(Trouble::NoFolder.into()),
        }
    }
}

impl Shelf for Folder<'_> {
    fn clear(&self, _photo: &PhotoId, files: &[String], _known: &Remote) -> Result<bool, Stopped> {
        files.iter().try_fold(false, |found, file| Ok(self.remove(file)? || found))
    }

    fn put(&self, parcel: &Parcel<'_>) -> Result<Remote, Stopped> {
        let file = parcel.label.file();
        self.keep(&file, parcel.bytes)?;
        Ok(Remote { id: Some(file), address: None })
    }

    fn describe(&self, manifest: Option<&[u8]>) -> Result<(), Stopped> {
        manifest.map_or_else(|| self.remove(MANIFEST).map(drop), |manifest| self.keep(MANIFEST, manifest))
    }
}
