//! Imports by machine: the whole file as the body.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::import::{Extent, Mapping, SheetKind};
use crate::office::{OfficeError, Source, enrol_consents, enrol_pupils};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// How a file is taken in.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct How {
    /// Only tells what would change.
    #[serde(default)]
    dry_run: bool,
    /// Also takes what could show more of somebody.
    #[serde(default)]
    confirm_loosening: bool,
    /// The file is not the whole roll: whoever is missing has not left.
    #[serde(default)]
    part: bool,
}

/// What a file lists.
#[derive(Deserialize, Clone, Copy, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::web) enum ListOf {
    /// The roll.
    Pupils,
    /// Answers of families.
    Consents,
}

/// What a file did, or would do.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Imported {
    /// The changes, by ids, as lines of text.
    changes: Vec<String>,
    /// Whether something waits for `confirm_loosening`.
    waiting: bool,
    /// Whether anything was taken in.
    taken: bool,
}

/// Takes in a list of pupils or consents: all of it, or nothing when a line is wrong. Sending the same again changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/imports/{what}",
    params(("what" = inline(ListOf), Path, description = "What the file lists"), How),
    request_body(content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses(
        (status = 200, description = "What the file did, or would do", body = Imported),
        (status = 422, description = "Lines have to be corrected; each is named, and nothing was taken in", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn take(
    State(site): State<Site>,
    caller: Caller,
    Path(what): Path<ListOf>,
    Query(how): Query<How>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Imported>, WebError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let workbook = kind.contains("spreadsheetml") || kind.contains("ms-excel.sheet");
    let actor = caller.actor().clone();
    let imported = site.blocking(move |site| {
        let mapping = Mapping::default();
        let source = Source {
            bytes: &body,
            kind: if workbook { SheetKind::Xlsx } else { SheetKind::Csv },
            mapping: &mapping,
            confirm_loosening: how.confirm_loosening,
            dry_run: how.dry_run,
        };
        let extent = if how.part { Extent::Part } else { Extent::Full };
        let (store, school, now) = (site.store(), site.school(), site.now());
        let (changes, waiting) = match what {
            ListOf::Pupils => {
                let done = enrol_pupils(store, school, &source, extent, &actor, now)?;
                (done.diff.to_string(), done.waiting)
            }
            ListOf::Consents => {
                let done = enrol_consents(store, school, &source, &actor, now)?;
                (done.diff.to_string(), done.waiting)
            }
        };
        let changes = changes.lines().map(|line| line.trim().to_owned()).collect();
        Ok::<_, OfficeError>(Imported { changes, waiting, taken: !how.dry_run })
    });
    Ok(Json(imported.await?))
}
