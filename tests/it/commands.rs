//! The command line by its contract: a photo's whole way, exit codes, refusals, and what is never said.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Stdio;

use eyelid::domain::geometry::Size;
use eyelid::vision::{Pixels, encode_jpeg};
use serde_json::Value;
use tempfile::TempDir;

use super::photos::{fixture, picture, small, text, with_exif};
use super::program::{Ran, contents, eyelid, program};

/// A data folder with the fixture school's pupils and consents, in a folder with room beside it.
struct House {
    dir: TempDir,
}

/// A verdict, what becomes of each face, and the codes of the reasons.
type Judged = (String, Vec<String>, Vec<String>);

impl House {
    fn new(settings: &str) -> Self {
        let house = Self { dir: TempDir::new().unwrap() };
        fs::create_dir(house.data()).unwrap();
        fs::write(house.data().join("school.toml"), settings).unwrap();
        for list in ["pupils", "consents"] {
            let file = fixture(&format!("school/{list}.csv"));
            assert_eq!(house.run(&["import", list, text(&file)]).code, Some(0));
        }
        house
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        eyelid([arguments, &["--data", text(&self.data())]].concat())
    }

    /// Runs a command that has to succeed.
    fn done(&self, line: &str) -> Ran {
        let ran = self.run(&line.split(' ').collect::<Vec<_>>());
        assert_eq!(ran.code, Some(0), "{line}: {}", ran.err);
        ran
    }

    /// Takes a picture in and gives its line.
    fn ingest(&self, name: &str, bytes: &[u8], event: &str, date: &str) -> Value {
        let file = self.dir.path().join(name);
        fs::write(&file, bytes).unwrap();
        let ran = self.run(&["ingest", text(&file), "--event", event, "--date", date, "--json"]);
        let lines = ran.objects();
        assert_eq!(lines.len(), 1, "{}", ran.err);
        let bad = matches!(lines[0]["status"].as_str(), Some("refused" | "quarantined"));
        assert_eq!(ran.code, Some(i32::from(bad)), "{}", ran.err);
        lines[0].clone()
    }

    /// Takes a picture in for the sports day and gives its id.
    fn photo(&self, bytes: &[u8]) -> String {
        let line = self.ingest("IMG_0001.jpg", bytes, "Sports day", "2026-06-12");
        assert_eq!(line["status"], "received");
        line["photo"].as_str().unwrap().to_owned()
    }

    fn decide(&self, photo: &str, more: &str) -> Judged {
        let line = self.done(&format!("decide {photo} {more} --json")).objects().remove(0);
        let texts = |list: &Value, key: &str| -> Vec<String> {
            list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
        };
        let verdict = line["verdict"].as_str().unwrap().to_owned();
        (verdict, texts(&line["faces"], "verdict"), texts(&line["reasons"], "code"))
    }

    /// The verdict for the newsletter.
    fn newsletter(&self, photo: &str) -> Judged {
        self.decide(photo, "--channel newsletter")
    }

    fn release(&self) -> Ran {
        self.run(&["release", "newsletter", "-o", text(&self.out())])
    }

    /// The bytes of the only picture that is out.
    fn picture_out(&self) -> Vec<u8> {
        assert_eq!(self.release().code, Some(0));
        fs::read(self.out().join("sports-day-2026-06-12-001.jpg")).unwrap()
    }
}

/// A picture with so many faces, small enough to be looked through in no time.
fn faces(count: u32) -> Vec<u8> {
    let one = picture("torture/upright.jpg", 96);
    let row = usize::try_from(3 * one.size().width).unwrap();
    let times = usize::try_from(count).unwrap();
    let rgb: Vec<u8> = one.rgb().chunks(row).flat_map(|row| row.repeat(times)).collect();
    let size = Size { width: count * one.size().width, height: one.size().height };
    encode_jpeg(&Pixels::new(size, rgb).unwrap(), None).unwrap()
}

fn judged(verdict: &str, faces: &[&str], reasons: &[&str]) -> Judged {
    let texts = |list: &[&str]| list.iter().map(ToString::to_string).collect();
    (verdict.to_owned(), texts(faces), texts(reasons))
}

#[test]
fn a_photo_waits_for_every_word_and_shows_less_at_once() {
    let house = House::new("");
    let photo = house.photo(&faces(2));
    let lines = house.done(&format!("faces {photo} --json")).objects();
    let said: Vec<_> = lines.iter().map(|line| (line["face"].as_u64(), &line["maybe"], &line["person"])).collect();
    assert_eq!(said, [(Some(1), &false.into(), &Value::Null), (Some(2), &false.into(), &Value::Null)]);
    assert!(lines.iter().all(|line| line["box"].as_array().unwrap().len() == 4 && line["score"].is_number()));

    let before = house.newsletter(&photo);
    assert_eq!(before, judged("hold", &["obscure", "obscure"], &["headcount_missing", "sign_off_missing"]));
    assert!(house.release().out.starts_with("0 pictures"), "nothing leaves by default");

    house.done(&format!("tag {photo} 1 P003"));
    house.done(&format!("tag {photo} 2 P022"));
    house.done(&format!("headcount {photo} 3"));
    let (verdict, shown, reasons) = house.newsletter(&photo);
    assert_eq!((verdict.as_str(), shown), ("hold", vec!["show".to_owned(), "obscure".to_owned()]));
    assert_eq!(reasons, ["headcount_mismatch", "sign_off_missing"]);
    house.done(&format!("headcount {photo} 2"));
    house.done(&format!("sign-off {photo} newsletter"));
    assert_eq!(house.newsletter(&photo), judged("release", &["show", "obscure"], &[]));
    let shown = house.picture_out();

    house.done("consent P003 newsletter withdrawn --giver G0031");
    assert_eq!(house.newsletter(&photo), judged("release", &["obscure", "obscure"], &["stricter_than_signed"]));
    assert_ne!(house.picture_out(), shown, "the released file is not the old one");
    house.done("restrict P003");
    let (verdict, ..) = house.newsletter(&photo);
    assert_eq!(verdict, "block");
    assert_eq!(house.run(&["sign-off", &photo, "newsletter"]).code, Some(1), "what is blocked cannot be signed off");
    let told = house.done(&format!("decide {photo} --channel newsletter")).out;
    assert!(!told.to_lowercase().contains("restrict"), "{told}");
    assert!(house.release().out.starts_with("0 pictures"));
    assert!(!house.out().join("sports-day-2026-06-12-001.jpg").exists());
    house.done("restrict P003 --lift");

    // whoever reads the chain reads no name, and nothing is out of order
    house.done("audit verify");
    let told = house.done("audit show").out.to_lowercase();
    assert!(["mei", "chen", "o'brien", "sports", "jpg"].iter().all(|name| !told.contains(name)));
    assert!(house.done("audit show --pupil P003").out.lines().count() > 5);
}

#[test]
fn another_moment_is_judged_by_what_was_known_then() {
    let house = House::new("");
    let photo = house.photo(&faces(1));
    house.done(&format!("tag {photo} 1 P003"));
    let shown_at = |moment: &str| house.decide(&photo, &format!("--channel newsletter --at {moment}")).1;
    assert_eq!(shown_at("2026-09-06"), ["obscure"], "the day before the family answered");
    assert_eq!(shown_at("2026-09-08T10:00:00Z"), ["show"]);
    house.done("consent P003 newsletter granted --giver G0031 --valid-until 2031-05-01");
    assert_eq!(shown_at("2031-05-01T22:59:00Z"), ["show"], "the last day is meant to its end");
    assert_eq!(shown_at("2031-05-01T23:00:00Z"), ["obscure"]);
}

#[test]
fn what_the_register_says_later_leaves_the_past_alone() {
    let house = House::new("");
    let line = house.ingest("IMG_0001.jpg", &faces(2), "Zimmerblatt lake", "2026-06-12");
    let photo = line["photo"].as_str().unwrap().to_owned();
    for line in ["tag {} 1 P003", "tag {} 2 P022", "headcount {} 2", "sign-off {} newsletter"] {
        house.done(&line.replace("{}", &photo));
    }
    let then = jiff::Timestamp::now();
    let at = |moment: jiff::Timestamp| house.decide(&photo, &format!("--channel newsletter --at {moment}"));
    let decided = at(then);
    assert_eq!(decided, house.newsletter(&photo));
    assert_eq!(decided.1[0], "show");

    let roll = fs::read_to_string(fixture("school/pupils.csv")).unwrap();
    let mei = "P003,Meilin,Mei,Chen,2020-01-19,2,Beech,4003,X000200000003,,pupil";
    assert!(roll.contains(mei));
    let file = house.dir.path().join("left.csv");
    fs::write(
        &file,
        roll.replace(mei, "P003,Meilin,Mei,Zimmerblatt,2020-01-19,2,Beech,4003,X000200000003,2026-09-30,pupil"),
    )
    .unwrap();
    house.done(&format!("import pupils {}", text(&file)));

    let (verdict, shown, reasons) = house.newsletter(&photo);
    assert_eq!((verdict.as_str(), shown[0].as_str()), ("hold", "obscure"), "who has left is not shown");
    assert!(reasons.contains(&"name_in_text".to_owned()), "{reasons:?}");
    assert_eq!(at(then), decided, "the past is what it was");
}

#[test]
fn a_no_without_a_time_of_day_counts_from_the_first_moment_of_its_day() {
    let house = House::new("");
    house.done("consent P003 website refused --giver G0031 --made-at 2026-10-25");
    let standing = |moment: &str| {
        let lines = house.done(&format!("pupil P003 --at {moment} --json")).objects();
        let of = |line: &&Value| line["category"] == "website" && line["medium"] == "photo";
        lines.iter().find(of).unwrap()["standing"].as_str().unwrap().to_owned()
    };
    assert_eq!(standing("2026-10-24T22:59:59Z"), "granted");
    assert_eq!(standing("2026-10-24T23:00:00Z"), "refused", "midnight in London is an hour earlier");
    assert_eq!(standing("2026-10-25T12:00:00Z"), "refused");
    assert_eq!(standing("2026-10-26T12:00:00Z"), "refused");
}

#[test]
fn whoever_shuts_the_pipe_is_not_scolded() {
    let house = House::new("");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = program(["pupil", "P003", "--data", text(&house.data())]).stdout(writer).output().unwrap();
    assert_eq!((ran.status.code(), String::from_utf8(ran.stderr).unwrap()), (Some(1), String::new()));
}

#[test]
fn of_two_words_of_one_day_the_no_holds_and_the_next_day_is_another() {
    let house = House::new("");
    let standing = |person: &str| {
        let lines = house.done(&format!("pupil {person} --json")).objects();
        let of = |line: &&Value| line["category"] == "website" && line["medium"] == "photo";
        lines.iter().find(of).unwrap()["standing"].clone()
    };
    house.done("consent P003 website granted --giver G0031 --made-at 2026-09-13T14:00:00Z");
    house.done("consent P003 website refused --giver G0031 --made-at 2026-09-13");
    assert_eq!(standing("P003"), "refused");
    house.done("consent P022 website refused --giver G0221 --made-at 2026-09-12");
    house.done("consent P022 website granted --giver G0221 --made-at 2026-09-13");
    assert_eq!(standing("P022"), "granted");
}

#[test]
fn who_a_face_is_said_to_be_never_shows_more_than_was_signed_off() {
    let house = House::new("");
    let photo = house.photo(&faces(2));
    for line in ["tag {} 1 visitor", "headcount {} 2", "sign-off {} newsletter"] {
        house.done(&line.replace("{}", &photo));
    }
    assert_eq!(house.newsletter(&photo), judged("release", &["obscure", "obscure"], &[]));
    let stale = |faces: &[&str], more: &[&str]| {
        let (verdict, shown, reasons) = house.newsletter(&photo);
        assert_eq!((verdict.as_str(), shown.as_slice()), ("hold", judged("", faces, &[]).1.as_slice()));
        assert_eq!(reasons, judged("", &[], more).2);
    };
    house.done(&format!("tag {photo} 1 P003"));
    stale(&["show", "obscure"], &["sign_off_stale"]);
    house.done(&format!("tag {photo} 1 not-a-face"));
    stale(&["none", "obscure"], &["headcount_mismatch", "sign_off_stale"]);
    house.done(&format!("headcount {photo} 1"));
    stale(&["none", "obscure"], &["sign_off_stale"]);
    house.done(&format!("tag {photo} 1 unknown"));
    stale(&["obscure", "obscure"], &["headcount_mismatch"]);
    house.done(&format!("headcount {photo} 2"));
    assert_eq!(house.newsletter(&photo), judged("release", &["obscure", "obscure"], &[]));

    // a face that the detector missed holds the photo until somebody counts it, and is hidden then
    let added = house.done(&format!("add-face {photo} 90 2 100 12")).out;
    assert_eq!(added, "3\n");
    stale(&["obscure", "obscure", "obscure"], &["headcount_mismatch", "stricter_than_signed"]);
    house.done(&format!("headcount {photo} 3"));
    assert_eq!(house.newsletter(&photo).0, "release");
    // the channel that nobody signed off waits still
    assert_eq!(house.decide(&photo, "--channel website").2, ["sign_off_missing"]);
}

#[test]
fn the_same_bytes_are_the_same_photo_and_the_same_picture_in_other_bytes_inherits_nothing() {
    let house = House::new("");
    let bytes = faces(1);
    let photo = house.photo(&bytes);
    house.done(&format!("tag {photo} 1 P003"));
    house.done(&format!("headcount {photo} 1"));
    house.done(&format!("sign-off {photo} newsletter"));
    let again = house.ingest("renamed.jpeg", &bytes, "Another event", "2026-06-13");
    assert_eq!((again["photo"].as_str(), again["status"].as_str()), (Some(photo.as_str()), Some("duplicate")));
    let other = house.photo(&with_exif(&bytes));
    assert_ne!(other, photo);
    let (verdict, shown, _) = house.newsletter(&other);
    assert_eq!((verdict.as_str(), shown), ("hold", vec!["obscure".to_owned()]));
}

#[test]
fn only_the_schools_cameras_are_let_in() {
    let house = House::new("[[cameras]]\nmake = 'canon'\nserial = '073072004512'\n");
    let bytes = faces(1);
    let stranger = house.ingest("phone.jpg", &bytes, "Sports day", "2026-06-12");
    assert_eq!(stranger["status"], "quarantined");
    let photo = stranger["photo"].as_str().unwrap();
    assert_eq!(house.newsletter(photo).0, "block");
    assert!(house.newsletter(photo).2.contains(&"quarantined".to_owned()));
    assert!(house.done(&format!("faces {photo}")).out.is_empty(), "nobody looked for faces");
    let ours = house.ingest("ours.jpg", &with_exif(&bytes), "Sports day", "2026-06-12");
    assert_eq!(ours["status"], "received");
    // the list is corrected and the photo brought again
    fs::write(house.data().join("school.toml"), "").unwrap();
    assert_eq!(house.ingest("phone.jpg", &bytes, "Sports day", "2026-06-12")["status"], "received");
    assert_eq!(house.newsletter(photo).0, "hold");
}

#[test]
fn with_four_eyes_nobody_signs_off_what_they_brought() {
    let house = House::new("[policy]\nfour_eyes = true\n");
    let photo = house.photo(&faces(1));
    house.done(&format!("headcount {photo} 1"));
    house.done(&format!("sign-off {photo} newsletter"));
    assert_eq!(house.newsletter(&photo), judged("hold", &["obscure"], &["four_eyes"]));
}

#[test]
fn an_event_with_a_pupils_name_holds_and_the_names_of_files_are_neutral() {
    let house = House::new("");
    let event = "Amelia O'Brien-Smith wins";
    let line = house.ingest("Amelia O'Brien-Smith.jpg", &faces(1), event, "2026-06-12");
    let photo = line["photo"].as_str().unwrap();
    house.done(&format!("headcount {photo} 1"));
    house.done(&format!("sign-off {photo} newsletter"));
    assert_eq!(house.newsletter(photo), judged("hold", &["obscure"], &["name_in_text"]));

    // two events whose names come to the same, and one on two days
    for (side, name, date) in
        [(100, "Fun run!", "2026-06-12"), (104, "fun-run", "2026-06-12"), (112, "Fun run!", "2026-06-13")]
    {
        let line = house.ingest("IMG_1.jpg", &small("torture/upright.jpg", side), name, date);
        let photo = line["photo"].as_str().unwrap();
        house.done(&format!("headcount {photo} 1"));
        house.done(&format!("sign-off {photo} newsletter"));
    }
    assert_eq!(house.release().code, Some(0));
    let mut names: Vec<_> =
        fs::read_dir(house.out()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let expected =
        ["fun-run-2026-06-12-001.jpg", "fun-run-2026-06-12-2-001.jpg", "fun-run-2026-06-13-001.jpg", "manifest.json"];
    assert_eq!(names, expected);
    let manifest = fs::read_to_string(house.out().join("manifest.json")).unwrap();
    assert!(["Amelia", "Brien", "IMG_1"].iter().all(|name| !manifest.contains(name)), "{manifest}");
}

#[test]
fn a_release_touches_no_folder_but_its_own() {
    let house = House::new("");
    let photo = house.photo(&faces(1));
    house.done(&format!("headcount {photo} 1"));
    house.done(&format!("sign-off {photo} newsletter"));
    let outside = house.dir.path().join("kept.txt");
    fs::write(&outside, "mine").unwrap();

    fs::create_dir(house.out()).unwrap();
    fs::write(house.out().join("holiday.jpg"), "mine").unwrap();
    let ran = house.release();
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("not empty"), "{}", ran.err);
    assert_eq!(fs::read(house.out().join("holiday.jpg")).unwrap(), b"mine");
    fs::remove_file(house.out().join("holiday.jpg")).unwrap();
    assert_eq!(house.release().code, Some(0));
    let other = house.run(&["release", "website", "-o", text(&house.out())]);
    assert_eq!(other.code, Some(1), "the folder is another channel's");

    let path = house.out().join("manifest.json");
    let manifest = fs::read_to_string(&path).unwrap();
    for evil in ["../kept.txt", "..", "", "/etc/hostname", "a/../../kept.txt", ".hidden"] {
        fs::write(&path, manifest.replace("sports-day-2026-06-12-001.jpg", evil)).unwrap();
        assert_eq!(house.release().code, Some(1), "{evil}");
    }
    assert_eq!(fs::read(&outside).unwrap(), b"mine");
    fs::write(&path, manifest).unwrap();

    // a link in the place of a picture is replaced, not followed
    let picture = house.out().join("sports-day-2026-06-12-001.jpg");
    fs::remove_file(&picture).unwrap();
    symlink(&outside, &picture).unwrap();
    assert_eq!(house.release().code, Some(0));
    assert_eq!(fs::read(&outside).unwrap(), b"mine");
    assert!(!picture.is_symlink());
}

#[test]
fn what_may_no_longer_be_shown_goes_although_another_photo_is_damaged() {
    let house = House::new("");
    for side in [96, 104] {
        let photo = house.photo(&small("torture/upright.jpg", side));
        for line in ["tag {} 1 P003", "headcount {} 1", "sign-off {} newsletter"] {
            house.done(&line.replace("{}", &photo));
        }
    }
    assert_eq!(house.release().code, Some(0));
    fs::remove_dir_all(house.data().join("blobs")).unwrap();
    house.done("consent P003 newsletter withdrawn --giver G0031");
    assert_eq!(house.release().code, Some(3), "the originals are gone");
    let left: Vec<_> = fs::read_dir(house.out()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["manifest.json"]);
}

#[test]
fn every_kind_of_failure_has_its_code() {
    let house = House::new("");
    let photo = house.photo(&faces(1));
    let code = |line: &str| house.run(&line.replace("PHOTO", &photo).split(' ').collect::<Vec<_>>()).code;
    let nobody = "0".repeat(20);
    for line in [
        &format!("faces {nobody}"),
        &format!("decide {nobody}"),
        "tag PHOTO 9 P003",
        "tag PHOTO 1 P999",
        "restrict P999",
        "sign-off PHOTO nowhere",
        "decide PHOTO --channel nowhere",
        "decide PHOTO --at yesterday",
        "add-face PHOTO 5 5 5 5",
        "add-face PHOTO 900 900 950 950",
        "consent P003 nowhere granted",
        "consent P003 website granted --made-at 2999-01-01",
        "consent P003 website refused --photo 00000000000000000000",
        "import pupils nowhere.csv",
        "ingest nowhere.jpg --event=X --date=2026-06-12",
    ] {
        assert_eq!(code(line), Some(1), "{line}");
    }
    for line in ["nonsense", "faces xyz", "headcount PHOTO many", "tag PHOTO", "consent P003 website perhaps"] {
        assert_eq!(code(line), Some(2), "{line}");
    }
    let missing = house.dir.path().join("nowhere");
    assert_eq!(eyelid(["faces", &nobody, "--data", text(&missing)]).code, Some(1));
    assert!(!missing.exists(), "a mistyped path makes no second school");

    let database = rusqlite::Connection::open(house.data().join("eyelid.db")).unwrap();
    database.execute_batch("drop trigger audit_holds; update audit set actor = 'x' where seq = 7").unwrap();
    drop(database);
    assert_eq!(code("audit verify"), Some(3));
    assert_eq!(code("doctor"), Some(3));
    fs::write(house.data().join("eyelid.db"), "no database").unwrap();
    for line in ["faces PHOTO", "decide PHOTO", "tag PHOTO 1 P003", "worker --once", "audit verify"] {
        assert_eq!(code(line), Some(3), "{line}");
    }
}

#[test]
fn what_was_said_of_faces_cannot_be_rewritten_unnoticed() {
    let house = House::new("");
    let photo = house.photo(&faces(2));
    for line in ["tag {} 1 P003", "tag {} 2 P022", "headcount {} 2", "sign-off {} newsletter"] {
        house.done(&line.replace("{}", &photo));
    }
    house.done("audit verify");
    for forged in [
        "drop trigger taggings_hold; update taggings set who = replace(who, 'P022', 'P003') where face = 2",
        "drop trigger taggings_hold; update taggings set person = 'P003' where face = 2",
        "drop trigger taggings_stay; delete from taggings where face = 2",
        "insert into taggings (photo, face, who, at, actor) select photo, 1, '\"visitor\"', at, actor from taggings",
        "drop trigger headcounts_hold; update headcounts set count = 3",
        "drop trigger headcounts_stay; delete from headcounts",
        "drop trigger sign_offs_hold; update sign_offs set channel = 'website'",
        "drop trigger sign_offs_stay; delete from sign_offs",
    ] {
        let copy = tempfile::tempdir().unwrap();
        for (path, bytes) in contents(&house.data()).into_iter().filter(|(path, _)| !path.starts_with("blobs")) {
            fs::create_dir_all(copy.path().join(&path).parent().unwrap()).unwrap();
            fs::write(copy.path().join(path), bytes).unwrap();
        }
        let database = rusqlite::Connection::open(copy.path().join("eyelid.db")).unwrap();
        database.execute_batch(forged).unwrap();
        drop(database);
        assert_eq!(eyelid(["audit", "verify", "--data", text(copy.path())]).code, Some(3), "{forged}");
    }
}

#[test]
fn inputs_that_are_no_files_are_refused_and_nobody_waits() {
    let house = House::new("");
    let inputs = house.dir.path().join("inputs");
    fs::create_dir(&inputs).unwrap();
    symlink("/dev/zero", inputs.join("zero.jpg")).unwrap();
    symlink(&inputs, inputs.join("loop")).unwrap();
    symlink("nowhere", inputs.join("nowhere.jpg")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(inputs.join("pipe.jpg")).status().unwrap().success());
    fs::write(inputs.join("face.jpg"), faces(1)).unwrap();
    let ran = house.run(&["ingest", text(&inputs), "--event=X", "--date=2026-06-12", "--json"]);
    assert_eq!(ran.code, Some(1));
    let taken: Vec<_> = ran.objects().into_iter().map(|line| line["status"].as_str().unwrap().to_owned()).collect();
    assert_eq!(taken, ["received", "refused", "refused", "refused", "refused"]);
    assert_eq!(ran.err.lines().count(), 4, "each is named: {}", ran.err);
}

#[test]
fn no_name_is_logged_however_much_is_logged() {
    let house = House::new("");
    let file = house.dir.path().join("Amelia O'Brien-Smith.jpg");
    fs::write(&file, with_exif(&faces(1))).unwrap();
    let ingest = ["ingest", text(&file), "--event=Amelia O'Brien-Smith wins", "--date=2026-06-12"];
    let ran: Ran = program([&ingest[..], &["--data", text(&house.data())]].concat())
        .env("EYELID_LOG", "trace")
        .env("EYELID_LOG_FORMAT", "json")
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.code, Some(0));
    assert!(["Amelia", "Brien", "073072004512"].iter().all(|name| !ran.err.contains(name)), "{}", ran.err);
}

#[test]
fn nobody_who_listens_is_no_reason_to_panic() {
    let house = House::new("");
    let mut child = program(["audit", "show", "--data", text(&house.data())])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!(ran.code, Some(1));
}
