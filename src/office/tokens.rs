//! The keys of machines: each to one channel, for a while, shown once.

use std::collections::BTreeSet;

use jiff::ToSpan;

use crate::access::{Permission, Secret, TokenId};
use crate::config::School;
use crate::domain::id::{ActorId, ChannelId};
use crate::domain::time::Timestamp;
use crate::store::{NewToken, Store};

use super::error::OfficeError;
use super::text::written;

/// A key that is wanted.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// The channel.
    pub channel: ChannelId,
    /// What it may do there: pull, check.
    pub scopes: BTreeSet<Permission>,
    /// What it is for.
    pub label: String,
    /// How many days it lasts.
    pub days: u16,
}

impl NewKey {
    /// The longest that a token lasts, in days.
    pub const MOST_DAYS: u16 = 731;
    /// How long a token lasts when nobody says, in days.
    pub const DAYS: u16 = 365;
    /// The longest that says what it is for, in characters.
    pub const MOST_LABEL: usize = 80;
}

/// Makes a token and gives its secret, which nobody can be shown again.
///
/// # Errors
/// When there is no such channel, the token could do nothing or too much, or would last too long; when its label is too long; or the store fails.
pub fn make_token(
    store: &Store,
    school: &School,
    key: &NewKey,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(TokenId, Secret), OfficeError> {
    let NewKey { channel, scopes, label, days } = key;
    let (known, _) = school.channel(channel).ok_or_else(|| OfficeError::NoChannel(channel.clone()))?;
    if known.families_only {
        return Err(OfficeError::FamiliesOnly(channel.clone()));
    }
    let fit = |scope: &Permission| matches!(scope, Permission::Pull | Permission::Check);
    if scopes.is_empty() || !scopes.iter().all(fit) {
        return Err(OfficeError::NoScope);
    }
    if !(1..=NewKey::MOST_DAYS).contains(days) {
        return Err(OfficeError::TokenDays(NewKey::MOST_DAYS));
    }
    // nobody has to say what a key is for
    let label = if label.is_empty() { String::new() } else { written(label, NewKey::MOST_LABEL)? };
    let ends_at = now.checked_add((i64::from(*days) * 24).hours()).unwrap_or(now);
    let secret = Secret::new()?;
    let digest = secret.digest();
    let new = NewToken { digest: &digest, channel, scopes, label: &label, ends_at };
    let id = store.write(actor, now, |w| w.make_token(&new))?;
    Ok((id, secret))
}

/// Ends a token of a channel for good; ending it again changes nothing.
///
/// # Errors
/// When the channel has no such token, or the store fails.
pub fn revoke_token(
    store: &Store,
    channel: Option<&ChannelId>,
    token: TokenId,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        let known = w.tokens()?.into_iter().find(|known| known.id == token);
        let own = known.filter(|known| channel.is_none_or(|channel| known.channel == *channel));
        own.ok_or(OfficeError::NoToken(token))?;
        w.revoke_token(token).map_err(Into::into)
    })
}
