//! A served school whose photos are all signed off for the website, with a key that may fetch them.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use eyelid::access::{Permission, Role, Secret};
use eyelid::config::{School, Watched};
use eyelid::consent::ledger::{Choice, Giver, Method};
use eyelid::domain::camera::Camera;
use eyelid::domain::category::Medium;
use eyelid::domain::channel::Channel;
use eyelid::domain::face::{Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::id::{ActorId, Digest, PersonId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::time::Timestamp;
use eyelid::office::{self, NewKey, Word};
use eyelid::pipeline::release::Request;
use eyelid::pipeline::{PipelineError, RollCache, place_photos};
use eyelid::store::{NewAccount, NewFace, NewSession, Store, StoreError, Write};
use eyelid::web::{Parts, Site, router};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Where a face is in a photo, from the left, in shares of its width.
const PLACES: [f32; 3] = [0.1, 0.4, 0.7];

/// A served school.
pub(super) struct Served {
    pub(super) store: Arc<Store>,
    pub(super) photos: Vec<PhotoId>,
    pub(super) address: SocketAddr,
    pub(super) key: String,
    pub(super) folder: TempDir,
    pub(super) actor: ActorId,
    pub(super) school: Arc<School>,
    cookie: String,
    _runtime: Runtime,
}

pub(super) fn now() -> Timestamp {
    Timestamp::constant(1_781_517_600, 0)
}

impl Served {
    /// A school with so many pupils and photos; each photo's bytes are what `bytes` gives for its number.
    pub(super) fn new(
        pupils: usize,
        photos: usize,
        size: Size,
        bytes: impl Fn(&Store, usize) -> Result<Digest>,
    ) -> Result<Self> {
        let folder = TempDir::new()?;
        let (store, school) = (Arc::new(Store::open(folder.path(), now())?), Arc::new(School::default()));
        let actor: ActorId = "bench".parse()?;
        let pupils = (0..pupils).map(|number| pupil(&store, &school, &actor, number)).collect::<Result<Vec<_>>>()?;
        let (channel, category) = school.channel(&"website".parse()?).context("no website")?;
        let roll = RollCache::default();
        let request = Request { school: &school, roll: &roll, channel, category, actor: &actor };
        let mut ids = Vec::with_capacity(photos);
        for part in (0..photos).collect::<Vec<_>>().chunks(500) {
            let digests = part.iter().map(|number| bytes(&store, *number)).collect::<Result<Vec<_>>>()?;
            store.write(&actor, now(), |w| {
                for (number, digest) in part.iter().zip(&digests) {
                    let id = photo(w, *number, digest, size, &pupils)?;
                    let signed = request.decide(w, &id, now())?.sign_off(actor.clone(), now());
                    w.sign_off(&id, &channel.id, &signed.seen)?;
                    ids.push(id);
                }
                Ok::<_, PipelineError>(())
            })?;
        }
        while place_photos(&store, &school, &roll, &actor, now(), 10_000)? > 0 {}
        let new =
            NewKey { channel: channel.id.clone(), scopes: [Permission::Pull].into(), label: String::new(), days: 7 };
        let (_, key) = office::make_token(&store, &school, &new, &actor, now())?;
        let cookie = signed_in(&store, &actor)?;

        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let settings = Watched::from_now(store.folder().to_owned(), Arc::clone(&school));
        let parts = Parts { store: Arc::clone(&store), settings, clock: now, secure: false, demo: None };
        let site = router(&Site::new(parts)?).into_make_service_with_connect_info::<SocketAddr>();
        let runtime = Runtime::new()?;
        let entered = runtime.enter();
        runtime.spawn(axum_server::from_tcp(listener)?.serve(site));
        drop(entered);
        let key = key.reveal().to_owned();
        Ok(Self { store, photos: ids, address, key, folder, actor, school, cookie, _runtime: runtime })
    }

    pub(super) fn channel(&self) -> Result<&Channel> {
        Ok(self.school.channel(&"website".parse()?).context("no website")?.0)
    }

    /// The status and body of what the key fetches.
    pub(super) fn get(&self, path: &str) -> Result<(u16, Vec<u8>)> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let url = format!("http://{}/api/v1/channels/website/{path}", self.address);
        let mut answer = agent.get(url).header("authorization", format!("Bearer {}", self.key)).call()?;
        Ok((answer.status().as_u16(), answer.body_mut().with_config().limit(200 << 20).read_to_vec()?))
    }

    /// Somebody of the office writes down what a family said.
    pub(super) fn say(&self, person: &str, decision: &str) -> Result<()> {
        let body = serde_json::json!({
            "category": "website", "medium": "photo", "decision": decision, "giver_role": "guardian", "giver": "G1",
            "method": "paper", "made_at": now().to_string(),
        });
        let url = format!("http://{}/api/v1/pupils/{person}/ledger", self.address);
        let answer = ureq::post(url).header("cookie", format!("eyelid={}", self.cookie)).send_json(body)?;
        ensure!(answer.status().as_u16() == 201, "the ledger: {}", answer.status());
        Ok(())
    }
}

/// How long something takes.
pub(super) fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let began = Instant::now();
    let done = work()?;
    Ok((done, began.elapsed()))
}

pub(super) fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

fn pupil(store: &Store, school: &School, actor: &ActorId, number: usize) -> Result<PersonId> {
    let id: PersonId = format!("P{number:04}").parse()?;
    let name = PersonName {
        legal_forename: format!("Forename{number}"),
        preferred_forename: None,
        legal_surname: format!("Surname{number}"),
    };
    let kind = PersonKind::Pupil;
    let (born, year, class, admission_no, upn, leaving) = (None, None, None, None, None, None);
    let person = Person { id: id.clone(), kind, name, born, year, class, admission_no, upn, leaving };
    store.write(actor, now(), |w| w.save_person(&person).map(drop).map_err(anyhow::Error::from))?;
    let yesterday = now().checked_sub(jiff::SignedDuration::from_hours(24))?;
    let word = Word {
        category: "website".parse()?,
        medium: Medium::Photo,
        photo: None,
        choice: Choice::Granted,
        giver: Giver::Guardian("G1".into()),
        method: Method::Paper,
        made_at: yesterday,
        valid_from: None,
        valid_until: None,
        evidence: None,
    };
    office::speak(store, school, &id, &[word], actor, now())?;
    Ok(id)
}

/// A photo of the first pupil and of two others.
fn photo(
    w: &Write<'_>,
    number: usize,
    digest: &Digest,
    size: Size,
    pupils: &[PersonId],
) -> Result<PhotoId, StoreError> {
    let name = format!("Event {}", number / 200);
    let event = w.open_event(&name, jiff::civil::date(2026, 6, 12), &[], &format!("event-{}", number / 200))?;
    let id = w.receive(digest, event.id)?.photo().id.clone();
    w.set_found(&id, size, &Camera::default())?;
    w.set_inspected(&id)?;
    let others = pupils.iter().skip(1).cycle().skip(number * 2).take(2);
    for (place, person) in PLACES.into_iter().zip(pupils.iter().take(1).chain(others)) {
        let [wide, high] = [size.width, size.height].map(|side| f32::from(u16::try_from(side).unwrap_or(u16::MAX)));
        let Some(rect) = Rect::new(place * wide, 0.4 * high, (place + 0.08) * wide, 0.55 * high) else { continue };
        let face = w.add_face(&id, &NewFace { rect, score: Some(0.9), origin: Origin::Detected, landmarks: None })?;
        w.tag(&id, face, &Who::Person(person.clone()))?;
    }
    w.set_headcount(&id, 3)?;
    Ok(id)
}

fn signed_in(store: &Store, actor: &ActorId) -> Result<String> {
    let secret = Secret::new()?;
    let digest = secret.digest();
    store.write(actor, now(), |w| {
        let roles = BTreeSet::from([Role::Office]);
        let account =
            w.add_account(&NewAccount { login: "o@hill.example".into(), name: "O".into(), roles, person: None })?;
        let totp = eyelid::access::totp::TotpSecret::from_bytes(vec![7; 20]);
        w.set_second_factor(account, Some((&totp, &[Digest::of(b"code")])))?;
        let ends_at = Timestamp::MAX;
        w.open_session(&NewSession { digest: &digest, account, proven: true, device: "a bench", ends_at })
    })?;
    Ok(secret.reveal().to_owned())
}
