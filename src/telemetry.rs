//! Logs on standard error that hold ids only; `EYELID_LOG` sets the level, `EYELID_LOG_FORMAT=json` the form.

use tracing_subscriber::EnvFilter;

/// Starts logging for this process; a second call changes nothing.
pub fn start() {
    let filter = EnvFilter::try_from_env("EYELID_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let json = std::env::var("EYELID_LOG_FORMAT").is_ok_and(|form| form == "json");
    // an error here means that logging has started already
    let _started = if json { logs.json().try_init() } else { logs.without_time().try_init() };
}
