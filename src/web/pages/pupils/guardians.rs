//! Linking parents and carers to a pupil: by e-mail, or with a code on paper.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::page;
use super::person::wrong;
use crate::access::Whose;
use crate::domain::id::PersonId;
use crate::office::{OfficeError, family};
use crate::web::Site;
use crate::web::address::encoded;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::words::full;

#[derive(Template)]
#[template(path = "code_made.html", config = "src/web/askama.toml")]
struct CodeMade {
    frame: Frame,
    back: String,
    name: String,
    code: String,
    ends: String,
    address: String,
    pupil: bool,
}

/// Whom to link.
#[derive(Deserialize)]
pub(in crate::web) struct Linked {
    email: String,
    #[serde(default)]
    key: String,
}

/// Whom a code is for.
#[derive(Deserialize)]
pub(in crate::web) struct CodeFor {
    whose: Whose,
    #[serde(default, rename = "code-key")]
    key: String,
}

pub(in crate::web) async fn link(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    Form(given): Form<Linked>,
) -> Result<Response, WebError> {
    let (actor, id, email) = (caller.actor().clone(), person.clone(), given.email.clone());
    let linked = site.blocking(move |site| {
        let key = Some(given.key.as_str()).filter(|key| !key.is_empty());
        let invited =
            site.store().write(&actor, site.now(), |w| family::invite(w, site.school(), &id, &given.email, key));
        match invited {
            Err(error @ (OfficeError::GiverTaken | OfficeError::NoAddress)) => Ok(Err(error)),
            Err(error @ (OfficeError::OtherOwner | OfficeError::ClosedAccount)) => Ok(Err(error)),
            other => other.map(Ok),
        }
    });
    match linked.await? {
        Ok(letter) => {
            letter.into_iter().for_each(|letter| site.post(letter));
            Ok(Redirect::to(&format!("/pupils/{}?done=linked", encoded(person.as_str()))).into_response())
        }
        Err(why) => {
            let field = if matches!(why, OfficeError::GiverTaken) { "key" } else { "email" };
            let given = BTreeMap::from([("email".to_owned(), email)]);
            wrong(&site, &caller, person, Errors::one(field, sentence(&why.to_string())), given).await
        }
    }
}

/// The code is shown this once, so the answer is the page itself.
pub(in crate::web) async fn code(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    Form(given): Form<CodeFor>,
) -> Result<Response, WebError> {
    let (actor, frame) = (caller.actor().clone(), Frame::new(&caller, Section::Consents));
    let made = site.blocking(move |site| {
        let key = Some(given.key.as_str()).filter(|key| !key.is_empty() && given.whose == Whose::Guardian);
        site.store().write(&actor, site.now(), |w| {
            let (code, ends) = family::make_code(w, site.school(), &person, given.whose, key)?;
            let name = w.person(&person)?.map_or_else(String::new, |person| full(&person.name));
            Ok::<_, OfficeError>(CodeMade {
                frame,
                back: format!("/pupils/{}", encoded(person.as_str())),
                name,
                code,
                ends: site.last_day(ends),
                address: link_page(site),
                pupil: given.whose == Whose::Pupil,
            })
        })
    });
    page(&made.await?)
}

pub(in crate::web) async fn end(
    State(site): State<Site>,
    caller: Caller,
    Path((person, guardianship)): Path<(PersonId, i64)>,
) -> Result<Response, WebError> {
    let back = format!("/pupils/{}?done=ended", encoded(person.as_str()));
    let actor = caller.actor().clone();
    site.blocking(move |site| family::unlink(site.store(), &person, guardianship, &actor, site.now())).await?;
    Ok(Redirect::to(&back).into_response())
}

/// Where a family types a code, as it is printed.
pub(super) fn link_page(site: &Site) -> String {
    let address = site.school().address.as_deref().unwrap_or_default().trim_end_matches('/');
    format!("{address}/family/link")
}
