//! How often and how fast each route answers, and a number for each request that its log lines carry; no name is counted.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

/// The outermost layer.
pub(super) async fn measure(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = method(request.method());
    // the pattern, never the address itself: that may hold an id
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    // without randomness the log's lines cannot be told apart, nothing else
    let number = format!("{:016x}", getrandom::u64().unwrap_or_default());
    let span = tracing::info_span!("request", number, method, route);
    let mut response = next.run(request).instrument(span).await;
    let status = response.status().as_u16();
    if let Ok(number) = HeaderValue::from_str(&number) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), number);
    }
    if method == "POST" && ENTRANCES.contains(&route.as_str()) && matches!(status, 401 | 422 | 429) {
        metrics::counter!("eyelid_sign_in_failures_total").increment(1);
    }
    metrics::histogram!("eyelid_request_seconds", "route" => route.clone()).record(began.elapsed());
    let labels = [("method", method.to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!("eyelid_requests_total", &labels).increment(1);
    response
}

const ENTRANCES: [&str; 4] = ["/sign-in", "/sign-in/code", "/api/v1/session", "/api/v1/session/code"];

/// Methods that nobody knows would fill the memory with labels.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
