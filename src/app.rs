//! Wiring: which rooms the program is made of, and the running service.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::config::School;
use crate::domain::id::IdError;
use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::web::{self, Site};

/// The service cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not this machine's.
    #[error("cannot listen on `{0}`: choose another address with --listen")]
    Listen(String, #[source] io::Error),
    /// A constant of the program is no id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The system gave no threads or sockets.
    #[error("the service stopped")]
    Stopped(#[from] io::Error),
}

/// Shows what a store would release until the process is interrupted; calls `ready` with the address once it answers.
///
/// # Errors
/// When the address cannot be used.
pub fn serve_demo(
    store: Store,
    school: School,
    address: &str,
    clock: fn() -> Timestamp,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    Runtime::new()?.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|error| ServeError::Listen(address.to_owned(), error))?;
        ready(listener.local_addr()?);
        let site = web::router(Site::new(store, school, clock)?);
        axum::serve(listener, site).with_graceful_shutdown(interrupted()).await?;
        Ok(())
    })
}

async fn interrupted() {
    // without a handler an interruption ends the process at once, which loses nothing either
    let _installed = tokio::signal::ctrl_c().await;
}
