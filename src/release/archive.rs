//! A channel's offer as one ZIP file: the pictures and a manifest.

use std::io::{self, Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::feed::item;
use super::pack::{Pack, PackError, Picture, picture};
use crate::consent::Queue;
use crate::domain::id::PhotoId;
use crate::domain::time::Timestamp;
use crate::pipeline::PipelineError;
use crate::pipeline::release::{Answer, Released, Request};
use crate::store::Store;

/// A part of a channel's pictures as a ZIP file.
#[derive(Debug)]
pub struct Archive {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// After which photo the next part goes on, when not everything fitted.
    pub next: Option<PhotoId>,
}

/// What of a channel may leave now, after this photo: at most `most` pictures and no more than fit into 64 MiB. Every
/// picture is decided once more, all by one snapshot, after the last was made.
///
/// # Errors
/// When a picture cannot be made for a fault of the store, or the ZIP file cannot be written.
pub fn archive(
    store: &Store,
    request: &Request<'_>,
    after: Option<&PhotoId>,
    most: usize,
    clock: fn() -> Timestamp,
) -> Result<Archive, PackError> {
    let channel = &request.channel.id;
    let listed = store.read(|read| read.queue(channel, Queue::MayLeave, after, most.saturating_add(1)))?;
    let more = listed.len() > most;
    let (mut made, mut bytes, mut last) = (Vec::new(), 0_usize, None);
    let mut cut = more;
    for photo in listed.into_iter().take(most) {
        if bytes >= MOST_BYTES {
            cut = true;
            break;
        }
        match request.picture(store, &photo, None, clock) {
            Ok(Answer::Released(released)) => {
                bytes = bytes.saturating_add(released.bytes().len());
                made.push((photo.clone(), released));
            }
            Ok(Answer::Withheld(_)) => {}
            // one photo that cannot be made does not keep the others in
            Err(error) if error.is_of_photo() => {}
            Err(error) => return Err(error.into()),
        }
        last = Some(photo);
    }
    let pictures = standing(store, request, &made, clock())?;
    let next = last.filter(|_| cut);
    let manifest = Pack {
        channel: channel.clone(),
        credit: request.school.name.clone(),
        released_at: clock(),
        pictures: pictures.iter().map(|(picture, _)| picture.clone()).collect(),
        next: next.clone(),
    };
    store.write(request.actor, clock(), |w| {
        let mut pulled = manifest.pictures.iter();
        pulled.try_for_each(|picture| w.pull(channel, &picture.photo, &picture.fingerprint).map(drop))
    })?;
    let bytes = zipped(&manifest, &pictures).map_err(PackError::Zip)?;
    Ok(Archive { bytes, next })
}

/// Memory holds a part of this size.
const MOST_BYTES: usize = 64 << 20;

/// The made pictures whose verdicts still are what they were made for.
fn standing<'a>(
    store: &Store,
    request: &Request<'_>,
    made: &'a [(PhotoId, Released)],
    now: Timestamp,
) -> Result<Vec<(Picture, &'a Released)>, PipelineError> {
    store.read(|read| {
        let mut standing = Vec::new();
        for (photo, released) in made {
            let item = item(read, request, photo, now)?;
            standing.extend(item.and_then(|item| picture(item, released)).map(|picture| (picture, released)));
        }
        Ok(standing)
    })
}

fn zipped(manifest: &Pack, pictures: &[(Picture, &Released)]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("manifest.json", stored.compression_method(CompressionMethod::Deflated))?;
    zip.write_all(&serde_json::to_vec_pretty(manifest)?)?;
    for (picture, released) in pictures {
        zip.start_file(&*picture.file, stored)?;
        zip.write_all(released.bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
