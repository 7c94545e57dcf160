//! What can happen to connections, to what they are told, and to pictures that were placed by hand; told in ids.

use serde::{Deserialize, Serialize};

use crate::domain::connection::{ConnectionId, DeliveryId, Kind};
use crate::domain::id::{ChannelId, Digest, PhotoId};
use crate::domain::placement::PlacementId;

/// A change of what is sent out; written with its kind under `push`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "push", rename_all = "snake_case")]
pub enum Pushing {
    /// A connection was made.
    ConnectionMade {
        /// The connection.
        connection: ConnectionId,
        /// Its channel.
        channel: ChannelId,
        /// What is at the other end.
        kind: Kind,
    },
    /// A connection was ended: what it had been given is taken back.
    ConnectionEnded {
        /// The connection.
        connection: ConnectionId,
    },
    /// A connection has a new secret; the secret itself is not here.
    SecretKept {
        /// The connection.
        connection: ConnectionId,
    },
    /// Secrets that had ended were destroyed.
    SecretsDestroyed {
        /// The connection.
        connection: ConnectionId,
    },
    /// A worker begins to tell something.
    Attempted {
        /// What is told.
        delivery: DeliveryId,
        /// How often it was begun, this time included.
        attempt: u32,
    },
    /// A picture is about to be sent.
    Sending {
        /// What is told.
        delivery: DeliveryId,
        /// The photo.
        photo: PhotoId,
        /// The edition of its picture.
        edition: Digest,
    },
    /// The other side has no picture of the photo now: it took it away, or refused it.
    TakenBack {
        /// What was told.
        delivery: DeliveryId,
    },
    /// The other side knows.
    Delivered {
        /// What was told.
        delivery: DeliveryId,
        /// The connection.
        connection: ConnectionId,
        /// The photo, if it was about one.
        photo: Option<PhotoId>,
        /// The edition of its picture that is there now; nothing when there is none.
        edition: Option<Digest>,
    },
    /// The other side could not be told; it is tried again.
    DeliveryFailed {
        /// What was to be told.
        delivery: DeliveryId,
        /// Why, in a word of the program's own.
        trouble: String,
    },
    /// It was given up: a human has to look.
    DeliveryDied {
        /// What was to be told.
        delivery: DeliveryId,
        /// Why, in a word of the program's own.
        trouble: String,
    },
    /// The finished bytes of a picture were found to be what they have to be, and kept for the next request.
    Proven {
        /// The photo.
        photo: PhotoId,
        /// The verdict that it was made for.
        fingerprint: Digest,
        /// Its bytes.
        blob: Digest,
        /// What was proven of them.
        proof: Digest,
    },
    /// A placed picture has to be taken down by hand.
    TakeDownAsked {
        /// The placement.
        placement: PlacementId,
    },
    /// The finished bytes of a picture were not what they have to be: it did not leave.
    ProofFailed {
        /// The photo.
        photo: PhotoId,
        /// The verdict that it was made for.
        fingerprint: Digest,
        /// What was wrong, in a word of the program's own.
        flaw: String,
    },
    /// Somebody placed a picture by hand; where is not here.
    PlacedByHand {
        /// The placement.
        placement: PlacementId,
        /// The channel.
        channel: ChannelId,
        /// The photo.
        photo: PhotoId,
    },
    /// Somebody took a placed picture down.
    TakenDown {
        /// The placement.
        placement: PlacementId,
    },
    /// Somebody is about to be written to because a take-down is overdue.
    OverdueTold {
        /// The placement.
        placement: PlacementId,
    },
    /// Nobody could be written to: it is tried again.
    OverdueUntold {
        /// The placement.
        placement: PlacementId,
    },
    /// Somebody asked to try everything of a connection again that was given up.
    Retried {
        /// The connection.
        connection: ConnectionId,
    },
}
