//! Who has to be asked or reminded, by machine.

use axum::Json;
use axum::extract::{Query, State};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::{List, Part};
use super::pupils::{PersonItem, item};
use crate::consent::{Due, DueWhy};
use crate::domain::time::Timestamp;
use crate::office::register::due_list;
use crate::office::uses::medium_key;
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// Who is due.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Which {
    /// Only this class.
    #[param(nullable = false)]
    class: Option<String>,
    /// Answers that lapse within so many days are due too.
    #[param(minimum = 0, maximum = 3660, nullable = false)]
    days: Option<u32>,
}

/// Somebody who has to be asked.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct DuePerson {
    /// Who.
    person: PersonItem,
    /// For what.
    due: Vec<DueItem>,
}

/// Why somebody has to be asked about a use.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct DueItem {
    /// The use category.
    category: String,
    /// `photo` or `video`.
    medium: &'static str,
    /// `never_asked`, `expired`, `lapses` or `young_refusal`.
    why: &'static str,
    /// When the answer lapses.
    #[schema(value_type = Option<String>, format = DateTime)]
    lapses_at: Option<Timestamp>,
}

/// Lists who has to be asked or reminded.
#[utoipa::path(
    get,
    path = "/api/v1/due",
    params(Which, Part),
    responses(
        (status = 200, description = "A page of people", body = List<DuePerson>),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    caller: Caller,
    Query(Which { class, days }): Query<Which>,
    Query(part): Query<Part>,
) -> Result<Json<List<DuePerson>>, WebError> {
    let days = days.unwrap_or(30);
    if days > 3660 {
        return Err(WebError::Unusable("Give days from 0 to 3660.".to_owned()));
    }
    let found = site.blocking(move |site| {
        let now = site.now();
        let ahead = SignedDuration::from_hours(24 * i64::from(days));
        let before = now.checked_add(ahead).unwrap_or(now);
        site.store().read(|read| due_list(read, site.school(), class.as_deref(), now, before, caller.reader()))
    });
    let people = found
        .await?
        .into_iter()
        .map(|(person, dues)| DuePerson { person: item(person), due: dues.iter().map(due_item).collect() });
    Ok(Json(List::of_all(people.collect(), &part, |due: &DuePerson| due.person.id.clone())?))
}

fn due_item(due: &Due) -> DueItem {
    let (why, lapses_at) = match due.why {
        DueWhy::NeverAsked => ("never_asked", None),
        DueWhy::Expired => ("expired", None),
        DueWhy::Lapses(end) => ("lapses", Some(end)),
        DueWhy::YoungRefusal => ("young_refusal", None),
    };
    DueItem { category: due.category.to_string(), medium: medium_key(due.medium), why, lapses_at }
}
