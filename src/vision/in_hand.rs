//! A bound on the pixels that are worked on at once, so that large photos take turns instead of all of the memory.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::domain::geometry::Size;

/// The right to work on a picture's pixels; ends when it is dropped.
///
/// A picture of 24 million pixels is worked on alone, two of 12 million at once. Whoever holds one must not take another:
/// two that wait for each other would wait for ever.
#[derive(Debug)]
pub struct InHand(u64);

/// In pixels; a photo takes three bytes each, twice while it is decoded, and the search in it the same again.
const MOST: u64 = 32_000_000;

static PLACE: Place = Place::new();

impl InHand {
    /// Waits until a picture of this size may be worked on; one above the bound has it for itself.
    #[must_use]
    pub fn take(size: Size) -> Self {
        let pixels = size.pixels().min(MOST);
        PLACE.take(pixels);
        Self(pixels)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        PLACE.give_back(self.0);
    }
}

/// Room for pixels. Whoever came first is served first: small pictures without end do not pass a large one that waits.
struct Place {
    turns: Mutex<Turns>,
    changed: Condvar,
}

struct Turns {
    free: u64,
    came: u64,
    served: u64,
}

impl Place {
    const fn new() -> Self {
        Self { turns: Mutex::new(Turns { free: MOST, came: 0, served: 0 }), changed: Condvar::new() }
    }

    fn take(&self, pixels: u64) {
        let mut turns = self.turns();
        let turn = turns.came;
        turns.came += 1;
        let waits = |turns: &mut Turns| turns.served != turn || turns.free < pixels;
        let mut turns = self.changed.wait_while(turns, waits).unwrap_or_else(PoisonError::into_inner);
        turns.free -= pixels;
        turns.served += 1;
        self.changed.notify_all();
    }

    fn give_back(&self, pixels: u64) {
        self.turns().free += pixels;
        self.changed.notify_all();
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    #[test]
    fn large_pictures_take_turns_and_all_come_to_their_end() {
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        let sizes = [(6000, 4000), (4000, 3000), (400, 300), (65_000, 65_000), (6000, 4000), (4000, 3000), (1, 1)];
        thread::scope(|scope| {
            for (width, height) in sizes {
                let (now, most) = (&now, &most);
                scope.spawn(move || {
                    let size = Size { width, height };
                    let held = InHand::take(size);
                    let pixels = size.pixels().min(MOST);
                    most.fetch_max(now.fetch_add(pixels, Ordering::SeqCst) + pixels, Ordering::SeqCst);
                    now.fetch_sub(pixels, Ordering::SeqCst);
                    drop(held);
                });
            }
        });
        assert!(most.into_inner() <= MOST);
    }

    #[test]
    fn small_pictures_do_not_pass_a_large_one_that_waits() {
        let (place, order) = (Place::new(), Mutex::new(Vec::new()));
        let have_come = |count| {
            while place.turns().came < count {
                thread::yield_now();
            }
        };
        place.take(1);
        thread::scope(|scope| {
            let (place, order) = (&place, &order);
            let work = move |pixels| {
                place.take(pixels);
                order.lock().unwrap().push(pixels);
                place.give_back(pixels);
            };
            scope.spawn(move || work(MOST));
            have_come(2);
            scope.spawn(move || work(2));
            have_come(3);
            assert_eq!(place.turns().served, 1);
            place.give_back(1);
        });
        assert_eq!(order.into_inner().unwrap(), [MOST, 2]);
    }
}
