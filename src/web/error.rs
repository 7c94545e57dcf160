//! Whatever can go wrong: the cause goes to the log, the reader is told what to do next.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::config::change::ChangeError;
use crate::office::OfficeError;
use crate::pipeline::PipelineError;
use crate::release::PackError;
use crate::store::StoreError;

/// Why there is no other answer.
#[derive(Debug)]
pub(super) enum WebError {
    /// Nobody is signed in.
    SignIn,
    /// The sign-in is not complete.
    Unfinished,
    /// The password or code of a sign-in is wrong.
    Wrong(String),
    /// Another site made the browser send this.
    Elsewhere,
    /// Whoever is signed in may not.
    Forbidden,
    /// No such page, channel or picture.
    NotFound,
    /// The picture may not leave now; it may have before.
    Gone,
    /// Somebody else changed it since it was looked at; the text says what to do.
    Conflict(String),
    /// The address was for a time, or for as long as a key stood, and that is over.
    Ended,
    /// The facts changed under the request.
    Again,
    /// Something in the request cannot be used; the text says what to do.
    Unusable(String),
    /// A file has more bytes than are taken.
    TooLarge,
    /// The kind of body is not one that is taken.
    Kind(&'static str),
    /// Too much waits already.
    Full,
    /// Too many tries.
    TooMany,
    /// A fault of ours.
    Broken(anyhow::Error),
}

/// A problem as the outermost layer finds it with an answer, and gives it a form.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) status: StatusCode,
    pub(super) title: &'static str,
    pub(super) detail: String,
}

/// A problem document (RFC 9457).
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Problem {
    /// A name for the kind of problem.
    #[schema(example = "about:blank")]
    r#type: &'static str,
    /// What happened.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What to do next.
    detail: String,
}

impl From<Told> for Problem {
    fn from(Told { status, title, detail }: Told) -> Self {
        Self { r#type: "about:blank", title, status: status.as_u16(), detail }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let (status, title, detail) = match self {
            Self::SignIn => (StatusCode::UNAUTHORIZED, "Sign in first", "Sign in, or send a valid token.".to_owned()),
            Self::Unfinished => (
                StatusCode::UNAUTHORIZED,
                "Finish signing in",
                "Send the code of the second factor, set one up, or change the password first.".to_owned(),
            ),
            Self::Wrong(detail) => (StatusCode::UNAUTHORIZED, "This is wrong", sentence(&detail)),
            Self::Elsewhere => (
                StatusCode::FORBIDDEN,
                "This came from another site",
                "Open the page here and send the form from it.".to_owned(),
            ),
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                "You may not do this",
                "Your role does not include it. Ask an administrator of your school if it should.".to_owned(),
            ),
            Self::NotFound => {
                (StatusCode::NOT_FOUND, "Page not found", "Check the address, or go back to the start.".to_owned())
            }
            Self::Gone => (
                StatusCode::GONE,
                "This picture may not be shown",
                "Consent or a check has changed. Remove the picture wherever you placed it.".to_owned(),
            ),
            Self::Ended => (
                StatusCode::FORBIDDEN,
                "This address has ended",
                "It was for a time. Take the new one from the channel's feed.".to_owned(),
            ),
            Self::Again => {
                (StatusCode::SERVICE_UNAVAILABLE, "Try again", "The facts changed while this was made.".to_owned())
            }
            Self::Unusable(detail) => (StatusCode::UNPROCESSABLE_ENTITY, "This cannot be used", detail),
            Self::Conflict(detail) => (StatusCode::CONFLICT, "This has changed", detail),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "This file is too large",
                "A photo may have 80 MB. Save a smaller copy and send that.".to_owned(),
            ),
            Self::Kind(detail) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "This kind cannot be used", detail.to_owned()),
            Self::Full => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many photos wait",
                "Send it again in a few minutes. Whatever came in before stays.".to_owned(),
            ),
            Self::TooMany => {
                (StatusCode::TOO_MANY_REQUESTS, "Too many tries", "Wait a minute, then try again.".to_owned())
            }
            Self::Broken(cause) => {
                tracing::error!(cause = format!("{cause:#}"), "a request failed");
                let detail =
                    "Try again later. If it happens again, tell whoever runs Eyelid at your school.".to_owned();
                (StatusCode::INTERNAL_SERVER_ERROR, "Sorry, there is a problem with the service", detail)
            }
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Told { status, title, detail });
        response
    }
}

impl From<PipelineError> for WebError {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::NoPhoto(_) => Self::NotFound,
            PipelineError::Changed(_) => Self::Again,
            PipelineError::Reject(reason) => Self::Unusable(sentence(&reason.to_string())),
            other => Self::Broken(other.into()),
        }
    }
}

impl From<OfficeError> for WebError {
    fn from(error: OfficeError) -> Self {
        match error {
            OfficeError::Pipeline(error) => error.into(),
            OfficeError::Store(error) => error.into(),
            OfficeError::NoAccount(_)
            | OfficeError::NoPerson(_)
            | OfficeError::NoFace(_)
            | OfficeError::NoChannel(_)
            | OfficeError::NoToken(_)
            | OfficeError::NoConnection(_)
            | OfficeError::NoPlacement(_)
            | OfficeError::NoIncident(_) => Self::NotFound,
            OfficeError::Meanwhile { .. } | OfficeError::Outdated(_) => Self::Conflict(sentence(&error.to_string())),
            OfficeError::SignedOut => Self::SignIn,
            OfficeError::Crowded => Self::Full,
            OfficeError::Setting(ChangeError::Config(_)) | OfficeError::Randomness(_) | OfficeError::Id(_) => {
                Self::Broken(error.into())
            }
            other => Self::Unusable(sentence(&other.to_string())),
        }
    }
}

impl From<PackError> for WebError {
    fn from(error: PackError) -> Self {
        match error {
            PackError::Pipeline(error) => error.into(),
            PackError::Store(error) => error.into(),
            other => Self::Broken(other.into()),
        }
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Full => {
                tracing::error!(cause = %error, "a request failed");
                Self::Again
            }
            StoreError::Missing { .. } => Self::NotFound,
            StoreError::LoginTaken | StoreError::Step { .. } | StoreError::Closed { .. } => {
                Self::Unusable(sentence(&error.to_string()))
            }
            other => Self::Broken(other.into()),
        }
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

/// An error's text as a sentence of a page.
pub(super) fn sentence(error: &str) -> String {
    let mut letters = error.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}
