//! The command line: one file per subcommand; results on standard output, everything else on standard error.

mod audit;
mod backup;
mod clock;
mod connection;
mod consent;
mod consents;
mod decide;
mod decision;
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
mod pupil;
mod recognition;
mod release;
mod retention;
mod scrub;
mod serve;
mod table;
mod threads;
mod token;
mod user;
mod worker;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::access::AccountId;
use crate::config::Watched;
use crate::domain::time::Timestamp;
use crate::office::OfficeError;
use crate::office::backup::BackupError;
use crate::pipeline::PipelineError;
use crate::release::PackError;
use crate::store::{Store, StoreError};

/// Publish school photos without ever showing a child whose family did not agree.
#[derive(Parser)]
#[command(name = "eyelid", version, about, arg_required_else_help = true)]
#[command(after_help = "Examples:\n\
\x20 eyelid demo\n\
\x20 eyelid scrub sports-day/ -o clean/\n\
\x20 eyelid serve --data school")]
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
    Consents(consents::Args),
    Pupil(pupil::Args),
    Recognition(recognition::Args),
    Decide(decide::Args),
    Names(names::Args),
    Release(release::Args),
    Audit(audit::Args),
    Serve(serve::Args),
    Worker(worker::Args),
    User(user::Args),
    Token(token::Args),
    Connection(connection::Args),
    Doctor(doctor::Args),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    Retention(retention::Args),
}

/// How a command ended when nothing broke.
pub enum Outcome {
    /// All of it is done.
    Done,
    /// All of it is done, and now the service is wanted.
    Serve(Box<Service>),
    /// Some inputs were refused, each named on standard error; the rest is done.
    SomeRefused,
    /// What the store holds of some inputs is damaged, each named on standard error; the rest is done.
    SomeDamaged,
}

/// A service that a command asks for.
pub struct Service {
    /// The store behind it.
    pub store: Store,
    /// The school's settings.
    pub settings: Watched,
    /// The addresses to try, in this order.
    pub addresses: Vec<String>,
    /// Tells the moment of a request.
    pub clock: fn() -> Timestamp,
    /// Tells the user where it answers.
    pub announce: Box<dyn FnOnce(SocketAddr) + Send>,
    /// The certificate and its key, when it speaks TLS itself.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// The accounts that anybody may try; nothing outside the demo.
    pub demo: Option<Vec<AccountId>>,
}

/// Runs the command.
///
/// # Errors
/// When the command could not do its work; [`complain`] of it.
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
        Command::Consents(args) => consents::run(&args),
        Command::Pupil(args) => pupil::run(&args),
        Command::Recognition(args) => recognition::run(&args),
        Command::Decide(args) => decide::run(&args),
        Command::Names(args) => names::run(&args),
        Command::Release(args) => release::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Worker(args) => worker::run(&args),
        Command::User(args) => user::run(&args),
        Command::Token(args) => token::run(&args),
        Command::Connection(args) => connection::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Backup(args) => backup::back_up(&args),
        Command::Restore(args) => backup::restore(&args),
        Command::Retention(args) => retention::run(&args),
    }
}

/// Prints an error with its causes on standard error and gives the exit code: 3 for the store or its integrity, else 1.
pub fn complain(error: &anyhow::Error) -> u8 {
    // whoever shuts the pipe, as `head` does, has read enough and needs no word about it
    let unread = error.downcast_ref::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe);
    if !unread {
        output::note(format_args!("error: {error:#}"));
    }
    let damaged = error.chain().filter_map(|cause| cause.downcast_ref::<BackupError>()).any(BackupError::is_fault);
    let of_store = error.chain().find_map(|cause| {
        let direct = cause.downcast_ref::<StoreError>();
        let desk = || cause.downcast_ref::<OfficeError>().and_then(OfficeError::store);
        let stage = || cause.downcast_ref::<PipelineError>().and_then(PipelineError::store);
        let pack = || cause.downcast_ref::<PackError>().and_then(PackError::store);
        direct.or_else(desk).or_else(stage).or_else(pack)
    });
    if damaged || of_store.is_some_and(StoreError::is_fault) { 3 } else { 1 }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// The words of a line as a shell takes them: quotes hold words together.
    fn words(line: &str) -> Vec<&str> {
        let halves = line.split('"').enumerate();
        halves.flat_map(|(at, part)| if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() }).collect()
    }

    #[test]
    fn every_help_has_examples_that_the_command_understands() {
        let program = Cli::command();
        for command in std::iter::once(&program).chain(program.get_subcommands()) {
            let name = command.get_name();
            let help = command.get_after_help().unwrap_or_else(|| panic!("{name} has no example")).to_string();
            let examples: Vec<&str> = help.lines().skip(1).collect();
            assert!(!examples.is_empty(), "{name}");
            for example in examples {
                assert!(example.starts_with("  eyelid ") && (name == "eyelid" || example.contains(name)), "{example}");
                let understood = Cli::try_parse_from(words(example));
                assert!(understood.is_ok(), "{example}: {}", understood.err().unwrap());
            }
        }
    }
}
