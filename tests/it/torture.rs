//! Every torture file gets a correct result or a refusal that says why and what to do.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use eyelid::vision::{Limits, decode};
use serde::Deserialize;
use serde_json::Value;

use super::carried::{Needles, assert_one_bare_picture, jpegs_with_only};
use super::program::{Ran, contents, done, empty_folder, eyelid, fixtures};
use super::released::at;

#[derive(Deserialize)]
struct Expectations {
    file: Vec<Expected>,
}

/// What is right for a file; see the head of fixtures/torture/expected.toml.
#[derive(Deserialize)]
struct Expected {
    file: String,
    expect: String,
    size: Option<[u32; 2]>,
    #[serde(default)]
    faces: u64,
    #[serde(rename = "box")]
    face: Option<[u32; 4]>,
    #[serde(default)]
    removed: BTreeSet<String>,
    #[serde(default)]
    reasons: Vec<String>,
    #[serde(default)]
    points: Vec<Point>,
}

#[derive(Deserialize)]
struct Point {
    x: u32,
    y: u32,
    rgb: [u8; 3],
    within: u8,
}

/// A word of the refusal for each name of a reason.
const REFUSALS: &[(&str, &str)] = &[
    ("empty", "is empty"),
    ("not_a_picture", "not a picture"),
    ("too_many_pixels", "million"),
    ("no_pixels", "no pixels"),
    ("truncated", "cut off"),
    ("damaged", "damaged"),
    ("animated", "animation"),
    ("several", "several pictures"),
    ("cmyk", "CMYK"),
    ("sixteen_bit", "16 bits"),
    ("extension", "contradicts the content"),
    ("variety", "variety"),
    ("no_converter", "needs the program"),
    ("not_converted", "could not read"),
];

/// What a remedy tells people to do.
const REMEDIES: &[&str] = &["save", "copy it", "copy the file", "use JPEG", "rename it", "install"];

/// Outlasts one more encoding as a JPEG.
const SLACK: u8 = 6;

fn expectations() -> Vec<Expected> {
    let text = fs::read_to_string(fixtures("torture/expected.toml")).unwrap();
    toml::from_str::<Expectations>(&text).unwrap().file
}

struct Scrubbed {
    folder: PathBuf,
    ran: Ran,
    lines: BTreeMap<String, Value>,
}

fn scrubbed() -> &'static Scrubbed {
    static SCRUBBED: OnceLock<Scrubbed> = OnceLock::new();
    SCRUBBED.get_or_init(|| {
        let (folder, torture) = (empty_folder("torture-scrubbed"), fixtures("torture"));
        let ran = eyelid([Path::new("scrub"), &torture, Path::new("-o"), &folder, Path::new("--json")]);
        Scrubbed { folder, lines: by_file(ran.objects()), ran }
    })
}

/// The objects by the name of the file that each tells of.
fn by_file(lines: Vec<Value>) -> BTreeMap<String, Value> {
    let name =
        |line: &Value| Path::new(line["file"].as_str().unwrap()).file_name().unwrap().to_str().unwrap().to_owned();
    let count = lines.len();
    let lines: BTreeMap<String, Value> = lines.into_iter().map(|line| (name(&line), line)).collect();
    assert_eq!(lines.len(), count, "a file is told of twice");
    lines
}

fn assert_refused(expected: &Expected, line: &Value, stderr: &str) {
    let Expected { file, reasons, .. } = expected;
    assert_eq!(line["output"], Value::Null, "{file}");
    let reason = line["reason"].as_str().unwrap();
    let words = REFUSALS.iter().filter(|(name, _)| reasons.iter().any(|reason| reason == name)).map(|(_, word)| *word);
    let words: Vec<&str> = words.collect();
    assert!(words.iter().any(|word| reason.contains(word)), "{file}: {reason}");
    assert!(REMEDIES.iter().any(|remedy| reason.contains(remedy)), "{file} without a remedy: {reason}");
    assert!(stderr.lines().any(|line| line.contains(file.as_str()) && line.ends_with(reason)), "{file} is not named");
}

fn assert_right(expected: &Expected, line: &Value) {
    let Expected { file, .. } = expected;
    assert_eq!(line["reason"], Value::Null, "{file}");
    assert!(line["faces"].as_u64().unwrap() >= expected.faces, "{file}: {}", line["faces"]);
    let removed: BTreeSet<String> = serde_json::from_value(line["removed"].clone()).unwrap();
    assert_eq!(removed, expected.removed, "{file}");
    let bytes = fs::read(line["output"].as_str().unwrap()).unwrap();
    let pixels = decode(&bytes, Some("jpg"), &Limits::default()).unwrap().pixels;
    assert_eq!(Some([pixels.size().width, pixels.size().height]), expected.size, "{file}");
    for &Point { x, y, rgb, within } in &expected.points {
        let is = at(&pixels, x, y);
        let right = is.iter().zip(rgb).all(|(is, should)| is.abs_diff(should) <= within + SLACK);
        assert!(right, "{file}: {is:?} at {x}, {y} and not {rgb:?}");
    }
    if let Some([left, top, right, bottom]) = expected.face {
        // blocks of the JPEG at the edges of a small picture's region know of their neighbours
        let face = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
        let light: Vec<f64> = face.map(|(x, y)| at(&pixels, x, y).map(f64::from).iter().sum::<f64>() / 3.0).collect();
        let count = light.len() as f64;
        let mean = light.iter().sum::<f64>() / count;
        let deviation = (light.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / count).sqrt();
        assert!(deviation < 4.0, "{file}: something is left of the face, {deviation:.1}");
    }
}

#[test]
fn each_file_is_scrubbed_or_refused_as_it_should() {
    let Scrubbed { ran, lines, .. } = scrubbed();
    assert_eq!(ran.code, Some(1), "some are refused");
    let all = expectations();
    assert!(all.len() > 80 && lines.len() == all.len() + 1, "one line a file, and one for the list itself");
    for expected in &all {
        let line = &lines[&expected.file];
        match (expected.expect.as_str(), line["output"].is_null()) {
            ("ok", _) => assert_right(expected, line),
            ("refused", _) => assert_refused(expected, line, &ran.err),
            ("either", refused) => assert_eq!(line["reason"].is_string(), refused, "{}", expected.file),
            (other, _) => panic!("`{other}` is no expectation"),
        }
    }
}

#[test]
fn results_carry_nothing_and_have_neutral_names() {
    let Scrubbed { folder, lines, .. } = scrubbed();
    // written by fixtures/make/torture.py into every place that can hold text
    let name = Needles::new(["Amelia", "O'Brien", "MakerNote"].map(str::to_owned));
    assert!(name.found(&fs::read(fixtures("torture/metadata.jpg")).unwrap()).is_some());
    let files = contents(folder);
    for (path, bytes) in &files {
        let path = path.to_str().unwrap();
        let digits = path.strip_prefix("photo-").and_then(|rest| rest.strip_suffix(".jpg"));
        assert!(digits.is_some_and(|d| d.len() == 12 && d.bytes().all(|b| b.is_ascii_hexdigit())), "{path}");
        assert_one_bare_picture(bytes, path);
        assert_eq!(name.found(bytes), None, "{path}");
    }
    assert_eq!(jpegs_with_only(&[], folder).len(), files.len());
    let told: BTreeSet<_> = lines.values().filter_map(|line| line["output"].as_str()).collect();
    assert_eq!(told.len(), files.len(), "the folder holds what was told of");
}

#[test]
fn they_come_into_a_store_or_are_refused_and_the_audit_names_none() {
    let data = empty_folder("torture-data");
    let torture = fixtures("torture");
    let args = ["ingest".as_ref(), torture.as_os_str(), "--event".as_ref(), "Torture".as_ref(), "--fast".as_ref()];
    let ran = eyelid(args.into_iter().chain(["--json".as_ref(), "--data".as_ref(), data.as_os_str()]));
    assert_eq!(ran.code, Some(1), "some are refused");
    let lines = by_file(ran.objects());
    let all = expectations();
    assert_eq!(lines.len(), all.len() + 1);
    for expected in &all {
        let line = &lines[&expected.file];
        let status = line["status"].as_str().unwrap();
        match expected.expect.as_str() {
            "ok" => assert!(matches!(status, "received" | "duplicate"), "{line}"),
            "refused" => assert_eq!(status, "refused", "{line}"),
            _ => assert!(matches!(status, "received" | "duplicate" | "refused"), "{line}"),
        }
        assert_eq!(status == "refused", line["reason"].is_string(), "{line}");
        assert!(status == "refused" || line["photo"].is_string(), "{line}");
    }
    let at_store = |args: &[&str]| done(args.iter().map(Path::new).chain([Path::new("--data"), &data])).out;
    assert!(at_store(&["audit", "verify"]).contains("holds"));
    let audit = at_store(&["audit", "show"]);
    assert!(audit.lines().count() > 60);
    // a stem such as `1x1` or `text` could be a word or digits of something else
    let stems = all.iter().filter_map(|e| e.file.rsplit_once('.')).map(|(stem, _)| stem.to_owned());
    let files = stems.filter(|stem| stem.len() >= 9).chain(all.iter().map(|e| e.file.clone()).filter(|f| f.len() > 6));
    let names = ["Amelia", "O'Brien", "expected.toml"].map(str::to_owned);
    assert_eq!(Needles::new(files.chain(names)).found(audit.as_bytes()), None);
}
