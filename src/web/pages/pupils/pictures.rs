//! Where one person's pictures are right now.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::access::Permission;
use crate::domain::id::PersonId;
use crate::office::OfficeError;
use crate::office::placements::{Stage, Whereabouts, whereabouts};
use crate::release::Label;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::page;
use crate::web::words::full;

#[derive(Template)]
#[template(path = "pictures.html", config = "src/web/askama.toml")]
struct Pictures {
    frame: Frame,
    id: PersonId,
    name: String,
    rows: Vec<Row>,
    may_pull: bool,
}

struct Row {
    photo: String,
    channel: String,
    place: String,
    address: Option<String>,
    state: &'static str,
    colour: &'static str,
    due: Option<String>,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<PersonId>,
) -> Result<Response, WebError> {
    let (frame, may_pull) = (Frame::new(&caller, Section::Consents), caller.may(Permission::Incidents));
    let view = site.blocking(move |site| {
        site.store().read(|read| {
            let person = read.person(&id)?.ok_or_else(|| OfficeError::NoPerson(id.clone()))?;
            let found = whereabouts(read, site.school(), site.roll(), &id, site.now())?;
            let mut rows = Vec::with_capacity(found.len());
            for found in found {
                let photo = read.photo(&found.photo)?.map(|photo| Label::of(read, &photo)).transpose()?;
                rows.push(row(site, photo.map(|photo| photo.title()).unwrap_or_default(), found));
            }
            Ok::<_, OfficeError>(Pictures { frame, name: full(&person.name), id, rows, may_pull })
        })
    });
    page(&view.await?)
}

fn row(site: &Site, photo: String, found: Whereabouts) -> Row {
    let (state, colour) = match found.stage {
        Stage::Approved => ("May leave", "blue"),
        Stage::Delivered => ("There", "green"),
        Stage::Replaced => ("Replaced", "orange"),
        Stage::Placed => ("Placed by hand", "green"),
        Stage::Withdrawn => ("Called back", "orange"),
        Stage::ToTakeDown => ("To take down", "red"),
        Stage::TakenDown => ("Taken down", "grey"),
    };
    let due = found.due_at.map(|due| site.told(due));
    let (channel, place, address) = (found.channel.title(), found.place, found.address);
    Row { photo, channel, place, address, state, colour, due }
}
