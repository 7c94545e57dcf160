//! The data folder from outside: crashes, tampering, damage, many processes.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use eyelid::audit::{Broken, Fault, Head};
use eyelid::domain::camera::Camera;
use eyelid::domain::geometry::Size;
use eyelid::domain::id::{ActorId, Digest, EventId, PhotoId};
use eyelid::domain::time::Timestamp;
use eyelid::store::{JobCounts, JobKind, Read, Receipt, Store, StoreError, Worker, Write};
use proptest::prelude::*;
use tempfile::TempDir;

const FILES: [&[u8]; 3] = [b"first picture", b"second picture", b"third picture"];

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + seconds).unwrap()
}

fn open(dir: &Path) -> Store {
    Store::open(dir, at(0)).unwrap()
}

fn write<T>(store: &Store, work: impl FnOnce(&Write<'_>) -> Result<T, StoreError>) -> T {
    store.write(&"cli".parse::<ActorId>().unwrap(), at(1), work).unwrap()
}

fn event(w: &Write<'_>) -> Result<EventId, StoreError> {
    Ok(w.open_event("Sports day", "2026-06-12".parse().unwrap(), &[], "sports-day-2026-06-12")?.id)
}

/// Lets files come in and be looked at, each step of which survives or never was; stops after so many. Gives how many
/// steps were made.
fn run(store: &Store, worker: &Worker, stop: usize) -> usize {
    let mut made = 0;
    let mut go_on = || {
        let more = made < stop;
        made += usize::from(more);
        more
    };
    for bytes in FILES {
        if go_on() {
            store.put_blob(bytes).unwrap();
        }
        if go_on() {
            write(store, |w| match w.receive(&Digest::of(bytes), event(w)?)? {
                Receipt::New(photo) => w.enqueue(JobKind::InspectFast, &photo.id),
                Receipt::Known(_) => Ok(()),
            });
        }
    }
    while go_on() {
        let Some(job) = write(store, |w| w.lease(worker.id(), Duration::from_secs(600))) else { break };
        if go_on() {
            write(store, |w| {
                w.set_found(&job.photo, Size { width: 4, height: 3 }, &Camera::default())?;
                w.finish(job.id, worker.id())
            });
        }
    }
    made
}

/// What the folder says, without the moments and the number of attempts, which an interruption may change.
fn state(dir: &Path) -> String {
    let mut all = String::new();
    let database = rusqlite::Connection::open(dir.join("eyelid.db")).unwrap();
    for sql in [
        "select id, hex(digest), event, ordinal from photos order by id",
        "select photo, state, width, height from photo_steps order by id",
        "select kind, photo, state from jobs order by id",
        "select id, name, date, roster, stem from events order by id",
    ] {
        let mut query = database.prepare(sql).unwrap();
        let columns = query.column_count();
        let mut rows = query.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells = (0..columns).map(|column| format!("{:?}", row.get_ref(column).unwrap()));
            all += &(cells.collect::<Vec<_>>().join("|") + "\n");
        }
    }
    all + &files(&dir.join("blobs")).iter().map(|path| path.display().to_string() + "\n").collect::<String>()
}

fn files(dir: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let each = entries.flat_map(|path| if path.is_dir() { files(&path) } else { BTreeSet::from([path]) });
    each.map(|path| path.iter().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect()).collect()
}

#[test]
fn killed_after_any_step_and_run_again_the_folder_is_as_if_undisturbed() {
    let undisturbed = TempDir::new().unwrap();
    let store = open(undisturbed.path());
    let count = run(&store, &store.sign_on().unwrap(), usize::MAX);
    assert_eq!(store.read(Read::job_counts).unwrap(), JobCounts { done: 3, ..JobCounts::default() });
    let expected = state(undisturbed.path());
    for stop in 0..=count {
        let dir = TempDir::new().unwrap();
        killed_after(dir.path(), stop);
        let store = open(dir.path());
        run(&store, &store.sign_on().unwrap(), usize::MAX);
        assert_eq!(state(dir.path()), expected, "killed after step {stop}");
        assert!(store.examine(&[]).unwrap().is_empty());
    }
}

#[test]
fn the_job_of_a_killed_process_is_free_at_once() {
    let dir = TempDir::new().unwrap();
    killed_after(dir.path(), 2 * FILES.len() + 1);
    let store = open(dir.path());
    assert_eq!(store.read(Read::job_counts).unwrap(), JobCounts { queued: 2, leased: 1, ..JobCounts::default() });
    let worker = store.sign_on().unwrap();
    let job = write(&store, |w| w.lease(worker.id(), Duration::from_secs(600))).unwrap();
    assert_eq!(job.attempt, 2);
}

/// Makes so many steps in another process, which then dies without a word.
fn killed_after(dir: &Path, steps: usize) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::child_that_dies", "--ignored"])
        .envs([("EYELID_TEST_DIR", dir.as_os_str()), ("EYELID_TEST_STEPS", steps.to_string().as_ref())])
        .output()
        .unwrap();
    assert_eq!(child.status.signal(), Some(6), "{}", String::from_utf8_lossy(&child.stdout));
}

#[test]
#[ignore = "the child of the tests above"]
fn child_that_dies() {
    let (Ok(dir), Ok(steps)) = (std::env::var("EYELID_TEST_DIR"), std::env::var("EYELID_TEST_STEPS")) else { return };
    let store = open(Path::new(&dir));
    run(&store, &store.sign_on().unwrap(), steps.parse().unwrap());
    std::process::abort();
}

/// A folder with some audit rows, and the head that somebody noted outside.
fn audited() -> (TempDir, Head) {
    let dir = TempDir::new().unwrap();
    let store = open(dir.path());
    for bytes in FILES {
        write(&store, |w| w.receive(&Digest::of(bytes), event(w)?));
    }
    for count in 0..4 {
        write(&store, |w| w.set_headcount(&PhotoId::of(&Digest::of(FILES[0])), count));
    }
    let head = store.read(|r| r.verify_audit(&[])).unwrap();
    (dir, head)
}

fn tamper(dir: &Path, sql: &str) -> Result<Head, StoreError> {
    let database = rusqlite::Connection::open(dir.join("eyelid.db")).unwrap();
    database.execute_batch("drop trigger if exists audit_holds; drop trigger if exists audit_stays").unwrap();
    database.execute_batch(sql).unwrap();
    drop(database);
    open(dir).read(|r| r.verify_audit(&[]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whoever_edits_the_audit_table_is_found_out(way in 0..8usize, row in 1..9u64) {
        let (dir, head) = audited();
        prop_assert_eq!(head.count, 9);
        let next = row % 9 + 1;
        let sql = [
            format!("update audit set at = at + 1 where seq = {row}"),
            format!("update audit set actor = 'x' where seq = {row}"),
            format!("update audit set event = json_set(event, '$.event', 'x') where seq = {row}"),
            format!("update audit set hash = randomblob(32) where seq = {row}"),
            format!("update audit set previous = randomblob(32) where seq = {row}"),
            format!("delete from audit where seq = {row}"),
            format!("delete from audit where seq >= {row}"),
            format!("update audit set seq = -1 where seq = {row}; update audit set seq = {row} where seq = {next};
                     update audit set seq = {next} where seq = -1"),
        ];
        let verdict = tamper(dir.path(), &sql[way]);
        prop_assert!(matches!(verdict, Err(StoreError::Audit(Broken { .. }))), "{}: {:?}", sql[way], verdict);
    }
}

#[test]
fn a_tail_cut_off_together_with_the_kept_head_shows_against_a_head_noted_outside() {
    let (dir, noted) = audited();
    let cut = "delete from audit where seq > 5;
               update meta set audit_count = 5, audit_hash = (select hash from audit where seq = 5)";
    let found = tamper(dir.path(), cut);
    assert!(matches!(found, Err(StoreError::Audit(Broken { seq: 5, fault: Fault::Record }))), "{found:?}");
    // a liar who also takes away what the rows told of
    tamper(dir.path(), "drop trigger headcounts_stay; delete from headcounts").unwrap();
    let store = open(dir.path());
    let found = store.read(|r| r.verify_audit(&[noted]));
    assert!(matches!(found, Err(StoreError::Audit(Broken { seq: 6, fault: Fault::Head }))), "{found:?}");
    // nor does writing on help the liar
    for count in 10..16 {
        write(&store, |w| w.set_headcount(&PhotoId::of(&Digest::of(FILES[0])), count));
    }
    store.read(|r| r.verify_audit(&[])).unwrap();
    let found = store.read(|r| r.verify_audit(&[noted]));
    assert!(matches!(found, Err(StoreError::Audit(Broken { seq: 9, fault: Fault::Head }))), "{found:?}");
}

#[test]
fn a_folder_that_cannot_be_used_is_named_with_a_remedy() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "not a folder").unwrap();
    let told = Store::open(&file, at(0)).map(drop).unwrap_err().to_string();
    assert!(told.contains("file` cannot be used: check that it is a folder"), "{told}");
}
