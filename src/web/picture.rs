//! A picture's bytes, for pages and machines: decided at this request, never anything looser.

use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Site;
use super::error::WebError;
use super::guard::Caller;
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::pipeline::release::{Answer, Edition};
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
    let photo: PhotoId = file.strip_suffix(".jpg").and_then(|id| id.parse().ok()).ok_or(WebError::NotFound)?;
    if width == Some(0) {
        return Err(WebError::Unusable("A picture has at least one pixel: give a greater w.".to_owned()));
    }
    let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok()).map(str::to_owned);
    let wanted = Wanted { channel, photo, width: width.map(Width::at_most), known };
    // what is not made in time goes on being made, and is there at the next request
    let fetched = tokio::time::timeout(PATIENCE, site.blocking(move |site| fetch(site, &caller, &wanted)));
    Ok(match fetched.await.map_err(|_| WebError::Again)?? {
        Fetched::Known(tag) => (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response(),
        Fetched::New(tag, bytes) => ([(CONTENT_TYPE, "image/jpeg".to_owned()), (ETAG, tag)], bytes).into_response(),
    })
}

/// Longer than the largest photo takes on a small machine.
const PATIENCE: Duration = Duration::from_secs(20);

struct Wanted {
    channel: ChannelId,
    photo: PhotoId,
    width: Option<Width>,
    /// The editions that the browser has.
    known: Option<String>,
}

enum Fetched {
    Known(String),
    New(String, Vec<u8>),
}

fn fetch(site: &Site, caller: &Caller, wanted: &Wanted) -> Result<Fetched, WebError> {
    let Wanted { channel, photo, width, known } = wanted;
    let request = site.request(channel, caller.actor())?;
    let edition = site.store().read(|read| {
        let edition = request.edition(read, photo, *width, site.now())?;
        let pulled = edition.map(|edition| read.is_pulled(channel, photo, &edition.fingerprint)).transpose()?;
        Ok::<_, PipelineError>(edition.zip(pulled))
    });
    if let Some((Edition { fingerprint, long_side, kept }, pulled)) = edition? {
        let tag = tag(&fingerprint, long_side);
        if known.as_deref().is_some_and(|known| matches(known, &tag)) {
            return Ok(Fetched::Known(tag));
        }
        // what is there for this very verdict goes at once; one that is damaged is made anew
        if pulled && let Some(bytes) = kept.and_then(|kept| site.store().blob(&kept.blob).ok()) {
            return Ok(Fetched::New(tag, bytes));
        }
        if let Answer::Released(released) = request.picture(site.store(), photo, *width, || site.now())? {
            let fingerprint = *released.fingerprint();
            if !site.store().read(|read| read.is_pulled(channel, photo, &fingerprint))? {
                site.store().write(caller.actor(), site.now(), |w| w.pull(channel, photo, &fingerprint))?;
            }
            let tag = self::tag(&fingerprint, released.long_side());
            return Ok(Fetched::New(tag, released.into_bytes()));
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
fn matches(known: &str, tag: &str) -> bool {
    known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag)
}
