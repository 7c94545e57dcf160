//! Every route in one table.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;

use super::{Site, pages};

/// The site's routes with the headers that every answer carries.
pub fn router(site: Site) -> Router {
    Router::new()
        .route("/", get(pages::overview::show))
        .route("/channels/{channel}", get(pages::gallery::show))
        .route("/channels/{channel}/images/{file}", get(pages::image::show))
        .route("/assets/{file}", get(pages::asset::show))
        .route("/healthz", get(async || "ok\n"))
        .fallback(pages::lost)
        .with_state(site)
        .layer(map_response(guarded))
}

/// No script, no frame, nothing from elsewhere, nothing guessed, nothing kept by a shared cache.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "private, no-cache"),
];

async fn guarded(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
