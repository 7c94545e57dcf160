//! Bytes in, values out: decoding, detecting, hiding, encoding.

mod detect;
mod engine;
mod model;
mod pixels;
mod threads;

pub use detect::{Detection, Detector, Tier};
pub use engine::EngineKind;
pub use model::ModelError;
pub use pixels::Pixels;
