//! A family's yes or no to one photo, by machine, for the uses that need one.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids;
use super::list::List;
use crate::domain::id::{CategoryId, PersonId, PhotoId};
use crate::office::family::own_one;
use crate::office::{OfficeError, one_photo};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// A photo that can be judged for a use.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct PhotoUse {
    /// The use.
    category: String,
    /// The photo.
    photo: String,
    /// The day of its event.
    date: String,
    /// Where its bytes are, if it shows the person right now.
    #[schema(required)]
    image: Option<String>,
    /// The caller's own word on this very photo.
    #[schema(required)]
    own: Option<YesOrNo>,
}

/// Yes or no.
#[derive(Serialize, Deserialize, ToSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(in crate::web) enum YesOrNo {
    /// It may be used.
    Yes,
    /// It may not.
    No,
}

/// The answer to one photo.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct OwnAnswer {
    /// `no` takes a yes back.
    answer: YesOrNo,
}

/// Lists the photos that somebody the caller decides for can be used in only with a yes to that very photo.
#[utoipa::path(
    get,
    path = "/api/v1/family/{person}/uses",
    params(("person" = inline(ids::Text), Path, description = "The child's id")),
    responses(
        (status = 200, description = "The photos of each such use", body = List<PhotoUse>),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
) -> Result<Json<List<PhotoUse>>, WebError> {
    let account = caller.person()?.1.clone();
    let child = crate::web::address::encoded(person.as_str());
    let found = site.blocking(move |site| {
        site.store().read(|read| {
            let own = own_one(read, &account, &person)?;
            one_photo::asked(read, site.school(), &own, site.now()).map_err(OfficeError::from)
        })
    });
    let of = |(category, photos): (CategoryId, Vec<one_photo::Asked>)| {
        let child = child.clone();
        photos.into_iter().map(move |asked| PhotoUse {
            category: category.to_string(),
            image: asked.seen_on.map(|channel| format!("/family/{child}/images/{channel}/{}.jpg", asked.photo)),
            photo: asked.photo.to_string(),
            date: asked.date.to_string(),
            own: asked.own.map(|yes| if yes { YesOrNo::Yes } else { YesOrNo::No }),
        })
    };
    Ok(Json(List::whole(found.await?.into_iter().flat_map(of).collect())))
}

/// Says yes or no to one photo for a use; saying it again changes nothing.
#[utoipa::path(
    put,
    path = "/api/v1/family/{person}/photos/{photo}/uses/{category}",
    params(
        ("person" = inline(ids::Text), Path, description = "The child's id"),
        ("photo" = inline(ids::Photo), Path, description = "The photo's id"),
        ("category" = inline(ids::Text), Path, description = "A use that needs a yes to the very photo"),
    ),
    responses(
        (status = 204, description = "It counts from now on"),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn answer(
    State(site): State<Site>,
    caller: Caller,
    Path((person, photo, category)): Path<(PersonId, PhotoId, CategoryId)>,
    Json(OwnAnswer { answer }): Json<OwnAnswer>,
) -> Result<StatusCode, WebError> {
    let (actor, account) = (caller.actor().clone(), caller.person()?.1.clone());
    let done = site.blocking(move |site| {
        let own = site.store().read(|read| own_one(read, &account, &person))?;
        let word = one_photo::Word { photo, category, yes: answer == YesOrNo::Yes };
        one_photo::answer(site.store(), site.school(), &own, &word, &actor, site.now())
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}
