//! What a channel's editor says of a photo: that its picture may leave, that it may not, and what stands beside it.

use crate::consent::{Clearance, Code, Reader, TextKind, Verdict, Weight};
use crate::domain::id::{Digest, PhotoId};
use crate::domain::time::Timestamp;
use crate::pipeline::PipelineError;
use crate::pipeline::release::Request;
use crate::store::Store;

use super::error::OfficeError;

/// Signs a photo off for the request's channel as its verdict stands now; signing the same again changes nothing. `seen` is the
/// fingerprint of the picture that the signer looked at: another one is not signed.
///
/// # Errors
/// When there is no such photo, another picture was seen, it has not been inspected, it is blocked, or the store fails.
pub fn sign_off(
    store: &Store,
    request: &Request<'_>,
    photo: &PhotoId,
    seen: Option<&Digest>,
    now: Timestamp,
) -> Result<(), OfficeError> {
    store.write(request.actor, now, |w| {
        let decision = request.decide(w, photo, now)?;
        let reasons = decision.reasons();
        if decision.verdict() == Verdict::Block {
            let (_, reasons) = decision.told_to(Reader::Other);
            let blocking = reasons.iter().filter(|reason| reason.weight == Weight::Block);
            let why = blocking.map(|reason| reason.text(Reader::Other)).collect::<Vec<_>>().join(" ");
            return Err(OfficeError::Blocked { photo: photo.clone(), why });
        }
        if reasons.iter().any(|reason| reason.code == Code::NotInspected) {
            return Err(OfficeError::NotInspected(photo.clone()));
        }
        let shown = decision.draft().map(|draft| *draft.plan().fingerprint());
        if seen.is_some_and(|seen| shown != Some(*seen)) {
            return Err(OfficeError::Outdated(photo.clone()));
        }
        let signed = decision.sign_off(request.actor.clone(), now);
        let unsigned = |code| {
            matches!(
                code,
                Code::SignOffMissing | Code::SignOffStale | Code::StricterThanSigned | Code::FourEyes | Code::Rejected
            )
        };
        if reasons.iter().any(|reason| unsigned(reason.code)) {
            w.sign_off(photo, &request.channel.id, &signed.seen)?;
        }
        Ok(())
    })
}

/// Turns a photo down for the request's channel: there it does not leave until it is signed off again. The same reason again
/// changes nothing.
///
/// # Errors
/// [`OfficeError::NoReason`], [`OfficeError::LongText`], or when there is no such photo or the store fails.
pub fn reject(
    store: &Store,
    request: &Request<'_>,
    photo: &PhotoId,
    reason: &str,
    now: Timestamp,
) -> Result<(), OfficeError> {
    let reason = tidy(reason, MOST_REASON)?;
    if reason.is_empty() {
        return Err(OfficeError::NoReason);
    }
    store.write(request.actor, now, |w| {
        let decision = request.decide(w, photo, now)?;
        let stands = decision.reasons().iter().any(|known| known.code == Code::Rejected);
        let channel = &request.channel.id;
        if stands && w.rejections(photo, channel)?.last().is_some_and(|last| last.reason == reason) {
            return Ok(());
        }
        w.reject(photo, channel, &reason).map_err(Into::into)
    })
}

/// Writes the caption and the alt text of a photo; an empty one takes the earlier away. A text with the surname or full name of
/// anybody on the register is refused, and then nothing is written.
///
/// # Errors
/// [`OfficeError::NamedText`], [`OfficeError::LongText`], or when there is no such photo or the store fails.
pub fn write_texts(
    store: &Store,
    request: &Request<'_>,
    photo: &PhotoId,
    texts: &[(TextKind, &str)],
    now: Timestamp,
) -> Result<(), OfficeError> {
    let texts = texts.iter().map(|(kind, text)| Ok((*kind, tidy(text, MOST_TEXT)?)));
    let texts = texts.collect::<Result<Vec<_>, OfficeError>>()?;
    store.write(request.actor, now, |w| {
        w.photo(photo)?.ok_or_else(|| PipelineError::NoPhoto(photo.clone()))?;
        let roll = request.roll.of(w)?;
        let named: Vec<TextKind> =
            texts.iter().filter(|(_, text)| !roll.find(text).is_empty()).map(|(kind, _)| *kind).collect();
        if !named.is_empty() {
            return Err(OfficeError::NamedText(named));
        }
        for (kind, text) in &texts {
            w.set_text(photo, *kind, text)?;
        }
        Ok(())
    })
}

/// The longest caption or alt text, in characters: what the largest social networks take.
pub const MOST_TEXT: usize = 1000;

/// The longest reason of a rejection, in characters.
pub const MOST_REASON: usize = 500;

/// One line without control characters and spaces around.
fn tidy(text: &str, most: usize) -> Result<String, OfficeError> {
    let text = text.replace(char::is_control, " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > most { Err(OfficeError::LongText(most)) } else { Ok(text) }
}
