//! Moments and dates as values; who needs the present is given it as an argument.

pub use jiff::Timestamp;
pub use jiff::civil::Date;
pub use jiff::tz::TimeZone;
