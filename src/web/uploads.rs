//! Forms with files, and the files of imports that wait for a confirmation: in memory only, so that nothing stays behind.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::extract::{FromRequest, Multipart, Request};
use jiff::SignedDuration;

use super::error::WebError;
use crate::access::{AccountId, Secret};
use crate::domain::id::Digest;
use crate::domain::time::Timestamp;

/// A form with its files; a file field left empty is not there.
#[derive(Debug, Default)]
pub(super) struct Sent {
    fields: BTreeMap<String, String>,
    files: BTreeMap<String, File>,
}

/// A file as a browser sends it; its name tells the kind and is not kept.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

impl Sent {
    /// A field's text, trimmed; nothing when it is empty.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// A field's file.
    pub(super) fn file(&self, field: &str) -> Option<&File> {
        self.files.get(field)
    }

    /// Every field.
    pub(super) fn fields(&self) -> &BTreeMap<String, String> {
        &self.fields
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = WebError;
    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let unusable = |_| WebError::Unusable("Send the form again; a file may be too large.".to_owned());
        let wrong = |_| WebError::Unusable("Send this as a form with files.".to_owned());
        let mut form = Multipart::from_request(request, state).await.map_err(wrong)?;
        let mut sent = Self::default();
        while let Some(field) = form.next_field().await.map_err(unusable)? {
            if sent.fields.len() + sent.files.len() >= FIELDS {
                return Err(WebError::Unusable("Send fewer fields.".to_owned()));
            }
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                Some(file) => {
                    let bytes = field.bytes().await.map_err(unusable)?.to_vec();
                    if !(file.is_empty() && bytes.is_empty()) {
                        sent.files.insert(name, File { name: file, bytes });
                    }
                }
                None => drop(sent.fields.insert(name, field.text().await.map_err(unusable)?)),
            }
        }
        Ok(sent)
    }
}

/// More fields than any form of ours has.
const FIELDS: usize = 500;

/// What waits between the page that shows what an import would do and its confirmation.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    /// Whose it is.
    pub(super) account: AccountId,
    /// What it lists, and how it is read.
    pub(super) of: String,
    /// The file.
    pub(super) file: File,
    /// The mapping's text.
    pub(super) mapping: String,
    /// When it came.
    pub(super) at: Timestamp,
}

/// The uploads of the last hour; the oldest go when there are too many.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<VecDeque<(Digest, Upload)>>);

impl Waiting {
    /// Keeps an upload; only whoever has the secret and the account finds it again.
    pub(super) fn keep(&self, secret: &Secret, upload: Upload) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        fresh(&mut all, upload.at);
        while all.len() >= MOST {
            all.pop_front();
        }
        all.push_back((secret.digest(), upload));
    }

    /// Takes an upload out.
    pub(super) fn take(&self, secret: &Secret, account: AccountId, now: Timestamp) -> Option<Upload> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        fresh(&mut all, now);
        let digest = secret.digest();
        let at = all.iter().position(|(known, upload)| *known == digest && upload.account == account)?;
        all.remove(at).map(|(_, upload)| upload)
    }
}

/// Twenty megabytes each at most.
const MOST: usize = 8;

fn fresh(all: &mut VecDeque<(Digest, Upload)>, now: Timestamp) {
    all.retain(|(_, upload)| now.duration_since(upload.at) < SignedDuration::from_hours(1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_its_owners_for_an_hour_and_taken_once() {
        let waiting = Waiting::default();
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let upload = |seconds| {
            let file = File { name: "a.csv".into(), bytes: vec![] };
            Upload { account: AccountId(1), of: "pupils".into(), file, mapping: String::new(), at: at(seconds) }
        };
        let keep = |seconds| {
            let secret = Secret::new().unwrap();
            waiting.keep(&secret, upload(seconds));
            secret
        };
        let first = keep(0);
        assert!(waiting.take(&first, AccountId(2), at(1)).is_none(), "somebody else's");
        assert!(waiting.take(&first, AccountId(1), at(1)).is_some());
        assert!(waiting.take(&first, AccountId(1), at(1)).is_none(), "once");
        let late = keep(0);
        assert!(waiting.take(&late, AccountId(1), at(3600)).is_none(), "an hour");
        let old = keep(0);
        (0..MOST).for_each(|_| drop(keep(1)));
        assert!(waiting.take(&old, AccountId(1), at(2)).is_none(), "the oldest go");
    }
}
