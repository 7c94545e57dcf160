//! How the house's values stand in a column.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::{AccountId, CodeId, GuardianshipId, SessionId, TokenId};
use crate::domain::connection::{ConnectionId, DeliveryId};
use crate::domain::id::{ActorId, ChannelId, Digest, EntryId, EventId, FaceId, HoldId, IncidentId, PersonId, PhotoId};
use crate::domain::placement::PlacementId;
use crate::domain::time::{Date, Timestamp};

macro_rules! text {
    ($($id:ty),+) => {$(
        impl ToSql for $id {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }
        impl FromSql for $id {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_str()?.parse().map_err(FromSqlError::other)
            }
        }
    )+};
}
text!(PersonId, PhotoId, ActorId, ChannelId);

macro_rules! number {
    ($($id:ident),+) => {$(
        impl ToSql for $id {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.into())
            }
        }
        impl FromSql for $id {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                FromSql::column_result(value).map($id)
            }
        }
    )+};
}
number!(
    FaceId,
    EventId,
    EntryId,
    AccountId,
    SessionId,
    TokenId,
    GuardianshipId,
    CodeId,
    IncidentId,
    HoldId,
    ConnectionId,
    DeliveryId,
    PlacementId
);

impl ToSql for Digest {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_bytes().as_slice().into())
    }
}

impl FromSql for Digest {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        FromSql::column_result(value).map(Self::from_bytes)
    }
}

/// A moment in whole microseconds since 1970: every moment of the calendar fits, and numbers sort.
pub(super) struct At(pub(super) Timestamp);

impl ToSql for At {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_microsecond().into())
    }
}

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        from_microseconds(value.as_i64()?).map(Self).ok_or(FromSqlError::InvalidType)
    }
}

impl At {
    /// The moment as the column keeps it.
    pub(super) fn kept(moment: Timestamp) -> Timestamp {
        from_microseconds(moment.as_microsecond()).unwrap_or(moment)
    }
}

/// Unlike jiff's own, this takes the calendar's last second too.
fn from_microseconds(microseconds: i64) -> Option<Timestamp> {
    let rest = i32::try_from(microseconds % 1_000_000).ok()?;
    Timestamp::new(microseconds / 1_000_000, rest * 1000).ok()
}

/// A day as `2026-06-12`.
pub(super) struct Day(pub(super) Date);

impl ToSql for Day {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

impl FromSql for Day {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(FromSqlError::other)
    }
}

/// A structure, list or enum as JSON; an enum's variant without fields is its bare word, so that SQL can compare it.
pub(super) struct Json<T>(pub(super) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json =
            serde_json::to_value(&self.0).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        let text = match json {
            serde_json::Value::String(word) => word,
            other => other.to_string(),
        };
        Ok(ToSqlOutput::Owned(Value::Text(text)))
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        let parsed = match text.starts_with(['{', '[']) {
            true => serde_json::from_str(text),
            false => serde_json::from_value(serde_json::Value::String(text.to_owned())),
        };
        parsed.map(Self).map_err(FromSqlError::other)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn there_and_back(moment: Timestamp) -> Timestamp {
        At::column_result(ValueRef::Integer(moment.as_microsecond())).unwrap().0
    }

    proptest! {
        #[test]
        fn moments_come_back_to_the_microsecond(second in -377_705_023_201i64..253_402_207_200, nano in 0..1_000_000_000) {
            let moment = Timestamp::new(second, nano).unwrap();
            let back = there_and_back(moment);
            prop_assert_eq!(back, At::kept(moment));
            prop_assert!((moment.as_nanosecond() - back.as_nanosecond()).abs() < 1000);
            prop_assert_eq!(there_and_back(back), back);
        }
    }

    #[test]
    fn the_ends_of_the_calendar_fit() {
        assert_eq!(there_and_back(Timestamp::MIN), Timestamp::MIN);
        assert_eq!(there_and_back(Timestamp::MAX).as_second(), Timestamp::MAX.as_second());
    }
}
