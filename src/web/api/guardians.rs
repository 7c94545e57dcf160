//! Who decides for a pupil, by machine.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids;
use super::list::List;
use super::once::Once;
use crate::access::Whose;
use crate::consent::Reader;
use crate::domain::id::PersonId;
use crate::domain::time::Timestamp;
use crate::office::family;
use crate::office::register::file;
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// Somebody who decides for a pupil.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Guardian {
    /// The number of the link.
    id: i64,
    /// The e-mail address.
    email: String,
    /// The key in the ledger.
    giver: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

/// Lists who decides for a pupil on the families' pages, first to last linked.
#[utoipa::path(
    get,
    path = "/api/v1/pupils/{person}/guardians",
    params(("person" = inline(ids::Text), Path, description = "The pupil's id")),
    responses(
        (status = 200, description = "The guardians", body = List<Guardian>),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    Path(person): Path<PersonId>,
) -> Result<Json<List<Guardian>>, WebError> {
    let found = site
        .blocking(move |site| site.store().read(|read| file(read, site.school(), &person, Reader::Other, site.now())));
    let item = |(link, email): (crate::store::Guardianship, String)| Guardian {
        id: link.id.0,
        email,
        giver: link.giver,
        since: link.since,
    };
    Ok(Json(List::whole(found.await?.guardians.into_iter().map(item).collect())))
}

/// Whom to link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewGuardian {
    /// The e-mail address.
    email: String,
    /// The guardian as the consent list names them; a key of their own when missing.
    giver: Option<String>,
}

/// Links a parent or carer by e-mail address; they are sent a message that names no child. Linking again changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/pupils/{person}/guardians",
    params(("person" = inline(ids::Text), Path, description = "The pupil's id")),
    responses(
        (status = 204, description = "They are linked"),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn link(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    Json(new): Json<NewGuardian>,
) -> Result<StatusCode, WebError> {
    let actor = caller.actor().clone();
    let linked = site.blocking(move |site| {
        let giver = new.giver.as_deref().filter(|giver| !giver.trim().is_empty());
        site.store().write(&actor, site.now(), |w| family::invite(w, site.school(), &person, &new.email, giver))
    });
    if let Some(letter) = linked.await? {
        site.post(letter);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a link.
#[utoipa::path(
    delete,
    path = "/api/v1/pupils/{person}/guardians/{guardianship}",
    params(
        ("person" = inline(ids::Text), Path, description = "The pupil's id"),
        ("guardianship" = i64, Path, description = "The number of the link"),
    ),
    responses(
        (status = 204, description = "The link has ended"),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn end(
    State(site): State<Site>,
    caller: Caller,
    Path((person, guardianship)): Path<(PersonId, i64)>,
) -> Result<StatusCode, WebError> {
    let actor = caller.actor().clone();
    site.blocking(move |site| family::unlink(site.store(), &person, guardianship, &actor, site.now())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom a code is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewCode {
    /// `guardian` or `pupil`.
    #[schema(value_type = String, pattern = "^(guardian|pupil)$")]
    whose: Whose,
    /// The guardian as the consent list names them; a key of their own when missing.
    giver: Option<String>,
}

/// A code on paper, shown this once.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct CodeMade {
    /// What the family types.
    code: String,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

/// Makes a code on paper with which a family links itself. Each request makes another one; the code is shown this once.
#[utoipa::path(
    post,
    path = "/api/v1/pupils/{person}/codes",
    params(("person" = inline(ids::Text), Path, description = "The pupil's id")),
    responses(
        (status = 201, description = "The code", body = CodeMade),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn code(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    Json(new): Json<NewCode>,
) -> Result<Once<CodeMade>, WebError> {
    let actor = caller.actor().clone();
    let made = site.blocking(move |site| {
        let guardian = |giver: &&str| new.whose == Whose::Guardian && !giver.trim().is_empty();
        let giver = new.giver.as_deref().filter(guardian);
        site.store().write(&actor, site.now(), |w| family::make_code(w, site.school(), &person, new.whose, giver))
    });
    let (code, ends_at) = made.await?;
    Ok(Once(StatusCode::CREATED, CodeMade { code, ends_at }))
}
