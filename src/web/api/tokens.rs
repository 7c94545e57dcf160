//! The keys of machines, by machine: for whoever keeps accounts.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids;
use super::list::List;
use super::once::Once;
use crate::access::{Permission, Token, TokenId};
use crate::domain::id::ChannelId;
use crate::domain::time::Timestamp;
use crate::office::{NewKey, make_token, revoke_token};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// A key without its secret.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct TokenItem {
    /// Its number.
    id: i64,
    /// What it is for.
    label: String,
    scopes: Vec<Scope>,
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

/// What a key may do.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::web) enum Scope {
    /// Fetch what may leave.
    Pull,
    /// See the queue, sign off, turn down.
    Check,
}

/// A key that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct TokenWanted {
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 80)]
    label: String,
    #[schema(min_items = 1)]
    scopes: Vec<Scope>,
    /// How many days it lasts.
    #[schema(minimum = 1, maximum = 731)]
    days: Option<u16>,
}

/// A new key with its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct TokenMade {
    /// Its number.
    id: i64,
    /// To be sent as `Authorization: Bearer`.
    token: String,
}

/// Lists a channel's keys.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/tokens",
    params(("channel" = inline(ids::Text), Path, description = "The channel")),
    responses(
        (status = 200, description = "The keys, the latest first", body = List<TokenItem>),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    Path(channel): Path<ChannelId>,
) -> Result<Json<List<TokenItem>>, WebError> {
    site.school().channel(&channel).ok_or(WebError::NotFound)?;
    let all = site.blocking(|site| site.store().read(crate::store::Read::tokens)).await?;
    let own = all.into_iter().filter(|token| token.channel == channel);
    Ok(Json(List::whole(own.map(item).collect())))
}

/// Makes a key.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{channel}/tokens",
    params(("channel" = inline(ids::Text), Path, description = "The channel")),
    request_body = TokenWanted,
    responses(
        (status = 201, description = "The key with its secret", body = TokenMade),
        (status = "4XX", description = "The key cannot be made", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn make(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Json(given): Json<TokenWanted>,
) -> Result<Once<TokenMade>, WebError> {
    let scope = |scope: &Scope| match scope {
        Scope::Pull => Permission::Pull,
        Scope::Check => Permission::Check,
    };
    let scopes: BTreeSet<Permission> = given.scopes.iter().map(scope).collect();
    let key = NewKey { channel, scopes, label: given.label, days: given.days.unwrap_or(NewKey::DAYS) };
    let made = site.blocking(move |site| {
        make_token(site.store(), site.school(), &key, caller.actor(), site.now()).map_err(WebError::from)
    });
    let (id, secret) = made.await?;
    Ok(Once(StatusCode::CREATED, TokenMade { id: id.0, token: secret.reveal().to_owned() }))
}

/// Ends a key for good. Ending it again changes nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{channel}/tokens/{token}",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), ("token" = i64, Path, description = "The key's number")),
    responses(
        (status = 204, description = "The key has ended"),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn revoke(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, token)): Path<(ChannelId, i64)>,
) -> Result<StatusCode, WebError> {
    let work = move |site: &Site| {
        revoke_token(site.store(), Some(&channel), TokenId(token), caller.actor(), site.now()).map_err(WebError::from)
    };
    site.blocking(work).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn item(token: Token) -> TokenItem {
    let scope = |permission: &Permission| match permission {
        Permission::Pull => Some(Scope::Pull),
        Permission::Check => Some(Scope::Check),
        _ => None,
    };
    TokenItem {
        id: token.id.0,
        label: token.label,
        scopes: token.scopes.iter().filter_map(scope).collect(),
        made_at: token.made_at,
        ends_at: token.ends_at,
        revoked_at: token.revoked_at,
    }
}
