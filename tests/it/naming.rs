//! Faces are named: by first letters, with undo, by two people at once, and nobody is shown longer than naming needs.
#![cfg(test)]

use std::fs;
use std::path::Path;

use eyelid::access::Role;
use eyelid::consent::ledger::{Act, Choice, Giver, Method as Way};
use eyelid::domain::camera::Camera;
use eyelid::domain::category::Medium;
use eyelid::domain::face::{Origin, Who};
use eyelid::domain::geometry::Rect;
use eyelid::domain::id::{EventId, FaceId, PersonId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::office;
use eyelid::office::album::{Choices, Match};
use eyelid::store::{NewEntry, NewFace, StoreError};
use eyelid::vision::{Limits, decode};
use serde_json::json;
use ureq::http::Method;

use super::site::{Client, Running, now};

pub(super) fn person(id: &str, first: &str, surname: &str, class: &str) -> Person {
    Person {
        id: id.parse().unwrap(),
        kind: if class.is_empty() { PersonKind::Staff } else { PersonKind::Pupil },
        name: PersonName { legal_forename: first.into(), preferred_forename: None, legal_surname: surname.into() },
        born: None,
        year: None,
        class: (!class.is_empty()).then(|| class.to_owned()),
        admission_no: None,
        upn: None,
        leaving: None,
    }
}

const PEOPLE: &[(&str, &str, &str, &str)] = &[
    ("P001", "Priya", "Sharma", "Oak"),
    ("P002", "Primrose", "Vale", "Oak"),
    ("P003", "Amelia", "Brown", "Oak"),
    ("P004", "Amelia", "Clark", "Oak"),
    ("P005", "Zoë", "Petit", "Oak"),
    ("P006", "Priscilla", "Owen", "Elm"),
    ("P007", "Kwame", "Mensah", "Elm"),
    ("S001", "Kwesi", "Boateng", ""),
];

/// The fixture photo with three faces from left to right, in an event of the class Oak; and a second photo after it.
struct Desk {
    site: Running,
    event: EventId,
    photo: PhotoId,
    second: PhotoId,
}

fn desk() -> Desk {
    let site = Running::start();
    let bytes =
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/school/photos/sports-day/IMG_2057.JPG")).unwrap();
    let size = decode(&bytes, None, &Limits::default()).unwrap().pixels.size();
    let digests = [site.store.put_blob(&bytes).unwrap(), site.store.put_blob(b"another").unwrap()];
    let (event, photos) = site
        .store
        .write(&site.actor(), now(), |w| {
            for (id, first, surname, class) in PEOPLE {
                w.save_person(&person(id, first, surname, class))?;
            }
            let event = w.open_event("Sports day", "2026-06-12".parse().unwrap(), &["Oak".to_owned()], "sports")?.id;
            let mut photos = Vec::new();
            for digest in &digests {
                let photo = w.receive(digest, event)?.photo().id.clone();
                w.set_found(&photo, size, &Camera::default())?;
                for left in [10.0, 200.0, 400.0] {
                    let rect = Rect::new(left, 100.0, left + 80.0, 200.0).unwrap();
                    let face = NewFace { rect, score: Some(0.9), origin: Origin::Detected, landmarks: None };
                    w.add_face(&photo, &face)?;
                }
                photos.push(photo);
            }
            Ok::<_, StoreError>((event, photos))
        })
        .unwrap();
    let [photo, second] = photos.try_into().unwrap();
    Desk { site, event, photo, second }
}

impl Desk {
    fn who(&self, face: u32) -> Who {
        let faces = self.site.store.read(|r| r.faces(&self.photo)).unwrap();
        faces.into_iter().find(|known| known.id == FaceId(face)).unwrap().who
    }

    fn path(&self, rest: &str) -> String {
        format!("/photos/{}{rest}", self.photo)
    }

    /// The number of what was said last, as the page carries it.
    fn seen(&self, client: &Client<'_>, face: u32) -> String {
        let page = client.get(&self.path(&format!("?face={face}"))).text();
        page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }
}

fn is(id: &str) -> Who {
    Who::Person(id.parse::<PersonId>().unwrap())
}

#[test]
fn three_letters_and_enter_name_a_face_and_lead_to_the_next() {
    let desk = desk();
    let client = desk.site.signed_in(Role::Staff);
    let name = |face: u32, typed: &str| {
        let seen = desk.seen(&client, face);
        client.post(&desk.path(&format!("/faces/{face}")), &[("name", &typed), ("seen", &seen)])
    };
    let first = name(1, "priy");
    assert_eq!((first.status, first.header("location")), (303, desk.path("?face=2").as_str()));
    assert_eq!(desk.who(1), is("P001"));
    let several = name(2, "pri");
    assert_eq!(several.status, 422);
    assert!(several.text().contains(r#"name="person" value="P002">Primrose<"#), "{}", several.text());
    assert!(!several.text().contains("Priscilla"), "the roster comes first");
    assert_eq!(name(2, "zoe").status, 303, "accents need not be typed");
    assert_eq!(desk.who(2), is("P005"));
    assert_eq!(name(3, "xyz").status, 422);
    assert_eq!(name(3, " ").status, 422);
    let last = name(3, "Kwame");
    assert_eq!(last.header("location"), desk.path(""), "all are named");
    assert_eq!(desk.who(3), is("P007"), "who is not on the roster can be named too");
    let page = client.get(&desk.path("")).text();
    assert!(page.contains("Every face has been judged") && page.contains("The boxes show 3"), "{page}");
    assert_eq!(client.post(&desk.path("/headcount"), &[("people", &"lots")]).status, 422);
    let counted = client.post(&desk.path("/headcount"), &[("people", &"3")]);
    assert_eq!(counted.header("location"), format!("/photos/{}", desk.second));
    let page = client.get(&format!("/photos/{}?face=1", desk.second)).text();
    let same = page.split("Same as in the last photo").nth(1).unwrap();
    assert!(same.find("Priya").unwrap() < same.find("Zoë").unwrap(), "the nearest first");
    assert!(!page.contains("Sharma") && !page.contains("Petit"), "first names only");
}

#[test]
fn two_people_do_not_overwrite_each_other() {
    let desk = desk();
    let (one, other) = (desk.site.signed_in(Role::Staff), desk.site.signed_in(Role::Staff));
    let seen = desk.seen(&one, 1);
    let path = desk.path("/faces/1");
    assert_eq!(other.post(&path, &[("person", &"P001"), ("seen", &seen)]).status, 303);
    let late = one.post(&path, &[("person", &"P003"), ("seen", &seen)]);
    assert_eq!(late.status, 409);
    assert!(late.text().contains("Somebody else judged face 1 just now: Priya"), "{}", late.text());
    assert_eq!(desk.who(1), is("P001"));
    assert_eq!(one.post(&path, &[("person", &"P001"), ("seen", &seen)]).status, 303, "the same is no contradiction");
    // the page that told it carries what was seen now
    let again = late.text().split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(one.post(&path, &[("person", &"P003"), ("seen", &again)]).status, 303);
    assert_eq!(desk.who(1), is("P003"));
}

#[test]
fn the_last_word_is_taken_back_by_whoever_said_it() {
    let desk = desk();
    let (one, other) = (desk.site.signed_in(Role::Staff), desk.site.signed_in(Role::Staff));
    let undo = |client: &Client<'_>| {
        let page = client.get(&desk.path("")).text();
        let offered = page.split("/undo\"").nth(1)?;
        Some(offered.split("value=\"").nth(1)?.split('"').next()?.to_owned())
    };
    assert_eq!(one.post(&desk.path("/faces/1"), &[("person", &"P001")]).status, 303);
    assert_eq!(one.post(&desk.path("/faces/1"), &[("who", &"not-a-face")]).status, 303);
    let seen = undo(&one).unwrap();
    assert_eq!(undo(&other), None, "another's word is not offered");
    assert_eq!(other.post(&desk.path("/undo"), &[("seen", &seen)]).status, 409);
    assert_eq!(one.post(&desk.path("/undo"), &[("seen", &seen)]).status, 303);
    assert_eq!(desk.who(1), is("P001"));
    assert_eq!(one.post(&desk.path("/undo"), &[("seen", &seen)]).status, 409, "once");
    assert_eq!(one.post(&desk.path("/undo"), &[("seen", &"999")]).status, 404);
}

#[test]
fn a_pupil_twice_on_a_photo_is_told() {
    let desk = desk();
    let client = desk.site.signed_in(Role::Staff);
    for face in [1, 3] {
        client.post(&desk.path(&format!("/faces/{face}")), &[("person", &"P001")]);
    }
    assert!(client.get(&desk.path("")).text().contains("Priya is named on the faces 1 and 3"));
}

#[test]
fn boxes_are_added_once_and_changed_with_what_was_said() {
    let desk = desk();
    let client = desk.site.signed_in(Role::Staff);
    let draw = |path: &str, left: &str, width: &str| {
        client.post(&desk.path(path), &[("left", &left), ("top", &"20"), ("width", &width), ("height", &"40")])
    };
    assert_eq!(draw("/faces", "300", "30").header("location"), desk.path("?face=4"));
    assert_eq!(draw("/faces", "300", "30").header("location"), desk.path("?face=4"), "sent twice, added once");
    client.post(&desk.path("/faces/4"), &[("person", &"P001")]);
    assert_eq!(draw("/faces/4/box", "310", "30").header("location"), desk.path("?face=5"));
    assert_eq!((desk.who(4), desk.who(5)), (Who::NotAFace, is("P001")));
    for (left, width) in [
        ("99999999", "30"),
        ("1e38", "1e38"),
        ("-1e30", "2e30"),
        ("3", "0"),
        ("3", "-4"),
        ("NaN", "4"),
        ("inf", "4"),
        ("x", "4"),
    ] {
        assert_eq!(draw("/faces", left, width).status, 422, "{left} {width}");
    }
    assert_eq!(draw("/faces/77/box", "1", "2").status, 404);
    assert_eq!(client.post(&desk.path("/faces/77"), &[("person", &"P001")]).status, 404);
    assert_eq!(client.post(&desk.path("/faces/1"), &[("person", &"P999")]).status, 404);
    assert_eq!(client.post(&desk.path("/headcount"), &[("people", &"10001")]).status, 422);
}

#[test]
fn machines_can_do_what_pages_do() {
    let desk = desk();
    let client = desk.site.signed_in(Role::Office);
    let path = |rest: &str| format!("/api/v1/photos/{}{rest}", desk.photo);
    let faces = client.get(&path("/faces")).value();
    assert_eq!(faces["items"][0]["face"], 1);
    assert_eq!((&faces["items"][0]["who"], &faces["items"][0]["seen"]), (&json!("unknown"), &json!(0)));
    let put = |rest: &str, body: serde_json::Value| client.json(Method::PUT, &path(rest), &body);
    let named = put("/faces/1", json!({"who": "person", "person": "P001", "seen": 0}));
    assert_eq!((named.status, &named.value()["person"]), (200, &json!("P001")));
    let late = put("/faces/1", json!({"who": "visitor", "seen": 0}));
    assert_eq!((late.status, late.header("content-type")), (409, "application/problem+json"));
    assert!(!late.text().contains("Priya"));
    assert_eq!(put("/faces/1", json!({"who": "visitor"})).status, 200, "without `seen` the last word counts");
    for wrong in [
        json!({"who": "person"}),
        json!({"who": "visitor", "person": "P001"}),
        json!({"who": "person", "person": "P999"}),
        json!({"who": "king"}),
        json!({}),
    ] {
        assert_eq!(put("/faces/1", wrong.clone()).status, 422, "{wrong}");
    }
    assert_eq!(put("/faces/9", json!({"who": "visitor"})).status, 404);
    let drawn =
        |rest: &str, method: Method| client.json(method, &path(rest), &json!({"box": [300.0, 20.0, 330.0, 60.0]}));
    assert_eq!(
        (drawn("/faces", Method::POST).status, drawn("/faces", Method::POST).value()["face"].clone()),
        (201, json!(4))
    );
    assert_eq!(drawn("/faces/2/box", Method::PUT).value()["face"], 4, "the box is there already");
    assert_eq!(put("/headcount", json!({"people": 3})).value()["headcount"], 3);
    assert_eq!(put("/headcount", json!({"people": 10001})).status, 422);
    let roster = client.get(&format!("/api/v1/events/{}/roster", desk.event.0)).value();
    let labels: Vec<&str> =
        roster["items"].as_array().unwrap().iter().map(|one| one["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["Amelia B (Oak)", "Amelia C (Oak)", "Kwesi", "Primrose", "Priya", "Zoë", "Kwame", "Priscilla"]);
    let nowhere = format!("/api/v1/photos/{}/faces", "0".repeat(20));
    assert_eq!(client.get(&nowhere).status, 404);
    assert_eq!(client.get("/api/v1/photos/nonsense/faces").status, 400);
}

#[test]
fn who_fits_as_well_is_never_passed_over() {
    let desk = desk();
    let choices = desk.site.store.read(|r| Choices::load(r, &r.event(desk.event)?.unwrap())).unwrap();
    let found = |typed: &str| match choices.find(typed) {
        Match::Nobody => Vec::new(),
        Match::One(choice) => vec![choice.id.to_string()],
        Match::Several(choices) => choices.iter().map(|choice| choice.id.to_string()).collect(),
    };
    assert_eq!(found("AMELIA"), ["P003", "P004"]);
    assert_eq!(found("Amelia C (Oak)"), ["P004"]);
    assert_eq!(found("amelia c"), ["P004"]);
    assert_eq!(found("prisc"), ["P006"]);
    assert_eq!(found("kw"), ["S001"], "staff are always on the roster");
    assert_eq!(found("\u{0}"), [""; 0]);
    assert_eq!(found("Sharma"), [""; 0], "surnames are not looked for");
}

#[test]
fn a_name_typed_as_a_whole_names_nobody_else_without_asking() {
    let desk = desk();
    let (store, actor) = (&desk.site.store, desk.site.actor());
    let save = |person: Person| store.write(&actor, now(), |w| w.save_person(&person)).unwrap();
    let found = |typed: &str| {
        let choices = store.read(|r| Choices::load(r, &r.event(desk.event)?.unwrap())).unwrap();
        match choices.find(typed) {
            Match::Nobody => Vec::new(),
            Match::One(choice) => vec![choice.id.to_string()],
            Match::Several(choices) => choices.iter().map(|choice| choice.id.to_string()).collect(),
        }
    };
    save(person("P020", "Evangeline", "Hart", "Oak"));
    assert_eq!((found("eva"), found("Evangeline")), (vec!["P020".to_owned()], vec!["P020".to_owned()]));
    save(person("P021", "Eva", "Lowe", "Ash"));
    assert_eq!(found("Eva"), ["P020", "P021"], "a guest of this very name stands before nobody's first letters");
    assert_eq!(found("evan"), ["P020"]);
    save(person("P022", "Ivy", "Hart", "Oak"));
    save(person("S022", "Ivy", "Lowe", ""));
    assert_eq!(found("ivy"), ["S022", "P022"], "the label of one is the first name of the other");
    assert_eq!(found("Ivy (Oak)"), ["P022"]);
    save(person("P023", "Noor", "Hart", "Oak"));
    save(person("P024", "Noor", "Lowe", "Ash"));
    assert_eq!(found("noor"), ["P023", "P024"], "the roster first, but not alone");
}

#[test]
fn a_box_moved_onto_another_persons_overwrites_nobody() {
    let desk = desk();
    let client = desk.site.signed_in(Role::Staff);
    let path = |rest: &str| format!("/api/v1/photos/{}{rest}", desk.photo);
    let send = |method: Method, rest: &str, body: serde_json::Value| client.json(method, &path(rest), &body);
    let rect = json!([300.0, 20.0, 330.0, 60.0]);
    assert_eq!(send(Method::POST, "/faces", json!({ "box": rect })).value()["face"], 4);
    let name = |face: u32, person: &str| {
        let named = json!({"who": "person", "person": person});
        assert_eq!(send(Method::PUT, &format!("/faces/{face}"), named).status, 200);
    };
    name(4, "P003");
    name(2, "P001");
    let moved = send(Method::PUT, "/faces/2/box", json!({ "box": rect }));
    assert_eq!(moved.status, 409, "{}", moved.text());
    let who = |person: &str| Who::Person(person.parse().unwrap());
    assert_eq!((desk.who(4), desk.who(2)), (who("P003"), who("P001")), "both stay who they were");
    name(4, "P001");
    assert_eq!(
        send(Method::PUT, "/faces/2/box", json!({ "box": rect })).value()["face"],
        4,
        "of one person it is one box"
    );
    assert_eq!((desk.who(4), desk.who(2)), (who("P001"), Who::NotAFace));
}

#[test]
fn a_photo_with_more_heads_than_names_is_not_done() {
    let desk = desk();
    let client = desk.site.signed_in(Role::Staff);
    for face in 1..=3 {
        let path = format!("/api/v1/photos/{}/faces/{face}", desk.photo);
        assert_eq!(client.json(Method::PUT, &path, &json!({"who": "visitor"})).status, 200);
    }
    let count = |people: u32| {
        let path = format!("/api/v1/photos/{}/headcount", desk.photo);
        assert_eq!(client.json(Method::PUT, &path, &json!({ "people": people })).status, 200);
        client.get(&format!("/events/{}", desk.event.0)).text()
    };
    let (missing, many, done) = (count(5), count(2), count(3));
    assert!(missing.contains("2 faces missing") && !missing.contains("3 faces named"), "{missing}");
    assert!(many.contains("To count again") && !many.contains("3 faces named"), "{many}");
    assert!(done.contains("3 faces named"), "{done}");
}

#[test]
fn a_thumbnail_hides_whoever_is_named_and_has_agreed_to_nothing_public() {
    let desk = desk();
    let client = desk.site.signed_in(Role::Staff);
    let (store, actor) = (&desk.site.store, desk.site.actor());
    let thumbnail = || {
        let answer = client.get(&desk.path("/thumbnail"));
        assert_eq!(
            (answer.status, answer.header("content-type"), answer.header("cache-control")),
            (200, "image/jpeg", "private, no-store")
        );
        answer.body
    };
    let size = |jpeg: &[u8]| decode(jpeg, None, &Limits::default()).unwrap().pixels.size();
    let open = thumbnail();
    assert_eq!(size(&open).long_side(), 480);
    let say = |act: Act, giver: Giver| {
        let entry = NewEntry {
            person: "P001".parse().unwrap(),
            act,
            giver,
            method: Way::Paper,
            made_at: now(),
            valid_from: None,
            valid_until: None,
            evidence: None,
        };
        store.write(&actor, now(), |w| w.record(&entry).map(drop)).unwrap();
    };
    let decide = |category: &str, decision: Choice| {
        let act = Act::Decide { category: category.parse().unwrap(), medium: Medium::Photo, photo: None, decision };
        say(act, Giver::Guardian("G1".into()));
    };
    office::tag(store, &desk.photo, FaceId(2), &is("P001"), &actor, now()).unwrap();
    let hidden = thumbnail();
    assert_ne!(hidden, open);
    decide("displays", Choice::Granted);
    assert_eq!(thumbnail(), hidden, "a use inside the school is none in public");
    decide("website", Choice::Granted);
    assert_eq!(thumbnail(), open);
    decide("website", Choice::Withdrawn);
    assert_eq!(thumbnail(), hidden, "at the very next request");
    decide("website", Choice::Granted);
    say(Act::Restrict, Giver::School);
    assert_eq!(thumbnail(), hidden, "a restriction looks like any other no");
    let taken = client.get(&desk.path("/as-taken"));
    assert_eq!(taken.status, 200);
    let face = size(&client.get(&desk.path("/faces/2")).body);
    assert!(face.long_side() <= 240 && face.height > 100, "{face:?}");
    assert_eq!(client.get(&desk.path("/faces/99")).status, 404);
    for sealed in [Role::NetworkManager, Role::Parent, Role::Dpo, Role::Editor("website".parse().unwrap())] {
        let other = desk.site.signed_in(sealed);
        for rest in ["", "/thumbnail", "/as-taken", "/faces/2"] {
            assert_eq!(other.get(&desk.path(rest)).status, 403);
        }
    }
}
