//! Where people placed a channel's pictures by hand, what of it has to be taken down, and the form to tell.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::domain::placement::{Placed, PlacementId};
use crate::domain::time::Timestamp;
use crate::office::OfficeError;
use crate::office::placements::{Told, place, taken_down};
use crate::pipeline::PipelineError;
use crate::pipeline::release::Request;
use crate::release::{Item, item};
use crate::store::{Placement, Read, TakeDown};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};

#[derive(Template)]
#[template(path = "placements.html", config = "src/web/askama.toml")]
struct Placements {
    frame: Frame,
    channel: ChannelId,
    tasks: Vec<Row>,
    placed: Vec<Row>,
    hows: [(&'static str, &'static str); 2],
    offered: Option<Offered>,
    given: Given,
    errors: Errors,
}

struct Row {
    id: PlacementId,
    photo: PhotoId,
    place: String,
    address: bool,
    at: String,
    /// Until when it has to be taken down, and whether that has passed.
    due: Option<(String, bool)>,
    done: Option<String>,
}

/// The picture of the photo in question that may leave now.
struct Offered {
    fingerprint: String,
    alt: String,
    file: String,
    /// Whether another one may have been placed: it left before, or was seen by whoever tells.
    another: bool,
}

impl Offered {
    /// What may have been placed, that first of which least is known.
    fn which(&self) -> [(&str, &'static str); 2] {
        [("", "An earlier one, or I am not sure"), (&self.fingerprint, "The picture shown above")]
    }
}

/// The form.
#[derive(Default, Deserialize)]
pub(in crate::web) struct Given {
    #[serde(default)]
    photo: String,
    #[serde(default)]
    fingerprint: String,
    #[serde(default)]
    how: String,
    #[serde(default)]
    place: String,
}

/// What is noted of a take-down.
#[derive(Deserialize)]
pub(in crate::web) struct Done {
    #[serde(default)]
    note: String,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Query(given): Query<Given>,
) -> Result<Response, WebError> {
    page(&listed(&site, &caller, channel, given, Errors::default()).await?)
}

pub(in crate::web) async fn tell(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let how = match given.how.as_str() {
        "printed" => Placed::Printed,
        _ => Placed::Posted,
    };
    let Ok(photo) = given.photo.trim().parse::<PhotoId>() else {
        let errors = Errors::one("photo", "Give the photo’s id, as it stands beside the picture.");
        return again(&listed(&site, &caller, channel, given, errors).await?);
    };
    let (asks, of, text) = (caller.clone(), channel.clone(), given.place.clone());
    // what is no fingerprint says as little as none
    let fingerprint = given.fingerprint.parse::<Digest>().ok();
    let told = site.blocking(move |site| {
        let request = site.request(&of, asks.actor())?;
        let told = Told { photo: &photo, fingerprint: fingerprint.as_ref(), how, place: &text };
        match place(site.store(), &request, told, site.now()) {
            Ok(_) => Ok(None),
            Err(error @ (OfficeError::Address(_) | OfficeError::NoText(_))) => {
                Ok(Some(Errors::one("place", sentence(&error.to_string()))))
            }
            Err(error) => Err(WebError::from(error)),
        }
    });
    match told.await? {
        None => Ok(Redirect::to(&format!("/channels/{channel}/placements")).into_response()),
        Some(errors) => again(&listed(&site, &caller, channel, given, errors).await?),
    }
}

pub(in crate::web) async fn done(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, id)): Path<(ChannelId, i64)>,
    Form(Done { note }): Form<Done>,
) -> Result<Response, WebError> {
    let back = format!("/channels/{channel}/placements");
    let letters = site.blocking(move |site| {
        let request = site.request(&channel, caller.actor())?;
        taken_down(site.store(), &request, PlacementId(id), &note, site.now()).map_err(WebError::from)
    });
    letters.await?.into_iter().for_each(|letter| site.post(letter));
    Ok(Redirect::to(&back).into_response())
}

async fn listed(
    site: &Site,
    caller: &Caller,
    channel: ChannelId,
    given: Given,
    errors: Errors,
) -> Result<Placements, WebError> {
    site.school().channel(&channel).ok_or(WebError::NotFound)?;
    let (asks, of) = (caller.clone(), channel.clone());
    let (photo, seen) = (given.photo.trim().parse::<PhotoId>().ok(), given.fingerprint.clone());
    let found = site.blocking(move |site| {
        site.place(super::PLACED)?;
        let request = site.request(&of, asks.actor())?;
        site.store().read(|read| {
            let offered = photo.map(|photo| offered(read, &request, &photo, &seen, site.now())).transpose()?;
            Ok::<_, WebError>((read.placements(&of, MOST_SHOWN)?, offered.flatten()))
        })
    });
    let (rows, offered) = found.await?;
    let rows = rows.into_iter().map(|placement| row(site, placement));
    let (tasks, placed) = rows.partition(|row: &Row| row.due.is_some());
    let hows = [("posted", "In a post or on a page on the web"), ("printed", "On paper, a wall or a screen")];
    Ok(Placements {
        frame: Frame::new(caller, Section::Channels),
        channel,
        tasks,
        placed,
        hows,
        offered,
        given,
        errors,
    })
}

/// The picture of a photo that may leave now; `seen` is the fingerprint of the one that led here.
fn offered(
    read: &Read,
    request: &Request<'_>,
    photo: &PhotoId,
    seen: &str,
    now: Timestamp,
) -> Result<Option<Offered>, WebError> {
    let item = match item(read, request, photo, now) {
        Err(PipelineError::NoPhoto(_)) => None,
        item => item?,
    };
    let Some(Item { fingerprint, label, .. }) = item else { return Ok(None) };
    let another = read.had_another(&request.channel.id, photo, &fingerprint)?;
    let fingerprint = fingerprint.to_string();
    let another = another || seen != fingerprint;
    Ok(Some(Offered { file: label.file(), alt: label.alt, another, fingerprint }))
}

const MOST_SHOWN: u32 = 200;

fn row(site: &Site, placement: Placement) -> Row {
    let Placement { id, photo, how, place, at, take_down, .. } = placement;
    let open = |task: &TakeDown| task.done.is_none().then(|| (site.told(task.due_at), task.due_at <= site.now()));
    let due = take_down.as_ref().and_then(open);
    let done = take_down.and_then(|task| task.done).map(|(at, _)| site.told(at));
    Row { id, photo, place, address: how == Placed::Posted, at: site.told(at), due, done }
}
