//! A picture's bytes, for pages and machines: decided at this request, never anything looser.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Site;
use super::error::WebError;
use super::guard::Caller;
use super::memo::Stands;
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::pipeline::release::Answer;
use crate::pipeline::{PipelineError, Width};

/// The picture `ID.jpg` of a channel, at most `width` pixels wide, unless the browser has this very edition.
pub(super) async fn picture(
    site: &Site,
    caller: Caller,
    channel: ChannelId,
    file: &str,
    width: Option<u32>,
    headers: &HeaderMap,
) -> Result<Response, WebError> {
    let photo = photo(file)?;
    if width == Some(0) {
        return Err(WebError::Unusable("A picture has at least one pixel: give a greater w.".to_owned()));
    }
    let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok()).map(str::to_owned);
    let wanted = Wanted { channel, photo, width: width.map(Width::at_most) };
    // what is not made in time goes on being made, and is there at the next request
    let fetch = site.blocking(move |site| fetch(site, &caller, wanted, known.as_deref()));
    let Fetched { tag, jpeg } = tokio::time::timeout(PATIENCE, fetch).await.map_err(|_| WebError::Again)??;
    Ok(match jpeg {
        None => (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response(),
        Some(jpeg) => ([(CONTENT_TYPE, "image/jpeg".to_owned()), (ETAG, tag)], jpeg).into_response(),
    })
}

/// The photo whose picture is called `ID.jpg`.
pub(super) fn photo(file: &str) -> Result<PhotoId, WebError> {
    file.strip_suffix(".jpg").and_then(|id| id.parse().ok()).ok_or(WebError::NotFound)
}

/// Longer than the largest photo takes on a small machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted {
    channel: ChannelId,
    photo: PhotoId,
    width: Option<Width>,
}

/// A picture that may leave now.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    tag: String,
    jpeg: Bytes,
}

/// What may leave now; without bytes when whoever asks has them.
struct Fetched {
    tag: String,
    jpeg: Option<Bytes>,
}

fn fetch(site: &Site, caller: &Caller, wanted: Wanted, known: Option<&str>) -> Result<Fetched, WebError> {
    let has = |tag: &str| known.is_some_and(|known| matches(known, tag));
    let answer = |Shown { tag, jpeg }| Fetched { jpeg: Some(jpeg).filter(|_| !has(&tag)), tag };
    if let Some(shown) = site.pictures().known(site, &wanted)? {
        return Ok(answer(shown));
    }
    let Wanted { channel, photo, width } = &wanted;
    let (request, now) = (site.request(channel, caller.actor())?, site.now());
    let edition = site.store().read(|read| {
        let Some(edition) = request.edition(read, photo, *width, now)? else { return Ok(None) };
        let pulled = read.is_pulled(channel, photo, &edition.fingerprint)?;
        Ok::<_, PipelineError>(Some((edition, pulled, read.audit_head()?)))
    });
    if let Some((edition, pulled, head)) = edition? {
        let tag = tag(&edition.fingerprint, edition.long_side);
        if has(&tag) {
            return Ok(Fetched { tag, jpeg: None });
        }
        // what is there for this very verdict goes at once; one that is damaged is made anew
        if pulled && let Some(bytes) = edition.kept.and_then(|kept| site.store().blob(&kept.blob).ok()) {
            let shown = Shown { tag, jpeg: bytes.into() };
            let (stands, bytes) = (Stands { from: now, until: edition.until }, shown.jpeg.len());
            site.pictures().keep(site, wanted, head, stands, shown.clone(), bytes);
            return Ok(answer(shown));
        }
        if let Answer::Released(released) = request.picture(site.store(), photo, *width, || site.now())? {
            let fingerprint = *released.fingerprint();
            if !site.store().read(|read| read.is_pulled(channel, photo, &fingerprint))? {
                site.store().write(caller.actor(), site.now(), |w| w.pull(channel, photo, &fingerprint))?;
            }
            let tag = self::tag(&fingerprint, released.long_side());
            return Ok(Fetched { tag, jpeg: Some(released.into_bytes().into()) });
        }
    }
    // whoever never had it learns nothing of it
    let was_out = site.store().read(|read| read.was_out(channel, photo))?;
    Err(if was_out { WebError::Gone } else { WebError::NotFound })
}

/// Changes with the verdict, so that nobody keeps a picture that would be made otherwise now.
fn tag(fingerprint: &Digest, long_side: u32) -> String {
    format!("\"{fingerprint}-{long_side}\"")
}

/// Whether one of the editions in `If-None-Match` is this one; a star is none, so that every answer names its edition.
pub(in crate::web) fn matches(known: &str, tag: &str) -> bool {
    known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::Watched;
    use crate::domain::photo::Why;
    use crate::domain::time::Timestamp;
    use crate::store::{Read, Store, StoreError};
    use crate::web::Parts;

    #[test]
    fn the_picture_of_a_destroyed_photo_is_left_in_no_memory() {
        let folder = tempfile::tempdir().unwrap();
        let clock = || Timestamp::UNIX_EPOCH;
        let store = Arc::new(Store::open(folder.path(), clock()).unwrap());
        let digest = store.put_blob(b"a photo").unwrap();
        let actor = "test".parse().unwrap();
        let photo = store.write(&actor, clock(), |w| {
            let event = w.open_event("Sports day", "2026-06-12".parse().unwrap(), &[], "sports")?;
            Ok::<_, StoreError>(w.receive(&digest, event.id)?.photo().id.clone())
        });
        let photo = photo.unwrap();
        let settings = Watched::load(folder.path()).unwrap();
        let parts = Parts { store: Arc::clone(&store), settings, clock, secure: false, demo: None };
        let site = Site::new(parts).unwrap();
        let wanted = || Wanted { channel: "website".parse().unwrap(), photo: photo.clone(), width: None };
        let jpeg = Bytes::from(b"a picture".to_vec());
        let keep = |head| {
            let (stands, shown) =
                (Stands { from: clock(), until: None }, Shown { tag: String::new(), jpeg: jpeg.clone() });
            site.pictures().keep(&site, wanted(), head, stands, shown, jpeg.len());
        };
        let head = store.read(Read::audit_head).unwrap();
        keep(head);
        site.forget_destroyed().unwrap();
        assert!(site.pictures().known(&site, &wanted()).unwrap().is_some(), "nothing has happened");
        store.write(&actor, clock(), |w| w.condemn(&photo, Why::Window)).unwrap();
        assert!(!jpeg.is_unique(), "nobody has asked since");
        site.forget_destroyed().unwrap();
        assert!(jpeg.is_unique(), "no copy is left");
        // a request that began before the destruction ends now
        keep(head);
        assert!(jpeg.is_unique(), "and none comes back");
    }
}
