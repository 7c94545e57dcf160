//! Where a channel's pictures are sent, by machine: for whoever keeps the settings.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids;
use super::list::List;
use super::once::Once;
use crate::access::Secret;
use crate::domain::connection::{ConnectionId, Kind};
use crate::domain::id::{ChannelId, PhotoId};
use crate::domain::time::Timestamp;
use crate::office::OfficeError;
use crate::office::connections::{connect, disconnect, own, renew_secret, try_again};
use crate::release::push::Trouble;
use crate::store::{Connected, NewConnection, Progress, StoreError, Troubled};
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;

/// A connection without its secret, and how it gets on.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct ConnectionItem {
    /// Its number.
    id: i64,
    kind: ConnectionKind,
    /// What it is for.
    label: String,
    /// An address on the web, or a folder of the machine.
    address: String,
    /// The name under which it signs in.
    login: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
    /// Since then what it was given is taken back.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Pictures that the other side has.
    there: u64,
    /// What waits to be told.
    waiting: u64,
    /// What failed and is tried again.
    failing: u64,
    /// What was given up.
    dead: u64,
    #[schema(value_type = Option<String>, format = DateTime)]
    told_at: Option<Timestamp>,
}

/// What is at the other end.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::web) enum ConnectionKind {
    Wordpress,
    Webhook,
    Webdav,
    Folder,
}

/// A connection that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct ConnectionWanted {
    kind: ConnectionKind,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 80)]
    label: String,
    /// An address on the web, or a folder that the settings name.
    #[schema(max_length = 500)]
    address: String,
    #[schema(max_length = 200, nullable = false)]
    login: Option<String>,
    /// The password that the other side made for it.
    #[schema(max_length = 200, nullable = false)]
    password: Option<String>,
}

/// A new connection.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct ConnectionMade {
    /// Its number.
    id: i64,
    /// A webhook's secret, which is shown this once.
    secret: Option<String>,
}

/// Another secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct SecretWanted {
    /// The new password; nothing for a webhook, whose secret is made.
    #[schema(max_length = 200, nullable = false)]
    password: Option<String>,
}

/// A secret that is shown this once.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct SecretMade {
    secret: Option<String>,
}

/// Something that could not be told.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct FailureItem {
    /// Its number.
    id: i64,
    /// The photo; null when it is about the connection as a whole.
    #[schema(value_type = Option<String>)]
    photo: Option<PhotoId>,
    /// Whether a picture was to be put there, and not taken away.
    puts: bool,
    /// Whether it was given up.
    dead: bool,
    attempts: u32,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    again: Timestamp,
    /// A word for what happened.
    #[schema(example = "unauthorized")]
    trouble: String,
    /// What to do.
    remedy: &'static str,
}

/// Lists a channel's connections.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/connections",
    params(("channel" = inline(ids::Text), Path, description = "The channel")),
    responses(
        (status = 200, description = "The connections in the order in which they were made", body = List<ConnectionItem>),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn list(
    State(site): State<Site>,
    Path(channel): Path<ChannelId>,
) -> Result<Json<List<ConnectionItem>>, WebError> {
    site.school().channel(&channel).ok_or(WebError::NotFound)?;
    let found = site.blocking(move |site| {
        site.store().read(|r| {
            let own = r.connections()?.into_iter().filter(|known| known.channel == channel);
            own.map(|known| Ok((r.progress(known.id)?, known))).collect::<Result<Vec<_>, StoreError>>()
        })
    });
    let items = found.await?.into_iter().map(|(progress, known)| item(known, progress)).collect();
    Ok(Json(List::whole(items)))
}

/// Makes a connection: every picture that the channel may show is sent to it.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{channel}/connections",
    params(("channel" = inline(ids::Text), Path, description = "The channel")),
    request_body = ConnectionWanted,
    responses(
        (status = 201, description = "The connection, with a webhook's secret", body = ConnectionMade),
        (status = "4XX", description = "The connection cannot be made", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn make(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
    Json(given): Json<ConnectionWanted>,
) -> Result<Once<ConnectionMade>, WebError> {
    let ConnectionWanted { kind, label, address, login, password } = given;
    let new = NewConnection { channel, kind: kind.into(), label, address, login };
    let work = move |site: &Site| {
        let (store, school) = (site.store(), site.school());
        connect(store, school, &new, password.as_deref(), caller.actor(), site.now())
    };
    let (id, secret) = site.blocking(work).await?;
    Ok(Once(StatusCode::CREATED, ConnectionMade { id: id.0, secret: secret.as_ref().map(shown) }))
}

/// Gives a connection another secret or password. A webhook's earlier secret stays valid for a day.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{channel}/connections/{connection}/secret",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), ("connection" = i64, Path, description = "The connection's number")),
    request_body = SecretWanted,
    responses(
        (status = 200, description = "A webhook's new secret", body = SecretMade),
        (status = "4XX", description = "The secret cannot be changed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn renew(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, id)): Path<(ChannelId, i64)>,
    Json(given): Json<SecretWanted>,
) -> Result<Once<SecretMade>, WebError> {
    let work = move |site: &Site| {
        let (id, password) = (ConnectionId(id), given.password.as_deref());
        renew_secret(site.store(), Some(&channel), id, password, caller.actor(), site.now())
    };
    let secret = site.blocking(work).await?;
    Ok(Once(StatusCode::OK, SecretMade { secret: secret.as_ref().map(shown) }))
}

/// Lists what failed on a connection, what was given up first.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel}/connections/{connection}/failures",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), ("connection" = i64, Path, description = "The connection's number")),
    responses(
        (status = 200, description = "What failed, with what to do", body = List<FailureItem>),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn failures(
    State(site): State<Site>,
    Path((channel, id)): Path<(ChannelId, i64)>,
) -> Result<Json<List<FailureItem>>, WebError> {
    let found = site.blocking(move |site| {
        site.store().read(|r| {
            let kind = own(r, Some(&channel), ConnectionId(id))?.kind;
            Ok::<_, OfficeError>((kind, r.troubled(ConnectionId(id), 200)?))
        })
    });
    let (kind, troubled) = found.await?;
    Ok(Json(List::whole(troubled.into_iter().map(|troubled| failure(kind, troubled)).collect())))
}

/// Tries everything of a connection that failed again at once.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{channel}/connections/{connection}/retry",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), ("connection" = i64, Path, description = "The connection's number")),
    responses(
        (status = 204, description = "It is tried"),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn retry(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, id)): Path<(ChannelId, i64)>,
) -> Result<StatusCode, WebError> {
    site.blocking(move |site| try_again(site.store(), Some(&channel), ConnectionId(id), caller.actor(), site.now()))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a connection: whatever it was given is taken back. Ending it again changes nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{channel}/connections/{connection}",
    params(("channel" = inline(ids::Text), Path, description = "The channel"), ("connection" = i64, Path, description = "The connection's number")),
    responses(
        (status = 204, description = "The connection has ended"),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn end(
    State(site): State<Site>,
    caller: Caller,
    Path((channel, id)): Path<(ChannelId, i64)>,
) -> Result<StatusCode, WebError> {
    site.blocking(move |site| disconnect(site.store(), Some(&channel), ConnectionId(id), caller.actor(), site.now()))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<ConnectionKind> for Kind {
    fn from(kind: ConnectionKind) -> Self {
        match kind {
            ConnectionKind::Wordpress => Self::Wordpress,
            ConnectionKind::Webhook => Self::Webhook,
            ConnectionKind::Webdav => Self::Webdav,
            ConnectionKind::Folder => Self::Folder,
        }
    }
}

impl From<Kind> for ConnectionKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Wordpress => Self::Wordpress,
            Kind::Webhook => Self::Webhook,
            Kind::Webdav => Self::Webdav,
            Kind::Folder => Self::Folder,
        }
    }
}

fn shown(secret: &Secret) -> String {
    secret.reveal().to_owned()
}

fn item(known: Connected, progress: Progress) -> ConnectionItem {
    let Progress { there, waiting, failing, dead, told_at } = progress;
    ConnectionItem {
        id: known.id.0,
        kind: known.kind.into(),
        label: known.label,
        address: known.address,
        login: known.login,
        made_at: known.at,
        ended_at: known.ended_at,
        there,
        waiting,
        failing,
        dead,
        told_at,
    }
}

fn failure(kind: Kind, troubled: Troubled) -> FailureItem {
    let Troubled { id, photo, puts, dead, attempts, since, again, trouble } = troubled;
    let remedy = Trouble::of(&trouble).map_or("", |trouble| trouble.remedy(kind));
    FailureItem { id: id.0, photo, puts, dead, attempts, since, again, trouble, remedy }
}
