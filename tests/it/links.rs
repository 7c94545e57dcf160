//! Addresses that need no key: for one photo and a time, decided at each request, and ended with the key that asked for them.
#![cfg(test)]

use eyelid::access::Permission;
use eyelid::config::School;
use eyelid::consent::ledger::Choice;
use eyelid::domain::id::PersonId;
use eyelid::domain::time::Timestamp;
use eyelid::office;
use eyelid::vision::{Limits, decode};

use super::channels::{Scene, api, say, seen};
use super::site::now;

fn scene() -> Scene {
    let scene = Scene::of(2, School { behind_proxy: true, ..School::default() });
    for photo in &scene.photos {
        assert_eq!(scene.sign_off(&scene.editor(), photo).status, 200);
    }
    scene
}

/// The address of the first photo in a feed for readers without a key.
fn address(scene: &Scene, days: u8) -> String {
    let feed = scene.key(&[Permission::Pull]).get(&api(&format!("feed.json?links={days}"))).value();
    let items = feed["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["id"] == scene.photos[0].to_string()).unwrap();
    assert_eq!(item["image"], item["url"]);
    assert_eq!(item["image"], item["attachments"][0]["url"]);
    item["image"].as_str().unwrap().to_owned()
}

#[test]
fn anybody_fetches_what_a_feed_signed_and_sees_what_may_be_shown_now() {
    let scene = scene();
    let (stranger, link) = (scene.site.stranger(), address(&scene, 7));
    let picture = stranger.get(&link);
    assert_eq!((picture.status, seen(&picture.body)), (200, (true, true)));
    assert_eq!(picture.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(picture.header("cache-control"), "private, no-cache");
    let narrow = stranger.get(&format!("{link}&w=320"));
    assert_eq!(decode(&narrow.body, None, &Limits::default()).unwrap().pixels.size().width, 320);
    assert_eq!(stranger.with_header("if-none-match", picture.header("etag")).get(&link).status, 304);

    say(&scene.site, "P1", Choice::Withdrawn);
    let stricter = stranger.with_header("if-none-match", picture.header("etag")).get(&link);
    assert_eq!((stricter.status, seen(&stricter.body)), (200, (false, true)));
    let restricted: PersonId = "P2".parse().unwrap();
    office::safeguarding::restrict(&scene.site.store, &restricted, None, &scene.site.actor(), now()).unwrap();
    let gone = stranger.with_header("if-none-match", stricter.header("etag")).get(&link);
    assert_eq!((gone.status, gone.header("content-type")), (410, "application/problem+json"));
}

#[test]
fn nothing_in_an_address_can_be_altered() {
    let scene = scene();
    let (stranger, link) = (scene.site.stranger(), address(&scene, 7));
    let (before, signature) = link.split_once("signature=").unwrap();
    let other = scene.photos[1].to_string();
    let until = before.split("until=").nth(1).unwrap().trim_end_matches('&').to_owned();
    let later = (until.parse::<i64>().unwrap() + 86_400).to_string();
    for altered in [
        format!("{before}signature={}", "A".repeat(43)),
        format!("{before}signature="),
        format!("{before}signature={}", signature.to_lowercase()),
        link.replace(&scene.photos[0].to_string(), &other),
        link.replace(&until, &later),
        link.replace("/links/1/", "/links/2/"),
        link.replace(&until, "99999999999999999"),
    ] {
        assert_ne!(altered, link);
        assert_eq!(stranger.get(&altered).status, 404, "{altered}");
    }
    for incomplete in [before, before.split('?').next().unwrap()] {
        assert!((400..500).contains(&stranger.get(incomplete).status));
    }
    assert_eq!(stranger.get(&link).status, 200);
}

fn in_three_days() -> Timestamp {
    now() + jiff::SignedDuration::from_hours(72)
}

#[test]
fn an_address_ends_with_its_time_and_with_its_key() {
    let scene = scene();
    let (short, long) = (address(&scene, 1), address(&scene, 6));
    let later = scene.site.with_clock(in_three_days);
    assert_eq!(later.stranger().get(&short).status, 403);
    assert_eq!(later.stranger().get(&long).status, 200);
    for token in scene.site.store.read(eyelid::store::Read::tokens).unwrap() {
        office::revoke_token(&scene.site.store, None, token.id, &scene.site.actor(), now()).unwrap();
    }
    assert_eq!(later.stranger().get(&long).status, 403);
}

#[test]
fn only_keys_ask_for_them_and_for_a_month_at_most() {
    let scene = scene();
    let key = scene.key(&[Permission::Pull]);
    for days in ["0", "31", "-1", "300", "x", ""] {
        let status = key.get(&api(&format!("feed.json?links={days}"))).status;
        assert!((400..500).contains(&status), "{days}: {status}");
    }
    assert_eq!(scene.editor().get(&api("feed.json?links=7")).status, 422);
    // the same all day, in both forms, and to the feed's last part
    let feed = key.get(&api("feed.json?links=7&limit=1"));
    let next = feed.value()["next_url"].as_str().unwrap().to_owned();
    assert!(key.get(&next).value()["items"][0]["image"].as_str().unwrap().starts_with("/api/v1/links/"));
    let tag = key.get(&api("feed.json?links=7")).header("etag").to_owned();
    assert_eq!(key.with_header("if-none-match", &tag).get(&api("feed.json?links=7")).status, 304);
    let rss = key.get(&api("feed.xml?links=7")).text();
    let link = rss.split("<enclosure url=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    assert_eq!(scene.site.stranger().get(&link).status, 200);
}
