//! Restrictions by machine.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids;
use super::list::List;
use crate::domain::id::PersonId;
use crate::office::{OfficeError, safeguarding};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// A pupil who must never be published.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Restriction {
    /// The pupil.
    person: String,
    /// Since when.
    #[schema(format = DateTime)]
    since: String,
}

/// A restriction to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewRestriction {
    /// The pupil.
    person: String,
    /// Why; only the safeguarding lead can read it.
    reason: String,
}

/// Why a pupil was restricted.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Reason {
    /// The text; nothing when it was destroyed or its key is lost.
    #[schema(required)]
    text: Option<String>,
    /// When it was recorded.
    #[schema(format = DateTime)]
    at: String,
    /// By whom.
    by: String,
}

/// Everybody who must never be published.
#[utoipa::path(
    get,
    path = "/api/v1/safeguarding/restrictions",
    responses(
        (status = 200, description = "The pupils", body = List<Restriction>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn restrictions(State(site): State<Site>) -> Result<Json<List<Restriction>>, WebError> {
    let all = site.blocking(|site| safeguarding::restricted(site.store(), site.now())).await?;
    let one = |restricted: safeguarding::Restricted| Restriction {
        person: restricted.person.id.to_string(),
        since: restricted.since.to_string(),
    };
    Ok(Json(List::whole(all.into_iter().map(one).collect())))
}

/// Restricts a pupil; it counts from the next request on.
#[utoipa::path(
    post,
    path = "/api/v1/safeguarding/restrictions",
    responses(
        (status = 204, description = "The pupil is restricted"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn restrict(
    State(site): State<Site>,
    caller: Caller,
    Json(new): Json<NewRestriction>,
) -> Result<StatusCode, WebError> {
    let person = new.person.parse().map_err(|_| WebError::NotFound)?;
    let done = site.blocking(move |site| {
        safeguarding::restrict(site.store(), &person, Some(&new.reason), caller.actor(), site.now())
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a pupil's restrictions.
#[utoipa::path(
    delete,
    path = "/api/v1/safeguarding/restrictions/{person}",
    params(("person" = inline(ids::Text), Path, description = "The pupil")),
    responses(
        (status = 204, description = "The pupil is not restricted any more"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn lift(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<String>,
) -> Result<StatusCode, WebError> {
    let person = person.parse().map_err(|_| WebError::NotFound)?;
    site.blocking(move |site| safeguarding::lift(site.store(), &person, caller.actor(), site.now())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a pupil was restricted; each look is told to the audit chain.
#[utoipa::path(
    get,
    path = "/api/v1/safeguarding/restrictions/{person}/reasons",
    params(("person" = inline(ids::Text), Path, description = "The pupil")),
    responses(
        (status = 200, description = "The reasons", body = List<Reason>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn reasons(
    State(site): State<Site>,
    Path(person): Path<String>,
) -> Result<Json<List<Reason>>, WebError> {
    let person: PersonId = person.parse().map_err(|_| WebError::NotFound)?;
    let all = site.blocking(move |site| {
        let known = site.store().read(|r| r.person(&person))?;
        known.ok_or_else(|| OfficeError::NoPerson(person.clone()))?;
        safeguarding::reasons(site.store(), &person)
    });
    let one = |reason: safeguarding::Reason| Reason {
        text: reason.text,
        at: reason.at.to_string(),
        by: reason.by.to_string(),
    };
    Ok(Json(List::whole(all.await?.into_iter().map(one).collect())))
}
