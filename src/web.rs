//! The service that people touch: every route in one table, every answer decided at that request.

mod error;
mod frame;
mod pages;
mod router;

pub use router::router;

use std::sync::Arc;

use crate::config::School;
use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::vision::Limits;

/// What every request may use.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    store: Store,
    school: School,
    limits: Limits,
    clock: fn() -> Timestamp,
}

impl Site {
    /// A site over a store; `clock` tells the moment of a request.
    #[must_use]
    pub fn new(store: Store, school: School, clock: fn() -> Timestamp) -> Self {
        Self(Arc::new(Inner { store, school, limits: Limits::default(), clock }))
    }
}
