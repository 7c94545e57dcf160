//! How long a connection may keep the service waiting.

use std::time::Duration;

use axum_server::{Address, Server};
use hyper_util::rt::TokioTimer;

/// How long a browser may take to say what it wants, and how long a connection may stay open without asking anything.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A server that ends connections whose next request does not come within `patience`: else a few hundred that say nothing
/// would use up what a process may hold open. HTTP/1.1 alone, whose first bytes are waited for no longer either.
pub fn patient<A: Address, B>(server: Server<A, B>, patience: Duration) -> Server<A, B> {
    let mut server = server.http1_only();
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(patience);
    server
}
