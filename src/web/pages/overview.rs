//! Every photo and where it may go, decided now.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use tokio::task::spawn_blocking;

use crate::consent::{Reader, Verdict};
use crate::pipeline::{self, PipelineError};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    school: String,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    cells: Vec<Cell>,
}

struct Cell {
    verdict: &'static str,
    colour: &'static str,
    reasons: Vec<String>,
}
