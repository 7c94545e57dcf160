//! A channel's folder of pictures with a manifest, brought to what may leave right now.

use std::fs;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::feed::{Item, item};
use super::whole_file;
use crate::consent::Verdict;
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::domain::photo::Photo;
use crate::domain::time::{Date, Timestamp};
use crate::pipeline::PipelineError;
use crate::pipeline::release::{Answer, Released, Request};
use crate::store::{Read, Store, StoreError};

/// A folder that could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The folder or a file in it cannot be read or written.
    #[error("`{}` cannot be used: check the folder's permissions and the room on the disk", .0.display())]
    Folder(PathBuf, #[source] io::Error),
    /// The folder holds things that are not from a release.
    #[error("`{}` is not empty and has no manifest of a release: name an empty folder", .0.display())]
    Foreign(PathBuf),
    /// The folder's manifest cannot be read.
    #[error("`{}` is no manifest of a release of this channel: name an empty folder", .0.display())]
    Manifest(PathBuf),
    /// The ZIP file cannot be written.
    #[error("the pictures cannot be packed: report this as a fault of the program")]
    Zip(#[source] io::Error),
    /// A picture could not be made.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PackError {
    /// The store's own failure behind this one.
    #[must_use]
    pub fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Pipeline(error) => error.store(),
            Self::Folder(..) | Self::Foreign(_) | Self::Manifest(_) | Self::Zip(_) => None,
        }
    }
}

/// The manifest of a channel's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// The channel.
    pub channel: ChannelId,
    /// The credit of every picture.
    pub credit: String,
    /// When the folder was brought up to date.
    pub released_at: Timestamp,
    /// The pictures in the order of events and photos.
    pub pictures: Vec<Picture>,
    /// After which photo the next part goes on; nothing when this is everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<PhotoId>,
}

/// A picture of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Its neutral file name.
    pub file: String,
    /// The photo.
    pub photo: PhotoId,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How many bytes.
    pub bytes: usize,
    /// BLAKE3 of the bytes.
    pub blake3: Digest,
    /// The verdict that it was made for.
    pub fingerprint: Digest,
    /// A description for those who do not see the picture.
    pub alt: String,
    /// The line below the picture.
    #[serde(default)]
    pub caption: Option<String>,
    /// The event's day.
    #[serde(default)]
    pub date: Date,
    /// When its use has to be decided again, whatever happens: ask before then.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// Brings `folder` to what may leave on the request's channel now, and calls `told` for each photo with its answer.
///
/// Pictures that may no longer be shown go first. Then the manifest is written, and only then the pictures, each decided
/// once more: whatever an interruption leaves behind is named in the manifest, and the next run removes it.
///
/// # Errors
/// When the folder is not one of this channel's releases, or it or the store cannot be used.
pub fn pack(
    store: &Store,
    request: &Request<'_>,
    folder: &Path,
    clock: fn() -> Timestamp,
    mut told: impl FnMut(&Photo, &Result<Answer, PipelineError>),
) -> Result<Pack, PackError> {
    let failed = |error| PackError::Folder(folder.to_owned(), error);
    fs::create_dir_all(folder).map_err(failed)?;
    // two releases into one folder take turns; the lock ends with the process
    let alone = fs::File::open(folder).map_err(failed)?;
    alone.lock().map_err(failed)?;
    clear_unfinished(folder).map_err(failed)?;
    let channel = &request.channel.id;
    let before = earlier(folder, channel)?;
    // before the new pictures are made, which takes time and may fail for a photo that has nothing to do with it
    for old in &before {
        if !store.read(|read| Ok::<_, StoreError>(stands(read, request, old, clock())))? {
            remove(&folder.join(&old.file))?;
        }
    }
    let mut pictures = Vec::new();
    for photo in store.read(Read::photos)? {
        let answer = request.picture(store, &photo.id, None, clock);
        told(&photo, &answer);
        match answer {
            Ok(Answer::Released(released)) => {
                let item = store.read(|read| item(read, request, &photo.id, clock()))?;
                pictures.extend(item.and_then(|item| picture(item, &released)));
            }
            Ok(Answer::Withheld(_)) => drop(store.write(request.actor, clock(), |w| w.withdraw(channel, &photo.id))?),
            // one photo that cannot be made does not keep the others in
            Err(error) if error.is_of_photo() => {}
            Err(error) => return Err(error.into()),
        }
    }
    for old in &before {
        if !pictures.iter().any(|new| new.file == old.file && new.blake3 == old.blake3) {
            remove(&folder.join(&old.file))?;
        }
    }
    let credit = request.school.credit(request.channel).to_owned();
    let mut pack = Pack { channel: channel.clone(), credit, released_at: clock(), pictures, next: None };
    keep(folder, &pack)?;
    let mut changed = false;
    for picture in mem::take(&mut pack.pictures) {
        let path = folder.join(&picture.file);
        let written = match request.picture(store, &picture.photo, None, clock) {
            // in one transaction: a withdrawal is either seen here, or waits until the file is there
            Ok(Answer::Released(released)) if Digest::of(released.bytes()) == picture.blake3 => {
                store.write(request.actor, clock(), |w| {
                    let stands = stands(w, request, &picture, clock());
                    if stands {
                        write(&path, released.bytes())?;
                        w.release(channel, &picture.photo, &picture.fingerprint, &picture.file, &picture.blake3)?;
                    }
                    Ok::<_, PackError>(stands)
                })?
            }
            Ok(Answer::Released(_) | Answer::Withheld(_)) => false,
            // made a moment ago, and it cannot be made any more: the others are written all the same
            Err(error) if error.is_of_photo() => false,
            Err(error) => return Err(error.into()),
        };
        if written {
            pack.pictures.push(picture);
        } else {
            // the facts changed since a moment ago: the next run writes what may leave then
            remove(&path)?;
            changed = true;
        }
    }
    if changed {
        keep(folder, &pack)?;
    }
    Ok(pack)
}

/// Whether a picture's verdict is the one that releases it now.
fn stands(read: &Read, request: &Request<'_>, picture: &Picture, now: Timestamp) -> bool {
    let decision = request.decide(read, &picture.photo, now);
    decision.is_ok_and(|now| now.verdict() == Verdict::Release && now.fingerprint() == picture.fingerprint)
}

/// The manifest's line of a picture; nothing when the facts changed since it was made.
pub(super) fn picture(item: Item, released: &Released) -> Option<Picture> {
    (item.fingerprint == *released.fingerprint()).then(|| Picture {
        file: item.label.file(),
        photo: item.photo,
        width: released.size().width,
        height: released.size().height,
        bytes: released.bytes().len(),
        blake3: Digest::of(released.bytes()),
        fingerprint: item.fingerprint,
        alt: item.label.alt,
        caption: item.label.caption,
        date: item.label.date,
        expires_at: item.until,
    })
}

fn clear_unfinished(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(whole_file::UNFINISHED) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

const MANIFEST: &str = "manifest.json";

/// The pictures that the folder may hold from an earlier run.
fn earlier(folder: &Path, channel: &ChannelId) -> Result<Vec<Picture>, PackError> {
    let failed = |error| PackError::Folder(folder.to_owned(), error);
    let path = folder.join(MANIFEST);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let empty = fs::read_dir(folder).map_err(failed)?.next().is_none();
            return if empty { Ok(Vec::new()) } else { Err(PackError::Foreign(folder.to_owned())) };
        }
        Err(error) => return Err(failed(error)),
    };
    let pack = serde_json::from_str::<Pack>(&text).ok().filter(|pack| pack.channel == *channel);
    // a manifest that was tampered with must not lead out of the folder
    let inside =
        |picture: &Picture| Path::new(&picture.file).components().count() == 1 && !picture.file.starts_with('.');
    let pack = pack.filter(|pack| pack.pictures.iter().all(inside));
    pack.map(|pack| pack.pictures).ok_or(PackError::Manifest(path))
}

fn keep(folder: &Path, pack: &Pack) -> Result<(), PackError> {
    let path = folder.join(MANIFEST);
    let text = serde_json::to_vec_pretty(pack).map_err(|error| PackError::Folder(path.clone(), error.into()))?;
    write(&path, &text)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PackError> {
    whole_file::write(path, bytes).map_err(|error| PackError::Folder(path.to_owned(), error))
}

fn remove(path: &Path) -> Result<(), PackError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(PackError::Folder(path.to_owned(), error)),
        _ => Ok(()),
    }
}
