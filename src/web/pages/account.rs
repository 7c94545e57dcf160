//! One's own account: what it may do, and where it is signed in.

pub(in crate::web) mod password;
pub(in crate::web) mod second_factor;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::page;
use crate::access::{Account, SessionId};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "account.html", config = "src/web/askama.toml")]
struct Own {
    frame: Frame,
    account: Account,
    recovery_codes: u32,
    sessions: Vec<Row>,
}

struct Row {
    id: i64,
    device: String,
    began: String,
    current: bool,
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let frame = Frame::new(&caller, Section::Account);
    let (current, account) = caller.person()?;
    let (id, current, account) = (account.id, current.id, account.clone());
    let found = site.blocking(move |site| {
        site.store().read(|r| Ok::<_, WebError>((r.sessions(id, site.now())?, r.recovery_codes_left(id)?)))
    });
    let (sessions, recovery_codes) = found.await?;
    let row = |session: crate::access::Session| Row {
        id: session.id.0,
        device: session.device,
        began: site.told(session.began_at),
        current: session.id == current,
    };
    page(&Own { frame, account, recovery_codes, sessions: sessions.into_iter().map(row).collect() })
}

pub(in crate::web) async fn end_session(
    State(site): State<Site>,
    caller: Caller,
    Path(session): Path<i64>,
) -> Result<Response, WebError> {
    let account = caller.person()?.1.id;
    site.blocking(move |site| {
        site.store().write(caller.actor(), site.now(), |w| {
            let own = w.sessions(account, site.now())?.iter().any(|own| own.id == SessionId(session));
            if own { w.end_session(SessionId(session)).map_err(Into::into) } else { Err(WebError::NotFound) }
        })
    })
    .await?;
    Ok(Redirect::to("/account").into_response())
}
