//! The finder against the table of cases, and against a naive speller of names.

#![cfg(test)]

use std::collections::BTreeSet;
use std::path::Path;

use eyelid::domain::name::PersonName;
use eyelid::names::{Found, FoundKind, Roll, RollEntry, full_name};
use proptest::prelude::*;

#[test]
fn every_case_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/names/cases.txt");
    let table = std::fs::read_to_string(path).unwrap();
    let (mut entries, mut cases, mut wrong) = (Vec::new(), 0, Vec::new());
    for (number, line) in (1..).zip(table.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
    {
        if line == "roll" {
            entries.clear();
        } else if let Some((id, name)) = person(line) {
            entries.push(entry(id, name));
        } else {
            cases += 1;
            let (expected, text) = line.split_once(char::is_whitespace).unwrap();
            let (text, places) = marked(text.trim_start());
            let found = Roll::new(entries.clone()).find(&text);
            let told = told(&found);
            let spans: BTreeSet<_> = found.iter().map(|found| (found.start, found.end)).collect();
            if told != expected.split(',').filter(|word| *word != "none").map(str::to_owned).collect()
                || !places.is_empty() && spans != places
            {
                wrong.push(format!("line {number}: {line}: found {told:?} at {spans:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases >= 150, "the table has only {cases} cases");
}

/// Where not even a first name may stand: as captions are written in a hurry.
#[test]
fn a_first_name_is_seen_in_captions_as_people_write_them() {
    let entries =
        [("P1", "Amelia / / Quill"), ("P2", "Oscar / / Berg"), ("P3", "Hope / / Lund"), ("P4", "Ben / / Falk")]
            .map(|(id, name)| entry(id, person(&format!("{id} = {name}")).unwrap().1));
    let roll = Roll::new(entries.to_vec());
    for told in [
        "Amelia",
        "by amelia",
        "Amelia's painting",
        "Amelias painting",
        "the amelias",
        "AMELIAS PAINTING",
        "Oscars team",
        "Hopes picture",
        "#Amelia",
        "#ameliawins",
        "well done #ameliawins",
        "#goamelia",
        "#goamelia!",
        "#AmeliaWins",
        "\u{ff03}ameliawins",
        "#oscarandco",
        "Mr Berg",
        "Ben",
    ] {
        assert!(roll.mentions(told), "{told}");
    }
    for nobody in [
        "A painting",
        "ameliawins",
        "ameliorate",
        "Oscarsson",
        "oscarssons",
        "#camelias",
        "hopes are high",
        "we hope so",
        "#hopeful",
        "benches",
        "bens",
        "#benchmark",
        "",
        "#",
        "s",
    ] {
        assert!(!roll.mentions(nobody), "{nobody}");
    }
}

fn person(line: &str) -> Option<(&str, PersonName)> {
    let (id, rest) = line.split_once(" = ")?;
    let [legal, preferred, surname] = rest.split('/').map(str::trim).collect::<Vec<_>>()[..] else { return None };
    let preferred_forename = Some(preferred.to_owned()).filter(|name| !name.is_empty());
    Some((id, PersonName { legal_forename: legal.into(), preferred_forename, legal_surname: surname.into() }))
}

fn entry(id: &str, name: PersonName) -> RollEntry {
    RollEntry { id: id.parse().unwrap(), name }
}

/// The text without its braces and with its characters in place, and where the braces were.
fn marked(text: &str) -> (String, BTreeSet<(usize, usize)>) {
    let mut text = text.replace("\\n", "\n");
    while let Some((before, (code, after))) = text.split_once("\\u{").and_then(|(a, b)| Some((a, b.split_once('}')?))) {
        let ch = char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap();
        text = format!("{before}{ch}{after}");
    }
    let (mut plain, mut places, mut length, mut start) = (String::new(), BTreeSet::new(), 0, 0);
    for ch in text.chars() {
        match ch {
            '{' => start = length,
            '}' => drop(places.insert((start, length))),
            ch => {
                plain.push(ch);
                length += 1;
            }
        }
    }
    (plain, places)
}

fn told(found: &[Found]) -> BTreeSet<String> {
    let kind = |kind| if kind == FoundKind::FullName { "full" } else { "surname" };
    found.iter().map(|found| format!("{}:{}", kind(found.kind), found.person)).collect()
}

/// How a person's names are written: forename, surname, one of the manners below. Deliberately simple.
fn written(manner: usize, forename: &str, surname: &str) -> String {
    let (small, initial) = (|name: &str| name.to_lowercase(), forename.chars().next().unwrap());
    let bare = |name: &str| small(name).replace(['\'', '-', ' '], "");
    match manner {
        0 => format!("{forename} {surname}"),
        1 => format!("{surname}, {forename}"),
        2 => format!("{}_{}", small(forename), small(surname)),
        3 => format!("{}.{}", bare(surname), bare(forename)),
        4 => format!("{}{}", bare(forename), bare(surname)),
        5 => format!("{}{}", bare(surname), bare(forename)),
        6 => format!("{} {}", forename.to_uppercase(), surname.to_uppercase()),
        7 => format!("{initial}. {surname}"),
        8 => format!("{surname}, {initial}"),
        9 => format!("{initial} {surname}"),
        10 => format!("{forename} X. {surname}"),
        11 => format!("{forename} (Zizi) {surname}"),
        12 => format!("{surname}/{forename}"),
        13 => format!("{forename}%20{}", surname.replace('\'', "%27")),
        14 => format!("{forename}\u{200b} \u{feff}{}", surname.replace('\'', "’")),
        15 => format!("{}-{}", bare(forename), small(surname).replace(['\'', ' '], "-")),
        16 => format!("{} {}", wide(forename), wide(surname)),
        17 => format!("{}{}", initial, surname.replace([' ', '-'], "")),
        _ => format!("{}{}", forename, surname.replace([' ', '-', '\''], "")),
    }
}

const MANNERS: usize = 19;

fn wide(name: &str) -> String {
    let letter = |ch: char| if ch.is_ascii_alphabetic() { char::from_u32(u32::from(ch) + 0xfee0).unwrap() } else { ch };
    name.chars().map(letter).collect()
}

/// Invented names, so that none is an ordinary word: syllables with a consonant no English word begins with.
fn made_up() -> impl Strategy<Value = String> {
    "(Zv|Vr|Kz|Tl)[aeiou](b|g|l|n|zz)[aeiou](x|q|kk)[aeiou]"
}

fn surname() -> impl Strategy<Value = String> {
    (made_up(), made_up(), 0..7).prop_map(|(one, two, form)| match form {
        0 => format!("{one}-{two}"),
        1 => format!("{one} {two}"),
        2 => format!("O'{one}"),
        3 => format!("de la {one}"),
        4 => format!("van der {one}"),
        5 => format!("Mac{one}"),
        _ => one,
    })
}

fn roll() -> impl Strategy<Value = Vec<RollEntry>> {
    proptest::collection::vec((made_up(), proptest::option::of(made_up()), surname()), 1..12).prop_map(|names| {
        let named = |(legal_forename, preferred_forename, legal_surname)| PersonName {
            legal_forename,
            preferred_forename,
            legal_surname,
        };
        (1..).zip(names).map(|(number, name)| entry(&format!("P{number}"), named(name))).collect()
    })
}

proptest! {
    #[test]
    fn every_full_name_is_found_however_it_is_written(
        entries in roll(), who in any::<prop::sample::Index>(), manner in 0..MANNERS, preferred in any::<bool>(),
        before in "([0-9]{1,4}[ _-]|at the fair[:,] |IMG_[0-9]{3}_|Sports Day/)?",
        after in "([0-9]{0,4}\\.jpg|'s cake| at the fair|/1\\.png| \\(Y4\\))?",
    ) {
        let RollEntry { id, name } = who.get(&entries).clone();
        let forename = name.preferred_forename.as_deref().filter(|_| preferred).unwrap_or(&name.legal_forename);
        let text = format!("{before}{}{after}", written(manner, forename, &name.legal_surname));
        let found = Roll::new(entries).find(&text);
        prop_assert!(full_name(&found), "{text:?} holds no full name");
        let place = found.iter().find(|found| found.person == id && found.kind == FoundKind::FullName);
        let (start, end) = place.map(|place| (place.start, place.end)).unwrap();
        let length = text.chars().count();
        prop_assert!(before.chars().count() <= start && start < end && end <= length, "{text:?}: {start}..{end}");
    }

    #[test]
    fn without_the_letters_of_a_surname_nothing_is_found(
        entries in roll(), words in proptest::collection::vec("[A-Za-z]{1,7}|[0-9]{1,3}|Day|A|Grace", 0..12),
        sign in prop::sample::select(vec![" ", "_", "", ", ", "/", "'s ", ". "]), forename in any::<prop::sample::Index>(),
    ) {
        let mut words = words;
        words.push(forename.get(&entries).name.legal_forename.clone());
        let text = words.join(sign);
        let letters: String = text.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
        let barrels = entries.iter().flat_map(|entry| entry.name.legal_surname.split([' ', '-', '\'']));
        let core = |barrel: &str| barrel.to_lowercase().trim_start_matches("mac").to_owned();
        let occurs = barrels.map(core).any(|core| core.len() > 4 && letters.contains(&core));
        prop_assert!(occurs || Roll::new(entries.clone()).find(&text).is_empty(), "{text:?}");
    }

    #[test]
    fn any_roll_and_any_text_give_places_in_the_text(
        names in proptest::collection::vec((".{0,6}", proptest::option::of(".{0,4}"), ".{0,6}"), 0..6),
        text in ".{0,40}", joined in ".{0,3}",
    ) {
        let parts: String = names.iter().map(|(one, _, two)| format!("{one}{joined}{two}{joined}")).collect();
        let named = |(legal_forename, preferred_forename, legal_surname)| PersonName {
            legal_forename, preferred_forename, legal_surname,
        };
        let roll = Roll::new((1..).zip(names).map(|(number, name)| entry(&format!("P{number}"), named(name))));
        for text in [text, parts] {
            let length = text.chars().count();
            let found = roll.find(&text);
            prop_assert!(found.iter().all(|found| found.start < found.end && found.end <= length));
            prop_assert!(found.is_sorted());
        }
    }
}

#[test]
fn a_hostile_text_is_searched_in_full_and_reports_no_more_than_needed() {
    let smith = |number: usize| PersonName {
        legal_forename: format!("Amelia{}", ["", "x", "xx"][number % 3]),
        preferred_forename: None,
        legal_surname: "Smith".into(),
    };
    let roll = Roll::new((0..300).map(|number| entry(&number.to_string(), smith(number))));
    let crowd = "Amelia Smith ".repeat(2_000);
    assert!(roll.find(&crowd).len() <= 2_000);
    let far = format!("{} asmithasmithasmithasmith {}Amelia Smith", "a".repeat(50_000), "' - ".repeat(20_000));
    assert!(full_name(&roll.find(&far)));
}
