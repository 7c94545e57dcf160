//! `eyelid user`: accounts, for whoever has the data folder in hand.

use std::collections::BTreeSet;

use anyhow::Context;
use serde::Serialize;

use super::place::{House, Place};
use super::{Outcome, clock, output};
use crate::access::{Account, Role, Secret, Standing};
use crate::office::{accounts, entrance};
use crate::store::{NewAccount, StoreError};

/// Add, list, reset and close accounts
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid user add editor@hill.example --role editor:website --data school\n\
\x20 eyelid user reset editor@hill.example --data school")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Add an account and print the one-time link with which its owner sets a password
    Add {
        /// The owner's e-mail address
        email: String,
        /// How pages call the owner; the address when missing
        #[arg(long)]
        name: Option<String>,
        /// What the account may do: staff, editor:CHANNEL, office, dsl, dpo, network_manager, admin, parent or pupil
        #[arg(long = "role", required = true, value_delimiter = ',')]
        roles: Vec<Role>,
        #[command(flatten)]
        out: Out,
    },
    /// List the accounts
    List {
        #[command(flatten)]
        out: Out,
    },
    /// End an account's sessions and print a one-time link with which its owner sets a new password
    Reset {
        /// The owner's e-mail address
        email: String,
        /// Also take the second factor away, for an owner who lost it and the recovery codes
        #[arg(long)]
        second_factor: bool,
        #[command(flatten)]
        out: Out,
    },
    /// Give an account these roles and no others
    Roles {
        /// The owner's e-mail address
        email: String,
        /// What the account may do
        #[arg(long = "role", required = true, value_delimiter = ',')]
        roles: Vec<Role>,
        #[command(flatten)]
        out: Out,
    },
    /// Close an account: nobody signs in with it any more
    Close {
        /// The owner's e-mail address
        email: String,
        #[command(flatten)]
        out: Out,
    },
}

#[derive(clap::Args)]
struct Out {
    #[command(flatten)]
    place: Place,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    account: String,
    email: &'a str,
    roles: &'a BTreeSet<Role>,
    standing: &'static str,
    second_factor: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When there is no such account, its address is taken or the store fails.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    match &args.command {
        Command::Add { email, name, roles, out } => add(email, name.as_deref(), roles, out),
        Command::List { out } => list(out),
        Command::Reset { email, second_factor, out } => reset(email, *second_factor, out),
        Command::Roles { email, roles, out } => {
            let roles: BTreeSet<Role> = roles.iter().cloned().collect();
            change(email, out, |w, account| w.set_roles(account.id, &roles))
        }
        Command::Close { email, out } => change(email, out, |w, account| {
            w.end_other_sessions(account.id, None)?;
            w.set_closed(account.id, true)
        }),
    }
}

fn add(email: &str, name: Option<&str>, roles: &[Role], out: &Out) -> anyhow::Result<Outcome> {
    anyhow::ensure!(entrance::is_address(email), "`{email}` is no e-mail address: write it as name@school.example");
    let house = out.place.found()?;
    for role in roles {
        if let Role::Editor(channel) = role {
            house.channel(channel)?;
        }
    }
    let roles: BTreeSet<Role> = roles.iter().cloned().collect();
    let new = NewAccount { login: email.to_owned(), name: name.unwrap_or(email).to_owned(), roles, person: None };
    let (id, secret) = entrance::invite(&house.store, &new, &house.actor, clock::now())?;
    let account = house.store.read(|r| r.account(id))?.context("the account is gone: add it again")?;
    print(&house, out, &account, Some(&secret))
}

fn list(out: &Out) -> anyhow::Result<Outcome> {
    let house = out.place.open()?;
    for account in house.store.read(crate::store::Read::accounts)? {
        print(&house, out, &account, None)?;
    }
    Ok(Outcome::Done)
}

fn reset(email: &str, second_factor: bool, out: &Out) -> anyhow::Result<Outcome> {
    let house = out.place.open()?;
    let account = found(&house, email)?;
    let secret = accounts::reset(&house.store, account.id, second_factor, &house.actor, clock::now())?;
    print(&house, out, &account, Some(&secret))
}

fn change(
    email: &str,
    out: &Out,
    work: impl FnOnce(&crate::store::Write<'_>, &Account) -> Result<(), StoreError>,
) -> anyhow::Result<Outcome> {
    let house = out.place.open()?;
    let account = found(&house, email)?;
    house.store.write(&house.actor, clock::now(), |w| work(w, &account))?;
    let account = found(&house, email)?;
    print(&house, out, &account, None)
}

fn found(house: &House, email: &str) -> anyhow::Result<Account> {
    let account = house.store.read(|r| r.account_of(email))?;
    account.with_context(|| format!("no account of `{email}`: list them with `eyelid user list`"))
}

fn print(house: &House, out: &Out, account: &Account, secret: Option<&Secret>) -> anyhow::Result<Outcome> {
    let address = house.school.address.as_deref().unwrap_or_default().trim_end_matches('/');
    let link = secret.map(|secret| format!("{address}/welcome/{}", secret.reveal()));
    let standing = match account.standing {
        Standing::Open => "open",
        Standing::Locked(_) => "locked",
        Standing::Closed => "closed",
    };
    if out.json {
        let line = Line {
            account: account.id.to_string(),
            email: &account.login,
            roles: &account.roles,
            standing,
            second_factor: account.has_second_factor,
            link,
        };
        output::json(&line)?;
        return Ok(Outcome::Done);
    }
    let roles: Vec<String> = account.roles.iter().map(ToString::to_string).collect();
    output::line(format_args!("{}  {}  {}  {standing}", account.id, account.login, roles.join(",")))?;
    if let Some(link) = link {
        output::line(format_args!("set a password, once, within a week: {link}"))?;
        if address.is_empty() {
            output::note("put the address at which the service runs before it, or set `address` in school.toml");
        }
    }
    Ok(Outcome::Done)
}
