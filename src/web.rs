//! The service that people touch: every route in one table, every answer decided at that request.
//!
//! A request passes, from the outside in: the headers of every answer, the form of problems, the refusal of what other sites make a
//! browser send, the limit on tries to come in, and then its route's guard, which knows whoever asks, refuses whoever may
//! not, and tells the audit chain before anything is done. Handlers extract, call one function of a lower room, and show.

mod address;
mod api;
mod error;
mod form;
mod frame;
mod guard;
mod limit;
mod pages;
mod router;
mod session;
mod table;
mod upload;

use std::sync::Arc;

use crate::access::AccountId;
use crate::config::School;
use crate::domain::id::{ActorId, IdError};
use crate::domain::time::Timestamp;
use crate::pipeline::glance::Glances;
use crate::store::Store;
use error::WebError;

pub use guard::Needs;
pub use router::router;
pub use table::{Route, routes};

/// What every request may use.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

/// What a site is made of.
pub struct Parts {
    /// The school's store.
    pub store: Arc<Store>,
    /// Its settings.
    pub school: Arc<School>,
    /// Tells the moment of a request.
    pub clock: fn() -> Timestamp,
    /// Whether browsers reach it over TLS.
    pub secure: bool,
    /// The accounts that anybody may try; nothing outside the demo.
    pub demo: Option<Vec<AccountId>>,
}

struct Inner {
    parts: Parts,
    actor: ActorId,
    tries: limit::Tries,
    glances: Glances,
    hands: upload::Hands,
}

impl Site {
    /// A site over a store.
    ///
    /// # Errors
    /// Never in practice: the actor's id is a constant that fits.
    pub fn new(parts: Parts) -> Result<Self, IdError> {
        Ok(Self(Arc::new(Inner {
            parts,
            actor: "web".parse()?,
            tries: limit::tries(),
            glances: Glances::default(),
            hands: upload::Hands::new(),
        })))
    }

    fn store(&self) -> &Store {
        &self.0.parts.store
    }

    fn school(&self) -> &School {
        &self.0.parts.school
    }

    /// Whoever acts before anybody has signed in.
    fn actor(&self) -> &ActorId {
        &self.0.actor
    }

    fn now(&self) -> Timestamp {
        (self.0.parts.clock)()
    }

    /// A moment as people at the school read it.
    fn told(&self, at: Timestamp) -> String {
        at.to_zoned(self.school().policy.time_zone.clone()).strftime("%-d %B %Y, %H:%M").to_string()
    }

    fn secure(&self) -> bool {
        self.0.parts.secure
    }

    fn demo(&self) -> Option<&[AccountId]> {
        self.0.parts.demo.as_deref()
    }

    fn tries(&self) -> &limit::Tries {
        &self.0.tries
    }

    /// What staff looked at last.
    fn glances(&self) -> &Glances {
        &self.0.glances
    }

    /// How much may be held in memory for uploads and views at once.
    fn hands(&self) -> &upload::Hands {
        &self.0.hands
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
