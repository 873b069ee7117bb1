//! One request and one reply, as text.

use std::fmt;

/// Headers in lower case, sorted by name.
pub type Headers = Vec<(String, String)>;

/// A request with its reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    pub request: Request,
    pub reply: Reply,
}

/// What a client sends, on the provider's real host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// Absolute and encoded, such as `https://auth.payfirma.com/oauth/token`.
    pub url: String,
    pub headers: Headers,
    pub body: String,
}

/// What the provider answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub headers: Headers,
    pub body: String,
}

/// The transport's own, or checked apart: no fixture names them.
const UNSAID: [&str; 3] = ["host", "content-length", "user-agent"];

impl Request {
    /// Sorts the headers, without those that no fixture names.
    pub fn with_headers<'a>(
        mut self,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        self.headers = headers
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .filter(|(name, _)| !UNSAID.contains(&name.as_str()))
            .collect();
        self.headers.sort();
        self
    }

    /// What is not as it should be, line by line; `None` if all is.
    pub fn difference(&self, wanted: &Self) -> Option<String> {
        let (wanted, sent) = (wanted.to_string(), self.to_string());
        if wanted == sent {
            return None;
        }
        let mut text = "the request is not the fixture's:".to_owned();
        let (wanted, sent): (Vec<_>, Vec<_>) = (wanted.lines().collect(), sent.lines().collect());
        for line in wanted.iter().filter(|line| !sent.contains(line)) {
            text.push_str(&format!("\n  wanted  {line}"));
        }
        for line in sent.iter().filter(|line| !wanted.contains(line)) {
            text.push_str(&format!("\n  sent    {line}"));
        }
        Some(text)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--> {} {}", self.method, self.url)?;
        write_rest(f, &self.headers, &self.body)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<-- {}", self.status)?;
        write_rest(f, &self.headers, &self.body)
    }
}

fn write_rest(f: &mut fmt::Formatter<'_>, headers: &Headers, body: &str) -> fmt::Result {
    for (name, value) in headers {
        write!(f, "\n{name}: {value}")?;
    }
    if !body.is_empty() {
        write!(f, "\n\n{body}")?;
    }
    f.write_str("\n")
}
