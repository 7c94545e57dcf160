//! Where pictures are: placed by hand, sent, fetched; and what families are told once one was taken down.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::Standing;
use crate::config::School;
use crate::consent::ledger::Record;
use crate::consent::{Clearance, Queue, StandingKind, Use, Verdict, standing};
use crate::domain::category::{Category, Medium};
use crate::domain::channel::Channel;
use crate::domain::connection::{Address, Kind};
use crate::domain::face::Who;
use crate::domain::id::{ChannelId, Digest, PersonId, PhotoId};
use crate::domain::placement::{Placed, PlacementId};
use crate::domain::time::Timestamp;
use crate::pipeline::release::Request;
use crate::store::{Placement, Read, Store, StoreError};

use super::error::OfficeError;
use super::letter::Letter;
use super::text::written;

/// The longest description of a place, in characters.
pub const MOST_PLACE: usize = 500;

/// What somebody tells of a picture that they placed.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The photo.
    pub photo: &'a PhotoId,
    /// The fingerprint of the very picture that was placed, where it is known.
    pub fingerprint: Option<&'a Digest>,
    /// How it was placed.
    pub how: Placed,
    /// The post's address, or the print run.
    pub place: &'a str,
}

/// Records that somebody placed a picture of the request's channel. What may not be shown at this moment is to be taken down
/// at once: the workers open the task. A picture of which it is not known which one it was counts as one that hides nobody.
///
/// # Errors
/// When there is no such photo, a post has no usable address, the text is empty or too long, or the store fails.
pub fn place(store: &Store, request: &Request<'_>, told: Told<'_>, now: Timestamp) -> Result<PlacementId, OfficeError> {
    let Told { photo, fingerprint, how, place } = told;
    let place = match how {
        Placed::Posted => place.trim().parse::<Address>()?.as_str().to_owned(),
        Placed::Printed => written(place, MOST_PLACE)?,
    };
    store.write(request.actor, now, |w| {
        let decision = request.decide(w, photo, now)?;
        // of any picture but the one that may leave now it is unknown what it hides
        let placed = decision.release().filter(|cleared| fingerprint == Some(cleared.plan().fingerprint()));
        let hidden = placed.map(|cleared| cleared.plan().hidden().to_vec()).unwrap_or_default();
        Ok(w.add_placement(&request.channel.id, photo, how, &place, &hidden)?)
    })
}

/// Somebody took a placed picture down. Gives the letters for the families whose wish it was, once nothing of the photo is
/// left to be taken down.
///
/// # Errors
/// When the channel has no such task, or the store fails.
pub fn taken_down(
    store: &Store,
    request: &Request<'_>,
    id: PlacementId,
    note: &str,
    now: Timestamp,
) -> Result<Vec<Letter>, OfficeError> {
    let note = if note.trim().is_empty() { String::new() } else { written(note, MOST_PLACE)? };
    store.write(request.actor, now, |w| {
        let known = w.placement(id)?.filter(|known| known.channel == request.channel.id && known.take_down.is_some());
        let known = known.ok_or(OfficeError::NoPlacement(id))?;
        if !w.finish_take_down(id, &note)? {
            return Ok(Vec::new());
        }
        let open = |placement: &Placement| placement.take_down.as_ref().is_some_and(|task| task.done.is_none());
        if w.placements_of(&known.photo)?.iter().any(open) {
            Ok(Vec::new())
        } else {
            letters(w, request, &known.photo, now)
        }
    })
}

/// What was taken down of a person because their family did not want it, or no longer.
///
/// # Errors
/// When the store fails.
pub fn receipts(
    read: &Read,
    school: &School,
    person: &PersonId,
    now: Timestamp,
) -> Result<Vec<(ChannelId, Timestamp)>, OfficeError> {
    let Some(record) = record(read, person)? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for photo in read.photos_of(person)? {
        for Placement { channel, take_down, .. } in read.placements_of(&photo)? {
            let done = take_down.and_then(|task| task.done).map(|(at, _)| at);
            let wished =
                school.channel(&channel).is_some_and(|(_, category)| refuses(&record, school, category, &photo, now));
            all.extend(done.filter(|_| wished).map(|at| (channel, at)));
        }
    }
    all.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    Ok(all)
}

/// How far a picture has come on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It may leave, and has not.
    Approved,
    /// A program has it, and may show it.
    Delivered,
    /// A program had an earlier picture of it, and a stricter one has taken its place.
    Replaced,
    /// Somebody placed it by hand.
    Placed,
    /// A program had it, and may show it no longer.
    Withdrawn,
    /// Somebody has to take it down by hand.
    ToTakeDown,
    /// Somebody took it down by hand.
    TakenDown,
}

/// Where a picture is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// The photo.
    pub photo: PhotoId,
    /// The channel.
    pub channel: ChannelId,
    /// How far it has come.
    pub stage: Stage,
    /// A website, a folder, a post, a print run, or a program that fetches.
    pub place: String,
    /// Where it can be looked at on the web.
    pub address: Option<String>,
    /// Until when it has to be taken down.
    pub due_at: Option<Timestamp>,
}

/// Where every picture of a photo with this person is right now, or may leave to.
///
/// # Errors
/// When there is no such person, or the store fails.
pub fn whereabouts(
    read: &Read,
    school: &School,
    roll: &crate::pipeline::RollCache,
    person: &PersonId,
    now: Timestamp,
) -> Result<Vec<Whereabouts>, OfficeError> {
    read.person(person)?.ok_or_else(|| OfficeError::NoPerson(person.clone()))?;
    let connections: BTreeMap<_, _> = read.connections()?.into_iter().map(|known| (known.id, known)).collect();
    let actor = "office".parse()?;
    let mut all = Vec::new();
    for photo in read.photos_of(person)? {
        let placements = read.placements_of(&photo)?;
        let there = read.connections_with(&photo)?;
        for (channel, category) in school.channels() {
            let request = Request { school, roll, channel, category, actor: &actor };
            let decision = request.decide(read, &photo, now)?;
            let may_leave = decision.verdict() == Verdict::Release;
            let fingerprint = decision.fingerprint();
            let replaced = decision.is_replacement() && read.had_another(&channel.id, &photo, &fingerprint)?;
            let fetched = match (may_leave, replaced && !read.is_pulled(&channel.id, &photo, &fingerprint)?) {
                (false, _) => Stage::Withdrawn,
                (true, true) => Stage::Replaced,
                (true, false) => Stage::Delivered,
            };
            let before = all.len();
            let row = |stage, place: String| Whereabouts {
                photo: photo.clone(),
                channel: channel.id.clone(),
                stage,
                place,
                address: None,
                due_at: None,
            };
            for (id, remote) in &there {
                let Some(known) = connections.get(id).filter(|known| known.channel == channel.id) else { continue };
                let name = if known.label.is_empty() { known.kind.title().to_owned() } else { known.label.clone() };
                let stage = if may_leave { Stage::Delivered } else { Stage::Withdrawn };
                let address = remote.address.clone().filter(|_| known.kind == Kind::Wordpress);
                all.push(Whereabouts { address, ..row(stage, name) });
            }
            for placement in placements.iter().filter(|placement| placement.channel == channel.id) {
                all.push(placed(placement, row(Stage::Placed, placement.place.clone())));
            }
            if read.was_out(&channel.id, &photo)? {
                all.push(row(fetched, "Fetched by a program or a person".to_owned()));
            }
            if all.len() == before && decision.queue() == Queue::MayLeave {
                all.push(row(Stage::Approved, "Nowhere yet".to_owned()));
            }
        }
    }
    Ok(all)
}

fn placed(placement: &Placement, row: Whereabouts) -> Whereabouts {
    let address = Some(placement.place.clone()).filter(|_| placement.how == Placed::Posted);
    let (stage, due_at) = match &placement.take_down {
        None => (Stage::Placed, None),
        Some(task) if task.done.is_none() => (Stage::ToTakeDown, Some(task.due_at)),
        Some(_) => (Stage::TakenDown, None),
    };
    Whereabouts { stage, due_at, address, ..row }
}

fn letters(read: &Read, request: &Request<'_>, photo: &PhotoId, now: Timestamp) -> Result<Vec<Letter>, OfficeError> {
    let Request { school, channel: Channel { id: channel, .. }, category, .. } = request;
    let mut all = Vec::new();
    // whoever was taken for somebody else at first is not in the picture
    let faces = read.photo_history(photo)?.facts().faces;
    let named = faces.into_iter().filter_map(|face| match face.who {
        Who::Person(person) => Some(person),
        Who::Unknown | Who::Suggested(_) | Who::Visitor | Who::NotAFace => None,
    });
    for person in &named.collect::<BTreeSet<_>>() {
        let wished = record(read, person)?.is_some_and(|record| refuses(&record, school, category, photo, now));
        if !wished {
            continue;
        }
        for guardianship in read.guardianships(person)?.into_iter().filter(|known| known.until.is_none()) {
            let account = read.account(guardianship.account)?.filter(|account| account.standing != Standing::Closed);
            all.extend(account.map(|account| letter(school, channel, &account.login)));
        }
    }
    Ok(all)
}

fn letter(school: &School, channel: &ChannelId, login: &str) -> Letter {
    let site = school.address.as_deref().map(|site| site.trim_end_matches('/')).unwrap_or_default();
    let text = format!(
        "As you wished, a picture with your child was taken down by hand from everywhere that {name} had placed it \
         ({channel}).\n\nWhat is published of your child right now, and your answers: {site}/family\n\n{name}\n",
        name = school.name,
        channel = channel.title(),
    );
    Letter { to: login.to_owned(), subject: format!("A picture was taken down: {}", school.name), text }
}

fn record(read: &Read, person: &PersonId) -> Result<Option<Record>, StoreError> {
    let Some(person) = read.person(person)? else { return Ok(None) };
    Ok(Some(Record { entries: read.ledger(&person.id)?, person }))
}

/// Whether the family's own no hides the person. A yes that ended, or that was never given, is no wish; a restriction is nobody's
/// to be told of.
fn refuses(record: &Record, school: &School, category: &Category, photo: &PhotoId, now: Timestamp) -> bool {
    let wanted = Use { category, medium: Medium::Photo, photo: Some(photo) };
    let kind = standing(record, &wanted, &school.policy, now).kind;
    matches!(kind, StandingKind::Refused | StandingKind::Withdrawn)
}
