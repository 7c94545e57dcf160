//! `eyelid serve`: the service for a school.

use std::path::PathBuf;

use super::place::{House, Place};
use super::{Outcome, Service, clock, output};
use crate::config::Watched;
use crate::office::entrance;

/// Serve the school's pages and its interface for machines
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid serve --data school\n\
\x20 eyelid serve --data school --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem")]
pub(super) struct Args {
    #[command(flatten)]
    place: Place,
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,
    /// A certificate with its chain, as PEM; without one put a proxy with TLS in front
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, as PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

/// Runs the command. The first start makes the data folder and prints a one-time link for an administrator.
///
/// # Errors
/// When the data folder or the address cannot be used.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    // read first, so that a change during the start is seen afterwards
    let settings = Watched::load(args.place.path())?;
    let House { store, actor, .. } = args.place.found()?;
    let first = entrance::first_admin(&store, &actor, clock::now())?;
    let scheme = if args.tls_cert.is_some() { "https" } else { "http" };
    let told = settings.now().address.clone();
    let announce = Box::new(move |listens: std::net::SocketAddr| {
        let address = told.unwrap_or_else(|| format!("{scheme}://{listens}"));
        let address = address.trim_end_matches('/');
        output::note(format_args!("listening on {scheme}://{listens}/ (end with Ctrl-C)"));
        if let Some(link) = first {
            output::note(format_args!(
                "nobody has an account yet: make the first administrator, once, within a week, on"
            ));
            output::note(format_args!("{address}/welcome/{}", link.reveal()));
        }
    });
    let tls = args.tls_cert.clone().zip(args.tls_key.clone());
    let addresses = vec![args.listen.clone()];
    Ok(Outcome::Serve(Box::new(Service { store, settings, addresses, clock: clock::now, announce, tls, demo: None })))
}
