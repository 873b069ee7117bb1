//! A raw scripted server: it does with a connection what HTTP libraries are too polite to do.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use bytes::{Buf as _, BytesMut};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
};

/// A request as it came over the wire.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// All of it as text, as a careless provider might send it back.
    pub fn echo(&self) -> String {
        format!("{} {} {:?} {}", self.method, self.target, self.headers, self.body)
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Act {
    Reply(Reply),
    /// Announces the whole reply, sends half of its body, and closes.
    Cut(Reply),
    /// Reads the request and never says a word.
    Stall,
    /// Announces the whole reply, sends half of its body, and stops there.
    StallInBody(Reply),
    /// Reads the request and closes in good order.
    Close,
    /// Reads the request and resets the connection.
    Reset,
    /// Sends these bytes as they are, and closes.
    Bytes(Vec<u8>),
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// In pieces, without a length.
    pub chunked: bool,
}

impl Reply {
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { status, headers, body: body.into(), chunked: false }
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }

    /// The bytes on the wire: head and body.
    fn encode(&self) -> (Vec<u8>, Vec<u8>) {
        let mut head = format!("HTTP/1.1 {} Whatever\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.chunked {
            head.push_str("transfer-encoding: chunked\r\n\r\n");
            let mut body = Vec::new();
            for piece in self.body.as_bytes().chunks(8 * 1024) {
                body.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
                body.extend_from_slice(piece);
                body.extend_from_slice(b"\r\n");
            }
            body.extend_from_slice(b"0\r\n\r\n");
            return (head.into_bytes(), body);
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        (head.into_bytes(), self.body.clone().into_bytes())
    }
}

/// The server. It ends when it is dropped, and its connections with it.
pub struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

type Script = Arc<dyn Fn(&Seen, usize) -> Act + Send + Sync>;

impl Server {
    /// Listens on a free port. The script says what to do with a request, and is told how many
    /// came before it.
    pub async fn start(
        script: impl Fn(&Seen, usize) -> Act + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        let script: Script = Arc::new(script);
        let task = tokio::spawn(async move {
            // Dropped with the task, and all connections with it.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (script, noted) = (Arc::clone(&script), Arc::clone(&noted));
                connections.spawn(async move {
                    // A client that goes away is no concern of the server's.
                    let _ = serve(stream, script, noted).await;
                });
            }
        });
        Ok(Self { address, seen, task })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request that was read to its end.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An address at which nobody listens, and nobody else can while it is held.
pub struct Nobody(TcpSocket);

impl Nobody {
    pub fn new() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(Self(socket))
    }

    pub fn port(&self) -> io::Result<u16> {
        Ok(self.0.local_addr()?.port())
    }

    pub fn url(&self) -> io::Result<String> {
        Ok(format!("http://{}", self.0.local_addr()?))
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Script,
    noted: Arc<Mutex<Vec<Seen>>>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = BytesMut::new();
    while let Some(request) = read(&mut stream, &mut buffer).await? {
        let before = {
            let mut noted = noted.lock().unwrap();
            noted.push(request.clone());
            noted.len() - 1
        };
        match script(&request, before) {
            Act::Reply(reply) => {
                let (head, body) = reply.encode();
                stream.write_all(&head).await?;
                stream.write_all(&body).await?;
            }
            Act::Cut(reply) => {
                half(&mut stream, &reply).await?;
                return stream.shutdown().await;
            }
            Act::StallInBody(reply) => {
                half(&mut stream, &reply).await?;
                return wait_for_the_end(&mut stream).await;
            }
            Act::Stall => return wait_for_the_end(&mut stream).await,
            Act::Close => return stream.shutdown().await,
            Act::Reset => return stream.set_zero_linger(),
            Act::Bytes(bytes) => {
                stream.write_all(&bytes).await?;
                return stream.shutdown().await;
            }
        }
    }
    Ok(())
}

async fn half(stream: &mut TcpStream, reply: &Reply) -> io::Result<()> {
    let (head, body) = reply.encode();
    stream.write_all(&head).await?;
    stream.write_all(&body[..body.len() / 2]).await?;
    stream.flush().await
}

async fn wait_for_the_end(stream: &mut TcpStream) -> io::Result<()> {
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

/// The next request; `None` if the client has closed.
async fn read(stream: &mut TcpStream, buffer: &mut BytesMut) -> io::Result<Option<Seen>> {
    let head_length = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_length]).into_owned();
    buffer.advance(head_length);
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, length)| length.parse().unwrap_or(0));
    while buffer.len() < length {
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
    let body = String::from_utf8_lossy(&buffer[..length]).into_owned();
    buffer.advance(length);
    let method = first.next().unwrap_or_default().to_owned();
    let target = first.next().unwrap_or_default().to_owned();
    Ok(Some(Seen { method, target, headers, body }))
}
