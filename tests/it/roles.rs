//! Every route asked by every role: who may pass is written down in a file that people read.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use eyelid::access::Role;
use eyelid::audit::Event;
use eyelid::store::Read;
use eyelid::web::{Route, routes};
use ureq::http::Method;

use super::site::{Client, Running};

/// Something of the right shape for each part of an address, that is not there.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{channel}" => "website".to_owned(),
        "{photo}" => format!("{}.jpg", "0".repeat(20)),
        part if part.starts_with('{') => "999".to_owned(),
        part => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn asked(client: &Client<'_>, route: &Route) -> u16 {
    let kind = if route.path.starts_with("/api/") { "application/json" } else { "application/x-www-form-urlencoded" };
    let body = matches!(route.method, Method::POST | Method::PUT | Method::PATCH);
    client.send(route.method.clone(), &filled(&route.path), body.then_some(kind), Vec::new()).status
}

/// The guard refuses with 401, 403, or leads to the sign-in.
fn passes(client: &Client<'_>, route: &Route) -> bool {
    let kind = route.method != Method::GET;
    let status = asked(client, route);
    assert!(status < 500 && status != 429, "{} {}: {status}", route.method, route.path);
    !(status == 401 || status == 403 || (!kind && status == 303 && leads_to_sign_in(client, route)))
}

fn leads_to_sign_in(client: &Client<'_>, route: &Route) -> bool {
    client.get(&filled(&route.path)).header("location").starts_with("/sign-in?next=")
}

#[test]
fn each_role_passes_where_the_file_says() {
    let site = Running::start();
    let channels = site.channels();
    // without anybody to inspect photos the service is not ready
    let _worker = site.store.sign_on().unwrap();
    let mut asks: Vec<(String, Client<'_>)> = vec![("nobody".to_owned(), site.stranger())];
    for role in Role::all(channels) {
        asks.push((role.to_string(), site.signed_in(role)));
    }
    let mut table = BTreeMap::new();
    for route in routes(false) {
        // wrong passwords and used sessions of this test are another test's
        if route.path.contains("sign-out") || (route.path == "/api/v1/session" && route.method == Method::DELETE) {
            continue;
        }
        let who: Vec<&str> =
            asks.iter().filter(|(_, client)| passes(client, &route)).map(|(name, _)| name.as_str()).collect();
        let who = if who.len() == asks.len() { "everybody".to_owned() } else { who.join(" ") };
        let everyone = asks.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "nobody");
        let who = if who == everyone.collect::<Vec<_>>().join(" ") { "whoever is signed in".to_owned() } else { who };
        table.insert(format!("{:6} {}", route.method, route.path), who);
    }
    let found: String = table.iter().map(|(route, who)| format!("{route}: {who}\n")).collect();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/web/roles.txt");
    if std::env::var_os("EYELID_WRITE_GOLDEN").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &found).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap();
    assert_eq!(found, expected, "who may pass has changed: read each line, then write fixtures/web/roles.txt anew");
}

#[test]
fn whatever_changes_something_is_told_before_it_is_done() {
    let site = Running::start();
    let roles = Role::all(site.channels());
    let account = site.account(&roles);
    for route in routes(false).into_iter().filter(|route| route.method != Method::GET) {
        let client = site.client(account);
        let before = site.store.read(Read::audit_head).unwrap().count;
        asked(&client, &route);
        let rows = site.store.read(|r| r.audit_rows(None, before, 10)).unwrap();
        let told = format!("{} {}", route.method, route.path);
        let first = rows.first().and_then(eyelid::audit::Row::event);
        assert!(matches!(&first, Some(Event::Asked { route, .. }) if *route == told), "{told}: {first:?}");
    }
}

#[test]
fn what_another_site_makes_a_browser_send_is_refused() {
    let site = Running::start();
    let client = site.signed_in(Role::Staff);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let send = |name: &str, value: &str| {
        let request = agent.post(site.url("/sign-out")).header(name, value);
        request.send_empty().unwrap().status().as_u16()
    };
    assert_eq!(send("sec-fetch-site", "cross-site"), 403);
    assert_eq!(send("origin", "https://evil.example"), 403);
    assert_eq!(client.get("/account").status, 200, "the session goes on");
}
