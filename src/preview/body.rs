//! What answers hold: bytes that are there, or bytes that come one lot after another.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::mpsc::{Receiver, channel};

/// How many bytes of a file are read at once.
const LOT: usize = 64 * 1024;

/// The body of an answer.
pub enum Answered {
    /// All of it, in one or two parts.
    Whole(std::collections::VecDeque<Bytes>),
    /// What comes through a channel; how many bytes that will be, if it is known.
    Coming(Receiver<Bytes>, Option<u64>),
}

impl Answered {
    /// These bytes.
    pub fn of(bytes: impl Into<Bytes>) -> Answered {
        Answered::Whole([bytes.into()].into())
    }

    /// A page with something written in at byte `at`; the page is not copied.
    pub fn with_insertion(page: Arc<[u8]>, at: usize, inserted: String) -> Answered {
        let bytes = Bytes::from_owner(page);
        Answered::Whole([bytes.slice(..at), inserted.into(), bytes.slice(at..)].into())
    }

    /// `length` bytes of a file from byte `from`, read as they are sent.
    pub fn file(mut file: File, from: u64, length: u64) -> Answered {
        let (sender, receiver) = channel(2);
        tokio::task::spawn_blocking(move || {
            if file.seek(SeekFrom::Start(from)).is_err() {
                return;
            }
            let mut rest = file.take(length);
            loop {
                let mut lot = vec![0; LOT];
                match rest.read(&mut lot) {
                    Ok(read) if read > 0 => lot.truncate(read),
                    // A file that ends early ends the connection: what was promised cannot be sent.
                    Ok(_) | Err(_) => return,
                }
                if sender.blocking_send(lot.into()).is_err() {
                    return;
                }
            }
        });
        Answered::Coming(receiver, Some(length))
    }
}

impl Body for Answered {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let part = match self.get_mut() {
            Answered::Whole(parts) => Poll::Ready(parts.pop_front()),
            Answered::Coming(receiver, _) => receiver.poll_recv(context),
        };
        part.map(|part| part.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Answered::Whole(parts) if parts.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Answered::Whole(parts) => {
                SizeHint::with_exact(parts.iter().map(|part| part.len() as u64).sum())
            }
            Answered::Coming(_, Some(length)) => SizeHint::with_exact(*length),
            Answered::Coming(_, None) => SizeHint::default(),
        }
    }
}
