//! Accounts, the sessions in which they act, and the tokens of machines.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::role::{Permission, Role};
use crate::domain::id::{ActorId, ChannelId, IdError, PersonId};
use crate::domain::time::Timestamp;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl $name {
            /// As the audit chain names whoever acts.
            ///
            /// # Errors
            /// Never in practice: it fits.
            pub fn actor(self) -> Result<ActorId, IdError> {
                self.to_string().parse()
            }
        }
    };
}

number_id!(
    /// An account; what logs and audit rows hold instead of a name.
    AccountId,
    "account-"
);
number_id!(
    /// A session of an account.
    SessionId,
    "session-"
);
number_id!(
    /// A machine's token.
    TokenId,
    "token-"
);

number_id!(
    /// An account's being linked to a pupil.
    GuardianshipId,
    "guardianship-"
);
number_id!(
    /// A code on paper with which a family links itself.
    CodeId,
    "code-"
);

/// An account as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// The e-mail address with which its owner signs in, in lower case.
    pub login: String,
    /// How pages call its owner.
    pub name: String,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// Whose register row the owner's is: a pupil's, or staff's own.
    pub person: Option<PersonId>,
    /// Whether it can be used.
    pub standing: Standing,
    /// Whether it has a password, and whether that one has to be changed first.
    pub must_change: bool,
    /// When the password was set, if there is one.
    pub password_set_at: Option<Timestamp>,
    /// Whether a second factor is set up.
    pub has_second_factor: bool,
}

/// Whether an account can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It can.
    Open,
    /// Not before this moment: too many wrong passwords.
    Locked(Timestamp),
    /// Not any more.
    Closed,
}

impl Account {
    /// Whether one of its roles may.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| role.permissions().contains(&permission))
    }

    /// The channels it looks after.
    pub fn channels(&self) -> impl Iterator<Item = &ChannelId> {
        self.roles.iter().filter_map(|role| match role {
            Role::Editor(channel) => Some(channel),
            _ => None,
        })
    }

    /// Whether it has to prove a second factor.
    #[must_use]
    pub fn needs_second_factor(&self) -> bool {
        self.has_second_factor || self.roles.iter().any(Role::needs_second_factor)
    }
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its number.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// Whether the second factor was proven, or the sign-in needed none.
    pub proven: bool,
    /// When it began.
    pub began_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Timestamp,
    /// What kind of device, as its owner would recognise it.
    pub device: String,
}

/// What a one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketPurpose {
    /// Choose a first password, or a new one after a reset.
    SetPassword,
    /// Sign in without a password, as parents and pupils do.
    SignIn,
}

/// Who is to use a code on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Somebody with parental responsibility.
    Guardian,
    /// The pupil.
    Pupil,
}

/// A machine's key to one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub id: TokenId,
    /// The channel.
    pub channel: ChannelId,
    /// What it may do there.
    pub scopes: BTreeSet<Permission>,
    /// What it is for, in the words of whoever made it.
    pub label: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}
