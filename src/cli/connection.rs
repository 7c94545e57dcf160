//! `eyelid connection`: where a channel's pictures are sent.

use std::path::PathBuf;

use anyhow::Context;
use serde::Serialize;

use super::place::{Place, Question};
use super::{Outcome, clock, output};
use crate::domain::connection::{ConnectionId, Kind};
use crate::domain::id::ChannelId;
use crate::office::connections::{connect, disconnect, renew_secret, try_again};
use crate::store::{NewConnection, StoreError};

/// Send a channel's pictures to a website, a program or a folder
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid connection add --channel website --kind folder --address /srv/www/photos --data school\n\
\x20 eyelid connection list --data school")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make a connection; a webhook's secret is printed, this once
    Add {
        /// The channel
        #[arg(long)]
        channel: ChannelId,
        /// wordpress, webhook, webdav or folder
        #[arg(long, value_parser = kind)]
        kind: Kind,
        /// The site's address, or the folder's path
        #[arg(long)]
        address: String,
        /// The name under which it signs in
        #[arg(long)]
        login: Option<String>,
        /// A file whose first line is the password; for WordPress an application password
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// What it is for
        #[arg(long, default_value = "")]
        label: String,
        #[command(flatten)]
        question: Question,
    },
    /// List the connections and how they get on
    List {
        #[command(flatten)]
        question: Question,
    },
    /// End a connection: what it was given is taken back
    End {
        /// Its number
        connection: i64,
        #[command(flatten)]
        place: Place,
    },
    /// Make a webhook another secret, or give a connection another password
    Secret {
        /// Its number
        connection: i64,
        /// A file whose first line is the new password; none for a webhook
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        #[command(flatten)]
        place: Place,
    },
    /// Try everything that failed again
    Retry {
        /// Its number
        connection: i64,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Serialize)]
struct Line<'a> {
    id: i64,
    channel: &'a ChannelId,
    kind: Kind,
    ended: bool,
    there: u64,
    waiting: u64,
    failing: u64,
    dead: u64,
}

#[derive(Serialize)]
struct Made<'a> {
    id: i64,
    secret: Option<&'a str>,
}

/// Runs the command.
///
/// # Errors
/// When there is no such channel or connection, an address cannot be used, or the store fails.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    match &args.command {
        Command::Add { channel, kind, address, login, password_file, label, question } => {
            let house = question.place.open()?;
            house.channel(channel)?;
            let new = NewConnection {
                channel: channel.clone(),
                kind: *kind,
                label: label.clone(),
                address: address.clone(),
                login: login.clone(),
            };
            let password = password(password_file.as_ref())?;
            let (id, secret) =
                connect(&house.store, &house.school, &new, password.as_deref(), &house.actor, clock::now())?;
            let secret = secret.as_ref().map(crate::access::Secret::reveal);
            if question.json {
                output::json(&Made { id: id.0, secret })?;
            } else {
                let secret = secret.map(|secret| format!(", secret, shown this once: {secret}")).unwrap_or_default();
                output::line(format_args!("connection {id} of {channel}{secret}"))?;
            }
        }
        Command::List { question } => list(question)?,
        Command::End { connection, place } => {
            let house = place.open()?;
            disconnect(&house.store, None, ConnectionId(*connection), &house.actor, clock::now())?;
        }
        Command::Secret { connection, password_file, place } => {
            let house = place.open()?;
            let (id, password) = (ConnectionId(*connection), password(password_file.as_ref())?);
            let made = renew_secret(&house.store, None, id, password.as_deref(), &house.actor, clock::now())?;
            if let Some(secret) = made {
                output::line(format_args!("secret, shown this once: {}", secret.reveal()))?;
            }
        }
        Command::Retry { connection, place } => {
            let house = place.open()?;
            try_again(&house.store, None, ConnectionId(*connection), &house.actor, clock::now())?;
        }
    }
    Ok(Outcome::Done)
}

fn list(question: &Question) -> anyhow::Result<()> {
    let house = question.place.open()?;
    let all = house.store.read(|r| {
        let with_progress = |known: crate::store::Connected| Ok((r.progress(known.id)?, known));
        r.connections()?.into_iter().map(with_progress).collect::<Result<Vec<_>, StoreError>>()
    })?;
    for (progress, known) in &all {
        let (ended, channel) = (known.ended_at.is_some(), &known.channel);
        let crate::store::Progress { there, waiting, failing, dead, .. } = *progress;
        let line = Line { id: known.id.0, channel, kind: known.kind, ended, there, waiting, failing, dead };
        if question.json {
            output::json(&line)?;
        } else {
            let ended = if ended { ", ended" } else { "" };
            output::line(format_args!(
                "{}  {channel}  {}  {there} there, {waiting} waiting, {failing} failing, {dead} given up{ended}",
                known.id,
                known.kind.word()
            ))?;
        }
    }
    Ok(())
}

fn kind(word: &str) -> Result<Kind, String> {
    word.parse().map_err(|()| "use wordpress, webhook, webdav or folder".to_owned())
}

fn password(file: Option<&PathBuf>) -> anyhow::Result<Option<String>> {
    let Some(file) = file else { return Ok(None) };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("`{}` cannot be read: check its permissions", file.display()))?;
    Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
}
