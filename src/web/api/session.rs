//! Signing in and out by machine.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::office::{OfficeError, entrance};
use crate::web::error::{Problem, WebError};
use crate::web::guard::Caller;
use crate::web::pages::sign_in::agent;
use crate::web::{Site, session};

/// What somebody signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Credentials {
    /// The e-mail address.
    login: String,
    /// The password.
    password: String,
}

/// A code of the second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Code {
    /// Six digits of the app, or a recovery code.
    code: String,
}

/// How far the sign-in has come.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Begun {
    /// Whether a code has to be sent to `/api/v1/session/code` next.
    needs_code: bool,
}

/// Signs in with a password; the answer sets the session's cookie.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    security(()),
    responses(
        (status = 200, description = "The session has begun", body = Begun),
        (status = 401, description = "The address or the password is wrong", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn open(
    State(site): State<Site>,
    headers: HeaderMap,
    cookies: CookieJar,
    Json(given): Json<Credentials>,
) -> Result<Response, WebError> {
    let device = session::device(agent(&headers));
    let opened = site.blocking(move |site| {
        let profile = site.school().passwords;
        let secret = entrance::sign_in(site.store(), profile, &given.login, &given.password, &device, site.now());
        let secret = secret.map_err(wrong)?;
        let session = site.store().read(|r| r.session(&secret.digest(), site.now()))?;
        Ok::<_, WebError>((secret, session.is_some_and(|(session, _)| session.proven)))
    });
    let (secret, proven) = opened.await?;
    Ok((site.keep(cookies, &secret), Json(Begun { needs_code: !proven })).into_response())
}

/// Proves the second factor; the answer sets a new cookie.
#[utoipa::path(
    post,
    path = "/api/v1/session/code",
    responses(
        (status = 200, description = "The session is complete", body = Begun),
        (status = 401, description = "The code is wrong, or nobody is signed in", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "The request cannot be used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn prove(
    State(site): State<Site>,
    caller: Caller,
    cookies: CookieJar,
    Json(given): Json<Code>,
) -> Result<Response, WebError> {
    let proven = site.blocking(move |site| {
        let (session, _) = caller.person()?;
        entrance::prove(site.store(), site.school().passwords, session, &given.code, site.now()).map_err(wrong)
    });
    Ok((site.keep(cookies, &proven.await?), Json(Begun { needs_code: false })).into_response())
}

/// Signs out.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    responses(
        (status = 204, description = "The session has ended"),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::web) async fn end(
    State(site): State<Site>,
    caller: Caller,
    cookies: CookieJar,
) -> Result<Response, WebError> {
    let session = caller.person()?.0.id;
    site.blocking(move |site| site.store().write(caller.actor(), site.now(), |w| w.end_session(session))).await?;
    Ok((site.forget(cookies), StatusCode::NO_CONTENT).into_response())
}

/// Whatever was wrong, a machine is told the same.
fn wrong(error: OfficeError) -> WebError {
    match error {
        OfficeError::WrongSignIn(_) | OfficeError::WrongCode | OfficeError::Locked(_) => {
            WebError::Wrong(error.to_string())
        }
        other => other.into(),
    }
}
