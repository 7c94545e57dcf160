//! What machines fetch of a channel: feeds, pictures, packs, each decided at the request.

use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH, LINK};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::Part;
use super::{PLACED, ids};
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::domain::time::{Date, Timestamp};
use crate::pipeline::Width;
use crate::release::{self, About, Feed, Item, archive, feed, rss};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;
use crate::web::picture::picture;

/// A JSON Feed, version 1.1 (`https://jsonfeed.org/version/1.1`).
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct JsonFeed {
    #[schema(example = "https://jsonfeed.org/version/1.1")]
    version: &'static str,
    /// What the channel is called.
    title: String,
    /// Where people look at it.
    #[schema(format = "uri")]
    home_page_url: String,
    /// Where this feed is.
    #[schema(format = "uri")]
    feed_url: String,
    /// Where the feed goes on, when it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri", nullable = false)]
    next_url: Option<String>,
    language: &'static str,
    authors: Vec<Author>,
    /// The pictures that may be shown now, the newest event first.
    items: Vec<FeedItem>,
    #[serde(rename = "_eyelid")]
    eyelid: Withdrawals,
}

/// Who is credited.
#[derive(Serialize, ToSchema)]
struct Author {
    name: String,
}

/// A picture that may be shown now.
#[derive(Serialize, ToSchema)]
struct FeedItem {
    /// The photo's id.
    id: String,
    /// Its largest picture.
    #[schema(format = "uri")]
    url: String,
    title: String,
    /// The caption, or else the alternative text.
    content_text: String,
    /// Its largest picture.
    #[schema(format = "uri")]
    image: String,
    /// When it was agreed to.
    #[schema(value_type = String, format = DateTime)]
    date_published: Timestamp,
    attachments: Vec<Attachment>,
    #[serde(rename = "_eyelid")]
    eyelid: Details,
}

/// A file of an item.
#[derive(Serialize, ToSchema)]
struct Attachment {
    #[schema(format = "uri")]
    url: String,
    mime_type: &'static str,
    title: String,
}

/// What Eyelid says of a picture besides.
#[derive(Serialize, ToSchema)]
struct Details {
    /// The verdict that lets it leave; another one means another picture.
    #[schema(value_type = String)]
    fingerprint: Digest,
    /// A description for those who do not see it.
    alt: String,
    /// The line below it.
    caption: Option<String>,
    /// Who is credited.
    credit: String,
    /// The event's day.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// A neutral file name.
    file: String,
    width: u32,
    height: u32,
    /// The same picture in every width that is made.
    images: Vec<Sized>,
    /// Ask again before then, whatever happens.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A picture in one width.
#[derive(Serialize, ToSchema)]
struct Sized {
    #[schema(format = "uri")]
    url: String,
    width: u32,
    height: u32,
}

/// What has to be taken back.
#[derive(Serialize, ToSchema)]
struct Withdrawals {
    about: &'static str,
    #[schema(value_type = String)]
    channel: ChannelId,
    /// Pictures that left and may no longer be shown: remove them wherever they are.
    withdrawn: Vec<Withdrawn>,
}

/// A picture that may no longer be shown.
#[derive(Serialize, ToSchema)]
struct Withdrawn {
    /// The photo's id, which was its item's.
    id: String,
    /// Where it was; it answers 410 now.
    #[schema(format = "uri")]
    url: String,
}

/// Tells what may be shown now, as JSON Feed 1.1.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/feed.json",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), Part),
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
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let feed = found(&site, caller, &channel, &part).await?;
    let document = document(&site, &base(&site, &headers), channel, feed);
    let body = serde_json::to_string(&document).map_err(|error| WebError::Broken(error.into()))?;
    Ok(tagged(&headers, "application/feed+json", body))
}

/// Tells what may be shown now, as RSS 2.0 with Media RSS.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/feed.xml",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), Part),
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
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let feed = found(&site, caller, &channel, &part).await?;
    let base = base(&site, &headers);
    let about = About {
        title: title(&site, &channel),
        home: format!("{base}/channels/{channel}/pictures"),
        credit: site.school().name.clone(),
        images: images(&base, &channel),
    };
    Ok(tagged(&headers, "application/rss+xml; charset=utf-8", rss(&feed, &about)))
}

/// How wide.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Size {
    /// The picture is at most so many pixels wide; as large as the channel allows when left out.
    #[param(minimum = 1, nullable = false)]
    w: Option<u32>,
}

/// Gives a picture as it may be shown now.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/images/{photo}",
    params(
        ("channel" = inline(ids::Text), Path, description = "The channel"),
        ("photo" = String, Path, description = "The photo's id with `.jpg`", pattern = "^[0-9a-f]{20}\\.jpg$"),
        Size,
    ),
    responses(
        (status = 200, description = "The picture; its ETag changes with the verdict", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 304, description = "It may still be shown, and is the one in `If-None-Match`"),
        (status = 404, description = "No picture of this photo ever left on this channel", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "It may no longer be shown: remove it wherever it is", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "It could not be made in time: ask again", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn image(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, file)): Path<(ChannelId, String)>,
    Query(size): Query<Size>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    picture(&site, caller, channel, &file, size.w, &headers).await
}

/// Gives the pictures that may be shown now as a ZIP file with `manifest.json`. What does not fit into one file follows in
/// another: its address stands in `Link`.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/pack.zip",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), Part),
    responses(
        (status = 200, description = "The pictures with their manifest", body = Vec<u8>, content_type = "application/zip"),
        (status = 503, description = "They could not be made in time: ask again", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn pack(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Query(part): Query<Part>,
) -> Result<Response, WebError> {
    let (most, after) = (part.limit_or(500), part.after()?);
    let wanted = channel.clone();
    let made = site.blocking(move |site| {
        site.place(PLACED)?;
        let request = site.request(&wanted, caller.actor())?;
        archive(site.store(), &request, after.as_ref(), most.into(), site.clock()).map_err(WebError::from)
    });
    let release::Archive { bytes, next } = made.await?;
    let file = format!("attachment; filename=\"{channel}.zip\"");
    let mut answer =
        ([(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, file)], bytes).into_response();
    let next =
        next.map(|next| format!("</api/v1/channels/{channel}/pack.zip?after={next}&limit={most}>; rel=\"next\""));
    if let Some(link) = next.and_then(|link| link.parse().ok()) {
        answer.headers_mut().insert(LINK, link);
    }
    Ok(answer)
}

async fn found(site: &Site, caller: Caller, channel: &ChannelId, part: &Part) -> Result<Feed, WebError> {
    let (most, after, channel) = (part.limit().into(), part.after()?, channel.clone());
    let found = site.blocking(move |site| {
        site.place(PLACED)?;
        let request = site.request(&channel, caller.actor())?;
        let feed = site.store().read(|read| feed(read, &request, after.as_ref(), most, site.now()));
        feed.map_err(WebError::from)
    });
    found.await
}

/// Where the site is, as the school says or as whoever asks found it.
fn base(site: &Site, headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let scheme = if site.secure() { "https" } else { "http" };
    let asked = || format!("{scheme}://{host}");
    site.school().address.as_deref().map_or_else(asked, |address| address.trim_end_matches('/').to_owned())
}

fn images(base: &str, channel: &ChannelId) -> String {
    format!("{base}/api/v1/channels/{channel}/images/")
}

fn title(site: &Site, channel: &ChannelId) -> String {
    format!("{}: {}", site.school().name, channel.title())
}

/// The document, or that it is the one that whoever asks has.
fn tagged(headers: &HeaderMap, kind: &'static str, body: String) -> Response {
    let tag = format!("\"{}\"", Digest::of(body.as_bytes()));
    if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response();
    }
    ([(CONTENT_TYPE, kind.to_owned()), (ETAG, tag)], body).into_response()
}

fn document(site: &Site, base: &str, channel: ChannelId, feed: Feed) -> JsonFeed {
    let own = format!("{base}/api/v1/channels/{channel}/feed.json");
    let images = images(base, &channel);
    let credit = &site.school().name;
    let address = |id: &PhotoId| format!("{images}{id}.jpg");
    let withdrawn = feed.withdrawn.iter().map(|id| Withdrawn { id: id.to_string(), url: address(id) }).collect();
    JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: title(site, &channel),
        home_page_url: format!("{base}/channels/{channel}/pictures"),
        next_url: feed.next.map(|next| format!("{own}?after={next}")),
        feed_url: own,
        language: "en-GB",
        authors: vec![Author { name: credit.clone() }],
        items: feed.items.into_iter().map(|item| feed_item(item, &images, credit)).collect(),
        eyelid: Withdrawals { about: "The pictures under `withdrawn` have to be removed.", channel, withdrawn },
    }
}

fn feed_item(item: Item, images: &str, credit: &str) -> FeedItem {
    let url = format!("{images}{}.jpg", item.photo);
    let widths = Width::STEPS.into_iter().filter(|step| *step <= item.size.width);
    let sized = |step: u32| {
        let size = item.size.fitted(Width::at_most(step).long_side(item.size, item.size.long_side()));
        Sized { url: format!("{url}?w={step}"), width: size.width, height: size.height }
    };
    let label = item.label;
    FeedItem {
        id: item.photo.to_string(),
        title: label.title(),
        content_text: label.caption.clone().unwrap_or_else(|| label.alt.clone()),
        image: url.clone(),
        date_published: item.agreed_at,
        attachments: vec![Attachment { url: url.clone(), mime_type: "image/jpeg", title: label.alt.clone() }],
        eyelid: Details {
            fingerprint: item.fingerprint,
            credit: credit.to_owned(),
            date: label.date,
            file: label.file(),
            alt: label.alt,
            caption: label.caption,
            width: item.size.width,
            height: item.size.height,
            images: widths.map(sized).collect(),
            expires_at: item.until,
        },
        url,
    }
}
