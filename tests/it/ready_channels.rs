//! The channels that are ready to be turned on decide as their rules say.
#![cfg(test)]

use std::collections::BTreeMap;
use std::path::Path;

use eyelid::access::{Permission, Role};
use eyelid::config::School;
use eyelid::consent::ledger::{Choice, Giver, Method};
use eyelid::consent::{FaceAct, Queue, Verdict};
use eyelid::domain::category::Medium;
use eyelid::domain::connection::Kind;
use eyelid::domain::id::{ChannelId, PersonId};
use eyelid::office::{self, NewKey, Word, family};
use eyelid::pipeline::RollCache;
use eyelid::pipeline::release::Request;
use eyelid::store::NewConnection;
use serde_json::json;
use ureq::http::Method as Http;

use super::channels::{Scene, seen};
use super::site::now;

type Row = (&'static str, [Option<Choice>; 2], Verdict, [FaceAct; 2]);

/// The two pupils' answers, and what becomes of a signed photo of both: whether it leaves, and whether each is seen.
const TABLE: &[Row] = &[
    ("displays", [YES, YES], Verdict::Release, [FaceAct::Show, FaceAct::Show]),
    ("displays", [YES, NO], Verdict::Release, [FaceAct::Show, FaceAct::Obscure]),
    ("displays", [None, None], Verdict::Release, [FaceAct::Obscure, FaceAct::Obscure]),
    ("prospectus", [YES, YES], Verdict::Release, [FaceAct::Show, FaceAct::Show]),
    ("prospectus", [YES, None], Verdict::Release, [FaceAct::Show, FaceAct::Obscure]),
    ("proofs_home", [YES, YES], Verdict::Release, [FaceAct::Show, FaceAct::Show]),
    ("proofs_home", [NO, YES], Verdict::Release, [FaceAct::Obscure, FaceAct::Show]),
    ("local_press", [YES, YES], Verdict::Release, [FaceAct::Show, FaceAct::Show]),
    ("local_press", [YES, NO], Verdict::Block, [FaceAct::Show, FaceAct::Block]),
    ("local_press", [YES, None], Verdict::Block, [FaceAct::Show, FaceAct::Block]),
];
const YES: Option<Choice> = Some(Choice::Granted);
const NO: Option<Choice> = Some(Choice::Refused);

fn school() -> School {
    let text = "behind_proxy = true\nready_channels = ['displays', 'prospectus', 'proofs_home', 'local_press']";
    School::read(text, Path::new("school.toml")).unwrap()
}

fn said(scene: &Scene, channel: &str, person: &str, choice: Choice) {
    let school = &scene.site.school;
    let category = school.channel(&id(channel)).unwrap().1.id.clone();
    let word = Word {
        category,
        medium: Medium::Photo,
        photo: None,
        choice,
        giver: Giver::Guardian("mum".into()),
        method: Method::Paper,
        made_at: now(),
        valid_from: None,
        valid_until: None,
        evidence: None,
    };
    let person: PersonId = person.parse().unwrap();
    office::speak(&scene.site.store, school, &person, &[word], &scene.site.actor(), now()).unwrap();
}

fn id(channel: &str) -> ChannelId {
    channel.parse().unwrap()
}

/// Signs the scene's photo off on a channel as somebody who looked.
fn signed(scene: &Scene, channel: &str) {
    let editor = scene.site.signed_in(Role::Editor(id(channel)));
    let photo = format!("/api/v1/channels/{channel}/photos/{}", scene.photos[0]);
    let look = editor.get(&photo).value();
    if !look["fingerprint"].is_null() {
        let body = json!({ "fingerprint": look["fingerprint"] });
        assert_eq!(editor.json(Http::POST, &format!("{photo}/sign-off"), &body).status, 200);
    }
}

#[test]
fn each_decides_as_its_file_says() {
    for (channel, answers, verdict, acts) in TABLE {
        let scene = Scene::of(1, school());
        for (person, answer) in ["P1", "P2"].into_iter().zip(answers) {
            if let Some(choice) = answer {
                said(&scene, channel, person, *choice);
            }
        }
        signed(&scene, channel);
        let (roll, actor, known) = (RollCache::default(), scene.site.actor(), id(channel));
        let (channel, category) = scene.site.school.channel(&known).unwrap();
        let request = Request { school: &scene.site.school, roll: &roll, channel, category, actor: &actor };
        let decided = scene.site.store.read(|r| request.decide(r, &scene.photos[0], now())).unwrap();
        let of: BTreeMap<_, _> =
            decided.faces().iter().map(|face| (face.person.clone().unwrap(), face.verdict)).collect();
        let [first, second] = ["P1", "P2"].map(|person| of[&person.parse().unwrap()]);
        assert_eq!((decided.verdict(), [first, second]), (*verdict, *acts), "{} {answers:?}", channel.id);
    }
}

#[test]
fn the_press_has_no_name_beside_a_picture_not_even_a_first_one() {
    let scene = Scene::of(1, school());
    let photo = &scene.photos[0];
    for person in ["P1", "P2"] {
        said(&scene, "local_press", person, Choice::Granted);
        said(&scene, "displays", person, Choice::Granted);
    }
    for channel in ["local_press", "displays"] {
        signed(&scene, channel);
    }
    let press = scene.site.signed_in(Role::Editor(id("local_press")));
    let own = format!("/api/v1/channels/local_press/photos/{photo}");
    let stands = |caption: &str| {
        let answer = press.json(Http::PUT, &format!("{own}/texts"), &json!({ "caption": caption }));
        assert_eq!(answer.status, 200, "{caption}: {}", answer.text());
        let look = answer.value();
        (look["queue"].as_str().unwrap().to_owned(), look["reasons"][0]["code"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(stands("The long jump").0, "may_leave");
    for named in ["Zebedee jumps", "zebedee jumps", "Above the sand: ZEBEDEE!", "Zebedee's jump"] {
        assert_eq!(stands(named), ("to_check".to_owned(), "name_in_text".to_owned()), "{named}");
        assert_eq!(press.get(&format!("/api/v1/channels/local_press/images/{photo}.jpg")).status, 404);
    }
    // where a first name may stand it goes on
    let displays = scene.site.signed_in(Role::Editor(id("displays")));
    let item = displays.get("/api/v1/channels/displays/feed.json").value()["items"][0].clone();
    assert_eq!(item["content_text"], "Zebedee's jump");
    assert_eq!(stands("A long jump").0, "may_leave");
    assert_eq!(press.get(&format!("/api/v1/channels/local_press/images/{photo}.jpg")).status, 200);
}

#[test]
fn proofs_are_seen_by_the_family_of_the_child_and_by_nobody_else() {
    let scene = Scene::of(1, school());
    let (site, photo) = (&scene.site, &scene.photos[0]);
    said(&scene, "proofs_home", "P1", Choice::Granted);
    said(&scene, "proofs_home", "P2", Choice::Refused);
    signed(&scene, "proofs_home");
    let parent = |child: &str, email: &str| {
        let person: PersonId = child.parse().unwrap();
        let linked = site.store.write(&site.actor(), now(), |w| family::link(w, &person, email, None)).unwrap();
        site.client(linked.account)
    };
    let (own, other) = (parent("P1", "one@home.example"), parent("P2", "two@home.example"));
    let image = |child: &str| format!("/family/{child}/images/proofs_home/{photo}.jpg");
    let proof = own.get(&image("P1"));
    assert_eq!(proof.status, 200);
    assert_eq!(seen(&proof.body), (true, false), "the other child's family said no");
    assert!(own.get("/family/P1/photos").text().contains("Proofs home"));
    assert_eq!(other.get(&image("P1")).status, 404, "somebody else's child");
    assert_eq!(other.get(&image("P2")).status, 410, "their own child is not seen in it");

    let editor = site.signed_in(Role::Editor(id("proofs_home")));
    let queue = editor.get("/api/v1/channels/proofs_home/queue?queue=may_leave").value();
    assert_eq!(queue["items"].as_array().unwrap().len(), 1);
    let page = editor.get("/channels/proofs_home?queue=may_leave").text();
    assert!(page.contains("Each family sees") && !page.contains("/channels/proofs_home/pictures"), "{page}");
    for path in [format!("images/{photo}.jpg"), "feed.json".into(), "feed.xml".into(), "pack.zip".into()] {
        assert_eq!(editor.get(&format!("/api/v1/channels/proofs_home/{path}")).status, 403, "{path}");
    }
    assert_eq!(editor.get("/channels/proofs_home/pictures").status, 403);
    let scopes = [Permission::Pull].into();
    let key = NewKey { channel: id("proofs_home"), scopes, label: String::new(), days: 7 };
    assert!(office::make_token(&site.store, &site.school, &key, &site.actor(), now()).is_err());
    let new = NewConnection {
        channel: id("proofs_home"),
        kind: Kind::Webhook,
        label: String::new(),
        address: "https://hill.example/hook".into(),
        login: None,
    };
    assert!(office::connections::connect(&site.store, &site.school, &new, None, &site.actor(), now()).is_err());
    let counts = site.store.read(|r| r.queue_counts(&id("proofs_home"))).unwrap();
    assert_eq!(counts.get(&Queue::MayLeave), Some(&1));
}
