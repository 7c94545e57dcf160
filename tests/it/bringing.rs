//! Photos come in through the service: many at once, again, too large, broken, and while too many wait.
#![cfg(test)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::thread;

use eyelid::access::Role;
use eyelid::domain::geometry::Size;
use eyelid::domain::id::{Digest, EventId};
use eyelid::store::{JobKind, Read, StoreError};
use eyelid::vision::{Pixels, encode_jpeg};
use serde_json::json;
use ureq::http::Method;

use super::site::{Answer, Client, Running, now};

/// A small photo like no other of another number up to 230.
fn photo(number: usize) -> Vec<u8> {
    let grey = u8::try_from(number + 20).unwrap();
    let pixels = Pixels::new(Size { width: 16, height: 16 }, vec![grey; 16 * 16 * 3]).unwrap();
    encode_jpeg(&pixels, None).unwrap()
}

fn opened(client: &Client<'_>) -> i64 {
    let answer = client.json(Method::POST, "/api/v1/events", &json!({"name": "Sports day", "date": "2026-06-12"}));
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.value()["id"].as_i64().unwrap()
}

fn raw(client: &Client<'_>, event: i64, bytes: &[u8]) -> Answer {
    client.send(Method::POST, &format!("/api/v1/events/{event}/photos"), Some("image/jpeg"), bytes.to_vec())
}

fn form(client: &Client<'_>, path: &str, files: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, bytes) in files {
        let head = format!(
            "--cut\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\ncontent-type: image/jpeg\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--cut--\r\n");
    client.send(Method::POST, path, Some("multipart/form-data; boundary=cut"), body)
}

fn torture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/torture").join(name)).unwrap()
}

#[test]
fn two_hundred_photos_at_once_all_come_in_and_are_known_the_second_time() {
    let site = Running::start();
    let account = site.account(&[Role::Staff]);
    let event = opened(&site.client(account));
    let bring_all = || -> Vec<(u16, String)> {
        thread::scope(|scope| {
            let work = |part: usize| {
                let client = site.client(account);
                (0..200)
                    .filter(|number| number % 4 == part)
                    .map(|number| {
                        let answer = raw(&client, event, &photo(number));
                        (answer.status, answer.value()["photo"].as_str().unwrap_or_default().to_owned())
                    })
                    .collect::<Vec<_>>()
            };
            let clients: Vec<_> = (0..4).map(|part| scope.spawn(move || work(part))).collect();
            clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
        })
    };
    let first = bring_all();
    assert!(first.iter().all(|(status, _)| *status == 202), "{first:?}");
    let kept = site.store.read(|r| r.photos_of_event(EventId(event))).unwrap();
    let mut places: Vec<u32> = kept.iter().map(|photo| photo.ordinal).collect();
    places.sort_unstable();
    assert_eq!(places, (1..=200).collect::<Vec<u32>>());
    for photo in &kept {
        assert_eq!(Digest::of(&site.store.blob(&photo.digest).unwrap()), photo.digest);
    }
    assert_eq!(site.store.read(Read::job_counts).unwrap().queued, 200, "each is looked into once");
    let again = bring_all();
    assert!(again.iter().all(|(status, _)| *status == 200), "{again:?}");
    let ids = |answers: &[(u16, String)]| answers.iter().map(|(_, id)| id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&again), ids(&first));
    assert_eq!(site.store.read(Read::job_counts).unwrap().queued, 200);
}

#[test]
fn a_form_says_what_became_of_each_file() {
    let site = Running::start();
    let client = site.signed_in(Role::Office);
    let event = opened(&client);
    let (page, api) = (format!("/events/{event}/photos"), format!("/api/v1/events/{event}/photos"));
    let (one, two, half) = (photo(1), photo(2), torture("half.jpg"));
    let files: &[(&str, &[u8])] = &[("Amelia O'Brien.jpg", &one), ("b.JPG", &half), ("c.jpeg", &one), ("d.jpg", &two)];
    let shown = form(&client, &page, files);
    assert_eq!(shown.status, 200);
    let text = shown.text();
    assert!(text.contains("<title>2 photos came in, 1 cannot be used"), "{text}");
    assert!(text.contains("copy it from the camera again") && text.contains("Here already"), "{text}");
    assert!(!text.contains("Amelia"), "no file name is told");
    let told = form(&client, &api, files);
    assert_eq!(told.status, 200, "nothing is new");
    let statuses: Vec<String> =
        told.value()["files"].as_array().unwrap().iter().map(|file| file["status"].to_string()).collect();
    assert_eq!(statuses, ["\"duplicate\"", "\"refused\"", "\"duplicate\"", "\"duplicate\""]);
    let one = form(&client, &api, &[("x.jpg", &photo(3))]);
    assert_eq!((one.status, one.value()["blake3"].as_str().unwrap().len()), (202, 64));
    assert_eq!(form(&client, &page, &[("x.jpg", &half)]).status, 422);
    assert_eq!(form(&client, &page, &[]).status, 422, "no file at all");
    assert_eq!(form(&client, &page, &[("", b"")]).status, 422, "nothing chosen");
    let audit = site.store.read(|r| r.audit_rows(None, 0, 1000)).unwrap();
    assert!(audit.iter().all(|row| !row.event.contains("Amelia") && !row.event.contains("jpg")));
}

#[test]
fn what_is_no_photo_is_refused_with_a_remedy_and_nothing_is_kept() {
    let site = Running::start();
    let client = site.signed_in(Role::Staff);
    let event = opened(&client);
    let api = format!("/api/v1/events/{event}/photos");
    for (file, remedy) in [
        ("half.jpg", "copy it from the camera again"),
        ("drawing.svg", "use JPEG, PNG"),
        ("animated.gif", "save one frame"),
        ("cmyk.jpg", "RGB JPEG"),
        ("0x0.jpg", ""),
        ("65500x65500.jpg", "save a smaller copy"),
    ] {
        let answer = raw(&client, event, &torture(file));
        assert_eq!((answer.status, answer.header("content-type")), (422, "application/problem+json"), "{file}");
        assert!(answer.value()["detail"].as_str().unwrap().contains(remedy), "{file}: {}", answer.text());
    }
    let contradicts = form(&client, &api, &[("a.png", &photo(1))]);
    assert_eq!(contradicts.status, 422);
    assert!(contradicts.text().contains("rename it to `.jpg`"), "{}", contradicts.text());
    assert_eq!(raw(&client, event, b"").status, 422);
    let send = |kind: Option<&str>, body: &[u8]| client.send(Method::POST, &api, kind, body.to_vec()).status;
    assert_eq!(send(Some("application/pdf"), b"x"), 415);
    assert_eq!(send(None, b"x"), 415);
    assert_eq!(send(Some("multipart/form-data"), b"x"), 422, "no boundary");
    assert_eq!(send(Some("multipart/form-data; boundary=cut"), b"--cut\r\nnonsense"), 422);
    assert_eq!(raw(&client, 999, &photo(1)).status, 404);
    assert_eq!(raw(&client, i64::MAX, &photo(1)).status, 404);
    assert!(site.store.read(|r| r.photos_of_event(EventId(event))).unwrap().is_empty());
}

#[test]
fn a_photo_that_is_too_large_is_refused_before_it_is_read() {
    let site = Running::start();
    let account = site.account(&[Role::Staff]);
    let client = site.client(account);
    let event = opened(&client);
    let head = |rest: &str| {
        let cookie = client.cookie().unwrap();
        format!(
            "POST /api/v1/events/{event}/photos HTTP/1.1\r\nhost: x\r\ncontent-type: image/jpeg\r\ncookie: eyelid={cookie}\r\n{rest}\r\n\r\n"
        )
    };
    let status = |stream: &mut TcpStream| {
        let mut start = [0; 12];
        stream.read_exact(&mut start).unwrap();
        String::from_utf8_lossy(&start).split(' ').nth(1).unwrap().to_owned()
    };
    let mut declared = TcpStream::connect(site.address()).unwrap();
    declared.write_all(head("content-length: 80000001").as_bytes()).unwrap();
    assert_eq!(status(&mut declared), "413", "not a byte of it was sent");

    let mut chunked = TcpStream::connect(site.address()).unwrap();
    chunked.write_all(head("transfer-encoding: chunked").as_bytes()).unwrap();
    let chunk = [b"f4240\r\n".to_vec(), vec![7; 1_000_000], b"\r\n".to_vec()].concat();
    for _ in 0..80 {
        chunked.write_all(&chunk).unwrap();
    }
    chunked.write_all(b"1\r\nx\r\n").unwrap();
    assert_eq!(status(&mut chunked), "413", "the first byte too many ends it");
    let large = vec![7; 80_000_001];
    let told = form(&client, &format!("/api/v1/events/{event}/photos"), &[("a.jpg", &large), ("b.jpg", &photo(1))]);
    assert_eq!(told.status, 202, "its neighbour comes in: {}", told.text());
    assert!(told.value()["files"][0]["reason"].as_str().unwrap().contains("larger than 80 MB"), "{}", told.text());
}

#[test]
fn while_too_many_photos_wait_none_comes_in() {
    let site = Running::start();
    let client = site.signed_in(Role::Staff);
    let event = opened(&client);
    site.store
        .write(&site.actor(), now(), |w| {
            for number in 0..2000_u32 {
                let receipt = w.receive(&Digest::of(&number.to_be_bytes()), EventId(event))?;
                w.enqueue(JobKind::InspectFast, &receipt.photo().id)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let full = raw(&client, event, &photo(1));
    assert_eq!((full.status, full.header("retry-after")), (503, "5"), "{}", full.text());
    assert_eq!(site.store.read(|r| r.photo_count(EventId(event))).unwrap(), 2000);
}

#[test]
fn an_event_is_opened_once_and_listed_newest_first() {
    let site = Running::start();
    let client = site.signed_in(Role::Staff);
    let ada = super::naming::person("P001", "Ada", "Quillfeather", "Oak");
    site.store.write(&site.actor(), now(), |w| w.save_person(&ada)).unwrap();
    let post = |body: serde_json::Value| client.json(Method::POST, "/api/v1/events", &body);
    for (name, date) in [("Sports day", "2026-06-12"), ("Book week", "2026-03-05"), ("Harvest", "2026-10-02")] {
        assert_eq!(post(json!({"name": name, "date": date})).status, 201);
    }
    assert_eq!(post(json!({"name": "Harvest", "date": "2026-10-02"})).status, 200);
    for wrong in [
        json!({"name": " ", "date": "2026-10-02"}),
        json!({"name": "a\u{0}b", "date": "2026-10-02"}),
        json!({"name": "x".repeat(201), "date": "2026-10-02"}),
        json!({"name": "Ada Quillfeather wins", "date": "2026-10-02"}),
        json!({"name": "x", "date": "2026-02-30"}),
        json!({"name": "x", "date": "9999-02-01"}),
        json!({"name": "x", "date": "2026-10-02", "classes": ["Nowhere"]}),
        json!({"name": "x"}),
    ] {
        assert_eq!(post(wrong.clone()).status, 422, "{wrong}");
    }
    let names = |answer: &Answer| {
        let value = answer.value();
        let names: Vec<String> =
            value["items"].as_array().unwrap().iter().map(|event| event["name"].as_str().unwrap().to_owned()).collect();
        (names, value["next"].as_str().map(str::to_owned))
    };
    let (first, next) = names(&client.get("/api/v1/events?limit=2"));
    assert_eq!(first, ["Harvest", "Sports day"]);
    let (rest, end) = names(&client.get(&format!("/api/v1/events?limit=2&after={}", next.unwrap())));
    assert_eq!((rest, end), (vec!["Book week".to_owned()], None));
    for limit in ["0", "501", "-1", "x", "99999999999"] {
        assert_eq!(client.get(&format!("/api/v1/events?limit={limit}")).status, 400, "{limit}");
    }
    assert!(client.get("/events").text().contains("Harvest"));
    let form: &[(&str, &dyn std::fmt::Display)] =
        &[("name", &"Nativity"), ("day", &"11"), ("month", &"12"), ("year", &"2026")];
    assert_eq!(client.post("/events", form).status, 303);
    for wrong in [("day", "31"), ("month", "2"), ("year", "99999")] {
        let pairs: Vec<(&str, &dyn std::fmt::Display)> = [("name", "N"), ("day", "30"), ("month", "2"), ("year", "26")]
            .iter()
            .map(|(name, value)| {
                if *name == wrong.0 {
                    (*name, &wrong.1 as &dyn std::fmt::Display)
                } else {
                    (*name, value as &dyn std::fmt::Display)
                }
            })
            .collect();
        let answer = client.post("/events", &pairs);
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("Error: "), "{}", answer.text());
    }
}
