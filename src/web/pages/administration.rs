//! The administrator's first page.

pub(in crate::web) mod account;
pub(in crate::web) mod accounts;
pub(in crate::web) mod connections;
pub(in crate::web) mod settings;

use askama::Template;
use axum::response::Response;

use super::page;
use crate::access::Permission;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "administration.html", config = "src/web/askama.toml")]
struct Home {
    frame: Frame,
    accounts: bool,
}

pub(in crate::web) async fn show(caller: Caller) -> Result<Response, WebError> {
    let accounts = caller.may(Permission::Accounts);
    page(&Home { frame: Frame::new(&caller, Section::Administration), accounts })
}
