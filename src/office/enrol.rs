//! The roll comes in: a file of pupils, staff and visitors becomes rows of the register.

use crate::config::School;
use crate::domain::id::ActorId;
use crate::domain::person::Person;
use crate::domain::time::Timestamp;
use crate::import::{Extent, Limits, Mapping, RollDiff, Sheet, SheetKind, read_pupils};
use crate::pipeline::recognition::settle_all;
use crate::store::Store;

use super::error::OfficeError;

/// A file to enrol.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// CSV or XLSX.
    pub kind: SheetKind,
    /// The school's own names for columns.
    pub mapping: &'a Mapping,
    /// Whether what could show more of a person is taken too.
    pub confirm_loosening: bool,
    /// Whether only the diff is wanted.
    pub dry_run: bool,
}

/// What a file did, or would do.
#[derive(Debug)]
pub struct Enrolled<D> {
    /// The changes.
    pub diff: D,
    /// Whether some of them wait for a confirmation.
    pub waiting: bool,
}

impl Source<'_> {
    pub(super) fn sheet(&self) -> Result<Sheet, OfficeError> {
        Ok(Sheet::read(self.bytes, self.kind, &Limits::default(), self.mapping)?)
    }
}

/// Takes the roll in: all of the file's rows, or none when one of them is wrong.
///
/// # Errors
/// When a line is wrong or the store fails.
pub fn enrol_pupils(
    store: &Store,
    school: &School,
    source: &Source<'_>,
    extent: Extent,
    actor: &ActorId,
    now: Timestamp,
) -> Result<Enrolled<RollDiff>, OfficeError> {
    let today = school.policy.day_of(now);
    let pupils = read_pupils(&source.sheet()?, source.mapping, today)?;
    store.write(actor, now, |w| {
        let register: Vec<Person> = w.people()?.into_values().collect();
        let diff = RollDiff::new(&pupils, &register, extent, today)?;
        if !source.dry_run {
            for person in diff.rows(source.confirm_loosening) {
                w.save_person(person)?;
            }
            settle_all(w, school)?;
        }
        let waiting = !source.confirm_loosening && !diff.loosened.is_empty();
        Ok(Enrolled { diff, waiting })
    })
}
