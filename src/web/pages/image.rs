//! A picture's bytes: decided at this request, never anything looser.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::domain::id::{ChannelId, PhotoId};
use crate::pipeline::PipelineError;
use crate::pipeline::release::{Answer, Request};
use crate::web::Site;
use crate::web::error::WebError;

pub(in crate::web) async fn show(
    State(site): State<Site>,
    Path((channel, file)): Path<(ChannelId, String)>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let photo: Option<PhotoId> = file.strip_suffix(".jpg").and_then(|id| id.parse().ok());
    let photo = photo.ok_or(WebError::NotFound)?;
    let answer = site.blocking(move |site| picture(site, &channel, &photo)).await?.ok_or(WebError::NotFound)?;
    let Answer::Released(released) = answer else { return Err(WebError::Gone) };
    let tag = format!("\"{}-{}\"", released.fingerprint(), released.size().long_side());
    if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    Ok(([(CONTENT_TYPE, "image/jpeg".to_owned()), (ETAG, tag)], released.bytes().to_vec()).into_response())
}

/// Nothing when there is no such channel.
fn picture(site: &Site, id: &ChannelId, photo: &PhotoId) -> Result<Option<Answer>, PipelineError> {
    let Some((channel, category)) = site.school().channel(id) else { return Ok(None) };
    let roll = site.store().read(crate::pipeline::roll)?;
    let request = Request { school: site.school(), roll: &roll, channel, category, actor: site.actor() };
    request.picture(site.store(), photo, || site.now()).map(Some)
}
