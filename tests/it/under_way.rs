//! What changes while a picture is on its way to another machine, and what that machine may not keep meanwhile.
#![cfg(test)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Response;
use eyelid::access::Role;
use eyelid::config::School;
use eyelid::consent::TextKind;
use eyelid::consent::ledger::Choice;
use eyelid::domain::id::PhotoId;
use eyelid::domain::time::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use ureq::http::Method as Http;

use super::channels::{Scene, api, said_at, say, seen};
use super::elsewhere::{Asked, Elsewhere, deliver, pass, school, status};
use super::pushing::{connect, failures};
use super::site::now;

/// A media library: the caption and the bytes of each item.
type Library = Arc<Mutex<BTreeMap<u64, (String, Vec<u8>)>>>;

/// A site that answers as WordPress does; `meanwhile` happens while it is asked something, and may give another answer.
fn wordpress(library: &Library, meanwhile: impl Fn(&Asked) -> Option<u16> + Send + Sync + 'static) -> Elsewhere {
    let library = Arc::clone(library);
    Elsewhere::start(move |asked| {
        if let Some(code) = meanwhile(asked) {
            return status(code);
        }
        let mut library = library.lock().unwrap();
        let item = |id: u64| json!({ "id": id, "source_url": format!("http://{}/{id}.jpg", asked.header("host")) });
        let told = |code: u16, body: Value| {
            Response::builder()
                .status(code)
                .header("content-type", "application/json")
                .body(Body::from(body.to_string()))
        };
        match asked.method.as_str() {
            "GET" => told(200, library.keys().copied().map(item).collect()).unwrap(),
            "POST" => {
                let pairs = asked.uri.query().unwrap().split('&');
                let caption = pairs.filter_map(|pair| pair.strip_prefix("caption=")).next().unwrap();
                let caption = percent_decode_str(caption).decode_utf8().unwrap().into_owned();
                let id = library.keys().next_back().map_or(1, |last| last + 1);
                library.insert(id, (caption, asked.body.to_vec()));
                told(201, item(id)).unwrap()
            }
            "DELETE" => {
                let id = asked.uri.path().rsplit('/').next().unwrap().parse().unwrap();
                library.remove(&id);
                told(200, json!({})).unwrap()
            }
            _ => status(404),
        }
    })
}

fn connect_wordpress(scene: &Scene, address: &str) -> i64 {
    connect(scene, &json!({ "kind": "wordpress", "address": address, "login": "eyelid", "password": "open sesame" })).0
}

/// A caption that stands whatever it says, as one does that was written before a name joined the register.
fn caption(scene: &Scene, photo: &PhotoId, text: &str) {
    scene.site.store.write(&scene.site.actor(), now(), |w| w.set_text(photo, TextKind::Caption, text)).unwrap();
}

#[test]
fn a_picture_goes_out_with_the_texts_of_the_very_decision_that_lets_it_leave() {
    let scene = Arc::new(Scene::of(1, school()));
    let (photo, library) = (scene.photos[0].clone(), Library::default());
    let (there, of) = (Arc::clone(&scene), photo.clone());
    let other_side = wordpress(&library, move |asked| {
        if asked.method == "DELETE" {
            caption(&there, &of, "A sand pit");
        }
        None
    });
    connect_wordpress(&scene, &other_side.url());
    let go = || deliver(&scene.site.store, &scene.site.school);
    let captions = || library.lock().unwrap().values().map(|(caption, _)| caption.clone()).collect::<Vec<_>>();
    caption(&scene, &photo, "A race");
    scene.sign_off(&scene.editor(), &photo);
    go();
    assert_eq!(captions(), ["A race (The school)"]);
    other_side.take();

    // the picture has to be taken back for its caption, which is mended while it is
    caption(&scene, &photo, "Zebedee Quillfeather wins");
    go();
    let asked = other_side.take();
    assert!(asked.iter().all(|one| !one.uri.to_string().contains("Quillfeather")), "{asked:?}");
    assert_eq!(captions(), ["A sand pit (The school)"]);
    go();
    assert!(other_side.take().is_empty(), "the other side has what it is meant to have");
    assert_eq!(go(), 0);
}

#[test]
fn what_changes_under_way_and_changes_back_is_put_right() {
    let scene = Arc::new(Scene::of(1, school()));
    let library = Library::default();
    let there = Arc::clone(&scene);
    let after = |minutes: i64| Timestamp::from_second(now().as_second() - 3600 + minutes * 60).unwrap();
    let other_side = wordpress(&library, move |asked| {
        match asked.method.as_str() {
            // yes once more, and no again as soon as the picture is on its way
            "DELETE" => said_at(&there.site, "P1", Choice::Granted, after(2)),
            "POST" if asked.uri.query().unwrap().contains("pit") => {
                said_at(&there.site, "P1", Choice::Withdrawn, after(3));
            }
            _ => {}
        }
        None
    });
    connect_wordpress(&scene, &other_side.url());
    let go = || deliver(&scene.site.store, &scene.site.school);
    let shown = || library.lock().unwrap().values().map(|(_, jpeg)| seen(jpeg)).collect::<Vec<_>>();
    caption(&scene, &scene.photos[0], "A race");
    scene.sign_off(&scene.editor(), &scene.photos[0]);
    go();
    assert_eq!(shown(), [(true, true)]);
    caption(&scene, &scene.photos[0], "A sand pit");
    said_at(&scene.site, "P1", Choice::Withdrawn, after(1));
    go();
    pass(5);
    go();
    assert_eq!(shown(), [(false, true)]);
    pass(5);
    assert_eq!(go(), 0, "the other side has what it is meant to have");
}

#[test]
fn a_looser_picture_is_never_left_there_because_the_other_side_does_not_answer() {
    let scene = Scene::of(1, school());
    let (photo, library, code) = (&scene.photos[0], Library::default(), Arc::new(AtomicU16::new(0)));
    let answers = Arc::clone(&code);
    let other_side = wordpress(&library, move |_| Some(answers.load(Ordering::SeqCst)).filter(|code| *code > 0));
    let id = connect_wordpress(&scene, &other_side.url());
    let go = || deliver(&scene.site.store, &scene.site.school);
    let shown = || library.lock().unwrap().values().map(|(_, jpeg)| seen(jpeg)).collect::<Vec<_>>();
    scene.sign_off(&scene.editor(), photo);
    go();
    assert_eq!(shown(), [(true, true)]);
    // the family's no leaves a picture that may be shown, and the one that is out is not it
    say(&scene.site, "P1", Choice::Withdrawn);
    for (answer, trouble) in [(401, "unauthorized"), (403, "forbidden"), (413, "too_large"), (500, "broken")] {
        code.store(answer, Ordering::SeqCst);
        for _ in 0..20 {
            go();
            pass(8 * 3600);
        }
        let failed = failures(&scene, id);
        assert_eq!((failed.len(), &failed[0]["trouble"], &failed[0]["dead"]), (1, &json!(trouble), &json!(false)));
    }
    code.store(0, Ordering::SeqCst);
    go();
    assert_eq!((shown(), failures(&scene, id).len()), (vec![(false, true)], 0));
}

#[test]
fn what_shows_too_much_is_replaced_before_anything_is_sent_for_the_first_time() {
    let scene = Scene::of(2, school());
    let editor = scene.editor();
    let refuses = Arc::new(AtomicU16::new(413));
    let answers = Arc::clone(&refuses);
    let other_side = Elsewhere::start(move |asked| match asked.method.as_str() {
        "PUT" if asked.uri.path().ends_with("001.jpg") => status(answers.load(Ordering::SeqCst)),
        "PUT" => status(201),
        _ => status(204),
    });
    connect(&scene, &json!({ "kind": "webdav", "address": other_side.url() }));
    let go = || deliver(&scene.site.store, &scene.site.school);
    // the first is too large and is not there, the second is
    for photo in &scene.photos {
        scene.sign_off(&editor, photo);
        go();
    }
    other_side.take();
    refuses.store(201, Ordering::SeqCst);
    say(&scene.site, "P1", Choice::Withdrawn);
    go();
    let asked = other_side.take();
    let told = asked.iter().map(|one| (one.method.as_str(), one.uri.path().rsplit('-').next().unwrap()));
    let pictures: Vec<_> = told.filter(|(_, file)| file.ends_with(".jpg")).collect();
    assert_eq!(pictures, [("DELETE", "002.jpg"), ("PUT", "002.jpg"), ("PUT", "001.jpg")]);
}

#[test]
fn one_picture_that_the_other_side_never_gives_back_keeps_no_other_waiting() {
    let scene = Scene::of(3, school());
    let (editor, stubborn) = (scene.editor(), Arc::new(AtomicU16::new(204)));
    let answers = Arc::clone(&stubborn);
    let other_side = Elsewhere::start(move |asked| match asked.method.as_str() {
        "DELETE" if asked.uri.path().ends_with("001.jpg") => status(answers.load(Ordering::SeqCst)),
        _ => status(204),
    });
    let id = connect(&scene, &json!({ "kind": "webdav", "address": other_side.url() })).0;
    let go = || deliver(&scene.site.store, &scene.site.school);
    let [first, second, third] = [&scene.photos[0], &scene.photos[1], &scene.photos[2]];
    scene.sign_off(&editor, first);
    scene.sign_off(&editor, second);
    go();
    other_side.take();
    stubborn.store(403, Ordering::SeqCst);
    scene.sign_off(&editor, third);
    say(&scene.site, "P1", Choice::Withdrawn);
    for _ in 0..12 {
        go();
        pass(7 * 3600);
    }
    let asked = other_side.take();
    let put = asked.iter().filter(|one| one.method == "PUT").map(|one| one.uri.path().rsplit('-').next().unwrap());
    let mut put: Vec<_> = put.collect();
    put.dedup();
    assert_eq!(put, ["002.jpg", "003.jpg", "/manifest.json"]);
    let failed = failures(&scene, id);
    let of_first: Vec<_> = failed.iter().filter(|one| one["photo"] == first.as_str()).collect();
    assert_eq!((of_first.len(), &of_first[0]["dead"]), (1, &json!(false)));
    let page = scene.site.signed_in(Role::Admin).get(&format!("/channels/website/connections/{id}")).text();
    assert!(page.contains("Needs you") && page.contains("Try again now"), "{page}");
}

#[test]
fn a_channel_that_becomes_the_families_own_is_taken_back_from_everywhere() {
    let scene = Scene::of(1, school());
    let library = Library::default();
    let other_side = wordpress(&library, |_| None);
    connect_wordpress(&scene, &other_side.url());
    scene.sign_off(&scene.editor(), &scene.photos[0]);
    deliver(&scene.site.store, &scene.site.school);
    assert_eq!(library.lock().unwrap().len(), 1);
    let mut settings = School::clone(&scene.site.school);
    settings.channels.iter_mut().for_each(|channel| channel.families_only = true);
    deliver(&scene.site.store, &settings);
    assert_eq!(library.lock().unwrap().len(), 0);
}

#[test]
fn a_connection_that_rests_after_a_trouble_still_takes_back_at_once() {
    let scene = Scene::of(2, school());
    let (editor, repair) = (scene.editor(), Arc::new(AtomicU16::new(204)));
    let answers = Arc::clone(&repair);
    let other_side = Elsewhere::start(move |_| status(answers.load(Ordering::SeqCst)));
    let id = connect(&scene, &json!({ "kind": "webdav", "address": other_side.url() })).0;
    let go = || {
        deliver(&scene.site.store, &scene.site.school);
        let pictures = other_side.take().into_iter().filter(|asked| asked.uri.path().ends_with(".jpg"));
        pictures.map(|asked| asked.method.to_string()).collect::<Vec<_>>()
    };
    scene.sign_off(&editor, &scene.photos[0]);
    assert!(go().contains(&"PUT".to_owned()));
    // a site under repair leads elsewhere for a moment
    repair.store(307, Ordering::SeqCst);
    scene.sign_off(&editor, &scene.photos[1]);
    assert_eq!(go().len(), 1);
    assert!(go().is_empty(), "it rests");
    assert_eq!(failures(&scene, id).len(), 1);
    repair.store(204, Ordering::SeqCst);
    say(&scene.site, "P1", Choice::Withdrawn);
    assert_eq!(go()[..2], ["DELETE", "PUT"]);
    // and where the repair is in the way of the withdrawal itself, a little later
    repair.store(307, Ordering::SeqCst);
    say(&scene.site, "P2", Choice::Withdrawn);
    go();
    repair.store(204, Ordering::SeqCst);
    pass(30);
    assert_eq!(go()[..1], ["DELETE"]);
}

#[test]
fn an_ended_connection_leaves_nothing_of_what_it_told() {
    let scene = Scene::of(1, school());
    let held: Arc<Mutex<BTreeMap<String, Vec<u8>>>> = Arc::default();
    let files = Arc::clone(&held);
    let other_side = Elsewhere::start(move |asked| {
        let (file, mut files) = (asked.uri.path().to_owned(), files.lock().unwrap());
        match asked.method.as_str() {
            "PUT" => status(files.insert(file, asked.body.to_vec()).map_or(201, |_| 204)),
            "DELETE" => status(files.remove(&file).map_or(404, |_| 204)),
            _ => status(405),
        }
    });
    let wanted = json!({ "kind": "webdav", "address": other_side.url() });
    let end = |id: i64| {
        let admin = scene.site.signed_in(Role::Admin);
        assert_eq!(admin.send(Http::DELETE, &api(&format!("connections/{id}")), None, Vec::new()).status, 204);
        deliver(&scene.site.store, &scene.site.school);
    };
    // somebody else's manifest stays where nothing was told
    held.lock().unwrap().insert("/manifest.json".to_owned(), b"of another".to_vec());
    let unused = connect(&scene, &wanted).0;
    end(unused);
    assert_eq!(held.lock().unwrap().len(), 1);
    let id = connect(&scene, &wanted).0;
    caption(&scene, &scene.photos[0], "A race");
    scene.sign_off(&scene.editor(), &scene.photos[0]);
    deliver(&scene.site.store, &scene.site.school);
    assert_eq!(held.lock().unwrap().len(), 2);
    end(id);
    assert_eq!(held.lock().unwrap().keys().collect::<Vec<_>>(), [""; 0]);
}
