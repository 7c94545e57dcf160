//! What people do at a desk: enrol pupils and consents, say who a face is, count heads, sign off, record a word on consent.

pub mod accounts;
pub mod backup;
mod consents;
mod enrol;
pub mod entrance;
mod error;
pub mod incidents;
mod judge;
pub mod lookup;
pub mod records;
pub mod retention;
pub mod safeguarding;
pub mod settings;
mod speak;
mod text;
pub mod whole_file;

pub use consents::enrol_consents;
pub use enrol::{Enrolled, Source, enrol_pupils};
pub use error::OfficeError;
pub use judge::{add_face, sign_off, tag};
pub use speak::{Word, restrict, speak};
