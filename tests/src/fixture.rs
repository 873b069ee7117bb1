//! Fixtures: one exchange each, as a file that a person can read.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use crate::exchange::{Exchange, Headers, Reply, Request};

/// An exchange, where it comes from, and what the client makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixture {
    /// Such as `payfirma.transactions.sale`.
    pub operation: String,
    /// What is special about it, such as `declined by a 402 without an object`.
    pub case: String,
    pub origin: Origin,
    /// Where exactly, and what was changed.
    pub source: String,
    pub exchange: Exchange,
    /// What the client makes of the reply, by [`told`](crate::told). Written by `--bless`.
    pub told: String,
}

/// Where a fixture comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Printed in the provider's own document.
    Document,
    /// Seen in public code that works against the provider.
    Observed,
    /// By us, by analogy.
    Made,
    /// Recorded at the provider.
    Live,
    /// Recorded at our own sandbox, which proves nothing about the provider.
    Sandbox,
}

impl Origin {
    pub const ALL: [Self; 5] =
        [Self::Document, Self::Observed, Self::Made, Self::Live, Self::Sandbox];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Observed => "observed",
            Self::Made => "made",
            Self::Live => "live",
            Self::Sandbox => "sandbox",
        }
    }
}

impl Origin {
    /// Whether it was recorded, and not written.
    pub fn is_recorded(self) -> bool {
        matches!(self, Self::Live | Self::Sandbox)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where the fixtures of a provider are.
pub fn directory(provider: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(provider)
}

/// All fixtures below a directory, by their path in it without `.http`.
pub fn load(directory: &Path) -> Result<BTreeMap<String, Fixture>, String> {
    let mut fixtures = BTreeMap::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(next) = directories.pop() {
        let entries = std::fs::read_dir(&next).map_err(|error| format!("{next:?}: {error}"))?;
        for entry in entries {
            let path = entry.map_err(|error| format!("{next:?}: {error}"))?.path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "http") {
                let name = path.strip_prefix(directory).unwrap().with_extension("");
                let text =
                    std::fs::read_to_string(&path).map_err(|error| format!("{path:?}: {error}"))?;
                let fixture =
                    Fixture::parse(&text).map_err(|error| format!("{path:?}: {error}"))?;
                fixtures.insert(name.to_str().unwrap().to_owned(), fixture);
            }
        }
    }
    Ok(fixtures)
}

const TOLD: &str = "=== told";

impl Fixture {
    /// Reads the format that [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (head, rest) = text.split_once("\n--> ").ok_or("no line that begins with -->")?;
        let (request, rest) = rest.split_once("\n<-- ").ok_or("no line that begins with <--")?;
        let (reply, told) =
            rest.split_once(&format!("\n{TOLD}\n")).unwrap_or((rest.trim_end(), ""));
        let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
        for line in head.lines().filter(|line| !line.trim().is_empty()) {
            let (name, value) = line.split_once(": ").ok_or(format!("not a field: {line}"))?;
            if fields.insert(name, value.trim()).is_some() {
                return Err(format!("the field {name} twice"));
            }
        }
        let mut field = |name| {
            fields.remove(name).map(str::to_owned).ok_or(format!("the field {name} is missing"))
        };
        let (operation, case) = (field("operation")?, field("case")?);
        let (origin, source) = (field("origin")?, field("source")?);
        let origin = Origin::ALL
            .into_iter()
            .find(|known| known.as_str() == origin)
            .ok_or(format!("no such origin: {origin}"))?;
        if let Some(other) = fields.keys().next() {
            return Err(format!("no such field: {other}"));
        }
        let (line, headers, body) = parts(request)?;
        let (method, url) = line.split_once(' ').ok_or("a request needs a method and a URL")?;
        let request = Request {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: headers.clone(),
            body,
        };
        let (line, headers, body) = parts(reply)?;
        let status = line.parse().map_err(|_| format!("no status: {line}"))?;
        let exchange = Exchange { request, reply: Reply { status, headers, body } };
        Ok(Self { operation, case, origin, source, exchange, told: told.trim_end().to_owned() })
    }
}

/// A first line, headers, and a body without the line breaks at its end.
fn parts(text: &str) -> Result<(&str, Headers, String), String> {
    let text = text.trim_end_matches('\n');
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let mut headers = Headers::new();
    for line in lines {
        let (name, value) = line.split_once(": ").ok_or(format!("not a header: {line}"))?;
        headers.push((name.to_owned(), value.to_owned()));
    }
    Ok((first, headers, body.to_owned()))
}

impl fmt::Display for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, case, origin, source, exchange, told } = self;
        writeln!(f, "operation: {operation}\ncase: {case}\norigin: {origin}\nsource: {source}\n")?;
        write!(f, "{}\n{}", exchange.request, exchange.reply)?;
        // The second of two exchanges has none: what comes of both stands with the first.
        if told.is_empty() { Ok(()) } else { write!(f, "\n{TOLD}\n{told}\n") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
operation: a.b
case: works
origin: made
source: here: and there

--> POST https://a.test/x?y=1
accept: application/json
content-type: application/json

{\"a\":1}

<-- 200
content-type: application/json

{
  \"b\": 2
}

=== told
Ok
Thing { b: 2 }
";

    #[test]
    fn a_fixture_reads_as_it_is_written() {
        let fixture = Fixture::parse(TEXT).unwrap();
        assert_eq!(fixture.source, "here: and there");
        assert_eq!(fixture.exchange.request.body, "{\"a\":1}");
        assert_eq!(fixture.exchange.reply.body, "{\n  \"b\": 2\n}");
        assert_eq!(fixture.told, "Ok\nThing { b: 2 }");
        assert_eq!(fixture.to_string(), TEXT);
    }

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        for (from, to, named) in [
            ("origin: made", "origin: hearsay", "hearsay"),
            ("case: works\n", "", "case"),
            ("case: works", "case: works\ncase: twice", "case"),
            ("case: works", "case: works\nmood: good", "mood"),
            ("<-- 200", "<-- fine", "fine"),
            ("--> POST", "POST", "-->"),
        ] {
            let error = Fixture::parse(&TEXT.replace(from, to)).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }
}
