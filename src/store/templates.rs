//! Face templates: encrypted, beside the database and never in it, readable only through an open gate.
//!
//! `templates/key` holds 32 random bytes; each other file is one person's template: a nonce of 24 bytes and what
//! XChaCha20-Poly1305 made of it, with the person's id as associated data. The file is named by the id's BLAKE3 under the same
//! key, so that without it nobody can tell who has one. What cannot be deciphered counts as not there: templates are
//! made again from confirmed tags.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::error::StoreError;
use super::handle::{Read, Write};
use super::make_dir;
use super::workers::gone;
use crate::audit::Event;
use crate::consent::gate::Open;
use crate::domain::id::PersonId;

type Key = [u8; 32];
const NONCE: usize = 24;

impl Read {
    /// The template of a person whose gate is open, as it was kept; nothing when there is none.
    ///
    /// # Errors
    /// When the data folder cannot be read.
    pub fn template(&self, open: &Open) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(key) = self.key()? else { return Ok(None) };
        match fs::read(self.folder().join(name(&key, open.person()))) {
            Ok(sealed) => Ok(unseal(&key, open.person(), &sealed)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// The people of whom there is a template, whether their gate is open or not.
    ///
    /// # Errors
    /// When the database fails or the data folder cannot be read.
    pub fn described(&self) -> Result<BTreeSet<PersonId>, StoreError> {
        let Some(key) = self.key()? else { return Ok(BTreeSet::new()) };
        let folder = self.folder();
        let there = |person: &PersonId| folder.join(name(&key, person)).exists();
        Ok(self.people()?.into_keys().filter(there).collect())
    }

    /// Whether there may be templates at all.
    #[must_use]
    pub fn has_templates(&self) -> bool {
        self.folder().exists()
    }

    fn folder(&self) -> PathBuf {
        self.dir.join("templates")
    }

    fn key(&self) -> Result<Option<Key>, StoreError> {
        match fs::read(self.folder().join("key")) {
            Ok(bytes) => Ok(bytes.try_into().ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn failed(&self, cause: io::Error) -> StoreError {
        match cause.kind() {
            io::ErrorKind::StorageFull => StoreError::Full,
            _ => StoreError::Folder { path: self.folder(), cause },
        }
    }
}

impl Write<'_> {
    /// Keeps the template of a person whose gate is open, in place of an older one.
    ///
    /// # Errors
    /// When the data folder cannot be written, or the database fails.
    pub fn keep_template(&self, open: &Open, template: &[u8]) -> Result<(), StoreError> {
        self.lay_template(open, template)?;
        self.tell(&Event::TemplateMade { person: open.person().clone() })
    }

    pub(super) fn lay_template(&self, open: &Open, template: &[u8]) -> Result<(), StoreError> {
        let folder = self.folder();
        let lay = || -> io::Result<()> {
            make_dir(&folder)?;
            let key = match self.key().ok().flatten() {
                Some(key) => key,
                None => new_key(&folder)?,
            };
            put(&folder, &name(&key, open.person()), &seal(&key, open.person(), template)?)
        };
        lay().map_err(|error| self.failed(error))
    }

    /// Destroys a person's template; when this returns it is off the disk, whatever becomes of the transaction. Gives
    /// whether there was one.
    ///
    /// # Errors
    /// When the data folder cannot be written, or the database fails.
    pub fn destroy_template(&self, person: &PersonId) -> Result<bool, StoreError> {
        let Some(key) = self.key()? else { return Ok(false) };
        match fs::remove_file(self.folder().join(name(&key, person))) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(self.failed(error)),
        }
        File::open(self.folder()).and_then(|folder| folder.sync_all()).map_err(|error| self.failed(error))?;
        self.tell(&Event::TemplateDestroyed { person: person.clone() })?;
        Ok(true)
    }

    /// Destroys every template and then their key and folder.
    ///
    /// # Errors
    /// When the data folder cannot be written, or the database fails.
    pub fn destroy_templates(&self) -> Result<(), StoreError> {
        for person in self.described()? {
            self.destroy_template(&person)?;
        }
        let folder = self.folder();
        let cleared = fs::remove_dir_all(&folder).or_else(gone).and_then(|()| File::open(&self.dir)?.sync_all());
        cleared.map_err(|error| self.failed(error))
    }
}

/// A new key makes what an older one locked useless, so that goes.
fn new_key(folder: &Path) -> io::Result<Key> {
    for entry in fs::read_dir(folder)? {
        fs::remove_file(entry?.path())?;
    }
    let mut key = Key::default();
    random(&mut key)?;
    put(folder, "key", &key)?;
    Ok(key)
}

/// Whole or not there. The only writer of the database is the only writer here, so the name for halves is free.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let half = folder.join("new");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&half)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&half, folder.join(name))?;
    File::open(folder)?.sync_all()
}

fn name(key: &Key, person: &PersonId) -> String {
    blake3::keyed_hash(key, person.as_str().as_bytes()).to_hex().to_string()
}

fn seal(key: &Key, person: &PersonId, template: &[u8]) -> io::Result<Vec<u8>> {
    let mut nonce = [0; NONCE];
    random(&mut nonce)?;
    let payload = Payload { msg: template, aad: person.as_str().as_bytes() };
    let sealed = XChaCha20Poly1305::new(&(*key).into()).encrypt(&XNonce::from(nonce), payload);
    let sealed = sealed.map_err(|_| io::Error::other("a template is too long"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn unseal(key: &Key, person: &PersonId, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: sealed, aad: person.as_str().as_bytes() };
    XChaCha20Poly1305::new(&(*key).into()).decrypt(&XNonce::from(*nonce), payload).ok()
}

fn random(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::NewEntry;
    use super::super::sample::{actor, at, open_gate, person, store, write};
    use super::*;
    use crate::consent::ledger::{Act, Choice, Giver, Method};

    const SECRET: &[u8] = b"what a face looks like";

    #[test]
    fn a_template_comes_back_to_its_person_only_and_is_nowhere_to_be_read() {
        let (dir, store) = store();
        let (a, b) = (open_gate("P001"), open_gate("P002"));
        for id in ["P001", "P002"] {
            write(&store, 0, |w| w.save_person(&person(id)));
        }
        assert!(!store.read(|r| Ok::<_, StoreError>(r.has_templates())).unwrap());
        write(&store, 1, |w| w.keep_template(&a, SECRET));
        assert_eq!(store.read(|r| r.template(&a)).unwrap().as_deref(), Some(SECRET));
        assert_eq!(store.read(|r| r.template(&b)).unwrap(), None);
        assert_eq!(store.read(Read::described).unwrap(), BTreeSet::from([a.person().clone()]));
        let folder = dir.path().join("templates");
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        let key: Key = fs::read(folder.join("key")).unwrap().try_into().unwrap();
        for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
            let bytes = fs::read(&file).unwrap();
            assert!(!bytes.windows(SECRET.len()).any(|part| part == SECRET));
            assert!(!file.to_string_lossy().contains("P001"));
        }
        // another's file under one's own name is not taken for one's own, nor an altered one
        let (own, other) = (folder.join(name(&key, a.person())), folder.join(name(&key, b.person())));
        fs::copy(&own, &other).unwrap();
        assert_eq!(store.read(|r| r.template(&b)).unwrap(), None);
        let mut bytes = fs::read(&own).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&own, bytes).unwrap();
        assert_eq!(store.read(|r| r.template(&a)).unwrap(), None);
        fs::write(&own, b"short").unwrap();
        assert_eq!(store.read(|r| r.template(&a)).unwrap(), None);
    }

    #[test]
    fn what_is_destroyed_is_off_the_disk_even_when_the_transaction_fails() {
        let (dir, store) = store();
        let open = open_gate("P001");
        write(&store, 0, |w| w.save_person(&person("P001")));
        write(&store, 1, |w| w.keep_template(&open, SECRET));
        let undone = store.write(&actor(), at(2), |w| {
            assert!(w.destroy_template(open.person())?);
            Err::<(), _>(StoreError::Busy)
        });
        assert!(undone.is_err());
        assert_eq!(store.read(|r| r.template(&open)).unwrap(), None);
        write(&store, 3, |w| w.keep_template(&open, SECRET));
        let all_gone = |seconds| {
            let again = write(&store, seconds, |w| {
                w.destroy_templates()?;
                w.destroy_template(open.person())
            });
            !again && !dir.path().join("templates").exists()
        };
        assert!(all_gone(4) && all_gone(5));
    }

    #[test]
    fn no_template_outlasts_a_no_whoever_records_it() {
        let (_dir, store) = store();
        let open = open_gate("P001");
        write(&store, 0, |w| w.save_person(&person("P001")));
        let said = |act| NewEntry {
            person: open.person().clone(),
            act,
            giver: Giver::School,
            method: Method::Verbal,
            made_at: at(1),
            valid_from: None,
            valid_until: None,
            evidence: None,
        };
        for (act, outlasts) in [
            (Act::Notify, true),
            (Act::Biometric(Choice::Granted), true),
            (Act::Lift, true),
            (Act::Restrict, false),
            (Act::Biometric(Choice::Refused), false),
            (Act::Biometric(Choice::Withdrawn), false),
        ] {
            write(&store, 1, |w| w.keep_template(&open, SECRET));
            write(&store, 2, |w| w.record(&said(act.clone())));
            assert_eq!(store.read(|r| r.template(&open)).unwrap().is_some(), outlasts, "{act:?}");
        }
    }

    #[test]
    fn a_lost_key_is_replaced_and_what_it_locked_goes() {
        let (dir, store) = store();
        let folder = dir.path().join("templates");
        for id in ["P001", "P002"] {
            write(&store, 0, |w| w.save_person(&person(id)));
        }
        write(&store, 1, |w| w.keep_template(&open_gate("P001"), SECRET));
        fs::write(folder.join("key"), b"cut").unwrap();
        assert_eq!(store.read(|r| r.template(&open_gate("P001"))).unwrap(), None);
        write(&store, 2, |w| w.keep_template(&open_gate("P002"), SECRET));
        assert_eq!(store.read(|r| r.template(&open_gate("P002"))).unwrap().as_deref(), Some(SECRET));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "the key and one template");
    }
}
