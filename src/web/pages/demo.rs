//! One-click sign-ins of the demo; no other site has this page.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::sign_in::agent;
use crate::access::{AccountId, TicketPurpose};
use crate::office::entrance;
use crate::web::error::WebError;
use crate::web::{Site, session};

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
    let secret = site.blocking(move |site| {
        let link = entrance::link(site.store(), account, TicketPurpose::SignIn, site.actor(), site.now())?;
        entrance::follow_link(site.store(), &link, &device, site.now())
    });
    Ok((site.keep(cookies, &secret.await?), Redirect::to("/")).into_response())
}
