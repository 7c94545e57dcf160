//! Undoes what links, pages and archives do to a text, remembering where every character came from.

/// A character and the half-open range of the given text it was written as, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) ch: char,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// An encoding may be applied twice (`%2520`) by two systems in a row; more is not a name any more.
const ROUNDS: usize = 2;

/// Longest HTML entity looked for, from `&` to `;`.
const ENTITY: usize = 10;

/// Tags that only dress a text; others stay, because `<Amelia Smith>` is no tag.
const TAGS: &[&str] = &["a", "b", "br", "div", "em", "font", "i", "li", "p", "small", "span", "strong", "td", "u"];

/// The characters of `text` with escapes undone.
pub(super) fn unescape(text: &str) -> Vec<Source> {
    let mut sources: Vec<Source> =
        text.chars().enumerate().map(|(at, ch)| Source { ch, start: at, end: at + 1 }).collect();
    for _ in 0..ROUNDS {
        if sources.iter().any(|source| source.ch == '%' || latin(source.ch).is_some()) {
            sources = bytes(&sources);
        }
    }
    if sources.iter().any(|source| matches!(source.ch, '&' | '<')) { html(&sources) } else { sources }
}

/// Reads percent-encoded bytes, and UTF-8 that was taken for Latin-1 (`JosÃ©`).
fn bytes(sources: &[Source]) -> Vec<Source> {
    let mut out = Vec::with_capacity(sources.len());
    let mut bytes = Vec::new();
    let mut rest = sources;
    while let [first, tail @ ..] = rest {
        match rest {
            [Source { ch: '%', start, .. }, high, low, after @ ..] if hex(high.ch, low.ch).is_some() => {
                bytes.extend(hex(high.ch, low.ch).map(|byte| (byte, *start, low.end)));
                rest = after;
            }
            _ if latin(first.ch).is_some() => {
                bytes.extend(latin(first.ch).map(|byte| (byte, first.start, first.end)));
                rest = tail;
            }
            _ => {
                flush(&mut bytes, &mut out);
                out.push(*first);
                rest = tail;
            }
        }
    }
    flush(&mut bytes, &mut out);
    out
}

fn latin(ch: char) -> Option<u8> {
    u8::try_from(u32::from(ch)).ok().filter(|byte| !byte.is_ascii())
}

fn hex(high: char, low: char) -> Option<u8> {
    u8::try_from(high.to_digit(16)? * 16 + low.to_digit(16)?).ok()
}

/// Turns collected bytes into characters; bytes that are not UTF-8 are kept as Latin-1, as old systems wrote them.
fn flush(bytes: &mut Vec<(u8, usize, usize)>, out: &mut Vec<Source>) {
    let plain: Vec<u8> = bytes.iter().map(|(byte, ..)| *byte).collect();
    let mut spans = bytes.drain(..).map(|(_, start, end)| (start, end));
    for chunk in plain.utf8_chunks() {
        for ch in chunk.valid().chars() {
            let mut span = spans.by_ref().take(ch.len_utf8());
            if let Some((start, end)) = span.next() {
                out.push(Source { ch, start, end: span.last().map_or(end, |(_, end)| end) });
            }
        }
        let invalid = chunk.invalid().iter().zip(spans.by_ref());
        out.extend(invalid.map(|(byte, (start, end))| Source { ch: char::from(*byte), start, end }));
    }
}

fn html(sources: &[Source]) -> Vec<Source> {
    let mut out = Vec::with_capacity(sources.len());
    let mut rest = sources;
    while let [first, tail @ ..] = rest {
        let read = match first.ch {
            '&' => entity(tail),
            '<' => tag(tail).map(|length| (' ', length)),
            _ => None,
        };
        let (ch, used) = read.unwrap_or((first.ch, 0));
        let (inside, after) = tail.split_at_checked(used).unwrap_or((tail, &[]));
        out.push(Source { ch, start: first.start, end: inside.last().map_or(first.end, |last| last.end) });
        rest = after;
    }
    out
}

/// The character of an entity and how many characters it takes after the `&`.
fn entity(tail: &[Source]) -> Option<(char, usize)> {
    let length = tail.iter().take(ENTITY).position(|source| source.ch == ';')?;
    let name: String = tail.iter().take(length).map(|source| source.ch).collect();
    let ch = match name.strip_prefix('#') {
        Some(number) => {
            let hex = number.strip_prefix(['x', 'X']);
            char::from_u32(hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16)).ok()?)?
        }
        None => named(&name)?,
    };
    Some((ch, length + 1))
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" | "ldquo" | "rdquo" => '"',
        "apos" | "lsquo" | "rsquo" => '\'',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "ndash" | "mdash" => '-',
        "shy" | "zwnj" | "zwj" => '\u{ad}',
        "szlig" => 'ß',
        "aelig" | "AElig" => 'æ',
        "oelig" | "OElig" => 'œ',
        "thorn" | "THORN" => 'þ',
        "eth" | "ETH" => 'ð',
        _ => {
            // accents are dropped later anyway, so the letter is all that is needed of `&eacute;`
            let mut letters = name.chars();
            let letter = letters.next().filter(char::is_ascii_alphabetic)?;
            let accent = ["acute", "grave", "uml", "circ", "tilde", "cedil", "ring", "slash", "caron"];
            accent.contains(&letters.as_str()).then_some(letter)?
        }
    })
}

/// How many characters after `<` belong to a dressing tag's slash and name.
fn tag(tail: &[Source]) -> Option<usize> {
    let slash = usize::from(tail.first()?.ch == '/');
    let longest = TAGS.iter().map(|tag| tag.len()).max().unwrap_or_default();
    let name: String = tail
        .iter()
        .skip(slash)
        .map(|source| source.ch.to_ascii_lowercase())
        .take(longest + 1)
        .take_while(char::is_ascii_alphabetic)
        .collect();
    let after = tail.get(slash + name.len())?.ch;
    (TAGS.contains(&name.as_str()) && matches!(after, ' ' | '>' | '/')).then_some(slash + name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        unescape(text).iter().map(|source| source.ch).collect()
    }

    #[test]
    fn escapes_are_undone_and_anything_else_stays() {
        assert_eq!(plain("Amelia%20Smith"), "Amelia Smith");
        assert_eq!(plain("Jos%C3%A9%2520N"), "José N");
        assert_eq!(plain("Jos%E9"), "José");
        assert_eq!(plain("JosÃ© NÃºÃ±ez, é ÷ Å"), "José Núñez, é ÷ Å");
        assert_eq!(plain("100% %zz %"), "100% %zz %");
        assert_eq!(plain("O&#39;Brien &amp; N&uacute;&ntilde;ez &x;"), "O'Brien & Nunez &x;");
        assert_eq!(plain("<b>Amelia</b> <Amelia Smith>"), " >Amelia > <Amelia Smith>");
    }

    #[test]
    fn every_character_remembers_its_place() {
        let sources = unescape("a%C3%A9&amp;b");
        let spans: Vec<_> = sources.iter().map(|source| (source.ch, source.start, source.end)).collect();
        assert_eq!(spans, [('a', 0, 1), ('é', 1, 7), ('&', 7, 12), ('b', 12, 13)]);
    }
}
