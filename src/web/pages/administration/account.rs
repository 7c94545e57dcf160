//! One account: its roles, and what can be done for its owner.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use serde::Deserialize;

use super::accounts::{Choice, choices, standing, ticked};
use crate::access::{AccountId, Role, Secret, Standing};
use crate::office::{OfficeError, accounts};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};

#[derive(Template)]
#[template(path = "account_of.html", config = "src/web/askama.toml")]
struct Of {
    frame: Frame,
    errors: Errors,
    id: i64,
    name: String,
    login: String,
    standing: &'static str,
    colour: &'static str,
    second_factor: bool,
    closed: bool,
    locked: bool,
    roles: Vec<Choice>,
    families: Vec<String>,
}

/// A link that is shown once.
#[derive(Template)]
#[template(path = "invited.html", config = "src/web/askama.toml")]
pub(super) struct Invited {
    pub(super) frame: Frame,
    pub(super) name: String,
    pub(super) link: String,
}

/// The form of roles.
#[derive(Deserialize)]
pub(in crate::web) struct Roles {
    #[serde(default)]
    roles: Vec<String>,
}

/// The form of a reset.
#[derive(Deserialize)]
pub(in crate::web) struct Reset {
    #[serde(default)]
    second_factor: String,
}

/// Where a link leads; without the school's address it begins at this service.
pub(super) fn address(site: &Site, secret: &Secret) -> String {
    let address = site.school().address.as_deref().unwrap_or_default().trim_end_matches('/');
    format!("{address}/welcome/{}", secret.reveal())
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<Response, WebError> {
    page(&of(&site, &caller, AccountId(id), Errors::default()).await?)
}

pub(in crate::web) async fn roles(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    Form(given): Form<Roles>,
) -> Result<Response, WebError> {
    let actor = caller.actor().clone();
    let done = site.blocking(move |site| {
        let set = |roles| accounts::set_roles(site.store(), site.school(), AccountId(id), roles, &actor, site.now());
        kept(ticked(&given.roles).and_then(set))
    });
    settled(&site, &caller, id, done.await?).await
}

pub(in crate::web) async fn close(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<Response, WebError> {
    set_closed(&site, &caller, id, true).await
}

pub(in crate::web) async fn open(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<Response, WebError> {
    set_closed(&site, &caller, id, false).await
}

async fn set_closed(site: &Site, caller: &Caller, id: i64, closed: bool) -> Result<Response, WebError> {
    let actor = caller.actor().clone();
    let done =
        site.blocking(move |site| kept(accounts::set_closed(site.store(), AccountId(id), closed, &actor, site.now())));
    settled(site, caller, id, done.await?).await
}

pub(in crate::web) async fn unlock(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<Response, WebError> {
    site.blocking(move |site| accounts::unlock(site.store(), AccountId(id), caller.actor(), site.now())).await?;
    Ok(Redirect::to(&format!("/administration/accounts/{id}")).into_response())
}

pub(in crate::web) async fn reset(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<i64>,
    Form(given): Form<Reset>,
) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Administration);
    let done = site.blocking(move |site| {
        let second = given.second_factor == "yes";
        let secret = accounts::reset(site.store(), AccountId(id), second, caller.actor(), site.now())?;
        let account = site.store().read(|r| r.account(AccountId(id)))?.ok_or(OfficeError::NoAccount(AccountId(id)))?;
        Ok::<_, OfficeError>(Invited { frame, name: account.name, link: address(site, &secret) })
    });
    page(&done.await?)
}

/// What the form says when it comes back.
fn kept(done: Result<(), OfficeError>) -> Result<Option<String>, OfficeError> {
    match done {
        Err(error @ (OfficeError::LastAdmin | OfficeError::NoRole(_))) => Ok(Some(sentence(&error.to_string()))),
        done => done.map(|()| None),
    }
}

async fn settled(site: &Site, caller: &Caller, id: i64, wrong: Option<String>) -> Result<Response, WebError> {
    match wrong {
        None => Ok(Redirect::to(&format!("/administration/accounts/{id}")).into_response()),
        Some(text) => again(&of(site, caller, AccountId(id), Errors::one("roles", text)).await?),
    }
}

async fn of(site: &Site, caller: &Caller, id: AccountId, errors: Errors) -> Result<Of, WebError> {
    let account = site.blocking(move |site| site.store().read(|r| r.account(id))).await?.ok_or(WebError::NotFound)?;
    let (word, colour) = standing(&account, site);
    let given = choices(site, |role| account.roles.contains(role));
    let family = |role: &&Role| matches!(role, Role::Parent | Role::Pupil);
    Ok(Of {
        frame: Frame::new(caller, Section::Administration),
        errors,
        id: id.0,
        families: account.roles.iter().filter(family).map(Role::title).collect(),
        closed: account.standing == Standing::Closed,
        locked: word == "Locked",
        name: account.name,
        login: account.login,
        standing: word,
        colour,
        second_factor: account.has_second_factor,
        roles: given,
    })
}
