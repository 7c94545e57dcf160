//! A picture that somebody placed by hand where no program can take it back: a post, a printed page.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A placement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlacementId(pub i64);

impl fmt::Display for PlacementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How a picture was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placed {
    /// On the web, where it has an address.
    Posted,
    /// On paper or a screen of the school: a print run, a wall, a display.
    Printed,
}
