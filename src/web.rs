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
mod measure;
mod pages;
mod router;
mod session;
mod stream;
mod table;
mod who;

use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::FromRef;
use tracing::Span;

use crate::access::AccountId;
use crate::config::School;
use crate::domain::id::{ActorId, IdError};
use crate::domain::time::Timestamp;
use crate::store::Store;
use error::WebError;

pub use guard::Needs;
pub use router::router;
pub use table::{Route, routes};

/// What every request may use, with the settings as they were when it came.
#[derive(Clone)]
pub struct Site(Arc<Inner>, Arc<School>);

/// The site between requests: each is given the settings of its own moment, and sees no others to its end.
#[derive(Clone)]
struct Live(Site);

impl FromRef<Live> for Site {
    fn from_ref(Live(site): &Live) -> Self {
        let settings = site.0.settings.read().unwrap_or_else(PoisonError::into_inner);
        Self(Arc::clone(&site.0), Arc::clone(&settings))
    }
}

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
    settings: RwLock<Arc<School>>,
    tries: limit::Tries,
}

impl Site {
    /// A site over a store.
    ///
    /// # Errors
    /// Never in practice: the actor's id is a constant that fits.
    pub fn new(parts: Parts) -> Result<Self, IdError> {
        let school = Arc::clone(&parts.school);
        let settings = RwLock::new(Arc::clone(&school));
        Ok(Self(Arc::new(Inner { parts, actor: "web".parse()?, settings, tries: limit::tries() }), school))
    }

    fn store(&self) -> &Store {
        &self.0.parts.store
    }

    fn school(&self) -> &School {
        &self.1
    }

    /// The settings that the next request is given.
    fn settle(&self, school: School) {
        *self.0.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(school);
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

    /// Work on the store or on pixels, away from the threads that answer requests.
    async fn blocking<T, E>(&self, work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static) -> Result<T, WebError>
    where
        T: Send + 'static,
        E: Into<WebError> + Send + 'static,
    {
        let (site, span) = (self.clone(), Span::current());
        tokio::task::spawn_blocking(move || span.in_scope(|| work(&site))).await?.map_err(Into::into)
    }
}
