//! A file a page: what it shows, and what its form does.

pub(super) mod account;
pub(super) mod administration;
pub(super) mod asset;
pub(super) mod cameras;
pub(super) mod channel;
pub(super) mod channels;
pub(super) mod code;
pub(super) mod demo;
pub(super) mod enter;
pub(super) mod event;
pub(super) mod events;
pub(super) mod family;
mod find_person;
pub(super) mod gallery;
pub(super) mod glance;
pub(super) mod health;
pub(super) mod image;
pub(super) mod photo;
pub(super) mod pupils;
pub(super) mod records;
pub(super) mod rename;
pub(super) mod roles;
pub(super) mod safeguarding;
pub(super) mod sign_in;
pub(super) mod start;
pub(super) mod suggestions;
pub(super) mod welcome;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use super::error::WebError;

/// Whatever no route knows.
pub(super) async fn lost() -> WebError {
    WebError::NotFound
}

/// A page as an answer.
fn page(template: &impl Template) -> Result<Response, WebError> {
    Ok(Html(template.render()?).into_response())
}

/// A page with a form that has to be corrected.
fn again(template: &impl Template) -> Result<Response, WebError> {
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, Html(template.render()?)).into_response())
}
