//! The form of an answer to whatever went wrong: a page to people, RFC 9457 to machines.

use askama::Template;
use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::address::encoded;
use super::error::{Problem, Told};
use super::frame::Frame;

#[derive(Template)]
#[template(path = "problem.html", config = "src/web/askama.toml")]
struct Page {
    frame: Frame,
    heading: &'static str,
    remedy: String,
}

/// The outermost layer: gives problems their form. Whoever asked for a page and is not signed in is led to the sign-in.
pub(super) async fn tell(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let page = request.uri().path_and_query().map_or_else(|| path.clone(), ToString::to_string);
    let get = request.method() == Method::GET;
    let mut response = next.run(request).await;
    let told = response.extensions_mut().remove::<Told>().or_else(|| plain(&response));
    let Some(told) = told else { return response };
    let status = told.status;
    let retry = matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
    let mut answer = if path.starts_with("/api/") {
        let mut answer = (status, Json(Problem::from(told))).into_response();
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        answer
    } else if status == StatusCode::UNAUTHORIZED && get {
        Redirect::to(&format!("/sign-in?next={}", encoded(&page))).into_response()
    } else {
        let page = Page { frame: Frame::empty(), heading: told.title, remedy: told.detail }.render();
        (status, Html(page.unwrap_or_else(|_| told.title.to_owned()))).into_response()
    };
    if retry {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    if let Some(allow) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}

/// The framework's own refusals, such as a body that is no form, told in our words.
fn plain(response: &Response) -> Option<Told> {
    let status = response.status();
    let (title, detail) = match status {
        StatusCode::METHOD_NOT_ALLOWED => ("This cannot be done here", "Use one of the methods in `Allow`."),
        StatusCode::BAD_REQUEST => ("This cannot be used", "Check what was sent against the description."),
        StatusCode::UNPROCESSABLE_ENTITY => ("This cannot be used", "Check each field against the description."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("This cannot be used", "Send the content type that is described."),
        StatusCode::PAYLOAD_TOO_LARGE => ("This is too large", "Send less at once."),
        StatusCode::REQUEST_TIMEOUT => ("This took too long", "Try again."),
        _ => return None,
    };
    // an answer of our own has its form already
    let own = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html") || kind.as_bytes().starts_with(b"application/"));
    (!own).then(|| Told { status, title, detail: detail.to_owned() })
}
