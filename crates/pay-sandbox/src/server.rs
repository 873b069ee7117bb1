//! The accept loop, and answers as bytes on a socket.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    answer::Answer,
    delivery::Delivery,
    http1::{ReadError, read_request},
    sender::send_all,
    shared::Shared,
};

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;
/// A stalled connection is dropped after this time even if the client never leaves.
const LONGEST_STALL: Duration = Duration::from_secs(3_600);

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    listening: watch::Sender<bool>,
    /// Changes when connections that wait for a request are to be closed.
    idle_is_over: watch::Sender<()>,
    acknowledged: watch::Receiver<bool>,
    task: tokio::task::JoinHandle<()>,
    sender: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(crate) fn start(listener: TcpListener, shared: Arc<Shared>) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (listening, wanted) = watch::channel(true);
        let (acknowledge, acknowledged) = watch::channel(true);
        let idle_is_over = watch::Sender::new(());
        let sender = tokio::spawn(send_all(Arc::clone(&shared)));
        let connections = Connections { shared, idle_is_over: idle_is_over.clone() };
        let task = tokio::spawn(serve(listener, address, wanted, acknowledge, connections));
        Ok(Self { address, listening, idle_is_over, acknowledged, task, sender })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the connections on which no request is being worked on.
    pub(crate) fn close_idle(&self) {
        self.idle_is_over.send_replace(());
    }

    /// Opens or closes the listening socket; connections that are open stay so.
    pub(crate) async fn listen(&self, yes: bool) {
        self.listening.send_replace(yes);
        let mut acknowledged = self.acknowledged.clone();
        // An error means that the server is gone, and then nothing listens.
        let _ = acknowledged.wait_for(|now| *now == yes).await;
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Connections {
    shared: Arc<Shared>,
    idle_is_over: watch::Sender<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        self.sender.abort();
    }
}

pub(crate) fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    hold(address)?.listen(BACKLOG)
}

/// Takes an address without listening: connections are refused, and nobody else gets the port. The
/// same port can be taken again at once.
fn hold(address: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Listens where `held` was held, or waits until whoever took the address meanwhile leaves it.
async fn listen_again(held: Option<TcpSocket>, address: SocketAddr) -> TcpListener {
    if let Some(Ok(listener)) = held.map(|socket| socket.listen(BACKLOG)) {
        return listener;
    }
    loop {
        match bind(address) {
            Ok(listener) => return listener,
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn serve(
    listener: TcpListener,
    address: SocketAddr,
    mut wanted: watch::Receiver<bool>,
    acknowledge: watch::Sender<bool>,
    template: Connections,
) {
    let mut connections = JoinSet::new();
    let mut listener = Some(listener);
    let mut held = None;
    loop {
        let accepted = async {
            match &listener {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = wanted.changed() => {
                if changed.is_err() {
                    return;
                }
                let listen = *wanted.borrow_and_update();
                match (listen, listener.is_some()) {
                    (false, true) => {
                        listener = None;
                        held = hold(address).ok();
                    }
                    (true, false) => listener = Some(listen_again(held.take(), address).await),
                    (false, false) | (true, true) => {}
                }
                acknowledge.send_replace(listen);
            }
            accepted = accepted => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, template.clone()));
                }
                // Out of file handles, most likely: let some connections end.
                Err(_) => sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(mut stream: TcpStream, Connections { shared, idle_is_over }: Connections) {
    let mut idle_is_over = idle_is_over.subscribe();
    // Without it, answers in pieces would be held back.
    let _ = stream.set_nodelay(true);
    if let Some(delivery) = shared.accepted() {
        deliver(&mut stream, delivery, false).await;
        return;
    }
    let mut buffer = BytesMut::with_capacity(4 * 1024);
    loop {
        let read = tokio::select! {
            _ = idle_is_over.changed() => Err(ReadError::Gone),
            read = read_request(&mut stream, &mut buffer) => read,
        };
        let (delivery, keep_alive) = match read {
            Ok(request) => {
                let keep_alive = request.keep_alive;
                (shared.exchange(request), keep_alive)
            }
            Err(ReadError::Refused(status)) => (Delivery::Whole(Answer::empty(status)), false),
            Err(ReadError::Gone) => return,
        };
        if !deliver(&mut stream, delivery, keep_alive).await {
            return;
        }
    }
}

/// Writes an answer, or what a fault made of it. Returns whether the connection goes on.
async fn deliver(stream: &mut TcpStream, delivery: Delivery, keep_alive: bool) -> bool {
    let written = match delivery {
        Delivery::Whole(answer) => {
            stream.write_all(&answer.to_bytes(keep_alive)).await.is_ok() && keep_alive
        }
        Delivery::Twice(answer) => {
            let bytes = answer.to_bytes(keep_alive);
            stream.write_all(&[bytes.as_slice(), &bytes].concat()).await.is_ok() && keep_alive
        }
        Delivery::Late { answer, by } => {
            sleep(by).await;
            stream.write_all(&answer.to_bytes(keep_alive)).await.is_ok() && keep_alive
        }
        Delivery::Drip { answer, piece, pause } => {
            drip(stream, &answer.to_bytes(keep_alive), piece, pause).await && keep_alive
        }
        Delivery::Bytes { bytes, .. } => {
            let _ = stream.write_all(&bytes).await;
            false
        }
        Delivery::Close => false,
        Delivery::Reset => {
            let _ = stream.set_zero_linger();
            return false;
        }
        Delivery::Stall(time) => {
            wait_until_gone(stream, time.unwrap_or(LONGEST_STALL)).await;
            false
        }
    };
    if !written {
        let _ = stream.shutdown().await;
    }
    written
}

async fn drip(stream: &mut TcpStream, bytes: &[u8], piece: usize, pause: Duration) -> bool {
    for (place, piece) in bytes.chunks(piece.max(1)).enumerate() {
        if place > 0 {
            sleep(pause).await;
        }
        if stream.write_all(piece).await.is_err() {
            return false;
        }
    }
    true
}

async fn wait_until_gone(stream: &mut TcpStream, longest: Duration) {
    let mut scrap = [0; 1024];
    let gone = async { while matches!(stream.read(&mut scrap).await, Ok(1..)) {} };
    let _ = timeout(longest, gone).await;
}
