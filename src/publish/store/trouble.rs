//! What people are told when a store refuses. Nothing that a store or its client says is passed on as it is: it can
//! repeat keys and signatures of the request. From it are taken only a status and the store's own word for the error.

use std::error::Error;
use std::io;

use crate::diagnostic::{Code, Diagnostic, reason};
use crate::publish::store::http::{Unanswered, is_near};

/// What was being done.
#[derive(Debug, Clone, Copy)]
pub enum Doing<'p> {
    /// Looking at what is there.
    Look,
    /// Reading one file.
    Read(&'p str),
    /// Putting one.
    Put(&'p str),
    /// Removing one.
    Remove(&'p str),
}

impl Doing<'_> {
    fn in_words(self) -> String {
        match self {
            Doing::Look => "look at what is there".to_owned(),
            Doing::Read(path) => format!("look at {path}"),
            Doing::Put(path) => format!("put {path}"),
            Doing::Remove(path) => format!("remove {path}"),
        }
    }
}

/// What is told of `error`, which came of `doing` something at `address`.
pub fn told(address: &str, doing: Doing<'_>, error: &object_store::Error) -> Diagnostic {
    let said = error.to_string();
    let word = word(&said);
    let status = status(error, &said);
    let tell = |why: &str| {
        let message = format!("cannot {} at {address}: {why}", doing.in_words());
        Diagnostic::error(Code::Publish, message)
    };
    let resume = "when that is mended publish again: what is there already is not sent twice";
    if let Some(Unanswered { host, why }) = unanswered(error) {
        if is_near(host) {
            return tell("no credentials were found").hint(where_credentials(address));
        }
        return tell(&format!("{host}: {why}"))
            .hint("see whether this machine is in the network, and whether `endpoint` is right")
            .hint(resume);
    }
    let word_of = word.map(|word| format!(" ({word})")).unwrap_or_default();
    match (status, word) {
        (_, Some("NoSuchBucket" | "ContainerNotFound" | "InvalidBucketName")) => {
            tell(&format!("there is no such bucket{word_of}"))
                .hint("see whether the name in `to` is right, and make the bucket first")
        }
        (_, Some("PermanentRedirect" | "AuthorizationHeaderMalformed" | "TemporaryRedirect")) => {
            tell(&format!("the bucket is in another region{word_of}")).hint(
                "write the region of the bucket below `to`, such as: region = \"eu-central-1\"",
            )
        }
        _ if said.contains("redirect without LOCATION") => tell("the bucket is in another region")
            .hint("write the region of the bucket below `to`, such as: region = \"eu-central-1\""),
        (Some(401), _) => tell(&format!("the store does not know who is asking{word_of}"))
            .hint(where_credentials(address)),
        (Some(403), Some("RequestTimeTooSkewed")) => {
            tell("the clock of this machine is wrong").hint("set it right, and publish again")
        }
        (Some(403), _) => tell(&format!("the store does not permit it{word_of}"))
            .hint(where_credentials(address))
            .hint("what is needed there: to list, read, write and delete objects"),
        (Some(404), _) => tell(&format!("there is nothing of this name{word_of}"))
            .hint("see whether the name in `to` is right"),
        (Some(429 | 503), _) => tell(&format!("the store is busy{word_of}"))
            .hint("publish again in a while: what is there already is not sent twice"),
        (Some(status), _) => {
            tell(&format!("the store answers with status {status}{word_of}")).hint(resume)
        }
        (None, _) => match error {
            object_store::Error::InvalidPath { .. } => tell(
                "something there has a name that no file can have, such as one with two slashes",
            )
            .hint("publish to a folder of its own, such as to = \"s3://bucket/handbook\""),
            _ => tell(&format!("the store does not answer as it should{word_of}"))
                .hint(where_credentials(address))
                .hint(resume),
        },
    }
}

/// Whether the store does not know what was asked for.
pub fn is_unknown(error: &object_store::Error) -> bool {
    matches!(
        error,
        object_store::Error::NotImplemented { .. } | object_store::Error::NotSupported { .. }
    ) || status(error, &error.to_string()) == Some(501)
}

/// What is told where credentials are missing or wrong.
pub fn where_credentials(address: &str) -> &'static str {
    match address.split("://").next() {
        Some("gs") => {
            "credentials come from the file that the variable GOOGLE_APPLICATION_CREDENTIALS names, or from \
             `gcloud auth application-default login`"
        }
        Some("az") => {
            "credentials come from the variables AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, \
             AZURE_STORAGE_SAS_TOKEN, or AZURE_CLIENT_ID with AZURE_CLIENT_SECRET and AZURE_TENANT_ID"
        }
        _ => {
            "credentials come from the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and \
             AWS_SESSION_TOKEN, where there is one), or from the program `aws`, if you are logged in there"
        }
    }
}

/// What is told where the system does not give what waiting for answers needs.
pub fn no_runtime(address: &str, error: &io::Error) -> Diagnostic {
    let message = format!("cannot connect to {address}: {}", reason(error));
    Diagnostic::error(Code::Publish, message)
}

/// The host that gave no answer, if that is what went wrong.
fn unanswered(error: &object_store::Error) -> Option<&Unanswered> {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        source = error.source();
    }
    None
}

fn status(error: &object_store::Error, said: &str) -> Option<u16> {
    match error {
        object_store::Error::NotFound { .. } => Some(404),
        object_store::Error::PermissionDenied { .. } => Some(403),
        object_store::Error::Unauthenticated { .. } => Some(401),
        _ => {
            let (_, after) = said.split_once("status code: ")?;
            after.get(..3)?.parse().ok()
        }
    }
}

/// The store's own word for the error, as all three write it into the answer.
fn word(said: &str) -> Option<&str> {
    let (_, after) = said.split_once("<Code>")?;
    let (word, _) = after.split_once("</Code>")?;
    let is_word = word.len() < 50 && word.chars().all(|c| c.is_ascii_alphabetic());
    is_word.then_some(word)
}
