//! Coming in: passwords, second factors, one-time links, and the sessions that they open.

mod by_password;

use std::collections::BTreeSet;

use jiff::{Span, ToSpan};

use crate::access::password::{self, Profile};
use crate::access::totp::TotpSecret;
use crate::access::{Account, AccountId, Secret, Session, Standing, TicketPurpose, recovery};
use crate::domain::id::{ActorId, Digest};
use crate::domain::time::Timestamp;
use crate::store::{NewAccount, NewSession, Store, Write};

use super::error::OfficeError;
use super::family;

pub use by_password::{change_password, set_password, sign_in};

/// Makes an account and gives the secret of the link with which its owner sets a password.
///
/// # Errors
/// When the address is taken, the system gives no randomness or the store fails.
pub fn invite(
    store: &Store,
    new: &NewAccount,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(AccountId, Secret), OfficeError> {
    let secret = Secret::new()?;
    store.write(actor, now, |w| {
        let id = w.add_account(new)?;
        w.make_ticket(&secret.digest(), id, TicketPurpose::SetPassword, after(now, invitation()))?;
        Ok((id, secret.clone()))
    })
}

/// Gives the secret of a one-time link for an account; a reset also ends its password, its sessions and a lock.
///
/// # Errors
/// When there is no such account, the system gives no randomness or the store fails.
pub fn link(w: &Write<'_>, account: AccountId, purpose: TicketPurpose) -> Result<Secret, OfficeError> {
    w.account(account)?.ok_or(OfficeError::NoAccount(account))?;
    let secret = Secret::new()?;
    let lasts = match purpose {
        TicketPurpose::SetPassword => {
            // whoever knows the old password may be why it is reset
            w.void_password(account)?;
            w.end_other_sessions(account, None)?;
            w.unlock(account)?;
            invitation()
        }
        TicketPurpose::SignIn => 30.minutes(),
    };
    w.make_ticket(&secret.digest(), account, purpose, after(w.now(), lasts))?;
    Ok(secret)
}

/// Proves the second factor of a session with a code of the app or a recovery code. The session goes on under a new secret.
///
/// # Errors
/// [`OfficeError::WrongCode`], [`OfficeError::Locked`] after too many of them, [`OfficeError::SignedOut`] when the session has ended.
pub fn prove(
    store: &Store,
    profile: Profile,
    session: &Session,
    code: &str,
    now: Timestamp,
) -> Result<Secret, OfficeError> {
    let secret = Secret::new()?;
    store.write(&session.account.actor()?, now, |w| {
        let account = standing(w, session)?;
        if is_locked(&account, now) {
            return Ok(Err(OfficeError::Locked(profile)));
        }
        if !uses_code(w, &account, code, now)? {
            fail(w, &account, profile)?;
            return Ok(Err(OfficeError::WrongCode));
        }
        w.unlock(account.id)?;
        w.end_session(session.id)?;
        open(w, &account, &secret, true, &session.device)?;
        Ok::<_, OfficeError>(Ok(secret.clone()))
    })?
}

/// Opens a session for whoever holds a one-time sign-in link.
///
/// # Errors
/// [`OfficeError::SpentLink`] when the link was used or has ended.
pub fn follow_link(store: &Store, link: &Secret, device: &str, now: Timestamp) -> Result<Secret, OfficeError> {
    let digest = link.digest();
    let account = of_link(store, &digest, TicketPurpose::SignIn, now)?;
    let secret = Secret::new()?;
    store.write(&account.id.actor()?, now, |w| {
        let account = w.use_ticket(&digest, TicketPurpose::SignIn)?.ok_or(OfficeError::SpentLink)?;
        family::redeem_claimed(w, account.id)?;
        open(w, &account, &secret, !account.has_second_factor, device)?;
        Ok(secret.clone())
    })
}

/// Opens a session for an account that anybody may try. The link for it is made and followed in one step: of two who come at the
/// same time neither spends the other's.
///
/// # Errors
/// When there is no such account, it is closed, the system gives no randomness or the store fails.
pub fn try_out(store: &Store, account: AccountId, device: &str, now: Timestamp) -> Result<Secret, OfficeError> {
    let secret = Secret::new()?;
    store.write(&account.actor()?, now, |w| {
        let link = link(w, account, TicketPurpose::SignIn)?;
        let account = w.use_ticket(&link.digest(), TicketPurpose::SignIn)?.ok_or(OfficeError::SpentLink)?;
        open(w, &account, &secret, !account.has_second_factor, device)?;
        Ok(secret.clone())
    })
}

/// Sets up the second factor of a session that needs one, once a code shows that the app has the secret. Gives the new
/// secret of the session and the recovery codes, which are shown this once.
///
/// # Errors
/// [`OfficeError::WrongCode`] when the app's code is not the secret's, [`OfficeError::SignedOut`] when the session has ended.
pub fn set_up_second_factor(
    store: &Store,
    session: &Session,
    totp: &TotpSecret,
    code: &str,
    now: Timestamp,
) -> Result<(Secret, Vec<String>), OfficeError> {
    let step = totp.verify(code, None, now).ok_or(OfficeError::WrongCode)?;
    let codes = recovery::codes()?;
    let digests: Vec<Digest> = codes.iter().map(|code| recovery::digest(code)).collect();
    let secret = Secret::new()?;
    store.write(&session.account.actor()?, now, |w| {
        let account = standing(w, session)?;
        if account.has_second_factor && !session.proven {
            return Err(OfficeError::WrongCode);
        }
        w.set_second_factor(account.id, Some((totp, &digests)))?;
        w.use_code(account.id, step)?;
        w.end_other_sessions(account.id, None)?;
        open(w, &account, &secret, true, &session.device)?;
        Ok((secret.clone(), codes))
    })
}

/// The very first account, when there is none: the link makes an administrator. Nothing when there are accounts.
///
/// # Errors
/// When the system gives no randomness or the store fails.
pub fn first_admin(store: &Store, actor: &ActorId, now: Timestamp) -> Result<Option<Secret>, OfficeError> {
    let admin = NewAccount {
        login: FIRST_LOGIN.to_owned(),
        name: "Administrator".to_owned(),
        roles: BTreeSet::from([crate::access::Role::Admin]),
        person: None,
    };
    let found = store.read(|r| {
        let accounts = r.accounts()?;
        let first = accounts.iter().find(|account| account.login == FIRST_LOGIN);
        Ok::<_, OfficeError>((accounts.len(), first.map(|first| (first.id, first.password_set_at.is_some()))))
    })?;
    match found {
        (0, _) => invite(store, &admin, actor, now).map(|(_, secret)| Some(secret)),
        // nobody has used it yet: the link of an earlier start is not kept, so a new one is given
        (1, Some((id, false))) => store.write(actor, now, |w| link(w, id, TicketPurpose::SetPassword).map(Some)),
        _ => Ok(None),
    }
}

/// With what the first administrator signs in until other accounts are made.
pub const FIRST_LOGIN: &str = "admin";

/// Whether wrong passwords keep the account shut now.
fn is_locked(account: &Account, now: Timestamp) -> bool {
    matches!(account.standing, Standing::Locked(until) if now < until)
}

/// The account of a session that has not ended: a reset or its owner may have ended it since the request began.
fn standing(w: &Write<'_>, session: &Session) -> Result<Account, OfficeError> {
    let stands = w.sessions(session.account, w.now())?.iter().any(|open| open.id == session.id);
    let account = w.account(session.account)?.filter(|account| stands && account.standing != Standing::Closed);
    account.ok_or(OfficeError::SignedOut)
}

fn fail(w: &Write<'_>, account: &Account, profile: Profile) -> Result<(), OfficeError> {
    // a lock that has ended begins the count anew
    if matches!(account.standing, Standing::Locked(_)) {
        w.unlock(account.id)?;
    }
    w.count_failure(account.id, password::TRIES, profile.locked_until(w.now())).map_err(Into::into)
}

fn uses_code(w: &Write<'_>, account: &Account, code: &str, now: Timestamp) -> Result<bool, OfficeError> {
    let known = w.knowledge(account.id)?;
    let Some(totp) = known.totp else { return Ok(false) };
    match totp.verify(code, known.totp_step, now) {
        Some(step) => Ok(w.use_code(account.id, step)?),
        None => Ok(w.use_recovery_code(account.id, &recovery::digest(code))?),
    }
}

fn of_link(store: &Store, digest: &Digest, purpose: TicketPurpose, now: Timestamp) -> Result<Account, OfficeError> {
    let account = store.read(|r| r.ticket(digest, purpose, now))?;
    account.filter(|account| account.standing != Standing::Closed).ok_or(OfficeError::SpentLink)
}

/// A week, however long the days are.
fn invitation() -> Span {
    (7 * 24).hours()
}

/// Whether a text can be an e-mail address; whether it is one shows when a message arrives.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    let whole = parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@'));
    whole && text.len() <= 254 && !text.contains(char::is_whitespace) && !text.contains(char::is_control)
}

fn after(now: Timestamp, lasts: Span) -> Timestamp {
    now.checked_add(lasts).unwrap_or(now)
}

fn open(w: &Write<'_>, account: &Account, secret: &Secret, proven: bool, device: &str) -> Result<(), OfficeError> {
    let digest = secret.digest();
    let ends_at = after(w.now(), 10.hours());
    let device: String = device.chars().filter(|letter| !letter.is_control()).take(80).collect();
    w.open_session(&NewSession { digest: &digest, account: account.id, proven, device: &device, ends_at })?;
    Ok(())
}
