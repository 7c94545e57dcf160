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
mod memo;
mod pages;
mod patience;
mod picture;
mod problem;
mod repeat;
mod router;
mod session;
mod stream;
mod table;
mod upload;
mod uploads;
mod who;
mod words;

use std::sync::Arc;

use axum::extract::FromRef;
use tracing::Span;

use crate::access::AccountId;
use crate::config::{School, Watched};
use crate::domain::id::{ActorId, ChannelId, IdError};
use crate::domain::photo::PhotoState;
use crate::domain::time::Timestamp;
use crate::office::{OfficeError, retention};
use crate::pipeline::glance::Glances;
use crate::pipeline::preview::Previews;
use crate::pipeline::release::Request;
use crate::pipeline::{PipelineError, RollCache, place_photos};
use crate::store::{Store, StoreError};
use error::WebError;

pub use guard::Needs;
pub use patience::{PATIENCE, patient};
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
        Self(Arc::clone(&site.0), site.settings())
    }
}

/// What a site is made of.
pub struct Parts {
    /// The school's store.
    pub store: Arc<Store>,
    /// Its settings.
    pub settings: Watched,
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
    roll: RollCache,
    previews: Previews,
    tries: limit::Tries,
    glances: Glances,
    hands: upload::Hands,
    uploads: uploads::Waiting,
    feeds: memo::Memo<api::Asked, api::Document>,
    pictures: memo::Memo<picture::Wanted, picture::Shown>,
}

impl Site {
    /// A site over a store.
    ///
    /// # Errors
    /// Never in practice: the actor's id is a constant that fits.
    pub fn new(parts: Parts) -> Result<Self, IdError> {
        let school = parts.settings.now();
        let inner = Inner {
            parts,
            actor: "web".parse()?,
            tries: limit::tries(),
            glances: Glances::default(),
            hands: upload::Hands::new(),
            roll: RollCache::default(),
            previews: Previews::default(),
            uploads: uploads::Waiting::default(),
            feeds: memo::Memo::default(),
            pictures: memo::Memo::default(),
        };
        Ok(Self(Arc::new(inner), school))
    }

    /// The settings at this moment, for whoever works beside the requests.
    #[must_use]
    pub fn settings(&self) -> Arc<School> {
        self.0.parts.settings.now()
    }

    /// The settings were just changed here: they count from the next request on.
    fn follow(&self) {
        self.0.parts.settings.read_again();
    }

    /// Forgets what it holds of photos that were destroyed, by this process or another. A view that was begun before the destruction
    /// and ends after this is forgotten the next time; until then it is shown to nobody, since the photo's state is asked first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_destroyed(&self) -> Result<(), StoreError> {
        let destroyed = self.store().read(|read| read.photos_in(PhotoState::Destroyed))?;
        let destroyed = destroyed.into_iter().map(|photo| photo.id).collect();
        self.glances().forget(&destroyed);
        self.previews().forget(&destroyed);
        self.pictures().forget_past(self)?;
        self.feeds().forget_past(self)
    }

    /// Destroys what is due, here too.
    fn destroy_due(&self, actor: &ActorId) -> Result<retention::Destroyed, OfficeError> {
        let done = retention::run(self.store(), self.school(), actor, self.now(), |_, _| {});
        self.forget_destroyed()?;
        done
    }

    fn store(&self) -> &Store {
        &self.0.parts.store
    }

    fn school(&self) -> &School {
        &self.1
    }

    /// Whoever acts before anybody has signed in.
    fn actor(&self) -> &ActorId {
        &self.0.actor
    }

    /// The names on the register, read anew when they change.
    fn roll(&self) -> &RollCache {
        &self.0.roll
    }

    /// Puts photos into their queues as far as a request may wait, at most so many: what was just agreed to is seen.
    fn place(&self, most: usize) -> Result<(), PipelineError> {
        place_photos(self.store(), self.school(), self.roll(), self.actor(), self.now(), most).map(drop)
    }

    /// The feeds that were told last.
    fn feeds(&self) -> &memo::Memo<api::Asked, api::Document> {
        &self.0.feeds
    }

    /// The pictures that were given last.
    fn pictures(&self) -> &memo::Memo<picture::Wanted, picture::Shown> {
        &self.0.pictures
    }

    /// The pictures that editors looked at last.
    fn previews(&self) -> &Previews {
        &self.0.previews
    }

    /// A channel of the school, in whose name somebody asks.
    fn request<'a>(&'a self, channel: &ChannelId, actor: &'a ActorId) -> Result<Request<'a>, WebError> {
        let (channel, category) = self.school().channel(channel).ok_or(WebError::NotFound)?;
        Ok(Request { school: self.school(), roll: self.roll(), channel, category, actor })
    }

    fn now(&self) -> Timestamp {
        (self.0.parts.clock)()
    }

    /// What tells the moment, for work that asks it more than once.
    fn clock(&self) -> fn() -> Timestamp {
        self.0.parts.clock
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

    /// The files of imports that wait for their confirmation.
    fn uploads(&self) -> &uploads::Waiting {
        &self.0.uploads
    }

    /// Sends a message while whoever asked for it goes on; a failure is told to the log, without an address.
    fn post(&self, letter: crate::office::letter::Letter) {
        let site = self.clone();
        tokio::task::spawn_blocking(move || {
            let Some(mail) = &site.school().mail else { return };
            if let Err(error) = crate::office::letter::deliver(mail, &letter, site.now()) {
                tracing::error!(cause = %error, "a message did not leave");
            }
        });
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
