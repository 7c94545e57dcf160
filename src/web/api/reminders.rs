//! Reminders to parents and carers, by machine.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::office::remind::{Plan, Rules, plan};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;
use crate::web::pages::pupils::due::begin;

/// Whom to remind.
#[derive(Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::web) struct Reminding {
    /// Answers that lapse within so many days are due too.
    #[schema(minimum = 0, maximum = 3660)]
    within_days: u16,
    /// Nobody is written to twice within so many days.
    #[schema(minimum = 1, maximum = 3660)]
    every_days: u16,
    /// Only says what would be done.
    dry_run: bool,
}

impl Default for Reminding {
    fn default() -> Self {
        let Rules { within_days, every_days } = Rules::default();
        Self { within_days, every_days, dry_run: false }
    }
}

/// Who is written to.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Reminded {
    /// The accounts that are written to, or would be.
    due: Vec<i64>,
    /// Accounts that were reminded a short while ago.
    already: Vec<i64>,
    /// Pupils whose answers are due and whom nobody with an e-mail address decides for.
    unlinked: Vec<String>,
}

/// Reminds the parents and carers whose answers are due. Sending it again writes to nobody twice.
#[utoipa::path(
    post,
    path = "/api/v1/due/reminders",
    request_body = Reminding,
    responses(
        (status = 200, description = "What would be done", body = Reminded),
        (status = 202, description = "The messages are on their way", body = Reminded),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    Json(Reminding { within_days, every_days, dry_run }): Json<Reminding>,
) -> Result<Response, WebError> {
    if within_days > 3660 || !(1..=3660).contains(&every_days) {
        return Err(WebError::Unusable("Give days up to 3660, and `every_days` from 1 on.".to_owned()));
    }
    let rules = Rules { within_days, every_days };
    if dry_run {
        let plan = site.blocking(move |site| site.store().read(|read| plan(read, site.school(), rules, site.now())));
        return Ok(Json(told(plan.await?)).into_response());
    }
    Ok((StatusCode::ACCEPTED, Json(told(begin(&site, &caller, rules).await?))).into_response())
}

fn told(Plan { due, already, unlinked }: Plan) -> Reminded {
    let numbers = |accounts: Vec<crate::access::AccountId>| accounts.into_iter().map(|account| account.0).collect();
    let unlinked = unlinked.iter().map(ToString::to_string).collect();
    Reminded { due: numbers(due), already: numbers(already), unlinked }
}
