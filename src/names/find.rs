//! The finder: surnames first, then whatever of the same person's forenames and initials stands beside them.

use std::cmp::Reverse;
use std::ops::Range;

use super::beside::{Beside, PLURAL};
use super::fold::Reading;
use super::line::Line;
use super::roll::Roll;
use super::{Found, FoundKind, words};

/// Most places of one kind that are reported of one text: enough to hold it, and a bound for a hostile one.
const MOST_FOUND: usize = 1_000;
/// Letters of the shortest first name that is looked for within the one word of a hashtag.
const TAGGED: usize = 5;

impl Roll {
    /// Every place of `text` that names somebody on the roll, in the order of the text; a full name hides the surname in
    /// it. At most 1,000 places of each kind. The time grows with the length of the text, not with its content.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Found> {
        let mut found = self.written(text);
        // a reader sees the letters behind such a sign from right to left
        if text.contains(['\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}']) {
            let length = text.chars().count();
            let backwards = self.written(&text.chars().rev().collect::<String>()).into_iter();
            let place = |found: Found| Found { start: length - found.end, end: length - found.start, ..found };
            found.extend(backwards.map(place));
            found.sort();
        }
        found
    }

    /// Whether the text holds as much as a first name of somebody on the roll. An ordinary word that is also a first name
    /// counts where it has a capital. An `s` may be written to the name without an apostrophe, and in a hashtag of small
    /// letters the name may stand first or last.
    #[must_use]
    pub fn mentions(&self, text: &str) -> bool {
        let first_name = |reading| {
            let line = Line::new(text, reading);
            let meant = |at: &Range<usize>| line.upper(at.start) || !words::ordinary(&line.word(at.clone()));
            let told = |at: &Range<usize>| {
                let plural = at.start..at.end + 1;
                line.edge(at.start) && line.edge(at.end) && meant(at)
                    || at.len() >= PLURAL && line.adds_s(at) && line.edge(at.start) && meant(at) && meant(&plural)
                    || at.len() >= TAGGED && line.in_hashtag(at) && meant(at)
            };
            hits(&line, |at, visit| self.forenames.walk(&line, at, visit)).iter().any(|hit| told(&hit.at))
        };
        [Reading::Bare, Reading::Spelt].into_iter().any(first_name) || !self.find(text).is_empty()
    }

    /// As it stands, with umlauts read either way.
    fn written(&self, text: &str) -> Vec<Found> {
        let (bare, spelt) = (Line::new(text, Reading::Bare), Line::new(text, Reading::Spelt));
        let mut found = self.read(&bare);
        if spelt.len() != bare.len() {
            found.extend(self.read(&spelt));
            found.sort();
            found.dedup();
            // one reading may see no more than the surname of what the other sees whole
            let full: Vec<Found> = found.iter().filter(|found| found.kind == FoundKind::FullName).cloned().collect();
            let hidden = |of: &Found, by: &Found| by.person == of.person && by.start <= of.start && of.end <= by.end;
            found.retain(|one| one.kind == FoundKind::FullName || !full.iter().any(|full| hidden(one, full)));
        }
        found
    }

    fn read(&self, line: &Line) -> Vec<Found> {
        let surnames = hits(line, |at, visit| self.surnames.walk(line, at, visit));
        if surnames.is_empty() {
            return Vec::new();
        }
        let forenames = hits(line, |at, visit| self.forenames.walk(line, at, visit));
        let beside = Beside::new(self, line, forenames);
        let plurals: Vec<Hit> = surnames.iter().filter_map(|hit| beside.plural(hit)).collect();
        let surnames = [surnames, plurals].concat();
        let full = widest(surnames.iter().flat_map(|hit| beside.full_names(hit)).take(MOST_FOUND * 10).collect());
        let alone = surnames.into_iter().filter(|hit| beside.alone(hit)).collect();
        let mut found: Vec<Found> = full
            .iter()
            .filter_map(|(at, person)| self.found(line, at, *person, FoundKind::FullName))
            .take(MOST_FOUND)
            .collect();
        let named = outermost(alone, &full).into_iter().flat_map(|hit| {
            let people = self.family(&hit).map(|family| family.people.as_slice()).unwrap_or_default();
            people
                .iter()
                .filter_map(|person| self.found(line, &hit.at, *person, FoundKind::Surname))
                .collect::<Vec<_>>()
        });
        found.extend(named.take(MOST_FOUND));
        found.sort();
        found
    }

    fn found(&self, line: &Line, at: &Range<usize>, person: usize, kind: FoundKind) -> Option<Found> {
        let (start, end) = line.span(at)?;
        Some(Found { start, end, person: self.people.get(person)?.id.clone(), kind })
    }
}

/// A name of the roll somewhere in the text, at a range of glyphs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) at: Range<usize>,
    /// The number the trie gave the name.
    pub(super) name: u32,
    /// Whether the range takes in an `s` that is not the name's.
    pub(super) plural: bool,
}

/// A full name: a range of glyphs and a position in `Roll::people`.
pub(super) type Full = (Range<usize>, usize);

fn hits(line: &Line, walk: impl Fn(usize, &mut dyn FnMut(usize, u32))) -> Vec<Hit> {
    let mut hits = Vec::new();
    for at in (0..line.len()).filter(|at| line.letter(*at).is_some()) {
        walk(at, &mut |end, name| hits.push(Hit { at: at..end, name, plural: false }));
    }
    hits
}

/// Without the places that lie within another of the same person.
fn widest(mut full: Vec<Full>) -> Vec<Full> {
    full.sort_by_key(|(at, person)| (*person, at.start, Reverse(at.end)));
    let mut last: Option<(usize, usize)> = None;
    full.retain(|(at, person)| {
        let inside = last.is_some_and(|(whose, end)| whose == *person && at.end <= end);
        if !inside {
            last = Some((*person, at.end));
        }
        !inside
    });
    full.sort_by_key(|(at, person)| (at.start, at.end, *person));
    full
}

/// Without the surnames that lie within a longer one or within a full name.
fn outermost(mut surnames: Vec<Hit>, full: &[Full]) -> Vec<Hit> {
    surnames.sort_by_key(|hit| (hit.at.start, Reverse(hit.at.end)));
    let mut full = full.iter().peekable();
    let (mut covered, mut last) = (0, 0..0);
    surnames.retain(|hit| {
        while let Some((at, _)) = full.next_if(|(at, _)| at.start <= hit.at.start) {
            covered = covered.max(at.end);
        }
        let keep = hit.at.end > covered && (hit.at.end > last.end || hit.at == last);
        if keep {
            last = hit.at.clone();
        }
        keep
    });
    surnames
}
