//! An answer for whatever went wrong: the cause goes to the log, the reader is told what to do next.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::frame::Frame;
use crate::pipeline::PipelineError;
use crate::store::StoreError;

/// Why a page is not there.
#[derive(Debug)]
pub(super) enum WebError {
    /// No such page, channel or picture.
    NotFound,
    /// The picture may not leave now; it may have before.
    Gone,
    /// The facts changed under the request.
    Again,
    /// A fault of ours.
    Broken(anyhow::Error),
}

#[derive(Template)]
#[template(path = "problem.html", config = "src/web/askama.toml")]
struct Problem {
    frame: Frame,
    heading: &'static str,
    remedy: &'static str,
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let (status, heading, remedy) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "Page not found", "Check the address, or start from all photos."),
            Self::Gone => (
                StatusCode::GONE,
                "This picture may not be shown",
                "Consent or a check has changed. Remove the picture wherever you placed it.",
            ),
            Self::Again => {
                (StatusCode::SERVICE_UNAVAILABLE, "Try again", "The facts changed while the picture was made.")
            }
            Self::Broken(cause) => {
                tracing::error!(cause = format!("{cause:#}"), "a request failed");
                let remedy = "Try again later. If it happens again, tell whoever runs Eyelid at your school.";
                (StatusCode::INTERNAL_SERVER_ERROR, "Sorry, there is a problem with the service", remedy)
            }
        };
        let page = Problem { frame: Frame::empty(), heading, remedy }.render();
        (status, Html(page.unwrap_or_else(|_| heading.to_owned()))).into_response()
    }
}

impl From<PipelineError> for WebError {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::NoPhoto(_) => Self::NotFound,
            PipelineError::Changed(_) => Self::Again,
            other => Self::Broken(other.into()),
        }
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.into())
    }
}

impl From<askama::Error> for WebError {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<tokio::task::JoinError> for WebError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Broken(error.into())
    }
}
