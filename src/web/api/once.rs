//! An answer with a secret: no cache keeps it, nor do we for a repeat of its request.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A document that is shown this once.
pub(in crate::web) struct Once<T>(pub(super) StatusCode, pub(super) T);

impl<T: Serialize> IntoResponse for Once<T> {
    fn into_response(self) -> Response {
        let Self(status, document) = self;
        let mut answer = (status, Json(document)).into_response();
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer
    }
}
