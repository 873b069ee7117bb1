//! Just enough of HTTP/1.1 to see where a message ends, and to frame an answer in another way.

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// How an answer says where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Framing {
    /// By its `content-length`, as the sandbox writes it.
    Length,
    /// In chunks.
    Chunked,
    /// Not at all: it ends with the connection.
    UntilClose,
}

impl Framing {
    pub(super) const ALL: [Self; 3] = [Self::Length, Self::Chunked, Self::UntilClose];
}

/// How reading a message ended.
pub(super) enum Read {
    Whole(Vec<u8>),
    /// What came before the connection ended, and whether it ended by a reset.
    Cut(Vec<u8>, bool),
}

/// Reads one message that says its length. `rest` keeps what came after it.
pub(super) async fn read_message(from: &mut (impl AsyncRead + Unpin), rest: &mut Vec<u8>) -> Read {
    loop {
        if let Some(length) = length(rest).filter(|length| *length <= rest.len()) {
            let after = rest.split_off(length);
            return Read::Whole(std::mem::replace(rest, after));
        }
        let mut piece = [0; 16 * 1024];
        match from.read(&mut piece).await {
            Ok(0) => return Read::Cut(std::mem::take(rest), false),
            Ok(count) => rest.extend_from_slice(&piece[..count]),
            Err(_) => return Read::Cut(std::mem::take(rest), true),
        }
    }
}

/// The same answer, framed in another way. An answer without a body stays as it is.
pub(super) fn framed(answer: &[u8], framing: Framing) -> Vec<u8> {
    let Some(head) = head(answer) else { return answer.to_vec() };
    let body = &answer[head..];
    if framing == Framing::Length || body.is_empty() {
        return answer.to_vec();
    }
    let text = String::from_utf8_lossy(&answer[..head - 4]);
    let named = |line: &&str, name: &str| line.to_ascii_lowercase().starts_with(name);
    let mut lines: Vec<&str> =
        text.split("\r\n").filter(|line| !named(line, "content-length:")).collect();
    lines.push(match framing {
        Framing::Chunked => "transfer-encoding: chunked",
        _ => "connection: close",
    });
    let mut bytes = (lines.join("\r\n") + "\r\n\r\n").into_bytes();
    match framing {
        Framing::Chunked => {
            for chunk in body.chunks(100) {
                bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
                bytes.extend(chunk);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
        }
        _ => bytes.extend(body),
    }
    bytes
}

/// The length of the first message, as soon as its head is there.
fn length(bytes: &[u8]) -> Option<usize> {
    let head = head(bytes)?;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let body = text
        .split("\r\n")
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|length| length.trim().parse().ok());
    Some(head + body.unwrap_or(0))
}

fn head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 3\r\n\r\nabc";

    #[tokio::test]
    async fn messages_end_where_they_say() {
        let two = [ANSWER, ANSWER, b"HTTP/1.1 2"].concat();
        let (mut from, mut rest) = (&two[..], Vec::new());
        for _ in 0..2 {
            let Read::Whole(one) = read_message(&mut from, &mut rest).await else { panic!() };
            assert_eq!(one, ANSWER);
        }
        let Read::Cut(cut, false) = read_message(&mut from, &mut rest).await else { panic!() };
        assert_eq!(cut, b"HTTP/1.1 2");
    }

    #[test]
    fn an_answer_is_framed_in_three_ways() {
        let text = |framing| String::from_utf8(framed(ANSWER, framing)).unwrap();
        assert_eq!(text(Framing::Length).as_bytes(), ANSWER);
        assert_eq!(
            text(Framing::Chunked),
            "HTTP/1.1 200 OK\r\nX: y\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        );
        assert_eq!(
            text(Framing::UntilClose),
            "HTTP/1.1 200 OK\r\nX: y\r\nconnection: close\r\n\r\nabc"
        );
    }
}
