//! Keys for Amazon S3 where the environment has none: those of whoever is logged in with the program `aws`. It knows
//! every way to log in (profiles, single sign-on, roles), so none of them is done again here.

use std::env;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::diagnostic::{Code, Diagnostic};

/// Keys of a user or a role.
pub struct Keys {
    /// The name of the key.
    pub id: String,
    /// The key.
    pub secret: String,
    /// What keys that end soon need besides.
    pub token: Option<String>,
}

/// What `aws configure export-credentials --format process` writes (AWS CLI 2, "Sourcing credentials with an
/// external process").
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Exported {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

/// Variables by which the environment says how to log in.
const VARIABLES: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SKIP_SIGNATURE",
];

/// The keys of whoever is logged in with `aws`; `None` where the environment has some, or where there is no such
/// program.
///
/// # Errors
/// When the program is there, is told by AWS_PROFILE which profile to take, and has no keys for it.
pub fn amazon() -> Result<Option<Keys>, Diagnostic> {
    if VARIABLES.iter().any(|name| env::var_os(name).is_some()) {
        return Ok(None);
    }
    let asked = Command::new("aws")
        .args(["configure", "export-credentials", "--format", "process"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let exported = asked.ok().filter(|asked| asked.status.success());
    let exported: Option<Exported> =
        exported.and_then(|asked| serde_json::from_slice(&asked.stdout).ok());
    match (exported, env::var("AWS_PROFILE")) {
        (Some(exported), _) => Ok(Some(Keys {
            id: exported.access_key_id,
            secret: exported.secret_access_key,
            token: exported.session_token,
        })),
        (None, Ok(profile)) => {
            let message = format!("the program `aws` gives no keys for the profile {profile}");
            Err(Diagnostic::error(Code::Publish, message)
                .hint(format!("log in first: aws sso login --profile {profile}"))
                .hint("or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"))
        }
        (None, Err(_)) => Ok(None),
    }
}
