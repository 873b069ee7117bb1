//! Bytes from one side to the other, as they come, to their end or to a limit.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::sleep,
};

/// Passes bytes on until both sides have ended, or so many have come from the client. A side that
/// is reset resets the other. Returns the client's side, and whether it has ended by itself.
pub(super) async fn pass(
    mut client: TcpStream,
    mut provider: TcpStream,
    limit: Option<usize>,
    pieces: Option<(usize, Duration)>,
    shredded: impl Fn(),
) -> (TcpStream, bool) {
    let mut left = limit.unwrap_or(usize::MAX);
    let (mut up, mut down) = ([0; 16 * 1024], [0; 16 * 1024]);
    let (mut asking, mut answering) = (true, true);
    let mut told = false;
    while answering {
        if left == 0 {
            return (client, false);
        }
        let room = left.min(up.len());
        let (read, from_client) = tokio::select! {
            read = client.read(&mut up[..room]), if asking => (read, true),
            read = provider.read(&mut down) => (read, false),
        };
        let (from, to) = match from_client {
            true => (&up, &mut provider),
            false => (&down, &mut client),
        };
        match read {
            Ok(0) => {
                let _ = to.shutdown().await;
                *(if from_client { &mut asking } else { &mut answering }) = false;
            }
            Ok(count) => {
                if from_client {
                    left -= count;
                }
                let bytes = &from[..count];
                if let Some((piece, _)) = pieces
                    && count > piece
                    && !told
                {
                    told = true;
                    shredded();
                }
                if write(to, bytes, pieces).await.is_err() {
                    let _ = client.set_zero_linger();
                    return (client, true);
                }
            }
            Err(_) => {
                let _ = to.set_zero_linger();
                return (client, true);
            }
        }
    }
    (client, true)
}

async fn write(
    to: &mut TcpStream,
    bytes: &[u8],
    pieces: Option<(usize, Duration)>,
) -> std::io::Result<()> {
    let Some((piece, pause)) = pieces else { return to.write_all(bytes).await };
    for piece in bytes.chunks(piece.max(1)) {
        to.write_all(piece).await?;
        match pause.is_zero() {
            true => tokio::task::yield_now().await,
            false => sleep(pause).await,
        }
    }
    Ok(())
}
