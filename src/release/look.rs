//! What a channel's editor is shown of a photo before it leaves, and of the photos that wait.

use crate::consent::{Clearance, FaceVerdict, Queue, Reader, Reason, TextKind};
use crate::domain::geometry::Size;
use crate::domain::id::{Digest, PhotoId};
use crate::domain::likeness::Likeness;
use crate::domain::time::Timestamp;
use crate::pipeline::PipelineError;
use crate::pipeline::release::Request;
use crate::store::{Read, Refusal, StoreError};

use super::label::Label;

/// A photo as whoever checks it may know it, decided by one snapshot.
#[derive(Debug, Clone)]
pub struct Look {
    /// The photo.
    pub photo: PhotoId,
    /// What stands, or would stand, beside it.
    pub label: Label,
    /// The alt text that somebody wrote.
    pub own_alt: Option<String>,
    /// The queue that it is in.
    pub queue: Queue,
    /// Why, the heaviest reason first.
    pub reasons: Vec<Reason>,
    /// Each face, and what happens to it.
    pub faces: Vec<FaceVerdict>,
    /// Width and height of the picture that would leave, once the photo was looked into.
    pub size: Option<Size>,
    /// What a sign-off binds to: the picture that would leave. Nothing when no sign-off could let it leave.
    pub fingerprint: Option<Digest>,
    /// Whether somebody other than whoever looks has to sign it off.
    pub needs_other_eyes: bool,
    /// Whether a stricter picture took the place of one that had left.
    pub replaced: bool,
    /// When it was turned down for this channel, and why.
    pub refusals: Vec<Refusal>,
}

/// A part of a queue.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The photos that are in the queue by this very decision.
    pub photos: Vec<Look>,
    /// After which photo the queue goes on, if it does.
    pub next: Option<PhotoId>,
}

/// One photo, as the request's channel stands to it now.
///
/// # Errors
/// When there is no such photo or the store fails.
pub fn look(read: &Read, request: &Request<'_>, photo: &PhotoId, now: Timestamp) -> Result<Look, PipelineError> {
    let Request { school, channel, category, actor, .. } = request;
    let identified = request.identify(read, photo)?;
    let decision = identified.decide(school, channel, category, now);
    let (faces, reasons) = decision.told_to(Reader::Other);
    let history = identified.history();
    let uploaded = history.uploader.as_ref().is_none_or(|uploader| uploader == *actor);
    let draft = decision.draft();
    let replaced = decision.is_replacement() && read.had_another(&channel.id, photo, &decision.fingerprint())?;
    let long_side = draft.as_ref().map(|draft| draft.plan().long_side());
    Ok(Look {
        photo: photo.clone(),
        label: Label::of(read, &history.photo)?,
        own_alt: read.text(photo, TextKind::AltText)?,
        queue: decision.queue(),
        reasons,
        faces,
        size: history.photo.size.zip(long_side).map(|(size, long_side)| size.fitted(long_side)),
        fingerprint: draft.map(|draft| *draft.plan().fingerprint()),
        needs_other_eyes: school.policy.four_eyes && uploaded,
        replaced,
        refusals: read.rejections(photo, &channel.id)?,
    })
}

/// At most `most` photos of a queue of the request's channel after this one.
///
/// # Errors
/// When the store fails.
pub fn waiting(
    read: &Read,
    request: &Request<'_>,
    queue: Queue,
    after: Option<&PhotoId>,
    most: usize,
    now: Timestamp,
) -> Result<Waiting, PipelineError> {
    let mut listed = read.queue(&request.channel.id, queue, after, most.saturating_add(1))?;
    let more = listed.len() > most;
    listed.truncate(most);
    let next = listed.last().filter(|_| more).cloned();
    let looks = listed.iter().map(|photo| look(read, request, photo, now)).collect::<Result<Vec<_>, _>>()?;
    Ok(Waiting { photos: looks.into_iter().filter(|look| look.queue == queue).collect(), next })
}

/// At most `most` other frames of a photo's moment, the most alike first.
///
/// # Errors
/// When the store fails.
pub fn alike(read: &Read, photo: &PhotoId, most: usize) -> Result<Vec<PhotoId>, StoreError> {
    let Some(known) = read.photo(photo)? else { return Ok(Vec::new()) };
    let likenesses = read.likenesses(known.event)?;
    let Some((_, own)) = likenesses.iter().find(|(id, _)| id == photo) else { return Ok(Vec::new()) };
    let mut near: Vec<(u32, &PhotoId)> = likenesses
        .iter()
        .filter(|(id, _)| id != photo)
        .map(|(id, likeness)| (own.distance(*likeness), id))
        .filter(|(distance, _)| *distance <= Likeness::SAME_MOMENT)
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    Ok(near.into_iter().take(most).map(|(_, id)| id.clone()).collect())
}
