//! What can go wrong in the store, with the remedy; ids only.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

use crate::audit::Broken;
use crate::domain::id::{Digest, PhotoId};
use crate::domain::photo::PhotoState;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder cannot be used.
    #[error("the data folder `{}` cannot be used: check that it is a folder, writable and not full", path.display())]
    Folder {
        /// The data folder, or the part of it that failed.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The database failed.
    #[error("the database failed: run `eyelid doctor`, and restore a back-up if it finds damage")]
    Database(#[source] Box<dyn Error + Send + Sync>),
    /// Another process kept the database to itself for too long.
    #[error("the database was busy for too long: try again, and look for a hanging eyelid process")]
    Busy,
    /// There is no room for the change; nothing of it was kept.
    #[error("the disk is full: make room on the data folder's disk and try again; nothing was lost")]
    Full,
    /// The database may not be written.
    #[error("the database cannot be written: check the data folder's owner and permissions")]
    ReadOnly,
    /// A newer program wrote this database.
    #[error("the data folder was written by a newer eyelid (version {found}, this one knows {known}): update eyelid")]
    Newer {
        /// The database's version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The file is a database of something else.
    #[error("`eyelid.db` is not a database of eyelid: choose another data folder, or restore a back-up if it was one")]
    Foreign,
    /// The bytes that were kept are not there.
    #[error("the bytes {digest} are not in the data folder: restore them from a back-up")]
    MissingBlob {
        /// Their digest.
        digest: Digest,
    },
    /// The bytes that were kept have changed.
    #[error("the bytes {digest} in the data folder are damaged: restore them from a back-up")]
    CorruptBlob {
        /// What their digest should be.
        digest: Digest,
    },
    /// Something was named that the store does not have.
    #[error("no {what} `{id}` in the data folder: check the id")]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// An account of this address exists.
    #[error("an account with this e-mail address exists: change that one, or use another address")]
    LoginTaken,
    /// A photo cannot come from the one state to the other.
    #[error("photo {photo} is {from:?} and cannot become {to:?}: look at it again, somebody else may have changed it")]
    Step {
        /// The photo.
        photo: PhotoId,
        /// Its state.
        from: PhotoState,
        /// The state that was asked for.
        to: PhotoState,
    },
    /// The incident is closed.
    #[error("incident {incident} is closed: open another one")]
    Closed {
        /// The incident.
        incident: i64,
    },
    /// The job is no longer this worker's.
    #[error("job {job} is no longer leased by this worker: drop the result, another worker makes it again")]
    LeaseLost {
        /// The job.
        job: i64,
    },
    /// The audit chain does not hold.
    #[error(transparent)]
    Audit(#[from] Broken),
}

impl StoreError {
    pub(super) fn database(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            // the file that readers and writers share cannot grow
            _ if error.sqlite_error().is_some_and(|e| e.extended_code == SQLITE_IOERR_SHMSIZE) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => Self::ReadOnly,
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            _ => Self::Database(Box::new(error)),
        }
    }

    /// Whether the store itself is at fault, rather than what it was asked for.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        !matches!(
            self,
            Self::Missing { .. } | Self::LoginTaken | Self::Step { .. } | Self::Closed { .. } | Self::LeaseLost { .. }
        )
    }

    /// Whether the same call may succeed a little later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Busy | Self::Full)
    }
}
