//! Reminders: one message a parent and period, to whom something is due, naming no child; by page, by machine, by command.
#![cfg(test)]

use std::fs;
use std::path::PathBuf;

use eyelid::access::Role;
use eyelid::config::School;
use eyelid::consent::ledger::{Choice, Giver, Method as Way};
use eyelid::domain::category::Medium;
use eyelid::domain::time::Timestamp;
use eyelid::office::remind::{Plan, Rules, Sent, plan, send};
use eyelid::office::{Word, family, safeguarding, speak};
use serde_json::json;
use tempfile::TempDir;
use ureq::http::Method;

use super::naming::person;
use super::program::{done, eyelid};
use super::site::{Running, captured, now};

struct House {
    site: Running,
    mail: PathBuf,
    _kept: TempDir,
}

fn after(days: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_hours(24 * days)
}

/// Three pupils: two of one parent, one of them answered for in every use; the third has nobody linked.
fn house() -> House {
    let kept = TempDir::new().unwrap();
    let mail = kept.path().join("mail");
    let address = Some("https://eyelid.hill.example".to_owned());
    let school = School { behind_proxy: true, address, mail: Some(captured(&mail)), ..School::default() };
    let site = Running::over(TempDir::new().unwrap(), school);
    let (store, actor) = (&site.store, site.actor());
    for (id, first) in [("P1", "Mia"), ("P2", "Zoe"), ("P3", "Tom")] {
        store.write(&actor, now(), |w| w.save_person(&person(id, first, "Oakfield", "Oak"))).unwrap();
    }
    for child in ["P1", "P2"] {
        let child = child.parse().unwrap();
        store.write(&actor, now(), |w| family::link(w, &child, "ada@home.example", Some("G1"))).unwrap();
    }
    let house = House { site, mail, _kept: kept };
    house.answers("P2");
    house
}

#[test]
fn a_restriction_changes_no_letter_and_no_list_of_those_without_an_address() {
    let house = house();
    let before = house.plan(now());
    assert_eq!((before.due.len(), before.unlinked.len()), (1, 1));
    house.restrict("P1");
    house.restrict("P3");
    assert_eq!(house.plan(now()), before, "whoever has not answered is asked");
    house.answers("P1");
    house.restrict("P2");
    assert!(house.plan(now()).due.is_empty(), "and whoever has is not");
}

impl House {
    /// The family says yes to every use, until the end of the year.
    fn answers(&self, child: &str) {
        let Running { store, school, .. } = &self.site;
        let uses = school.categories.iter().flat_map(|category| [Medium::Photo, Medium::Video].map(|m| (category, m)));
        let word = |(category, medium): (&eyelid::domain::category::Category, Medium)| Word {
            category: category.id.clone(),
            medium,
            photo: None,
            choice: Choice::Granted,
            giver: Giver::Guardian("G1".into()),
            method: Way::Paper,
            made_at: now(),
            valid_from: None,
            valid_until: Some("2026-12-31T00:00:00Z".parse().unwrap()),
            evidence: None,
        };
        let words: Vec<Word> = uses.map(word).collect();
        speak(store, school, &child.parse().unwrap(), &words, &self.site.actor(), now()).unwrap();
    }

    fn restrict(&self, child: &str) {
        let Running { store, .. } = &self.site;
        safeguarding::restrict(store, &child.parse().unwrap(), None, &self.site.actor(), now()).unwrap();
    }

    fn plan(&self, at: Timestamp) -> Plan {
        self.site.store.read(|r| plan(r, &self.site.school, Rules::default(), at)).unwrap()
    }

    fn send(&self, at: Timestamp) -> Sent {
        let accounts = self.plan(at).due;
        send(&self.site.store, &self.site.school, &accounts, Rules::default(), &self.site.actor(), at).unwrap()
    }

    fn letters(&self) -> Vec<String> {
        let files = fs::read_dir(&self.mail).map_or(Vec::new(), |files| files.map(|f| f.unwrap().path()).collect());
        let whole = files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "eml"));
        whole.map(|file| fs::read_to_string(file).unwrap()).collect()
    }
}

#[test]
fn a_parent_is_reminded_once_in_a_while_and_only_while_something_is_due() {
    let house = house();
    let first = house.plan(now());
    assert_eq!((first.due.len(), first.already.len()), (1, 0), "once for both children");
    assert_eq!(first.unlinked.iter().map(ToString::to_string).collect::<Vec<_>>(), ["P3"]);
    assert_eq!(house.send(now()), Sent { sent: 1, failed: 0 });
    let letters = house.letters();
    let letter = &letters[0];
    assert!(letter.contains("To: ada@home.example") && letter.contains("https://eyelid.hill.example/family/link"));
    assert!(!["Mia", "Zoe", "Oakfield"].iter().any(|name| letter.contains(name)), "{letter}");
    assert_eq!(house.send(now()), Sent::default());
    assert_eq!(house.plan(after(27)).already.len(), 1);
    assert_eq!(house.send(after(27)), Sent::default());
    assert_eq!(house.send(after(29)), Sent { sent: 1, failed: 0 });
    house.answers("P1");
    assert!(house.plan(after(90)).due.is_empty(), "nothing is due");
    assert_eq!(house.plan(after(190)).due.len(), 1, "the answers are about to lapse");
}

#[test]
fn two_who_send_at_once_send_one_message_and_what_fails_is_tried_again() {
    let house = house();
    let accounts = house.plan(now()).due;
    let (store, school, actor) = (&house.site.store, &house.site.school, house.site.actor());
    let both: usize = std::thread::scope(|scope| {
        let work = || send(store, school, &accounts, Rules::default(), &actor, now()).unwrap().sent;
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((both, house.letters().len()), (1, 1));
    // a folder that cannot be written: the next run tries again
    fs::remove_dir_all(&house.mail).unwrap();
    fs::write(&house.mail, "in the way").unwrap();
    assert_eq!(house.send(after(40)), Sent { sent: 0, failed: 1 });
    fs::remove_file(&house.mail).unwrap();
    assert_eq!(house.send(after(40)), Sent { sent: 1, failed: 0 });
}

#[test]
fn the_page_and_machines_send_the_same() {
    let house = house();
    let office = house.site.signed_in(Role::Office);
    let page = office.get("/pupils/due").text();
    assert!(page.contains("Remind 1 parent or carer") && page.contains("1 pupil has"), "{page}");
    let send = |dry: bool| office.json(Method::POST, "/api/v1/due/reminders", &json!({ "dry_run": dry }));
    let dry = send(true);
    assert_eq!((dry.status, dry.value()["due"].as_array().unwrap().len()), (200, 1));
    assert!(house.letters().is_empty());
    let sent = office.post("/pupils/due/remind", &[]);
    assert_eq!(sent.header("location"), "/pupils/due?sending=1");
    // whoever asks is answered before the message is written
    for _ in 0..100_000 {
        if !house.letters().is_empty() {
            break;
        }
        house.site.stranger().get("/healthz");
    }
    assert_eq!(house.letters().len(), 1);
    assert!(office.get("/pupils/due").text().contains("1 parent or carer was"));
    let again = send(false);
    assert_eq!((again.status, &again.value()["due"]), (202, &json!([])));
    assert_eq!(house.letters().len(), 1);
    assert_eq!(send(true).value()["unlinked"], json!(["P3"]));
    let wrong = office.json(Method::POST, "/api/v1/due/reminders", &json!({ "every_days": 0 }));
    assert_eq!(wrong.status, 422);
    assert_eq!(house.site.signed_in(Role::Staff).post("/pupils/due/remind", &[]).status, 403);
    let mute = Running::start();
    let office = mute.signed_in(Role::Office);
    assert!(office.get("/pupils/due").text().contains("cannot send messages yet"));
    assert_eq!(office.post("/pupils/due/remind", &[]).status, 422);
}

#[test]
fn the_command_only_says_what_it_would_do_when_asked_so() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let settings = "address = 'https://eyelid.hill.example'\n[mail]\nfrom = 'School <a@hill.example>'\ncapture = ";
    fs::write(data.join("school.toml"), format!("{settings}'{}'", folder.path().join("mail").display())).unwrap();
    let store = eyelid::store::Store::open(&data, now()).unwrap();
    let actor = "test".parse().unwrap();
    store.write(&actor, now(), |w| w.save_person(&person("P1", "Mia", "Oakfield", "Oak"))).unwrap();
    let child = "P1".parse().unwrap();
    store.write(&actor, now(), |w| family::link(w, &child, "ada@home.example", None)).unwrap();
    drop(store);
    let remind = |more: &[&str]| {
        let args = ["consents", "remind", "--json", "--data", data.to_str().unwrap()];
        done(args.iter().chain(more)).objects().remove(0)
    };
    let letters = || fs::read_dir(folder.path().join("mail")).map_or(0, Iterator::count);
    assert_eq!(remind(&["--dry-run"])["due"].as_array().unwrap().len(), 1);
    assert_eq!(letters(), 0);
    assert_eq!((&remind(&[])["sent"], letters()), (&json!(1), 1));
    let again = remind(&[]);
    assert_eq!((&again["sent"], again["already"].as_array().unwrap().len(), letters()), (&json!(0), 1, 1));
    fs::write(data.join("school.toml"), "").unwrap();
    let mute = eyelid(["consents", "remind", "--data", data.to_str().unwrap()]);
    assert_eq!(mute.code, Some(1), "{}", mute.err);
    assert!(mute.err.contains("[mail]"), "{}", mute.err);
}
