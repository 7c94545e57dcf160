//! An event: its photos as a grid, how far they have come, and bringing more.

use askama::Template;
use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::events::day;
use super::page;
use crate::access::Permission;
use crate::domain::event::Event;
use crate::domain::id::EventId;
use crate::domain::photo::{Photo, PhotoState};
use crate::office::Fate;
use crate::store::{Arrivals, Read, StoreError, Tally};
use crate::web::error::{WebError, sentence};
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::{Site, upload};

#[derive(Template)]
#[template(path = "event.html", config = "src/web/askama.toml")]
struct Album {
    frame: Frame,
    id: i64,
    name: String,
    named: bool,
    date: String,
    classes: String,
    progress: Progress,
    photos: Vec<Card>,
    to_name: Option<String>,
    suggested: usize,
    before: Option<u32>,
    next: Option<u32>,
    may_upload: bool,
    may_pull: bool,
}

/// A photo of the grid.
struct Card {
    id: String,
    place: u32,
    seen: bool,
    colour: &'static str,
    tag: String,
    reason: Option<String>,
}

/// Numbers that tell nobody's name.
#[derive(Serialize)]
struct Progress {
    photos: u32,
    waiting: u32,
    thorough: u32,
    stopped: u32,
    named: u32,
    to_name: u32,
    maybe: u32,
}

#[derive(Template)]
#[template(path = "uploaded.html", config = "src/web/askama.toml")]
struct Uploaded {
    frame: Frame,
    id: i64,
    name: String,
    heading: String,
    files: Vec<File>,
}

struct File {
    place: usize,
    colour: &'static str,
    tag: &'static str,
    text: String,
}

/// Which part of the grid.
#[derive(Deserialize)]
pub(in crate::web) struct Part {
    #[serde(default)]
    after: u32,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    Query(part): Query<Part>,
) -> Result<Response, WebError> {
    let asks = caller.clone();
    let album = site.blocking(move |site| site.store().read(|read| album(site, read, &asks, EventId(id), part.after)));
    page(&album.await?.ok_or(WebError::NotFound)?)
}

pub(in crate::web) async fn progress(State(site): State<Site>, Path(id): Path<i64>) -> Result<Response, WebError> {
    let id = EventId(id);
    let read = site.blocking(move |site| {
        site.store().read(|read| read.event(id)?.map(|_| come(read, id)).transpose().map_err(WebError::from))
    });
    Ok(Json(read.await?.ok_or(WebError::NotFound)?).into_response())
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    request: Request,
) -> Result<Response, WebError> {
    let event = site.blocking(move |site| site.store().read(|read| read.event(EventId(id)))).await?;
    let event = event.ok_or(WebError::NotFound)?;
    let fates = upload::take_in(&site, &caller, event.id, request).await?;
    let all_refused = fates.iter().all(|fate| matches!(fate, Fate::Refused(_)));
    let status = if all_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = Frame::new(&caller, Section::Photos);
    let files = (1..).zip(&fates).map(|(place, fate)| file(place, fate, event.id)).collect();
    let shown = Uploaded { frame, id, name: event.name, heading: heading(&fates), files };
    Ok((status, Html(shown.render()?)).into_response())
}

/// A page of the grid: rows of two, three, four and six come out even.
const CARDS: u32 = 48;

fn album(site: &Site, read: &Read, caller: &Caller, id: EventId, after: u32) -> Result<Option<Album>, StoreError> {
    let Some(Event { name, date, roster, .. }) = read.event(id)? else { return Ok(None) };
    let photos = read.photos_after(id, after, CARDS + 1)?;
    let more = photos.len() > usize::try_from(CARDS).unwrap_or(usize::MAX);
    let photos: Vec<Photo> = photos.into_iter().take(usize::try_from(CARDS).unwrap_or(usize::MAX)).collect();
    Ok(Some(Album {
        frame: Frame::new(caller, Section::Photos),
        id: id.0,
        named: !site.roll().of(read)?.find(&name).is_empty(),
        name,
        date: day(date),
        classes: roster.join(", "),
        progress: come(read, id)?,
        to_name: read.photo_to_name(id, 0)?.map(|photo| photo.to_string()),
        suggested: read.photos_suggested(id)?.len(),
        before: (after > 0).then(|| after.saturating_sub(CARDS)),
        next: photos.last().map(|photo| photo.ordinal).filter(|_| more),
        photos: photos.iter().map(|photo| card(read, photo)).collect::<Result<_, _>>()?,
        may_upload: caller.may(Permission::Upload),
        may_pull: caller.may(Permission::Incidents),
    }))
}

fn come(read: &Read, id: EventId) -> Result<Progress, StoreError> {
    let Arrivals { received, found, inspected, quarantined, refused, destroyed: _ } = read.arrivals(id)?;
    let Tally { named, to_name, maybe } = read.tally_of_event(id)?;
    let photos = received + found + inspected + quarantined + refused;
    Ok(Progress { photos, waiting: received, thorough: found, stopped: quarantined + refused, named, to_name, maybe })
}

fn card(read: &Read, photo: &Photo) -> Result<Card, StoreError> {
    let Tally { named, to_name, maybe } = read.tally_of_photo(&photo.id)?;
    let faces = |count: u32| if count == 1 { "1 face".to_owned() } else { format!("{count} faces") };
    let (colour, tag) = match photo.state {
        PhotoState::Received => ("grey", "Being looked at".to_owned()),
        PhotoState::Quarantined => ("red", "Held back".to_owned()),
        PhotoState::Refused => ("red", "Refused".to_owned()),
        PhotoState::Destroyed => ("grey", "Destroyed".to_owned()),
        PhotoState::Found | PhotoState::Inspected => match (to_name, maybe, read.headcount(&photo.id)?) {
            (0, 0, None) => ("yellow", "To count".to_owned()),
            (0, 0, Some(heads)) if heads > named => ("yellow", format!("{} missing", faces(heads - named))),
            (0, 0, Some(heads)) if heads < named => ("yellow", "To count again".to_owned()),
            (0, 0, Some(_)) => ("green", format!("{} named", faces(named))),
            (0, maybe, _) => ("yellow", format!("{} to judge", faces(maybe))),
            (to_name, _, _) => ("yellow", format!("{} to name", faces(to_name))),
        },
    };
    let seen = photo.size.is_some() && !matches!(photo.state, PhotoState::Refused | PhotoState::Destroyed);
    let reason = photo.reason.as_deref().map(sentence);
    Ok(Card { id: photo.id.to_string(), place: photo.ordinal, seen, colour, tag, reason })
}

fn heading(fates: &[Fate]) -> String {
    let new = fates.iter().filter(|fate| matches!(fate, Fate::Received(_))).count();
    let refused = fates.iter().filter(|fate| matches!(fate, Fate::Refused(_))).count();
    let photos = |count: usize| if count == 1 { "1 photo".to_owned() } else { format!("{count} photos") };
    match (new, refused) {
        (0, 0) => "These photos were here already".to_owned(),
        (new, 0) => format!("{} came in", photos(new)),
        (0, refused) => format!("{} cannot be used", photos(refused)),
        (new, refused) => format!("{} came in, {refused} cannot be used", photos(new)),
    }
}

fn file(place: usize, fate: &Fate, event: EventId) -> File {
    let (colour, tag, text) = match fate {
        Fate::Received(photo) => ("green", "Came in", format!("It is photo {} of the event.", photo.ordinal)),
        Fate::Known(photo) if photo.event == event => {
            ("blue", "Here already", format!("It is photo {} of the event.", photo.ordinal))
        }
        Fate::Known(_) => ("blue", "Here already", "It belongs to another event.".to_owned()),
        Fate::Refused(reason) => ("red", "Refused", sentence(reason)),
    };
    File { place, colour, tag, text }
}
