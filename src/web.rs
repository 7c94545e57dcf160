//! The service that people touch: every route in one table, every answer decided at that request.

mod error;
mod frame;
mod pages;
mod router;

use std::sync::Arc;

use crate::config::School;
use crate::domain::id::{ActorId, IdError};
use crate::domain::time::Timestamp;
use crate::store::Store;
use error::WebError;

pub use router::router;

/// What every request may use.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    store: Store,
    school: School,
    actor: ActorId,
    clock: fn() -> Timestamp,
}

impl Site {
    /// A site over a store; `clock` tells the moment of a request.
    ///
    /// # Errors
    /// Never in practice: the actor's id is a constant that fits.
    pub fn new(store: Store, school: School, clock: fn() -> Timestamp) -> Result<Self, IdError> {
        Ok(Self(Arc::new(Inner { store, school, actor: "web".parse()?, clock })))
    }

    fn store(&self) -> &Store {
        &self.0.store
    }

    fn school(&self) -> &School {
        &self.0.school
    }

    fn actor(&self) -> &ActorId {
        &self.0.actor
    }

    fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    /// Work on the store or on pixels, away from the threads that answer requests.
    async fn blocking<T, E>(&self, work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static) -> Result<T, WebError>
    where
        T: Send + 'static,
        E: Into<WebError> + Send + 'static,
    {
        let site = self.clone();
        tokio::task::spawn_blocking(move || work(&site)).await?.map_err(Into::into)
    }
}
