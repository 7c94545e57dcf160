//! The channels that somebody looks after.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::page;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "channels.html", config = "src/web/askama.toml")]
struct Channels {
    frame: Frame,
    channels: Vec<Own>,
}

struct Own {
    id: String,
    name: String,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let own = site.school().channels.iter().filter(|channel| caller.has_channel(&channel.id));
    let channels = own.map(|channel| Own { id: channel.id.to_string(), name: channel.id.title() }).collect();
    page(&Channels { frame: Frame::new(&caller, Section::Channels), channels })
}
