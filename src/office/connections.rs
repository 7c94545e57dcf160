//! Connections of channels: made by whoever keeps the settings, with secrets that are sealed at once.

use data_encoding::BASE64;
use jiff::ToSpan;

use crate::access::{NoRandomness, Secret};
use crate::config::School;
use crate::domain::connection::{Address, ConnectionId, Kind};
use crate::domain::id::{ActorId, ChannelId};
use crate::domain::time::Timestamp;
use crate::store::{Connected, NewConnection, Read, SealedSecret, Store, Write};

use super::error::OfficeError;

/// The longest label of a connection, in characters.
pub const MOST_LABEL: usize = 80;
/// The longest name or password of a connection, in characters.
pub const MOST_SECRET: usize = 200;
/// For so many hours the old secret of a webhook is valid beside the new one.
pub const OVERLAP_HOURS: i64 = 24;

/// Makes a connection. A webhook's secret is made here and given, this once; other kinds bring the password that the other
/// side made for them.
///
/// # Errors
/// When there is no such channel, the address cannot be used or is another connection's, a password is missing, or the store fails.
pub fn connect(
    store: &Store,
    school: &School,
    new: &NewConnection,
    password: Option<&str>,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(ConnectionId, Option<Secret>), OfficeError> {
    let (channel, _) = school.channel(&new.channel).ok_or_else(|| OfficeError::NoChannel(new.channel.clone()))?;
    if channel.families_only {
        return Err(OfficeError::FamiliesOnly(new.channel.clone()));
    }
    let label: String = new.label.trim().chars().filter(|letter| !letter.is_control()).take(MOST_LABEL).collect();
    let login = new.login.as_deref().map(str::trim).filter(|login| !login.is_empty()).map(str::to_owned);
    let address = reachable(school, new.kind, new.address.trim())?;
    let (secret, shown) = match new.kind {
        Kind::Webhook => {
            let made = signing_secret()?;
            (Some(made.clone()), Some(Secret::presented(&made)))
        }
        Kind::Folder => (None, None),
        Kind::Wordpress | Kind::Webdav => (password.map(usable).transpose()?, None),
    };
    if new.kind == Kind::Wordpress && (login.is_none() || secret.is_none()) {
        return Err(OfficeError::NoLogin);
    }
    if login.as_ref().is_some_and(|login| login.chars().count() > MOST_SECRET || login.contains(':')) {
        return Err(OfficeError::NoLogin);
    }
    let made = NewConnection { label, login, address, ..new.clone() };
    let id = store.write(actor, now, |w| {
        alone(w, &made)?;
        let id = w.add_connection(&made)?;
        if let Some(secret) = &secret {
            keep(store, w, id, secret, now)?;
        }
        Ok::<_, OfficeError>(id)
    })?;
    Ok((id, shown))
}

/// Gives a connection another secret: a webhook's is made here and given, and the one before stays valid beside it for a day;
/// a password replaces the one before at once.
///
/// # Errors
/// When the channel has no such connection, it has no secret, or the store fails.
pub fn renew_secret(
    store: &Store,
    channel: Option<&ChannelId>,
    id: ConnectionId,
    password: Option<&str>,
    actor: &ActorId,
    now: Timestamp,
) -> Result<Option<Secret>, OfficeError> {
    let known = store.read(|r| own(r, channel, id))?;
    let (secret, shown, others_end) = match (known.kind, password) {
        (Kind::Webhook, None) => {
            let made = signing_secret()?;
            let end = now.checked_add(OVERLAP_HOURS.hours()).unwrap_or(now);
            (made.clone(), Some(Secret::presented(&made)), end)
        }
        (Kind::Wordpress | Kind::Webdav, Some(password)) => (usable(password)?, None, now),
        _ => return Err(OfficeError::NoLogin),
    };
    store.write(actor, now, |w| {
        own(w, channel, id)?;
        keep(store, w, id, &secret, others_end)?;
        // whatever failed for the old password is tried with the new one
        w.try_again(id)?;
        Ok::<_, OfficeError>(())
    })?;
    Ok(shown)
}

/// Ends a connection; whatever the other side was given is taken back by the workers. Ending it again changes nothing.
///
/// # Errors
/// When the channel has no such connection, or the store fails.
pub fn disconnect(
    store: &Store,
    channel: Option<&ChannelId>,
    id: ConnectionId,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        own(w, channel, id)?;
        w.end_connection(id)?;
        Ok(())
    })
}

/// Tries everything of a connection that failed again at once.
///
/// # Errors
/// When the channel has no such connection, or the store fails.
pub fn try_again(
    store: &Store,
    channel: Option<&ChannelId>,
    id: ConnectionId,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        own(w, channel, id)?;
        w.try_again(id)?;
        Ok(())
    })
}

/// A channel's connection, or any when no channel is given.
///
/// # Errors
/// When there is none, or the store fails.
pub fn own(read: &Read, channel: Option<&ChannelId>, id: ConnectionId) -> Result<Connected, OfficeError> {
    let known = read.connection(id)?.filter(|known| channel.is_none_or(|channel| known.channel == *channel));
    known.ok_or(OfficeError::NoConnection(id))
}

/// That no other connection puts its files where this one would: pictures have the same names on every channel, so that one would
/// lie there for another, or be deleted with it. One that has ended counts until all that it was given is taken back.
fn alone(read: &Read, new: &NewConnection) -> Result<(), OfficeError> {
    if !matches!(new.kind, Kind::Folder | Kind::Webdav) {
        return Ok(());
    }
    let place = |address: &str| address.trim_end_matches('/').to_owned();
    for known in read.connections()? {
        let same = known.kind == new.kind && place(&known.address) == place(&new.address);
        if same && (known.ended_at.is_none() || read.progress(known.id)?.there > 0) {
            return Err(OfficeError::TakenPlace(known.channel));
        }
    }
    Ok(())
}

fn keep(
    store: &Store,
    w: &Write<'_>,
    id: ConnectionId,
    secret: &str,
    others_end: Timestamp,
) -> Result<(), OfficeError> {
    let sealed = store.seal_key()?.seal(&SealedSecret::about(id), secret)?;
    w.keep_secret(id, &sealed, others_end).map_err(Into::into)
}

/// The address as it is kept, if it may be asked at all.
fn reachable(school: &School, kind: Kind, text: &str) -> Result<String, OfficeError> {
    if kind == Kind::Folder {
        let named = school.push.folders.iter().any(|folder| folder.as_os_str() == text);
        return if named { Ok(text.to_owned()) } else { Err(OfficeError::NoFolder) };
    }
    let address: Address = text.parse()?;
    // a password on an open line is everybody's
    if !address.is_private() && !school.push.is_intranet(&address.host()) {
        return Err(OfficeError::OpenLine);
    }
    if kind != Kind::Webhook && address.as_str().contains('?') {
        return Err(OfficeError::Address(crate::domain::connection::AddressError));
    }
    Ok(address.as_str().to_owned())
}

fn usable(password: &str) -> Result<String, OfficeError> {
    let password = password.trim();
    let fits =
        !password.is_empty() && password.chars().count() <= MOST_SECRET && !password.chars().any(char::is_control);
    if fits { Ok(password.to_owned()) } else { Err(OfficeError::NoLogin) }
}

/// As Standard Webhooks writes them.
fn signing_secret() -> Result<String, NoRandomness> {
    let secret = Secret::new()?;
    Ok(format!("whsec_{}", BASE64.encode(secret.digest().as_bytes())))
}
