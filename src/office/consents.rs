//! Consents come in: a file's answers become entries of the ledger.

use crate::config::School;
use crate::domain::id::{ActorId, EntryId};
use crate::domain::time::Timestamp;
use crate::import::{ConsentDiff, read_consents};
use crate::store::{NewEntry, Store};

use super::enrol::{Enrolled, Source};
use super::error::OfficeError;

/// Takes a consent list in. What shows less counts at once; what could show more only with the confirmation.
///
/// # Errors
/// When a line is wrong, and then nothing of the file is kept, or when the store fails.
pub fn enrol_consents(
    store: &Store,
    school: &School,
    source: &Source<'_>,
    actor: &ActorId,
    now: Timestamp,
) -> Result<Enrolled<ConsentDiff>, OfficeError> {
    let sheet = source.sheet()?;
    store.write(actor, now, |w| {
        let people = w.people()?;
        let records = w.records(people.keys())?;
        let context =
            crate::import::School { records: &records, categories: &school.categories, policy: &school.policy, now };
        let answers = read_consents(&sheet, source.mapping, &context)?;
        let diff = ConsentDiff::new(answers, &context);
        if !source.dry_run {
            for answer in diff.answers(source.confirm_loosening) {
                // the number is the ledger's to give
                w.record(&NewEntry::from(answer.entry(EntryId(0), now, None)))?;
            }
        }
        let waiting = !source.confirm_loosening && diff.needs_confirmation();
        Ok(Enrolled { diff, waiting })
    })
}
