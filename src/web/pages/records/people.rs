//! One person's whole file, for a request for access.

use std::io::BufWriter;

use axum::Form;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::domain::id::PersonId;
use crate::office::{OfficeError, whole_file};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::Section;
use crate::web::guard::Caller;
use crate::web::pages::find_person::{Search, Wanted};
use crate::web::stream::{Pipe, stream};

const SEARCH: Search = Search {
    section: Section::Records,
    heading: "One person’s whole file",
    action: "/records/people",
    back: ("/records", "Records"),
};

pub(in crate::web) async fn ask(caller: Caller) -> Result<Response, WebError> {
    SEARCH.ask(&caller)
}

pub(in crate::web) async fn find(
    State(site): State<Site>,
    caller: Caller,
    Form(wanted): Form<Wanted>,
) -> Result<Response, WebError> {
    SEARCH.find(&site, &caller, wanted).await
}

/// The file, written while it is sent.
pub(in crate::web) async fn file(State(site): State<Site>, Path(person): Path<PersonId>) -> Result<Response, WebError> {
    let of = person.clone();
    let known = site.blocking(move |site| site.store().read(|r| r.person(&of))).await?;
    known.ok_or_else(|| WebError::from(OfficeError::NoPerson(person.clone())))?;
    let (pipe, body) = stream();
    tokio::task::spawn_blocking(move || write(&site, &person, pipe));
    let saved = "attachment; filename=\"whole-file.zip\"";
    Ok(([(CONTENT_TYPE, "application/zip"), (CONTENT_DISPOSITION, saved)], Body::new(body)).into_response())
}

fn write(site: &Site, person: &PersonId, mut pipe: Pipe) {
    let out = BufWriter::with_capacity(64 * 1024, &mut pipe);
    let written = whole_file::write(site.store(), site.school(), person, site.now(), out);
    // whoever reads sees that the file ends early
    if let Err(error) = written {
        tracing::error!(cause = format!("{:#}", anyhow::Error::from(error)), "a whole file was not written to its end");
        pipe.break_off();
    }
}
