//! Events by machine.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::{List, Part};
use crate::domain::event::Event;
use crate::domain::id::EventId;
use crate::domain::time::Date;
use crate::office;
use crate::office::OfficeError;
use crate::office::album::Choices;
use crate::store::{Read, StoreError};
use crate::web::Site;
use crate::web::error::{Problem, WebError, sentence};
use crate::web::guard::Caller;

/// An event.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct SchoolEvent {
    /// Its number.
    id: i64,
    /// What the school calls it.
    name: String,
    /// The day it took place.
    #[schema(format = Date, example = "2026-06-12")]
    date: String,
    /// The classes that took part; none means everybody.
    classes: Vec<String>,
    /// How many photos it has.
    photos: u32,
}

/// An event to open.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewEvent {
    /// A name of one line.
    #[schema(min_length = 1, max_length = 200, example = "Sports day")]
    name: String,
    /// The day it took place.
    #[schema(format = Date, example = "2026-06-12")]
    date: String,
    /// Classes of the register.
    #[serde(default)]
    classes: Vec<String>,
}

/// What an event is called from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct EventName {
    /// A name of one line.
    #[schema(min_length = 1, max_length = 200, example = "Summer sports day")]
    name: String,
}

/// Somebody whom a face may be.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Candidate {
    /// The id in the school's register.
    person: String,
    /// The first name, with what tells it apart from others.
    label: String,
    /// Whether they are on the event's roster.
    on_roster: bool,
}

/// The events, the newest day first.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    params(Part),
    responses(
        (status = 200, description = "A part of the list", body = List<SchoolEvent>),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    Query(part): Query<Part>,
) -> Result<Json<List<SchoolEvent>>, WebError> {
    let (after, fetch) = (part.after()?.map(EventId), part.fetch());
    let events = site.blocking(move |site| {
        site.store().read(|read| {
            let events = read.events_after(after, fetch)?;
            events.into_iter().map(|event| told(read, event)).collect::<Result<Vec<_>, _>>()
        })
    });
    Ok(Json(List::part(events.await?, &part, |event| event.id)))
}

/// Opens an event. The same name and day again give the same event, its classes widened.
#[utoipa::path(
    post,
    path = "/api/v1/events",
    request_body = NewEvent,
    responses(
        (status = 201, description = "The event is open", body = SchoolEvent),
        (status = 200, description = "It was open already", body = SchoolEvent),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn open(
    State(site): State<Site>,
    caller: Caller,
    Json(new): Json<NewEvent>,
) -> Result<Response, WebError> {
    let date: Option<Date> = new.date.parse().ok().filter(|_| new.date.len() == 10);
    let date = date.ok_or_else(|| WebError::Unusable(sentence(&OfficeError::EventDate.to_string())))?;
    let opened = site.blocking(move |site| {
        let (store, now) = (site.store(), site.now());
        let (event, fresh) = office::open_event(store, &new.name, date, &new.classes, caller.actor(), now)?;
        Ok::<_, OfficeError>((store.read(|read| told(read, event))?, fresh))
    });
    let (event, fresh) = opened.await?;
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(event)).into_response())
}

/// One event.
#[utoipa::path(
    get,
    path = "/api/v1/events/{event}",
    params(("event" = i64, Path, description = "Its number")),
    responses(
        (status = 200, description = "The event", body = SchoolEvent),
        (status = "4XX", description = "There is no such event", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn one(State(site): State<Site>, Path(id): Path<i64>) -> Result<Json<SchoolEvent>, WebError> {
    let event = site.blocking(move |site| {
        site.store().read(|read| read.event(EventId(id))?.map(|event| told(read, event)).transpose())
    });
    Ok(Json(event.await?.ok_or(WebError::NotFound)?))
}

/// Gives an event another name. Its pictures are called by it from then on, and those that are out are replaced.
#[utoipa::path(
    put,
    path = "/api/v1/events/{event}/name",
    params(("event" = i64, Path, description = "Its number")),
    request_body = EventName,
    responses(
        (status = 200, description = "The event under its new name", body = SchoolEvent),
        (status = "4XX", description = "There is no such event, or the name cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn rename(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(EventName { name }): Json<EventName>,
) -> Result<Json<SchoolEvent>, WebError> {
    let renamed = site.blocking(move |site| {
        let event = office::rename_event(site.store(), EventId(id), &name, caller.actor(), site.now())?;
        Ok::<_, OfficeError>(site.store().read(|read| told(read, event))?)
    });
    Ok(Json(renamed.await?))
}

/// Everybody whom a face of the event's photos may be: the roster first.
#[utoipa::path(
    get,
    path = "/api/v1/events/{event}/roster",
    params(("event" = i64, Path, description = "Its number")),
    responses(
        (status = 200, description = "First names with the ids to name faces with", body = List<Candidate>),
        (status = "4XX", description = "There is no such event", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn roster(
    State(site): State<Site>,
    Path(id): Path<i64>,
) -> Result<Json<List<Candidate>>, WebError> {
    let choices = site.blocking(move |site| {
        site.store().read(|read| read.event(EventId(id))?.map(|event| Choices::load(read, &event)).transpose())
    });
    let choices = choices.await?.ok_or(WebError::NotFound)?;
    let candidate = |choice: &office::album::Choice| Candidate {
        person: choice.id.to_string(),
        label: choice.label.clone(),
        on_roster: choice.on_roster,
    };
    Ok(Json(List::whole(choices.iter().map(candidate).collect())))
}

fn told(read: &Read, event: Event) -> Result<SchoolEvent, StoreError> {
    let photos = read.photo_count(event.id)?;
    Ok(SchoolEvent { id: event.id.0, name: event.name, date: event.date.to_string(), classes: event.roster, photos })
}
