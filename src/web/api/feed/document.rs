//! A feed as it is sent, and what it is kept by.

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::web::api::links;
use crate::web::picture::matches;

/// The form of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// JSON Feed.
    Json,
    /// RSS.
    Rss,
}

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::web) struct Asked {
    pub(super) channel: ChannelId,
    pub(super) kind: Kind,
    pub(super) after: Option<PhotoId>,
    pub(super) most: u16,
    /// With signed addresses.
    pub(super) links: Option<links::Asked>,
}

/// A feed as it is sent.
#[derive(Debug, Clone)]
pub(in crate::web) struct Document {
    kind: Kind,
    body: Bytes,
    tag: String,
}

impl Document {
    pub(super) fn new(kind: Kind, body: String) -> Self {
        let tag = format!("\"{}\"", Digest::of(body.as_bytes()));
        Self { kind, body: body.into(), tag }
    }

    /// How many bytes.
    pub(super) fn len(&self) -> usize {
        self.body.len()
    }

    /// The document, or that it is the one that whoever asks has.
    pub(super) fn answer(self, headers: &HeaderMap) -> Response {
        let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok());
        if known.is_some_and(|known| matches(known, &self.tag)) {
            return (StatusCode::NOT_MODIFIED, [(ETAG, self.tag)]).into_response();
        }
        let kind = match self.kind {
            Kind::Json => "application/feed+json",
            Kind::Rss => "application/rss+xml; charset=utf-8",
        };
        ([(CONTENT_TYPE, kind.to_owned()), (ETAG, self.tag)], self.body).into_response()
    }
}
