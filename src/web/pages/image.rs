//! A picture's bytes, for the gallery.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::id::ChannelId;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::guard::Caller;
use crate::web::picture::picture;

/// How wide.
#[derive(Deserialize)]
pub(in crate::web) struct Size {
    w: Option<u32>,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, file)): Path<(ChannelId, String)>,
    Query(size): Query<Size>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    picture(&site, caller, channel, &file, size.w, &headers).await
}
