//! Lists in parts: where one begins and how long it is.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::id::PhotoId;
use crate::web::error::WebError;

/// Which part of a list of photos.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Paging {
    /// The part begins after this photo: `next` of the part before.
    #[param(value_type = Option<String>, pattern = "^[0-9a-f]{20}$", nullable = false)]
    pub(super) after: Option<PhotoId>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500, nullable = false)]
    limit: Option<usize>,
}

impl Paging {
    /// How many are wanted; so many when nobody says.
    pub(super) fn most(&self, usual: usize) -> Result<usize, WebError> {
        let most = self.limit.unwrap_or(usual);
        let within = (1..=MOST).contains(&most);
        within.then_some(most).ok_or_else(|| WebError::Unusable(format!("Give a limit from 1 to {MOST}.")))
    }
}

const MOST: usize = 500;
