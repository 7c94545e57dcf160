//! Pupils and consents from the school's files: sent, looked at as a list of changes, confirmed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{again, page};
use crate::access::{AccountId, Secret};
use crate::domain::id::{ActorId, Digest, PersonId};
use crate::domain::person::Person;
use crate::import::{ChangeKind, ConsentDiff, Extent, Field, Mapping, RollDiff, SheetKind};
use crate::office::{OfficeError, Source, enrol_consents, enrol_pupils, uses::medium_name};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::uploads::{Sent, Upload};
use crate::web::words::full;

#[derive(Template)]
#[template(path = "import.html", config = "src/web/askama.toml")]
struct Import {
    frame: Frame,
    errors: Errors,
    problems: Vec<String>,
    of: String,
    done: Option<usize>,
}

#[derive(Template)]
#[template(path = "import_diff.html", config = "src/web/askama.toml")]
struct DiffPage {
    frame: Frame,
    upload: String,
    seen: String,
    again: bool,
    groups: Vec<Group>,
    notes: Vec<String>,
    loosens: bool,
    news: bool,
}

/// Changes of one kind.
struct Group {
    heading: String,
    hint: &'static str,
    lines: Vec<String>,
}

/// What came of an import.
#[derive(Deserialize)]
pub(in crate::web) struct Done {
    taken: Option<usize>,
}

/// The confirmation.
#[derive(Deserialize)]
pub(in crate::web) struct Confirmed {
    upload: String,
    seen: String,
    loosen: Option<String>,
}

/// What a file would do, or did.
struct Outcome {
    groups: Vec<Group>,
    notes: Vec<String>,
    loosens: bool,
    taken: usize,
    seen: Digest,
    applied: bool,
}

pub(in crate::web) async fn show(caller: Caller, Query(done): Query<Done>) -> Result<Response, WebError> {
    page(&form(&caller, Errors::default(), Vec::new(), String::new(), done.taken))
}

pub(in crate::web) async fn send(State(site): State<Site>, caller: Caller, sent: Sent) -> Result<Response, WebError> {
    let of = sent.text("of").unwrap_or_default().to_owned();
    let upload = match upload_of(&site, caller.person()?.1.id, &sent) {
        Ok(upload) => upload,
        Err(errors) => return again(&form(&caller, errors, Vec::new(), of, None)),
    };
    let (actor, tried) = (caller.actor().clone(), upload.clone());
    match site.blocking(move |site| enrol(site, &tried, None, &actor)).await? {
        Ok(outcome) => Ok(looked_at(&site, &caller, upload, outcome, false)?.into_response()),
        Err(problems) => {
            again(&form(&caller, Errors::one("file", "Correct the file: nothing of it was taken."), problems, of, None))
        }
    }
}

pub(in crate::web) async fn confirm(
    State(site): State<Site>,
    caller: Caller,
    Form(given): Form<Confirmed>,
) -> Result<Response, WebError> {
    let account = caller.person()?.1.id;
    let Some(upload) = site.uploads().take(&Secret::presented(&given.upload), account, site.now()) else {
        let gone = Errors::one("file", "The file is kept for an hour only, and used once: send it again.");
        return again(&form(&caller, gone, Vec::new(), String::new(), None));
    };
    let (actor, tried) = (caller.actor().clone(), upload.clone());
    let confirmed = (given.seen.parse().ok(), given.loosen.is_some());
    match site.blocking(move |site| enrol(site, &tried, Some(confirmed), &actor)).await? {
        Ok(outcome) if outcome.applied => {
            Ok(Redirect::to(&format!("/pupils/import?taken={}", outcome.taken)).into_response())
        }
        // the register has changed since the page was shown: nothing was taken
        Ok(outcome) => looked_at(&site, &caller, upload, outcome, true),
        Err(problems) => again(&form(
            &caller,
            Errors::one("file", "Correct the file: nothing of it was taken."),
            problems,
            String::new(),
            None,
        )),
    }
}

fn looked_at(
    site: &Site,
    caller: &Caller,
    upload: Upload,
    outcome: Outcome,
    changed: bool,
) -> Result<Response, WebError> {
    let secret = Secret::new().map_err(OfficeError::from)?;
    site.uploads().keep(&secret, Upload { at: site.now(), ..upload });
    let Outcome { groups, notes, loosens, taken, seen, applied: _ } = outcome;
    page(&DiffPage {
        frame: Frame::new(caller, Section::Consents),
        upload: secret.reveal().to_owned(),
        seen: seen.to_string(),
        again: changed,
        news: taken > 0 || loosens,
        groups,
        notes,
        loosens,
    })
}

fn form(caller: &Caller, errors: Errors, problems: Vec<String>, of: String, done: Option<usize>) -> Import {
    Import { frame: Frame::new(caller, Section::Consents), errors, problems, of, done }
}

fn upload_of(site: &Site, account: AccountId, sent: &Sent) -> Result<Upload, Errors> {
    let of = sent.text("of").filter(|of| ["full", "part", "consents"].contains(of));
    let of = of.ok_or_else(|| Errors::one("of", "Choose what the file lists."))?;
    let file = sent.file("file").ok_or_else(|| Errors::one("file", "Choose a file."))?;
    if SheetKind::of(Path::new(&file.name)).is_none() {
        return Err(Errors::one("file", "The file is neither .csv nor .xlsx: save it as one of them."));
    }
    let mapping = match sent.file("mapping") {
        Some(file) => String::from_utf8(file.bytes.clone())
            .map_err(|_| Errors::one("mapping", "The mapping is not UTF-8 text: save it as such."))?,
        None => String::new(),
    };
    Ok(Upload { account, of: of.to_owned(), file: file.clone(), mapping, at: site.now() })
}

/// Reads a file; takes it in when what it does is what was seen. The problems of its lines otherwise.
fn enrol(
    site: &Site,
    upload: &Upload,
    confirmed: Option<(Option<Digest>, bool)>,
    actor: &ActorId,
) -> Result<Result<Outcome, Vec<String>>, OfficeError> {
    let looked = told(run(site, upload, None, actor))?;
    let Ok(outcome) = looked else { return Ok(looked) };
    match confirmed {
        Some((seen, loosen)) if seen == Some(outcome.seen) => told(run(site, upload, Some(loosen), actor)),
        _ => Ok(Ok(outcome)),
    }
}

/// A file's problems are for the page, line by line; everything else is a failure.
fn told(outcome: Result<Outcome, OfficeError>) -> Result<Result<Outcome, Vec<String>>, OfficeError> {
    match outcome {
        Ok(outcome) => Ok(Ok(outcome)),
        Err(OfficeError::Import(problems)) => Ok(Err(problems.to_string().lines().map(str::to_owned).collect())),
        Err(error) => Err(error),
    }
}

/// A dry run without a word on loosening, else the import itself.
fn run(site: &Site, upload: &Upload, loosen: Option<bool>, actor: &ActorId) -> Result<Outcome, OfficeError> {
    let (store, school, now) = (site.store(), site.school(), site.now());
    let mapping = Mapping::parse(&upload.mapping)?;
    let source = Source {
        bytes: &upload.file.bytes,
        kind: SheetKind::of(Path::new(&upload.file.name)).unwrap_or(SheetKind::Csv),
        mapping: &mapping,
        confirm_loosening: loosen == Some(true),
        dry_run: loosen.is_none(),
    };
    let people = store.read(crate::store::Read::people)?;
    if upload.of == "consents" {
        let diff = enrol_consents(store, school, &source, actor, now)?.diff;
        return Ok(Outcome { applied: loosen.is_some(), ..of_consents(&diff, &people, loosen == Some(true)) });
    }
    let extent = if upload.of == "full" { Extent::Full } else { Extent::Part };
    let diff = enrol_pupils(store, school, &source, extent, actor, now)?.diff;
    Ok(Outcome { applied: loosen.is_some(), ..of_roll(&diff, loosen == Some(true)) })
}

fn of_roll(diff: &RollDiff, loosen: bool) -> Outcome {
    let plain = |person: &Person| named(person);
    let with = |(person, fields): &(Person, BTreeSet<Field>)| {
        let fields: Vec<String> = fields.iter().map(|field| field.as_str().replace('_', " ")).collect();
        format!("{}: {}", named(person), fields.join(", "))
    };
    let groups = vec![
        group("New", "", diff.added.iter().map(plain)),
        group("Changed", "", diff.changed.iter().map(with)),
        group("Missing from the file, so marked as left today", LEFT, diff.left.iter().map(plain)),
        group("Changed so that more could be shown", LOOSER, diff.loosened.iter().map(with)),
    ];
    let mut notes = vec![format!("{} are in the register just so.", diff.unchanged)];
    notes.extend((diff.left_out > 0).then(|| format!("{} rows of parents and carers are left out.", diff.left_out)));
    Outcome {
        groups: groups.into_iter().filter(|group| !group.lines.is_empty()).collect(),
        notes,
        applied: false,
        loosens: !diff.loosened.is_empty(),
        taken: diff.rows(loosen).count(),
        seen: Digest::of(
            format!("{diff}{:?}", diff.added.iter().map(|person| &person.id).collect::<Vec<_>>()).as_bytes(),
        ),
    }
}

fn of_consents(diff: &ConsentDiff, people: &BTreeMap<PersonId, Person>, loosen: bool) -> Outcome {
    let line = |change: &crate::import::Change| {
        let who = people.get(&change.person).map_or_else(String::new, named);
        let lines: Vec<String> = change.lines.iter().map(u64::to_string).collect();
        let (before, after) = (word(change.before), word(change.after));
        let use_of = format!("{} ({})", change.category.title(), medium_name(change.medium).to_lowercase());
        format!("{who}: {use_of}, {before} → {after}, line {}", lines.join(", "))
    };
    let of = |kind: ChangeKind| diff.changes.iter().filter(move |change| change.kind == kind).map(line);
    let groups = vec![
        group("Less will be shown, at once", "", of(ChangeKind::Tightened)),
        group("More could be shown", LOOSER, of(ChangeKind::Loosened)),
        group("First answers", "", of(ChangeKind::First)),
        group("Recorded without a change", "", of(ChangeKind::Same)),
    ];
    let mut notes = vec![format!("{} answers are in the ledger already.", diff.known)];
    notes.extend((diff.known_undated > 0).then(|| {
        format!(
            "{} of them have no date, repeat the last answer and renew nothing: add a column made_at.",
            diff.known_undated
        )
    }));
    Outcome {
        groups: groups.into_iter().filter(|group| !group.lines.is_empty()).collect(),
        notes,
        applied: false,
        loosens: diff.needs_confirmation(),
        taken: diff.answers(loosen).len(),
        seen: Digest::of(format!("{:?}", diff.changes).as_bytes()),
    }
}

const LOOSER: &str = "Only taken with the tick below.";
const LEFT: &str = "Their consents end today. If the file is not the whole roll, go back and say so.";

fn group(heading: &str, hint: &'static str, lines: impl Iterator<Item = String>) -> Group {
    let lines: Vec<String> = lines.collect();
    Group { heading: format!("{heading}: {}", lines.len()), hint, lines }
}

fn named(person: &Person) -> String {
    let class = person.class.as_deref().map_or_else(String::new, |class| format!(", {class}"));
    format!("{}{class} ({})", full(&person.name), person.id)
}

const fn word(kind: crate::consent::StandingKind) -> &'static str {
    use crate::consent::StandingKind::{Expired, Granted, NeverAsked, Refused, Restricted, Withdrawn};
    match kind {
        Granted => "yes",
        Refused | Restricted => "no",
        Withdrawn => "no longer",
        Expired => "lapsed",
        NeverAsked => "never asked",
    }
}
