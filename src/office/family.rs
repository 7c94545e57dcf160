//! Families come in: who decides for whom, codes on paper, and links by e-mail.

mod by_mail;

use std::collections::BTreeSet;

use jiff::{Span, ToSpan};

use crate::access::Permission::{OwnChildren, OwnSelf};
use crate::access::{Account, AccountId, Role, Standing, Whose, recovery};
use crate::config::School;
use crate::consent::ledger::Giver;
use crate::domain::id::{ActorId, PersonId};
use crate::domain::person::{Person, PersonKind};
use crate::domain::time::Timestamp;
use crate::import::giver_key;
use crate::store::{FamilyCode, Guardianship, NewAccount, Read, Store, StoreError, Write};

use super::entrance::is_address;
use super::error::OfficeError;
use super::letter::Letter;
use by_mail::welcome;

pub use by_mail::{ask, comes_by_link};

/// A pupil for whom somebody decides.
#[derive(Debug, Clone)]
pub struct Own {
    /// Who decides.
    pub account: AccountId,
    /// The pupil.
    pub person: Person,
    /// As whom the ledger has their word.
    pub giver: Giver,
}

impl Own {
    /// The same as it is in the transaction that writes down what they say: whoever was unlinked since has no word.
    ///
    /// # Errors
    /// [`OfficeError::NoPerson`] when they decide for the pupil no longer.
    pub(super) fn still(&self, w: &Write<'_>) -> Result<Self, OfficeError> {
        let account = w.account(self.account)?.filter(|account| account.standing != Standing::Closed);
        let account = account.ok_or_else(|| OfficeError::NoPerson(self.person.id.clone()))?;
        own_one(w, &account, &self.person.id)
    }
}

/// Everybody an account decides for: its owner's children, and the owner.
///
/// # Errors
/// When the store fails.
pub fn own(read: &Read, account: &Account) -> Result<Vec<Own>, StoreError> {
    let mut all = Vec::new();
    if account.may(OwnSelf)
        && let Some(id) = &account.person
        && let Some(person) = read.person(id)?
        && person.kind == PersonKind::Pupil
    {
        all.push(Own { account: account.id, person, giver: Giver::Pupil });
    }
    if account.may(OwnChildren) {
        for Guardianship { person, giver, .. } in read.guardianships_of(account.id)? {
            if let Some(person) = read.person(&person)? {
                all.push(Own { account: account.id, person, giver: Giver::Guardian(giver) });
            }
        }
    }
    Ok(all)
}

/// One of them.
///
/// # Errors
/// [`OfficeError::NoPerson`] for anybody else, whether or not there is such a person.
pub fn own_one(read: &Read, account: &Account, person: &PersonId) -> Result<Own, OfficeError> {
    let found = own(read, account)?.into_iter().find(|own| own.person.id == *person);
    found.ok_or_else(|| OfficeError::NoPerson(person.clone()))
}

/// What became of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linked {
    /// Who decides.
    pub account: AccountId,
    /// Whether they did not before.
    pub is_new: bool,
}

/// An account is linked to a pupil by the office: made when there is none of this address. `giver` is the guardian as the
/// consent list names them; without one the account has a key of its own.
///
/// # Errors
/// When the text is no address, the key is another guardian's, the account is closed, or the store fails.
pub fn link(w: &Write<'_>, person: &PersonId, email: &str, giver: Option<&str>) -> Result<Linked, OfficeError> {
    pupil(w, person)?;
    let account = account(w, email, Role::Parent)?;
    let is_new = join(w, &account, person, giver.map(giver_key).as_deref())?;
    Ok(Linked { account: account.id, is_new })
}

/// As [`link`]; gives the message for them, unless they were linked already.
///
/// # Errors
/// As [`link`].
pub fn invite(
    w: &Write<'_>,
    school: &School,
    person: &PersonId,
    email: &str,
    giver: Option<&str>,
) -> Result<Option<Letter>, OfficeError> {
    let Linked { is_new, .. } = link(w, person, email, giver)?;
    Ok(is_new.then(|| welcome(school, email)))
}

/// An account decides for a pupil no longer; its sessions end.
///
/// # Errors
/// When the pupil has no such guardian, or the store fails.
pub fn unlink(
    store: &Store,
    person: &PersonId,
    guardianship: i64,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    store.write(actor, now, |w| {
        let known =
            w.guardianships(person)?.into_iter().find(|known| known.id.0 == guardianship && known.until.is_none());
        let known = known.ok_or_else(|| OfficeError::NoPerson(person.clone()))?;
        w.end_other_sessions(known.account, None)?;
        Ok(w.end_guardianship(&known)?)
    })
}

/// A code on paper with which a family links itself, good once and for sixty days. Gives the code, which is shown this once.
///
/// # Errors
/// When there is no such pupil, a pupil is too young for a say of their own, the key is another guardian's, or the store fails.
pub fn make_code(
    w: &Write<'_>,
    school: &School,
    person: &PersonId,
    whose: Whose,
    giver: Option<&str>,
) -> Result<(String, Timestamp), OfficeError> {
    let pupil = pupil(w, person)?;
    if whose == Whose::Pupil && !has_say(&pupil, school, w.now()) {
        return Err(OfficeError::TooYoung(school.policy.voice_age));
    }
    let giver = giver.map(giver_key);
    if let Some(key) = &giver {
        free(w, person, key, None)?;
    }
    let code = recovery::code()?;
    let ends_at = after(w.now(), (60 * 24).hours());
    w.make_family_code(&recovery::digest(&code), person, whose, giver.as_deref(), ends_at)?;
    Ok((code, ends_at))
}

/// Whether a pupil is old enough for a say of their own.
#[must_use]
pub fn has_say(person: &Person, school: &School, now: Timestamp) -> bool {
    let today = school.policy.day_of(now);
    let from = person.born.and_then(|born| {
        let age = i64::from(school.policy.voice_age);
        born.checked_add(Span::new().try_years(age).ok()?).ok()
    });
    from.is_some_and(|from| from <= today)
}

/// Links a signed-in account with a code on paper.
///
/// # Errors
/// When the code is wrong, was used or has ended, the key is another guardian's, or the store fails.
pub fn redeem(store: &Store, account: &Account, code: &str, now: Timestamp) -> Result<PersonId, OfficeError> {
    store.write(&account.id.actor()?, now, |w| {
        let code = w.family_code(&recovery::digest(code), now)?.ok_or(OfficeError::WrongFamilyCode)?;
        accept(w, account.id, &code)?;
        Ok(code.person)
    })
}

/// The codes that an account presented count now that its address is proven; one that cannot is passed over.
///
/// # Errors
/// When the store fails.
pub(super) fn redeem_claimed(w: &Write<'_>, account: AccountId) -> Result<(), OfficeError> {
    for code in w.claimed_codes(account, w.now())? {
        match accept(w, account, &code) {
            Ok(()) | Err(OfficeError::GiverTaken | OfficeError::OtherOwner | OfficeError::NoPerson(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn accept(w: &Write<'_>, id: AccountId, code: &FamilyCode) -> Result<(), OfficeError> {
    let account = w.account(id)?.ok_or(OfficeError::NoAccount(id))?;
    match code.whose {
        Whose::Guardian => {
            join(w, &account, &code.person, code.giver.as_deref())?;
        }
        Whose::Pupil => {
            pupil(w, &code.person)?;
            let others = !w.guardianships_of(id)?.is_empty() || account.roles.iter().any(|role| *role != Role::Pupil);
            if others || account.person.as_ref().is_some_and(|own| *own != code.person) {
                return Err(OfficeError::OtherOwner);
            }
            w.set_account_person(id, &code.person)?;
        }
    }
    w.use_family_code(code, id)?;
    Ok(())
}

/// Links an account to a pupil under a key that nobody else has; linking again changes nothing. Gives whether it is news.
fn join(w: &Write<'_>, account: &Account, person: &PersonId, giver: Option<&str>) -> Result<bool, OfficeError> {
    if account.may(OwnSelf) {
        return Err(OfficeError::OtherOwner);
    }
    if w.guardianships_of(account.id)?.iter().any(|known| known.person == *person) {
        return Ok(false);
    }
    let own = account.id.to_string();
    let key = giver.unwrap_or(&own);
    free(w, person, key, Some(account.id))?;
    if !account.roles.contains(&Role::Parent) {
        let roles = account.roles.iter().cloned().chain([Role::Parent]).collect::<BTreeSet<_>>();
        w.set_roles(account.id, &roles)?;
    }
    w.link_guardian(account.id, person, key)?;
    Ok(true)
}

/// That no other account speaks under this key for this pupil.
fn free(read: &Read, person: &PersonId, key: &str, account: Option<AccountId>) -> Result<(), OfficeError> {
    let taken = |known: &Guardianship| known.until.is_none() && known.giver == key && Some(known.account) != account;
    if read.guardianships(person)?.iter().any(taken) { Err(OfficeError::GiverTaken) } else { Ok(()) }
}

fn pupil(read: &Read, id: &PersonId) -> Result<Person, OfficeError> {
    let person = read.person(id)?.filter(|person| person.kind == PersonKind::Pupil);
    person.ok_or_else(|| OfficeError::NoPerson(id.clone()))
}

fn account(w: &Write<'_>, email: &str, role: Role) -> Result<Account, OfficeError> {
    let email = email.trim();
    if !is_address(email) {
        return Err(OfficeError::NoAddress);
    }
    match w.account_of(email)? {
        Some(account) if account.standing == Standing::Closed => Err(OfficeError::ClosedAccount),
        Some(account) => Ok(account),
        None => {
            let (login, name) = (email.to_lowercase(), role.title());
            let id = w.add_account(&NewAccount { login, name, roles: BTreeSet::from([role]), person: None })?;
            w.account(id)?.ok_or(OfficeError::NoAccount(id))
        }
    }
}

const fn role(whose: Whose) -> Role {
    match whose {
        Whose::Guardian => Role::Parent,
        Whose::Pupil => Role::Pupil,
    }
}

fn after(now: Timestamp, lasts: Span) -> Timestamp {
    now.checked_add(lasts).unwrap_or(now)
}
