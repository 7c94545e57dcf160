//! A channel's offer as one ZIP file, written while it is sent: each picture is decided at the moment its bytes are written.

use std::io::Write;

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::feed::item;
use super::pack::{Pack, PackError, Picture, picture};
use crate::consent::Queue;
use crate::domain::id::PhotoId;
use crate::domain::time::Timestamp;
use crate::pipeline::PipelineError;
use crate::pipeline::release::{Answer, Released, Request};
use crate::store::{Store, StoreError};

/// A part of a channel's photos that is about to be written.
#[derive(Debug)]
pub struct Archive {
    photos: Vec<PhotoId>,
    /// After which photo the next part goes on, when this one is not everything.
    pub next: Option<PhotoId>,
}

impl Archive {
    /// The photos that the channel offers after this one, at most `most`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(store: &Store, request: &Request<'_>, after: Option<&PhotoId>, most: usize) -> Result<Self, StoreError> {
        let channel = &request.channel.id;
        let mut photos = store.read(|read| read.queue(channel, Queue::MayLeave, after, most.saturating_add(1)))?;
        let more = photos.len() > most;
        photos.truncate(most);
        Ok(Self { next: photos.last().filter(|_| more).cloned(), photos })
    }

    /// Writes the pictures that may leave, one after the other, and what was written as `manifest.json`. Nothing of the store
    /// is held while `out` takes its time.
    ///
    /// # Errors
    /// When the store fails, or `out` takes no more.
    pub fn write(
        self,
        store: &Store,
        request: &Request<'_>,
        clock: fn() -> Timestamp,
        out: impl Write,
    ) -> Result<(), PackError> {
        let mut zip = ZipWriter::new_stream(out);
        let mut pictures = Vec::new();
        for photo in &self.photos {
            match request.picture(store, photo, None, clock) {
                Ok(Answer::Released(released)) => {
                    if let Some(picture) = standing(store, request, photo, &released, clock)? {
                        add(&mut zip, &picture.file, CompressionMethod::Stored, released.bytes())?;
                        pictures.push(picture);
                    }
                }
                Ok(Answer::Withheld(_)) => {}
                // one photo that cannot be made, or changes all the time, does not keep the others in
                Err(error) if error.is_of_photo() => {}
                Err(PipelineError::Changed(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let manifest = Pack {
            channel: request.channel.id.clone(),
            credit: request.school.credit(request.channel).to_owned(),
            released_at: clock(),
            pictures,
            next: self.next,
        };
        let manifest = serde_json::to_vec_pretty(&manifest).map_err(|error| PackError::Zip(error.into()))?;
        add(&mut zip, "manifest.json", CompressionMethod::Deflated, &manifest)?;
        zip.finish().map_err(|error| PackError::Zip(error.into()))?.into_inner().flush().map_err(PackError::Zip)
    }
}

/// The manifest's line of a picture; nothing when the facts changed since it was made. That it leaves is written down first, so that
/// this decision is the last thing before its bytes.
fn standing(
    store: &Store,
    request: &Request<'_>,
    photo: &PhotoId,
    released: &Released,
    clock: fn() -> Timestamp,
) -> Result<Option<Picture>, PackError> {
    let (channel, fingerprint) = (&request.channel.id, released.fingerprint());
    if !store.read(|read| read.is_pulled(channel, photo, fingerprint))? {
        store.write(request.actor, clock(), |w| w.pull(channel, photo, fingerprint))?;
    }
    let item = store.read(|read| item(read, request, photo, clock()))?;
    Ok(item.and_then(|item| picture(item, released)))
}

fn add(
    zip: &mut ZipWriter<StreamWriter<impl Write>>,
    name: &str,
    method: CompressionMethod,
    bytes: &[u8],
) -> Result<(), PackError> {
    let options = SimpleFileOptions::default().compression_method(method);
    zip.start_file(name, options).map_err(|error| PackError::Zip(error.into()))?;
    zip.write_all(bytes).map_err(PackError::Zip)
}
