//! Searching the audit chain, taking what was found out, and proving that nobody has rewritten it.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::time::Date;
use crate::office::OfficeError;
use crate::office::records::{self, Told};
use crate::store::{AuditFilter, StoreError};
use crate::web::Site;
use crate::web::address::encoded;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};
use crate::web::who::Names;

#[derive(Template)]
#[template(path = "audit.html", config = "src/web/askama.toml")]
struct Audit {
    frame: Frame,
    errors: Errors,
    asked: Asked,
    query: String,
    rows: Vec<Row>,
    older: Option<String>,
}

struct Row {
    seq: u64,
    at: String,
    by: String,
    kind: String,
    details: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "verified.html", config = "src/web/askama.toml")]
struct Verified {
    frame: Frame,
    head: Option<String>,
    count: u64,
    broken: String,
}

/// What is looked for, as the form sends it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    person: String,
    photo: String,
    actor: String,
    kind: String,
    from: String,
    until: String,
    before: String,
}

impl Asked {
    /// The filter, or what is wrong with it.
    fn filter(&self, site: &Site) -> Result<AuditFilter, Errors> {
        let mut errors = Errors::default();
        let person = part(&self.person, "person", "This is no id of the register.", &mut errors);
        let photo = part(&self.photo, "photo", "A photo's id has 20 letters and digits.", &mut errors);
        let actor = part(&self.actor, "actor", "Write it as `account-3`, `token-2` or `cli`.", &mut errors);
        let from: Option<Date> = part(&self.from, "from", "Give a day, such as 2026-06-12.", &mut errors);
        let until: Option<Date> = part(&self.until, "until", "Give a day, such as 2026-06-12.", &mut errors);
        let before = part(&self.before, "person", "This page does not exist any more.", &mut errors);
        let policy = &site.school().policy;
        let kind = Some(self.kind.trim().to_owned()).filter(|kind| !kind.is_empty());
        let (from, until) = (from.map(|day| policy.start_of(day)), until.map(|day| policy.end_of(day)));
        let filter = AuditFilter { person, photo, actor, kind, from, until, before, conceal: true };
        if errors.is_empty() { Ok(filter) } else { Err(errors) }
    }

    /// The form again, as the part of an address.
    fn query(&self) -> String {
        let Self { person, photo, actor, kind, from, until, .. } = self;
        let parts =
            [("person", person), ("photo", photo), ("actor", actor), ("kind", kind), ("from", from), ("until", until)];
        let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
        parts.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
    }
}

fn part<T: std::str::FromStr>(text: &str, field: &'static str, wrong: &str, errors: &mut Errors) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let value = text.parse().ok();
    if value.is_none() {
        errors.0.extend(Errors::one(field, wrong).0);
    }
    value
}

const PAGE: u32 = 50;

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Records);
    let query = asked.query();
    let filter = match asked.filter(&site) {
        Ok(filter) => filter,
        Err(errors) => return again(&Audit { frame, errors, asked, query, rows: Vec::new(), older: None }),
    };
    let reader = caller.reader();
    let found = site.blocking(move |site| {
        let rows = records::search(site.store(), filter, reader, PAGE)?;
        Ok::<_, OfficeError>((rows, site.store().read(Names::load)?))
    });
    let (found, names) = found.await?;
    let last = found.last().filter(|_| found.len() == usize::try_from(PAGE).unwrap_or(usize::MAX));
    let older = last.map(|last| format!("/records/audit?{query}&before={}", last.seq));
    let rows = found.iter().map(|told| row(&site, told, &names)).collect();
    page(&Audit { frame, errors: Errors::default(), asked, query, rows, older })
}

fn row(site: &Site, told: &Told, names: &Names) -> Row {
    let fields =
        told.event.as_object().into_iter().flatten().filter(|(key, value)| *key != "event" && !value.is_null());
    let words = |text: &str| text.replace('_', " ");
    Row {
        seq: told.seq,
        at: site.told(told.at),
        by: names.of(&told.by),
        kind: words(told.kind()),
        details: fields.map(|(key, _)| (words(key), told.id(key))).collect(),
    }
}

/// Everything that is found, as a table for other programs.
pub(in crate::web) async fn csv(
    State(site): State<Site>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let told = all(&site, &caller, &asked).await?;
    let mut text = String::from("number,moment,by,what,details\r\n");
    for told in told {
        let details = told.event.to_string();
        let cells = [told.seq.to_string(), told.at.to_string(), told.by.to_string(), told.kind().to_owned(), details];
        text += &cells.map(|cell| quoted(&cell)).join(",");
        text += "\r\n";
    }
    Ok(file("text/csv; charset=utf-8", "audit.csv", text))
}

/// Everything that is found, one JSON object a line.
pub(in crate::web) async fn jsonl(
    State(site): State<Site>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let told = all(&site, &caller, &asked).await?;
    let line = |told: Told| {
        let value = serde_json::json!({
            "seq": told.seq, "at": told.at, "by": told.by, "event": told.event, "hash": told.hash,
        });
        format!("{value}\n")
    };
    Ok(file("application/jsonl", "audit.jsonl", told.into_iter().map(line).collect()))
}

async fn all(site: &Site, caller: &Caller, asked: &Asked) -> Result<Vec<Told>, WebError> {
    let filter = asked.filter(site).map_err(|errors| {
        WebError::Unusable(errors.0.into_iter().map(|error| error.text).collect::<Vec<_>>().join(" "))
    })?;
    let reader = caller.reader();
    let found = site.blocking(move |site| records::search(site.store(), filter, reader, MOST + 1)).await?;
    if found.len() > usize::try_from(MOST).unwrap_or(usize::MAX) {
        return Err(WebError::Unusable(format!(
            "A file holds at most {MOST} rows, and more were found: choose fewer days, and take one file after the other."
        )));
    }
    Ok(found)
}

/// A back-up, not a page, is the way to take a whole chain out. Evidence is refused and not cut: its beginning would be missing.
const MOST: u32 = 100_000;

fn file(kind: &'static str, name: &str, text: String) -> Response {
    let saved = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, saved)], text).into_response()
}

/// A cell as RFC 4180 has it; one that a spreadsheet would take for a formula is made a text.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

pub(in crate::web) async fn verify(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Records);
    let verified = site.blocking(move |site| match site.store().read(|r| r.verify_audit(&[])) {
        Ok(head) => Ok(Verified { frame, count: head.count, head: Some(head.to_string()), broken: String::new() }),
        Err(StoreError::Audit(broken)) => {
            Ok(Verified { frame, head: None, count: 0, broken: crate::web::error::sentence(&broken.to_string()) })
        }
        Err(error) => Err(error),
    });
    page(&verified.await?)
}
