//! One person: where they stand, what was said, who decides for them; and a form for what a family said.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{again, kind, options, page};
use crate::access::Permission::{Incidents, KeepConsents};
use crate::consent::Standing;
use crate::consent::ledger::{Choice, Giver, Method};
use crate::domain::category::Medium;
use crate::domain::id::{Digest, PersonId, PhotoId};
use crate::domain::person::PersonKind;
use crate::domain::time::Date;
use crate::import::giver_key;
use crate::office::register::{File, file};
use crate::office::uses::{MEDIA, medium_key, medium_name};
use crate::office::{OfficeError, Word, family, speak};
use crate::store::{Read, StoreError};
use crate::web::Site;
use crate::web::address::encoded;
use crate::web::error::{WebError, sentence};
use crate::web::form::{Errors, FieldError};
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::uploads::Sent;
use crate::web::words::{self, Tag, full, told};

#[derive(Template)]
#[template(path = "pupil.html", config = "src/web/askama.toml")]
pub(super) struct Pupil {
    frame: Frame,
    errors: Errors,
    given: BTreeMap<String, String>,
    done: &'static str,
    keeps: bool,
    may_pull: bool,
    own: String,
    id: String,
    name: String,
    legal: String,
    is_pupil: bool,
    has_say: bool,
    facts: Vec<(&'static str, String)>,
    uses: Vec<UseRow>,
    entries: Vec<EntryRow>,
    guardians: Vec<GuardianRow>,
    givers: Vec<(String, String)>,
    photos: Vec<(String, String)>,
    keys: Vec<(String, String)>,
}

struct UseRow {
    name: String,
    cells: Vec<Cell>,
}

struct Cell {
    field: String,
    medium: &'static str,
    tag: Tag,
    entries: Vec<i64>,
    young: bool,
}

struct EntryRow {
    id: i64,
    said: String,
    giver: String,
    method: &'static str,
    made: String,
    recorded: String,
    until: Option<String>,
    evidence: Option<String>,
}

struct GuardianRow {
    id: i64,
    login: String,
    giver: String,
    since: String,
}

/// What was just done.
#[derive(Deserialize)]
pub(in crate::web) struct Done {
    done: Option<String>,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    Query(done): Query<Done>,
) -> Result<Response, WebError> {
    let done = match done.done.as_deref() {
        Some("said") => "What the family said is recorded. It counts from now on.",
        Some("linked") => "The parent or carer is linked and has been sent a message.",
        Some("ended") => "The link has ended.",
        _ => "",
    };
    page(&Pupil { done, ..load(&site, &caller, person).await? })
}

pub(in crate::web) async fn say(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    sent: Sent,
) -> Result<Response, WebError> {
    let words = match words_of(&site, &sent) {
        Ok(words) => words,
        Err(errors) => return wrong(&site, &caller, person, errors, sent.fields().clone()).await,
    };
    let (actor, id) = (caller.actor().clone(), person.clone());
    let said = site.blocking(move |site| match speak(site.store(), site.school(), &id, &words, &actor, site.now()) {
        Err(error @ OfficeError::Dates(_)) => Ok(Err(error.to_string())),
        other => other.map(Ok),
    });
    match said.await? {
        Ok(_) => Ok(Redirect::to(&format!("/pupils/{}?done=said", encoded(person.as_str()))).into_response()),
        Err(why) => wrong(&site, &caller, person, Errors::one("made", sentence(&why)), sent.fields().clone()).await,
    }
}

/// The page again, with what has to be corrected and what was given.
pub(super) async fn wrong(
    site: &Site,
    caller: &Caller,
    person: PersonId,
    errors: Errors,
    given: BTreeMap<String, String>,
) -> Result<Response, WebError> {
    again(&Pupil { errors, given, ..load(site, caller, person).await? })
}

impl Pupil {
    /// What a field held, or nothing.
    fn value(&self, field: &str) -> &str {
        self.given.get(field).map_or("", String::as_str)
    }
}

async fn load(site: &Site, caller: &Caller, person: PersonId) -> Result<Pupil, WebError> {
    let (frame, keeps) = (Frame::new(caller, Section::Consents), caller.may(KeepConsents));
    let reader = caller.reader();
    let may_pull = caller.may(Incidents);
    site.blocking(move |site| {
        let (found, photos) = site.store().read(|read| {
            let found = file(read, site.school(), &person, reader, site.now())?;
            Ok::<_, OfficeError>((found, if keeps { photos_of(read, &person)? } else { Vec::new() }))
        })?;
        Ok::<_, OfficeError>(Pupil { photos, may_pull, ..view(site, found, frame, keeps) })
    })
    .await
}

/// The photos that show the person, the latest first: a yes may be for one of them alone.
fn photos_of(read: &Read, person: &PersonId) -> Result<Vec<(String, String)>, StoreError> {
    let mut found = Vec::new();
    for id in read.photos_of(person)? {
        let Some(photo) = read.photo(&id)? else { continue };
        let Some(event) = read.event(photo.event)? else { continue };
        found.push((
            event.date,
            photo.ordinal,
            id.to_string(),
            format!("{}, {}: photo {}", event.name, told(event.date), photo.ordinal),
        ));
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    let every = (String::new(), "Every photo".to_owned());
    Ok(std::iter::once(every).chain(found.into_iter().map(|(_, _, id, label)| (id, label))).collect())
}

fn view(site: &Site, found: File, frame: Frame, keeps: bool) -> Pupil {
    let (school, now) = (site.school(), site.now());
    let is_pupil = found.person.kind == PersonKind::Pupil;
    let uses = school.categories.iter().map(|category| {
        let cell = |medium: Medium| {
            let line = found.lines.iter().find(|line| line.category == category.id && line.medium == medium);
            let standing = line.map_or_else(Standing::unknown, |line| line.standing.clone());
            Cell {
                field: format!("{}.{}", category.id, medium_key(medium)),
                medium: medium_name(medium),
                tag: site.tag(&standing),
                entries: standing.determined_by.iter().map(|id| id.0).collect(),
                young: standing.young_refusal,
            }
        };
        UseRow { name: category.id.title(), cells: MEDIA.map(cell).into() }
    });
    let uses = uses.collect();
    let entry = |entry: &crate::consent::ledger::Entry| EntryRow {
        id: entry.id.0,
        said: words::said(entry),
        giver: words::giver(&entry.giver),
        method: words::method(entry.method),
        made: site.day(entry.made_at),
        recorded: site.told(entry.recorded_at),
        until: entry.valid_until.map(|end| site.last_day(end)),
        evidence: entry.evidence.map(|digest| digest.to_string().chars().take(12).collect()),
    };
    let guardian = |(link, login): &(crate::store::Guardianship, String)| GuardianRow {
        id: link.id.0,
        login: login.clone(),
        giver: words::giver(&Giver::Guardian(link.giver.clone())),
        since: site.day(link.since),
    };
    let person = &found.person;
    let mut keys = found.keys.clone();
    keys.extend(found.guardians.iter().map(|(link, _)| link.giver.clone()));
    keys.insert("family".to_owned());
    let named = |key: String| (format!("guardian:{key}"), words::giver(&Giver::Guardian(key)));
    let mut givers: Vec<(String, String)> = match is_pupil {
        true => keys.into_iter().map(named).collect(),
        false => vec![("own".to_owned(), "Themselves".to_owned())],
    };
    givers.insert(0, (String::new(), "Choose who".to_owned()));
    if is_pupil {
        givers.push(("other".to_owned(), "Another guardian".to_owned()));
        givers.push(("pupil".to_owned(), "The pupil".to_owned()));
    }
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Pupil {
        may_pull: false,
        frame,
        errors: Errors::default(),
        given: BTreeMap::from([("made".to_owned(), school.policy.day_of(now).to_string())]),
        done: "",
        keeps,
        own: format!("/pupils/{}", encoded(person.id.as_str())),
        id: person.id.to_string(),
        name: full(&person.name),
        legal: format!("{} {}", person.name.legal_forename, person.name.legal_surname),
        is_pupil,
        has_say: family::has_say(person, school, now),
        facts: vec![
            ("Kind", kind(person.kind).to_owned()),
            ("Number", person.id.to_string()),
            ("Born", person.born.map_or_else(String::new, told)),
            ("Year", text(&person.year)),
            ("Class", text(&person.class)),
            ("Last day", person.leaving.map_or_else(String::new, told)),
        ],
        uses,
        entries: found.entries.iter().rev().map(entry).collect(),
        guardians: found.guardians.iter().map(guardian).collect(),
        givers,
        photos: Vec::new(),
        keys: options(found.keys, "Somebody who has not answered yet"),
    }
}

/// What the form says, or everything that is wrong with it.
fn words_of(site: &Site, sent: &Sent) -> Result<Vec<Word>, Errors> {
    let policy = &site.school().policy;
    let mut errors = Errors::default();
    let mut day = |field: &'static str| -> Option<Date> {
        let text = sent.text(field)?;
        let day = text.parse().ok();
        if day.is_none() {
            errors.0.push(FieldError { field, text: "Write the day as 2026-06-15.".to_owned() });
        }
        day
    };
    let (made, until) = (day("made"), day("until"));
    let giver = giver_of(sent);
    if giver.is_none() {
        let text = "Choose who said it; write who the other guardian is.".to_owned();
        errors.0.push(FieldError { field: "giver", text });
    }
    let photo: Option<PhotoId> = sent.text("photo").and_then(|id| id.parse().ok());
    if sent.text("photo").is_some() && photo.is_none() {
        errors.0.push(FieldError { field: "photo", text: "Choose a photo of the list, or every photo.".to_owned() });
    }
    let evidence = sent.file("evidence").map(|file| Digest::of(&file.bytes));
    let now = site.now();
    let mut words = Vec::new();
    // of one photo nothing is said about videos
    let media = MEDIA.into_iter().filter(|medium| photo.is_none() || *medium == Medium::Photo);
    for (category, medium) in site.school().categories.iter().flat_map(|c| media.clone().map(move |medium| (c, medium)))
    {
        let choice = match sent.text(&format!("{}.{}", category.id, medium_key(medium))) {
            Some("granted") => Choice::Granted,
            Some("refused") => Choice::Refused,
            Some("withdrawn") => Choice::Withdrawn,
            _ => continue,
        };
        words.push(Word {
            category: category.id.clone(),
            medium,
            photo: photo.clone(),
            choice,
            giver: giver.clone().unwrap_or(Giver::School),
            method: if sent.text("method") == Some("verbal") { Method::Verbal } else { Method::Paper },
            made_at: made.map_or(now, |day| policy.said_on(day, choice, now)),
            valid_from: None,
            valid_until: until.filter(|_| choice == Choice::Granted).map(|day| policy.end_of(day)),
            evidence,
        });
    }
    if words.is_empty() {
        errors.0.push(FieldError { field: "answers", text: "Choose an answer to at least one use.".to_owned() });
    }
    if errors.is_empty() { Ok(words) } else { Err(errors) }
}

fn giver_of(sent: &Sent) -> Option<Giver> {
    match sent.text("giver")? {
        "pupil" => Some(Giver::Pupil),
        "own" => Some(Giver::Own),
        "other" => sent.text("other").map(|text| Giver::Guardian(giver_key(text))),
        text => text.strip_prefix("guardian:").map(|key| Giver::Guardian(giver_key(key))),
    }
}
