//! A channel's feed for machines: what may be shown now and what has to be taken back, decided at the request.
//!
//! With `address` in the settings every address in a feed is whole. Without it they begin with `/`, to be joined to the
//! address at which the feed was fetched: what a request says of its host is nobody's word but its sender's.

mod document;
mod json;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;

use document::Kind;
pub(in crate::web) use document::{Asked, Document};
use json::{JsonFeed, document};

use super::links::Links;
use super::list::Part;
use super::{PLACED, ids};
use crate::domain::id::{ChannelId, PhotoId};
use crate::pipeline::PipelineError;
use crate::pipeline::release::Request;
use crate::release::{About, Addresses, Feed, feed, rss};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;
use crate::web::memo::Stands;

/// Tells what may be shown now, as JSON Feed 1.1.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/feed.json",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), Part, Links),
    responses(
        (status = 200, description = "The pictures that may be shown now, and those to take back", body = JsonFeed, content_type = "application/feed+json"),
        (status = 304, description = "The same as in `If-None-Match`"),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn feed_json(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Query(part): Query<Part>,
    Query(links): Query<Links>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    told(site, caller, channel, &part, &links, Kind::Json).await.map(|document| document.answer(&headers))
}

/// Tells what may be shown now, as RSS 2.0 with Media RSS.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/feed.xml",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), Part, Links),
    responses(
        (status = 200, description = "The pictures that may be shown now", body = String, content_type = "application/rss+xml"),
        (status = 304, description = "The same as in `If-None-Match`"),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn feed_xml(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Query(part): Query<Part>,
    Query(links): Query<Links>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    told(site, caller, channel, &part, &links, Kind::Rss).await.map(|document| document.answer(&headers))
}

/// The document as it is right now: the one that was told last, if nothing whatever has happened since.
async fn told(
    site: Site,
    caller: Caller,
    channel: ChannelId,
    part: &Part,
    links: &Links,
    kind: Kind,
) -> Result<Document, WebError> {
    let (most, after, links) = (part.limit_or(USUAL), part.after()?, links.of(&caller, site.now())?);
    let asked = Asked { channel, kind, after, most, links };
    let told = site.blocking(move |site| {
        site.place(PLACED)?;
        match site.feeds().known(site, &asked)? {
            Some(document) => Ok(document),
            None => fresh(site, &caller, asked),
        }
    });
    told.await
}

fn fresh(site: &Site, caller: &Caller, asked: Asked) -> Result<Document, WebError> {
    let request = site.request(&asked.channel, caller.actor())?;
    let read = || {
        let at = site.now();
        let read = site.store().read(|read| {
            let feed = feed(read, &request, asked.after.as_ref(), asked.most.into(), at)?;
            Ok::<_, PipelineError>((feed, read.audit_head()?))
        });
        read.map(|(feed, head)| (feed, head, at))
    };
    let (mut feed, mut head, mut at) = read()?;
    let made = if asked.kind == Kind::Rss { make(site, &request, &feed)? } else { 0 };
    if made > 0 {
        (feed, head, at) = read()?;
    }
    // what was tried just now may be tried further at the next request
    let whole = made < MADE_AT_ONCE;
    let until = feed.items.iter().filter_map(|item| item.until).min();
    let about = about(site, &asked, &feed)?;
    let body = match asked.kind {
        Kind::Json => serde_json::to_string(&document(about, asked.channel.clone(), feed)),
        Kind::Rss => Ok(rss(&feed, &about)),
    };
    let body = body.map_err(|error| WebError::Broken(error.into()))?;
    let document = Document::new(asked.kind, body);
    if whole {
        site.feeds().keep(site, asked, head, Stands { from: at, until }, document.clone(), document.len());
    }
    Ok(document)
}

/// Makes some of the pictures whose lengths are not known; gives how many were tried. One that cannot be made is told of without.
fn make(site: &Site, request: &Request<'_>, feed: &Feed) -> Result<usize, WebError> {
    let missing = feed.items.iter().filter(|item| item.bytes.is_none()).map(|item| &item.photo);
    let missing: Vec<&PhotoId> = missing.take(MADE_AT_ONCE).collect();
    for photo in &missing {
        match request.picture(site.store(), photo, None, site.clock()) {
            Err(error) if !error.is_of_photo() => return Err(error.into()),
            _ => {}
        }
    }
    Ok(missing.len())
}

/// So many pictures are told of at once when nobody says how many.
const USUAL: u16 = 100;

/// So many pictures are made while a reader of a feed waits; the rest at its next requests.
const MADE_AT_ONCE: usize = 20;

/// What a feed says of itself.
fn about(site: &Site, asked: &Asked, feed: &Feed) -> Result<About, WebError> {
    let (school, channel) = (site.school(), &asked.channel);
    // what every address begins with: where the school says it is, or nothing
    let base = school.address.as_deref().map(|address| address.trim_end_matches('/')).unwrap_or_default().to_owned();
    let form = match asked.kind {
        Kind::Json => "json",
        Kind::Rss => "xml",
    };
    let days = asked.links.map(|links| links.days);
    let limit = (asked.most != USUAL).then(|| format!("limit={}", asked.most));
    let address = |after: Option<&PhotoId>| {
        let after = after.map(|after| format!("after={after}"));
        let said = [after, limit.clone(), days.map(|days| format!("links={days}"))];
        let said: Vec<String> = said.into_iter().flatten().collect();
        let said = if said.is_empty() { String::new() } else { format!("?{}", said.join("&")) };
        format!("{base}/api/v1/channels/{channel}/feed.{form}{said}")
    };
    Ok(About {
        title: format!("{}: {}", school.name, channel.title()),
        home: format!("{base}/channels/{channel}/pictures"),
        own: address(None),
        next: feed.next.as_ref().map(|next| address(Some(next))),
        credit: school.channel(channel).map_or(&*school.name, |(channel, _)| school.credit(channel)).to_owned(),
        images: Addresses {
            signed: asked.links.map(|links| links.signed(site)).transpose()?,
            channel: channel.clone(),
            base,
        },
    })
}
