//! The way of a photo: one file per stage, each taking the previous stage's value and giving its own.
//!
//! | stage | takes | gives | kept in the store |
//! |---|---|---|---|
//! | [`intake`] | bytes | `Received` | the bytes, a row, a job |
//! | [`inspect`] | `Received` | `Inspected`: upright pixels, the camera | |
//! | [`find`] | `Inspected` | `Found`: boxes | faces, the photo's state |
//! | [`suggest`] | an inspected photo's id, where the biometric gate is open | `Suggested` | templates, suggestions |
//! | [`decide`] | the photo's id | `Identified`, then `Decided` | |
//! | [`redact`] | a clearance: `Cleared`, which only a release verdict gives, or a `Draft` | `Redacted`: pixels that show nobody they must not | |
//! | [`render`] | `Redacted` | `Rendered`: fresh JPEG bytes | a cache |
//! | [`prove`] | `Rendered` | `Proven`: the finished bytes were decoded and looked at | the proof's digest |
//! | [`release`] | the photo's id | the bytes, decided again | |
//!
//! An interrupted photo goes on from `Received` (its jobs are leased again) or from `Identified` (which is read from the
//! store); renditions are made again from the original whenever they are missing.

pub mod decide;
mod error;
pub mod find;
pub mod glance;
mod identify;
pub mod inspect;
pub mod intake;
mod places;
pub mod preview;
pub mod prove;
pub mod recognition;
pub mod redact;
pub mod release;
pub mod render;
mod roll;
pub mod suggest;
pub mod template;
mod width;
pub mod worker;

pub mod subject;

pub use decide::{Identified, Past};
pub use error::PipelineError;
pub use places::{edition, place_photos, texts_beside};
pub use roll::{RollCache, roll, roll_at};
pub use width::Width;
