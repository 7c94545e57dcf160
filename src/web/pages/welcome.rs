//! A first password, or a new one after a reset, with a one-time link. The very first administrator also gives an address.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{again, page};
use crate::access::password::Fault;
use crate::access::{Account, Secret, TicketPurpose};
use crate::office::{OfficeError, entrance};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "welcome.html", config = "src/web/askama.toml")]
struct Welcome {
    frame: Frame,
    school: String,
    account: Option<Account>,
    first: bool,
    login: String,
    errors: Errors,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    login: Option<String>,
    password: String,
}

pub(in crate::web) async fn show(State(site): State<Site>, Path(secret): Path<String>) -> Result<Response, WebError> {
    page(&form(&site, &secret, String::new(), Errors::default()).await?)
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    Path(secret): Path<String>,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let login = given.login.clone().unwrap_or_default();
    let link = Secret::presented(&secret);
    let done = site.blocking(move |site| {
        let profile = site.school().passwords;
        let login = given.login.as_deref();
        match entrance::set_password(site.store(), profile, &link, login, &given.password, site.now()) {
            Ok(_) => Ok(Errors::default()),
            Err(OfficeError::Password(faults)) => {
                let remedies: Vec<String> = faults.into_iter().map(Fault::remedy).collect();
                Ok(Errors::one("password", remedies.join(" ")))
            }
            Err(OfficeError::NoAddress) => {
                Ok(Errors::one("login", "Give your e-mail address, such as name@school.example."))
            }
            Err(error) => Err(error),
        }
    });
    let errors = done.await?;
    if errors.is_empty() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    again(&form(&site, &secret, login, errors).await?)
}

async fn form(site: &Site, secret: &str, login: String, errors: Errors) -> Result<Welcome, WebError> {
    let digest = Secret::presented(secret).digest();
    let ticket = move |site: &Site| site.store().read(|r| r.ticket(&digest, TicketPurpose::SetPassword, site.now()));
    let account = site.blocking(ticket).await?;
    let first = account.as_ref().is_some_and(|account| account.login == entrance::FIRST_LOGIN);
    Ok(Welcome { frame: Frame::empty(), school: site.school().name.clone(), account, first, login, errors })
}
