//! Evidence for the data protection officer: the audit search, a whole file, retention with its proof, back-ups.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use eyelid::access::Role;
use eyelid::audit::Event;
use eyelid::config::School;
use eyelid::consent::ledger::{Act, Choice, Giver, Method as By};
use eyelid::domain::camera::Camera;
use eyelid::domain::category::Medium;
use eyelid::domain::face::{Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::id::{Digest, FaceId, PersonId, PhotoId};
use eyelid::office::{backup, retention};
use eyelid::store::{NewEntry, NewFace, Read, StoreError};
use eyelid::vision::{Limits, Pixels, decode};
use serde_json::json;
use tempfile::TempDir;
use ureq::http::Method;
use zip::ZipArchive;

use super::photos::small;
use super::program::{done, eyelid};
use super::safeguarding::{holds, pupil};
use super::site::{Running, now};

#[test]
fn evidence_is_refused_and_not_cut() {
    let site = Running::start();
    let dpo = site.signed_in(Role::Dpo);
    let ask = |w: &eyelid::store::Write<'_>| (0..100_001).try_for_each(|_| w.asked("GET /photos", None, None));
    site.store.write(&"account-77".parse().unwrap(), now(), ask).unwrap();
    for file in ["csv", "jsonl"] {
        let all = dpo.get(&format!("/records/audit.{file}?actor=account-77"));
        assert_eq!((all.status, all.text().contains("fewer days")), (422, true), "{file}");
        assert_eq!(dpo.get(&format!("/records/audit.{file}?kind=signed_in")).status, 200, "{file}");
    }
}

/// An inspected photo of two pupils side by side; the file is a picture of the fixtures.
fn class_photo(site: &Running, ada: &PersonId, bea: &PersonId) -> (PhotoId, Size) {
    let bytes = small("school/photos/sports-day/DSC00123.JPG", 600);
    let size = decode(&bytes, None, &Limits::default()).unwrap().pixels.size();
    let digest = site.store.put_blob(&bytes).unwrap();
    let date = "2026-06-12".parse().unwrap();
    let face = |x: f32| NewFace {
        rect: Rect::new(x, 40.0, x + 60.0, 120.0).unwrap(),
        score: Some(0.9),
        origin: Origin::Detected,
        landmarks: None,
    };
    let id = site.store.write(&site.actor(), now(), |w| {
        let event = w.open_event("Sports day", date, &[], "sports-day")?;
        let id = w.receive(&digest, event.id)?.photo().id.clone();
        w.set_found(&id, size, &Camera::default())?;
        for (x, person) in [(40.0, ada), (300.0, bea)] {
            let number = w.add_face(&id, &face(x))?;
            w.tag(&id, number, &Who::Person(person.clone()))?;
        }
        w.set_inspected(&id)?;
        w.set_headcount(&id, 2)?;
        Ok::<_, StoreError>(id)
    });
    (id.unwrap(), size)
}

fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.insert(entry.name().unwrap().into_owned(), bytes);
    }
    files
}

fn flat(pixels: &Pixels, x: u32, y: u32) -> bool {
    let middle = super::released::at(pixels, x, y);
    (0..8).all(|off| super::released::at(pixels, x + off, y).iter().zip(middle).all(|(a, b)| a.abs_diff(b) < 12))
}

#[test]
fn a_whole_file_holds_nobody_elses_name_or_face() {
    let site = Running::start();
    let ada = pupil(&site, "P001", "Ada", "Quillfeather");
    let bea = pupil(&site, "P002", "Beatrix", "Thistledown");
    let (photo, size) = class_photo(&site, &ada, &bea);
    let category = "website".parse().unwrap();
    let said = NewEntry {
        person: ada.clone(),
        act: Act::Decide { category, medium: Medium::Photo, photo: None, decision: Choice::Granted },
        giver: Giver::Guardian("marmaduke quillfeather".into()),
        method: By::Paper,
        made_at: now(),
        valid_from: None,
        valid_until: None,
        evidence: None,
    };
    site.store.write(&site.actor(), now(), |w| w.record(&said)).unwrap();
    let dsl = site.signed_in(Role::Dsl);
    assert_eq!(dsl.post("/safeguarding/pupils/P001/restrict", &[("reason", &"Kestrel")]).status, 303);

    let dpo = site.signed_in(Role::Dpo);
    assert!(dpo.post("/records/people", &[("find", &"quill")]).text().contains("/records/people/P001"));
    assert_eq!(dpo.get("/records/people/P999").status, 404);
    let answer = dpo.get("/records/people/P001");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/zip"));
    let files = unpacked(&answer.body);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let picture = format!("photos/0001-{photo}.jpg");
    assert_eq!(
        names,
        ["audit.jsonl", "consents.json", "faces.json", "manifest.json", &picture, "register.json", "released.json"]
    );
    for (name, bytes) in &files {
        // what the manifest says of safeguarding it says in every file
        let words = if name == "manifest.json" { &[][..] } else { &["restrict", "afeguarding"][..] };
        for other in ["Beatrix", "Thistledown", "P002", "marmaduke", "Kestrel", "Sports"].iter().chain(words) {
            assert!(!holds(bytes, other.as_bytes()), "{other} in {name}");
        }
    }
    assert!(holds(&files["register.json"], b"Quillfeather"));
    assert!(holds(&files["consents.json"], b"guardian 1"));
    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    for (name, bytes) in files.iter().filter(|(name, _)| *name != "manifest.json") {
        assert_eq!(manifest["files"][name], Digest::of(bytes).to_string(), "{name}");
    }
    let shown = decode(&files[&picture], None, &Limits::default()).unwrap().pixels;
    assert_eq!(shown.size(), size);
    assert!(flat(&shown, 326, 80), "the other child's face is hidden");
    let by_machine = dpo.get("/api/v1/people/P001/file");
    assert_eq!(unpacked(&by_machine.body)[&picture], files[&picture]);
    // an uncounted photo shows nothing but the child's own head
    site.store.write(&site.actor(), now(), |w| w.set_headcount(&photo, 5)).unwrap();
    let doubtful = unpacked(&dpo.get("/records/people/P001").body);
    let shown = decode(&doubtful[&picture], None, &Limits::default()).unwrap().pixels;
    assert!(flat(&shown, 326, 80) && flat(&shown, 200, 10), "everything else is hidden");
}

#[test]
fn the_audit_chain_is_searched_paged_taken_out_and_verified() {
    let site = Running::start();
    for number in 0..60 {
        pupil(&site, &format!("P{number:03}"), "Ada", "Quill");
    }
    let dpo = site.signed_in(Role::Dpo);
    let first = dpo.get("/records/audit?kind=person_saved").text();
    assert_eq!(first.matches("person saved").count(), 50);
    assert!(!first.contains("Quill"), "ids only");
    let older = first.split("href=\"/records/audit?").nth(1).unwrap().split('"').next().unwrap();
    let second = dpo.get(&format!("/records/audit?{}", older.replace("&#38;", "&").replace("&amp;", "&"))).text();
    assert_eq!(second.matches("person saved").count(), 10);
    let wrong = dpo.get("/records/audit?photo=x&from=yesterday");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("20 letters and digits") && wrong.text().contains("such as 2026-06-12"));
    assert_eq!(dpo.get("/records/audit?until=2026-06-14").text().matches("Nothing was found").count(), 1);
    let csv = dpo.get("/records/audit.csv?kind=person_saved&person=P007").text();
    assert_eq!(csv.lines().count(), 2);
    assert!(csv.contains("\"\"P007\"\""), "{csv}");
    let lines = dpo.get("/records/audit.jsonl?kind=person_saved").text();
    assert_eq!(lines.lines().count(), 60);
    assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["hash"].is_string()));
    assert_eq!(dpo.get("/records/audit.csv?photo=x").status, 422);
    assert!(dpo.post("/records/audit/verify", &[]).text().contains("The chain holds"));
    assert!(dpo.json(Method::POST, "/api/v1/audit/verify", &json!(null)).value()["head"].is_string());
    for hostile in ["person=%00", "kind=%27--", "before=-1", "before=99999999999999999999", "actor=%FF"] {
        let status = dpo.get(&format!("/records/audit?{hostile}")).status;
        assert!(matches!(status, 200 | 400 | 422), "{hostile}: {status}");
    }
}

#[test]
fn a_review_is_recorded_and_asks_for_the_next() {
    let site = Running::start();
    let dpo = site.signed_in(Role::Dpo);
    assert!(dpo.get("/records").text().contains("None has been held"));
    let past = dpo.post("/records/review", &[("scope", &"roles"), ("next_due", &"2026-06-15")]);
    assert_eq!(past.status, 422);
    assert_eq!(dpo.post("/records/review", &[("scope", &""), ("next_due", &"2027-06-15")]).status, 422);
    assert_eq!(dpo.post("/records/review", &[("scope", &"roles"), ("next_due", &"2027-06-15")]).status, 303);
    assert!(dpo.get("/records").text().contains("Next one due 15 June 2027"));
    assert_eq!(dpo.get("/api/v1/reviews").value()["items"][0]["scope"], "roles");
}

#[test]
fn retention_destroys_what_is_due_and_proves_it() {
    let mut school = School { behind_proxy: true, ..School::default() };
    school.policy.keep_days = Some(0);
    school.retention.originals_days = 0;
    let site = Running::over(TempDir::new().unwrap(), school);
    let (ada, bea) = (pupil(&site, "P001", "Ada", "Quill"), pupil(&site, "P002", "Bea", "Thistle"));
    let (photo, _) = class_photo(&site, &ada, &bea);
    let digest = site.store.read(|r| r.photo(&photo)).unwrap().unwrap().digest;
    let evidence = super::safeguarding::photo(&site, b"evidence").0;
    let dpo = site.signed_in(Role::Dpo);
    let case = json!({"kind": "misuse", "photo": evidence.to_string(), "note": "x"});
    assert_eq!(dpo.json(Method::POST, "/api/v1/incidents", &case).status, 201);
    let due = dpo.get("/api/v1/retention").value();
    assert_eq!((&due["photos"][0]["photo"], &due["evidence"]), (&json!(photo.to_string()), &json!(1)));
    assert!(dpo.get("/records/retention").text().contains("1 more are due and stay"));
    assert_eq!(dpo.post("/records/retention", &[]).status, 422, "asked for in words");
    assert!(site.store.blob(&digest).is_ok());
    assert_eq!(dpo.post("/records/retention", &[("sure", &"yes")]).status, 303);
    assert!(matches!(site.store.blob(&digest), Err(StoreError::MissingBlob { .. })));
    assert!(dpo.get("/records/retention").text().contains("Nothing is due"));
    let rows = site.store.read(|r| r.audit_rows(None, 0, 1000)).unwrap();
    let proven = rows.iter().filter_map(eyelid::audit::Row::event);
    let proof = proven.filter(|event| matches!(event, Event::BytesDestroyed { photo: of, digests } if *of == photo && digests.contains(&digest)));
    assert_eq!(proof.count(), 1);
    assert!(site.store.examine(&[]).unwrap().is_empty());
    let again = retention::run(&site.store, &site.school, &site.actor(), now(), |_, _| {}).unwrap();
    assert_eq!(again, retention::Destroyed::default());
    let faces = site.store.read(|r| r.faces(&photo)).unwrap();
    assert_eq!(faces[0].id, FaceId(1), "the record stays");
    let file = unpacked(&dpo.get("/records/people/P001").body);
    assert!(file.keys().all(|name| !name.ends_with(".jpg")));
}

#[test]
fn a_backup_comes_back_by_the_command_line_alone() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let pupils = super::program::fixtures("school").join("pupils.csv");
    let data = path("data");
    done(["import", "pupils", pupils.to_str().unwrap(), "--data", &data]);
    let (file, other) = (path("one.age"), path("two.age"));
    let made = done(["backup", &file, "--data", &data]);
    assert!(made.out.contains("audit head"), "{}", made.out);
    assert!(holds(&fs::read(&file).unwrap()[..21], b"age-encryption.org/v1"));
    let back = path("back");
    let restored = done(["restore", &file, "--data", &back]);
    let head = |text: &str| text.trim().rsplit(' ').next().unwrap().to_owned();
    assert_eq!(head(&made.out), head(&restored.out));
    let verified = done(["audit", "verify", "--data", &back, "--head", &head(&made.out)]);
    assert!(verified.out.contains("holds"));
    assert_eq!(eyelid(["restore", &file, "--data", &back]).code, Some(1), "a folder that is not empty");
    fs::write(path("pass"), "walnut harbour tuesday\n").unwrap();
    done(["backup", &other, "--data", &data, "--passphrase-file", &path("pass")]);
    done(["restore", &other, "--data", &path("again"), "--passphrase-file", &path("pass")]);
    fs::write(path("pass"), "walnut harbour monday\n").unwrap();
    let locked = eyelid(["restore", &other, "--data", &path("third"), "--passphrase-file", &path("pass")]);
    assert_eq!(locked.code, Some(1));
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    assert_eq!(eyelid(["restore", &file, "--data", &path("third")]).code, Some(3));
    assert!(!folder.path().join("third").exists());
    let due = done(["retention", "run", "--dry-run", "--data", &data]);
    assert!(due.out.contains("due: 0 photos"), "{}", due.out);
    done(["retention", "run", "--data", &data, "--json"]);
    site_is_sound(&back);
}

/// What the restored folder has to be.
fn site_is_sound(data: &str) {
    let store = eyelid::store::Store::open(data.as_ref(), now()).unwrap();
    assert!(store.examine(&[]).unwrap().is_empty());
    assert!(!store.read(Read::people).unwrap().is_empty());
}

#[test]
fn a_backup_is_of_one_moment_while_others_write() {
    let site = Running::start();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("one.age");
    let (key, _) = backup::new_key();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in (0..).take_while(|_| !over.load(Ordering::Relaxed)) {
                let bytes = format!("picture {number}");
                super::safeguarding::photo(&site, bytes.as_bytes());
            }
        });
        for _ in 0..3 {
            let lock = backup::Lock::Recipient(key.to_public());
            backup::back_up(&site.store, &file, lock, now(), |_, _| {}).unwrap();
        }
        over.store(true, Ordering::Relaxed);
    });
    // the restore looks at every byte and every row
    backup::restore(&file, &backup::Opener::Key(key), &folder.path().join("back"), &site.actor(), now(), |_, _| {})
        .unwrap();
}

#[test]
fn a_killed_restore_leaves_nothing_in_the_place_and_the_next_one_works() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (data, file, back) = (path("data"), path("one.age"), path("back"));
    let pupils = super::program::fixtures("school").join("pupils.csv");
    done(["import", "pupils", pupils.to_str().unwrap(), "--data", &data]);
    let store = eyelid::store::Store::open(data.as_ref(), now()).unwrap();
    for number in 0..300_u32 {
        store.put_blob(&number.to_le_bytes().repeat(1000)).unwrap();
    }
    drop(store);
    done(["backup", &file, "--data", &data]);
    let beside = folder.path().join(".back.eyelid-restoring");
    // on a machine with much else to do it may have ended before it is killed
    let killed = |_: &i32| {
        let _ended_earlier = fs::remove_dir_all(&back);
        let mut restoring = super::program::program(["restore", &file, "--data", &back]).spawn().unwrap();
        while restoring.try_wait().unwrap().is_none() && !beside.join("data/blobs").exists() {}
        restoring.kill().unwrap();
        restoring.wait().unwrap();
        beside.exists()
    };
    assert!((0..20).find(killed).is_some(), "it always ends before it can be killed");
    assert!(beside.exists() && !folder.path().join("back").exists());
    done(["restore", &file, "--data", &back]);
    assert!(!beside.exists());
    site_is_sound(&back);
}
