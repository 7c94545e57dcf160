//! Every photo and where it may go, decided now.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use crate::consent::{Decision, FaceAct, Reader, Verdict};
use crate::pipeline::PipelineError;
use crate::pipeline::decide::Identified;
use crate::release::Label;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "overview.html", config = "src/web/askama.toml")]
struct Overview {
    frame: Frame,
    channels: Vec<String>,
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

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Html<String>, WebError> {
    let rows = site.blocking(rows).await?;
    let page = Overview {
        frame: Frame::new(&caller, Section::Photos),
        channels: site.school().channels.iter().map(|channel| channel.id.title()).collect(),
        rows,
    };
    Ok(Html(page.render()?))
}

fn rows(site: &Site) -> Result<Vec<Row>, PipelineError> {
    site.store().read(|read| {
        let roll = site.roll().of(read)?;
        let mut rows = Vec::new();
        for (photo, label) in Label::all(read)? {
            let identified = Identified::load(read, &roll, &photo.id)?;
            let decide = |(channel, category)| cell(&identified.decide(site.school(), channel, category, site.now()));
            let cells = site.school().channels().map(decide).collect();
            rows.push(Row { name: label.name, cells });
        }
        Ok(rows)
    })
}

fn cell(decision: &Decision) -> Cell {
    let (verdict, colour) = match decision.verdict() {
        Verdict::Release => ("May be shown", "green"),
        Verdict::Hold => ("Waits", "yellow"),
        Verdict::Block => ("Stays in", "red"),
    };
    let stopping = decision.stopping(Reader::Other);
    let mut reasons: Vec<String> = stopping.iter().map(|reason| reason.text(Reader::Other)).collect();
    if decision.verdict() == Verdict::Release {
        reasons.push(match decision.faces().iter().filter(|face| face.verdict == FaceAct::Obscure).count() {
            0 => "Nobody is hidden.".to_owned(),
            1 => "1 face is hidden.".to_owned(),
            hidden => format!("{hidden} faces are hidden."),
        });
    }
    Cell { verdict, colour, reasons }
}
