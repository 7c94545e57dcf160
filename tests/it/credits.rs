//! Whom a channel's pictures credit: its own line or the school's name, on all that leaves, and never the one of yesterday.
#![cfg(test)]

use std::fs;
use std::io::{Cursor, Read as _};

use eyelid::access::{Permission, Role};
use eyelid::config::{Push, School};
use eyelid::consent::Code;
use eyelid::domain::channel::Names;
use eyelid::pipeline::RollCache;
use eyelid::pipeline::release::Request;
use serde_json::{Value, json};
use ureq::http::Method as Http;

use super::channels::{Scene, api, website};
use super::elsewhere::{deliver, school};
use super::site::now;

const OWN: &str = "Photo: Oak School / A. Smith";

/// A school whose website credits its pictures so; with nothing, by the school's name.
pub(super) fn crediting(credit: Option<&str>, mut school: School) -> School {
    let channel = school.channels.iter_mut().find(|channel| channel.id == website()).unwrap();
    channel.credit = credit.map(str::to_owned);
    school
}

/// The credits in a JPEG's metadata.
pub(super) fn credits(jpeg: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(jpeg);
    let between = |open: &str, close: &str| {
        text.split(open).skip(1).map(|rest| rest.split(close).next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    [between("<photoshop:Credit>", "<"), between("<rdf:li xml:lang=\"x-default\">", "<")].concat()
}

fn packed(pack: Vec<u8>) -> (String, Vec<Vec<String>>) {
    let mut zip = zip::ZipArchive::new(Cursor::new(pack)).unwrap();
    let manifest: Value = serde_json::from_reader(zip.by_name("manifest.json").unwrap()).unwrap();
    let pictures = manifest["pictures"].as_array().unwrap().iter().map(|picture| {
        let mut jpeg = Vec::new();
        zip.by_name(picture["file"].as_str().unwrap()).unwrap().read_to_end(&mut jpeg).unwrap();
        credits(&jpeg)
    });
    (manifest["credit"].as_str().unwrap().to_owned(), pictures.collect())
}

#[test]
fn a_channels_own_line_is_on_everything_that_leaves() {
    let named = School { name: "Oak School".into(), behind_proxy: true, ..School::default() };
    for (own, line) in [(Some(OWN), OWN), (None, "Oak School")] {
        let scene = Scene::of(1, crediting(own, named.clone()));
        let (photo, editor) = (&scene.photos[0], scene.editor());
        let preview = editor.get(&format!("/channels/website/photos/{photo}/preview"));
        assert_eq!(credits(&preview.body), [line, line], "the signer sees the picture as it would leave");
        assert_eq!(scene.sign_off(&editor, photo).status, 200);
        let machine = scene.key(&[Permission::Pull]);
        for width in ["", "?w=320"] {
            assert_eq!(credits(&machine.get(&api(&format!("images/{photo}.jpg{width}"))).body), [line, line]);
        }
        assert_eq!(packed(machine.get(&api("pack.zip")).body), (line.to_owned(), vec![vec![line.to_owned(); 2]]));
        let feed = machine.get(&api("feed.json")).value();
        assert_eq!((&feed["authors"][0]["name"], &feed["items"][0]["_eyelid"]["credit"]), (&json!(line), &json!(line)));
        let rss = machine.get(&api("feed.xml")).text();
        assert!(
            rss.contains(&format!(">{line}</media:credit>")) && rss.contains("<title>Oak School: Website</title>"),
            "{rss}"
        );
        assert_eq!(machine.get("/api/v1/channels").value()["items"][0]["credit"], line);
        let settings = scene.site.signed_in(Role::Admin).get("/administration/settings").text();
        let told = own.map_or("the school’s name everywhere".to_owned(), |own| format!("Website: {own}"));
        assert!(settings.contains(&told), "{settings}");
    }
}

/// The same photo, nobody signs anything anew: only the school's name changes.
#[test]
fn a_school_that_is_renamed_is_credited_by_its_new_name_at_the_next_request() {
    let scene = Scene::new(1);
    let (photo, editor) = (&scene.photos[0], scene.editor());
    let seen = editor.get(&api(&format!("photos/{photo}"))).value()["fingerprint"].clone();
    assert_eq!(scene.sign_off(&editor, photo).status, 200);
    let machine = scene.key(&[Permission::Pull]);
    let path = api(&format!("images/{photo}.jpg"));
    let (first, feed) = (machine.get(&path), machine.get(&api("feed.json")));
    assert_eq!(credits(&first.body), ["The school", "The school"]);
    let known = machine.with_header("if-none-match", first.header("etag"));
    assert_eq!(known.get(&path).status, 304);

    let renamed = json!({ "value": "Hill School", "reason": "a new name" });
    let admin = scene.site.signed_in(Role::Admin);
    assert_eq!(admin.json(Http::PUT, "/api/v1/settings/name", &renamed).status, 204);
    let second = known.get(&path);
    assert_eq!((second.status, credits(&second.body)), (200, vec!["Hill School".to_owned(); 2]));
    assert_ne!(second.header("etag"), first.header("etag"));
    assert_eq!(machine.with_header("if-none-match", second.header("etag")).get(&path).status, 304);
    let news = machine.with_header("if-none-match", feed.header("etag")).get(&api("feed.json"));
    assert_eq!((news.status, &news.value()["items"][0]["_eyelid"]["credit"]), (200, &json!("Hill School")));
    assert_eq!(packed(machine.get(&api("pack.zip")).body).0, "Hill School");
    // the picture that was looked at is another one now
    let signed = editor.json(Http::POST, &api(&format!("photos/{photo}/sign-off")), &json!({ "fingerprint": seen }));
    assert_eq!(signed.status, 409, "{}", signed.text());
}

#[test]
fn what_was_sent_is_replaced_when_its_credit_changes() {
    let folder = tempfile::tempdir().unwrap();
    let push = Push { folders: vec![folder.path().to_owned()], ..Push::default() };
    let scene = Scene::of(1, School { push, ..school() });
    let wanted = json!({ "kind": "folder", "address": folder.path().to_str().unwrap() });
    assert_eq!(scene.site.signed_in(Role::Admin).json(Http::POST, &api("connections"), &wanted).status, 201);
    assert_eq!(scene.sign_off(&scene.editor(), &scene.photos[0]).status, 200);
    let plain = School::clone(&scene.site.school);
    for (school, line) in [
        (plain.clone(), "The school"),
        (School { name: "Hill School".into(), ..plain.clone() }, "Hill School"),
        (crediting(Some(OWN), plain), OWN),
    ] {
        assert!(deliver(&scene.site.store, &school) > 0, "{line}");
        let sent = fs::read(folder.path().join("sports-day-2026-06-12-001.jpg")).unwrap();
        assert_eq!(credits(&sent), [line, line]);
        let manifest: Value = serde_json::from_slice(&fs::read(folder.path().join("manifest.json")).unwrap()).unwrap();
        assert_eq!(manifest["credit"], line);
        assert_eq!(deliver(&scene.site.store, &school), 0, "what is known is not sent again");
    }
}

#[test]
fn a_credit_that_names_a_pupil_holds_the_channels_pictures_until_it_is_changed() {
    let scene = Scene::of(1, School { behind_proxy: true, ..School::default() });
    let (photo, editor) = (&scene.photos[0], scene.editor());
    assert_eq!(scene.sign_off(&editor, photo).status, 200);
    let with = |credit: &str, names: Names| {
        let mut school = crediting(Some(credit), School::clone(&scene.site.school));
        school.channels.iter_mut().find(|channel| channel.id == website()).unwrap().names = names;
        let (channel, category) = school.channel(&website()).unwrap();
        let roll = RollCache::default();
        let actor = scene.site.actor();
        let request = Request { school: &school, roll: &roll, channel, category, actor: &actor };
        let decision = scene.site.store.read(|read| request.decide(read, photo, now())).unwrap();
        decision.reasons().iter().map(|reason| reason.code).filter(|code| *code == Code::NameInCredit).count()
    };
    assert_eq!(with("Photo: Zebedee Quillfeather, media club", Names::First), 1);
    for photographer in ["A. Quillfeather, Hill Studios", "Z. Quillfeather", "Quillfeather & Sons"] {
        assert_eq!(
            with(&format!("Photo: {photographer}"), Names::First),
            0,
            "photographers share surnames with pupils"
        );
    }
    assert_eq!(with("Photo: Zebedee", Names::First), 0);
    assert_eq!(with("Photo: Zebedee", Names::None), 1);
    assert_eq!(with("Photo: Hill School", Names::None), 0);
}
