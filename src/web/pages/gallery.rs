//! What may leave for one channel, decided now.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::page;
use crate::domain::channel::Network;
use crate::domain::geometry::Size;
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::pipeline::Width;
use crate::release::{Item, feed};
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
    posted: bool,
    next: Option<PhotoId>,
}

struct Picture {
    photo: PhotoId,
    fingerprint: Digest,
    address: String,
    alt: String,
    caption: Option<String>,
    file: String,
    posts: Vec<Post>,
}

/// A picture as one social network takes it.
struct Post {
    network: String,
    width: u32,
    height: u32,
    address: String,
    /// How many characters the alternative text has to lose.
    too_long: Option<usize>,
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
    let networks = site.school().channel(&channel).map(|(channel, _)| channel.networks.clone()).unwrap_or_default();
    let found = site.blocking(move |site| {
        site.place(super::channel::PLACED)?;
        let request = site.request(&wanted, caller.actor())?;
        site.store().read(|read| feed(read, &request, place.after.as_ref(), A_PAGE, site.now())).map_err(WebError::from)
    });
    let found = found.await?;
    let picture = |item: Item| Picture {
        address: format!("/channels/{channel}/images/{}.jpg?w=640", item.photo),
        posts: networks.iter().map(|network| post(network, &channel, &item)).collect(),
        photo: item.photo,
        fingerprint: item.fingerprint,
        file: item.label.file(),
        alt: item.label.alt,
        caption: item.label.caption,
    };
    let pictures = found.items.into_iter().map(picture).collect();
    page(&Gallery { frame, pictures, posted: !networks.is_empty(), next: found.next, channel })
}

fn post(network: &Network, channel: &ChannelId, item: &Item) -> Post {
    let width = Width::within(item.size, network.max_px);
    let Size { width: across, height } = item.size.fitted(width.long_side(item.size, item.size.long_side()));
    let letters = item.label.alt.chars().count();
    let most = network.max_alt.and_then(|most| usize::try_from(most).ok());
    Post {
        network: network.name.clone(),
        width: across,
        height,
        address: format!("/channels/{channel}/images/{}.jpg?w={}", item.photo, width.pixels()),
        too_long: most.and_then(|most| letters.checked_sub(most)).filter(|more| *more > 0),
    }
}

const A_PAGE: usize = 48;
