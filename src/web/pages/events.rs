//! The school's events, the newest first, and opening one.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use serde::Deserialize;

use super::{again, page};
use crate::access::Permission;
use crate::domain::id::EventId;
use crate::domain::time::Date;
use crate::office::{self, OfficeError};
use crate::store::StoreError;
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::{Errors, FieldError};
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "events.html", config = "src/web/askama.toml")]
struct Events {
    frame: Frame,
    events: Vec<Row>,
    next: Option<i64>,
    first: bool,
    may_upload: bool,
    cameras: bool,
}

struct Row {
    id: i64,
    name: String,
    date: String,
    classes: String,
    photos: u32,
}

#[derive(Template)]
#[template(path = "new_event.html", config = "src/web/askama.toml")]
struct New {
    frame: Frame,
    name: String,
    day: String,
    month: String,
    year: String,
    classes: Vec<Class>,
    errors: Errors,
}

struct Class {
    name: String,
    chosen: bool,
}

/// Which part of the list.
#[derive(Deserialize)]
pub(in crate::web) struct Part {
    after: Option<i64>,
}

/// The form.
#[derive(Deserialize, Default)]
pub(in crate::web) struct Given {
    #[serde(default)]
    name: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    month: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    class: Vec<String>,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Query(part): Query<Part>,
) -> Result<Response, WebError> {
    let rows = site.blocking(move |site| rows(site, part.after)).await?;
    let more = rows.len() > ROWS;
    let events: Vec<Row> = rows.into_iter().take(ROWS).collect();
    let next = events.last().map(|row| row.id).filter(|_| more);
    let may_upload = caller.may(Permission::Upload);
    let (first, cameras) = (part.after.is_none(), may_upload && site.school().camera_folder.is_some());
    page(&Events { frame: Frame::new(&caller, Section::Photos), events, next, first, may_upload, cameras })
}

const ROWS: usize = 30;
/// One more, to see whether there are older ones.
const FETCHED: u32 = 31;

fn rows(site: &Site, after: Option<i64>) -> Result<Vec<Row>, StoreError> {
    site.store().read(|read| {
        let events = read.events_after(after.map(EventId), FETCHED)?;
        let row = |event: crate::domain::event::Event| {
            Ok(Row {
                id: event.id.0,
                date: day(event.date),
                classes: event.roster.join(", "),
                photos: read.photo_count(event.id)?,
                name: event.name,
            })
        };
        events.into_iter().map(row).collect()
    })
}

/// A day as people at the school read it.
pub(super) fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

pub(in crate::web) async fn new(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let today = site.school().policy.day_of(site.now());
    let [day, month, year] = [today.day().to_string(), today.month().to_string(), today.year().to_string()];
    let given = Given { day, month, year, ..Given::default() };
    page(&form(&site, &caller, given, Errors::default()).await?)
}

pub(in crate::web) async fn open(
    State(site): State<Site>,
    caller: Caller,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let Some(date) = date(&given) else {
        let errors = Errors::one("day", "Enter a real day, such as 12 6 2026.");
        return again(&form(&site, &caller, given, errors).await?);
    };
    let (asks, name, classes) = (caller.clone(), given.name.clone(), given.class.clone());
    let opened = site.blocking(move |site| {
        match office::open_event(site.store(), &name, date, &classes, asks.actor(), site.now()) {
            Ok((event, _)) => Ok(Ok(event)),
            Err(error) => {
                field(&error).map(|field| Err(FieldError { field, text: sentence(&error.to_string()) })).ok_or(error)
            }
        }
    });
    match opened.await? {
        Ok(event) => Ok(Redirect::to(&format!("/events/{}", event.id.0)).into_response()),
        Err(wrong) => again(&form(&site, &caller, given, Errors(vec![wrong])).await?),
    }
}

fn date(given: &Given) -> Option<Date> {
    let Given { year, month, day, .. } = given;
    Date::new(year.trim().parse().ok()?, month.trim().parse().ok()?, day.trim().parse().ok()?).ok()
}

/// The field that an error is about.
fn field(error: &OfficeError) -> Option<&'static str> {
    match error {
        OfficeError::EventName | OfficeError::EventNamesSomebody => Some("name"),
        OfficeError::EventDate => Some("day"),
        OfficeError::NoClass(_) => Some("class-1"),
        _ => None,
    }
}

async fn form(site: &Site, caller: &Caller, given: Given, errors: Errors) -> Result<New, WebError> {
    let known = site.blocking(|site| site.store().read(crate::store::Read::classes)).await?;
    let Given { name, day, month, year, class } = given;
    let classes = known.into_iter().map(|name| Class { chosen: class.contains(&name), name }).collect();
    Ok(New { frame: Frame::new(caller, Section::Photos), name, day, month, year, classes, errors })
}
