//! A school event whose photos belong together, such as a sports day.

use serde::{Deserialize, Serialize};

use super::id::EventId;
use super::time::Date;

/// An event in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number.
    pub id: EventId,
    /// What the school calls it; may hold a name, so it never reaches a log.
    pub name: String,
    /// The day it took place.
    pub date: Date,
    /// Classes whose pupils may be in the photos; empty when not said.
    pub roster: Vec<String>,
}
