//! Accounts: who they are, what they may, and what they know.

use std::collections::BTreeSet;

use rusqlite::Row;

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::access::totp::TotpSecret;
use crate::access::{Account, AccountId, Role, Standing};
use crate::audit::Event;
use crate::domain::id::{Digest, PersonId};
use crate::domain::time::Timestamp;

const GET: &str = include_str!("accounts/get.sql");

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its owner's e-mail address, in lower case.
    pub login: String,
    /// How pages call its owner.
    pub name: String,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// Whose row of the register is the owner's.
    pub person: Option<PersonId>,
}

/// What an account's owner knows; compared, never shown.
#[derive(Debug, Clone)]
pub struct Knowledge {
    /// The hash of the password.
    pub password: Option<String>,
    /// The secret shared with an authenticator app.
    pub totp: Option<TotpSecret>,
    /// The step of the last code that was used.
    pub totp_step: Option<u64>,
    /// Wrong passwords or codes since the last right one.
    pub failures: u32,
}

impl Read {
    /// One account.
    ///
    /// # Errors
    /// When the database fails.
    pub fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.row(&format!("{GET} where id = ?1"), [id], account)
    }

    /// The account of an address, however it is capitalised.
    ///
    /// # Errors
    /// When the database fails.
    pub fn account_of(&self, login: &str) -> Result<Option<Account>, StoreError> {
        self.row(&format!("{GET} where login = ?1"), [login.trim().to_lowercase()], account)
    }

    /// Every account, in the order of addresses.
    ///
    /// # Errors
    /// When the database fails.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.rows(&format!("{GET} order by login"), [], account)
    }

    /// What its owner knows.
    ///
    /// # Errors
    /// When there is no such account, or the database fails.
    pub fn knowledge(&self, id: AccountId) -> Result<Knowledge, StoreError> {
        let sql = "select password, totp, totp_step, failures from accounts where id = ?1";
        let known = self.row(sql, [id], |row| {
            Ok(Knowledge {
                password: row.get(0)?,
                totp: row.get::<_, Option<Vec<u8>>>(1)?.map(TotpSecret::from_bytes),
                totp_step: row.get(2)?,
                failures: row.get(3)?,
            })
        })?;
        known.ok_or_else(|| missing(id))
    }

    /// The hashes of the last four passwords.
    ///
    /// # Errors
    /// When the database fails.
    pub fn earlier_passwords(&self, id: AccountId) -> Result<Vec<String>, StoreError> {
        let sql = "select hash from password_history where account = ?1 order by id desc limit 4";
        self.rows(sql, [id], |row| row.get(0))
    }

    /// How many recovery codes are left.
    ///
    /// # Errors
    /// When the database fails.
    pub fn recovery_codes_left(&self, id: AccountId) -> Result<u32, StoreError> {
        let sql = "select count(*) from recovery_codes where account = ?1 and used_at is null";
        Ok(self.row(sql, [id], |row| row.get(0))?.unwrap_or(0))
    }
}

impl Write<'_> {
    /// Makes an account without a password.
    ///
    /// # Errors
    /// When its address is taken, or the database fails.
    pub fn add_account(&self, new: &NewAccount) -> Result<AccountId, StoreError> {
        if self.account_of(&new.login)?.is_some() {
            return Err(StoreError::LoginTaken);
        }
        let sql = "insert into accounts (login, name, roles, person, made_at) values (?1, ?2, ?3, ?4, ?5)";
        let row = (new.login.trim().to_lowercase(), &new.name, Json(&new.roles), &new.person, At(self.now));
        let made = |id| Event::AccountAdded { account: AccountId(id), roles: new.roles.clone() };
        let id = self.change(sql, row, made)?;
        id.map(AccountId).ok_or(StoreError::LoginTaken)
    }

    /// Gives an account another address to sign in with.
    ///
    /// # Errors
    /// When the address is taken, or the database fails.
    pub fn set_login(&self, id: AccountId, login: &str) -> Result<(), StoreError> {
        if self.account_of(login)?.is_some_and(|other| other.id != id) {
            return Err(StoreError::LoginTaken);
        }
        let sql = "update accounts set login = ?2 where id = ?1 and login <> ?2";
        self.change(sql, (id, login.trim().to_lowercase()), |_| Event::LoginSet { account: id }).map(drop)
    }

    /// Gives an account these roles and no others.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_roles(&self, id: AccountId, roles: &BTreeSet<Role>) -> Result<(), StoreError> {
        let sql = "update accounts set roles = ?2 where id = ?1 and roles <> ?2";
        let event = |_| Event::RolesSet { account: id, roles: roles.clone() };
        self.change(sql, (id, Json(roles)), event).map(drop)
    }

    /// Closes an account, or opens it again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_closed(&self, id: AccountId, closed: bool) -> Result<(), StoreError> {
        let sql = "update accounts set closed = ?2 where id = ?1 and closed <> ?2";
        self.change(sql, (id, closed), |_| Event::AccountClosed { account: id, closed }).map(drop)
    }

    /// Keeps a new password's hash; `temporary` ones have to be changed at the next sign-in.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_password(&self, id: AccountId, hash: &str, temporary: bool) -> Result<(), StoreError> {
        self.also("insert into password_history (account, hash) values (?1, ?2)", (id, hash))?;
        let sql = include_str!("accounts/set_password.sql");
        self.change(sql, (id, hash, At(self.now), temporary), |_| Event::PasswordSet { account: id }).map(drop)
    }

    /// Takes the password away: only a link leads in until there is a new one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn void_password(&self, id: AccountId) -> Result<(), StoreError> {
        let sql = "update accounts set password = null, password_set_at = null where id = ?1 and password is not null";
        self.change(sql, [id], |_| Event::PasswordVoided { account: id }).map(drop)
    }

    /// Asks for another password at the next sign-in.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_must_change(&self, id: AccountId) -> Result<(), StoreError> {
        let sql = "update accounts set must_change = 1 where id = ?1 and must_change = 0";
        self.change(sql, [id], |_| Event::PasswordOutdated { account: id }).map(drop)
    }

    /// Counts a wrong password or code; from `tries` in a row on the account is locked until then.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count_failure(&self, id: AccountId, tries: u32, until: Timestamp) -> Result<(), StoreError> {
        let sql = include_str!("accounts/count_failure.sql");
        self.change(sql, (id, tries, At(until)), |_| Event::SignInFailed { account: id }).map(drop)
    }

    /// Forgets the wrong passwords and ends a lock.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unlock(&self, id: AccountId) -> Result<(), StoreError> {
        let sql = "update accounts set failures = 0, locked_until = null where id = ?1 and (failures > 0 or locked_until is not null)";
        self.change(sql, [id], |_| Event::Unlocked { account: id }).map(drop)
    }

    /// Sets up a second factor with its recovery codes, or takes both away.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_second_factor(&self, id: AccountId, totp: Option<(&TotpSecret, &[Digest])>) -> Result<(), StoreError> {
        self.also("delete from recovery_codes where account = ?1", [id])?;
        for code in totp.map_or(&[][..], |(_, codes)| codes) {
            self.also("insert into recovery_codes (account, digest) values (?1, ?2)", (id, code))?;
        }
        let secret = totp.map(|(secret, _)| secret.as_bytes());
        let sql = "update accounts set totp = ?2, totp_step = null where id = ?1 and totp is not ?2";
        let event = |_| Event::SecondFactorSet { account: id, on: totp.is_some() };
        self.change(sql, (id, secret), event).map(drop)
    }

    /// Uses a code's step up; gives whether it was still good: of two requests with the same code one fails.
    ///
    /// # Errors
    /// When the database fails.
    pub fn use_code(&self, id: AccountId, step: u64) -> Result<bool, StoreError> {
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        let sql = "update accounts set totp_step = ?2 where id = ?1 and coalesce(totp_step, -1) < ?2";
        Ok(self.change(sql, (id, step), |_| Event::CodeUsed { account: id })?.is_some())
    }

    /// Uses a recovery code up; gives whether it was good.
    ///
    /// # Errors
    /// When the database fails.
    pub fn use_recovery_code(&self, id: AccountId, code: &Digest) -> Result<bool, StoreError> {
        let sql = "update recovery_codes set used_at = ?3 where account = ?1 and digest = ?2 and used_at is null";
        Ok(self.change(sql, (id, code, At(self.now)), |_| Event::CodeUsed { account: id })?.is_some())
    }
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let closed: bool = row.get(6)?;
    let locked: Option<At> = row.get(5)?;
    Ok(Account {
        id: row.get(0)?,
        login: row.get(1)?,
        name: row.get(2)?,
        roles: row.get::<_, Json<_>>(3)?.0,
        person: row.get(4)?,
        standing: match (closed, locked) {
            (true, _) => Standing::Closed,
            (false, Some(until)) => Standing::Locked(until.0),
            (false, None) => Standing::Open,
        },
        must_change: row.get(7)?,
        password_set_at: row.get::<_, Option<At>>(8)?.map(|at| at.0),
        has_second_factor: row.get(9)?,
    })
}

pub(super) fn missing(id: AccountId) -> StoreError {
    StoreError::Missing { what: "account", id: id.to_string() }
}
