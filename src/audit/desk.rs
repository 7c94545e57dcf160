//! What can happen at the desk besides: events renamed, files of the camera folder, reminders; told in ids.

use serde::{Deserialize, Serialize};

use crate::access::AccountId;
use crate::domain::id::{EventId, PhotoId};
use crate::domain::time::Timestamp;

/// A change at the desk; written with its kind under `desk`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "desk", rename_all = "snake_case")]
pub enum Desk {
    /// A file of the camera folder was looked into; its name is not here.
    CameraFile {
        /// The photo that it is; nothing when it was refused.
        photo: Option<PhotoId>,
    },
    /// A school event has another name now; neither is here.
    EventRenamed {
        /// The school event.
        school_event: EventId,
    },
    /// A parent or carer is about to be reminded.
    Reminded {
        /// Whose account.
        account: AccountId,
    },
    /// A back-up was brought back: what was said after it was made is not in it.
    Restored {
        /// When it was made.
        made_at: Timestamp,
    },
    /// The reminder did not leave.
    ReminderDropped {
        /// Whose account.
        account: AccountId,
    },
}
