//! Who has to be asked or reminded, to be looked at and to be printed.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::ToSpan;
use serde::Deserialize;

use super::{options, page};
use crate::consent::{Due, DueWhy};
use crate::domain::category::Basis;
use crate::domain::person::Person;
use crate::office::OfficeError;
use crate::office::register::{classes, due_list};
use crate::office::uses::{MEDIA, medium_name};
use crate::web::Site;
use crate::web::address::encoded;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::words::{due, full};

#[derive(Template)]
#[template(path = "due.html", config = "src/web/askama.toml")]
struct DuePage {
    frame: Frame,
    errors: Errors,
    why: String,
    whys: Vec<(String, String)>,
    class: String,
    classes: Vec<(String, String)>,
    days: String,
    today: String,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    name: String,
    class: String,
    what: Vec<String>,
}

/// Which of them.
#[derive(Deserialize, Default)]
pub(in crate::web) struct Wanted {
    #[serde(default)]
    why: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    days: String,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Consents);
    page(&site.blocking(move |site| list(site, wanted, frame)).await?)
}

fn list(site: &Site, Wanted { why, class, days }: Wanted, frame: Frame) -> Result<DuePage, OfficeError> {
    let now = site.now();
    let ahead: i64 = days.trim().parse().unwrap_or(DAYS).clamp(0, 3660);
    let before = now.checked_add((24 * ahead).hours()).unwrap_or(now);
    let only = why.clone();
    let matches = |due: &&Due| only.is_empty() || key(due.why) == only;
    site.store().read(|read| {
        let found = due_list(read, site.school(), Some(class.as_str()).filter(|c| !c.is_empty()), now, before)?;
        let rows = found.into_iter().map(|(person, dues)| {
            let dues: Vec<&Due> = dues.iter().filter(matches).collect();
            row(site, &person, &dues)
        });
        let rows = rows.filter(|row| !row.what.is_empty()).collect();
        let classes = options(classes(read)?, "Every class");
        let whys = WHYS.map(|(key, name)| (key.to_owned(), name.to_owned())).into();
        let today = site.day(now);
        let (errors, days) = (Errors::default(), ahead.to_string());
        Ok(DuePage { frame, errors, why, whys, class, classes, days, today, rows })
    })
}

const DAYS: i64 = 30;

const WHYS: [(&str, &str); 5] = [
    ("", "Every reason"),
    ("never_asked", "Never asked"),
    ("expired", "Lapsed"),
    ("lapses", "About to lapse"),
    ("young_refusal", "A young pupil said no"),
];

const fn key(why: DueWhy) -> &'static str {
    match why {
        DueWhy::NeverAsked => "never_asked",
        DueWhy::Expired => "expired",
        DueWhy::Lapses(_) => "lapses",
        DueWhy::YoungRefusal => "young_refusal",
    }
}

/// Uses with the same reason stand together, and all uses of a medium as one.
fn row(site: &Site, person: &Person, dues: &[&Due]) -> Row {
    let all = site.school().categories.iter().filter(|c| c.basis == Basis::Consent && !c.needs_specific_image).count();
    let mut whys: Vec<DueWhy> = dues.iter().map(|due| due.why).collect();
    whys.sort_unstable();
    whys.dedup();
    let line = |why: DueWhy| {
        let of = |medium| -> Vec<&&Due> { dues.iter().filter(|due| due.why == why && due.medium == medium).collect() };
        let uses = MEDIA.into_iter().flat_map(|medium| {
            let name = medium_name(medium).to_lowercase();
            match of(medium) {
                every if every.len() == all => vec![format!("all {name}")],
                some => some.iter().map(|due| format!("{} {name}", due.category.title().to_lowercase())).collect(),
            }
        });
        format!("{}: {}", uses.collect::<Vec<_>>().join(", "), due(site, why))
    };
    Row {
        href: format!("/pupils/{}", encoded(person.id.as_str())),
        name: full(&person.name),
        class: person.class.clone().unwrap_or_default(),
        what: whys.into_iter().map(line).collect(),
    }
}
