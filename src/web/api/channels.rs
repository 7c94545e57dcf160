//! The channels that whoever asks may use.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::list::List;
use crate::access::Permission;
use crate::domain::channel::Network;
use crate::domain::id::ChannelId;
use crate::web::Site;
use crate::web::error::Problem;
use crate::web::guard::Caller;

/// A channel and where its pictures are fetched.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct OwnChannel {
    /// Its id.
    #[schema(value_type = String, example = "website")]
    id: ChannelId,
    /// As people call it.
    title: String,
    /// The longest side of its pictures in pixels.
    max_px: u32,
    /// The credit on its pictures.
    credit: String,
    /// Where people post its pictures by hand.
    networks: Vec<NetworkItem>,
    /// Whether somebody has to sign off what leaves.
    needs_sign_off: bool,
    /// Its JSON Feed, when whoever asks may fetch pictures.
    feed_json: Option<String>,
    /// Its RSS feed.
    feed_xml: Option<String>,
    /// All of its pictures as a ZIP file.
    pack: Option<String>,
    /// What waits to be checked, when whoever asks may check.
    queue: Option<String>,
}

/// A social network, and what it takes.
#[derive(Serialize, ToSchema)]
struct NetworkItem {
    /// As people call it.
    name: String,
    /// The longest side that it shows, in pixels.
    max_px: u32,
    /// The longest alternative text that it takes, in characters; nothing when it tells none.
    #[schema(required)]
    max_alt: Option<u32>,
}

impl From<&Network> for NetworkItem {
    fn from(network: &Network) -> Self {
        Self { name: network.name.clone(), max_px: network.max_px, max_alt: network.max_alt }
    }
}

/// Lists the channels of the session or the token.
#[utoipa::path(
    get,
    path = "/api/v1/channels",
    responses(
        (status = 200, description = "The channels", body = List<OwnChannel>),
        (status = "4XX", description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(State(site): State<Site>, caller: Caller) -> Json<List<OwnChannel>> {
    let own = site.school().channels.iter().filter(|channel| caller.has_channel(&channel.id));
    let items = own.map(|channel| {
        let at =
            |permission, path: &str| caller.may(permission).then(|| format!("/api/v1/channels/{}/{path}", channel.id));
        OwnChannel {
            id: channel.id.clone(),
            title: channel.id.title(),
            max_px: channel.max_px,
            credit: site.school().credit(channel).to_owned(),
            networks: channel.networks.iter().map(NetworkItem::from).collect(),
            needs_sign_off: channel.needs_sign_off,
            feed_json: at(Permission::Pull, "feed.json"),
            feed_xml: at(Permission::Pull, "feed.xml"),
            pack: at(Permission::Pull, "pack.zip"),
            queue: at(Permission::Check, "queue"),
        }
    });
    Json(List::whole(items.collect()))
}
