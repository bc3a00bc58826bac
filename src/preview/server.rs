//! Connections: who is listened to, for how long, and how many at once.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::preview::answer::Preview;
use crate::preview::guard::Ends;

/// How long a browser may take to say what it wants, or say nothing between two requests.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many connections there are at once; more wait until one ends.
const MOST: usize = 800;

/// How many bytes the head of a request may have.
const LONGEST_HEAD: usize = 32 * 1024;

/// Listens for good.
///
/// # Errors
/// When the system refuses what a server needs.
pub fn run(listeners: Vec<std::net::TcpListener>, preview: Arc<Preview>) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(64)
        .thread_keep_alive(Duration::from_secs(60))
        .build()?;
    runtime.block_on(async move {
        let places = Arc::new(Semaphore::new(MOST));
        let mut tasks = Vec::new();
        for listener in listeners {
            listener.set_nonblocking(true)?;
            let listener = TcpListener::from_std(listener)?;
            tasks.push(tokio::spawn(accept(listener, Arc::clone(&preview), Arc::clone(&places))));
        }
        for task in tasks {
            let _ = task.await;
        }
        Ok(())
    })
}

async fn accept(listener: TcpListener, preview: Arc<Preview>, places: Arc<Semaphore>) {
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let preview = Arc::clone(&preview);
                tokio::spawn(async move {
                    converse(stream, preview).await;
                    drop(place);
                });
            }
            // Out of file handles, most likely: connections that end give some back.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn converse(stream: TcpStream, preview: Arc<Preview>) {
    let (Ok(peer), Ok(here)) = (stream.peer_addr(), stream.local_addr()) else { return };
    // Answers are small and waited for.
    let _ = stream.set_nodelay(true);
    let ends = Ends::new(peer, here);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let preview = Arc::clone(&preview);
        let (parts, _) = request.into_parts();
        async move { Ok::<_, Infallible>(preview.answer(parts, ends).await) }
    });
    let conversation = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    // How a connection ends is the browser's business.
    let _ = conversation.await;
}
