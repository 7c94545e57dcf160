//! Signing in with a password, and out.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::demo::{Guest, guests};
use super::{again, page};
use crate::office::{OfficeError, entrance};
use crate::web::address::local;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::Frame;
use crate::web::guard::Caller;
use crate::web::{Site, session};

#[derive(Template)]
#[template(path = "sign_in.html", config = "src/web/askama.toml")]
struct SignIn {
    frame: Frame,
    school: String,
    login: String,
    next: String,
    errors: Errors,
    guests: Vec<Guest>,
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(in crate::web) struct Next {
    next: Option<String>,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    login: String,
    password: String,
    next: Option<String>,
}

pub(in crate::web) async fn show(State(site): State<Site>, Query(next): Query<Next>) -> Result<Response, WebError> {
    page(&form(&site, next.next.as_deref(), String::new(), Errors::default()).await?)
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    headers: HeaderMap,
    cookies: CookieJar,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let device = session::device(agent(&headers));
    let (login, next) = (given.login.clone(), given.next.clone());
    let opened = site.blocking(move |site| {
        let profile = site.school().passwords;
        match entrance::sign_in(site.store(), profile, &given.login, &given.password, &device, site.now()) {
            Ok(secret) => Ok(Ok(secret)),
            Err(error @ OfficeError::WrongSignIn(_)) => Ok(Err(error.to_string())),
            Err(error) => Err(error),
        }
    });
    match opened.await? {
        // the guard of the next page asks for the code when there is one to ask for
        Ok(secret) => Ok((site.keep(cookies, &secret), Redirect::to(local(next.as_deref()))).into_response()),
        Err(why) => again(&form(&site, next.as_deref(), login, Errors::one("password", sentence(&why))).await?),
    }
}

pub(in crate::web) async fn leave(
    State(site): State<Site>,
    caller: Caller,
    cookies: CookieJar,
) -> Result<Response, WebError> {
    let session = caller.person()?.0.id;
    site.blocking(move |site| site.store().write(caller.actor(), site.now(), |w| w.end_session(session))).await?;
    Ok((site.forget(cookies), Redirect::to("/sign-in")).into_response())
}

/// What the browser says of itself.
pub(in crate::web) fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

async fn form(site: &Site, next: Option<&str>, login: String, errors: Errors) -> Result<SignIn, WebError> {
    let guests = site.blocking(|site| site.store().read(|read| guests(site, read))).await?;
    let (school, next) = (site.school().name.clone(), local(next).to_owned());
    Ok(SignIn { frame: Frame::empty(), school, login, next, errors, guests })
}
