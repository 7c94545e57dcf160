//! What a place for pictures can do: show one, take it away, and tell what there is.

use super::client::Stopped;
use crate::domain::id::{Digest, PhotoId};
use crate::release::Label;
use crate::store::Remote;

/// A picture on its way.
pub(super) struct Parcel<'a> {
    pub(super) photo: &'a PhotoId,
    pub(super) label: &'a Label,
    pub(super) edition: &'a Digest,
    pub(super) credit: &'a str,
    /// The JPEG.
    pub(super) bytes: &'a [u8],
}

/// A place for pictures. Each method may be called again after any failure.
pub(super) trait Shelf {
    /// Takes away every picture of the photo that came from this connection, where it has one of these neutral file
    /// names; gives whether there was one.
    fn clear(&self, photo: &PhotoId, files: &[String], known: &Remote) -> Result<bool, Stopped>;

    /// Puts a picture where none of this photo is.
    fn put(&self, parcel: &Parcel<'_>) -> Result<Remote, Stopped>;

    /// Tells beside the pictures what they are, where the place has no other way to know; with nothing, what was told is taken away.
    fn describe(&self, manifest: Option<&[u8]>) -> Result<(), Stopped>;
}

/// The manifest's name.
pub(super) const MANIFEST: &str = "manifest.json";
