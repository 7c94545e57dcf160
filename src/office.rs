//! What people do at a desk: enrol pupils and consents, say who a face is, count heads, sign off, record a word on consent or on matching.

mod consents;
mod enrol;
mod error;
mod judge;
mod recognition;
mod speak;

pub use consents::enrol_consents;
pub use enrol::{Enrolled, Source, enrol_pupils};
pub use error::OfficeError;
pub use judge::{add_face, sign_off, tag};
pub use recognition::{MatchingWord, Said, note_guardian, speak_of_matching, switch_off, switch_on};
pub use speak::{Word, restrict, speak};
