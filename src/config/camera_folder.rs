//! A folder of the school's network into which cameras and their cards are emptied.

use std::path::PathBuf;

use serde::Deserialize;

/// The settings `[camera_folder]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraFolder {
    /// The folder, from the root on. Each folder inside is an event, such as `2026-06-12 Sports day`.
    pub path: PathBuf,
    /// A file is whole when it has not changed for so many seconds.
    #[serde(default = "thirty")]
    pub settle_seconds: u32,
    /// Whether files that have become photos are deleted from the folder.
    #[serde(default)]
    pub delete: bool,
}

const fn thirty() -> u32 {
    30
}

impl CameraFolder {
    /// What contradicts itself, with the remedy.
    pub(super) fn contradiction(&self) -> Option<&'static str> {
        let relative = !self.path.is_absolute();
        relative.then_some("[camera_folder] has a path that does not begin at the root: write it whole")
    }
}
