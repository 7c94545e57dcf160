//! The shape of a channel's JSON Feed.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::{ChannelId, Digest};
use crate::domain::time::{Date, Timestamp};
use crate::pipeline::Width;
use crate::release::{About, Addresses, Feed, Item};

/// A JSON Feed, version 1.1 (`https://jsonfeed.org/version/1.1`).
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct JsonFeed {
    #[schema(example = "https://jsonfeed.org/version/1.1")]
    version: &'static str,
    /// What the channel is called.
    title: String,
    /// Where people look at it.
    #[schema(format = "uri-reference")]
    home_page_url: String,
    /// Where this feed is.
    #[schema(format = "uri-reference")]
    feed_url: String,
    /// Where the feed goes on, when it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri-reference", nullable = false)]
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
    #[schema(format = "uri-reference")]
    url: String,
    title: String,
    /// The caption, or else the alternative text.
    content_text: String,
    /// Its largest picture.
    #[schema(format = "uri-reference")]
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
    #[schema(format = "uri-reference")]
    url: String,
    mime_type: &'static str,
    title: String,
    /// How many bytes, once the picture was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    size_in_bytes: Option<u64>,
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
    #[schema(format = "uri-reference")]
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
    #[schema(format = "uri-reference")]
    url: String,
}

/// The feed as its readers get it; `about` says where it and its pictures are.
pub(super) fn document(about: About, channel: ChannelId, feed: Feed) -> JsonFeed {
    let About { title, home, own, next, credit, images } = about;
    let withdrawn = feed.withdrawn.iter().map(|id| Withdrawn { id: id.to_string(), url: images.of(id) }).collect();
    JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title,
        home_page_url: home,
        next_url: next,
        feed_url: own,
        language: "en-GB",
        items: feed.items.into_iter().map(|item| feed_item(item, &images, &credit)).collect(),
        authors: vec![Author { name: credit }],
        eyelid: Withdrawals { about: "The pictures under `withdrawn` have to be removed.", channel, withdrawn },
    }
}

fn feed_item(item: Item, images: &Addresses, credit: &str) -> FeedItem {
    let url = images.of(&item.photo);
    let widths = Width::STEPS.into_iter().filter(|step| *step <= item.size.width);
    let sized = |step: u32| {
        let size = item.size.fitted(Width::at_most(step).long_side(item.size, item.size.long_side()));
        Sized { url: images.at_most(&url, step), width: size.width, height: size.height }
    };
    let label = item.label;
    FeedItem {
        id: item.photo.to_string(),
        title: label.title(),
        content_text: label.caption.clone().unwrap_or_else(|| label.alt.clone()),
        image: url.clone(),
        date_published: item.agreed_at,
        attachments: vec![Attachment {
            url: url.clone(),
            mime_type: "image/jpeg",
            title: label.alt.clone(),
            size_in_bytes: item.bytes,
        }],
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
