//! Every page in a real browser, at the width of a desk and of a phone.
#![cfg(test)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use eyelid::access::Role;
use eyelid::config::School;
use eyelid::store::{Read, StoreError};
use eyelid::web::{Route, routes};
use tempfile::TempDir;
use ureq::http::Method;

use super::released::demo;
use super::site::Running;

#[test]
#[ignore = "finds faults of pages that are not mended yet"]
fn no_page_shuts_anybody_out() {
    let site = school();
    let roles = Role::all(site.channels());
    let account = site.account(&roles);
    let shown: Vec<String> = routes(false).iter().filter_map(|route| address(&site, route)).collect();
    let own = site.client(account);
    let pages: Vec<&String> =
        shown.iter().filter(|path| own.get(path).header("content-type").starts_with("text/html")).collect();
    assert!(pages.len() >= 6, "{pages:?}");
    let found = looked_at(&site, own.cookie(), &pages);
    assert_eq!(found, "");
    let found = looked_at(&site, None, &[&"/sign-in".to_owned(), &"/enter/x".to_owned(), &"/nowhere".to_owned()]);
    let found: Vec<&str> = found.lines().filter(|line| !line.contains("404")).collect();
    assert_eq!(found, Vec::<&str>::new());
}

/// The demo school's data behind a site of this test.
pub(super) fn school() -> Running {
    let folder = TempDir::new().unwrap();
    let data = demo().folder.join("data");
    for entry in
        walkdir::WalkDir::new(&data).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file())
    {
        let to = folder.path().join(entry.path().strip_prefix(&data).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(entry.path(), to).unwrap();
    }
    let school = School::load(folder.path()).unwrap();
    Running::over(folder, School { behind_proxy: true, ..school })
}

/// The address of a page that people look at, with ids that are there; nothing for what is no page.
fn address(site: &Running, route: &Route) -> Option<String> {
    let shown = route.method == Method::GET && !route.path.starts_with("/api/");
    let secret = ["{secret}", "{file}"].iter().any(|part| route.path.contains(part));
    if !shown || secret {
        return None;
    }
    let (photo, person) = site
        .store
        .read(|r| Ok::<_, StoreError>((Read::photos(r)?.remove(0).id, r.people()?.into_keys().next().unwrap())))
        .unwrap();
    let parts = route.path.split('/').map(|part| match part {
        "{channel}" => "website".to_owned(),
        "{event}" | "{face}" => "1".to_owned(),
        "{photo}" => photo.to_string(),
        "{person}" => person.to_string(),
        part => part.to_owned(),
    });
    let path = parts.collect::<Vec<_>>().join("/");
    (!path.contains('{')).then_some(path)
}

/// What is wrong with these pages, a line a finding; their pictures are kept beside the other things of a build.
fn looked_at(site: &Running, cookie: Option<&str>, pages: &[&String]) -> String {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shots = top.join("target/browser/pages");
    let asked = serde_json::json!({ "base": site.url(""), "cookie": cookie, "pages": pages, "shots": shots });
    let mut script = Command::new("node")
        .arg(top.join("tests/browser/pages.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    script.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let done = script.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    String::from_utf8(done.stdout).unwrap()
}
