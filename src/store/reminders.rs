//! Which parents and carers were reminded, and when.

use super::columns::At;
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::access::AccountId;
use crate::audit::{Desk, Event};
use crate::domain::time::Timestamp;

impl Read {
    /// When an account was last reminded.
    ///
    /// # Errors
    /// When the database fails.
    pub fn reminded_at(&self, account: AccountId) -> Result<Option<Timestamp>, StoreError> {
        let sql = "select at from reminders where account = ?1 order by at desc limit 1";
        Ok(self.row(sql, [account], |row| row.get::<_, At>(0))?.map(|at| at.0))
    }
}

impl Write<'_> {
    /// Somebody is about to be reminded; gives false, and changes nothing, when they were at `since` or later.
    ///
    /// # Errors
    /// When there is no such account, or the database fails.
    pub fn remind(&self, account: AccountId, since: Timestamp) -> Result<bool, StoreError> {
        if self.reminded_at(account)?.is_some_and(|last| last >= since) {
            return Ok(false);
        }
        let sql = "insert into reminders (account, at) values (?1, ?2)";
        self.change(sql, (account, At(self.now)), |_| Event::Desk(Desk::Reminded { account }))?;
        Ok(true)
    }

    /// The last reminder did not leave: it may be tried again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn drop_reminder(&self, account: AccountId) -> Result<(), StoreError> {
        let sql = "delete from reminders where id = (select max(id) from reminders where account = ?1)";
        self.change(sql, [account], |_| Event::Desk(Desk::ReminderDropped { account })).map(drop)
    }
}
