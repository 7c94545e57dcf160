//! What the school's schedule no longer lets it keep: looked at, then destroyed.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::photo::Why;
use crate::office::retention::{self, Due};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};

#[derive(Template)]
#[template(path = "retention.html", config = "src/web/askama.toml")]
struct Retention {
    frame: Frame,
    errors: Errors,
    rules: Vec<Rule>,
    due: Due,
}

struct Rule {
    what: String,
    due: usize,
}

/// The form: destruction is asked for in words.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    #[serde(default)]
    sure: String,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    page(&look(&site, &caller, Errors::default()).await?)
}

pub(in crate::web) async fn run(
    State(site): State<Site>,
    caller: Caller,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    if given.sure != "yes" {
        let errors = Errors::one("sure", "Confirm that what is listed is to be destroyed.");
        return again(&look(&site, &caller, errors).await?);
    }
    site.blocking(move |site| site.destroy_due(caller.actor())).await?;
    Ok(Redirect::to("/records/retention").into_response())
}

async fn look(site: &Site, caller: &Caller, errors: Errors) -> Result<Retention, WebError> {
    let frame = Frame::new(caller, Section::Records);
    let due = site.blocking(|site| retention::due(site.store(), site.school(), site.now())).await?;
    let (keep, schedule) = (site.school().policy.keep_days, site.school().retention);
    let window = match keep {
        Some(days) => {
            format!("Photos may be used for {days} days, and are destroyed {} days later", schedule.originals_days)
        }
        None => "Photos may be used without an end: no time is set".to_owned(),
    };
    let events = match schedule.events_days {
        Some(days) => format!("Photos are destroyed {days} days after their event"),
        None => "Events have no end of their own: no time is set".to_owned(),
    };
    let quarantine = format!("What waits in quarantine is destroyed after {} days", schedule.refused_days);
    let reasons = format!("Reasons of restrictions are kept up to the pupil’s age of {}", schedule.safeguarding_age);
    let rules = vec![
        Rule { what: window, due: due.by(Why::Window) },
        Rule { what: events, due: due.by(Why::Event) },
        Rule { what: quarantine, due: due.by(Why::Unusable) },
        Rule { what: reasons, due: usize::try_from(due.reasons).unwrap_or(usize::MAX) },
    ];
    Ok(Retention { frame, errors, rules, due })
}
