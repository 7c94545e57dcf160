//! Pull everything of a pupil or of an event, now: one page asks once more, one click does it.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::full_name;
use crate::domain::id::{EventId, PersonId};
use crate::office::OfficeError;
use crate::office::incidents::{self, Target};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};

#[derive(Template)]
#[template(path = "pull.html", config = "src/web/askama.toml")]
struct Pull {
    frame: Frame,
    errors: Errors,
    /// Who, or what.
    name: String,
    person: String,
    event: String,
    back: String,
    photos: usize,
    note: String,
}

/// What is to be pulled: a pupil or an event.
#[derive(Deserialize)]
pub(in crate::web) struct Wanted {
    #[serde(default)]
    person: String,
    #[serde(default)]
    event: String,
    #[serde(default)]
    note: String,
}

impl Wanted {
    fn target(&self) -> Result<Target, WebError> {
        match (self.person.trim(), self.event.trim()) {
            (person, "") => person.parse::<PersonId>().map(Target::Person).map_err(|_| WebError::NotFound),
            ("", event) => event.parse().map(|number| Target::Event(EventId(number))).map_err(|_| WebError::NotFound),
            _ => Err(WebError::NotFound),
        }
    }
}

pub(in crate::web) async fn ask(
    State(site): State<Site>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    page(&shown(&site, &caller, wanted, Errors::default()).await?)
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    Form(wanted): Form<Wanted>,
) -> Result<Response, WebError> {
    let (target, note, actor) = (wanted.target()?, wanted.note.clone(), caller.actor().clone());
    let done = site.blocking(move |site| match incidents::pull_now(site.store(), &target, &note, &actor, site.now()) {
        Err(OfficeError::NoText(_)) => Ok(None),
        done => done.map(Some),
    });
    match done.await? {
        Some(incident) => Ok(Redirect::to(&format!("/safeguarding/incidents/{}", incident.0)).into_response()),
        None => {
            let errors = Errors::one("note", "Say in a few words what happened, in at most 4000 characters.");
            again(&shown(&site, &caller, wanted, errors).await?)
        }
    }
}

async fn shown(site: &Site, caller: &Caller, wanted: Wanted, errors: Errors) -> Result<Pull, WebError> {
    let (frame, target) = (Frame::new(caller, Section::Safeguarding), wanted.target()?);
    site.blocking(move |site| {
        site.store().read(|read| {
            let photos = incidents::photos(read, &target)?;
            let (name, back) = match &target {
                Target::Person(person) => {
                    (read.person(person)?.map(|known| full_name(&known.name)), format!("/pupils/{person}"))
                }
                Target::Event(event) => (read.event(*event)?.map(|known| known.name), format!("/events/{}", event.0)),
                Target::Photo(photo) => (None, format!("/photos/{photo}")),
            };
            let name = name.unwrap_or_default();
            let Wanted { person, event, note } = wanted;
            Ok::<_, OfficeError>(Pull { frame, errors, name, person, event, back, photos, note })
        })
    })
    .await
}
