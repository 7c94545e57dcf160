//! What is called back: everything of a pupil or an event at one click, stricter pictures in place of others, and tasks that are late.
#![cfg(test)]

use std::fs;

use eyelid::access::{Permission, Role};
use eyelid::config::School;
use eyelid::consent::ledger::Choice;
use eyelid::domain::id::PhotoId;
use eyelid::domain::time::Timestamp;
use eyelid::office::hourly::Rounds;
use eyelid::office::overdue::write_to_owners;
use eyelid::pipeline::worker::Bench;
use eyelid::pipeline::{RollCache, place_photos};
use eyelid::vision::Detector;
use serde_json::json;
use ureq::http::Method as Http;

use super::channels::{Scene, api, say, seen, take};
use super::elsewhere::{clock, pass};
use super::site::{captured, now};

fn signed(photos: u8) -> Scene {
    let scene = Scene::new(photos);
    let editor = scene.editor();
    scene.photos.iter().for_each(|photo| assert_eq!(scene.sign_off(&editor, photo).status, 200));
    scene
}

fn image(photo: &PhotoId) -> String {
    api(&format!("images/{photo}.jpg"))
}

#[test]
fn everything_of_a_pupil_is_pulled_at_one_click_after_one_question() {
    let scene = signed(2);
    let (machine, dsl) = (scene.key(&[Permission::Pull]), scene.site.signed_in(Role::Dsl));
    scene.photos.iter().for_each(|photo| assert_eq!(machine.get(&image(photo)).status, 200));
    assert!(dsl.get("/pupils/P1").text().contains("href=\"/safeguarding/pull?person=P1\""));
    let office = scene.site.signed_in(Role::Office);
    assert!(!office.get("/pupils/P1").text().contains("/safeguarding/pull"));
    assert_eq!(office.get("/safeguarding/pull?person=P1").status, 403);
    assert_eq!(office.post("/safeguarding/pull", &[("person", &"P1"), ("note", &"x")]).status, 403);

    let asked = dsl.get("/safeguarding/pull?person=P1").text();
    assert!(asked.contains("2 photos are pulled") && asked.contains("Pull everything now"), "{asked}");
    scene.photos.iter().for_each(|photo| assert_eq!(machine.get(&image(photo)).status, 200, "looking pulls nothing"));
    let wordless = dsl.post("/safeguarding/pull", &[("person", &"P1"), ("event", &""), ("note", &" ")]);
    assert!(wordless.status == 422 && wordless.text().contains("Say in a few words"));
    let done = dsl.post("/safeguarding/pull", &[("person", &"P1"), ("event", &""), ("note", &"A call from home")]);
    assert_eq!(done.status, 303, "{}", done.text());
    scene.photos.iter().for_each(|photo| assert_eq!(machine.get(&image(photo)).status, 410));
    assert_eq!(machine.get(&api("feed.json")).value()["_eyelid"]["withdrawn"].as_array().unwrap().len(), 2);
    let incident = dsl.get(done.header("location")).text();
    assert!(incident.contains("A call from home") && incident.contains(scene.photos[1].as_str()), "{incident}");
    for nowhere in ["person=P99", "event=99", "person=", "person=P1&event=1"] {
        assert_eq!(dsl.get(&format!("/safeguarding/pull?{nowhere}")).status, 404, "{nowhere}");
    }
}

#[test]
fn an_event_is_pulled_with_what_still_comes_in() {
    let scene = signed(1);
    let dsl = scene.site.signed_in(Role::Dsl);
    let event = scene.site.store.read(|r| r.photo(&scene.photos[0])).unwrap().unwrap().event.0;
    let page = dsl.get(&format!("/events/{event}")).text();
    assert!(page.contains(&format!("href=\"/safeguarding/pull?event={event}\"")), "{page}");
    let machine = scene.key(&[Permission::Pull]);
    assert_eq!(machine.get(&image(&scene.photos[0])).status, 200);
    let done = dsl.post("/safeguarding/pull", &[("event", &event), ("person", &""), ("note", &"The wrong event")]);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(machine.get(&image(&scene.photos[0])).status, 410);
    let late = take(&scene.site.store, 7);
    let editor = scene.editor();
    assert_eq!(editor.get(&api(&format!("photos/{late}"))).value()["queue"], "withheld");
}

#[test]
fn a_stricter_picture_in_place_of_one_that_left_is_told_as_replaced() {
    let scene = signed(2);
    let (editor, machine) = (scene.editor(), scene.key(&[Permission::Pull]));
    let fetched = &scene.photos[0];
    assert_eq!(machine.get(&image(fetched)).status, 200);
    let replaced = |photo: &PhotoId| editor.get(&api(&format!("photos/{photo}"))).value()["replaced"].clone();
    assert_eq!(replaced(fetched), false);
    say(&scene.site, "P1", Choice::Withdrawn);
    assert_eq!([replaced(fetched), replaced(&scene.photos[1])], [true, false], "the other one never left");
    let queue = editor.get("/channels/website?queue=may_leave").text();
    assert_eq!(queue.matches(">Replaced<").count(), 1, "{queue}");
    let office = scene.site.signed_in(Role::Office);
    let stages = || -> Vec<String> {
        let items = office.get("/api/v1/pupils/P2/pictures").value()["items"].clone();
        let of = |item: &serde_json::Value| item["photo"] == fetched.as_str() && item["channel"] == "website";
        let items = items.as_array().unwrap().iter().filter(|item| of(item));
        items.map(|item| item["stage"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(stages(), ["replaced"]);
    assert!(office.get("/pupils/P2/pictures").text().contains("Replaced"));
    // whoever had the earlier one fetches the stricter one
    assert_eq!(seen(&machine.get(&image(fetched)).body), (false, true));
    assert_eq!(stages(), ["delivered"]);
}

#[test]
fn whoever_placed_a_picture_is_written_to_every_day_that_it_is_overdue() {
    let folder = tempfile::tempdir().unwrap();
    let mail = captured(folder.path());
    let address = Some("https://eyelid.hill.example".to_owned());
    let scene = Scene::of(1, School { behind_proxy: true, address, mail: Some(mail), ..School::default() });
    let (store, school, actor) = (&scene.site.store, &scene.site.school, scene.site.actor());
    let editor = scene.editor();
    scene.sign_off(&editor, &scene.photos[0]);
    let body = json!({ "photo": scene.photos[0], "how": "printed", "place": "Zebedee's wall" });
    let id = editor.json(Http::POST, &api("placements"), &body).value()["id"].clone();
    say(&scene.site, "P1", Choice::Withdrawn);
    while place_photos(store, school, &RollCache::default(), &actor, now(), 100).unwrap() > 0 {}
    let letters = || -> Vec<String> {
        let files = fs::read_dir(folder.path()).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        files.collect()
    };
    let tell = |hours: i64| {
        let at: Timestamp = now() + jiff::SignedDuration::from_hours(hours);
        write_to_owners(store, school, &actor, at).unwrap()
    };
    assert_eq!([tell(1), tell(23)], [0, 0], "there is time until tomorrow");
    assert_eq!([tell(25), tell(26)], [1, 0], "once a day");
    assert_eq!([tell(49), tell(50)], [1, 0], "and every day");
    for letter in letters() {
        let text = letter.replace("=\r\n", "");
        assert!(text.contains("/channels/website/placements") && text.contains("editor"), "{text}");
        assert!(["Zebedee", "wall", "Quillfeather", "Sports"].iter().all(|name| !text.contains(name)), "{text}");
    }
    let done = editor.json(Http::POST, &api(&format!("placements/{id}/done")), &json!({ "note": "" }));
    assert_eq!(done.status, 204);
    assert_eq!(tell(73), 0);
    store.read(|r| r.verify_audit(&[])).unwrap();
}

#[test]
fn the_hourly_round_comes_once_an_hour_and_a_clock_that_is_set_back_does_not_put_it_off() {
    let folder = tempfile::tempdir().unwrap();
    let address = Some("https://eyelid.hill.example".to_owned());
    let mail = Some(captured(folder.path()));
    let scene = Scene::of(1, School { behind_proxy: true, address, mail, ..School::default() });
    let (store, school, actor) = (&scene.site.store, &scene.site.school, &scene.site.actor());
    let editor = scene.editor();
    scene.sign_off(&editor, &scene.photos[0]);
    let body = json!({ "photo": scene.photos[0], "how": "printed", "place": "the hall" });
    assert_eq!(editor.json(Http::POST, &api("placements"), &body).status, 201);
    say(&scene.site, "P1", Choice::Withdrawn);
    while place_photos(store, school, &RollCache::default(), actor, now(), 100).unwrap() > 0 {}
    let detector = Detector::open().unwrap();
    let bench = Bench { store, school, detector: &detector, actor, clock };
    let mut rounds = Rounds::default();
    let mut go = |seconds: i64| {
        pass(seconds);
        let done = rounds.go(&bench).unwrap();
        (done, fs::read_dir(folder.path()).unwrap().count())
    };
    assert_eq!([go(0), go(0), go(3599), go(1)], [(true, 0), (false, 0), (false, 0), (true, 0)]);
    assert_eq!([go(25 * 3600), go(3600)], [(true, 1), (true, 1)], "the task is overdue, and told once a day");
    assert_eq!([go(-3600), go(-3599), go(-1)], [(true, 1), (false, 1), (true, 1)]);
}
