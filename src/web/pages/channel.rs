//! A channel's desk: how many photos are where, and the queue that waits for its editor.

pub(in crate::web) mod connections;
pub(in crate::web) mod photo;
pub(in crate::web) mod placements;
pub(in crate::web) mod preview;
pub(in crate::web) mod tokens;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::page;
use crate::consent::{Queue, Reader, Weight};
use crate::domain::id::{ChannelId, PhotoId};
use crate::release::{Look, Waiting, waiting};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "channel.html", config = "src/web/askama.toml")]
struct Desk {
    frame: Frame,
    channel: ChannelId,
    queues: Vec<Counted>,
    current: Queue,
    key: &'static str,
    name: &'static str,
    meaning: &'static str,
    photos: Vec<Listed>,
    next: Option<PhotoId>,
    unplaced: u64,
    keeps_tokens: bool,
    families_only: bool,
}

struct Counted {
    queue: Queue,
    key: &'static str,
    name: &'static str,
    colour: &'static str,
    photos: u64,
}

struct Listed {
    photo: PhotoId,
    title: String,
    replaced: bool,
    reasons: Vec<String>,
}

/// Which queue, and where the page begins.
#[derive(Deserialize)]
pub(in crate::web) struct Wanted {
    queue: Option<Queue>,
    after: Option<PhotoId>,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Query(Wanted { queue, after }): Query<Wanted>,
) -> Result<Response, WebError> {
    let current = queue.unwrap_or(Queue::ToCheck);
    let (asks, wanted) = (caller.clone(), channel.clone());
    let found = site.blocking(move |site| {
        site.place(PLACED)?;
        let request = site.request(&wanted, asks.actor())?;
        let found = site.store().read(|read| {
            let waiting = waiting(read, &request, current, after.as_ref(), A_PAGE, site.now())?;
            Ok((waiting, read.queue_counts(&wanted)?, read.unplaced_count()?))
        });
        found.map_err(|error: crate::pipeline::PipelineError| WebError::from(error))
    });
    let (Waiting { photos, next }, counts, unplaced) = found.await?;
    let counted = |queue: Queue| {
        let (name, colour) = words(queue);
        Counted { queue, key: key(queue), name, colour, photos: counts.get(&queue).copied().unwrap_or_default() }
    };
    let families_only = site.school().channel(&channel).is_some_and(|(channel, _)| channel.families_only);
    page(&Desk {
        families_only,
        frame: Frame::new(&caller, Section::Channels),
        channel,
        queues: Queue::ALL.into_iter().map(counted).collect(),
        current,
        key: key(current),
        name: words(current).0,
        meaning: meaning(current),
        photos: photos.into_iter().map(listed).collect(),
        next,
        unplaced,
        keeps_tokens: caller.may(crate::access::Permission::Accounts),
    })
}

const A_PAGE: usize = 25;

/// So many photos are put into their queues while a page waits; the rest is done behind it.
pub(super) const PLACED: usize = 100;

fn listed(look: Look) -> Listed {
    let heaviest = look.reasons.iter().map(|reason| reason.weight).max().unwrap_or(Weight::Note);
    let stopping = look.reasons.iter().filter(|reason| reason.weight == heaviest);
    Listed {
        photo: look.photo,
        title: look.label.title(),
        replaced: look.replaced,
        reasons: stopping.map(|reason| reason.text(Reader::Other)).collect(),
    }
}

/// What a queue is called, and the colour of its tag.
pub(super) fn words(queue: Queue) -> (&'static str, &'static str) {
    match queue {
        Queue::ToCheck => ("To check", "yellow"),
        Queue::MayLeave => ("May leave", "green"),
        Queue::NotReady => ("Not ready", "grey"),
        Queue::TurnedDown => ("Turned down", "orange"),
        Queue::Withheld => ("Withheld", "red"),
    }
}

/// As addresses say it.
fn key(queue: Queue) -> &'static str {
    match queue {
        Queue::ToCheck => "to_check",
        Queue::MayLeave => "may_leave",
        Queue::NotReady => "not_ready",
        Queue::TurnedDown => "turned_down",
        Queue::Withheld => "withheld",
    }
}

fn meaning(queue: Queue) -> &'static str {
    match queue {
        Queue::ToCheck => "These wait for you: look at the picture as it would leave, and sign it off or turn it down.",
        Queue::MayLeave => "These may be fetched and placed now. Each is decided again whenever it is fetched.",
        Queue::NotReady => "Somebody else has to do something first, such as naming faces or counting heads.",
        Queue::TurnedDown => "An editor did not want these. Sign one off if it may be used after all.",
        Queue::Withheld => "These may not be used.",
    }
}
