//! Families: linked by the office, in by e-mail or a code, deciding for their own children and for nobody else's.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use eyelid::access::{AccountId, Role};
use eyelid::config::School;
use eyelid::consent::ledger::{Choice, Giver, Method};
use eyelid::consent::{FaceAct, Policy};
use eyelid::domain::camera::Camera;
use eyelid::domain::category::{Basis, Category, Medium};
use eyelid::domain::face::{Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::id::{PersonId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::time::Timestamp;
use eyelid::office::portal::{self, Pick, Picked};
use eyelid::office::{OfficeError, Word, family, one_photo, safeguarding, sign_off, speak};
use eyelid::pipeline::RollCache;
use eyelid::pipeline::release::Request;
use eyelid::store::{NewFace, StoreError, Write};
use serde_json::json;
use tempfile::TempDir;
use ureq::http::Method as Http;

use super::photos::small;
use super::site::{Answer, Client, Running, captured, now};

/// A school with three children, that writes its messages into a folder.
struct House {
    site: Running,
    mail: PathBuf,
}

const MIA: &str = "P1";
const ZOE: &str = "P2";
const TOM: &str = "P3";

fn house() -> House {
    house_of(School::default())
}

/// The house with these settings besides its own.
fn house_of(school: School) -> House {
    let folder = TempDir::new().unwrap();
    let mail = folder.path().join("mail");
    let address = Some("http://hill.example".to_owned());
    let school = School { behind_proxy: true, address, mail: Some(captured(&mail)), ..school };
    let site = Running::over(folder, school);
    for (id, first, surname, born) in [
        (MIA, "Mia", "Oakfield", "2017-02-03"),
        (ZOE, "Zoë", "Thornbury", "2017-05-06"),
        (TOM, "Tom", "Marlow", "2013-01-09"),
    ] {
        let person = Person {
            id: id.parse().unwrap(),
            kind: PersonKind::Pupil,
            name: PersonName { legal_forename: first.into(), preferred_forename: None, legal_surname: surname.into() },
            born: Some(born.parse().unwrap()),
            year: Some("4".into()),
            class: Some("Oak".into()),
            admission_no: None,
            upn: None,
            leaving: None,
        };
        site.store.write(&site.actor(), before(99), |w| w.save_person(&person)).unwrap();
    }
    House { site, mail }
}

/// So many hours before the tests' present.
fn before(hours: i64) -> Timestamp {
    now() - jiff::SignedDuration::from_hours(hours)
}

fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

impl House {
    fn said(&self, person: &str, category: &str, choice: Choice, giver: Giver, at: Timestamp) {
        let word = Word {
            category: category.parse().unwrap(),
            medium: Medium::Photo,
            photo: None,
            choice,
            giver,
            method: Method::Import,
            made_at: at,
            valid_from: None,
            valid_until: None,
            evidence: None,
        };
        speak(&self.site.store, &self.site.school, &id(person), &[word], &self.site.actor(), at).unwrap();
    }

    /// A parent of this child, as the guardian of this key.
    fn parent(&self, child: &str, email: &str, key: Option<&str>) -> AccountId {
        let link = |w: &Write<'_>| family::link(w, &id(child), email, key);
        self.site.store.write(&self.site.actor(), now(), link).unwrap().account
    }

    /// A photo of Mia and Zoë that is out in the newsletter.
    fn photo(&self) -> PhotoId {
        let store = &self.site.store;
        let bytes = small("school/photos/sports-day/IMG_2041.JPG", 600);
        let digest = store.put_blob(&bytes).unwrap();
        let photo = store
            .write(&self.site.actor(), before(50), |w| {
                let event = w.open_event("Harvest", "2026-06-12".parse().unwrap(), &[], "harvest")?;
                let photo = w.receive(&digest, event.id)?.photo().id.clone();
                w.set_found(&photo, Size { width: 600, height: 400 }, &Camera::default())?;
                w.set_inspected(&photo)?;
                for (child, left) in [(MIA, 100.0), (ZOE, 400.0)] {
                    let rect = Rect::new(left, 100.0, left + 30.0, 140.0).unwrap();
                    let face = NewFace { rect, score: Some(0.9), origin: Origin::Detected, landmarks: None };
                    let face = w.add_face(&photo, &face)?;
                    w.tag(&photo, face, &Who::Person(id(child)))?;
                }
                w.set_headcount(&photo, 2)?;
                Ok::<_, StoreError>(photo)
            })
            .unwrap();
        let roll = RollCache::default();
        let (channel, category) = self.site.school.channel(&"newsletter".parse().unwrap()).unwrap();
        let actor = self.site.actor();
        let request = Request { school: &self.site.school, roll: &roll, channel, category, actor: &actor };
        sign_off(store, &request, &photo, None, before(40)).unwrap();
        photo
    }

    /// The messages that were written, once there are so many.
    fn letters(&self, count: usize) -> Vec<String> {
        // whoever asks is answered before the message is written
        for _ in 0..5000 {
            self.site.stranger().get("/healthz");
            let files = fs::read_dir(&self.mail).map_or(Vec::new(), |files| files.map(|f| f.unwrap().path()).collect());
            let whole: Vec<_> = files.into_iter().filter(|file| file.extension().is_some_and(|e| e == "eml")).collect();
            if whole.len() >= count {
                return whole.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
            }
        }
        panic!("no message was written");
    }

    /// Follows the only link that was sent to an address.
    fn enter(&self, email: &str) -> Client<'_> {
        let letters = self.letters(1);
        let letter = letters.iter().find(|letter| letter.contains(&format!("To: {email}"))).unwrap();
        let plain = letter.replace("=\r\n", "");
        let path = plain.split_once("http://hill.example/enter/").unwrap().1.split_whitespace().next().unwrap();
        let path = format!("/enter/{path}");
        let stranger = self.site.stranger();
        assert!(stranger.get(&path).text().contains("Sign in"));
        let entered = stranger.post(&path, &[]);
        assert_eq!(entered.status, 303, "{}", entered.text());
        assert_eq!(stranger.post(&path, &[]).status, 422, "a link works once");
        stranger.kept(&entered)
    }
}

#[test]
fn an_address_is_asked_for_and_nobody_learns_whether_it_is_known() {
    let house = house();
    house.parent(MIA, "ada@home.example", None);
    let ask = |email: &str| house.site.stranger().post("/family/link", &[("email", &email)]);
    let (known, unknown) = (ask("ada@home.example"), ask("eve@home.example"));
    assert_eq!((known.status, unknown.status), (200, 200));
    assert_eq!(known.text().replace("ada@", "eve@"), unknown.text());
    assert_eq!(ask("no address").status, 422);
    let parent = house.enter("ada@home.example");
    assert!(parent.get("/family").text().contains("Mia"));
    assert_eq!(house.letters(1).len(), 1, "nothing was sent to the unknown address");
    let letter = &house.letters(1)[0];
    assert!(!letter.contains("Mia") && !letter.contains("Oakfield"), "{letter}");
}

#[test]
fn a_code_on_paper_links_once() {
    let house = house();
    let office = house.site.signed_in(Role::Office);
    let made = office.post("/pupils/P1/codes", &[("whose", &"guardian")]);
    assert_eq!(made.status, 200);
    let text = made.text();
    let code = text.split_once("eyelid-big\">").unwrap().1.split('<').next().unwrap().to_owned();
    let ask =
        |email: &str, code: &str| house.site.stranger().post("/family/link", &[("email", &email), ("code", &code)]);
    assert_eq!(ask("ada@home.example", "aaaa-aaaa-aaaa-aaaa").status, 422);
    assert_eq!(ask("ada@home.example", &code.to_uppercase().replace('-', " ")).status, 200);
    let parent = house.enter("ada@home.example");
    assert!(parent.get("/family/P1").text().contains("Pictures of Mia"));
    assert_eq!(ask("eve@home.example", &code).status, 422, "the code was used");
    assert_eq!(parent.post("/family/code", &[("code", &code)]).status, 422);
    // a second child with another code
    let made = office.json(Http::POST, "/api/v1/pupils/P2/codes", &json!({"whose": "guardian"}));
    assert_eq!(made.status, 201, "{}", made.text());
    let code = made.value()["code"].as_str().unwrap().to_owned();
    assert_eq!(parent.post("/family/code", &[("code", &code)]).status, 303);
    assert!(parent.get("/family").text().contains("Zoë"));
    // a pupil old enough has a code of their own, a younger one has none
    let young = office.json(Http::POST, "/api/v1/pupils/P1/codes", &json!({"whose": "pupil"}));
    assert_eq!(young.status, 422, "{}", young.text());
    let own = office.json(Http::POST, "/api/v1/pupils/P3/codes", &json!({"whose": "pupil"}));
    let code = own.value()["code"].as_str().unwrap().to_owned();
    assert_eq!(parent.post("/family/code", &[("code", &code)]).status, 422, "a parent is no pupil");
}

#[test]
fn a_parent_reaches_no_other_child_by_any_way() {
    let house = house();
    let photo = house.photo();
    house.said(ZOE, "newsletter", Choice::Granted, Giver::Guardian("G2".into()), before(60));
    let parent = house.site.client(house.parent(MIA, "ada@home.example", None));
    let other = |path: &str| path.replace("{child}", ZOE).replace("{photo}", photo.as_str());
    for path in [
        "/family/{child}",
        "/family/{child}/saved",
        "/family/{child}/photos",
        "/family/{child}/images/newsletter/{photo}.jpg",
        "/api/v1/family/{child}/photos",
    ] {
        assert_eq!(parent.get(&other(path)).status, 404, "{path}");
    }
    for path in ["/family/{child}", "/family/{child}/photos/{photo}/object", "/family/{child}/photos/{photo}/allow"] {
        assert_eq!(parent.post(&other(path), &[("newsletter.photo", &"no")]).status, 404, "{path}");
    }
    let answers = json!({"answers": [{"category": "newsletter", "medium": "photo", "answer": "no"}]});
    assert_eq!(parent.json(Http::POST, "/api/v1/family/P2/answers", &answers).status, 404);
    let both = ["yes", "no"].map(|answer| json!({"category": "newsletter", "medium": "photo", "answer": answer}));
    let twice = parent.json(Http::POST, "/api/v1/family/P1/answers", &json!({"answers": both}));
    assert_eq!((twice.status, twice.text().contains("twice")), (422, true), "of a yes and a no neither is taken");
    let objection = other("/api/v1/family/{child}/photos/{photo}/objection");
    for method in [Http::PUT, Http::DELETE] {
        assert_eq!(parent.send(method, &objection, None, Vec::new()).status, 404);
    }
    for path in ["/pupils", "/pupils/P1", "/pupils/due", "/api/v1/pupils", "/api/v1/pupils/P1/standings", "/events"] {
        assert_eq!(parent.get(path).status, 403, "{path}");
    }
    let entries = house.site.store.read(|r| r.ledger(&id(ZOE))).unwrap();
    assert_eq!(entries.len(), 1, "nothing was said of the other child");
    // their own pages name no other child
    for path in ["/family", "/family/P1", "/family/P1/photos", "/api/v1/family", "/api/v1/family/P1/photos"] {
        let text = parent.get(path).text();
        assert!(!text.contains("Zo") && !text.contains("Thornbury") && !text.contains("Oakfield"), "{path}: {text}");
        assert!(!text.contains("Harvest"), "{path}");
    }
}

#[test]
fn more_answers_than_are_taken_at_once_are_refused_and_none_is_dropped() {
    let mut school = School::default();
    let like = school.categories[0].clone();
    let more = (0..101).map(|number| Category { id: format!("use_{number}").parse().unwrap(), ..like.clone() });
    school.categories = more.collect();
    let channels = school.channels.iter_mut();
    channels.for_each(|channel| channel.category = school.categories[0].id.clone());
    let house = house_of(school);
    let parent = house.site.client(house.parent(MIA, "ada@home.example", None));
    let answers = |count: usize| {
        let of = |at: usize| {
            let medium = ["photo", "video"][at % 2];
            json!({ "category": format!("use_{}", at / 2), "medium": medium, "answer": "no" })
        };
        let answers: Vec<_> = (0..count).map(of).collect();
        parent.json(Http::POST, "/api/v1/family/P1/answers", &json!({ "answers": answers }))
    };
    let said = || house.site.store.read(|r| r.ledger(&id(MIA))).unwrap().len();
    let many = answers(201);
    assert_eq!((many.status, said()), (422, 0));
    assert!(many.text().contains("at most 200"), "{}", many.text());
    assert_eq!((answers(200).status, said()), (200, 200));
}

#[test]
fn a_withdrawal_hides_the_child_at_the_next_request() {
    let house = house();
    for (child, key) in [(MIA, "G1"), (ZOE, "G2")] {
        house.said(child, "newsletter", Choice::Granted, Giver::Guardian(key.into()), before(60));
    }
    let photo = house.photo();
    let parent = house.site.client(house.parent(MIA, "ada@home.example", Some("G1")));
    let editor = house.site.signed_in(Role::Editor("newsletter".parse().unwrap()));
    let image = format!("/family/P1/images/newsletter/{photo}.jpg");
    let public = format!("/channels/newsletter/images/{photo}.jpg");
    assert!(parent.get("/family/P1/photos").text().contains(&image));
    let (own, out) = (parent.get(&image), editor.get(&public));
    assert_eq!((own.status, out.status), (200, 200), "{} {}", own.text().len(), out.status);
    assert!(own.body == out.body, "a parent sees what is out, and nothing else");
    // a page that was opened before a change does not undo it, and what is left as it was is no answer
    let page = parent.get("/family/P1").text();
    assert!(page.contains("name=\"was.newsletter.photo\" value=\"yes\""), "{page}");
    let same = parent.post("/family/P1", &[("was.newsletter.photo", &"yes"), ("newsletter.photo", &"yes")]);
    assert_eq!(same.header("location"), "/family/P1/saved");
    let saved = parent.post(
        "/family/P1",
        &[("was.newsletter.photo", &"yes"), ("newsletter.photo", &"no"), ("nonsense.photo", &"yes")],
    );
    assert_eq!(saved.status, 303);
    assert_eq!(parent.get(&image).status, 410);
    let hidden = editor.get(&public);
    assert_eq!(hidden.status, 200, "Zoë may still be shown");
    assert!(hidden.body != out.body, "and Mia is hidden");
    let told = parent.get(saved.header("location")).text();
    assert!(told.contains("Mia is no longer shown in 1 published photo"), "{told}");
    let entry = house.site.store.read(|r| r.ledger(&id(MIA))).unwrap().pop().unwrap();
    assert_eq!((entry.giver, entry.method), (Giver::Guardian("G1".into()), Method::Portal), "as the import's guardian");
    let stale = parent.post("/family/P1", &[("was.newsletter.photo", &"yes"), ("newsletter.photo", &"yes")]);
    assert_eq!(stale.header("location"), "/family/P1/saved", "an old page revives nothing");
    assert_eq!(parent.get(&image).status, 410);
}

#[test]
fn an_objection_hides_the_child_in_one_photo_and_can_be_taken_back() {
    let house = house();
    for (child, key) in [(MIA, "G1"), (ZOE, "G2")] {
        house.said(child, "newsletter", Choice::Granted, Giver::Guardian(key.into()), before(60));
    }
    let photo = house.photo();
    let parent = house.site.client(house.parent(MIA, "ada@home.example", Some("G1")));
    let image = format!("/family/P1/images/newsletter/{photo}.jpg");
    assert_eq!(parent.get(&image).status, 200);
    assert_eq!(parent.post(&format!("/family/P1/photos/{photo}/object"), &[]).status, 303);
    assert_eq!(parent.get(&image).status, 410);
    let page = parent.get("/family/P1/photos").text();
    assert!(page.contains("Photos in which you hid Mia") && !page.contains(&image), "{page}");
    assert!(parent.get("/family/P1").text().contains("Shown."), "the other answers stay");
    let entries = || house.site.store.read(|r| r.ledger(&id(MIA))).unwrap().len();
    let after = entries();
    assert_eq!(
        parent.send(Http::PUT, &format!("/api/v1/family/P1/photos/{photo}/objection"), None, vec![]).status,
        204
    );
    assert_eq!(entries(), after, "twice is once");
    assert_eq!(parent.post(&format!("/family/P1/photos/{photo}/allow"), &[]).status, 303);
    assert!(!parent.get("/family/P1/photos").text().contains("Photos in which you hid Mia"));
    let nowhere = format!("/family/P1/photos/{}/object", "0".repeat(20));
    assert_eq!(parent.post(&nowhere, &[]).status, 404);
}

#[test]
fn where_a_pupils_yes_suffices_every_page_says_so() {
    let policy = Policy { pupil_alone: true, ..Policy::default() };
    let house = house_of(School { policy, ..School::default() });
    house.said(TOM, "newsletter", Choice::Granted, Giver::Pupil, before(60));
    let parent = house.site.client(house.parent(TOM, "ada@home.example", Some("G3")));
    parent.post("/family/P3", &[("was.newsletter.photo", &""), ("newsletter.photo", &"no")]);
    let page = parent.get("/family/P3").text();
    assert!(page.contains("Shown, although you said no: Tom is old enough to decide, and said yes"), "{page}");
    assert!(page.contains("counts before any parent’s or carer’s answer"), "{page}");
    let told = house.site.stranger().get("/family/notice").text();
    assert!(told.contains("unless a pupil who is old enough says yes"), "{told}");
    let plain = self::house().site.stranger().get("/family/notice").text();
    assert!(plain.contains("we follow the no.") && !plain.contains("unless a pupil"), "{plain}");
}

#[test]
fn a_pupils_no_wins_and_two_guardians_do_not_share_a_key() {
    let house = house();
    house.said(TOM, "newsletter", Choice::Granted, Giver::Guardian("G3".into()), before(60));
    let store = &house.site.store;
    let pupil = house.site.account(&[Role::Pupil]);
    store.write(&house.site.actor(), now(), |w| w.set_account_person(pupil, &id(TOM))).unwrap();
    let tom = house.site.client(pupil);
    assert_eq!(tom.get("/family").header("location"), "/family/P3");
    let page = tom.get("/family/P3").text();
    assert!(page.contains("Pictures of you") && page.contains("nobody will be cross"), "{page}");
    assert_eq!(tom.get("/family/P1").status, 404);
    tom.post("/family/P3", &[("was.newsletter.photo", &""), ("newsletter.photo", &"no")]);
    let parent = house.site.client(house.parent(TOM, "ada@home.example", Some("G3")));
    let page = parent.get("/family/P3").text();
    assert!(page.contains("although you said yes: the school holds a no, and follows it"), "{page}");
    let link = |w: &Write<'_>| family::link(w, &id(TOM), "bob@home.example", Some("G3"));
    let taken = store.write(&house.site.actor(), now(), link);
    assert!(matches!(taken, Err(OfficeError::GiverTaken)));
}

#[test]
fn whoever_is_linked_is_written_to_once_for_each_child() {
    let house = house();
    let Running { store, school, .. } = &house.site;
    let link = |child, email: &str| {
        store.write(&house.site.actor(), now(), |w| family::invite(w, school, &id(child), email, None))
    };
    let letter = link(MIA, "Ada@home.example").unwrap().expect("they are new");
    assert_eq!(letter.to, "ada@home.example");
    assert!(letter.text.contains("/family/link") && !letter.text.contains("Mia"), "{}", letter.text);
    assert!(link(MIA, " ada@home.example").unwrap().is_none(), "linking again changes nothing");
    assert!(link(TOM, "ada@home.example").unwrap().is_some(), "a brother is news");
}

#[test]
fn the_office_sees_of_a_restriction_no_more_than_of_somebody_who_was_never_asked() {
    let house = house();
    house.said(MIA, "website", Choice::Granted, Giver::Guardian("G1".into()), before(60));
    safeguarding::restrict(&house.site.store, &id(MIA), None, &house.site.actor(), before(50)).unwrap();
    let (office, dsl) = (house.site.signed_in(Role::Office), house.site.signed_in(Role::Dsl));
    let parent = house.site.client(house.parent(MIA, "ada@home.example", Some("G1")));
    let everywhere = |client: &Client<'_>, paths: &[&str]| {
        paths.iter().map(|path| client.get(path).text().to_lowercase()).collect::<String>()
    };
    let desk = ["/pupils/P1", "/pupils/due", "/pupils", "/api/v1/pupils/P1/standings", "/api/v1/pupils/P1/ledger"];
    assert!(!everywhere(&office, &desk).contains("restrict"));
    assert!(everywhere(&dsl, &desk).contains("restrict"));
    let home = ["/family", "/family/P1", "/family/P1/photos", "/api/v1/family"];
    assert!(!everywhere(&parent, &home).contains("restrict"));
    // to the letter what is told of a pupil of whom nobody has ever said a word
    let told = |client: &Client<'_>, pupil: &str| {
        let part = |what: &str| client.get(&format!("/api/v1/pupils/{pupil}/{what}")).value();
        [part("standings")["standings"].clone(), part("ledger")]
    };
    assert_eq!(told(&office, "P1"), told(&office, "P2"));
    assert_ne!(told(&dsl, "P1"), told(&dsl, "P2"));
}

#[test]
fn no_page_of_a_family_changes_with_a_restriction() {
    let mut school = School::default();
    // an answer is needed for nothing here, so that the child is shown until somebody says no
    school.categories.iter_mut().for_each(|category| category.basis = Basis::PublicTask);
    let house = house_of(school);
    let photo = house.photo();
    let parent = house.site.client(house.parent(MIA, "ada@home.example", Some("G1")));
    assert_eq!(parent.post(&format!("/family/P1/photos/{photo}/object"), &[]).status, 303);
    let pages = || {
        let pages =
            ["/family", "/family/P1", "/family/P1/photos", "/family/P1/saved", "/family/notice", "/api/v1/family"];
        pages.map(|page| parent.get(page).text())
    };
    let before = pages();
    assert!(before[0].contains("May be shown") && before[2].contains(photo.as_str()), "{}", before[2]);
    safeguarding::restrict(&house.site.store, &id(MIA), None, &house.site.actor(), now()).unwrap();
    assert_eq!(pages(), before);
}

#[test]
fn the_due_list_of_a_restricted_pupil_is_that_of_one_who_was_never_asked() {
    let house = house();
    house.said(MIA, "website", Choice::Granted, Giver::Guardian("G1".into()), before(60));
    safeguarding::restrict(&house.site.store, &id(MIA), None, &house.site.actor(), before(50)).unwrap();
    let due = |client: &Client<'_>| {
        let items = client.get("/api/v1/due").value()["items"].as_array().unwrap().clone();
        items.into_iter().map(|item| (item["person"]["id"].as_str().unwrap().to_owned(), item["due"].clone()))
    };
    let (office, dsl) = (house.site.signed_in(Role::Office), house.site.signed_in(Role::Dsl));
    let told: BTreeMap<_, _> = due(&office).collect();
    assert_eq!(told.get(MIA), told.get(ZOE));
    assert!(told.contains_key(MIA) && !due(&dsl).any(|(person, _)| person == MIA));
    let rows = office.get("/pupils/due").text();
    assert!(rows.contains("/pupils/P1\"") && rows.contains("/pupils/P2\""), "{rows}");
}

#[test]
fn whoever_was_unlinked_meanwhile_has_no_word() {
    let house = house();
    let photo = house.photo();
    let (site, account) = (&house.site, house.parent(MIA, "ada@home.example", Some("G1")));
    let (store, school, actor) = (&site.store, &site.school, site.actor());
    // read before the office unlinks them, as a request reads it before it writes
    let own = store.read(|r| family::own_one(r, &r.account(account)?.unwrap(), &id(MIA))).unwrap();
    let link = store.read(|r| r.guardianships(&id(MIA))).unwrap()[0].id.0;
    family::unlink(store, &id(MIA), link, &actor, now()).unwrap();
    let use_ = school.categories.iter().find(|category| category.needs_specific_image).unwrap();
    let (category, medium, seen, pick) = ("website".parse().unwrap(), Medium::Photo, Pick::Unsaid, Pick::Yes);
    let picked = [Picked { category, medium, seen, pick }];
    let word = one_photo::Word { photo: photo.clone(), category: use_.id.clone(), yes: true };
    for refused in [
        portal::answer(store, school, &own, &picked, &actor, now()).map(drop),
        portal::object(store, school, &own, &photo, &actor, now()),
        portal::allow(store, school, &own, &photo, &actor, now()),
        one_photo::answer(store, school, &own, &word, &actor, now()),
    ] {
        assert!(matches!(refused, Err(OfficeError::NoPerson(_))), "{refused:?}");
    }
    assert_eq!(store.read(|r| r.ledger(&id(MIA))).unwrap(), []);
}

/// A form with files as a browser sends it.
fn form(client: &Client<'_>, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &str)]) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    for (name, file, text) in files {
        body += &format!(
            "--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
             Content-Type: text/csv\r\n\r\n{text}\r\n"
        );
    }
    body += "--x--\r\n";
    client.send(Http::POST, path, Some("multipart/form-data; boundary=x"), body.into_bytes())
}

fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    page.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1.split('"').next().unwrap()
}

#[test]
fn an_import_is_looked_at_before_it_is_taken_in() {
    let house = house();
    let office = house.site.signed_in(Role::Office);
    let people = |text: &str| form(&office, "/pupils/import", &[("of", "part")], &[("file", "roll.csv", text)]);
    let wrong = people("pupil_id,legal_forename,legal_surname,dob\nP7,Ada,Hill,31/02/2017\n");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("line 2") && wrong.text().contains("nothing of it was taken"), "{}", wrong.text());
    let script = "<script>alert(1)</script>";
    let looked = people(&format!("pupil_id,legal_forename,legal_surname,dob\nP8,{script},=cmd|calc,2017-03-01\n"));
    assert_eq!(looked.status, 200, "{}", looked.text());
    assert!(!looked.text().contains(script) && looked.text().contains("=cmd|calc"));
    let known = || house.site.store.read(|r| r.person(&id("P8"))).unwrap().is_some();
    assert!(!known(), "nothing is taken in before the confirmation");
    let page = looked.text();
    let fields = [("upload", hidden(&page, "upload").to_owned()), ("seen", hidden(&page, "seen").to_owned())];
    let confirm = |client: &Client<'_>| {
        let fields: Vec<(&str, &dyn std::fmt::Display)> =
            fields.iter().map(|(name, value)| (*name, value as &dyn std::fmt::Display)).collect();
        client.post("/pupils/import/confirm", &fields)
    };
    assert_eq!(confirm(&house.site.signed_in(Role::Admin)).status, 422, "somebody else's file");
    assert_eq!(confirm(&office).header("location"), "/pupils/import?taken=1");
    assert!(known());
    assert_eq!(confirm(&office).status, 422, "once");
    for path in ["/pupils", "/pupils/P8", "/pupils/due"] {
        assert!(!office.get(path).text().contains(script), "{path}");
    }
    let forms = office.post("/pupils/forms", &[("class", &"Oak")]);
    assert!(forms.text().contains("Mia Oakfield") && forms.text().contains("/family/link"), "{}", forms.text());
}

#[test]
fn what_could_show_more_is_taken_with_its_own_tick_only() {
    let house = house();
    house.said(MIA, "website", Choice::Refused, Giver::Guardian("G1".into()), before(60));
    let office = house.site.signed_in(Role::Office);
    let list = "pupil_id,category,medium,decision,giver,giver_role,made_at\n\
                P1,website,photo,granted,G1,guardian,2026-06-14\nP2,website,photo,refused,G2,guardian,2026-06-14\n";
    let look = || form(&office, "/pupils/import", &[("of", "consents")], &[("file", "c.csv", list)]).text();
    let standing = || {
        let of = office.get("/api/v1/pupils/P1/standings").value();
        let all = of["standings"].as_array().unwrap().clone();
        let website = all.iter().find(|s| s["category"] == "website" && s["medium"] == "photo").unwrap().clone();
        website["standing"].as_str().unwrap().to_owned()
    };
    let page = look();
    assert!(page.contains("More could be shown: 1") && page.contains("no → yes"), "{page}");
    let (upload, seen) = (hidden(&page, "upload"), hidden(&page, "seen"));
    office.post("/pupils/import/confirm", &[("upload", &upload), ("seen", &seen)]);
    assert_eq!(standing(), "refused");
    let page = look();
    let (upload, seen) = (hidden(&page, "upload"), hidden(&page, "seen"));
    // the register changes before the confirmation: the page is shown again
    house.said(MIA, "website", Choice::Withdrawn, Giver::Guardian("G9".into()), before(1));
    let again = office.post("/pupils/import/confirm", &[("upload", &upload), ("seen", &seen), ("loosen", &"yes")]);
    assert!(again.text().contains("The register changed") || standing() == "refused", "{}", again.text());
    let taken = office.send(
        Http::POST,
        "/api/v1/imports/consents?confirm_loosening=true",
        Some("text/csv"),
        list.as_bytes().to_vec(),
    );
    assert_eq!(taken.status, 200, "{}", taken.text());
    assert_ne!(standing(), "granted", "the other guardian said no");
}

#[test]
fn the_desk_records_a_form_on_paper() {
    let house = house();
    let office = house.site.signed_in(Role::Office);
    let say = |fields: &[(&str, &str)]| form(&office, "/pupils/P1/say", fields, &[("evidence", "scan.pdf", "a form")]);
    let base = [("giver", "other"), ("other", "G7"), ("method", "paper")];
    let with = |more: &[(&'static str, &'static str)]| say(&[&base[..], more].concat());
    assert_eq!(with(&[("made", "2026-06-10")]).status, 422, "no answer");
    assert_eq!(with(&[("made", "2027-06-10"), ("website.photo", "granted")]).status, 422, "not said yet");
    assert_eq!(with(&[("made", "yesterday"), ("website.photo", "granted")]).status, 422);
    let said = with(&[
        ("made", "2026-06-10"),
        ("until", "2026-12-31"),
        ("website.photo", "granted"),
        ("website.video", "refused"),
    ]);
    assert_eq!(said.header("location"), "/pupils/P1?done=said", "{}", said.text());
    let page = office.get("/pupils/P1").text();
    assert!(page.contains("until 31 December 2026") && page.contains("Guardian G7"), "{page}");
    let entries = house.site.store.read(|r| r.ledger(&id(MIA))).unwrap();
    assert!(entries.len() == 2 && entries.iter().all(|entry| entry.evidence.is_some()));
    assert_eq!(office.get("/pupils/P999").status, 404);
    let none = office.json(Http::POST, "/api/v1/pupils/P1/ledger", &json!({}));
    assert_eq!(none.status, 422);
    let word = json!({"category": "displays", "medium": "photo", "decision": "refused", "giver_role": "guardian",
        "giver": "G7", "method": "verbal", "made_at": "2026-06-11T09:00:00Z"});
    let first = office.json(Http::POST, "/api/v1/pupils/P1/ledger", &word);
    let again = office.json(Http::POST, "/api/v1/pupils/P1/ledger", &word);
    assert_eq!((first.status, first.value()), (201, again.value()), "said twice is said once");
}

#[test]
fn a_special_picture_needs_a_yes_to_that_very_photo_and_loses_it_again() {
    let mut school = School::default();
    let mut banner = school.channels.iter().find(|channel| channel.id.as_str() == "newsletter").unwrap().clone();
    banner.id = "banner".parse().unwrap();
    banner.category = "high_profile".parse().unwrap();
    school.channels.push(banner);
    let house = house_of(school);
    for (child, key) in [(MIA, "G1"), (ZOE, "G2")] {
        for category in ["newsletter", "high_profile"] {
            house.said(child, category, Choice::Granted, Giver::Guardian(key.into()), before(60));
        }
    }
    let photo = house.photo();
    let shows = |child: &str| {
        let (channel, category) = house.site.school.channel(&"banner".parse().unwrap()).unwrap();
        let roll = RollCache::default();
        let actor = house.site.actor();
        let request = Request { school: &house.site.school, roll: &roll, channel, category, actor: &actor };
        // of the tests' moment a later word is written a little later
        let decision = house.site.store.read(|r| request.decide(r, &photo, before(-1))).unwrap();
        let mut own = decision.faces().iter().filter(|face| face.person == Some(id(child)));
        own.any(|face| face.verdict == FaceAct::Show)
    };
    assert!(!shows(MIA) && !shows(ZOE), "a general yes suffices for no picture");
    let parent = house.site.client(house.parent(MIA, "ada@home.example", Some("G1")));
    let use_of = |child: &str| format!("/family/{child}/photos/{photo}/uses/high_profile");
    let page = parent.get("/family/P1/photos").text();
    assert!(page.contains("one photo at a time") && page.contains(&use_of(MIA)), "{page}");
    assert_eq!(parent.post(&use_of(MIA), &[("answer", &"yes")]).status, 303);
    assert!(shows(MIA) && !shows(ZOE));
    let said = || house.site.store.read(|r| r.ledger(&id(MIA))).unwrap().len();
    let once = said();
    assert_eq!(parent.post(&use_of(MIA), &[("answer", &"yes")]).status, 303);
    assert_eq!(said(), once, "the same again is no news");
    assert!(parent.get("/family/P1/photos").text().contains("Take the yes back"));
    assert_eq!(parent.post(&use_of(MIA), &[("answer", &"no")]).status, 303);
    assert!(!shows(MIA), "at the very next request");
    // by machine the same, and never for another's child, another use, or a photo without the child
    let api = |child: &str, category: &str| format!("/api/v1/family/{child}/photos/{photo}/uses/{category}");
    let put = |path: &str, answer: &str| parent.json(Http::PUT, path, &json!({ "answer": answer })).status;
    assert_eq!(put(&api(MIA, "high_profile"), "yes"), 204);
    assert!(shows(MIA));
    let listed = parent.get("/api/v1/family/P1/uses").value();
    assert_eq!((&listed["items"][0]["photo"], &listed["items"][0]["own"]), (&json!(photo.as_str()), &json!("yes")));
    assert_eq!(put(&api(MIA, "high_profile"), "no"), 204);
    assert!(!shows(MIA));
    assert_eq!(put(&api(ZOE, "high_profile"), "yes"), 404);
    assert_eq!(put(&api(MIA, "newsletter"), "yes"), 422);
    assert_eq!(put(&api(MIA, "high_profile"), "perhaps"), 422);
    assert_eq!(parent.post(&use_of(ZOE), &[("answer", &"yes")]).status, 404);
    assert!(!shows(ZOE));
    // what reaches the office on paper is for one photo too
    let office = house.site.signed_in(Role::Office);
    let page = office.get("/pupils/P2").text();
    assert!(page.contains("For which photo") && page.contains(photo.as_str()), "{page}");
    let say = |answer: &str| {
        let fields =
            [("giver", "guardian:G2"), ("photo", photo.as_str()), ("high_profile.photo", answer), ("method", "paper")];
        let part = |(name, value): &(&str, &str)| {
            format!("--cut\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = fields.iter().map(part).collect::<String>() + "--cut--\r\n";
        office.send(Http::POST, "/pupils/P2/say", Some("multipart/form-data; boundary=cut"), body.into_bytes()).status
    };
    assert_eq!(say("granted"), 303);
    assert!(shows(ZOE) && !shows(MIA));
    assert_eq!(say("withdrawn"), 303);
    assert!(!shows(ZOE));
}
