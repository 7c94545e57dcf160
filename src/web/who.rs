//! How pages call whoever did something: the name of an account to those who may read records, else what the audit chain says.

use std::collections::BTreeMap;

use crate::domain::id::ActorId;
use crate::store::{Read, StoreError};

/// The names of accounts.
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Everybody's.
    pub(super) fn load(read: &Read) -> Result<Self, StoreError> {
        let accounts = read.accounts()?.into_iter();
        Ok(Self(accounts.map(|account| (account.id.to_string(), account.name)).collect()))
    }

    /// Whoever did something.
    pub(super) fn of(&self, actor: &ActorId) -> String {
        self.0.get(actor.as_str()).cloned().unwrap_or_else(|| match actor.as_str() {
            "cli" => "the command line".to_owned(),
            "web" => "somebody not signed in".to_owned(),
            other => other.to_owned(),
        })
    }
}
