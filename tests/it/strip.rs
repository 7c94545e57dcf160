//! An event's suggestions together: confirmed and rejected in strips, by form and by machine, and only where a gate is open.
#![cfg(test)]

use eyelid::access::Role;
use eyelid::consent::gate::{Nation, Switch};
use eyelid::consent::ledger::{Choice, Giver, Method as Way};
use eyelid::domain::camera::Camera;
use eyelid::domain::face::{Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::id::{EventId, FaceId, PersonId, PhotoId};
use eyelid::office::{self, MatchingWord, Said};
use eyelid::store::{NewFace, StoreError};
use serde_json::json;
use ureq::http::Method;

use super::browser::looked_at;
use super::naming::person;
use super::photos::small;
use super::site::{Running, now};

struct Desk {
    site: Running,
    event: EventId,
    photos: Vec<PhotoId>,
}

fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

/// Two photos with three faces each: the first is suggested to be Priya, then Amelia; the second Amelia; the third nobody.
fn desk() -> Desk {
    let site = Running::start();
    let (store, actor) = (&site.store, site.actor());
    for (id, first) in [("P1", "Priya"), ("P2", "Amelia")] {
        store.write(&actor, now(), |w| w.save_person(&person(id, first, "Vale", "Oak"))).unwrap();
    }
    let consulted_on = "2026-03-01".parse().unwrap();
    let papers =
        Switch { nation: Nation::England, dpia_reference: "D1".into(), dpo_opinion: "in favour".into(), consulted_on };
    office::switch_on(store, &site.school, &papers, &actor, now()).unwrap();
    for pupil in ["P1", "P2"] {
        for said in [Said::Told, Said::Decided(Choice::Granted)] {
            matching(&site, pupil, said);
        }
    }
    let mut photos = Vec::new();
    let mut event = EventId(0);
    for name in ["IMG_2041.JPG", "IMG_2057.JPG"] {
        let bytes = small(&format!("school/photos/sports-day/{name}"), 600);
        let digest = store.put_blob(&bytes).unwrap();
        let made = store.write(&actor, now(), |w| {
            let opened = w.open_event("Sports day", "2026-06-12".parse().unwrap(), &[], "sports")?;
            let photo = w.receive(&digest, opened.id)?.photo().id.clone();
            w.set_found(&photo, Size { width: 600, height: 400 }, &Camera::default())?;
            for left in [10.0, 200.0, 400.0] {
                let rect = Rect::new(left, 100.0, left + 80.0, 200.0).unwrap();
                w.add_face(&photo, &NewFace { rect, score: Some(0.9), origin: Origin::Detected, landmarks: None })?;
            }
            w.suggest(&photo, FaceId(1), &id("P1"), 1)?;
            w.suggest(&photo, FaceId(1), &id("P2"), 2)?;
            w.suggest(&photo, FaceId(2), &id("P2"), 1)?;
            Ok::<_, StoreError>((opened.id, photo))
        });
        let (opened, photo) = made.unwrap();
        event = opened;
        photos.push(photo);
    }
    Desk { site, event, photos }
}

fn matching(site: &Running, pupil: &str, said: Said) {
    let giver = Giver::Guardian("G1".into());
    let word = MatchingWord { said, giver, method: Way::Paper, made_at: now(), valid_until: None };
    office::speak_of_matching(&site.store, &site.school, &id(pupil), word, &site.actor(), now()).unwrap();
}

impl Desk {
    fn who(&self, photo: usize, face: u32) -> Who {
        let faces = self.site.store.read(|r| r.faces(&self.photos[photo])).unwrap();
        faces.into_iter().find(|known| known.id == FaceId(face)).unwrap().who
    }

    fn path(&self) -> String {
        format!("/events/{}/suggestions", self.event.0)
    }
}

#[test]
fn ticked_faces_are_confirmed_or_rejected_and_nothing_else_is() {
    let desk = desk();
    let staff = desk.site.signed_in(Role::Staff);
    assert!(staff.get(&format!("/events/{}", desk.event.0)).text().contains(&desk.path()), "the event leads there");
    let page = staff.get(&desk.path()).text();
    assert!(page.contains("Priya: 2 faces") && page.contains("Amelia: 2 faces"), "{page}");
    assert!(!page.contains("Vale"), "first names only");
    assert_eq!(looked_at("strip", &desk.site, staff.cookie(), &[&desk.path()]), "");
    let face = |photo: usize, number: u32| format!("{}.{number}", desk.photos[photo]);
    let post = |fields: &[(&str, &dyn std::fmt::Display)]| staff.post(&desk.path(), fields);
    let done = post(&[("person", &"P1"), ("answer", &"yes"), ("face", &face(0, 1))]);
    assert_eq!(done.header("location"), format!("{}?done=1&passed=0", desk.path()));
    assert_eq!(desk.who(0, 1), Who::Person(id("P1")));
    assert_eq!(desk.who(1, 1), Who::Suggested(id("P1")), "what was not ticked waits");
    post(&[("person", &"P1"), ("answer", &"no"), ("face", &face(1, 1))]);
    assert_eq!(desk.who(1, 1), Who::Suggested(id("P2")), "the next choice comes up");
    // somebody was faster, another person is meant, another photo or nonsense: nobody is overwritten
    let late = post(&[
        ("person", &"P1"),
        ("answer", &"yes"),
        ("face", &face(0, 1)),
        ("face", &face(1, 2)),
        ("face", &face(1, 3)),
    ]);
    assert_eq!(late.header("location"), format!("{}?done=0&passed=3", desk.path()));
    assert_eq!(desk.who(1, 2), Who::Suggested(id("P2")));
    assert_eq!(desk.who(1, 3), Who::Unknown);
    let elsewhere = format!("{}.1", "0".repeat(20));
    assert_eq!(post(&[("person", &"P1"), ("answer", &"yes"), ("face", &elsewhere)]).status, 303);
    for wrong in ["x", "1.1", &format!("{}.-1", desk.photos[0])] {
        assert_eq!(post(&[("person", &"P2"), ("answer", &"yes"), ("face", &wrong)]).status, 422, "{wrong}");
    }
    assert_eq!(post(&[("person", &"P2"), ("answer", &"maybe")]).status, 422);
    assert_eq!(desk.site.signed_in(Role::Office).get(&desk.path()).status, 200);
    assert_eq!(desk.site.signed_in(Role::Dpo).get(&desk.path()).status, 403);
}

#[test]
fn machines_judge_the_same_suggestions() {
    let desk = desk();
    let staff = desk.site.signed_in(Role::Staff);
    let path = format!("/api/v1{}", desk.path());
    let listed = staff.get(&path).value();
    assert_eq!(listed["items"].as_array().unwrap().len(), 4);
    let faces: Vec<_> = desk.photos.iter().map(|photo| json!({ "photo": photo.as_str(), "face": 2 })).collect();
    let body = json!({ "person": "P2", "confirmed": true, "faces": faces });
    let judged = staff.json(Method::POST, &path, &body);
    assert_eq!((judged.status, judged.value()), (200, json!({ "done": 2, "passed": 0 })));
    assert_eq!(staff.json(Method::POST, &path, &body).value(), json!({ "done": 0, "passed": 2 }), "once");
    assert_eq!((desk.who(0, 2), desk.who(1, 2)), (Who::Person(id("P2")), Who::Person(id("P2"))));
    assert_eq!(staff.get("/api/v1/events/999/suggestions").status, 404);
    assert_eq!(staff.json(Method::POST, "/api/v1/events/999/suggestions", &body).status, 404);
}

#[test]
fn a_closed_gate_shows_no_strip() {
    let desk = desk();
    let staff = desk.site.signed_in(Role::Staff);
    matching(&desk.site, "P1", Said::Decided(Choice::Withdrawn));
    let page = staff.get(&desk.path()).text();
    assert!(!page.contains("Priya") && page.contains("Amelia: "), "{page}");
    let listed = staff.get(&format!("/api/v1{}", desk.path())).text();
    assert!(!listed.contains("\"P1\""), "{listed}");
}
