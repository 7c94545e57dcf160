//! Logs on standard error that hold ids only (`EYELID_LOG` sets the level, `EYELID_LOG_FORMAT=json` the form), and metrics.

use std::io::IsTerminal as _;
use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Starts logging for this process; a second call changes nothing.
pub fn start() {
    let filter = EnvFilter::try_from_env("EYELID_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour);
    let json = std::env::var("EYELID_LOG_FORMAT").is_ok_and(|form| form == "json");
    // an error here means that logging has started already
    let _started = if json { logs.json().try_init() } else { logs.without_time().try_init() };
}

/// Starts counting for this process; a second call changes nothing.
pub fn count() {
    RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new().set_buckets(&SECONDS).ok()?.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok().map(|()| handle)
    });
}

/// What was counted since [`count`], in the text form of Prometheus.
#[must_use]
pub fn counted() -> String {
    count();
    let Some(handle) = RECORDER.get().and_then(Option::as_ref) else { return String::new() };
    handle.run_upkeep();
    handle.render()
}

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// From a page out of memory to a large upload.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 60.0];
