//! The picture as it would leave, for the eyes of whoever checks it: never for a machine, never kept.

use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::id::ChannelId;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::guard::Caller;

/// How large.
#[derive(Deserialize)]
pub(in crate::web) struct Size {
    #[serde(default)]
    small: bool,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, photo)): Path<(ChannelId, String)>,
    Query(size): Query<Size>,
) -> Result<Response, WebError> {
    caller.person()?;
    let photo = super::photo::id(&photo)?;
    let long_side = if size.small { 320 } else { u32::MAX };
    let made = site.blocking(move |site| {
        let request = site.request(&channel, caller.actor())?;
        request.preview(site.store(), site.previews(), &photo, long_side, site.now()).map_err(WebError::from)
    });
    let preview = made.await?.ok_or(WebError::NotFound)?;
    Ok(([(CONTENT_TYPE, "image/jpeg"), (CACHE_CONTROL, "no-store")], preview.bytes().to_vec()).into_response())
}
