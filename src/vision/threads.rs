//! Work shared out over the physical cores, one piece per core at any time, however many photos are under way.
//!
//! A pool of rayon is not used here on purpose: one of its workers that waits for an inference starts the next tile
//! meanwhile, which stacks up memory without end in sight and, with a limited number of sessions, can lock itself out.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The cores worth using: physical ones, and no more than this process is allowed.
pub(super) fn cores() -> usize {
    let allowed = thread::available_parallelism().map_or(1, usize::from);
    num_cpus::get_physical().clamp(1, allowed)
}

/// Does `work` for every item on up to [`cores`] threads and gives the results in the order of the items.
///
/// All callers in the process share the cores: a second photo waits for a free core, not for the first photo's end.
pub(super) fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break };
            done.push((at, CORES.with(|()| work(item))));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..items.len().min(cores())).map(|_| scope.spawn(take)).collect();
        let own = take();
        others.into_iter().fold(own, |mut done, other| {
            done.extend(other.join().unwrap_or_else(|cause| resume_unwind(cause)));
            done
        })
    });
    done.sort_unstable_by_key(|&(at, _)| at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Does one piece of work on one of the shared cores.
pub(super) fn alone<R>(work: impl FnOnce() -> R) -> R {
    CORES.with(|()| work())
}

/// Does work whose input is large: at most two such at once, however many cores there are, for each takes some 300 MB.
pub(super) fn large<R>(work: impl FnOnce() -> R) -> R {
    LARGE.with(|()| work())
}

static LARGE: LazyLock<Slots<()>> = LazyLock::new(|| Slots::new(vec![(); 2]));

static CORES: LazyLock<Slots<()>> = LazyLock::new(|| Slots::new(vec![(); cores()]));

/// A fixed number of things that are lent out one at a time; a borrower waits for a free one.
pub(super) struct Slots<T> {
    free: Mutex<Vec<T>>,
    returned: Condvar,
}

impl<T> Slots<T> {
    /// Lends out these things; with none, every borrower would wait for ever.
    pub(super) fn new(things: Vec<T>) -> Self {
        Self { free: Mutex::new(things), returned: Condvar::new() }
    }

    /// Calls `work` with a free thing and takes it back, also when `work` panics.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let mut free = self.lock();
        let mut thing = loop {
            match free.pop() {
                Some(thing) => break thing,
                None => free = self.returned.wait(free).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(free);
        let result = catch_unwind(AssertUnwindSafe(|| work(&mut thing)));
        self.lock().push(thing);
        self.returned.notify_one();
        result.unwrap_or_else(|cause| resume_unwind(cause))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..100).collect();
        assert_eq!(each(&items, |item| item * 2), (0..100).map(|item| item * 2).collect::<Vec<_>>());
        assert!(each(&[] as &[u8], |item| *item).is_empty());
    }

    #[test]
    fn a_thing_comes_back_after_a_panic() {
        let slots = Slots::new(vec![7]);
        assert!(catch_unwind(|| slots.with(|_| panic!("on purpose"))).is_err());
        assert_eq!(slots.with(|thing| *thing), 7);
    }

    #[test]
    fn no_more_than_the_things_are_lent_at_once() {
        let (slots, lent, most) = (Slots::new(vec![(), ()]), AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    slots.with(|()| {
                        most.fetch_max(lent.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        thread::yield_now();
                        lent.fetch_sub(1, Ordering::SeqCst);
                    });
                });
            }
        });
        assert!(most.into_inner() <= 2);
    }
}
