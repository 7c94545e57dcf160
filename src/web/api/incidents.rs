//! Incidents by machine.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::{List, Part};
use crate::domain::id::{EventId, HoldId, IncidentId};
use crate::domain::incident::{IncidentKind, report_by};
use crate::office::incidents::{self, Target};
use crate::store::{Incident, Pulled};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// What happened.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    WrongRelease,
    Misuse,
    Other,
}

/// An incident.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Case {
    /// Its number.
    incident: i64,
    /// What happened.
    kind: Kind,
    /// The photo that it is about.
    #[schema(required)]
    photo: Option<String>,
    /// When it was opened.
    #[schema(format = DateTime)]
    opened_at: String,
    /// When 72 hours are over.
    #[schema(format = DateTime)]
    report_by: String,
    /// When it was closed.
    #[schema(required, format = DateTime)]
    closed_at: Option<String>,
}

/// An incident with everything that belongs to it.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct CaseFile {
    /// The incident.
    case: Case,
    /// What was noted, first to last.
    notes: Vec<Note>,
    /// What was pulled, first to last.
    holds: Vec<Hold>,
}

/// A note of an incident.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Note {
    /// The text.
    text: String,
    /// Whether it is the outcome.
    outcome: bool,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who.
    by: String,
}

/// What was pulled for an incident.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Hold {
    /// Its number.
    hold: i64,
    /// The photo, or nothing for an event.
    #[schema(required)]
    photo: Option<String>,
    /// The event, or nothing for one photo.
    #[schema(required)]
    event: Option<i64>,
    /// Since when.
    #[schema(format = DateTime)]
    at: String,
    /// When it was lifted.
    #[schema(required, format = DateTime)]
    lifted_at: Option<String>,
}

/// An incident to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewCase {
    /// What happened.
    kind: Kind,
    /// The photo that it is about.
    photo: Option<String>,
    /// What is known.
    note: String,
}

/// A text of an incident.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewNote {
    /// The text.
    text: String,
    /// Whether it is the outcome, which closes the incident.
    #[serde(default)]
    outcome: bool,
}

/// What is to be pulled: exactly one of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewPull {
    /// One photo.
    photo: Option<String>,
    /// A whole event.
    event: Option<i64>,
    /// Every photo that shows this pupil now.
    person: Option<String>,
}

/// How much was pulled.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct PulledNow {
    /// New holds.
    holds: usize,
}

fn case(incident: &Incident) -> Case {
    Case {
        incident: incident.id.0,
        kind: match incident.kind {
            IncidentKind::WrongRelease => Kind::WrongRelease,
            IncidentKind::Misuse => Kind::Misuse,
            IncidentKind::Other => Kind::Other,
        },
        photo: incident.photo.as_ref().map(ToString::to_string),
        opened_at: incident.at.to_string(),
        report_by: report_by(incident.at).to_string(),
        closed_at: incident.closed_at.map(|at| at.to_string()),
    }
}

/// The incidents, the latest first.
#[utoipa::path(
    get,
    path = "/api/v1/incidents",
    params(Part),
    responses(
        (status = 200, description = "A part of the incidents", body = List<Case>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    Query(part): Query<Part>,
) -> Result<Json<List<Case>>, WebError> {
    let (before, fetch) = (part.after()?.map(IncidentId), part.fetch());
    let found = site.blocking(move |site| site.store().read(|r| r.incidents(before, fetch))).await?;
    Ok(Json(List::part(found.iter().map(case).collect(), &part, |case| case.incident)))
}

/// Opens an incident; the 72 hours begin.
#[utoipa::path(
    post,
    path = "/api/v1/incidents",
    responses(
        (status = 201, description = "The incident is open", body = Case),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn open(
    State(site): State<Site>,
    caller: Caller,
    Json(new): Json<NewCase>,
) -> Result<Response, WebError> {
    let photo = new.photo.as_deref().map(str::parse).transpose().map_err(|_| WebError::NotFound)?;
    let kind = match new.kind {
        Kind::WrongRelease => IncidentKind::WrongRelease,
        Kind::Misuse => IncidentKind::Misuse,
        Kind::Other => IncidentKind::Other,
    };
    let opened = site.blocking(move |site| {
        let id = incidents::open(site.store(), kind, photo.as_ref(), &new.note, caller.actor(), site.now())?;
        incidents::file(site.store(), id)
    });
    Ok((StatusCode::CREATED, Json(case(&opened.await?.incident))).into_response())
}

/// An incident with its notes and what was pulled.
#[utoipa::path(
    get,
    path = "/api/v1/incidents/{incident}",
    params(("incident" = i64, Path, description = "Its number")),
    responses(
        (status = 200, description = "The incident", body = CaseFile),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Path(incident): Path<i64>,
) -> Result<Json<CaseFile>, WebError> {
    let file = site.blocking(move |site| incidents::file(site.store(), IncidentId(incident))).await?;
    let note = |note: crate::store::Note| Note {
        text: note.text,
        outcome: note.closes,
        at: note.at.to_string(),
        by: note.by.to_string(),
    };
    let hold = |hold: crate::store::Hold| {
        let (photo, event) = match hold.what {
            Pulled::Photo(photo) => (Some(photo.to_string()), None),
            Pulled::Event(event) => (None, Some(event.0)),
        };
        let lifted_at = hold.lifted_at.map(|at| at.to_string());
        Hold { hold: hold.id.0, photo, event, at: hold.at.to_string(), lifted_at }
    };
    Ok(Json(CaseFile {
        case: case(&file.incident),
        notes: file.notes.into_iter().map(note).collect(),
        holds: file.holds.into_iter().map(hold).collect(),
    }))
}

/// Notes something, or closes the incident with its outcome.
#[utoipa::path(
    post,
    path = "/api/v1/incidents/{incident}/notes",
    params(("incident" = i64, Path, description = "Its number")),
    responses(
        (status = 204, description = "It is noted"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn note(
    State(site): State<Site>,
    caller: Caller,
    Path(incident): Path<i64>,
    Json(new): Json<NewNote>,
) -> Result<StatusCode, WebError> {
    site.blocking(move |site| {
        incidents::note(site.store(), IncidentId(incident), &new.text, new.outcome, caller.actor(), site.now())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pulls everything of a pupil, an event or a photo at once; pulling the same again changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/incidents/{incident}/holds",
    params(("incident" = i64, Path, description = "Its number")),
    responses(
        (status = 200, description = "None of it may leave any more", body = PulledNow),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn pull(
    State(site): State<Site>,
    caller: Caller,
    Path(incident): Path<i64>,
    Json(new): Json<NewPull>,
) -> Result<Json<PulledNow>, WebError> {
    let lost = |_| WebError::NotFound;
    let target = match (new.photo, new.event, new.person) {
        (Some(photo), None, None) => Target::Photo(photo.parse().map_err(lost)?),
        (None, Some(event), None) => Target::Event(EventId(event)),
        (None, None, Some(person)) => Target::Person(person.parse().map_err(lost)?),
        _ => return Err(WebError::Unusable("Name exactly one of photo, event and person.".to_owned())),
    };
    let holds = site
        .blocking(move |site| incidents::pull(site.store(), IncidentId(incident), &target, caller.actor(), site.now()))
        .await?;
    Ok(Json(PulledNow { holds }))
}

/// Lifts a hold.
#[utoipa::path(
    delete,
    path = "/api/v1/incidents/{incident}/holds/{hold}",
    params(("incident" = i64, Path, description = "The incident"), ("hold" = i64, Path, description = "The hold")),
    responses(
        (status = 204, description = "It is lifted"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn release(
    State(site): State<Site>,
    caller: Caller,
    Path((incident, hold)): Path<(i64, i64)>,
) -> Result<StatusCode, WebError> {
    site.blocking(move |site| {
        incidents::lift(site.store(), IncidentId(incident), HoldId(hold), caller.actor(), site.now())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
