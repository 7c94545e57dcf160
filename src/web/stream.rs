//! An answer that is written by one thread while it is sent by another; whoever reads slowly slows the writer down.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use http_body::{Body, Frame};
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::SendTimeoutError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The writer's end, for a thread that may wait.
pub(super) struct Pipe(Sender<io::Result<Bytes>>, Handle);

/// The answer's end.
pub(super) struct Flow(Receiver<io::Result<Bytes>>);

/// Both ends; at most half a megabyte lies between them.
pub(super) fn stream() -> (Pipe, Flow) {
    let (sender, receiver) = channel(8);
    (Pipe(sender, Handle::current()), Flow(receiver))
}

const PIECE: usize = 64 * 1024;

/// Whoever takes nothing for so long is given up, so that no thread waits for ever.
const PATIENCE: Duration = Duration::from_mins(1);

impl Pipe {
    /// Ends the answer so that whoever reads it sees that it is not whole.
    pub(super) fn break_off(self) {
        let _gone = self.1.block_on(self.0.send_timeout(Err(io::ErrorKind::Interrupted.into()), PATIENCE));
    }
}

impl Write for &mut Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (piece, _rest) = bytes.split_at_checked(PIECE).unwrap_or((bytes, &[]));
        let send = self.0.send_timeout(Ok(Bytes::copy_from_slice(piece)), PATIENCE);
        match self.1.block_on(send) {
            Ok(()) => Ok(piece.len()),
            Err(SendTimeoutError::Closed(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(SendTimeoutError::Timeout(_)) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Body for Flow {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
