use std::{fmt, net::IpAddr};

use http::{Method, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Invalid;

/// Everything but the characters that mean themselves in a URL, so that a value can never change
/// the route or the query.
pub(crate) const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The root of one of a provider's hosts: `https://host` and perhaps a path, nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Checks the text. `field` names it in the error.
    ///
    /// # Errors
    ///
    /// Not a URL; not https (plain http is allowed to a loopback address only); with credentials,
    /// a query or a fragment. The URL itself is not in the error: it might hold a password.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, Invalid> {
        let url = url::Url::parse(text)
            .map_err(|_| Invalid::new(field, "must be an absolute URL such as https://host"))?;
        let Some(host) = url.host_str() else {
            return Err(Invalid::new(field, "must have a host"));
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(host) => {}
            _ => {
                return Err(Invalid::new(field, "must be https (http only to a loopback address)"));
            }
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Invalid::new(field, "must not contain credentials"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Invalid::new(field, "must not have a query or a fragment"));
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// A provider's own host, as a provider crate knows it. Not checked: its tests do that.
    #[must_use]
    pub fn from_static(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// The URL, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a host, as it stands in a URL, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The method and path of an operation that no source states, as the caller knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerRoute {
    pub(crate) method: Method,
    pub(crate) path: String,
}

impl CallerRoute {
    /// A method and a path with parameters in braces, such as `/invoice/{invoice_id}/send`.
    ///
    /// # Errors
    ///
    /// The path must begin with a slash and have no query, fragment or dot segment, and use no
    /// other parameters than `parameters`.
    pub fn new(method: Method, path: &str, parameters: &[&str]) -> Result<Self, Invalid> {
        check_path("route", path)?;
        for name in placeholders(path) {
            if !parameters.contains(&name) {
                return Err(Invalid::new(
                    "route",
                    format!("has the parameter {{{name}}}; it may have: {}", parameters.join(", ")),
                ));
            }
        }
        Ok(Self { method, path: path.to_owned() })
    }
}

/// Checks a path that the caller gives: it must not leave the host, nor hide a query.
pub(crate) fn check_path(field: &'static str, path: &str) -> Result<(), Invalid> {
    let plain = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['?', '#', '\\'])
        && path.bytes().all(|b| b.is_ascii_graphic());
    // %2e is a dot to a URL parser.
    let dots = path.split('/').any(|segment| {
        let segment = segment.to_ascii_lowercase().replace("%2e", ".");
        segment == "." || segment == ".."
    });
    if plain && !dots {
        Ok(())
    } else {
        Err(Invalid::new(
            field,
            "must be a path that begins with one slash, of visible ASCII, without a query, \
             a fragment or dot segments",
        ))
    }
}

fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// A query string under construction. Values are always percent-encoded.
#[derive(Clone, Default)]
pub struct Query(String);

impl Query {
    /// An empty query.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a pair.
    #[must_use]
    pub fn push(mut self, name: &str, value: impl fmt::Display) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.extend(utf8_percent_encode(name, ENCODED));
        self.0.push('=');
        self.0.extend(utf8_percent_encode(&value.to_string(), ENCODED));
        self
    }

    /// Adds a pair if there is a value.
    #[must_use]
    pub fn push_some(self, name: &str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.push(name, value),
            None => self,
        }
    }

    pub(crate) fn append(mut self, other: Self) -> Self {
        if !self.0.is_empty() && !other.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(&other.0);
        self
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Filters hold e-mail addresses and names.
        f.write_str("Query([hidden])")
    }
}

/// Puts a base, a path template with its parameters, and a query together.
pub(crate) fn build(
    base: &BaseUrl,
    template: &str,
    parameters: &[(&'static str, String)],
    query: &Query,
) -> Result<Uri, Invalid> {
    let mut url = base.as_str().to_owned();
    let mut rest = template;
    while let Some((literal, tail)) = rest.split_once('{') {
        url.push_str(literal);
        let Some((name, after)) = tail.split_once('}') else {
            return Err(Invalid::new("route", "has a brace that is not closed"));
        };
        let Some((field, value)) = parameters.iter().find(|(given, _)| *given == name) else {
            return Err(Invalid::new("route", format!("needs the parameter {{{name}}}")));
        };
        if value.is_empty() || value == "." || value == ".." {
            return Err(Invalid::new(*field, "must not be empty or only dots"));
        }
        url.extend(utf8_percent_encode(value, ENCODED));
        rest = after;
    }
    url.push_str(rest);
    finish(url, query)
}

/// The same for a path that is taken as it is.
pub(crate) fn build_literal(base: &BaseUrl, path: &str, query: &Query) -> Result<Uri, Invalid> {
    finish(format!("{}{path}", base.as_str()), query)
}

fn finish(mut url: String, query: &Query) -> Result<Uri, Invalid> {
    if !query.0.is_empty() {
        url.push('?');
        url.push_str(&query.0);
    }
    url.parse().map_err(|_| Invalid::new("route", "does not make a URL"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_base_url_is_https_and_nothing_else() {
        for good in ["https://a.test", "https://a.test/x/", "http://127.0.0.1:9/p", "http://[::1]/"]
        {
            assert!(BaseUrl::parse("base_url", good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a.test",
            "http://a.test",
            "ftp://a.test",
            "https://u:p@a.test",
            "https://a.test?x=1",
            "https://a.test#x",
            "http://127.0.0.1.evil.test",
            "/path",
        ] {
            let error = BaseUrl::parse("base_url", bad).unwrap_err();
            assert_eq!(error.field(), "base_url");
            assert!(!error.to_string().contains("u:p"), "{error}");
        }
    }

    #[test]
    fn a_caller_route_stays_on_its_host() {
        for bad in ["", "x", "//evil.test/x", "/a/../b", "/a?b=1", "/a#b", "/a b", "/%2E%2e/x"] {
            assert!(CallerRoute::new(Method::GET, bad, &[]).is_err(), "{bad}");
        }
        assert!(CallerRoute::new(Method::GET, "/a/{id}", &["id"]).is_ok());
        assert!(CallerRoute::new(Method::GET, "/a/{other}", &["id"]).is_err());
    }

    proptest! {
        #[test]
        fn an_id_never_changes_the_route(id in "\\PC{1,20}") {
            prop_assume!(id != "." && id != "..");
            let base = BaseUrl::parse("base_url", "https://a.test/root").unwrap();
            let uri = build(&base, "/x/{id}/y", &[("id", id.clone())], &Query::new()).unwrap();
            let url = url::Url::parse(&uri.to_string()).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 4);
            let decoded = percent_encoding::percent_decode_str(segments[2]).decode_utf8().unwrap();
            prop_assert_eq!(decoded, id);
            prop_assert_eq!(url.query(), None);
        }

        #[test]
        fn a_query_value_stays_one_value(value in "\\PC{0,20}") {
            let base = BaseUrl::parse("base_url", "https://a.test").unwrap();
            let query = Query::new().push("a", &value).push("b", 1);
            let uri = build(&base, "/x", &[], &query).unwrap();
            let url = url::Url::parse(&uri.to_string()).unwrap();
            let pairs: Vec<_> = url.query_pairs().into_owned().collect();
            prop_assert_eq!(pairs, vec![("a".to_owned(), value), ("b".to_owned(), "1".to_owned())]);
        }
    }
}
