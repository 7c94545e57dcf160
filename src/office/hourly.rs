//! What the passing of time asks for: looked after by whoever works, here and in other processes, once an hour.

use jiff::SignedDuration;

use super::overdue::write_to_owners;
use crate::domain::time::Timestamp;
use crate::pipeline::worker::Bench;
use crate::store::StoreError;

/// The rounds of one worker.
#[derive(Debug, Default)]
pub struct Rounds(Option<Timestamp>);

impl Rounds {
    /// Looks after the biometric gates that time opened or shut, and writes because of tasks that are overdue, unless this worker
    /// did so within the hour. Gives whether the round was done; where the store is busy or full it is tried again at the next call.
    ///
    /// # Errors
    /// When the store fails otherwise.
    pub fn go(&mut self, bench: &Bench<'_>) -> Result<bool, StoreError> {
        let now = (bench.clock)();
        // a clock that was set back does not put the next round off
        if self.0.is_some_and(|last| now.duration_since(last).abs() < HOUR) {
            return Ok(false);
        }
        match bench.look_after_gates() {
            Ok(()) => {}
            Err(error) if error.may_pass() => {
                tracing::warn!(cause = %error, "the hourly round waits");
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
        if let Err(error) = write_to_owners(bench.store, bench.school, bench.actor, now) {
            tracing::warn!(cause = %error, "messages on overdue take-downs wait");
        }
        self.0 = Some(now);
        Ok(true)
    }
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);
