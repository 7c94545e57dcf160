//! What staff see of a photo: a thumbnail, the photo as it was taken, one face. Nothing of it may be kept by a browser.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::domain::id::{FaceId, PhotoId};
use crate::pipeline::glance::View;
use crate::web::Site;
use crate::web::error::WebError;

pub(in crate::web) async fn thumbnail(State(site): State<Site>, Path(id): Path<PhotoId>) -> Result<Response, WebError> {
    show(site, id, View::Thumbnail).await
}

pub(in crate::web) async fn as_taken(State(site): State<Site>, Path(id): Path<PhotoId>) -> Result<Response, WebError> {
    show(site, id, View::AsTaken).await
}

pub(in crate::web) async fn face(
    State(site): State<Site>,
    Path((id, face)): Path<(PhotoId, FaceId)>,
) -> Result<Response, WebError> {
    show(site, id, View::Face(face)).await
}

async fn show(site: Site, id: PhotoId, view: View) -> Result<Response, WebError> {
    let _turn = site.hands().view().await?;
    let jpeg =
        site.blocking(move |site| site.glances().show(site.store(), site.school(), &id, view, site.now())).await?;
    Ok(([(CONTENT_TYPE, "image/jpeg"), (CACHE_CONTROL, "private, no-store")], jpeg.to_vec()).into_response())
}
