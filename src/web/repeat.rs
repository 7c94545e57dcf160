//! `Idempotency-Key`: a machine that is not sure whether its request arrived sends it again, and nothing happens twice.
//!
//! A document is held back until it is known that it is new. An upload is known by its bytes: it is taken in again without effect, and
//! then has the answer of the first time.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Site;
use super::error::WebError;
use super::guard::Caller;
use crate::domain::id::Digest;
use crate::store::{Answered, Repeat};

/// The layer of every machine's route that changes something, inside its guard.
pub(super) async fn repeat(State(site): State<Site>, request: Request, next: Next) -> Result<Response, WebError> {
    let caller = request.extensions().get::<Caller>().cloned();
    let Some((caller, key)) = caller.zip(key(request.headers())?) else { return Ok(next.run(request).await) };
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LONGEST_BODY).await.map_err(|_| unusable("Send at most 1 MB with a key."))?;
    let asked = format!("{} {}\n", parts.method, parts.uri);
    let digest = Digest::of(&[asked.as_bytes(), &body].concat());
    let (actor, taken) = (caller.actor().clone(), key.clone());
    let take = move |site: &Site| site.store().write(&actor, site.now(), |w| w.take_key(&taken, &digest));
    match site.blocking(take).await? {
        Repeat::First => {}
        Repeat::Working => return Err(WebError::Again),
        Repeat::Other => return Err(unusable("This Idempotency-Key came with another request: use a new one.")),
        Repeat::Answered(answer) => return Ok(told(answer)),
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    keep(&site, caller, key, response).await
}

const LONGEST_BODY: usize = 1024 * 1024;

fn key(headers: &HeaderMap) -> Result<Option<String>, WebError> {
    let document =
        headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"application/json"));
    if document { named(headers) } else { Ok(None) }
}

/// The key of a request, if it has one.
pub(super) fn named(headers: &HeaderMap) -> Result<Option<String>, WebError> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| !key.is_empty() && key.len() <= 255);
    let key = key.ok_or_else(|| unusable("Send an Idempotency-Key of 1 to 255 ASCII characters."))?;
    Ok(Some(key.to_owned()))
}

/// The answer to an upload whose files are known by `digest`: this one, or that of the first time.
pub(super) async fn upload(
    site: &Site,
    caller: Caller,
    key: String,
    digest: Digest,
    response: Response,
) -> Result<Response, WebError> {
    let (actor, taken) = (caller.actor().clone(), key.clone());
    let take = move |site: &Site| site.store().write(&actor, site.now(), |w| w.take_key(&taken, &digest));
    match site.blocking(take).await? {
        Repeat::First => keep(site, caller, key, response).await,
        Repeat::Working => Err(WebError::Again),
        Repeat::Other => Err(unusable(
            "The files are in, but this Idempotency-Key came with others before: use a new one for each request.",
        )),
        Repeat::Answered(answer) => Ok(told(answer)),
    }
}

/// What failed is not kept: the next try does it anew.
async fn keep(site: &Site, caller: Caller, key: String, response: Response) -> Result<Response, WebError> {
    if !response.status().is_success() {
        site.blocking(move |site| site.store().write(caller.actor(), site.now(), |w| w.drop_key(&key))).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|error| WebError::Broken(error.into()))?;
    // a secret in the body or in a cookie is given once and kept nowhere
    let secret = parts.headers.get(header::CACHE_CONTROL).is_some_and(|value| value == "no-store");
    let once = secret || parts.headers.contains_key(header::SET_COOKIE);
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    let kept = (!once).then(|| body.to_vec());
    let answer = Answered { status: parts.status.as_u16(), kind, body: kept };
    site.blocking(move |site| site.store().write(caller.actor(), site.now(), |w| w.keep_answer(&key, &answer))).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// The earlier answer again.
fn told(answer: Answered) -> Response {
    let Answered { status, kind, body } = answer;
    let Some(body) = body else {
        return unusable("This was done before, and its answer is shown only once: look at the result.")
            .into_response();
    };
    let mut response = (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), body).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    if let Some(kind) = kind.and_then(|kind| HeaderValue::from_str(&kind).ok()) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}

fn unusable(text: &str) -> WebError {
    WebError::Unusable(text.to_owned())
}
