//! Restricting a pupil: find them, see what it pulls, say why; and the reasons, on a page of their own.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::full_name;
use crate::domain::id::PersonId;
use crate::office::{OfficeError, safeguarding};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::find_person::{Search, Wanted};
use crate::web::pages::{again, page};
use crate::web::who::Names;

const SEARCH: Search = Search {
    section: Section::Safeguarding,
    heading: "Restrict a pupil",
    action: "/safeguarding/pupils",
    back: ("/safeguarding", "Safeguarding"),
};

#[derive(Template)]
#[template(path = "restriction.html", config = "src/web/askama.toml")]
struct Restriction {
    frame: Frame,
    id: PersonId,
    name: String,
    class: String,
    restricted: bool,
    reasons: usize,
    pictures: usize,
    errors: Errors,
    reason: String,
}

#[derive(Template)]
#[template(path = "reasons.html", config = "src/web/askama.toml")]
struct Reasons {
    frame: Frame,
    id: PersonId,
    name: String,
    reasons: Vec<Reason>,
}

struct Reason {
    text: Option<String>,
    at: String,
    by: String,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    reason: String,
}

pub(in crate::web) async fn ask(caller: Caller) -> Result<Response, WebError> {
    SEARCH.ask(&caller)
}

pub(in crate::web) async fn find(
    State(site): State<Site>,
    caller: Caller,
    Form(wanted): Form<Wanted>,
) -> Result<Response, WebError> {
    SEARCH.find(&site, &caller, wanted).await
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
) -> Result<Response, WebError> {
    page(&form(&site, &caller, person, String::new(), Errors::default()).await?)
}

pub(in crate::web) async fn restrict(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    Form(Given { reason }): Form<Given>,
) -> Result<Response, WebError> {
    let (actor, of, text) = (caller.actor().clone(), person.clone(), reason.clone());
    let done =
        site.blocking(move |site| match safeguarding::restrict(site.store(), &of, Some(&text), &actor, site.now()) {
            Err(error @ OfficeError::NoText(_)) => Ok(Some(error.to_string())),
            done => done.map(|()| None),
        });
    match done.await? {
        None => Ok(Redirect::to("/safeguarding").into_response()),
        Some(_) => {
            let errors = Errors::one("reason", "Say why, in at most 4000 characters.");
            again(&form(&site, &caller, person, reason, errors).await?)
        }
    }
}

pub(in crate::web) async fn lift(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
) -> Result<Response, WebError> {
    site.blocking(move |site| safeguarding::lift(site.store(), &person, caller.actor(), site.now())).await?;
    Ok(Redirect::to("/safeguarding").into_response())
}

pub(in crate::web) async fn reasons(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<PersonId>,
) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Safeguarding);
    let shown = site.blocking(move |site| {
        let (person, names) = site.store().read(|r| Ok::<_, OfficeError>((r.person(&id)?, Names::load(r)?)))?;
        let person = person.ok_or_else(|| OfficeError::NoPerson(id.clone()))?;
        let reason = |reason: safeguarding::Reason| Reason {
            text: reason.text,
            at: site.told(reason.at),
            by: names.of(&reason.by),
        };
        let reasons = safeguarding::reasons(site.store(), &id)?.into_iter().map(reason).collect();
        Ok::<_, OfficeError>(Reasons { frame, name: full_name(&person.name), id, reasons })
    });
    page(&shown.await?)
}

async fn form(
    site: &Site,
    caller: &Caller,
    id: PersonId,
    reason: String,
    errors: Errors,
) -> Result<Restriction, WebError> {
    let frame = Frame::new(caller, Section::Safeguarding);
    let made = site.blocking(move |site| {
        let (person, restricted, reasons) = site.store().read(|r| {
            let person = r.person(&id)?.ok_or_else(|| OfficeError::NoPerson(id.clone()))?;
            let restricted = safeguarding::stands(r, &id, site.now())?;
            Ok::<_, OfficeError>((person, restricted, r.sealed_reasons(&id)?.len()))
        })?;
        let pictures = safeguarding::reach(site.store(), site.school(), &id, site.now())?.len();
        let (name, class) = (full_name(&person.name), person.class.unwrap_or_default());
        Ok::<_, OfficeError>(Restriction { frame, id, name, class, restricted, reasons, pictures, errors, reason })
    });
    made.await
}
