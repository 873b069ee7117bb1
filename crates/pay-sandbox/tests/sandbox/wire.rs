//! The smallest HTTP client: it shows what really came over the socket.

use std::{io::ErrorKind, net::SocketAddr, time::Duration};

use pay_sandbox::Sandbox;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How long nothing comes where nothing more is expected.
const A_WHILE: Duration = Duration::from_millis(400);
/// Longer than any machine is busy with something else.
const FOR_EVER: Duration = Duration::from_secs(20);

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Fin,
    Rst,
    /// Nothing more came for a while.
    Silence,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: End,
}

impl Received {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn status(&self) -> Option<u16> {
        self.text().strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
    }

    pub(crate) fn body(&self) -> String {
        self.text().split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
    }

    /// Whether the body is as long as its head says.
    pub(crate) fn is_whole(&self) -> bool {
        let text = self.text();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        length.and_then(|length| length.parse().ok()) == Some(self.body().len())
    }
}

pub(crate) async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// One request over a connection of its own; reads until the server ends it.
pub(crate) async fn send(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> Received {
    receive(&mut ask(sandbox, method, path, token, body).await).await
}

/// One request over a connection of its own.
async fn ask(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> TcpStream {
    let mut stream = connect(sandbox.address().unwrap()).await;
    let request = request(method, path, token, body, "Connection: close\r\n");
    // A reset may come while we write.
    let _ = stream.write_all(request.as_bytes()).await;
    stream
}

pub(crate) fn request(
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
    headers: &str,
) -> String {
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let content_type = match body.starts_with('{') {
        true => "application/json",
        false => "application/x-www-form-urlencoded",
    };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: sandbox\r\nContent-Type: {content_type}\r\n{token}{headers}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Reads until the server ends it.
pub(crate) async fn receive(stream: &mut TcpStream) -> Received {
    receive_until_silence(stream, |_| false).await
}

/// Reads until the server ends it, or sends nothing for a while when `is_enough`.
pub(crate) async fn receive_until_silence(
    stream: &mut TcpStream,
    is_enough: impl Fn(&str) -> bool,
) -> Received {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let enough = is_enough(&String::from_utf8_lossy(&bytes));
        let patience = if enough { A_WHILE } else { FOR_EVER };
        match timeout(patience, stream.read(&mut buffer)).await {
            Err(_) => {
                assert!(enough, "neither an end nor more than {} bytes", bytes.len());
                return Received { bytes, end: End::Silence };
            }
            Ok(Ok(0)) => return Received { bytes, end: End::Fin },
            Ok(Ok(count)) => bytes.extend_from_slice(&buffer[..count]),
            Ok(Err(error)) if error.kind() == ErrorKind::ConnectionReset => {
                return Received { bytes, end: End::Rst };
            }
            Ok(Err(error)) => panic!("{error}"),
        }
    }
}

/// Logs in over the wire.
pub(crate) async fn login(sandbox: &Sandbox) -> String {
    let payfirma = sandbox.payfirma();
    let (id, secret) = (payfirma.client_id(), payfirma.client_secret());
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let reply = send(sandbox, "POST", "/payfirma/auth/oauth/token", None, &form).await;
    assert_eq!(reply.status(), Some(200), "{}", reply.text());
    let reply: serde_json::Value = serde_json::from_str(&reply.body()).unwrap();
    reply["access_token"].as_str().unwrap().to_owned()
}

/// A sale over the wire.
pub(crate) async fn sale(sandbox: &Sandbox, token: &str, amount: &str) -> Received {
    receive(&mut ask_for_sale(sandbox, token, amount).await).await
}

/// The same, its answer not yet read.
pub(crate) async fn ask_for_sale(sandbox: &Sandbox, token: &str, amount: &str) -> TcpStream {
    let card = sandbox
        .payfirma()
        .encrypt_card("4111111111111111", 12, sandbox.payfirma().good_year(), "123")
        .unwrap();
    let body = format!(r#"{{"amount": {amount}, "token": "{card}"}}"#);
    let path = "/payfirma/gateway/transaction-service/sale";
    ask(sandbox, "POST", path, Some(token), &body).await
}
