//! Where the sandbox sends to: this machine only, over plain HTTP.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
};

/// `http://127.0.0.1:8080/path?query`; also `localhost` and `[::1]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LoopbackUrl {
    pub(crate) address: SocketAddr,
    /// Host and port as they were given.
    pub(crate) authority: String,
    /// Path and query.
    pub(crate) target: String,
}

impl FromStr for LoopbackUrl {
    type Err = NotLoopback;

    fn from_str(url: &str) -> Result<Self, NotLoopback> {
        let rest = url.strip_prefix("http://").ok_or(NotLoopback)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end).ok_or(NotLoopback)?;
        let slash = if target.starts_with('/') { "" } else { "/" };
        let is_safe = |c: char| c.is_ascii_graphic() && c != '#';
        if !target.chars().all(is_safe) {
            return Err(NotLoopback);
        }
        Ok(Self {
            address: address(authority).ok_or(NotLoopback)?,
            authority: authority.to_owned(),
            target: format!("{slash}{target}"),
        })
    }
}

impl fmt::Display for LoopbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority, self.target)
    }
}

/// The URL is none of this machine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the URL must be like http://127.0.0.1:8080/path: plain HTTP to this machine")]
pub(crate) struct NotLoopback;

fn address(authority: &str) -> Option<SocketAddr> {
    let with_port: Option<SocketAddr> = authority.parse().ok();
    let address = with_port.or_else(|| {
        let bare = authority.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        match authority.strip_prefix("localhost") {
            Some("") => Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 80))),
            Some(port) => {
                let port = port.strip_prefix(':')?.parse().ok()?;
                Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
            }
            None => bare.unwrap_or(authority).parse::<IpAddr>().ok().map(|ip| (ip, 80).into()),
        }
    });
    address.filter(|address| address.ip().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_will_do() {
        for (url, shown) in [
            ("http://127.0.0.1:8080/a?b=c", "127.0.0.1:8080 /a?b=c"),
            ("http://localhost:80", "127.0.0.1:80 /"),
            ("http://localhost/x", "127.0.0.1:80 /x"),
            ("http://127.9.9.9?x", "127.9.9.9:80 /?x"),
            ("http://[::1]:9/", "[::1]:9 /"),
            ("http://[::1]", "[::1]:80 /"),
        ] {
            let parsed: LoopbackUrl = url.parse().unwrap();
            assert_eq!(format!("{} {}", parsed.address, parsed.target), shown);
        }
        for url in [
            "https://127.0.0.1/",
            "http://10.0.0.1/",
            "http://example.com/",
            "http://localhost.example.com/",
            "http://127.0.0.1@example.com/",
            "http://127.0.0.1:99999/",
            "http://localhost:x/",
            "http://127.0.0.1/a b",
            "http://127.0.0.1/a\r\nX: y",
            "127.0.0.1",
            "",
        ] {
            assert_eq!(url.parse::<LoopbackUrl>(), Err(NotLoopback), "{url}");
        }
    }
}
