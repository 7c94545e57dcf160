//! Upgrades of the database, step by step, all in one transaction; a newer database is refused.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::columns::At;
use super::error::StoreError;
use crate::audit::{Event, Head};
use crate::domain::time::Timestamp;

/// The step number N brings a database from version N to N + 1; a step that was released is never edited.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_accounts.sql"),
    include_str!("migrations/0003_recognition.sql"),
    include_str!("migrations/0005_channels.sql"),
    include_str!("migrations/0006_families.sql"),
    include_str!("migrations/0007_records.sql"),
    include_str!("migrations/0008_repeats.sql"),
    include_str!("migrations/0009_pushing.sql"),
    include_str!("migrations/0010_proofs.sql"),
    include_str!("migrations/0011_placements.sql"),
    include_str!("migrations/0012_desk.sql"),
    include_str!("migrations/0013_register.sql"),
    include_str!("migrations/0014_overdue.sql"),
    include_str!("migrations/0015_suggested.sql"),
    include_str!("migrations/0016_event_names.sql"),
];

/// Marks the file as ours ("Eyld").
const APPLICATION: i64 = 0x4579_6c64;

/// Brings the database to this program's version; makes it when it is empty.
///
/// # Errors
/// When it is of a newer program or another one, or the database fails.
pub(super) fn migrate(connection: &mut Connection, now: Timestamp) -> Result<(), StoreError> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let found = version(connection)?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    connection
        .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))
        .map_err(StoreError::database)?;
    if found == known {
        return Ok(());
    }
    let step = |at: &Transaction<'_>| {
        STEPS.iter().skip(usize::try_from(found).unwrap_or(0)).try_for_each(|sql| at.execute_batch(sql))?;
        at.pragma_update(None, "application_id", APPLICATION)?;
        at.pragma_update(None, "user_version", known)
    };
    let upgrade = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::database)?;
    step(&upgrade).map_err(StoreError::database)?;
    if found == 0 {
        begin(&upgrade, now)?;
    }
    upgrade.commit().map_err(StoreError::database)
}

/// The version of our own database, 0 for an empty file.
fn version(connection: &Connection) -> Result<i64, StoreError> {
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(StoreError::database);
    let version = number("pragma user_version")?;
    let ours = number("pragma application_id")? == APPLICATION;
    let empty = number("select count(*) from sqlite_schema")? == 0;
    if ours || empty { Ok(version) } else { Err(StoreError::Foreign) }
}

/// The first row of this data folder's audit chain.
fn begin(at: &Transaction<'_>, now: Timestamp) -> Result<(), StoreError> {
    let event = serde_json::to_string(&Event::StoreCreated).map_err(|error| StoreError::Database(error.into()))?;
    let actor = "eyelid".parse().map_err(|error| StoreError::Database(Box::new(error) as _))?;
    let row = Head::EMPTY.next(now, actor, event);
    at.execute(
        "insert into audit (seq, at, actor, event, previous, hash) values (?1, ?2, ?3, ?4, ?5, ?6)",
        (row.seq, At(row.at), &row.actor, &row.event, row.previous, row.hash),
    )
    .and_then(|_| {
        at.execute("insert into meta (only, audit_count, audit_hash) values (1, ?1, ?2)", (row.seq, row.hash))
    })
    .map_err(StoreError::database)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::thread;

    use tempfile::TempDir;

    use super::super::sample::{at, person, store, write};
    use super::super::{Read, Store, connect};
    use super::*;

    fn schema(dir: &Path) -> String {
        let connection = connect(&dir.join("eyelid.db")).unwrap();
        let mut all = connection.prepare("select sql from sqlite_schema where sql is not null order by name").unwrap();
        let texts = all.query_map([], |row| row.get::<_, String>(0)).unwrap();
        texts.map(|text| text.unwrap() + ";\n").collect()
    }

    #[test]
    fn a_newer_database_is_refused_and_left_alone() {
        let (dir, store) = store();
        drop(store);
        let file = dir.path().join("eyelid.db");
        connect(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
        let refused = Store::open(dir.path(), at(1)).map(drop).unwrap_err();
        assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused}");
        assert!(refused.to_string().ends_with("update eyelid"));
        let version = connect(&file).unwrap().query_row("pragma user_version", [], |row| row.get::<_, i64>(0));
        assert_eq!(version.unwrap(), 99);
    }

    #[test]
    fn a_file_that_is_not_ours_is_refused() {
        let dir = TempDir::new().unwrap();
        let file = dir.path().join("eyelid.db");
        fs::write(&file, "school newsletter, autumn term ".repeat(100)).unwrap();
        assert!(matches!(Store::open(dir.path(), at(0)), Err(StoreError::Foreign)));
        fs::remove_file(&file).unwrap();
        Connection::open(&file).unwrap().execute_batch("create table cakes (id integer)").unwrap();
        assert!(matches!(Store::open(dir.path(), at(0)), Err(StoreError::Foreign)));
    }

    #[test]
    fn many_may_open_a_new_folder_at_once() {
        let dir = TempDir::new().unwrap();
        let heads: Vec<Head> = thread::scope(|scope| {
            let open = || Store::open(dir.path(), at(0)).unwrap().read(Read::audit_head).unwrap();
            let threads: Vec<_> = (0..6).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(heads.iter().all(|head| *head == heads[0] && head.count == 1));
    }

    #[test]
    fn the_folder_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let parent = TempDir::new().unwrap();
        let dir = parent.path().join("data");
        let store = Store::open(&dir, at(0)).unwrap();
        write(&store, 1, |w| w.save_person(&person("P001")));
        for path in ["", "eyelid.db", "eyelid.db-wal", "blobs", "workers"].map(|name| dir.join(name)) {
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}", path.display());
        }
    }

    /// Every version that was ever released comes to the same shape as a new folder has, with its rows.
    #[test]
    fn older_databases_come_to_the_newest_shape() {
        let (new, _store) = store();
        for version in 1..=STEPS.len() {
            let dir = TempDir::new().unwrap();
            let file = dir.path().join("eyelid.db");
            let connection = Connection::open(&file).unwrap();
            for step in &STEPS[..version] {
                connection.execute_batch(step).unwrap();
            }
            connection.pragma_update(None, "application_id", APPLICATION).unwrap();
            connection.pragma_update(None, "user_version", i64::try_from(version).unwrap()).unwrap();
            let sql = "select count(*) from pragma_table_info('meta') where name = 'secret'";
            let secret: bool = connection.query_row(sql, [], |row| row.get(0)).unwrap();
            let head = if secret { "(1, zeroblob(32), 0, zeroblob(32))" } else { "(1, 0, zeroblob(32))" };
            connection
                .execute_batch(&format!(
                    "insert into meta values {head};
                    insert into people (id, kind, legal_forename, legal_surname) values ('P1', 'pupil', 'A', 'B');
                    update people set legal_forename = 'C'"
                ))
                .unwrap();
            drop(connection);
            let store = Store::open(dir.path(), at(1)).unwrap();
            assert_eq!(store.read(Read::people).unwrap().len(), 1);
            let names = store.read(|r| r.names(at(0))).unwrap();
            let names: Vec<&str> = names.iter().map(|(_, name)| name.legal_forename.as_str()).collect();
            let borne: &[&str] = if version < 12 { &["A", "C"] } else { &[] };
            assert_eq!(names, borne, "what was borne before counts from the beginning");
            assert_eq!(schema(dir.path()), schema(new.path()));
        }
    }

    /// A released step is never edited: a change of shape is a new file, with its digest added here.
    #[test]
    fn released_steps_stay_as_they_are() {
        let released = [
            "d5a40689901bbdb33262d4edc4f6e676c200b0627b07993a008929d430547a55",
            "c208aa3e0c286674f85796129dd4bb12f60790cf49f0d27a93a865433880e8dc",
            "612e957fba096b0061ec2c753b9a158a627118a7870025eb6382208247a05104",
            "6aa209f3437d5f323abbda87312f7829f207a03da5d3e64b312830264bcd12f1",
            "f16cd1d525224e8e89d1006ce996365abf4a7e53a4398d8892f86b057d2ada9f",
            "47218ab4e8014b82f7eea330d2c233ae8a83c1d0b893b942b7dea2ce273cab76",
            "1549b2a28a460e46edeadada6b9da64843777db341d2367368a1f4eec1f81766",
            "81bc7937f9e24527589074c83e4efa51096da057c82f5f5df38287129063f03e",
            "36ca3559665c5cd62e9db2f7c8f19334e1c5b0f0793a3cbad0b159da92d25baa",
            "9431bf6d5c74addc670c6dd13ab5fcc0e190da315b4d5fe5cbe8866f39420c95",
            "2d6b6a10a9c9d65547ee68a3acce9696e332b258a05dabf4da737a2f9f5f8a73",
            "0fa57140b11faf3bf42c9ec1040d4aa1556c9029417c4a48dd720247bdd0f8f9",
            "56b6de2781c24ec5b572eba41672ce0dc975a03404efbd5721c1bbe1b4b58bc2",
            "68b844fb84979e848f7c81d89145b8445a792bcb4cb9f13a588b9ff268cee6db",
            "b2ca6ddc60f5382a39546e5bb8fc2cd6c756bd6acf0e0fcd480405966dafac75",
        ];
        let steps: Vec<String> = STEPS.iter().map(|step| blake3::hash(step.as_bytes()).to_hex().to_string()).collect();
        assert_eq!(steps, released);
    }
}
