//! The way of a photo: one file per stage, each taking the previous stage's value and giving its own.
//!
//! | stage | takes | gives | kept in the store |
//! |---|---|---|---|
//! | [`intake`] | bytes | `Received` | the bytes, a row, a job |
//! | [`inspect`] | `Received` | `Inspected`: upright pixels, the camera | |
//! | [`find`] | `Inspected` | `Found`: boxes | faces, the photo's state |
//! | [`decide`] | the photo's id | `Identified`, then `Decided` | |
//! | [`redact`] | `Cleared`, which only a release verdict gives | `Redacted`: pixels that show nobody they must not | |
//! | [`render`] | `Redacted` | `Rendered`: fresh JPEG bytes | a cache |
//! | [`release`] | the photo's id | the bytes, decided again | |
//!
//! An interrupted photo goes on from `Received` (its jobs are leased again) or from `Identified` (which is read from the
//! store); renditions are made again from the original whenever they are missing.

pub mod decide;
mod error;
pub mod find;
mod identify;
pub mod inspect;
pub mod intake;
pub mod redact;
pub mod release;
pub mod render;
pub mod subject;
pub mod worker;

pub use decide::{Identified, roll};
pub use error::PipelineError;
