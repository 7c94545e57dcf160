//! Runs the program as people do, and other programs that look at what it made.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use walkdir::WalkDir;

/// How a run of the program ended and what it said.
pub(super) struct Ran {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ran {
    /// Standard output as one JSON object a line and nothing else.
    pub(super) fn objects(&self) -> Vec<Value> {
        let object = |line: &str| match serde_json::from_str(line) {
            Ok(Value::Object(fields)) => Value::Object(fields),
            other => panic!("a line is no JSON object ({other:?}): {line}"),
        };
        self.out.lines().map(object).collect()
    }
}

impl From<Output> for Ran {
    /// The program may refuse, but never panics.
    fn from(Output { status, stdout, stderr }: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output is text");
        let ran = Self { code: status.code(), out: text(stdout), err: text(stderr) };
        assert!(ran.code.is_none_or(|code| code <= 3) && !ran.err.contains("panicked"), "{:?}\n{}", ran.code, ran.err);
        ran
    }
}

/// `eyelid` with these arguments, not yet started.
pub(super) fn program<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eyelid"));
    command.args(args).stdin(Stdio::null()).env_remove("EYELID_LOG");
    command
}

/// Runs `eyelid` to its end.
pub(super) fn eyelid<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Ran {
    program(args).output().unwrap().into()
}

/// Runs `eyelid`, which has to do all of it.
pub(super) fn done<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Ran {
    let ran = eyelid(args);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    ran
}

/// What exiftool sees in every file below a folder, by the file's path.
pub(super) fn exiftool(folder: &Path) -> BTreeMap<PathBuf, BTreeMap<String, Value>> {
    let output = Command::new("exiftool").args(["-a", "-G1", "-s", "-j", "-r", "-ext", "*"]).arg(folder).output();
    let output = output.expect("exiftool is missing: `bash tests/all` installs it");
    let files: Vec<BTreeMap<String, Value>> = serde_json::from_slice(&output.stdout).unwrap();
    files.into_iter().map(|tags| (PathBuf::from(tags["SourceFile"].as_str().unwrap()), tags)).collect()
}

/// An empty folder for a test's results; its name belongs to that test alone.
pub(super) fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Every file below a folder by its path from there, with its bytes.
pub(super) fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    entries
        .map(|entry| (entry.path().strip_prefix(folder).unwrap().to_owned(), fs::read(entry.path()).unwrap()))
        .collect()
}

/// A folder of the project's fixtures.
pub(super) fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder)
}
