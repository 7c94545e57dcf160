//! The command line: one file per subcommand; results on standard output, everything else on standard error.

mod audit;
mod clock;
mod consent;
mod decide;
mod demo;
mod detect;
mod doctor;
mod faces;
mod files;
mod import;
mod ingest;
mod judge;
mod names;
mod output;
mod place;
mod release;
mod scrub;
mod table;
mod threads;
mod worker;

use clap::{Parser, Subcommand};

use crate::store::StoreError;

/// Publish school photos without ever showing a child whose family did not agree.
#[derive(Parser)]
#[command(name = "eyelid", version, about, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Args),
    Scrub(scrub::Args),
    Detect(detect::Args),
    Import(import::Args),
    Ingest(ingest::Args),
    Faces(faces::Args),
    Tag(judge::TagArgs),
    AddFace(judge::AddFaceArgs),
    Headcount(judge::HeadcountArgs),
    SignOff(judge::SignOffArgs),
    Restrict(consent::RestrictArgs),
    Consent(consent::ConsentArgs),
    Decide(decide::Args),
    Names(names::Args),
    Release(release::Args),
    Audit(audit::Args),
    Worker(worker::Args),
    Doctor(doctor::Args),
}

/// How a command ended when nothing broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of it is done.
    Done,
    /// Some inputs were refused, each named on standard error; the rest is done.
    SomeRefused,
}

impl Outcome {
    /// The process's exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeRefused => 1,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When the command could not do its work; see [`code_of`] for the exit code.
pub fn run(cli: Cli) -> anyhow::Result<Outcome> {
    match cli.command {
        Command::Demo(args) => demo::run(&args),
        Command::Scrub(args) => scrub::run(&args),
        Command::Detect(args) => detect::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Ingest(args) => ingest::run(&args),
        Command::Faces(args) => faces::run(&args),
        Command::Tag(args) => judge::tag(&args),
        Command::AddFace(args) => judge::add_face(&args),
        Command::Headcount(args) => judge::headcount(&args),
        Command::SignOff(args) => judge::sign_off(&args),
        Command::Restrict(args) => consent::restrict(&args),
        Command::Consent(args) => consent::consent(&args),
        Command::Decide(args) => decide::run(&args),
        Command::Names(args) => names::run(&args),
        Command::Release(args) => release::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Worker(args) => worker::run(&args),
        Command::Doctor(args) => doctor::run(&args),
    }
}

/// The exit code of an error: 3 for the store or its integrity, else 1.
#[must_use]
pub fn code_of(error: &anyhow::Error) -> u8 {
    let of_store = error.chain().any(|cause| cause.downcast_ref::<StoreError>().is_some_and(StoreError::is_fault));
    if of_store { 3 } else { 1 }
}

/// Prints an error with its causes on standard error.
pub fn complain(error: &anyhow::Error) {
    output::note(format_args!("error: {error:#}"));
}
