//! The machine's clock: the only place from which the command line takes the present.

use crate::domain::time::Timestamp;

/// This moment.
#[must_use]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
