//! What can happen, told in ids: no name, e-mail, caption or file name has a place here.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::{AccountId, Permission, Role, SessionId, TicketPurpose, TokenId};
use crate::domain::face::{Origin, Who};
use crate::domain::id::{ChannelId, Digest, EntryId, EventId, FaceId, HoldId, IncidentId, PersonId, PhotoId};
use crate::domain::incident::IncidentKind;
use crate::domain::photo::{PhotoState, Why};
use crate::domain::time::Date;

/// A change of the store; written as JSON with the kind under `event`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The data folder was made.
    StoreCreated,
    /// A row of the school's register is new or has changed.
    PersonSaved {
        /// Whose row.
        person: PersonId,
    },
    /// The last day of a person at the school was set or cleared.
    PersonLeaving {
        /// Who leaves.
        person: PersonId,
        /// The last day, or nothing when they stay after all.
        on: Option<Date>,
    },
    /// The consent ledger has a new entry.
    ConsentRecorded {
        /// Whom it is about.
        person: PersonId,
        /// The entry.
        entry: EntryId,
        /// BLAKE3 of the entry as stored, so that the chain vouches for the ledger too.
        digest: Digest,
    },
    /// A school event was opened.
    EventOpened {
        /// The school event.
        school_event: EventId,
    },
    /// Classes were added to a school event's roster.
    RosterChanged {
        /// The school event.
        school_event: EventId,
    },
    /// New bytes came in.
    PhotoReceived {
        /// The photo.
        photo: PhotoId,
        /// BLAKE3 of the bytes.
        digest: Digest,
        /// The school event it belongs to.
        school_event: EventId,
    },
    /// A photo reached another state.
    PhotoMoved {
        /// The photo.
        photo: PhotoId,
        /// The state it is in now.
        state: PhotoState,
    },
    /// A face was found or drawn.
    FaceAdded {
        /// The photo.
        photo: PhotoId,
        /// The face.
        face: FaceId,
        /// How it came to be known.
        origin: Origin,
    },
    /// A weak hit became a sure one in a later pass.
    FaceRaised {
        /// The photo.
        photo: PhotoId,
        /// The face.
        face: FaceId,
    },
    /// Somebody said who a face is.
    FaceTagged {
        /// The photo.
        photo: PhotoId,
        /// The face.
        face: FaceId,
        /// Who it is.
        who: Who,
    },
    /// The school switched face matching on or off.
    SwitchSet {
        /// The row that holds the papers.
        switch: i64,
        /// On or off.
        on: bool,
    },
    /// Somebody was noted, or is no longer noted, as a guardian.
    GuardianNoted {
        /// Of whom.
        person: PersonId,
        /// Whether they are one.
        known: bool,
    },
    /// A template was made or made anew; it is not here.
    TemplateMade {
        /// Of whom.
        person: PersonId,
    },
    /// A template was destroyed.
    TemplateDestroyed {
        /// Of whom.
        person: PersonId,
    },
    /// The matcher suggested a person for a face.
    Suggested {
        /// The photo.
        photo: PhotoId,
        /// The face.
        face: FaceId,
        /// The person.
        person: PersonId,
        /// Its first, second or third choice.
        rank: u8,
    },
    /// The matcher no longer suggests a person for a face.
    SuggestionRetracted {
        /// The photo.
        photo: PhotoId,
        /// The face.
        face: FaceId,
        /// The person.
        person: PersonId,
    },
    /// Somebody said that a suggestion is wrong.
    SuggestionRejected {
        /// The photo.
        photo: PhotoId,
        /// The face.
        face: FaceId,
        /// The person.
        person: PersonId,
    },
    /// Somebody counted the people in a photo.
    HeadCounted {
        /// The photo.
        photo: PhotoId,
        /// How many.
        count: u32,
    },
    /// Somebody signed a photo off for a channel.
    SignedOff {
        /// The photo.
        photo: PhotoId,
        /// The channel.
        channel: ChannelId,
        /// The verdict that was seen.
        fingerprint: Digest,
    },
    /// A text that goes with a photo was looked through for names; the text itself is not here.
    TextChecked {
        /// The photo.
        photo: PhotoId,
        /// Whether it held one.
        named: bool,
    },
    /// Somebody turned a photo down for a channel; why is not here.
    Rejected {
        /// The photo.
        photo: PhotoId,
        /// The channel.
        channel: ChannelId,
    },
    /// A caption or alt text was written or taken away; the text itself is not here.
    TextWritten {
        /// The photo.
        photo: PhotoId,
    },
    /// What a photo looks like was kept, so that frames of one moment are found.
    LikenessKept {
        /// The photo.
        photo: PhotoId,
    },
    /// An edition of a picture was fetched on a channel for the first time.
    Pulled {
        /// The photo.
        photo: PhotoId,
        /// The channel.
        channel: ChannelId,
        /// The verdict it left under.
        fingerprint: Digest,
    },
    /// Photos were put into the channels' queues by their verdicts.
    PhotosPlaced {
        /// How many.
        photos: usize,
    },
    /// Settings or names changed: every photo has to be put into the queues anew.
    PlacesCleared,
    /// A rendition was kept for the next request; today [`super::Pushing::Proven`] tells that.
    RenditionKept {
        /// The photo.
        photo: PhotoId,
        /// The verdict it was made for.
        fingerprint: Digest,
        /// Its bytes.
        blob: Digest,
    },
    /// A picture left on a channel.
    Released {
        /// The photo.
        photo: PhotoId,
        /// The channel.
        channel: ChannelId,
        /// The verdict it left under.
        fingerprint: Digest,
        /// Its bytes.
        blob: Digest,
    },
    /// A picture was taken back from a channel.
    Withdrawn {
        /// The photo.
        photo: PhotoId,
        /// The channel.
        channel: ChannelId,
        /// The verdict it had left under.
        fingerprint: Digest,
    },
    /// Somebody asked for something that changes, or for personal data; written before it is done.
    Asked {
        /// The method and the route's pattern, such as `POST /events/{event}/photos`.
        route: String,
        /// The photo in the address.
        photo: Option<PhotoId>,
        /// The person in the address.
        person: Option<PersonId>,
    },
    /// A machine's key for a request was taken.
    KeyTaken,
    /// The answer to a machine's request was kept.
    KeyAnswered,
    /// A machine's key was given back.
    KeyDropped,
    /// An account was made.
    AccountAdded {
        /// The account.
        account: AccountId,
        /// What it may do.
        roles: BTreeSet<Role>,
    },
    /// An account signs in with another address now.
    LoginSet {
        /// The account.
        account: AccountId,
    },
    /// An account's roles are others now.
    RolesSet {
        /// The account.
        account: AccountId,
        /// What it may do.
        roles: BTreeSet<Role>,
    },
    /// An account was closed, or opened again.
    AccountClosed {
        /// The account.
        account: AccountId,
        /// Which of the two.
        closed: bool,
    },
    /// An account has a new password.
    PasswordSet {
        /// The account.
        account: AccountId,
    },
    /// A password was taken away.
    PasswordVoided {
        /// Whose.
        account: AccountId,
    },
    /// An account's password is too old by the school's rules.
    PasswordOutdated {
        /// The account.
        account: AccountId,
    },
    /// A wrong password or code.
    SignInFailed {
        /// The account.
        account: AccountId,
    },
    /// Wrong passwords were forgotten, a lock was ended.
    Unlocked {
        /// The account.
        account: AccountId,
    },
    /// A second factor was set up or taken away.
    SecondFactorSet {
        /// The account.
        account: AccountId,
        /// Which of the two.
        on: bool,
    },
    /// A code of the second factor, or a recovery code, was used.
    CodeUsed {
        /// The account.
        account: AccountId,
    },
    /// A session began.
    SignedIn {
        /// Whose.
        account: AccountId,
        /// The session.
        session: SessionId,
        /// Whether it may do anything before a second factor is proven.
        proven: bool,
    },
    /// A session was ended.
    SignedOut {
        /// The session.
        session: SessionId,
    },
    /// An account's other sessions were ended.
    SessionsEnded {
        /// Whose.
        account: AccountId,
    },
    /// A one-time link was made.
    TicketMade {
        /// For whom.
        account: AccountId,
        /// What for.
        purpose: TicketPurpose,
    },
    /// A one-time link was used.
    TicketUsed {
        /// By whom.
        account: AccountId,
        /// What for.
        purpose: TicketPurpose,
    },
    /// A machine's token was made.
    TokenMade {
        /// The token.
        token: TokenId,
        /// Its channel.
        channel: ChannelId,
        /// What it may do there.
        scopes: Vec<Permission>,
    },
    /// A machine's token was revoked.
    TokenRevoked {
        /// The token.
        token: TokenId,
    },
    /// An account decides for a pupil from now on.
    GuardianLinked {
        /// The account.
        account: AccountId,
        /// The pupil.
        person: PersonId,
    },
    /// An account decides for a pupil no longer.
    GuardianUnlinked {
        /// The account.
        account: AccountId,
        /// The pupil.
        person: PersonId,
    },
    /// A code on paper was made for a pupil's family.
    FamilyCodeMade {
        /// The pupil.
        person: PersonId,
    },
    /// Somebody presented a code on paper; it counts once their address is proven.
    FamilyCodeClaimed {
        /// For whom it would count.
        account: AccountId,
        /// The pupil.
        person: PersonId,
    },
    /// A code on paper was used up.
    FamilyCodeUsed {
        /// By whom.
        account: AccountId,
        /// The pupil.
        person: PersonId,
    },
    /// An account's owner is this person of the register.
    AccountPersonSet {
        /// The account.
        account: AccountId,
        /// The person.
        person: PersonId,
    },
    /// The reason of a restriction was sealed.
    ReasonSealed {
        /// Who is restricted.
        person: PersonId,
        /// The restriction in the ledger.
        entry: EntryId,
    },
    /// The reason of a restriction was destroyed: the time for keeping it is over.
    ReasonDestroyed {
        /// Who was restricted.
        person: PersonId,
        /// The restriction in the ledger.
        entry: EntryId,
    },
    /// An incident was opened.
    IncidentOpened {
        /// The incident.
        incident: IncidentId,
        /// What happened.
        kind: IncidentKind,
        /// The photo that it is about, if it is about one.
        photo: Option<PhotoId>,
    },
    /// Something was noted of an incident; the text itself is not here.
    IncidentNoted {
        /// The incident.
        incident: IncidentId,
        /// Whether the note is its outcome.
        closes: bool,
    },
    /// A photo or a whole event was pulled.
    HoldBegun {
        /// The hold.
        hold: HoldId,
        /// The incident it is for.
        incident: IncidentId,
        /// The photo, or nothing for a whole event.
        photo: Option<PhotoId>,
        /// The school event, or nothing for one photo.
        school_event: Option<EventId>,
    },
    /// A hold was lifted.
    HoldLifted {
        /// The hold.
        hold: HoldId,
    },
    /// The time for keeping a photo is over: its bytes are about to be destroyed.
    PhotoDestroyed {
        /// The photo.
        photo: PhotoId,
        /// By which rule.
        why: Why,
    },
    /// The bytes of a photo are gone: the original and every picture that was made of it. The proof of destruction.
    BytesDestroyed {
        /// The photo.
        photo: PhotoId,
        /// The BLAKE3 digests of everything that was destroyed.
        digests: Vec<Digest>,
    },
    /// Somebody looked over how the school uses photos.
    Reviewed {
        /// The review's number.
        review: i64,
        /// When the next one is due.
        next_due: Date,
    },
    /// Something at the desk.
    Desk(super::Desk),
    /// Something about what is sent out.
    Push(super::Pushing),
    /// A setting of the school was changed.
    SettingChanged {
        /// The change's number.
        change: i64,
        /// The setting's key.
        setting: String,
    },
    /// Something about the work that waits.
    #[serde(untagged)]
    Job(super::JobEvent),
}
