//! What a back-up brings back and what must not count as it stood then.

use super::columns::At;
use super::error::StoreError;
use super::handle::Write;
use crate::audit::{Desk, Event};
use crate::domain::time::Timestamp;

impl Write<'_> {
    /// Begins anew with what a back-up of `made_at` holds: sessions and one-time links have ended, and what connections were
    /// told is not known, so that each is told again of every picture.
    ///
    /// # Errors
    /// When the database fails.
    pub fn begin_after_restore(&self, made_at: Timestamp) -> Result<(), StoreError> {
        self.also("update tickets set used_at = ?1 where used_at is null", [At(self.now)])?;
        self.also(include_str!("restored/forget_told.sql"), [At(self.now)])?;
        let sessions = "update sessions set ends_at = ?1 where ends_at > ?1";
        self.also(sessions, [At(self.now)])?;
        self.tell(&Event::Desk(Desk::Restored { made_at }))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::sample::{actor, at, photo, store, write};
    use super::super::{NewAccount, NewConnection, NewSession, Place, Remote};
    use crate::access::{AccountId, Role, TicketPurpose};
    use crate::consent::Queue;
    use crate::domain::connection::Kind;
    use crate::domain::id::Digest;

    #[test]
    fn nobody_is_signed_in_and_nothing_counts_as_told() {
        let (_dir, store) = store();
        let photo = photo(&store, "a");
        let (key, digest, account) = ("website", Digest::of(b"secret"), AccountId(1));
        let new =
            NewAccount { login: "a@hill.example".into(), name: "A".into(), roles: [Role::Admin].into(), person: None };
        write(&store, 1, |w| w.add_account(&new));
        let session = NewSession { digest: &digest, account, proven: true, device: "iPad", ends_at: at(99) };
        write(&store, 1, |w| w.open_session(&session));
        write(&store, 1, |w| w.make_ticket(&digest, account, TicketPurpose::SignIn, at(99)));
        let (channel, label, address) = (key.parse().unwrap(), String::new(), "https://hill.example".into());
        let connection = NewConnection { channel, kind: Kind::Wordpress, label, address, login: None };
        write(&store, 1, |w| w.add_connection(&connection));
        let edition = Some(Digest::of(b"edition"));
        let channel = key.parse().unwrap();
        let place = Place { channel, queue: Queue::MayLeave, until: None, edition, bears: None, due_at: at(99) };
        write(&store, 2, |w| w.place(&[(photo.clone(), vec![place.clone()])]));
        let worker = store.sign_on().unwrap();
        let take =
            |second| store.write(&actor(), at(second), |w| w.lease_delivery(worker.id(), Duration::from_secs(9)));
        while let Some(leased) = take(3).unwrap() {
            write(&store, 3, |w| w.delivered(&leased, worker.id(), leased.wanted.as_ref(), &Remote::default()));
        }
        write(&store, 10, |w| w.begin_after_restore(at(5)));
        assert!(store.read(|r| r.session(&digest, at(10))).unwrap().is_none());
        assert!(store.read(|r| r.ticket(&digest, TicketPurpose::SignIn, at(10))).unwrap().is_none());
        let again: Vec<_> = std::iter::from_fn(|| take(11).unwrap()).filter(|leased| leased.photo.is_some()).collect();
        assert_eq!(again.len(), 1);
        assert!(again.iter().all(|leased| leased.told.is_none() && leased.maybe && leased.wanted == edition));
    }
}
