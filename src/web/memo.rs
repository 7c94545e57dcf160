//! The feeds that were told last, so that readers who ask again and again cost nothing while nothing happens.
//!
//! Each is kept under the head of the audit chain: whatever is written, by this process or another, moves that head, so that a
//! document is given again only while not a single row has changed since. Settings and the time are looked at besides.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Site;
use crate::audit::Head;
use crate::config::School;
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::domain::time::Timestamp;
use crate::store::{Read, StoreError};

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
pub(super) struct Asked {
    pub(super) channel: ChannelId,
    pub(super) kind: Kind,
    pub(super) after: Option<PhotoId>,
    pub(super) most: usize,
}

/// A feed as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Document {
    kind: Kind,
    body: Bytes,
    tag: String,
}

/// The feeds that were told last.
#[derive(Debug, Default)]
pub(super) struct Memo(Mutex<BTreeMap<Asked, Kept>>);

#[derive(Debug)]
struct Kept {
    head: Head,
    school: Arc<School>,
    from: Timestamp,
    until: Option<Timestamp>,
    document: Document,
}

impl Memo {
    /// The document, if it still is the answer.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn known(&self, site: &Site, asked: &Asked) -> Result<Option<Document>, StoreError> {
        let (head, now) = (site.store().read(Read::audit_head)?, site.now());
        let mut kept = self.kept();
        // nothing of an earlier moment is ever given again
        kept.retain(|_, kept| kept.head == head);
        let stands = |kept: &&Kept| {
            let in_time = kept.from <= now && kept.until.is_none_or(|until| now < until);
            in_time && Arc::ptr_eq(&kept.school, &site.1)
        };
        Ok(kept.get(asked).filter(stands).map(|kept| kept.document.clone()))
    }

    /// Keeps a document that was made of the store as it was under this head, from a moment until another.
    pub(super) fn keep(
        &self,
        site: &Site,
        asked: Asked,
        head: Head,
        (from, until): (Timestamp, Option<Timestamp>),
        document: &Document,
    ) {
        let mut kept = self.kept();
        let held: usize = kept.values().map(|kept| kept.document.body.len()).sum();
        if held.saturating_add(document.body.len()) > MOST_BYTES {
            kept.clear();
        }
        let (school, document) = (Arc::clone(&site.1), document.clone());
        kept.insert(asked, Kept { head, school, from, until, document });
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<Asked, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Memory holds feeds of so many bytes.
const MOST_BYTES: usize = 32 << 20;

impl Document {
    pub(super) fn new(kind: Kind, body: String) -> Self {
        let tag = format!("\"{}\"", Digest::of(body.as_bytes()));
        Self { kind, body: body.into(), tag }
    }

    /// The document, or that it is the one that whoever asks has.
    pub(super) fn answer(self, headers: &HeaderMap) -> Response {
        if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == self.tag.as_bytes()) {
            return (StatusCode::NOT_MODIFIED, [(ETAG, self.tag)]).into_response();
        }
        let kind = match self.kind {
            Kind::Json => "application/feed+json",
            Kind::Rss => "application/rss+xml; charset=utf-8",
        };
        ([(CONTENT_TYPE, kind.to_owned()), (ETAG, self.tag)], self.body).into_response()
    }
}
