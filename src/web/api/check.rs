//! Checking by machine: what waits for a channel, signing off, turning down, and the texts beside a picture.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::{List, Part};
use super::{PLACED, ids};
use crate::consent::{FaceAct, Queue, Reader, TextKind};
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::domain::time::Date;
use crate::office::{self, OfficeError};
use crate::pipeline::release::Request;
use crate::release::{Look, look, waiting};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// A photo and how a channel stands to it now.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Checked {
    /// The photo's id.
    #[schema(value_type = String)]
    photo: PhotoId,
    /// The event as the school calls it.
    event: String,
    /// The event's day.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// A neutral file name.
    file: String,
    queue: QueueName,
    /// Whether a stricter picture took the place of one that had left: who has the earlier one has to fetch this.
    replaced: bool,
    /// What a sign-off has to name: the picture that would leave. Null when no sign-off could let it leave.
    #[schema(value_type = Option<String>)]
    fingerprint: Option<Digest>,
    /// Why, the heaviest reason first.
    reasons: Vec<Why>,
    /// Every face.
    faces: Vec<CheckedFace>,
    /// The line below the picture.
    caption: Option<String>,
    /// The description that somebody wrote.
    alt: Option<String>,
}

/// A reason in plain English.
#[derive(Serialize, ToSchema)]
struct Why {
    /// A stable word.
    code: &'static str,
    /// A sentence with the remedy.
    text: String,
}

/// A face and what happens to it.
#[derive(Serialize, ToSchema)]
struct CheckedFace {
    /// Its number in the photo.
    face: u32,
    /// `show`, `obscure`, `block` or `none`.
    verdict: &'static str,
    /// Why, as a sentence.
    reason: String,
}

/// A queue of a channel.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum QueueName {
    ToCheck,
    MayLeave,
    NotReady,
    TurnedDown,
    Withheld,
}

/// Which queue.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Which {
    /// The queue; what waits to be checked when left out.
    #[param(inline, nullable = false)]
    queue: Option<QueueName>,
}

/// Lists what waits for a channel, the newest event first.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/queue",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), Which, Part),
    responses(
        (status = 200, description = "Part of the queue, each photo decided now", body = List<Checked>),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn queue(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Query(which): Query<Which>,
    Query(part): Query<Part>,
) -> Result<Json<List<Checked>>, WebError> {
    let (most, after) = (part.limit().into(), part.after()?);
    let queue = Queue::from(which.queue.unwrap_or(QueueName::ToCheck));
    let found = site.blocking(move |site| {
        site.place(PLACED)?;
        let request = site.request(&channel, caller.actor())?;
        site.store()
            .read(|read| waiting(read, &request, queue, after.as_ref(), most, site.now()))
            .map_err(WebError::from)
    });
    let found = found.await?;
    Ok(Json(List::up_to(found.photos.into_iter().map(Checked::from).collect(), found.next.as_ref())))
}

/// Tells how a channel stands to one photo now.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/photos/{photo}",
    params(
        ("channel" = inline(ids::Text), Path, description = "The channel"),
        ("photo" = inline(ids::Photo), Path, description = "The photo's id"),
    ),
    responses(
        (status = 200, description = "The photo, decided now", body = Checked),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn one(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, photo)): Path<(ChannelId, String)>,
) -> Result<Json<Checked>, WebError> {
    done(site, caller, channel, &photo, |_, _, _| Ok(())).await
}

/// What was looked at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct SeenPicture {
    /// The `fingerprint` of the picture that was looked at.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    fingerprint: Digest,
}

/// Signs a photo off for the channel. The same again changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{channel}/photos/{photo}/sign-off",
    params(
        ("channel" = inline(ids::Text), Path, description = "The channel"),
        ("photo" = inline(ids::Photo), Path, description = "The photo's id"),
    ),
    request_body = SeenPicture,
    responses(
        (status = 200, description = "How the channel stands to the photo after that", body = Checked),
        (status = 409, description = "The picture has changed since it was looked at", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "It cannot be signed off", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn sign_off(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, photo)): Path<(ChannelId, String)>,
    Json(seen): Json<SeenPicture>,
) -> Result<Json<Checked>, WebError> {
    // a key does not tell whose eyes looked
    if site.school().policy.four_eyes && caller.person().is_err() {
        return Err(WebError::Unusable("Your school asks for four eyes: a person has to sign off.".to_owned()));
    }
    done(site, caller, channel, &photo, move |site, request, photo| {
        office::sign_off(site.store(), request, photo, Some(&seen.fingerprint), site.now())
    })
    .await
}

/// Why a photo is turned down.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct RejectionReason {
    /// What is wrong with it.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Turns a photo down for the channel: it does not leave there until it is signed off again. The same again changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{channel}/photos/{photo}/rejection",
    params(
        ("channel" = inline(ids::Text), Path, description = "The channel"),
        ("photo" = inline(ids::Photo), Path, description = "The photo's id"),
    ),
    request_body = RejectionReason,
    responses(
        (status = 200, description = "How the channel stands to the photo after that", body = Checked),
        (status = "4XX", description = "It cannot be turned down", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn reject(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, photo)): Path<(ChannelId, String)>,
    Json(given): Json<RejectionReason>,
) -> Result<Json<Checked>, WebError> {
    done(site, caller, channel, &photo, move |site, request, photo| {
        office::reject(site.store(), request, photo, &given.reason, site.now())
    })
    .await
}

/// Texts beside a picture; an empty one takes the earlier away, one that is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct PictureTexts {
    /// The line below the picture.
    #[schema(max_length = 1000)]
    caption: Option<String>,
    /// A description for those who do not see it.
    #[schema(max_length = 1000)]
    alt: Option<String>,
}

/// Writes the texts beside a picture. One with a surname or full name of the register is refused.
#[utoipa::path(
    put,
    path = "/api/v1/channels/{channel}/photos/{photo}/texts",
    params(
        ("channel" = inline(ids::Text), Path, description = "The channel"),
        ("photo" = inline(ids::Photo), Path, description = "The photo's id"),
    ),
    request_body = PictureTexts,
    responses(
        (status = 200, description = "How the channel stands to the photo after that", body = Checked),
        (status = "4XX", description = "The texts cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn texts(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, photo)): Path<(ChannelId, String)>,
    Json(given): Json<PictureTexts>,
) -> Result<Json<Checked>, WebError> {
    done(site, caller, channel, &photo, move |site, request, photo| {
        let texts = [(TextKind::Caption, &given.caption), (TextKind::AltText, &given.alt)];
        let texts: Vec<(TextKind, &str)> =
            texts.into_iter().filter_map(|(kind, text)| Some((kind, text.as_deref()?))).collect();
        office::write_texts(site.store(), request, photo, &texts, site.now())
    })
    .await
}

/// Does something with a photo and tells how the channel stands to it then.
async fn done(
    site: Site,
    caller: Caller,
    channel: ChannelId,
    photo: &str,
    work: impl FnOnce(&Site, &Request<'_>, &PhotoId) -> Result<(), OfficeError> + Send + 'static,
) -> Result<Json<Checked>, WebError> {
    let photo: PhotoId = photo.parse().map_err(|_| WebError::NotFound)?;
    let checked = site.blocking(move |site| {
        let request = site.request(&channel, caller.actor())?;
        work(site, &request, &photo)?;
        site.store().read(|read| look(read, &request, &photo, site.now())).map_err(WebError::from)
    });
    Ok(Json(checked.await?.into()))
}

impl From<QueueName> for Queue {
    fn from(name: QueueName) -> Self {
        match name {
            QueueName::ToCheck => Self::ToCheck,
            QueueName::MayLeave => Self::MayLeave,
            QueueName::NotReady => Self::NotReady,
            QueueName::TurnedDown => Self::TurnedDown,
            QueueName::Withheld => Self::Withheld,
        }
    }
}

impl From<Queue> for QueueName {
    fn from(queue: Queue) -> Self {
        match queue {
            Queue::ToCheck => Self::ToCheck,
            Queue::MayLeave => Self::MayLeave,
            Queue::NotReady => Self::NotReady,
            Queue::TurnedDown => Self::TurnedDown,
            Queue::Withheld => Self::Withheld,
        }
    }
}

impl From<Look> for Checked {
    fn from(look: Look) -> Self {
        let replaced = look.replaced;
        let reasons = look.reasons.iter();
        let faces = look.faces.iter().map(|face| CheckedFace {
            face: face.face.0,
            verdict: match face.verdict {
                FaceAct::None => "none",
                FaceAct::Show => "show",
                FaceAct::Obscure => "obscure",
                FaceAct::Block => "block",
            },
            reason: face.reason.text(Reader::Other),
        });
        Self {
            reasons: reasons
                .map(|reason| Why { code: reason.code.as_str(), text: reason.text(Reader::Other) })
                .collect(),
            faces: faces.collect(),
            file: look.label.file(),
            photo: look.photo,
            event: look.label.event,
            date: look.label.date,
            queue: look.queue.into(),
            replaced,
            fingerprint: look.fingerprint,
            caption: look.label.caption,
            alt: look.own_alt,
        }
    }
}
