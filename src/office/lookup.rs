//! Finding somebody on the register by the beginning of a name, or by the id.

use crate::domain::person::Person;
use crate::store::{Read, StoreError};

/// At most so many are listed: who types one more letter finds the rest.
const MOST: usize = 30;

/// The people whose id this is, or each word of it begins one of their names; in the order of surnames.
///
/// # Errors
/// When the store fails.
pub fn find(read: &Read, text: &str) -> Result<Vec<Person>, StoreError> {
    let wanted: Vec<String> = text.split_whitespace().take(8).map(str::to_lowercase).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let is_wanted = |person: &Person| {
        let name = &person.name;
        let parts = [Some(&name.legal_forename), name.preferred_forename.as_ref(), Some(&name.legal_surname)];
        let words: Vec<String> =
            parts.into_iter().flatten().flat_map(|part| part.split_whitespace()).map(str::to_lowercase).collect();
        let named = wanted.iter().all(|wanted| words.iter().any(|word| word.starts_with(wanted.as_str())));
        named || person.id.as_str().eq_ignore_ascii_case(text.trim())
    };
    let mut found: Vec<Person> = read.people()?.into_values().filter(is_wanted).collect();
    found.sort_by(|a, b| a.name.legal_surname.cmp(&b.name.legal_surname).then_with(|| a.id.cmp(&b.id)));
    found.truncate(MOST);
    Ok(found)
}
