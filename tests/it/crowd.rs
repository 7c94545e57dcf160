//! Five hundred readers at once while two hundred photos come in: nobody is lost, and whoever cannot be served is asked to wait.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use eyelid::access::{Permission, Role};
use eyelid::consent::ledger::{Choice, Giver, Method as Way};
use eyelid::domain::camera::Camera;
use eyelid::domain::category::Medium;
use eyelid::domain::face::{Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::id::{EventId, PhotoId};
use eyelid::office::{self, NewKey, Word, sign_off, speak};
use eyelid::pipeline::release::Request;
use eyelid::pipeline::{RollCache, place_photos};
use eyelid::store::{NewFace, StoreError};
use eyelid::vision::{Pixels, encode_jpeg};
use serde_json::json;
use ureq::http::Method;

use super::naming::person;
use super::photos::small;
use super::site::{Answer, Running, now};

const READERS: usize = 500;
const UPLOADERS: usize = 4;
const UPLOADS: usize = 200;

/// A school with three photos of a pupil that may leave in the newsletter, and the key of whoever fetches them.
fn house() -> (Running, Vec<PhotoId>, String) {
    let site = Running::start();
    let (store, school, actor) = (&site.store, &site.school, site.actor());
    store.write(&actor, now(), |w| w.save_person(&person("P1", "Mia", "Oakfield", "Oak"))).unwrap();
    let word = Word {
        category: "newsletter".parse().unwrap(),
        medium: Medium::Photo,
        photo: None,
        choice: Choice::Granted,
        giver: Giver::Guardian("G1".into()),
        method: Way::Paper,
        made_at: now(),
        valid_from: None,
        valid_until: None,
        evidence: None,
    };
    speak(store, school, &"P1".parse().unwrap(), &[word], &actor, now()).unwrap();
    let roll = RollCache::default();
    let (channel, category) = school.channel(&"newsletter".parse().unwrap()).unwrap();
    let request = Request { school, roll: &roll, channel, category, actor: &actor };
    let photos = ["IMG_2041.JPG", "IMG_2057.JPG", "DSC00123.JPG"].map(|name| {
        let digest = store.put_blob(&small(&format!("school/photos/sports-day/{name}"), 600)).unwrap();
        let photo = store.write(&actor, now(), |w| {
            let event = w.open_event("Sports day", "2026-06-12".parse().unwrap(), &[], "sports")?;
            let photo = w.receive(&digest, event.id)?.photo().id.clone();
            w.set_found(&photo, Size { width: 600, height: 400 }, &Camera::default())?;
            w.set_inspected(&photo)?;
            let rect = Rect::new(100.0, 100.0, 130.0, 140.0).unwrap();
            let face =
                w.add_face(&photo, &NewFace { rect, score: Some(0.9), origin: Origin::Detected, landmarks: None })?;
            w.tag(&photo, face, &Who::Person("P1".parse().unwrap()))?;
            w.set_headcount(&photo, 1)?;
            Ok::<_, StoreError>(photo)
        });
        let photo = photo.unwrap();
        sign_off(store, &request, &photo, None, now()).unwrap();
        photo
    });
    while place_photos(store, school, &roll, &actor, now(), 200).unwrap() > 0 {}
    let scopes = BTreeSet::from([Permission::Pull]);
    let key = NewKey { channel: channel.id.clone(), scopes, label: "the newsletter".into(), days: 30 };
    let (_, secret) = office::make_token(store, school, &key, &actor, now()).unwrap();
    let key = secret.reveal().to_owned();
    (site, photos.into(), key)
}

/// Asks until there is room; everything else that is no answer is a fault.
fn patiently(waited: &AtomicUsize, ask: impl Fn() -> Answer) -> Answer {
    loop {
        let answer = ask();
        if answer.status != 503 {
            assert!(answer.status < 500 && answer.status != 429, "{}: {}", answer.status, answer.text());
            return answer;
        }
        assert!(answer.header("retry-after").parse::<u32>().is_ok(), "503 without Retry-After");
        waited.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn five_hundred_readers_and_two_hundred_uploads_lose_nothing() {
    let (site, photos, key) = house();
    let staff = site.account(&[Role::Staff]);
    let opened =
        site.client(staff).json(Method::POST, "/api/v1/events", &json!({"name": "Harvest", "date": "2026-06-12"}));
    let event = opened.value()["id"].as_i64().unwrap();
    let known: BTreeMap<&PhotoId, Vec<u8>> = photos
        .iter()
        .map(|id| (id, site.machine(&key).get(&format!("/api/v1/channels/newsletter/images/{id}.jpg")).body))
        .collect();
    let (together, waited) = (Barrier::new(READERS + UPLOADERS), AtomicUsize::new(0));
    let read = &|reader: usize| {
        let client = site.machine(&key);
        together.wait();
        let feed = patiently(&waited, || client.get("/api/v1/channels/newsletter/feed.json"));
        assert_eq!(feed.status, 200);
        assert_eq!(feed.value()["items"].as_array().unwrap().len(), photos.len());
        let photo = &photos[reader % photos.len()];
        let image = patiently(&waited, || client.get(&format!("/api/v1/channels/newsletter/images/{photo}.jpg")));
        assert_eq!(image.status, 200);
        assert!(image.body == known[photo], "a picture is whole, and the one that was asked for");
    };
    let upload = &|part: usize| {
        let client = site.client(staff);
        together.wait();
        let mine = (0..UPLOADS).filter(|number| number % UPLOADERS == part);
        mine.map(|number| {
            let shade = u8::try_from(number + 20).unwrap();
            let pixels = Pixels::new(Size { width: 16, height: 16 }, vec![shade; 16 * 16 * 3]).unwrap();
            let bytes = encode_jpeg(&pixels, None).unwrap();
            let path = format!("/api/v1/events/{event}/photos");
            let send = || client.send(Method::POST, &path, Some("image/jpeg"), bytes.clone());
            let answer = patiently(&waited, send);
            assert_eq!(answer.status, 202, "{}", answer.text());
            answer.value()["photo"].as_str().unwrap().to_owned()
        })
        .collect::<BTreeSet<String>>()
    };
    let came: BTreeSet<String> = thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|reader| {
                // five hundred of them need little room each
                let small = thread::Builder::new().stack_size(256 * 1024);
                small.spawn_scoped(scope, move || read(reader)).unwrap()
            })
            .collect();
        let uploaders: Vec<_> = (0..UPLOADERS).map(|part| scope.spawn(move || upload(part))).collect();
        readers.into_iter().for_each(|reader| reader.join().unwrap());
        uploaders.into_iter().flat_map(|uploader| uploader.join().unwrap()).collect()
    });
    assert_eq!(came.len(), UPLOADS);
    let kept = site.store.read(|r| r.photos_of_event(EventId(event))).unwrap();
    assert_eq!(
        kept.iter().map(|photo| photo.id.to_string()).collect::<BTreeSet<_>>(),
        came,
        "what was acknowledged is there"
    );
    site.store.read(|r| r.verify_audit(&[])).unwrap();
}
