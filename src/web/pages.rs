//! A file a page.

pub(super) mod asset;
pub(super) mod gallery;
pub(super) mod image;
pub(super) mod overview;

use super::error::WebError;

/// Whatever no route knows.
pub(super) async fn lost() -> WebError {
    WebError::NotFound
}
