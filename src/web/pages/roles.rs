//! Who may do what: the table of permissions as governors read it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::page;
use crate::access::{Permission, Role};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "roles.html", config = "src/web/askama.toml")]
struct Roles {
    frame: Frame,
    roles: Vec<Row>,
}

struct Row {
    name: String,
    may: Vec<&'static str>,
    second_factor: bool,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let roles = Role::all(site.school().channels.iter().map(|channel| &channel.id));
    let row = |role: Role| Row {
        may: role.permissions().iter().map(|permission| words(*permission)).collect(),
        second_factor: role.needs_second_factor(),
        name: role.title(),
    };
    page(&Roles { frame: Frame::new(&caller, Section::Account), roles: roles.into_iter().map(row).collect() })
}

fn words(permission: Permission) -> &'static str {
    match permission {
        Permission::Upload => "open events and bring photos in",
        Permission::NameFaces => "see photos as they were taken, say who is on them and count heads",
        Permission::Check => "check, caption and sign off the pictures of their channel",
        Permission::Pull => "fetch the pictures that their channel may show",
        Permission::SeeConsents => "see pupils and what their families said",
        Permission::KeepConsents => "import pupils and consents, record what families say, link guardians",
        Permission::Restrict => "restrict a pupil, lift it, and see why",
        Permission::Incidents => "record incidents and follow them",
        Permission::Audit => "search the audit chain",
        Permission::Export => "take one person's whole file out",
        Permission::Retention => "see what is due for destruction, and destroy it",
        Permission::Settings => "see the school's settings and change them with a reason",
        Permission::Accounts => "add accounts, give roles, reset and lock",
        Permission::Health => "see how the service runs, without photos",
        Permission::OwnChildren => "decide for their own children",
        Permission::OwnSelf => "decide for themselves",
    }
}
