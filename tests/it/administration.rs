//! Accounts, settings, and how the service says that it is well.
#![cfg(test)]

use std::fs;
use std::time::{Duration, SystemTime};

use eyelid::access::{AccountId, Role};
use eyelid::store::Read;
use serde_json::json;
use ureq::http::Method;

use super::site::Running;

#[test]
fn an_account_is_invited_given_roles_reset_and_closed() {
    let site = Running::start();
    let admin = site.signed_in(Role::Admin);
    let wrong = admin.post("/administration/accounts", &[("name", &""), ("login", &"x"), ("roles", &"root")]);
    assert_eq!(wrong.status, 422);
    let form: [(&str, &dyn std::fmt::Display); 4] =
        [("name", &"Ada Quill"), ("login", &"ada@hill.example"), ("roles", &"staff"), ("roles", &"editor:website")];
    let added = admin.post("/administration/accounts", &form);
    assert_eq!(added.status, 200);
    let text = added.text();
    let link = text.split("/welcome/").nth(1).unwrap().split('<').next().unwrap();
    assert!(site.stranger().get(&format!("/welcome/{link}")).text().contains("Choose a password"));
    assert_eq!(admin.post("/administration/accounts", &form).status, 422, "the address is taken");
    let account = site.store.read(|r| r.account_of("ada@hill.example")).unwrap().unwrap();
    assert_eq!(account.roles.len(), 2);
    let path = format!("/administration/accounts/{}", account.id.0);
    assert!(admin.get(&path).text().contains("Ada Quill"));
    assert!(admin.get("/administration/accounts").text().contains("Invited"));

    assert_eq!(admin.post(&format!("{path}/roles"), &[("roles", &"office")]).status, 303);
    assert_eq!(admin.post(&format!("{path}/roles"), &[("roles", &"parent")]).status, 422, "the office links families");
    let again = admin.post(&format!("{path}/reset"), &[("second_factor", &"yes")]).text();
    assert!(again.contains("/welcome/") && !again.contains(link));
    assert_eq!(admin.post(&format!("{path}/close"), &[]).status, 303);
    assert_eq!(admin.post(&format!("{path}/open"), &[]).status, 303);
    assert_eq!(admin.post("/administration/accounts/999/close", &[]).status, 404);
    assert_eq!(admin.post("/administration/accounts/999/unlock", &[]).status, 404);
    assert_eq!(admin.get("/administration/accounts/999").status, 404);
}

#[test]
fn an_open_invitation_stands_out_among_the_families() {
    let site = Running::start();
    let admin = site.signed_in(Role::Admin);
    site.account(&[Role::Parent]);
    let tags = || admin.get("/administration/accounts").text().matches("Invited").count();
    let before = tags();
    assert!(admin.get("/administration/accounts").text().contains("By link"));
    site.account(&[Role::Parent, Role::Staff]);
    assert_eq!(tags(), before + 1, "a parent who works here signs in with a password");
}

#[test]
fn the_last_administrator_cannot_be_locked_out() {
    let site = Running::start();
    let first = site.account(&[Role::Admin]);
    let admin = site.client(first);
    let own = |id: AccountId, act: &str| format!("/administration/accounts/{}/{act}", id.0);
    for refused in [admin.post(&own(first, "roles"), &[("roles", &"staff")]), admin.post(&own(first, "close"), &[])] {
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("last administrator"), "{}", refused.text());
    }
    let by_machine = admin.json(Method::PUT, &format!("/api/v1/accounts/{}/closed", first.0), &json!({"closed": true}));
    assert_eq!(by_machine.status, 422);
    assert!(site.store.read(|r| r.account(first)).unwrap().unwrap().roles.contains(&Role::Admin));
    let second = site.account(&[Role::Admin]);
    assert_eq!(admin.post(&own(second, "roles"), &[("roles", &"staff")]).status, 303);
    site.account(&[Role::Admin]);
    assert_eq!(admin.post(&own(first, "close"), &[]).status, 303);
    assert_eq!(admin.get("/administration").status, 303, "their session has ended");
}

#[test]
fn a_setting_is_changed_with_a_reason_and_counts_at_once() {
    let site = Running::start();
    let dpo = site.signed_in(Role::Dpo);
    assert!(dpo.get("/administration/settings").text().contains("Four eyes"));
    assert_eq!(dpo.get("/administration/settings/nothing").status, 404);
    let path = "/administration/settings/name";
    let without = dpo.post(path, &[("value", &"Hill School"), ("reason", &"")]);
    assert_eq!(without.status, 422);
    assert!(without.text().contains("Say why"));
    assert_eq!(dpo.post("/administration/settings/voice_age", &[("value", &"ninety"), ("reason", &"x")]).status, 422);
    assert_eq!(dpo.post(path, &[("value", &"Hill School"), ("reason", &"we were renamed")]).status, 303);
    let shown = dpo.get("/administration/settings").text();
    assert!(shown.contains("The school became Hill School") && shown.contains("we were renamed"), "{shown}");
    assert!(site.stranger().get("/sign-in").text().contains("Hill School"), "the next request sees it");
    let file = fs::read_to_string(site.store.folder().join("school.toml")).unwrap();
    assert_eq!(file, "name = \"Hill School\"\n");
    assert_eq!(site.store.read(Read::setting_changes).unwrap().len(), 1);
    let set = |value: &str| {
        let body = json!({"value": value, "reason": "the governors"});
        dpo.json(Method::PUT, "/api/v1/settings/keep_days", &body).status
    };
    assert_eq!((set("400"), set("-4"), set("")), (204, 422, 204));
    let listed = dpo.get("/api/v1/settings").value();
    assert_eq!(listed["items"][0]["value"], "Hill School");
    assert_eq!(site.store.read(Read::setting_changes).unwrap().len(), 3);
    site.store.read(|r| r.verify_audit(&[])).unwrap();
}

#[test]
fn metrics_tell_of_routes_and_of_nobody() {
    let site = Running::start();
    super::safeguarding::pupil(&site, "P001", "Amelia", "Quillfeather");
    let dsl = site.signed_in(Role::Dsl);
    assert_eq!(dsl.get("/safeguarding/pupils/P001").status, 200);
    assert_eq!(site.stranger().post("/sign-in", &[("login", &"amelia@hill.example"), ("password", &"x")]).status, 422);
    assert_eq!(site.stranger().get("/metrics").status, 303);
    assert_eq!(dsl.get("/metrics").status, 403);
    let metrics = site.signed_in(Role::NetworkManager).get("/metrics").text();
    for line in [
        "eyelid_requests_total{",
        "eyelid_request_seconds_bucket{",
        "eyelid_jobs_waiting 0",
        "eyelid_sign_in_failures_total",
        "route=\"/safeguarding/pupils/{person}\"",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
    for name in ["P001", "Amelia", "amelia", "Quillfeather", "hill.example"] {
        assert!(!metrics.contains(name), "{name}");
    }
    let token = fs::read_to_string(site.store.folder().join("metrics.token"));
    assert!(token.is_err(), "made when somebody asks with a token");
    let asks = |token: &str| {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let request = agent.get(site.url("/metrics")).header("authorization", format!("Bearer {token}"));
        request.call().unwrap().status().as_u16()
    };
    assert_eq!(asks("nonsense"), 303);
    let token = site.store.scrape_key().unwrap();
    assert_eq!(asks(token.reveal()), 200);
}

#[test]
fn it_is_ready_when_somebody_works() {
    let site = Running::start();
    let ready = site.stranger().get("/readyz");
    assert_eq!((ready.status, ready.value()["store"].clone()), (503, json!(true)));
    let _worker = site.store.sign_on().unwrap();
    assert_eq!(site.stranger().get("/readyz").status, 200);
    assert_eq!(site.stranger().get("/healthz").header("x-request-id").len(), 16);
}

/// Changed by somebody with a text editor, or by another process; no broken file makes it fall back.
#[test]
fn a_settings_file_that_changes_counts_without_a_restart() {
    let site = Running::start();
    let file = site.store.folder().join("school.toml");
    let told = || site.stranger().get("/sign-in").text();
    assert!(told().contains("The school"), "{}", told());
    let write = |text: &str, seconds_ago: u64| {
        fs::write(&file, text).unwrap();
        let at = SystemTime::now() - Duration::from_secs(seconds_ago);
        fs::File::options().write(true).open(&file).unwrap().set_modified(at).unwrap();
    };
    write("name = 'Hill School'", 30);
    assert!(told().contains("Hill School"), "{}", told());
    write("name = Hill", 20);
    assert!(told().contains("Hill School"));
    write("name = 'Oak School'", 10);
    assert!(told().contains("Oak School"));
}
