//! One delivery: taken from the outbox, decided anew, told to the other side, and kept with what the other side said.
//!
//! No transaction is held while the other side is asked. Whatever an interruption leaves unknown is marked as such before
//! it begins, and looked for at the next attempt.

use std::time::Duration;

use serde::Serialize;

use super::client::{Client, Stopped};
use super::folder::Folder;
use super::message::{About, Happened, Message, send};
use super::schedule::plan;
use super::shelf::{MANIFEST, Parcel, Shelf};
use super::trouble::Trouble;
use super::webdav::Webdav;
use super::wordpress::Wordpress;
use crate::config::School;
use crate::domain::connection::{Address, ConnectionId, Kind};
use crate::domain::id::{ActorId, ChannelId, Digest, PhotoId};
use crate::domain::time::{Date, Timestamp};
use crate::pipeline::release::{Answer, Released, Request};
use crate::pipeline::{PipelineError, RollCache, edition, texts_beside};
use crate::release::Label;
use crate::release::feed::item;
use crate::store::{Connected, Failure, Leased, Read, Remote, SEARCHES, SealedSecret, Store, StoreError, Worker};

/// What delivers.
pub struct Courier<'a> {
    /// The data folder.
    pub store: &'a Store,
    /// The school's settings.
    pub school: &'a School,
    /// The names on the register.
    pub roll: &'a RollCache,
    /// In whose name pictures leave.
    pub actor: &'a ActorId,
    /// Tells the moment.
    pub clock: fn() -> Timestamp,
    /// How long the other side may take to answer.
    pub patience: Duration,
}

/// Why a delivery did not come to its end.
enum Halt {
    Stopped(Stopped),
    Store(StoreError),
}

impl From<Stopped> for Halt {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

impl From<Trouble> for Halt {
    fn from(trouble: Trouble) -> Self {
        Self::Stopped(trouble.into())
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<PipelineError> for Halt {
    fn from(error: PipelineError) -> Self {
        let of_photo = error.is_of_photo();
        match error {
            PipelineError::Store(error) if !of_photo => Self::Store(error),
            _ => Trouble::Unmade.into(),
        }
    }
}

/// A delivery in hand, with everything that it rests on.
struct Trip<'a> {
    courier: &'a Courier<'a>,
    worker: &'a Worker,
    leased: &'a Leased,
    connection: &'a Connected,
    client: Client,
    secrets: Vec<String>,
}

impl Courier<'_> {
    /// How long the other side may take, when nobody says otherwise: a large picture on a slow line fits.
    pub const PATIENCE: Duration = Duration::from_secs(60);

    /// Delivers the next thing; gives for which connection, or nothing when nothing may be told now.
    ///
    /// # Errors
    /// When the store fails. Another side that cannot be told is no error: the delivery waits, or is given up.
    pub fn step(&self, worker: &Worker) -> Result<Option<ConnectionId>, StoreError> {
        let now = (self.clock)();
        // a delivery asks the other side a few times
        let most = self.patience.saturating_mul(10);
        let Some(leased) = self.store.write(self.actor, now, |w| w.lease_delivery(worker.id(), most))? else {
            return Ok(None);
        };
        let settled = match self.tell(&leased, worker) {
            Err(Halt::Stopped(stopped)) => self.put_off(&leased, worker, stopped),
            Err(Halt::Store(error)) => Err(error),
            Ok(()) => Ok(()),
        };
        match settled {
            // whoever took it over tells it again
            Err(StoreError::LeaseLost { .. }) => {}
            settled => settled?,
        }
        self.store.write(self.actor, (self.clock)(), |w| w.destroy_secrets(leased.connection))?;
        Ok(Some(leased.connection))
    }

    fn tell(&self, leased: &Leased, worker: &Worker) -> Result<(), Halt> {
        let now = (self.clock)();
        let found = self.store.read(|r| {
            Ok::<_, StoreError>((r.connection(leased.connection)?, r.connection_secrets(leased.connection, now)?))
        })?;
        let (Some(connection), sealed) = found else { return Err(Trouble::Missing.into()) };
        let key = self.store.seal_key()?;
        let about = SealedSecret::about(connection.id);
        let secrets = sealed.iter().filter_map(|secret| key.open(&about, &secret.sealed)).collect();
        let client = Client::new(&self.school.push.intranet, self.patience, now);
        let trip = Trip { courier: self, worker, leased, connection: &connection, client, secrets };
        match (&leased.photo, connection.kind) {
            (Some(photo), Kind::Webhook) => trip.announce(photo),
            (Some(photo), _) => trip.carry(photo),
            (None, Kind::Webhook) => trip.tell_of_consents(),
            (None, _) => trip.describe(),
        }
    }

    fn put_off(&self, leased: &Leased, worker: &Worker, Stopped { trouble, rest }: Stopped) -> Result<(), StoreError> {
        let plan = plan(leased.id, leased.attempt, trouble, leased.takes_back(), rest);
        let now = (self.clock)();
        let again = now.checked_add(plan.wait).unwrap_or(Timestamp::MAX);
        let (word, rests) = (trouble.word(), trouble.is_of_connection());
        tracing::warn!(delivery = leased.id.0, connection = leased.connection.0, trouble = word, "a delivery failed");
        metrics::counter!("eyelid_deliveries_failed_total", "trouble" => word).increment(1);
        let why = Failure { trouble: word, again, dead: plan.dead, rests };
        self.store.write(self.actor, now, |w| w.delivery_failed(leased, worker.id(), &why))
    }
}

impl Trip<'_> {
    /// What the channel may show at this moment; nothing once the connection was ended, or its channel is gone or the families'
    /// own.
    fn request(&self) -> Option<Request<'_>> {
        let Courier { school, roll, actor, .. } = *self.courier;
        let (channel, category) = school.channel(&self.connection.channel)?;
        let open = self.connection.ended_at.is_none() && !channel.families_only;
        open.then_some(Request { school, roll, channel, category, actor })
    }

    /// What the channel's pictures bear; of a channel that is gone nothing is shown.
    fn credit(&self) -> &str {
        let school = self.courier.school;
        school.channel(&self.connection.channel).map_or(&school.name, |(channel, _)| school.credit(channel))
    }

    fn knows_something(&self) -> bool {
        self.leased.told.is_some() || self.leased.maybe
    }

    fn address(&self) -> Result<Address, Halt> {
        self.connection.address.parse().map_err(|_| Trouble::Missing.into())
    }

    fn shelf<'s>(&'s self, address: Option<&'s Address>) -> Result<Box<dyn Shelf + 's>, Halt> {
        let login = self.connection.login.as_deref().unwrap_or_default();
        let password = self.secrets.first().map(String::as_str);
        match (self.connection.kind, address) {
            (Kind::Wordpress, Some(address)) => {
                let password = password.ok_or(Trouble::NoSecret)?;
                Ok(Box::new(Wordpress::new(&self.client, address, self.connection.id, login, password)))
            }
            (Kind::Webdav, Some(address)) => Ok(Box::new(Webdav::new(&self.client, address, login, password))),
            (Kind::Folder, _) => {
                Ok(Box::new(Folder::new(&self.connection.address, &self.courier.school.push.folders)?))
            }
            _ => Err(Trouble::Missing.into()),
        }
    }

    /// Puts the picture there as it may be shown at this moment, or takes it back.
    fn carry(&self, photo: &PhotoId) -> Result<(), Halt> {
        let address = if self.connection.kind == Kind::Folder { None } else { Some(self.address()?) };
        let shelf = self.shelf(address.as_ref())?;
        let shown = self.shown(photo)?;
        if shown.is_some() && self.leased.told == shown && !self.leased.maybe {
            return self.done(shown.as_ref(), &self.known());
        }
        if self.knows_something() {
            let files =
                self.courier.store.read(|r| r.photo(photo)?.map(|photo| Label::files(r, &photo)).transpose())?;
            let found = shelf.clear(photo, &files.ok_or(Trouble::Unmade)?, &self.known())?;
            if self.leased.maybe && !found && self.leased.attempt <= SEARCHES && !self.is_certain() {
                // an upload that was cut off on this side may still be under way on the other
                return Err(Trouble::Unsure.into());
            }
            self.write(|w| w.taken_back(self.leased, self.worker.id()))?;
        }
        let Some(released) = self.picture(photo)? else { return self.done(None, &Remote::default()) };
        let Some((label, edition)) = self.begin(photo, released.fingerprint())? else {
            return Err(Trouble::Unmade.into());
        };
        let credit = self.credit();
        let parcel = Parcel { photo, label: &label, edition: &edition, credit, bytes: released.bytes() };
        let remote = shelf.put(&parcel).or_else(|stopped| {
            // a clear refusal leaves nothing to be searched for
            if stopped.trouble.leaves_nothing() {
                self.write(|w| w.taken_back(self.leased, self.worker.id()))?;
            }
            Err(Halt::from(stopped))
        })?;
        metrics::counter!("eyelid_pictures_pushed_total").increment(1);
        self.done(Some(&edition), &remote)
    }

    /// Tells a webhook that a picture may be fetched, has changed, or has to be removed.
    fn announce(&self, photo: &PhotoId) -> Result<(), Halt> {
        let now = (self.courier.clock)();
        let edition = self.shown(photo)?;
        let happened = match edition {
            None if !self.knows_something() => return self.done(None, &Remote::default()),
            None => Happened::Withdrawn,
            Some(shown) if self.leased.told == Some(shown) && !self.leased.maybe => {
                return self.done(Some(&shown), &self.known());
            }
            Some(_) if self.leased.told.is_some() => Happened::Replaced,
            Some(_) => Happened::Approved,
        };
        if let Some(shown) = &edition {
            self.write(|w| w.begin_sending(self.leased, self.worker.id(), photo, shown))?;
        }
        let thread = format!("{} {} {edition:?}", self.leased.id.0, self.leased.turn);
        self.post(happened, Some(photo), &thread, now)?;
        self.done(edition.as_ref(), &Remote::default())
    }

    fn tell_of_consents(&self) -> Result<(), Halt> {
        if self.connection.ended_at.is_none() {
            let thread = format!("{} {}", self.leased.id.0, self.leased.turn);
            self.post(Happened::ConsentChanged, None, &thread, (self.courier.clock)())?;
        }
        self.done(None, &Remote::default())
    }

    fn post(&self, happened: Happened, photo: Option<&PhotoId>, thread: &str, now: Timestamp) -> Result<(), Halt> {
        let channel = &self.connection.channel;
        let site = self.courier.school.address.as_deref().map(|site| site.trim_end_matches('/'));
        let shown = photo.filter(|_| happened != Happened::Withdrawn).zip(site);
        let image = shown.map(|(photo, site)| format!("{site}/api/v1/channels/{channel}/images/{photo}.jpg"));
        let message = Message { happened, timestamp: now, data: About { channel, photo, image } };
        Ok(send(&self.client, self.address()?.as_str(), &self.secrets, thread, &message)?)
    }

    /// Tells beside the pictures of a folder what they are; an ended connection leaves nothing of what it told.
    fn describe(&self) -> Result<(), Halt> {
        let now = (self.courier.clock)();
        let store = self.courier.store;
        let mut pictures = Vec::new();
        store.read(|read| {
            for (photo, remote) in &read.there(self.connection.id)? {
                let Some(request) = self.request() else { continue };
                let shown = item(read, &request, photo, now)?.zip(remote.id.clone());
                pictures.extend(shown.map(|(item, file)| Described {
                    file,
                    photo: item.photo,
                    alt: item.label.alt,
                    caption: item.label.caption,
                    date: item.label.date,
                    expires_at: item.until,
                }));
            }
            Ok::<_, PipelineError>(())
        })?;
        let (channel, credit) = (&self.connection.channel, self.credit());
        let manifest = serde_json::to_vec_pretty(&Manifest { channel, credit, pictures }).map_err(|_| Trouble::Odd)?;
        let address = if self.connection.kind == Kind::Folder { None } else { Some(self.address()?) };
        let shelf = self.shelf(address.as_ref())?;
        if self.connection.ended_at.is_none() {
            shelf.describe(Some(&manifest))?;
            return self.done(None, &Remote { id: Some(MANIFEST.to_owned()), address: None });
        }
        // what lies there may be somebody else's where nothing was told
        if self.leased.remote.is_some() {
            shelf.describe(None)?;
        }
        self.done(None, &Remote::default())
    }

    /// The edition that the channel shows at this moment.
    fn shown(&self, photo: &PhotoId) -> Result<Option<Digest>, Halt> {
        let Some(request) = self.request() else { return Ok(None) };
        let now = (self.courier.clock)();
        let shown = self.courier.store.read(|read| {
            let shown = request.edition(read, photo, None, now)?;
            shown.map(|shown| Ok(edition(&shown.fingerprint, &texts_beside(read, photo)?))).transpose()
        });
        shown.map_err(|error: PipelineError| error.into())
    }

    fn picture(&self, photo: &PhotoId) -> Result<Option<Released>, Halt> {
        let Some(request) = self.request() else { return Ok(None) };
        match request.picture(self.courier.store, photo, None, self.courier.clock)? {
            Answer::Released(released) => Ok(Some(released)),
            Answer::Withheld(_) => Ok(None),
        }
    }

    /// In one transaction with the last decision: a withdrawal is either seen here, or finds that the picture may be out. The
    /// texts that go with the picture are those of this decision, and no other is ever sent.
    fn begin(&self, photo: &PhotoId, fingerprint: &Digest) -> Result<Option<(Label, Digest)>, Halt> {
        let Some(request) = self.request() else { return Ok(None) };
        let (courier, now) = (self.courier, (self.courier.clock)());
        let begun = courier.store.write(courier.actor, now, |w| {
            let shown = request.edition(w, photo, None, now)?;
            let (Some(_), Some(label)) = (shown.filter(|shown| shown.fingerprint == *fingerprint), label(w, photo)?)
            else {
                return Ok(None);
            };
            let edition = edition(fingerprint, &texts_beside(w, photo)?);
            w.pull(&self.connection.channel, photo, fingerprint)?;
            w.begin_sending(self.leased, self.worker.id(), photo, &edition)?;
            Ok::<_, PipelineError>(Some((label, edition)))
        });
        Ok(begun?)
    }

    fn done(&self, edition: Option<&Digest>, remote: &Remote) -> Result<(), Halt> {
        self.write(|w| w.delivered(self.leased, self.worker.id(), edition, remote))
    }

    fn known(&self) -> Remote {
        Remote { id: self.leased.remote.clone(), address: self.leased.address.clone() }
    }

    /// A folder holds what was written when the call returned, and nothing else.
    fn is_certain(&self) -> bool {
        self.connection.kind == Kind::Folder
    }

    fn write(&self, work: impl FnOnce(&crate::store::Write<'_>) -> Result<(), StoreError>) -> Result<(), Halt> {
        Ok(self.courier.store.write(self.courier.actor, (self.courier.clock)(), work)?)
    }
}

#[derive(Serialize)]
struct Manifest<'a> {
    channel: &'a ChannelId,
    credit: &'a str,
    pictures: Vec<Described>,
}

#[derive(Serialize)]
struct Described {
    file: String,
    photo: PhotoId,
    alt: String,
    caption: Option<String>,
    date: Date,
    expires_at: Option<Timestamp>,
}

fn label(read: &Read, photo: &PhotoId) -> Result<Option<Label>, StoreError> {
    read.photo(photo)?.map(|photo| Label::of(read, &photo)).transpose()
}
