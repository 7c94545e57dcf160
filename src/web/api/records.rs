//! Audit, retention and reviews by machine.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ids;
use super::list::{List, Part};
use crate::domain::photo::Why;
use crate::office::records::{self, Told};
use crate::office::retention;
use crate::store::{AuditFilter, Read, StoreError};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;
use crate::web::pages;

/// What is looked for; what is left out does not matter.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Wanted {
    /// Whom the rows are about.
    person: Option<String>,
    /// Which photo.
    photo: Option<String>,
    /// Who did it, such as `account-3`.
    actor: Option<String>,
    /// The kind of event, such as `signed_off`.
    kind: Option<String>,
    /// The first day.
    #[param(format = Date)]
    from: Option<String>,
    /// The last day.
    #[param(format = Date)]
    until: Option<String>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Row {
    /// Its number.
    seq: i64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who.
    by: String,
    /// What: the kind under `event`, and ids.
    #[schema(value_type = Object)]
    event: serde_json::Value,
    /// The row's hash in the chain.
    hash: String,
}

/// What the audit chain holds, the latest first.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    responses(
        (status = 200, description = "A part of the rows", body = List<Row>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn audit(
    State(site): State<Site>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
    Query(part): Query<Part>,
) -> Result<Json<List<Row>>, WebError> {
    let filter = AuditFilter { before: part.after()?, ..filter(&site, wanted)? };
    let (reader, fetch) = (caller.reader(), part.fetch());
    let found = site.blocking(move |site| records::search(site.store(), filter, reader, fetch)).await?;
    let row = |told: Told| Row {
        seq: i64::try_from(told.seq).unwrap_or(i64::MAX),
        at: told.at.to_string(),
        by: told.by.to_string(),
        event: told.event,
        hash: told.hash.to_string(),
    };
    Ok(Json(List::part(found.into_iter().map(row).collect(), &part, |row| row.seq)))
}

fn filter(site: &Site, wanted: Wanted) -> Result<AuditFilter, WebError> {
    fn part<T: std::str::FromStr>(text: Option<String>, name: &str) -> Result<Option<T>, WebError> {
        let wrong = |_| WebError::Unusable(format!("`{name}` cannot be read: check it against the description."));
        text.map(|text| text.parse()).transpose().map_err(wrong)
    }
    let policy = &site.school().policy;
    let day = |text, name| part(text, name);
    let (from, until) = (day(wanted.from, "from")?, day(wanted.until, "until")?);
    Ok(AuditFilter {
        person: part(wanted.person, "person")?,
        photo: part(wanted.photo, "photo")?,
        actor: part(wanted.actor, "actor")?,
        kind: wanted.kind,
        from: from.map(|day| policy.start_of(day)),
        until: until.map(|day| policy.end_of(day)),
        before: None,
        conceal: true,
    })
}

/// The end of the audit chain.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Head {
    /// `COUNT:HASH`; noted outside it proves later that no row was cut off.
    head: String,
}

/// Verifies the whole chain.
#[utoipa::path(
    post,
    path = "/api/v1/audit/verify",
    responses(
        (status = 200, description = "The chain holds", body = Head),
        (status = 422, description = "The chain is broken", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn verify(State(site): State<Site>) -> Result<Json<Head>, WebError> {
    let verified = site.blocking(|site| match site.store().read(|r| r.verify_audit(&[])) {
        Ok(head) => Ok(head),
        Err(StoreError::Audit(broken)) => Err(WebError::Unusable(crate::web::error::sentence(&broken.to_string()))),
        Err(error) => Err(error.into()),
    });
    Ok(Json(Head { head: verified.await?.to_string() }))
}

/// One person's whole file as a ZIP; everybody else is hidden.
#[utoipa::path(
    get,
    path = "/api/v1/people/{person}/file",
    params(("person" = inline(ids::Text), Path, description = "Whose file")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/zip"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn file(State(site): State<Site>, Path(person): Path<String>) -> Result<Response, WebError> {
    let person = person.parse().map_err(|_| WebError::NotFound)?;
    pages::records::people::file(State(site), Path(person)).await
}

/// By which rule a photo is due.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Rule {
    Window,
    Event,
    Unusable,
}

/// A photo that is due for destruction.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct DuePhoto {
    /// The photo.
    photo: String,
    /// By which rule.
    why: Rule,
}

/// What is due for destruction.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Due {
    /// The photos.
    photos: Vec<DuePhoto>,
    /// Photos that are due and stay as evidence of incidents.
    evidence: u64,
    /// Destructions that were begun and not finished.
    unfinished: u64,
    /// Reasons of restrictions.
    reasons: u64,
}

/// What was destroyed.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Destroyed {
    /// Photos.
    photos: u64,
    /// Their files: originals and pictures made of them.
    files: u64,
    /// Reasons of restrictions.
    reasons: u64,
}

/// What is due for destruction now; nothing is changed.
#[utoipa::path(
    get,
    path = "/api/v1/retention",
    responses(
        (status = 200, description = "What is due", body = Due),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn due(State(site): State<Site>) -> Result<Json<Due>, WebError> {
    let due = site.blocking(|site| retention::due(site.store(), site.school(), site.now())).await?;
    let photo = |(photo, why): (crate::domain::id::PhotoId, Why)| DuePhoto {
        photo: photo.to_string(),
        why: match why {
            Why::Window => Rule::Window,
            Why::Event => Rule::Event,
            Why::Unusable => Rule::Unusable,
        },
    };
    let retention::Due { photos, evidence, unfinished, reasons } = due;
    Ok(Json(Due { photos: photos.into_iter().map(photo).collect(), evidence, unfinished, reasons }))
}

/// Destroys what is due, and proves it to the audit chain.
#[utoipa::path(
    post,
    path = "/api/v1/retention",
    responses(
        (status = 200, description = "It is destroyed", body = Destroyed),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn destroy(State(site): State<Site>, caller: Caller) -> Result<Json<Destroyed>, WebError> {
    let done = site.blocking(move |site| site.destroy_due(caller.actor()));
    let retention::Destroyed { photos, files, reasons } = done.await?;
    Ok(Json(Destroyed { photos, files, reasons }))
}

/// A yearly review.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Review {
    /// What was looked at.
    scope: String,
    /// When the next one is due.
    #[schema(format = Date)]
    next_due: String,
    /// When it was held.
    #[schema(format = DateTime)]
    at: String,
    /// By whom.
    by: String,
}

/// A review to be recorded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewReview {
    /// What was looked at.
    scope: String,
    /// When the next one is due; it lies ahead.
    #[schema(format = Date)]
    next_due: String,
}

/// The reviews, the latest first.
#[utoipa::path(
    get,
    path = "/api/v1/reviews",
    responses(
        (status = 200, description = "The reviews", body = List<Review>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn reviews(State(site): State<Site>) -> Result<Json<List<Review>>, WebError> {
    let all = site.blocking(|site| site.store().read(Read::reviews)).await?;
    let one = |review: crate::store::Review| Review {
        scope: review.scope,
        next_due: review.next_due.to_string(),
        at: review.at.to_string(),
        by: review.by.to_string(),
    };
    Ok(Json(List::whole(all.into_iter().map(one).collect())))
}

/// Records a review.
#[utoipa::path(
    post,
    path = "/api/v1/reviews",
    responses(
        (status = 204, description = "It is recorded"),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn review(
    State(site): State<Site>,
    caller: Caller,
    Json(new): Json<NewReview>,
) -> Result<StatusCode, WebError> {
    let wrong = |_| WebError::Unusable("Give `next_due` as a day, such as 2027-06-12.".to_owned());
    let next = new.next_due.parse().map_err(wrong)?;
    site.blocking(move |site| {
        let today = site.school().policy.day_of(site.now());
        records::review(site.store(), &new.scope, next, today, caller.actor(), site.now())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
