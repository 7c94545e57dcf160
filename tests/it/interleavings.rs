//! Many hands at once: whatever they do in whatever order, nothing that is fetched after a no had its answer shows whom it is about.
//!
//! A program is a list of steps for each of a few clients, who do theirs at the same time over HTTP. Every step notes when it began
//! and when it had its answer. When all are done, each picture that was fetched is looked at: a face may be seen in it only if
//! what was said could at any moment of that request have let it be seen.
//!
//! `EYELID_INTERLEAVINGS` sets how many steps are done, `EYELID_SEED` repeats a failed run.
#![cfg(test)]

use std::collections::BTreeSet;
use std::env;
use std::io::{Cursor, Read as _};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;

use eyelid::access::{Permission, Role};
use eyelid::config::School;
use eyelid::domain::camera::Camera;
use eyelid::domain::geometry::Size;
use eyelid::domain::id::{ChannelId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::time::Timestamp;
use eyelid::office::{self, NewKey};
use eyelid::store::StoreError;
use eyelid::vision::{Limits, Pixels, decode, encode_jpeg};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http::Method as Http;

use super::site::{Answer, Client, Running, now};

const PHOTOS: usize = 3;
const PEOPLE: usize = 4;
const FACES: usize = 3;
const CLIENTS: usize = 4;
const STEPS: usize = 60;
const WIDE: u32 = 480;
const HIGH: u32 = 240;
/// A colour for each of the people.
const MARKS: [[u8; 3]; PEOPLE] = [[220, 20, 20], [20, 200, 20], [20, 20, 220], [220, 200, 20]];
/// A yes that lapses does so after this, in milliseconds.
const SHORT: i64 = 30_000;

/// Something that one client does.
#[derive(Debug, Clone)]
enum Step {
    Yes { person: usize, lapses: bool },
    No { person: usize },
    Restrict { person: usize },
    Lift { person: usize },
    Tag { photo: usize, face: usize, person: Option<usize> },
    Count { photo: usize, people: u32 },
    SignOff { photo: usize },
    TurnDown { photo: usize },
    TimePasses,
    Image { photo: usize, width: Option<u32> },
    Feed,
    Pack,
}

fn step() -> impl Strategy<Value = Step> {
    let (person, photo, face) = (0..PEOPLE, 0..PHOTOS, 0..FACES);
    let width = prop::sample::select(vec![None, Some(320), Some(160)]);
    prop_oneof![
        4 => (person.clone(), any::<bool>()).prop_map(|(person, lapses)| Step::Yes { person, lapses }),
        3 => person.clone().prop_map(|person| Step::No { person }),
        1 => person.clone().prop_map(|person| Step::Restrict { person }),
        2 => person.clone().prop_map(|person| Step::Lift { person }),
        2 => (photo.clone(), face, prop::option::weighted(0.8, person))
            .prop_map(|(photo, face, person)| Step::Tag { photo, face, person }),
        1 => (photo.clone(), prop_oneof![4 => Just(3_u32), 1 => Just(4)])
            .prop_map(|(photo, people)| Step::Count { photo, people }),
        8 => photo.clone().prop_map(|photo| Step::SignOff { photo }),
        1 => photo.clone().prop_map(|photo| Step::TurnDown { photo }),
        1 => Just(Step::TimePasses),
        12 => (photo, width).prop_map(|(photo, width)| Step::Image { photo, width }),
        3 => Just(Step::Feed),
        2 => Just(Step::Pack),
    ]
}

/// The site's clock in milliseconds: it never stands still, so that of two words the later one is later.
static CLOCK: AtomicI64 = AtomicI64::new(0);

fn clock() -> Timestamp {
    now() + jiff::SignedDuration::from_millis(CLOCK.fetch_add(1, Ordering::SeqCst))
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Answer(usize),
    Restriction(usize),
    Tag(usize, usize),
    Count(usize),
    Editor(usize),
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// Until this moment of the clock.
    Yes(i64),
    No,
    Restricted(bool),
    Tagged(Option<usize>),
    People(u32),
    /// With these faces shown.
    SignedOff(BTreeSet<usize>),
    TurnedDown,
}

/// One thing that was said, from the moment at which it was sent to the one at which it had its answer.
#[derive(Debug)]
struct Change {
    about: About,
    said: Said,
    began: u64,
    ended: u64,
}

/// One picture, or that there was none, in an answer.
#[derive(Debug)]
struct Pull {
    photo: usize,
    /// Which faces were seen in it; nothing of a feed, which only tells that there is a picture.
    seen: Option<[bool; FACES]>,
    began: u64,
    ended: u64,
    /// The clock when the request began.
    at: i64,
    how: &'static str,
}

struct World {
    site: Running,
    photos: Vec<PhotoId>,
    order: AtomicU64,
    changes: Mutex<Vec<Change>>,
    pulls: Mutex<Vec<Pull>>,
}

struct Hands<'a> {
    office: Client<'a>,
    staff: Client<'a>,
    dsl: Client<'a>,
    editor: Client<'a>,
    machine: Client<'a>,
}

impl World {
    fn new() -> Self {
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
        let said = Said::Restricted(false);
        let free = |person| Change { about: About::Restriction(person), said: said.clone(), began: 0, ended: 0 };
        let changes = Mutex::new((0..PEOPLE).map(free).collect());
        Self { site, photos, order: AtomicU64::new(1), changes, pulls: Mutex::default() }
    }

    fn hands(&self) -> Hands<'_> {
        let channel = website();
        let key = NewKey { channel: channel.clone(), scopes: [Permission::Pull].into(), label: String::new(), days: 7 };
        let made = office::make_token(&self.site.store, &self.site.school, &key, &self.site.actor(), clock()).unwrap();
        Hands {
            office: self.site.signed_in(Role::Office),
            staff: self.site.signed_in(Role::Staff),
            dsl: self.site.signed_in(Role::Dsl),
            editor: self.site.signed_in(Role::Editor(channel)),
            machine: self.site.machine(made.1.reveal()),
        }
    }

    fn tick(&self) -> u64 {
        self.order.fetch_add(1, Ordering::SeqCst)
    }

    fn changes(&self) -> MutexGuard<'_, Vec<Change>> {
        self.changes.lock().unwrap()
    }

    /// Says something; it may count from the moment at which it is sent, and does once its answer is there.
    fn say(&self, about: About, said: Said, send: impl FnOnce() -> Answer) {
        let began = self.tick();
        let lifts = said == Said::Restricted(false);
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
            422 if lifts => drop(changes.remove(place)),
            status => panic!("{about:?}: {status}: {}", answer.text()),
        }
    }

    fn act(&self, hands: &Hands<'_>, step: &Step) {
        match step {
            Step::Yes { person, lapses } => {
                let made = CLOCK.fetch_add(1, Ordering::SeqCst);
                let until = if *lapses { made + SHORT } else { i64::MAX };
                let ends = lapses.then(|| moment(until).to_string());
                self.say(About::Answer(*person), Said::Yes(until), || answer(hands, *person, "granted", made, ends));
            }
            Step::No { person } => {
                let made = CLOCK.fetch_add(1, Ordering::SeqCst);
                self.say(About::Answer(*person), Said::No, || answer(hands, *person, "withdrawn", made, None));
            }
            Step::Restrict { person } => {
                let body = json!({ "person": id(*person), "reason": "a test" });
                self.say(About::Restriction(*person), Said::Restricted(true), || {
                    hands.dsl.json(Http::POST, "/api/v1/safeguarding/restrictions", &body)
                });
            }
            Step::Lift { person } => {
                let path = format!("/api/v1/safeguarding/restrictions/{}", id(*person));
                self.say(About::Restriction(*person), Said::Restricted(false), || {
                    hands.dsl.send(Http::DELETE, &path, None, Vec::new())
                });
            }
            Step::Tag { photo, face, person } => {
                let path = format!("/api/v1/photos/{}/faces/{}", self.photos[*photo], face + 1);
                let body = match person {
                    Some(person) => json!({ "who": "person", "person": id(*person) }),
                    None => json!({ "who": "unknown" }),
                };
                self.say(About::Tag(*photo, *face), Said::Tagged(*person), || {
                    hands.staff.json(Http::PUT, &path, &body)
                });
            }
            Step::Count { photo, people } => {
                let path = format!("/api/v1/photos/{}/headcount", self.photos[*photo]);
                let body = json!({ "people": people });
                self.say(About::Count(*photo), Said::People(*people), || hands.staff.json(Http::PUT, &path, &body));
            }
            Step::SignOff { photo } => self.sign_off(hands, *photo),
            Step::TurnDown { photo } => {
                let path = api(&format!("photos/{}/rejection", self.photos[*photo]));
                self.say(About::Editor(*photo), Said::TurnedDown, || {
                    hands.editor.json(Http::POST, &path, &json!({ "reason": "a test" }))
                });
            }
            Step::TimePasses => drop(CLOCK.fetch_add(SHORT * 2 / 3, Ordering::SeqCst)),
            Step::Image { photo, width } => drop(self.image(hands, *photo, *width)),
            Step::Feed => self.feed(hands),
            Step::Pack => self.pack(hands),
        }
    }

    fn sign_off(&self, hands: &Hands<'_>, photo: usize) {
        let look = hands.editor.get(&api(&format!("photos/{}", self.photos[photo]))).value();
        if look["fingerprint"].is_null() {
            return;
        }
        let shown = |face: &&Value| face["verdict"] == "show";
        let number = |face: &Value| usize::try_from(face["face"].as_u64().unwrap()).unwrap() - 1;
        let shown: BTreeSet<usize> = look["faces"].as_array().unwrap().iter().filter(shown).map(number).collect();
        let path = api(&format!("photos/{}/sign-off", self.photos[photo]));
        let body = json!({ "fingerprint": look["fingerprint"] });
        self.say(About::Editor(photo), Said::SignedOff(shown), || hands.editor.json(Http::POST, &path, &body));
    }

    /// Fetches a picture; gives which faces are seen in it.
    fn image(&self, hands: &Hands<'_>, photo: usize, width: Option<u32>) -> Option<[bool; FACES]> {
        let query = width.map(|width| format!("?w={width}")).unwrap_or_default();
        let (began, at) = (self.tick(), CLOCK.load(Ordering::SeqCst));
        let answer = hands.machine.get(&api(&format!("images/{}.jpg{query}", self.photos[photo])));
        let ended = self.tick();
        let seen = match answer.status {
            200 => Some(seen(photo, &answer.body)),
            // 503: others kept changing it while it was made
            404 | 410 | 503 => None,
            status => panic!("an image: {status}: {}", answer.text()),
        };
        if seen.is_some() {
            self.pulls.lock().unwrap().push(Pull { photo, seen, began, ended, at, how: "image" });
        }
        seen
    }

    fn feed(&self, hands: &Hands<'_>) {
        let (began, at) = (self.tick(), CLOCK.load(Ordering::SeqCst));
        let answer = hands.machine.get(&api("feed.json"));
        let ended = self.tick();
        assert_eq!(answer.status, 200, "{}", answer.text());
        for item in answer.value()["items"].as_array().unwrap() {
            let photo = self.place(&item["id"]);
            self.pulls.lock().unwrap().push(Pull { photo, seen: None, began, ended, at, how: "feed" });
            // as a reader of the feed does
            self.image(hands, photo, None);
        }
    }

    fn pack(&self, hands: &Hands<'_>) {
        let (began, at) = (self.tick(), CLOCK.load(Ordering::SeqCst));
        let answer = hands.machine.get(&api("pack.zip"));
        let ended = self.tick();
        if answer.status == 503 {
            return;
        }
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut zip = zip::ZipArchive::new(Cursor::new(answer.body)).unwrap();
        let manifest: Value = serde_json::from_reader(zip.by_name("manifest.json").unwrap()).unwrap();
        let pictures = manifest["pictures"].as_array().unwrap();
        assert_eq!(zip.len(), pictures.len() + 1, "the pack has what its manifest tells");
        for picture in pictures {
            let mut bytes = Vec::new();
            zip.by_name(picture["file"].as_str().unwrap()).unwrap().read_to_end(&mut bytes).unwrap();
            let photo = self.place(&picture["photo"]);
            let seen = Some(seen(photo, &bytes));
            self.pulls.lock().unwrap().push(Pull { photo, seen, began, ended, at, how: "pack" });
        }
    }

    fn place(&self, id: &Value) -> usize {
        self.photos.iter().position(|photo| Some(photo.as_str()) == id.as_str()).unwrap()
    }

    /// Everything that could hold at any moment from `began` to `ended`: what was sent by then, unless something else was
    /// sent after its answer and answered before.
    fn possible(&self, about: About, began: u64, ended: u64) -> Vec<Said> {
        let changes = self.changes();
        let of = || changes.iter().filter(|change| change.about == about);
        let over = |change: &Change| of().any(|later| later.began > change.ended && later.ended < began);
        of().filter(|change| change.began <= ended && !over(change)).map(|change| change.said.clone()).collect()
    }

    /// Why a picture should not have been there, or have shown what it did.
    fn fault(&self, pull: &Pull) -> Option<String> {
        let Pull { photo, seen, began, ended, at, how } = pull;
        let possible = |about| self.possible(about, *began, *ended);
        let tags = |face| possible(About::Tag(*photo, face));
        let restricted = |person| !possible(About::Restriction(person)).contains(&Said::Restricted(false));
        let agrees =
            |person| possible(About::Answer(person)).iter().any(|said| matches!(said, Said::Yes(until) if until > at));
        for face in 0..FACES {
            let certainly =
                tags(face).iter().all(|tag| matches!(tag, Said::Tagged(Some(person)) if restricted(*person)));
            if certainly {
                return Some(format!("{how} of photo {photo}: face {face} is of somebody restricted: {pull:?}"));
            }
            if !seen.is_some_and(|seen| seen[face]) {
                continue;
            }
            let may = |tag: &Said| matches!(tag, Said::Tagged(Some(person)) if agrees(*person) && !restricted(*person));
            if !tags(face).iter().any(may) {
                return Some(format!("{how} of photo {photo}: face {face} has no yes: {pull:?}"));
            }
            let checked = |said: &Said| matches!(said, Said::SignedOff(shown) if shown.contains(&face));
            if !possible(About::Editor(*photo)).iter().any(checked) {
                return Some(format!("{how} of photo {photo}: nobody signed off face {face}: {pull:?}"));
            }
        }
        if !possible(About::Count(*photo)).contains(&Said::People(3)) {
            return Some(format!("{how} of photo {photo}: the heads are not counted: {pull:?}"));
        }
        let signed = |said: &Said| matches!(said, Said::SignedOff(_));
        if !possible(About::Editor(*photo)).iter().any(signed) {
            return Some(format!("{how} of photo {photo}: nobody signed it off: {pull:?}"));
        }
        None
    }

    /// When all is quiet, and somebody has signed off what there is, exactly what was said last is shown.
    fn settled(&self, hands: &Hands<'_>) -> Result<usize, String> {
        let mut all = 0;
        for photo in 0..PHOTOS {
            self.act(hands, &Step::Count { photo, people: 3 });
            self.sign_off(hands, photo);
            let (moment, at) = (self.tick(), CLOCK.load(Ordering::SeqCst));
            let holds = |about, said: &dyn Fn(&Said) -> bool| self.possible(about, moment, moment).iter().all(said);
            let tag = |face| match self.possible(About::Tag(photo, face), moment, moment)[..] {
                [Said::Tagged(person)] => Some(person),
                // two were sent at once: either may have come last
                _ => None,
            };
            let restricted = |person| holds(About::Restriction(person), &|said| *said == Said::Restricted(true));
            let agrees = |person| holds(About::Answer(person), &|said| matches!(said, Said::Yes(until) if *until > at));
            let unclear = |about| self.possible(about, moment, moment).len() != 1;
            let seen = self.image(hands, photo, None);
            let tags: Vec<_> = (0..FACES).map(tag).collect();
            let people = || tags.iter().filter_map(|tag| tag.flatten());
            let doubt = tags.contains(&None)
                || people().any(|person| unclear(About::Restriction(person)) || unclear(About::Answer(person)));
            if doubt {
                continue;
            }
            let expected = match people().any(restricted) {
                true => None,
                false => Some([0, 1, 2].map(|face: usize| tags[face].flatten().is_some_and(agrees))),
            };
            all += 1;
            if seen != expected {
                return Err(format!("photo {photo} is {seen:?} and should be {expected:?}"));
            }
        }
        Ok(all)
    }
}

/// What a run has seen.
#[derive(Default)]
struct Tally {
    pictures: usize,
    faces: usize,
    hidden: usize,
    settled: usize,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.pictures += other.pictures;
        self.faces += other.faces;
        self.hidden += other.hidden;
        self.settled += other.settled;
    }
}

/// Runs a program, and judges everything that was fetched.
fn run(program: &[Vec<Step>]) -> Result<Tally, String> {
    let world = World::new();
    let hands = world.hands();
    for person in 0..PEOPLE {
        world.act(&hands, &Step::Yes { person, lapses: false });
    }
    for photo in 0..PHOTOS {
        for face in 0..FACES {
            world.act(&hands, &Step::Tag { photo, face, person: Some(bears(photo, face)) });
        }
        world.act(&hands, &Step::Count { photo, people: 3 });
        world.act(&hands, &Step::SignOff { photo });
    }
    thread::scope(|scope| {
        for steps in program {
            scope.spawn(|| steps.iter().for_each(|step| world.act(&hands, step)));
        }
    });
    let settled = world.settled(&hands)?;
    let pulls = world.pulls.lock().unwrap();
    for pull in pulls.iter() {
        if let Some(fault) = world.fault(pull) {
            return Err(format!("{fault}\nafter {:?}", world.changes()));
        }
    }
    let faces: Vec<bool> = pulls.iter().filter_map(|pull| pull.seen).flatten().collect();
    let shown = faces.iter().filter(|seen| **seen).count();
    Ok(Tally { pictures: pulls.len(), faces: shown, hidden: faces.len() - shown, settled })
}

#[test]
fn nothing_fetched_after_a_no_shows_whom_it_is_about() {
    let number = |name| env::var(name).ok().map(|text: String| text.parse::<u64>().unwrap());
    let steps = number("EYELID_INTERLEAVINGS").unwrap_or(1200);
    let each = u64::try_from(CLIENTS * STEPS).unwrap();
    let seed = number("EYELID_SEED").unwrap_or_else(|| getrandom::u64().unwrap());
    let bytes: Vec<u8> = (0..4).flat_map(|part: u64| seed.wrapping_add(part).to_le_bytes()).collect();
    let cases = u32::try_from(steps.div_ceil(each)).unwrap();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let program = prop::collection::vec(prop::collection::vec(step(), STEPS), CLIENTS);
    let tally = Mutex::new(Tally::default());
    let done = runner.run(&program, |program| {
        let seen = run(&program).map_err(TestCaseError::fail)?;
        tally.lock().unwrap().add(&seen);
        Ok(())
    });
    match done {
        Ok(()) => {}
        Err(TestError::Fail(why, program)) => panic!("EYELID_SEED={seed}: {why}\nfor {program:?}"),
        Err(error) => panic!("EYELID_SEED={seed}: {error}"),
    }
    let Tally { pictures, faces, hidden, settled } = tally.into_inner().unwrap();
    let tried =
        format!("{pictures} pictures, {faces} faces seen, {hidden} hidden, {settled} photos in their last state");
    assert!(faces > 0 && hidden > 0 && settled > 0, "too little was tried: {tried}");
}

fn answer(hands: &Hands<'_>, person: usize, decision: &str, made: i64, ends: Option<String>) -> Answer {
    let mut body = json!({
        "category": "website", "medium": "photo", "decision": decision, "giver_role": "guardian", "giver": "mum",
        "method": "paper", "made_at": moment(made).to_string(),
    });
    if let Some(ends) = ends {
        body["valid_until"] = ends.into();
    }
    hands.office.json(Http::POST, &format!("/api/v1/pupils/{}/ledger", id(person)), &body)
}

fn moment(clock: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_millis(clock)
}

fn id(person: usize) -> String {
    format!("P{person}")
}

fn website() -> ChannelId {
    "website".parse().unwrap()
}

fn api(path: &str) -> String {
    format!("/api/v1/channels/website/{path}")
}

/// Who is in a photo, in truth.
fn bears(photo: usize, face: usize) -> usize {
    (photo + face) % PEOPLE
}

fn left(face: usize) -> u32 {
    50 + 160 * u32::try_from(face).unwrap()
}

const TOP: u32 = 90;
const FACE: Size = Size { width: 44, height: 56 };

fn take(site: &Running, photo: usize) -> PhotoId {
    let size = Size { width: WIDE, height: HIGH };
    let ground = 90 + 30 * u8::try_from(photo).unwrap();
    let mut rgb = Vec::new();
    for y in 0..HIGH {
        for x in 0..WIDE {
            let inside = |face: &usize| {
                (left(*face)..left(*face) + FACE.width).contains(&x) && (TOP..TOP + FACE.height).contains(&y)
            };
            rgb.extend((0..FACES).find(inside).map_or([ground; 3], |face| MARKS[bears(photo, face)]));
        }
    }
    let digest = site.store.put_blob(&encode_jpeg(&Pixels::new(size, rgb).unwrap(), None).unwrap()).unwrap();
    let taken = site.store.write(&site.actor(), clock(), |w| {
        let event = w.open_event("Sports day", "2026-06-12".parse().unwrap(), &[], "sports-day-2026-06-12")?;
        let id = w.receive(&digest, event.id)?.photo().id.clone();
        w.set_found(&id, size, &Camera::default())?;
        w.set_inspected(&id)?;
        Ok::<_, StoreError>(id)
    });
    let id = taken.unwrap();
    let staff = site.signed_in(Role::Staff);
    for face in 0..FACES {
        let (x, y) = (left(face), TOP);
        let body = json!({ "box": [x, y, x + FACE.width, y + FACE.height] });
        let added = staff.json(Http::POST, &format!("/api/v1/photos/{id}/faces"), &body);
        assert_eq!(added.value()["face"], face + 1);
    }
    id
}

/// Which faces are seen in a picture: those whose middle looks as in the original.
fn seen(photo: usize, jpeg: &[u8]) -> [bool; FACES] {
    let pixels = decode(jpeg, None, &Limits::default()).unwrap().pixels;
    let Size { width, height } = pixels.size();
    [0, 1, 2].map(|face| {
        let mark = MARKS[bears(photo, face)];
        let (x, y) = (left(face) + FACE.width / 2, TOP + FACE.height / 2);
        let (x, y) = (x * width / WIDE, y * height / HIGH);
        let at = usize::try_from(y * width + x).unwrap() * 3;
        let near = |channel: usize| pixels.rgb()[at + channel].abs_diff(mark[channel]) < 40;
        (0..3).all(near)
    })
}
