//! Every account, and a new one.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum_extra::extract::Form;
use serde::Deserialize;

use super::account::{Invited, address};
use crate::access::{Account, Role, Standing};
use crate::office::family::comes_by_link;
use crate::office::{OfficeError, accounts};
use crate::store::{Read, StoreError};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};

#[derive(Template)]
#[template(path = "accounts.html", config = "src/web/askama.toml")]
struct Accounts {
    frame: Frame,
    rows: Vec<Row>,
}

struct Row {
    id: i64,
    name: String,
    login: String,
    roles: String,
    standing: &'static str,
    colour: &'static str,
}

#[derive(Template)]
#[template(path = "account_new.html", config = "src/web/askama.toml")]
struct New {
    frame: Frame,
    errors: Errors,
    name: String,
    login: String,
    roles: Vec<Choice>,
}

/// A role that can be ticked.
pub(in crate::web) struct Choice {
    pub(in crate::web) word: String,
    pub(in crate::web) title: String,
    pub(in crate::web) chosen: bool,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    #[serde(default)]
    name: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    roles: Vec<String>,
}

/// How an account stands, with a colour.
pub(in crate::web) fn standing(account: &Account, site: &Site) -> (&'static str, &'static str) {
    match account.standing {
        Standing::Closed => ("Closed", "grey"),
        Standing::Locked(until) if site.now() < until => ("Locked", "red"),
        _ if !account.roles.is_empty() && comes_by_link(account) => ("By link", "grey"),
        _ if account.password_set_at.is_none() => ("Invited", "yellow"),
        Standing::Locked(_) | Standing::Open => ("Open", "green"),
    }
}

/// The roles that can be given, those chosen ticked.
pub(in crate::web) fn choices(site: &Site, chosen: impl Fn(&Role) -> bool) -> Vec<Choice> {
    let choice = |role: Role| Choice { word: role.to_string(), title: role.title(), chosen: chosen(&role) };
    accounts::given(site.school()).into_iter().map(choice).collect()
}

/// The roles of a form; what is none is told.
pub(in crate::web) fn ticked(roles: &[String]) -> Result<BTreeSet<Role>, OfficeError> {
    roles.iter().map(|role| role.parse().map_err(|_| OfficeError::NoRole(role.chars().take(80).collect()))).collect()
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let all = site.blocking(|site| site.store().read(Read::accounts)).await?;
    let row = |account: Account| {
        let (standing, colour) = standing(&account, &site);
        let roles = account.roles.iter().map(Role::title).collect::<Vec<_>>().join(", ");
        Row { id: account.id.0, name: account.name, login: account.login, roles, standing, colour }
    };
    let frame = Frame::new(&caller, Section::Administration);
    page(&Accounts { frame, rows: all.into_iter().map(row).collect() })
}

pub(in crate::web) async fn ask(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let given = Given { name: String::new(), login: String::new(), roles: Vec::new() };
    page(&new(&site, &caller, given, Errors::default()))
}

pub(in crate::web) async fn add(
    State(site): State<Site>,
    caller: Caller,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let (actor, name, login) = (caller.actor().clone(), given.name.clone(), given.login.clone());
    let roles = ticked(&given.roles);
    let done = site.blocking(move |site| {
        let added = roles
            .and_then(|roles| accounts::add(site.store(), site.school(), &login, &name, roles, &actor, site.now()));
        match added {
            Ok((_, secret)) => Ok(Ok(secret)),
            Err(OfficeError::NoAddress) => Ok(Err(("login", "Write the address as name@school.example."))),
            Err(OfficeError::NoText(_)) => {
                Ok(Err(("name", "Give the name that pages show, in at most 100 characters.")))
            }
            Err(OfficeError::NoRole(_)) => Ok(Err(("roles", "Choose among these roles."))),
            Err(OfficeError::Store(StoreError::LoginTaken)) => {
                Ok(Err(("login", "An account with this address exists: change that one, or use another address.")))
            }
            Err(error) => Err(error),
        }
    });
    match done.await? {
        Ok(secret) => page(&Invited {
            frame: Frame::new(&caller, Section::Administration),
            name: given.name,
            link: address(&site, &secret),
        }),
        Err((field, text)) => again(&new(&site, &caller, given, Errors::one(field, text))),
    }
}

fn new(site: &Site, caller: &Caller, given: Given, errors: Errors) -> New {
    let roles = choices(site, |role| given.roles.contains(&role.to_string()));
    let frame = Frame::new(caller, Section::Administration);
    New { frame, errors, name: given.name, login: given.login, roles }
}
