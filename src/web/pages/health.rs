//! How the service runs, for machines that watch it: nothing of it tells of anybody.

use std::fmt::Write;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::store::{Progress, StoreError};
use crate::telemetry;
use crate::web::Site;
use crate::web::error::WebError;

/// What has to be well before requests are sent here.
#[derive(Serialize)]
struct Ready {
    ready: bool,
    /// Answers and takes changes.
    store: bool,
    /// There is room for uploads.
    disk: bool,
    /// Somebody inspects photos; a worker starts only with its model.
    workers: bool,
}

/// Room for a few photos and for the database to tidy up.
const LEAST_ROOM: u64 = 512 * 1024 * 1024;

pub(in crate::web) async fn ready(State(site): State<Site>) -> Result<Response, WebError> {
    let ready = site.blocking(|site| Ok::<_, WebError>(look(site))).await?;
    let status = if ready.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, Json(ready)).into_response())
}

fn look(site: &Site) -> Ready {
    let log = |error: StoreError| tracing::error!(cause = %error, "the service is not ready");
    let store = site.store().ready().map_err(log).is_ok();
    let disk = site.store().room().map_err(log).is_ok_and(|room| room >= LEAST_ROOM);
    let workers = site.store().living_workers().map_err(log).is_ok_and(|living| living > 0);
    Ready { ready: store && disk && workers, store, disk, workers }
}

pub(in crate::web) async fn metrics(State(site): State<Site>) -> Result<Response, WebError> {
    let text = site.blocking(|site| Ok::<_, WebError>(telemetry::counted() + &sums(site)?)).await?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

/// What is in the store now; read when it is asked for.
fn sums(site: &Site) -> Result<String, StoreError> {
    let store = site.store();
    let (jobs, released) = store.read(|r| Ok::<_, StoreError>((r.job_counts()?, r.released_count()?)))?;
    let mut text = String::new();
    let mut gauge = |name: &str, what: &str, value: u64| {
        // writing to a text does not fail
        let _written = write!(text, "# HELP {name} {what}\n# TYPE {name} gauge\n{name} {value}\n\n");
    };
    gauge("eyelid_jobs_waiting", "Jobs that wait for a worker.", jobs.queued);
    gauge("eyelid_jobs_leased", "Jobs that a worker does.", jobs.leased);
    gauge("eyelid_jobs_dead", "Jobs that were given up.", jobs.dead);
    gauge("eyelid_pictures_released", "Pictures that are out on a channel.", released);
    let (told, unproven) = store.read(|r| {
        let open = r.connections()?.into_iter().map(|known| r.progress(known.id)).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, StoreError>((open, r.flaws()?.len()))
    })?;
    let sum = |part: fn(&Progress) -> u64| told.iter().map(part).sum();
    gauge("eyelid_deliveries_waiting", "What connections still have to be told.", sum(|progress| progress.waiting));
    gauge("eyelid_deliveries_failing", "What failed and is tried again.", sum(|progress| progress.failing));
    gauge("eyelid_deliveries_dead", "What was given up and needs a human.", sum(|progress| progress.dead));
    let unproven = u64::try_from(unproven).unwrap_or(u64::MAX);
    gauge("eyelid_pictures_unproven", "Pictures that failed their proof and stay here.", unproven);
    let overdue = store.read(|r| r.overdue(site.now()))?.len();
    let overdue = u64::try_from(overdue).unwrap_or(u64::MAX);
    gauge("eyelid_take_downs_overdue", "Placed pictures that should have been taken down by now.", overdue);
    gauge("eyelid_workers_alive", "Workers that live.", u64::try_from(store.living_workers()?).unwrap_or(u64::MAX));
    gauge("eyelid_disk_free_bytes", "Room on the data folder's disk.", store.room()?);
    Ok(text)
}
