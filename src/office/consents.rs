//! Consents come in: a file's answers become entries of the ledger.

use crate::config::School;
use crate::consent::ledger::Act;
use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;
use crate::import::{Answer, ConsentDiff, read_consents};
use crate::pipeline::recognition::settle_all;
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
                w.record(&new_entry(answer))?;
            }
            settle_all(w, school)?;
        }
        let waiting = !source.confirm_loosening && diff.needs_confirmation();
        Ok(Enrolled { diff, waiting })
    })
}

fn new_entry(answer: &Answer) -> NewEntry {
    let answer = answer.clone();
    NewEntry {
        person: answer.person,
        act: Act::Decide { category: answer.category, medium: answer.medium, photo: None, decision: answer.choice },
        giver: answer.giver,
        method: answer.method,
        made_at: answer.made_at,
        valid_from: answer.valid_from,
        valid_until: answer.valid_until,
        evidence: None,
    }
}
