//! What is sent out without being asked for, and called back: against real servers, down to the pixels.
#![cfg(test)]

use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use eyelid::access::Role;
use eyelid::config::{Push, School};
use eyelid::consent::ledger::Choice;
use eyelid::domain::connection::ConnectionId;
use eyelid::domain::incident::IncidentKind;
use eyelid::office;
use eyelid::office::incidents::{self, Target};
use eyelid::store::Read;
use proptest::prelude::*;
use serde_json::{Value, json};
use ureq::http::Method as Http;

use super::channels::{Scene, api, say, seen};
use super::elsewhere::{Asked, Elsewhere, clock, deliver, deliver_within, pass, school, status};
use super::site::now;

/// Makes a connection by machine; gives its number and a webhook's secret.
/// The number of a new connection, and its secret where it has one.
pub(super) fn connect(scene: &Scene, wanted: &Value) -> (i64, Option<String>) {
    let admin = scene.site.signed_in(Role::Admin);
    let made = admin.json(Http::POST, &api("connections"), wanted);
    assert_eq!(made.status, 201, "{}", made.text());
    (made.value()["id"].as_i64().unwrap(), made.value()["secret"].as_str().map(str::to_owned))
}

pub(super) fn failures(scene: &Scene, id: i64) -> Vec<Value> {
    let admin = scene.site.signed_in(Role::Admin);
    admin.get(&api(&format!("connections/{id}/failures"))).value()["items"].as_array().unwrap().clone()
}

fn kinds(asked: &[Asked]) -> Vec<String> {
    asked.iter().map(|one| one.json()["type"].as_str().unwrap().to_owned()).collect()
}

/// Whether the specification's own library takes a message with this secret.
fn verifies(asked: &Asked, secret: &str) -> bool {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python");
    let judge = "
import sys, json
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
import standardwebhooks.webhooks as w, datetime
given = json.load(sys.stdin)
class Then(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return datetime.datetime.fromtimestamp(given['now'], tz)
w.datetime = Then
try: Webhook(given['secret']).verify(given['body'], given['headers'])
except WebhookVerificationError: sys.exit(1)
";
    let mut judge = Command::new(python).args(["-c", judge]).stdin(Stdio::piped()).spawn().unwrap();
    let named = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: BTreeMap<&str, &str> = named.iter().map(|name| (*name, asked.header(name))).collect();
    let body = String::from_utf8(asked.body.to_vec()).unwrap();
    let given = json!({ "secret": secret, "headers": headers, "body": body, "now": clock().as_second() });
    judge.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let ended = judge.wait().unwrap().code();
    assert!(matches!(ended, Some(0 | 1)), "the judge failed: run tests/all");
    ended == Some(0)
}

#[test]
fn a_webhook_is_told_of_each_change_in_signed_words_without_a_name() {
    let scene = Scene::of(1, school());
    let (photo, editor) = (&scene.photos[0], scene.editor());
    let other_side = Elsewhere::start(|_| status(204));
    let (id, secret) = connect(&scene, &json!({ "kind": "webhook", "address": other_side.url() + "/hook" }));
    let secret = secret.unwrap();
    let go = || deliver(&scene.site.store, &scene.site.school);

    assert_eq!(go(), 0, "nothing may leave yet");
    scene.sign_off(&editor, photo);
    go();
    let told = other_side.take();
    assert_eq!(kinds(&told), ["photo.approved"]);
    assert!(verifies(&told[0], &secret));
    assert!(!verifies(&told[0], "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    assert_eq!(told[0].json()["data"], json!({ "channel": "website", "photo": photo.to_string() }));
    assert_eq!(go(), 0, "what is known is not told again");

    say(&scene.site, "P1", Choice::Withdrawn);
    go();
    let told = other_side.take();
    assert_eq!(kinds(&told), ["photo.replaced", "consent.changed"]);
    office::safeguarding::restrict(&scene.site.store, &"P2".parse().unwrap(), None, &scene.site.actor(), now())
        .unwrap();
    go();
    let told = other_side.take();
    assert_eq!(kinds(&told), ["photo.withdrawn", "consent.changed"]);
    for one in &told {
        let text = String::from_utf8(one.body.to_vec()).unwrap();
        let given_away = ["Zebedee", "Quillfeather", "Thistlewood", "P1", "P2", "restrict", "Sports"];
        assert!(given_away.iter().all(|name| !text.contains(name)), "{text}");
    }

    // for a day both secrets are valid, then only the new one
    let admin = scene.site.signed_in(Role::Admin);
    let renewed = admin.json(Http::POST, &api(&format!("connections/{id}/secret")), &json!({}));
    let renewed = renewed.value()["secret"].as_str().unwrap().to_owned();
    say(&scene.site, "P1", Choice::Granted);
    go();
    let told = other_side.take();
    assert!(verifies(&told[0], &secret) && verifies(&told[0], &renewed));
    pass(25 * 3600);
    say(&scene.site, "P1", Choice::Refused);
    go();
    let told = other_side.take();
    assert!(!verifies(&told[0], &secret) && verifies(&told[0], &renewed));
    scene.site.store.read(|r| r.verify_audit(&[])).unwrap();
}

#[test]
fn a_message_that_fails_is_sent_again_under_the_same_id_and_not_before_it_is_wanted() {
    let scene = Scene::of(1, school());
    let (photo, editor) = (&scene.photos[0], scene.editor());
    let wanted = Arc::new(AtomicU16::new(503));
    let answers = Arc::clone(&wanted);
    let other_side = Elsewhere::start(move |_| {
        let code = answers.load(Ordering::SeqCst);
        Response::builder().status(code).header("retry-after", "120").body(Body::empty()).unwrap()
    });
    let (id, _) = connect(&scene, &json!({ "kind": "webhook", "address": other_side.url() }));
    let go = || deliver(&scene.site.store, &scene.site.school);
    scene.sign_off(&editor, photo);
    assert_eq!(go(), 1);
    assert_eq!(failures(&scene, id)[0]["trouble"], "busy");
    pass(100);
    assert_eq!(go(), 0, "it asked for two minutes");
    pass(30);
    wanted.store(204, Ordering::SeqCst);
    assert_eq!(go(), 1);
    let told = other_side.take();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].header("webhook-id"), told[1].header("webhook-id"));
    assert_ne!(told[0].header("webhook-timestamp"), told[1].header("webhook-timestamp"));
    assert!(failures(&scene, id).is_empty());

    // what only a human can mend is listed with the remedy, and is tried a few times a day: the other side has a picture that shows
    // too much. A button tries it at once
    wanted.store(401, Ordering::SeqCst);
    say(&scene.site, "P1", Choice::Refused);
    go();
    let page = scene.site.signed_in(Role::Admin).get(&format!("/channels/website/connections/{id}"));
    assert!(page.text().contains("Needs you") && page.text().contains("Try again now"), "{}", page.text());
    let remedy = "Make a new secret for this connection and give it to the program.";
    assert!(page.text().contains(remedy) && !page.text().contains("application password"), "{}", page.text());
    assert!(failures(&scene, id)[0]["remedy"].as_str().unwrap().ends_with(remedy), "{:?}", failures(&scene, id));
    for _ in 0..30 {
        pass(7 * 3600);
        go();
    }
    let failed = failures(&scene, id);
    let told: Vec<_> = failed.iter().map(|one| (one["photo"].is_null(), one["dead"] == true)).collect();
    assert_eq!(told, [(true, true), (false, false)], "only the news of consents is given up");
    other_side.take();
    wanted.store(204, Ordering::SeqCst);
    let admin = scene.site.signed_in(Role::Admin);
    assert_eq!(admin.send(Http::POST, &api(&format!("connections/{id}/retry")), None, Vec::new()).status, 204);
    go();
    assert_eq!(kinds(&other_side.take()), ["photo.replaced", "consent.changed"]);
    assert!(failures(&scene, id).is_empty());
}

#[test]
fn no_request_goes_inside_and_none_is_led_elsewhere() {
    let scene = Scene::of(1, School { push: Push::default(), ..school() });
    let inside = TcpListener::bind("127.0.0.1:0").unwrap();
    inside.set_nonblocking(true).unwrap();
    let port = inside.local_addr().unwrap().port();
    let admin = scene.site.signed_in(Role::Admin);
    for wrong in [
        format!("http://127.0.0.1:{port}/"),
        "http://hill.example/".to_owned(),
        "ftp://hill.example/".to_owned(),
        "https://user:secret@hill.example/".to_owned(),
        "file:///etc/passwd".to_owned(),
        String::new(),
    ] {
        let asked = json!({ "kind": "webhook", "address": wrong });
        assert_eq!(admin.json(Http::POST, &api("connections"), &asked).status, 422, "{wrong}");
    }
    let folder = json!({ "kind": "folder", "address": "/etc" });
    assert_eq!(admin.json(Http::POST, &api("connections"), &folder).status, 422);
    let editor = scene.editor();
    assert_eq!(editor.json(Http::POST, &api("connections"), &folder).status, 403);
    scene.sign_off(&editor, &scene.photos[0]);
    for host in ["localhost", "127.0.0.1", "[::1]", "0x7f.1", "[::ffff:127.0.0.1]"] {
        let (id, _) = connect(&scene, &json!({ "kind": "webhook", "address": format!("https://{host}:{port}/") }));
        deliver(&scene.site.store, &scene.site.school);
        assert_eq!(failures(&scene, id)[0]["trouble"], "inside", "{host}");
    }
    assert!(inside.accept().is_err(), "nobody knocked");

    let scene = Scene::of(1, school());
    let target = Elsewhere::start(|_| status(204));
    let to = target.url();
    let leads =
        Elsewhere::start(move |_| Response::builder().status(307).header("location", &to).body(Body::empty()).unwrap());
    let (id, _) = connect(&scene, &json!({ "kind": "webhook", "address": leads.url() }));
    scene.sign_off(&scene.editor(), &scene.photos[0]);
    deliver(&scene.site.store, &scene.site.school);
    assert_eq!(failures(&scene, id)[0]["trouble"], "redirected");
    assert!(target.take().is_empty());
}

type Files = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A WebDAV folder in memory, which does what it is asked and then answers as `then` says.
fn shelf(files: &Files, then: impl Fn(&Asked) -> Option<u16> + Send + Sync + 'static) -> Elsewhere {
    let files = Arc::clone(files);
    Elsewhere::start(move |asked| {
        let name = asked.uri.path().trim_start_matches('/').to_owned();
        let done = {
            let mut files = files.lock().unwrap();
            match asked.method.as_str() {
                "PUT" => files.insert(name, asked.body.to_vec()).map_or(201, |_| 204),
                "DELETE" => files.remove(&name).map_or(404, |_| 204),
                _ => 405,
            }
        };
        status(then(asked).unwrap_or(done))
    })
}

fn pictures(files: &Files) -> Vec<Vec<u8>> {
    let files = files.lock().unwrap();
    files.iter().filter(|(name, _)| name.ends_with(".jpg")).map(|(_, bytes)| bytes.clone()).collect()
}

#[test]
fn a_folder_on_a_server_holds_what_may_be_shown_and_nothing_else() {
    let scene = Scene::of(2, school());
    let files = Files::default();
    let other_side = shelf(&files, |_| None);
    let editor = scene.editor();
    let wanted = json!({ "kind": "webdav", "address": other_side.url(), "login": "eyelid", "password": "open sesame" });
    let (id, _) = connect(&scene, &wanted);
    let go = || deliver(&scene.site.store, &scene.site.school);
    for photo in &scene.photos {
        scene.sign_off(&editor, photo);
    }
    go();
    assert_eq!(other_side.take()[0].header("authorization"), "Basic ZXllbGlkOm9wZW4gc2VzYW1l");
    assert!(pictures(&files).iter().all(|jpeg| seen(jpeg) == (true, true)));
    let manifest = || serde_json::from_slice::<Value>(&files.lock().unwrap()["manifest.json"]).unwrap();
    assert_eq!((pictures(&files).len(), manifest()["pictures"].as_array().unwrap().len()), (2, 2));
    say(&scene.site, "P1", Choice::Withdrawn);
    go();
    assert!(pictures(&files).iter().all(|jpeg| seen(jpeg) == (false, true)));

    // pulled because of an incident: gone from there as well, and told by the feed
    let (store, actor) = (&scene.site.store, scene.site.actor());
    editor.get(&api(&format!("images/{}.jpg", scene.photos[0])));
    let incident = incidents::open(store, IncidentKind::Misuse, None, "a report", &actor, now()).unwrap();
    incidents::pull(store, incident, &Target::Photo(scene.photos[0].clone()), &actor, now()).unwrap();
    go();
    assert_eq!((pictures(&files).len(), manifest()["pictures"].as_array().unwrap().len()), (1, 1));
    let feed = editor.get(&api("feed.json")).value();
    assert_eq!(feed["_eyelid"]["withdrawn"][0]["id"], scene.photos[0].to_string());

    // the connection ends: nothing stays there, and its password is destroyed
    let admin = scene.site.signed_in(Role::Admin);
    assert_eq!(admin.send(Http::DELETE, &api(&format!("connections/{id}")), None, Vec::new()).status, 204);
    go();
    assert_eq!(pictures(&files).len(), 0);
    assert!(store.read(|r| r.connection_secrets(ConnectionId(id), now())).unwrap().is_empty());
    assert!(!admin.get("/channels/website/connections").text().contains("sesame"));
}

#[test]
fn a_folder_of_this_machine_is_kept_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let push = Push { folders: vec![folder.path().to_owned()], ..Push::default() };
    let scene = Scene::of(1, School { push, ..school() });
    connect(&scene, &json!({ "kind": "folder", "address": folder.path().to_str().unwrap() }));
    scene.sign_off(&scene.editor(), &scene.photos[0]);
    let held = || {
        deliver(&scene.site.store, &scene.site.school);
        let mut names: Vec<String> =
            folder.path().read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(held(), ["manifest.json", "sports-day-2026-06-12-001.jpg"]);
    assert_eq!(seen(&std::fs::read(folder.path().join("sports-day-2026-06-12-001.jpg")).unwrap()), (true, true));
    office::safeguarding::restrict(&scene.site.store, &"P2".parse().unwrap(), None, &scene.site.actor(), now())
        .unwrap();
    assert_eq!(held(), ["manifest.json"]);
}

#[test]
fn no_two_connections_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let push = Push { folders: vec![folder.path().to_owned()], ..Push::default() };
    let scene = Scene::of(1, School { push, ..school() });
    let wanted = json!({ "kind": "folder", "address": folder.path().to_str().unwrap() });
    let (id, _) = connect(&scene, &wanted);
    scene.sign_off(&scene.editor(), &scene.photos[0]);
    deliver(&scene.site.store, &scene.site.school);
    let admin = scene.site.signed_in(Role::Admin);
    let other = |channel: &str, wanted: &Value| {
        let answer = admin.json(Http::POST, &format!("/api/v1/channels/{channel}/connections"), wanted);
        (answer.status, answer.text().contains("puts its pictures there already"))
    };
    for channel in ["website", "newsletter"] {
        assert_eq!(other(channel, &wanted), (422, true), "{channel}");
    }
    // until all that it was given is taken back
    assert_eq!(admin.send(Http::DELETE, &api(&format!("connections/{id}")), None, Vec::new()).status, 204);
    assert_eq!(other("newsletter", &wanted), (422, true));
    deliver(&scene.site.store, &scene.site.school);
    assert_eq!(other("newsletter", &wanted), (201, false));
    let dav = |address: &str| json!({ "kind": "webdav", "address": address, "login": "eyelid", "password": "sesame" });
    assert_eq!(other("newsletter", &dav("https://cloud.hill.example/photos")), (201, false));
    assert_eq!(other("website", &dav("https://cloud.hill.example/photos/")), (422, true));
    assert_eq!(other("website", &dav("https://cloud.hill.example/website/")), (201, false));
}

/// Whatever a family's no finds under way is taken back, even if the other side is down for weeks.
#[test]
fn what_has_to_be_taken_back_is_tried_until_it_is_gone() {
    let scene = Scene::of(1, school());
    let files = Files::default();
    let code = Arc::new(AtomicU16::new(0));
    let answers = Arc::clone(&code);
    let other_side = shelf(&files, move |_| Some(answers.load(Ordering::SeqCst)).filter(|code| *code > 0));
    let (id, _) = connect(&scene, &json!({ "kind": "webdav", "address": other_side.url() }));
    let go = || deliver(&scene.site.store, &scene.site.school);
    scene.sign_off(&scene.editor(), &scene.photos[0]);
    go();
    let kept = files.lock().unwrap().clone();
    office::safeguarding::restrict(&scene.site.store, &"P2".parse().unwrap(), None, &scene.site.actor(), now())
        .unwrap();
    for (answer, trouble) in [(500, "broken"), (401, "unauthorized"), (413, "too_large"), (302, "redirected")] {
        code.store(answer, Ordering::SeqCst);
        for _ in 0..20 {
            // the other side says that it failed, and did
            files.lock().unwrap().clone_from(&kept);
            go();
            pass(8 * 3600);
        }
        let failed = failures(&scene, id);
        assert_eq!((failed.len(), &failed[0]["trouble"], &failed[0]["dead"]), (1, &json!(trouble), &json!(false)));
    }
    code.store(0, Ordering::SeqCst);
    go();
    assert!(pictures(&files).is_empty() && failures(&scene, id).is_empty());
}

/// A school, the other side with what it holds, and the connection whose first upload was done while nobody waited any more.
struct CutOff {
    scene: Scene,
    files: Files,
    _other_side: Elsewhere,
    id: i64,
}

impl CutOff {
    /// Nothing when the upload did not reach the other side within this patience: the machine has much else to do.
    fn after(patience: Duration) -> Option<Self> {
        let scene = Scene::of(1, school());
        let files = Files::default();
        let (came, coming) = mpsc::channel();
        let (give_up, given_up) = mpsc::channel::<()>();
        let first = Mutex::new(Some(given_up));
        let other_side = shelf(&files, move |asked| {
            let held = first.lock().unwrap().take_if(|_| asked.method == "PUT");
            if let Some(given_up) = held {
                came.send(()).unwrap();
                let _until_then = given_up.recv();
            }
            None
        });
        let (id, _) = connect(&scene, &json!({ "kind": "webdav", "address": other_side.url() }));
        scene.sign_off(&scene.editor(), &scene.photos[0]);
        deliver_within(&scene.site.store, &scene.site.school, patience);
        let arrived = coming.try_recv().is_ok();
        drop(give_up);
        arrived.then_some(Self { scene, files, _other_side: other_side, id })
    }
}

#[test]
fn an_upload_that_was_cut_off_is_looked_for_before_it_counts_as_gone() {
    let mut patience = (0..10).map(|doubled| Duration::from_millis(300 << doubled));
    let CutOff { scene, files, id, .. } = &patience.find_map(CutOff::after).expect("no upload arrives in minutes");
    let (store, settings) = (&scene.site.store, &scene.site.school);
    assert_eq!(failures(scene, *id)[0]["trouble"], "slow");
    assert_eq!(pictures(files).len(), 1, "it was done all the same");
    office::safeguarding::restrict(store, &"P2".parse().unwrap(), None, &scene.site.actor(), now()).unwrap();
    // the other side was too slow and rests a moment
    pass(10);
    deliver(store, settings);
    assert_eq!(pictures(files).len(), 0);
    assert!(failures(scene, *id).is_empty());
}

/// The search takes some minutes, however often somebody asks for it meanwhile.
#[test]
fn asking_again_neither_puts_off_nor_shortens_the_search_for_an_upload_that_was_lost() {
    let scene = Scene::of(1, school());
    let files = Files::default();
    let lost = Arc::new(AtomicU32::new(1));
    let losing = Arc::clone(&lost);
    let held = Arc::clone(&files);
    let other_side = Elsewhere::start(move |asked| {
        let name = asked.uri.path().trim_start_matches('/').to_owned();
        let loses = || losing.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        match asked.method.as_str() {
            "PUT" if name.ends_with(".jpg") && loses() => status(500),
            "PUT" => status(held.lock().unwrap().insert(name, asked.body.to_vec()).map_or(201, |_| 204)),
            _ => status(held.lock().unwrap().remove(&name).map_or(404, |_| 204)),
        }
    });
    let (id, _) = connect(&scene, &json!({ "kind": "webdav", "address": other_side.url() }));
    let admin = scene.site.signed_in(Role::Admin);
    let again = || {
        let asked = admin.send(Http::POST, &api(&format!("connections/{id}/retry")), None, Vec::new());
        assert!((200..300).contains(&asked.status), "{}", asked.text());
    };
    let go = || deliver(&scene.site.store, &scene.site.school);
    scene.sign_off(&scene.editor(), &scene.photos[0]);
    go();
    pass(10);
    go();
    assert_eq!(failures(&scene, id)[0]["trouble"], "unsure");
    for _ in 0..10 {
        again();
        go();
    }
    assert_eq!(pictures(&files).len(), 0, "no minute has passed in which the lost upload could have come to its end");
    // the longest of the pauses between
    for _ in 0..6 {
        again();
        pass(210);
        go();
    }
    assert_eq!((pictures(&files).len(), failures(&scene, id).len()), (1, 0), "{:?}", failures(&scene, id));
}

#[derive(Debug, Clone)]
enum Step {
    Say(u8, bool),
    SignOff(u8),
    Caption(u8, u8),
    Deliver,
    Pass(i64),
    /// So many of the next answers are wrong, or the work behind them was never done.
    Trouble(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (1..=2_u8, any::<bool>()).prop_map(|(who, yes)| Step::Say(who, yes)),
        3 => (0..2_u8).prop_map(Step::SignOff),
        1 => (0..2_u8, 0..3_u8).prop_map(|(photo, text)| Step::Caption(photo, text)),
        4 => Just(Step::Deliver),
        2 => (1..4000_i64).prop_map(Step::Pass),
        2 => (1..4_u8).prop_map(Step::Trouble),
    ]
}

fn shown_now(scene: &Scene) -> usize {
    let editor = scene.editor();
    editor.get(&api("feed.json")).value()["items"].as_array().unwrap().len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// In whatever order things happen and fail, once the other side answers again it holds exactly what a pull gives.
    #[test]
    fn the_other_side_comes_to_hold_what_may_be_shown(steps in prop::collection::vec(step(), 1..25)) {
        let scene = Scene::of(2, school());
        let files = Files::default();
        let wrong = Arc::new(AtomicU32::new(0));
        let fails = Arc::clone(&wrong);
        let other_side = shelf(&files, move |_| {
            let left = fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).ok()?;
            Some([500, 503, 429, 502][left as usize % 4])
        });
        connect(&scene, &json!({ "kind": "webdav", "address": other_side.url() }));
        let (store, settings, editor) = (&scene.site.store, &scene.site.school, scene.editor());
        for step in steps {
            match step {
                Step::Say(who, yes) => {
                    let choice = if yes { Choice::Granted } else { Choice::Withdrawn };
                    say(&scene.site, &format!("P{who}"), choice);
                }
                Step::SignOff(photo) => drop(scene.sign_off(&editor, &scene.photos[usize::from(photo)])),
                Step::Caption(photo, text) => {
                    let path = api(&format!("photos/{}/texts", scene.photos[usize::from(photo)]));
                    let caption = ["", "a sand pit", "a race"][usize::from(text)];
                    editor.json(Http::PUT, &path, &json!({ "caption": caption }));
                }
                Step::Deliver => drop(deliver(store, settings)),
                Step::Pass(seconds) => pass(seconds),
                Step::Trouble(answers) => wrong.store(u32::from(answers), Ordering::SeqCst),
            }
        }
        wrong.store(0, Ordering::SeqCst);
        for _ in 0..12 {
            pass(3600);
            deliver(store, settings);
        }
        let there = pictures(&files);
        prop_assert_eq!(there.len(), shown_now(&scene));
        for photo in &scene.photos {
            let pulled = editor.get(&api(&format!("images/{photo}.jpg")));
            prop_assert_eq!(pulled.status == 200, there.contains(&pulled.body));
        }
        store.read(|r| r.verify_audit(&[])).unwrap();
        prop_assert!(store.read(Read::next_delivery_at).unwrap().is_none(), "nothing waits any more");
    }
}
