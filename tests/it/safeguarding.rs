//! The safeguarding lead's journey: a restriction whose reason nobody else reads, an incident that pulls everything at once.
#![cfg(test)]

use eyelid::access::Role;
use eyelid::audit::Event;
use eyelid::domain::id::{EventId, PersonId, PhotoId};
use eyelid::domain::incident::IncidentKind;
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::store::Read;
use eyelid::web::routes;
use serde_json::json;
use ureq::http::Method;

use super::site::{Client, Running, now};

const REASON: &str = "Kestrel-seventeen: in care, the father must not find her";

/// A pupil of the register.
pub(super) fn pupil(site: &Running, id: &str, forename: &str, surname: &str) -> PersonId {
    let name = PersonName { legal_forename: forename.into(), preferred_forename: None, legal_surname: surname.into() };
    let person = Person {
        id: id.parse().unwrap(),
        kind: PersonKind::Pupil,
        name,
        born: "2017-02-03".parse().ok(),
        year: Some("3".into()),
        class: Some("3A".into()),
        admission_no: None,
        upn: None,
        leaving: None,
    };
    site.store.write(&site.actor(), now(), |w| w.save_person(&person)).unwrap();
    person.id
}

/// A photo of an event, its bytes as given.
pub(super) fn photo(site: &Running, bytes: &[u8]) -> (PhotoId, EventId) {
    let digest = site.store.put_blob(bytes).unwrap();
    let date = "2026-06-12".parse().unwrap();
    site.store
        .write(&site.actor(), now(), |w| {
            let event = w.open_event("Sports day", date, &[], "sports-day")?;
            Ok::<_, eyelid::store::StoreError>((w.receive(&digest, event.id)?.photo().id.clone(), event.id))
        })
        .unwrap()
}

fn told(site: &Running, after: u64) -> Vec<Event> {
    let rows = site.store.read(|r| r.audit_rows(None, after, 1000)).unwrap();
    rows.iter().filter_map(eyelid::audit::Row::event).collect()
}

#[test]
fn a_reason_is_read_by_the_safeguarding_lead_and_by_nobody_else_anywhere() {
    let site = Running::start();
    let person = pupil(&site, "P001", "Amelia", "Quillfeather");
    let dsl = site.signed_in(Role::Dsl);
    let found = dsl.post("/safeguarding/restrict", &[("find", &"ame quill")]).text();
    assert!(found.contains("/safeguarding/pupils/P001"), "{found}");
    assert!(dsl.get("/safeguarding/pupils/P001").text().contains("0 pictures"));
    let empty = dsl.post("/safeguarding/pupils/P001/restrict", &[("reason", &" ")]);
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("Say why"));
    assert_eq!(dsl.post("/safeguarding/pupils/P001/restrict", &[("reason", &REASON)]).status, 303);
    assert!(dsl.get("/safeguarding").text().contains("Amelia Quillfeather"));

    let before = site.store.read(Read::audit_head).unwrap().count;
    let read = dsl.get("/safeguarding/pupils/P001/reasons");
    assert!(read.text().contains("Kestrel-seventeen"));
    let looked = told(&site, before);
    assert!(
        matches!(&looked[0], Event::Asked { route, person: Some(of), .. }
            if route == "GET /safeguarding/pupils/{person}/reasons" && *of == person),
        "{looked:?}"
    );
    let by_machine = dsl.get("/api/v1/safeguarding/restrictions/P001/reasons").value();
    assert_eq!(by_machine["items"][0]["text"], REASON);

    // neither in the database nor anywhere that another role can come to
    let folder = site.store.folder();
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap();
        assert!(!holds(&bytes, b"Kestrel"), "{}", entry.path().display());
    }
    let channels = site.channels();
    for role in Role::all(channels).into_iter().filter(|role| *role != Role::Dsl) {
        let client = site.signed_in(role.clone());
        for route in routes(false).into_iter().filter(|route| route.method == Method::GET) {
            let answer = client.get(&filled(&route.path));
            assert!(!holds(&answer.body, b"Kestrel"), "{role} {}", route.path);
        }
        if role != Role::Dpo {
            assert_eq!(client.get("/safeguarding").status, 403, "{role}");
        }
        let row = client.get("/api/v1/audit?person=P001").text();
        assert!(!row.contains("reason_sealed") && !row.contains("safeguarding"), "{row}");
    }
    assert_eq!(dsl.get("/safeguarding/pupils/P999").status, 404);
    assert_eq!(
        dsl.json(Method::POST, "/api/v1/safeguarding/restrictions", &json!({"person": "P999", "reason": "x"})).status,
        404
    );

    // an hour later it is lifted, and its reason stays sealed
    let later = site.later();
    let dsl = dsl.moved(&later);
    assert_eq!(dsl.post("/safeguarding/pupils/P001/lift", &[]).status, 303);
    assert!(!dsl.get("/safeguarding").text().contains("Amelia Quillfeather"));
    let by_machine = dsl.get("/api/v1/safeguarding/restrictions/P001/reasons").value();
    assert_eq!(by_machine["items"][0]["text"], REASON);
}

/// The officer finds that restrictions happen, but not whose they are.
#[test]
fn the_audit_search_does_not_tell_whom_a_restriction_is_about() {
    let site = Running::start();
    pupil(&site, "P001", "Amelia", "Quillfeather");
    let dsl = site.signed_in(Role::Dsl);
    assert_eq!(dsl.post("/safeguarding/pupils/P001/restrict", &[("reason", &REASON)]).status, 303);
    let dpo = site.signed_in(Role::Dpo);
    let all = dpo.get("/api/v1/audit?limit=200").value();
    let rows = all["items"].as_array().unwrap();
    let of = |kind: &str| rows.iter().filter(|row| row["event"]["event"] == kind).collect::<Vec<_>>();
    assert_eq!(of("reason_sealed").len(), 1);
    for row in of("reason_sealed").into_iter().chain(of("consent_recorded")) {
        assert_eq!(row["event"].as_object().unwrap().len(), 1, "{row}");
    }
    assert!(of("asked").iter().all(|row| row["event"]["person"].is_null()), "{rows:?}");
    let by_person = dpo.get("/api/v1/audit?person=P001").value();
    let kinds: Vec<_> =
        by_person["items"].as_array().unwrap().iter().map(|row| row["event"]["event"].clone()).collect();
    assert_eq!(kinds, ["person_saved"]);
    for path in ["/records/audit?person=P001", "/records/audit.csv?person=P001", "/records/audit.jsonl?person=P001"] {
        let text = dpo.get(path).text();
        assert!(text.contains("person") && !text.contains("sealed") && !text.contains("consent"), "{path} {text}");
    }
}

#[test]
fn an_incident_runs_against_the_clock_and_pulls_everything_at_once() {
    let site = Running::start();
    let (photo, event) = photo(&site, b"a picture");
    let dsl = site.signed_in(Role::Dsl);
    let wrong = dsl.post("/safeguarding/incidents", &[("kind", &"nothing"), ("photo", &"x"), ("note", &"")]);
    assert_eq!(wrong.status, 422);
    for text in ["Say what happened", "No photo has this id", "Note what you know"] {
        assert!(wrong.text().contains(text), "{text}");
    }
    let opened = dsl
        .post("/safeguarding/incidents", &[("kind", &"wrong_release"), ("photo", &photo), ("note", &"on the website")]);
    assert_eq!(opened.header("location"), "/safeguarding/incidents/1");
    let shown = dsl.get("/safeguarding/incidents/1").text();
    assert!(
        shown.contains("72 hours left") && shown.contains("18 June 2026, 11:00") && shown.contains("on the website"),
        "{shown}"
    );
    let dpo = site.signed_in(Role::Dpo);
    assert!(dpo.get("/records").text().contains("Open incident"), "the officer is alerted");

    let held = |site: &Running| site.store.read(|r| r.photo_history(&photo)).unwrap().facts().held;
    assert!(!held(&site));
    let lost = dsl.post("/safeguarding/incidents/1/pull", &[("target", &"person"), ("which", &"nobody")]);
    assert_eq!(lost.status, 422);
    assert_eq!(dsl.post("/safeguarding/incidents/1/pull", &[("target", &"event"), ("which", &"")]).status, 303);
    assert!(held(&site));
    assert!(dsl.get("/safeguarding/incidents/1").text().contains(&format!("Event {}, every photo", event.0)));
    assert_eq!(dsl.post("/safeguarding/incidents/1/holds/1/lift", &[]).status, 303);
    assert!(!held(&site));
    assert_eq!(dsl.post("/safeguarding/incidents/1/holds/1/lift", &[]).status, 404);

    assert_eq!(dpo.post("/safeguarding/incidents/1/notes", &[("note", &"rang the parents")]).status, 303);
    assert_eq!(dpo.post("/safeguarding/incidents/1/close", &[("outcome", &"")]).status, 422);
    assert_eq!(dpo.post("/safeguarding/incidents/1/close", &[("outcome", &"reported")]).status, 303);
    assert_eq!(dpo.post("/safeguarding/incidents/1/notes", &[("note", &"late")]).status, 422);
    assert!(!dpo.get("/records").text().contains("Open incident"));
    by_machine(&dsl);
}

#[test]
fn an_open_incident_stays_on_the_leads_page_however_many_come_after_it() {
    let site = Running::start();
    let (store, actor) = (&site.store, site.actor());
    let made = store.write(&actor, now(), |w| {
        let first = w.open_incident(IncidentKind::Misuse, None)?;
        for _ in 0..101 {
            let later = w.open_incident(IncidentKind::Other, None)?;
            w.note_incident(later, "over", true)?;
        }
        Ok::<_, eyelid::store::StoreError>(first)
    });
    let page = site.signed_in(Role::Dsl).get("/safeguarding").text();
    assert!(page.contains(&format!("/safeguarding/incidents/{}\"", made.unwrap().0)), "{page}");
}

fn by_machine(dsl: &Client<'_>) {
    let post = |path: &str, body| dsl.json(Method::POST, path, &body);
    let opened = post("/api/v1/incidents", json!({"kind": "misuse", "photo": null, "note": "a fake"}));
    assert_eq!((opened.status, opened.value()["incident"].as_i64()), (201, Some(2)));
    assert_eq!(opened.value()["report_by"], "2026-06-18T10:00:00Z");
    assert_eq!(post("/api/v1/incidents/2/holds", json!({"event": 1})).value()["holds"], 1);
    assert_eq!(post("/api/v1/incidents/2/holds", json!({"event": 1})).value()["holds"], 0);
    assert_eq!(post("/api/v1/incidents/2/holds", json!({})).status, 422);
    for missing in [json!({"event": 99}), json!({"event": i64::MAX}), json!({"photo": "x"}), json!({"person": "P9"})] {
        assert_eq!(post("/api/v1/incidents/2/holds", missing).status, 404);
    }
    assert_eq!(dsl.json(Method::DELETE, "/api/v1/incidents/2/holds/2", &json!(null)).status, 204);
    assert_eq!(post("/api/v1/incidents/2/notes", json!({"text": "over", "outcome": true})).status, 204);
    let file = dsl.get("/api/v1/incidents/2").value();
    assert_eq!(file["notes"][1]["outcome"], true);
    assert!(file["holds"][0]["lifted_at"].is_string());
    let listed = dsl.get("/api/v1/incidents?limit=1").value();
    assert_eq!((&listed["items"][0]["incident"], &listed["next"]), (&json!(2), &json!("2")));
    assert_eq!(dsl.get("/api/v1/incidents?after=2").value()["items"][0]["incident"], 1);
    assert_eq!(dsl.get("/api/v1/incidents/77").status, 404);
}

/// The address of a route with the pupil of these tests, or something that is not there.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{channel}" => "website",
        "{person}" => "P001",
        "{photo}" => "00000000000000000000.jpg",
        part if part.starts_with('{') => "1",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

pub(super) fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
