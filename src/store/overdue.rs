//! For which days somebody was written to because a take-down was overdue.

use super::columns::At;
use super::error::StoreError;
use super::handle::Write;
use crate::audit::{Event, Pushing};
use crate::domain::placement::PlacementId;
use crate::domain::time::Date;

impl Write<'_> {
    /// Somebody is about to be written to because of a task on a day of the school; gives false when they were already.
    ///
    /// # Errors
    /// When there is no such task, or the database fails.
    pub fn tell_overdue(&self, placement: PlacementId, day: Date) -> Result<bool, StoreError> {
        let sql = "insert into overdue_letters (placement, day, at) values (?1, ?2, ?3) on conflict do nothing";
        let told = |_| Event::Push(Pushing::OverdueTold { placement });
        Ok(self.change(sql, (placement, day.to_string(), At(self.now)), told)?.is_some())
    }

    /// No message left: the next try may send it on the same day.
    ///
    /// # Errors
    /// When the database fails.
    pub fn untell_overdue(&self, placement: PlacementId, day: Date) -> Result<(), StoreError> {
        let sql = "delete from overdue_letters where placement = ?1 and day = ?2";
        let untold = |_| Event::Push(Pushing::OverdueUntold { placement });
        self.change(sql, (placement, day.to_string()), untold).map(drop)
    }
}
