//! The machines' interface under attack by its own description: whatever is sent, the service answers and never breaks.
#![cfg(test)]

use std::path::Path;
use std::process::Command;

use eyelid::access::Role;

use super::browser::school;

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

/// What would end the attacker's own session.
const SHUTS_OUT: &str = "^/api/v1/session";

const EXAMPLES: &str = "8";
