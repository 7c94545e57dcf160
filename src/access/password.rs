//! Passwords: what a school asks of them, and the hash that is kept (Argon2id, OWASP's parameters as the crate's defaults).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use super::secret::{NoRandomness, random};
use crate::domain::time::Timestamp;

/// Which advice a school follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// NCSC and NIST SP 800-63B: length and a guess at strength, no forced change.
    #[default]
    Ncsc,
    /// The older rules of many schools: kinds of characters, no reuse, a change after 90 days.
    School,
}

/// What is wrong with a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Fewer characters than asked.
    TooShort(usize),
    /// More than anybody types.
    TooLong,
    /// Among the first that an attacker would try.
    Guessable,
    /// Fewer than three of lower case, upper case, digits and others.
    TooUniform,
    /// Holds the owner's name or address.
    HoldsName,
    /// One of the last four.
    Reused,
}

impl Fault {
    /// What to do about it, as a sentence.
    #[must_use]
    pub fn remedy(self) -> String {
        match self {
            Self::TooShort(least) => {
                format!("Use at least {least} characters: three random words are easy to remember.")
            }
            Self::TooLong => format!("Use at most {LONGEST} characters."),
            Self::Guessable => "This password is easy to guess: use three random words.".to_owned(),
            Self::TooUniform => "Use three of: lower case, upper case, digits, other characters.".to_owned(),
            Self::HoldsName => "Leave your name and e-mail address out of it.".to_owned(),
            Self::Reused => "You used this password before: choose another one.".to_owned(),
        }
    }
}

/// The limit keeps hashing short whatever is sent.
const LONGEST: usize = 200;

impl Profile {
    /// Everything that is wrong with a new password. `owner` are names and addresses that it must not hold, of an address the part
    /// before the `@`: the rest is everybody's at the school; `earlier` the hashes of the owner's last
    /// four; a second factor lets a shorter one pass.
    #[must_use]
    pub fn faults(self, password: &str, owner: &[&str], earlier: &[String], second_factor: bool) -> Vec<Fault> {
        let length = password.chars().count();
        if length > LONGEST {
            return vec![Fault::TooLong];
        }
        let least = if self == Self::School || second_factor { 8 } else { 12 };
        let own: Vec<&str> = owner.iter().map(|text| text.split_once('@').map_or(*text, |(own, _)| own)).collect();
        let guessable = || zxcvbn::zxcvbn(password, &own).guesses_log10() < STRENGTH;
        let lower = password.to_lowercase();
        let parts = own.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        let holds = parts.filter(|part| part.chars().count() >= 3).any(|part| lower.contains(&part.to_lowercase()));
        let mut faults = Vec::new();
        faults.extend((length < least).then_some(Fault::TooShort(least)));
        faults.extend(guessable().then_some(Fault::Guessable));
        faults.extend(holds.then_some(Fault::HoldsName));
        if self == Self::School {
            faults.extend((kinds(password) < 3).then_some(Fault::TooUniform));
            faults.extend(earlier.iter().any(|hash| verify(password, hash)).then_some(Fault::Reused));
        }
        faults
    }

    /// Whether a password set then has to be changed by now.
    #[must_use]
    pub fn outdated(self, set_at: Timestamp, now: Timestamp) -> bool {
        self == Self::School && set_at.checked_add((90 * 24).hours()).is_ok_and(|end| end <= now)
    }

    /// Until when six wrong passwords lock an account: a while, or until somebody unlocks it.
    #[must_use]
    pub fn locked_until(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ncsc => now.checked_add(15.minutes()).unwrap_or(Timestamp::MAX),
            Self::School => Timestamp::MAX,
        }
    }

    /// What the owner of a locked account can do.
    #[must_use]
    pub const fn way_out(self) -> &'static str {
        match self {
            Self::Ncsc => "wait a quarter of an hour, or ask an administrator",
            Self::School => "ask an administrator to unlock it",
        }
    }
}

/// So many wrong passwords in a row lock an account.
pub const TRIES: u32 = 6;

/// A hundred million guesses: out of reach where six in a quarter of an hour are allowed.
const STRENGTH: f64 = 8.0;

/// The hash to keep, with its salt and parameters in it.
///
/// # Errors
/// When the system gives no random bytes.
pub fn hash(password: &str) -> Result<String, NoRandomness> {
    let salt = random::<16>()?;
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|hash: PasswordHash| hash.to_string()).map_err(|_| NoRandomness)
}

/// Whether a password is the one behind a hash; an unreadable hash has none.
#[must_use]
pub fn verify(password: &str, hash: &str) -> bool {
    let short = password.len() <= 4 * LONGEST;
    short && Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}

/// As much work as a real [`verify`]: whoever tries an address that has no account learns nothing from the time.
pub fn verify_nobody(password: &str) {
    let salt = [0; 16];
    let _unused: Result<PasswordHash, _> = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
}

fn kinds(password: &str) -> usize {
    let tests: [fn(char) -> bool; 4] =
        [char::is_lowercase, char::is_uppercase, char::is_numeric, |c| !c.is_alphanumeric()];
    tests.into_iter().filter(|test| password.chars().any(test)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: [&str; 2] = ["Ada Quillfeather", "a.quill@hill.sch.uk"];

    #[test]
    fn the_advice_of_today() {
        let faults = |password: &str, second| Profile::Ncsc.faults(password, &OWNER, &[], second);
        assert_eq!(faults("walnut-harbour-tuesday", false), []);
        assert_eq!(faults("walnut harbo", true), []);
        assert_eq!(faults("plumkite9!", false), [Fault::TooShort(12)]);
        assert_eq!(faults("password1234", false), [Fault::Guessable]);
        assert_eq!(faults("plum-quillfeather-kite", false), [Fault::HoldsName]);
        assert_eq!(faults("plum-quill-octagon-kite", false), [Fault::HoldsName]);
        assert_eq!(faults("uphill-schooner-tomato", false), [], "the school's own part of the address is no secret");
        assert_eq!(faults(&"x".repeat(201), false), [Fault::TooLong]);
    }

    #[test]
    fn the_older_rules() {
        let earlier = [hash("Walnut-Harbour-1").unwrap()];
        let faults = |password: &str| Profile::School.faults(password, &OWNER, &earlier, true);
        assert_eq!(faults("Plum7kite"), []);
        assert_eq!(faults("plumkitefog"), [Fault::TooUniform]);
        assert_eq!(faults("Walnut-Harbour-1"), [Fault::Reused]);
        let day = |n: i64| Timestamp::from_second(n * 86_400).unwrap();
        assert!(!Profile::School.outdated(day(0), day(89)) && Profile::School.outdated(day(0), day(90)));
        assert!(!Profile::Ncsc.outdated(day(0), day(9000)));
    }

    #[test]
    fn a_hash_knows_its_password_only() {
        let kept = hash("walnut-harbour-tuesday").unwrap();
        assert!(kept.starts_with("$argon2id$"), "{kept}");
        assert!(verify("walnut-harbour-tuesday", &kept));
        assert!(!verify("walnut-harbour-monday", &kept) && !verify("walnut-harbour-tuesday", "nonsense"));
        assert_ne!(hash("walnut-harbour-tuesday").unwrap(), kept, "salted");
    }
}
