//! Take-downs that are overdue: whoever placed the picture is written to, and the channel's editors, once for each task and day.

use std::collections::BTreeSet;

use crate::access::{Role, Standing};
use crate::config::School;
use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;
use crate::store::{Placement, Read, Store, StoreError};

use super::error::OfficeError;
use super::letter::{Letter, deliver};

/// Writes because of every overdue task of which nobody has been told today; gives how many messages left. To be called every
/// hour by whoever likes, also at the same time. Without a mail server nothing is sent: the pages tell of it as well.
///
/// # Errors
/// When the store fails. A message that does not leave is no error: it is tried again the next time.
pub fn write_to_owners(store: &Store, school: &School, actor: &ActorId, now: Timestamp) -> Result<usize, OfficeError> {
    let Some(mail) = &school.mail else { return Ok(0) };
    let (today, mut sent) = (school.policy.day_of(now), 0);
    for task in store.read(|read| read.overdue(now))? {
        let owners = store.read(|read| owners(read, &task))?;
        // noted first, so that nobody is told twice
        if owners.is_empty() || !store.write(actor, now, |w| w.tell_overdue(task.id, today))? {
            continue;
        }
        let mut left = 0;
        for to in owners {
            match deliver(mail, &letter(school, &task, to), now) {
                Ok(()) => left += 1,
                Err(error) => {
                    tracing::error!(cause = %error, placement = task.id.0, "a message on an overdue take-down did not leave");
                }
            }
        }
        if left == 0 {
            store.write(actor, now, |w| w.untell_overdue(task.id, today))?;
        }
        sent += left;
    }
    Ok(sent)
}

/// The addresses of whoever placed it and of the channel's editors.
fn owners(read: &Read, task: &Placement) -> Result<BTreeSet<String>, StoreError> {
    let mut all = BTreeSet::new();
    for account in read.accounts()?.into_iter().filter(|account| account.standing != Standing::Closed) {
        let placed = account.id.actor().is_ok_and(|actor| actor == task.by);
        if placed || account.roles.contains(&Role::Editor(task.channel.clone())) {
            all.insert(account.login);
        }
    }
    Ok(all)
}

/// Ids and a link: who is in the picture, and where it is, stands on the page.
fn letter(school: &School, task: &Placement, to: String) -> Letter {
    let site = school.address.as_deref().unwrap_or_default().trim_end_matches('/');
    let (number, channel) = (task.id.0, &task.channel);
    let text = format!(
        "Hello,\n\na picture that was placed by hand may no longer be shown and should have been taken down by now: placement \
         {number}, photo {photo}.\n\nTake it down, then say so here:\n\n{site}/channels/{channel}/placements\n\n\
         You will be reminded every day until it is done.\n",
        photo = task.photo,
    );
    Letter { to, subject: format!("Overdue: take a picture down (placement {number})"), text }
}
