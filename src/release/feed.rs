//! What a channel offers to whoever fetches: the pictures that may leave now, and those that have to be taken back.

use crate::consent::{Queue, Verdict};
use crate::domain::geometry::Size;
use crate::domain::id::{Digest, PhotoId};
use crate::domain::photo::Photo;
use crate::domain::time::Timestamp;
use crate::pipeline::PipelineError;
use crate::pipeline::release::Request;
use crate::store::Read;

use super::label::Label;

/// A page of a channel's offer, decided by one snapshot.
#[derive(Debug, Clone)]
pub struct Feed {
    /// The pictures that may leave now, the newest event first.
    pub items: Vec<Item>,
    /// The photos whose pictures left and may no longer be shown; on the first page only.
    pub withdrawn: Vec<PhotoId>,
    /// Where the next page goes on, if there is one.
    pub next: Option<PhotoId>,
}

/// A picture that may leave now.
#[derive(Debug, Clone)]
pub struct Item {
    /// The photo.
    pub photo: PhotoId,
    /// What stands beside it.
    pub label: Label,
    /// The verdict that lets it leave.
    pub fingerprint: Digest,
    /// Width and height at its largest.
    pub size: Size,
    /// When it was agreed to: the sign-off, or else the receipt.
    pub agreed_at: Timestamp,
    /// Until when it may be used, unless somebody says something earlier.
    pub until: Option<Timestamp>,
    /// How many bytes its largest picture has, once that was made.
    pub bytes: Option<u64>,
}

/// The pictures of the request's channel that may leave now: at most `most` photos, after this one. Each is decided here.
///
/// # Errors
/// When the store fails.
pub fn feed(
    read: &Read,
    request: &Request<'_>,
    after: Option<&PhotoId>,
    most: usize,
    now: Timestamp,
) -> Result<Feed, PipelineError> {
    let channel = &request.channel.id;
    let mut listed = read.queue(channel, Queue::MayLeave, after, most.saturating_add(1))?;
    let more = listed.len() > most;
    listed.truncate(most);
    let next = listed.last().filter(|_| more).cloned();
    let mut items = Vec::with_capacity(listed.len());
    for photo in listed {
        items.extend(item(read, request, &photo, now)?);
    }
    let mut withdrawn = Vec::new();
    // told once, at the beginning of the feed
    let out = if after.is_none() { read.maybe_withdrawn(channel, now)? } else { Vec::new() };
    for out in out {
        if !out.unsure || request.decide(read, &out.photo, now)?.verdict() != Verdict::Release {
            withdrawn.push(out.photo);
        }
    }
    Ok(Feed { items, withdrawn, next })
}

/// The picture of one photo, if it may leave now.
///
/// # Errors
/// When there is no such photo or the store fails.
pub fn item(
    read: &Read,
    request: &Request<'_>,
    photo: &PhotoId,
    now: Timestamp,
) -> Result<Option<Item>, PipelineError> {
    let identified = request.identify(read, photo)?;
    let decision = identified.decide(request.school, request.channel, request.category, now);
    let Photo { size: Some(size), .. } = identified.history().photo else { return Ok(None) };
    let fingerprint = decision.fingerprint();
    if decision.verdict() != Verdict::Release {
        return Ok(None);
    }
    let history = identified.history();
    let signed = history.sign_offs.iter().filter(|signed| signed.channel == request.channel.id).map(|signed| signed.at);
    Ok(Some(Item {
        photo: photo.clone(),
        label: Label::of(read, &history.photo)?,
        bytes: read.rendition(photo, &fingerprint, decision.long_side())?.map(|made| made.bytes),
        fingerprint,
        size: size.fitted(decision.long_side()),
        agreed_at: signed.max().unwrap_or(history.photo.received_at),
        until: identified.next_turn(request.school, request.category, now),
    }))
}
