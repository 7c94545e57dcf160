//! Why something at the desk was not done.

use crate::access::password::Fault;
use crate::access::{AccountId, NoRandomness};
use crate::config::change::ChangeError;
use crate::domain::id::{CategoryId, IdError, PersonId, PhotoId};
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
    /// No such category.
    #[error("no category `{0}`: the school's categories are {1}")]
    NoCategory(CategoryId, String),
    /// No such account.
    #[error("no account `{0}`: list them with `eyelid user list`")]
    NoAccount(AccountId),
    /// The address, the password or both are wrong; which one is not told.
    #[error("the e-mail address or the password is wrong: try again; six wrong ones lock the account")]
    WrongSignIn,
    /// The code is wrong or was used before.
    #[error("the code is wrong or was used before: wait for the app's next code, or use a recovery code")]
    WrongCode,
    /// Too many wrong passwords.
    #[error("the account is locked after six wrong passwords: wait a quarter of an hour, or ask an administrator")]
    Locked,
    /// A one-time link that was used or has ended.
    #[error("the link was used or has ended: ask for a new one")]
    SpentLink,
    /// The text is no e-mail address.
    #[error("this is no e-mail address: write it as name@school.example")]
    NoAddress,
    /// The new password breaks rules.
    #[error("the new password cannot be used: {}", .0.iter().map(|fault| fault.remedy()).collect::<Vec<_>>().join(" "))]
    Password(Vec<Fault>),
    /// Without this account nobody could manage accounts any more.
    #[error("this is the last administrator: make somebody else one first")]
    LastAdmin,
    /// A role that the school's desk cannot give.
    #[error("`{0}` cannot be given here: choose among the roles that are shown")]
    NoRole(String),
    /// A text is missing or too long.
    #[error("the text is empty or longer than {0} characters: write what is needed")]
    NoText(usize),
    /// The pupil is not restricted.
    #[error("the pupil is not restricted: there is nothing to lift")]
    NotRestricted,
    /// No such incident.
    #[error("no incident `{0}`: choose one of the list")]
    NoIncident(i64),
    /// A day that lies behind.
    #[error("the day has to lie ahead: give the day of the next review")]
    NotAhead,
    /// A setting cannot have this value.
    #[error(transparent)]
    Setting(#[from] ChangeError),
    /// The system gives no random bytes.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// An id that cannot be; never in practice.
    #[error(transparent)]
    Id(#[from] IdError),
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
