//! Changing one's password.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::access::password::Fault;
use crate::office::{OfficeError, entrance};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};

#[derive(Template)]
#[template(path = "password.html", config = "src/web/askama.toml")]
struct Change {
    frame: Frame,
    forced: bool,
    errors: Errors,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    present: String,
    password: String,
}

pub(in crate::web) async fn show(caller: Caller) -> Result<Response, WebError> {
    page(&form(&caller, Errors::default())?)
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    // whoever only knows the password could otherwise take the account over
    if !caller.person()?.0.proven {
        return Err(WebError::Unfinished);
    }
    let asks = caller.clone();
    let done = site.blocking(move |site| {
        let (session, _) = asks.person()?;
        let profile = site.school().passwords;
        match entrance::change_password(site.store(), profile, session, &given.present, &given.password, site.now()) {
            Ok(()) => Ok(Errors::default()),
            Err(error @ OfficeError::Locked(_)) => Ok(Errors::one("present", sentence(&error.to_string()))),
            Err(OfficeError::WrongSignIn(_)) => Ok(Errors::one("present", "This is not your present password.")),
            Err(OfficeError::Password(faults)) => {
                let remedies: Vec<String> = faults.into_iter().map(Fault::remedy).collect();
                Ok(Errors::one("password", remedies.join(" ")))
            }
            Err(error) => Err(WebError::from(error)),
        }
    });
    let errors = done.await?;
    if errors.is_empty() {
        return Ok(Redirect::to("/account").into_response());
    }
    again(&form(&caller, errors)?)
}

fn form(caller: &Caller, errors: Errors) -> Result<Change, WebError> {
    let forced = caller.person()?.1.must_change;
    Ok(Change { frame: Frame::new(caller, Section::Account), forced, errors })
}
