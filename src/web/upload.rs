//! Photos in the body of a request, one after the other: a bound on what is held in memory, then each to the door.

use std::path::Path;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::Site;
use super::error::WebError;
use super::guard::Caller;
use crate::domain::id::EventId;
use crate::office::{self, Fate};
use crate::pipeline::intake::most_bytes;

/// Bounds what requests hold in memory at once.
pub(super) struct Hands {
    /// In MB of uploaded files.
    files: Semaphore,
    /// In photos that are made into views.
    views: Semaphore,
}

/// Five files of the largest kind, or hundreds as cameras make them.
const FILES_MB: usize = 400;
const VIEWS: usize = 3;
/// Longer than taking in a few files lasts; whoever waits longer is asked to come again.
const PATIENCE: Duration = Duration::from_secs(30);

impl Hands {
    pub(super) fn new() -> Self {
        Self { files: Semaphore::new(FILES_MB), views: Semaphore::new(VIEWS) }
    }

    /// Waits for a turn to make a view.
    pub(super) async fn view(&self) -> Result<SemaphorePermit<'_>, WebError> {
        turn(&self.views, 1).await
    }

    async fn file(&self, bytes: u64) -> Result<SemaphorePermit<'_>, WebError> {
        turn(&self.files, u32::try_from(bytes / 1_000_000 + 1).unwrap_or(u32::MAX)).await
    }
}

async fn turn(hands: &Semaphore, wanted: u32) -> Result<SemaphorePermit<'_>, WebError> {
    match tokio::time::timeout(PATIENCE, hands.acquire_many(wanted)).await {
        Ok(Ok(permit)) => Ok(permit),
        Ok(Err(_)) | Err(_) => Err(WebError::Full),
    }
}

/// Takes in the photos of a request, a picture as its body or a form with files, and says what became of each, in their order.
pub(super) async fn take_in(
    site: &Site,
    caller: &Caller,
    event: EventId,
    mut request: Request,
) -> Result<Vec<Fate>, WebError> {
    let kind = text(request.headers(), &header::CONTENT_TYPE).to_ascii_lowercase();
    let length = text(request.headers(), &header::CONTENT_LENGTH).parse::<u64>().ok();
    if kind.starts_with("multipart/form-data") {
        DefaultBodyLimit::max(MOST_FORM).apply(&mut request);
        let _held = site.hands().file(length.map_or(most_bytes(), |length| length.min(most_bytes()))).await?;
        let form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
        return files(site, caller, event, form).await;
    }
    if !kind.starts_with("image/") {
        return Err(WebError::Kind("Send a picture as `image/jpeg` or another image type, or a form with files."));
    }
    if length.is_some_and(|length| length > most_bytes()) {
        return Err(WebError::TooLarge);
    }
    let _held = site.hands().file(length.unwrap_or(most_bytes())).await?;
    DefaultBodyLimit::max(usize::try_from(most_bytes()).unwrap_or(usize::MAX)).apply(&mut request);
    let bytes = Bytes::from_request(request, &()).await.map_err(|refused| match refused.status() {
        StatusCode::PAYLOAD_TOO_LARGE => WebError::TooLarge,
        _ => broken(),
    })?;
    Ok(vec![bring(site, caller, event, bytes.into(), None).await?])
}

/// A card full of photos in one form, as browsers without script send them: held one at a time.
const MOST_FORM: usize = 4_000_000_000;

async fn files(site: &Site, caller: &Caller, event: EventId, mut form: Multipart) -> Result<Vec<Fate>, WebError> {
    let mut fates = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|error| fault(&error))? {
        let named = field.file_name().map(ToOwned::to_owned);
        if named.is_none() && field.content_type().is_none() {
            continue;
        }
        let bytes = whole(field).await?;
        // what browsers send for a field in which nothing was chosen
        if named.as_deref() == Some("") && bytes.is_empty() {
            continue;
        }
        let extension = named.as_deref().and_then(|name| Path::new(name).extension());
        let extension = extension.map(|end| end.to_string_lossy().to_lowercase());
        fates.push(bring(site, caller, event, bytes, extension).await?);
    }
    if fates.is_empty() {
        return Err(WebError::Unusable("Choose at least one photo.".to_owned()));
    }
    Ok(fates)
}

/// A file's bytes; of a too large one just enough to be refused for it.
async fn whole(mut field: Field<'_>) -> Result<Vec<u8>, WebError> {
    let mut bytes = Vec::new();
    let most = usize::try_from(most_bytes()).unwrap_or(usize::MAX);
    while let Some(chunk) = field.chunk().await.map_err(|error| fault(&error))? {
        if bytes.len() <= most {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(bytes)
}

async fn bring(
    site: &Site,
    caller: &Caller,
    event: EventId,
    bytes: Vec<u8>,
    extension: Option<String>,
) -> Result<Fate, WebError> {
    let caller = caller.clone();
    let brought = site.blocking(move |site| {
        office::bring(site.store(), site.school(), event, &bytes, extension.as_deref(), caller.actor(), site.now())
    });
    brought.await
}

fn fault(error: &MultipartError) -> WebError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { WebError::TooLarge } else { broken() }
}

fn broken() -> WebError {
    WebError::Unusable("The upload broke off or is no form with files. Send it again; what came in stays.".to_owned())
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
