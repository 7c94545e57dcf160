//! The words of a consent's cells: decisions, roles, media and methods.

use super::error::{Fault, quoted};
use super::fields::Field;
use super::headers::key;
use crate::consent::ledger::{Choice, Giver, Method};
use crate::domain::category::Medium;
use crate::domain::id::Digest;
use crate::domain::person::PersonKind;

/// What a cell says; nothing for an empty cell and for an answer that has not come: both are no answer.
///
/// # Errors
/// A cross, which is a tick to some and a no to others, and words that are not known.
pub(super) fn decision(column: &str, cell: &str) -> Result<Option<Choice>, Fault> {
    let word = key(cell);
    let word = if word.is_empty() { cell } else { word.as_str() };
    match word {
        "" | "pending" | "awaiting" | "awaitingresponse" | "noresponse" | "unanswered" | "notanswered" | "notasked"
        | "requested" | "sent" | "-" => Ok(None),
        "granted" | "grant" | "yes" | "y" | "true" | "1" | "accepted" | "accept" | "agreed" | "consented" | "given"
        | "consentgiven" | "✓" | "✔" | "☑" | "✅" => Ok(Some(Choice::Granted)),
        "refused" | "refuse" | "no" | "n" | "false" | "0" | "declined" | "decline" | "denied" | "rejected"
        | "consentnotgiven" | "notgiven" => Ok(Some(Choice::Refused)),
        "withdrawn" | "withdraw" | "withdrew" | "revoked" | "cancelled" => Ok(Some(Choice::Withdrawn)),
        // SIMS prints its tick as the letter that shows as one in a symbol font
        "p" if key(column) == "p" => Ok(Some(Choice::Granted)),
        "x" | "✗" | "✘" | "☒" | "×" | "☐" => Err(Fault::Cross { field: quoted(column), given: quoted(cell) }),
        _ => Err(unknown(column, cell, "granted, refused or withdrawn; yes, no or nothing")),
    }
}

/// Photo or video; photo when nothing is said.
pub(super) fn medium(cell: &str) -> Result<Medium, Fault> {
    match key(cell).as_str() {
        "" | "photo" | "photos" | "photograph" | "photographs" | "image" | "images" => Ok(Medium::Photo),
        "video" | "videos" | "film" => Ok(Medium::Video),
        _ => Err(unknown(Field::Medium.as_str(), cell, "photo or video")),
    }
}

/// How the answer came; by the import itself when nothing is said.
pub(super) fn method(cell: &str) -> Result<Method, Fault> {
    match key(cell).as_str() {
        "" | "import" => Ok(Method::Import),
        "paper" | "form" | "letter" => Ok(Method::Paper),
        "portal" | "online" | "app" => Ok(Method::Portal),
        "verbal" | "phone" | "telephone" => Ok(Method::Verbal),
        _ => Err(unknown(Field::Method.as_str(), cell, "paper, portal, import or verbal")),
    }
}

/// Who decided. Without a role a guardian speaks for a pupil and adults for themselves; guardians whom a file does not
/// tell apart are one, the `family`.
pub(super) fn giver(role: &str, giver: &str, kind: PersonKind) -> Result<Giver, Fault> {
    let guardian = || Giver::Guardian(giver_key(giver));
    match (key(role).as_str(), kind) {
        ("", PersonKind::Pupil) => Ok(match key(giver).as_str() {
            "pupil" | "student" | "self" => Giver::Pupil,
            _ => guardian(),
        }),
        ("guardian" | "parent" | "carer" | "mother" | "father" | "parentcarer" | "family", PersonKind::Pupil) => {
            Ok(guardian())
        }
        ("pupil" | "student" | "child" | "self", PersonKind::Pupil) => Ok(Giver::Pupil),
        ("" | "self" | "own" | "staff" | "visitor", PersonKind::Staff | PersonKind::Visitor) => Ok(Giver::Own),
        ("guardian" | "parent" | "carer" | "mother" | "father" | "parentcarer" | "family" | "pupil", _)
        | ("staff" | "visitor" | "own", PersonKind::Pupil) => Err(Fault::WrongGiver(quoted(role))),
        _ => Err(unknown(Field::GiverRole.as_str(), role, "guardian, pupil or self")),
    }
}

/// The key that tells a guardian from others: an id or what a child calls them stays as it is, whatever else may be a name or
/// an address becomes a digest, because the ledger's entries stand in audit rows. Nobody named is the family as a whole.
/// A key stays the same, that of a family's account too.
#[must_use]
pub fn giver_key(giver: &str) -> String {
    let words: Vec<String> = giver.split_whitespace().map(str::to_lowercase).collect();
    match words.as_slice() {
        [] => FAMILY.to_owned(),
        [word] if KIN.contains(&word.as_str()) || KEYS.iter().any(|key| word.starts_with(key)) => word.clone(),
        [word] if word.contains(|c: char| c.is_ascii_digit()) && !word.contains('@') => word.to_uppercase(),
        _ => {
            let digest = Digest::of(words.join(" ").as_bytes()).to_string();
            format!("{DIGEST}{}", digest.chars().take(16).collect::<String>())
        }
    }
}

const FAMILY: &str = "family";

const DIGEST: &str = "giver-";

/// How keys begin that are not from a file.
const KEYS: [&str; 2] = [DIGEST, "account-"];

/// Words for a guardian that name nobody.
const KIN: [&str; 16] = [
    FAMILY,
    "mother",
    "mum",
    "mummy",
    "mam",
    "father",
    "dad",
    "daddy",
    "parent",
    "carer",
    "guardian",
    "grandmother",
    "grandfather",
    "grandparent",
    "aunt",
    "uncle",
];

fn unknown(field: &str, cell: &str, known: &'static str) -> Fault {
    Fault::UnknownValue { field: quoted(field), given: quoted(cell), known }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_say_yes_no_or_nothing() {
        let says = |cell| decision("website", cell);
        for yes in ["granted", "Yes", "Y", "TRUE", "1", "✓", "☑", "Accepted"] {
            assert_eq!(says(yes), Ok(Some(Choice::Granted)), "{yes}");
        }
        for no in ["refused", "NO", "n", "false", "0", "Declined"] {
            assert_eq!(says(no), Ok(Some(Choice::Refused)), "{no}");
        }
        for nothing in ["", "pending", "No response", "-"] {
            assert_eq!(says(nothing), Ok(None), "{nothing}");
        }
        for cross in ["x", "X", "✗", "☒", "☐"] {
            assert!(matches!(says(cross), Err(Fault::Cross { .. })), "{cross}");
        }
        assert_eq!(says("withdrawn"), Ok(Some(Choice::Withdrawn)));
        assert!(says("P").is_err() && says("maybe").is_err() && says("?").is_err());
        assert_eq!(decision("P", "P"), Ok(Some(Choice::Granted)));
    }

    #[test]
    fn a_guardians_name_does_not_reach_the_ledger() {
        assert_eq!(giver_key("G014"), "G014");
        assert_eq!(giver_key(" g014 "), "G014", "one guardian, however a file writes the id");
        assert_eq!(giver_key("Mum"), "mum");
        assert_eq!(giver_key("account-12"), "account-12");
        for name in ["Smith", "Siobh\u{e1}n", "ada@home.example", "ada2@home.example", "Ada Lovelace"] {
            let key = giver_key(name);
            assert!(key.starts_with("giver-") && giver_key(&key) == key, "{key}");
        }
        assert_eq!(giver_key("Ada  Lovelace"), giver_key("ada lovelace"));
        assert!(giver_key("Ada Lovelace").starts_with("giver-"));
        assert!(giver_key("ada@example.org").starts_with("giver-"));
        assert_eq!(giver("", "", PersonKind::Pupil), Ok(Giver::Guardian("family".into())));
        assert_eq!(giver("", "", PersonKind::Staff), Ok(Giver::Own));
        assert!(giver("guardian", "G1", PersonKind::Staff).is_err());
        assert!(giver("uncle", "G1", PersonKind::Pupil).is_err());
    }
}
