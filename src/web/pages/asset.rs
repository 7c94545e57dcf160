//! The style sheets and scripts.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::web::error::WebError;

pub(in crate::web) async fn show(Path(file): Path<String>) -> Result<Response, WebError> {
    let (kind, text) = match file.as_str() {
        "govuk-frontend.css" => (CSS, include_str!("../assets/govuk-frontend.css")),
        "eyelid.css" => (CSS, include_str!("../assets/eyelid.css")),
        "icon.svg" => ("image/svg+xml", include_str!("../assets/icon.svg")),
        "event.js" => (SCRIPT, include_str!("../assets/event.js")),
        "photo.js" => (SCRIPT, include_str!("../assets/photo.js")),
        "check.js" => (SCRIPT, include_str!("../assets/check.js")),
        _ => return Err(WebError::NotFound),
    };
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
