//! Every page in a real browser, at the width of a desk and of a phone.
#![cfg(test)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use eyelid::access::{AccountId, Role};
use eyelid::config::School;
use eyelid::domain::id::{PersonId, PhotoId};
use eyelid::domain::incident::IncidentKind;
use eyelid::domain::time::Timestamp;
use eyelid::office::{family, portal};
use eyelid::store::Write;
use eyelid::web::{Route, routes};
use tempfile::TempDir;
use ureq::http::Method;

use super::program::contents;
use super::released::demo;
use super::site::Running;

#[test]
fn no_page_shuts_anybody_out() {
    let site = school();
    let account = site.account(&Role::all(site.channels()));
    let (photo, person) = shown(&site);
    let mail = "family@hill.example";
    let link = |w: &Write<'_>| family::link(w, &person, mail, None);
    let parent = site.store.write(&site.actor(), when_done(), link).unwrap().account;
    let incident = |w: &Write<'_>| w.open_incident(IncidentKind::Other, Some(&photo));
    site.store.write(&site.actor(), when_done(), incident).unwrap();
    let address = |route: &Route| address(&route.path, account, &photo, &person);
    let pages =
        routes(false).into_iter().filter(|route| route.method == Method::GET && !route.path.starts_with("/api/"));
    let (families, mut desks): (Vec<String>, Vec<String>) =
        pages.filter_map(|route| address(&route)).partition(|path| path.starts_with("/family/P"));
    // with the picture in question, and the question which one it was
    desks.push(format!("/channels/website/placements?photo={photo}"));
    for (account, paths) in [(account, desks), (parent, families)] {
        let client = site.client(account);
        let pages: Vec<&String> =
            paths.iter().filter(|path| client.get(path).header("content-type").starts_with("text/html")).collect();
        assert!(pages.len() >= 3, "{pages:?}");
        assert_eq!(looked_at("pages", &site, client.cookie(), &pages), "");
    }
    let found =
        looked_at("strangers", &site, None, &[&"/sign-in".to_owned(), &"/enter/x".to_owned(), &"/nowhere".to_owned()]);
    let found: Vec<&str> = found.lines().filter(|line| !line.contains("404")).collect();
    assert_eq!(found, Vec::<&str>::new());
}

/// The demo school's data behind a site of this test, which stands at the moment when the demo was done.
pub(super) fn school() -> Running {
    let folder = TempDir::new().unwrap();
    for (path, bytes) in contents(&demo().folder.join("data")) {
        let to = folder.path().join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    let school = School::load(folder.path()).unwrap();
    Running::at(when_done, folder, School { behind_proxy: true, ..school })
}

fn when_done() -> Timestamp {
    static DONE: OnceLock<Timestamp> = OnceLock::new();
    *DONE.get_or_init(|| {
        let audit = demo().eyelid(&["audit", "show"]).objects();
        audit.last().unwrap()["at"].as_str().unwrap().parse().unwrap()
    })
}

/// A photo that the website shows, and a pupil in it who is not hidden.
fn shown(site: &Running) -> (PhotoId, PersonId) {
    let website = "website".parse().unwrap();
    let found = site.store.read(|read| {
        for person in read.people()?.into_keys() {
            let published = portal::published(read, &site.school, &person, when_done())?;
            let photo =
                published.into_iter().filter(|(channel, _)| *channel == website).find_map(|(_, mut all)| all.pop());
            if let Some(photo) = photo {
                return Ok(Some((photo.photo, person)));
            }
        }
        Ok::<_, eyelid::pipeline::PipelineError>(None)
    });
    found.unwrap().expect("the demo shows pupils on the website")
}

/// A page's address with ids that are there; nothing for what only a secret opens, and for pictures.
fn address(pattern: &str, account: AccountId, photo: &PhotoId, person: &PersonId) -> Option<String> {
    let part = |part: &str| match part {
        "{channel}" => "website".to_owned(),
        "{event}" | "{face}" | "{incident}" => "1".to_owned(),
        "{photo}" => photo.to_string(),
        "{person}" => person.to_string(),
        "{account}" => account.0.to_string(),
        "{setting}" => "name".to_owned(),
        part => part.to_owned(),
    };
    let mut path = pattern.split('/').map(part).collect::<Vec<_>>().join("/");
    if path == "/safeguarding/pull" {
        path += &format!("?person={person}");
    }
    (!path.contains('{') && !path.contains("/images/")).then_some(path)
}

/// What is wrong with these pages, a line a finding; their pictures are kept in a folder beside the other things of a build.
pub(super) fn looked_at(folder: &str, site: &Running, cookie: Option<&str>, pages: &[&String]) -> String {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shots = top.join("target/browser").join(folder);
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
