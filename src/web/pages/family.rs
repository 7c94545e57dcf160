//! A family's first page: their children, or oneself.

pub(in crate::web) mod child;
pub(in crate::web) mod code;
pub(in crate::web) mod image;
pub(in crate::web) mod link;
pub(in crate::web) mod notice;
pub(in crate::web) mod photos;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::{again, page};
use crate::access::Permission::OwnChildren;
use crate::consent::ledger::{Giver, Record};
use crate::consent::{Reader, StandingKind, Use, standing};
use crate::domain::category::Medium;
use crate::domain::id::PersonId;
use crate::office::OfficeError;
use crate::office::family::{Own, own, own_one};
use crate::store::Read;
use crate::web::Site;
use crate::web::address::encoded;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "family.html", config = "src/web/askama.toml")]
struct Family {
    frame: Frame,
    school: String,
    parent: bool,
    children: Vec<ChildRow>,
}

struct ChildRow {
    href: String,
    name: String,
    agreed: Vec<String>,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let account = caller.person()?.1.clone();
    let frame = Frame::new(&caller, Section::Family);
    let (school, parent) = (site.school().name.clone(), caller.may(OwnChildren));
    let children = site.blocking(move |site| {
        site.store().read(|read| {
            let all = own(read, &account)?;
            all.iter().map(|own| child_row(site, read, own)).collect::<Result<Vec<_>, OfficeError>>()
        })
    });
    let mut children = children.await?;
    // a pupil has one page only
    if let ([only], false) = (children.as_slice(), parent) {
        return Ok(Redirect::to(&only.href).into_response());
    }
    children.sort_by(|a, b| a.name.cmp(&b.name));
    page(&Family { frame, school, parent, children })
}

fn child_row(site: &Site, read: &Read, own: &Own) -> Result<ChildRow, OfficeError> {
    let record = Record { entries: read.ledger(&own.person.id)?, person: own.person.clone() };
    let record = record.told_to(Reader::Other, site.now());
    let shown = |category: &&crate::domain::category::Category| {
        let wanted = Use { category, medium: Medium::Photo, photo: None };
        standing(&record, &wanted, &site.school().policy, site.now()).kind == StandingKind::Granted
    };
    let agreed = site.school().categories.iter().filter(shown).map(|category| category.id.title()).collect();
    let name = own.person.name.first().to_owned();
    Ok(ChildRow { href: href(own), name, agreed })
}

/// A page about somebody whom the caller decides for; of anybody else there is none.
async fn about<T: Template + Send + 'static>(
    site: &Site,
    caller: &Caller,
    person: PersonId,
    view: impl FnOnce(&Site, &Read, &Own, Frame) -> Result<T, OfficeError> + Send + 'static,
) -> Result<Response, WebError> {
    let (account, frame) = (caller.person()?.1.clone(), Frame::new(caller, Section::Family));
    let shown = site.blocking(move |site| {
        site.store().read(|read| {
            let own = own_one(read, &account, &person)?;
            view(site, read, &own, frame)
        })
    });
    page(&shown.await?)
}

/// A child's first page.
fn href(own: &Own) -> String {
    format!("/family/{}", encoded(own.person.id.as_str()))
}

/// How pages speak to whoever decides.
#[derive(Clone)]
struct Voice {
    /// Whether the pupil decides.
    pupil: bool,
    /// The first name.
    name: String,
}

impl Voice {
    fn of(own: &Own) -> Self {
        Self { pupil: own.giver == Giver::Pupil, name: own.person.name.first().to_owned() }
    }

    /// Who is meant, as the object of a sentence.
    fn whom(&self) -> &str {
        if self.pupil { "you" } else { &self.name }
    }

    /// The same with its verb.
    fn is(&self) -> String {
        if self.pupil { "you are".to_owned() } else { format!("{} is", self.name) }
    }
}
