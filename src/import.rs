//! Pupils and consents from a school's CSV and XLSX files: bytes to checked rows and a diff that a person can read.
//!
//! ```text
//! bytes --> Sheet::read --+--> read_pupils   --> Pupils  --> RollDiff    --> rows to write
//!                         +--> read_consents --> answers --> ConsentDiff --> entries to add
//! ```
//!
//! Nothing here reads a file, a clock or the store. A file is taken as a whole or not at all: every problem (up to
//! [`MAX_PROBLEMS`]) is listed with its line and its remedy, and no error ever repeats a cell that could be a name.
//!
//! # Tightening and loosening
//!
//! What shows less of a person is applied at once. What could show more waits for a confirmation: a no that is lifted, a
//! yes after a lapsed one, a later end. A *first* answer is neither: a yes where nobody was ever asked is what a school
//! imports on its first day, so it needs no confirmation and is counted apart. An answer without a date that repeats the
//! giver's last one adds nothing, so that importing an old list again never prolongs a consent.

mod changes;
mod choices;
mod consents;
mod dates;
mod error;
mod fields;
mod headers;
mod mapping;
mod pupils;
mod roll;
mod sheet;

pub use changes::{Change, ChangeKind, ConsentDiff};
pub use choices::giver_key;
pub use consents::{Answer, School, read_consents};
pub use dates::When;
pub use error::{Fault, ImportError, MAX_PROBLEMS, Problem};
pub use fields::Field;
pub use mapping::Mapping;
pub use pupils::{Pupils, read_pupils};
pub use roll::{Extent, RollDiff};
pub use sheet::{Limits, Row, Sheet, SheetKind};
