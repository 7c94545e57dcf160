//! The school's own word on its columns: a small TOML file.
//!
//! ```toml
//! pupil_id = "Adm No"                    # a field = the header in the file
//! ignore = ["House", "Locker"]           # columns that may stand there and are not read
//!
//! [category]                             # wide consents: a category = the header of its column
//! website = "Website Y/N"
//! newsletter = "P"                       # one tick column may answer for several categories
//!
//! [video]                                # the same for moving pictures
//! website = "Website film Y/N"
//!
//! [consent_type]                         # long consents: what a cell of the category column means
//! "Photos on the web" = ["website", "social_media"]
//! "School trips" = []                    # not about pictures: the row is left out
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use super::error::{Fault, ImportError, quoted};
use super::fields::Field;
use super::headers::key;
use crate::domain::id::CategoryId;

/// Which column is what, where the headers alone do not say it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Mapping {
    /// Columns that are not read.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// The column of a category's answers about photos.
    #[serde(default)]
    pub category: BTreeMap<CategoryId, String>,
    /// The column of a category's answers about video.
    #[serde(default)]
    pub video: BTreeMap<CategoryId, String>,
    /// What the words of a category column mean.
    #[serde(default)]
    pub consent_type: BTreeMap<String, Vec<CategoryId>>,
    /// The column of a field.
    #[serde(flatten)]
    pub fields: BTreeMap<Field, String>,
}

impl Mapping {
    /// Reads a mapping file's text.
    ///
    /// # Errors
    /// Text that is not TOML, or that names a field there is not, by line where it is known.
    pub fn parse(text: &str) -> Result<Self, ImportError> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let mut refusal = ImportError::default();
            let line = before.map(|before| before.matches('\n').count() as u64 + 1);
            refusal.note(line, Fault::Mapping(error.message().to_owned()));
            refusal
        })
    }

    /// Refuses categories that the school does not have.
    pub(super) fn check_categories(&self, categories: &[CategoryId], problems: &mut ImportError) {
        let named = self.category.keys().chain(self.video.keys()).chain(self.consent_type.values().flatten());
        for given in named.filter(|given| !categories.contains(given)) {
            let fault = Fault::MappedCategory { given: quoted(given.as_str()), known: listed(categories) };
            problems.note(None, fault);
        }
    }

    /// Every header the mapping speaks of.
    pub(super) fn headers(&self) -> impl Iterator<Item = &String> {
        self.fields.values().chain(self.category.values()).chain(self.video.values())
    }

    /// Whether a column is named as one not to be read.
    pub(super) fn ignores(&self, header: &str) -> bool {
        self.ignore.iter().any(|ignored| key(ignored) == key(header))
    }
}

/// The categories as an error lists them.
pub(super) fn listed(categories: &[CategoryId]) -> String {
    let names: Vec<&str> = categories.iter().map(CategoryId::as_str).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_categories_are_read_and_strange_ones_refused_by_line() {
        let text = "pupil_id = \"Adm No\"\nignore = [\"House\"]\n[category]\nwebsite = \"P\"\n";
        let mapping = Mapping::parse(text).unwrap();
        assert_eq!(mapping.fields.get(&Field::PupilId).unwrap(), "Adm No");
        assert!(mapping.ignores("HOUSE"));
        assert_eq!(mapping.category.len(), 1);
        let error = Mapping::parse("pupil = \"Adm No\"\n").unwrap_err().to_string();
        assert!(error.contains("mapping file is not valid") && error.contains("`pupil`"), "{error}");
        assert!(Mapping::parse("a = [\n1 = 2").unwrap_err().to_string().starts_with("line "));
        let mut problems = ImportError::default();
        mapping.check_categories(&["newsletter".parse().unwrap()], &mut problems);
        assert!(problems.to_string().contains("category `website`"), "{problems}");
    }
}
