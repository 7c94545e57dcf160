//! Why something at the desk was not done.

use crate::access::password::{Fault, Profile};
use crate::access::{AccountId, NoRandomness, TokenId};
use crate::config::change::ChangeError;
use crate::consent::TextKind;
use crate::domain::connection::{AddressError, ConnectionId};
use crate::domain::id::{CategoryId, ChannelId, FaceId, IdError, PersonId, PhotoId};
use crate::domain::placement::PlacementId;
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
    /// Somebody has said something else of the face since it was looked at.
    #[error("face {face} was judged by somebody else meanwhile: look at it again, then decide")]
    Meanwhile {
        /// The face.
        face: FaceId,
    },
    /// No such face.
    #[error("the photo has no face {0}: list its faces again")]
    NoFace(FaceId),
    /// The event's name is empty, too long or not one line.
    #[error("an event needs a name of one line with at most 200 characters: give it one")]
    EventName,
    /// The event's name gives somebody away.
    #[error("the event's name holds the name of somebody on the register: leave it out, or no photo can be published")]
    EventNamesSomebody,
    /// The name is taken.
    #[error("another event of the same day has this name: choose another name")]
    EventKnown,
    /// The day is far from any that the school can mean.
    #[error("the event's day is not one that can be meant: write it like 2026-06-12")]
    EventDate,
    /// No such class.
    #[error("no class `{0}` on the register: choose one of its classes, or import the roll first")]
    NoClass(String),
    /// The camera folder is not there, or may not be read.
    #[error("the camera folder cannot be read ({0}): check `path` under [camera_folder], and its permissions")]
    CameraFolder(std::io::ErrorKind),
    /// The school has no way to send messages.
    #[error("no message can be sent: set up [mail] in school.toml")]
    NoMail,
    /// Too many photos wait.
    #[error("too many photos wait to be looked into: try again in a few minutes")]
    Crowded,
    /// More people than a photo can show.
    #[error("a photo shows at most 10000 people: count again")]
    TooManyPeople,
    /// The verdict is block: nothing can be signed off.
    #[error("photo `{photo}` is blocked: {why}")]
    Blocked {
        /// The photo.
        photo: PhotoId,
        /// The reasons that anybody may know.
        why: String,
    },
    /// The picture is not the one that the signer saw.
    #[error("the picture of photo `{0}` has changed since it was looked at: look again, then sign it off")]
    Outdated(PhotoId),
    /// A photo was turned down without saying why.
    #[error("a rejection needs a reason: say what is wrong with the photo")]
    NoReason,
    /// A text is too long.
    #[error("the text is longer than {0} characters: shorten it")]
    LongText(usize),
    /// Texts that name somebody.
    #[error("a name of the register stands in the text: take the surname out, a first name may stay")]
    NamedText(Vec<TextKind>),
    /// No such channel.
    #[error("no channel `{0}`: check it against the school's channels")]
    NoChannel(ChannelId),
    /// A channel whose pictures nobody but families sees.
    #[error("the pictures of `{0}` are for families only, on their own pages: choose another channel")]
    FamiliesOnly(ChannelId),
    /// A token without anything that it may do, or with something that tokens may not.
    #[error("a token may pull, and it may check: give it one of these scopes or both")]
    NoScope,
    /// A token that would never end, or has ended already.
    #[error("a token lasts from 1 to {0} days: choose a number between")]
    TokenDays(u16),
    /// No such token.
    #[error("no token `{0}` of this channel: list the channel's tokens")]
    NoToken(TokenId),
    /// No such connection.
    #[error("no connection `{0}` of this channel: list the channel's connections")]
    NoConnection(ConnectionId),
    /// No such task.
    #[error("nothing of this number has to be taken down on this channel: list the channel's placements")]
    NoPlacement(PlacementId),
    /// An address that is none.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A password would be sent where anybody can read it.
    #[error(
        "the address has to begin with `https://`: get a certificate for it, or name its host under `[push] intranet` in school.toml if it is the school's own"
    )]
    OpenLine,
    /// A folder that the settings do not name.
    #[error(
        "the folder is not one that school.toml names under `[push] folders`: add its whole path there, or choose one of them"
    )]
    NoFolder,
    /// Another connection puts its pictures there.
    #[error(
        "a connection of `{0}` puts its pictures there already: choose another folder, or end that connection and wait until its pictures are taken back"
    )]
    TakenPlace(ChannelId),
    /// A name or a password is missing.
    #[error(
        "the connection needs the name and the password that were made for it on the other side, each with at most 200 characters: give both"
    )]
    NoLogin,
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
    /// No such account.
    #[error("no account `{0}`: list them with `eyelid user list`")]
    NoAccount(AccountId),
    /// The same use is answered twice, and the answers may differ.
    #[error("one use is answered twice: give one answer for each use and medium")]
    AnsweredTwice,
    /// The address, the password or both are wrong, or the account is locked; which one is not told.
    #[error(
        "the e-mail address or the password is wrong, or the account is locked: try again; after six wrong passwords {}",
        .0.way_out()
    )]
    WrongSignIn(Profile),
    /// The session has ended since it asked.
    #[error("the session has ended: sign in again")]
    SignedOut,
    /// The code is wrong or was used before.
    #[error("the code is wrong or was used before: wait for the app's next code, or use a recovery code")]
    WrongCode,
    /// Too many wrong passwords or codes.
    #[error("the account is locked after six wrong tries: {}", .0.way_out())]
    Locked(Profile),
    /// A one-time link that was used or has ended.
    #[error("the link was used or has ended: ask for a new one")]
    SpentLink,
    /// The text is no e-mail address.
    #[error("this is no e-mail address: write it as name@school.example")]
    NoAddress,
    /// The new password breaks rules.
    #[error("the new password cannot be used: {}", .0.iter().map(|fault| fault.remedy()).collect::<Vec<_>>().join(" "))]
    Password(Vec<Fault>),
    /// A code on paper that was used, has ended or never was.
    #[error("the code is wrong, was used or has ended: check each letter, or ask the school office for a new one")]
    WrongFamilyCode,
    /// Another account speaks for this guardian.
    #[error("somebody else decides as this guardian already: choose another guardian, or end the other link first")]
    GiverTaken,
    /// An account of a pupil cannot be a parent's too, nor the other way round.
    #[error(
        "this e-mail address belongs to somebody else: pupils, parents and staff each need an address of their own"
    )]
    OtherOwner,
    /// The account was closed.
    #[error("the account of this e-mail address is closed: ask an administrator to open it again")]
    ClosedAccount,
    /// A pupil below the school's voice age, or of unknown age.
    #[error("pupils decide for themselves from the age of {0}: check the date of birth in the register")]
    TooYoung(u8),
    /// An answer's dates contradict each other.
    #[error("{0}")]
    Dates(&'static str),
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
