//! The synthetic school as it truly is: who stands where in which photo, and who agreed to what.

use std::collections::BTreeMap;
use std::fs;

use eyelid::domain::geometry::{Rect, Region, Size};
use eyelid::domain::id::{Digest, PhotoId};
use serde::Deserialize;

use super::program::fixtures;

/// Who has not agreed, by channel, as fixtures/school/README.md tells it; everybody else has.
const NOT_GRANTED: &[(&str, &[&str])] = &[
    ("website", &["P002", "P005", "P007", "P009", "P013", "P014", "P022", "P023", "P028", "S102"]),
    ("newsletter", &["P002", "P009", "P022", "P023", "S102"]),
    ("social_media", &["P002", "P005", "P007", "P009", "P012", "P013", "P014", "P022", "P023", "P028", "P048", "S102"]),
];

/// The channels of the school.
pub(super) const CHANNELS: [&str; 3] = ["website", "newsletter", "social_media"];

/// Whom the safeguarding lead has barred.
pub(super) const RESTRICTED: &str = "P023";

/// Whether a person's picture may leave on a channel.
pub(super) fn granted(person: &str, channel: &str) -> bool {
    let (_, refused) = NOT_GRANTED.iter().find(|(known, _)| *known == channel).unwrap();
    !refused.contains(&person)
}

/// A photo of the school.
pub(super) struct Photo {
    /// Below the school's folder.
    pub(super) path: String,
    pub(super) id: PhotoId,
    pub(super) bytes: Vec<u8>,
    pub(super) faces: Vec<Face>,
}

/// A person's face in a photo, in pixels of the photo.
#[derive(Deserialize)]
pub(super) struct Face {
    pub(super) person: String,
    #[serde(rename = "box")]
    pub(super) rect: Rect,
}

/// The school's event photos.
pub(super) fn photos() -> Vec<Photo> {
    let school = fixtures("school");
    let truth = fs::read_to_string(school.join("truth.json")).unwrap();
    let truth: BTreeMap<String, Vec<Face>> = serde_json::from_str(&truth).unwrap();
    let photos = truth.into_iter().filter(|(path, _)| path.starts_with("photos/")).map(|(path, faces)| {
        let bytes = fs::read(school.join(&path)).unwrap();
        let id: String = Digest::of(&bytes).to_string().chars().take(20).collect();
        Photo { path, id: id.parse().unwrap(), bytes, faces }
    });
    photos.collect()
}

/// The pixels of a box of a picture of `from` pixels in the same picture of `to` pixels.
pub(super) fn scaled(rect: &Rect, from: Size, to: Size) -> Region {
    let across = |at: f32| at * to.width as f32 / from.width as f32;
    let down = |at: f32| at * to.height as f32 / from.height as f32;
    let rect = Rect { x1: across(rect.x1), y1: down(rect.y1), x2: across(rect.x2), y2: down(rect.y2) };
    Region::covering(&rect, to)
}

/// The places of a region, row after row.
pub(super) fn places(region: Region) -> impl Iterator<Item = (u32, u32)> {
    (region.top..region.bottom).flat_map(move |y| (region.left..region.right).map(move |x| (x, y)))
}
