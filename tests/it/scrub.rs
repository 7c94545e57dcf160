//! `eyelid scrub`: its settings, and what it says when something cannot be done.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use eyelid::vision::{Limits, Pixels, decode, encode_jpeg};
use serde_json::Value;

use super::program::{Ran, contents, done, empty_folder, eyelid, fixtures, program};
use super::released::at;

/// Has one face in the middle of `FACE`.
const PHOTO: &str = "torture/metadata.jpg";
const FACE: [u32; 4] = [137, 67, 225, 177];

/// Runs `scrub` on one photo into a folder of its own, with settings; its line and its picture.
fn scrub(name: &str, settings: &[&str]) -> (Value, Pixels) {
    let (photo, out) = (fixtures(PHOTO), empty_folder(name));
    let args = [Path::new("scrub"), &photo, Path::new("-o"), &out, Path::new("--json")];
    let mut lines = done(args.into_iter().chain(settings.iter().map(Path::new))).objects();
    assert_eq!(lines.len(), 1);
    let line = lines.remove(0);
    let bytes = fs::read(line["output"].as_str().unwrap()).unwrap();
    (line, decoded(&bytes))
}

fn decoded(bytes: &[u8]) -> Pixels {
    decode(bytes, None, &Limits::default()).unwrap().pixels
}

fn original() -> Pixels {
    decoded(&fs::read(fixtures(PHOTO)).unwrap())
}

fn face(pixels: &Pixels) -> Vec<[u8; 3]> {
    let [left, top, right, bottom] = FACE;
    (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))).map(|(x, y)| at(pixels, x, y)).collect()
}

/// The widest range of any channel.
fn spread(colours: &[[u8; 3]]) -> u8 {
    let range = |channel: usize| {
        let values = colours.iter().map(|colour| colour[channel]);
        values.clone().max().unwrap() - values.min().unwrap()
    };
    (0..3).map(range).max().unwrap()
}

#[test]
fn faces_none_changes_no_pixel_and_strips_all_the_same() {
    let (line, pixels) = scrub("scrub-none", &["--faces", "none"]);
    assert_eq!(line["faces"], 0);
    assert!(line["removed"].as_array().unwrap().contains(&"exif".into()), "{line}");
    assert_eq!(pixels, decoded(&encode_jpeg(&original(), None).unwrap()));
    assert!(spread(&face(&pixels)) > 60, "the face is there");
}

#[test]
fn smooth_and_fill_leave_one_colour() {
    let (line, smooth) = scrub("scrub-smooth", &[]);
    assert_eq!(line["faces"], 1);
    assert!(spread(&face(&smooth)) <= 2);
    let (_, fill) = scrub("scrub-fill", &["--style", "fill"]);
    let grey = face(&fill);
    assert!(spread(&grey) <= 2 && grey[0].iter().zip([96, 104, 112]).all(|(is, should)| is.abs_diff(should) <= 2));
}

#[test]
fn blur_leaves_noise_and_no_likeness() {
    let (_, blur) = scrub("scrub-blur", &["--style", "blur"]);
    let (is, was) = (face(&blur), face(&original()));
    assert!(spread(&is) > 20);
    // fine detail, the difference to the neighbour on the right, has nothing to do with the original's
    let detail = |pixels: &[[u8; 3]]| -> Vec<f64> {
        pixels.windows(2).map(|pair| f64::from(pair[1][1]) - f64::from(pair[0][1])).collect()
    };
    let (is, was) = (detail(&is), detail(&was));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let likeness = product(&is, &was) / (product(&is, &is) * product(&was, &was)).sqrt();
    assert!(likeness.abs() < 0.2, "{likeness}");
}

#[test]
fn max_px_makes_smaller_and_never_larger() {
    let (_, small) = scrub("scrub-small", &["--max-px", "100"]);
    assert_eq!((small.size().width, small.size().height), (100, 67));
    let (_, same) = scrub("scrub-large", &["--max-px", "10000"]);
    assert_eq!(same.size(), original().size());
    let usage = eyelid(["scrub", "photo.jpg", "-o", "results", "--max-px", "0"]);
    assert_eq!((usage.code, usage.out.as_str()), (Some(2), ""));
}

#[test]
fn what_cannot_be_read_is_refused_and_the_rest_is_done() {
    let inputs = empty_folder("scrub-unreadable");
    fs::copy(fixtures(PHOTO), inputs.join("good.jpg")).unwrap();
    symlink("nowhere", inputs.join("dangling.jpg")).unwrap();
    let _socket = UnixListener::bind(inputs.join("socket.jpg")).unwrap();
    let locked = inputs.join("locked.jpg");
    fs::copy(fixtures(PHOTO), &locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let opens = fs::read(&locked).is_ok();
    let (out, missing) = (empty_folder("scrub-unreadable-out"), inputs.join("missing.jpg"));
    let ran = eyelid([
        Path::new("scrub"),
        &missing,
        &inputs,
        Path::new("-o"),
        &out,
        Path::new("--json"),
        Path::new("--faces"),
        Path::new("none"),
    ]);
    assert_eq!(ran.code, Some(1));
    let lines = ran.objects();
    assert_eq!(lines.len(), 5);
    for line in lines {
        let file = line["file"].as_str().unwrap();
        // root opens what is locked
        let good = file.ends_with("good.jpg") || opens && file.ends_with("locked.jpg");
        assert_eq!((line["output"].is_string(), line["reason"].is_null()), (good, good), "{line}");
        let reason = line["reason"].as_str().unwrap_or_default();
        assert!(good || reason.contains("check the path") || reason.contains("name photos"), "{line}");
        assert_eq!(ran.err.contains(file), !good, "{}", ran.err);
    }
}

#[test]
fn two_runs_agree_and_results_inside_the_input_are_left_alone() {
    let inputs = empty_folder("scrub-inside");
    for name in ["upright.jpg", "comment.jpg", "still.gif", "text.jpg"] {
        fs::copy(fixtures("torture").join(name), inputs.join(name)).unwrap();
    }
    let out = inputs.join("results");
    let run = || -> (Ran, _) {
        let ran = eyelid([Path::new("scrub"), &inputs, Path::new("-o"), &out, Path::new("--json")]);
        let results = contents(&out);
        (ran, results)
    };
    let (first, results) = run();
    let (second, again) = run();
    let sorted = |ran: &Ran| {
        let mut lines: Vec<String> = ran.objects().iter().map(Value::to_string).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&first).len(), 4);
    assert_eq!(sorted(&first), sorted(&second));
    assert_eq!(results.len(), 3);
    assert_eq!(results.keys().collect::<Vec<&PathBuf>>(), again.keys().collect::<Vec<_>>());
    assert_eq!(results, again);
    assert_eq!((first.code, second.code), (Some(1), Some(1)));
}

#[test]
fn an_interrupted_run_goes_on_where_it_was() {
    let inputs = fixtures("school/photos/playground-opening");
    let arguments = |out: &Path| {
        let mut all = vec!["scrub".into(), inputs.clone().into_os_string(), "--json".into(), "-o".into()];
        all.push(out.as_os_str().to_owned());
        all
    };
    let whole = empty_folder("scrub-undisturbed");
    // on a machine with much else to do it may have ended before it is killed
    let killed = |_| {
        let out = empty_folder("scrub-interrupted");
        let mut running = program(arguments(&out)).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(running.stdout.take().unwrap()).read_line(&mut first).unwrap();
        running.kill().unwrap();
        (running.wait().unwrap().signal() == Some(9)).then_some((out, first))
    };
    let (out, first) = (0..20).find_map(killed).expect("it always ends before it can be killed");
    let told: Value = serde_json::from_str(&first).unwrap();
    let result = Path::new(told["output"].as_str().unwrap()).to_owned();
    let journal = out.join(".eyelid-unfinished-scrub.jsonl");
    assert!(journal.exists(), "a killed run leaves what it knew");
    // had the photo been looked at again, its faces would be counted again
    let lines = fs::read_to_string(&journal).unwrap();
    let marked = lines.replace(&format!("\"faces\":{}", told["faces"]), "\"faces\":77");
    assert_ne!(lines, marked);
    fs::write(&journal, marked).unwrap();
    let again = done(arguments(&out)).objects();
    let faces = |lines: &[Value]| -> Vec<u64> {
        lines
            .iter()
            .filter(|line| line["output"] == told["output"])
            .map(|line| line["faces"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(faces(&again), [77]);
    assert!(!journal.exists(), "an ended run leaves its results alone");
    done(arguments(&whole));
    assert_eq!(pictures(&out), pictures(&whole));
    // a run that had ended is another matter: everything is done anew
    fs::write(&result, b"somebody was here").unwrap();
    let anew = done(arguments(&out)).objects();
    assert_eq!(faces(&anew), [told["faces"].as_u64().unwrap()]);
    assert_eq!(pictures(&out), pictures(&whole));
}

/// The results alone: a process that is killed while it writes leaves an unfinished file.
fn pictures(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    contents(folder).into_iter().filter(|(path, _)| path.extension().is_some()).collect()
}
