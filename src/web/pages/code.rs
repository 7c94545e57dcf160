//! The second step of signing in: a code of the app, or a recovery code.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::{again, page};
use crate::office::{OfficeError, entrance};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::Frame;
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "code.html", config = "src/web/askama.toml")]
struct Code {
    frame: Frame,
    errors: Errors,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    code: String,
}

pub(in crate::web) async fn show(caller: Caller) -> Result<Response, WebError> {
    if caller.person()?.0.proven {
        return Ok(Redirect::to("/").into_response());
    }
    page(&Code { frame: Frame::empty(), errors: Errors::default() })
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    cookies: CookieJar,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let proven = site.blocking(move |site| {
        let (session, _) = caller.person()?;
        match entrance::prove(site.store(), site.school().passwords, session, &given.code, site.now()) {
            Ok(secret) => Ok(Ok(secret)),
            Err(error @ (OfficeError::WrongCode | OfficeError::Locked(_))) => Ok(Err(error.to_string())),
            Err(error) => Err(WebError::from(error)),
        }
    });
    match proven.await? {
        Ok(secret) => Ok((site.keep(cookies, &secret), Redirect::to("/")).into_response()),
        Err(why) => again(&Code { frame: Frame::empty(), errors: Errors::one("code", sentence(&why)) }),
    }
}
