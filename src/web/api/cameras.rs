//! The camera folder's refused files, by machine.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::list::List;
use crate::office::camera_folder::{Refused, refused};
use crate::web::Site;
use crate::web::error::{Problem, WebError};

/// A file that was refused.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct RefusedFile {
    /// Its path below the camera folder.
    file: String,
    /// Why, with the remedy.
    reason: String,
}

/// Lists the files of the camera folder that were refused; none when the school has no such folder.
#[utoipa::path(
    get,
    path = "/api/v1/camera-folder/refused",
    responses(
        (status = 200, description = "The files", body = List<RefusedFile>),
        (status = "4XX", description = "The folder cannot be read", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(State(site): State<Site>) -> Result<Json<List<RefusedFile>>, WebError> {
    let found = site.blocking(|site| match &site.school().camera_folder {
        Some(folder) => refused(site.store(), folder),
        None => Ok(Vec::new()),
    });
    let told = |Refused { file, reason }| RefusedFile { file, reason };
    Ok(Json(List::whole(found.await?.into_iter().map(told).collect())))
}
