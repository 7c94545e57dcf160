//! A WordPress site: pictures go into its media library by its REST interface, and out of it with every size made of them.

use serde::Deserialize;
use ureq::http::Method;

use super::client::{Ask, Client, Reply, Stopped, basic};
use super::shelf::{Parcel, Shelf};
use super::trouble::Trouble;
use crate::domain::connection::{Address, ConnectionId};
use crate::domain::id::PhotoId;
use crate::store::Remote;

/// A site with the account that may upload there.
pub(super) struct Wordpress<'a> {
    client: &'a Client,
    address: &'a Address,
    connection: ConnectionId,
    credentials: String,
}

/// What of an item of the media library matters here.
#[derive(Debug, Deserialize)]
struct Media {
    id: u64,
    source_url: String,
}

/// WordPress's own words for a failure.
#[derive(Debug, Deserialize)]
struct Fault {
    code: String,
}

impl<'a> Wordpress<'a> {
    /// A site.
    pub(super) fn new(
        client: &'a Client,
        address: &'a Address,
        connection: ConnectionId,
        login: &str,
        password: &str,
    ) -> Self {
        Self { client, address, connection, credentials: basic(login, password) }
    }

    /// By this name an item is found again whose creation was never heard of.
    fn marker(&self, photo: &PhotoId) -> String {
        format!("eyelid-{}-{photo}", self.connection)
    }

    fn ask(&self, method: Method, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply, Stopped> {
        let own = [("authorization", self.credentials.as_str()), ("accept", "application/json")];
        let headers: Vec<(&str, &str)> = own.into_iter().chain(headers.iter().copied()).collect();
        self.client.ask(&Ask { method, url, headers: &headers, body })
    }

    fn media(&self, path: &str, query: &[(&str, &str)]) -> String {
        let pairs = query.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
        let query = pairs.collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{mark}{query}", self.address.below(&format!("wp-json/wp/v2/media{path}")))
    }

    /// The items of a photo, with those that WordPress numbered because the name was taken.
    fn found(&self, photo: &PhotoId) -> Result<Vec<Media>, Stopped> {
        let marker = self.marker(photo);
        let names: Vec<String> = (2..=5).map(|number| format!("{marker}-{number}")).collect();
        let slugs = format!("{marker},{}", names.join(","));
        let url = self.media("", &[("slug", &slugs), ("per_page", "100"), ("_fields", "id,source_url")]);
        let reply = self.ask(Method::GET, &url, &[], &[])?;
        if reply.status != 200 {
            return Err(reply.stopped());
        }
        serde_json::from_slice(&reply.body).map_err(|_| Trouble::Odd.into())
    }

    fn delete(&self, id: u64) -> Result<(), Stopped> {
        let reply = self.ask(Method::DELETE, &self.media(&format!("/{id}"), &[("force", "true")]), &[], &[])?;
        let gone =
            || serde_json::from_slice::<Fault>(&reply.body).is_ok_and(|fault| fault.code == "rest_post_invalid_id");
        match reply.status {
            200 => Ok(()),
            // an address that takes no pictures answers 404 as well, with another word
            404 if gone() => Ok(()),
            _ => Err(reply.stopped()),
        }
    }

    /// What was deleted may still be given out by a cache in front of the site.
    fn is_served(&self, address: &str) -> Result<bool, Stopped> {
        let reply = self.client.ask(&Ask { method: Method::HEAD, url: address, headers: &[], body: &[] })?;
        Ok(reply.status == 200 && reply.kind.starts_with("image/"))
    }
}

impl Shelf for Wordpress<'_> {
    fn clear(&self, photo: &PhotoId, _files: &[String], known: &Remote) -> Result<bool, Stopped> {
        let mut items = self.found(photo)?;
        let known_id: Option<u64> = known.id.as_deref().and_then(|id| id.parse().ok());
        if let Some(id) = known_id.filter(|id| !items.iter().any(|item| item.id == *id)) {
            items.push(Media { id, source_url: known.address.clone().unwrap_or_default() });
        }
        for item in &items {
            self.delete(item.id)?;
        }
        let addresses = items.iter().map(|item| item.source_url.as_str()).chain(known.address.as_deref());
        for address in addresses.filter(|address| !address.is_empty()) {
            if self.is_served(address)? {
                return Err(Trouble::StillThere.into());
            }
        }
        Ok(!items.is_empty())
    }

    fn put(&self, parcel: &Parcel<'_>) -> Result<Remote, Stopped> {
        let Parcel { photo, label, edition, credit, bytes } = parcel;
        let marker = self.marker(photo);
        // another edition has another address: nothing that was kept of the earlier one is shown in its place
        let edition: String = edition.to_string().chars().take(8).collect();
        let named = format!("attachment; filename=\"{}-{edition}.jpg\"", label.name);
        let title = label.title();
        let mut query = vec![("slug", marker.as_str()), ("title", &title), ("alt_text", &label.alt)];
        // WordPress takes captions for HTML
        let caption = label.caption.as_ref().map_or_else(|| (*credit).to_owned(), |line| format!("{line} ({credit})"));
        let caption = askama::filters::escape(caption.as_str(), askama::filters::Html).map(|safe| safe.to_string());
        let caption = caption.map_err(|_| Trouble::Odd)?;
        query.push(("caption", caption.as_str()));
        query.push(("_fields", "id,source_url"));
        let headers = [("content-type", "image/jpeg"), ("content-disposition", named.as_str())];
        let reply = self.ask(Method::POST, &self.media("", &query), &headers, bytes)?;
        if reply.status != 201 {
            return Err(if (200..300).contains(&reply.status) { Trouble::Odd.into() } else { reply.stopped() });
        }
        let made: Media = serde_json::from_slice(&reply.body).map_err(|_| Trouble::Odd)?;
        Ok(Remote { id: Some(made.id.to_string()), address: Some(made.source_url) })
    }

    fn describe(&self, _manifest: Option<&[u8]>) -> Result<(), Stopped> {
        Ok(())
    }
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
