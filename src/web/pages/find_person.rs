//! A person is looked for before something is done: by a form that is sent, and no address, because a name does not belong
//! into the history of a browser.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::page;
use super::safeguarding::full_name;
use crate::domain::id::PersonId;
use crate::domain::person::Person;
use crate::office::lookup;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

/// What a person is looked for.
pub(super) struct Search {
    /// The part of the service.
    pub(super) section: Section,
    /// What the page is called.
    pub(super) heading: &'static str,
    /// What a person's id is put behind.
    pub(super) action: &'static str,
    /// The page before, and its name.
    pub(super) back: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "find_person.html", config = "src/web/askama.toml")]
struct Find {
    frame: Frame,
    heading: &'static str,
    action: &'static str,
    back: (&'static str, &'static str),
    errors: Errors,
    wanted: String,
    found: Vec<Known>,
}

struct Known {
    id: PersonId,
    name: String,
    class: String,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Wanted {
    #[serde(default)]
    find: String,
}

impl Search {
    /// The empty form.
    pub(super) fn ask(self, caller: &Caller) -> Result<Response, WebError> {
        self.show(caller, String::new(), Vec::new())
    }

    /// The people whom a text finds.
    pub(super) async fn find(self, site: &Site, caller: &Caller, wanted: Wanted) -> Result<Response, WebError> {
        let text = wanted.find.clone();
        let found = site.blocking(move |site| site.store().read(|r| lookup::find(r, &text))).await?;
        let known = |person: Person| Known {
            name: full_name(&person.name),
            class: person.class.unwrap_or_default(),
            id: person.id,
        };
        self.show(caller, wanted.find, found.into_iter().map(known).collect())
    }

    fn show(self, caller: &Caller, wanted: String, found: Vec<Known>) -> Result<Response, WebError> {
        let Self { section, heading, action, back } = self;
        let frame = Frame::new(caller, section);
        page(&Find { frame, heading, action, back, errors: Errors::default(), wanted, found })
    }
}
