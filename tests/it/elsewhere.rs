//! Other people's machines: a server on a free port that remembers what it was asked, and a courier that goes there.
#![cfg(test)]

use std::cell::Cell;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use eyelid::config::{Push, School};
use eyelid::domain::id::ActorId;
use eyelid::domain::time::Timestamp;
use eyelid::pipeline::{RollCache, place_photos};
use eyelid::release::push::Courier;
use eyelid::store::Store;
use tokio::runtime::Runtime;

use super::site;

/// What the other side was asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

type Answer = Arc<dyn Fn(&Asked) -> Response<Body> + Send + Sync>;

/// A server of somebody else; it ends with the value.
pub(super) struct Elsewhere {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    _runtime: Runtime,
}

impl Elsewhere {
    pub(super) fn start(answer: impl Fn(&Asked) -> Response<Body> + Send + Sync + 'static) -> Self {
        Self::at(TcpListener::bind("127.0.0.1:0").unwrap(), answer)
    }

    /// The same at a port that is known already.
    pub(super) fn at(listener: TcpListener, answer: impl Fn(&Asked) -> Response<Body> + Send + Sync + 'static) -> Self {
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let answer: Answer = Arc::new(answer);
        let service = Router::new().fallback(take).with_state((Arc::clone(&asked), answer));
        let runtime = Runtime::new().unwrap();
        let _entered = runtime.enter();
        runtime.spawn(axum_server::from_tcp(listener).unwrap().serve(service.into_make_service()));
        Self { address, asked, _runtime: runtime }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked since the last call.
    pub(super) fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

async fn take(
    State((asked, answer)): State<(Arc<Mutex<Vec<Asked>>>, Answer)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let one = Asked { method, uri, headers, body };
    asked.lock().unwrap().push(one.clone());
    // on a thread of its own: an answer that is held back keeps no other waiting
    tokio::task::spawn_blocking(move || answer(&one)).await.unwrap()
}

/// An answer without a body.
pub(super) fn status(code: u16) -> Response<Body> {
    Response::builder().status(code).body(Body::empty()).unwrap()
}

/// Longer than any answer takes that is not held back on purpose, also on a machine that has much else to do.
pub(super) const PATIENT: Duration = Duration::from_secs(120);

thread_local! { static PASSED: Cell<i64> = const { Cell::new(0) }; }

/// The moment of the test's site, and so many seconds as have passed since on this thread.
pub(super) fn clock() -> Timestamp {
    Timestamp::from_second(site::now().as_second() + PASSED.get()).unwrap()
}

/// Lets time pass on this thread.
pub(super) fn pass(seconds: i64) {
    PASSED.set(PASSED.get() + seconds);
}

/// A school that may send pictures to this machine.
pub(super) fn school() -> School {
    let push = Push { intranet: vec!["127.0.0.1".into()], ..Push::default() };
    School { behind_proxy: true, push, ..School::default() }
}

/// Places what changed and delivers all that may be told at this moment; gives how many deliveries were tried.
pub(super) fn deliver(store: &Store, school: &School) -> usize {
    deliver_within(store, school, PATIENT)
}

/// As [`deliver`], with another patience.
pub(super) fn deliver_within(store: &Store, school: &School, patience: Duration) -> usize {
    let (roll, actor): (_, ActorId) = (RollCache::default(), "worker".parse().unwrap());
    let worker = store.sign_on().unwrap();
    place_photos(store, school, &roll, &actor, clock(), usize::MAX).unwrap();
    let courier = Courier { store, school, roll: &roll, actor: &actor, clock, patience };
    let mut tried = 0;
    while courier.step(&worker).unwrap().is_some() {
        tried += 1;
        assert!(tried < 10_000, "it never ends");
    }
    tried
}
