//! Coming in by a password, and setting another: a password counts only while it is still the account's.

use super::{FIRST_LOGIN, fail, is_address, is_locked, of_link, open, standing};
use crate::access::password::{self, Profile};
use crate::access::{Account, AccountId, Secret, Session, Standing, TicketPurpose};
use crate::domain::time::Timestamp;
use crate::office::OfficeError;
use crate::store::{Store, Write};

/// Opens a session for a right password. Gives the browser's secret.
///
/// # Errors
/// [`OfficeError::WrongSignIn`] whatever was wrong, and of a locked account whether or not the password is right: else
/// guessing could go on under the lock.
pub fn sign_in(
    store: &Store,
    profile: Profile,
    login: &str,
    given: &str,
    device: &str,
    now: Timestamp,
) -> Result<Secret, OfficeError> {
    let found = store.read(|r| {
        let account = r.account_of(login)?.filter(|account| account.standing != Standing::Closed);
        let Some(account) = account else { return Ok::<_, OfficeError>(None) };
        let hash = r.knowledge(account.id)?.password;
        Ok(hash.map(|hash| (account.id, hash)))
    })?;
    let Some((id, hash)) = found else {
        password::verify_nobody(given);
        return Err(OfficeError::WrongSignIn(profile));
    };
    let tried = Tried::new(id, given, hash);
    let secret = Secret::new()?;
    store.write(&id.actor()?, now, |w| {
        let Ok(account) = tried.settle(w, profile)? else { return Ok(Err(OfficeError::WrongSignIn(profile))) };
        if profile.outdated(account.password_set_at.unwrap_or(now), now) {
            w.set_must_change(account.id)?;
        }
        // with a second factor to prove the failures are forgotten only then, else its codes could be guessed for ever
        if !account.has_second_factor {
            w.unlock(account.id)?;
        }
        open(w, &account, &secret, !account.has_second_factor, device)?;
        Ok::<_, OfficeError>(Ok(secret.clone()))
    })?
}

/// Sets a password with a one-time link; other sessions end. The first administrator gives the address to sign in with, too.
///
/// # Errors
/// [`OfficeError::SpentLink`], [`OfficeError::NoAddress`], or [`OfficeError::Password`] with all that is wrong with the new one.
pub fn set_password(
    store: &Store,
    profile: Profile,
    link: &Secret,
    login: Option<&str>,
    new: &str,
    now: Timestamp,
) -> Result<AccountId, OfficeError> {
    let digest = link.digest();
    let account = of_link(store, &digest, TicketPurpose::SetPassword, now)?;
    let login = match (account.login == FIRST_LOGIN, login.map(str::trim)) {
        (false, _) => None,
        (true, Some(login)) if is_address(login) => Some(login),
        (true, _) => return Err(OfficeError::NoAddress),
    };
    let hash = accepted(store, profile, &account, new)?;
    store.write(&account.id.actor()?, now, |w| {
        let account = w.use_ticket(&digest, TicketPurpose::SetPassword)?.ok_or(OfficeError::SpentLink)?;
        if let Some(login) = login {
            w.set_login(account.id, login)?;
        }
        w.set_password(account.id, &hash, false)?;
        w.end_other_sessions(account.id, None)?;
        Ok(account.id)
    })
}

/// Changes the password of whoever is signed in and knows the present one; other sessions end.
///
/// # Errors
/// [`OfficeError::WrongSignIn`], [`OfficeError::Locked`] whether or not the present one is right, [`OfficeError::SignedOut`] when the
/// session has ended, or [`OfficeError::Password`] with all that is wrong with the new one.
pub fn change_password(
    store: &Store,
    profile: Profile,
    session: &Session,
    present: &str,
    new: &str,
    now: Timestamp,
) -> Result<(), OfficeError> {
    let known = store.read(|r| r.knowledge(session.account))?;
    let hash = known.password.ok_or(OfficeError::WrongSignIn(profile))?;
    let tried = Tried::new(session.account, present, hash);
    let actor = session.account.actor()?;
    // what is wrong with the new one is told only to whoever knows the present one
    let account = store.write(&actor, now, |w| {
        standing(w, session)?;
        tried.settle(w, profile)
    })??;
    let hash = accepted(store, profile, &account, new)?;
    store.write(&actor, now, |w| {
        standing(w, session)?;
        let account = tried.settle(w, profile)??;
        w.set_password(account.id, &hash, false)?;
        w.end_other_sessions(account.id, Some(session.id)).map_err(Into::into)
    })
}

/// A password that was tried on what an account had a moment ago. Hashing takes its time, so what comes of it is settled in the
/// transaction that acts on it: a reset, a lock or a closing in the meantime counts.
struct Tried {
    account: AccountId,
    hash: String,
    right: bool,
}

impl Tried {
    fn new(account: AccountId, given: &str, hash: String) -> Self {
        Self { account, right: password::verify(given, &hash), hash }
    }

    /// The account, if the password is right and still its own. A refusal is no failure of the transaction, which keeps the count
    /// of wrong ones.
    fn settle(&self, w: &Write<'_>, profile: Profile) -> Result<Result<Account, OfficeError>, OfficeError> {
        let wrong = Err(OfficeError::WrongSignIn(profile));
        let account = w.account(self.account)?.filter(|account| account.standing != Standing::Closed);
        let Some(account) = account else { return Ok(wrong) };
        if is_locked(&account, w.now()) {
            return Ok(Err(OfficeError::Locked(profile)));
        }
        if w.knowledge(account.id)?.password.as_ref() != Some(&self.hash) {
            return Ok(wrong);
        }
        if !self.right {
            fail(w, &account, profile)?;
            return Ok(wrong);
        }
        Ok(Ok(account))
    }
}

/// The hash of a new password that the school's rules accept.
fn accepted(store: &Store, profile: Profile, account: &Account, new: &str) -> Result<String, OfficeError> {
    let earlier = store.read(|r| r.earlier_passwords(account.id))?;
    let owner = [account.name.as_str(), account.login.as_str()];
    let faults = profile.faults(new, &owner, &earlier, account.needs_second_factor());
    if faults.is_empty() { Ok(password::hash(new)?) } else { Err(OfficeError::Password(faults)) }
}
