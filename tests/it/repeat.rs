//! A machine's repeated request does nothing twice.
#![cfg(test)]

use eyelid::access::Role;
use eyelid::domain::geometry::Size;
use eyelid::domain::id::Digest;
use eyelid::store::{Answered, Read, Repeat};
use eyelid::vision::{Pixels, encode_jpeg};
use serde_json::{Value, json};
use ureq::http::Method;

use super::naming::person;
use super::site::{Running, now};

#[test]
fn a_key_is_for_one_request_and_its_answer_comes_again() {
    let site = Running::start();
    let actor = site.actor();
    let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
    let at = |minutes: i64| now().checked_add(jiff::Span::new().minutes(minutes)).unwrap();
    let take = |minutes, digest| site.store.write(&actor, at(minutes), |w| w.take_key("k", digest)).unwrap();
    assert_eq!(take(0, &one), Repeat::First);
    assert_eq!(take(1, &one), Repeat::Working);
    assert_eq!(take(1, &other), Repeat::Other);
    assert_eq!(take(16, &one), Repeat::First, "the first was cut short");
    let answer = Answered { status: 201, kind: Some("application/json".into()), body: Some(b"{}".to_vec()) };
    site.store.write(&actor, at(16), |w| w.keep_answer("k", &answer)).unwrap();
    assert_eq!(take(60, &one), Repeat::Answered(answer));
    assert_eq!(take(60, &other), Repeat::Other);
    assert_eq!(take(26 * 60, &other), Repeat::First, "a day later the key is free");
}

#[test]
fn a_repeat_makes_no_second_secret_and_the_first_is_kept_nowhere() {
    let site = Running::start();
    site.store.write(&site.actor(), now(), |w| w.save_person(&person("P1", "Mia", "Oakfield", "Oak"))).unwrap();
    let (admin, other) = (site.account(&[Role::Admin]), site.account(&[Role::Staff]));
    let asks = || site.client(admin);
    let accounts = || site.store.read(Read::accounts).unwrap().len();
    let before = accounts();
    let token = json!({ "label": "the website", "scopes": ["pull"], "days": 30 });
    let made = twice(&site, admin, "first", "/api/v1/channels/website/tokens", &token)["token"].clone();
    assert_eq!(asks().get("/api/v1/channels/website/tokens").value()["items"].as_array().unwrap().len(), 1);
    let machine = site.machine(made.as_str().unwrap());
    assert_eq!(machine.get("/api/v1/channels/website/feed.json").status, 200, "the token is good");
    let new = json!({ "name": "Ada", "login": "ada@hill.example", "roles": ["staff"] });
    let invited = twice(&site, admin, "another", "/api/v1/accounts", &new);
    assert_eq!(accounts(), before + 1);
    let reset = twice(
        &site,
        admin,
        "third",
        &format!("/api/v1/accounts/{}/reset", other.0),
        &json!({ "second_factor": false }),
    );
    let code = twice(&site, admin, "fourth", "/api/v1/pupils/P1/codes", &json!({ "whose": "guardian" }));
    let webhook = json!({ "kind": "webhook", "address": "https://hook.example/in" });
    let connected = twice(&site, admin, "fifth", "/api/v1/channels/website/connections", &webhook);
    let renewing = format!("/api/v1/channels/website/connections/{}/secret", connected["id"]);
    let renewed = twice(&site, admin, "sixth", &renewing, &json!({}));
    let secrets = [
        made.as_str().unwrap().to_owned(),
        last(&invited["link"]),
        last(&reset["link"]),
        code["code"].as_str().unwrap().to_owned(),
        connected["secret"].as_str().unwrap().to_owned(),
        renewed["secret"].as_str().unwrap().to_owned(),
    ];
    let kept = site.kept_bytes();
    for secret in secrets {
        assert!(secret.len() >= 16);
        assert!(!kept.windows(secret.len()).any(|window| window == secret.as_bytes()), "a secret is on the disk");
    }
    // whoever adds another answer with a secret asks for it twice above
    let tried = [
        "/api/v1/accounts",
        "/api/v1/accounts/{account}/reset",
        "/api/v1/channels/{channel}/connections",
        "/api/v1/channels/{channel}/connections/{connection}/secret",
        "/api/v1/channels/{channel}/tokens",
        "/api/v1/pupils/{person}/codes",
    ];
    assert_eq!(giving_secrets(&asks().get("/api/openapi.json").value()), tried);
}

/// The addresses of the requests whose answers hold something that their description calls a secret.
fn giving_secrets(told: &Value) -> Vec<&str> {
    let names = ["secret", "token", "link", "code", "codes", "password"];
    let gives = |answer: &Value| {
        let shape = answer["content"]["application/json"]["schema"]["$ref"].as_str();
        let shape = shape.and_then(|shape| told.pointer(shape.trim_start_matches('#')));
        shape.is_some_and(|shape| names.iter().any(|name| !shape["properties"][name].is_null()))
    };
    let paths = told["paths"].as_object().unwrap().iter();
    let answers = |asked: &Value| asked["responses"].as_object().unwrap().values().any(gives);
    paths.filter(|(_, path)| path.get("post").is_some_and(answers)).map(|(path, _)| path.as_str()).collect()
}

#[test]
fn a_repeated_upload_has_the_answer_of_the_first_and_loses_no_other_photo() {
    let site = Running::start();
    let staff = site.account(&[Role::Staff]);
    let client = site.client(staff);
    let event = client.json(Method::POST, "/api/v1/events", &json!({ "name": "Sports day", "date": "2026-06-12" }));
    let path = format!("/api/v1/events/{}/photos", event.value()["id"]);
    let picture = |shade: u8| {
        let size = Size { width: 64, height: 48 };
        encode_jpeg(&Pixels::new(size, vec![shade; 64 * 48 * 3]).unwrap(), None).unwrap()
    };
    let send = |key: Option<&str>, bytes: Vec<u8>| match key {
        Some(key) => client.with_header("idempotency-key", key).send(Method::POST, &path, Some("image/jpeg"), bytes),
        None => client.send(Method::POST, &path, Some("image/jpeg"), bytes),
    };
    let first = send(Some("k"), picture(1));
    assert_eq!(first.status, 202, "{}", first.text());
    let again = send(Some("k"), picture(1));
    assert_eq!((again.status, again.value()), (202, first.value()), "the answer of the first time");
    assert_eq!(send(None, picture(1)).status, 200, "without the key it is here already");
    let other = send(Some("k"), picture(2));
    assert!(other.status == 422 && other.text().contains("The files are in"), "{}", other.text());
    assert_eq!(send(Some("l"), picture(2)).status, 200, "it was not lost");
    assert_eq!(client.get(&path).value()["items"].as_array().unwrap().len(), 2);
    let form = |boundary: &str| {
        let mut body =
            format!("--{boundary}\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a.jpg\"\r\n\r\n")
                .into_bytes();
        body.extend(picture(3));
        body.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        client.with_header("idempotency-key", "form").send(Method::POST, &path, Some(&kind), body)
    };
    let (first, again) = (form("one"), form("another"));
    assert_eq!((first.status, again.status, first.value()), (202, 202, again.value()), "{}", first.text());
    let long = "x".repeat(300);
    assert_eq!(send(Some(&long), picture(4)).status, 422);
}

/// The same request twice, with one key: the second is told that it was done, and nothing was done again.
fn twice(site: &Running, account: eyelid::access::AccountId, key: &str, path: &str, body: &Value) -> Value {
    let client = site.client(account).with_header("idempotency-key", key);
    let first = client.json(Method::POST, path, body);
    assert!(matches!(first.status, 200 | 201), "{path}: {}", first.text());
    assert_eq!(first.header("cache-control"), "no-store", "{path}");
    let again = client.json(Method::POST, path, body);
    assert_eq!(again.status, 422, "{path}: {}", again.text());
    assert!(again.text().contains("shown only once"), "{path}: {}", again.text());
    first.value()
}

/// The secret at the end of a link.
fn last(link: &Value) -> String {
    link.as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}
