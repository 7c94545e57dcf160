//! How long the pages that people wait for take in a school with a hundred thousand photos: rows alone, through the real router.
//!
//! The photos have no bytes, so pictures are not asked for; every page is, as a browser asks for it.
#![expect(clippy::print_stdout, reason = "what was measured is printed")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use eyelid::access::{Role, Secret, password};
use eyelid::config::{School, Watched};
use eyelid::consent::ledger::{Choice, Giver, Method};
use eyelid::domain::camera::Camera;
use eyelid::domain::category::Medium;
use eyelid::domain::face::{Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::id::{ActorId, Digest, PersonId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::time::{Date, Timestamp};
use eyelid::office::{self, Word};
use eyelid::pipeline::release::Request;
use eyelid::pipeline::{PipelineError, RollCache, place_photos};
use eyelid::store::{NewAccount, NewFace, NewSession, Store, StoreError};
use eyelid::web::{Parts, Site, router};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const PUPILS: usize = 1_000;
const EVENTS: usize = 500;
const PHOTOS_PER_EVENT: usize = 200;
const ASKED: usize = 30;
/// The number of each photo's face that nobody has named.
const UNNAMED: u32 = 4;
/// What a page may take; the median counts, as other programs run beside it.
const MOST: Duration = Duration::from_millis(50);
const PASSWORD: &str = "walnut-harbour-tuesday";

fn now() -> Timestamp {
    Timestamp::constant(1_781_517_600, 0)
}

fn main() -> Result<()> {
    let folder = TempDir::new()?;
    let (store, school) = (Arc::new(Store::open(folder.path(), now())?), Arc::new(School::default()));
    let began = Instant::now();
    let photos = fill(&store, &school)?;
    let photo = photos.first().context("no photo waits")?;
    let filled = began.elapsed();
    let actor: ActorId = "bench".parse()?;
    let roll = RollCache::default();
    while place_photos(&store, &school, &roll, &actor, now(), 10_000)? > 0 {}
    println!("{} photos in {filled:.0?}, placed in {:.0?}", EVENTS * PHOTOS_PER_EVENT, began.elapsed() - filled);

    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let settings = Watched::from_now(store.folder().to_owned(), school);
    let parts = Parts { store: Arc::clone(&store), settings, clock: now, secure: false, demo: None };
    let site = router(&Site::new(parts)?).into_make_service_with_connect_info::<SocketAddr>();
    let runtime = Runtime::new()?;
    let _entered = runtime.enter();
    runtime.spawn(axum_server::from_tcp(listener)?.serve(site));
    let cookie = signed_in(&store, &actor)?;
    let get = |path: &str| asked(&format!("http://{address}{path}"), &cookie);
    let mut slow = Vec::new();
    for (name, path) in [
        ("sign-in page", "/sign-in".to_owned()),
        ("events", "/events".to_owned()),
        ("event", format!("/events/{}", EVENTS / 2)),
        ("event, its last part", format!("/events/{}?after=190", EVENTS / 2)),
        ("progress of an event", format!("/events/{}/progress", EVENTS / 2)),
        ("suggestions", format!("/events/{}/suggestions", EVENTS / 2)),
        ("naming", format!("/photos/{photo}")),
        ("queue to check", "/channels/newsletter".to_owned()),
        ("queue that may leave", "/channels/newsletter?queue=may_leave".to_owned()),
        ("a photo to check", format!("/channels/newsletter/photos/{photo}")),
        ("pupils", "/pupils".to_owned()),
        ("a pupil", "/pupils/P0001".to_owned()),
        ("feed", "/api/v1/channels/newsletter/feed.json".to_owned()),
    ] {
        let took = median(|| get(&path))?;
        println!("{name:24} {:>8.1} ms", took.as_secs_f64() * 1000.0);
        if took > MOST {
            slow.push(name);
        }
    }
    let mut unnamed = photos.iter();
    let naming = median(|| {
        let photo = unnamed.next().context("no face is left to name")?;
        let agent = ureq::Agent::config_builder().max_redirects(0).build().new_agent();
        let named = agent.post(format!("http://{address}/photos/{photo}/faces/{UNNAMED}"));
        let answer = named.header("cookie", format!("eyelid={cookie}")).send_form([("person", "P0001")])?;
        ensure!(answer.status().as_u16() == 303, "naming: {}", answer.status());
        Ok(())
    })?;
    println!("{:24} {:>8.1} ms", "naming a face", naming.as_secs_f64() * 1000.0);
    if naming > MOST {
        slow.push("naming a face");
    }
    let signing = median(|| {
        let agent = ureq::Agent::config_builder().max_redirects(0).build().new_agent();
        let form = [("login", "net@hill.example"), ("password", PASSWORD), ("next", "/")];
        let answer = agent.post(format!("http://{address}/sign-in")).send_form(form)?;
        ensure!(answer.status().as_u16() == 303, "sign-in: {}", answer.status());
        Ok(())
    })?;
    println!("{:24} {:>8.1} ms", "signing in", signing.as_secs_f64() * 1000.0);
    ensure!(slow.is_empty() && signing <= MOST, "over {MOST:?}: {slow:?}, signing in {signing:?}");
    Ok(())
}

fn median(mut ask: impl FnMut() -> Result<()>) -> Result<Duration> {
    ask()?;
    let mut took = Vec::with_capacity(ASKED);
    for _ in 0..ASKED {
        let began = Instant::now();
        ask()?;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    took.get(ASKED / 2).copied().context("nothing was asked")
}

fn asked(url: &str, cookie: &str) -> Result<()> {
    let mut answer = ureq::get(url).header("cookie", format!("eyelid={cookie}")).call()?;
    ensure!(answer.status().as_u16() == 200, "{url}: {}", answer.status());
    answer.body_mut().with_config().limit(50 << 20).read_to_vec()?;
    Ok(())
}

/// A session of somebody who may do everything, and an account that signs in with a password alone.
fn signed_in(store: &Store, actor: &ActorId) -> Result<String> {
    let channel = "newsletter".parse()?;
    let roles = BTreeSet::from([Role::Office, Role::Editor(channel)]);
    let secret = Secret::new()?;
    let (digest, hash) = (secret.digest(), password::hash(PASSWORD)?);
    store.write(actor, now(), |w| {
        let all = NewAccount { login: "all@hill.example".into(), name: "All".into(), roles, person: None };
        let account = w.add_account(&all)?;
        let totp = eyelid::access::totp::TotpSecret::from_bytes(vec![7; 20]);
        w.set_second_factor(account, Some((&totp, &[Digest::of(b"code")])))?;
        let ends_at = Timestamp::MAX;
        w.open_session(&NewSession { digest: &digest, account, proven: true, device: "a bench", ends_at })?;
        let roles = BTreeSet::from([Role::NetworkManager]);
        let net = NewAccount { login: "net@hill.example".into(), name: "Net".into(), roles, person: None };
        let net = w.add_account(&net)?;
        w.set_password(net, &hash, false)
    })?;
    Ok(secret.reveal().to_owned())
}

fn pupil(number: usize) -> Result<PersonId> {
    Ok(format!("P{number:04}").parse()?)
}

/// Fills the school; gives the photos of the last event, of which the first waits to be checked.
fn fill(store: &Store, school: &School) -> Result<Vec<PhotoId>> {
    let actor: ActorId = "bench".parse()?;
    let pupils = (0..PUPILS).map(pupil).collect::<Result<Vec<_>>>()?;
    store.write(&actor, now(), |w| {
        for (number, id) in pupils.iter().enumerate() {
            let name = PersonName {
                legal_forename: format!("Forename{number}"),
                preferred_forename: None,
                legal_surname: format!("Surname{number}"),
            };
            let class = Some(format!("Class {}", number / 30));
            let (born, year, admission_no, upn, leaving) = (None, None, None, None, None);
            let kind = PersonKind::Pupil;
            w.save_person(&Person { id: id.clone(), kind, name, born, year, class, admission_no, upn, leaving })?;
        }
        Ok::<_, StoreError>(())
    })?;
    for id in &pupils {
        let word = |category: &str| -> Result<Word> {
            Ok(Word {
                category: category.parse()?,
                medium: Medium::Photo,
                photo: None,
                choice: Choice::Granted,
                giver: Giver::Guardian("G1".into()),
                method: Method::Paper,
                made_at: now(),
                valid_from: None,
                valid_until: None,
                evidence: None,
            })
        };
        let words = ["website", "newsletter", "social_media"].into_iter().map(word).collect::<Result<Vec<_>>>()?;
        office::speak(store, school, id, &words, &actor, now())?;
    }
    let roll = RollCache::default();
    let (channel, category) = school.channel(&"newsletter".parse()?).context("no newsletter")?;
    let request = Request { school, roll: &roll, channel, category, actor: &actor };
    let first = Date::constant(2023, 9, 1);
    let mut last = Vec::new();
    for number in 0..EVENTS {
        let day = first.checked_add(jiff::Span::new().days(i64::try_from(number * 2)?))?;
        last = store.write(&actor, now(), |w| {
            let photos = event(w, number, day, &pupils)?;
            // of ten photos one waits to be checked
            for (_, photo) in photos.iter().enumerate().filter(|(at, _)| at % 10 != 0) {
                let signed = request.decide(w, photo, now())?.sign_off(actor.clone(), now());
                w.sign_off(photo, &channel.id, &signed.seen)?;
            }
            Ok::<_, PipelineError>(photos)
        })?;
    }
    Ok(last)
}

fn event(
    w: &eyelid::store::Write<'_>,
    number: usize,
    day: Date,
    pupils: &[PersonId],
) -> Result<Vec<PhotoId>, StoreError> {
    let event = w.open_event(&format!("Event {number}"), day, &[], &format!("event-{number}"))?;
    let mut photos = Vec::with_capacity(PHOTOS_PER_EVENT);
    for at in 0..PHOTOS_PER_EVENT {
        let digest = Digest::of(format!("{number} {at}").as_bytes());
        let photo = w.receive(&digest, event.id)?.photo().id.clone();
        w.set_found(&photo, Size { width: 4000, height: 3000 }, &Camera::default())?;
        w.set_inspected(&photo)?;
        let people: BTreeMap<u8, &PersonId> =
            (0..3).zip(pupils.iter().cycle().skip((number * 7 + at * 3) % PUPILS)).collect();
        for place in 0..u8::try_from(UNNAMED).unwrap_or_default() {
            let left = 300.0 + 900.0 * f32::from(place);
            let rect = Rect::new(left, 1200.0, left + 300.0, 1600.0);
            let Some(rect) = rect else { continue };
            let face =
                w.add_face(&photo, &NewFace { rect, score: Some(0.9), origin: Origin::Detected, landmarks: None })?;
            if let Some(person) = people.get(&place) {
                w.tag(&photo, face, &Who::Person((*person).clone()))?;
            }
        }
        w.set_headcount(&photo, UNNAMED)?;
        photos.push(photo);
    }
    Ok(photos)
}
