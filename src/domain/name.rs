//! A person's names: shown to people who may see them, never to a log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The parts of a name as a school's register holds them; `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonName {
    /// Legal forenames; more than one may stand here, the first is the first.
    pub legal_forename: String,
    /// The forename in daily use, when it is not the legal one.
    pub preferred_forename: Option<String>,
    /// Legal surname, with its particles and hyphens.
    pub legal_surname: String,
}

impl PersonName {
    /// The one name that may stand beside a picture.
    #[must_use]
    pub fn first(&self) -> &str {
        let chosen = self.preferred_forename.as_deref().filter(|name| !name.trim().is_empty());
        chosen.or_else(|| self.legal_forename.split_whitespace().next()).unwrap_or_default()
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_first_name_is_shown_and_nothing_to_a_log() {
        let mut name = PersonName {
            legal_forename: "Amelia Rose".into(),
            preferred_forename: Some(" ".into()),
            legal_surname: "O'Brien-Smith".into(),
        };
        assert_eq!(name.first(), "Amelia");
        name.preferred_forename = Some("Millie".into());
        assert_eq!(name.first(), "Millie");
        assert_eq!(format!("{name:?}"), "PersonName(hidden)");
    }
}
