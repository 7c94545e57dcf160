//! Face matching behind the biometric gate: what faces look like, whom it suggests, and that nothing outlives a shut gate.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use eyelid::config::School;
use eyelid::consent::gate::{Nation, Switch};
use eyelid::consent::ledger::{Choice, Giver, Method};
use eyelid::consent::{Code, Verdict};
use eyelid::domain::face::{Face, Who};
use eyelid::domain::geometry::{Point, Size};
use eyelid::domain::id::{ActorId, FaceId, PersonId, PhotoId};
use eyelid::domain::time::Timestamp;
use eyelid::import::{Extent, Mapping, SheetKind};
use eyelid::office::{self, MatchingWord, OfficeError, Said, Source};
use eyelid::pipeline::decide::Identified;
use eyelid::pipeline::intake::receive;
use eyelid::pipeline::recognition::{open_gate, queue, sweep};
use eyelid::pipeline::roll;
use eyelid::pipeline::worker::Bench;
use eyelid::store::{AuditFilter, Read, Store, StoreError};
use eyelid::vision::{Descriptor, Detector, Embedder, EngineKind, Limits, ModelError, Pixels, decode};
use serde_json::Value;
use tempfile::TempDir;

use super::photos::text;
use super::program::{contents, done, eyelid, fixtures};
use super::truth;

/// Both engines, or only the one that is always there.
fn engines() -> Vec<Embedder> {
    let built_in = Embedder::open_with(EngineKind::Rten).unwrap();
    match Embedder::open_with(EngineKind::OnnxRuntime) {
        Ok(fast) => vec![built_in, fast],
        Err(cause) => {
            assert!(std::env::var_os("EYELID_REQUIRE_ORT").is_none_or(|set| set != "1"), "{cause}");
            assert!(matches!(cause, ModelError::NoLibrary | ModelError::Library { .. }), "{cause}");
            vec![built_in]
        }
    }
}

fn describe(engine: &Embedder, pixels: &Pixels, landmarks: [Point; 5]) -> Descriptor {
    engine.describe(pixels, &[landmarks]).unwrap().remove(0).unwrap()
}

/// The network's own answer to a picture that is a chip already. The reference is ONNX Runtime 1.31 from Python on the
/// same numbers; engines round differently in the sixth place.
#[test]
fn a_chip_is_described_as_the_reference_does() {
    let rgb = (0..150_u32).flat_map(|y| (0..150_u32).map(move |x| [x * x + 3 * y, x * y, 5 * x + y * y]));
    let rgb = rgb.flatten().map(|value| u8::try_from(value % 256).unwrap()).collect();
    let chip = Pixels::new(Size { width: 150, height: 150 }, rgb).unwrap();
    let places = [(46.91, 46.75), (103.09, 46.75), (75.0, 78.46), (51.04, 102.56), (98.96, 102.56)];
    let landmarks = places.map(|(x, y)| Point { x: x + 0.5, y: y + 0.5 });
    let reference = [-0.052_352, 0.139_917, 0.016_498, -0.040_378, -0.130_418, -0.022_185, -0.022_99, -0.043_317];
    for engine in engines() {
        let described = describe(&engine, &chip, landmarks);
        for (got, wanted) in described.numbers().iter().zip(reference) {
            assert!((got - wanted).abs() < 1e-4, "{got} {wanted}");
        }
        let length = described.numbers().iter().map(|number| number * number).sum::<f32>().sqrt();
        assert!((length - 1.364_54).abs() < 1e-4, "{length}");
    }
}

#[derive(serde::Deserialize)]
struct Portrait {
    person: String,
    landmarks5: [[f32; 2]; 5],
}

/// From the file to the distance. The reference aligned with its own Umeyama by singular values and sampled with numpy; what
/// remains is the JPEG decoders' rounding. The distances of rendered people are compressed: they say nothing of real ones.
#[test]
fn portraits_are_as_far_apart_as_the_reference_says() {
    let school = fixtures("school");
    let truth = fs::read_to_string(school.join("truth.json")).unwrap();
    let truth: BTreeMap<String, Vec<Portrait>> = serde_json::from_str(&truth).unwrap();
    let mut descriptors: BTreeMap<String, Vec<Descriptor>> = BTreeMap::new();
    let mut people = BTreeMap::new();
    let engines = engines();
    for (path, faces) in truth.iter().filter(|(path, _)| path.starts_with("portraits/")) {
        let pixels = decode(&fs::read(school.join(path)).unwrap(), None, &Limits::default()).unwrap().pixels;
        let landmarks = faces[0].landmarks5.map(|[x, y]| Point { x, y });
        let described: Vec<_> = engines.iter().map(|engine| describe(engine, &pixels, landmarks)).collect();
        assert!(described.iter().all(|other| described[0].distance(other) < 1e-4), "the engines differ on {path}");
        people.insert(path.clone(), faces[0].person.clone());
        descriptors.insert(path.clone(), described);
    }
    let distance = |a: &str, b: &str| descriptors[a][0].distance(&descriptors[b][0]);
    for (a, b, wanted) in [("P001_1", "P001_2", 0.3043), ("P001_1", "P002_1", 0.6190), ("P002_1", "P002_2", 0.2927)] {
        let got = distance(&format!("portraits/{a}.jpg"), &format!("portraits/{b}.jpg"));
        assert!((got - wanted).abs() < 0.02, "{a} {b}: {got}, not {wanted}");
    }
    for path in descriptors.keys() {
        let others = descriptors.keys().filter(|other| *other != path);
        let nearest = others.min_by(|a, b| distance(path, a).total_cmp(&distance(path, b))).unwrap();
        assert_eq!(people[nearest], people[path], "{path} is nearest to {nearest}");
    }
}

const GROUP: &str = "photos/playground-opening/DSC00432.JPG";
const WHOLE: &str = "photos/playground-opening/whole school 2026.jpg";
const OTHER_CLASS: &str = "photos/sports-day/IMG_2057.JPG";

/// Those who agree, all of them in the group; the first in the photo of the other class only.
const AGREED: [&str; 4] = ["P007", "P014", "P042", "P048"];

/// The synthetic school with a few of its photos, inspected.
struct House {
    dir: TempDir,
    store: Store,
    school: School,
    actor: ActorId,
    detector: Detector,
    photos: BTreeMap<&'static str, (PhotoId, Vec<truth::Face>)>,
}

fn clock() -> Timestamp {
    "2026-11-05T10:00:00Z".parse().unwrap()
}

fn id(person: &str) -> PersonId {
    person.parse().unwrap()
}

fn papers() -> Switch {
    let consulted_on = "2026-09-01".parse().unwrap();
    let (dpia_reference, dpo_opinion) = ("DPIA-7".to_owned(), "in favour".to_owned());
    Switch { nation: Nation::England, dpia_reference, dpo_opinion, consulted_on }
}

impl House {
    fn build(paths: &[&'static str]) -> Self {
        let dir = TempDir::new().unwrap();
        let store = Store::open(dir.path(), clock()).unwrap();
        let (school, actor) = (School::load(&fixtures("school")).unwrap(), "cli".parse().unwrap());
        let mut house =
            Self { dir, store, school, actor, detector: Detector::open().unwrap(), photos: BTreeMap::new() };
        let pupils = fs::read(fixtures("school").join("pupils.csv")).unwrap();
        let (kind, mapping) = (SheetKind::Csv, Mapping::default());
        let source = Source { bytes: &pupils, kind, mapping: &mapping, confirm_loosening: true, dry_run: false };
        office::enrol_pupils(&house.store, &house.school, &source, Extent::Full, &house.actor, clock()).unwrap();
        for photo in truth::photos() {
            let Some(path) = paths.iter().find(|path| **path == photo.path) else { continue };
            let classes: &[&str] = if *path == OTHER_CLASS { &["Oak"] } else { &["Beech", "Oak", "Elm"] };
            let roster: Vec<String> = classes.iter().map(|class| (*class).to_owned()).collect();
            let (name, stem) = (classes.join(" "), classes.join("-"));
            let date = "2026-09-18".parse().unwrap();
            let event = house.store.write(&house.actor, clock(), |w| w.open_event(&name, date, &roster, &stem));
            let event = event.unwrap();
            receive(&house.store, &house.school, &photo.bytes, None, &event, &house.actor, clock()).unwrap();
            house.photos.insert(*path, (photo.id, photo.faces));
        }
        house.work();
        house
    }

    /// Does every job that waits.
    fn work(&self) {
        let worker = self.store.sign_on().unwrap();
        let Self { store, school, actor, detector, .. } = self;
        let bench = Bench { store, school, detector, actor, clock };
        while bench.step(&worker).unwrap().is_some() {}
        assert_eq!(self.store.read(Read::dead_jobs).unwrap(), []);
    }

    fn photo(&self, path: &str) -> &PhotoId {
        &self.photos[path].0
    }

    /// The face that truly is a person's.
    fn face(&self, path: &str, person: &str) -> Face {
        let (photo, truth) = &self.photos[path];
        let truth = truth.iter().find(|face| face.person == person).unwrap();
        let faces = self.store.read(|r| r.faces(photo)).unwrap();
        faces.into_iter().max_by(|a, b| a.rect.iou(&truth.rect).total_cmp(&b.rect.iou(&truth.rect))).unwrap()
    }

    fn suggested(&self, path: &str, person: &str) -> Vec<String> {
        self.face(path, person).suggested().map(ToString::to_string).collect()
    }

    /// Everybody who is suggested anywhere.
    fn all_suggested(&self) -> BTreeSet<String> {
        let people = self.store.read(Read::people_suggested).unwrap();
        people.iter().map(ToString::to_string).collect()
    }

    fn described(&self) -> BTreeSet<String> {
        self.store.read(Read::described).unwrap().iter().map(ToString::to_string).collect()
    }

    fn tag(&self, path: &str, face: FaceId, who: &Who) {
        office::tag(&self.store, self.photo(path), face, who, &self.actor, clock()).unwrap();
    }

    fn say(&self, person: &str, giver: Giver, said: Said, method: Method) {
        let word = MatchingWord { said, giver, method, made_at: clock(), valid_until: None };
        office::speak_of_matching(&self.store, &self.school, &id(person), word, &self.actor, clock()).unwrap();
    }

    fn guardian_says(&self, person: &str, said: Said) {
        self.say(person, Giver::Guardian("G1".into()), said, Method::Paper);
    }

    fn templates(&self) -> PathBuf {
        self.dir.path().join("templates")
    }

    fn files(&self) -> usize {
        fs::read_dir(self.templates()).map_or(0, Iterator::count)
    }

    fn newsletter(&self, path: &str) -> (Verdict, BTreeSet<Code>) {
        let (channel, category) = self.school.channel(&"newsletter".parse().unwrap()).unwrap();
        let identified = self.store.read(|read| Identified::load(read, &roll(read)?, self.photo(path))).unwrap();
        let decision = identified.decide(&self.school, channel, category, clock());
        (decision.verdict(), decision.reasons().iter().map(|reason| reason.code).collect())
    }

    fn audited(&self, event: &str) -> usize {
        let rows = self.store.read(|r| r.audit_rows(None, 0, 100_000)).unwrap();
        rows.iter().filter(|row| row.event.contains(&format!("\"{event}\""))).count()
    }
}

fn owned<const N: usize>(people: [&str; N]) -> BTreeSet<String> {
    people.into_iter().map(str::to_owned).collect()
}

#[test]
fn from_the_switch_to_the_suggestion_and_back() {
    let house = House::build(&[GROUP, WHOLE, OTHER_CLASS]);
    let is_open = |person: &str| {
        let open = house.store.read(|r| open_gate(r, &house.school, &id(person), clock()));
        open.unwrap().is_some()
    };

    // off until it is switched on, whatever is agreed and confirmed
    for person in AGREED {
        house.guardian_says(person, Said::Told);
        house.guardian_says(person, Said::Decided(Choice::Granted));
        house.tag(GROUP, house.face(GROUP, person).id, &Who::Person(id(person)));
    }
    house.tag(GROUP, house.face(GROUP, "P005").id, &Who::Person(id("P005")));
    house.work();
    assert!(!house.templates().exists() && house.all_suggested().is_empty());
    assert_eq!((house.store.read(Read::job_counts).unwrap().done, house.audited("template_made")), (6, 0));
    let nowhere = Switch { dpia_reference: String::new(), ..papers() };
    let refused = office::switch_on(&house.store, &house.school, &nowhere, &house.actor, clock());
    assert!(matches!(refused, Err(OfficeError::Papers(_))), "{refused:?}");

    // on: those who agreed are found in the other photos, nobody else is described
    office::switch_on(&house.store, &house.school, &papers(), &house.actor, clock()).unwrap();
    assert!(AGREED.into_iter().all(is_open) && !is_open("P005"));
    house.work();
    assert_eq!(house.described(), owned(AGREED));
    for person in ["P014", "P042", "P048"] {
        assert_eq!(house.suggested(WHOLE, person)[0], person);
    }
    assert!(house.all_suggested().is_subset(&owned(AGREED)));
    let other = house.store.read(|r| r.faces(house.photo(OTHER_CLASS))).unwrap();
    assert!(other.len() >= 6 && other.iter().all(|face| face.who == Who::Unknown), "not on the roster: {other:?}");
    let ran = done(["faces", house.photo(WHOLE).as_str(), "--json", "--data", text(house.dir.path())]);
    let line = ran.objects().into_iter().find(|line| line["suggestions"][0] == "P042").unwrap();
    assert_eq!((&line["person"], &line["who"]), (&Value::Null, &Value::from("suggested")));
    let (_, codes) = house.newsletter(WHOLE);
    assert!(!codes.contains(&Code::Restricted));

    // no copy of anything but the folder holds a template
    let open = house.store.read(|r| open_gate(r, &house.school, &id("P042"), clock())).unwrap().unwrap();
    let template = house.store.read(|r| r.template(&open)).unwrap().unwrap();
    assert_eq!(template.len(), 1 + 20 + 4 + 4 * 128, "one face has been confirmed");
    let numbers = &template[1 + 20 + 4..][..24];
    for (path, bytes) in contents(house.dir.path()) {
        assert!(!bytes.windows(numbers.len()).any(|part| part == numbers), "{} holds a template", path.display());
    }

    // a rejected suggestion never returns for that face
    let face = house.face(WHOLE, "P042").id;
    house.tag(WHOLE, face, &Who::Unknown);
    house.work();
    assert!(!house.suggested(WHOLE, "P042").contains(&"P042".to_owned()));
    assert!(house.audited("suggestion_rejected") > 0);

    // but people have the last word, and what they confirm teaches
    house.tag(WHOLE, face, &Who::Person(id("P042")));
    house.work();
    let longer = house.store.read(|r| r.template(&open)).unwrap().unwrap();
    assert_eq!(longer.len(), template.len() + 20 + 4 + 4 * 128);

    // a withdrawal destroys at once, and a template that a crash left behind is not used and swept away
    let kept = contents(&house.templates());
    house.guardian_says("P048", Said::Decided(Choice::Withdrawn));
    assert_eq!((house.files(), house.described()), (4, owned(["P007", "P014", "P042"])));
    assert!(!house.all_suggested().contains("P048"));
    for (path, bytes) in kept {
        fs::write(house.templates().join(path), bytes).unwrap();
    }
    assert!(house.described().contains("P048"));
    house.store.write(&house.actor, clock(), |w| queue(w, house.photo(WHOLE))).unwrap();
    house.work();
    assert!(!house.all_suggested().contains("P048"));
    sweep(&house.store, &house.school, &house.actor, clock()).unwrap();
    assert_eq!((house.files(), house.described()), (4, owned(["P007", "P014", "P042"])));

    // the child's word, spoken, is enough
    house.say("P007", Giver::Pupil, Said::Decided(Choice::Refused), Method::Verbal);
    assert_eq!(house.described(), owned(["P014", "P042"]));

    // a restricted pupil's template goes, but the suggestion stays and withholds the photo, even when consent goes too
    let earlier = "2026-11-04T10:00:00Z".parse().unwrap();
    office::safeguarding::restrict(&house.store, &id("P014"), None, &house.actor, earlier).unwrap();
    // nor do the rows that stand beside the sealed one in the audit chain tell whose it is
    let beside = |filter: AuditFilter| {
        let found = house.store.read(|r| r.search_audit(&AuditFilter { conceal: true, ..filter }, 10_000)).unwrap();
        found.into_iter().filter(|found| found.row.at == earlier).map(|found| found.sealed).collect::<Vec<_>>()
    };
    let all = beside(AuditFilter::default());
    assert!(all.len() >= 4 && all.iter().all(|sealed| *sealed), "the template, the photos, the word itself: {all:?}");
    assert_eq!(beside(AuditFilter { photo: Some(house.photo(WHOLE).clone()), ..AuditFilter::default() }), [true; 0]);
    assert_eq!(beside(AuditFilter { person: Some(id("P014")), ..AuditFilter::default() }), [true; 0]);
    assert_eq!(house.described(), owned(["P042"]));
    house.work();
    assert_eq!(house.suggested(WHOLE, "P014")[0], "P014");
    let blocked = |path| {
        let (verdict, codes) = house.newsletter(path);
        verdict == Verdict::Block && codes.contains(&Code::Restricted)
    };
    assert!(blocked(WHOLE));
    house.guardian_says("P014", Said::Decided(Choice::Withdrawn));
    house.work();
    assert!(blocked(WHOLE));
    office::safeguarding::lift(&house.store, &id("P014"), &house.actor, clock()).unwrap();
    sweep(&house.store, &house.school, &house.actor, clock()).unwrap();
    assert!(!blocked(WHOLE) && !house.all_suggested().contains("P014"));

    // a correction: what was learnt from the wrong face is forgotten
    house.tag(GROUP, house.face(GROUP, "P042").id, &Who::Visitor);
    assert_eq!(house.described(), owned([]));
    house.work();
    assert_eq!(house.described(), owned(["P042"]), "made anew from the other photo");
    assert_eq!(house.store.read(|r| r.template(&open)).unwrap().unwrap().len(), template.len());

    // a guardian who was not told turns up
    office::note_guardian(&house.store, &house.school, &id("P042"), "G2", true, &house.actor, clock()).unwrap();
    assert!(house.described().is_empty() && !is_open("P042"));
    house.say("P042", Giver::Guardian("G2".into()), Said::Told, Method::Verbal);
    house.work();
    assert_eq!(house.described(), owned(["P042"]));

    // off: nothing is left
    office::switch_off(&house.store, &house.school, &house.actor, clock()).unwrap();
    assert!(!house.templates().exists() && house.all_suggested().is_empty());
    house.work();
    assert!(!house.templates().exists());
    assert!(house.store.examine(&[]).unwrap().is_empty());
}

/// A day after the last one at the school, an agreement that has lapsed: time shuts a gate without anybody's word.
#[test]
fn time_shuts_a_gate_and_the_next_opening_leaves_nothing_behind_it() {
    let house = House::build(&[]);
    let write = |work: &dyn Fn(&eyelid::store::Write<'_>) -> Result<(), StoreError>| {
        house.store.write(&house.actor, clock(), |w| work(w)).unwrap();
    };
    office::switch_on(&house.store, &house.school, &papers(), &house.actor, clock()).unwrap();
    let until = "2026-12-01T00:00:00Z".parse::<Timestamp>().unwrap();
    for (person, valid_until) in [("P001", None), ("P003", Some(until))] {
        house.guardian_says(person, Said::Told);
        let (said, giver) = (Said::Decided(Choice::Granted), Giver::Guardian("G1".into()));
        let word = MatchingWord { said, giver, method: Method::Portal, made_at: clock(), valid_until };
        office::speak_of_matching(&house.store, &house.school, &id(person), word, &house.actor, clock()).unwrap();
        let open = house.store.read(|r| open_gate(r, &house.school, &id(person), clock())).unwrap().unwrap();
        write(&|w| w.keep_template(&open, b"a face"));
    }
    let swept = |at: Timestamp| {
        sweep(&house.store, &house.school, &house.actor, at).unwrap();
        house.described()
    };
    let rows = |house: &House| house.store.read(Read::audit_head).unwrap().count;
    let before = rows(&house);
    assert_eq!(swept(clock()), owned(["P001", "P003"]));
    assert_eq!(rows(&house), before, "nothing to do, nothing written");
    assert_eq!(swept(until), owned(["P001"]));
    write(&|w| w.set_leaving(&id("P001"), Some("2026-12-18".parse().unwrap())).map(drop));
    assert_eq!(swept("2026-12-18T12:00:00Z".parse().unwrap()), owned(["P001"]));
    assert_eq!(swept("2026-12-19T12:00:00Z".parse().unwrap()), owned([]));
    // a folder that came back from somewhere although matching is off
    office::switch_off(&house.store, &house.school, &house.actor, clock()).unwrap();
    fs::create_dir(house.templates()).unwrap();
    fs::write(house.templates().join("stray"), b"x").unwrap();
    swept(clock());
    assert!(!house.templates().exists());
}

#[test]
fn the_command_line_opens_and_shuts_the_gate() {
    let data = TempDir::new().unwrap();
    let data = text(data.path());
    let pupils = fixtures("school").join("pupils.csv");
    done(["import", "pupils", text(&pupils), "--data", data]);
    let status = || done(["recognition", "status", "--json", "--data", data]).objects();
    let of = |pupil: &str| status().into_iter().find(|line| line["person"] == pupil).unwrap();
    assert_eq!((&status()[0]["on"], status().len()), (&Value::from(false), 21), "only pupils");
    assert_eq!(of("P001")["why"], serde_json::json!(["switched_off", "no_guardian", "no_written_consent"]));
    assert!(done(["doctor", "--data", data]).out.contains("face matching: off"));

    let on = ["recognition", "on", "--nation", "england", "--dpia", "D7", "--dpo-opinion", "in favour", "--data", data];
    let ahead = eyelid(on.iter().copied().chain(["--consulted", "2999-01-01"]));
    assert!(ahead.code == Some(1) && ahead.err.contains("consultation"), "{}", ahead.err);
    assert_eq!(eyelid(on).code, Some(2), "the date is missing");
    assert_eq!(status()[0]["on"], false);
    done(on.iter().copied().chain(["--consulted", "2026-01-12"]));
    let line = &status()[0];
    assert_eq!(
        (&line["on"], &line["nation"], &line["dpia_reference"]),
        (&true.into(), &"england".into(), &"D7".into())
    );
    assert_eq!((&line["dpo_opinion"], &line["consulted_on"]), (&"in favour".into(), &"2026-01-12".into()));

    let word = |words: &[&str]| eyelid(words.iter().copied().chain(["--data", data])).code;
    let guardian = |decision, method| {
        let words = ["recognition", "consent", "P001", decision, "--giver", "guardian", "--guardian", "G1"];
        word(&[&words[..], &["--method", method]].concat())
    };
    assert_eq!(word(&["recognition", "notify", "P001", "--guardian", "G1"]), Some(0));
    assert_eq!(of("P001")["why"], serde_json::json!(["no_written_consent"]));
    assert_eq!(guardian("granted", "verbal"), Some(0));
    assert_eq!(of("P001")["open"], false, "not in writing");
    assert_eq!(guardian("granted", "paper"), Some(0));
    assert_eq!((&of("P001")["open"], &of("P001")["template"]), (&Value::from(true), &Value::from(false)));
    assert!(done(["doctor", "--data", data]).out.contains("1 of 20 pupils' gates are open, 0 have a template"));
    assert_eq!(word(&["recognition", "guardian", "P001", "G2"]), Some(0));
    assert_eq!(of("P001")["why"], serde_json::json!(["not_notified"]));
    assert_eq!(word(&["recognition", "guardian", "P001", "G2", "--remove"]), Some(0));
    assert_eq!(of("P001")["open"], true);
    assert_eq!(word(&["recognition", "consent", "P001", "refused", "--giver", "pupil", "--method", "verbal"]), Some(0));
    assert_eq!(of("P001")["why"], serde_json::json!(["child_refusal"]));
    assert_eq!(word(&["restrict", "P003"]), Some(0));
    let told = done(["recognition", "status", "--data", data]).out;
    assert!(told.contains("P001: shut. The child has said no.") && !told.contains("restrict"), "{told}");

    assert_eq!(word(&["recognition", "notify", "S104", "--guardian", "G1"]), Some(1), "no pupil");
    assert_eq!(word(&["recognition", "notify", "P999", "--guardian", "G1"]), Some(1));
    let nobody = ["recognition", "consent", "P001", "granted", "--giver", "guardian", "--method", "paper"];
    assert_eq!(word(&nobody), Some(2), "which guardian is not said");
    assert_eq!(word(&["recognition", "off"]), Some(0));
    assert_eq!(status()[0]["on"], false);
    assert_eq!(word(&["audit", "verify"]), Some(0));
    let audit = done(["audit", "show", "--data", data]).out;
    assert!(!audit.contains("in favour") && !audit.contains("G1"), "{audit}");
}
