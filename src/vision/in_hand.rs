//! A bound on the pixels that are worked on at once, so that large photos take turns instead of all of the memory.

use std::sync::{Condvar, Mutex, PoisonError};

use crate::domain::geometry::Size;

/// The right to work on a picture's pixels; ends when it is dropped.
///
/// A picture of 24 million pixels is worked on alone, two of 12 million at once. Whoever holds one must not take another:
/// two that wait for each other would wait for ever.
#[derive(Debug)]
pub struct InHand(u64);

/// In pixels; a photo takes three bytes each, twice while it is decoded, and the search in it the same again.
const MOST: u64 = 32_000_000;

static FREE: Mutex<u64> = Mutex::new(MOST);
static RETURNED: Condvar = Condvar::new();

impl InHand {
    /// Waits until a picture of this size may be worked on; one above the bound has it for itself.
    #[must_use]
    pub fn take(size: Size) -> Self {
        let wanted = size.pixels().min(MOST);
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = RETURNED.wait_while(free, |free| *free < wanted).unwrap_or_else(PoisonError::into_inner);
        *free -= wanted;
        Self(wanted)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        *FREE.lock().unwrap_or_else(PoisonError::into_inner) += self.0;
        RETURNED.notify_all();
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
}
