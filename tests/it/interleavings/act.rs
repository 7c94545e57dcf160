//! The steps over HTTP.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use ureq::http::Method as Http;

use super::super::site::Answer;
use super::photo::{DRAWN, FACES, LATE, Sight, drawn, seen};
use super::step::Step;
use super::world::{About, CLOCK, Hands, PEOPLE, Pull, Said, World, api, id, moment};

/// A yes that lapses does so after this, in milliseconds.
const SHORT: i64 = 30_000;

impl World {
    pub(super) fn act(&self, hands: &Hands<'_>, step: &Step) {
        match step {
            Step::Yes { person, lapses } => {
                let made = CLOCK.fetch_add(1, Ordering::SeqCst);
                let until = if *lapses { made + SHORT } else { i64::MAX };
                let ends = lapses.then(|| moment(until).to_string());
                self.say(About::Answer(*person), Said::Yes(until), || answer(hands, *person, "granted", made, ends));
            }
            Step::No { person } => {
                let made = CLOCK.fetch_add(1, Ordering::SeqCst);
                self.say(About::Answer(*person), Said::No, || answer(hands, *person, "withdrawn", made, None));
            }
            Step::ChangeMind { person, photo } => {
                self.act(hands, &Step::No { person: *person });
                self.image(hands, *photo, None, true);
                self.act(hands, &Step::Yes { person: *person, lapses: false });
                self.image(hands, *photo, None, true);
            }
            Step::Restrict { person } => {
                let body = json!({ "person": id(*person), "reason": "a test" });
                self.say(About::Restriction(*person), Said::Restricted(true), || {
                    hands.dsl.json(Http::POST, "/api/v1/safeguarding/restrictions", &body)
                });
            }
            Step::Lift { person } => {
                let path = format!("/api/v1/safeguarding/restrictions/{}", id(*person));
                self.say(About::Restriction(*person), Said::Restricted(false), || {
                    hands.dsl.send(Http::DELETE, &path, None, Vec::new())
                });
            }
            Step::Hold { photo } => {
                let (path, body) = (incident(hands, "/holds"), json!({ "photo": self.photos[*photo].as_str() }));
                self.say(About::Hold(*photo), Said::Held(true), || hands.dsl.json(Http::POST, &path, &body));
            }
            Step::LetGo { photo } => self.let_go(hands, *photo),
            Step::FindLate { photo } => {
                let path = format!("/api/v1/photos/{}/faces", self.photos[*photo]);
                self.say(About::Late(*photo), Said::Found(true), || hands.staff.json(Http::POST, &path, &drawn(LATE)));
            }
            Step::Tag { photo, face, person } => {
                if *face == LATE {
                    self.act(hands, &Step::FindLate { photo: *photo });
                }
                let path = format!("/api/v1/photos/{}/faces/{}", self.photos[*photo], face + 1);
                let body = match person {
                    Some(person) => json!({ "who": "person", "person": id(*person) }),
                    None => json!({ "who": "unknown" }),
                };
                self.say(About::Tag(*photo, *face), Said::Tagged(*person), || {
                    hands.staff.json(Http::PUT, &path, &body)
                });
            }
            Step::Count { photo, sloppy } => {
                let found = self
                    .changes()
                    .iter()
                    .any(|change| change.about == About::Late(*photo) && change.said == Said::Found(true));
                let people = if found == *sloppy { DRAWN } else { FACES };
                let path = format!("/api/v1/photos/{}/headcount", self.photos[*photo]);
                let body = json!({ "people": people });
                self.say(About::Count(*photo), Said::People(people), || hands.staff.json(Http::PUT, &path, &body));
            }
            Step::SignOff { photo } => self.sign_off(hands, *photo),
            Step::TurnDown { photo } => {
                let path = api(&format!("photos/{}/rejection", self.photos[*photo]));
                self.say(About::Editor(*photo), Said::TurnedDown, || {
                    hands.editor.json(Http::POST, &path, &json!({ "reason": "a test" }))
                });
            }
            Step::TimePasses => drop(CLOCK.fetch_add(SHORT * 2 / 3, Ordering::SeqCst)),
            Step::Image { photo, width, known } => drop(self.image(hands, *photo, *width, *known)),
            Step::Feed => self.feed(hands),
            Step::Pack => self.pack(hands),
        }
    }

    /// Nothing keeps a photo in any more but what families say.
    pub(super) fn free(&self, hands: &Hands<'_>, photo: usize) {
        self.let_go(hands, photo);
        for person in 0..PEOPLE {
            self.act(hands, &Step::Lift { person });
        }
        self.act(hands, &Step::Count { photo, sloppy: false });
    }

    fn let_go(&self, hands: &Hands<'_>, photo: usize) {
        let file = hands.dsl.get(&incident(hands, "")).value();
        let holds = file["holds"].as_array().unwrap().iter();
        let of_photo = |hold: &&Value| hold["photo"] == self.photos[photo].as_str() && hold["lifted_at"].is_null();
        for hold in holds.filter(of_photo) {
            let path = incident(hands, &format!("/holds/{}", hold["hold"]));
            let lift = || hands.dsl.send(Http::DELETE, &path, None, Vec::new());
            self.say(About::Hold(photo), Said::Held(false), lift);
        }
    }

    pub(super) fn sign_off(&self, hands: &Hands<'_>, photo: usize) {
        let look = hands.editor.get(&api(&format!("photos/{}", self.photos[photo]))).value();
        if look["fingerprint"].is_null() {
            return;
        }
        let shown = |face: &&Value| face["verdict"] == "show";
        let number = |face: &Value| usize::try_from(face["face"].as_u64().unwrap()).unwrap() - 1;
        let shown: BTreeSet<usize> = look["faces"].as_array().unwrap().iter().filter(shown).map(number).collect();
        let path = api(&format!("photos/{}/sign-off", self.photos[photo]));
        let body = json!({ "fingerprint": look["fingerprint"] });
        self.say(About::Editor(photo), Said::SignedOff(shown), || hands.editor.json(Http::POST, &path, &body));
    }

    /// Fetches a picture, or asks whether the one that is `known` still stands; gives which faces are seen in it.
    pub(super) fn image(&self, hands: &Hands<'_>, photo: usize, width: Option<u32>, known: bool) -> Option<Sight> {
        let kept = self.kept.lock().unwrap().get(&(photo, width)).cloned().filter(|_| known);
        let named = kept.as_ref().map(|(tag, _)| hands.machine.with_header("if-none-match", tag));
        let query = width.map(|width| format!("?w={width}")).unwrap_or_default();
        let (began, at) = (self.tick(), CLOCK.load(Ordering::SeqCst));
        let client = named.as_ref().unwrap_or(&hands.machine);
        let answer = client.get(&api(&format!("images/{}.jpg{query}", self.photos[photo])));
        let ended = self.tick();
        let (seen, how) = match answer.status {
            200 => (Some(seen(photo, &answer.body)), "image"),
            // it goes on being shown
            304 => (kept.map(|(_, seen)| seen), "known image"),
            // 503: others kept changing it while it was made
            404 | 410 | 503 => (None, "image"),
            status => panic!("an image: {status}: {}", answer.text()),
        };
        if let Some(sight) = seen {
            self.kept.lock().unwrap().insert((photo, width), (answer.header("etag").to_owned(), sight));
            self.pulled(Pull { photo, seen, began, ended, at, how });
        }
        seen
    }

    fn feed(&self, hands: &Hands<'_>) {
        let (began, at) = (self.tick(), CLOCK.load(Ordering::SeqCst));
        let answer = hands.machine.get(&api("feed.json"));
        let ended = self.tick();
        assert_eq!(answer.status, 200, "{}", answer.text());
        for item in answer.value()["items"].as_array().unwrap() {
            let photo = self.place(&item["id"]);
            self.pulled(Pull { photo, seen: None, began, ended, at, how: "feed" });
            // as a reader of the feed does
            self.image(hands, photo, None, true);
        }
    }

    fn pack(&self, hands: &Hands<'_>) {
        let (began, at) = (self.tick(), CLOCK.load(Ordering::SeqCst));
        let answer = hands.machine.get(&api("pack.zip"));
        let ended = self.tick();
        if answer.status == 503 {
            return;
        }
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut zip = zip::ZipArchive::new(Cursor::new(answer.body)).unwrap();
        let manifest: Value = serde_json::from_reader(zip.by_name("manifest.json").unwrap()).unwrap();
        let pictures = manifest["pictures"].as_array().unwrap();
        assert_eq!(zip.len(), pictures.len() + 1, "the pack has what its manifest tells");
        for picture in pictures {
            let mut bytes = Vec::new();
            zip.by_name(picture["file"].as_str().unwrap()).unwrap().read_to_end(&mut bytes).unwrap();
            let photo = self.place(&picture["photo"]);
            self.pulled(Pull { photo, seen: Some(seen(photo, &bytes)), began, ended, at, how: "pack" });
        }
    }

    fn place(&self, id: &Value) -> usize {
        self.photos.iter().position(|photo| Some(photo.as_str()) == id.as_str()).unwrap()
    }
}

fn answer(hands: &Hands<'_>, person: usize, decision: &str, made: i64, ends: Option<String>) -> Answer {
    let mut body = json!({
        "category": "website", "medium": "photo", "decision": decision, "giver_role": "guardian", "giver": "mum",
        "method": "paper", "made_at": moment(made).to_string(),
    });
    if let Some(ends) = ends {
        body["valid_until"] = ends.into();
    }
    hands.office.json(Http::POST, &format!("/api/v1/pupils/{}/ledger", id(person)), &body)
}

fn incident(hands: &Hands<'_>, path: &str) -> String {
    format!("/api/v1/incidents/{}{path}", hands.incident)
}
