//! One photo on a channel's desk: the picture as it would leave beside the reasons, and what its editor says of it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{PLACED, words};
use crate::consent::{FaceAct, FaceVerdict, Queue, Reader, TextKind, Weight};
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::office::{self, OfficeError};
use crate::pipeline::PipelineError;
use crate::release::{Look, alike, look};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};

#[derive(Template)]
#[template(path = "channel_photo.html", config = "src/web/askama.toml")]
struct Checked {
    frame: Frame,
    channel: ChannelId,
    look: Look,
    name: &'static str,
    colour: &'static str,
    reasons: Vec<String>,
    faces: Vec<FaceRow>,
    refusals: Vec<(String, String)>,
    frames: Vec<PhotoId>,
    before: Option<PhotoId>,
    next: Option<PhotoId>,
    texts: Texts,
    reason: String,
    errors: Errors,
}

struct FaceRow {
    number: String,
    act: &'static str,
    why: String,
}

/// The texts of a photo.
#[derive(Deserialize)]
pub(in crate::web) struct Texts {
    caption: String,
    alt: String,
}

/// What was looked at.
#[derive(Deserialize)]
pub(in crate::web) struct Seen {
    fingerprint: String,
}

/// Why it is turned down, and which frame is looked at instead.
#[derive(Deserialize)]
pub(in crate::web) struct Reason {
    reason: String,
    instead: Option<PhotoId>,
}

/// The photo of an address.
pub(super) fn id(text: &str) -> Result<PhotoId, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, photo)): Path<(ChannelId, String)>,
) -> Result<Response, WebError> {
    let photo = id(&photo)?;
    let checked = site.blocking(move |site| checked(site, &caller, channel, &photo, Said::default())).await?;
    page(&checked)
}

pub(in crate::web) async fn sign_off(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, photo)): Path<(ChannelId, String)>,
    Form(Seen { fingerprint }): Form<Seen>,
) -> Result<Response, WebError> {
    let photo = id(&photo)?;
    let seen = fingerprint.parse::<Digest>().map_err(|_| WebError::Unusable("Open the photo again.".to_owned()))?;
    said(&site, caller, channel, photo, Said::default(), None, move |site, request, photo| {
        office::sign_off(site.store(), request, photo, Some(&seen), site.now())
    })
    .await
}

pub(in crate::web) async fn reject(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, photo)): Path<(ChannelId, String)>,
    Form(Reason { reason, instead }): Form<Reason>,
) -> Result<Response, WebError> {
    let photo = id(&photo)?;
    let kept = Said { reason: reason.clone(), ..Said::default() };
    said(&site, caller, channel, photo, kept, instead, move |site, request, photo| {
        office::reject(site.store(), request, photo, &reason, site.now())
    })
    .await
}

pub(in crate::web) async fn write(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, photo)): Path<(ChannelId, String)>,
    Form(texts): Form<Texts>,
) -> Result<Response, WebError> {
    let photo = id(&photo)?;
    let (caption, alt) = (texts.caption.clone(), texts.alt.clone());
    let kept = Said { texts: Some(texts), ..Said::default() };
    said(&site, caller, channel, photo.clone(), kept, Some(photo), move |site, request, photo| {
        let texts = [(TextKind::Caption, caption.as_str()), (TextKind::AltText, alt.as_str())];
        office::write_texts(site.store(), request, photo, &texts, site.now())
    })
    .await
}

/// What a form that has to be corrected held.
#[derive(Default)]
struct Said {
    texts: Option<Texts>,
    reason: String,
    errors: Errors,
}

/// Does what the form says; then on to that photo, or else to the next that waits.
async fn said(
    site: &Site,
    caller: Caller,
    channel: ChannelId,
    photo: PhotoId,
    mut kept: Said,
    then: Option<PhotoId>,
    work: impl FnOnce(&Site, &crate::pipeline::release::Request<'_>, &PhotoId) -> Result<(), OfficeError> + Send + 'static,
) -> Result<Response, WebError> {
    let done = site.blocking(move |site| {
        let done = work(site, &site.request(&channel, caller.actor())?, &photo);
        match done {
            Ok(()) => Ok(Ok(onward(site, &channel, &photo, then)?)),
            Err(error) => match errors(&error) {
                Some(errors) => {
                    kept.errors = errors;
                    checked(site, &caller, channel, &photo, kept).map(Err)
                }
                None => Err(error.into()),
            },
        }
    });
    match done.await? {
        Ok(path) => Ok(Redirect::to(&path).into_response()),
        Err(checked) => again(&checked),
    }
}

/// What can be put right on this page.
fn errors(error: &OfficeError) -> Option<Errors> {
    let text = sentence(&error.to_string());
    Some(match error {
        OfficeError::NamedText(texts) => Errors(
            texts
                .iter()
                .map(|kind| crate::web::form::FieldError {
                    field: if *kind == TextKind::Caption { "caption" } else { "alt" },
                    text: text.clone(),
                })
                .collect(),
        ),
        OfficeError::NoReason => Errors::one("reason", "Say what is wrong with the photo."),
        OfficeError::LongText(most) if *most == office::MOST_REASON => Errors::one("reason", text),
        OfficeError::LongText(_) => Errors::one("caption", text),
        OfficeError::Outdated(_) => Errors::one("sign-off", "The picture has changed since you opened it. Look again."),
        OfficeError::Blocked { .. } | OfficeError::NotInspected(_) => {
            Errors::one("sign-off", "This photo cannot be signed off now. Read why below.")
        }
        _ => return None,
    })
}

fn onward(site: &Site, channel: &ChannelId, photo: &PhotoId, then: Option<PhotoId>) -> Result<String, WebError> {
    site.place(PLACED)?;
    let next = match then {
        Some(then) => Some(then),
        None => site.store().read(|read| {
            let after = read.queue(channel, Queue::ToCheck, Some(photo), 1)?;
            let first = if after.is_empty() { read.queue(channel, Queue::ToCheck, None, 1)? } else { after };
            Ok::<_, WebError>(first.into_iter().next())
        })?,
    };
    Ok(match next {
        Some(next) => format!("/channels/{channel}/photos/{next}"),
        None => format!("/channels/{channel}"),
    })
}

fn checked(site: &Site, caller: &Caller, channel: ChannelId, photo: &PhotoId, said: Said) -> Result<Checked, WebError> {
    site.place(PLACED)?;
    let request = site.request(&channel, caller.actor())?;
    let found = site.store().read(|read| {
        let look = look(read, &request, photo, site.now())?;
        let before = read.queue_before(&channel, look.queue, photo)?;
        let next = read.queue(&channel, look.queue, Some(photo), 1)?.into_iter().next();
        Ok::<_, PipelineError>((alike(read, photo, 4)?, before, next, look))
    });
    let (frames, before, next, look) = found?;
    let (name, colour) = words(look.queue);
    let own = || Texts {
        caption: look.label.caption.clone().unwrap_or_default(),
        alt: look.own_alt.clone().unwrap_or_default(),
    };
    let refusals = look.refusals.iter().rev().map(|refusal| (site.told(refusal.at), refusal.reason.clone()));
    Ok(Checked {
        frame: Frame::new(caller, Section::Channels),
        name,
        colour,
        reasons: reasons(&look),
        faces: look.faces.iter().filter(|face| face.verdict != FaceAct::None).map(face_row).collect(),
        refusals: refusals.collect(),
        frames,
        before,
        next,
        texts: said.texts.unwrap_or_else(own),
        reason: said.reason,
        errors: said.errors,
        channel,
        look,
    })
}

/// What stops the photo, and then what is only worth knowing.
fn reasons(look: &Look) -> Vec<String> {
    let worth = look.reasons.iter().filter(|reason| reason.weight > Weight::Note || look.queue != Queue::Withheld);
    worth.map(|reason| reason.text(Reader::Other)).collect()
}

fn face_row(face: &FaceVerdict) -> FaceRow {
    let act = match face.verdict {
        FaceAct::Show => "Shown",
        FaceAct::Obscure => "Hidden",
        FaceAct::Block => "Withholds the photo",
        FaceAct::None => "Nothing",
    };
    FaceRow { number: face.face.to_string(), act, why: face.reason.text(Reader::Other) }
}
