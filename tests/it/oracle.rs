//! The rules of the consent engine once more, as naively as they can be written: the judge of the engine in the tests.
//!
//! Nothing here is shared with the engine but the vocabulary: it walks through time instead of ranking, asks whether a
//! limit has passed instead of computing ends, and paints pixels instead of uniting regions.

use std::collections::{BTreeMap, BTreeSet};

use eyelid::consent::ledger::{Act, Choice, Entry, Giver, Record};
use eyelid::consent::{Code, FaceAct, People, PhotoFacts, Policy, StandingKind, TextKind, Verdict};
use eyelid::domain::category::{Audience, Basis, Category, Medium, OnRefusal};
use eyelid::domain::channel::Channel;
use eyelid::domain::face::{Face, Origin, Who};
use eyelid::domain::geometry::{Region, Size};
use eyelid::domain::id::{FaceId, PersonId, PhotoId};
use eyelid::domain::person::PersonKind;
use eyelid::domain::photo::PhotoState;
use eyelid::domain::time::Timestamp;

pub(crate) const DAY: i64 = 86_400;

/// What a slot of a giver's memory holds after walking through everything they said.
enum Slot {
    Empty,
    Yes { entry: Entry, alive: bool },
    No { entry: Entry, choice: Choice },
}

/// What one giver comes to.
#[derive(PartialEq)]
enum Says {
    Nothing,
    Yes,
    LapsedYes,
    Refused,
    Withdrawn,
}

pub(crate) fn standing(
    record: &Record,
    category: &Category,
    medium: Medium,
    photo: Option<&PhotoId>,
    policy: &Policy,
    now: Timestamp,
) -> StandingKind {
    let entries: Vec<&Entry> = record.entries.iter().filter(|e| e.person == record.person.id).collect();
    // 1
    for restriction in entries.iter().filter(|e| e.act == Act::Restrict) {
        let lifted = entries.iter().any(|e| {
            let later = e.made_at > restriction.made_at && e.id > restriction.id;
            e.act == Act::Lift && e.giver == Giver::School && later && e.made_at <= now
        });
        if !lifted {
            return StandingKind::Restricted;
        }
    }
    let pupil = record.person.kind == PersonKind::Pupil;
    let mut givers: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        let name = match &entry.giver {
            Giver::Guardian(key) if pupil => format!("guardian {key}"),
            Giver::Pupil | Giver::Own if pupil => "self".to_owned(),
            Giver::Own => "self".to_owned(),
            other => format!("nobody {other:?}"),
        };
        givers.entry(name).or_default().push(entry.clone());
    }
    let says: BTreeMap<String, Says> = givers
        .into_iter()
        .map(|(name, said)| {
            let says = listen(&name, said, record, category, medium, photo, policy, now);
            (name, says)
        })
        .collect();
    let no = |says: &Says| matches!(says, Says::Refused | Says::Withdrawn);
    // 2
    if category.basis == Basis::PublicTask {
        return if says.values().any(no) { StandingKind::Refused } else { StandingKind::Granted };
    }
    // 3
    match says.get("self") {
        Some(Says::Refused) => return StandingKind::Refused,
        Some(Says::Withdrawn) => return StandingKind::Withdrawn,
        Some(Says::Yes) if pupil && policy.pupil_alone => {
            let others: Vec<&Says> = says.iter().filter(|(n, _)| n.starts_with("nobody")).map(|(_, s)| s).collect();
            return if others.contains(&&Says::Refused) {
                StandingKind::Refused
            } else if others.contains(&&Says::Withdrawn) {
                StandingKind::Withdrawn
            } else {
                StandingKind::Granted
            };
        }
        _ => {}
    }
    // 4 to 6
    let any = |wanted: Says| says.values().any(|says| *says == wanted);
    if any(Says::Refused) {
        StandingKind::Refused
    } else if any(Says::Withdrawn) {
        StandingKind::Withdrawn
    } else if any(Says::Yes) {
        StandingKind::Granted
    } else if any(Says::LapsedYes) {
        StandingKind::Expired
    } else {
        StandingKind::NeverAsked
    }
}

#[expect(clippy::too_many_arguments, reason = "the naive way")]
fn listen(
    name: &str,
    mut said: Vec<Entry>,
    record: &Record,
    category: &Category,
    medium: Medium,
    wanted: Option<&PhotoId>,
    policy: &Policy,
    now: Timestamp,
) -> Says {
    // walk from the oldest to the newest; of one moment, what protects most comes last
    said.sort_by_key(|e| (e.made_at, protects(e)));
    let (mut general, mut this) = (Slot::Empty, Slot::Empty);
    for entry in said {
        let (about, photo, choice) = match &entry.act {
            Act::Decide { category, medium: m, photo, decision } if *m == medium => (category, photo, *decision),
            Act::Object { category, photo } => (category, photo, Choice::Refused),
            _ => continue,
        };
        if *about != category.id || (photo.is_some() && photo.as_ref() != wanted) {
            continue;
        }
        let slot = if photo.is_some() { &mut this } else { &mut general };
        *slot = if choice == Choice::Granted {
            if entry.made_at > now || entry.valid_from.is_some_and(|from| from > now) {
                continue;
            }
            // of two grants of one moment a lapsed one protects more
            let lapsed = matches!(slot, Slot::Yes { entry: other, alive: false } if other.made_at == entry.made_at);
            let alive = !lapsed && alive(&entry, record, category, policy, now);
            Slot::Yes { entry, alive }
        } else {
            Slot::No { entry, choice }
        };
    }
    let of = |choice: Choice| if choice == Choice::Refused { Says::Refused } else { Says::Withdrawn };
    if let Slot::No { choice, .. } = this {
        return of(choice);
    }
    if let Slot::No { entry: no, choice } = &general {
        match &this {
            Slot::Yes { entry: yes, alive: true } if yes.made_at > no.made_at => {}
            _ => return of(*choice),
        }
    }
    let mut best = Says::Nothing;
    for (slot, general) in [(&general, true), (&this, false)] {
        if let Slot::Yes { entry, alive } = slot {
            if name.starts_with("nobody") || (general && category.needs_specific_image) {
                continue;
            }
            if name == "self" && record.person.kind == PersonKind::Pupil && !old_enough(entry, record, policy) {
                continue;
            }
            best = if *alive || best == Says::Yes { Says::Yes } else { Says::LapsedYes };
        }
    }
    best
}

fn protects(entry: &Entry) -> u8 {
    match &entry.act {
        Act::Decide { decision: Choice::Granted, .. } => 0,
        Act::Decide { decision: Choice::Withdrawn, .. } => 1,
        _ => 2,
    }
}

/// Whether no limit has passed.
pub(crate) fn alive(entry: &Entry, record: &Record, category: &Category, policy: &Policy, now: Timestamp) -> bool {
    let day = |at: Timestamp| policy.time_zone.to_datetime(at).date();
    if entry.valid_until.is_some_and(|until| now >= until) {
        return false;
    }
    if record.person.leaving.is_some_and(|leaving| day(now) > leaving) {
        return false;
    }
    let age = now.as_second() - entry.made_at.as_second();
    if category.max_validity_days.is_some_and(|days| age >= i64::from(days) * DAY) {
        return false;
    }
    if let Some(renewal) = policy.renewal {
        // a yearly check on a day after the one it was said, up to today; the first is passed by what begins only then
        let text = String::from(renewal);
        let (mut walk, mut checks) = (day(entry.made_at), 0);
        while walk < day(now) {
            walk = walk.tomorrow().unwrap();
            if walk.strftime("%m-%d").to_string() == text {
                checks += 1;
                if checks > 1 || entry.valid_from.is_none_or(|from| day(from) < walk) {
                    return false;
                }
            }
        }
    }
    true
}

fn old_enough(entry: &Entry, record: &Record, policy: &Policy) -> bool {
    let Some(born) = record.person.born else { return false };
    let spoke = policy.time_zone.to_datetime(entry.made_at).date();
    // count birthdays one by one
    let mut birthdays = 0;
    for year in born.year() + 1..=spoke.year() {
        if (year, born.month(), born.day()) <= (spoke.year(), spoke.month(), spoke.day()) {
            birthdays += 1;
        }
    }
    birthdays >= i32::from(policy.voice_age)
}

/// What the naive rules say of a photo.
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) verdict: Verdict,
    pub(crate) faces: Vec<(FaceId, FaceAct)>,
    pub(crate) hidden: Vec<bool>,
    pub(crate) codes: BTreeSet<&'static str>,
}

/// The verdict on a photo; what a sign-off is worth is given as its code, and the faces that it saw shown by their numbers.
pub(crate) fn decide(
    facts: &PhotoFacts,
    people: &People,
    channel: &Channel,
    category: &Category,
    policy: &Policy,
    now: Timestamp,
    (sign_off, signer_saw): (Option<Code>, &[FaceId]),
) -> Said {
    let frame = facts.photo.size.unwrap_or(Size { width: 0, height: 0 });
    let mut codes = BTreeSet::new();
    let (mut block, mut hold) = (false, false);
    let (mut faces, mut hidden, mut shown, mut counted) = (vec![], paint(&[], frame), vec![], 0);
    for face in &facts.faces {
        let stand = |id: &PersonId| {
            people.get(id).map_or(StandingKind::NeverAsked, |record| {
                standing(record, category, Medium::Photo, Some(&facts.photo.id), policy, now)
            })
        };
        let unknown = if channel.block_unknown { FaceAct::Block } else { FaceAct::Obscure };
        let (act, code) = match &face.who {
            Who::NotAFace => (FaceAct::None, ""),
            Who::Visitor => (unknown, "visitor"),
            Who::Unknown if face.origin == Origin::Maybe => (unknown, "maybe_face"),
            Who::Unknown => (unknown, "unknown_face"),
            Who::Suggested(_) if suggests_restricted(face, &stand) => (FaceAct::Block, "restricted"),
            Who::Suggested(_) => (unknown, "unconfirmed_suggestion"),
            Who::Person(id) => match (stand(id), category.on_refusal) {
                (StandingKind::Granted, _) => (FaceAct::Show, ""),
                (StandingKind::Restricted, _) => (FaceAct::Block, "restricted"),
                (_, OnRefusal::Obscure) => (FaceAct::Obscure, ""),
                (StandingKind::Refused, OnRefusal::Block) => (FaceAct::Block, "refused"),
                (StandingKind::Withdrawn, OnRefusal::Block) => (FaceAct::Block, "withdrawn"),
                (StandingKind::Expired, OnRefusal::Block) => (FaceAct::Block, "expired"),
                (StandingKind::NeverAsked, OnRefusal::Block) => (FaceAct::Block, "never_asked"),
            },
        };
        faces.push((face.id, act));
        if act == FaceAct::Block {
            block = true;
            codes.insert(code);
        }
        if act == FaceAct::Show {
            shown.push(face);
        }
        if matches!(act, FaceAct::Obscure | FaceAct::Block) {
            let region = channel.cover.region(&face.rect, frame);
            hidden = paint(&[region], frame).into_iter().zip(hidden).map(|(new, old)| new || old).collect();
        }
        let judged = matches!(face.who, Who::Person(_) | Who::Visitor);
        if face.who != Who::NotAFace && (judged || face.origin != Origin::Maybe) {
            counted += 1;
        }
    }
    for (place, face) in facts.faces.iter().enumerate() {
        for other in facts.faces.iter().skip(place + 1) {
            if matches!(face.who, Who::Person(_)) && face.who == other.who {
                codes.insert("same_person_twice");
            }
        }
    }
    for face in &shown {
        let own = paint(&[Region::covering(&face.rect, frame)], frame);
        let under = own.iter().zip(&hidden).filter(|(own, hidden)| **own && **hidden).count();
        if under > 0 && 10 * under >= own.iter().filter(|own| **own).count() {
            codes.insert("shown_face_covered");
        }
    }
    let mut blocks = |code, when: bool| {
        block |= when;
        codes.extend(when.then_some(code));
    };
    blocks("quarantined", facts.photo.state == PhotoState::Quarantined);
    blocks("refused_input", facts.photo.state == PhotoState::Refused);
    blocks("name_in_picture", facts.names_in.contains(&TextKind::InPicture));
    let age = now.as_second() - facts.photo.received_at.as_second();
    let over = policy.keep_days.is_some_and(|days| age >= i64::from(days) * DAY);
    blocks("retention_over", over || facts.photo.state == PhotoState::Destroyed);
    blocks("held", facts.held);
    let mut holds = |code, when: bool| {
        hold |= when;
        codes.extend(when.then_some(code));
    };
    holds("not_inspected", matches!(facts.photo.state, PhotoState::Received | PhotoState::Found));
    holds("headcount_missing", channel.needs_headcount && facts.headcount.is_none());
    holds("headcount_mismatch", channel.needs_headcount && facts.headcount.is_some_and(|n| n != counted));
    let beside = |kind: &TextKind| !matches!(kind, TextKind::InPicture | TextKind::Credit);
    holds("name_in_text", facts.names_in.iter().any(beside));
    holds("name_in_credit", facts.names_in.contains(&TextKind::Credit));
    let share = f64::from(u32::try_from(hidden.iter().filter(|pixel| **pixel).count()).unwrap())
        / f64::from(frame.width * frame.height);
    holds("obscured_share", share > f64::from(channel.max_obscured_share));
    if category.audience == Audience::Public {
        let mut alone = shown.clone();
        if shown.is_empty() {
            // a picture that was held for somebody stays held after their no
            let saw = |face: &&Face| !channel.needs_sign_off || signer_saw.contains(&face.id);
            alone.extend(
                facts.faces.iter().filter(saw).filter(|face| face.who != Who::NotAFace || channel.needs_sign_off),
            );
        }
        let tall = |share: f32| alone.iter().any(|face| face.rect.height() > share * 48.0);
        holds("lone_large_face", shown.len() < 2 && category.limits.lone_face_share.is_some_and(tall));
        holds("min_people", category.limits.min_people.is_some_and(|n| shown.len() < usize::try_from(n).unwrap()));
        let tallest = shown.iter().map(|face| face.rect.height()).fold(0.0, f32::max);
        // the frame is 64 pixels long and the channel allows that, so nothing is scaled unless a face is too tall
        if category.limits.max_face_px.is_some_and(|px| tallest > f32::from(u16::try_from(px).unwrap())) {
            codes.insert("smaller_rendition");
        }
    }
    if let Some(code) = sign_off {
        codes.insert(code.as_str());
        hold |= code != Code::StricterThanSigned;
    }
    let verdict = match (block, hold) {
        (true, _) => Verdict::Block,
        (_, true) => Verdict::Hold,
        _ => Verdict::Release,
    };
    Said { verdict, faces, hidden, codes }
}

/// Whether anybody who is suggested at any rank must never be published.
fn suggests_restricted(face: &Face, stand: &impl Fn(&PersonId) -> StandingKind) -> bool {
    let mut people = face.also.clone();
    if let Who::Suggested(best) = &face.who {
        people.push(best.clone());
    }
    people.iter().any(|id| stand(id) == StandingKind::Restricted)
}

/// The picture row by row: which pixels lie in a region.
pub(crate) fn paint(regions: &[Region], frame: Size) -> Vec<bool> {
    let inside = |x, y| regions.iter().any(|r| r.left <= x && x < r.right && r.top <= y && y < r.bottom);
    (0..frame.height).flat_map(|y| (0..frame.width).map(move |x| (x, y))).map(|(x, y)| inside(x, y)).collect()
}

/// Whether every pixel that is set here is set there.
pub(crate) fn within(here: &[bool], there: &[bool]) -> bool {
    here.len() == there.len() && here.iter().zip(there).all(|(here, there)| !here || *there)
}

/// A sign-off's worth, naively: every pixel hidden then is hidden now, and every face shown now was shown then.
pub(crate) fn agrees(before: &Said, now: &Said) -> bool {
    let shown = |said: &Said| -> BTreeSet<FaceId> {
        said.faces.iter().filter(|(_, act)| *act == FaceAct::Show).map(|(id, _)| *id).collect()
    };
    within(&before.hidden, &now.hidden) && shown(now).is_subset(&shown(before))
}
