//! A raw TCP relay between the clients and the sandbox. It breaks connections at a byte, in either
//! direction. It never sends anything to the provider twice.

mod pump;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use pay_sandbox::Sandbox;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinHandle},
    time::sleep,
};

use super::{
    attempts::Attempts,
    message::{Framing, Read, framed, read_message},
    trouble::{End, Trouble},
};
use crate::server::Nobody;

/// The relay of one schedule. It ends with its last clone.
#[derive(Clone)]
pub(super) struct Relay(Arc<Parts>);

struct Parts {
    sandbox: Sandbox,
    address: SocketAddr,
    attempts: Attempts,
    /// Held while a connection to the sandbox comes about, so that what the sandbox does to a new
    /// connection is known to be done to this one.
    door: tokio::sync::Mutex<()>,
    /// Connections of one attempt each that are still open.
    open: AtomicUsize,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Drop for Parts {
    fn drop(&mut self) {
        for task in self.tasks.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

/// A port of the relay's. Nobody is let in any more when it is dropped; who is in stays.
pub(super) struct Port {
    pub(super) number: u16,
    behind: Behind,
}

enum Behind {
    Relay(JoinHandle<()>),
    Nobody { _held: Nobody },
}

impl Drop for Port {
    fn drop(&mut self) {
        if let Behind::Relay(task) = &self.behind {
            task.abort();
        }
    }
}

impl Relay {
    pub(super) fn new(sandbox: &Sandbox, attempts: &Attempts) -> Self {
        Self(Arc::new(Parts {
            sandbox: sandbox.clone(),
            address: sandbox.address().expect("a sandbox with sockets"),
            attempts: attempts.clone(),
            door: tokio::sync::Mutex::default(),
            open: AtomicUsize::new(0),
            tasks: Mutex::default(),
        }))
    }

    /// A port for one attempt.
    pub(super) fn port(&self, serial: u64, trouble: Trouble) -> std::io::Result<Port> {
        self.0.attempts.met(serial, trouble);
        if trouble == Trouble::Refuse {
            let nobody = Nobody::new()?;
            // No reason for any doubt: nothing can have been sent.
            self.0.attempts.hit(None, trouble.kind());
            return Ok(Port { number: nobody.port()?, behind: Behind::Nobody { _held: nobody } });
        }
        self.serve(move || (Some(serial), trouble))
    }

    /// A port for connections that are shared.
    pub(super) fn shared_port(
        &self,
        trouble: impl Fn() -> Trouble + Send + 'static,
    ) -> std::io::Result<Port> {
        self.serve(move || (None, trouble()))
    }

    /// Whether connections of single attempts are still open.
    pub(super) fn is_busy(&self) -> bool {
        self.0.open.load(SeqCst) > 0
    }

    fn serve(
        &self,
        draw: impl Fn() -> (Option<u64>, Trouble) + Send + 'static,
    ) -> std::io::Result<Port> {
        let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let number = listener.local_addr()?.port();
        // The tasks hold no clone of the relay while they wait: it would never end.
        let parts = Arc::downgrade(&self.0);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Some(parts) = parts.upgrade() else { return };
                let (serial, trouble) = draw();
                let line = Line {
                    sandbox: parts.address,
                    parts: Arc::downgrade(&parts),
                    attempts: parts.attempts.clone(),
                    serial,
                    trouble,
                };
                let open = Open::of(&parts, serial);
                let task = tokio::spawn(async move {
                    line.run(client).await;
                    drop(open);
                });
                let mut tasks = parts.tasks.lock().unwrap_or_else(PoisonError::into_inner);
                tasks.retain(|task| !task.is_finished());
                tasks.push(task.abort_handle());
            }
        });
        Ok(Port { number, behind: Behind::Relay(task) })
    }
}

/// Counts a connection of one attempt while it is open.
struct Open(Option<std::sync::Weak<Parts>>);

impl Open {
    fn of(parts: &Arc<Parts>, serial: Option<u64>) -> Self {
        if serial.is_none() {
            return Self(None);
        }
        parts.open.fetch_add(1, SeqCst);
        Self(Some(Arc::downgrade(parts)))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(parts) = self.0.as_ref().and_then(std::sync::Weak::upgrade) {
            parts.open.fetch_sub(1, SeqCst);
        }
    }
}

/// One connection.
struct Line {
    sandbox: SocketAddr,
    parts: std::sync::Weak<Parts>,
    attempts: Attempts,
    serial: Option<u64>,
    trouble: Trouble,
}

impl Line {
    async fn run(self, client: TcpStream) {
        let _ = client.set_nodelay(true);
        if let Trouble::Accept(how) = self.trouble {
            self.fired();
            return end(client, how).await;
        }
        let Some(provider) = self.connect().await else { return end(client, End::Close).await };
        let _ = provider.set_nodelay(true);
        match self.trouble {
            Trouble::Request { after, end: how } => {
                let after = Some(after);
                let (mut client, whole) = pump::pass(client, provider, after, None, || {}).await;
                if whole {
                    let _ = client.shutdown().await;
                } else {
                    self.fired();
                    end(client, how).await;
                }
            }
            Trouble::Shred { piece, pause } => {
                let fired = || self.fired();
                pump::pass(client, provider, None, Some((piece, pause)), fired).await;
            }
            Trouble::Answer { .. } | Trouble::Frame(_) | Trouble::LateDuplicate => {
                self.answers(client, provider).await;
            }
            _ => {
                pump::pass(client, provider, None, None, || {}).await;
            }
        }
    }

    /// Bytes were really changed. What is whole in the end is nobody's excuse.
    fn fired(&self) {
        let harmless = matches!(
            self.trouble,
            Trouble::Frame(_) | Trouble::Shred { .. } | Trouble::LateDuplicate
        );
        let serial = self.serial.filter(|_| !harmless);
        self.attempts.hit(serial, self.trouble.kind());
    }

    /// Connects to the sandbox, and sees whether a rule of its struck the new connection.
    async fn connect(&self) -> Option<TcpStream> {
        let parts = self.parts.upgrade()?;
        let _door = parts.door.lock().await;
        let (count, before) = (parts.sandbox.connections(), struck(&parts.sandbox));
        let Ok(stream) = TcpStream::connect(self.sandbox).await else {
            self.attempts.hit(self.serial, "relay-nobody-behind");
            return None;
        };
        let accepted = async {
            while parts.sandbox.connections() <= count {
                sleep(Duration::from_micros(200)).await;
            }
        };
        let mut first = [0];
        tokio::select! {
            () = accepted => {}
            // It stopped listening before it took this one.
            _ = stream.peek(&mut first) => {}
        }
        let now = struck(&parts.sandbox);
        let kind = now.iter().find(|(rule, count, _)| {
            before.iter().find(|(known, ..)| known == rule).is_none_or(|(_, was, _)| was < count)
        });
        if let (Some((_, _, kind)), Some(serial)) = (kind, self.serial) {
            // The sandbox has counted it.
            parts.attempts.blame(serial, kind);
        }
        Some(stream)
    }

    /// Reads whole requests and answers, and changes how the answers come.
    async fn answers(&self, mut client: TcpStream, mut provider: TcpStream) {
        let (mut asked, mut answered) = (Vec::new(), Vec::new());
        let mut before: Option<Vec<u8>> = None;
        let mut first = [0];
        loop {
            if self.trouble == Trouble::LateDuplicate && before.is_some() {
                // Until the next request has begun to arrive.
                if !matches!(client.peek(&mut first).await, Ok(1..)) {
                    return;
                }
                if let Some(again) = before.take() {
                    self.fired();
                    if client.write_all(&again).await.is_err() {
                        return;
                    }
                }
            }
            let Read::Whole(request) = read_message(&mut client, &mut asked).await else { return };
            if provider.write_all(&request).await.is_err() {
                return end(client, End::Reset).await;
            }
            let answer = tokio::select! {
                answer = read_message(&mut provider, &mut answered) => answer,
                // The client gives up, or says more than it should.
                _ = client.peek(&mut first) => return,
            };
            match answer {
                Read::Whole(answer) => match self.deliver(&mut client, answer).await {
                    Some(told) => before = Some(told),
                    None => return self.finish(client).await,
                },
                Read::Cut(bytes, reset) => {
                    let _ = client.write_all(&bytes).await;
                    return end(client, if reset { End::Reset } else { End::Close }).await;
                }
            }
        }
    }

    /// Returns what was delivered; nothing if the connection ends with it.
    async fn deliver(&self, client: &mut TcpStream, answer: Vec<u8>) -> Option<Vec<u8>> {
        let framing = match self.trouble {
            Trouble::Answer { framing, .. } | Trouble::Frame(framing) => framing,
            _ => Framing::Length,
        };
        let mut bytes = framed(&answer, framing);
        let changed = bytes != answer;
        match self.trouble {
            Trouble::Answer { after, .. } => {
                bytes.truncate(after % bytes.len().max(1));
                self.fired();
                let _ = client.write_all(&bytes).await;
                return None;
            }
            Trouble::Frame(_) if changed => self.fired(),
            _ => {}
        }
        let sent = client.write_all(&bytes).await.is_ok();
        (sent && !(changed && framing == Framing::UntilClose)).then_some(bytes)
    }

    async fn finish(&self, client: TcpStream) {
        let how = match self.trouble {
            Trouble::Answer { end, .. } => end,
            _ => End::Close,
        };
        end(client, how).await;
    }
}

/// Which rules for new connections have struck, how often, and their kinds.
fn struck(sandbox: &Sandbox) -> Vec<(u64, u64, &'static str)> {
    let fired = sandbox.faults_fired().into_iter().filter(|fired| fired.phase == "accept");
    fired.map(|fired| (fired.rule, fired.count, fired.kind)).collect()
}

async fn end(mut client: TcpStream, how: End) {
    match how {
        End::Close => {
            let _ = client.shutdown().await;
        }
        End::Reset => {
            let _ = client.set_zero_linger();
        }
        End::Stall => {
            let mut scrap = [0; 1_024];
            while matches!(client.read(&mut scrap).await, Ok(1..)) {}
        }
    }
}
