//! One-click sign-ins of the demo, each with what can be tried there; no other site has this page.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::sign_in::agent;
use crate::access::{Account, AccountId, Role};
use crate::office::entrance;
use crate::store::{Read, StoreError};
use crate::web::error::WebError;
use crate::web::{Site, session};

/// Somebody whom a visitor may be.
pub(in crate::web) struct Guest {
    pub(in crate::web) account: i64,
    pub(in crate::web) name: String,
    pub(in crate::web) tries: &'static str,
}

/// Everybody whom a visitor may be; nobody outside the demo.
pub(in crate::web) fn guests(site: &Site, read: &Read) -> Result<Vec<Guest>, StoreError> {
    let accounts = site.demo().unwrap_or_default().iter().map(|id| read.account(*id)).filter_map(Result::transpose);
    accounts.map(|account| account.map(|account| guest(&account))).collect()
}

fn guest(account: &Account) -> Guest {
    let tries = account.roles.first().map_or("", tries);
    Guest { account: account.id.0, name: account.name.clone(), tries }
}

/// What a role's owner does here first.
const fn tries(role: &Role) -> &'static str {
    match role {
        Role::Staff => {
            "Name the faces of three photos of the open afternoon, with three letters each, or bring photos of your own."
        }
        Role::Editor(_) => {
            "Check the photos that wait for your channel: sign one off, turn another down, fetch the pictures that may leave."
        }
        Role::Office => {
            "Look a pupil up, record what a family says, see whose answers are due, print forms, import a list."
        }
        Role::Dsl => "Restrict a pupil: every picture that shows them is gone at once, and nobody else learns why.",
        Role::Dpo => "Search who released what and when, take out one child’s whole file, record the yearly review.",
        Role::NetworkManager => {
            "See how the service runs, and that no photo is shown to whoever looks after the machine."
        }
        Role::Admin => "Add accounts, give roles, change a setting with a reason that stays on record.",
        Role::Parent => "Say no for one of two children, see it count at once, and hide a child in a single photo.",
        Role::Pupil => "Zainab is twelve: her own no outranks her parents’ yes.",
    }
}

/// Where a role's owner begins.
fn begins(account: &Account) -> String {
    match account.channels().next() {
        Some(channel) => format!("/channels/{channel}"),
        None => "/".to_owned(),
    }
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    account: i64,
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    headers: HeaderMap,
    cookies: CookieJar,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let account = AccountId(given.account);
    if !site.demo().is_some_and(|accounts| accounts.contains(&account)) {
        return Err(WebError::NotFound);
    }
    let device = session::device(agent(&headers));
    let entered = site.blocking(move |site| {
        let secret = entrance::try_out(site.store(), account, &device, site.now())?;
        let to = site.store().read(|read| read.account(account))?.map_or_else(|| "/".to_owned(), |own| begins(&own));
        Ok::<_, WebError>((secret, to))
    });
    let (secret, to) = entered.await?;
    Ok((site.keep(cookies, &secret), Redirect::to(&to)).into_response())
}
