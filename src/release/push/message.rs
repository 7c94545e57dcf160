//! What a webhook is told: what happened, in ids. Whoever is told fetches for itself, and is decided for then.

use serde::Serialize;
use ureq::http::Method;

use super::client::{Ask, Client, Stopped};
use super::signature::signatures;
use super::trouble::Trouble;
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::domain::time::Timestamp;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) enum Happened {
    /// A picture may be fetched.
    #[serde(rename = "photo.approved")]
    Approved,
    /// A picture has to be removed.
    #[serde(rename = "photo.withdrawn")]
    Withdrawn,
    /// A picture has to be fetched again.
    #[serde(rename = "photo.replaced")]
    Replaced,
    /// Families said something: pictures may have changed, ask for the feed again.
    #[serde(rename = "consent.changed")]
    ConsentChanged,
}

/// A message before it is signed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Message<'a> {
    #[serde(rename = "type")]
    pub(super) happened: Happened,
    /// When it is told.
    pub(super) timestamp: Timestamp,
    pub(super) data: About<'a>,
}

/// What it is about.
#[derive(Debug, Clone, Serialize)]
pub(super) struct About<'a> {
    pub(super) channel: &'a ChannelId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) photo: Option<&'a PhotoId>,
    /// Where the picture is fetched, if the school's address is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image: Option<String>,
}

/// Sends a message; `thread` tells what it is about, so that a repeat has the same id.
pub(super) fn send(
    client: &Client,
    url: &str,
    secrets: &[String],
    thread: &str,
    message: &Message<'_>,
) -> Result<(), Stopped> {
    let body = serde_json::to_vec(message).map_err(|_| Trouble::Odd)?;
    let id = id(thread, message.happened);
    let signature = signatures(secrets, &id, message.timestamp, &body).ok_or(Trouble::NoSecret)?;
    let at = message.timestamp.as_second().to_string();
    let headers = [
        ("content-type", "application/json"),
        ("webhook-id", id.as_str()),
        ("webhook-timestamp", at.as_str()),
        ("webhook-signature", signature.as_str()),
    ];
    client.done(&Ask { method: Method::POST, url, headers: &headers, body: &body }).map(drop)
}

fn id(thread: &str, happened: Happened) -> String {
    let digest = Digest::of(format!("{thread} {happened:?}").as_bytes()).to_string();
    format!("msg_{}", digest.chars().take(32).collect::<String>())
}
