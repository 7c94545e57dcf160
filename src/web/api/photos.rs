//! Photos by machine: bringing them in, looking how far they are, counting people.

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids;
use super::list::{List, Part};
use crate::domain::id::{Digest, EventId, PhotoId};
use crate::domain::photo::{self, PhotoState};
use crate::office::{self, Fate};
use crate::store::{Read, StoreError};
use crate::web::error::{Problem, WebError, sentence};
use crate::web::guard::Caller;
use crate::web::{Site, repeat, upload};

/// A photo and how far it has come.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Photo {
    /// Its id.
    #[schema(pattern = "^[0-9a-f]{20}$")]
    photo: String,
    /// The BLAKE3 digest of the bytes that came in.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    blake3: String,
    /// Its event's number.
    event: i64,
    /// Its place in the event, from 1.
    place: u32,
    /// How far it has come.
    state: Stage,
    /// Why it was held back or refused.
    #[schema(required)]
    reason: Option<String>,
    /// Pixels across, once looked into.
    #[schema(required)]
    width: Option<u32>,
    /// Pixels down, once looked into.
    #[schema(required)]
    height: Option<u32>,
    /// Faces that somebody has named.
    named: u32,
    /// Faces that nobody has named.
    to_name: u32,
    /// Maybe faces that nobody has judged.
    maybe: u32,
    /// How many people somebody counted.
    #[schema(required)]
    headcount: Option<u32>,
}

/// How far a photo has come.
#[derive(Serialize, ToSchema)]
#[schema(as = PhotoState)]
#[serde(rename_all = "snake_case")]
enum Stage {
    /// The bytes are kept.
    Received,
    /// Faces can be named.
    Found,
    /// It was looked at thoroughly.
    Inspected,
    /// Held back.
    Quarantined,
    /// Not a picture that can be used.
    Refused,
    /// The time for keeping it is over.
    Destroyed,
}

/// What became of the files of a request.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Brought {
    /// The first photo that was taken in or known.
    #[schema(pattern = "^[0-9a-f]{20}$")]
    photo: String,
    /// The BLAKE3 digest of its bytes.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    blake3: String,
    /// Each file, in the order sent.
    files: Vec<File>,
}

/// What became of a file.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct File {
    /// What became of it.
    status: Status,
    /// The photo, unless it was refused.
    #[schema(required)]
    photo: Option<String>,
    /// The BLAKE3 digest of its bytes, unless it was refused.
    #[schema(required)]
    blake3: Option<String>,
    /// Why it was refused, and what to do.
    #[schema(required)]
    reason: Option<String>,
}

/// What became of a file.
#[derive(Serialize, ToSchema)]
#[schema(as = FileStatus)]
#[serde(rename_all = "snake_case")]
enum Status {
    /// New.
    Received,
    /// The same bytes are here.
    Duplicate,
    /// Not a picture that can be used.
    Refused,
}

/// How many people a photo shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Headcount {
    /// The number.
    #[schema(maximum = 10000)]
    people: u32,
}

/// Files in a form; their names' endings are held against the content, nothing of the names is kept.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the body is read file by file")]
pub(in crate::web) struct Files {
    /// The files.
    #[schema(min_items = 1)]
    files: Vec<Picture>,
}

/// A picture file's bytes.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "only described: the body is read as it comes")]
pub(in crate::web) struct Picture(Vec<u8>);

/// The photos of an event, in the order in which they came in.
#[utoipa::path(
    get,
    path = "/api/v1/events/{event}/photos",
    params(("event" = i64, Path, description = "The event's number"), Part),
    responses(
        (status = 200, description = "A part of the list", body = List<Photo>),
        (status = "4XX", description = "There is no such event", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    Path(event): Path<i64>,
    Query(part): Query<Part>,
) -> Result<Json<List<Photo>>, WebError> {
    let (event, fetch, after) = (EventId(event), part.fetch(), part.after()?.unwrap_or(0));
    let photos = site.blocking(move |site| {
        site.store().read(|read| {
            read.event(event)?.ok_or(WebError::NotFound)?;
            let photos = read.photos_after(event, after, fetch)?;
            Ok::<_, WebError>(photos.into_iter().map(|photo| told(read, photo)).collect::<Result<Vec<_>, _>>()?)
        })
    });
    Ok(Json(List::part(photos.await?, &part, |photo| photo.place)))
}

/// Brings photos in: one as the body, or several as a form. The same bytes again are the same photo.
#[utoipa::path(
    post,
    path = "/api/v1/events/{event}/photos",
    params(("event" = i64, Path, description = "The event's number")),
    request_body(content((Files = "multipart/form-data"), (Picture = "image/jpeg"))),
    responses(
        (status = 202, description = "New photos came in and wait to be looked into", body = Brought),
        (status = 200, description = "They were here already", body = Brought),
        (status = 503, description = "Too many photos wait: send it again after `Retry-After`", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "No file can be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn bring(
    State(site): State<Site>,
    caller: Caller,
    Path(event): Path<i64>,
    request: Request,
) -> Result<Response, WebError> {
    let event = site.blocking(move |site| site.store().read(|read| read.event(EventId(event)))).await?;
    let event = event.ok_or(WebError::NotFound)?;
    let key = repeat::named(request.headers())?;
    let fates = upload::take_in(&site, &caller, event.id, request).await?;
    let taken = fates.iter().find_map(|fate| match fate {
        Fate::Received(photo) | Fate::Known(photo) => Some((photo.id.to_string(), photo.digest.to_string())),
        Fate::Refused(_) => None,
    });
    let (photo, blake3) = taken.ok_or_else(|| refused(&fates))?;
    let new = fates.iter().any(|fate| matches!(fate, Fate::Received(_)));
    let status = if new { StatusCode::ACCEPTED } else { StatusCode::OK };
    let sent = fates.iter().map(|fate| match fate {
        Fate::Received(photo) | Fate::Known(photo) => photo.digest.to_string(),
        Fate::Refused(reason) => reason.to_string(),
    });
    let digest = Digest::of(format!("{}\n{}", event.id.0, sent.collect::<Vec<_>>().join("\n")).as_bytes());
    let answer =
        (status, Json(Brought { photo, blake3, files: fates.into_iter().map(file).collect() })).into_response();
    match key {
        Some(key) => repeat::upload(&site, caller, key, digest, answer).await,
        None => Ok(answer),
    }
}

/// One photo.
#[utoipa::path(
    get,
    path = "/api/v1/photos/{photo}",
    params(("photo" = inline(ids::Photo), Path, description = "Its id")),
    responses(
        (status = 200, description = "The photo", body = Photo),
        (status = "4XX", description = "There is no such photo", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn one(State(site): State<Site>, Path(id): Path<PhotoId>) -> Result<Json<Photo>, WebError> {
    shown(&site, id).await
}

/// Confirms how many people a photo shows.
#[utoipa::path(
    put,
    path = "/api/v1/photos/{photo}/headcount",
    params(("photo" = inline(ids::Photo), Path, description = "Its id")),
    request_body = Headcount,
    responses(
        (status = 200, description = "The number is kept", body = Photo),
        (status = "4XX", description = "There is no such photo, or the number cannot be", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn count(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<PhotoId>,
    Json(Headcount { people }): Json<Headcount>,
) -> Result<Json<Photo>, WebError> {
    let photo = id.clone();
    site.blocking(move |site| office::count_heads(site.store(), &photo, people, caller.actor(), site.now())).await?;
    shown(&site, id).await
}

async fn shown(site: &Site, id: PhotoId) -> Result<Json<Photo>, WebError> {
    let photo = site
        .blocking(move |site| site.store().read(|read| read.photo(&id)?.map(|photo| told(read, photo)).transpose()));
    Ok(Json(photo.await?.ok_or(WebError::NotFound)?))
}

fn told(read: &Read, photo: photo::Photo) -> Result<Photo, StoreError> {
    let tally = read.tally_of_photo(&photo.id)?;
    Ok(Photo {
        headcount: read.headcount(&photo.id)?,
        photo: photo.id.to_string(),
        blake3: photo.digest.to_string(),
        event: photo.event.0,
        place: photo.ordinal,
        state: match photo.state {
            PhotoState::Received => Stage::Received,
            PhotoState::Found => Stage::Found,
            PhotoState::Inspected => Stage::Inspected,
            PhotoState::Quarantined => Stage::Quarantined,
            PhotoState::Refused => Stage::Refused,
            PhotoState::Destroyed => Stage::Destroyed,
        },
        reason: photo.reason,
        width: photo.size.map(|size| size.width),
        height: photo.size.map(|size| size.height),
        named: tally.named,
        to_name: tally.to_name,
        maybe: tally.maybe,
    })
}

fn file(fate: Fate) -> File {
    let (status, photo, reason) = match fate {
        Fate::Received(photo) => (Status::Received, Some(photo), None),
        Fate::Known(photo) => (Status::Duplicate, Some(photo), None),
        Fate::Refused(reason) => (Status::Refused, None, Some(sentence(&reason))),
    };
    let ids = photo.map(|photo| (photo.id.to_string(), photo.digest.to_string()));
    let (photo, blake3) = ids.unzip();
    File { status, photo, blake3, reason }
}

/// Every file's reason, each with its place when there are several.
fn refused(fates: &[Fate]) -> WebError {
    let reasons = (1..).zip(fates).filter_map(|(place, fate): (usize, &Fate)| match fate {
        Fate::Refused(reason) if fates.len() == 1 => Some(sentence(reason)),
        Fate::Refused(reason) => Some(format!("File {place}: {}", sentence(reason))),
        Fate::Received(_) | Fate::Known(_) => None,
    });
    WebError::Unusable(reasons.collect::<Vec<_>>().join(" "))
}
