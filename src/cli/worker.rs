//! `eyelid worker`: further workers on the same store, until interrupted.

use std::sync::atomic::{AtomicBool, Ordering};
