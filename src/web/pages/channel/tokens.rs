//! The keys with which machines fetch a channel's pictures. A key is a machine's account, so whoever keeps accounts keeps keys.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use serde::Deserialize;

use crate::access::{Permission, Secret, Token, TokenId};
use crate::domain::id::ChannelId;
use crate::office::{NewKey, OfficeError, make_token, revoke_token};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};

#[derive(Template)]
#[template(path = "tokens.html", config = "src/web/askama.toml")]
struct Tokens {
    frame: Frame,
    channel: ChannelId,
    tokens: Vec<Row>,
    made: Option<Secret>,
    purpose: String,
    days: String,
    errors: Errors,
}

struct Row {
    id: TokenId,
    label: String,
    may: &'static str,
    until: String,
    revoked: bool,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    label: String,
    days: String,
    #[serde(default)]
    scope: Vec<Permission>,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
) -> Result<Response, WebError> {
    page(&tokens(&site, &caller, channel, None, Errors::default()).await?)
}

pub(in crate::web) async fn make(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let key = NewKey {
        channel: channel.clone(),
        scopes: given.scope.iter().copied().collect(),
        label: given.label.clone(),
        days: given.days.trim().parse().unwrap_or(0),
    };
    let asks = caller.clone();
    let made =
        site.blocking(move |site| match make_token(site.store(), site.school(), &key, asks.actor(), site.now()) {
            Ok((_, secret)) => Ok(Ok(secret)),
            Err(error @ OfficeError::NoScope) => Ok(Err(Errors::one("scope", sentence(&error.to_string())))),
            Err(error @ OfficeError::TokenDays(_)) => Ok(Err(Errors::one("days", sentence(&error.to_string())))),
            Err(error) => Err(WebError::from(error)),
        });
    match made.await? {
        // shown on this very answer: no address that could be opened again holds it
        Ok(secret) => page(&tokens(&site, &caller, channel, Some(secret), Errors::default()).await?),
        Err(errors) => {
            let shown = tokens(&site, &caller, channel, None, errors).await?;
            again(&Tokens { purpose: given.label, days: given.days, ..shown })
        }
    }
}

pub(in crate::web) async fn revoke(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, token)): Path<(ChannelId, i64)>,
) -> Result<Response, WebError> {
    let back = format!("/channels/{channel}/tokens");
    let work = move |site: &Site| {
        revoke_token(site.store(), Some(&channel), TokenId(token), caller.actor(), site.now()).map_err(WebError::from)
    };
    site.blocking(work).await?;
    Ok(Redirect::to(&back).into_response())
}

async fn tokens(
    site: &Site,
    caller: &Caller,
    channel: ChannelId,
    made: Option<Secret>,
    errors: Errors,
) -> Result<Tokens, WebError> {
    site.school().channel(&channel).ok_or(WebError::NotFound)?;
    let all = site.blocking(|site| site.store().read(crate::store::Read::tokens)).await?;
    let row = |token: Token| Row {
        id: token.id,
        label: token.label,
        may: match token.scopes.contains(&Permission::Check) {
            true => "fetch pictures, check and sign off",
            false => "fetch pictures",
        },
        until: site.told(token.ends_at),
        revoked: token.revoked_at.is_some() || token.ends_at <= site.now(),
    };
    let tokens = all.into_iter().filter(|token| token.channel == channel).map(row).collect();
    let (purpose, days) = (String::new(), NewKey::DAYS.to_string());
    Ok(Tokens { frame: Frame::new(caller, Section::Administration), channel, tokens, made, purpose, days, errors })
}
