//! Naming the faces of a photo: one after the other by a first name's first letters, with boxes to add and to change.

mod view;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use askama::Template;

use super::page;
use crate::domain::face::Who;
use crate::domain::geometry::Rect;
use crate::domain::id::{FaceId, PersonId, PhotoId};
use crate::office::album::{Match, Sheet};
use crate::office::{self, OfficeError};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::guard::Caller;
use view::{Asked, naming};

/// Which face is at hand.
#[derive(Deserialize)]
pub(in crate::web) struct At {
    face: Option<FaceId>,
}

/// Who a face is: a button that was pressed, or else the name that was typed.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    #[serde(default)]
    name: String,
    person: Option<PersonId>,
    who: Option<Button>,
    seen: Option<i64>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Button {
    Visitor,
    NotAFace,
    Unknown,
}

/// A box as people read it.
#[derive(Deserialize)]
pub(in crate::web) struct Drawn {
    left: f32,
    top: f32,
    width: f32,
    height: f32,
    seen: Option<i64>,
}

/// How many people there are.
#[derive(Deserialize)]
pub(in crate::web) struct Counted {
    people: String,
}

/// What is taken back.
#[derive(Deserialize)]
pub(in crate::web) struct Undone {
    seen: i64,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<PhotoId>,
    Query(at): Query<At>,
) -> Result<Response, WebError> {
    let sheet = sheet(&site, id).await?;
    page(&naming(&caller, &sheet, Asked { face: at.face, ..Asked::default() }))
}

pub(in crate::web) async fn name(
    State(site): State<Site>,
    caller: Caller,
    Path((id, face)): Path<(PhotoId, FaceId)>,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let sheet = sheet(&site, id.clone()).await?;
    let mut asked = Asked { face: Some(face), typed: given.name.clone(), ..Asked::default() };
    let who = match said(&sheet, &given) {
        Ok(who) => who,
        Err(unclear) => {
            asked.several = unclear.several;
            asked.errors = Errors::one("name", unclear.text);
            return told(StatusCode::UNPROCESSABLE_ENTITY, &caller, &sheet, asked);
        }
    };
    let (asks, photo) = (caller.clone(), id.clone());
    let done = site.blocking(move |site| {
        let (store, now) = (site.store(), site.now());
        settled(office::name_face(store, &photo, face, &who, given.seen, asks.actor(), now))
    });
    onward(&site, &caller, id, done.await?.map(|()| face), asked).await
}

pub(in crate::web) async fn add(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<PhotoId>,
    Form(drawn): Form<Drawn>,
) -> Result<Response, WebError> {
    let (asks, photo, rect) = (caller.clone(), id.clone(), rect(&drawn)?);
    let done = site.blocking(move |site| office::add_face(site.store(), &photo, rect, asks.actor(), site.now()));
    Ok(Redirect::to(&format!("/photos/{id}?face={}", done.await?)).into_response())
}

pub(in crate::web) async fn reshape(
    State(site): State<Site>,
    caller: Caller,
    Path((id, face)): Path<(PhotoId, FaceId)>,
    Form(drawn): Form<Drawn>,
) -> Result<Response, WebError> {
    let (asks, photo, rect) = (caller.clone(), id.clone(), rect(&drawn)?);
    let done = site.blocking(move |site| {
        settled(office::move_box(site.store(), &photo, face, rect, drawn.seen, asks.actor(), site.now()))
    });
    match done.await? {
        Ok(moved) => Ok(Redirect::to(&format!("/photos/{id}?face={moved}")).into_response()),
        faster => onward(&site, &caller, id, faster, Asked { face: Some(face), ..Asked::default() }).await,
    }
}

pub(in crate::web) async fn count(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<PhotoId>,
    Form(counted): Form<Counted>,
) -> Result<Response, WebError> {
    let people = counted.people.trim().parse().ok().filter(|people| *people <= 10_000);
    let Some(people) = people else {
        let errors = Errors::one("people", "Enter how many people the photo shows, such as 12.");
        let sheet = sheet(&site, id).await?;
        let asked = Asked { errors, ..Asked::default() };
        return told(StatusCode::UNPROCESSABLE_ENTITY, &caller, &sheet, asked);
    };
    let (asks, photo) = (caller.clone(), id.clone());
    site.blocking(move |site| office::count_heads(site.store(), &photo, people, asks.actor(), site.now())).await?;
    let sheet = sheet(&site, id).await?;
    let to = match (sheet.to_name(None), &sheet.next) {
        (Some(_), _) => format!("/photos/{}", sheet.photo.id),
        (None, Some(next)) => format!("/photos/{next}"),
        (None, None) => format!("/events/{}", sheet.event.id.0),
    };
    Ok(Redirect::to(&to).into_response())
}

pub(in crate::web) async fn undo(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<PhotoId>,
    Form(undone): Form<Undone>,
) -> Result<Response, WebError> {
    let (asks, photo) = (caller.clone(), id.clone());
    let done =
        site.blocking(move |site| settled(office::undo(site.store(), &photo, undone.seen, asks.actor(), site.now())));
    match done.await? {
        Ok(face) => Ok(Redirect::to(&format!("/photos/{id}?face={face}")).into_response()),
        Err(face) => onward(&site, &caller, id, Err(face), Asked { face: Some(face), ..Asked::default() }).await,
    }
}

async fn sheet(site: &Site, id: PhotoId) -> Result<Sheet, WebError> {
    site.blocking(move |site| site.store().read(|read| Sheet::load(read, &id))).await
}

/// Somebody who was faster is no failure: the page says who it was.
fn settled<T>(done: Result<T, OfficeError>) -> Result<Result<T, FaceId>, OfficeError> {
    match done {
        Err(OfficeError::Meanwhile { face }) => Ok(Err(face)),
        done => done.map(Ok),
    }
}

/// To the next face without a name, or the page again when somebody else was faster.
async fn onward(
    site: &Site,
    caller: &Caller,
    id: PhotoId,
    done: Result<FaceId, FaceId>,
    mut asked: Asked,
) -> Result<Response, WebError> {
    let sheet = sheet(site, id).await?;
    match done {
        Ok(face) => {
            let to = match sheet.to_name(Some(face)) {
                Some(next) => format!("/photos/{}?face={}", sheet.photo.id, next.id),
                None => format!("/photos/{}", sheet.photo.id),
            };
            Ok(Redirect::to(&to).into_response())
        }
        Err(_) => {
            asked.meanwhile = true;
            told(StatusCode::CONFLICT, caller, &sheet, asked)
        }
    }
}

fn told(status: StatusCode, caller: &Caller, sheet: &Sheet, asked: Asked) -> Result<Response, WebError> {
    Ok((status, Html(naming(caller, sheet, asked).render()?)).into_response())
}

/// A name that does not lead to one person.
struct Unclear {
    text: String,
    several: Vec<(String, String)>,
}

fn said(sheet: &Sheet, given: &Given) -> Result<Who, Unclear> {
    if let Some(person) = &given.person {
        return Ok(Who::Person(person.clone()));
    }
    match given.who {
        Some(Button::Visitor) => return Ok(Who::Visitor),
        Some(Button::NotAFace) => return Ok(Who::NotAFace),
        Some(Button::Unknown) => return Ok(Who::Unknown),
        None => {}
    }
    let unclear = |text: &str| Unclear { text: text.to_owned(), several: Vec::new() };
    match sheet.choices.find(&given.name) {
        Match::One(choice) => Ok(Who::Person(choice.id.clone())),
        Match::Nobody if given.name.trim().is_empty() => Err(unclear("Enter a first name, or choose a button.")),
        Match::Nobody => Err(unclear("Nobody at the school has a first name that begins so.")),
        Match::Several(found) => {
            let several = found.iter().map(|choice| (choice.id.to_string(), choice.label.clone())).collect();
            Err(Unclear { several, ..unclear("Several people fit. Choose one, or type more letters.") })
        }
    }
}

fn rect(drawn: &Drawn) -> Result<Rect, WebError> {
    let Drawn { left, top, width, height, .. } = *drawn;
    let rect = Rect::new(left, top, left + width, top + height);
    rect.ok_or_else(|| WebError::Unusable(sentence("the box needs a width and a height above 0")))
}
