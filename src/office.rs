//! What people do at a desk: enrol pupils and consents, say who a face is, count heads, sign off, record a word on consent or on matching.

pub mod accounts;
pub mod album;
pub mod backup;
mod check;
pub mod connections;
mod consents;
mod enrol;
pub mod entrance;
mod error;
pub mod family;
mod gather;
pub mod incidents;
mod judge;
pub mod letter;
pub mod lookup;
pub mod portal;
mod recognition;
pub mod records;
pub mod register;
pub mod retention;
pub mod safeguarding;
pub mod settings;
mod speak;
mod text;
mod tokens;
pub mod uses;
pub mod whole_file;

pub use check::{MOST_REASON, MOST_TEXT, reject, sign_off, write_texts};
pub use consents::enrol_consents;
pub use enrol::{Enrolled, Source, enrol_pupils};
pub use error::OfficeError;
pub use gather::{Fate, bring, open_event};
pub use judge::{add_face, count_heads, move_box, name_face, tag, undo};
pub use recognition::{MatchingWord, Said, note_guardian, speak_of_matching, switch_off, switch_on};
pub use speak::{Word, restrict, speak};
pub use tokens::{NewKey, make_token, revoke_token};
