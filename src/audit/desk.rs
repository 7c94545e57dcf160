//! What can happen at the desk besides: files of the camera folder, reminders; told in ids.

use serde::{Deserialize, Serialize};

use crate::access::AccountId;
use crate::domain::id::PhotoId;

/// A change at the desk; written with its kind under `desk`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "desk", rename_all = "snake_case")]
pub enum Desk {
    /// A file of the camera folder was looked into; its name is not here.
    CameraFile {
        /// The photo that it is; nothing when it was refused.
        photo: Option<PhotoId>,
    },
    /// A parent or carer is about to be reminded.
    Reminded {
        /// Whose account.
        account: AccountId,
    },
    /// The reminder did not leave.
    ReminderDropped {
        /// Whose account.
        account: AccountId,
    },
}
