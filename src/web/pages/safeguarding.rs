//! The safeguarding lead's first page: who is restricted, and which incidents are open.

pub(in crate::web) mod incidents;
pub(in crate::web) mod pull;
pub(in crate::web) mod restriction;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use self::incidents::{Row, row};
use super::page;
use crate::access::Permission;
use crate::domain::id::PersonId;
use crate::domain::name::PersonName;
use crate::office::{OfficeError, safeguarding};
use crate::store::{Placement, StoreError};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "safeguarding.html", config = "src/web/askama.toml")]
struct Home {
    frame: Frame,
    restricts: bool,
    pupils: Vec<Pupil>,
    incidents: Vec<Row>,
    overdue: Vec<Overdue>,
}

/// What should have been taken down by now.
struct Overdue {
    channel: String,
    place: String,
    since: String,
}

struct Pupil {
    id: PersonId,
    name: String,
    class: String,
    since: String,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Safeguarding);
    let restricts = caller.may(Permission::Restrict);
    let home = site.blocking(move |site| {
        let now = site.now();
        let restricted = if restricts { safeguarding::restricted(site.store(), now)? } else { Vec::new() };
        let pupil = |restricted: safeguarding::Restricted| Pupil {
            name: full_name(&restricted.person.name),
            class: restricted.person.class.unwrap_or_default(),
            since: site.told(restricted.since),
            id: restricted.person.id,
        };
        // whatever is open is here, however many came after it
        let (open, latest) =
            site.store().read(|r| Ok::<_, StoreError>((r.open_incidents()?, r.incidents(None, 100)?)))?;
        let closed = latest.iter().filter(|incident| incident.closed_at.is_some());
        let incidents = open.iter().chain(closed).map(|incident| row(site, incident)).collect();
        let late = |late: Placement| Overdue {
            channel: late.channel.title(),
            place: late.place,
            since: late.take_down.map(|task| site.told(task.due_at)).unwrap_or_default(),
        };
        let overdue = site.store().read(|r| r.overdue(now))?.into_iter().map(late).collect();
        let pupils = restricted.into_iter().map(pupil).collect();
        Ok::<_, OfficeError>(Home { frame, restricts, pupils, incidents, overdue })
    });
    page(&home.await?)
}

/// The whole name, for pages without pictures.
pub(in crate::web) fn full_name(name: &PersonName) -> String {
    format!("{} {}", name.first(), name.legal_surname)
}
