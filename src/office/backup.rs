//! The whole data folder in one encrypted file, and back: consistent while the service runs, verified before it takes its place.
//!
//! The file is an age file (age-encryption.org/v1) around a ZIP of `backup.json`, the database of one moment, every blob, the
//! settings and the key of the sealed reasons. Face templates and their key are left out: no copy of the rest holds one, and they
//! are made again from confirmed tags.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::iter::once;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use age::{Decryptor, Encryptor, Identity, scrypt, x25519};
use serde::{Deserialize, Serialize};
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::audit::Head;
use crate::config::{ConfigError, SETTINGS, School};
use crate::domain::id::ActorId;
use crate::domain::id::Digest;
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreError};

/// A back-up that could not be made or restored; nothing was put in the place of anything.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder cannot be used.
    #[error("`{}` cannot be used: check its permissions and the room on the disk", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// Something else lies there.
    #[error("`{}` is there and no back-up: name another file", .0.display())]
    InTheWay(PathBuf),
    /// The target holds something.
    #[error("`{}` is not empty: restore into a new folder", .0.display())]
    NotEmpty(PathBuf),
    /// The file is no back-up, is cut short or was altered.
    #[error("`{}` is no whole back-up: it is damaged, cut short or was altered; use another one", .0.display())]
    Damaged(PathBuf, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// The passphrase or key does not open the file.
    #[error("`{}` cannot be opened with this passphrase or key: use the one that it was made with", .0.display())]
    Locked(PathBuf),
    /// What came out does not hold together.
    #[error("the back-up does not hold what it should: use another one")]
    Unsound(#[source] StoreError),
    /// The settings in it cannot be read.
    #[error(transparent)]
    Settings(#[from] ConfigError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackupError {
    /// Whether what was kept is not what was put away.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Damaged(..)) || self.store().is_some_and(StoreError::is_fault)
    }

    /// The store's own failure behind this one.
    #[must_use]
    pub fn store(&self) -> Option<&StoreError> {
        if let Self::Store(error) | Self::Unsound(error) = self { Some(error) } else { None }
    }
}

/// With what a back-up is locked.
pub enum Lock {
    /// A passphrase.
    Passphrase(SecretString),
    /// The public half of a key.
    Recipient(x25519::Recipient),
}

/// With what a back-up is opened.
pub enum Opener {
    /// A passphrase.
    Passphrase(SecretString),
    /// A key.
    Key(x25519::Identity),
}

/// What a back-up says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct About {
    /// The shape of the archive.
    format: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// The head of the audit chain, as `COUNT:HASH`.
    pub head: String,
}

const FORMAT: u32 = 1;
const ABOUT: &str = "backup.json";
const DATABASE: &str = "eyelid.db";
const KEY: &str = "sealed.key";

/// Writes everything to `file`; an earlier back-up there is replaced when the new one is whole. `told` is called with how many files of
/// how many are in.
///
/// # Errors
/// When the file cannot be written or the store fails.
pub fn back_up(
    store: &Store,
    file: &Path,
    lock: Lock,
    now: Timestamp,
    mut told: impl FnMut(usize, usize),
) -> Result<About, BackupError> {
    let failed = |error| BackupError::File(file.to_owned(), error);
    not_in_the_way(file)?;
    let head = store.read(crate::store::Read::audit_head)?;
    let snapshot = store.snapshot()?;
    let about = About { format: FORMAT, made_at: now, head: head.to_string() };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut whole = tempfile::Builder::new().prefix(".eyelid-backup-").tempfile_in(folder).map_err(failed)?;
    let total = snapshot.blobs().len();
    {
        let sealed = encryptor(lock).wrap_output(BufWriter::new(whole.as_file_mut())).map_err(failed)?;
        let mut archive = ZipWriter::new_stream(sealed);
        let packed = SimpleFileOptions::default().large_file(true);
        let plain = packed.compression_method(zip::CompressionMethod::Stored);
        let json = serde_json::to_vec(&about).map_err(|error| failed(error.into()))?;
        put(&mut archive, ABOUT, packed, json.as_slice()).map_err(failed)?;
        put(&mut archive, DATABASE, packed, File::open(snapshot.database()).map_err(failed)?).map_err(failed)?;
        for name in [SETTINGS, KEY] {
            match fs::read(store.folder().join(name)) {
                Ok(bytes) => put(&mut archive, name, packed, bytes.as_slice()).map_err(failed)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(BackupError::File(store.folder().join(name), error)),
            }
        }
        for (at, digest) in snapshot.blobs().iter().enumerate() {
            put(&mut archive, &blob_name(digest), plain, store.blob(digest)?.as_slice()).map_err(failed)?;
            told(at + 1, total);
        }
        let sealed = archive.finish().map_err(|error| failed(error.into()))?.into_inner();
        sealed.finish().and_then(|mut rest| rest.flush()).map_err(failed)?;
    }
    whole.as_file().sync_all().map_err(failed)?;
    whole.persist(file).map_err(|error| failed(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(about)
}

/// Puts a back-up into `target`, which has to be empty or not there: unpacked beside it, verified to the last byte, and only then
/// given its name. Everybody has to sign in again, and connections are told again of every picture. What was said after the back-up
/// was made is not in it: whoever calls this says so. `told` is called with how many files of how many are out.
///
/// # Errors
/// When the target holds something, the file is damaged or cannot be opened, or what it holds is not sound.
pub fn restore(
    file: &Path,
    opener: &Opener,
    target: &Path,
    actor: &ActorId,
    now: Timestamp,
    mut told: impl FnMut(usize, usize),
) -> Result<About, BackupError> {
    let damaged = |error: Box<dyn std::error::Error + Send + Sync>| BackupError::Damaged(file.to_owned(), error);
    is_free(target)?;
    let mut archive = unlock(file, opener)?;
    let beside = Beside::make(target)?;
    let total = archive.len();
    let mut about = None;
    for at in 0..total {
        let mut entry = archive.by_index(at).map_err(|error| damaged(error.into()))?;
        let name = entry.name().map_err(|error| damaged(error.into()))?.into_owned();
        if name == ABOUT {
            let mut text = Vec::new();
            entry.by_ref().take(65_536).read_to_end(&mut text).map_err(|error| damaged(error.into()))?;
            about = serde_json::from_slice::<About>(&text).ok().filter(|about| about.format == FORMAT);
        } else if is_ours(&name) {
            beside.put(&name, &mut entry).map_err(|error| damaged(error.into()))?;
        } else {
            return Err(damaged("it holds something that no back-up does".into()));
        }
        told(at + 1, total);
    }
    let about = about.ok_or_else(|| damaged("it does not say what it is".into()))?;
    let noted: Vec<Head> = about.head.parse().into_iter().collect();
    School::load(&beside.data())?;
    let store = Store::open(&beside.data(), now)?;
    if let Some(fault) = store.examine(&noted)?.into_iter().next() {
        return Err(BackupError::Unsound(fault));
    }
    store.write(actor, now, |w| w.begin_after_restore(about.made_at))?;
    drop(store);
    beside.take_place(target)?;
    Ok(about)
}

/// A new key, and the file text that keeps it.
#[must_use]
pub fn new_key() -> (x25519::Identity, SecretString) {
    let key = x25519::Identity::generate();
    let text = key.to_string();
    (key, text)
}

fn encryptor(lock: Lock) -> Encryptor {
    match lock {
        Lock::Passphrase(passphrase) => Encryptor::with_user_passphrase(passphrase),
        Lock::Recipient(recipient) => {
            let one = once(&recipient as &dyn age::Recipient);
            #[expect(clippy::expect_used, reason = "one recipient of one kind is neither none nor a mixture")]
            Encryptor::with_recipients(one).expect("one recipient")
        }
    }
}

type Unlocked = ZipArchive<age::stream::StreamReader<BufReader<File>>>;

fn unlock(file: &Path, opener: &Opener) -> Result<Unlocked, BackupError> {
    let opened = File::open(file).map_err(|error| BackupError::File(file.to_owned(), error))?;
    let damaged = |error: Box<dyn std::error::Error + Send + Sync>| BackupError::Damaged(file.to_owned(), error);
    let sealed = Decryptor::new_buffered(BufReader::new(opened)).map_err(|error| damaged(error.into()))?;
    let by_passphrase;
    let identity: &dyn Identity = match opener {
        Opener::Passphrase(passphrase) => {
            by_passphrase = scrypt::Identity::new(passphrase.clone());
            &by_passphrase
        }
        Opener::Key(key) => key,
    };
    let plain = sealed.decrypt(once(identity)).map_err(|error| match error {
        age::DecryptError::NoMatchingKeys
        | age::DecryptError::DecryptionFailed
        | age::DecryptError::KeyDecryptionFailed => BackupError::Locked(file.to_owned()),
        error => damaged(error.into()),
    })?;
    ZipArchive::new(plain).map_err(|error| damaged(error.into()))
}

fn put<W: Write + io::Seek>(
    archive: &mut ZipWriter<W>,
    name: &str,
    options: SimpleFileOptions,
    mut from: impl Read,
) -> io::Result<()> {
    archive.start_file(name, options)?;
    io::copy(&mut from, archive).map(drop)
}

fn blob_name(digest: &Digest) -> String {
    let hex = digest.to_string();
    let (first, rest) = hex.split_at_checked(2).unwrap_or_default();
    format!("blobs/{first}/{rest}")
}

/// Only names that a back-up gives: none leads out of the folder.
fn is_ours(name: &str) -> bool {
    let digest = |name: &str| {
        let hex = name.strip_prefix("blobs/")?.replacen('/', "", 1);
        hex.parse::<Digest>().ok().filter(|digest| blob_name(digest) == name)
    };
    [DATABASE, SETTINGS, KEY].contains(&name) || digest(name).is_some()
}

fn not_in_the_way(file: &Path) -> Result<(), BackupError> {
    let mut begins = [0; 21];
    match File::open(file).and_then(|mut there| there.read_exact(&mut begins)) {
        Ok(()) if begins == *b"age-encryption.org/v1" => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        _ => Err(BackupError::InTheWay(file.to_owned())),
    }
}

fn is_free(target: &Path) -> Result<(), BackupError> {
    match fs::read_dir(target).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(BackupError::NotEmpty(target.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(BackupError::File(target.to_owned(), error)),
    }
}

/// The folder in which a back-up is unpacked; what a killed restore left there is cleared away by the next one.
struct Beside {
    folder: PathBuf,
    _alone: File,
}

impl Beside {
    fn make(target: &Path) -> Result<Self, BackupError> {
        let parent = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let folder = parent.join(format!(".{name}.eyelid-restoring"));
        let make = || -> io::Result<File> {
            fs::create_dir_all(parent)?;
            private().create(&folder)?;
            let alone = File::open(&folder)?;
            alone.try_lock()?;
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }?;
            }
            Ok(alone)
        };
        let alone = make().map_err(|error| BackupError::File(folder.clone(), error))?;
        Ok(Self { folder, _alone: alone })
    }

    /// The data folder to be; the store locks it while it is open, as we lock the one around it.
    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn put(&self, name: &str, from: &mut impl Read) -> io::Result<()> {
        let path = self.data().join(name);
        private().create(path.parent().unwrap_or(&path))?;
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
        io::copy(from, &mut file)?;
        file.sync_all()
    }

    fn take_place(self, target: &Path) -> Result<(), BackupError> {
        let failed = |error| BackupError::File(target.to_owned(), error);
        rustix::fs::sync();
        // an empty folder in its place goes in the same step; one that is no longer empty stays
        fs::rename(self.data(), target).map_err(|error| match error.kind() {
            io::ErrorKind::DirectoryNotEmpty => BackupError::NotEmpty(target.to_owned()),
            _ => failed(error),
        })?;
        let parent = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // what was inside has taken its place by now
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

fn private() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Read as Rows;

    fn passphrase(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[test]
    fn only_names_of_a_back_up_are_unpacked() {
        let digest = Digest::of(b"a");
        assert!(is_ours(&blob_name(&digest)) && is_ours("eyelid.db") && is_ours("school.toml"));
        let hex = digest.to_string();
        for name in ["templates/key", "../eyelid.db", "/etc/passwd", "blobs/../x", &hex, &format!("blobs/{hex}"), ""] {
            assert!(!is_ours(name), "{name}");
        }
    }

    #[test]
    fn what_went_in_comes_out_and_nothing_that_was_altered() {
        let now: Timestamp = "2026-06-15T10:00:00Z".parse().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("data"), now).unwrap();
        let actor = "cli".parse().unwrap();
        let blob = store.put_blob(&vec![7; 300_000]).unwrap();
        let event = store.write(&actor, now, |w| w.open_event("Sports day", "2026-06-12".parse().unwrap(), &[], "s"));
        store.write(&actor, now, |w| w.receive(&blob, event.unwrap().id)).unwrap();
        let key = store.seal_key().unwrap();
        fs::create_dir(dir.path().join("data/templates")).unwrap();
        fs::write(dir.path().join("data/templates/key"), b"secret").unwrap();
        fs::write(dir.path().join("data/school.toml"), "name = 'Hill'").unwrap();
        let file = dir.path().join("one.age");
        let (identity, _) = new_key();
        let lock = || Lock::Recipient(identity.to_public());
        let about = back_up(&store, &file, lock(), now, |_, _| {}).unwrap();
        back_up(&store, &file, lock(), now, |_, _| {}).unwrap();

        let opener = Opener::Key(identity.clone());
        let target = dir.path().join("restored");
        fs::create_dir(&target).unwrap();
        let told = restore(&file, &opener, &target, &actor, now, |_, _| {}).unwrap();
        assert_eq!(told.head, about.head);
        let again = Store::open(&target, now).unwrap();
        assert_eq!(again.blob(&blob).unwrap().len(), 300_000);
        assert_eq!(again.seal_key().unwrap(), key);
        assert_eq!(again.read(Rows::photos).unwrap().len(), 1);
        assert_eq!(School::load(&target).unwrap().name, "Hill");
        assert!(!target.join("templates").exists());
        let full = restore(&file, &opener, &target, &actor, now, |_, _| {});
        assert!(matches!(full, Err(BackupError::NotEmpty(_))));

        let bytes = fs::read(&file).unwrap();
        let other = dir.path().join("other");
        for at in [0, 30, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            fs::write(&file, &altered).unwrap();
            let refused = restore(&file, &opener, &other, &actor, now, |_, _| {});
            assert!(matches!(refused, Err(BackupError::Damaged(..) | BackupError::Locked(_))), "{at} {refused:?}");
        }
        for length in [0, 10, bytes.len() / 2, bytes.len() - 1] {
            fs::write(&file, &bytes[..length]).unwrap();
            assert!(matches!(restore(&file, &opener, &other, &actor, now, |_, _| {}), Err(BackupError::Damaged(..))));
        }
        assert!(!other.exists());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3, "nothing half-done stays");
        fs::write(&file, b"something else").unwrap();
        assert!(matches!(back_up(&store, &file, lock(), now, |_, _| {}), Err(BackupError::InTheWay(_))));
        let (stranger, _) = new_key();
        fs::write(&file, &bytes).unwrap();
        let locked = restore(&file, &Opener::Key(stranger), &other, &actor, now, |_, _| {});
        assert!(matches!(locked, Err(BackupError::Locked(_))));
        let locked = restore(&file, &Opener::Passphrase(passphrase("walnut")), &other, &actor, now, |_, _| {});
        assert!(matches!(locked, Err(BackupError::Locked(_))), "{locked:?}");
    }
}
