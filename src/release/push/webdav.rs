//! A folder on a WebDAV server, for sites that can show files and have no interface of their own.

use ureq::http::Method;

use super::client::{Ask, Client, Reply, Stopped, basic};
use super::shelf::{MANIFEST, Parcel, Shelf};
use crate::domain::connection::Address;
use crate::domain::id::PhotoId;
use crate::store::Remote;

/// A folder with the account that may write there.
pub(super) struct Webdav<'a> {
    client: &'a Client,
    address: &'a Address,
    credentials: Option<String>,
}

impl<'a> Webdav<'a> {
    /// A folder; nobody signs in when no password is given.
    pub(super) fn new(client: &'a Client, address: &'a Address, login: &str, password: Option<&str>) -> Self {
        Self { client, address, credentials: password.map(|password| basic(login, password)) }
    }

    fn ask(&self, method: Method, file: &str, kind: Option<&str>, body: &[u8]) -> Result<Reply, Stopped> {
        let signs_in = self.credentials.as_deref().map(|credentials| ("authorization", credentials));
        let headers: Vec<(&str, &str)> = signs_in.into_iter().chain(kind.map(|kind| ("content-type", kind))).collect();
        self.client.ask(&Ask { method, url: &self.address.below(file), headers: &headers, body })
    }

    fn keep(&self, file: &str, kind: &str, bytes: &[u8]) -> Result<(), Stopped> {
        let reply = self.ask(Method::PUT, file, Some(kind), bytes)?;
        if (200..300).contains(&reply.status) { Ok(()) } else { Err(reply.stopped()) }
    }

    fn remove(&self, file: &str) -> Result<bool, Stopped> {
        let reply = self.ask(Method::DELETE, file, None, &[])?;
        match reply.status {
            200..=299 => Ok(true),
            404 | 410 => Ok(false),
            _ => Err(reply.stopped()),
        }
    }
}

impl Shelf for Webdav<'_> {
    fn clear(&self, _photo: &PhotoId, files: &[String], known: &Remote) -> Result<bool, Stopped> {
        let files = known.id.as_ref().map_or(files, std::slice::from_ref);
        files.iter().try_fold(false, |found, file| Ok(self.remove(file)? || found))
    }

    fn put(&self, parcel: &Parcel<'_>) -> Result<Remote, Stopped> {
        let file = parcel.label.file();
        self.keep(&file, "image/jpeg", parcel.bytes)?;
        Ok(Remote { address: Some(self.address.below(&file)), id: Some(file) })
    }

    fn describe(&self, manifest: Option<&[u8]>) -> Result<(), Stopped> {
        let keep = |manifest| self.keep(MANIFEST, "application/json", manifest);
        manifest.map_or_else(|| self.remove(MANIFEST).map(drop), keep)
    }
}
