//! Reminders to parents and carers: whose answers are missing or about to lapse, by e-mail, at most once in a while.

use std::collections::BTreeMap;

use jiff::{SignedDuration, ToSpan};

use crate::access::{AccountId, Standing};
use crate::config::{Mail, School};
use crate::consent::ledger::{Act, Record};
use crate::consent::{Due, DueWhy, Reader, due};
use crate::domain::id::{ActorId, PersonId};
use crate::domain::time::Timestamp;
use crate::store::{Read, Store};

use super::error::OfficeError;
use super::letter::{Letter, deliver};
use super::register::due_list;

/// How far to look, and how often to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Answers that lapse within so many days are due.
    pub within_days: u16,
    /// Nobody is written to twice within so many days.
    pub every_days: u16,
}

impl Default for Rules {
    fn default() -> Self {
        Self { within_days: 30, every_days: 28 }
    }
}

/// Who would be reminded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The accounts to be written to, each once however many children are due.
    pub due: Vec<AccountId>,
    /// Accounts that were reminded a short while ago.
    pub already: Vec<AccountId>,
    /// Pupils whose answers are due and whom nobody with an e-mail address decides for: they need a form on paper.
    pub unlinked: Vec<PersonId>,
}

/// What became of the reminders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Messages that left.
    pub sent: usize,
    /// Messages that did not: the next run tries them again.
    pub failed: usize,
}

/// Who has to be reminded now. A young pupil's no is no reason: somebody talks to that family.
///
/// # Errors
/// When the store fails.
pub fn plan(read: &Read, school: &School, rules: Rules, now: Timestamp) -> Result<Plan, OfficeError> {
    let ahead = SignedDuration::from_hours(24 * i64::from(rules.within_days));
    let before = now.checked_add(ahead).unwrap_or(now);
    let since = since(rules, now);
    let mut accounts: BTreeMap<AccountId, bool> = BTreeMap::new();
    let mut plan = Plan::default();
    for (person, told) in due_list(read, school, None, now, before, Reader::Other)? {
        if no_reason(&told) {
            continue;
        }
        // a restriction is told neither by a letter to a family that has answered nor by the want of one to a family that has not
        let said = read.ledger(&person.id)?.into_iter();
        let entries = said.filter(|entry| !matches!(entry.act, Act::Restrict | Act::Lift)).collect();
        let record = Record { entries, person: person.clone() };
        let answered = no_reason(&due([&record], &school.categories, &school.policy, now, before));
        let mut linked = false;
        for known in read.guardianships(&person.id)?.into_iter().filter(|known| known.until.is_none()) {
            let open = read.account(known.account)?.is_some_and(|account| account.standing != Standing::Closed);
            linked |= open;
            if open && !answered {
                let lately = read.reminded_at(known.account)?.is_some_and(|last| last >= since);
                accounts.insert(known.account, lately);
            }
        }
        if !linked {
            plan.unlinked.push(person.id);
        }
    }
    for (account, lately) in accounts {
        if lately { plan.already.push(account) } else { plan.due.push(account) }
    }
    Ok(plan)
}

/// Writes to these accounts. Each is noted before its message leaves, so that whoever runs this twice, or at the same time, sends
/// nothing twice; a message that does not leave is taken off the notes.
///
/// # Errors
/// [`OfficeError::NoMail`], or when the store fails.
pub fn send(
    store: &Store,
    school: &School,
    accounts: &[AccountId],
    rules: Rules,
    actor: &ActorId,
    now: Timestamp,
) -> Result<Sent, OfficeError> {
    let mail: &Mail = school.mail.as_ref().ok_or(OfficeError::NoMail)?;
    let mut sent = Sent::default();
    for account in accounts {
        let claimed = store.write(actor, now, |w| {
            let Some(known) = w.account(*account)? else { return Ok(None) };
            Ok::<_, OfficeError>(if w.remind(*account, since(rules, now))? { Some(known.login) } else { None })
        })?;
        let Some(login) = claimed else { continue };
        match deliver(mail, &letter(school, login), now) {
            Ok(()) => sent.sent += 1,
            Err(error) => {
                tracing::error!(cause = %error, account = account.0, "a reminder did not leave");
                store.write(actor, now, |w| w.drop_reminder(*account))?;
                sent.failed += 1;
            }
        }
    }
    Ok(sent)
}

/// Whether nothing is missing or about to lapse.
fn no_reason(due: &[Due]) -> bool {
    due.iter().all(|due| due.why == DueWhy::YoungRefusal)
}

fn since(rules: Rules, now: Timestamp) -> Timestamp {
    now.checked_sub((24 * i64::from(rules.every_days)).hours()).unwrap_or(now)
}

/// Names no child, and nobody who is somebody's child.
fn letter(school: &School, to: String) -> Letter {
    let address = school.address.as_deref().unwrap_or_default().trim_end_matches('/');
    let text = format!(
        "Hello,\n\n{} needs your answer about where pictures of your child may be shown: an answer is missing, or will soon end.\n\n\
         No answer means no: until you answer, your child is hidden in every new and published photo. It takes a minute; get a \
         link to your pages with this e-mail address:\n\n{address}/family/link\n",
        school.name,
    );
    Letter { to, subject: format!("Photo consent at {}: your answer is due", school.name), text }
}
