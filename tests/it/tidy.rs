//! The house rules that no compiler checks: who may import whom, how files are called, how long they are, what they hold.
#![cfg(test)]

use std::collections::BTreeSet;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

/// Each room and the rooms it may use; a room that is missing here has no place in the house yet.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("telemetry", &[]),
    ("access", &["domain"]),
    ("audit", &["domain", "access"]),
    ("consent", &["domain"]),
    ("names", &["domain"]),
    ("config", &["domain", "consent", "access"]),
    ("vision", &["domain"]),
    ("import", &["domain", "consent", "names"]),
    ("store", &["domain", "consent", "names", "audit", "access"]),
    ("pipeline", &["domain", "consent", "names", "audit", "access", "store", "vision", "config", "telemetry"]),
    (
        "office",
        &[
            "domain",
            "consent",
            "names",
            "audit",
            "access",
            "store",
            "vision",
            "config",
            "telemetry",
            "import",
            "pipeline",
        ],
    ),
    (
        "release",
        &["domain", "consent", "names", "audit", "access", "store", "vision", "config", "telemetry", "pipeline"],
    ),
    (
        "web",
        &[
            "domain",
            "consent",
            "names",
            "audit",
            "access",
            "store",
            "import",
            "config",
            "telemetry",
            "pipeline",
            "office",
            "release",
        ],
    ),
    (
        "cli",
        &[
            "domain",
            "consent",
            "names",
            "audit",
            "access",
            "store",
            "vision",
            "import",
            "config",
            "telemetry",
            "pipeline",
            "office",
            "release",
        ],
    ),
    (
        "app",
        &[
            "domain",
            "consent",
            "names",
            "audit",
            "access",
            "store",
            "vision",
            "import",
            "config",
            "telemetry",
            "pipeline",
            "office",
            "release",
            "web",
            "cli",
        ],
    ),
    ("main", &["app", "cli", "config", "telemetry"]),
];

/// Crates that stay behind the doors of some rooms.
const DOORS: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("image", &["vision"]),
    ("ort", &["vision"]),
    ("rten", &["vision"]),
    ("rten_tensor", &["vision"]),
    ("moxcms", &["vision"]),
    ("axum", &["web", "app"]),
];

/// Rooms that are told the time.
const TIMELESS: &[&str] =
    &["domain", "access", "consent", "names", "audit", "import", "vision", "store", "pipeline", "office", "release"];

/// For the house; a table of cases may be as long as it has cases.
const LONGEST: usize = 500;

/// A rule looks at a file, by its path from the project's top and its text, and says what is wrong with it.
type Rule = fn(&str, &str) -> Vec<String>;

const RULES: &[Rule] = &[
    imports_go_downward,
    crates_stay_in_their_rooms,
    files_say_what_they_are_for,
    files_have_true_names,
    files_are_short,
    only_the_outside_knows_the_time,
    only_the_command_line_prints,
    lints_are_expected_and_not_allowed,
    nothing_points_to_a_machine,
];

#[test]
fn the_house_is_tidy() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: Vec<_> =
        WalkDir::new(top).into_iter().filter_entry(|entry| ours(entry, top)).map(Result::unwrap).collect();
    let mut read = 0;
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| file.file_type().is_file()) {
        let path = file.path().strip_prefix(top).unwrap().to_string_lossy().replace('\\', "/");
        let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
        read += 1;
        wrong.extend(RULES.iter().flat_map(|rule| rule(&path, &text)).map(|what| format!("{path}: {what}")));
    }
    assert!(read > 50, "only {read} files were read: the walk is broken");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Not what git or cargo keep, nor pictures' neighbours that are wrong on purpose.
fn ours(entry: &DirEntry, top: &Path) -> bool {
    let name = entry.file_name().to_string_lossy();
    let at_top = entry.path().parent() == Some(top);
    !(matches!(&*name, ".git" | "Cargo.lock" | "node_modules" | "torture") || at_top && name == "target")
}

fn imports_go_downward(path: &str, text: &str) -> Vec<String> {
    let Some(room) = room(path).filter(|room| *room != "lib") else { return Vec::new() };
    let Some((_, may)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("the room `{room}` has no place in the house: enter it in ROOMS of tests/it/tidy.rs")];
    };
    let wrong = used_rooms(path, text).into_iter().filter(|used| used != room && !may.contains(&used.as_str()));
    wrong.map(|used| format!("`{room}` may not use `{used}`: move what both need further down")).collect()
}

fn crates_stay_in_their_rooms(path: &str, text: &str) -> Vec<String> {
    let Some(room) = room(path) else { return Vec::new() };
    let outside = DOORS.iter().filter(|(name, rooms)| !rooms.contains(&room) && names_crate(text, name));
    outside.map(|(name, rooms)| format!("the crate `{name}` stays in {}", rooms.join(" and "))).collect()
}

fn files_say_what_they_are_for(path: &str, text: &str) -> Vec<String> {
    let silent = is_code(path) && !text.lines().next().is_some_and(|line| line.len() > 10 && line.starts_with("//! "));
    told(silent, || "the first line has to say what the file is for: `//! ...`".to_owned())
}

fn files_have_true_names(path: &str, _: &str) -> Vec<String> {
    const EMPTY: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager", "mod"];
    let words: Vec<&str> = path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part)).collect();
    let empty = words.iter().find(|word| is_code(path) && EMPTY.contains(word));
    empty
        .map(|word| format!("`{word}` says nothing: name the file after what it does, `foo.rs` beside `foo/`"))
        .into_iter()
        .collect()
}

fn files_are_short(path: &str, text: &str) -> Vec<String> {
    let lines = before_tests(text).count();
    told(is_code(path) && !path.starts_with("tests/") && lines > LONGEST, || {
        format!("{lines} lines before its tests: split it, {LONGEST} are the most")
    })
}

fn only_the_outside_knows_the_time(path: &str, text: &str) -> Vec<String> {
    let timeless = room(path).is_some_and(|room| TIMELESS.contains(&room));
    // a stopwatch for a child process is no clock
    let asks = code(before_tests(text)).any(|line| line.replace("Instant::now(", "").contains("::now("));
    told(timeless && asks, || "there is no clock in this room: take `now` as an argument".to_owned())
}

fn only_the_command_line_prints(path: &str, text: &str) -> Vec<String> {
    let quiet = room(path).is_some_and(|room| !matches!(room, "cli" | "main"));
    let prints = code(before_tests(text)).any(|line| line.contains("println!(") || line.contains("print!("));
    told(quiet && prints, || "only cli and main print: return a value, or use tracing".to_owned())
}

fn lints_are_expected_and_not_allowed(path: &str, text: &str) -> Vec<String> {
    let allows = code(text.lines()).any(|line| line.contains(concat!("[all", "ow(")));
    told(is_code(path) && allows, || "use `#[expect(lint, reason = \"...\")]`".to_owned())
}

fn nothing_points_to_a_machine(_: &str, text: &str) -> Vec<String> {
    const PLACES: &[&str] = &[
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("/ro", "ot/"),
        concat!("/wo", "rk/"),
        concat!("../sha", "red"),
    ];
    const REGISTRIES: &[&str] =
        &[concat!("crates", ".io"), concat!("pypi", ".org"), concat!("npmjs", "."), concat!("python", "hosted")];
    let places = PLACES.iter().filter(|place| text.contains(**place));
    let registries = REGISTRIES.iter().filter(|host| text.contains(**host));
    places
        .map(|place| format!("`{place}` is a path of somebody's machine"))
        .chain(registries.map(|host| format!("`{host}` is the host of a registry: name the package, not the place")))
        .collect()
}

fn told(wrong: bool, what: impl FnOnce() -> String) -> Vec<String> {
    wrong.then(what).into_iter().collect()
}

fn is_code(path: &str) -> bool {
    path.ends_with(".rs")
}

/// `src/store/photos.rs` and `src/store.rs` are of the room `store`.
fn room(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/").filter(|_| is_code(path))?;
    inside.split('/').next().map(|first| first.strip_suffix(".rs").unwrap_or(first))
}

fn before_tests(text: &str) -> impl Iterator<Item = &str> {
    text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"))
}

fn code<'a>(lines: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    lines.filter(|line| !line.trim_start().starts_with("//"))
}

/// The rooms that the code reaches through `crate::`, `eyelid::` or as many `super::` as lead to the top.
fn used_rooms(path: &str, text: &str) -> BTreeSet<String> {
    let depth = path.split('/').count() - 1;
    let all = code(text.lines()).collect::<Vec<_>>().join("\n");
    let proper = code(before_tests(text)).collect::<Vec<_>>().join("\n");
    let mut rooms: BTreeSet<String> = ["crate::", "eyelid::"].iter().flat_map(|root| reached(&all, root)).collect();
    rooms.extend(reached(&proper, &"super::".repeat(depth)));
    rooms.retain(|room| room != "self" && room != "super");
    rooms
}

/// The first name behind each occurrence of `root`; all the first names of a list in braces.
fn reached(text: &str, root: &str) -> Vec<String> {
    let starts = text.match_indices(root).filter(|(at, _)| begins_a_path(text, *at));
    starts
        .flat_map(|(at, _)| {
            let rest = text.get(at + root.len()..).unwrap();
            match rest.strip_prefix('{') {
                Some(list) => first_names(list),
                None => vec![leading_name(rest)],
            }
        })
        .filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
        .collect()
}

/// The first name of each entry of a list, up to its closing brace.
fn first_names(list: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut nested = 0_u32;
    for c in list.chars() {
        match c {
            '}' if nested == 0 => break,
            '{' => nested += 1,
            '}' => nested -= 1,
            ',' if nested == 0 => names.push(String::new()),
            _ if nested == 0 => names.last_mut().unwrap().push(c),
            _ => {}
        }
    }
    names.iter().map(|name| leading_name(name.trim_start())).collect()
}

fn leading_name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn names_crate(text: &str, name: &str) -> bool {
    let code = code(text.lines()).collect::<Vec<_>>().join("\n");
    let uses = [format!("{name}::"), format!("use {name};"), format!("use {name} as ")];
    uses.iter().any(|used| code.match_indices(used.as_str()).any(|(at, _)| begins_a_path(&code, at)))
}

fn begins_a_path(text: &str, at: usize) -> bool {
    !text.get(..at).unwrap().ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
}

/// The rule finds fault with the bad text and none with the good one.
#[track_caller]
fn fires(rule: Rule, path: &str, bad: &str, good: &str) {
    assert_eq!(rule(path, bad).len(), 1, "{:?}", rule(path, bad));
    assert_eq!(rule(path, good), Vec::<String>::new());
}

#[test]
fn imports_are_seen_however_they_are_written() {
    let rule = imports_go_downward;
    fires(rule, "src/consent/decide.rs", "use crate::store::Store;", "use crate::domain::id::PhotoId;");
    fires(rule, "src/consent.rs", "use super::store;", "use self::ledger::Entry;");
    fires(rule, "src/store/photos.rs", "let a = super::super::vision::decode();", "use super::super::domain::id;");
    fires(
        rule,
        "src/vision/decode.rs",
        "use crate::{\n  domain::{id, geometry},\n  store,\n};",
        "use crate::{domain::{id}};",
    );
    fires(rule, "src/web/api/photos.rs", "let limits = crate::vision::Limits::default();", "// see [`crate::vision`]");
    fires(rule, "src/pipeline/find.rs", "fn f(s: &crate::web::State) {}", "use super::web_of_things;");
    fires(rule, "src/main.rs", "eyelid::store::open();", "eyelid::cli::run();");
    assert_eq!(rule("src/attic.rs", "").len(), 1, "a room without a place");
}

#[test]
fn crates_behind_the_wrong_door_are_seen() {
    let rule = crates_stay_in_their_rooms;
    fires(rule, "src/web/api.rs", "fn f(c: &rusqlite::Connection) {}", "fn f(s: &Store) {}");
    fires(rule, "src/store/blobs.rs", "use image::DynamicImage;", "use super::image::Row; use crate::web::image::x;");
    fires(rule, "src/cli/serve.rs", "use axum::Router;", "// axum::Router");
    fires(rule, "src/pipeline/find.rs", "use rten as engine;", "let rten = 1;");
}

#[test]
fn silent_files_are_seen() {
    fires(files_say_what_they_are_for, "src/store/blobs.rs", "use std::fs;\n//! Late.", "//! Bytes on disk.\n");
    fires(files_say_what_they_are_for, "tests/it/import.rs", "//!\n", "//! Reads lists.\n");
}

#[test]
fn empty_names_are_seen() {
    for bad in [
        "src/store/mod.rs",
        "src/utils.rs",
        "src/web/helpers/text.rs",
        "tests/it/common.rs",
        "src/job_queue/manager.rs",
    ] {
        assert_eq!(files_have_true_names(bad, "").len(), 1, "{bad}");
    }
    assert!(files_have_true_names("src/store/models.rs", "").is_empty());
}

#[test]
fn long_files_are_seen() {
    let tests = "#[cfg(test)]\n".to_owned() + &"//\n".repeat(900);
    fires(files_are_short, "src/store.rs", &("//\n".repeat(LONGEST + 1) + &tests), &("//\n".repeat(LONGEST) + &tests));
}

#[test]
fn clocks_are_seen() {
    let rule = only_the_outside_knows_the_time;
    fires(rule, "src/store/jobs.rs", "let now = Timestamp::now();", "let end = Instant::now();");
    fires(rule, "src/consent/decide.rs", "let a = Zoned::now();", "let now = 1;\n#[cfg(test)]\nlet a = Zoned::now();");
    assert!(rule("src/cli/clock.rs", "Timestamp::now()").is_empty());
}

#[test]
fn prints_are_seen() {
    fires(only_the_command_line_prints, "src/store.rs", "    println!(\"x\");", "    write!(f, \"x\")");
    fires(only_the_command_line_prints, "src/app.rs", "eprint!(\"x\");", "tracing::info!(\"x\");");
    assert!(only_the_command_line_prints("src/cli/doctor.rs", "println!(\"x\")").is_empty());
}

#[test]
fn switched_off_lints_are_seen() {
    let bad = concat!("#![all", "ow(dead_code)]");
    fires(lints_are_expected_and_not_allowed, "benches/stages.rs", bad, "#[expect(dead_code, reason = \"x\")]");
}

#[test]
fn paths_of_machines_and_hosts_of_registries_are_seen() {
    let rule = nothing_points_to_a_machine;
    fires(rule, "README.md", concat!("see /ho", "me/ada/eyelid"), "see src/consent.rs");
    fires(rule, "tests/all", concat!("curl crates", ".io"), "cargo install cargo-deny");
}
