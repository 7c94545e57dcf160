//! The `eyelid` program.

use std::process::ExitCode;

use clap::Parser;
use eyelid::cli::{self, Cli};

fn main() -> ExitCode {
    eyelid::telemetry::start();
    match cli::run(Cli::parse()) {
        Ok(outcome) => ExitCode::from(outcome.code()),
        Err(error) => {
            cli::complain(&error);
            ExitCode::from(cli::code_of(&error))
        }
    }
}
