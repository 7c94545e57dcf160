//! The roll: everybody whose name must not stand beside a picture, in every form it may be written.

use std::collections::HashSet;

use super::find::Hit;
use super::fold::Reading;
use super::line::Line;
use super::trie::Trie;
use super::words;
use crate::domain::id::PersonId;
use crate::domain::name::PersonName;

/// A person of the school's register.
#[derive(Debug, Clone)]
pub struct RollEntry {
    /// The id that is reported.
    pub id: PersonId,
    /// The names that are looked for.
    pub name: PersonName,
}

/// Everybody whose name is looked for; made once, used for many texts. `Debug` shows no names.
#[derive(Clone, Default)]
pub struct Roll {
    pub(super) people: Vec<Pupil>,
    pub(super) forenames: Trie,
    /// For every forename, whose it is: positions in `people`, rising.
    called: Vec<Vec<usize>>,
    pub(super) surnames: Trie,
    families: Vec<Family>,
}

#[derive(Clone)]
pub(super) struct Pupil {
    pub(super) id: PersonId,
    /// The first letters of the given names, legal ones first.
    pub(super) initials: Vec<char>,
}

/// A surname, or a part of one that may stand for it.
#[derive(Clone, Default)]
pub(super) struct Family {
    /// Whose it is: positions in `people`, rising.
    pub(super) people: Vec<usize>,
    /// Alone it does not name anybody, because it is also an ordinary word or a forename.
    pub(super) common: bool,
}

/// Most words of a name that are looked at, and most letters of a word: bounds for a hostile register.
const MOST_WORDS: usize = 12;
const MOST_LETTERS: usize = 40;

impl Roll {
    /// Prepares the names of all entries. People without a surname are never found: a first name may stand.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = RollEntry>) -> Self {
        let mut roll = Self::default();
        let mut first_names = HashSet::new();
        let mut parts = Vec::new();
        for RollEntry { id, name } in entries {
            let person = roll.people.len();
            roll.people.push(Pupil { id, initials: initials(&name) });
            for forename in spellings(&name, forename_forms) {
                add(&mut roll.called, roll.forenames.insert(&forename), |called| called, person);
            }
            for surname in spellings(&name, surname_forms) {
                let family = roll.surnames.insert(&surname);
                add(&mut roll.families, family, |family| &mut family.people, person);
                parts.push((family, surname));
            }
            first_names.extend(given_names(&name).filter_map(|words| words.into_iter().next()));
        }
        for (family, surname) in parts {
            let word = surname.concat();
            let common = too_short(&word)
                || surname.len() == 1 && (first_names.contains(&word) || words::forename(&word))
                || (surname.len() == 1 || surname.starts_with(&["st".to_owned()])) && words::ordinary(&word);
            if let Some(family) = usize::try_from(family).ok().and_then(|at| roll.families.get_mut(at)) {
                family.common = common;
            }
        }
        roll
    }

    /// The surname a hit stands for.
    pub(super) fn family(&self, surname: &Hit) -> Option<&Family> {
        self.families.get(usize::try_from(surname.name).ok()?)
    }

    /// Whose forename a hit is.
    pub(super) fn called(&self, forename: &Hit) -> &[usize] {
        usize::try_from(forename.name)
            .ok()
            .and_then(|name| self.called.get(name))
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

impl std::fmt::Debug for Roll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Roll").field("people", &self.people.len()).finish_non_exhaustive()
    }
}

/// Too short to name anybody alone: two letters, or in a script without capitals three, which one Hangul syllable has.
fn too_short(word: &str) -> bool {
    word.chars().count() <= if word.chars().all(has_case) { 2 } else { 3 }
}

/// Notes a person under a number the trie gave.
fn add<T: Default>(lists: &mut Vec<T>, number: u32, list: impl Fn(&mut T) -> &mut Vec<usize>, person: usize) {
    let Ok(at) = usize::try_from(number) else { return };
    if lists.len() <= at {
        lists.resize_with(at + 1, T::default);
    }
    if let Some(people) = lists.get_mut(at).map(list)
        && people.last() != Some(&person)
    {
        people.push(person);
    }
}

/// The forms of a name as it stands, and as it is written where `ü` is `ue`, each such letter for itself.
fn spellings(name: &PersonName, forms: impl Fn(&PersonName) -> Vec<Vec<String>>) -> Vec<Vec<String>> {
    let legal = respellings(&name.legal_forename);
    let preferred = name.preferred_forename.as_deref().map(respellings).unwrap_or_default();
    let surname = respellings(&name.legal_surname);
    let nth = |texts: &[String], nth: usize| texts.get(nth).or(texts.first()).cloned();
    // the parts of a name are looked for each by itself: every spelling of one meets any of another
    let mut all: Vec<Vec<String>> = (0..legal.len().max(preferred.len()).max(surname.len()))
        .flat_map(|at| {
            forms(&PersonName {
                legal_forename: nth(&legal, at).unwrap_or_default(),
                preferred_forename: nth(&preferred, at),
                legal_surname: nth(&surname, at).unwrap_or_default(),
            })
        })
        .collect();
    all.retain(|words| !words.is_empty());
    all
}

/// The text with every choice of its umlauts and rings written as two letters; of more than four such letters, the later
/// ones all alike. The text itself comes first.
fn respellings(text: &str) -> Vec<String> {
    use unicode_normalization::UnicodeNormalization;
    let mut all = vec![String::new()];
    for ch in text.nfc() {
        let two = match ch.to_lowercase().next() {
            Some('ä') => Some("ae"),
            Some('ö' | 'ø') => Some("oe"),
            Some('ü') => Some("ue"),
            Some('å') => Some("aa"),
            _ => None,
        };
        let choices = all.len();
        match two {
            Some(two) if choices < MOST_SPELLINGS => {
                all.extend_from_within(..);
                let (one, other) = all.split_at_mut(choices);
                one.iter_mut().for_each(|text| text.push(ch));
                other.iter_mut().for_each(|text| text.push_str(two));
            }
            two => {
                for (at, text) in all.iter_mut().enumerate() {
                    match two {
                        Some(two) if at >= choices / 2 => text.push_str(two),
                        _ => text.push(ch),
                    }
                }
            }
        }
    }
    all
}

/// A bound for a hostile register: four letters that each have two spellings.
const MOST_SPELLINGS: usize = 16;

/// The given names as wholes, and every word of them that is one by itself.
fn forename_forms(name: &PersonName) -> Vec<Vec<String>> {
    let mut forms = Vec::new();
    for words in given_names(name) {
        let names = words.iter().enumerate().filter(|(at, word)| *at == 0 || !words::particle(word));
        forms.extend(names.map(|(_, word)| vec![word.clone()]));
        forms.push(words);
    }
    forms.retain(|form| !matches!(form.as_slice(), [word] if initial_only(word)));
    forms
}

/// The words of the legal forenames, then those of the preferred one.
fn given_names(name: &PersonName) -> impl Iterator<Item = Vec<String>> {
    [Some(&name.legal_forename), name.preferred_forename.as_ref()].into_iter().flatten().map(|given| split(given))
}

/// A single letter of an alphabet is an initial, not a name; a single ideograph is a name.
fn initial_only(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(has_case) && letters.next().is_none()
}

/// Whether the letter's script has capitals, and so initials.
pub(super) fn has_case(ch: char) -> bool {
    ch.is_lowercase()
}

/// The whole surname, every barrel of it with and without its particles, and `Mc` for `Mac`.
fn surname_forms(name: &PersonName) -> Vec<Vec<String>> {
    let words = split(&name.legal_surname);
    let mut forms = vec![words.clone()];
    let mut barrel = Vec::new();
    for word in words {
        let son_of = matches!(barrel.last().map(String::as_str), Some("mac" | "mc" | "fitz"));
        barrel.push(word.clone());
        if !words::particle(&word) {
            forms.push(std::mem::take(&mut barrel));
            // `MacDonald` must not give `Donald`, which is somebody else
            forms.extend((!son_of && !initial_only(&word)).then(|| vec![word]));
        }
    }
    let respelt: Vec<_> = forms.iter().filter_map(|form| respelt(form)).collect();
    forms.extend(respelt);
    forms
}

/// The other way to write a name's first particle.
fn respelt(form: &[String]) -> Option<Vec<String>> {
    let (first, rest) = form.split_first()?;
    let other = match first.as_str() {
        "mac" => "mc",
        "mc" => "mac",
        "st" => "saint",
        "saint" => "st",
        _ => return None,
    };
    Some(std::iter::once(other.to_owned()).chain(rest.iter().cloned()).collect())
}

/// The folded words of a name; `McDonald` and `VanDerBerg` are split where a text may split them.
fn split(name: &str) -> Vec<String> {
    let line = Line::new(&name.chars().take(MOST_WORDS * MOST_LETTERS).collect::<String>(), Reading::Bare);
    let mut written: Vec<String> = Vec::new();
    let mut joined = false;
    for at in 0..line.len() {
        let letter = line.letter(at);
        // in a script without blanks every letter is an edge, but not a word
        let begins = !joined || letter.is_some_and(has_case) && line.edge(at);
        match (letter, written.last_mut()) {
            (Some(letter), Some(word)) if !begins => word.push(letter),
            (Some(letter), _) => written.push(letter.to_string()),
            (None, _) => {}
        }
        joined = letter.is_some();
    }
    let mut words = Vec::new();
    for word in written {
        let word: String = word.chars().take(MOST_LETTERS).collect();
        match ["vander", "vanden", "mac", "mc", "fitz"]
            .iter()
            .find_map(|prefix| Some((prefix, word.strip_prefix(prefix)?)))
        {
            Some((prefix, rest)) if rest.chars().count() > 2 => words.extend([(*prefix).to_owned(), rest.to_owned()]),
            _ => words.push(word),
        }
    }
    words.truncate(MOST_WORDS);
    words
}

fn initials(name: &PersonName) -> Vec<char> {
    given_names(name).flatten().filter_map(|word| word.chars().next()).filter(|ch| has_case(*ch)).collect()
}
