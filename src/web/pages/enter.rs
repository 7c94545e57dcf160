//! Signing in with a one-time link; following it shows a button, so that a mail scanner does not use it up.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;

use super::page;
use super::sign_in::agent;
use crate::access::{Secret, TicketPurpose};
use crate::office::entrance;
use crate::web::error::WebError;
use crate::web::frame::Frame;
use crate::web::{Site, session};

#[derive(Template)]
#[template(path = "enter.html", config = "src/web/askama.toml")]
struct Enter {
    frame: Frame,
    school: String,
    usable: bool,
}

pub(in crate::web) async fn show(State(site): State<Site>, Path(secret): Path<String>) -> Result<Response, WebError> {
    let digest = Secret::presented(&secret).digest();
    let found = site.blocking(move |site| site.store().read(|r| r.ticket(&digest, TicketPurpose::SignIn, site.now())));
    let usable = found.await?.is_some();
    page(&Enter { frame: Frame::empty(), school: site.school().name.clone(), usable })
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    cookies: CookieJar,
) -> Result<Response, WebError> {
    let device = session::device(agent(&headers));
    let link = Secret::presented(&secret);
    let opened = site.blocking(move |site| entrance::follow_link(site.store(), &link, &device, site.now()));
    Ok((site.keep(cookies, &opened.await?), Redirect::to("/")).into_response())
}
