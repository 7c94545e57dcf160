//! The yearly review: what was looked at, by whom, and when the next one is due.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::ToSpan;
use serde::Deserialize;

use crate::domain::time::Date;
use crate::office::{OfficeError, records};
use crate::store::StoreError;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};
use crate::web::who::Names;

#[derive(Template)]
#[template(path = "review.html", config = "src/web/askama.toml")]
struct Review {
    frame: Frame,
    errors: Errors,
    scope: String,
    next_due: String,
    held: Vec<Held>,
}

struct Held {
    scope: String,
    next_due: String,
    at: String,
    by: String,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    #[serde(default)]
    scope: String,
    #[serde(default)]
    next_due: String,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let today = site.school().policy.day_of(site.now());
    let next = today.checked_add(1.year()).unwrap_or(today).to_string();
    page(&look(&site, &caller, Given { scope: String::new(), next_due: next }, Errors::default()).await?)
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    const DAY: &str = "Give a day that lies ahead, such as 2027-06-12.";
    let Ok(next) = given.next_due.trim().parse::<Date>() else {
        return again(&look(&site, &caller, given, Errors::one("next_due", DAY)).await?);
    };
    let (actor, scope) = (caller.actor().clone(), given.scope.clone());
    let done = site.blocking(move |site| {
        let (now, today) = (site.now(), site.school().policy.day_of(site.now()));
        match records::review(site.store(), &scope, next, today, &actor, now) {
            Ok(()) => Ok(Errors::default()),
            Err(OfficeError::NoText(_)) => {
                Ok(Errors::one("scope", "Say what was looked at, in at most 4000 characters."))
            }
            Err(OfficeError::NotAhead) => Ok(Errors::one("next_due", DAY)),
            Err(error) => Err(error),
        }
    });
    let errors = done.await?;
    if errors.is_empty() {
        return Ok(Redirect::to("/records/review").into_response());
    }
    again(&look(&site, &caller, given, errors).await?)
}

async fn look(site: &Site, caller: &Caller, given: Given, errors: Errors) -> Result<Review, WebError> {
    let (reviews, names) =
        site.blocking(|site| site.store().read(|r| Ok::<_, StoreError>((r.reviews()?, Names::load(r)?)))).await?;
    let held = |review: crate::store::Review| Held {
        scope: review.scope,
        next_due: review.next_due.strftime("%-d %B %Y").to_string(),
        at: site.told(review.at),
        by: names.of(&review.by),
    };
    let frame = Frame::new(caller, Section::Records);
    let Given { scope, next_due } = given;
    Ok(Review { frame, errors, scope, next_due, held: reviews.into_iter().map(held).collect() })
}
