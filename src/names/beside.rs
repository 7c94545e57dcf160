//! What stands beside a surname: the rules of what makes a full name, and when a surname alone tells somebody.

use std::ops::Range;

use super::find::{Full, Hit};
use super::line::{Gap, Line};
use super::roll::{Family, Roll, has_case};
use super::words;

/// Most name parts between a forename and its surname.
const MOST_BETWEEN: usize = 3;
/// Shortest forename with surname that is recognised within a longer run of letters (`xxameliasmithxx`).
const BURIED: usize = 9;
/// Shortest surname that is recognised with a lower-case initial written to it (`asmith`).
const LOGIN: usize = 5;
/// Shortest surname that may carry a plural's `s`.
pub(super) const PLURAL: usize = 4;
/// Most capitals that are read as initials written together (`AR Smith`).
const INITIALS: usize = 3;

/// A text with all forenames of the roll in it.
pub(super) struct Beside<'a> {
    roll: &'a Roll,
    line: &'a Line,
    by_start: Vec<Hit>,
    by_end: Vec<Hit>,
}

impl<'a> Beside<'a> {
    pub(super) fn new(roll: &'a Roll, line: &'a Line, forenames: Vec<Hit>) -> Self {
        let mut by_end = forenames.clone();
        by_end.sort_by_key(|hit| hit.at.end);
        Self { roll, line, by_start: forenames, by_end }
    }

    /// The surname with an `s` after it: `the Smiths`, `Amelia Smiths cake`.
    pub(super) fn plural(&self, hit: &Hit) -> Option<Hit> {
        let end = hit.at.end + 1;
        let fits = self.line.adds_s(&hit.at) && hit.at.len() >= PLURAL && !self.roll.family(hit)?.common;
        fits.then(|| Hit { at: hit.at.start..end, plural: true, ..hit.clone() })
    }

    /// The full names that a surname makes with what stands around it.
    pub(super) fn full_names(&self, hit: &Hit) -> Vec<Full> {
        let mut full = Vec::new();
        if let Some(family) = self.roll.family(hit) {
            let surname = Surname { at: &hit.at, family };
            self.written_together(&surname, &mut full);
            if self.stands_free(&hit.at) {
                self.forwards(&surname, &mut full);
                self.backwards(&surname, &mut full);
            }
            if !hit.plural {
                self.login(&surname, &mut full);
            }
        }
        full
    }

    /// Whether a surname tells somebody without a forename beside it.
    pub(super) fn alone(&self, hit: &Hit) -> bool {
        let Some(family) = self.roll.family(hit).filter(|_| self.stands_free(&hit.at)) else { return false };
        let before = self.line.gap_before(hit.at.start).filter(|(gap, _)| *gap == Gap::Close);
        let before = before.map(|(_, end)| self.line.word(self.line.word_to(end))).unwrap_or_default();
        if hit.plural || !family.common {
            return !hit.plural || before == "the";
        }
        let capital = self.line.upper(hit.at.start);
        let titled = words::title(&before) && (capital || matches!(before.as_str(), "mr" | "mrs" | "ms" | "mx" | "dr"));
        let Some((gap, start)) = self.line.gap_after(hit.at.end) else { return titled };
        let after = self.line.word_from(start);
        let kin = gap == Gap::Close
            && words::kin(&self.line.word(after.clone()))
            && (before == "the" || capital && !words::ordinary(&before));
        titled || kin || self.listed(&hit.at, gap, &after)
    }

    /// `ameliasmith`, `smithamelia`, `ameliarosesmith`: nothing between, perhaps within a longer run of letters.
    fn written_together(&self, surname: &Surname, full: &mut Vec<Full>) {
        for near in self.ending(surname.at.start) {
            for forename in self.ending(near.at.start).iter().chain([near]) {
                let range = forename.at.start..surname.at.end;
                if self.recognisable(&range, near, surname) {
                    self.note(forename, surname, &range, full);
                }
            }
        }
        if surname.family.common && self.after_ordinary(surname.at) {
            return;
        }
        for near in self.starting(surname.at.end) {
            for last in self.starting(near.at.end).iter().chain([near]) {
                let range = surname.at.start..last.at.end;
                if self.recognisable(&range, near, surname) {
                    self.note(near, surname, &range, full);
                }
            }
        }
    }

    fn recognisable(&self, range: &Range<usize>, forename: &Hit, surname: &Surname) -> bool {
        let long = range.len() >= BURIED && forename.at.len() >= 3 && surname.at.len() >= 4;
        self.stands_free(range) && !self.is_known_word(range) || long && !surname.family.common
    }

    /// Whether a range is a single word that means something else: `Edwin` for Ed Win, `sewing` for S Ewing.
    fn is_known_word(&self, range: &Range<usize>) -> bool {
        let single = (range.start + 1..range.end).all(|at| !self.line.edge(at));
        single && (self.is_forename(range) || words::ordinary(&self.line.word(range.clone())))
    }

    /// `asmith`, and `smitha` where it looks like an account's or a file's whole name.
    fn login(&self, surname: &Surname, full: &mut Vec<Full>) {
        let Range { start, end } = *surname.at;
        if surname.family.common || surname.at.len() < LOGIN {
            return;
        }
        let before = start.saturating_sub(1)..end;
        if !self.line.edge(start) && self.stands_free(&before) && !self.is_known_word(&before) {
            self.note_initials(&(before.start..start), surname, &before, full);
        }
        let after = start..end + 1;
        if !self.line.edge(end) && self.stands_free(&after) && !self.is_known_word(&after) {
            let whole = matches!(self.line.before(start), None | Some('/' | '\\'))
                && matches!(self.line.glyph(after.end), None | Some('.' | '@'));
            if whole || self.line.digit_beside(&after) {
                self.note_initials(&(end..after.end), surname, &after, full);
            }
        }
    }

    /// Forename or initial, then name parts, then the surname.
    fn forwards(&self, surname: &Surname, full: &mut Vec<Full>) {
        let common = surname.family.common;
        let (mut at, mut unknown, mut passed) = (surname.at.start, false, None);
        for between in 0..=MOST_BETWEEN {
            let Some((gap, end)) = self.line.gap_before(at) else { return };
            let word = self.line.word_to(end);
            let nickname = gap == Gap::Bracket
                && (self.line.bracketed(&word) || passed.as_ref().is_some_and(|passed| self.line.bracketed(passed)));
            if gap == Gap::Apart || gap == Gap::Comma && between > 0 || common && gap != Gap::Close && !nickname {
                return;
            }
            for forename in self.ending(end).iter().filter(|forename| self.line.edge(forename.at.start)) {
                let capital = self.line.upper(forename.at.start);
                if !(unknown && !capital || common && self.falls(forename.at.start, surname.at.start)) {
                    self.note(forename, surname, &(forename.at.start..surname.at.end), full);
                }
            }
            if self.is_initial(&word) && (!common || self.initial_before_common(&word, surname.at)) {
                self.note_initials(&word, surname, &(word.start..surname.at.end), full);
            }
            match self.name_part(&word, surname) {
                Some(known) => unknown |= !known,
                None => return,
            }
            at = word.start;
            passed = Some(word);
        }
    }

    /// Whether a word may stand between a forename and its surname, and if so whether it is known to belong to names.
    fn name_part(&self, word: &Range<usize>, surname: &Surname) -> Option<bool> {
        let common = surname.family.common;
        let text = self.line.word(word.clone());
        let sentence = common && article(&text) && self.line.glyph(word.end) != Some('.');
        let initial = self.is_initial(word) && !sentence;
        if initial || self.is_forename(word) || self.line.bracketed(word) || !common && words::particle(&text) {
            return Some(true);
        }
        let capitals = self.line.upper(word.start) && self.line.upper(surname.at.start);
        (!common && capitals && word.len() > 1 && !words::ordinary(&text)).then_some(false)
    }

    /// The surname, then forename or initial.
    fn backwards(&self, surname: &Surname, full: &mut Vec<Full>) {
        let common = surname.family.common;
        if common && self.after_ordinary(surname.at) {
            return;
        }
        let mut at = surname.at.end;
        for between in 0..=MOST_BETWEEN {
            let Some((gap, start)) = self.line.gap_after(at) else { return };
            let word = self.line.word_from(start);
            let near = match gap {
                Gap::Close | Gap::Slash => true,
                Gap::Comma => between == 0,
                Gap::Bracket => !common || self.line.bracketed(&word),
                Gap::Loose => !common,
                Gap::Apart => false,
            };
            if !near || common && between > 0 {
                return;
            }
            for forename in self.starting(start).iter().filter(|forename| self.line.edge(forename.at.end)) {
                if !(common && self.falls(forename.at.start, surname.at.start)) {
                    self.note(forename, surname, &(surname.at.start..forename.at.end), full);
                }
            }
            let text = self.line.word(word.clone());
            // `Smith, A2026.jpg`, but not `Smith 4A`, and not `Day, Y4`
            let counted = !common && !self.line.before(word.start).is_some_and(char::is_numeric);
            let initial = self.is_initial(&word) || counted && self.has_initials(&word);
            // `Smith a teacher` is a sentence, `smith_a` is not
            let sentence = article(&text) && !self.line.upper(start) && self.line.before(start) == Some(' ');
            if initial && if common { self.listed(surname.at, gap, &word) } else { !sentence } {
                self.note_initials(&word, surname, &(surname.at.start..word.end), full);
            }
            if !(initial || self.is_forename(&word) || words::title(&text) || self.line.bracketed(&word)) {
                return;
            }
            at = word.end;
        }
    }

    /// `Day, G`: a common surname with an initial as in a list, not `Sports Day, A good one`.
    fn listed(&self, surname: &Range<usize>, gap: Gap, word: &Range<usize>) -> bool {
        let text = self.line.word(word.clone());
        let goes_on = self.line.glyph(word.end) == Some(' ') && self.line.letter(word.end + 1).is_some();
        gap == Gap::Comma
            && word.len() == 1
            && self.is_initial(word)
            && self.line.upper(word.start)
            && !(article(&text) && goes_on)
            && !self.after_ordinary(surname)
    }

    /// `A. Day`, `G Day`, `g_day`, `a.day`, but not `A Day`, `a day`, `I Field`, `x-ray`.
    fn initial_before_common(&self, word: &Range<usize>, surname: &Range<usize>) -> bool {
        let sign = self.line.glyph(word.end);
        let told = word.len() == 1 && (sign == Some('.') || !article(&self.line.word(word.clone())));
        let login = matches!(sign, Some('.' | '_')) && word.end + 1 == surname.start;
        told && if self.line.upper(word.start) { self.line.upper(surname.start) } else { login }
    }

    /// One letter or a few capitals by themselves: not the `B` of `4B`.
    fn is_initial(&self, word: &Range<usize>) -> bool {
        self.has_initials(word) && !self.line.digit_beside(word)
    }

    /// One letter, or a few capitals together; not the `s` of `Grace's`.
    fn has_initials(&self, word: &Range<usize>) -> bool {
        let possessive = self.line.before(word.start) == Some('\'')
            && word.start.checked_sub(2).is_some_and(|before| self.line.letter(before).is_some());
        let letters = word.clone().all(|at| self.line.letter(at).is_some_and(has_case));
        let capitals = word.len() <= INITIALS && word.clone().all(|at| self.line.upper(at));
        letters && (word.len() == 1 || capitals) && !possessive
    }

    fn is_forename(&self, word: &Range<usize>) -> bool {
        let on_the_roll = self.starting(word.start).iter().any(|forename| forename.at == *word);
        on_the_roll || words::forename(&self.line.word(word.clone()))
    }

    /// Whether an ordinary word stands directly before, as in `Sports Day`.
    fn after_ordinary(&self, surname: &Range<usize>) -> bool {
        let before = self.line.gap_before(surname.start).filter(|(gap, _)| *gap == Gap::Close);
        before.is_some_and(|(_, end)| words::ordinary(&self.line.word(self.line.word_to(end))))
    }

    /// Whether a capital forename goes with a small surname, as in `Grace may win`.
    fn falls(&self, forename: usize, surname: usize) -> bool {
        self.line.upper(forename) && !self.line.upper(surname)
    }

    fn stands_free(&self, range: &Range<usize>) -> bool {
        self.line.edge(range.start) && self.line.edge(range.end)
    }

    fn starting(&self, at: usize) -> &[Hit] {
        equal(&self.by_start, at, |hit| hit.at.start)
    }

    fn ending(&self, at: usize) -> &[Hit] {
        equal(&self.by_end, at, |hit| hit.at.end)
    }

    /// Notes everybody who has both the forename and the surname.
    fn note(&self, forename: &Hit, surname: &Surname, range: &Range<usize>, full: &mut Vec<Full>) {
        let (called, family) = (self.roll.called(forename), surname.family.people.as_slice());
        let (few, many) = if called.len() < family.len() { (called, family) } else { (family, called) };
        let both = few.iter().filter(|person| many.binary_search(person).is_ok());
        full.extend(both.map(|person| (range.clone(), *person)));
    }

    /// Notes everybody of that surname who has the initial, or the initials in their order.
    fn note_initials(&self, word: &Range<usize>, surname: &Surname, range: &Range<usize>, full: &mut Vec<Full>) {
        let letters: Vec<char> = self.line.word(word.clone()).chars().collect();
        let fits = |initials: &[char]| match letters.as_slice() {
            [letter] => initials.contains(letter),
            several => initials.starts_with(several),
        };
        let people = surname.family.people.iter();
        let fitting = people.filter(|person| self.roll.people.get(**person).is_some_and(|pupil| fits(&pupil.initials)));
        full.extend(fitting.map(|person| (range.clone(), *person)));
    }
}

struct Surname<'a> {
    at: &'a Range<usize>,
    family: &'a Family,
}

/// Single letters that are words.
fn article(word: &str) -> bool {
    matches!(word, "a" | "i" | "o")
}

fn equal(hits: &[Hit], at: usize, key: impl Fn(&Hit) -> usize) -> &[Hit] {
    let from = hits.partition_point(|hit| key(hit) < at);
    let to = hits.partition_point(|hit| key(hit) <= at);
    hits.get(from..to).unwrap_or_default()
}
