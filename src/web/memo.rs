//! The answers that were given last, so that readers who ask again and again cost little while nothing happens.
//!
//! Each is kept under the head of the audit chain: whatever is written, by this process or another, moves that head, so that an
//! answer is given again only while not a single row has changed since. Settings and the time are looked at besides.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Site;
use crate::audit::Head;
use crate::config::School;
use crate::domain::time::Timestamp;
use crate::store::{Read, StoreError};

/// Answers by what was asked.
#[derive(Debug)]
pub(super) struct Memo<K, V>(Mutex<Kept<K, V>>);

/// When an answer was worked out and until when it stands, if nobody says anything.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stands {
    pub(super) from: Timestamp,
    pub(super) until: Option<Timestamp>,
}

/// Everything that is kept is of this one moment of the store.
#[derive(Debug)]
struct Kept<K, V> {
    head: Head,
    bytes: usize,
    answers: BTreeMap<K, Answer<V>>,
}

#[derive(Debug)]
struct Answer<V> {
    school: Arc<School>,
    stands: Stands,
    bytes: usize,
    value: V,
}

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Kept::of(Head::EMPTY)))
    }
}

impl<K: Ord, V: Clone> Memo<K, V> {
    /// The answer, if it still is the one that would be worked out now.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn known(&self, site: &Site, asked: &K) -> Result<Option<V>, StoreError> {
        let (head, now) = (site.store().read(Read::audit_head)?, site.now());
        let mut kept = self.kept();
        if kept.head != head {
            // what was taken back or destroyed meanwhile does not stay in memory either
            *kept = Kept::of(head);
        }
        let stands = |answer: &&Answer<V>| {
            let Stands { from, until } = answer.stands;
            from <= now && until.is_none_or(|until| now < until) && Arc::ptr_eq(&answer.school, &site.1)
        };
        Ok(kept.answers.get(asked).filter(stands).map(|answer| answer.value.clone()))
    }

    /// Forgets what is of an earlier moment without waiting for somebody who asks: what was taken back or destroyed since stays in
    /// no memory.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn forget_past(&self, site: &Site) -> Result<(), StoreError> {
        let mut kept = self.kept();
        let head = site.store().read(Read::audit_head)?;
        if kept.head != head {
            *kept = Kept::of(head);
        }
        Ok(())
    }

    /// Keeps an answer of so many bytes that was worked out from the store as it was under this head, unless the store has moved on.
    pub(super) fn keep(&self, site: &Site, asked: K, head: Head, stands: Stands, value: V, bytes: usize) {
        let mut kept = self.kept();
        // asked with the memory in hand: whatever is destroyed after this is forgotten after this too
        let present: Result<Head, StoreError> = site.store().read(Read::audit_head);
        if present.ok() != Some(head) {
            return;
        }
        if kept.head != head || kept.bytes.saturating_add(bytes) > MOST_BYTES {
            *kept = Kept::of(head);
        }
        kept.bytes = kept.bytes.saturating_add(bytes);
        let answer = Answer { school: Arc::clone(&site.1), stands, bytes, value };
        let before = kept.answers.insert(asked, answer).map_or(0, |before| before.bytes);
        kept.bytes = kept.bytes.saturating_sub(before);
    }

    fn kept(&self) -> MutexGuard<'_, Kept<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> Kept<K, V> {
    fn of(head: Head) -> Self {
        Self { head, bytes: 0, answers: BTreeMap::new() }
    }
}

/// Memory holds answers of so many bytes.
const MOST_BYTES: usize = 32 << 20;
