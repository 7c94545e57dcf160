//! The two handles: a snapshot to read, a transaction to write; and the few ways in which tables use them.

use std::cell::Cell;
use std::ops::Deref;
use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction, TransactionBehavior};

use super::columns::At;
use super::error::StoreError;
use crate::audit::{Event, Head};
use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;

/// One snapshot of the store: every answer is of the same moment.
pub struct Read {
    pub(super) connection: Connection,
    pub(super) dir: PathBuf,
}

/// One transaction of the only writer; reads as a [`Read`] does and sees its own changes.
pub struct Write<'a> {
    read: &'a Read,
    pub(super) actor: &'a ActorId,
    pub(super) now: Timestamp,
    head: Cell<Head>,
}

impl Read {
    /// A transaction that is rolled back unless it is committed, however its scope is left.
    pub(super) fn begin(&self, behaviour: TransactionBehavior) -> Result<Transaction<'_>, StoreError> {
        Transaction::new_unchecked(&self.connection, behaviour).map_err(StoreError::database)
    }

    pub(super) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let all = || self.connection.prepare_cached(sql)?.query_map(params, map)?.collect::<rusqlite::Result<_>>();
        all().map_err(StoreError::database)
    }

    pub(super) fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        let one = || self.connection.prepare_cached(sql)?.query_row(params, map).optional();
        one().map_err(StoreError::database)
    }

    pub(super) fn each(
        &self,
        sql: &str,
        params: impl Params,
        mut visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(StoreError::database)?;
        let mut rows = statement.query(params).map_err(StoreError::database)?;
        while let Some(row) = rows.next().map_err(StoreError::database)? {
            visit(row)?;
        }
        Ok(())
    }
}

impl<'a> Write<'a> {
    pub(super) fn new(read: &'a Read, actor: &'a ActorId, now: Timestamp) -> Result<Self, StoreError> {
        let head = Cell::new(read.audit_head()?);
        Ok(Self { read, actor, now, head })
    }

    /// Who writes.
    #[must_use]
    pub fn actor(&self) -> &ActorId {
        self.actor
    }

    /// When this transaction happens.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The only way to change a row: when the statement changed one, what happened is told to the audit chain. Gives the
    /// last inserted row's number, or nothing when nothing changed.
    pub(super) fn change(
        &self,
        sql: &str,
        params: impl Params,
        event: impl FnOnce(i64) -> Event,
    ) -> Result<Option<i64>, StoreError> {
        let changed = self.execute(sql, params)?;
        if changed == 0 {
            return Ok(None);
        }
        let row = self.read.connection.last_insert_rowid();
        self.tell(&event(row))?;
        Ok(Some(row))
    }

    /// Appends to the audit chain what changed, or what somebody asks for.
    pub(super) fn tell(&self, event: &Event) -> Result<(), StoreError> {
        let json = serde_json::to_string(event).map_err(|error| StoreError::Database(error.into()))?;
        let told = self.head.get().next(self.now, self.actor.clone(), json);
        self.execute(
            "insert into audit (seq, at, actor, event, previous, hash) values (?1, ?2, ?3, ?4, ?5, ?6)",
            (told.seq, At(told.at), &told.actor, &told.event, told.previous, told.hash),
        )?;
        self.head.set(told.head());
        Ok(())
    }

    /// A further row that belongs to the [`Self::change`] beside it in the same method.
    pub(super) fn also(&self, sql: &str, params: impl Params) -> Result<(), StoreError> {
        self.execute(sql, params).map(drop)
    }

    /// Writes the chain's head where it is kept apart from the chain; the last act of the transaction.
    pub(super) fn keep_head(&self) -> Result<(), StoreError> {
        let head = self.head.get();
        self.execute(
            "update meta set audit_count = ?1, audit_hash = ?2 where audit_count <> ?1",
            (head.count, head.hash),
        )?;
        Ok(())
    }

    fn execute(&self, sql: &str, params: impl Params) -> Result<usize, StoreError> {
        let run = || self.read.connection.prepare_cached(sql)?.execute(params);
        run().map_err(StoreError::database)
    }
}

impl Deref for Write<'_> {
    type Target = Read;
    fn deref(&self) -> &Read {
        self.read
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;
    use std::time::Duration;

    use super::super::sample::{actor, at, face, open_gate, papers, person, photo, store, write};
    use super::super::{
        Answered, CameraFile, Failure, FamilyCode, JobKind, Leased, NewAccount, NewConnection, NewEntry, NewSession,
        NewToken, Place, Pulled, Read, Remote, Rendition, Store, StoreError, Worker, Write,
    };
    use crate::access::totp::TotpSecret;
    use crate::access::{AccountId, Permission, Role, SessionId, TicketPurpose, TokenId, Whose};
    use crate::consent::ledger::{Act, Giver, Method};
    use crate::consent::{Queue, Seen, TextKind};
    use crate::domain::camera::Camera;
    use crate::domain::channel::Style;
    use crate::domain::connection::{ConnectionId, DeliveryId, Kind};
    use crate::domain::face::{Origin, Who};
    use crate::domain::geometry::Size;
    use crate::domain::head::Cover;
    use crate::domain::id::{ChannelId, Digest, EntryId, FaceId, HoldId, IncidentId, PhotoId};
    use crate::domain::incident::IncidentKind;
    use crate::domain::likeness::Likeness;
    use crate::domain::photo::Why;
    use crate::domain::placement::{Placed, PlacementId};
    use crate::domain::time::Date;

    type Done = Result<(), StoreError>;
    type Change = fn(&Write<'_>, &Given) -> Done;

    struct Given {
        photo: PhotoId,
        other: PhotoId,
        worker: Worker,
        channel: ChannelId,
        said: NewEntry,
        seen: Seen,
    }

    const SIZE: Size = Size { width: 400, height: 300 };
    const BLOB: Digest = Digest::from_bytes([7; 32]);
    const OTHER: Digest = Digest::from_bytes([8; 32]);
    const OWNER: AccountId = AccountId(1);
    const FOREVER: Duration = Duration::MAX;

    /// Every method that changes something, called so that it does; in an order in which each can.
    const CHANGES: &[(&str, Change)] = &[
        ("asked", |w, given| w.asked("POST /photos/{photo}", Some(given.photo.clone()), None)),
        ("take_key", |w, _| w.take_key("key", &BLOB).map(drop)),
        ("drop_key", |w, _| w.drop_key("key")),
        ("take_key", |w, _| w.take_key("key", &BLOB).map(drop)),
        ("keep_answer", |w, _| {
            w.keep_answer("key", &Answered { status: 200, kind: None, body: Some(b"Zebedee".to_vec()) })
        }),
        ("add_account", |w, _| w.add_account(&account()).map(drop)),
        ("set_login", |w, _| w.set_login(OWNER, "hugo@hill.example")),
        ("set_roles", |w, _| w.set_roles(OWNER, &BTreeSet::from([Role::Admin]))),
        ("set_password", |w, _| w.set_password(OWNER, "hash", false)),
        ("void_password", |w, _| w.void_password(OWNER)),
        ("set_password", |w, _| w.set_password(OWNER, "hash", false)),
        ("set_must_change", |w, _| w.set_must_change(OWNER)),
        ("count_failure", |w, _| w.count_failure(OWNER, 6, at(99))),
        ("unlock", |w, _| w.unlock(OWNER)),
        ("set_second_factor", |w, _| w.set_second_factor(OWNER, Some((&TotpSecret::from_bytes(vec![7; 20]), &[BLOB])))),
        ("use_code", |w, _| w.use_code(OWNER, 1).map(drop)),
        ("use_recovery_code", |w, _| w.use_recovery_code(OWNER, &BLOB).map(drop)),
        ("open_session", |w, _| w.open_session(&session()).map(drop)),
        ("end_session", |w, _| w.end_session(SessionId(1))),
        ("open_session", |w, _| w.open_session(&NewSession { digest: &OTHER, ..session() }).map(drop)),
        ("end_other_sessions", |w, _| w.end_other_sessions(OWNER, None)),
        ("make_ticket", |w, _| w.make_ticket(&BLOB, OWNER, TicketPurpose::SignIn, at(99))),
        ("use_ticket", |w, _| w.use_ticket(&BLOB, TicketPurpose::SignIn).map(drop)),
        ("make_token", |w, given| {
            let scopes = BTreeSet::from([Permission::Pull]);
            let new =
                NewToken { digest: &BLOB, channel: &given.channel, scopes: &scopes, label: "Hugo's", ends_at: at(99) };
            w.make_token(&new).map(drop)
        }),
        ("revoke_token", |w, _| w.revoke_token(TokenId(1))),
        ("set_closed", |w, _| w.set_closed(OWNER, true)),
        ("save_person", |w, _| w.save_person(&person("P001")).map(drop)),
        ("set_leaving", |w, _| w.set_leaving(&"P001".parse().unwrap(), Some(Date::MAX)).map(drop)),
        ("record", |w, given| w.record(&given.said).map(drop)),
        ("link_guardian", |w, given| w.link_guardian(OWNER, &given.said.person, "G1").map(drop)),
        ("end_guardianship", |w, _| w.end_guardianship(&w.guardianships_of(OWNER)?[0])),
        ("make_family_code", |w, given| {
            w.make_family_code(&BLOB, &given.said.person, Whose::Guardian, Some("G1"), at(99))
        }),
        ("claim_family_code", |w, _| w.claim_family_code(&code(w)?, OWNER)),
        ("use_family_code", |w, _| w.use_family_code(&code(w)?, OWNER).map(drop)),
        ("set_account_person", |w, given| w.set_account_person(OWNER, &given.said.person)),
        ("open_event", |w, _| w.open_event("Harvest", Date::MIN, &[], "harvest").map(drop)),
        ("rename_event", |w, _| w.rename_event(w.events()?[0].id, "Hugo's harvest", "harvest").map(drop)),
        ("receive", |w, _| w.receive(&BLOB, w.events()?[0].id).map(drop)),
        ("set_found", |w, given| w.set_found(&given.photo, SIZE, &Camera::default())),
        ("set_inspected", |w, given| w.set_inspected(&given.photo)),
        ("set_quarantined", |w, given| w.set_quarantined(&given.photo, None, "camera")),
        ("set_cleared", |w, given| w.set_cleared(&given.photo)),
        ("set_refused", |w, given| w.set_refused(&given.other, "not a picture")),
        ("add_face", |w, given| w.add_face(&given.photo, &face(Origin::Maybe)).map(drop)),
        ("raise_face", |w, given| w.raise_face(&given.photo, FaceId(1), 0.5).map(drop)),
        ("add_face", |w, given| w.add_face(&given.other, &face(Origin::Detected)).map(drop)),
        ("tag", |w, given| w.tag(&given.photo, FaceId(1), &Who::Person("P001".parse().unwrap())).map(drop)),
        ("suggest", |w, given| w.suggest(&given.other, FaceId(1), &"P001".parse().unwrap(), 1).map(drop)),
        ("retract_suggestion", |w, given| {
            w.retract_suggestion(&given.other, FaceId(1), &"P001".parse().unwrap()).map(drop)
        }),
        ("reject_suggestion", |w, given| {
            w.reject_suggestion(&given.other, FaceId(1), &"P001".parse().unwrap()).map(drop)
        }),
        ("set_switch", |w, _| w.set_switch(Some(&papers())).map(drop)),
        ("set_guardian", |w, _| w.set_guardian(&"P001".parse().unwrap(), "G1", true).map(drop)),
        ("keep_template", |w, _| w.keep_template(&open_gate("P001"), b"a face")),
        // off the disk even when it is undone
        ("destroy_template", |w, _| {
            w.lay_template(&open_gate("P001"), b"a face")?;
            w.destroy_template(&"P001".parse().unwrap()).map(drop)
        }),
        ("destroy_templates", |w, _| {
            w.lay_template(&open_gate("P001"), b"a face")?;
            w.destroy_templates()
        }),
        ("set_headcount", |w, given| w.set_headcount(&given.photo, 1)),
        ("sign_off", |w, given| w.sign_off(&given.photo, &given.channel, &given.seen)),
        ("check_text", |w, given| w.check_text(&given.photo, TextKind::EventName, false).map(drop)),
        ("reject", |w, given| w.reject(&given.photo, &given.channel, "Hugo blinks")),
        ("set_text", |w, given| w.set_text(&given.photo, TextKind::Caption, "Hugo at the harvest").map(drop)),
        ("set_likeness", |w, given| w.set_likeness(&given.photo, Likeness(7))),
        ("pull", |w, given| w.pull(&given.channel, &given.photo, &BLOB).map(drop)),
        ("add_connection", |w, given| w.add_connection(&connection(given)).map(drop)),
        ("keep_secret", |w, _| w.keep_secret(ConnectionId(1), b"sealed", at(99))),
        ("place", |w, given| w.place(&[(given.photo.clone(), vec![shown(given)])])),
        ("add_placement", |w, given| {
            w.add_placement(&given.channel, &given.photo, Placed::Printed, "Hugo's wall", &[]).map(drop)
        }),
        ("finish_take_down", |w, given| {
            let _opened = w.call_back(&given.channel, &given.photo, None, at(99))?;
            w.finish_take_down(PlacementId(1), "by Zebedee").map(drop)
        }),
        ("tell_overdue", |w, _| w.tell_overdue(PlacementId(1), Date::MAX).map(drop)),
        ("untell_overdue", |w, _| w.untell_overdue(PlacementId(1), Date::MAX)),
        ("lease_delivery", |w, given| leased(w, given).map(drop)),
        ("delivery_failed", |w, given| {
            let why = Failure { trouble: "slow", again: at(0), dead: true, rests: true };
            w.delivery_failed(&in_hand(given), given.worker.id(), &why)
        }),
        ("try_again", |w, _| w.try_again(ConnectionId(1)).map(drop)),
        ("lease_delivery", |w, given| leased(w, given).map(drop)),
        ("begin_sending", |w, given| w.begin_sending(&in_hand(given), given.worker.id(), &given.photo, &BLOB)),
        ("taken_back", |w, given| w.taken_back(&in_hand(given), given.worker.id())),
        ("delivered", |w, given| w.delivered(&in_hand(given), given.worker.id(), Some(&BLOB), &Remote::default())),
        ("end_connection", |w, _| w.end_connection(ConnectionId(1)).map(drop)),
        ("begin_after_restore", |w, _| w.begin_after_restore(at(1))),
        ("lease_delivery", |w, given| leased(w, given).map(drop)),
        ("delivered", |w, given| {
            let later = Leased { turn: 2, ..in_hand(given) };
            w.delivered(&later, given.worker.id(), None, &Remote::default())
        }),
        ("lease_delivery", |w, given| leased(w, given).map(drop)),
        ("delivered", |w, given| {
            let whole = Leased { id: DeliveryId(1), photo: None, turn: 2, ..in_hand(given) };
            w.delivered(&whole, given.worker.id(), None, &Remote::default())
        }),
        ("destroy_secrets", |w, _| w.destroy_secrets(ConnectionId(1)).map(drop)),
        ("set_places_rules", |w, _| w.set_places_rules(&BLOB)),
        ("enqueue", |w, given| w.enqueue(JobKind::InspectFast, &given.photo)),
        ("lease", |w, given| w.lease(given.worker.id(), Duration::ZERO).map(drop)),
        ("release_abandoned", |w, given| w.release_abandoned(given.worker.id())),
        ("lease", |w, given| w.lease(given.worker.id(), FOREVER).map(drop)),
        ("fail", |w, given| w.fail(1, given.worker.id(), "test").map(drop)),
        ("enqueue", |w, given| w.enqueue(JobKind::InspectThorough, &given.photo)),
        ("lease", |w, given| w.lease(given.worker.id(), FOREVER).map(drop)),
        ("finish", |w, given| w.finish(2, given.worker.id())),
        ("keep_rendition", |w, given| {
            let made = Rendition { blob: BLOB, bytes: 1, size: SIZE, proof: BLOB };
            w.keep_rendition(&given.photo, &BLOB, 400, &made).map(drop)
        }),
        ("keep_flaw", |w, given| w.keep_flaw(&given.photo, &BLOB, 80, "face")),
        ("release", |w, given| w.release(&given.channel, &given.photo, &BLOB, "harvest-001.jpg", &BLOB).map(drop)),
        ("withdraw", |w, given| w.withdraw(&given.channel, &given.photo).map(drop)),
        ("keep_reason", |w, _| w.keep_reason(&"P001".parse().unwrap(), EntryId(1), b"sealed")),
        ("destroy_reason", |w, _| w.destroy_reason(&"P001".parse().unwrap(), EntryId(1)).map(drop)),
        ("open_incident", |w, given| w.open_incident(IncidentKind::Misuse, Some(&given.photo)).map(drop)),
        ("note_incident", |w, _| w.note_incident(IncidentId(1), "Zebedee's mother rang", false)),
        ("hold", |w, given| w.hold(IncidentId(1), &Pulled::Photo(given.photo.clone())).map(drop)),
        ("lift_hold", |w, _| w.lift_hold(IncidentId(1), HoldId(1)).map(drop)),
        ("condemn", |w, given| w.condemn(&given.other, Why::Window).map(drop)),
        ("prove_destroyed", |w, given| w.prove_destroyed(&given.other, &[BLOB]).map(drop)),
        ("record_review", |w, _| w.record_review("the harvest photos", Date::MAX)),
        ("note_camera_file", |w, given| w.note_camera_file(&BLOB, &CameraFile::Photo(given.photo.clone()))),
        ("remind", |w, _| w.remind(OWNER, at(1)).map(drop)),
        ("drop_reminder", |w, _| w.drop_reminder(OWNER)),
        ("change_setting", |w, _| w.change_setting("name", "Sports", "Harvest", "Hugo asked")),
    ];

    fn connection(given: &Given) -> NewConnection {
        let (label, address) = ("Hugo's site".into(), "https://hill.example".into());
        NewConnection { channel: given.channel.clone(), kind: Kind::Webhook, label, address, login: None }
    }

    fn shown(given: &Given) -> Place {
        Place {
            channel: given.channel.clone(),
            queue: Queue::MayLeave,
            until: None,
            edition: Some(BLOB),
            bears: None,
            due_at: at(99),
        }
    }

    fn leased(w: &Write<'_>, given: &Given) -> Result<Option<Leased>, StoreError> {
        w.lease_delivery(given.worker.id(), FOREVER)
    }

    /// What the worker has taken, as far as it tells deliveries apart.
    fn in_hand(given: &Given) -> Leased {
        Leased {
            id: DeliveryId(2),
            connection: ConnectionId(1),
            photo: Some(given.photo.clone()),
            wanted: None,
            turn: 1,
            told: None,
            maybe: false,
            remote: None,
            address: None,
            attempt: 1,
        }
    }

    fn account() -> NewAccount {
        let roles = BTreeSet::from([Role::Staff]);
        NewAccount { login: "zebedee@hill.example".into(), name: "Zebedee".into(), roles, person: None }
    }

    fn code(w: &Write<'_>) -> Result<FamilyCode, StoreError> {
        Ok(w.family_code(&BLOB, at(10))?.unwrap())
    }

    fn session() -> NewSession<'static> {
        NewSession { digest: &BLOB, account: OWNER, proven: true, device: "Hugo's iPad", ends_at: at(99) }
    }

    fn given(store: &Store) -> Given {
        let said = NewEntry {
            person: "P001".parse().unwrap(),
            act: Act::Restrict,
            giver: Giver::School,
            method: Method::Verbal,
            made_at: at(1),
            valid_from: None,
            valid_until: None,
            evidence: None,
        };
        Given {
            photo: photo(store, "a"),
            other: photo(store, "b"),
            worker: store.sign_on().unwrap(),
            channel: "website".parse().unwrap(),
            said,
            seen: Seen { style: Style::Smooth, cover: Cover::Head, long_side: 400, faces: Vec::new() },
        }
    }

    #[test]
    fn every_change_appends_its_audit_row_in_the_same_transaction() {
        let (_dir, store) = store();
        let given = given(&store);
        let count = || store.read(Read::audit_head).unwrap().count;
        for (name, change) in CHANGES {
            let before = count();
            let undone: Done = store.write(&actor(), at(10), |w| {
                change(w, &given)?;
                Err(StoreError::Busy)
            });
            assert!(matches!(undone, Err(StoreError::Busy)), "{name}: {undone:?}");
            assert_eq!(count(), before, "{name} is undone with its row");
            write(&store, 10, |w| change(w, &given));
            assert_eq!(count(), before + 1, "{name} appends one row");
        }
        store.read(|r| r.verify_audit(&[])).unwrap();
    }

    #[test]
    fn no_change_is_forgotten_by_the_test_above() {
        let tested: BTreeSet<String> = CHANGES.iter().map(|(name, _)| (*name).to_owned()).collect();
        let mut written = BTreeSet::new();
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
        for file in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
            let Ok(source) = fs::read_to_string(&file) else { continue };
            let source = source.split("#[cfg(test)]").next().unwrap();
            for part in source.split("impl Write<'_> {").skip(1) {
                let part = part.split("\n}\n").next().unwrap();
                written
                    .extend(part.split("    pub fn ").skip(1).map(|rest| rest.split('(').next().unwrap().to_owned()));
            }
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let direct = source.contains(".execute(") || source.contains(".execute_batch(");
            assert!(!direct || ["handle.rs", "migrate.rs"].contains(&name.as_str()), "{name} changes rows unheard");
        }
        assert_eq!(tested, written);
    }

    #[test]
    fn no_audit_row_holds_a_name() {
        let (_dir, store) = store();
        let given = given(&store);
        for (_, change) in CHANGES {
            write(&store, 10, |w| change(w, &given));
        }
        let rows = store.read(|r| r.audit_rows(None, 0, 1000)).unwrap();
        assert!(rows.len() > 25);
        for row in &rows {
            let text = row.event.to_lowercase();
            let names = ["zebedee", "hugo", "quillfeather", "sports", "harvest", "jpg", "not a picture"];
            assert!(names.iter().all(|name| !text.contains(name)), "{text}");
            assert!(row.event().is_some(), "{text}");
        }
        let of_person = store.read(|r| r.audit_rows(Some(&"P001".parse().unwrap()), 0, 1000)).unwrap();
        let kinds: Vec<_> = of_person.iter().map(|row| row.event.split('"').nth(3).unwrap().to_owned()).collect();
        let expected = [
            "person_saved",
            "person_leaving",
            "consent_recorded",
            "guardian_linked",
            "guardian_unlinked",
            "family_code_made",
            "family_code_claimed",
            "family_code_used",
            "account_person_set",
            "face_tagged",
            "suggested",
            "suggestion_retracted",
            "suggestion_rejected",
            "guardian_noted",
            "template_made",
            "template_destroyed",
            "template_destroyed",
            "reason_sealed",
            "reason_destroyed",
        ];
        assert_eq!(kinds, expected);
    }
}
