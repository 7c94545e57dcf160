//! Why something at the desk was not done.

use crate::domain::id::{CategoryId, PersonId, PhotoId};
use crate::import::ImportError;
use crate::pipeline::PipelineError;
use crate::store::StoreError;

/// Something at the desk that was not done; nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The file's lines have to be corrected first.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The box is outside the picture or has no extent.
    #[error(
        "the box does not lie in the picture of {width} x {height} pixels: give left, top, right and bottom within it"
    )]
    OutsidePicture {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// Nobody has looked inside the photo yet.
    #[error("photo `{0}` has not been inspected yet: wait for `eyelid ingest` or `eyelid worker`")]
    NotInspected(PhotoId),
    /// The verdict is block: nothing can be signed off.
    #[error("photo `{photo}` is blocked: {why}")]
    Blocked {
        /// The photo.
        photo: PhotoId,
        /// The reasons that anybody may know.
        why: String,
    },
    /// No such person.
    #[error("nobody on the register has the id `{0}`: check it, or import the roll first")]
    NoPerson(PersonId),
    /// The person is no pupil.
    #[error("`{0}` is no pupil: only pupils' faces are matched")]
    NoPupil(PersonId),
    /// The school's switch lacks papers.
    #[error("face matching stays off: {0}")]
    Papers(String),
    /// No such category.
    #[error("no category `{0}`: the school's categories are {1}")]
    NoCategory(CategoryId, String),
    /// A photo, an event or a decision failed.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OfficeError {
    /// The store's own failure behind this one.
    #[must_use]
    pub fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Pipeline(error) => error.store(),
            _ => None,
        }
    }
}
