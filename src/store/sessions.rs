//! Signed-in browsers, one-time links and machines' tokens: found by the digest of a secret that only their owner has.

use std::collections::BTreeSet;

use rusqlite::Row;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::access::{Account, AccountId, Permission, Session, SessionId, TicketPurpose, Token, TokenId};
use crate::audit::Event;
use crate::domain::id::{ChannelId, Digest};
use crate::domain::time::Timestamp;

const SESSION: &str = "select id, account, proven, began_at, ends_at, device from sessions";
const TOKEN: &str = "select id, channel, scopes, label, made_at, ends_at, revoked_at from tokens";

/// A session to be opened.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    /// The digest of the browser's secret.
    pub digest: &'a Digest,
    /// Whose.
    pub account: AccountId,
    /// Whether no second factor has to be proven.
    pub proven: bool,
    /// What kind of device.
    pub device: &'a str,
    /// When it ends by itself.
    pub ends_at: Timestamp,
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken<'a> {
    /// The digest of the machine's secret.
    pub digest: &'a Digest,
    /// The channel.
    pub channel: &'a ChannelId,
    /// What it may do there.
    pub scopes: &'a BTreeSet<Permission>,
    /// What it is for.
    pub label: &'a str,
    /// When it ends by itself.
    pub ends_at: Timestamp,
}

impl Read {
    /// The session behind a secret, with its account, unless it has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn session(&self, digest: &Digest, now: Timestamp) -> Result<Option<(Session, Account)>, StoreError> {
        let found = self.row(&format!("{SESSION} where digest = ?1 and ends_at > ?2"), (digest, At(now)), session)?;
        let Some(session) = found else { return Ok(None) };
        Ok(self.account(session.account)?.map(|account| (session, account)))
    }

    /// An account's sessions that have not ended, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sessions(&self, account: AccountId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        let sql = format!("{SESSION} where account = ?1 and ends_at > ?2 order by id desc");
        self.rows(&sql, (account, At(now)), session)
    }

    /// The account that a one-time link is for, unless the link was used or has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ticket(
        &self,
        digest: &Digest,
        purpose: TicketPurpose,
        now: Timestamp,
    ) -> Result<Option<Account>, StoreError> {
        let sql = include_str!("sessions/ticket.sql");
        let account: Option<AccountId> = self.row(sql, (digest, Json(purpose), At(now)), |row| row.get(0))?;
        account.map_or(Ok(None), |account| self.account(account))
    }

    /// The token behind a secret, unless it was revoked or has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn token(&self, digest: &Digest, now: Timestamp) -> Result<Option<Token>, StoreError> {
        let sql = format!("{TOKEN} where digest = ?1 and revoked_at is null and ends_at > ?2");
        self.row(&sql, (digest, At(now)), token)
    }

    /// The token of a number, unless it was revoked or has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn standing_token(&self, id: TokenId, now: Timestamp) -> Result<Option<Token>, StoreError> {
        let sql = format!("{TOKEN} where id = ?1 and revoked_at is null and ends_at > ?2");
        self.row(&sql, (id, At(now)), token)
    }

    /// Every token, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.rows(&format!("{TOKEN} order by id desc"), [], token)
    }
}

impl Write<'_> {
    /// Opens a session.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_session(&self, new: &NewSession<'_>) -> Result<SessionId, StoreError> {
        let sql = include_str!("sessions/open.sql");
        let row = (new.digest, new.account, new.proven, new.device, At(self.now), At(new.ends_at));
        let opened = |id| Event::SignedIn { account: new.account, session: SessionId(id), proven: new.proven };
        let id = self.change(sql, row, opened)?;
        id.map(SessionId).ok_or(StoreError::Missing { what: "account", id: new.account.to_string() })
    }

    /// Ends a session; ending it again changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_session(&self, id: SessionId) -> Result<(), StoreError> {
        let sql = "update sessions set ends_at = ?2 where id = ?1 and ends_at > ?2";
        self.change(sql, (id, At(self.now)), |_| Event::SignedOut { session: id }).map(drop)
    }

    /// Ends all of an account's sessions but one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_other_sessions(&self, account: AccountId, keep: Option<SessionId>) -> Result<(), StoreError> {
        let sql = "update sessions set ends_at = ?2 where account = ?1 and ends_at > ?2 and id is not ?3";
        self.change(sql, (account, At(self.now), keep), |_| Event::SessionsEnded { account }).map(drop)
    }

    /// Makes a one-time link; earlier ones of the same purpose end.
    ///
    /// # Errors
    /// When the database fails.
    pub fn make_ticket(
        &self,
        digest: &Digest,
        account: AccountId,
        purpose: TicketPurpose,
        ends_at: Timestamp,
    ) -> Result<(), StoreError> {
        let earlier = "update tickets set used_at = ?3 where account = ?1 and purpose = ?2 and used_at is null";
        self.also(earlier, (account, Json(purpose), At(self.now)))?;
        let sql = "insert into tickets (digest, account, purpose, ends_at) values (?1, ?2, ?3, ?4)";
        let made = |_| Event::TicketMade { account, purpose };
        self.change(sql, (digest, account, Json(purpose), At(ends_at)), made).map(drop)
    }

    /// Uses a one-time link up; nothing when it was used before or has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn use_ticket(&self, digest: &Digest, purpose: TicketPurpose) -> Result<Option<Account>, StoreError> {
        let Some(account) = self.ticket(digest, purpose, self.now)? else { return Ok(None) };
        let sql = "update tickets set used_at = ?2 where digest = ?1 and used_at is null";
        let used = |_| Event::TicketUsed { account: account.id, purpose };
        let changed = self.change(sql, (digest, At(self.now)), used)?;
        Ok(changed.map(|_| account))
    }

    /// Makes a machine's token.
    ///
    /// # Errors
    /// When the database fails.
    pub fn make_token(&self, new: &NewToken<'_>) -> Result<TokenId, StoreError> {
        let sql = include_str!("sessions/make_token.sql");
        let row = (new.digest, new.channel, Json(new.scopes), new.label, At(self.now), At(new.ends_at));
        let made = |id| Event::TokenMade {
            token: TokenId(id),
            channel: new.channel.clone(),
            scopes: new.scopes.iter().copied().collect(),
        };
        let id = self.change(sql, row, made)?;
        id.map(TokenId).ok_or(StoreError::Missing { what: "channel", id: new.channel.to_string() })
    }

    /// Ends a token for good; ending it again changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revoke_token(&self, id: TokenId) -> Result<(), StoreError> {
        let sql = "update tokens set revoked_at = ?2 where id = ?1 and revoked_at is null";
        self.change(sql, (id, At(self.now)), |_| Event::TokenRevoked { token: id }).map(drop)
    }
}

fn session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get(0)?,
        account: row.get(1)?,
        proven: row.get(2)?,
        began_at: row.get::<_, At>(3)?.0,
        ends_at: row.get::<_, At>(4)?.0,
        device: row.get(5)?,
    })
}

fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        id: row.get(0)?,
        channel: row.get(1)?,
        scopes: row.get::<_, Json<_>>(2)?.0,
        label: row.get(3)?,
        made_at: row.get::<_, At>(4)?.0,
        ends_at: row.get::<_, At>(5)?.0,
        revoked_at: row.get::<_, Option<At>>(6)?.map(|at| at.0),
    })
}
