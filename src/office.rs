//! What people do at a desk: enrol pupils and consents, say who a face is, count heads, sign off, record a word on consent.

mod check;
mod consents;
mod enrol;
pub mod entrance;
mod error;
mod judge;
mod speak;
mod tokens;

pub use check::{MOST_REASON, MOST_TEXT, reject, sign_off, write_texts};
pub use consents::enrol_consents;
pub use enrol::{Enrolled, Source, enrol_pupils};
pub use error::OfficeError;
pub use judge::{add_face, tag};
pub use speak::{Word, restrict, speak};
pub use tokens::{NewKey, make_token, revoke_token};
