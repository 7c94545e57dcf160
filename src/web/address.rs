//! Addresses within the site.

/// A text as part of a query.
pub(super) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Where to go after signing in: only ever to a page of this site.
pub(super) fn local(wanted: Option<&str>) -> &str {
    wanted
        // browsers drop tabs and line ends from an address, and take a backslash for a slash
        .filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'))
        .filter(|path| !path.chars().any(char::is_control))
        .unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_away() {
        assert_eq!(local(Some("/events/3?page=2")), "/events/3?page=2");
        for away in
            ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\r\nb", "/\t/evil.example", "/\0x"]
        {
            assert_eq!(local(Some(away)), "/", "{away}");
        }
        assert_eq!(encoded("/a?b=c&d"), "%2Fa%3Fb%3Dc%26d");
    }
}
