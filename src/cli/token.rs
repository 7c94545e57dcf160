//! `eyelid token`: the keys with which machines fetch a channel's pictures.

use std::collections::BTreeSet;

use serde::Serialize;

use super::place::Place;
use super::{Outcome, clock, output};
use crate::access::{Permission, TokenId};
use crate::domain::id::ChannelId;
use crate::office::{NewKey, make_token, revoke_token};

/// Make and end the keys of machines
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid token add --channel website --label \"the website\" --data school")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make a key to one channel and print it, this once
    Add {
        /// The channel
        #[arg(long)]
        channel: ChannelId,
        /// What it may do: pull (fetch what may leave), check (see the queue, sign off, turn down)
        #[arg(long = "scope", value_delimiter = ',', default_value = "pull")]
        scopes: Vec<Scope>,
        /// What it is for
        #[arg(long, default_value = "")]
        label: String,
        /// How many days it lasts
        #[arg(long, default_value_t = NewKey::DAYS)]
        days: u16,
        #[command(flatten)]
        place: Place,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// End a key for good
    Revoke {
        /// Its number, as `add` printed it
        token: i64,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Scope {
    Pull,
    Check,
}

#[derive(Serialize)]
struct Line<'a> {
    id: i64,
    channel: &'a ChannelId,
    token: &'a str,
}

/// Runs the command.
///
/// # Errors
/// When there is no such channel or key, or the store fails.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    match &args.command {
        Command::Add { channel, scopes, label, days, place, json } => {
            let house = place.open()?;
            house.channel(channel)?;
            let scopes: BTreeSet<Permission> = scopes.iter().map(|scope| scope.permission()).collect();
            let key = NewKey { channel: channel.clone(), scopes, label: label.clone(), days: *days };
            let (id, secret) = make_token(&house.store, &house.school, &key, &house.actor, clock::now())?;
            if *json {
                output::json(&Line { id: id.0, channel, token: secret.reveal() })?;
            } else {
                output::line(format_args!("key {} of {channel}, shown this once: {}", id.0, secret.reveal()))?;
            }
        }
        Command::Revoke { token, place } => {
            let house = place.open()?;
            revoke_token(&house.store, None, TokenId(*token), &house.actor, clock::now())?;
        }
    }
    Ok(Outcome::Done)
}

impl Scope {
    fn permission(self) -> Permission {
        match self {
            Self::Pull => Permission::Pull,
            Self::Check => Permission::Check,
        }
    }
}
