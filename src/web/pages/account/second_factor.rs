//! Setting up an authenticator app: a QR code, the secret in letters, and a code to show that it works.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Deserialize;

use crate::access::totp::TotpSecret;
use crate::office::{OfficeError, entrance};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};

#[derive(Template)]
#[template(path = "second_factor.html", config = "src/web/askama.toml")]
struct SetUp {
    frame: Frame,
    secret: String,
    picture: String,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "recovery_codes.html", config = "src/web/askama.toml")]
struct Codes {
    frame: Frame,
    codes: Vec<String>,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    secret: String,
    code: String,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let (session, account) = caller.person()?;
    if account.has_second_factor && !session.proven {
        return Ok(Redirect::to("/sign-in/code").into_response());
    }
    let secret = TotpSecret::new().map_err(|error| WebError::Broken(error.into()))?;
    page(&form(&site, &caller, &secret, Errors::default())?)
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    cookies: CookieJar,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let secret = TotpSecret::from_base32(&given.secret)
        .ok_or_else(|| WebError::Unusable("Open the page again to get a new secret.".to_owned()))?;
    let (asks, totp) = (caller.clone(), secret.clone());
    let done = site.blocking(move |site| {
        let (session, _) = asks.person()?;
        match entrance::set_up_second_factor(site.store(), session, &totp, &given.code, site.now()) {
            Ok(done) => Ok(Ok(done)),
            Err(error @ OfficeError::WrongCode) => Ok(Err(error.to_string())),
            Err(error) => Err(WebError::from(error)),
        }
    });
    match done.await? {
        Ok((session, codes)) => {
            let frame = Frame::new(&caller, Section::Account);
            Ok((site.keep(cookies, &session), page(&Codes { frame, codes })?).into_response())
        }
        Err(why) => again(&form(&site, &caller, &secret, Errors::one("code", sentence(&why)))?),
    }
}

fn form(site: &Site, caller: &Caller, secret: &TotpSecret, errors: Errors) -> Result<SetUp, WebError> {
    let address = secret.address(&site.school().name, &caller.person()?.1.login);
    // without a picture the letters still do
    let code = address.and_then(|address| QrCode::new(address).ok());
    let picture = code.map(|code| code.render::<svg::Color<'_>>().min_dimensions(200, 200).build()).unwrap_or_default();
    let start = picture.find("<svg").unwrap_or(0);
    let picture = picture.get(start..).unwrap_or_default().to_owned();
    Ok(SetUp { frame: Frame::new(caller, Section::Account), secret: secret.base32(), picture, errors })
}
