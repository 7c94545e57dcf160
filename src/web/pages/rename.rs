//! An event gets another name.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use serde::Deserialize;

use super::events::day;
use super::{again, page};
use crate::domain::id::EventId;
use crate::office::{self, OfficeError};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "rename.html", config = "src/web/askama.toml")]
struct Rename {
    frame: Frame,
    id: i64,
    present: String,
    date: String,
    name: String,
    errors: Errors,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    #[serde(default)]
    name: String,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<Response, WebError> {
    page(&form(&site, &caller, id, None, Errors::default()).await?)
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    Form(Given { name }): Form<Given>,
) -> Result<Response, WebError> {
    let (actor, wanted) = (caller.actor().clone(), name.clone());
    let renamed =
        site.blocking(move |site| match office::rename_event(site.store(), EventId(id), &wanted, &actor, site.now()) {
            Ok(_) => Ok(Errors::default()),
            Err(error @ (OfficeError::EventName | OfficeError::EventNamesSomebody | OfficeError::EventKnown)) => {
                Ok(Errors::one("name", sentence(&error.to_string())))
            }
            Err(error) => Err(error),
        });
    let errors = renamed.await?;
    if errors.is_empty() {
        return Ok(Redirect::to(&format!("/events/{id}")).into_response());
    }
    again(&form(&site, &caller, id, Some(name), errors).await?)
}

async fn form(
    site: &Site,
    caller: &Caller,
    id: i64,
    given: Option<String>,
    errors: Errors,
) -> Result<Rename, WebError> {
    let event = site.blocking(move |site| site.store().read(|read| read.event(EventId(id)))).await?;
    let event = event.ok_or(WebError::NotFound)?;
    let name = given.unwrap_or_else(|| event.name.clone());
    let frame = Frame::new(caller, Section::Photos);
    Ok(Rename { frame, id, present: event.name, date: day(event.date), name, errors })
}
