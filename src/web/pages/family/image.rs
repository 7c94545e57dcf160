//! A published picture for the family of somebody in it: as it may leave right now, and only while it shows their child.

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::domain::id::{ChannelId, PersonId, PhotoId};
use crate::office::OfficeError;
use crate::office::family::own_one;
use crate::office::portal;
use crate::pipeline::release::Request;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::guard::Caller;

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path((person, channel, file)): Path<(PersonId, ChannelId, String)>,
) -> Result<Response, WebError> {
    let account = caller.person()?.1.clone();
    let photo: Option<PhotoId> = file.strip_suffix(".jpg").and_then(|id| id.parse().ok());
    let photo = photo.ok_or(WebError::NotFound)?;
    let released = site.blocking(move |site| {
        site.store().read(|read| own_one(read, &account, &person))?;
        let school = site.school();
        let Some((channel, category)) = school.channel(&channel) else { return Ok(None) };
        let request = Request { school, roll: site.roll(), channel, category, actor: site.actor() };
        portal::picture(site.store(), &request, &person, &photo, || site.now()).map_err(OfficeError::from)
    });
    let released = released.await?.ok_or(WebError::Gone)?;
    Ok(([(CONTENT_TYPE, "image/jpeg")], released.bytes().to_vec()).into_response())
}
