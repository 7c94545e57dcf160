//! Consent forms on paper, for a class or one pupil, each with a code with which the family can answer on these pages instead.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::guardians::link_page;
use super::{again, options, page};
use crate::access::Whose;
use crate::domain::id::PersonId;
use crate::domain::person::{Person, PersonKind};
use crate::office::register::{Search, classes, search};
use crate::office::uses::meaning;
use crate::office::{OfficeError, family};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::words::full;

#[derive(Template)]
#[template(path = "forms_choose.html", config = "src/web/askama.toml")]
struct Choose {
    frame: Frame,
    errors: Errors,
    classes: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "forms_print.html", config = "src/web/askama.toml")]
struct Print {
    frame: Frame,
    school: String,
    contact: String,
    address: String,
    voice_age: u8,
    uses: Vec<(String, &'static str, bool)>,
    sheets: Vec<Sheet>,
}

struct Sheet {
    name: String,
    class: String,
    code: String,
    ends: String,
    has_say: bool,
}

/// Whose forms.
#[derive(Deserialize, Default)]
pub(in crate::web) struct Wanted {
    #[serde(default)]
    class: String,
    person: Option<PersonId>,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    page(&choose(&site, &caller, Errors::default()).await?)
}

/// The codes are shown this once, so the answer is the page itself.
pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    Form(wanted): Form<Wanted>,
) -> Result<Response, WebError> {
    let (actor, frame) = (caller.actor().clone(), Frame::new(&caller, Section::Consents));
    let sheets = site.blocking(move |site| {
        site.store().write(&actor, site.now(), |w| {
            let pupils = pupils(w, site, &wanted)?;
            pupils.iter().map(|pupil| sheet(w, site, pupil)).collect::<Result<Vec<_>, OfficeError>>()
        })
    });
    let sheets = sheets.await?;
    if sheets.is_empty() {
        return again(&choose(&site, &caller, Errors::one("class", "Choose a class that has pupils.")).await?);
    }
    let school = site.school();
    let of = |category: &crate::domain::category::Category| {
        (category.id.title(), meaning(category), category.needs_specific_image)
    };
    page(&Print {
        frame,
        school: school.name.clone(),
        contact: school.dpo_contact.clone().unwrap_or_else(|| "the school office".to_owned()),
        address: link_page(&site),
        voice_age: school.policy.voice_age,
        uses: school.categories.iter().map(of).collect(),
        sheets,
    })
}

async fn choose(site: &Site, caller: &Caller, errors: Errors) -> Result<Choose, WebError> {
    let frame = Frame::new(caller, Section::Consents);
    let classes = site.blocking(|site| site.store().read(classes)).await?;
    Ok(Choose { frame, errors, classes: options(classes, "Choose a class") })
}

/// The pupils who are still here.
fn pupils(read: &crate::store::Read, site: &Site, wanted: &Wanted) -> Result<Vec<Person>, OfficeError> {
    let class = Some(wanted.class.clone()).filter(|class| !class.is_empty());
    if class.is_none() && wanted.person.is_none() {
        return Ok(Vec::new());
    }
    let mut found = search(read, &Search { class, ..Search::default() })?;
    found.retain(|person| {
        let here = person.leaving.is_none_or(|day| site.now() < site.school().policy.end_of(day));
        person.kind == PersonKind::Pupil && here && wanted.person.as_ref().is_none_or(|id| person.id == *id)
    });
    Ok(found)
}

fn sheet(w: &crate::store::Write<'_>, site: &Site, pupil: &Person) -> Result<Sheet, OfficeError> {
    let (code, ends) = family::make_code(w, site.school(), &pupil.id, Whose::Guardian, None)?;
    Ok(Sheet {
        name: full(&pupil.name),
        class: pupil.class.clone().unwrap_or_default(),
        code,
        ends: site.last_day(ends),
        has_say: family::has_say(pupil, site.school(), site.now()),
    })
}
