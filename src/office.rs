//! What people do at a desk: enrol pupils and consents, say who a face is, count heads, sign off, record a word on consent.

mod consents;
mod enrol;
pub mod entrance;
mod error;
pub mod family;
mod judge;
pub mod letter;
pub mod portal;
pub mod register;
mod speak;
pub mod uses;

pub use consents::enrol_consents;
pub use enrol::{Enrolled, Source, enrol_pupils};
pub use error::OfficeError;
pub use judge::{add_face, sign_off, tag};
pub use speak::{Word, restrict, speak};
