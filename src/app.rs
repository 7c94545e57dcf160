//! Wiring: a command runs, and the service with its workers when it asks for one.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{self, Cli, Outcome, Service};
use crate::config::School;
use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;
use crate::office::camera_folder::{Looked, Watcher};
use crate::office::hourly::Rounds;
use crate::pipeline::worker::Bench;
use crate::pipeline::{RollCache, place_photos};
use crate::release::push::Courier;
use crate::store::{Store, StoreError};
use crate::vision::Detector;
use crate::web::{self, PATIENCE, Parts, Site, patient};

/// The service cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not this machine's.
    #[error("cannot listen on `{0}`: choose another address with --listen")]
    Listen(String, #[source] io::Error),
    /// The certificate or its key cannot be used.
    #[error("cannot use the certificate `{}`: give PEM files that belong together", .0.display())]
    Certificate(PathBuf, #[source] io::Error),
}

/// Runs a command to its end and gives the process's exit code.
///
/// # Errors
/// When the command or its service could not do its work.
pub fn run(cli: Cli) -> anyhow::Result<u8> {
    match cli::run(cli)? {
        Outcome::Done => Ok(0),
        Outcome::SomeRefused => Ok(1),
        Outcome::SomeDamaged => Ok(3),
        Outcome::Serve(service) => Runtime::new()?.block_on(serve(*service)).map(|()| 0),
    }
}

/// Answers until the process is asked to end; requests and jobs that have begun are done to their end.
async fn serve(service: Service) -> anyhow::Result<()> {
    let Service { store, mut school, addresses, clock, announce, tls, demo } = service;
    let secure = tls.is_some() || school.address.as_deref().is_some_and(|address| address.starts_with("https://"));
    // for whoever collects metrics
    store.scrape_key()?;
    let tls = match tls {
        Some(files) => Some(certificate(files).await?),
        None => None,
    };
    // the system lets every process have more open files and connections than it gives it at first
    if let Err(error) = rlimit::increase_nofile_limit(MOST_OPEN) {
        tracing::warn!(cause = %error, "few connections can be open at once");
    }
    let listener = listen(&addresses)?;
    let address = listener.local_addr()?;
    if demo.is_some() {
        // links in the demo's messages lead here
        school.address.get_or_insert_with(|| format!("http://{address}"));
    }
    let (store, school) = (Arc::new(store), Arc::new(school));
    let parts = Parts { store: Arc::clone(&store), school: Arc::clone(&school), clock, secure, demo };
    let site = Site::new(parts)?;
    let mut workers = Workers::start(&store, &site, clock)?;
    workers.watch(&store, &site, clock)?;
    let site = web::router(&site).into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    tokio::spawn(end(handle.clone()));
    announce(address);
    match tls {
        None => patient(axum_server::from_tcp(listener)?, PATIENCE).handle(handle).serve(site).await?,
        Some(config) => {
            let server = axum_server::from_tcp_rustls(listener, config)?;
            patient(server, PATIENCE).handle(handle).serve(site).await?;
        }
    }
    tokio::task::spawn_blocking(move || workers.end()).await?
}

/// So many files and connections may be open at once, where the system allows it.
const MOST_OPEN: u64 = 65_536;

async fn certificate((certificate, key): (PathBuf, PathBuf)) -> Result<RustlsConfig, ServeError> {
    // a second service in this process has installed it already
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let config = RustlsConfig::from_pem_file(&certificate, &key).await;
    config.map_err(|error| ServeError::Certificate(certificate, error))
}

/// The first address that can be listened on; the last one's error when none can.
fn listen(addresses: &[String]) -> Result<TcpListener, ServeError> {
    let mut failed = ServeError::Listen("no address".to_owned(), io::ErrorKind::AddrNotAvailable.into());
    for address in addresses {
        let bound = TcpListener::bind(address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok(listener)
        });
        match bound {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = ServeError::Listen(address.clone(), error),
        }
    }
    Err(failed)
}

/// Asks the service to end when the process is interrupted or terminated.
async fn end(handle: Handle<SocketAddr>) {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        // without a handler the signal ends the process at once, which loses nothing either
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
    handle.graceful_shutdown(Some(DRAIN));
}

/// A large upload on a slow line may be cut off after this.
const DRAIN: Duration = Duration::from_secs(20);

/// The threads that inspect uploaded photos, and those that send out what channels show.
struct Workers {
    stop: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<Result<(), StoreError>>>,
}

impl Workers {
    /// One core is left to answer requests.
    fn start(store: &Arc<Store>, site: &Site, clock: fn() -> Timestamp) -> anyhow::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let detector = Arc::new(Detector::open()?);
        let actor: ActorId = "worker".parse()?;
        let inspecting = (1..num_cpus::get_physical().max(2)).map(|_| {
            let (store, site, stop) = (Arc::clone(store), site.clone(), Arc::clone(&stop));
            let (detector, actor) = (Arc::clone(&detector), actor.clone());
            thread::spawn(move || inspect(&store, &site, &detector, &actor, clock, &stop))
        });
        let delivering = (0..COURIERS).map(|_| {
            let (store, site, stop, actor) = (Arc::clone(store), site.clone(), Arc::clone(&stop), actor.clone());
            thread::spawn(move || deliver(&store, &site, &actor, clock, &stop))
        });
        Ok(Self { threads: inspecting.chain(delivering).collect(), stop })
    }

    /// One more looks after the school's camera folder, where there is one.
    fn watch(&mut self, store: &Arc<Store>, site: &Site, clock: fn() -> Timestamp) -> anyhow::Result<()> {
        let school = site.settings();
        if school.camera_folder.is_none() {
            return Ok(());
        }
        let (store, stop) = (Arc::clone(store), Arc::clone(&self.stop));
        let actor: ActorId = "cameras".parse()?;
        self.threads.push(thread::spawn(move || {
            watch(&store, &school, &actor, clock, &stop);
            Ok(())
        }));
        Ok(())
    }

    fn end(self) -> anyhow::Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().ok().context("a worker panicked: run `eyelid doctor`")??;
        }
        Ok(())
    }
}

/// Does one job after the other, each by the settings of its own moment. A store that is busy or full is tried again; the
/// photos wait meanwhile.
fn inspect(
    store: &Store,
    site: &Site,
    detector: &Detector,
    actor: &ActorId,
    clock: fn() -> Timestamp,
    stop: &AtomicBool,
) -> Result<(), StoreError> {
    let worker = store.sign_on()?;
    let roll = RollCache::default();
    let mut rounds = Rounds::default();
    while !stop.load(Ordering::Relaxed) {
        let school = site.settings();
        let bench = Bench { store, school: &school, detector, actor, clock };
        if rounds.go(&bench)?
            && let Err(error) = site.forget_destroyed()
        {
            tracing::warn!(cause = %error, "small pictures of destroyed photos are still in memory");
        }
        match bench.step(&worker) {
            Ok(Some(_)) => {}
            Ok(None) => match place_photos(bench.store, bench.school, &roll, bench.actor, (bench.clock)(), AT_ONCE) {
                Ok(0) => thread::sleep(IDLE),
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(cause = %error, "photos wait to be put into the queues");
                    thread::sleep(IDLE);
                }
            },
            Err(error) if error.may_pass() => {
                tracing::warn!(cause = %error, "a worker waits");
                thread::sleep(IDLE);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Looks into the camera folder again and again. A folder that is away for a while, or a store that is busy, is tried again.
fn watch(store: &Store, school: &School, actor: &ActorId, clock: fn() -> Timestamp, stop: &AtomicBool) {
    let Some(folder) = &school.camera_folder else { return };
    let mut watcher = Watcher::default();
    let mut looked: Option<Instant> = None;
    while !stop.load(Ordering::Relaxed) {
        if looked.is_some_and(|looked| looked.elapsed() < BETWEEN_LOOKS) {
            thread::sleep(IDLE);
            continue;
        }
        match watcher.look(store, school, folder, actor, clock()) {
            Ok(Looked { taken: 0, refused: 0, .. }) => {}
            Ok(Looked { taken, refused, waiting }) => {
                tracing::info!(taken, refused, waiting, "the camera folder was looked into");
            }
            Err(error) => tracing::warn!(cause = %error, "the camera folder waits"),
        }
        looked = Some(Instant::now());
    }
}

const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

/// Sends out what changed; it does not wait for photos that are still inspected.
fn deliver(
    store: &Store,
    site: &Site,
    actor: &ActorId,
    clock: fn() -> Timestamp,
    stop: &AtomicBool,
) -> Result<(), StoreError> {
    let worker = store.sign_on()?;
    let roll = RollCache::default();
    while !stop.load(Ordering::Relaxed) {
        let school = site.settings();
        let courier = Courier { store, school: &school, roll: &roll, actor, clock, patience: Courier::PATIENCE };
        let placed = place_photos(store, &school, &roll, actor, clock(), AT_ONCE);
        if let Err(error) = &placed {
            tracing::warn!(cause = %error, "what is sent out waits");
        }
        match courier.step(&worker) {
            Ok(Some(_)) => {}
            Ok(None) => thread::sleep(IDLE),
            Err(error) if error.may_pass() => {
                tracing::warn!(cause = %error, "what is sent out waits");
                thread::sleep(IDLE);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// So many connections are told something at once: one that is slow does not keep the others waiting.
const COURIERS: usize = 3;

/// So many photos are put into the queues before the next job is looked for.
const AT_ONCE: usize = 200;

const IDLE: Duration = Duration::from_millis(250);
