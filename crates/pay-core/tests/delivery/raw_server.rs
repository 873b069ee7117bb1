//! A server that does to each connection exactly what a script says, byte for byte.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// What is done to a connection, in this order. At the end of the list it is closed.
#[derive(Clone)]
pub(crate) enum Act {
    /// Reads one whole request, and counts it.
    Read,
    Write(Vec<u8>),
    /// Writes a byte at a time, with a pause after each, until the client has gone.
    Drip(Vec<u8>, Duration),
    Wait(Duration),
    /// Waits until a part of the next request has arrived, and leaves it unread.
    Await,
    /// Closes without a goodbye: the client's kernel reports a reset.
    Reset,
    /// Neither reads nor writes until the client has gone, or the server is dropped.
    Stall,
}

pub(crate) fn write(bytes: impl AsRef<[u8]>) -> Act {
    Act::Write(bytes.as_ref().to_vec())
}

/// A whole answer that keeps the connection open.
pub(crate) fn reply(status: &str, headers: &str, body: &str) -> Act {
    let length = body.len();
    write(format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}"))
}

pub(crate) fn ok() -> Act {
    reply("200 OK", "", r#"{"id":"t1"}"#)
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    /// Scripts that were played to their end.
    ended: AtomicUsize,
    requests: Mutex<Vec<String>>,
}

/// Stops when dropped.
pub(crate) struct RawServer {
    address: SocketAddr,
    seen: Arc<Seen>,
    _accepting: JoinSet<()>,
}

impl RawServer {
    /// Plays the scripts, one to each connection; further connections are closed at once.
    pub(crate) async fn start(scripts: impl IntoIterator<Item = Vec<Act>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let mut scripts: VecDeque<_> = scripts.into_iter().collect();
        let mut accepting = JoinSet::new();
        let server = Arc::clone(&seen);
        accepting.spawn(async move {
            let mut playing = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                server.connections.fetch_add(1, SeqCst);
                if let Some(script) = scripts.pop_front() {
                    let server = Arc::clone(&server);
                    playing.spawn(async move {
                        play(stream, script, Arc::clone(&server)).await;
                        server.ended.fetch_add(1, SeqCst);
                    });
                }
            }
        });
        Self { address, seen, _accepting: accepting }
    }

    /// The same script for each connection.
    pub(crate) async fn always(script: Vec<Act>) -> Self {
        Self::start(std::iter::repeat_n(script, 100)).await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn https_url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(SeqCst)
    }

    /// Waits until so many scripts have come to their end.
    pub(crate) async fn ended(&self, count: usize) {
        while self.seen.ended.load(SeqCst) < count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Waits until so many whole requests were read.
    pub(crate) async fn has_read(&self, count: usize) {
        while self.count() < count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// How many whole requests were read.
    pub(crate) fn count(&self) -> usize {
        self.seen.requests.lock().unwrap().len()
    }

    /// The requests, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }
}

async fn play(mut stream: TcpStream, script: Vec<Act>, seen: Arc<Seen>) {
    stream.set_nodelay(true).unwrap();
    for act in script {
        match act {
            Act::Read => match read_request(&mut stream).await {
                Some(request) => seen.requests.lock().unwrap().push(request),
                None => return,
            },
            // A client that has gone is no fault of the script.
            Act::Write(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Act::Drip(bytes, pause) => {
                for byte in bytes {
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(pause).await;
                }
            }
            Act::Wait(time) => tokio::time::sleep(time).await,
            Act::Await => {
                if !matches!(stream.peek(&mut [0]).await, Ok(1)) {
                    return;
                }
            }
            Act::Reset => {
                stream.set_zero_linger().unwrap();
                return;
            }
            Act::Stall => {
                let mut byte = [0];
                while matches!(stream.peek(&mut byte).await, Ok(1)) {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                return;
            }
        }
    }
    let _ = stream.shutdown().await;
}

/// One request, head and body; `None` if the client went before it was whole.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if let Some(head) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .map_or(0, |length| length.trim().parse().unwrap());
            if bytes.len() >= head + 4 + length {
                return Some(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}
