//! The administrator's desk: who has an account and what it may do; somebody can always manage accounts.

use std::collections::BTreeSet;

use crate::access::{Account, AccountId, Role, Secret, Standing, TicketPurpose};
use crate::config::School;
use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;
use crate::store::{NewAccount, Store, Write};

use super::entrance;
use super::error::OfficeError;
use super::text::written;

/// The roles that an administrator gives; families' accounts are linked by the office.
#[must_use]
pub fn given(school: &School) -> Vec<Role> {
    let all = Role::all(school.channels.iter().map(|channel| &channel.id));
    all.into_iter().filter(|role| !is_family(role)).collect()
}

/// Makes an account and gives the secret of the link with which its owner sets a password; it is shown once.
///
/// # Errors
/// When the address is none or taken, the name is empty, a role cannot be given, or the store fails.
pub fn add(
    store: &Store,
    school: &School,
    login: &str,
    name: &str,
    roles: BTreeSet<Role>,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(AccountId, Secret), OfficeError> {
    if !entrance::is_address(login.trim()) {
        return Err(OfficeError::NoAddress);
    }
    may_give(school, &roles)?;
    let name = written(name, 100)?;
    entrance::invite(store, &NewAccount { login: login.trim().to_owned(), name, roles, person: None }, actor, now)
}

/// Gives an account these roles; those of a family stay as they are.
///
/// # Errors
/// When there is no such account, a role cannot be given, it is the last administrator's, or the store fails.
pub fn set_roles(
    store: &Store,
    school: &School,
    id: AccountId,
    mut roles: BTreeSet<Role>,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    may_give(school, &roles)?;
    change(store, id, actor, now, |w, account| {
        roles.extend(account.roles.iter().filter(|role| is_family(role)).cloned());
        Ok(w.set_roles(id, &roles)?)
    })
}

/// Closes an account and ends its sessions, or opens it again.
///
/// # Errors
/// When there is no such account, it is the last administrator's, or the store fails.
pub fn set_closed(
    store: &Store,
    id: AccountId,
    closed: bool,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    change(store, id, actor, now, |w, _| {
        if closed {
            w.end_other_sessions(id, None)?;
        }
        Ok(w.set_closed(id, closed)?)
    })
}

/// Ends a lock.
///
/// # Errors
/// When there is no such account, or the store fails.
pub fn unlock(store: &Store, id: AccountId, actor: &ActorId, now: Timestamp) -> Result<(), OfficeError> {
    change(store, id, actor, now, |w, _| Ok(w.unlock(id)?))
}

/// Gives the secret of a link with which the owner sets a new password; it is shown once; the old password and every session end. With
/// `second_factor` that is taken away too, for an owner who lost it.
///
/// # Errors
/// When there is no such account, the system gives no randomness, or the store fails.
pub fn reset(
    store: &Store,
    id: AccountId,
    second_factor: bool,
    actor: &ActorId,
    now: Timestamp,
) -> Result<Secret, OfficeError> {
    store.write(actor, now, |w| {
        // never without the other: whoever stole the old password could set up a second factor of their own
        if second_factor {
            w.set_second_factor(id, None)?;
        }
        entrance::link(w, id, TicketPurpose::SetPassword)
    })
}

fn change(
    store: &Store,
    id: AccountId,
    actor: &ActorId,
    now: Timestamp,
    work: impl FnOnce(&Write<'_>, &Account) -> Result<(), OfficeError>,
) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        let account = w.account(id)?.ok_or(OfficeError::NoAccount(id))?;
        work(w, &account)?;
        // nobody is locked out: what was done is undone with the transaction
        let keeps = |account: &Account| account.standing != Standing::Closed && account.roles.contains(&Role::Admin);
        // somebody who has not chosen a password yet cannot stand in for somebody who has
        let stands_in =
            |other: &Account| keeps(other) && (other.password_set_at.is_some() || account.password_set_at.is_none());
        if keeps(&account) && !w.accounts()?.iter().any(stands_in) { Err(OfficeError::LastAdmin) } else { Ok(()) }
    })
}

fn may_give(school: &School, roles: &BTreeSet<Role>) -> Result<(), OfficeError> {
    let given = given(school);
    let wrong = roles.iter().find(|role| !given.contains(role));
    wrong.map_or(Ok(()), |role| Err(OfficeError::NoRole(role.to_string())))
}

fn is_family(role: &Role) -> bool {
    matches!(role, Role::Parent | Role::Pupil)
}
