//! Who has to be asked or reminded, to be looked at and to be printed.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::ToSpan;
use serde::Deserialize;

use super::{options, page};
use crate::access::Permission::KeepConsents;
use crate::consent::{Due, DueWhy};
use crate::domain::category::Basis;
use crate::domain::person::Person;
use crate::office::OfficeError;
use crate::office::register::{classes, due_list};
use crate::office::remind::{Plan, Rules, plan, send};
use crate::office::uses::{MEDIA, medium_name};
use crate::store::Read;
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
    reminders: Option<Reminders>,
}

/// What a click on the button would do.
struct Reminders {
    mail: bool,
    sending: usize,
    due: usize,
    already: usize,
    unlinked: usize,
    every: u16,
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
    #[serde(default)]
    sending: usize,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    page(&site.blocking(move |site| list(site, wanted, &caller)).await?)
}

/// Sends the reminders that are due, while whoever asked goes on.
pub(in crate::web) async fn remind(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let sending = begin(&site, &caller, Rules::default()).await?.due.len();
    Ok(Redirect::to(&format!("/pupils/due?sending={sending}")).into_response())
}

/// Begins to send what is due by these rules, and says what that is.
pub(in crate::web) async fn begin(site: &Site, caller: &Caller, rules: Rules) -> Result<Plan, WebError> {
    if site.school().mail.is_none() {
        return Err(OfficeError::NoMail.into());
    }
    let plan =
        site.blocking(move |site| site.store().read(|read| plan(read, site.school(), rules, site.now()))).await?;
    let (sends, actor, accounts) = (site.clone(), caller.actor().clone(), plan.due.clone());
    tokio::task::spawn_blocking(move || {
        // what does not leave is in the log, and tried again the next time
        if let Err(error) = send(sends.store(), sends.school(), &accounts, rules, &actor, sends.now()) {
            tracing::error!(cause = %error, "reminders were not sent to the end");
        }
    });
    Ok(plan)
}

fn list(site: &Site, Wanted { why, class, days, sending }: Wanted, caller: &Caller) -> Result<DuePage, OfficeError> {
    let (frame, keeps) = (Frame::new(caller, Section::Consents), caller.may(KeepConsents));
    let now = site.now();
    let ahead: i64 = days.trim().parse().unwrap_or(DAYS).clamp(0, 3660);
    let before = now.checked_add((24 * ahead).hours()).unwrap_or(now);
    let only = why.clone();
    let matches = |due: &&Due| only.is_empty() || key(due.why) == only;
    site.store().read(|read| {
        let only = Some(class.as_str()).filter(|class| !class.is_empty());
        let found = due_list(read, site.school(), only, now, before, caller.reader())?;
        let rows = found.into_iter().map(|(person, dues)| {
            let dues: Vec<&Due> = dues.iter().filter(matches).collect();
            row(site, &person, &dues)
        });
        let rows = rows.filter(|row| !row.what.is_empty()).collect();
        let classes = options(classes(read)?, "Every class");
        let whys = WHYS.map(|(key, name)| (key.to_owned(), name.to_owned())).into();
        let today = site.day(now);
        let (errors, days) = (Errors::default(), ahead.to_string());
        let reminders = if keeps { Some(reminders(site, read, sending)?) } else { None };
        Ok(DuePage { frame, errors, why, whys, class, classes, days, today, rows, reminders })
    })
}

fn reminders(site: &Site, read: &Read, sending: usize) -> Result<Reminders, OfficeError> {
    let rules = Rules::default();
    let Plan { due, already, unlinked } = plan(read, site.school(), rules, site.now())?;
    Ok(Reminders {
        mail: site.school().mail.is_some(),
        sending,
        due: due.len(),
        already: already.len(),
        unlinked: unlinked.len(),
        every: rules.every_days,
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
