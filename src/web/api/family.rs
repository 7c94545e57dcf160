//! A family's own part, by machine: the same as on its pages.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids;
use super::list::List;
use super::pupils::{StandingItem, standing_item};
use crate::consent::ledger::Record;
use crate::domain::category::Medium;
use crate::domain::id::{CategoryId, PersonId, PhotoId};
use crate::domain::time::Timestamp;
use crate::office::family::{Own, own, own_one};
use crate::office::portal::{self, Pick, Picked};
use crate::office::{OfficeError, entrance};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;
use crate::web::pages::family::link::ask;

/// Where a link is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Asking {
    /// The e-mail address.
    email: String,
    /// The code from the school, the first time.
    code: Option<String>,
}

/// Asks for a sign-in link by e-mail; the answer is the same whether or not the address is known.
#[utoipa::path(
    post,
    path = "/api/v1/family/link",
    security(()),
    responses(
        (status = 202, description = "If the address is known, a link is on its way"),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn link(State(site): State<Site>, Json(asking): Json<Asking>) -> Result<StatusCode, WebError> {
    if !entrance::is_address(asking.email.trim()) {
        return Err(OfficeError::NoAddress.into());
    }
    match ask(&site, &asking.email, asking.code.as_deref().unwrap_or_default()).await? {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(why) => Err(WebError::Unusable(crate::web::error::sentence(&why))),
    }
}

/// Somebody the caller decides for.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Child {
    /// The id in the school's register.
    id: String,
    /// The first name.
    first_name: String,
    /// Every use, photos and videos apart.
    answers: Vec<AnswerItem>,
}

/// The caller's own answer to a use, and what comes of everybody's.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct AnswerItem {
    /// The caller's own: `unsaid`, `yes`, `year` for a yes with an end, or `no`.
    #[schema(value_type = String, pattern = "^(unsaid|yes|year|no)$")]
    own: Pick,
    /// When the caller's own yes ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    own_until: Option<Timestamp>,
    /// What comes of everybody's; its entries are not told here.
    standing: StandingItem,
}

/// Lists everybody the caller decides for, with the answers.
#[utoipa::path(
    get,
    path = "/api/v1/family",
    responses(
        (status = 200, description = "The family", body = List<Child>),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(State(site): State<Site>, caller: Caller) -> Result<Json<List<Child>>, WebError> {
    let account = caller.person()?.1.clone();
    let items = site.blocking(move |site| {
        site.store().read(|read| {
            let all = own(read, &account)?;
            all.iter().map(|own| child(site, read, own)).collect::<Result<Vec<_>, OfficeError>>()
        })
    });
    Ok(Json(List::whole(items.await?)))
}

/// An answer to a use.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewAnswer {
    /// The use category.
    #[schema(value_type = String, example = "website")]
    category: CategoryId,
    /// `photo` or `video`.
    #[schema(value_type = String, pattern = "^(photo|video)$")]
    medium: Medium,
    /// `yes`, `year` for a yes to the end of the school year, or `no`.
    #[schema(value_type = String, pattern = "^(yes|year|no)$")]
    answer: Pick,
}

/// Answers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct NewAnswers {
    /// One for each use that is answered.
    #[schema(max_items = 200)] // as MOST_ANSWERS
    answers: Vec<NewAnswer>,
}

/// A school asks for far fewer.
const MOST_ANSWERS: usize = 200;

/// Records answers for somebody the caller decides for; what is answered so already is left as it is.
#[utoipa::path(
    post,
    path = "/api/v1/family/{person}/answers",
    params(("person" = inline(ids::Text), Path, description = "The child's id")),
    responses(
        (status = 200, description = "The answers as they are now", body = Child),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn answer(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
    Json(new): Json<NewAnswers>,
) -> Result<Json<Child>, WebError> {
    if new.answers.len() > MOST_ANSWERS {
        return Err(WebError::Unusable(format!("Send at most {MOST_ANSWERS} answers at once: none was recorded.")));
    }
    let (actor, account) = (caller.actor().clone(), caller.person()?.1.clone());
    let done = site.blocking(move |site| {
        let (own, present) = site.store().read(|read| {
            let own = own_one(read, &account, &person)?;
            let record = Record { entries: read.ledger(&person)?, person: own.person.clone() };
            let present = portal::asked(&record, &own.giver, site.school(), site.now());
            Ok::<_, OfficeError>((own, present))
        })?;
        let picked = new.answers.into_iter().map(|NewAnswer { category, medium, answer }| {
            let seen = present.iter().find(|asked| asked.category.id == category && asked.medium == medium);
            Picked { category, medium, seen: seen.map_or(Pick::Unsaid, |asked| asked.own), pick: answer }
        });
        let picked: Vec<Picked> = picked.collect();
        portal::answer(site.store(), site.school(), &own, &picked, &actor, site.now())?;
        site.store().read(|read| child(site, read, &own))
    });
    Ok(Json(done.await?))
}

/// A picture that may leave right now and shows the child.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct ChildPhoto {
    /// The channel.
    channel: String,
    /// The photo.
    photo: String,
    /// The day of its event.
    date: String,
    /// Where its bytes are.
    image: String,
}

/// Lists the pictures that may leave right now and show somebody the caller decides for.
#[utoipa::path(
    get,
    path = "/api/v1/family/{person}/photos",
    params(("person" = inline(ids::Text), Path, description = "The child's id")),
    responses(
        (status = 200, description = "The pictures", body = List<ChildPhoto>),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn photos(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
) -> Result<Json<List<ChildPhoto>>, WebError> {
    let account = caller.person()?.1.clone();
    let child = crate::web::address::encoded(person.as_str());
    let found = site.blocking(move |site| {
        site.store().read(|read| {
            own_one(read, &account, &person)?;
            portal::published(read, site.school(), &person, site.now()).map_err(OfficeError::from)
        })
    });
    let items = found.await?.into_iter().flat_map(|(channel, photos)| {
        let child = child.clone();
        photos.into_iter().map(move |shown| ChildPhoto {
            image: format!("/family/{child}/images/{channel}/{}.jpg", shown.photo),
            channel: channel.to_string(),
            photo: shown.photo.to_string(),
            date: shown.date.to_string(),
        })
    });
    Ok(Json(List::whole(items.collect())))
}

/// Hides somebody the caller decides for in one photo; doing it again changes nothing.
#[utoipa::path(
    put,
    path = "/api/v1/family/{person}/photos/{photo}/objection",
    params(
        ("person" = inline(ids::Text), Path, description = "The child's id"),
        ("photo" = inline(ids::Photo), Path, description = "The photo's id"),
    ),
    responses(
        (status = 204, description = "It counts from now on"),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn object(
    State(site): State<Site>,
    caller: Caller,
    Path((person, photo)): Path<(PersonId, PhotoId)>,
) -> Result<StatusCode, WebError> {
    decide(&site, caller, person, photo, portal::object).await
}

/// Takes an objection back; doing it again changes nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/family/{person}/photos/{photo}/objection",
    params(
        ("person" = inline(ids::Text), Path, description = "The child's id"),
        ("photo" = inline(ids::Photo), Path, description = "The photo's id"),
    ),
    responses(
        (status = 204, description = "It counts from now on"),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn allow(
    State(site): State<Site>,
    caller: Caller,
    Path((person, photo)): Path<(PersonId, PhotoId)>,
) -> Result<StatusCode, WebError> {
    decide(&site, caller, person, photo, portal::allow).await
}

async fn decide(
    site: &Site,
    caller: Caller,
    person: PersonId,
    photo: PhotoId,
    say: portal::OfPhoto,
) -> Result<StatusCode, WebError> {
    let (actor, account) = (caller.actor().clone(), caller.person()?.1.clone());
    let done = site.blocking(move |site| {
        let own = site.store().read(|read| own_one(read, &account, &person))?;
        say(site.store(), site.school(), &own, &photo, &actor, site.now())
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

fn child(site: &Site, read: &crate::store::Read, own: &Own) -> Result<Child, OfficeError> {
    let record = Record { entries: read.ledger(&own.person.id)?, person: own.person.clone() };
    let answer = |mut asked: portal::Asked| {
        // whose entry it was would tell of the other guardian
        asked.standing.determined_by.clear();
        let standing = standing_item(&asked.category.id, asked.medium, &asked.standing);
        AnswerItem { own: asked.own, own_until: asked.until, standing }
    };
    let asked = portal::asked(&record, &own.giver, site.school(), site.now());
    Ok(Child {
        id: own.person.id.to_string(),
        first_name: own.person.name.first().to_owned(),
        answers: asked.into_iter().map(answer).collect(),
    })
}
