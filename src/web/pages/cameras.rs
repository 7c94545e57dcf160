//! The camera folder: how photos come from it, and which files were refused, with what to do about each.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::page;
use crate::office::OfficeError;
use crate::office::camera_folder::{Refused, refused};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "cameras.html", config = "src/web/askama.toml")]
struct Cameras {
    frame: Frame,
    folder: Option<Folder>,
}

struct Folder {
    seconds: u32,
    deletes: bool,
    trouble: Option<String>,
    refused: Vec<Refused>,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Photos);
    let folder = site.blocking(|site| {
        let Some(folder) = &site.school().camera_folder else { return Ok(None) };
        let (trouble, refused) = match refused(site.store(), folder) {
            Ok(refused) => (None, refused),
            Err(error @ OfficeError::CameraFolder(_)) => (Some(sentence(&error.to_string())), Vec::new()),
            Err(error) => return Err(error),
        };
        let told = |Refused { file, reason }| Refused { file, reason: sentence(&reason) };
        let refused = refused.into_iter().map(told).collect();
        Ok(Some(Folder { seconds: folder.settle_seconds, deletes: folder.delete, trouble, refused }))
    });
    page(&Cameras { frame, folder: folder.await? })
}
