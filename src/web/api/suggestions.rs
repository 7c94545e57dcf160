//! An event's suggestions by machine: the same strips as on its page.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::List;
use crate::domain::id::{EventId, FaceId, PersonId, PhotoId};
use crate::office::strip;
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// A face that the matcher takes for somebody's.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct SuggestedFace {
    /// Whose it may be.
    person: String,
    /// The photo.
    photo: String,
    /// The photo's place in the event.
    place: u32,
    /// The face's number in the photo.
    face: u32,
}

/// The suggestions of an event that nobody has judged, of people whose biometric gate is open; each person's faces together.
#[utoipa::path(
    get,
    path = "/api/v1/events/{event}/suggestions",
    params(("event" = i64, Path, description = "The event's number")),
    responses(
        (status = 200, description = "The suggestions", body = List<SuggestedFace>),
        (status = "4XX", description = "There is no such event", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    Path(id): Path<i64>,
) -> Result<Json<List<SuggestedFace>>, WebError> {
    let found = site.blocking(move |site| {
        site.store().read(|read| {
            let event = read.event(EventId(id))?.ok_or(WebError::NotFound)?;
            strip::strips(read, site.school(), &event, site.now()).map_err(WebError::from)
        })
    });
    let of = |strip: strip::Strip| {
        let person = strip.person.to_string();
        strip.faces.into_iter().map(move |face| SuggestedFace {
            person: person.clone(),
            photo: face.photo.to_string(),
            place: face.place,
            face: face.face.0,
        })
    };
    Ok(Json(List::whole(found.await?.into_iter().flat_map(of).collect())))
}

/// What somebody says of suggestions.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct JudgedFaces {
    /// Who is suggested.
    #[schema(value_type = String, max_length = 64)]
    person: PersonId,
    /// Whether these faces are this person.
    confirmed: bool,
    /// The faces.
    #[schema(max_items = 500)]
    faces: Vec<FaceOf>,
}

/// A face of a photo.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct FaceOf {
    /// The photo.
    #[schema(value_type = String, pattern = "^[0-9a-f]{20}$")]
    photo: PhotoId,
    /// The face's number in it.
    #[schema(value_type = u32)]
    face: FaceId,
}

/// What became of them.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Outcome {
    /// Confirmed, or rejected.
    done: usize,
    /// Passed over: somebody has judged them since, or this person is not suggested for them any more.
    passed: usize,
}

/// Confirms or rejects faces as the person whom they are suggested to be.
#[utoipa::path(
    post,
    path = "/api/v1/events/{event}/suggestions",
    params(("event" = i64, Path, description = "The event's number")),
    responses(
        (status = 200, description = "What became of them", body = Outcome),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn judge(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(JudgedFaces { person, confirmed, faces }): Json<JudgedFaces>,
) -> Result<Json<Outcome>, WebError> {
    if faces.len() > 500 {
        return Err(WebError::Unusable("Send at most 500 faces at once.".to_owned()));
    }
    let faces: BTreeSet<(PhotoId, FaceId)> = faces.into_iter().map(|FaceOf { photo, face }| (photo, face)).collect();
    let judged = site.blocking(move |site| {
        site.store().read(|read| read.event(EventId(id)))?.ok_or(WebError::NotFound)?;
        strip::judge(site.store(), EventId(id), &person, &faces, confirmed, caller.actor(), site.now())
            .map_err(WebError::from)
    });
    let strip::Judged { done, passed } = judged.await?;
    Ok(Json(Outcome { done, passed }))
}
