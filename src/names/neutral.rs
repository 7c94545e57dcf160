//! File names that tell event and date, and nobody's name.

use super::fold::{Reading, fold};
use super::roll::Roll;
use crate::domain::time::Date;

/// Longest event part; with date and number the name stays far below every file system's limit.
const MOST: usize = 40;

/// What the released names of an event's photos begin with: `sports-day-2026-06-12`. The event part is lower-case ASCII
/// letters, digits and hyphens, at most 40; it is `event` when nothing of it remains or when it names anybody on the roll.
/// The date's hyphens keep the whole from being a reserved device name.
#[must_use]
pub fn neutral_stem(event_name: &str, date: Date, roll: &Roll) -> String {
    let slug = slug(event_name);
    // cutting and folding can uncover a name, so both the name and what is left of it are searched
    let named = !roll.find(event_name).is_empty() || !roll.find(&slug).is_empty();
    let event = if slug.is_empty() || named { "event" } else { &slug };
    format!("{event}-{date}")
}

fn slug(event_name: &str) -> String {
    let glyphs = fold(event_name, Reading::Bare);
    let kept: String = glyphs
        .iter()
        .map(|glyph| glyph.ch)
        .filter(|ch| *ch != '\'')
        .map(|ch| if ch.is_ascii_alphanumeric() { ch } else { ' ' })
        .collect();
    let mut slug = String::new();
    for word in kept.split_whitespace() {
        let hyphen = usize::from(!slug.is_empty());
        let room = MOST.saturating_sub(slug.len() + hyphen);
        if word.len() > room && hyphen == 1 {
            break;
        }
        slug.extend((hyphen == 1).then_some('-').into_iter().chain(word.chars().take(room)));
    }
    slug
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::name::PersonName;
    use crate::names::RollEntry;

    fn stem(event: &str) -> String {
        let name =
            PersonName { legal_forename: "Grace".into(), preferred_forename: None, legal_surname: "Whitlock".into() };
        let roll = Roll::new([RollEntry { id: "P1".parse().unwrap(), name }]);
        neutral_stem(event, Date::constant(2026, 6, 12), &roll)
    }

    #[test]
    fn the_event_stays_readable_and_nobody_is_named() {
        for (event, expected) in [
            ("Sports Day", "sports-day"),
            ("  Fête d’été: Year 4! ", "fete-dete-year-4"),
            ("CON", "con"),
            ("../../etc", "etc"),
            ("", "event"),
            ("🎉", "event"),
            ("Праздник", "event"),
            ("Grace at sports day", "grace-at-sports-day"),
            ("Grace Whitlock's party", "event"),
            ("party of whit\u{200b}lock", "event"),
            ("A very long name for an event that goes on and on", "a-very-long-name-for-an-event-that-goes"),
            ("Whitlocksxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "whitlocksxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
            ("sunshine and a picnic upon the hill whitlockian", "sunshine-and-a-picnic-upon-the-hill"),
        ] {
            assert_eq!(stem(event), format!("{expected}-2026-06-12"), "{event}");
        }
    }

    proptest! {
        #[test]
        fn any_event_gives_a_name_every_system_takes(event in any::<String>()) {
            let stem = stem(&event);
            prop_assert!(stem.len() <= MOST + "-2026-06-12".len());
            prop_assert!(stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert!(!stem.starts_with('-') && !stem.contains("--"));
        }
    }
}
