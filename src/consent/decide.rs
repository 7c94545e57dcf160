//! The decision: every face, then the photo, with every reason.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::covered::covered;
use super::facts::{PhotoFacts, TextKind};
use super::ledger::Record;
use super::misuse;
use super::policy::Policy;
use super::reason::{Code, Facts, Reason, Weight};
use super::sign_off::{Agreement, Seen, SeenFace, agreement};
use super::standing::{Standing, StandingKind, Use, fold};
use super::verdict::{Decision, FaceAct, FaceVerdict, Verdict};
use crate::domain::category::{Category, Medium, OnRefusal};
use crate::domain::channel::Channel;
use crate::domain::face::{Face, Origin, Who};
use crate::domain::geometry::{Rect, Region, Size, united_pixels};
use crate::domain::head::Cover;
use crate::domain::id::{FaceId, PersonId};
use crate::domain::photo::PhotoState;
use crate::domain::time::Timestamp;

/// The records of the people in a photo; a person who is missing here was never asked.
pub type People = BTreeMap<PersonId, Record>;

/// Decides whether a photo may leave on a channel at a moment, and what has to be hidden.
///
/// Every reason is listed, not only the first; the heaviest makes the verdict: block before hold before release.
#[must_use]
pub fn decide(
    photo: &PhotoFacts,
    people: &People,
    channel: &Channel,
    category: &Category,
    policy: &Policy,
    now: Timestamp,
) -> Decision {
    let wanted = Use { category, medium: Medium::Photo, photo: Some(&photo.photo.id) };
    let stand = |id: &PersonId| people.get(id).map_or_else(Standing::unknown, |r| fold(r, &wanted, policy, now));
    let faces: Vec<FaceVerdict> = photo.faces.iter().map(|face| judge(face, channel, category, stand)).collect();
    let frame = photo.photo.size.unwrap_or(Size { width: 0, height: 0 });
    let shown: Vec<&Face> =
        photo.faces.iter().zip(&faces).filter(|(_, v)| v.verdict == FaceAct::Show).map(|(face, _)| face).collect();
    let (longest, smaller) = misuse::long_side(&shown, frame, channel.max_px, category);
    let proposed = Seen {
        style: channel.style,
        cover: channel.cover,
        long_side: longest,
        faces: photo
            .faces
            .iter()
            .zip(&faces)
            .filter_map(|(face, v)| seen_face(face, v.verdict, channel, frame))
            .collect(),
    };

    let mut reasons = blocked_faces(&faces);
    reasons.extend(unusable(photo, policy, now));
    reasons.extend((channel.category != category.id).then(|| Reason::new(Code::CategoryMismatch, Weight::Block)));
    reasons.extend(headcount(photo, channel));
    reasons.extend(named_twice(&photo.faces));
    reasons.extend(names(&photo.names_in));
    reasons.extend(obscured_share(&proposed.hidden(), frame, channel));
    reasons.extend(misuse::limits(&shown, &shown_before(photo, channel), frame, category));
    reasons.extend(smaller);
    reasons.extend(covered(&shown, &proposed.hidden(), frame));
    let (unsigned, long_side) = signed(photo, channel, policy, &proposed);
    reasons.extend(unsigned);
    reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.weight), reason.code));
    Decision {
        photo: photo.photo.id.clone(),
        digest: photo.photo.digest,
        channel: channel.id.clone(),
        verdict: match reasons.iter().map(|reason| reason.weight).max() {
            Some(Weight::Block) => Verdict::Block,
            Some(Weight::Hold) => Verdict::Hold,
            Some(Weight::Note) | None => Verdict::Release,
        },
        faces,
        reasons,
        proposed,
        long_side,
        credit: String::new(),
    }
}

fn judge(face: &Face, channel: &Channel, category: &Category, stand: impl Fn(&PersonId) -> Standing) -> FaceVerdict {
    let unknown = if channel.block_unknown { FaceAct::Block } else { FaceAct::Obscure };
    let (person, act, standing, code) = match &face.who {
        Who::NotAFace => (None, FaceAct::None, None, Code::NotAFace),
        Who::Visitor => (None, unknown, None, Code::Visitor),
        Who::Unknown if face.origin == Origin::Maybe => (None, unknown, None, Code::MaybeFace),
        Who::Unknown => (None, unknown, None, Code::UnknownFace),
        Who::Suggested(best) => {
            let restricted =
                face.suggested().map(|id| (id, stand(id))).find(|(_, s)| s.kind == StandingKind::Restricted);
            match restricted {
                Some((id, standing)) => (Some(id), FaceAct::Block, Some(standing), Code::Restricted),
                None => (Some(best), unknown, Some(stand(best)), Code::UnconfirmedSuggestion),
            }
        }
        Who::Person(id) => {
            let standing = stand(id);
            let refused = match category.on_refusal {
                OnRefusal::Obscure => FaceAct::Obscure,
                OnRefusal::Block => FaceAct::Block,
            };
            let (act, code) = match standing.kind {
                StandingKind::Granted => (FaceAct::Show, Code::Granted),
                StandingKind::Refused => (refused, Code::Refused),
                StandingKind::Withdrawn => (refused, Code::Withdrawn),
                StandingKind::Expired => (refused, Code::Expired),
                StandingKind::NeverAsked => (refused, Code::NeverAsked),
                StandingKind::Restricted => (FaceAct::Block, Code::Restricted),
            };
            (Some(id), act, Some(standing), code)
        }
    };
    let weight = if act == FaceAct::Block { Weight::Block } else { Weight::Note };
    let entries = standing.iter().flat_map(|standing| standing.determined_by.clone()).collect();
    let facts = Facts { faces: vec![face.id], entries, ..Facts::default() };
    let kind = standing.map(|standing| standing.kind);
    FaceVerdict {
        face: face.id,
        person: person.cloned(),
        verdict: act,
        standing: kind,
        reason: Reason { code, weight, facts },
    }
}

/// The face as a signer sees it; a hidden face whose box is no box hides the whole picture.
fn seen_face(face: &Face, act: FaceAct, channel: &Channel, frame: Size) -> Option<SeenFace> {
    let shown = match act {
        FaceAct::None => return None,
        FaceAct::Show => true,
        FaceAct::Obscure | FaceAct::Block => false,
    };
    let cover = if shown { Cover::Head } else { channel.cover };
    let Rect { x1, y1, x2, y2 } = face.rect;
    let region = Rect::new(x1, y1, x2, y2).map(|rect| cover.region(&rect, frame));
    let region = region.filter(|region| !region.is_empty());
    Some(SeenFace { face: face.id, region: region.unwrap_or_else(|| frame.frame()), shown })
}

/// One reason for each code, with all its faces.
fn blocked_faces(faces: &[FaceVerdict]) -> Vec<Reason> {
    let mut reasons: BTreeMap<Code, Facts> = BTreeMap::new();
    for face in faces.iter().filter(|face| face.verdict == FaceAct::Block) {
        let facts = reasons.entry(face.reason.code).or_default();
        facts.faces.push(face.face);
        facts.entries.extend(&face.reason.facts.entries);
    }
    reasons.into_iter().map(|(code, facts)| Reason { code, weight: Weight::Block, facts }).collect()
}

/// What is wrong with the photo itself.
fn unusable(PhotoFacts { photo, held, .. }: &PhotoFacts, policy: &Policy, now: Timestamp) -> Vec<Reason> {
    let state = match photo.state {
        PhotoState::Received | PhotoState::Found => Some(Reason::new(Code::NotInspected, Weight::Hold)),
        PhotoState::Inspected if photo.size.is_none_or(|size| size.pixels() == 0) => {
            Some(Reason::new(Code::NotInspected, Weight::Hold))
        }
        PhotoState::Inspected => None,
        PhotoState::Quarantined => Some(Reason::new(Code::Quarantined, Weight::Block)),
        PhotoState::Refused => Some(Reason::new(Code::RefusedInput, Weight::Block)),
        PhotoState::Destroyed => None,
    };
    let kept = |days: u32| photo.received_at.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok();
    let over = photo.state == PhotoState::Destroyed || policy.keep_days.and_then(kept).is_some_and(|end| now >= end);
    let over = over.then(|| Reason::new(Code::RetentionOver, Weight::Block));
    let held = held.then(|| Reason::new(Code::Held, Weight::Block));
    state.into_iter().chain(over).chain(held).collect()
}

/// The faces that whoever signed saw; where nobody has to sign, each that is one.
fn shown_before<'a>(photo: &'a PhotoFacts, channel: &Channel) -> Vec<&'a Face> {
    let sign_off = photo.sign_offs.get(&channel.id);
    let seen = |face: &Face| {
        sign_off.is_some_and(|signed| signed.seen.faces.iter().any(|seen| seen.shown && seen.face == face.id))
    };
    let counts = |face: &&Face| if channel.needs_sign_off { seen(face) } else { face.who != Who::NotAFace };
    photo.faces.iter().filter(counts).collect()
}

fn headcount(photo: &PhotoFacts, channel: &Channel) -> Option<Reason> {
    let faces = u32::try_from(photo.faces.iter().filter(|face| face.counts()).count()).unwrap_or(u32::MAX);
    match photo.headcount.filter(|_| channel.needs_headcount) {
        None => channel.needs_headcount.then(|| Reason::new(Code::HeadcountMissing, Weight::Hold)),
        Some(people) if people == faces => None,
        Some(people) => Some(Reason::new(Code::HeadcountMismatch, Weight::Hold).numbers(faces, people)),
    }
}

/// The faces of people who are named more than once; mirrors and mistakes look alike, so this is only told.
fn named_twice(faces: &[Face]) -> Option<Reason> {
    let named = |face: &Face| if let Who::Person(id) = &face.who { Some(id.clone()) } else { None };
    let twice = |id: &PersonId| faces.iter().filter_map(named).filter(|other| other == id).count() > 1;
    let faces: Vec<FaceId> =
        faces.iter().filter(|face| named(face).is_some_and(|id| twice(&id))).map(|f| f.id).collect();
    (!faces.is_empty()).then(|| {
        let facts = Facts { faces, ..Facts::default() };
        Reason { facts, ..Reason::new(Code::SamePersonTwice, Weight::Note) }
    })
}

fn names(texts: &[TextKind]) -> Vec<Reason> {
    let own = |kind| texts.contains(&kind);
    let beside: Vec<TextKind> =
        texts.iter().copied().filter(|kind| !matches!(kind, TextKind::InPicture | TextKind::Credit)).collect();
    let inside = own(TextKind::InPicture).then(|| Reason::new(Code::NameInPicture, Weight::Block));
    let credit = own(TextKind::Credit).then(|| Reason::new(Code::NameInCredit, Weight::Hold));
    let beside = (!beside.is_empty()).then(|| {
        let facts = Facts { texts: beside, ..Facts::default() };
        Reason { facts, ..Reason::new(Code::NameInText, Weight::Hold) }
    });
    [inside, credit, beside].into_iter().flatten().collect()
}

fn obscured_share(hidden: &[Region], frame: Size, channel: &Channel) -> Option<Reason> {
    let (hidden, all) = (misuse::real(united_pixels(hidden)), misuse::real(frame.pixels()));
    let within = hidden <= f64::from(channel.max_obscured_share) * all;
    let percent = |share: f64| misuse::whole(100.0 * share);
    (!within).then(|| {
        Reason::new(Code::ObscuredShare, Weight::Hold)
            .numbers(percent((hidden / all).min(1.0)), percent(f64::from(channel.max_obscured_share)))
    })
}

/// What the sign-off says, and the longest side that it leaves; a channel that needs none listens to one only
/// where it takes a rejection back.
fn signed(photo: &PhotoFacts, channel: &Channel, policy: &Policy, proposed: &Seen) -> (Option<Reason>, u32) {
    let hold = |code| Some(Reason::new(code, Weight::Hold));
    let of_channel = photo.sign_offs.get(&channel.id).filter(|sign_off| sign_off.channel == channel.id);
    let rejected = photo.rejected.get(&channel.id);
    if rejected.is_some_and(|rejected| of_channel.is_none_or(|sign_off| sign_off.at <= *rejected)) {
        return (hold(Code::Rejected), proposed.long_side);
    }
    if !channel.needs_sign_off {
        return (None, proposed.long_side);
    }
    let Some(sign_off) = of_channel else { return (hold(Code::SignOffMissing), proposed.long_side) };
    let uploaded = photo.uploader.as_ref().is_none_or(|uploader| *uploader == sign_off.by);
    match agreement(sign_off, &photo.photo.digest, proposed) {
        Agreement::Stale => (hold(Code::SignOffStale), proposed.long_side),
        Agreement::Holds { long_side, .. } if policy.four_eyes && uploaded => (hold(Code::FourEyes), long_side),
        Agreement::Holds { long_side, stricter } => {
            (stricter.then(|| Reason::new(Code::StricterThanSigned, Weight::Note)), long_side)
        }
    }
}
