//! One child's uses, photo and video apart: what each means, the present answer, and another one.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Voice, about, href};
use crate::consent::StandingKind;
use crate::consent::ledger::Record;
use crate::domain::category::{Basis, Medium};
use crate::domain::id::{EntryId, PersonId};
use crate::office::OfficeError;
use crate::office::family::{Own, own_one};
use crate::office::portal::{self, Asked, Pick, Picked};
use crate::office::uses::{MEDIA, meaning, medium_key, medium_name};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::Frame;
use crate::web::guard::Caller;
use crate::web::words;

#[derive(Template)]
#[template(path = "child.html", config = "src/web/askama.toml")]
struct Child {
    frame: Frame,
    voice: Voice,
    href: String,
    parent: bool,
    year_end: String,
    voice_age: u8,
    pupil_alone: bool,
    uses: Vec<UseAsked>,
}

struct UseAsked {
    name: String,
    meaning: &'static str,
    each_time: bool,
    may_anyway: bool,
    media: Vec<Question>,
}

struct Question {
    field: String,
    medium: &'static str,
    own: &'static str,
    until: Option<String>,
    shown: bool,
    conflict: bool,
    outvoted: bool,
}

#[derive(Template)]
#[template(path = "child_saved.html", config = "src/web/askama.toml")]
struct Saved {
    frame: Frame,
    voice: Voice,
    href: String,
    said: Vec<String>,
    effects: Vec<(String, usize, usize)>,
    agreed: bool,
}

/// From which entry on the page tells.
#[derive(Deserialize)]
pub(in crate::web) struct From {
    from: Option<i64>,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
) -> Result<Response, WebError> {
    let shown = about(&site, &caller, person, |site, read, own, frame| {
        let record = Record { entries: read.ledger(&own.person.id)?, person: own.person.clone() };
        let asked = portal::asked(&record, &own.giver, site.school(), site.now());
        Ok(view(site, own, &asked, frame))
    });
    shown.await
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    Form(given): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let (actor, account) = (caller.actor().clone(), caller.person()?.1.clone());
    let saved = site.blocking(move |site| {
        let own = site.store().read(|read| own_one(read, &account, &person))?;
        let picked = picked(site, given);
        let first = portal::answer(site.store(), site.school(), &own, &picked, &actor, site.now())?;
        let from = first.map_or_else(String::new, |EntryId(first)| format!("?from={first}"));
        Ok::<_, OfficeError>(format!("{}/saved{from}", href(&own)))
    });
    Ok(Redirect::to(&saved.await?).into_response())
}

pub(in crate::web) async fn saved(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    Query(from): Query<From>,
) -> Result<Response, WebError> {
    let shown = about(&site, &caller, person, move |site, read, own, frame| {
        let first = EntryId(from.from.unwrap_or(i64::MAX));
        let (said, effects) = portal::effects(read, site.school(), own, first, site.now())?;
        let effects = effects.into_iter().map(|e| (e.channel.title(), e.hidden, e.withheld)).collect();
        let agreed = said.iter().any(|entry| words::said(entry).starts_with("Yes"));
        let said = said.iter().map(words::said).collect();
        Ok(Saved { frame, voice: Voice::of(own), href: href(own), said, effects, agreed })
    });
    shown.await
}

fn view(site: &Site, own: &Own, asked: &[Asked], frame: Frame) -> Child {
    let school = site.school();
    let question = |one: &Asked| Question {
        field: field(one.category.id.as_str(), one.medium),
        medium: medium_name(one.medium),
        own: key(one.own),
        until: one.until.map(|end| site.last_day(end)),
        shown: one.standing.kind == StandingKind::Granted,
        // their own yes does not show the child: somebody else's no, a restriction or a pupil's own word
        // a pupil's own yes, where the school lets it suffice
        outvoted: one.own == Pick::No && one.standing.kind == StandingKind::Granted,
        conflict: matches!(one.own, Pick::Yes | Pick::Year) && one.standing.kind != StandingKind::Granted,
    };
    let uses = school.categories.iter().map(|category| UseAsked {
        name: category.id.title(),
        meaning: meaning(category),
        each_time: category.needs_specific_image,
        may_anyway: category.basis == Basis::PublicTask,
        media: asked.iter().filter(|one| one.category.id == category.id).map(question).collect(),
    });
    let voice = Voice::of(own);
    Child {
        frame,
        href: href(own),
        parent: !voice.pupil,
        voice,
        year_end: words::told(portal::school_year_end(school.policy.day_of(site.now()))),
        voice_age: school.policy.voice_age,
        pupil_alone: school.policy.pupil_alone,
        uses: uses.collect(),
    }
}

/// The answers of the school's uses; what the form says besides is passed over.
fn picked(site: &Site, given: Vec<(String, String)>) -> Vec<Picked> {
    let given: BTreeMap<String, String> = given.into_iter().collect();
    let pick = |name: &str| match given.get(name).map(String::as_str) {
        Some("yes") => Pick::Yes,
        Some("year") => Pick::Year,
        Some("no") => Pick::No,
        _ => Pick::Unsaid,
    };
    let of = |category: &crate::domain::id::CategoryId, medium: Medium| {
        let name = field(category.as_str(), medium);
        Picked { category: category.clone(), medium, seen: pick(&format!("was.{name}")), pick: pick(&name) }
    };
    site.school().categories.iter().flat_map(|category| MEDIA.map(|medium| of(&category.id, medium))).collect()
}

fn field(category: &str, medium: Medium) -> String {
    format!("{category}.{}", medium_key(medium))
}

const fn key(pick: Pick) -> &'static str {
    match pick {
        Pick::Unsaid => "",
        Pick::Yes => "yes",
        Pick::Year => "year",
        Pick::No => "no",
    }
}
