//! A photo's record and the state it has reached.

use serde::{Deserialize, Serialize};

use super::camera::Camera;
use super::geometry::Size;
use super::id::{Digest, EventId, PhotoId};
use super::time::Timestamp;

/// How far a photo has come; each state keeps what the earlier ones learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoState {
    /// The bytes are kept; nobody has looked inside.
    Received,
    /// The fast detector has run: people can start naming, nothing may leave.
    Found,
    /// The thorough detector has run.
    Inspected,
    /// Not from one of the school's cameras; waits for a human.
    Quarantined,
    /// The bytes are not a picture that can be used; the original is gone.
    Refused,
    /// The school's time for keeping it is over: every byte of it was destroyed.
    Destroyed,
}

/// Why a photo's bytes are due for destruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The time in which it may be used is over, and so is the time after it.
    Window,
    /// Its event lies too far back.
    Event,
    /// It has waited in quarantine for too long.
    Unusable,
}

/// What is known of a photo besides its faces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// The id made from the digest.
    pub id: PhotoId,
    /// BLAKE3 of the bytes that came in.
    pub digest: Digest,
    /// The event it belongs to.
    pub event: EventId,
    /// Its place in the event, from 1, in the order of receipt.
    pub ordinal: u32,
    /// When the bytes came in.
    pub received_at: Timestamp,
    /// Its state now.
    pub state: PhotoState,
    /// Upright width and height, once looked inside.
    pub size: Option<Size>,
    /// The camera, once looked inside.
    pub camera: Option<Camera>,
    /// Why it is quarantined or refused: a sentence without names.
    pub reason: Option<String>,
}
