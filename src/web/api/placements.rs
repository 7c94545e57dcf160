//! Where pictures are, by machine: placed by hand, sent, fetched.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::List;
use super::{PLACED, ids};
use crate::domain::id::{ChannelId, Digest, PersonId, PhotoId};
use crate::domain::placement::{Placed, PlacementId};
use crate::domain::time::Timestamp;
use crate::office::placements::{Stage, Told, Whereabouts, place, taken_down, whereabouts};
use crate::store::Placement;
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// A picture that somebody placed.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct PlacementItem {
    /// Its number.
    id: i64,
    #[schema(value_type = String)]
    photo: PhotoId,
    how: How,
    /// The post's address, or the print run.
    place: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Until when it has to be taken down, if it has to be.
    #[schema(value_type = Option<String>, format = DateTime)]
    take_down_by: Option<Timestamp>,
    /// When it was taken down.
    #[schema(value_type = Option<String>, format = DateTime)]
    taken_down_at: Option<Timestamp>,
}

/// How a picture was placed.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::web) enum How {
    /// On the web.
    Posted,
    /// On paper, a wall or a screen.
    Printed,
}

/// A placement that is told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct PlacementTold {
    #[schema(value_type = String, pattern = "^[0-9a-f]{20}$")]
    photo: PhotoId,
    /// The `fingerprint` that the feed gave with the very picture that was placed. Without it, or when another picture may leave
    /// by now, the placed one counts as one that hides nobody.
    #[schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$")]
    fingerprint: Option<Digest>,
    how: How,
    /// The post's address, or the print run.
    #[schema(max_length = 500)]
    place: String,
}

/// The number of what was told.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct PlacementMade {
    id: i64,
}

/// What is noted of a take-down.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct TakenDown {
    #[serde(default)]
    #[schema(max_length = 500)]
    note: String,
}

/// A picture at a place.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct PictureItem {
    #[schema(value_type = String)]
    photo: PhotoId,
    #[schema(value_type = String)]
    channel: ChannelId,
    /// `approved`, `delivered`, `replaced`, `placed`, `withdrawn`, `to_take_down` or `taken_down`.
    stage: &'static str,
    place: String,
    address: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    take_down_by: Option<Timestamp>,
}

/// Lists where pictures of a channel were placed by hand.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/placements",
    params(("channel" = inline(ids::Text), Path, description = "The channel")),
    responses(
        (status = 200, description = "What was placed, what has to be taken down first", body = List<PlacementItem>),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    Path(channel): Path<ChannelId>,
) -> Result<Json<List<PlacementItem>>, WebError> {
    site.school().channel(&channel).ok_or(WebError::NotFound)?;
    let found = site.blocking(move |site| {
        site.place(PLACED)?;
        site.store().read(|r| r.placements(&channel, 500)).map_err(WebError::from)
    });
    Ok(Json(List::whole(found.await?.into_iter().map(item).collect())))
}

/// Tells where a picture of a channel was placed by hand.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{channel}/placements",
    params(("channel" = inline(ids::Text), Path, description = "The channel")),
    request_body = PlacementTold,
    responses(
        (status = 201, description = "It is kept; whether it has to be taken down is found at once", body = PlacementMade),
        (status = "4XX", description = "It cannot be kept", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn tell(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Json(told): Json<PlacementTold>,
) -> Result<(StatusCode, Json<PlacementMade>), WebError> {
    let made = site.blocking(move |site| {
        let how = match told.how {
            How::Posted => Placed::Posted,
            How::Printed => Placed::Printed,
        };
        let request = site.request(&channel, caller.actor())?;
        let PlacementTold { photo, fingerprint, place: text, .. } = &told;
        let told = Told { photo, fingerprint: fingerprint.as_ref(), how, place: text };
        place(site.store(), &request, told, site.now()).map_err(WebError::from)
    });
    Ok((StatusCode::CREATED, Json(PlacementMade { id: made.await?.0 })))
}

/// Tells that a placed picture was taken down. Telling it again changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{channel}/placements/{placement}/done",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), ("placement" = i64, Path, description = "The placement's number")),
    request_body = TakenDown,
    responses(
        (status = 204, description = "It is noted; families whose wish it was are told"),
        (status = "4XX", description = "Nothing of this number has to be taken down", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn done(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, id)): Path<(ChannelId, i64)>,
    Json(TakenDown { note }): Json<TakenDown>,
) -> Result<StatusCode, WebError> {
    let letters = site.blocking(move |site| {
        let request = site.request(&channel, caller.actor())?;
        taken_down(site.store(), &request, PlacementId(id), &note, site.now()).map_err(WebError::from)
    });
    letters.await?.into_iter().for_each(|letter| site.post(letter));
    Ok(StatusCode::NO_CONTENT)
}

/// Tells where a person's pictures are right now.
#[utoipa::path(
    get,
    path = "/api/v1/pupils/{person}/pictures",
    params(("person" = inline(ids::Text), Path, description = "The person's id")),
    responses(
        (status = 200, description = "Each place to which a picture has gone or may go", body = List<PictureItem>),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn pictures(
    State(site): State<Site>,
    Path(person): Path<PersonId>,
) -> Result<Json<List<PictureItem>>, WebError> {
    let found = site.blocking(move |site| {
        let (school, roll) = (site.school(), site.roll());
        site.store().read(|read| whereabouts(read, school, roll, &person, site.now()))
    });
    let found: Vec<Whereabouts> = found.await?;
    Ok(Json(List::whole(found.into_iter().map(picture).collect())))
}

fn item(placement: Placement) -> PlacementItem {
    let Placement { id, photo, how, place, at, take_down, .. } = placement;
    let how = match how {
        Placed::Posted => How::Posted,
        Placed::Printed => How::Printed,
    };
    let take_down_by = take_down.as_ref().map(|task| task.due_at);
    let taken_down_at = take_down.and_then(|task| task.done).map(|(at, _)| at);
    PlacementItem { id: id.0, photo, how, place, at, take_down_by, taken_down_at }
}

fn picture(found: Whereabouts) -> PictureItem {
    let stage = match found.stage {
        Stage::Approved => "approved",
        Stage::Delivered => "delivered",
        Stage::Replaced => "replaced",
        Stage::Placed => "placed",
        Stage::Withdrawn => "withdrawn",
        Stage::ToTakeDown => "to_take_down",
        Stage::TakenDown => "taken_down",
    };
    let Whereabouts { photo, channel, place, address, due_at, .. } = found;
    PictureItem { photo, channel, stage, place, address, take_down_by: due_at }
}
