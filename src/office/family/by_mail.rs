//! Messages with which families come in: a link for whoever asks, a welcome for whom the office has linked.

use jiff::ToSpan;

use super::{account, after, role};
use crate::access::{Account, Role, Secret, Standing, TicketPurpose, recovery};
use crate::config::School;
use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;
use crate::office::OfficeError;
use crate::office::entrance::is_address;
use crate::office::letter::Letter;
use crate::store::Store;

/// What became of a wish to come in by e-mail. Whether there is an account is told to nobody.
///
/// With a code on paper the address need not be known: an account is made, and the code counts once a link that was sent to it is followed.
///
/// # Errors
/// When the text is no address, the code is wrong, or the store fails.
pub fn ask(
    store: &Store,
    school: &School,
    email: &str,
    code: Option<&str>,
    actor: &ActorId,
    now: Timestamp,
) -> Result<Option<Letter>, OfficeError> {
    if !is_address(email.trim()) {
        return Err(OfficeError::NoAddress);
    }
    let secret = Secret::new()?;
    let account = store.write(actor, now, |w| {
        if let Some(code) = code {
            let code = w.family_code(&recovery::digest(code), now)?.ok_or(OfficeError::WrongFamilyCode)?;
            let account = account(w, email, role(code.whose))?;
            w.claim_family_code(&code, account.id)?;
        }
        let account = w.account_of(email)?.filter(|account| account.standing != Standing::Closed);
        let Some(account) = account.filter(comes_by_link) else { return Ok(None) };
        if w.recent_tickets(account.id, TicketPurpose::SignIn, now)? >= LINKS {
            return Ok(None);
        }
        w.make_ticket(&secret.digest(), account.id, TicketPurpose::SignIn, after(now, 30.minutes()))?;
        Ok::<_, OfficeError>(Some(account))
    })?;
    let address = school.address.as_deref().unwrap_or_default().trim_end_matches('/');
    let text = format!(
        "Hello,\n\nsomebody, we hope you, asked to sign in to the photo consent pages of {}.\n\nFollow this link within half \
         an hour; it works once:\n\n{address}/enter/{}\n\nIf it was not you, do nothing: nobody gets in without this message.\n",
        school.name,
        secret.reveal(),
    );
    let subject = format!("Your link to the photo consent pages of {}", school.name);
    Ok(account.map(|account| Letter { to: account.login, subject, text }))
}

/// What tells a parent whom the office has linked; it names no child.
pub(super) fn welcome(school: &School, email: &str) -> Letter {
    let address = school.address.as_deref().unwrap_or_default().trim_end_matches('/');
    let text = format!(
        "Hello,\n\n{} would like you to decide where pictures of your child may be shown.\n\nGet a link to your pages with this \
         e-mail address, whenever you like:\n\n{address}/family/link\n\nIf you sign in at the school with a password, sign in \
         as usual: {address}/family\n",
        school.name,
    );
    Letter { to: email.trim().to_lowercase(), subject: format!("Photo consent at {}", school.name), text }
}

/// Whether an account is of a family alone. Staff come in with their password, also to their own children's pages.
#[must_use]
pub fn comes_by_link(account: &Account) -> bool {
    account.roles.iter().all(|role| matches!(role, Role::Parent | Role::Pupil))
}

/// So many links in half an hour, so that nobody's mailbox is filled.
const LINKS: u32 = 5;
