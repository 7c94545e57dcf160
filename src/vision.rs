//! Bytes in, values out: decoding, detecting, hiding, encoding. No ids and no database.

mod colour;
pub mod decode;
mod encode;
mod format;
mod heic;
mod metadata;
mod obscure;
mod orientation;
mod pixels;
mod resize;
mod xmp;

pub use encode::{EncodeError, encode_jpeg};
pub use format::Format;
pub use metadata::Carried;
pub use obscure::obscure;
pub use pixels::Pixels;
pub use resize::{ResizeError, resize};
pub use xmp::Credit;
