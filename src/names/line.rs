//! A folded text with its word boundaries, and what may stand between two words.

use std::ops::Range;

use super::fold::{Glyph, Reading, fold, look_alike};

/// A folded text. Positions are glyph numbers; [`Line::span`] leads back to the characters of the given text.
pub(super) struct Line {
    glyphs: Vec<Glyph>,
    edges: Vec<bool>,
}

/// What stands between two words of one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// An apostrophe or hyphen: it may also be left out.
    Soft,
    /// A blank, underscore or stop.
    Hard,
}

/// What stands between two neighbouring words, from near to far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing but a change of case, or a few blanks, stops, underscores, hyphens.
    Close,
    /// A slash: the next part of a path.
    Slash,
    /// Brackets or quotation marks.
    Bracket,
    /// A comma.
    Comma,
    /// Digits, a line's end, a spaced hyphen or other signs.
    Loose,
    /// The end of a sentence or a long way.
    Apart,
}

/// Most glyphs that are read of a word beside a name; without a bound long runs of letters would cost their square.
const WORD_GLYPHS: usize = 64;
/// Most glyphs between two words of one name.
const JOINT_GLYPHS: usize = 3;
/// Most glyphs of a close gap.
const CLOSE_GLYPHS: usize = 4;
/// Most glyphs between a forename and its surname, other name parts not counted.
const GAP_GLYPHS: usize = 14;

impl Line {
    pub(super) fn new(text: &str, reading: Reading) -> Self {
        let mut glyphs = fold(text, reading);
        for glyph in &mut glyphs {
            glyph.ch = look_alike(glyph.ch);
        }
        let neighbours = |at: usize| (at.checked_sub(1).and_then(|before| glyphs.get(before)), glyphs.get(at));
        let edges = (0..=glyphs.len())
            .map(|at| match neighbours(at) {
                (Some(before), Some(after)) if is_letter(before.ch) && is_letter(after.ch) => {
                    soft(before, after, glyphs.get(at + 1))
                }
                _ => true,
            })
            .collect();
        Self { glyphs, edges }
    }

    pub(super) fn len(&self) -> usize {
        self.glyphs.len()
    }

    /// The glyph at a position, letter or not.
    pub(super) fn glyph(&self, at: usize) -> Option<char> {
        self.glyphs.get(at).map(|glyph| glyph.ch)
    }

    /// The glyph before a position.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        self.glyph(at.checked_sub(1)?)
    }

    pub(super) fn letter(&self, at: usize) -> Option<char> {
        self.glyph(at).filter(|ch| is_letter(*ch))
    }

    /// Whether the glyph was written as a capital.
    pub(super) fn upper(&self, at: usize) -> bool {
        self.glyphs.get(at).is_some_and(|glyph| glyph.upper)
    }

    /// Whether a word may begin or end here: no letter on one side, a change of case, or a script without blanks.
    pub(super) fn edge(&self, at: usize) -> bool {
        self.edges.get(at).copied().unwrap_or(true)
    }

    /// Whether nothing but an `s` is written to a word.
    pub(super) fn adds_s(&self, word: &Range<usize>) -> bool {
        self.letter(word.end) == Some('s') && !self.edge(word.end) && self.edge(word.end + 1)
    }

    /// Whether a range stands first or last in the word of a hashtag.
    pub(super) fn in_hashtag(&self, range: &Range<usize>) -> bool {
        let start = self.word_to(range.start + 1).start;
        self.before(start) == Some('#') && (start == range.start || self.edge(range.end))
    }

    /// The letters of a range.
    pub(super) fn word(&self, range: Range<usize>) -> String {
        self.glyphs.get(range).unwrap_or_default().iter().map(|glyph| glyph.ch).collect()
    }

    /// Start and end of a non-empty range in characters of the given text.
    pub(super) fn span(&self, range: &Range<usize>) -> Option<(usize, usize)> {
        let glyphs = self.glyphs.get(range.clone())?;
        Some((glyphs.first()?.start, glyphs.last()?.end))
    }

    /// What joins two words of a name at `at`, and where the next word begins.
    pub(super) fn joint(&self, at: usize) -> Option<(usize, Joint)> {
        let mut joint = Joint::Soft;
        for next in at..=at + JOINT_GLYPHS {
            match self.glyph(next)? {
                '\'' | '-' => {}
                ' ' | '_' | '.' => joint = Joint::Hard,
                ch if is_letter(ch) => return Some((next, joint)),
                _ => return None,
            }
        }
        None
    }

    /// The word that ends at `end` and begins at the nearest edge before, or its last letters.
    pub(super) fn word_to(&self, end: usize) -> Range<usize> {
        let first = end.saturating_sub(WORD_GLYPHS);
        let start = (first..end).rev().find(|at| self.edge(*at)).unwrap_or(first);
        start..end
    }

    /// The word that begins at `start`, or its first letters.
    pub(super) fn word_from(&self, start: usize) -> Range<usize> {
        let last = self.len().min(start + WORD_GLYPHS);
        let end = (start + 1..=last).find(|at| self.edge(*at)).unwrap_or(last);
        start..end
    }

    /// What stands before the word at `at`, and the end of the word before that.
    pub(super) fn gap_before(&self, at: usize) -> Option<(Gap, usize)> {
        let end = (at.saturating_sub(GAP_GLYPHS)..=at).rev().find(|end| self.before(*end).is_some_and(is_letter))?;
        Some((self.gap(end..at), end))
    }

    /// What stands after the word that ends at `at`, and the start of the next.
    pub(super) fn gap_after(&self, at: usize) -> Option<(Gap, usize)> {
        let start = (at..=at + GAP_GLYPHS).find(|start| self.letter(*start).is_some())?;
        Some((self.gap(at..start), start))
    }

    /// Whether brackets or quotation marks stand directly around a word.
    pub(super) fn bracketed(&self, word: &Range<usize>) -> bool {
        matches!(
            (self.before(word.start), self.glyph(word.end)),
            (Some('('), Some(')')) | (Some('['), Some(']')) | (Some('"'), Some('"')) | (Some('\''), Some('\''))
        )
    }

    /// Whether a digit touches the range.
    pub(super) fn digit_beside(&self, range: &Range<usize>) -> bool {
        let digit = |ch: Option<char>| ch.is_some_and(char::is_numeric);
        digit(self.before(range.start)) || digit(self.glyph(range.end))
    }

    fn gap(&self, range: Range<usize>) -> Gap {
        let glyphs = self.glyphs.get(range.clone()).unwrap_or_default();
        let mut gap = if glyphs.len() > CLOSE_GLYPHS { Gap::Loose } else { Gap::Close };
        let mut lines = 0;
        for (at, glyph) in range.clone().zip(glyphs) {
            let blank = |ch: Option<char>| ch.is_some_and(|ch| ch == ' ' || ch == '\n');
            gap = gap.max(match glyph.ch {
                '.' if at == range.start && blank(self.glyph(at + 1)) && self.word_to(at).len() > 1 => Gap::Apart,
                '-' if blank(self.before(at)) && blank(self.glyph(at + 1)) => Gap::Loose,
                ' ' | '_' | '.' | '\'' | '-' | '~' | '+' => Gap::Close,
                '/' | '\\' => Gap::Slash,
                '(' | ')' | '[' | ']' | '"' => Gap::Bracket,
                ',' => Gap::Comma,
                '!' | '?' | '&' => Gap::Apart,
                '\n' => {
                    lines += 1;
                    if lines > 1 { Gap::Apart } else { Gap::Loose }
                }
                _ => Gap::Loose,
            });
        }
        gap
    }
}

/// Vowel signs of Indic scripts are alphabetic, digits are not.
fn is_letter(ch: char) -> bool {
    ch.is_alphabetic()
}

/// A boundary inside a run of letters.
fn soft(before: &Glyph, after: &Glyph, next: Option<&Glyph>) -> bool {
    if before.start == after.start {
        return false;
    }
    let camel = !before.upper && after.upper;
    let last_capital = before.upper && after.upper && next.is_some_and(|next| is_letter(next.ch) && !next.upper);
    camel || last_capital || unspaced(before.ch) || unspaced(after.ch)
}

/// Scripts that are written without blanks, and Hangul, where a surname is written to its forename.
fn unspaced(ch: char) -> bool {
    matches!(ch, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{31ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}
