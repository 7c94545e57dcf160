//! One photo afternoon at a school in a real browser, by keyboard alone, and what the outside sees after each of its people.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use eyelid::access::totp::TotpSecret;
use eyelid::access::{Permission, Role, password};
use eyelid::config::School;
use eyelid::domain::face::Who;
use eyelid::domain::id::{ActorId, Digest, PhotoId};
use eyelid::domain::time::Timestamp;
use eyelid::import::{Extent, Mapping, SheetKind};
use eyelid::office::{self, NewKey, Source, family};
use eyelid::pipeline::worker::Bench;
use eyelid::pipeline::{RollCache, place_photos};
use eyelid::store::{NewAccount, StoreError};
use eyelid::vision::{Detector, Limits, Pixels, decode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tempfile::TempDir;
use zip::ZipArchive;

use super::program::{empty_folder, fixtures};
use super::released::at;
use super::site::{Client, Running, captured, totp};
use super::truth::{Photo, RESTRICTED, granted, photos, places, scaled};

/// An afternoon of the autumn term, in which the school's consents are in force. Time goes on each time that somebody asks for
/// it, and by so little that a code of the beginning is good to the end.
fn autumn() -> Timestamp {
    static ASKED: AtomicI64 = AtomicI64::new(0);
    let start: Timestamp = "2026-11-18T14:00:00Z".parse().unwrap();
    start + SignedDuration::from_micros(50 * ASKED.fetch_add(1, Ordering::Relaxed))
}

const PASSWORD: &str = "walnut-harbour-tuesday";
const AMELIA: &str = "P012";
const LEO: &str = "P031";

#[test]
fn an_afternoon_by_keyboard_at_a_desk() {
    afternoon(1280, true);
}

#[test]
fn an_afternoon_by_keyboard_on_a_phone() {
    afternoon(320, true);
}

#[test]
fn an_afternoon_without_script() {
    afternoon(1280, false);
}

/// A teacher, an editor, a parent, the safeguarding lead and the data protection officer, one after the other.
fn afternoon(width: u32, script: bool) {
    let house = House::new(&format!("afternoon-{width}-{script}"));
    let mut story = Story::begin(&house, width, script);
    story.comes_to("inspect");
    house.inspect();
    story.go_on(&Value::Null);
    story.comes_to("teacher has gone");
    house.assert_all_named();
    house.assert_nothing_is_out();
    story.go_on(&Value::Null);
    story.comes_to("editor has gone");
    let signed = house.outside();
    house.assert_hidden(&signed, |person| !granted(person, "website"));
    assert!(signed.len() >= 8 && house.with(&signed, AMELIA) >= 2 && house.with(&signed, LEO) >= 2, "{}", signed.len());
    story.go_on(&Value::Null);
    story.comes_to("letter");
    story.go_on(&json!({ "link": house.link() }));
    story.comes_to("parent has gone");
    let withdrawn = house.outside();
    house.assert_hidden(&withdrawn, |person| person == AMELIA || !granted(person, "website"));
    house.assert_only_changed(&signed, &withdrawn, AMELIA);
    story.go_on(&Value::Null);
    story.comes_to("lead has gone");
    let restricted = house.outside();
    assert_eq!(house.with(&restricted, LEO), 0);
    house.assert_only_changed(&withdrawn, &restricted, LEO);
    story.go_on(&Value::Null);
    story.comes_to("officer has gone");
    house.assert_whole_file();
    story.go_on(&Value::Null);
    story.ends();
}

/// The demo's school with nobody's photos in it, and everybody who comes by.
struct House {
    site: Running,
    photos: Vec<Photo>,
    folder: PathBuf,
    mail: PathBuf,
    key: String,
    code: String,
}

impl House {
    fn new(name: &str) -> Self {
        let data = TempDir::new().unwrap();
        let folder = empty_folder(name);
        let mail = folder.join("mail");
        fs::copy(fixtures("school/school.toml"), data.path().join("school.toml")).unwrap();
        let school = School::load(data.path()).unwrap();
        let address = Some("http://hill.example".to_owned());
        let school = School { behind_proxy: false, address, mail: Some(captured(&mail)), ..school };
        let site = Running::at(autumn, data, school);
        let house = Self { site, photos: twenty(), folder, mail, key: String::new(), code: code() };
        house.enrol();
        let scopes = BTreeSet::from([Permission::Pull]);
        let new = NewKey { channel: "website".parse().unwrap(), scopes, label: "the website".into(), days: 30 };
        let (store, school) = (&house.site.store, &house.site.school);
        let (_, key) = office::make_token(store, school, &new, &house.site.actor(), autumn()).unwrap();
        Self { key: key.reveal().to_owned(), ..house }
    }

    /// The register with its consents, and an account for everybody of the story.
    fn enrol(&self) {
        let Running { store, school, .. } = &self.site;
        let actor = self.site.actor();
        let read = |name: &str| fs::read(fixtures("school").join(name)).unwrap();
        let (pupils, consents, mapping) = (read("pupils.csv"), read("consents.csv"), Mapping::default());
        let source =
            |bytes| Source { bytes, kind: SheetKind::Csv, mapping: &mapping, confirm_loosening: true, dry_run: false };
        office::enrol_pupils(store, school, &source(&pupils), Extent::Full, &actor, autumn()).unwrap();
        office::enrol_consents(store, school, &source(&consents), &actor, autumn()).unwrap();
        office::safeguarding::restrict(store, &RESTRICTED.parse().unwrap(), None, &actor, autumn()).unwrap();
        let hash = password::hash(PASSWORD).unwrap();
        let editor = Role::Editor("website".parse().unwrap());
        for (name, role) in [("staff", Role::Staff), ("editor", editor), ("dsl", Role::Dsl), ("dpo", Role::Dpo)] {
            let login = format!("{name}@hill.example");
            let new = NewAccount { login, name: role.title(), roles: BTreeSet::from([role]), person: None };
            let made = store.write(&actor, autumn(), |w| {
                let account = w.add_account(&new)?;
                w.set_password(account, &hash, false)?;
                w.set_second_factor(account, Some((&totp(), &[Digest::of(b"code")])))
            });
            made.unwrap();
        }
        let amelia = AMELIA.parse().unwrap();
        store.write(&actor, autumn(), |w| family::link(w, &amelia, "parent@home.example", None)).unwrap();
    }

    /// Does what the workers of the service do, until nothing waits.
    fn inspect(&self) {
        let Running { store, school, .. } = &self.site;
        let (detector, actor) = (Detector::open().unwrap(), "worker".parse::<ActorId>().unwrap());
        let bench = Bench { store, school, detector: &detector, actor: &actor, clock: autumn };
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let worker = store.sign_on().unwrap();
                    while bench.step(&worker).unwrap().is_some() {}
                });
            }
        });
        let roll = RollCache::default();
        while place_photos(store, school, &roll, &actor, autumn(), 200).unwrap() > 0 {}
    }

    fn assert_all_named(&self) {
        for photo in &self.photos {
            let (faces, counted) = self
                .site
                .store
                .read(|r| Ok::<_, StoreError>((r.faces(&photo.id)?, r.photo_history(&photo.id)?.facts().headcount)))
                .unwrap();
            let told = |who: &Who| match who {
                Who::Person(id) => Some(id.to_string()),
                Who::Visitor => Some("visitor".to_owned()),
                Who::NotAFace => None,
                Who::Unknown | Who::Suggested(_) => panic!("a face of {} has no name", photo.path),
            };
            let mut named: Vec<String> = faces.iter().filter_map(|face| told(&face.who)).collect();
            let mut true_ones: Vec<&str> = photo.faces.iter().map(|face| self.known(&face.person)).collect();
            named.sort_unstable();
            true_ones.sort_unstable();
            assert_eq!(named, true_ones, "{}", photo.path);
            assert!(counted.is_some(), "{} was not counted", photo.path);
        }
    }

    /// Visitors are on no register of pupils and staff.
    fn known<'a>(&self, person: &'a str) -> &'a str {
        let known = self.site.store.read(|r| r.person(&person.parse().unwrap())).unwrap().is_some();
        if known { person } else { "visitor" }
    }

    fn website(&self) -> Client<'_> {
        self.site.machine(&self.key)
    }

    fn assert_nothing_is_out(&self) {
        let feed = self.website().get("/api/v1/channels/website/feed.json").value();
        assert_eq!(feed["items"], json!([]));
        for photo in &self.photos {
            let image = self.website().get(&format!("/api/v1/channels/website/images/{}.jpg", photo.id));
            assert!(matches!(image.status, 403 | 404 | 409 | 410), "{}: {}", photo.path, image.status);
        }
    }

    /// What the website gets now: the same by the feed, by the pictures' addresses and in the ZIP file.
    fn outside(&self) -> BTreeMap<PhotoId, Vec<u8>> {
        let client = self.website();
        let feed = client.get("/api/v1/channels/website/feed.json").value();
        let listed: BTreeSet<String> =
            feed["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        let mut out = BTreeMap::new();
        for photo in &self.photos {
            let image = client.get(&format!("/api/v1/channels/website/images/{}.jpg", photo.id));
            let is_listed = listed.iter().any(|id| id.contains(photo.id.as_str()));
            assert_eq!(image.status == 200, is_listed, "{}: {}", photo.path, image.status);
            if is_listed {
                out.insert(photo.id.clone(), image.body);
            }
        }
        assert_eq!(out.len(), listed.len());
        let pack = client.get("/api/v1/channels/website/pack.zip");
        let packed: BTreeSet<Vec<u8>> = unpacked(pack.body)
            .into_iter()
            .filter(|(name, _)| name.ends_with(".jpg"))
            .map(|(_, bytes)| bytes)
            .collect();
        assert_eq!(packed, out.values().cloned().collect(), "the ZIP file holds what the feed tells of");
        out
    }

    fn photo(&self, id: &PhotoId) -> &Photo {
        self.photos.iter().find(|photo| photo.id == *id).unwrap()
    }

    /// In how many of these pictures somebody is.
    fn with(&self, out: &BTreeMap<PhotoId, Vec<u8>>, person: &str) -> usize {
        out.keys().filter(|id| self.photo(id).shows(person)).count()
    }

    /// Nothing is left of those who must be hidden, and others can be seen.
    fn assert_hidden(&self, out: &BTreeMap<PhotoId, Vec<u8>>, must_hide: impl Fn(&str) -> bool) {
        let (mut hidden, mut shown) = (0, 0);
        for (id, bytes) in out {
            let photo = self.photo(id);
            let original = decode(&photo.bytes, None, &Limits::default()).unwrap().pixels.size();
            let pixels = decode(bytes, None, &Limits::default()).unwrap().pixels;
            for face in &photo.faces {
                let spread = spread(&pixels, scaled(&face.rect, original, pixels.size()));
                if must_hide(&face.person) {
                    assert!(spread <= 24, "{} can be seen in {} ({spread})", face.person, photo.path);
                    hidden += 1;
                } else {
                    shown += usize::from(spread > 60);
                }
            }
        }
        assert!(hidden >= 3 && shown >= 10, "{hidden} hidden, {shown} shown: this proves little");
    }

    /// Pictures without somebody are as they were, and those with them are not.
    fn assert_only_changed(&self, old: &BTreeMap<PhotoId, Vec<u8>>, new: &BTreeMap<PhotoId, Vec<u8>>, person: &str) {
        for (id, bytes) in old {
            let photo = self.photo(id);
            assert_eq!(new.get(id) == Some(bytes), !photo.shows(person), "{}", photo.path);
        }
        assert!(new.keys().all(|id| old.contains_key(id)));
    }

    /// The address in the only message.
    fn link(&self) -> String {
        // whoever asks is answered before the message is written
        for _ in 0..100_000 {
            self.site.stranger().get("/healthz");
            let files = fs::read_dir(&self.mail).map_or(Vec::new(), |files| files.map(|f| f.unwrap().path()).collect());
            if let Some(letter) = files.iter().find(|file| file.extension().is_some_and(|kind| kind == "eml")) {
                let letter = fs::read_to_string(letter).unwrap().replace("=\r\n", "");
                let (_, rest) = letter.split_once("http://hill.example").unwrap();
                return rest.split_whitespace().next().unwrap().to_owned();
            }
        }
        panic!("no message was written");
    }

    /// The child's file holds what was said today, her pictures, and nobody else's name.
    fn assert_whole_file(&self) {
        let files = unpacked(fs::read(self.folder.join("whole-file.zip")).unwrap());
        let texts: String = files
            .iter()
            .filter(|(name, _)| !name.ends_with(".jpg"))
            .map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap())
            .collect();
        assert!(texts.contains("withdrawn") && texts.contains("O'Brien-Smith"));
        for other in ["Wong", "Sharma", "Hussain", "court order"] {
            assert!(!texts.contains(other), "{other} stands in the file");
        }
        let own = self.photos.iter().filter(|photo| photo.shows(AMELIA)).count();
        assert_eq!(files.keys().filter(|name| name.ends_with(".jpg")).count(), own);
    }
}

impl Photo {
    fn shows(&self, person: &str) -> bool {
        self.faces.iter().any(|face| face.person == person)
    }
}

/// How far the brightest and the darkest point of the middle of a face are apart.
fn spread(pixels: &Pixels, face: eyelid::domain::geometry::Region) -> u8 {
    let (across, down) = ((face.right - face.left) / 4, (face.bottom - face.top) / 4);
    let (left, right, top, bottom) = (face.left + across, face.right - across, face.top + down, face.bottom - down);
    let middle = eyelid::domain::geometry::Region { left, top, right, bottom };
    let levels: Vec<u8> = places(middle).map(|(x, y)| at(pixels, x, y)[1]).collect();
    levels.iter().max().unwrap() - levels.iter().min().unwrap()
}

fn unpacked(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut files = BTreeMap::new();
    for name in names {
        let mut bytes = Vec::new();
        std::io::copy(&mut archive.by_name(&name).unwrap(), &mut bytes).unwrap();
        files.insert(name, bytes);
    }
    files
}

/// The school's photos and two of them once more, with bytes behind that make them others.
fn twenty() -> Vec<Photo> {
    let mut all = photos();
    for mut again in photos().into_iter().take(2) {
        again.bytes.extend_from_slice(b"another");
        again.id = Digest::of(&again.bytes).to_string().chars().take(20).collect::<String>().parse().unwrap();
        again.path = format!("{}.JPG", again.id);
        all.push(again);
    }
    assert_eq!(all.len(), 20);
    all
}

/// What an authenticator app shows at the moment of the story.
fn code() -> String {
    let secret: TotpSecret = totp();
    let step = u64::try_from(autumn().as_second() / 30).unwrap();
    let fits = |digits: &u32| secret.verify(&format!("{digits:06}"), None, autumn()) == Some(step);
    format!("{:06}", (0..1_000_000).find(fits).unwrap())
}

/// The browser with whoever sits before it.
struct Story {
    browser: Child,
    tell: ChildStdin,
    heard: BufReader<std::process::ChildStdout>,
    found: Vec<String>,
}

impl Story {
    fn begin(house: &House, width: u32, script: bool) -> Self {
        let top = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut browser = Command::new("node")
            .arg(top.join("tests/browser/journeys.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let tell = browser.stdin.take().unwrap();
        let heard = BufReader::new(browser.stdout.take().unwrap());
        let mut story = Self { browser, tell, heard, found: Vec::new() };
        let mut files: Vec<PathBuf> =
            house.photos.iter().map(|photo| house.folder.join(format!("{}.jpg", photo.id))).collect();
        for (file, photo) in files.iter().zip(&house.photos) {
            fs::write(file, &photo.bytes).unwrap();
        }
        files.push(house.folder.join("notes.jpg"));
        fs::write(files.last().unwrap(), "no photo").unwrap();
        let people = house.site.store.read(eyelid::store::Read::people).unwrap();
        let people: BTreeMap<String, &str> =
            people.iter().map(|(id, person)| (id.to_string(), person.name.first())).collect();
        let of = |photo: &Photo| {
            let face = |face: &super::truth::Face| json!({ "person": face.person, "box": face.rect });
            (photo.id.to_string(), json!({ "faces": photo.faces.iter().map(face).collect::<Vec<_>>() }))
        };
        let photos: BTreeMap<String, Value> = house.photos.iter().map(of).collect();
        story.go_on(&json!({
            "base": house.site.url(""), "width": width, "script": script, "shots": top.join("target/browser/journeys"),
            "people": people, "photos": photos, "files": files, "password": PASSWORD, "code": house.code,
            "download": house.folder.join("whole-file.zip"),
        }));
        story
    }

    /// Waits until the browser asks for this.
    fn comes_to(&mut self, asked: &str) {
        let told = self.hear().unwrap_or_else(|| panic!("the story ended before `{asked}`: {:#?}", self.found));
        assert_eq!(told, asked, "{:#?}", self.found);
    }

    /// The next question; what was found on the way is kept.
    fn hear(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.heard.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            let line: Value = serde_json::from_str(&line).unwrap();
            match line["ask"].as_str() {
                Some(asked) => return Some(asked.to_owned()),
                None => self.found.push(line["found"].as_str().unwrap().to_owned()),
            }
        }
    }

    fn go_on(&mut self, answer: &Value) {
        writeln!(self.tell, "{answer}").unwrap();
    }

    fn ends(mut self) {
        assert_eq!(self.hear(), None);
        assert_eq!(self.found, [""; 0]);
        assert!(self.browser.wait().unwrap().success());
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        // a story that was broken off leaves no browser behind
        drop(self.browser.kill());
        drop(self.browser.wait());
    }
}
