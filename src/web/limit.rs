//! How often one address may try to come in.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use governor::{DefaultKeyedRateLimiter, Quota};

use super::Site;
use super::error::WebError;

/// Counts tries by address.
pub(super) type Tries = DefaultKeyedRateLimiter<IpAddr>;

/// A whole school may sit behind one address: sixty tries a minute are enough for its staff and too few to guess with.
pub(super) fn tries() -> Tries {
    DefaultKeyedRateLimiter::keyed(Quota::per_minute(NonZeroU32::new(60).unwrap_or(NonZeroU32::MIN)))
}

/// The layer: refuses further tries to come in; everything else passes.
pub(super) async fn limit(State(site): State<Site>, request: Request, next: Next) -> Result<Response, WebError> {
    let comes_in = ENTRANCES.iter().any(|path| request.uri().path().starts_with(path));
    if comes_in && *request.method() == Method::POST {
        site.tries().check_key(&address(&site, &request)).map_err(|_| WebError::TooMany)?;
    }
    Ok(next.run(request).await)
}

const ENTRANCES: [&str; 8] = [
    "/sign-in",
    "/welcome/",
    "/enter/",
    "/account/",
    "/api/v1/session",
    "/family/link",
    "/family/code",
    "/api/v1/family/link",
];

/// Where the request comes from; behind a proxy that the school trusts, what the proxy says.
fn address(site: &Site, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    let told = last.filter(|_| site.school().behind_proxy);
    told.or(peer).unwrap_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED))
}
