//! A person in front of the camera: pupil, member of staff or known visitor.

use serde::{Deserialize, Serialize};

use super::id::PersonId;
use super::name::PersonName;
use super::time::Date;

/// What somebody is to the school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// A child on the roll; guardians decide, and the child too from the school's voice age.
    Pupil,
    /// An adult at work; decides alone.
    Staff,
    /// Anybody else with a record; decides alone.
    Visitor,
}

/// A row of the school's register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The id in the school's register.
    pub id: PersonId,
    /// Pupil, staff or visitor.
    pub kind: PersonKind,
    /// The names; shown only to whoever may see them.
    pub name: PersonName,
    /// Date of birth; unknown counts as too young to decide alone.
    pub born: Option<Date>,
    /// Year group as the school writes it.
    pub year: Option<String>,
    /// Registration class; rosters are made of these.
    pub class: Option<String>,
    /// Admission number.
    pub admission_no: Option<String>,
    /// Unique pupil number.
    pub upn: Option<String>,
    /// The last day at the school, when known; consent ends with it.
    pub leaving: Option<Date>,
}
