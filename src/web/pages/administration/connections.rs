//! Every channel with the places to which its pictures are sent.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::domain::id::ChannelId;
use crate::store::{Progress, StoreError};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::page;

#[derive(Template)]
#[template(path = "administration_connections.html", config = "src/web/askama.toml")]
struct Connections {
    frame: Frame,
    channels: Vec<Row>,
}

struct Row {
    channel: ChannelId,
    told: String,
    troubled: u64,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let found = site.blocking(|site| {
        site.store().read(|r| {
            let open = r.connections()?.into_iter().filter(|known| known.ended_at.is_none());
            open.map(|known| Ok((r.progress(known.id)?, known.channel))).collect::<Result<Vec<_>, StoreError>>()
        })
    });
    let found = found.await?;
    let row = |channel: &ChannelId| {
        let own: Vec<&Progress> = found.iter().filter(|(_, of)| of == channel).map(|(progress, _)| progress).collect();
        let told = match own.len() {
            0 => "Nowhere: pictures are only fetched".to_owned(),
            1 => "To one place".to_owned(),
            many => format!("To {many} places"),
        };
        let troubled = own.iter().map(|progress| progress.dead + progress.failing).sum();
        Row { channel: channel.clone(), told, troubled }
    };
    let channels = site.school().channels.iter().map(|channel| row(&channel.id)).collect();
    page(&Connections { frame: Frame::new(&caller, Section::Administration), channels })
}
