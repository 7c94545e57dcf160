//! The same work on as many threads as there are processors.

use std::panic::resume_unwind;
use std::thread;

/// Runs `work` on every processor at once, each until it returns, and gives what they return.
pub(super) fn at_once<T: Send>(work: impl Fn() -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or_else(|cause| resume_unwind(cause))).collect()
    })
}
