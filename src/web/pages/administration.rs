//! The administrator's first page.

pub(in crate::web) mod account;
pub(in crate::web) mod accounts;
pub(in crate::web) mod connections;
pub(in crate::web) mod settings;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::page;
use crate::access::Permission;
use crate::domain::id::PhotoId;
use crate::store::{Flawed, Read};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "administration.html", config = "src/web/askama.toml")]
struct Home {
    frame: Frame,
    accounts: bool,
    flaws: Vec<Flaw>,
}

/// A picture that failed its proof.
struct Flaw {
    photo: PhotoId,
    what: &'static str,
    at: String,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let accounts = caller.may(Permission::Accounts);
    let found = site.blocking(|site| site.store().read(Read::flaws)).await?;
    let flaw = |found: Flawed| Flaw { photo: found.photo, what: words(&found.flaw), at: site.told(found.at) };
    let flaws = found.into_iter().map(flaw).collect();
    page(&Home { frame: Frame::new(&caller, Section::Administration), accounts, flaws })
}

fn words(flaw: &str) -> &'static str {
    match flaw {
        "metadata" => "Its file carries more than the picture and the credit.",
        "uncovered" => "Somebody who has to be hidden is not.",
        "face" => "A face is found where nobody may be seen.",
        _ => "Its file is damaged.",
    }
}
