//! How object stores are asked: by the client that asks everywhere else in the program. It gives up after a bounded
//! time; asking again is the caller's.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::Method;
use http_body_util::BodyExt;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};

/// How long a host may take until it answers at all.
const CONNECT: Duration = Duration::from_secs(10);

/// The same where only machines of a cloud get an answer: others find out soon that they are none.
const CONNECT_NEAR: Duration = Duration::from_secs(1);

/// How long sending or receiving one file may take.
const TRANSFER: Duration = Duration::from_secs(10 * 60);

/// How long a host may think.
const ANSWER: Duration = Duration::from_secs(60);

/// Asks by ureq.
#[derive(Debug)]
pub struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Service { far: agent(CONNECT), near: agent(CONNECT_NEAR) }))
    }
}

fn agent(connect: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_connect(Some(connect))
        .timeout_send_body(Some(TRANSFER))
        .timeout_recv_response(Some(ANSWER))
        .timeout_recv_body(Some(TRANSFER))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections_per_host(32)
        .max_idle_connections(64)
        .http_status_as_error(false)
        .user_agent(concat!("sternpost/", env!("CARGO_PKG_VERSION")))
        .build()
        .into()
}

#[derive(Debug)]
struct Service {
    far: ureq::Agent,
    near: ureq::Agent,
}

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let host = parts.uri.host().unwrap_or("").to_owned();
        let is_near = is_near(&host);
        let agent = if is_near { &self.near } else { &self.far }.clone();
        let request = http::Request::from_parts(parts, body);
        // The client waits, and other requests should not wait with it.
        let asked = tokio::task::spawn_blocking(move || ask(&agent, request)).await;
        let failed = |kind, why| Err(HttpError::new(kind, Unanswered { host: host.clone(), why }));
        match asked {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                let (kind, why) = why(&error);
                failed(if is_near { HttpErrorKind::Unknown } else { kind }, why)
            }
            Err(_) => failed(HttpErrorKind::Unknown, "the program was stopped".to_owned()),
        }
    }
}

/// Whether a host is one that gives machines of a cloud their credentials: those are in reach of no one else.
pub fn is_near(host: &str) -> bool {
    host.starts_with("169.254.") || host == "metadata.google.internal"
}

fn ask(agent: &ureq::Agent, request: http::Request<Bytes>) -> Result<HttpResponse, ureq::Error> {
    let is_bare = request.body().is_empty()
        && matches!(*request.method(), Method::GET | Method::HEAD | Method::DELETE);
    let (parts, body) = request.into_parts();
    let answer = match is_bare {
        true => agent.run(http::Request::from_parts(parts, ()))?,
        false => agent.run(http::Request::from_parts(parts, &*body))?,
    };
    let (parts, mut body) = answer.into_parts();
    let bytes = body.with_config().limit(u64::MAX).read_to_vec()?;
    Ok(http::Response::from_parts(parts, bytes.into()))
}

/// Whether asking again can help, and what people are told. No word of it comes from the request, which holds what
/// nobody should see.
fn why(error: &ureq::Error) -> (HttpErrorKind, String) {
    use std::io::ErrorKind;
    match error {
        ureq::Error::HostNotFound => {
            (HttpErrorKind::Unknown, "no such host can be found".to_owned())
        }
        ureq::Error::ConnectionFailed | ureq::Error::ConnectProxyFailed(_) => {
            (HttpErrorKind::Connect, "no connection can be made".to_owned())
        }
        ureq::Error::Timeout(_) => {
            (HttpErrorKind::Timeout, "it does not answer in time".to_owned())
        }
        ureq::Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => {
                (HttpErrorKind::Connect, "it refuses the connection".to_owned())
            }
            ErrorKind::TimedOut => {
                (HttpErrorKind::Timeout, "it does not answer in time".to_owned())
            }
            ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof => {
                (HttpErrorKind::Interrupted, "the connection was cut off".to_owned())
            }
            _ => (HttpErrorKind::Connect, crate::diagnostic::reason(error)),
        },
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
            (HttpErrorKind::Unknown, "its certificate cannot be trusted".to_owned())
        }
        _ => (HttpErrorKind::Request, "it does not answer as a store does".to_owned()),
    }
}

/// A host gave no answer.
#[derive(Debug)]
pub struct Unanswered {
    /// Its name.
    pub host: String,
    /// What is told.
    pub why: String,
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.host, self.why)
    }
}

impl Error for Unanswered {}
