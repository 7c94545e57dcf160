//! Folds a text to what names are compared by: lower case, no accents, no invisible characters, one kind of apostrophe.

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

use super::escape::{Source, unescape};

/// One folded character and the half-open range of the given text it stands for, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glyph {
    pub(super) ch: char,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it was written as a capital.
    pub(super) upper: bool,
}

/// A text as names are compared: lower case, without accents.
#[must_use]
pub fn folded(text: &str) -> String {
    fold(text, Reading::Bare).iter().map(|glyph| glyph.ch).collect()
}

/// How umlauts and rings are read, which a roll may hold in either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Without them: `Müller` is `muller`.
    Bare,
    /// As two letters: `Müller` is `mueller`.
    Spelt,
}

/// The folded characters of `text`; one given character may give none or several.
pub(super) fn fold(text: &str, reading: Reading) -> Vec<Glyph> {
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(text.len());
    for Source { ch, start, end } in unescape(text) {
        let before = glyphs.len();
        let upper = ch.is_uppercase();
        let glyph = |ch| Glyph { ch, start, end, upper };
        if ch.is_ascii() {
            glyphs.push(glyph(mark(ch).unwrap_or_else(|| ch.to_ascii_lowercase())));
        } else if let Some(mark) = mark(ch) {
            glyphs.push(glyph(mark));
        } else if !invisible(ch) {
            decompose_compatible(ch, |part| {
                let over = glyphs.last().and_then(|letter| second_letter(letter.ch, part));
                glyphs.extend(over.filter(|_| reading == Reading::Spelt).map(glyph));
                let visible = canonical_combining_class(part) == 0 && !invisible(part);
                let lower = part.to_lowercase().filter(|part| visible && canonical_combining_class(*part) == 0);
                lower.for_each(|part| match spelt(part, reading) {
                    Some(letters) => glyphs.extend(letters.chars().map(glyph)),
                    None => glyphs.push(glyph(mark(part).unwrap_or(part))),
                });
            });
        }
        // a combining mark or a zero-width character belongs to the letter before it
        if glyphs.len() == before
            && let Some(last) = glyphs.last_mut()
        {
            last.end = end;
        }
    }
    glyphs
}

/// The Latin letter a Greek or Cyrillic one is mistaken for, judged by its capital; both text and roll are read through
/// this, so names in those scripts still agree with themselves.
pub(super) fn look_alike(ch: char) -> char {
    match ch {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' | 'н' | 'η' => 'h',
        'і' | 'ι' | 'ӏ' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'ν' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'у' | 'υ' => 'y',
        'х' | 'χ' => 'x',
        'ζ' => 'z',
        other => other,
    }
}

/// The one form of an apostrophe, hyphen, quotation mark, comma, stop or blank.
fn mark(ch: char) -> Option<char> {
    Some(match ch {
        '\'' | '’' | '‘' | '‛' | 'ʼ' | 'ʻ' | 'ʹ' | 'ʽ' | 'ʾ' | 'ʿ' | '`' | '´' | '′' | '＇' => '\'',
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '“' | '”' | '„' | '«' | '»' => '"',
        '、' | '،' => ',',
        '。' => '.',
        '\n' | '\u{2028}' | '\u{2029}' => '\n',
        blank if blank.is_whitespace() => ' ',
        _ => return None,
    })
}

/// What a mark over a letter is written as behind it.
fn second_letter(letter: char, mark: char) -> Option<char> {
    match (letter, mark) {
        ('a' | 'o' | 'u', '\u{308}') => Some('e'),
        ('a', '\u{30a}') => Some('a'),
        _ => None,
    }
}

/// How letters that do not decompose are written without their stroke or ligature.
fn spelt(ch: char, reading: Reading) -> Option<&'static str> {
    Some(match ch {
        'ø' if reading == Reading::Spelt => "oe",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ŧ' => "t",
        'ŋ' => "n",
        'ə' => "e",
        'ς' => "σ",
        'ى' | 'ی' => "ي",
        'ة' => "ه",
        'ک' => "ك",
        _ => return None,
    })
}

/// Characters that take no room on the page: joiners, direction marks, soft hyphens, selectors, fillers.
fn invisible(ch: char) -> bool {
    matches!(ch, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> String {
        fold(text, Reading::Bare).iter().map(|glyph| glyph.ch).collect()
    }

    #[test]
    fn what_looks_the_same_folds_the_same() {
        for (left, right) in [
            ("José Núñez", "jose nunez"),
            ("Jose\u{301} Nu\u{301}n\u{303}ez", "jose nunez"),
            ("Weiß Łukasz Søren Đorđe", "weiss lukasz soren dorde"),
            ("Ａｍｅｌｉａ", "amelia"),
            ("O’Brien OʼBrien O`Brien O´Brien", "o'brien o'brien o'brien o'brien"),
            ("Sm\u{200b}ith\u{feff}", "smith"),
            ("Mary\u{2011}Jane\u{a0}Ⅸ", "mary-jane ix"),
            ("İpek", "ipek"),
        ] {
            assert_eq!(plain(left), right);
        }
    }

    #[test]
    fn umlauts_and_rings_are_two_letters_in_the_other_reading() {
        let spelt = |text| fold(text, Reading::Spelt).iter().map(|glyph| glyph.ch).collect::<String>();
        assert_eq!(spelt("Müller ÖSTERGÅRD Søren Jose\u{301} u\u{308}"), "mueller oestergaard soeren jose ue");
    }

    #[test]
    fn marks_belong_to_the_letter_before() {
        let glyphs = fold("e\u{301}\u{200d}ß", Reading::Bare);
        let spans: Vec<_> = glyphs.iter().map(|glyph| (glyph.ch, glyph.start, glyph.end)).collect();
        assert_eq!(spans, [('e', 0, 3), ('s', 3, 4), ('s', 3, 4)]);
    }

    proptest! {
        #[test]
        fn places_are_in_the_text_and_in_order(text in any::<String>()) {
            let length = text.chars().count();
            for reading in [Reading::Bare, Reading::Spelt] {
            let glyphs = fold(&text, reading);
            prop_assert!(glyphs.iter().all(|glyph| glyph.start < glyph.end && glyph.end <= length));
            prop_assert!(glyphs.is_sorted_by_key(|glyph| glyph.start));
            }
        }
    }
}
