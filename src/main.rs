//! The `eyelid` program.

use std::process::ExitCode;

use clap::Parser;
use eyelid::{app, cli, telemetry};

fn main() -> ExitCode {
    telemetry::start();
    let code = app::run(cli::Cli::parse()).unwrap_or_else(|error| cli::complain(&error));
    ExitCode::from(code)
}
