//! Names of the register in texts, for pages that tell them as they are typed.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::names::{FoundKind, full_name};
use crate::web::Site;
use crate::web::error::{Problem, WebError};

/// Texts that may stand beside a picture.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct TextsToRead {
    /// At most twenty, of at most 1000 characters each.
    #[schema(max_items = 20)]
    texts: Vec<String>,
}

/// What was found in each text.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct TextsRead {
    texts: Vec<TextRead>,
}

/// What was found in one text.
#[derive(Serialize, ToSchema)]
struct TextRead {
    /// Whether it holds a full name.
    full_name: bool,
    /// Each place that names somebody on the register; whom is not told.
    found: Vec<FoundPlace>,
}

/// A place in a text.
#[derive(Serialize, ToSchema)]
struct FoundPlace {
    /// The first character, counted from 0.
    start: usize,
    /// One past the last.
    end: usize,
    /// `full_name` or `surname`.
    kind: &'static str,
}

/// Finds surnames and full names of the register in texts.
#[utoipa::path(
    post,
    path = "/api/v1/names",
    request_body = TextsToRead,
    responses(
        (status = 200, description = "What was found", body = TextsRead),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn find(
    State(site): State<Site>,
    Json(given): Json<TextsToRead>,
) -> Result<Json<TextsRead>, WebError> {
    if given.texts.len() > MOST || given.texts.iter().any(|text| text.chars().count() > crate::office::MOST_TEXT) {
        return Err(WebError::Unusable("Send at most 20 texts of at most 1000 characters.".to_owned()));
    }
    let roll = site.blocking(|site| site.store().read(|read| site.roll().of(read))).await?;
    let read = |text: &String| {
        let found = roll.find(text);
        let mut places: Vec<FoundPlace> = Vec::new();
        for name in &found {
            let kind = if name.kind == FoundKind::FullName { "full_name" } else { "surname" };
            // several people of one name are one place
            if !places.iter().any(|place| (place.start, place.end, place.kind) == (name.start, name.end, kind)) {
                places.push(FoundPlace { start: name.start, end: name.end, kind });
            }
        }
        TextRead { full_name: full_name(&found), found: places }
    };
    Ok(Json(TextsRead { texts: given.texts.iter().map(read).collect() }))
}

const MOST: usize = 20;
