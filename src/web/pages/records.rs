//! The data protection officer's first page: what needs them, and the ways to evidence.

pub(in crate::web) mod audit;
pub(in crate::web) mod people;
pub(in crate::web) mod retention;
pub(in crate::web) mod review;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::page;
use super::safeguarding::incidents::{Row, row};
use crate::access::Permission;
use crate::store::StoreError;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "records.html", config = "src/web/askama.toml")]
struct Home {
    frame: Frame,
    incidents: Vec<Row>,
    review: Option<String>,
    overdue: bool,
    exports: bool,
    destroys: bool,
    settles: bool,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Records);
    let sees = caller.may(Permission::Incidents);
    let may = [Permission::Export, Permission::Retention, Permission::Settings].map(|may| caller.may(may));
    let home = site.blocking(move |site| {
        let (open, reviews) = site.store().read(|r| Ok::<_, StoreError>((r.open_incidents()?, r.reviews()?)))?;
        let open = open.iter().filter(|_| sees).map(|incident| row(site, incident)).collect();
        let due = reviews.first().map(|review| review.next_due);
        let today = site.school().policy.day_of(site.now());
        let [exports, destroys, settles] = may;
        Ok::<_, StoreError>(Home {
            frame,
            incidents: open,
            review: due.map(|day| day.strftime("%-d %B %Y").to_string()),
            overdue: due.is_none_or(|day| day <= today),
            exports,
            destroys,
            settles,
        })
    });
    page(&home.await?)
}
