//! Pictures as social networks take them: in each one's size, with an alternative text that fits.
#![cfg(test)]

use eyelid::access::{Permission, Role};
use eyelid::config::School;
use eyelid::domain::channel::Network;
use eyelid::vision::{Limits, decode};
use serde_json::json;
use ureq::http::Method as Http;

use super::browser::looked_at;
use super::channels::{Scene, api, website};

fn network(name: &str, max_px: u32, max_alt: Option<u32>) -> Network {
    Network { name: name.to_owned(), max_px, max_alt }
}

#[test]
fn each_network_is_given_its_size_and_told_a_text_that_is_too_long() {
    let mut school = School::default();
    let own = school.channels.iter_mut().find(|channel| channel.id == website()).unwrap();
    own.networks = vec![network("Small", 500, Some(10)), network("Large <b>", 4000, None)];
    let scene = Scene::of(1, school);
    let (editor, photo) = (scene.editor(), &scene.photos[0]);
    editor.json(Http::PUT, &api(&format!("photos/{photo}/texts")), &json!({ "alt": "Two at a pool" }));
    assert_eq!(scene.sign_off(&editor, photo).status, 200);

    let page = editor.get("/channels/website/pictures").text();
    assert!(
        page.contains("Small: 480 by 360 pixels") && page.contains("Large &#60;b&#62;: 640 by 480 pixels"),
        "{page}"
    );
    assert!(page.contains("is 3 characters too long there"), "{page}");
    assert_eq!(page.matches("too long there").count(), 1);
    let address = page.split("<li><a class=\"govuk-link\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let picture = editor.get(&address.replace("&#38;", "&"));
    assert_eq!(decode(&picture.body, None, &Limits::default()).unwrap().pixels.size().width, 480);

    assert_eq!(looked_at("networks", &scene.site, editor.cookie(), &[&"/channels/website/pictures".to_owned()]), "");

    let told = scene.key(&[Permission::Pull]).get("/api/v1/channels").value();
    assert_eq!(told["items"][0]["networks"][0], json!({ "name": "Small", "max_px": 500, "max_alt": 10 }));
}

#[test]
fn a_channel_that_nobody_posts_from_says_nothing_of_networks() {
    let scene = Scene::of(1, School::default());
    let editor = scene.editor();
    assert_eq!(scene.sign_off(&editor, &scene.photos[0]).status, 200);
    assert!(!editor.get("/channels/website/pictures").text().contains("Post this"));
    let social = scene.site.signed_in(Role::Editor("social_media".parse().unwrap()));
    let told = social.get("/api/v1/channels").value();
    let names: Vec<&str> =
        told["items"][0]["networks"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Instagram") && names.contains(&"Mastodon"), "{names:?}");
}
