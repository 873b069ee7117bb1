//! A request as the sandbox sees it, wherever it came from.

use bytes::Bytes;
use percent_encoding::percent_decode_str;

use crate::clock::Millis;

/// A whole HTTP request.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path as it was sent, without the query.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// When it came, if it is worked on later than that.
    pub(crate) came_at: Option<Millis>,
    /// Whether the connection goes on after the answer.
    pub(crate) keep_alive: bool,
}

impl Request {
    pub(crate) fn new(
        method: &str,
        target: &str,
        headers: Vec<(String, String)>,
        body: Bytes,
    ) -> Self {
        // Proxies and some clients send the absolute form.
        let target = match target.split_once("://") {
            Some((_, rest)) if !target.starts_with('/') => {
                rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/")
            }
            _ => target,
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: pairs(query),
            headers: headers
                .into_iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .collect(),
            body,
            came_at: None,
            keep_alive: true,
        }
    }

    /// The first header of that name; `name` in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// The body read as a form.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        pairs(&String::from_utf8_lossy(&self.body))
    }

    /// The path's parts, decoded. A slash at the end makes no difference.
    pub(crate) fn segments(&self) -> Vec<String> {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        let path = path.strip_suffix('/').unwrap_or(path);
        path.split('/').map(|part| percent_decode_str(part).decode_utf8_lossy().into()).collect()
    }

    /// About how many bytes came over the wire.
    pub(crate) fn length(&self) -> usize {
        let headers: usize =
            self.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.method.len() + self.path.len() + headers + self.body.len()
    }
}

impl From<http::Request<Bytes>> for Request {
    fn from(request: http::Request<Bytes>) -> Self {
        let (head, body) = request.into_parts();
        let headers = head.headers.iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        Self::new(head.method.as_str(), target, headers.collect(), body)
    }
}

/// The first value of that name.
pub(crate) fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_taken_apart() {
        let request = Request::new("GET", "http://h:1/a%2Fb/c/?x=1+2&y=%26", vec![], Bytes::new());
        assert_eq!(request.segments(), ["a/b", "c"]);
        assert_eq!(request.query("x"), Some("1 2"));
        assert_eq!(request.query("y"), Some("&"));
        assert_eq!(request.query("z"), None);
        let request = Request::new("GET", "/a?u=http://h/b", vec![], Bytes::new());
        assert_eq!((request.path.as_str(), request.query("u")), ("/a", Some("http://h/b")));
    }
}
