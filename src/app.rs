//! Wiring: a command runs, and the service when it asks for one.

use std::io;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::cli::{self, Cli, Outcome, Service};
use crate::web::{self, Site};

/// The service cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not this machine's.
    #[error("cannot listen on `{0}`: choose another address with --listen")]
    Listen(String, #[source] io::Error),
}

/// Runs a command to its end and gives the process's exit code.
///
/// # Errors
/// When the command or its service could not do its work.
pub fn run(cli: Cli) -> anyhow::Result<u8> {
    match cli::run(cli)? {
        Outcome::Done => Ok(0),
        Outcome::SomeRefused => Ok(1),
        Outcome::Serve(service) => Runtime::new()?.block_on(serve(*service)).map(|()| 0),
    }
}

/// Answers until the process is interrupted; requests that have begun are answered to their end.
async fn serve(service: Service) -> anyhow::Result<()> {
    let Service { store, school, addresses, clock, announce } = service;
    let listener = listen(&addresses).await?;
    announce(listener.local_addr()?);
    let site = web::router(Site::new(store, school, clock)?);
    axum::serve(listener, site).with_graceful_shutdown(interrupted()).await?;
    Ok(())
}

/// The first address that can be listened on; the last one's error when none can.
async fn listen(addresses: &[String]) -> Result<TcpListener, ServeError> {
    let mut failed = ServeError::Listen("no address".to_owned(), io::ErrorKind::AddrNotAvailable.into());
    for address in addresses {
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = ServeError::Listen(address.clone(), error),
        }
    }
    Err(failed)
}

async fn interrupted() {
    // without a handler an interruption ends the process at once, which loses nothing either
    let _installed = tokio::signal::ctrl_c().await;
}
