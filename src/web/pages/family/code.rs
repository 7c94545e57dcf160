//! Another child, with a code on paper.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{again, page};
use crate::office::{OfficeError, family};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "family_code.html", config = "src/web/askama.toml")]
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
    page(&Code { frame: Frame::new(&caller, Section::Family), errors: Errors::default() })
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Family);
    let redeemed = site.blocking(move |site| {
        let account = &caller.person()?.1;
        match family::redeem(site.store(), account, &given.code, site.now()) {
            Ok(_) => Ok(Ok(())),
            Err(error @ (OfficeError::WrongFamilyCode | OfficeError::GiverTaken | OfficeError::OtherOwner)) => {
                Ok(Err(error.to_string()))
            }
            Err(error) => Err(WebError::from(error)),
        }
    });
    match redeemed.await? {
        Ok(()) => Ok(Redirect::to("/family").into_response()),
        Err(why) => again(&Code { frame, errors: Errors::one("code", sentence(&why)) }),
    }
}
