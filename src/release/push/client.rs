//! One request to the other side: guarded, with limits on its time and on its answer, and never led elsewhere.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ureq::http::{HeaderMap, Method, Request};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Error};

use super::guard::{Guard, LeadsInside};
use super::trouble::Trouble;
use crate::domain::time::Timestamp;

/// Asks the other side.
pub(super) struct Client {
    agent: Agent,
    now: Timestamp,
}

/// A request.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) url: &'a str,
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) body: &'a [u8],
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) kind: String,
    pub(super) body: Vec<u8>,
    /// How long the other side wants to be left alone.
    pub(super) rest: Option<Duration>,
}

/// Why there is no answer, or none that helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stopped {
    pub(super) trouble: Trouble,
    pub(super) rest: Option<Duration>,
}

impl From<Trouble> for Stopped {
    fn from(trouble: Trouble) -> Self {
        Self { trouble, rest: None }
    }
}

impl Client {
    /// A client that may ask these hosts of the school's own network, besides public ones, and waits so long for each answer.
    pub(super) fn new(intranet: &[String], patience: Duration, now: Timestamp) -> Self {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::clone(roots())))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // a proxy of the environment would look names up behind the guard's back
            .proxy(None)
            .max_idle_connections(0)
            .timeout_connect(Some(patience.min(CONNECT)))
            .timeout_global(Some(patience))
            .max_response_header_size(64 * 1024)
            .user_agent("Eyelid")
            .tls_config(tls)
            .build();
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), Guard::new(intranet)), now }
    }

    /// Asks, and gives whatever is answered.
    pub(super) fn ask(&self, ask: &Ask<'_>) -> Result<Reply, Stopped> {
        let request = Request::builder().method(ask.method.clone()).uri(ask.url);
        let request = ask.headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.body(ask.body).map_err(|_| Trouble::Missing)?;
        let mut answer = self.agent.run(request).map_err(|error| trouble(&error))?;
        let status = answer.status().as_u16();
        let text =
            |headers: &HeaderMap, name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let rest = text(answer.headers(), "retry-after").and_then(|after| seconds(&after, self.now));
        let kind = text(answer.headers(), "content-type").unwrap_or_default();
        let body = answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec();
        Ok(Reply { status, kind, body: body.map_err(|error| trouble(&error))?, rest })
    }

    /// Asks for what has to succeed.
    pub(super) fn done(&self, ask: &Ask<'_>) -> Result<Reply, Stopped> {
        let reply = self.ask(ask)?;
        if (200..300).contains(&reply.status) { Ok(reply) } else { Err(reply.stopped()) }
    }
}

impl Reply {
    /// What its status says.
    pub(super) fn stopped(&self) -> Stopped {
        Stopped { trouble: Trouble::of_status(self.status), rest: self.rest }
    }
}

/// A name and a password as a header carries them.
pub(super) fn basic(login: &str, password: &str) -> String {
    format!("Basic {}", data_encoding::BASE64.encode(format!("{login}:{password}").as_bytes()))
}

const CONNECT: Duration = Duration::from_secs(10);
/// Of an answer; pictures are never read.
const MOST_BYTES: u64 = 1 << 20;

fn trouble(error: &Error) -> Trouble {
    match error {
        Error::HostNotFound => Trouble::NoHost,
        Error::Other(inner) if inner.is::<LeadsInside>() => Trouble::Inside,
        Error::Timeout(_) => Trouble::Slow,
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) | Error::TlsRequired => Trouble::Insecure,
        Error::BadUri(_) | Error::Http(_) => Trouble::Missing,
        Error::Io(cause) => match cause.kind() {
            std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => Trouble::Slow,
            // the certificate's faults come as errors of reading
            std::io::ErrorKind::InvalidData => Trouble::Insecure,
            // names that cannot be looked up have no kind of their own
            _ if cause.raw_os_error().is_none() && cause.to_string().contains("lookup") => Trouble::NoHost,
            _ => Trouble::Unreachable,
        },
        Error::ConnectionFailed => Trouble::Unreachable,
        _ => Trouble::Odd,
    }
}

/// `Retry-After` in either of its forms.
fn seconds(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Duration::try_from(at.duration_since(now)).ok()
}

/// The machine's own trusted certificates, read once.
fn roots() -> &'static Arc<Vec<Certificate<'static>>> {
    static ROOTS: OnceLock<Arc<Vec<Certificate<'static>>>> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let found = rustls_native_certs::load_native_certs().certs;
        Arc::new(found.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_for_patience_gets_it() {
        let now: Timestamp = "2026-06-15T10:00:00Z".parse().unwrap();
        assert_eq!(seconds("120", now), Some(Duration::from_secs(120)));
        assert_eq!(seconds("Mon, 15 Jun 2026 10:05:00 GMT", now), Some(Duration::from_secs(300)));
        assert_eq!(seconds("Mon, 15 Jun 2026 09:00:00 GMT", now), None);
        assert_eq!(seconds("soon", now), None);
    }
}
