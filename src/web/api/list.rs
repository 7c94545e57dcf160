//! A part of a list: the cursor of one part asks for the next.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A part of a list.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct List<T: ToSchema> {
    /// The part, in the list's order.
    pub(super) items: Vec<T>,
    /// What to send as `after` for the next part; nothing at the list's end.
    #[schema(required)]
    pub(super) next: Option<i64>,
}

/// Which part of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Part {
    /// The cursor that the part before gave.
    after: Option<i64>,
    /// How many items.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
}

/// From 1 to 200.
#[derive(Deserialize, Clone, Copy)]
#[serde(try_from = "u8")]
pub(super) struct Limit(u8);

impl TryFrom<u8> for Limit {
    type Error = &'static str;
    fn try_from(items: u8) -> Result<Self, Self::Error> {
        if (1..=200).contains(&items) { Ok(Self(items)) } else { Err("the limit is from 1 to 200") }
    }
}

impl Part {
    /// The part of a list that has other questions too.
    pub(super) fn of(after: Option<i64>, limit: Option<Limit>) -> Self {
        Self { after, limit }
    }

    pub(super) fn after(&self) -> Option<i64> {
        self.after
    }

    pub(super) fn limit(&self) -> u8 {
        self.limit.map_or(50, |limit| limit.0)
    }

    /// One more than is given out, to see whether there is a next part.
    pub(super) fn fetch(&self) -> u32 {
        u32::from(self.limit()) + 1
    }
}

impl<T: ToSchema> List<T> {
    /// The part of what was fetched with one more.
    pub(super) fn part(mut items: Vec<T>, part: &Part, cursor: impl Fn(&T) -> i64) -> Self {
        let more = items.len() > usize::from(part.limit());
        items.truncate(part.limit().into());
        let next = items.last().map(cursor).filter(|_| more);
        Self { items, next }
    }

    /// The whole of a short list.
    pub(super) fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}
