//! Feeds as their readers find them: judged by the rules of their formats, and by a reader that people use.
#![cfg(test)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};

use eyelid::access::Permission;
use eyelid::config::School;
use eyelid::consent::ledger::Choice;
use eyelid::domain::id::{PersonId, PhotoId};
use eyelid::domain::time::Timestamp;
use eyelid::office;
use serde_json::{Value, json};
use ureq::http::Method as Http;

use super::channels::{Scene, agreed_until, api, say, seen};
use super::site::now;

const SITE: &str = "https://eyelid.hill.example";

fn scene(photos: u8, address: Option<&str>) -> Scene {
    let address = address.map(str::to_owned);
    let scene = Scene::of(photos, School { behind_proxy: true, address, ..School::default() });
    let editor = scene.editor();
    for photo in &scene.photos {
        assert_eq!(scene.sign_off(&editor, photo).status, 200);
    }
    scene
}

fn restrict(scene: &Scene, person: &str) {
    let person: PersonId = person.parse().unwrap();
    office::safeguarding::restrict(&scene.site.store, &person, None, &scene.site.actor(), now()).unwrap();
}

/// What JSON Feed 1.1 asks of a feed, field by field: see <https://www.jsonfeed.org/version/1.1/>.
fn is_json_feed(feed: &Value, site: &str) -> Result<(), String> {
    let text = |of: &Value, name: &str, must: bool| match &of[name] {
        Value::String(text) if !text.is_empty() => Ok(()),
        Value::Null if !must => Ok(()),
        other => Err(format!("`{name}` is {other}")),
    };
    let address = |of: &Value, name: &str, must: bool| {
        text(of, name, must)?;
        let whole = of[name].as_str().is_none_or(|text| text.starts_with(site));
        if whole { Ok(()) } else { Err(format!("`{name}` is elsewhere: {}", of[name])) }
    };
    let number = |of: &Value, name: &str| match &of[name] {
        Value::Null => Ok(()),
        Value::Number(number) if number.as_f64().is_some_and(|number| number >= 0.0) => Ok(()),
        other => Err(format!("`{name}` is {other}")),
    };
    // names of extensions begin with a line and have no stop in them; everything else has to be known
    let only = |of: &Value, known: &[&str]| {
        let strange =
            |name: &&String| !known.contains(&name.as_str()) && (!name.starts_with('_') || name.contains('.'));
        of.as_object()
            .ok_or("no object")?
            .keys()
            .find(strange)
            .map_or(Ok(()), |name| Err(format!("`{name}` is unknown")))
    };
    let authors = |of: &Value| {
        let Some(authors) = of["authors"].as_array() else { return Ok(()) };
        authors.iter().try_for_each(|author| {
            only(author, &["name", "url", "avatar"])?;
            let any = ["name", "url", "avatar"].iter().any(|name| author[*name].is_string());
            if any { Ok(()) } else { Err("an author is nobody".to_owned()) }
        })
    };
    if feed["version"] != "https://jsonfeed.org/version/1.1" {
        return Err(format!("version {}", feed["version"]));
    }
    let known = [
        "version",
        "title",
        "home_page_url",
        "feed_url",
        "description",
        "user_comment",
        "next_url",
        "icon",
        "favicon",
        "authors",
        "language",
        "expired",
        "hubs",
        "items",
    ];
    only(feed, &known)?;
    text(feed, "title", true)?;
    text(feed, "language", false)?;
    for name in ["home_page_url", "feed_url", "next_url"] {
        address(feed, name, name != "next_url")?;
    }
    if feed["next_url"] == feed["feed_url"] {
        return Err("next_url is feed_url".to_owned());
    }
    authors(feed)?;
    let items = feed["items"].as_array().ok_or("no items")?;
    let mut ids: Vec<&str> = Vec::new();
    for item in items {
        let known = [
            "id",
            "url",
            "external_url",
            "title",
            "content_html",
            "content_text",
            "summary",
            "image",
            "banner_image",
            "date_published",
            "date_modified",
            "authors",
            "tags",
            "language",
            "attachments",
        ];
        only(item, &known)?;
        text(item, "id", true)?;
        ids.push(item["id"].as_str().ok_or("no id")?);
        if !item["content_text"].is_string() && !item["content_html"].is_string() {
            return Err("an item without content".to_owned());
        }
        address(item, "url", false)?;
        address(item, "image", false)?;
        let date = item["date_published"].as_str().ok_or("no date")?;
        jiff::fmt::temporal::DateTimeParser::new().parse_timestamp(date).map_err(|error| format!("{date}: {error}"))?;
        for attachment in item["attachments"].as_array().into_iter().flatten() {
            only(attachment, &["url", "mime_type", "title", "size_in_bytes", "duration_in_seconds"])?;
            address(attachment, "url", true)?;
            text(attachment, "mime_type", true)?;
            number(attachment, "size_in_bytes")?;
        }
    }
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    if ids.len() == all { Ok(()) } else { Err("two items have one id".to_owned()) }
}

/// What the package feedparser finds in a document; nothing where it is not installed.
fn parsed(document: &[u8]) -> Option<Value> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python");
    if !python.exists() {
        assert!(std::env::var_os("EYELID_REQUIRE_ORT").is_none(), "feedparser is missing: run tests/all");
        return None;
    }
    let program = "import sys, json, feedparser\n\
        feed = feedparser.parse(sys.stdin.buffer.read())\n\
        entries = [dict(id=e.id, title=e.title, link=e.link, published=e.published, enclosures=e.enclosures,\n\
                        media=e.get('media_content'), credit=e.get('media_credit')) for e in feed.entries]\n\
        print(json.dumps(dict(bozo=bool(feed.bozo), why=str(feed.get('bozo_exception', '')), version=feed.version,\n\
                              title=feed.feed.title, links=feed.feed.links, entries=entries)))";
    let mut child =
        Command::new(python).args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(document).unwrap();
    let told = child.wait_with_output().unwrap();
    assert!(told.status.success());
    Some(serde_json::from_slice(&told.stdout).unwrap())
}

#[test]
fn feeds_are_what_their_formats_ask_for() {
    let scene = scene(3, Some(SITE));
    let machine = scene.key(&[Permission::Pull]);
    for path in ["feed.json", "feed.json?limit=2"] {
        is_json_feed(&machine.get(&api(path)).value(), SITE).unwrap();
    }
    // the judge itself is judged
    let good = machine.get(&api("feed.json")).value();
    for (place, wrong) in [
        ("/version", json!("https://jsonfeed.org/version/1")),
        ("/title", Value::Null),
        ("/feed_url", json!("/feed.json")),
        ("/items/0/id", json!(7)),
        ("/items/0/content_text", Value::Null),
        ("/items/0/date_published", json!("yesterday")),
        ("/items/1/attachments/0/mime_type", Value::Null),
        ("/items/0", good["items"][1].clone()),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap() = wrong;
        assert!(is_json_feed(&bad, SITE).is_err(), "{place}");
    }
    // typed by somebody: no XML at all, and markup
    let odd = json!({ "caption": "A \u{fffe}long\u{ffff} <b>jump</b> & \u{1f3c3}" });
    scene.editor().json(Http::PUT, &api(&format!("photos/{}/texts", scene.photos[0])), &odd);
    let feed = machine.get(&api("feed.xml?limit=2"));
    let Some(parsed) = parsed(&feed.body) else { return };
    assert_eq!((&parsed["bozo"], &parsed["version"]), (&json!(false), &json!("rss20")), "{}", parsed["why"]);
    let links = parsed["links"].as_array().unwrap();
    let next = links.iter().find(|link| link["rel"] == "next").unwrap()["href"].as_str().unwrap();
    assert!(next.ends_with("&limit=2"), "{next}");
    let rest = super::feeds::parsed(&machine.get(next.strip_prefix(SITE).unwrap()).body).unwrap();
    let entries = || parsed["entries"].as_array().unwrap().iter().chain(rest["entries"].as_array().unwrap());
    let ids: Vec<&str> = entries().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert_eq!(ids, scene.photos.iter().map(PhotoId::as_str).collect::<Vec<_>>());
    for entry in entries() {
        let enclosure = &entry["enclosures"][0];
        let picture = machine.get(enclosure["href"].as_str().unwrap().strip_prefix(SITE).unwrap());
        assert_eq!(enclosure["length"], picture.body.len().to_string(), "the length is the true one");
        assert_eq!(enclosure["type"], picture.header("content-type"));
        assert_eq!(entry["media"][0]["url"], enclosure["href"]);
    }
    let attachment = machine.get(&api("feed.json")).value()["items"][0]["attachments"][0].clone();
    assert_eq!(
        attachment["size_in_bytes"].to_string(),
        parsed["entries"][0]["enclosures"][0]["length"].as_str().unwrap()
    );
}

#[test]
fn each_part_of_a_feed_has_as_many_pictures_as_the_first() {
    let scene = scene(3, None);
    let machine = scene.key(&[Permission::Pull]);
    let (mut next, mut parts) = (Some(api("feed.json?limit=1&links=3")), Vec::new());
    while let Some(path) = next {
        let part = machine.get(&path).value();
        assert_eq!(part["feed_url"], api("feed.json?limit=1&links=3"));
        parts.push(part["items"].as_array().unwrap().len());
        next = part["next_url"].as_str().map(str::to_owned);
    }
    assert_eq!(parts, [1, 1, 1]);
    assert_eq!(machine.get(&api("feed.json")).value()["feed_url"], api("feed.json"));
}

#[test]
fn a_feed_is_known_again_as_a_picture_is() {
    let scene = scene(1, None);
    let machine = scene.key(&[Permission::Pull]);
    for path in [api("feed.json"), api("feed.xml"), api(&format!("images/{}.jpg", scene.photos[0]))] {
        let tag = machine.get(&path).header("etag").to_owned();
        let asked = |known: &str| machine.with_header("if-none-match", known).get(&path).status;
        // a proxy that compresses makes the tag a weak one
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", W/{tag}")] {
            assert_eq!(asked(&known), 304, "{path} {known}");
        }
        for unknown in ["\"other\"", "*", ""] {
            assert_eq!(asked(unknown), 200, "{path} {unknown}");
        }
    }
}

#[test]
fn what_has_to_be_removed_stands_in_both_feeds() {
    let scene = scene(2, Some(SITE));
    let machine = scene.key(&[Permission::Pull]);
    let tombstone =
        |photo| format!("<eyelid:withdrawn guid=\"{photo}\" url=\"{SITE}{}\"", api(&format!("images/{photo}.jpg")));
    let before = machine.get(&api("feed.xml"));
    assert!(!before.text().contains("eyelid:withdrawn "));
    assert_eq!(machine.with_header("if-none-match", before.header("etag")).get(&api("feed.xml")).status, 304);
    let fetched = &scene.photos[0];
    assert_eq!(machine.get(&api(&format!("images/{fetched}.jpg"))).status, 200);
    restrict(&scene, "P1");
    let after = machine.with_header("if-none-match", before.header("etag")).get(&api("feed.xml"));
    assert_eq!(after.status, 200, "nothing of an earlier moment is told again");
    assert!(after.text().contains(&tombstone(fetched.as_str())), "{}", after.text());
    assert!(!after.text().contains(scene.photos[1].as_str()), "it never left");
    assert!(!after.text().contains("<item>"));
    if let Some(parsed) = parsed(&after.body) {
        assert_eq!((&parsed["bozo"], parsed["entries"].as_array().unwrap().len()), (&json!(false), 0));
    }
    let feed = machine.get(&api("feed.json")).value();
    assert_eq!(feed["_eyelid"]["withdrawn"][0]["id"], fetched.to_string());
    is_json_feed(&feed, SITE).unwrap();
}

#[test]
fn a_feed_that_was_just_told_is_told_anew_after_every_word() {
    let scene = scene(1, None);
    let (photo, machine) = (&scene.photos[0], scene.key(&[Permission::Pull]));
    let print = || machine.get(&api("feed.json")).value()["items"][0]["_eyelid"]["fingerprint"].clone();
    let both = print();
    assert_eq!(print(), both);
    say(&scene.site, "P1", Choice::Withdrawn);
    let one = print();
    assert_ne!(one, both);
    say(&scene.site, "P2", Choice::Withdrawn);
    assert_ne!(print(), one);
    let editor = scene.editor();
    editor.json(Http::PUT, &api(&format!("photos/{photo}/texts")), &json!({ "caption": "A long jump" }));
    assert_eq!(machine.get(&api("feed.json")).value()["items"][0]["content_text"], "A long jump");
    // another process writes into the same store
    let other = scene.site.later();
    restrict(&scene, "P1");
    assert!(machine.get(&api("feed.json")).value()["items"].as_array().unwrap().is_empty());
    drop(other);
}

static HOURS: AtomicI64 = AtomicI64::new(0);

/// The test moves it on.
fn clock() -> Timestamp {
    now() + jiff::SignedDuration::from_hours(HOURS.load(Ordering::SeqCst))
}

#[test]
fn what_was_just_given_stops_at_the_moment_a_yes_ends_although_nobody_writes() {
    let scene = scene(1, None);
    let site = scene.site.with_clock(clock);
    let key = scene.key(&[Permission::Pull]);
    let machine = site.machine(key.token().unwrap());
    agreed_until(&scene.site, "P1", now() + jiff::SignedDuration::from_hours(2));
    let image = api(&format!("images/{}.jpg", scene.photos[0]));
    let print = || machine.get(&api("feed.json")).value()["items"][0]["_eyelid"]["fingerprint"].clone();
    let before = print();
    let mut tags = Vec::new();
    let mut fetch = || {
        let picture = machine.get(&image);
        tags.push(picture.header("etag").to_owned());
        (picture.status, seen(&picture.body))
    };
    for _ in 0..3 {
        assert_eq!(fetch(), (200, (true, true)));
    }
    HOURS.store(1, Ordering::SeqCst);
    assert_eq!(fetch(), (200, (true, true)));
    HOURS.store(2, Ordering::SeqCst);
    assert_eq!(fetch(), (200, (false, true)));
    assert_ne!(tags[3], tags[4]);
    assert_eq!(machine.with_header("if-none-match", &tags[3]).get(&image).status, 200);
    assert_ne!(print(), before);
}

#[test]
fn nobody_can_send_a_feeds_readers_elsewhere() {
    let scene = scene(1, None);
    let machine = scene.key(&[Permission::Pull]);
    let token = machine.token().unwrap();
    for path in ["feed.json", "feed.xml", "pack.zip"] {
        let mut stream = TcpStream::connect(scene.site.address()).unwrap();
        let path = api(path);
        let asked = format!(
            "GET {path} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-For: 10.9.8.7\r\n\
             Authorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(asked.as_bytes()).unwrap();
        let mut told = Vec::new();
        stream.read_to_end(&mut told).unwrap();
        let told = String::from_utf8_lossy(&told);
        assert!(told.starts_with("HTTP/1.1 200"), "{told}");
        assert!(!told.contains("evil.example"), "{told}");
    }
    // a reader joins them to where it found the feed
    let feed = machine.get(&api("feed.json")).value();
    is_json_feed(&feed, "/").unwrap();
    assert_eq!(machine.get(feed["items"][0]["image"].as_str().unwrap()).status, 200);
}

#[test]
fn a_long_feed_has_every_length_after_a_few_looks() {
    let scene = scene(25, None);
    let machine = scene.key(&[Permission::Pull]);
    let lengths = || machine.get(&api("feed.xml")).text().matches("<enclosure ").count();
    assert_eq!([lengths(), lengths(), lengths()], [20, 25, 25]);
}
