//! The camera folder: whole files become photos, growing ones wait, refused ones are told, and nothing is lost or deleted unasked.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use eyelid::access::Role;
use eyelid::config::{CameraFolder, School};
use eyelid::domain::camera::Camera;
use eyelid::domain::geometry::Size;
use eyelid::domain::time::Timestamp;
use eyelid::office::camera_folder::{Looked, Watcher};
use eyelid::store::{Read, Store};
use eyelid::vision::{Pixels, encode_jpeg};
use tempfile::TempDir;

use super::browser::looked_at;
use super::naming::person;
use super::photos::text;
use super::program::program;
use super::site::{Running, now};

struct Folder {
    site: Running,
    cameras: PathBuf,
    _kept: TempDir,
}

fn folder(delete: bool) -> Folder {
    let kept = TempDir::new().unwrap();
    let cameras = kept.path().join("cameras");
    fs::create_dir(&cameras).unwrap();
    let settings = CameraFolder { path: cameras.clone(), settle_seconds: 30, delete };
    let school = School { behind_proxy: true, camera_folder: Some(settings), ..School::default() };
    let site = Running::over(TempDir::new().unwrap(), school);
    site.store.write(&site.actor(), now(), |w| w.save_person(&person("P1", "Mia", "Oakfield", "Oak"))).unwrap();
    Folder { site, cameras, _kept: kept }
}

/// A small photo like no other of another shade.
fn photo(shade: u8) -> Vec<u8> {
    encode_jpeg(&Pixels::new(Size { width: 16, height: 16 }, vec![shade; 16 * 16 * 3]).unwrap(), None).unwrap()
}

fn after(seconds: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_secs(seconds)
}

impl Folder {
    fn put(&self, path: &str, bytes: &[u8]) {
        let path = self.cameras.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn look(&self, watcher: &mut Watcher, seconds: i64) -> Looked {
        let Running { store, school, .. } = &self.site;
        let settings = school.camera_folder.as_ref().unwrap();
        watcher.look(store, school, settings, &"cameras".parse().unwrap(), after(seconds)).unwrap()
    }

    fn events(&self) -> Vec<(String, String, usize)> {
        let Running { store, .. } = &self.site;
        let events = store.read(Read::events).unwrap().into_iter();
        let photos = |event| store.read(|r| r.photos_of_event(event)).unwrap().len();
        events.map(|event| (event.name, event.date.to_string(), photos(event.id))).collect()
    }

    fn has(&self, path: &str) -> bool {
        self.cameras.join(path).exists()
    }
}

const SPORTS: &str = "2026-06-12 Sports day";

fn looked(taken: usize, refused: usize, waiting: usize) -> Looked {
    Looked { taken, refused, waiting }
}

#[test]
fn whole_files_come_in_once_and_growing_ones_wait() {
    let folder = folder(false);
    let mut watcher = Watcher::default();
    folder.put(&format!("{SPORTS}/IMG_1.JPG"), &photo(1));
    folder.put(&format!("{SPORTS}/card/DCIM/IMG_2.JPG"), &photo(2));
    let half = photo(3);
    folder.put(&format!("{SPORTS}/IMG_3.JPG"), &half[..half.len() / 2]);
    folder.put(&format!("{SPORTS}/IMG_4.JPG.part"), &photo(4));
    folder.put(".hidden/IMG_5.JPG", &photo(5));
    symlink("/etc/hostname", folder.cameras.join(SPORTS).join("IMG_6.JPG")).unwrap();
    assert_eq!(folder.look(&mut watcher, 0), looked(0, 0, 3));
    assert_eq!(folder.look(&mut watcher, 29), looked(0, 0, 3), "not before they have stood still");
    folder.put(&format!("{SPORTS}/IMG_3.JPG"), &half[..half.len() - 9]);
    assert_eq!(folder.look(&mut watcher, 30), looked(2, 0, 1), "the growing one waits");
    folder.put(&format!("{SPORTS}/IMG_3.JPG"), &half);
    assert_eq!(folder.look(&mut watcher, 31), looked(0, 0, 1));
    assert_eq!(folder.look(&mut watcher, 61), looked(1, 0, 0));
    assert_eq!(folder.look(&mut watcher, 90), looked(0, 0, 0));
    assert_eq!(folder.events(), [("Sports day".to_owned(), "2026-06-12".to_owned(), 3)]);
    // another watcher, as after a restart, takes nothing twice
    let mut again = Watcher::default();
    folder.look(&mut again, 100);
    assert_eq!(folder.look(&mut again, 200), looked(0, 0, 0));
    assert_eq!(folder.events()[0].2, 3);
    for kept in ["IMG_1.JPG", "IMG_3.JPG", "IMG_4.JPG.part", "card/DCIM/IMG_2.JPG"] {
        assert!(folder.has(&format!("{SPORTS}/{kept}")), "{kept}");
    }
    let rows = folder.site.store.read(|r| r.audit_rows(None, 0, 1000)).unwrap();
    assert!(rows.iter().all(|row| !row.event.contains("IMG") && row.event().is_some()));
    assert_eq!(rows.iter().filter(|row| row.event.contains("camera_file")).count(), 3);
}

#[test]
fn refused_files_are_told_with_the_remedy_and_looked_at_again_when_they_change() {
    let folder = folder(true);
    let mut watcher = Watcher::default();
    folder.put(&format!("{SPORTS}/notes.jpg"), b"no photo");
    folder.put("Mia Oakfield is nine/IMG_1.JPG", &photo(1));
    folder.put("IMG_9.JPG", &photo(9));
    folder.look(&mut watcher, 0);
    assert_eq!(folder.look(&mut watcher, 30), looked(1, 2, 0));
    let staff = folder.site.signed_in(Role::Staff);
    assert!(staff.get("/events").text().contains("/events/cameras"));
    let page = staff.get("/events/cameras").text();
    assert!(page.contains("notes.jpg") && page.contains("Mia Oakfield is nine/IMG_1.JPG"), "{page}");
    assert!(page.contains("rename the folder") && !page.contains("IMG_9"), "{page}");
    assert_eq!(looked_at("cameras", &folder.site, staff.cookie(), &[&"/events/cameras".to_owned()]), "");
    let listed = staff.get("/api/v1/camera-folder/refused").value();
    let files: BTreeSet<&str> =
        listed["items"].as_array().unwrap().iter().map(|item| item["file"].as_str().unwrap()).collect();
    assert_eq!(files.len(), 2);
    assert_eq!(folder.site.signed_in(Role::Dpo).get("/events/cameras").status, 403);
    // what lies in no folder has an event of its own, of the day it was written
    assert!(folder.events().iter().any(|(name, ..)| name == "From the cameras"));
    // mended, it comes in; what was refused is never deleted
    folder.put(&format!("{SPORTS}/notes.jpg"), &photo(7));
    folder.look(&mut watcher, 60);
    assert_eq!(folder.look(&mut watcher, 90), looked(1, 0, 0));
    assert!(!staff.get("/events/cameras").text().contains("notes.jpg"));
    folder.look(&mut watcher, 91);
    assert!(folder.has("IMG_9.JPG") && folder.has("Mia Oakfield is nine/IMG_1.JPG"), "nobody has looked into it yet");
    // looked into, a photo's file goes where the school wants that
    let store = &folder.site.store;
    for photo in store.read(Read::photos).unwrap() {
        let found = store.write(&folder.site.actor(), after(92), |w| {
            w.set_found(&photo.id, Size { width: 16, height: 16 }, &Camera::default())
        });
        found.unwrap();
    }
    folder.look(&mut watcher, 93);
    assert!(!folder.has("IMG_9.JPG") && !folder.has(&format!("{SPORTS}/notes.jpg")));
    assert!(folder.has("Mia Oakfield is nine/IMG_1.JPG"));
}

#[test]
fn a_folder_that_is_away_is_told_and_a_path_has_to_be_whole() {
    let folder = folder(false);
    fs::remove_dir_all(&folder.cameras).unwrap();
    let staff = folder.site.signed_in(Role::Staff);
    let page = staff.get("/events/cameras");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("The camera folder cannot be read"), "{}", page.text());
    assert_eq!(staff.get("/api/v1/camera-folder/refused").status, 422);
    let read = |path: &str| School::read(&format!("[camera_folder]\npath = '{path}'"), Path::new("school.toml"));
    assert!(read("cameras").is_err() && read("/srv/cameras").is_ok());
    assert!(Running::start().signed_in(Role::Staff).get("/events/cameras").text().contains("has no camera folder"));
}

#[test]
fn a_served_school_takes_its_camera_folder_in_by_itself() {
    let dir = TempDir::new().unwrap();
    let (data, cameras) = (dir.path().join("data"), dir.path().join("cameras"));
    fs::create_dir_all(&data).unwrap();
    fs::create_dir_all(cameras.join(SPORTS)).unwrap();
    let settings = format!("[camera_folder]\npath = '{}'\nsettle_seconds = 1\n", cameras.display());
    fs::write(data.join("school.toml"), settings).unwrap();
    fs::write(cameras.join(SPORTS).join("IMG_1.JPG"), photo(1)).unwrap();
    let mut served = program(["serve", "--listen", "127.0.0.1:0", "--data", text(&data)])
        .env("EYELID_LOG", "info")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(served.stderr.take().unwrap()).lines().map(Result::unwrap);
    let line = told.find(|line| line.contains("camera folder")).expect("the log tells what came in");
    served.kill().unwrap();
    served.wait().unwrap();
    assert!(line.contains("taken=1") && !line.contains("IMG"), "{line}");
    let store = Store::open(&data, now()).unwrap();
    let photos = store.read(Read::photos).unwrap();
    assert_eq!(photos.len(), 1);
    let event = store.read(|r| r.event(photos[0].event)).unwrap().unwrap();
    assert_eq!((event.name.as_str(), event.date.to_string().as_str()), ("Sports day", "2026-06-12"));
}
