//! Accounts and settings by machine.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::List;
use super::once::Once;
use crate::access::{self, AccountId, Role};
use crate::config::change::Setting;
use crate::office::{accounts, settings};
use crate::store::Read;
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;
use crate::web::pages::administration::accounts::{standing, ticked};
use crate::web::pages::administration::settings::words;

/// An account.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Account {
    /// Its number.
    account: i64,
    /// How pages call its owner.
    name: String,
    /// The e-mail address.
    login: String,
    /// What it may do.
    roles: Vec<String>,
    /// Open, invited, locked or closed.
    standing: &'static str,
    /// Whether a second factor is set up.
    second_factor: bool,
}

/// An account to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewAccount {
    /// How pages call its owner.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// The e-mail address.
    login: String,
    /// What it may do, such as `staff` or `editor:website`.
    roles: Vec<String>,
}

/// A one-time link, shown only now.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Link {
    /// The account.
    account: i64,
    /// The address at which its owner chooses a password, once, within a week.
    link: String,
}

/// What an account may do from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewRoles {
    /// The roles, such as `staff` or `editor:website`.
    roles: Vec<String>,
}

/// What is lost.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Lost {
    /// Whether the second factor is lost too.
    #[serde(default)]
    second_factor: bool,
}

/// Whether an account can be used.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Closing {
    /// Whether it is closed.
    closed: bool,
}

fn told(site: &Site, account: &access::Account) -> Account {
    Account {
        account: account.id.0,
        name: account.name.clone(),
        login: account.login.clone(),
        roles: account.roles.iter().map(ToString::to_string).collect(),
        standing: standing(account, site).0,
        second_factor: account.has_second_factor,
    }
}

fn link(site: &Site, account: AccountId, secret: &access::Secret) -> Link {
    let address = site.school().address.as_deref().unwrap_or_default().trim_end_matches('/');
    Link { account: account.0, link: format!("{address}/welcome/{}", secret.reveal()) }
}

/// Every account.
#[utoipa::path(
    get,
    path = "/api/v1/accounts",
    responses(
        (status = 200, description = "The accounts", body = List<Account>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(State(site): State<Site>) -> Result<Json<List<Account>>, WebError> {
    let all = site.blocking(|site| site.store().read(Read::accounts)).await?;
    Ok(Json(List::whole(all.iter().map(|account| told(&site, account)).collect())))
}

/// Makes an account; an address that has one is refused.
#[utoipa::path(
    post,
    path = "/api/v1/accounts",
    responses(
        (status = 201, description = "The account is made", body = Link),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn add(
    State(site): State<Site>,
    caller: Caller,
    Json(new): Json<NewAccount>,
) -> Result<Once<Link>, WebError> {
    let added = site.blocking(move |site| {
        let NewAccount { name, login, roles } = new;
        let roles = ticked(&roles)?;
        let (id, secret) =
            accounts::add(site.store(), site.school(), &login, &name, roles, caller.actor(), site.now())?;
        Ok::<_, crate::office::OfficeError>(link(site, id, &secret))
    });
    Ok(Once(StatusCode::CREATED, added.await?))
}

/// Gives an account these roles and no others; the last administrator keeps theirs.
#[utoipa::path(
    put,
    path = "/api/v1/accounts/{account}/roles",
    params(("account" = i64, Path, description = "Its number")),
    responses(
        (status = 204, description = "The roles are set"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn roles(
    State(site): State<Site>,
    caller: Caller,
    Path(account): Path<i64>,
    Json(new): Json<NewRoles>,
) -> Result<StatusCode, WebError> {
    site.blocking(move |site| {
        let roles: BTreeSet<Role> = ticked(&new.roles)?;
        accounts::set_roles(site.store(), site.school(), AccountId(account), roles, caller.actor(), site.now())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs the owner out everywhere and gives a link with which they choose a new password.
#[utoipa::path(
    post,
    path = "/api/v1/accounts/{account}/reset",
    params(("account" = i64, Path, description = "Its number")),
    responses(
        (status = 200, description = "The link", body = Link),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn reset(
    State(site): State<Site>,
    caller: Caller,
    Path(account): Path<i64>,
    Json(lost): Json<Lost>,
) -> Result<Once<Link>, WebError> {
    let made = site.blocking(move |site| {
        let id = AccountId(account);
        let secret = accounts::reset(site.store(), id, lost.second_factor, caller.actor(), site.now())?;
        Ok::<_, crate::office::OfficeError>(link(site, id, &secret))
    });
    Ok(Once(StatusCode::OK, made.await?))
}

/// Ends a lock.
#[utoipa::path(
    post,
    path = "/api/v1/accounts/{account}/unlock",
    params(("account" = i64, Path, description = "Its number")),
    responses(
        (status = 204, description = "It is not locked any more"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn unlock(
    State(site): State<Site>,
    caller: Caller,
    Path(account): Path<i64>,
) -> Result<StatusCode, WebError> {
    site.blocking(move |site| accounts::unlock(site.store(), AccountId(account), caller.actor(), site.now())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Closes an account, or opens it again; the last administrator's stays open.
#[utoipa::path(
    put,
    path = "/api/v1/accounts/{account}/closed",
    params(("account" = i64, Path, description = "Its number")),
    responses(
        (status = 204, description = "It is so"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn close(
    State(site): State<Site>,
    caller: Caller,
    Path(account): Path<i64>,
    Json(Closing { closed }): Json<Closing>,
) -> Result<StatusCode, WebError> {
    site.blocking(move |site| {
        accounts::set_closed(site.store(), AccountId(account), closed, caller.actor(), site.now())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A setting.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Settled {
    /// Its word.
    setting: &'static str,
    /// Its value; empty when it is not set.
    value: String,
    /// What it does.
    means: &'static str,
}

/// A change of a setting.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewValue {
    /// The value; empty for none.
    value: String,
    /// Why; kept with the change.
    reason: String,
}

/// The settings that can be changed while the service runs.
#[utoipa::path(
    get,
    path = "/api/v1/settings",
    responses(
        (status = 200, description = "The settings", body = List<Settled>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn settings(State(site): State<Site>) -> Json<List<Settled>> {
    let one = |setting: Setting| Settled {
        setting: setting.word(),
        value: setting.value(site.school()),
        means: words(setting).1,
    };
    Json(List::whole(Setting::ALL.into_iter().map(one).collect()))
}

/// Changes a setting; it is in force from the next request on.
#[utoipa::path(
    put,
    path = "/api/v1/settings/{setting}",
    params(("setting" = String, Path, description = "Its word")),
    responses(
        (status = 204, description = "It is changed"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn settle(
    State(site): State<Site>,
    caller: Caller,
    Path(setting): Path<String>,
    Json(new): Json<NewValue>,
) -> Result<StatusCode, WebError> {
    let setting = Setting::of(&setting).ok_or(WebError::NotFound)?;
    site.blocking(move |site| {
        let NewValue { value, reason } = new;
        settings::change(site.store(), setting, &value, &reason, caller.actor(), site.now())?;
        site.follow();
        Ok::<_, crate::office::OfficeError>(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
