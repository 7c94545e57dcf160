//! Who decides for whom: accounts linked to pupils, and the codes on paper that link them.

use rusqlite::Row;

use super::accounts;
use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::access::{AccountId, CodeId, GuardianshipId, TicketPurpose, Whose};
use crate::audit::Event;
use crate::domain::id::{Digest, PersonId};
use crate::domain::time::Timestamp;

const GUARDIANSHIP: &str = include_str!("families/guardianship.sql");
const CODE: &str = include_str!("families/code.sql");

/// An account that decides for a pupil, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guardianship {
    /// Its number.
    pub id: GuardianshipId,
    /// Who decides.
    pub account: AccountId,
    /// For whom.
    pub person: PersonId,
    /// The key under which the ledger has their word.
    pub giver: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when it did.
    pub until: Option<Timestamp>,
}

/// A code on paper that links an account; its secret is with the family only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyCode {
    /// Its number.
    pub id: CodeId,
    /// The pupil.
    pub person: PersonId,
    /// Who is to use it.
    pub whose: Whose,
    /// The key of the guardian in the ledger; a key of the account's own when nothing is said.
    pub giver: Option<String>,
    /// When it ends by itself.
    pub ends_at: Timestamp,
}

impl Read {
    /// Whom an account decides for now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn guardianships_of(&self, account: AccountId) -> Result<Vec<Guardianship>, StoreError> {
        let sql = format!("{GUARDIANSHIP} where account = ?1 and until is null order by person");
        self.rows(&sql, [account], guardianship)
    }

    /// Who decides for a pupil, or ever did, first to last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn guardianships(&self, person: &PersonId) -> Result<Vec<Guardianship>, StoreError> {
        self.rows(&format!("{GUARDIANSHIP} where person = ?1 order by id"), [person], guardianship)
    }

    /// The code with this digest, unless it was used or has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn family_code(&self, digest: &Digest, now: Timestamp) -> Result<Option<FamilyCode>, StoreError> {
        let sql = format!("{CODE} where digest = ?1 and used_at is null and ends_at > ?2");
        self.row(&sql, (digest, At(now)), code)
    }

    /// The codes that an account has presented and that wait until it has proven its address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn claimed_codes(&self, account: AccountId, now: Timestamp) -> Result<Vec<FamilyCode>, StoreError> {
        let sql = format!("{CODE} where claimed_by = ?1 and used_at is null and ends_at > ?2 order by id");
        self.rows(&sql, (account, At(now)), code)
    }

    /// How many one-time links of an account would not have ended yet, used or not.
    ///
    /// # Errors
    /// When the database fails.
    pub fn recent_tickets(
        &self,
        account: AccountId,
        purpose: TicketPurpose,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        let sql = "select count(*) from tickets where account = ?1 and purpose = ?2 and ends_at > ?3";
        Ok(self.row(sql, (account, Json(purpose), At(now)), |row| row.get(0))?.unwrap_or(0))
    }
}

impl Write<'_> {
    /// An account decides for a pupil from now on.
    ///
    /// # Errors
    /// When it does already, somebody else has the key, there is no such account or person, or the database fails.
    pub fn link_guardian(
        &self,
        account: AccountId,
        person: &PersonId,
        giver: &str,
    ) -> Result<GuardianshipId, StoreError> {
        let sql = "insert into guardianships (account, person, giver, since) values (?1, ?2, ?3, ?4)";
        let linked = |_| Event::GuardianLinked { account, person: person.clone() };
        let id = self.change(sql, (account, person, giver, At(self.now)), linked)?;
        id.map(GuardianshipId).ok_or_else(|| accounts::missing(account))
    }

    /// An account decides for a pupil no longer; ending it again changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_guardianship(&self, known: &Guardianship) -> Result<(), StoreError> {
        let sql = "update guardianships set until = ?2 where id = ?1 and until is null";
        let ended = |_| Event::GuardianUnlinked { account: known.account, person: known.person.clone() };
        self.change(sql, (known.id, At(self.now)), ended).map(drop)
    }

    /// Makes a code on paper.
    ///
    /// # Errors
    /// When there is no such person, or the database fails.
    pub fn make_family_code(
        &self,
        digest: &Digest,
        person: &PersonId,
        whose: Whose,
        giver: Option<&str>,
        ends_at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "insert into family_codes (digest, person, whose, giver, ends_at) values (?1, ?2, ?3, ?4, ?5)";
        let made = |_| Event::FamilyCodeMade { person: person.clone() };
        self.change(sql, (digest, person, Json(whose), giver, At(ends_at)), made).map(drop)
    }

    /// Keeps for whom a code will count once their address is proven; a later account takes the place of an earlier one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn claim_family_code(&self, code: &FamilyCode, account: AccountId) -> Result<(), StoreError> {
        let sql = "update family_codes set claimed_by = ?2 where id = ?1 and used_at is null and claimed_by is not ?2";
        let claimed = |_| Event::FamilyCodeClaimed { account, person: code.person.clone() };
        self.change(sql, (code.id, account), claimed).map(drop)
    }

    /// Uses a code up; gives whether it was still good.
    ///
    /// # Errors
    /// When the database fails.
    pub fn use_family_code(&self, code: &FamilyCode, account: AccountId) -> Result<bool, StoreError> {
        let sql = "update family_codes set used_at = ?2 where id = ?1 and used_at is null";
        let used = |_| Event::FamilyCodeUsed { account, person: code.person.clone() };
        Ok(self.change(sql, (code.id, At(self.now)), used)?.is_some())
    }

    /// Says whose row of the register an account's owner is.
    ///
    /// # Errors
    /// When there is no such person, or the database fails.
    pub fn set_account_person(&self, account: AccountId, person: &PersonId) -> Result<(), StoreError> {
        let sql = "update accounts set person = ?2 where id = ?1 and person is not ?2";
        let set = |_| Event::AccountPersonSet { account, person: person.clone() };
        self.change(sql, (account, person), set).map(drop)
    }
}

fn guardianship(row: &Row<'_>) -> rusqlite::Result<Guardianship> {
    Ok(Guardianship {
        id: row.get(0)?,
        account: row.get(1)?,
        person: row.get(2)?,
        giver: row.get(3)?,
        since: row.get::<_, At>(4)?.0,
        until: row.get::<_, Option<At>>(5)?.map(|at| at.0),
    })
}

fn code(row: &Row<'_>) -> rusqlite::Result<FamilyCode> {
    Ok(FamilyCode {
        id: row.get(0)?,
        person: row.get(1)?,
        whose: row.get::<_, Json<_>>(2)?.0,
        giver: row.get(3)?,
        ends_at: row.get::<_, At>(4)?.0,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::NewAccount;
    use super::super::sample::{actor, at, person, store, write};
    use super::*;
    use crate::access::Role;

    #[test]
    fn a_key_is_one_guardians_and_a_code_counts_once() {
        let (_dir, store) = store();
        write(&store, 0, |w| w.save_person(&person("P001")));
        let account = |login: &str| NewAccount {
            login: login.into(),
            name: "A parent".into(),
            roles: BTreeSet::from([Role::Parent]),
            person: None,
        };
        let mother = write(&store, 1, |w| w.add_account(&account("a@hill.example")));
        let father = write(&store, 1, |w| w.add_account(&account("b@hill.example")));
        let child = "P001".parse().unwrap();
        write(&store, 2, |w| w.link_guardian(mother, &child, "G1"));
        assert!(store.write(&actor(), at(3), |w| w.link_guardian(father, &child, "G1")).is_err(), "the key is taken");
        assert!(store.write(&actor(), at(3), |w| w.link_guardian(mother, &child, "G2")).is_err(), "linked already");
        let link = store.read(|r| r.guardianships_of(mother)).unwrap().remove(0);
        write(&store, 4, |w| w.end_guardianship(&link));
        write(&store, 5, |w| w.link_guardian(father, &child, "G1"));
        assert_eq!(store.read(|r| r.guardianships_of(mother)).unwrap(), []);
        assert_eq!(store.read(|r| r.guardianships(&child)).unwrap().len(), 2, "the past stays");

        let digest = Digest::of(b"code");
        write(&store, 6, |w| w.make_family_code(&digest, &child, Whose::Guardian, None, at(100)));
        let found = |seconds| store.read(|r| r.family_code(&digest, at(seconds))).unwrap();
        assert!(found(100).is_none(), "it ends");
        let code = found(99).unwrap();
        write(&store, 7, |w| w.claim_family_code(&code, mother));
        write(&store, 8, |w| w.claim_family_code(&code, father));
        let claimed = |account| store.read(|r| r.claimed_codes(account, at(9))).unwrap().len();
        assert_eq!((claimed(mother), claimed(father)), (0, 1));
        assert!(write(&store, 10, |w| w.use_family_code(&code, father)));
        assert!(!write(&store, 11, |w| w.use_family_code(&code, mother)));
        assert!(found(12).is_none());
    }
}
