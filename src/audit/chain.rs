//! The hash chain over the audit rows and its verification.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::event::Event;
use crate::domain::id::{ActorId, Digest};
use crate::domain::time::Timestamp;

/// The end of a chain: how many rows it has and the hash of the last one; written `COUNT:HASH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of rows, which is the last row's number.
    pub count: u64,
    /// The last row's hash; zeros for an empty chain.
    pub hash: Digest,
}

/// One thing that happened, bound to all that happened before.
///
/// `hash` is BLAKE3 in key-derivation mode (context `eyelid audit row v1`) over these canonical bytes, integers little-endian:
/// the previous row's hash (32 bytes; zeros before the first row), `seq` (8), `at` in microseconds since 1970 (8, signed), then
/// `actor` and `event`, each as its length in bytes (8) and its UTF-8 text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When it happened, in whole microseconds.
    pub at: Timestamp,
    /// Who did it.
    pub actor: ActorId,
    /// The [`Event`] as JSON, kept as the text that was hashed.
    pub event: String,
    /// The previous row's hash.
    pub previous: Digest,
    /// This row's hash.
    pub hash: Digest,
}

/// A chain that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the audit chain is broken at row {seq}: {fault}; keep the data folder as it is, tell the data protection officer and \
     compare with a back-up"
)]
pub struct Broken {
    /// The first row that does not fit, or the first that is missing.
    pub seq: u64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Another row was due: one is missing, doubled or out of place.
    #[error("another row was due, so one is missing, doubled or moved")]
    Order,
    /// The row does not continue the one before.
    #[error("it does not continue the row before it")]
    Link,
    /// The row's content is not what was hashed.
    #[error("its content was altered")]
    Content,
    /// A row that the kept or noted head tells of is not there, or is another.
    #[error("it is not the row that the noted head tells of, so rows were removed or rewritten")]
    Head,
    /// The record that the row vouches for is gone or altered.
    #[error("the record that it vouches for was removed or altered")]
    Record,
}

/// A text that is not a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a head of the audit chain: copy `COUNT:HASH` as `eyelid audit verify` printed it")]
pub struct HeadError;

/// Checks a whole chain, oldest row first, and gives its head; whoever calls compares it with the head kept elsewhere
/// ([`Head::ends`]).
///
/// # Errors
/// The first row that does not fit.
pub fn verify<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Result<Head, Broken> {
    rows.into_iter().try_fold(Head::EMPTY, Head::follow)
}

impl Head {
    /// The head of a chain without rows.
    pub const EMPTY: Self = Self { count: 0, hash: Digest::from_bytes([0; 32]) };

    /// The row that continues the chain.
    #[must_use]
    pub fn next(self, at: Timestamp, actor: ActorId, event: String) -> Row {
        let mut row = Row { seq: self.count + 1, at, actor, event, previous: self.hash, hash: self.hash };
        row.hash = row.digest();
        row
    }

    /// The head after this row.
    ///
    /// # Errors
    /// When the row does not continue this head or is not what was hashed.
    pub fn follow(self, row: &Row) -> Result<Self, Broken> {
        let broken = |fault| Broken { seq: self.count + 1, fault };
        if row.seq != self.count + 1 {
            return Err(broken(Fault::Order));
        }
        if row.previous != self.hash {
            return Err(broken(Fault::Link));
        }
        if row.hash != row.digest() {
            return Err(broken(Fault::Content));
        }
        Ok(row.head())
    }

    /// Whether a chain that ends here is the one whose end was kept elsewhere.
    ///
    /// # Errors
    /// The first row that is missing, too many or another.
    pub fn ends(self, kept: Self) -> Result<(), Broken> {
        let seq = if self.count == kept.count { kept.count } else { self.count.min(kept.count) + 1 };
        if self == kept { Ok(()) } else { Err(Broken { seq, fault: Fault::Head }) }
    }
}

impl Row {
    /// The head of the chain that ends with this row.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { count: self.seq, hash: self.hash }
    }

    /// What happened; nothing when a newer program wrote it.
    #[must_use]
    pub fn event(&self) -> Option<Event> {
        serde_json::from_str(&self.event).ok()
    }

    fn digest(&self) -> Digest {
        let mut hasher = blake3::Hasher::new_derive_key("eyelid audit row v1");
        hasher.update(self.previous.as_bytes());
        hasher.update(&self.seq.to_le_bytes());
        hasher.update(&self.at.as_microsecond().to_le_bytes());
        for text in [self.actor.as_str(), &self.event] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        Digest::from_bytes(*hasher.finalize().as_bytes())
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.count, self.hash)
    }
}

impl FromStr for Head {
    type Err = HeadError;
    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (count, hash) = text.trim().split_once(':').ok_or(HeadError)?;
        Ok(Self { count: count.parse().map_err(|_| HeadError)?, hash: hash.parse().map_err(|_| HeadError)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chain(events: &[(i64, String, String)]) -> Vec<Row> {
        let mut head = Head::EMPTY;
        let row = |(at, actor, event): &(i64, String, String)| {
            let at = Timestamp::from_microsecond(*at).unwrap();
            let row = head.next(at, actor.parse().unwrap(), event.clone());
            head = row.head();
            row
        };
        events.iter().map(row).collect()
    }

    fn events() -> impl Strategy<Value = Vec<(i64, String, String)>> {
        prop::collection::vec((-1_000_000_000..4_000_000_000_000_000i64, "[a-z]{1,8}", "[ -~]{0,40}"), 1..12)
    }

    /// Ways to falsify a whole chain; none of them knows how to make a hash that fits.
    fn falsify(rows: &mut Vec<Row>, way: u8, at: usize, bit: usize) {
        let at = at % rows.len();
        let other = (at + 1 + bit % rows.len()) % rows.len();
        let flip = |digest: Digest| {
            let mut bytes = *digest.as_bytes();
            bytes[bit % 32] ^= 1 << (bit % 8);
            Digest::from_bytes(bytes)
        };
        match way {
            0 => rows[at].at = Timestamp::from_microsecond(rows[at].at.as_microsecond() + 1).unwrap(),
            1 => rows[at].actor = format!("{}x", rows[at].actor).parse().unwrap(),
            2 => rows[at].event.push(' '),
            3 => rows[at].hash = flip(rows[at].hash),
            4 => rows[at].previous = flip(rows[at].previous),
            5 => rows[at].seq += 1,
            6 => drop(rows.remove(at)),
            7 => rows.swap(at, other),
            8 => rows.insert(at, rows[other].clone()),
            9 => {
                // moves a character over the border between two fields
                let event = format!("x{}", rows[at].event);
                rows[at].event = event;
                let actor: String = rows[at].actor.as_str().chars().skip(1).collect();
                rows[at].actor = format!("{actor}y").parse().unwrap();
            }
            _ => {
                // a liar who also recomputes the altered row's own hash
                rows[at].event.push('!');
                rows[at].hash = rows[at].digest();
            }
        }
    }

    proptest! {
        #[test]
        fn an_honest_chain_holds_and_any_falsification_shows(
            events in events(), way in 0..=10u8, at in any::<usize>(), bit in any::<usize>()
        ) {
            let honest = chain(&events);
            let head = honest.last().unwrap().head();
            prop_assert_eq!(verify(&honest), Ok(head));
            let mut rows = honest.clone();
            falsify(&mut rows, way, at, bit);
            prop_assume!(rows != honest);
            let verdict = verify(&rows).and_then(|found| found.ends(head));
            let place = verdict.expect_err("the falsification shows").seq;
            prop_assert!((1..=head.count + 1).contains(&place));
        }

        #[test]
        fn a_lost_tail_shows_against_the_kept_head(events in events(), cut in any::<usize>()) {
            let rows = chain(&events);
            let head = rows.last().unwrap().head();
            let keep = cut % rows.len();
            let found = verify(&rows[..keep]).unwrap();
            prop_assert_eq!(found.ends(head), Err(Broken { seq: keep as u64 + 1, fault: Fault::Head }));
            prop_assert_eq!(head.to_string().parse::<Head>(), Ok(head));
        }
    }

    #[test]
    fn the_canonical_bytes_are_those_that_were_documented() {
        let row = Head::EMPTY.next(
            Timestamp::from_microsecond(1_000_001).unwrap(),
            "cli".parse().unwrap(),
            r#"{"event":"store_created"}"#.into(),
        );
        let mut bytes = vec![0u8; 32];
        bytes.extend([1, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(1_000_001i64.to_le_bytes());
        bytes.extend([3, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(b"cli");
        bytes.extend([25, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(br#"{"event":"store_created"}"#);
        assert_eq!(row.hash.as_bytes(), &blake3::derive_key("eyelid audit row v1", &bytes));
        assert_eq!(row.event(), Some(Event::StoreCreated));
    }

    #[test]
    fn a_text_that_is_no_head_is_refused() {
        for text in ["", "5", "x:00", "5:00", "-1:"] {
            assert_eq!(text.parse::<Head>(), Err(HeadError), "{text}");
        }
    }
}
