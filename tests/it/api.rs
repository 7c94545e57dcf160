//! The machines' interface under attack by its own description: whatever is sent, the service answers and never breaks.
#![cfg(test)]

use std::path::Path;
use std::process::Command;

use eyelid::access::Role;
use ureq::http::Method;

use super::browser::school;
use super::naming::person;
use super::site::{Running, now};

#[test]
fn the_interface_never_breaks_under_attack() {
    let site = school();
    // a number that the attacker does not guess: it would close its own account
    for _ in 0..40 {
        site.account(&[]);
    }
    let account = site.account(&Role::all(site.channels()));
    let client = site.client(account);
    let cookie = format!("Cookie: eyelid={}", client.cookie().unwrap());
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let attacked = Command::new(top.join("target/venv/bin/schemathesis"))
        .arg("--config-file")
        .arg(top.join("tests/schemathesis.toml"))
        .args(["run", &site.url("/api/openapi.json"), "--checks", "all", "--header", &cookie])
        .args(["--exclude-path-regex", SHUTS_OUT])
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", "1", "--no-color"])
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&attacked.stdout);
    assert!(attacked.status.success(), "{said}");
    assert!(client.get("/account").status == 200, "the attacker stayed signed in");
    let operations = said.lines().find_map(|line| line.trim().strip_prefix("Tested: ")).unwrap();
    assert!(operations.trim().parse::<u32>().unwrap() >= 1, "{said}");
}

/// A key that is misspelt never turns a narrow word into a wide one.
#[test]
fn every_body_names_all_of_its_keys() {
    let site = Running::start();
    let told = site.signed_in(Role::Admin).get("/api/openapi.json").value();
    let bodies: Vec<&str> = told["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
        .filter_map(|asked| asked["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str())
        .collect();
    assert!(bodies.len() > 20, "{bodies:?}");
    let open: Vec<&&str> = bodies
        .iter()
        .filter(|body| told.pointer(body.trim_start_matches('#')).unwrap()["additionalProperties"] != false)
        .collect();
    assert_eq!(open, Vec::<&&str>::new());
    let office = site.signed_in(Role::Office);
    site.store.write(&site.actor(), now(), |w| w.save_person(&person("P1", "Mia", "Oakfield", "Oak"))).unwrap();
    let mut word = serde_json::json!({
        "category": "website", "medium": "photo", "decision": "granted", "giver_role": "guardian", "giver": "G1",
        "method": "paper", "made_at": "2026-06-01T09:00:00Z",
    });
    let say = |word: &serde_json::Value| office.json(Method::POST, "/api/v1/pupils/P1/ledger", word);
    assert_eq!(say(&word).status, 201, "{}", say(&word).text());
    word.as_object_mut().unwrap().insert("validUntil".into(), "2027-01-01".into());
    assert_eq!(say(&word).status, 422);
}

/// What would end the attacker's own session.
const SHUTS_OUT: &str = "^/api/v1/session";

const EXAMPLES: &str = "8";
