//! A sign-in link by e-mail, for whoever has no password. The answer is the same whether or not the address is known.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{again, page};
use crate::office::{OfficeError, entrance, family};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "family_link.html", config = "src/web/askama.toml")]
struct Link {
    frame: Frame,
    errors: Errors,
    school: String,
    mail: bool,
    sent: bool,
    email: String,
    code: String,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    email: String,
    #[serde(default)]
    code: String,
}

pub(in crate::web) async fn show(State(site): State<Site>) -> Result<Response, WebError> {
    page(&form(&site, Given { email: String::new(), code: String::new() }, Errors::default(), false))
}

pub(in crate::web) async fn send(State(site): State<Site>, Form(given): Form<Given>) -> Result<Response, WebError> {
    if !entrance::is_address(given.email.trim()) {
        let errors = Errors::one("email", sentence(&OfficeError::NoAddress.to_string()));
        return again(&form(&site, given, errors, false));
    }
    match ask(&site, &given.email, &given.code).await? {
        Ok(()) => page(&form(&site, given, Errors::default(), true)),
        Err(why) => again(&form(&site, given, Errors::one("code", sentence(&why)), false)),
    }
}

/// Asks for a link. With a code on paper the answer waits for what comes of it, which says nothing of the address. Without
/// one it does not wait: the time would tell whether there is an account.
pub(in crate::web) async fn ask(site: &Site, email: &str, code: &str) -> Result<Result<(), String>, WebError> {
    let (site, email, code) = (site.clone(), email.to_owned(), code.trim().to_owned());
    let waits = !code.is_empty();
    let work = async move {
        let asked = site.blocking(move |site| {
            let code = Some(code.as_str()).filter(|code| !code.is_empty());
            match family::ask(site.store(), site.school(), &email, code, site.actor(), site.now()) {
                Err(error @ (OfficeError::WrongFamilyCode | OfficeError::ClosedAccount)) => Ok(Err(error.to_string())),
                other => other.map(Ok),
            }
        });
        let asked = asked.await?;
        Ok(asked.map(|letter| letter.into_iter().for_each(|letter| site.post(letter))))
    };
    if waits {
        return work.await;
    }
    // what goes wrong is in the log
    drop(tokio::spawn(async { drop(work.await.map_err(IntoResponse::into_response)) }));
    Ok(Ok(()))
}

fn form(site: &Site, Given { email, code }: Given, errors: Errors, sent: bool) -> Link {
    let school = site.school();
    Link { frame: Frame::empty(), errors, school: school.name.clone(), mail: school.mail.is_some(), sent, email, code }
}
