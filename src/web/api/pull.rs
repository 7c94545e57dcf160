//! The pictures of a channel, one by one or as packs, each decided at the request.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LINK};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::list::Part;
use super::{PLACED, ids};
use crate::domain::id::ChannelId;
use crate::release::{Archive, PackError};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;
use crate::web::picture::picture;
use crate::web::stream::{Pipe, stream};

/// How wide.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Size {
    /// The picture is at most so many pixels wide; as large as the channel allows when left out.
    #[param(minimum = 1, nullable = false)]
    w: Option<u32>,
}

/// Gives a picture as it may be shown now.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/images/{photo}",
    params(
        ("channel" = inline(ids::Text), Path, description = "The channel"),
        ("photo" = String, Path, description = "The photo's id with `.jpg`", pattern = "^[0-9a-f]{20}\\.jpg$"),
        Size,
    ),
    responses(
        (status = 200, description = "The picture; its ETag changes with the verdict", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 304, description = "It may still be shown, and is the one in `If-None-Match`"),
        (status = 404, description = "No picture of this photo ever left on this channel", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "It may no longer be shown: remove it wherever it is", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "It could not be made in time: ask again", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn image(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, file)): Path<(ChannelId, String)>,
    Query(size): Query<Size>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    picture(&site, caller, channel, &file, size.w, &headers).await
}

/// Gives the pictures that may be shown now as a ZIP file with `manifest.json`, each decided when its bytes are sent. What does not
/// fit into one file follows in another: its address stands in `Link`.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/pack.zip",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), Part),
    responses(
        (status = 200, description = "The pictures with their manifest; one that breaks off is not to be used", body = Vec<u8>, content_type = "application/zip"),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn pack(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Query(part): Query<Part>,
) -> Result<Response, WebError> {
    let (most, after) = (part.limit_or(500), part.after()?);
    let (wanted, asks) = (channel.clone(), caller.clone());
    let listed = site.blocking(move |site| {
        site.place(PLACED)?;
        let request = site.request(&wanted, asks.actor())?;
        Archive::of(site.store(), &request, after.as_ref(), most.into()).map_err(WebError::from)
    });
    let archive = listed.await?;
    let next = archive.next.as_ref();
    let next =
        next.map(|next| format!("</api/v1/channels/{channel}/pack.zip?after={next}&limit={most}>; rel=\"next\""));
    let file = format!("attachment; filename=\"{channel}.zip\"");
    let (pipe, body) = stream();
    tokio::task::spawn_blocking(move || write(&site, &caller, &channel, archive, pipe));
    let kind = (CONTENT_TYPE, "application/zip".to_owned());
    let mut answer = ([kind, (CONTENT_DISPOSITION, file)], Body::new(body)).into_response();
    if let Some(link) = next.and_then(|link| link.parse().ok()) {
        answer.headers_mut().insert(LINK, link);
    }
    Ok(answer)
}

fn write(site: &Site, caller: &Caller, channel: &ChannelId, archive: Archive, mut pipe: Pipe) {
    // the settings lost the channel meanwhile
    let Ok(request) = site.request(channel, caller.actor()) else { return pipe.break_off() };
    match archive.write(site.store(), &request, site.clock(), &mut pipe) {
        Ok(()) => {}
        // whoever asked has gone, or has stopped reading
        Err(PackError::Zip(_)) => pipe.break_off(),
        Err(error) => {
            tracing::error!(cause = format!("{:#}", anyhow::Error::from(error)), "a pack was not written to its end");
            pipe.break_off();
        }
    }
}
