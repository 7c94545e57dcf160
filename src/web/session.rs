//! The cookie of a signed-in browser.

use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::Site;
use crate::access::Secret;

impl Site {
    /// Over TLS the browser is told to send it nowhere else; the prefix keeps other hosts from planting one.
    pub(super) fn cookie_name(&self) -> &'static str {
        if self.secure() { "__Host-eyelid" } else { "eyelid" }
    }

    /// The jar with the cookie of a new session; it ends with the browser, or when the session does.
    pub(super) fn keep(&self, cookies: CookieJar, secret: &Secret) -> CookieJar {
        let cookie = Cookie::build((self.cookie_name(), secret.reveal().to_owned()));
        cookies.add(cookie.path("/").http_only(true).same_site(SameSite::Lax).secure(self.secure()))
    }

    /// The jar without it.
    pub(super) fn forget(&self, cookies: CookieJar) -> CookieJar {
        cookies.remove(Cookie::build(self.cookie_name()).path("/").secure(self.secure()))
    }
}

/// A browser and system as their owner would recognise them, from what the browser says of itself.
pub(super) fn device(agent: &str) -> String {
    let first =
        |names: &[(&str, &'static str)]| names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("iPad", "iPad"),
        ("iPhone", "iPhone"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "An unknown program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn devices_have_names_that_people_know() {
        let agent =
            "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML) Version/18.0 Safari/604.1";
        assert_eq!(device(agent), "Safari on iPad");
        assert_eq!(device("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0"), "Edge on Windows");
        assert_eq!(device("curl/8.5"), "An unknown program");
    }
}
