//! What may leave for one channel, decided now.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::page;
use crate::domain::id::{ChannelId, PhotoId};
use crate::release::feed;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "gallery.html", config = "src/web/askama.toml")]
struct Gallery {
    frame: Frame,
    channel: ChannelId,
    pictures: Vec<Picture>,
    next: Option<PhotoId>,
}

struct Picture {
    photo: PhotoId,
    address: String,
    alt: String,
    caption: Option<String>,
    file: String,
}

/// Where the page begins.
#[derive(Deserialize)]
pub(in crate::web) struct Place {
    after: Option<PhotoId>,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Query(place): Query<Place>,
) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Channels);
    let wanted = channel.clone();
    let found = site.blocking(move |site| {
        site.place(super::channel::PLACED)?;
        let request = site.request(&wanted, caller.actor())?;
        site.store().read(|read| feed(read, &request, place.after.as_ref(), A_PAGE, site.now())).map_err(WebError::from)
    });
    let found = found.await?;
    let picture = |item: crate::release::Item| Picture {
        address: format!("/channels/{channel}/images/{}.jpg?w=640", item.photo),
        photo: item.photo,
        file: item.label.file(),
        alt: item.label.alt,
        caption: item.label.caption,
    };
    let pictures = found.items.into_iter().map(picture).collect();
    page(&Gallery { frame, pictures, next: found.next, channel })
}

const A_PAGE: usize = 48;
