//! The same offer as RSS 2.0 with Media RSS (`http://search.yahoo.com/mrss/`), written by the package `rss`.

use std::collections::BTreeMap;

use jiff::fmt::rfc2822;
use rss::extension::{Extension, ExtensionMap};
use rss::{Channel, Enclosure, Guid, Item};

use super::address::Addresses;
use super::feed;
use crate::domain::id::PhotoId;

/// What a feed says of itself; addresses are whole, or all begin with `/`.
#[derive(Debug, Clone)]
pub struct About {
    /// What the channel is called.
    pub title: String,
    /// Where people look at it.
    pub home: String,
    /// Where this feed is.
    pub own: String,
    /// Where it goes on, when it does.
    pub next: Option<String>,
    /// The credit of every picture.
    pub credit: String,
    /// Where the pictures are.
    pub images: Addresses,
}

/// The namespace of what the format has no word for.
const OURS: &str = "urn:eyelid:feed:1";

/// The feed as a document of RSS. The format knows no taking back: what has to be removed is told in elements of our own,
/// `<eyelid:withdrawn guid=".." url=".."/>`, which readers that do not know them pass over.
#[must_use]
pub fn rss(feed: &feed::Feed, about: &About) -> String {
    let channel = Channel {
        title: about.title.clone(),
        link: about.home.clone(),
        description: "Pictures that may be shown now".to_owned(),
        language: Some("en-GB".to_owned()),
        copyright: Some(about.credit.clone()),
        ttl: Some("5".to_owned()),
        items: feed.items.iter().map(|picture| item(picture, about)).collect(),
        namespaces: NAMESPACES.into_iter().map(|(name, uri)| (name.to_owned(), uri.to_owned())).collect(),
        extensions: BTreeMap::from([links(about), withdrawn(feed, about)]),
        ..Channel::default()
    };
    channel.to_string().chars().filter(is_xml).collect()
}

/// The characters that a document may hold at all (XML 1.0, production 2); the package `rss` writes every other one too.
fn is_xml(letter: &char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

const NAMESPACES: [(&str, &str); 3] =
    [("media", "http://search.yahoo.com/mrss/"), ("atom", "http://www.w3.org/2005/Atom"), ("eyelid", OURS)];

type Extensions = (String, BTreeMap<String, Vec<Extension>>);

/// Where the feed is and goes on.
fn links(about: &About) -> Extensions {
    let link = |rel: &str, href: &String| {
        empty(
            "atom:link",
            [("rel", rel.to_owned()), ("href", href.clone()), ("type", "application/rss+xml".to_owned())],
        )
    };
    let next = about.next.iter().map(|next| link("next", next));
    let all = [link("self", &about.own)].into_iter().chain(next).collect();
    ("atom".to_owned(), BTreeMap::from([("link".to_owned(), all)]))
}

/// What has to be removed wherever it is.
fn withdrawn(feed: &feed::Feed, about: &About) -> Extensions {
    let tombstone =
        |photo: &PhotoId| empty("eyelid:withdrawn", [("guid", photo.to_string()), ("url", about.images.of(photo))]);
    let all: Vec<Extension> = feed.withdrawn.iter().map(tombstone).collect();
    ("eyelid".to_owned(), BTreeMap::from([("withdrawn".to_owned(), all)]))
}

fn empty<const N: usize>(name: &str, attrs: [(&str, String); N]) -> Extension {
    let attrs = attrs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Extension { name: name.to_owned(), value: None, attrs, children: BTreeMap::new() }
}

fn item(picture: &feed::Item, about: &About) -> Item {
    let address = about.images.of(&picture.photo);
    let label = &picture.label;
    Item {
        title: Some(format!("{}, {}", label.event, label.date.strftime("%-d %B %Y"))),
        link: Some(address.clone()),
        description: Some(plain(label.caption.as_deref().unwrap_or(&label.alt))),
        guid: Some(Guid { value: picture.photo.to_string(), permalink: false }),
        pub_date: rfc2822::to_string(&picture.agreed_at.to_zoned(jiff::tz::TimeZone::UTC)).ok(),
        // the format asks for the length, which is not known before the picture is made
        enclosure: picture.bytes.map(|bytes| Enclosure {
            url: address.clone(),
            length: bytes.to_string(),
            mime_type: JPEG.to_owned(),
        }),
        extensions: media(picture, address, &about.credit),
        ..Item::default()
    }
}

const JPEG: &str = "image/jpeg";

fn media(picture: &feed::Item, address: String, credit: &str) -> ExtensionMap {
    let element = |name: &str, value: &str| Extension {
        name: format!("media:{name}"),
        value: Some(value.to_owned()),
        ..Extension::default()
    };
    let mut description = element("description", &picture.label.alt);
    description.attrs.insert("type".to_owned(), "plain".to_owned());
    let child = |name: &str, element: Extension| (name.to_owned(), vec![element]);
    let attrs = [
        ("url", address),
        ("type", JPEG.to_owned()),
        ("medium", "image".to_owned()),
        ("width", picture.size.width.to_string()),
        ("height", picture.size.height.to_string()),
    ];
    let content = Extension {
        name: "media:content".to_owned(),
        value: None,
        attrs: attrs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        children: BTreeMap::from([child("credit", element("credit", credit)), child("description", description)]),
    };
    BTreeMap::from([("media".to_owned(), BTreeMap::from([child("content", content)]))])
}

/// A description is HTML to its readers: what somebody wrote stays text.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
