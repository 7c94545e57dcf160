//! The faces of a photo by machine: who they are, boxes to add and to change.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids;
use super::list::List;
use crate::domain::face::{self, Origin, Who};
use crate::domain::geometry::Rect;
use crate::domain::id::{FaceId, PersonId, PhotoId};
use crate::office::album::Sheet;
use crate::office::{self, OfficeError};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// A face.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Face {
    /// Its number within the photo.
    face: u32,
    /// Left, top, right and bottom, in pixels of the upright photo.
    #[schema(value_type = Vec<f32>, min_items = 4, max_items = 4)]
    r#box: [f32; 4],
    /// The detector's confidence from 0 to 1; nothing for a box drawn by hand.
    #[schema(required)]
    score: Option<f32>,
    /// Whether it is a weak hit that may be no face.
    maybe: bool,
    /// Who it is.
    who: Kind,
    /// The person, when one was named or suggested.
    #[schema(required)]
    person: Option<String>,
    /// The number of what was said last of it, 0 for nothing: sent back as `seen`, nobody is overwritten unawares.
    seen: i64,
}

/// Who a face is.
#[derive(Serialize, ToSchema)]
#[schema(as = FaceKind)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// Nobody has said.
    Unknown,
    /// A person of the register.
    Person,
    /// Somebody without a record.
    Visitor,
    /// No face at all.
    NotAFace,
    /// The matcher's suggestion, which nobody has confirmed.
    Suggested,
}

/// Who somebody says a face is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Said {
    /// Who it is.
    who: Word,
    /// The person, with `person`.
    person: Option<String>,
    /// The face's `seen`: when somebody has said something since, the answer is 409. Without it the last word counts.
    seen: Option<i64>,
}

/// What can be said of a face.
#[derive(Deserialize, ToSchema)]
#[schema(as = FaceWord)]
#[serde(rename_all = "kebab-case")]
enum Word {
    /// Takes back what was said.
    Unknown,
    /// A person of the register.
    Person,
    /// Somebody without a record.
    Visitor,
    /// No face at all.
    NotAFace,
}

/// A box.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Drawn {
    /// Left, top, right and bottom, in pixels of the upright photo.
    #[schema(value_type = Vec<f32>, min_items = 4, max_items = 4)]
    r#box: [f32; 4],
    /// The face's `seen`, when a box is changed.
    seen: Option<i64>,
}

/// The faces of a photo, from left to right.
#[utoipa::path(
    get,
    path = "/api/v1/photos/{photo}/faces",
    params(("photo" = inline(ids::Photo), Path, description = "The photo's id")),
    responses(
        (status = 200, description = "The faces", body = List<Face>),
        (status = "4XX", description = "There is no such photo", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    Path(id): Path<PhotoId>,
) -> Result<Json<List<Face>>, WebError> {
    let sheet = sheet(&site, id).await?;
    Ok(Json(List::whole(sheet.faces.iter().map(|face| told(&sheet, face)).collect())))
}

/// Adds a face that the detector missed. The same box again gives the same face.
#[utoipa::path(
    post,
    path = "/api/v1/photos/{photo}/faces",
    params(("photo" = inline(ids::Photo), Path, description = "The photo's id")),
    request_body = Drawn,
    responses(
        (status = 201, description = "The face", body = Face),
        (status = "4XX", description = "There is no such photo, or the box is not in it", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn add(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<PhotoId>,
    Json(drawn): Json<Drawn>,
) -> Result<Response, WebError> {
    let (photo, rect) = (id.clone(), rect(&drawn)?);
    let face = site.blocking(move |site| office::add_face(site.store(), &photo, rect, caller.actor(), site.now()));
    Ok((StatusCode::CREATED, one(&site, id, face.await?).await?).into_response())
}

/// Says who a face is.
#[utoipa::path(
    put,
    path = "/api/v1/photos/{photo}/faces/{face}",
    params(
        ("photo" = inline(ids::Photo), Path, description = "The photo's id"),
        ("face" = u32, Path, description = "The face's number"),
    ),
    request_body = Said,
    responses(
        (status = 200, description = "The face", body = Face),
        (status = 409, description = "Somebody has said something else since", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "There is no such photo, face or person", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn name(
    State(site): State<Site>,
    caller: Caller,
    Path((id, face)): Path<(PhotoId, FaceId)>,
    Json(said): Json<Said>,
) -> Result<Json<Face>, WebError> {
    let (photo, who, seen) = (id.clone(), who(&said)?, said.seen);
    let named = site.blocking(move |site| {
        match office::name_face(site.store(), &photo, face, &who, seen, caller.actor(), site.now()) {
            // the person is in the document, not in the address
            Err(OfficeError::NoPerson(_)) => Err(WebError::Unusable("Nobody on the register has this id.".to_owned())),
            done => done.map_err(WebError::from),
        }
    });
    named.await?;
    one(&site, id, face).await
}

/// Gives a face another box: it becomes a new face with what was said of it.
#[utoipa::path(
    put,
    path = "/api/v1/photos/{photo}/faces/{face}/box",
    params(
        ("photo" = inline(ids::Photo), Path, description = "The photo's id"),
        ("face" = u32, Path, description = "The face's number"),
    ),
    request_body = Drawn,
    responses(
        (status = 200, description = "The face with its new number", body = Face),
        (status = 409, description = "Somebody has said something else since", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "There is no such face, or the box is not in the photo", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn reshape(
    State(site): State<Site>,
    caller: Caller,
    Path((id, face)): Path<(PhotoId, FaceId)>,
    Json(drawn): Json<Drawn>,
) -> Result<Json<Face>, WebError> {
    let (photo, rect) = (id.clone(), rect(&drawn)?);
    let moved = site.blocking(move |site| {
        office::move_box(site.store(), &photo, face, rect, drawn.seen, caller.actor(), site.now())
    });
    one(&site, id, moved.await?).await
}

async fn sheet(site: &Site, id: PhotoId) -> Result<Sheet, WebError> {
    site.blocking(move |site| site.store().read(|read| Sheet::load(read, &id))).await
}

async fn one(site: &Site, id: PhotoId, face: FaceId) -> Result<Json<Face>, WebError> {
    let sheet = sheet(site, id).await?;
    let face = sheet.faces.iter().find(|known| known.id == face).ok_or(WebError::NotFound)?;
    Ok(Json(told(&sheet, face)))
}

fn told(sheet: &Sheet, face: &face::Face) -> Face {
    let (who, person) = match &face.who {
        Who::Unknown => (Kind::Unknown, None),
        Who::Person(id) => (Kind::Person, Some(id)),
        Who::Visitor => (Kind::Visitor, None),
        Who::NotAFace => (Kind::NotAFace, None),
        Who::Suggested(id) => (Kind::Suggested, Some(id)),
    };
    Face {
        face: face.id.0,
        r#box: face.rect.into(),
        score: face.score,
        maybe: face.origin == Origin::Maybe,
        who,
        person: person.map(ToString::to_string),
        seen: sheet.seen(face.id),
    }
}

fn who(said: &Said) -> Result<Who, WebError> {
    let unusable = || WebError::Unusable("Send the person's id in `person` with `person`, and only then.".to_owned());
    match (&said.who, &said.person) {
        (Word::Unknown, None) => Ok(Who::Unknown),
        (Word::Visitor, None) => Ok(Who::Visitor),
        (Word::NotAFace, None) => Ok(Who::NotAFace),
        (Word::Person, Some(id)) => id.parse::<PersonId>().map(Who::Person).map_err(|_| unusable()),
        _ => Err(unusable()),
    }
}

fn rect(drawn: &Drawn) -> Result<Rect, WebError> {
    let [x1, y1, x2, y2] = drawn.r#box;
    let extent = "Give left, top, right and bottom in this order: the box has no extent.";
    Rect::new(x1, y1, x2, y2).ok_or_else(|| WebError::Unusable(extent.to_owned()))
}
