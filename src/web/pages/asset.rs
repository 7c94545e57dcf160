//! The style sheets.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::web::error::WebError;

pub(in crate::web) async fn show(Path(file): Path<String>) -> Result<Response, WebError> {
    let text = match file.as_str() {
        "govuk-frontend.css" => include_str!("../assets/govuk-frontend.css"),
        "eyelid.css" => include_str!("../assets/eyelid.css"),
        _ => return Err(WebError::NotFound),
    };
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], text).into_response())
}
