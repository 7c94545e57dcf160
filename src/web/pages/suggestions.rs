//! An event's suggestions as strips of faces: those that are ticked are confirmed or rejected together.

use std::collections::BTreeSet;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::page;
use crate::domain::id::{EventId, FaceId, PersonId, PhotoId};
use crate::office::strip::{self, Judged, Strip};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "suggestions.html", config = "src/web/askama.toml")]
struct Suggestions {
    frame: Frame,
    event: i64,
    event_name: String,
    told: String,
    strips: Vec<Shown>,
}

struct Shown {
    person: String,
    label: String,
    all: usize,
    faces: Vec<Crop>,
}

struct Crop {
    place: u32,
    photo: String,
    face: u32,
}

/// What was done just now.
#[derive(Deserialize)]
pub(in crate::web) struct Done {
    #[serde(default)]
    done: usize,
    #[serde(default)]
    passed: usize,
}

/// So many faces of a person at once: what is judged makes room for the next.
const CROPS: usize = 60;

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    Query(done): Query<Done>,
) -> Result<Response, WebError> {
    let found = site.blocking(move |site| {
        site.store().read(|read| {
            let event = read.event(EventId(id))?.ok_or(WebError::NotFound)?;
            let strips = strip::strips(read, site.school(), &event, site.now())?;
            Ok::<_, WebError>((event.name, strips))
        })
    });
    let (event_name, strips) = found.await?;
    let strips = strips.into_iter().map(shown).collect();
    page(&Suggestions { frame: Frame::new(&caller, Section::Photos), event: id, event_name, told: told(&done), strips })
}

/// The fields `person`, `answer` and, for each ticked face, `face` as `PHOTO.NUMBER`.
pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let unusable = || WebError::Unusable("Open the page again and tick the faces anew.".to_owned());
    let person: PersonId = field("person").and_then(|id| id.parse().ok()).ok_or_else(unusable)?;
    let confirmed = match field("answer") {
        Some("yes") => true,
        Some("no") => false,
        _ => return Err(unusable()),
    };
    let ticked = fields.iter().filter(|(key, _)| key == "face").map(|(_, value)| face(value));
    let faces = ticked.collect::<Option<BTreeSet<_>>>().filter(|faces| faces.len() <= CROPS).ok_or_else(unusable)?;
    let judged = site.blocking(move |site| {
        strip::judge(site.store(), EventId(id), &person, &faces, confirmed, caller.actor(), site.now())
    });
    let Judged { done, passed } = judged.await?;
    Ok(Redirect::to(&format!("/events/{id}/suggestions?done={done}&passed={passed}")).into_response())
}

fn face(text: &str) -> Option<(PhotoId, FaceId)> {
    let (photo, number) = text.split_once('.')?;
    Some((photo.parse().ok()?, FaceId(number.parse().ok()?)))
}

fn shown(strip: Strip) -> Shown {
    let all = strip.faces.len();
    let crop = |face: strip::Suggested| Crop { place: face.place, photo: face.photo.to_string(), face: face.face.0 };
    let faces = strip.faces.into_iter().take(CROPS).map(crop).collect();
    Shown { person: strip.person.to_string(), label: strip.label, all, faces }
}

fn told(Done { done, passed }: &Done) -> String {
    let faces = |count: usize| if count == 1 { "1 face is".to_owned() } else { format!("{count} faces are") };
    match (done, passed) {
        (0, 0) => String::new(),
        (done, 0) => format!("{} judged.", faces(*done)),
        (done, passed) => {
            format!("{} judged. {} left as somebody else judged them meanwhile.", faces(*done), faces(*passed))
        }
    }
}
