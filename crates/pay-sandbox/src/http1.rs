//! Reading HTTP/1.1 requests from a socket, by hand: faults need the bytes below any HTTP library.

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::request::Request;

const MAX_HEAD: usize = 64 * 1024;
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Why no request could be read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The client left.
    Gone,
    /// What came is not a request that this server takes; answer with this status and close.
    Refused(u16),
}

impl From<std::io::Error> for ReadError {
    fn from(_: std::io::Error) -> Self {
        Self::Gone
    }
}

/// Reads the next request. `buffer` keeps what was read beyond it.
pub(crate) async fn read_request<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    buffer: &mut BytesMut,
) -> Result<Request, ReadError> {
    let head_length = loop {
        // A client may send empty lines before a request.
        while buffer.starts_with(b"\r\n") {
            buffer.advance(2);
        }
        if let Some(end) = find(buffer, b"\r\n\r\n") {
            break end + 4;
        }
        if buffer.len() > MAX_HEAD {
            return Err(ReadError::Refused(431));
        }
        read_more(stream, buffer).await?;
    };
    let head = Head::parse(&buffer.split_to(head_length)).ok_or(ReadError::Refused(400))?;
    if head.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    let body = match (head.header("transfer-encoding"), head.header("content-length")) {
        (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => {
            read_chunks(stream, buffer).await?
        }
        (Some(_), _) => return Err(ReadError::Refused(400)),
        (None, Some(length)) => {
            let length = length.parse().map_err(|_| ReadError::Refused(400))?;
            read_exactly(stream, buffer, length).await?
        }
        (None, None) => Bytes::new(),
    };
    let connection = head.header("connection").unwrap_or_default().to_ascii_lowercase();
    let keep_alive = match head.version.as_str() {
        "HTTP/1.0" => connection.contains("keep-alive"),
        _ => !connection.contains("close"),
    };
    let mut request = Request::new(&head.method, &head.target, head.headers, body);
    request.keep_alive = keep_alive;
    Ok(request)
}

struct Head {
    method: String,
    target: String,
    version: String,
    headers: Vec<(String, String)>,
}

impl Head {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || !version.starts_with("HTTP/1.") || method.is_empty() {
            return None;
        }
        let mut headers = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':')?;
            if name.is_empty() || name.contains([' ', '\t']) {
                return None;
            }
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let (method, target, version) = (method.to_owned(), target.to_owned(), version.to_owned());
        Some(Self { method, target, version, headers })
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

async fn read_chunks<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut BytesMut,
) -> Result<Bytes, ReadError> {
    let mut body = BytesMut::new();
    loop {
        let line = read_line(stream, buffer).await?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| ReadError::Refused(400))?;
        if size == 0 {
            // Trailers, then an empty line.
            while !read_line(stream, buffer).await?.is_empty() {}
            return Ok(body.freeze());
        }
        if body.len().saturating_add(size) > MAX_BODY {
            return Err(ReadError::Refused(413));
        }
        body.extend_from_slice(&read_exactly(stream, buffer, size).await?);
        if !read_line(stream, buffer).await?.is_empty() {
            return Err(ReadError::Refused(400));
        }
    }
}

async fn read_line<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut BytesMut,
) -> Result<String, ReadError> {
    loop {
        if let Some(end) = find(buffer, b"\r\n") {
            let line = buffer.split_to(end);
            buffer.advance(2);
            return Ok(String::from_utf8_lossy(&line).into_owned());
        }
        if buffer.len() > MAX_HEAD {
            return Err(ReadError::Refused(400));
        }
        read_more(stream, buffer).await?;
    }
}

async fn read_exactly<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut BytesMut,
    length: usize,
) -> Result<Bytes, ReadError> {
    if length > MAX_BODY {
        return Err(ReadError::Refused(413));
    }
    while buffer.len() < length {
        read_more(stream, buffer).await?;
    }
    Ok(buffer.split_to(length).freeze())
}

async fn read_more<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut BytesMut,
) -> Result<(), ReadError> {
    match stream.read_buf(buffer).await? {
        0 => Err(ReadError::Gone),
        _ => Ok(()),
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str) -> Result<Vec<Request>, ReadError> {
        let (mut client, mut server) = tokio::io::duplex(256 * 1024);
        client.write_all(text.as_bytes()).await.unwrap();
        client.shutdown().await.unwrap();
        let (mut buffer, mut all) = (BytesMut::new(), Vec::new());
        loop {
            match read_request(&mut server, &mut buffer).await {
                Ok(request) => all.push(request),
                Err(ReadError::Gone) => return Ok(all),
                Err(error) => return Err(error),
            }
        }
    }

    #[tokio::test]
    async fn bodies_with_a_length_and_in_chunks() {
        let all = read(
            "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc\
             POST /d HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nt: v\r\n\r\n\
             GET /e HTTP/1.1\r\nConnection: close\r\n\r\n",
        )
        .await
        .unwrap();
        let seen: Vec<_> =
            all.iter().map(|i| (i.path.as_str(), &i.body[..], i.keep_alive)).collect();
        assert_eq!(seen, [("/a", &b"abc"[..], true), ("/d", b"abc", true), ("/e", b"", false)]);
    }

    #[tokio::test]
    async fn what_is_no_request_is_refused() {
        for text in [
            "GET\r\n\r\n",
            "GET / HTTP/2.0\r\n\r\n",
            "GET / HTTP/1.1\r\nbad header\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ] {
            assert!(matches!(read(text).await, Err(ReadError::Refused(400))), "{text}");
        }
        let long = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n", MAX_BODY + 1);
        assert!(matches!(read(&long).await, Err(ReadError::Refused(413))));
    }
}
