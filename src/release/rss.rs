//! The same offer as RSS 2.0 with Media RSS (`http://search.yahoo.com/mrss/`), written by the package `rss`.

use std::collections::BTreeMap;

use jiff::fmt::rfc2822;
use rss::extension::{Extension, ExtensionMap};
use rss::{Channel, Enclosure, Guid, Item};

use super::feed;

/// What a feed says of itself; addresses are whole.
#[derive(Debug, Clone)]
pub struct About {
    /// What the channel is called.
    pub title: String,
    /// Where people look at it.
    pub home: String,
    /// The credit of every picture.
    pub credit: String,
    /// Before a photo's id and `.jpg`: where its picture is.
    pub images: String,
}

/// The feed as a document of RSS. Pictures that were withdrawn are simply not in it: the format knows no taking back.
#[must_use]
pub fn rss(feed: &feed::Feed, about: &About) -> String {
    let channel = Channel {
        title: about.title.clone(),
        link: about.home.clone(),
        description: format!("Pictures that {} may show now", about.credit),
        language: Some("en-GB".to_owned()),
        copyright: Some(about.credit.clone()),
        ttl: Some("5".to_owned()),
        items: feed.items.iter().map(|picture| item(picture, about)).collect(),
        namespaces: BTreeMap::from([("media".to_owned(), "http://search.yahoo.com/mrss/".to_owned())]),
        ..Channel::default()
    };
    channel.to_string()
}

fn item(picture: &feed::Item, about: &About) -> Item {
    let address = format!("{}{}.jpg", about.images, picture.photo);
    let label = &picture.label;
    Item {
        title: Some(format!("{}, {}", label.event, label.date.strftime("%-d %B %Y"))),
        link: Some(address.clone()),
        description: Some(plain(label.caption.as_deref().unwrap_or(&label.alt))),
        guid: Some(Guid { value: picture.photo.to_string(), permalink: false }),
        pub_date: rfc2822::to_string(&picture.agreed_at.to_zoned(jiff::tz::TimeZone::UTC)).ok(),
        // the length is asked for by the format and not known before the picture is made; readers take 0 for that
        enclosure: Some(Enclosure { url: address.clone(), length: "0".to_owned(), mime_type: JPEG.to_owned() }),
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
