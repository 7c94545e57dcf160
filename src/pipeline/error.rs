//! Why a photo stops on its way: try again, refuse the photo, or a fault of the program.

use crate::domain::id::PhotoId;
use crate::store::StoreError;
use crate::vision::{DecodeError, EncodeError, Flaw, ModelError, ResizeError};

/// A stage that could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The photo is not one that can be used; trying again will not help.
    #[error(transparent)]
    Reject(#[from] DecodeError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The detector failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A rendition could not be sized.
    #[error(transparent)]
    Resize(#[from] ResizeError),
    /// A rendition could not be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The id leads to no photo.
    #[error("no photo `{0}` in the data folder: copy the id as `eyelid ingest --json` printed it")]
    NoPhoto(PhotoId),
    /// The finished picture is not what it has to be; it did not leave.
    #[error("photo `{0}` stays here: {1}; report this as a fault of the program")]
    Flawed(PhotoId, #[source] Flaw),
    /// The facts changed while the picture was being made; nothing left the house.
    #[error("photo `{0}` changed while its picture was being made: ask again")]
    Changed(PhotoId),
}

impl PipelineError {
    /// Whether only this photo is affected: its neighbours can still be made.
    #[must_use]
    pub fn is_of_photo(&self) -> bool {
        match self {
            Self::Store(error) => {
                matches!(error, StoreError::MissingBlob { .. } | StoreError::CorruptBlob { .. })
            }
            Self::Model(_) => false,
            Self::Reject(_)
            | Self::Resize(_)
            | Self::Encode(_)
            | Self::NoPhoto(_)
            | Self::Flawed(..)
            | Self::Changed(_) => true,
        }
    }

    /// The store's own failure behind this one.
    #[must_use]
    pub fn store(&self) -> Option<&StoreError> {
        if let Self::Store(error) = self { Some(error) } else { None }
    }
}
