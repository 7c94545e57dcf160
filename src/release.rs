//! What leaves: packs and feeds for each channel, decided at the moment of use.

mod address;
mod archive;
mod feed;
mod label;
mod look;
mod pack;
pub mod push;
mod rss;
pub mod whole_file;

pub use address::{Addresses, Signed};
pub use archive::Archive;
pub use feed::{Feed, Item, feed, item};
pub use label::Label;
pub use look::{Look, Waiting, alike, look, waiting};
pub use pack::{Pack, PackError, Picture, pack};
pub use rss::{About, rss};
