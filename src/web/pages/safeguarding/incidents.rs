//! Incidents: open one, see its clock, pull what it is about, note what was done, close it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use serde::Deserialize;

use crate::domain::id::{EventId, HoldId, IncidentId, PersonId, PhotoId};
use crate::domain::incident::{IncidentKind, report_by};
use crate::office::incidents::{self, Target};
use crate::office::{OfficeError, lookup};
use crate::store::{Incident, Pulled};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};
use crate::web::who::Names;

/// An incident in a list.
pub(in crate::web) struct Row {
    pub(in crate::web) id: i64,
    pub(in crate::web) kind: &'static str,
    pub(in crate::web) at: String,
    pub(in crate::web) clock: String,
    pub(in crate::web) colour: &'static str,
    pub(in crate::web) open: bool,
}

#[derive(Template)]
#[template(path = "incident_new.html", config = "src/web/askama.toml")]
struct New {
    frame: Frame,
    errors: Errors,
    kinds: Vec<(&'static str, &'static str)>,
    kind: String,
    photo: String,
    note: String,
}

#[derive(Template)]
#[template(path = "incident.html", config = "src/web/askama.toml")]
struct Shown {
    frame: Frame,
    errors: Errors,
    row: Row,
    due: String,
    photo: Option<PhotoId>,
    by: String,
    notes: Vec<Note>,
    holds: Vec<Hold>,
    targets: Vec<(&'static str, &'static str)>,
    target: String,
    which: String,
    note: String,
    outcome: String,
}

struct Note {
    text: String,
    closes: bool,
    at: String,
    by: String,
}

struct Hold {
    id: i64,
    what: String,
    at: String,
    by: String,
    lifted: Option<String>,
}

/// The form that opens one.
#[derive(Deserialize)]
pub(in crate::web) struct Opened {
    kind: String,
    #[serde(default)]
    photo: String,
    #[serde(default)]
    note: String,
}

/// A note.
#[derive(Deserialize)]
pub(in crate::web) struct Noted {
    #[serde(default)]
    note: String,
}

/// An outcome.
#[derive(Deserialize)]
pub(in crate::web) struct Closed {
    #[serde(default)]
    outcome: String,
}

/// What is to be pulled.
#[derive(Deserialize)]
pub(in crate::web) struct Pull {
    target: String,
    #[serde(default)]
    which: String,
}

/// An incident with its clock.
pub(in crate::web) fn row(site: &Site, incident: &Incident) -> Row {
    let (due, now) = (report_by(incident.at), site.now());
    let left = due.duration_since(now);
    let (clock, colour) = match incident.closed_at {
        Some(at) => (format!("Closed {}", site.told(at)), "grey"),
        None if left <= SignedDuration::ZERO => ("72 hours are over".to_owned(), "red"),
        None => (format!("{} hours left", left.as_hours()), if left.as_hours() < 24 { "red" } else { "yellow" }),
    };
    let open = incident.closed_at.is_none();
    Row { id: incident.id.0, kind: incident.kind.title(), at: site.told(incident.at), clock, colour, open }
}

pub(in crate::web) async fn ask(caller: Caller) -> Result<Response, WebError> {
    page(&new(&caller, Opened { kind: String::new(), photo: String::new(), note: String::new() }, Errors::default()))
}

pub(in crate::web) async fn open(
    State(site): State<Site>,
    caller: Caller,
    Form(given): Form<Opened>,
) -> Result<Response, WebError> {
    let kind = kinds().into_iter().find(|(word, ..)| *word == given.kind).map(|(_, _, kind)| kind);
    let photo = Some(given.photo.trim()).filter(|photo| !photo.is_empty()).map(str::parse::<PhotoId>).transpose();
    let mut errors = Errors::default();
    if kind.is_none() {
        errors.0.extend(Errors::one("kind", "Say what happened.").0);
    }
    if photo.is_err() {
        errors.0.extend(Errors::one("photo", NO_PHOTO).0);
    }
    if given.note.trim().is_empty() || given.note.chars().count() > 4000 {
        errors.0.extend(Errors::one("note", "Note what you know, in at most 4000 characters.").0);
    }
    let (Some(kind), Ok(photo), true) = (kind, photo, errors.is_empty()) else {
        return again(&new(&caller, given, errors));
    };
    let (actor, note) = (caller.actor().clone(), given.note.clone());
    let done = site.blocking(move |site| {
        match incidents::open(site.store(), kind, photo.as_ref(), &note, &actor, site.now()) {
            Err(OfficeError::Pipeline(crate::pipeline::PipelineError::NoPhoto(_))) => Ok(None),
            done => done.map(Some),
        }
    });
    match done.await? {
        Some(id) => Ok(Redirect::to(&format!("/safeguarding/incidents/{}", id.0)).into_response()),
        None => again(&new(&caller, given, Errors::one("photo", NO_PHOTO))),
    }
}

const NO_PHOTO: &str = "No photo has this id: copy the 20 letters and digits from the photo's address.";

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<Response, WebError> {
    page(&shown(&site, &caller, IncidentId(id), Errors::default()).await?)
}

pub(in crate::web) async fn note(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    Form(given): Form<Noted>,
) -> Result<Response, WebError> {
    write_down(&site, &caller, IncidentId(id), given.note, false).await
}

pub(in crate::web) async fn close(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    Form(given): Form<Closed>,
) -> Result<Response, WebError> {
    write_down(&site, &caller, IncidentId(id), given.outcome, true).await
}

async fn write_down(
    site: &Site,
    caller: &Caller,
    id: IncidentId,
    text: String,
    closes: bool,
) -> Result<Response, WebError> {
    let (actor, said) = (caller.actor().clone(), text.clone());
    let done = site.blocking(move |site| match incidents::note(site.store(), id, &said, closes, &actor, site.now()) {
        Err(error @ OfficeError::NoText(_)) => Ok(Some(error)),
        done => done.map(|()| None),
    });
    if done.await?.is_none() {
        return Ok(Redirect::to(&format!("/safeguarding/incidents/{}", id.0)).into_response());
    }
    let field = if closes { "outcome" } else { "note" };
    let mut page =
        shown(site, caller, id, Errors::one(field, "Write at least a word, and at most 4000 characters.")).await?;
    *(if closes { &mut page.outcome } else { &mut page.note }) = text;
    again(&page)
}

pub(in crate::web) async fn pull(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    Form(given): Form<Pull>,
) -> Result<Response, WebError> {
    let actor = caller.actor().clone();
    let (kind, which) = (given.target.clone(), given.which.trim().to_owned());
    let done = site.blocking(move |site| {
        let incident = IncidentId(id);
        let Some(target) = target(site, incident, &kind, &which)? else { return Ok(false) };
        match incidents::pull(site.store(), incident, &target, &actor, site.now()) {
            Ok(_) => Ok(true),
            Err(OfficeError::NoPerson(_) | OfficeError::Pipeline(crate::pipeline::PipelineError::NoPhoto(_))) => {
                Ok(false)
            }
            Err(OfficeError::Store(crate::store::StoreError::Missing { what: "event", .. })) => Ok(false),
            Err(error) => Err(error),
        }
    });
    if done.await? {
        return Ok(Redirect::to(&format!("/safeguarding/incidents/{id}")).into_response());
    }
    let error = "Nothing was found by this: give a photo's id, an event's number, or a pupil's whole name or id.";
    let mut page = shown(&site, &caller, IncidentId(id), Errors::one("which", error)).await?;
    (page.target, page.which) = (given.target, given.which);
    again(&page)
}

pub(in crate::web) async fn lift(
    State(site): State<Site>,
    caller: Caller,
    Path((id, hold)): Path<(i64, i64)>,
) -> Result<Response, WebError> {
    site.blocking(move |site| incidents::lift(site.store(), IncidentId(id), HoldId(hold), caller.actor(), site.now()))
        .await?;
    Ok(Redirect::to(&format!("/safeguarding/incidents/{id}")).into_response())
}

/// What the form means; nothing when it means nothing, or more than one pupil.
fn target(site: &Site, incident: IncidentId, kind: &str, which: &str) -> Result<Option<Target>, OfficeError> {
    let of_incident = || site.store().read(|r| r.incident(incident)).map(|found| found.and_then(|found| found.photo));
    Ok(match kind {
        "photo" if which.is_empty() => of_incident()?.map(Target::Photo),
        "photo" => which.parse().ok().map(Target::Photo),
        "event" if which.is_empty() => match of_incident()? {
            Some(photo) => site.store().read(|r| r.photo(&photo))?.map(|photo| Target::Event(photo.event)),
            None => None,
        },
        "event" => which.parse().ok().map(|number| Target::Event(EventId(number))),
        "person" => {
            let found = site.store().read(|r| lookup::find(r, which))?;
            match found.as_slice() {
                [one] => Some(Target::Person(one.id.clone())),
                _ => which.parse::<PersonId>().ok().map(Target::Person),
            }
        }
        _ => None,
    })
}

fn kinds() -> [(&'static str, &'static str, IncidentKind); 3] {
    [
        ("wrong_release", IncidentKind::WrongRelease.title(), IncidentKind::WrongRelease),
        ("misuse", IncidentKind::Misuse.title(), IncidentKind::Misuse),
        ("other", IncidentKind::Other.title(), IncidentKind::Other),
    ]
}

fn new(caller: &Caller, given: Opened, errors: Errors) -> New {
    let Opened { kind, photo, note } = given;
    let kinds = kinds().into_iter().map(|(word, title, _)| (word, title)).collect();
    New { frame: Frame::new(caller, Section::Safeguarding), errors, kinds, kind, photo, note }
}

async fn shown(site: &Site, caller: &Caller, id: IncidentId, errors: Errors) -> Result<Shown, WebError> {
    let frame = Frame::new(caller, Section::Safeguarding);
    site.blocking(move |site| {
        let file = incidents::file(site.store(), id)?;
        let names = site.store().read(Names::load)?;
        let note = |note: crate::store::Note| Note {
            text: note.text,
            closes: note.closes,
            at: site.told(note.at),
            by: names.of(&note.by),
        };
        let hold = |hold: crate::store::Hold| Hold {
            id: hold.id.0,
            what: match hold.what {
                Pulled::Photo(photo) => format!("Photo {photo}"),
                Pulled::Event(event) => format!("Event {}, every photo", event.0),
            },
            at: site.told(hold.at),
            by: names.of(&hold.by),
            lifted: hold.lifted_at.map(|at| site.told(at)),
        };
        let by = names.of(&file.incident.by);
        Ok::<_, OfficeError>(Shown {
            frame,
            errors,
            due: site.told(report_by(file.incident.at)),
            photo: file.incident.photo.clone(),
            by,
            row: row(site, &file.incident),
            notes: file.notes.into_iter().map(note).collect(),
            holds: file.holds.into_iter().map(hold).collect(),
            targets: vec![
                ("person", "Everything that shows one pupil"),
                ("event", "Everything of one event"),
                ("photo", "One photo"),
            ],
            target: String::new(),
            which: String::new(),
            note: String::new(),
            outcome: String::new(),
        })
    })
    .await
}
