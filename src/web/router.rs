//! The whole site: the table of routes inside the layers that every request and answer pass.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, map_response_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use super::error::WebError;
use super::{Live, Site, limit, measure, pages, problem, table};

/// The site's routes with the headers that every answer carries.
pub fn router(site: &Site) -> Router {
    crate::telemetry::count();
    let (routes, description) = table::router(site);
    let described = get(async move || axum::Json(description.clone()));
    routes
        .route("/api/openapi.json", described)
        .fallback(pages::lost)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED)
        .with_state(Live(site.clone()))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .layer(axum::middleware::from_fn_with_state(site.clone(), limit::limit))
        .layer(csrf(site))
        .layer(from_fn(problem::tell))
        .layer(map_response_with_state(site.secure(), guarded))
        .layer(from_fn(measure::measure))
}

/// A form or document; uploads set a limit of their own.
const FORM_BYTES: usize = 1024 * 1024;

/// Longer than a large upload over a school's line takes, shorter than a stalled one would hold on.
const PATIENCE: Duration = Duration::from_mins(10);

/// Requests that another site makes a browser send are refused: by `Sec-Fetch-Site` and `Origin`, without tokens in forms.
fn csrf(site: &Site) -> CsrfLayer<fn(tower_http::csrf::ProtectionError) -> Response> {
    let refuse: fn(tower_http::csrf::ProtectionError) -> Response = |_| WebError::Elsewhere.into_response();
    let layer = CsrfLayer::new();
    let address = site.school().address.as_deref().map(|address| address.trim_end_matches('/'));
    // the settings were checked when they were read; without the entry the layer is only stricter
    let layer = address.map_or(layer.clone(), |address| layer.clone().add_trusted_origin(address).unwrap_or(layer));
    layer.with_rejection_response(refuse)
}

/// No frame, nothing from elsewhere, nothing guessed, nothing kept by a shared cache.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "private, no-cache"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Once seen over TLS, a browser comes back over TLS only.
const STRICT: (HeaderName, &str) = (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");

async fn guarded(State(secure): State<bool>, mut response: Response) -> Response {
    for (name, value) in HEADERS.into_iter().chain(secure.then_some(STRICT)) {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
