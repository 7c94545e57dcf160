//! What a command prints: results on standard output, progress and refusals on standard error.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

/// Prints a line on standard output.
///
/// # Errors
/// When standard output is closed.
pub(super) fn line(text: impl Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Prints a value as one line of JSON on standard output.
///
/// # Errors
/// When standard output is closed.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string(value)?;
    Ok(line(text)?)
}

/// A count on standard error with rate and time left; silent where standard error is no terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Starts at nought of `total`.
    #[must_use]
    pub(super) fn new(total: usize, what: &'static str) -> Self {
        let bar = ProgressBar::new(u64::try_from(total).unwrap_or(u64::MAX));
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
        let form = "{msg:10} {bar:32} {pos}/{len}  {per_sec}, {eta} left";
        bar.set_style(ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what);
        Self(bar)
    }

    /// So many are done.
    pub(super) fn set(&self, done: usize) {
        self.0.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    }

    /// One more is done.
    pub(super) fn step(&self) {
        self.0.inc(1);
    }

    /// Prints a line on standard error, above the bar.
    pub(super) fn note(&self, text: impl Display) {
        self.0.suspend(|| note(text));
    }

    /// Names a refused input on standard error, above the bar.
    pub(super) fn refuse(&self, file: &Path, reason: &impl Display) {
        self.0.suspend(|| refuse(file, reason));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if io::stderr().is_terminal() {
            self.0.abandon();
        }
    }
}

/// Names a refused input on standard error with the reason and the remedy.
pub(super) fn refuse(file: &Path, reason: &impl Display) {
    note(format_args!("{}: {reason}", file.display()));
}

/// Prints a line on standard error.
pub(super) fn note(text: impl Display) {
    // nobody is left to be told when standard error is closed
    let _closed = writeln!(io::stderr().lock(), "{text}");
}
