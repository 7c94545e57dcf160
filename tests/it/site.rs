//! A real server on a free port over a store of its own, and clients signed in as whom a test likes.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use eyelid::access::totp::TotpSecret;
use eyelid::access::{AccountId, Role, Secret};
use eyelid::config::{Mail, School, Security, Watched};
use eyelid::domain::id::{ActorId, ChannelId, Digest};
use eyelid::domain::time::Timestamp;
use eyelid::store::{NewAccount, NewSession, Store};
use eyelid::web::{Parts, Site, patient, router};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use ureq::http::{Method, Request, Response};

/// The moment at which a test's site stands.
pub(super) fn now() -> Timestamp {
    "2026-06-15T10:00:00Z".parse().unwrap()
}

/// The moment at which it stands later.
pub(super) fn later() -> Timestamp {
    now() + jiff::SignedDuration::from_hours(1)
}

/// Waits for what another thread or program does, also on a machine that has much else to do.
pub(super) fn until(what: &str, done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(600), "in vain: {what}");
        // a thread that spins would keep the other one from its work
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

/// Longer than a client pauses on a machine that has much else to do.
const PATIENT: Duration = Duration::from_secs(60);

static ASKED: AtomicU32 = AtomicU32::new(0);

/// A running site; it ends with the value.
pub(super) struct Running {
    pub(super) store: Arc<Store>,
    pub(super) school: Arc<School>,
    address: SocketAddr,
    _runtime: Runtime,
    folder: Arc<TempDir>,
}

/// Whoever asks the site.
pub(super) struct Client<'a> {
    site: &'a Running,
    cookie: Option<String>,
    token: Option<String>,
    header: Option<(&'static str, String)>,
}

/// An answer with its body as text.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: ureq::http::HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Running {
    /// An empty school with its default settings.
    pub(super) fn start() -> Self {
        Self::over(TempDir::new().unwrap(), School { behind_proxy: true, ..School::default() })
    }

    /// The data folder with these settings.
    pub(super) fn over(folder: TempDir, school: School) -> Self {
        Self::at(now, folder, school)
    }

    /// The same as [`Self::start`], which hangs up on whoever has not asked after a moment.
    pub(super) fn impatient() -> Self {
        let site = Self::start();
        let (store, school, folder) = (Arc::clone(&site.store), Arc::clone(&site.school), Arc::clone(&site.folder));
        Self::serve(now, store, school, folder, Duration::from_secs(1))
    }

    /// The data folder with these settings, at a moment of the test's own.
    pub(super) fn at(clock: fn() -> Timestamp, folder: TempDir, school: School) -> Self {
        let store = Arc::new(Store::open(folder.path(), clock()).unwrap());
        Self::serve(clock, store, Arc::new(school), Arc::new(folder), PATIENT)
    }

    /// The same school an hour later.
    pub(super) fn later(&self) -> Self {
        self.with_clock(later)
    }

    /// The same school by another clock.
    pub(super) fn with_clock(&self, clock: fn() -> Timestamp) -> Self {
        Self::serve(clock, Arc::clone(&self.store), Arc::clone(&self.school), Arc::clone(&self.folder), PATIENT)
    }

    fn serve(
        clock: fn() -> Timestamp,
        store: Arc<Store>,
        school: Arc<School>,
        folder: Arc<TempDir>,
        patience: Duration,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let settings = Watched::from_now(folder.path().to_owned(), Arc::clone(&school));
        let parts = Parts { store: Arc::clone(&store), settings, clock, secure: false, demo: None };
        let site = router(&Site::new(parts).unwrap()).into_make_service_with_connect_info::<SocketAddr>();
        let runtime = Runtime::new().unwrap();
        let _entered = runtime.enter();
        let server = patient(axum_server::from_tcp(listener).unwrap(), patience);
        runtime.spawn(server.serve(site));
        Self { store, school, address, _runtime: runtime, folder }
    }

    pub(super) fn actor(&self) -> ActorId {
        "test".parse().unwrap()
    }

    /// The school's channels.
    pub(super) fn channels(&self) -> Vec<&ChannelId> {
        self.school.channels.iter().map(|channel| &channel.id).collect()
    }

    /// An account with these roles and everything that they need.
    pub(super) fn account(&self, roles: &[Role]) -> AccountId {
        let name = roles.iter().map(|role| role.to_string().replace(':', "-")).collect::<Vec<_>>().join("-");
        let login = format!("{name}-{}@hill.example", self.store.read(eyelid::store::Read::accounts).unwrap().len());
        let second = roles.iter().any(Role::needs_second_factor);
        let new = NewAccount { login, name, roles: roles.iter().cloned().collect::<BTreeSet<_>>(), person: None };
        self.store
            .write(&self.actor(), now(), |w| {
                let id = w.add_account(&new)?;
                if second {
                    w.set_second_factor(id, Some((&totp(), &[Digest::of(b"code")])))?;
                }
                Ok::<_, eyelid::store::StoreError>(id)
            })
            .unwrap()
    }

    /// A client signed in to an account.
    pub(super) fn client(&self, account: AccountId) -> Client<'_> {
        let secret = Secret::new().unwrap();
        let digest = secret.digest();
        let ends_at = Timestamp::MAX;
        let session = NewSession { digest: &digest, account, proven: true, device: "a test", ends_at };
        self.store.write(&self.actor(), now(), |w| w.open_session(&session)).unwrap();
        Client { cookie: Some(secret.reveal().to_owned()), ..self.stranger() }
    }

    /// A client signed in to a new account with this role.
    pub(super) fn signed_in(&self, role: Role) -> Client<'_> {
        self.client(self.account(&[role]))
    }

    /// A machine with this key.
    pub(super) fn machine(&self, token: &str) -> Client<'_> {
        Client { token: Some(token.to_owned()), ..self.stranger() }
    }

    /// Somebody from outside.
    pub(super) fn stranger(&self) -> Client<'_> {
        Client { site: self, cookie: None, token: None, header: None }
    }

    /// Every byte that the data folder holds.
    pub(super) fn kept_bytes(&self) -> Vec<u8> {
        let files = walkdir::WalkDir::new(self.folder.path()).into_iter().map(Result::unwrap);
        files.filter(|entry| entry.file_type().is_file()).flat_map(|file| std::fs::read(file.path()).unwrap()).collect()
    }

    /// The data folder.
    pub(super) fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The whole address of a path.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Client<'_> {
    pub(super) fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new())
    }

    /// The same client that sends one more header.
    pub(super) fn with_header(&self, name: &'static str, value: &str) -> Self {
        let (cookie, token) = (self.cookie.clone(), self.token.clone());
        Self { site: self.site, cookie, token, header: Some((name, value.to_owned())) }
    }

    /// A form as a browser sends it.
    pub(super) fn post(&self, path: &str, fields: &[(&str, &dyn Display)]) -> Answer {
        let pair = |(name, value): &(&str, &dyn Display)| format!("{name}={}", encoded(&value.to_string()));
        let body = fields.iter().map(pair).collect::<Vec<_>>().join("&");
        self.send(Method::POST, path, Some("application/x-www-form-urlencoded"), body.into_bytes())
    }

    /// A document as a machine sends it.
    pub(super) fn json(&self, method: Method, path: &str, body: &serde_json::Value) -> Answer {
        self.send(method, path, Some("application/json"), body.to_string().into_bytes())
    }

    /// Any request; no redirect is followed.
    pub(super) fn send(&self, method: Method, path: &str, kind: Option<&str>, body: Vec<u8>) -> Answer {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        let agent: ureq::Agent = config.into();
        let mut request = Request::builder().method(method).uri(self.site.url(path));
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("eyelid={cookie}"));
        }
        if self.site.school.behind_proxy {
            // each request from an address of its own, so that no limit on tries is met
            let number = ASKED.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            request = request.header("x-forwarded-for", Ipv4Addr::from(number).to_string());
        }
        if let Some((name, value)) = &self.header {
            request = request.header(*name, value);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer: Response<ureq::Body> = agent.run(request.body(body).unwrap()).unwrap();
        let (parts, mut body) = answer.into_parts();
        let body = body.with_config().limit(200 << 20).read_to_vec().unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// The same client, asking another site of the same school.
    pub(super) fn moved<'a>(&self, site: &'a Running) -> Client<'a> {
        Client { cookie: self.cookie.clone(), ..site.stranger() }
    }

    /// The key that it shows.
    pub(super) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The secret that its browser keeps.
    pub(super) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// The same client with the session that an answer set.
    pub(super) fn kept(&self, answer: &Answer) -> Self {
        let set = answer.header("set-cookie").split(';').next().unwrap();
        Client { cookie: Some(set.strip_prefix("eyelid=").unwrap().to_owned()), ..self.site.stranger() }
    }
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(super) fn value(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Messages that are written into this folder.
pub(super) fn captured(folder: &Path) -> Mail {
    let from = "Hill School <eyelid@hill.example>".to_owned();
    let (server, port, user, password_file) = (None, None, None, None);
    let (security, capture) = (Security::default(), Some(folder.to_owned()));
    Mail { from, server, port, user, password_file, security, capture }
}

/// The second factor of every account of a test.
pub(super) fn totp() -> TotpSecret {
    TotpSecret::from_bytes(b"12345678901234567890".to_vec())
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
