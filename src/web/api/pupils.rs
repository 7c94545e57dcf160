//! The register, where people stand, and the ledger, by machine.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids;
use super::list::{List, Part};
use crate::consent::ledger::{Act, Choice, Entry, Giver, Method};
use crate::consent::{Standing, StandingKind};
use crate::domain::category::Medium;
use crate::domain::id::{CategoryId, Digest, PersonId, PhotoId};
use crate::domain::person::{Person, PersonKind};
use crate::domain::time::Timestamp;
use crate::import::giver_key;
use crate::office::register::{Search, file, search};
use crate::office::uses::medium_key;
use crate::office::{Word, speak};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// Which people.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Wanted {
    /// Parts of names, or an id.
    #[param(nullable = false)]
    q: Option<String>,
    /// Only this class.
    #[param(nullable = false)]
    class: Option<String>,
}

/// A row of the register.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct PersonItem {
    /// The id in the school's register.
    pub(super) id: String,
    /// `pupil`, `staff` or `visitor`.
    kind: &'static str,
    /// The first name in use.
    first_name: String,
    /// The legal surname.
    surname: String,
    /// The class.
    class: Option<String>,
    /// The year group.
    year: Option<String>,
}

/// Lists people, in the order of ids.
#[utoipa::path(
    get,
    path = "/api/v1/pupils",
    params(Wanted, Part),
    responses(
        (status = 200, description = "A page of people", body = List<PersonItem>),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    Query(Wanted { q, class }): Query<Wanted>,
    Query(part): Query<Part>,
) -> Result<Json<List<PersonItem>>, WebError> {
    let found = site
        .blocking(move |site| site.store().read(|read| search(read, &Search { text: q.unwrap_or_default(), class })));
    let people = found.await?.into_iter().map(item).collect();
    Ok(Json(List::of_all(people, &part, |person: &PersonItem| person.id.clone())?))
}

/// Where a person stands for each use.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Standings {
    /// The person.
    person: PersonItem,
    /// One for each use, photos and videos apart.
    standings: Vec<StandingItem>,
}

/// Where a person stands for one use.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct StandingItem {
    /// The use category.
    category: String,
    /// `photo` or `video`.
    medium: &'static str,
    /// `granted`, `refused`, `withdrawn`, `expired`, `never_asked`, or `restricted` for whoever may know.
    standing: &'static str,
    /// The moment from which a yes no longer counts.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// The ledger's entries behind it.
    entries: Vec<i64>,
}

/// Tells where a person stands for each use.
#[utoipa::path(
    get,
    path = "/api/v1/pupils/{person}/standings",
    params(("person" = inline(ids::Text), Path, description = "The person's id")),
    responses(
        (status = 200, description = "The standings", body = Standings),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn standings(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
) -> Result<Json<Standings>, WebError> {
    let reader = caller.reader();
    let found =
        site.blocking(move |site| site.store().read(|read| file(read, site.school(), &person, reader, site.now())));
    let found = found.await?;
    let line = |line: crate::consent::Line| standing_item(&line.category, line.medium, &line.standing);
    Ok(Json(Standings { person: item(found.person), standings: found.lines.into_iter().map(line).collect() }))
}

/// An entry of the ledger.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct EntryItem {
    /// Its number.
    id: i64,
    /// `decide`, `object`, `restrict`, `lift`, `notify` or `biometric`.
    act: &'static str,
    /// The use category, where the act has one.
    category: Option<String>,
    /// `photo` or `video`, where the act has one.
    medium: Option<&'static str>,
    /// The very photo, where the act is about one.
    photo: Option<String>,
    /// `granted`, `refused` or `withdrawn`, where the act is an answer.
    decision: Option<&'static str>,
    /// `guardian`, `pupil`, `own` or `school`.
    giver_role: &'static str,
    /// The guardian's key.
    giver: Option<String>,
    /// `paper`, `portal`, `import` or `verbal`.
    method: &'static str,
    /// When it was said.
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
    /// When it was written down.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// Until when a yes counts.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<Timestamp>,
    /// BLAKE3 of the form that proves it.
    evidence: Option<String>,
}

/// Lists what was said about a person.
#[utoipa::path(
    get,
    path = "/api/v1/pupils/{person}/ledger",
    params(("person" = inline(ids::Text), Path, description = "The person's id"), Part),
    responses(
        (status = 200, description = "A page of entries", body = List<EntryItem>),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn ledger(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    Query(part): Query<Part>,
) -> Result<Json<List<EntryItem>>, WebError> {
    let reader = caller.reader();
    let found =
        site.blocking(move |site| site.store().read(|read| file(read, site.school(), &person, reader, site.now())));
    let entries = found.await?.entries.into_iter().map(entry_item).collect();
    Ok(Json(List::of_all(entries, &part, |entry: &EntryItem| entry.id)?))
}

/// What somebody said about one use.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewWord {
    /// The use category.
    #[schema(value_type = String, example = "website")]
    category: CategoryId,
    /// `photo` or `video`.
    #[schema(value_type = String, pattern = "^(photo|video)$")]
    medium: Medium,
    /// `granted`, `refused` or `withdrawn`.
    #[schema(value_type = String, pattern = "^(granted|refused|withdrawn)$")]
    decision: Choice,
    /// `guardian`, `pupil` or `self`.
    giver_role: GiverRole,
    /// The guardian as the consent list names them; the family as a whole when missing.
    giver: Option<String>,
    /// `paper`, `portal`, `import` or `verbal`.
    #[schema(value_type = String, pattern = "^(paper|portal|import|verbal)$")]
    method: Method,
    /// When it was said. Sending the same again adds nothing.
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
    /// From when a yes counts.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_from: Option<Timestamp>,
    /// Until when a yes counts.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<Timestamp>,
    /// Only this photo.
    #[schema(value_type = Option<String>)]
    photo: Option<PhotoId>,
    /// BLAKE3 of the form that proves it.
    #[schema(value_type = Option<String>)]
    evidence: Option<Digest>,
}

/// Who decided.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum GiverRole {
    Guardian,
    Pupil,
    #[serde(rename = "self")]
    Own,
}

/// The entry that holds it.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Recorded {
    /// Its number.
    id: i64,
}

/// Records what somebody said; it counts from the next request on. Sending the same again gives the same entry.
#[utoipa::path(
    post,
    path = "/api/v1/pupils/{person}/ledger",
    params(("person" = inline(ids::Text), Path, description = "The person's id")),
    responses(
        (status = 201, description = "It is recorded", body = Recorded),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn say(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    Json(new): Json<NewWord>,
) -> Result<Response, WebError> {
    let giver = match new.giver_role {
        GiverRole::Guardian => Giver::Guardian(giver_key(new.giver.as_deref().unwrap_or_default())),
        GiverRole::Pupil => Giver::Pupil,
        GiverRole::Own => Giver::Own,
    };
    let NewWord {
        category, medium, decision: choice, method, made_at, valid_from, valid_until, photo, evidence, ..
    } = new;
    let word = Word { category, medium, photo, choice, giver, method, made_at, valid_from, valid_until, evidence };
    let actor = caller.actor().clone();
    let said = site.blocking(move |site| speak(site.store(), site.school(), &person, &[word], &actor, site.now()));
    let id = said.await?.first().map_or(0, |entry| entry.0);
    Ok((StatusCode::CREATED, Json(Recorded { id })).into_response())
}

pub(super) fn item(person: Person) -> PersonItem {
    PersonItem {
        id: person.id.to_string(),
        kind: match person.kind {
            PersonKind::Pupil => "pupil",
            PersonKind::Staff => "staff",
            PersonKind::Visitor => "visitor",
        },
        first_name: person.name.first().to_owned(),
        surname: person.name.legal_surname,
        class: person.class,
        year: person.year,
    }
}

pub(super) fn standing_item(category: &CategoryId, medium: Medium, standing: &Standing) -> StandingItem {
    StandingItem {
        category: category.to_string(),
        medium: medium_key(medium),
        standing: match standing.kind {
            StandingKind::Granted => "granted",
            StandingKind::Refused => "refused",
            StandingKind::Withdrawn => "withdrawn",
            StandingKind::Expired => "expired",
            StandingKind::NeverAsked => "never_asked",
            StandingKind::Restricted => "restricted",
        },
        until: standing.until,
        entries: standing.determined_by.iter().map(|id| id.0).collect(),
    }
}

fn entry_item(entry: Entry) -> EntryItem {
    let choice = |choice: &Choice| match choice {
        Choice::Granted => "granted",
        Choice::Refused => "refused",
        Choice::Withdrawn => "withdrawn",
    };
    let (act, category, medium, photo, decision) = match &entry.act {
        Act::Decide { category, medium, photo, decision } => {
            ("decide", Some(category), Some(*medium), photo.as_ref(), Some(choice(decision)))
        }
        Act::Object { category, photo } => ("object", Some(category), None, photo.as_ref(), None),
        Act::Restrict => ("restrict", None, None, None, None),
        Act::Lift => ("lift", None, None, None, None),
        Act::Notify => ("notify", None, None, None, None),
        Act::Biometric(answer) => ("biometric", None, None, None, Some(choice(answer))),
    };
    let (giver_role, giver) = match entry.giver {
        Giver::Guardian(key) => ("guardian", Some(key)),
        Giver::Pupil => ("pupil", None),
        Giver::Own => ("own", None),
        Giver::School => ("school", None),
    };
    EntryItem {
        id: entry.id.0,
        act,
        category: category.map(ToString::to_string),
        medium: medium.map(medium_key),
        photo: photo.map(ToString::to_string),
        decision,
        giver_role,
        giver,
        method: match entry.method {
            Method::Paper => "paper",
            Method::Portal => "portal",
            Method::Import => "import",
            Method::Verbal => "verbal",
        },
        made_at: entry.made_at,
        recorded_at: entry.recorded_at,
        valid_until: entry.valid_until,
        evidence: entry.evidence.map(|digest| digest.to_string()),
    }
}
