//! Where pictures are placed by hand, and how they are called back from there.
#![cfg(test)]

use std::fs;

use eyelid::access::Role;
use eyelid::config::School;
use eyelid::consent::ledger::Choice;
use eyelid::domain::face::Who;
use eyelid::domain::id::{FaceId, PersonId};
use eyelid::domain::placement::PlacementId;
use eyelid::domain::time::Timestamp;
use eyelid::office;
use eyelid::office::placements::taken_down;
use eyelid::pipeline::release::Request;
use eyelid::pipeline::{RollCache, place_photos};
use eyelid::store::StoreError;
use serde_json::{Value, json};
use ureq::http::Method as Http;

use super::channels::{Scene, agreed_until, api, said_at, say, seen, website};
use super::elsewhere::{clock, deliver, pass, school};
use super::site::{Client, captured, now, until};

fn listed(client: &Client<'_>) -> Vec<Value> {
    client.get(&api("placements")).value()["items"].as_array().unwrap().clone()
}

fn tell(client: &Client<'_>, wanted: &Value) -> i64 {
    let told = client.json(Http::POST, &api("placements"), wanted);
    assert_eq!(told.status, 201, "{}", told.text());
    told.value()["id"].as_i64().unwrap()
}

/// The fingerprint of the channel's only picture, as its feed gives it.
fn fingerprint(client: &Client<'_>) -> String {
    client.get(&api("feed.json")).value()["items"][0]["_eyelid"]["fingerprint"].as_str().unwrap().to_owned()
}

/// Of which posts it is asked that they are taken down, in the order of their addresses.
fn called_back(client: &Client<'_>) -> Vec<String> {
    let asked = listed(client).into_iter().filter(|item| !item["take_down_by"].is_null());
    let mut places: Vec<_> = asked.map(|item| item["place"].as_str().unwrap().to_owned()).collect();
    places.sort();
    places
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
    let first = json!({
        "photo": photo, "how": "posted", "place": "https://social.example/p/1", "fingerprint": fingerprint(&editor)
    });
    let id = tell(&editor, &first);
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
fn a_post_that_is_told_late_hides_no_more_than_its_own_picture_did() {
    let scene = Scene::of(1, school());
    let (photo, editor) = (&scene.photos[0].to_string(), scene.editor());
    scene.sign_off(&editor, &scene.photos[0]);
    let looser = fingerprint(&editor);
    assert_eq!(seen(&editor.get(&api(&format!("images/{photo}.jpg"))).body), (true, true));
    // posted on Monday with the pupil, withdrawn on Tuesday, and only then told
    say(&scene.site, "P1", Choice::Withdrawn);
    let stricter = fingerprint(&editor);
    assert_ne!(looser, stricter);
    let post = |place: &str, picture: Value| {
        let place = format!("https://social.example/{place}");
        json!({ "photo": photo, "how": "posted", "place": place, "fingerprint": picture })
    };
    tell(&editor, &post("a", json!(looser)));
    tell(&editor, &post("b", Value::Null));
    tell(&editor, &json!({ "photo": photo, "how": "printed", "place": "c" }));
    tell(&editor, &post("d", json!(stricter)));
    let shows_too_much = ["c", "https://social.example/a", "https://social.example/b"];
    assert_eq!(called_back(&editor), shows_too_much);
    assert_eq!(editor.json(Http::POST, &api("placements"), &post("e", json!("0f"))).status, 422);
    assert_eq!(listed(&editor).len(), 4);
}

#[test]
fn the_page_says_which_picture_was_placed_and_asks_where_it_cannot_know() {
    let scene = Scene::of(1, school());
    let (photo, editor) = (&scene.photos[0], scene.editor());
    scene.sign_off(&editor, photo);
    let looser = fingerprint(&editor);
    let form = |fingerprint: &str| format!("/channels/website/placements?photo={photo}&fingerprint={fingerprint}");
    let link = form(&looser).replace('&', "&amp;");
    assert!(editor.get("/channels/website/pictures").text().contains(&format!("href=\"{link}\"")));
    let hidden = format!("<input type=\"hidden\" name=\"fingerprint\" value=\"{looser}\">");
    let page = editor.get(&form(&looser)).text();
    assert!(page.contains(&hidden) && !page.contains("Which picture"), "{page}");
    assert!(page.contains(&format!("src=\"/channels/website/images/{photo}.jpg?w=640\"")), "{page}");

    // it has left, and a stricter one took its place: whoever follows a link may mean either
    editor.get(&api(&format!("images/{photo}.jpg")));
    say(&scene.site, "P1", Choice::Withdrawn);
    let stricter = fingerprint(&editor);
    let post = |place: &str, fingerprint: &str| {
        let place = format!("https://social.example/{place}");
        let fields: [(&str, &dyn std::fmt::Display); 4] =
            [("photo", photo), ("how", &"posted"), ("place", &place), ("fingerprint", &fingerprint)];
        assert_eq!(editor.post("/channels/website/placements", &fields).status, 303);
    };
    for known in [&looser, &stricter, ""] {
        let page = editor.get(&form(known)).text();
        let asked = page.split("Which picture did you place?").nth(1).expect("it is asked");
        let options = asked.split("</select>").next().unwrap();
        let (unsure, present) = (options.find("value=\"\""), options.find(&format!("value=\"{stricter}\"")));
        assert!(unsure.is_some() && unsure < present && !page.contains("type=\"hidden\""), "{page}");
    }
    post("a", &looser);
    post("b", "");
    post("c", &stricter);
    post("d", "<script>");
    assert_eq!(called_back(&editor), ["a", "b", "d"].map(|place| format!("https://social.example/{place}")));
    // by its id alone, of a photo that may not leave, of none: the form is there
    for way in [format!("photo={photo}"), "photo=0123456789abcdef0123".to_owned(), "photo=x".to_owned(), String::new()]
    {
        assert_eq!(editor.get(&format!("/channels/website/placements?{way}")).status, 200, "{way}");
    }
}

#[test]
fn only_families_who_said_no_and_whose_child_is_in_the_picture_are_written_to() {
    let scene = Scene::of(1, school());
    let (store, school, actor, photo) = (&scene.site.store, &scene.site.school, scene.site.actor(), &scene.photos[0]);
    let known = store.read(|r| r.person(&"P1".parse().unwrap())).unwrap().unwrap();
    let parents = ["P1", "P3", "P4"].map(|id| {
        let person: PersonId = id.parse().unwrap();
        let account = scene.site.account(&[Role::Parent]);
        let linked = store.write(&actor, now(), |w| {
            w.save_person(&eyelid::domain::person::Person { id: person.clone(), ..known.clone() })?;
            w.link_guardian(account, &person, "mum")
        });
        linked.unwrap();
        account
    });
    // the first face was named wrongly at first, after a pupil whose family refuses; the second's family was never asked
    say(&scene.site, "P3", Choice::Refused);
    let named = store.write(&actor, now(), |w| {
        let person = |id: &str| Who::Person(id.parse().unwrap());
        w.tag(photo, FaceId(1), &person("P3"))?;
        w.tag(photo, FaceId(1), &person("P1"))?;
        w.tag(photo, FaceId(2), &person("P4"))?;
        Ok::<_, StoreError>(())
    });
    named.unwrap();
    let editor = scene.editor();
    assert_eq!(scene.sign_off(&editor, photo).status, 200);
    let id = tell(&editor, &json!({ "photo": photo, "how": "posted", "place": "https://social.example/p/1" }));
    say(&scene.site, "P1", Choice::Withdrawn);
    let roll = RollCache::default();
    place_photos(store, school, &roll, &actor, now(), 100).unwrap();
    let (channel, category) = school.channel(&website()).unwrap();
    let request = Request { school, roll: &roll, channel, category, actor: &actor };
    let letters = taken_down(store, &request, PlacementId(id), "", now()).unwrap();
    let login = store.read(|r| r.account(parents[0])).unwrap().unwrap().login;
    assert_eq!(letters.into_iter().map(|letter| letter.to).collect::<Vec<_>>(), [login]);
    let told = |(account, id)| {
        let page = scene.site.client(account).get(&format!("/family/{id}/photos"));
        assert_eq!(page.status, 200);
        page.text().contains("Taken down as you wished")
    };
    assert_eq!(parents.into_iter().zip(["P1", "P3", "P4"]).map(told).collect::<Vec<_>>(), [true, false, false]);
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
    let files = || -> Vec<_> { fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect() };
    until("a letter", || files().iter().any(|file| file.extension().is_some_and(|ending| ending == "eml")));
    let letters = files();
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
