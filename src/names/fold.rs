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
    fold(text).iter().map(|glyph| glyph.ch).collect()
}

/// The folded characters of `text`; one given character may give none or several.
pub(super) fn fold(text: &str) -> Vec<Glyph> {
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(text.len());
    for Source { ch, start, end } in unescape(text) {
        let before = glyphs.len();
        let upper = ch.is_uppercase();
        let mut push = |ch| glyphs.push(Glyph { ch, start, end, upper });
        if ch.is_ascii() {
            push(mark(ch).unwrap_or_else(|| ch.to_ascii_lowercase()));
        } else if let Some(mark) = mark(ch) {
            push(mark);
        } else if !invisible(ch) {
            decompose_compatible(ch, |part| {
                let visible = canonical_combining_class(part) == 0 && !invisible(part);
                let lower = part.to_lowercase().filter(|part| visible && canonical_combining_class(*part) == 0);
                lower.for_each(|part| match spelt(part) {
                    Some(letters) => letters.chars().for_each(&mut push),
                    None => push(mark(part).unwrap_or(part)),
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

/// How letters that do not decompose are written without their stroke or ligature.
fn spelt(ch: char) -> Option<&'static str> {
    Some(match ch {
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
        fold(text).iter().map(|glyph| glyph.ch).collect()
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
    fn marks_belong_to_the_letter_before() {
        let glyphs = fold("e\u{301}\u{200d}ß");
        let spans: Vec<_> = glyphs.iter().map(|glyph| (glyph.ch, glyph.start, glyph.end)).collect();
        assert_eq!(spans, [('e', 0, 3), ('s', 3, 4), ('s', 3, 4)]);
    }

    proptest! {
        #[test]
        fn places_are_in_the_text_and_in_order(text in any::<String>()) {
            let length = text.chars().count();
            let glyphs = fold(&text);
            prop_assert!(glyphs.iter().all(|glyph| glyph.start < glyph.end && glyph.end <= length));
            prop_assert!(glyphs.is_sorted_by_key(|glyph| glyph.start));
        }
    }
}
