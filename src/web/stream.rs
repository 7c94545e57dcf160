//! An answer that is written by one thread while it is sent by another; whoever reads slowly slows the writer down.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use http_body::{Body, Frame};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The writer's end.
pub(super) struct Pipe(Sender<io::Result<Bytes>>);

/// The answer's end.
pub(super) struct Flow(Receiver<io::Result<Bytes>>);

/// Both ends; at most so many pieces lie between them.
pub(super) fn stream() -> (Pipe, Flow) {
    let (sender, receiver) = channel(8);
    (Pipe(sender), Flow(receiver))
}

impl Pipe {
    /// Ends the answer so that whoever reads it sees that it is not whole.
    pub(super) fn break_off(self) {
        let _gone = self.0.blocking_send(Err(io::ErrorKind::Interrupted.into()));
    }
}

impl Write for &mut Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
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
