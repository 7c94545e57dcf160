//! A site with its people and photos, and everything that was said and fetched there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use eyelid::access::{Permission, Role};
use eyelid::config::School;
use eyelid::domain::id::{ChannelId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::time::Timestamp;
use eyelid::office::{self, NewKey};
use serde_json::json;
use tempfile::TempDir;
use ureq::http::Method as Http;

use super::super::site::{Answer, Client, Running, now};
use super::photo::{LATE, PHOTOS, Sight, take};

pub(super) const PEOPLE: usize = 4;

/// The site's clock in milliseconds: it never stands still, so that of two words the later one is later.
pub(super) static CLOCK: AtomicI64 = AtomicI64::new(0);

pub(super) fn clock() -> Timestamp {
    moment(CLOCK.fetch_add(1, Ordering::SeqCst))
}

pub(super) fn moment(clock: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_millis(clock)
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Answer(usize),
    Restriction(usize),
    Hold(usize),
    Late(usize),
    Tag(usize, usize),
    Count(usize),
    Editor(usize),
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// Until this moment of the clock.
    Yes(i64),
    No,
    Restricted(bool),
    Held(bool),
    /// Whether the late face has a box.
    Found(bool),
    Tagged(Option<usize>),
    People(usize),
    /// With these faces shown.
    SignedOff(BTreeSet<usize>),
    TurnedDown,
}

/// One thing that was said, from the moment at which it was sent to the one at which it had its answer.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) about: About,
    pub(super) said: Said,
    pub(super) began: u64,
    pub(super) ended: u64,
}

/// One picture, or that there was none, in an answer.
#[derive(Debug)]
pub(super) struct Pull {
    pub(super) photo: usize,
    /// Which faces were seen in it; nothing of a feed, which only tells that there is a picture.
    pub(super) seen: Option<Sight>,
    pub(super) began: u64,
    pub(super) ended: u64,
    /// The clock when the request began.
    pub(super) at: i64,
    pub(super) how: &'static str,
}

/// The pictures that a browser keeps, by photo and width: how each is named, and what is seen in it.
pub(super) type Kept = BTreeMap<(usize, Option<u32>), (String, Sight)>;

pub(super) struct World {
    pub(super) site: Running,
    pub(super) photos: Vec<PhotoId>,
    order: AtomicU64,
    changes: Mutex<Vec<Change>>,
    pub(super) pulls: Mutex<Vec<Pull>>,
    pub(super) kept: Mutex<Kept>,
}

pub(super) struct Hands<'a> {
    pub(super) office: Client<'a>,
    pub(super) staff: Client<'a>,
    pub(super) dsl: Client<'a>,
    pub(super) editor: Client<'a>,
    pub(super) machine: Client<'a>,
    /// The incident for which photos are pulled.
    pub(super) incident: i64,
}

impl World {
    pub(super) fn new() -> Self {
        CLOCK.store(0, Ordering::SeqCst);
        let site = Running::at(clock, TempDir::new().unwrap(), School { behind_proxy: true, ..School::default() });
        let actor = site.actor();
        for person in 0..PEOPLE {
            let name = PersonName {
                legal_forename: "Zebedee".into(),
                preferred_forename: None,
                legal_surname: ["Quillfeather", "Thistlewood", "Marchbanks", "Underhill"][person].into(),
            };
            let id = id(person).parse().unwrap();
            let kind = PersonKind::Pupil;
            let born = Some("2017-02-03".parse().unwrap());
            let (year, class, admission_no, upn, leaving) = (None, None, None, None, None);
            let person = Person { id, kind, name, born, year, class, admission_no, upn, leaving };
            site.store.write(&actor, clock(), |w| w.save_person(&person)).unwrap();
        }
        let photos = (0..PHOTOS).map(|photo| take(&site, photo)).collect();
        let free = (0..PEOPLE).map(|person| (About::Restriction(person), Said::Restricted(false)));
        let of_photo = |photo| {
            let (tag, late) = (Said::Tagged(None), Said::Found(false));
            [(About::Hold(photo), Said::Held(false)), (About::Late(photo), late), (About::Tag(photo, LATE), tag)]
        };
        let first = free.chain((0..PHOTOS).flat_map(of_photo));
        let changes = first.map(|(about, said)| Change { about, said, began: 0, ended: 0 }).collect();
        let (pulls, kept) = (Mutex::default(), Mutex::default());
        Self { site, photos, order: AtomicU64::new(1), changes: Mutex::new(changes), pulls, kept }
    }

    pub(super) fn hands(&self) -> Hands<'_> {
        let channel = website();
        let key = NewKey { channel: channel.clone(), scopes: [Permission::Pull].into(), label: String::new(), days: 7 };
        let made = office::make_token(&self.site.store, &self.site.school, &key, &self.site.actor(), clock()).unwrap();
        let dsl = self.site.signed_in(Role::Dsl);
        let opened = dsl.json(Http::POST, "/api/v1/incidents", &json!({ "kind": "other", "note": "a test" }));
        let incident = opened.value()["incident"].as_i64().unwrap();
        Hands {
            office: self.site.signed_in(Role::Office),
            staff: self.site.signed_in(Role::Staff),
            dsl,
            editor: self.site.signed_in(Role::Editor(channel)),
            machine: self.site.machine(made.1.reveal()),
            incident,
        }
    }

    pub(super) fn tick(&self) -> u64 {
        self.order.fetch_add(1, Ordering::SeqCst)
    }

    pub(super) fn changes(&self) -> MutexGuard<'_, Vec<Change>> {
        self.changes.lock().unwrap()
    }

    pub(super) fn pulled(&self, pull: Pull) {
        self.pulls.lock().unwrap().push(pull);
    }

    /// Says something; it may count from the moment at which it is sent, and does once its answer is there.
    pub(super) fn say(&self, about: About, said: Said, send: impl FnOnce() -> Answer) {
        let began = self.tick();
        let lifts = matches!(said, Said::Restricted(false) | Said::Held(false));
        self.changes().push(Change { about, said, began, ended: u64::MAX });
        let answer = send();
        let ended = self.tick();
        let mut changes = self.changes();
        let place = changes.iter().position(|change| change.began == began).unwrap();
        match answer.status {
            200..=299 => changes[place].ended = ended,
            // the picture is another by now
            409 | 422 if matches!(about, About::Editor(_)) => drop(changes.remove(place)),
            // nothing was there to lift
            404 | 422 if lifts => drop(changes.remove(place)),
            status => panic!("{about:?}: {status}: {}", answer.text()),
        }
    }

    /// Everything that could hold at any moment from `began` to `ended`: what was sent by then, unless something else was
    /// sent after its answer and answered before.
    pub(super) fn possible(&self, about: About, began: u64, ended: u64) -> Vec<Said> {
        let changes = self.changes();
        let of = || changes.iter().filter(|change| change.about == about);
        let over = |change: &Change| of().any(|later| later.began > change.ended && later.ended < began);
        of().filter(|change| change.began <= ended && !over(change)).map(|change| change.said.clone()).collect()
    }
}

pub(super) fn id(person: usize) -> String {
    format!("P{person}")
}

pub(super) fn website() -> ChannelId {
    "website".parse().unwrap()
}

pub(super) fn api(path: &str) -> String {
    format!("/api/v1/channels/website/{path}")
}
