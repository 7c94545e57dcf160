//! Dates as schools write them: `2015-02-28` or `28/02/2015`, never the American order, never two digits for a year.

use super::error::{Fault, quoted};
use super::fields::Field;
use crate::consent::Policy;
use crate::domain::time::{Date, TimeZone, Timestamp};

/// A day, or a moment where the file gives a time too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A whole day in the school's time zone.
    Day(Date),
    /// A moment.
    Moment(Timestamp),
}

impl When {
    /// The first moment meant.
    #[must_use]
    pub fn start(self, policy: &Policy) -> Timestamp {
        match self {
            Self::Day(day) => policy.start_of(day),
            Self::Moment(moment) => moment,
        }
    }

    /// The first moment after what is meant: a day counts to its end.
    #[must_use]
    pub fn end(self, policy: &Policy) -> Timestamp {
        match self {
            Self::Day(day) => policy.end_of(day),
            Self::Moment(moment) => moment,
        }
    }
}

/// Reads a date; midnight may stand behind it, as spreadsheets write it.
///
/// # Errors
/// Anything else, each with its remedy.
pub(super) fn date(field: Field, text: &str) -> Result<Date, Fault> {
    let day = ["T00:00:00", " 00:00:00", " 00:00"].iter().find_map(|midnight| text.strip_suffix(midnight));
    let day = day.unwrap_or(text);
    let separator = day.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '-' | '/' | '.'));
    let parts: Vec<&str> = separator.map_or_else(Vec::new, |separator| day.split(separator).collect());
    let [first, second, third] = parts.as_slice() else { return Err(Fault::NotADate(field, shown(text))) };
    match (number(first), number(second), number(third)) {
        (Some(year), Some(month), Some(day)) if first.len() == 4 && separator == Some('-') => {
            civil(year, month, day).ok_or_else(|| Fault::NotADate(field, shown(text)))
        }
        (Some(day), Some(month), Some(year)) if third.len() == 4 => civil(year, month, day).ok_or_else(|| {
            let swapped = civil(year, day, month).is_some();
            if swapped { Fault::MonthFirst(field, shown(text)) } else { Fault::NotADate(field, shown(text)) }
        }),
        (Some(_), Some(_), Some(_)) if first.len() <= 2 && third.len() <= 2 => {
            Err(Fault::ShortYear(field, shown(text)))
        }
        _ => Err(Fault::NotADate(field, shown(text))),
    }
}

/// Reads a date, or a date and a time: RFC 3339, or without an offset in the school's time zone.
///
/// # Errors
/// Anything else, each with its remedy.
pub(super) fn when(field: Field, text: &str, zone: &TimeZone) -> Result<When, Fault> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(When::Moment(moment));
    }
    let Some((day, time)) = text.split_once(['T', ' ']) else { return date(field, text).map(When::Day) };
    let day = date(field, day.trim())?;
    let time = time.trim().parse::<jiff::civil::Time>().ok();
    let zoned = time.and_then(|time| day.to_datetime(time).to_zoned(zone.clone()).ok());
    zoned.map(|zoned| When::Moment(zoned.timestamp())).ok_or_else(|| Fault::NotADate(field, shown(text)))
}

/// A cell as an error may show it: a date has digits; what has none could be a name that slipped into the column.
pub(super) fn shown(text: &str) -> String {
    if text.contains(|c: char| c.is_ascii_digit()) { quoted(text) } else { "(text)".to_owned() }
}

fn number(digits: &str) -> Option<i16> {
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<String, Fault> {
        date(Field::Dob, text).map(|date| date.to_string())
    }

    #[test]
    fn iso_and_british_dates_are_read_and_others_refused_with_a_remedy() {
        for text in ["2015-03-02", "02/03/2015", "2/3/2015", "02.03.2015", "02-03-2015", "2015-03-02T00:00:00"] {
            assert_eq!(read(text).unwrap(), "2015-03-02", "{text}");
        }
        assert!(matches!(read("2/3/15"), Err(Fault::ShortYear(..))));
        assert!(matches!(read("03/25/2015"), Err(Fault::MonthFirst(..))));
        for text in ["31/02/2015", "2015-02-30", "", "x", "2015", "2/3", "1/2/3/2015", "42065", "2015-03-02T10:00:00"] {
            assert!(matches!(read(text), Err(Fault::NotADate(..))), "{text}");
        }
        let error = read("31/02/2015").unwrap_err().to_string();
        assert_eq!(error, "dob `31/02/2015` is not a date: write it as 2015-02-28 or 28/02/2015");
        assert!(!read("Ada Lovelace").unwrap_err().to_string().contains("Ada"));
    }

    #[test]
    fn a_day_ends_when_the_schools_day_ends() {
        let policy = Policy::default();
        let zone = policy.time_zone.clone();
        let day = when(Field::ValidUntil, "12/06/2026", &zone).unwrap();
        assert_eq!(day.start(&policy).to_string(), "2026-06-11T23:00:00Z");
        assert_eq!(day.end(&policy).to_string(), "2026-06-12T23:00:00Z");
        for text in ["2026-06-12T09:30:00+01:00", "2026-06-12T08:30:00Z", "2026-06-12 09:30", "12/06/2026 09:30:00"] {
            let moment = when(Field::MadeAt, text, &zone).unwrap();
            assert_eq!(moment.start(&policy).to_string(), "2026-06-12T08:30:00Z", "{text}");
        }
        assert!(when(Field::MadeAt, "2026-06-12 soon", &zone).is_err());
    }

    proptest! {
        #[test]
        fn any_day_is_read_back_in_both_forms(days in 0_i32..80_000) {
            let day = Date::constant(1900, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            prop_assert_eq!(date(Field::Dob, &day.to_string()), Ok(day));
            prop_assert_eq!(date(Field::Dob, &day.strftime("%d/%m/%Y").to_string()), Ok(day));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            _ = when(Field::MadeAt, &text, &TimeZone::UTC);
        }
    }
}
