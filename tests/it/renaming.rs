//! An event is renamed: what was held for its name is free again, and what is out elsewhere takes the new one.
#![cfg(test)]

use std::fs;
use std::path::Path;

use eyelid::access::{Permission, Role};
use eyelid::config::{Push, School};
use eyelid::consent::TextKind;
use eyelid::domain::id::EventId;
use eyelid::domain::time::Timestamp;
use eyelid::pipeline::{Past, roll_at};
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http::Method as Http;

use super::channels::{Scene, api};
use super::elsewhere::deliver;
use super::naming::person;
use super::site::{Answer, Client, Running, now};

/// An event as a machine sees it.
fn opened(client: &Client<'_>, name: &str) -> Value {
    client.json(Http::POST, "/api/v1/events", &json!({ "name": name, "date": "2026-06-12" })).value()
}

fn rename(client: &Client<'_>, event: &Value, name: &str) -> Answer {
    client.json(Http::PUT, &format!("/api/v1/events/{event}/name"), &json!({ "name": name }))
}

/// Somebody joins the register whose name stands in "Whitlock Cup".
fn newcomer(site: &Running) {
    let joins = person("P9", "Ada", "Whitlock", "Oak");
    site.store.write(&site.actor(), now(), |w| w.save_person(&joins)).unwrap();
}

fn pictures(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != "manifest.json").collect();
    names.sort();
    names
}

#[test]
fn an_event_whose_name_came_to_name_a_pupil_is_renamed_and_its_photos_leave_again() {
    let scene = Scene::new(2);
    let (photo, editor) = (&scene.photos[0], scene.editor());
    let (machine, staff) = (scene.key(&[Permission::Pull]), scene.site.signed_in(Role::Staff));
    let feed = || machine.get(&api("feed.json")).value()["items"].as_array().unwrap().clone();
    let stands = || editor.get(&api(&format!("photos/{photo}"))).value();
    assert_eq!(rename(&staff, &json!(1), "Whitlock Cup").status, 200);
    scene.sign_off(&editor, photo);
    assert_eq!((feed().len(), stands()["file"].as_str().unwrap()), (1, "whitlock-cup-2026-06-12-001.jpg"));
    assert!(!staff.get("/events/1").text().contains("on the register"));

    newcomer(&scene.site);
    assert!(feed().is_empty());
    let held = stands();
    assert_eq!(
        (held["queue"].as_str(), held["reasons"][0]["code"].as_str()),
        (Some("not_ready"), Some("name_in_text"))
    );
    assert_eq!(held["reasons"][0]["text"], "A name stands in the event's name: rename the event.");
    let page = staff.get("/events/1").text();
    assert!(page.contains("on the register") && page.contains("href=\"/events/1/name\""), "{page}");
    assert!(editor.get(&format!("/channels/website/photos/{photo}")).text().contains("rename the event"));

    let form = staff.get("/events/1/name");
    assert_eq!((form.status, form.text().contains("value=\"Whitlock Cup\"")), (200, true));
    let again = staff.post("/events/1/name", &[("name", &"Ada Whitlock runs")]);
    assert_eq!((again.status, again.text().contains("Error: ")), (422, true));
    assert!(again.text().contains("value=\"Ada Whitlock runs\""));
    let done = staff.post("/events/1/name", &[("name", &" Field day ")]);
    assert_eq!((done.status, done.header("location")), (303, "/events/1"));
    assert!(staff.get("/events/1").text().contains("<h1 class=\"govuk-heading-l\">Field day</h1>"));

    assert_eq!(
        (stands()["queue"].as_str(), stands()["file"].as_str()),
        (Some("may_leave"), Some("field-day-2026-06-12-001.jpg"))
    );
    let items = feed();
    assert_eq!(items.len(), 1);
    assert!(items[0].to_string().contains("Field day") && !items[0].to_string().contains("hitlock"), "{items:?}");
    let told = staff.get("/api/v1/events/1").value();
    assert_eq!((told["name"].as_str(), told["photos"].as_u64()), (Some("Field day"), Some(2)));
    let rows = scene.site.store.read(|r| r.audit_rows(None, 0, 1000)).unwrap();
    let renamed: Vec<_> = rows.iter().filter(|row| row.event.contains("event_renamed")).collect();
    assert_eq!(renamed.len(), 2);
    assert!(rows.iter().all(|row| !row.event.contains("hitlock") && !row.event.contains("Field")));
}

#[test]
fn a_new_name_keeps_the_rules_of_the_first() {
    let site = Running::start();
    let staff = site.signed_in(Role::Staff);
    site.store.write(&site.actor(), now(), |w| w.save_person(&person("P1", "Ada", "Quillfeather", "Oak"))).unwrap();
    let (event, other) = (opened(&staff, "Harvest")["id"].clone(), opened(&staff, "Fair")["id"].clone());
    let stem = |event: &Value| site.store.read(|r| r.stem(EventId(event.as_i64().unwrap()))).unwrap();
    let long = "x".repeat(201);
    for wrong in [" ", "a\u{0}b", "one\ntwo", &long, "Quillfeather Cup", "Ada Quillfeather", "Fair", " Fair "] {
        assert_eq!(rename(&staff, &event, wrong).status, 422, "{wrong:?}");
    }
    assert_eq!(stem(&event), "harvest-2026-06-12");
    assert_eq!(rename(&staff, &json!(99), "Nativity").status, 404);
    assert_eq!(staff.get("/events/99/name").status, 404);
    assert_eq!(staff.post("/events/99/name", &[("name", &"Nativity")]).status, 404);
    let extra = json!({ "name": "Nativity", "date": "2026-12-01" });
    assert_eq!(staff.json(Http::PUT, &format!("/api/v1/events/{event}/name"), &extra).status, 422);

    // its own name is no other's, and a first name is a word like others
    let audit = || {
        site.store
            .read(|r| r.audit_rows(None, 0, 1000))
            .unwrap()
            .iter()
            .filter(|row| row.event.contains("event_renamed"))
            .count()
    };
    assert_eq!((rename(&staff, &event, "Harvest").status, audit()), (200, 0));
    assert_eq!(rename(&staff, &event, "Ada Lovelace day").value()["name"], "Ada Lovelace day");
    assert_eq!((stem(&event), audit()), ("ada-lovelace-day-2026-06-12".to_owned(), 1));
    // a beginning under which pictures may still be somewhere is nobody else's, but may be its own again
    assert_eq!(rename(&staff, &other, "Harvest!").status, 200);
    assert_eq!(stem(&other), "harvest-2026-06-12-2");
    assert_eq!(rename(&staff, &event, "Harvest").status, 200);
    assert_eq!(stem(&event), "harvest-2026-06-12");
    for role in [Role::Dpo, Role::Editor("website".parse().unwrap())] {
        assert_eq!(rename(&site.signed_in(role), &event, "Nativity").status, 403);
    }
}

#[test]
fn pictures_elsewhere_are_replaced_and_none_stays_under_the_old_name() {
    let shared = TempDir::new().unwrap();
    let folder = shared.path().join("website");
    fs::create_dir(&folder).unwrap();
    let push = Push { folders: vec![folder.clone()], ..Push::default() };
    let scene = Scene::of(1, School { behind_proxy: true, push, ..School::default() });
    let wanted = json!({ "kind": "folder", "address": folder });
    let made = scene.site.signed_in(Role::Admin).json(Http::POST, &api("connections"), &wanted);
    assert_eq!(made.status, 201, "{}", made.text());
    let (store, school) = (&scene.site.store, &scene.site.school);
    scene.sign_off(&scene.editor(), &scene.photos[0]);
    deliver(store, school);
    assert_eq!(pictures(&folder), ["sports-day-2026-06-12-001.jpg"]);

    let staff = scene.site.signed_in(Role::Staff);
    assert_eq!(rename(&staff, &json!(1), "Field day").status, 200);
    deliver(store, school);
    assert_eq!(pictures(&folder), ["field-day-2026-06-12-001.jpg"]);
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    assert!(manifest.contains("Field day") && !manifest.contains("ports"), "{manifest}");
    assert_eq!(deliver(store, school), 0);

    // held and renamed before anybody delivered: it is taken away under the name that it has there
    store.write(&scene.site.actor(), now(), |w| w.save_person(&person("P9", "Ada", "Field", "Oak"))).unwrap();
    assert_eq!(rename(&staff, &json!(1), "Summer day").status, 200);
    store.write(&scene.site.actor(), now(), |w| w.set_text(&scene.photos[0], TextKind::Caption, "Ada Field")).unwrap();
    deliver(store, school);
    assert_eq!(pictures(&folder), Vec::<String>::new());
}

#[test]
fn a_past_moment_is_judged_by_the_name_of_then() {
    let scene = Scene::new(1);
    let photo = &scene.photos[0];
    let store = &scene.site.store;
    newcomer(&scene.site);
    store.write(&scene.site.actor(), now(), |w| w.rename_event(EventId(1), "Whitlock Cup", "whitlock-cup")).unwrap();
    let at = |seconds: i64| Timestamp::from_second(now().as_second() + seconds).unwrap();
    store.write(&scene.site.actor(), at(20), |w| w.rename_event(EventId(1), "Field day", "field-day")).unwrap();
    let named = |moment: Timestamp| {
        let past = store.read(|r| Past::load(r, &roll_at(r, moment)?, photo, moment)).unwrap();
        let (channel, category) = scene.site.school.channel(&"website".parse().unwrap()).unwrap();
        let (_, reasons) = past.decide(&scene.site.school, channel, category).told_to(eyelid::consent::Reader::Dsl);
        reasons.iter().any(|reason| reason.code == eyelid::consent::Code::NameInText)
    };
    assert_eq!([at(10), at(19), at(20), at(30)].map(named), [true, true, false, false]);
    // the clock steps back, and yet the later name counts
    store.write(&scene.site.actor(), at(5), |w| w.rename_event(EventId(1), "Whitlock Cup", "whitlock-cup")).unwrap();
    assert_eq!([at(10), at(30)].map(named), [true, true]);
}
