//! Wiring: a command runs, and the service with its workers when it asks for one.

mod workers;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{self, Cli, Outcome, Service};
use crate::config::Instead;
use crate::web::{self, PATIENCE, Parts, Site, patient};

use workers::Workers;

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
    let Service { store, mut settings, addresses, clock, announce, tls, demo } = service;
    let secure =
        tls.is_some() || settings.now().address.as_deref().is_some_and(|address| address.starts_with("https://"));
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
        settings = settings.or(Instead { address: Some(format!("http://{address}")), mail: None });
    }
    let store = Arc::new(store);
    let site = Site::new(Parts { store: Arc::clone(&store), settings, clock, secure, demo })?;
    let workers = Workers::start(&store, &site, clock)?;
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
    Ok(tokio::task::spawn_blocking(move || workers.end()).await?)
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
