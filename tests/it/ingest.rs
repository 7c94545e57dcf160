//! Taking photos in from outside: killed, interrupted, run twice at once, hungry for memory.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};

use eyelid::domain::time::Timestamp;
use eyelid::store::{JobCounts, Read, Store, StoreError, Summary};
use eyelid::vision::encode_jpeg;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use walkdir::WalkDir;

use super::photos::{picture, small, text, with_exif};
use super::program::{eyelid, program};

/// Five photos with faces, one of them twice, one with metadata, and a file that is no picture.
fn camera_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    for (name, long_side) in [("a.jpg", 96), ("c.jpg", 104), ("d.jpg", 112), ("e.jpg", 120)] {
        put(name, &small("torture/upright.jpg", long_side));
    }
    put("b.jpg", b"no picture");
    put("f.jpg", &small("torture/upright.jpg", 96));
    put("g.jpg", &with_exif(&small("torture/upright.jpg", 128)));
    folder
}

fn ingest<'a>(photos: &'a Path, data: &'a Path) -> [&'a str; 7] {
    ["ingest", text(photos), "--event=Sports day", "--date=2026-06-12", "--json", "--data", text(data)]
}

fn open(data: &Path) -> Store {
    Store::open(data, Timestamp::UNIX_EPOCH).unwrap()
}

/// Everything that the folder says, without the moments; damage of any kind is a failure.
fn state(data: &Path) -> String {
    let store = open(data);
    let damage = store.examine(&[]).unwrap();
    assert!(damage.is_empty(), "{damage:?}");
    let told = store.read(|read| {
        let mut told = format!("{:#?}\n", read.summary()?);
        for event in read.events()? {
            told += &format!("{event:?} {}\n", read.stem(event.id)?);
        }
        for photo in read.photos()? {
            let told_of = (&photo.id, photo.digest, photo.event, photo.ordinal, photo.state, photo.size, &photo.camera);
            told += &format!("{told_of:?} {:#?}\n", read.faces(&photo.id)?);
        }
        Ok::<_, StoreError>(told)
    });
    let mut blobs: Vec<String> = WalkDir::new(data.join("blobs"))
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(data).unwrap().display().to_string())
        .collect();
    blobs.sort();
    format!("{}{blobs:#?}", told.unwrap())
}

/// How many rows the audit chain of a folder in use has; nothing before it has one.
fn audit_rows(data: &Path) -> u64 {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let count = rusqlite::Connection::open_with_flags(data.join("eyelid.db"), flags)
        .and_then(|database| database.query_row("select audit_count from meta", [], |row| row.get(0)));
    count.unwrap_or(0)
}

/// Runs ingest and kills it as soon as the audit chain has so many rows; says whether it was killed before its end.
fn killed_at(photos: &Path, data: &Path, rows: u64) -> bool {
    let mut child = program(ingest(photos, data)).stdout(Stdio::null()).spawn().unwrap();
    while child.try_wait().unwrap().is_none() {
        if audit_rows(data) >= rows {
            child.kill().unwrap();
            break;
        }
    }
    child.wait().unwrap().signal() == Some(9)
}

#[test]
fn killed_anywhere_and_run_again_the_folder_is_as_if_undisturbed() {
    let photos = camera_folder();
    let undisturbed = TempDir::new().unwrap();
    let ran = eyelid(ingest(photos.path(), undisturbed.path()));
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let expected = state(undisturbed.path());
    let summary = open(undisturbed.path()).read(Read::summary).unwrap();
    let jobs = JobCounts { done: 10, ..JobCounts::default() };
    assert_eq!(summary, Summary { events: 1, photos: 5, inspected: 5, jobs, ..Summary::default() });

    let rows = audit_rows(undisturbed.path());
    let mut killed = 0;
    for row in 0..rows {
        let data = TempDir::new().unwrap();
        killed += usize::from(killed_at(photos.path(), data.path(), row));
        let ran = eyelid(ingest(photos.path(), data.path()));
        assert_eq!(ran.code, Some(1), "killed at row {row}: {}", ran.err);
        assert_eq!(state(data.path()), expected, "killed at row {row}");
    }
    assert!(killed >= 25, "killed only {killed} times of {rows}");
}

#[test]
fn killed_again_and_again_in_one_folder_it_still_comes_to_its_end() {
    let photos = camera_folder();
    let (undisturbed, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    eyelid(ingest(photos.path(), undisturbed.path()));
    let mut rows = 0;
    while killed_at(photos.path(), data.path(), rows + 9) {
        rows = audit_rows(data.path());
        assert!(rows < 500, "it never ends");
    }
    let ran = eyelid(ingest(photos.path(), data.path()));
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(state(data.path()), state(undisturbed.path()));
}

#[test]
fn two_at_once_and_a_worker_beside_lose_nothing_and_do_nothing_twice() {
    let photos = camera_folder();
    let (undisturbed, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    eyelid(ingest(photos.path(), undisturbed.path()));
    open(data.path());
    let worker = ["worker", "--once", "--data", text(data.path())];
    let mut children: Vec<_> = [&ingest(photos.path(), data.path())[..], &ingest(photos.path(), data.path()), &worker]
        .into_iter()
        .map(|arguments| program(arguments).stdout(Stdio::null()).spawn().unwrap())
        .collect();
    let codes: Vec<_> = children.iter_mut().map(|child| child.wait().unwrap().code()).collect();
    assert_eq!(codes, [Some(1), Some(1), Some(0)]);
    assert_eq!(state(data.path()), state(undisturbed.path()));
}

/// So many different pictures of a few pixels.
fn many_photos(count: u8) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut pixels = picture("torture/upright.jpg", 48);
    for number in 0..count {
        for (bit, row) in pixels.rgb_mut().chunks_mut(3 * 48).take(8).enumerate() {
            row.fill(if number >> bit & 1 == 1 { 255 } else { 0 });
        }
        fs::write(folder.path().join(format!("{number:03}.jpg")), encode_jpeg(&pixels, None).unwrap()).unwrap();
    }
    folder
}

#[test]
fn two_hundred_photos_interrupted_halfway_are_completed_by_the_next_run() {
    let photos = many_photos(200);
    let data = TempDir::new().unwrap();
    let mut child = program(ingest(photos.path(), data.path())).stdout(Stdio::null()).spawn().unwrap();
    while audit_rows(data.path()) < 900 {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before half of its rows");
    }
    let pid = Pid::from_child(&child);
    // not the signal of Ctrl-C: a run in the background may be told to ignore that one
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(15));
    let done = |data: &Path| open(data).read(Read::summary).unwrap();
    assert!(done(data.path()).inspected < 200);

    let ran = eyelid(ingest(photos.path(), data.path()));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.err, "", "no bar where standard error is no terminal");
    assert_eq!(ran.objects().len(), 200);
    assert!(ran.objects().iter().all(|line| line["photo"].is_string() && line["reason"].is_null()));
    let jobs = JobCounts { done: 400, ..JobCounts::default() };
    let expected = Summary { events: 1, photos: 200, inspected: 200, jobs, ..Summary::default() };
    assert_eq!(done(data.path()), expected);
    assert!(open(data.path()).examine(&[]).unwrap().is_empty());
    let ordinals: Vec<u32> = open(data.path()).read(Read::photos).unwrap().iter().map(|photo| photo.ordinal).collect();
    assert_eq!(ordinals, (1..=200).collect::<Vec<u32>>());
}

#[test]
fn a_terminal_is_shown_how_far_it_is() {
    let photos = many_photos(3);
    let data = TempDir::new().unwrap();
    let line: Vec<String> = std::iter::once(env!("CARGO_BIN_EXE_eyelid"))
        .chain(ingest(photos.path(), data.path()))
        .map(|word| format!("'{word}'"))
        .collect();
    let shown = Command::new("script").args(["-qec", &line.join(" "), "/dev/null"]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("taking in") && shown.contains(" 3/3 "), "{shown}");
    assert!(shown.contains("inspecting") && shown.contains(" 6/6 "), "{shown}");
}

#[test]
fn a_damaged_photo_is_refused_by_its_first_job() {
    let (photos, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut bytes = small("torture/upright.jpg", 128);
    let scan = bytes.windows(2).position(|marker| marker == [0xff, 0xda]).unwrap();
    // an end amid the picture: the outline is sound
    bytes[scan + 40..scan + 42].copy_from_slice(&[0xff, 0xd9]);
    fs::write(photos.path().join("damaged.jpg"), bytes).unwrap();
    let ran = eyelid(ingest(photos.path(), data.path()));
    assert_eq!(ran.code, Some(1));
    let line = ran.objects().remove(0);
    assert_eq!(line["status"], "refused", "{}", ran.err);
    assert!(line["photo"].is_string(), "its outline is sound, and only its job can tell: {line}");
    assert!(line["reason"].as_str().unwrap().contains("damaged"), "{line}");
    let summary = open(data.path()).read(Read::summary).unwrap();
    let jobs = JobCounts { done: 1, ..JobCounts::default() };
    assert_eq!(summary, Summary { events: 1, photos: 1, refused: 1, jobs, ..Summary::default() });
    assert!(open(data.path()).examine(&[]).unwrap().is_empty());
}
