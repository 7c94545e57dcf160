//! Answers as people write them on the command line.

use crate::consent::ledger::Choice;

/// An answer.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum Decision {
    #[value(alias = "grant", alias = "yes")]
    Granted,
    #[value(alias = "refuse", alias = "no")]
    Refused,
    #[value(alias = "withdraw")]
    Withdrawn,
}

impl From<Decision> for Choice {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Granted => Self::Granted,
            Decision::Refused => Self::Refused,
            Decision::Withdrawn => Self::Withdrawn,
        }
    }
}
