//! Bytes in, values out: decoding, detecting, describing, hiding, encoding. No ids and no database.

mod align;
mod colour;
mod decode;
mod detect;
mod embed;
mod encode;
mod engine;
mod format;
mod heic;
mod in_hand;
mod likeness;
mod matching;
mod metadata;
mod model;
mod obscure;
mod orientation;
mod pixels;
mod resize;
mod threads;
mod xmp;

pub use decode::{DecodeError, Decoded, Limits, decode, measure, probe};
pub use detect::{Detection, Detector, Tier};
pub use embed::{Descriptor, Embedder};
pub use encode::{EncodeError, encode_jpeg};
pub use engine::EngineKind;
pub use format::Format;
pub use heic::heic_decoder;
pub use in_hand::InHand;
pub use likeness::likeness;
pub use matching::closest;
pub use metadata::Carried;
pub use model::ModelError;
pub use obscure::obscure;
pub use pixels::Pixels;
pub use resize::{ResizeError, resize};
pub use xmp::Credit;
