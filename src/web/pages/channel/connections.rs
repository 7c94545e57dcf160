//! Where a channel's pictures are sent: its connections, how each gets on, and the form for another.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use serde::Deserialize;

use crate::access::Secret;
use crate::domain::connection::{ConnectionId, Kind};
use crate::domain::id::ChannelId;
use crate::office::OfficeError;
use crate::office::connections::{connect, disconnect, own, renew_secret, try_again};
use crate::release::push::Trouble;
use crate::store::{Connected, NewConnection, Progress, StoreError, Troubled};
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};

#[derive(Template)]
#[template(path = "connections.html", config = "src/web/askama.toml")]
struct Connections {
    frame: Frame,
    channel: ChannelId,
    connections: Vec<Row>,
    kinds: Vec<(&'static str, &'static str)>,
    folders: Vec<String>,
    given: Given,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "connection.html", config = "src/web/askama.toml")]
struct One {
    frame: Frame,
    channel: ChannelId,
    row: Row,
    troubles: Vec<Failed>,
    made: Option<Secret>,
    errors: Errors,
}

struct Row {
    id: ConnectionId,
    name: String,
    kind: Kind,
    address: String,
    login: Option<String>,
    state: &'static str,
    colour: &'static str,
    progress: Progress,
    told_at: Option<String>,
    made_at: String,
    ended: bool,
}

struct Failed {
    what: String,
    remedy: &'static str,
    since: String,
    attempts: u32,
    /// Nothing once it was given up.
    again: Option<String>,
}

/// The form for a connection.
#[derive(Default, Deserialize)]
pub(in crate::web) struct Given {
    kind: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
}

/// The form for another secret; empty for a webhook's.
#[derive(Deserialize)]
pub(in crate::web) struct Renewed {
    #[serde(default)]
    password: String,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
) -> Result<Response, WebError> {
    page(&listed(&site, &caller, channel, Given::default(), Errors::default()).await?)
}

pub(in crate::web) async fn make(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let Ok(kind) = given.kind.parse::<Kind>() else {
        return again(&listed(&site, &caller, channel, given, Errors::one("kind", "Choose what it is.")).await?);
    };
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let (label, address) = (given.label.clone(), given.address.clone());
    let new = NewConnection { channel: channel.clone(), kind, label, address, login: filled(&given.login) };
    let (asks, password) = (caller.clone(), filled(&given.password));
    let made = site.blocking(move |site| {
        let (store, school) = (site.store(), site.school());
        match connect(store, school, &new, password.as_deref(), asks.actor(), site.now()) {
            Ok(made) => Ok(Ok(made)),
            Err(error) => faulty(error).map(Err),
        }
    });
    match made.await? {
        // shown on this very answer: no address that could be opened again holds it
        Ok((id, Some(secret))) => page(&one(&site, &caller, channel, id, Some(secret), Errors::default()).await?),
        Ok((id, None)) => Ok(Redirect::to(&format!("/channels/{channel}/connections/{id}")).into_response()),
        Err(errors) => again(&listed(&site, &caller, channel, given, errors).await?),
    }
}

pub(in crate::web) async fn look(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, id)): Path<(ChannelId, i64)>,
) -> Result<Response, WebError> {
    page(&one(&site, &caller, channel, ConnectionId(id), None, Errors::default()).await?)
}

pub(in crate::web) async fn renew(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, id)): Path<(ChannelId, i64)>,
    Form(given): Form<Renewed>,
) -> Result<Response, WebError> {
    let (id, asks, of) = (ConnectionId(id), caller.clone(), channel.clone());
    let renewed = site.blocking(move |site| {
        let password = Some(given.password.as_str()).filter(|password| !password.trim().is_empty());
        match renew_secret(site.store(), Some(&of), id, password, asks.actor(), site.now()) {
            Ok(secret) => Ok(Ok(secret)),
            Err(error) => faulty(error).map(Err),
        }
    });
    match renewed.await? {
        Ok(made @ Some(_)) => page(&one(&site, &caller, channel, id, made, Errors::default()).await?),
        Ok(None) => Ok(Redirect::to(&format!("/channels/{channel}/connections/{id}")).into_response()),
        Err(errors) => again(&one(&site, &caller, channel, id, None, errors).await?),
    }
}

pub(in crate::web) async fn retry(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, id)): Path<(ChannelId, i64)>,
) -> Result<Response, WebError> {
    let back = format!("/channels/{channel}/connections/{id}");
    site.blocking(move |site| try_again(site.store(), Some(&channel), ConnectionId(id), caller.actor(), site.now()))
        .await?;
    Ok(Redirect::to(&back).into_response())
}

pub(in crate::web) async fn end(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, id)): Path<(ChannelId, i64)>,
) -> Result<Response, WebError> {
    let back = format!("/channels/{channel}/connections/{id}");
    site.blocking(move |site| disconnect(site.store(), Some(&channel), ConnectionId(id), caller.actor(), site.now()))
        .await?;
    Ok(Redirect::to(&back).into_response())
}

/// What whoever fills in the form can correct, beside its field.
fn faulty(error: OfficeError) -> Result<Errors, WebError> {
    let field = match &error {
        OfficeError::Address(_) | OfficeError::OpenLine | OfficeError::NoFolder => "address",
        OfficeError::NoLogin => "password",
        _ => return Err(error.into()),
    };
    Ok(Errors::one(field, sentence(&error.to_string())))
}

async fn listed(
    site: &Site,
    caller: &Caller,
    channel: ChannelId,
    given: Given,
    errors: Errors,
) -> Result<Connections, WebError> {
    site.school().channel(&channel).ok_or(WebError::NotFound)?;
    let of = channel.clone();
    let found = site.blocking(move |site| {
        site.store().read(|r| {
            let own = r.connections()?.into_iter().filter(|known| known.channel == of);
            let with_progress = |known: Connected| {
                let needs = needs_somebody(&r.troubled(known.id, MOST_SHOWN)?);
                Ok((r.progress(known.id)?, needs, known))
            };
            own.map(with_progress).collect::<Result<Vec<_>, StoreError>>()
        })
    });
    let row = |(progress, needs, known)| row(site, known, progress, needs);
    let connections = found.await?.into_iter().map(row).collect();
    let kinds = Kind::ALL.into_iter().map(|kind| (kind.word(), kind.title())).collect();
    let folders = site.school().push.folders.iter().map(|folder| folder.display().to_string()).collect();
    let frame = Frame::new(caller, Section::Administration);
    Ok(Connections { frame, channel, connections, kinds, folders, given, errors })
}

async fn one(
    site: &Site,
    caller: &Caller,
    channel: ChannelId,
    id: ConnectionId,
    made: Option<Secret>,
    errors: Errors,
) -> Result<One, WebError> {
    let of = channel.clone();
    let found = site.blocking(move |site| {
        site.store().read(|r| {
            let known = own(r, Some(&of), id)?;
            Ok::<_, OfficeError>((r.progress(id)?, r.troubled(id, MOST_SHOWN)?, known))
        })
    });
    let (progress, troubled, known) = found.await?;
    let troubles = troubled.iter().map(|troubled| failed(site, known.kind, troubled)).collect();
    let row = row(site, known, progress, needs_somebody(&troubled));
    let frame = Frame::new(caller, Section::Administration);
    Ok(One { frame, channel, row, troubles, made, errors })
}

/// The rest is behind the same trouble.
const MOST_SHOWN: u32 = 50;

/// Whether something will not mend itself: it was given up, or it is tried again only because it has to be taken back.
fn needs_somebody(troubled: &[Troubled]) -> bool {
    troubled.iter().any(|one| one.dead || Trouble::of(&one.trouble).is_some_and(|trouble| !trouble.may_pass()))
}

fn row(site: &Site, known: Connected, progress: Progress, needs_somebody: bool) -> Row {
    let ended = known.ended_at.is_some();
    let (state, colour) = match (ended, progress) {
        _ if needs_somebody => ("Needs you", "red"),
        (_, Progress { failing: 1.., .. }) => ("In trouble", "orange"),
        (true, Progress { waiting: 1.., .. }) => ("Taking back", "yellow"),
        (true, _) => ("Ended", "grey"),
        (false, Progress { waiting: 1.., .. }) => ("Sending", "blue"),
        (false, _) => ("Up to date", "green"),
    };
    Row {
        id: known.id,
        name: if known.label.is_empty() { format!("{} {}", known.kind.title(), known.id) } else { known.label },
        kind: known.kind,
        address: known.address,
        login: known.login,
        state,
        colour,
        progress,
        told_at: progress.told_at.map(|at| site.told(at)),
        made_at: site.told(known.at),
        ended,
    }
}

fn failed(site: &Site, kind: Kind, troubled: &Troubled) -> Failed {
    let what = match (&troubled.photo, troubled.puts) {
        (Some(photo), true) => format!("Photo {photo}: to be shown"),
        (Some(photo), false) => format!("Photo {photo}: to be taken away"),
        (None, _) => "News for the other side".to_owned(),
    };
    Failed {
        what,
        remedy: Trouble::of(&troubled.trouble).map_or("", |trouble| trouble.remedy(kind)),
        since: site.told(troubled.since),
        attempts: troubled.attempts,
        again: (!troubled.dead).then(|| site.told(troubled.again)),
    }
}
