//! A pack is sent while it is written: whoever reads slowly holds nothing up, and is not given what was said no to meanwhile.
//! One that is written into a folder is whole, whatever becomes of one picture.
#![cfg(test)]

use std::fs;
use std::io::{BufRead, BufReader, Cursor, Read, Write as _};
use std::net::TcpStream;

use eyelid::access::Permission;
use eyelid::consent::ledger::Choice;
use eyelid::domain::camera::Camera;
use eyelid::domain::face::{Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::id::{Digest, FaceId};
use eyelid::pipeline::RollCache;
use eyelid::pipeline::release::{Answer, Request};
use eyelid::release::{Pack, pack};
use eyelid::store::{NewFace, Read as Snapshot, StoreError};
use eyelid::vision::{Limits, Pixels, decode, encode_jpeg};
use serde_json::Value;
use walkdir::WalkDir;
use zip::ZipArchive;

use super::channels::{Scene, api, say, website};
use super::site::{Running, now};

const SIZE: Size = Size { width: 1600, height: 1200 };
/// More than the sockets' buffers on both sides hold.
const PHOTOS: u32 = 9;

/// Noise, which no codec makes small, with a red face.
fn noisy(site: &Running, number: u32) {
    let mut state = number.wrapping_mul(0x9e37_79b9) | 1;
    let mut noise = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    let face = |x: u32, y: u32| (400..460).contains(&x) && (500..580).contains(&y);
    let pixel = |at: u32| {
        let (x, y) = (at % SIZE.width, at / SIZE.width);
        if face(x, y) { [230, 20, 20] } else { [noise() / 2, noise() / 2, noise() / 2] }
    };
    let rgb: Vec<u8> = (0..SIZE.width * SIZE.height).flat_map(pixel).collect();
    let digest = site.store.put_blob(&encode_jpeg(&Pixels::new(SIZE, rgb).unwrap(), None).unwrap()).unwrap();
    let taken = site.store.write(&site.actor(), now(), |w| {
        let event = w.open_event("Sports day", "2026-06-12".parse().unwrap(), &[], "sports-day-2026-06-12")?;
        let id = w.receive(&digest, event.id)?.photo().id.clone();
        w.set_found(&id, SIZE, &Camera::default())?;
        let rect = Rect::new(400.0, 500.0, 460.0, 580.0).unwrap();
        w.add_face(&id, &NewFace { rect, score: Some(0.9), origin: Origin::Detected, landmarks: None })?;
        w.tag(&id, FaceId(1), &Who::Person("P1".parse().unwrap()))?;
        w.set_headcount(&id, 1)?;
        w.set_inspected(&id)?;
        Ok::<_, StoreError>(id)
    });
    taken.unwrap();
}

/// A school that offers its website so many of them.
fn offered() -> Scene {
    let scene = Scene::new(0);
    (1..=PHOTOS).for_each(|number| noisy(&scene.site, number));
    let editor = scene.editor();
    for photo in scene.site.store.read(Snapshot::photos).unwrap() {
        assert_eq!(scene.sign_off(&editor, &photo.id).status, 200);
    }
    scene
}

fn is_seen(jpeg: &[u8]) -> bool {
    let pixels = decode(jpeg, None, &Limits::default()).unwrap().pixels;
    let size = pixels.size();
    let (x, y) = (430 * size.width / SIZE.width, 540 * size.height / SIZE.height);
    let at = usize::try_from(y * size.width + x).unwrap() * 3;
    pixels.rgb()[at] > 180 && pixels.rgb()[at + 1] < 80
}

/// The pictures of a pack in the order in which they were sent, as far as its manifest tells of each.
fn pictures(pack: &[u8]) -> Vec<Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(pack)).unwrap();
    let manifest: Value = serde_json::from_reader(zip.by_name("manifest.json").unwrap()).unwrap();
    let mut all = Vec::new();
    for picture in manifest["pictures"].as_array().unwrap() {
        let mut bytes = Vec::new();
        zip.by_name(picture["file"].as_str().unwrap()).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(blake3::hash(&bytes).to_string(), picture["blake3"].as_str().unwrap());
        all.push(bytes);
    }
    assert_eq!(zip.len(), all.len() + 1);
    all
}

#[test]
fn a_slow_reader_holds_nothing_up_and_gets_nothing_that_was_withdrawn_meanwhile() {
    let scene = offered();
    let site = &scene.site;
    let machine = scene.key(&[Permission::Pull]);
    assert_eq!(pictures(&machine.get(&api("pack.zip")).body).len(), usize::try_from(PHOTOS).unwrap());

    let mut slow = TcpStream::connect(site.address()).unwrap();
    let (path, token) = (api("pack.zip"), machine.token().unwrap());
    let asked =
        format!("GET {path} HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer {token}\r\nX-Forwarded-For: 10.8.8.8\r\n\r\n");
    slow.write_all(asked.as_bytes()).unwrap();
    let mut slow = BufReader::new(slow);
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        slow.read_line(&mut line).unwrap();
    }
    // the first picture has begun to arrive, and no more of it is read: everybody else goes on, and a family says no
    let mut rest = vec![0; 4096];
    slow.read_exact(&mut rest).unwrap();
    say(site, "P1", Choice::Withdrawn);
    assert_eq!(machine.get(&api("feed.json")).status, 200);
    let now_hidden = pictures(&machine.get(&api("pack.zip")).body);
    assert!(now_hidden.iter().all(|picture| !is_seen(picture)), "begun after the no");
    slow.read_to_end(&mut rest).unwrap();
    let seen: Vec<bool> = pictures(&rest).iter().map(|picture| is_seen(picture)).collect();
    assert!(seen[0], "its first bytes had gone before: {seen:?}");
    assert!(!seen.last().unwrap(), "what was not written yet was decided anew: {seen:?}");
    assert!(seen.is_sorted_by(|before, after| before >= after), "{seen:?}");
}

#[test]
fn many_who_stop_reading_keep_nobody_from_writing() {
    let scene = offered();
    let site = &scene.site;
    let machine = scene.key(&[Permission::Pull]);
    let token = machine.token().unwrap();
    let stalled: Vec<TcpStream> = (0..12)
        .map(|_| {
            let mut stream = TcpStream::connect(site.address()).unwrap();
            let path = api("pack.zip");
            let asked = format!(
                "GET {path} HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer {token}\r\nX-Forwarded-For: 10.8.8.9\r\n\r\n"
            );
            stream.write_all(asked.as_bytes()).unwrap();
            // the answer has begun
            stream.read_exact(&mut [0; 12]).unwrap();
            stream
        })
        .collect();
    say(site, "P1", Choice::Withdrawn);
    assert!(pictures(&machine.get(&api("pack.zip")).body).iter().all(|picture| !is_seen(picture)));
    drop(stalled);
}

#[test]
fn a_picture_that_is_lost_under_way_keeps_no_other_out_of_the_folder() {
    let scene = Scene::new(3);
    let editor = scene.editor();
    scene.photos.iter().for_each(|photo| assert_eq!(scene.sign_off(&editor, photo).status, 200));
    let (site, folder) = (&scene.site, tempfile::tempdir().unwrap());
    let (channel, category) = site.school.channel(&website()).unwrap();
    let (roll, actor) = (RollCache::default(), site.actor());
    let request = Request { school: &site.school, roll: &roll, channel, category, actor: &actor };
    // once it was made, the first photo's bytes are gone from the disk
    let mut lost = None;
    let made = pack(&site.store, &request, folder.path(), now, |photo, answer| {
        let Ok(Answer::Released(released)) = answer else { panic!("{answer:?}") };
        if lost.is_none() {
            lost = Some(photo.id.clone());
            let gone = [photo.digest, Digest::of(released.bytes())];
            let blobs = WalkDir::new(site.data().join("blobs")).into_iter().map(Result::unwrap);
            let files = blobs.filter(|entry| entry.file_type().is_file());
            let found = files.filter(|file| gone.contains(&Digest::of(&fs::read(file.path()).unwrap())));
            assert_eq!(found.map(|file| fs::remove_file(file.path()).unwrap()).count(), 2);
        }
    });
    let made = made.unwrap();
    let others: Vec<_> = scene.photos.iter().filter(|photo| Some(*photo) != lost.as_ref()).collect();
    assert_eq!(made.pictures.iter().map(|picture| &picture.photo).collect::<Vec<_>>(), others);
    let mut files: Vec<_> = made.pictures.iter().map(|picture| picture.file.clone()).collect();
    files.push("manifest.json".into());
    let mut held: Vec<_> =
        folder.path().read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    held.sort();
    files.sort();
    assert_eq!(held, files);
    let told: Pack = serde_json::from_slice(&fs::read(folder.path().join("manifest.json")).unwrap()).unwrap();
    assert_eq!(told, made);
}
