//! What leaves: packs for each channel, decided at the moment of use.

mod pack;
pub mod whole_file;

pub use pack::{Pack, PackError, Picture, pack};
