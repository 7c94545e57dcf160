//! Pictures for readers without a key: at addresses that a feed signed, each decided at the request like any other.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::access::link::Link;
use crate::access::{LinkKey, TokenId};
use crate::domain::time::Timestamp;
use crate::release::Signed;
use crate::store::StoreError;
use crate::web::Site;
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;
use crate::web::picture::{photo, picture};

/// Which addresses a feed gives.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Links {
    /// Gives addresses that need no key, for pages whose readers' browsers fetch the pictures: for so many days, or until the
    /// key that asks is withdrawn. For keys only.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 30, nullable = false)]
    links: Option<Days>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(try_from = "u8")]
struct Days(u8);

impl TryFrom<u8> for Days {
    type Error = &'static str;
    fn try_from(days: u8) -> Result<Self, Self::Error> {
        if (1..=30).contains(&days) { Ok(Self(days)) } else { Err("addresses are for 1 to 30 days") }
    }
}

/// Signed addresses as a feed asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Asked {
    pub(super) days: u8,
    pub(super) token: TokenId,
    pub(super) until: Timestamp,
}

impl Links {
    /// What whoever asks may have. All addresses of a day end at one moment, so that a feed stays the same all day.
    pub(super) fn of(&self, caller: &Caller, now: Timestamp) -> Result<Option<Asked>, WebError> {
        let Some(Days(days)) = self.links else { return Ok(None) };
        let only_keys = || WebError::Unusable("Leave out `links`, or ask with a key of the channel.".to_owned());
        let token = caller.token().ok_or_else(only_keys)?;
        let midnight = now.to_zoned(TimeZone::UTC).start_of_day();
        let until = midnight.and_then(|midnight| midnight.checked_add((i64::from(days) + 1).days()));
        let until = until.map_err(|error| WebError::Broken(error.into()))?.timestamp();
        Ok(Some(Asked { days, token, until }))
    }
}

impl Asked {
    pub(super) fn signed(self, site: &Site) -> Result<Signed, StoreError> {
        Ok(Signed { key: LinkKey::of(&site.store().seal_key()?), token: self.token, until: self.until })
    }
}

/// What an address says of itself.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Said {
    /// Until when it leads anywhere, in seconds since 1970.
    until: i64,
    /// What the feed signed it with.
    signature: String,
    /// The picture is at most so many pixels wide; as large as the channel allows when left out.
    #[param(minimum = 1, nullable = false)]
    w: Option<u32>,
}

/// Gives a picture as it may be shown now to whoever has an address that a feed signed (`?links=`).
#[utoipa::path(
    get,
    path = "/api/v1/links/{token}/{photo}",
    params(
        ("token" = i64, Path, description = "The number of the key that asked for the address"),
        ("photo" = String, Path, description = "The photo's id with `.jpg`", pattern = "^[0-9a-f]{20}\\.jpg$"),
        Said,
    ),
    security(()),
    responses(
        (status = 200, description = "The picture; its ETag changes with the verdict", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 304, description = "It may still be shown, and is the one in `If-None-Match`"),
        (status = 403, description = "The address has ended: take the new one from the feed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Nobody signed this address", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "It may no longer be shown: remove it wherever it is", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "It could not be made in time: ask again", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "The request cannot be answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn linked(
    State(site): State<Site>,
    Path((token, file)): Path<(i64, String)>,
    Query(said): Query<Said>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let photo = photo(&file)?;
    let until = Timestamp::from_second(said.until).map_err(|_| WebError::NotFound)?;
    let link = Link { token: TokenId(token), photo, until };
    let caller = site.blocking(move |site| whoever(site, &link, &said.signature)).await?;
    let channel = caller.channel().ok_or(WebError::NotFound)?.clone();
    let mut answer = picture(&site, caller, channel, &file, said.w, &headers).await?;
    // the page that shows it lies elsewhere
    let everywhere = HeaderValue::from_static("cross-origin");
    answer.headers_mut().insert(HeaderName::from_static("cross-origin-resource-policy"), everywhere);
    Ok(answer)
}

/// The machine in whose name the address was signed, if that still stands.
fn whoever(site: &Site, link: &Link, signature: &str) -> Result<Caller, WebError> {
    if !LinkKey::of(&site.store().seal_key()?).signed(link, signature) {
        return Err(WebError::NotFound);
    }
    let now = site.now();
    if link.until <= now {
        return Err(WebError::Ended);
    }
    let token = site.store().read(|read| read.standing_token(link.token, now))?;
    Caller::machine(site, token.ok_or(WebError::Ended)?)
}
