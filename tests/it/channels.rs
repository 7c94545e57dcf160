//! A channel's editor, and the machines that fetch: over HTTP, down to the pixels.
#![cfg(test)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use eyelid::access::{Permission, Role};
use eyelid::config::School;
use eyelid::consent::Queue;
use eyelid::consent::ledger::{Choice, Giver, Method};
use eyelid::domain::camera::Camera;
use eyelid::domain::category::Medium;
use eyelid::domain::face::{Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::id::{ChannelId, FaceId, PersonId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::time::Timestamp;
use eyelid::office::{self, NewKey, Word};
use eyelid::pipeline::release::Request;
use eyelid::pipeline::{PipelineError, RollCache, place_photos};
use eyelid::release::look;
use eyelid::store::{NewFace, Store, StoreError};
use eyelid::vision::{Limits, Pixels, decode, encode_jpeg};
use serde_json::json;
use tempfile::TempDir;
use ureq::http::Method as Http;

use super::site::{Answer, Client, Running, now, until};

const WIDE: u32 = 640;
const HIGH: u32 = 480;

/// A pupil's face is a red box on grey; the friend's a green one.
fn original(seed: u8) -> Vec<u8> {
    let size = Size { width: WIDE, height: HIGH };
    let mut rgb = Vec::new();
    for y in 0..HIGH {
        for x in 0..WIDE {
            let inside = |left: u32| (left..left + 60).contains(&x) && (200..280).contains(&y);
            rgb.extend(match (inside(100), inside(450)) {
                (true, _) => [230, 20, 20],
                (_, true) => [20, 230, 20],
                _ => [120, 120, 120_u8.wrapping_add(seed.wrapping_mul(25))],
            });
        }
    }
    encode_jpeg(&Pixels::new(size, rgb).unwrap(), None).unwrap()
}

pub(super) struct Scene {
    pub(super) site: Running,
    pub(super) photos: Vec<PhotoId>,
}

impl Scene {
    /// A school with two pupils in each of so many photos, all named, counted and looked through; nobody signed off.
    pub(super) fn new(photos: u8) -> Self {
        Self::of(photos, School { behind_proxy: true, ..School::default() })
    }

    pub(super) fn of(photos: u8, school: School) -> Self {
        let site = Running::over(TempDir::new().unwrap(), school);
        let actor = site.actor();
        for (id, surname) in [("P1", "Quillfeather"), ("P2", "Thistlewood")] {
            let name = PersonName {
                legal_forename: "Zebedee".into(),
                preferred_forename: None,
                legal_surname: surname.into(),
            };
            let person = Person {
                id: id.parse().unwrap(),
                kind: PersonKind::Pupil,
                name,
                born: Some("2017-02-03".parse().unwrap()),
                year: None,
                class: None,
                admission_no: None,
                upn: None,
                leaving: None,
            };
            site.store.write(&actor, now(), |w| w.save_person(&person)).unwrap();
            let yesterday = Timestamp::from_second(now().as_second() - 86_400).unwrap();
            said_at(&site, id, Choice::Granted, yesterday);
        }
        let ids = (0..photos).map(|seed| take(&site.store, seed)).collect();
        Self { site, photos: ids }
    }

    pub(super) fn editor(&self) -> Client<'_> {
        self.site.signed_in(Role::Editor(website()))
    }

    pub(super) fn key(&self, scopes: &[Permission]) -> Client<'_> {
        let key =
            NewKey { channel: website(), scopes: scopes.iter().copied().collect(), label: String::new(), days: 7 };
        let made = office::make_token(&self.site.store, &self.site.school, &key, &self.site.actor(), now());
        self.site.machine(made.unwrap().1.reveal())
    }

    pub(super) fn sign_off(&self, client: &Client<'_>, photo: &PhotoId) -> Answer {
        let seen = client.get(&api(&format!("photos/{photo}"))).value();
        let body = json!({ "fingerprint": seen["fingerprint"] });
        client.json(Http::POST, &api(&format!("photos/{photo}/sign-off")), &body)
    }
}

pub(super) fn website() -> ChannelId {
    "website".parse().unwrap()
}

pub(super) fn api(path: &str) -> String {
    format!("/api/v1/channels/website/{path}")
}

pub(super) fn say(site: &Running, person: &str, choice: Choice) {
    said_at(site, person, choice, now());
}

pub(super) fn said_at(site: &Running, person: &str, choice: Choice, made_at: Timestamp) {
    speak(site, person, choice, made_at, None);
}

/// A yes that ends at a moment.
pub(super) fn agreed_until(site: &Running, person: &str, until: Timestamp) {
    speak(site, person, Choice::Granted, now(), Some(until));
}

fn speak(site: &Running, person: &str, choice: Choice, made_at: Timestamp, valid_until: Option<Timestamp>) {
    let word = Word {
        category: "website".parse().unwrap(),
        medium: Medium::Photo,
        photo: None,
        choice,
        giver: Giver::Guardian("mum".into()),
        method: Method::Paper,
        made_at,
        valid_from: None,
        valid_until,
        evidence: None,
    };
    let person: PersonId = person.parse().unwrap();
    office::speak(&site.store, &site.school, &person, &[word], &site.actor(), now()).unwrap();
}

pub(super) fn take(store: &Store, seed: u8) -> PhotoId {
    let digest = store.put_blob(&original(seed)).unwrap();
    let actor = "account-99".parse().unwrap();
    store
        .write(&actor, now(), |w| {
            let event = w.open_event("Sports day", "2026-06-12".parse().unwrap(), &[], "sports-day-2026-06-12")?;
            let id = w.receive(&digest, event.id)?.photo().id.clone();
            w.set_found(&id, Size { width: WIDE, height: HIGH }, &Camera::default())?;
            for (number, (left, person)) in [(100.0, "P1"), (450.0, "P2")].into_iter().enumerate() {
                let rect = Rect::new(left, 200.0, left + 60.0, 280.0).unwrap();
                w.add_face(&id, &NewFace { rect, score: Some(0.9), origin: Origin::Detected, landmarks: None })?;
                let face = FaceId(u32::try_from(number).unwrap() + 1);
                w.tag(&id, face, &Who::Person(person.parse().unwrap()))?;
            }
            w.set_headcount(&id, 2)?;
            w.set_inspected(&id)?;
            Ok::<_, StoreError>(id)
        })
        .unwrap()
}

/// Whether the first pupil and the second can be seen in a picture.
pub(super) fn seen(jpeg: &[u8]) -> (bool, bool) {
    let pixels = decode(jpeg, None, &Limits::default()).unwrap().pixels;
    let Size { width, height } = pixels.size();
    let at = |x: u32, y: u32| {
        let place = usize::try_from((y * height / HIGH) * width + x * width / WIDE).unwrap() * 3;
        [pixels.rgb()[place], pixels.rgb()[place + 1], pixels.rgb()[place + 2]]
    };
    let ([red, green, _], [r, g, _]) = (at(130, 240), at(480, 240));
    (red > 180 && green < 80, g > 180 && r < 80)
}

#[test]
fn what_is_withdrawn_between_two_pulls_is_gone_at_the_second() {
    let scene = Scene::new(2);
    let [photo, other] = [&scene.photos[0], &scene.photos[1]];
    let (editor, machine) = (scene.editor(), scene.key(&[Permission::Pull]));
    let image = api(&format!("images/{photo}.jpg"));

    assert_eq!(machine.get(&image).status, 404, "whatever never left is unknown");
    assert_eq!(scene.sign_off(&editor, photo).status, 200);
    assert_eq!(scene.sign_off(&editor, other).status, 200);
    let feed = machine.get(&api("feed.json"));
    assert_eq!((feed.status, feed.header("content-type")), (200, "application/feed+json"));
    assert_eq!(feed.header("cache-control"), "private, no-cache");
    assert_eq!(feed.value()["items"].as_array().unwrap().len(), 2);
    let first = machine.get(&image);
    assert_eq!((first.status, first.header("content-type")), (200, "image/jpeg"));
    assert_eq!(seen(&first.body), (true, true));
    let tag = first.header("etag").to_owned();
    assert_eq!(machine.with_header("if-none-match", &tag).get(&image).status, 304);
    assert_eq!(machine.send(Http::HEAD, &image, None, Vec::new()).status, 200);

    // one family withdraws: the picture goes on without the pupil, at once, under another tag
    say(&scene.site, "P1", Choice::Withdrawn);
    let second = machine.with_header("if-none-match", &tag).get(&image);
    assert_eq!(second.status, 200);
    assert_eq!(seen(&second.body), (false, true));
    assert_ne!(second.header("etag"), tag);

    // the safeguarding lead: nothing of it any more
    let restricted: PersonId = "P2".parse().unwrap();
    office::safeguarding::restrict(&scene.site.store, &restricted, None, &scene.site.actor(), now()).unwrap();
    let gone = machine.with_header("if-none-match", second.header("etag")).get(&image);
    assert_eq!((gone.status, gone.header("content-type")), (410, "application/problem+json"));
    assert!(!gone.text().to_lowercase().contains("restrict"));
    assert_eq!(machine.get(&api(&format!("images/{other}.jpg"))).status, 404, "it was never fetched");
    let feed = machine.get(&api("feed.json")).value();
    assert!(feed["items"].as_array().unwrap().is_empty());
    assert_eq!(feed["_eyelid"]["withdrawn"][0]["id"], photo.to_string());
    assert_eq!(feed["_eyelid"]["withdrawn"].as_array().unwrap().len(), 1);
    assert!(!machine.get(&api("feed.xml")).text().contains("<item>"));
}

#[test]
fn a_key_opens_its_channel_only_while_it_lasts() {
    let scene = Scene::new(1);
    let photo = &scene.photos[0];
    let machine = scene.key(&[Permission::Pull]);
    assert_eq!(machine.get("/api/v1/channels").value()["items"][0]["id"], "website");
    assert_eq!(machine.get("/api/v1/channels/newsletter/feed.json").status, 403);
    assert_eq!(machine.get("/api/v1/channels/nowhere/feed.json").status, 403);
    assert_eq!(machine.get(&api("queue")).status, 403, "it may pull and not check");
    assert_eq!(machine.get(&api("tokens")).status, 403);
    assert_eq!(machine.get(&format!("/channels/website/photos/{photo}/preview")).status, 403);
    let checks = scene.key(&[Permission::Check]);
    assert_eq!(checks.get(&api("queue")).value()["items"].as_array().unwrap().len(), 1);
    assert_eq!(checks.get(&api("feed.json")).status, 403);
    let preview = checks.get(&format!("/channels/website/photos/{photo}/preview"));
    assert_eq!(preview.status, 403, "previews are for people");

    let admin = scene.site.signed_in(Role::Admin);
    let made = admin.json(Http::POST, &api("tokens"), &json!({ "scopes": ["pull"], "label": "CMS" }));
    assert_eq!(made.status, 201);
    let machine = scene.site.machine(made.value()["token"].as_str().unwrap());
    assert_eq!(machine.get(&api("feed.json")).status, 200);
    let listed = admin.get(&api("tokens"));
    assert!(!listed.text().contains(made.value()["token"].as_str().unwrap()));
    let own = api(&format!("tokens/{}", made.value()["id"]));
    assert_eq!(admin.send(Http::DELETE, &own.replace("website", "newsletter"), None, vec![]).status, 404);
    assert_eq!(machine.get(&api("feed.json")).status, 200);
    assert_eq!(admin.send(Http::DELETE, &own, None, Vec::new()).status, 204);
    assert_eq!(machine.get(&api("feed.json")).status, 401);
    assert_eq!(scene.site.stranger().get(&api("feed.json")).status, 401);
    for wrong in [json!({ "scopes": [] }), json!({ "scopes": ["accounts"] }), json!({ "scopes": ["pull"], "days": 0 })]
    {
        assert_eq!(admin.json(Http::POST, &api("tokens"), &wrong).status, 422, "{wrong}");
    }
}

#[test]
fn only_what_was_looked_at_is_signed_off_and_a_no_stands_until_the_next_yes() {
    let scene = Scene::new(1);
    let (photo, editor) = (&scene.photos[0], scene.editor());
    let before = editor.get(&api(&format!("photos/{photo}"))).value();
    assert_eq!(before["queue"], "to_check");
    assert_eq!(before["reasons"][0]["code"], "sign_off_missing");
    say(&scene.site, "P1", Choice::Refused);
    let sign = |fingerprint: &serde_json::Value| {
        let body = json!({ "fingerprint": fingerprint });
        editor.json(Http::POST, &api(&format!("photos/{photo}/sign-off")), &body)
    };
    assert_eq!(sign(&before["fingerprint"]).status, 409, "another picture than was seen");
    assert_eq!(scene.sign_off(&editor, photo).value()["queue"], "may_leave");

    let reject = |reason: &str| {
        editor.json(Http::POST, &api(&format!("photos/{photo}/rejection")), &json!({ "reason": reason }))
    };
    assert_eq!(reject("  ").status, 422);
    assert_eq!(reject(&"x".repeat(501)).status, 422);
    assert_eq!(reject("Somebody blinks").value()["queue"], "turned_down");
    assert_eq!(reject("Somebody blinks").status, 200);
    let turned = scene.site.store.read(|r| r.rejections(photo, &website())).unwrap();
    assert_eq!(turned.len(), 1, "the same again is no news");
    assert_eq!(editor.get(&api(&format!("images/{photo}.jpg"))).status, 404);
    assert_eq!(editor.get(&api("queue?queue=turned_down")).value()["items"].as_array().unwrap().len(), 1);
    // the clock stands still, and yet the later word counts
    assert_eq!(scene.sign_off(&editor, photo).value()["queue"], "may_leave");
    assert_eq!(editor.get(&api(&format!("images/{photo}.jpg"))).status, 200);
}

#[test]
fn texts_hold_no_surname_and_stand_beside_the_picture() {
    let scene = Scene::new(1);
    let (photo, editor) = (&scene.photos[0], scene.editor());
    let texts = api(&format!("photos/{photo}/texts"));
    let named = editor.json(Http::PUT, &texts, &json!({ "caption": "Zebedee Quillfeather jumps" }));
    assert_eq!(named.status, 422);
    assert!(!named.text().contains("Quillfeather"));
    assert!(editor.get(&api(&format!("photos/{photo}"))).value()["caption"].is_null());
    let read = editor.json(Http::POST, "/api/v1/names", &json!({ "texts": ["Zebedee Quillfeather", "Zebedee"] }));
    assert_eq!(read.value()["texts"][0]["full_name"], true);
    assert!(read.value()["texts"][1]["found"].as_array().unwrap().is_empty());

    let given = json!({ "caption": "  Zebedee <b>jumps</b> &\n lands ", "alt": "A boy above a sand pit" });
    assert_eq!(editor.json(Http::PUT, &texts, &given).value()["caption"], "Zebedee <b>jumps</b> & lands");
    scene.sign_off(&editor, photo);
    let item = editor.get(&api("feed.json")).value()["items"][0].clone();
    assert_eq!(item["_eyelid"]["alt"], "A boy above a sand pit");
    assert_eq!(item["content_text"], "Zebedee <b>jumps</b> & lands");
    let xml = editor.get(&api("feed.xml"));
    assert!(xml.header("content-type").starts_with("application/rss+xml"));
    assert!(xml.text().contains("A boy above a sand pit") && !xml.text().contains("<b>jumps"));
    let page = editor.get("/channels/website/pictures").text();
    assert!(page.contains("alt=\"A boy above a sand pit\"") && !page.contains("<b>jumps"));

    // somebody of that name joins the register: the text that was fine is not any more, and nothing leaves
    let newcomer = Person {
        id: "P3".parse().unwrap(),
        kind: PersonKind::Pupil,
        name: PersonName { legal_forename: "Ada".into(), preferred_forename: None, legal_surname: "Pit".into() },
        born: None,
        year: None,
        class: None,
        admission_no: None,
        upn: None,
        leaving: None,
    };
    scene
        .site
        .store
        .write(&scene.site.actor(), now(), |w| {
            let name = PersonName { legal_surname: "Sandpitt".into(), ..newcomer.name.clone() };
            w.save_person(&Person { name, ..newcomer.clone() })?;
            w.set_text(photo, eyelid::consent::TextKind::AltText, "Ada Sandpitt jumps")
        })
        .unwrap();
    let held = editor.get(&api(&format!("photos/{photo}"))).value();
    assert_eq!((&held["queue"], &held["reasons"][0]["code"]), (&json!("to_check"), &json!("name_in_text")));
    assert!(editor.get(&api("feed.json")).value()["items"].as_array().unwrap().is_empty());
    let sent = editor.json(Http::PUT, &texts, &json!({ "alt": "" }));
    assert_eq!(sent.value()["queue"], "may_leave");
}

#[test]
fn pictures_come_in_a_few_widths_and_packs_hold_what_may_leave() {
    let scene = Scene::new(3);
    let (editor, machine) = (scene.editor(), scene.key(&[Permission::Pull]));
    for photo in &scene.photos {
        scene.sign_off(&editor, photo);
    }
    let photo = &scene.photos[0];
    let width = |query: &str| {
        let answer = machine.get(&api(&format!("images/{photo}.jpg{query}")));
        assert_eq!(answer.status, 200, "{query}");
        decode(&answer.body, None, &Limits::default()).unwrap().pixels.size().width
    };
    assert_eq!(
        [width(""), width("?w=9999"), width("?w=500"), width("?w=320"), width("?w=1")],
        [640, 640, 480, 320, 80]
    );
    for wrong in ["?w=0", "?w=-1", "?w=x", "?w=99999999999"] {
        let status = machine.get(&api(&format!("images/{photo}.jpg{wrong}"))).status;
        assert!((400..500).contains(&status), "{wrong}: {status}");
    }
    for unknown in ["x.jpg", "../../etc/passwd", "00000000000000000000.jpg", &format!("{photo}.png"), photo.as_str()] {
        assert_eq!(machine.get(&api(&format!("images/{unknown}"))).status, 404, "{unknown}");
    }
    say(&scene.site, "P1", Choice::Refused);
    let pack = machine.get(&api("pack.zip?limit=2"));
    assert_eq!((pack.status, pack.header("content-type")), (200, "application/zip"));
    assert!(pack.header("link").contains("rel=\"next\""));
    let whole = machine.get(&api("pack.zip"));
    assert_eq!(whole.header("link"), "");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(whole.body)).unwrap();
    let manifest: serde_json::Value = serde_json::from_reader(zip.by_name("manifest.json").unwrap()).unwrap();
    let pictures = manifest["pictures"].as_array().unwrap();
    assert_eq!((pictures.len(), zip.len()), (3, 4));
    for picture in pictures {
        let mut bytes = Vec::new();
        let mut file = zip.by_name(picture["file"].as_str().unwrap()).unwrap();
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        assert_eq!(seen(&bytes), (false, true));
        assert_eq!(blake3::hash(&bytes).to_string(), picture["blake3"].as_str().unwrap());
    }
}

#[test]
fn feeds_and_queues_come_in_parts() {
    let scene = Scene::new(5);
    let editor = scene.editor();
    let ids = |part: &serde_json::Value, name: &str| -> Vec<String> {
        let items = part["items"].as_array().unwrap();
        items.iter().map(|item| item[name].as_str().unwrap().to_owned()).collect()
    };
    let (mut all, mut next) = (Vec::new(), String::new());
    for _ in 0..3 {
        let part = editor.get(&api(&format!("queue?limit=2{next}"))).value();
        all.extend(ids(&part, "photo"));
        next = part["next"].as_str().map(|next| format!("&after={next}")).unwrap_or_default();
    }
    let photos: Vec<String> = scene.photos.iter().map(ToString::to_string).collect();
    assert_eq!((all, next.as_str()), (photos.clone(), ""));
    for photo in &scene.photos {
        scene.sign_off(&editor, photo);
    }
    let first = editor.get(&api("feed.json?limit=3")).value();
    let next = first["next_url"].as_str().unwrap();
    let rest = editor.get(next.split_at(next.find("/api/").unwrap()).1).value();
    assert_eq!([ids(&first, "id"), ids(&rest, "id")].concat(), photos);
    assert!(rest.get("next_url").is_none());
    for wrong in ["limit=0", "limit=501", "limit=x", "after=x", "queue=nowhere"] {
        let status = editor.get(&api(&format!("queue?{wrong}"))).status;
        assert!((400..500).contains(&status), "{wrong}: {status}");
    }
}

#[test]
fn the_desk_leads_from_photo_to_photo() {
    let scene = Scene::new(2);
    let editor = scene.editor();
    let [first, second] = [&scene.photos[0], &scene.photos[1]];
    let page = editor.get("/channels/website");
    assert!(page.text().contains(&format!("/channels/website/photos/{first}")));
    let photo = editor.get(&format!("/channels/website/photos/{first}"));
    assert_eq!(photo.status, 200);
    let text = photo.text();
    assert!(text.contains("Nobody has signed this photo off") && !text.contains("Quillfeather"));
    let fingerprint = text.split("name=\"fingerprint\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let preview = editor.get(&format!("/channels/website/photos/{first}/preview"));
    assert_eq!((preview.status, preview.header("cache-control")), (200, "no-store"));
    assert_eq!(seen(&preview.body), (true, true));
    let done = editor.post(&format!("/channels/website/photos/{first}/sign-off"), &[("fingerprint", &fingerprint)]);
    assert_eq!((done.status, done.header("location")), (303, &*format!("/channels/website/photos/{second}")));
    let named = editor.post(
        &format!("/channels/website/photos/{second}/texts"),
        &[("caption", &"Zebedee Quillfeather"), ("alt", &"")],
    );
    assert_eq!(named.status, 422);
    assert!(named.text().contains("There is a problem") && named.text().contains(">Zebedee Quillfeather<"));
    let stale = editor.post(&format!("/channels/website/photos/{second}/sign-off"), &[("fingerprint", &fingerprint)]);
    assert_eq!(stale.status, 422);
    let no = editor.post(&format!("/channels/website/photos/{second}/rejection"), &[("reason", &"Blurred")]);
    assert_eq!((no.status, no.header("location")), (303, "/channels/website"));
    assert!(editor.get(&format!("/channels/website/photos/{second}")).text().contains("Blurred"));
    assert_eq!(editor.get("/channels/newsletter").status, 403);
    assert_eq!(editor.get("/channels/website/photos/00000000000000000000").status, 404);

    // what may never be used is not shown to anybody here
    let restricted: PersonId = "P1".parse().unwrap();
    office::safeguarding::restrict(&scene.site.store, &restricted, None, &scene.site.actor(), now()).unwrap();
    assert_eq!(editor.get(&format!("/channels/website/photos/{second}/preview")).status, 404);
    let page = editor.get(&format!("/channels/website/photos/{second}")).text();
    assert!(page.contains("This photo may not be used.") && !page.to_lowercase().contains("restrict"));
}

#[test]
fn whoever_uploaded_does_not_sign_off_where_four_eyes_are_asked_for() {
    let mut school = School { behind_proxy: true, ..School::default() };
    school.policy.four_eyes = true;
    let scene = Scene::of(1, school);
    let photo = &scene.photos[0];
    assert_eq!(scene.sign_off(&scene.key(&[Permission::Check]), photo).status, 422, "a key has no eyes");
    assert_eq!(scene.sign_off(&scene.editor(), photo).value()["queue"], "may_leave");
}

/// Chance that is the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Odd while the first pupil's family has withdrawn and the call that said so has returned.
static PHASE: AtomicU64 = AtomicU64::new(0);

#[test]
fn no_answer_begun_after_a_withdrawal_returned_shows_the_pupil() {
    let scene = Scene::new(2);
    let editor = scene.editor();
    let rounds: i64 = std::env::var("EYELID_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(40);
    let began = now().as_second() - rounds - 10;
    let machines = [scene.key(&[Permission::Pull]), scene.key(&[Permission::Pull])];
    scene.photos.iter().for_each(|photo| assert_eq!(scene.sign_off(&editor, photo).status, 200));
    let (shown, hidden, done) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let asked = AtomicU64::new(0);
    thread::scope(|scope| {
        let mut looking = Vec::new();
        for (machine, photo) in machines.iter().zip(&scene.photos) {
            let (shown, hidden, done, asked) = (&shown, &hidden, &done, &asked);
            looking.push(scope.spawn(move || {
                let (mut tag, mut turn) = (String::new(), 0_u32);
                while done.load(Ordering::SeqCst) == 0 {
                    turn += 1;
                    let width = ["", "?w=480", "?w=320"][usize::try_from(turn % 3).unwrap()];
                    let before = PHASE.load(Ordering::SeqCst);
                    let answer =
                        machine.with_header("if-none-match", &tag).get(&api(&format!("images/{photo}.jpg{width}")));
                    let withdrawn = before % 2 == 1 && before == PHASE.load(Ordering::SeqCst);
                    assert!([200, 304, 404, 410, 503].contains(&answer.status), "{}", answer.status);
                    if answer.status == 200 {
                        tag = answer.header("etag").to_owned();
                        let (first, _) = seen(&answer.body);
                        assert!(!(withdrawn && first), "the pupil is shown after the withdrawal");
                        let count = if first { shown } else { hidden };
                        count.fetch_add(1, Ordering::SeqCst);
                    }
                    asked.fetch_add(1, Ordering::SeqCst);
                }
            }));
        }
        let mut dice = Dice(0x5eed_0001);
        let roll = RollCache::default();
        for round in 0..rounds {
            let photo = &scene.photos[usize::try_from(dice.below(2)).unwrap()];
            match dice.below(6) {
                0 | 1 => {
                    said_at(&scene.site, "P1", Choice::Withdrawn, Timestamp::from_second(began + round).unwrap());
                    let phase = PHASE.load(Ordering::SeqCst);
                    PHASE.store(phase | 1, Ordering::SeqCst);
                }
                2 | 3 => {
                    let phase = PHASE.load(Ordering::SeqCst);
                    PHASE.store((phase | 1) + 1, Ordering::SeqCst);
                    said_at(&scene.site, "P1", Choice::Granted, Timestamp::from_second(began + round).unwrap());
                    scene.photos.iter().for_each(|photo| drop(scene.sign_off(&editor, photo)));
                }
                4 => {
                    let who = if dice.below(2) == 0 { Who::Unknown } else { Who::Person("P2".parse().unwrap()) };
                    office::tag(&scene.site.store, photo, FaceId(2), &who, &scene.site.actor(), now()).unwrap();
                    scene.sign_off(&editor, photo);
                }
                _ => {
                    let reason = json!({ "reason": format!("round {round}") });
                    editor.json(Http::POST, &api(&format!("photos/{photo}/rejection")), &reason);
                }
            }
            queues_are_as_decided(&scene, &roll);
            // on a busy machine, too, each round is looked at
            let before = asked.load(Ordering::SeqCst);
            let alive = || looking.iter().all(|one| !one.is_finished());
            until("three answers", || asked.load(Ordering::SeqCst) >= before + 3 || !alive());
        }
        done.store(1, Ordering::SeqCst);
    });
    assert!(shown.into_inner() > 0 && hidden.into_inner() > 0, "both have to be seen for the test to mean anything");
}

/// Every photo is in the queue of its verdict, and in no other.
fn queues_are_as_decided(scene: &Scene, roll: &RollCache) {
    let Running { store, school, .. } = &scene.site;
    let actor = scene.site.actor();
    place_photos(store, school, roll, &actor, now(), usize::MAX).unwrap();
    let (channel, category) = school.channel(&website()).unwrap();
    let request = Request { school, roll, channel, category, actor: &actor };
    let (listed, decided) = store
        .read(|read| {
            let (mut listed, mut decided) = (Vec::new(), Vec::new());
            for queue in Queue::ALL {
                let photos = read.queue(&channel.id, queue, None, 100)?;
                listed.extend(photos.into_iter().map(|photo| (photo, queue)));
            }
            for photo in &scene.photos {
                decided.push((photo.clone(), look(read, &request, photo, now())?.queue));
            }
            Ok::<_, PipelineError>((listed, decided))
        })
        .unwrap();
    let sorted = |mut all: Vec<(PhotoId, Queue)>| {
        all.sort();
        all
    };
    assert_eq!(sorted(listed), sorted(decided));
}
