//! Where pictures are placed by hand, and how they are called back from there.
#![cfg(test)]

use std::fs;
use std::time::{Duration, Instant};

use eyelid::access::Role;
use eyelid::config::School;
use eyelid::consent::ledger::Choice;
use eyelid::domain::id::PersonId;
use eyelid::domain::time::Timestamp;
use eyelid::office;
use serde_json::{Value, json};
use ureq::http::Method as Http;

use super::channels::{Scene, agreed_until, api, said_at, say, seen};
use super::elsewhere::{clock, deliver, pass, school};
use super::site::{Client, captured, now};

fn listed(client: &Client<'_>) -> Vec<Value> {
    client.get(&api("placements")).value()["items"].as_array().unwrap().clone()
}

fn tell(client: &Client<'_>, wanted: &Value) -> i64 {
    let told = client.json(Http::POST, &api("placements"), wanted);
    assert_eq!(told.status, 201, "{}", told.text());
    told.value()["id"].as_i64().unwrap()
}

#[test]
fn what_was_posted_is_called_back_only_when_it_shows_too_much() {
    let scene = Scene::of(1, school());
    let (photo, editor) = (&scene.photos[0].to_string(), scene.editor());
    // the picture that is posted hides the first pupil
    let hours_ago = |hours: i64| Timestamp::from_second(now().as_second() - hours * 3600).unwrap();
    said_at(&scene.site, "P1", Choice::Refused, hours_ago(3));
    scene.sign_off(&editor, &scene.photos[0]);
    for wrong in ["javascript:alert(1)", "not an address", ""] {
        let asked = json!({ "photo": photo, "how": "posted", "place": wrong });
        assert_eq!(editor.json(Http::POST, &api("placements"), &asked).status, 422, "{wrong}");
    }
    let id = tell(&editor, &json!({ "photo": photo, "how": "posted", "place": "https://social.example/p/1" }));
    assert!(listed(&editor)[0]["take_down_by"].is_null());
    // a yes waits for a new sign-off, and says nothing against the stricter picture that is out
    said_at(&scene.site, "P1", Choice::Granted, hours_ago(2));
    assert!(listed(&editor)[0]["take_down_by"].is_null());
    scene.sign_off(&editor, &scene.photos[0]);
    let second = tell(&editor, &json!({ "photo": photo, "how": "printed", "place": "Prospectus, 500 copies" }));
    // now the first is fine, and the second shows the pupil
    say(&scene.site, "P1", Choice::Withdrawn);
    let items = listed(&editor);
    assert_eq!((&items[0]["id"], &items[0]["take_down_by"]), (&json!(second), &json!("2026-06-16T10:00:00Z")));
    assert_eq!((&items[1]["id"], &items[1]["take_down_by"]), (&json!(id), &Value::Null));
    let page = editor.get("/channels/website/placements").text();
    assert!(page.contains("To take down") && page.contains("16 June 2026"), "{page}");

    // not done in time: the safeguarding lead is shown it
    let late = "2026-06-16T10:00:01Z".parse().unwrap();
    assert_eq!(scene.site.store.read(|r| r.overdue(now())).unwrap().len(), 0);
    assert_eq!(scene.site.store.read(|r| r.overdue(late)).unwrap().len(), 1);
    let done = |id: i64| editor.json(Http::POST, &api(&format!("placements/{id}/done")), &json!({ "note": "pulped" }));
    assert_eq!(done(id).status, 404, "nothing is to be done there");
    assert_eq!((done(second).status, done(second).status), (204, 204));
    assert_eq!(scene.site.store.read(|r| r.overdue(late)).unwrap().len(), 0);
    // a placement told too late is called back at once
    office::safeguarding::restrict(&scene.site.store, &"P2".parse().unwrap(), None, &scene.site.actor(), now())
        .unwrap();
    tell(&editor, &json!({ "photo": photo, "how": "posted", "place": "https://social.example/p/2" }));
    assert_eq!(listed(&editor).iter().filter(|item| !item["take_down_by"].is_null()).count(), 3);
    scene.site.store.read(|r| r.verify_audit(&[])).unwrap();
}

#[test]
fn a_family_is_told_when_everything_is_taken_down_and_the_school_sees_where_pictures_are() {
    let folder = tempfile::tempdir().unwrap();
    let mail = captured(folder.path());
    let settings = School { mail: Some(mail), address: Some("https://eyelid.hill.example".into()), ..school() };
    let scene = Scene::of(1, settings);
    let (photo, editor) = (&scene.photos[0].to_string(), scene.editor());
    let parents: Vec<_> = ["P1", "P2"]
        .map(|id| {
            let account = scene.site.account(&[Role::Parent]);
            let person: PersonId = id.parse().unwrap();
            scene.site.store.write(&scene.site.actor(), now(), |w| w.link_guardian(account, &person, "mum")).unwrap();
            account
        })
        .into();
    scene.sign_off(&editor, &scene.photos[0]);
    editor.get(&api(&format!("images/{photo}.jpg")));
    let post = tell(&editor, &json!({ "photo": photo, "how": "posted", "place": "https://social.example/p/1" }));
    let print = tell(&editor, &json!({ "photo": photo, "how": "printed", "place": "Newsletter 7" }));
    let office = scene.site.signed_in(Role::Office);
    let where_now = || {
        let found = office.get("/api/v1/pupils/P1/pictures").value();
        let stage = |item: &Value| item["stage"].as_str().unwrap().to_owned();
        found["items"].as_array().unwrap().iter().map(stage).collect::<Vec<_>>()
    };
    assert_eq!(where_now(), ["placed", "placed", "delivered"]);
    assert_eq!(scene.site.signed_in(Role::Staff).get("/pupils/P1/pictures").status, 403);

    // the first family withdraws, and the safeguarding lead restricts the other pupil
    say(&scene.site, "P1", Choice::Withdrawn);
    office::safeguarding::restrict(&scene.site.store, &"P2".parse().unwrap(), None, &scene.site.actor(), now())
        .unwrap();
    assert_eq!(listed(&editor).len(), 2);
    assert_eq!(where_now(), ["to_take_down", "to_take_down", "withdrawn"]);
    let page = office.get("/pupils/P1/pictures").text();
    assert!(page.contains("To take down") && !page.to_lowercase().contains("restrict"), "{page}");
    let done = |id: i64| editor.json(Http::POST, &api(&format!("placements/{id}/done")), &json!({}));
    assert_eq!(done(post).status, 204);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something is left to take down");
    assert_eq!(done(print).status, 204);
    let began = Instant::now();
    let letters = loop {
        let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
        if files.iter().any(|file| file.extension().is_some_and(|ending| ending == "eml")) {
            break files;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "no letter came");
        std::thread::yield_now();
    };
    assert_eq!(letters.len(), 1, "whoever is restricted is told nothing");
    let letter = fs::read_to_string(&letters[0]).unwrap();
    assert!(letter.contains("taken down by hand") && !letter.contains("Quillfeather"), "{letter}");
    let family = |account, person: &str| scene.site.client(account).get(&format!("/family/{person}/photos")).text();
    assert!(family(parents[0], "P1").contains("Taken down as you wished"));
    assert!(!family(parents[1], "P2").contains("Taken down"));
    assert_eq!(where_now(), ["taken_down", "taken_down", "withdrawn"]);
}

#[test]
fn a_consent_that_ends_calls_pictures_back_on_the_day_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let settings = school();
    let push = eyelid::config::Push { folders: vec![folder.path().to_owned()], ..settings.push.clone() };
    let scene = Scene::of(1, School { push, ..settings });
    let (store, settings, editor) = (&scene.site.store, &scene.site.school, scene.editor());
    agreed_until(&scene.site, "P1", "2026-06-20T00:00:00Z".parse().unwrap());
    let wanted = json!({ "kind": "folder", "address": folder.path().to_str().unwrap() });
    let admin = scene.site.signed_in(Role::Admin);
    assert_eq!(admin.json(Http::POST, &api("connections"), &wanted).status, 201);
    scene.sign_off(&editor, &scene.photos[0]);
    let post = json!({ "photo": scene.photos[0].to_string(), "how": "posted", "place": "https://social.example/p/1" });
    tell(&editor, &post);
    deliver(store, settings);
    let file = folder.path().join("sports-day-2026-06-12-001.jpg");
    assert_eq!(seen(&fs::read(&file).unwrap()), (true, true));
    pass(4 * 24 * 3600);
    deliver(store, settings);
    assert_eq!(seen(&fs::read(&file).unwrap()), (true, true));
    assert_eq!(store.read(|r| r.overdue("2100-01-01T00:00:00Z".parse().unwrap())).unwrap().len(), 0);
    pass(24 * 3600);
    deliver(store, settings);
    assert_eq!(seen(&fs::read(&file).unwrap()), (false, true));
    let due = store.read(|r| r.overdue("2100-01-01T00:00:00Z".parse().unwrap())).unwrap();
    assert_eq!(due[0].take_down.as_ref().unwrap().at, clock());
}
