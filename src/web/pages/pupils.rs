//! Pupils, staff and known visitors, with how complete their answers are.

pub(in crate::web) mod due;
pub(in crate::web) mod forms;
pub(in crate::web) mod guardians;
pub(in crate::web) mod import;
pub(in crate::web) mod person;
pub(in crate::web) mod pictures;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::{again, page};
use crate::access::Permission::KeepConsents;
use crate::consent::due as due_of;
use crate::consent::ledger::Record;
use crate::domain::person::{Person, PersonKind};
use crate::office::OfficeError;
use crate::office::register::{Search, classes, search};
use crate::web::Site;
use crate::web::address::encoded;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::words::full;

#[derive(Template)]
#[template(path = "pupils.html", config = "src/web/askama.toml")]
struct Pupils {
    frame: Frame,
    errors: Errors,
    keeps: bool,
    q: String,
    class: String,
    classes: Vec<(String, String)>,
    found: usize,
    rows: Vec<Row>,
    pages: Pages,
}

struct Row {
    href: String,
    name: String,
    class: String,
    kind: &'static str,
    due: usize,
    left: bool,
}

/// Where one is in a long list.
struct Pages {
    page: usize,
    last: usize,
    before: Option<String>,
    after: Option<String>,
}

/// Whom to look for.
#[derive(Deserialize, Default)]
pub(in crate::web) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    class: String,
    page: Option<usize>,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Consents);
    let keeps = caller.may(KeepConsents);
    page(&site.blocking(move |site| list(site, wanted, frame, keeps)).await?)
}

/// Rows on a page.
const ROWS: usize = 50;

fn list(site: &Site, wanted: Wanted, frame: Frame, keeps: bool) -> Result<Pupils, OfficeError> {
    let Wanted { q, class, page } = wanted;
    site.store().read(|read| {
        let of_class = Some(class.clone()).filter(|class| !class.is_empty());
        let found = search(read, &Search { text: q.clone(), class: of_class })?;
        let last = found.len().div_ceil(ROWS).max(1);
        let page = page.unwrap_or(1).clamp(1, last);
        let href = |page: usize| format!("/pupils?q={}&class={}&page={page}", encoded(&q), encoded(&class));
        let pages = Pages {
            page,
            last,
            before: (page > 1).then(|| href(page - 1)),
            after: (page < last).then(|| href(page + 1)),
        };
        let total = found.len();
        let on_page = found.into_iter().skip((page - 1) * ROWS).take(ROWS);
        let rows = on_page.map(|person| row(site, read, person)).collect::<Result<_, _>>()?;
        let classes = options(classes(read)?, "Everybody");
        Ok(Pupils { frame, errors: Errors::default(), keeps, q, class, classes, found: total, rows, pages })
    })
}

fn row(site: &Site, read: &crate::store::Read, person: Person) -> Result<Row, OfficeError> {
    let (school, now) = (site.school(), site.now());
    let record = Record { entries: read.ledger(&person.id)?, person };
    let due = due_of([&record], &school.categories, &school.policy, now, now).len();
    let person = record.person;
    Ok(Row {
        href: format!("/pupils/{}", encoded(person.id.as_str())),
        name: full(&person.name),
        class: person.class.unwrap_or_default(),
        kind: kind(person.kind),
        due,
        left: person.leaving.is_some_and(|day| now >= school.policy.end_of(day)),
    })
}

/// As pages call a kind of person.
const fn kind(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::Pupil => "Pupil",
        PersonKind::Staff => "Staff",
        PersonKind::Visitor => "Visitor",
    }
}

/// A select's options, with one for no choice first.
fn options(values: impl IntoIterator<Item = String>, none: &str) -> Vec<(String, String)> {
    let first = (String::new(), none.to_owned());
    std::iter::once(first).chain(values.into_iter().map(|value| (value.clone(), value))).collect()
}
