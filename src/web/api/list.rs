//! Lists in parts: what one part ends with is where the next goes on.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::web::error::WebError;

/// A part of a list.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct List<T: ToSchema> {
    /// The part, in the list's order.
    items: Vec<T>,
    /// What to send as `after` for the next part; nothing at the list's end.
    #[schema(required)]
    next: Option<String>,
}

/// Which part of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Part {
    /// `next` of the part before.
    #[param(nullable = false)]
    after: Option<String>,
    /// How many items at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500, nullable = false)]
    limit: Option<Limit>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(try_from = "u16")]
struct Limit(u16);

impl TryFrom<u16> for Limit {
    type Error = &'static str;
    fn try_from(items: u16) -> Result<Self, Self::Error> {
        if (1..=500).contains(&items) { Ok(Self(items)) } else { Err("the limit is from 1 to 500") }
    }
}

impl Part {
    /// Where the part before ended.
    pub(super) fn after<C: FromStr>(&self) -> Result<Option<C>, WebError> {
        let wrong = |_| WebError::Unusable("Send as `after` what the part before gave as `next`.".to_owned());
        self.after.as_deref().map(str::parse).transpose().map_err(wrong)
    }

    /// How many items are given out; so many when nobody says.
    pub(super) fn limit_or(&self, usual: u16) -> u16 {
        self.limit.map_or(usual, |limit| limit.0)
    }

    pub(super) fn limit(&self) -> u16 {
        self.limit_or(100)
    }

    /// One more than is given out, to see whether there is a next part.
    pub(super) fn fetch(&self) -> u32 {
        u32::from(self.limit()) + 1
    }
}

impl<T: ToSchema> List<T> {
    /// The part of what was fetched with one more.
    pub(super) fn part<C: ToString>(mut items: Vec<T>, part: &Part, cursor: impl Fn(&T) -> C) -> Self {
        let more = items.len() > usize::from(part.limit());
        items.truncate(part.limit().into());
        let next = items.last().filter(|_| more).map(|last| cursor(last).to_string());
        Self { items, next }
    }

    /// The part of a list that is at hand as a whole, in the order of its cursors.
    pub(super) fn of_all<C>(mut all: Vec<T>, part: &Part, cursor: impl Fn(&T) -> C) -> Result<Self, WebError>
    where
        C: FromStr + Ord + ToString,
    {
        all.sort_by_key(&cursor);
        if let Some(after) = part.after::<C>()? {
            all.retain(|item| cursor(item) > after);
        }
        Ok(Self::part(all, part, cursor))
    }

    /// A part that knows itself whether there is a next.
    pub(super) fn up_to<C: ToString>(items: Vec<T>, next: Option<&C>) -> Self {
        Self { items, next: next.map(ToString::to_string) }
    }

    /// The whole of a short list.
    pub(super) fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}
