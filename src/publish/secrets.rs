//! Names of files that hold keys and passwords. Such a file is never published, whoever asks for it.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::walk::{has_ending, is_secret};

/// Names of folders with what is nobody else's concern.
const FOLDERS: &[&str] =
    &[".git", ".hg", ".svn", ".ssh", ".aws", ".azure", ".gnupg", ".kube", ".docker", ".gcloud"];

/// Names of files with keys and passwords, besides those that no build takes ([`is_secret`]).
const FILES: &[&str] = &[
    ".npmrc",
    ".netrc",
    "_netrc",
    ".pypirc",
    ".htpasswd",
    ".pgpass",
    ".git-credentials",
    ".dockercfg",
    ".vault-token",
];

/// Endings of files with keys, likewise.
const ENDINGS: &[&str] = &["key", "ppk", "jks", "keystore"];

/// Why the file at `path`, which holds `bytes`, is not published, if its name says that it holds a secret.
pub fn refusal(path: &str, bytes: &[u8]) -> Option<Diagnostic> {
    (is_called_secret(path) && !is_slides(path, bytes)).then(|| {
        Diagnostic::error(
            Code::Publish,
            format!("{path} would be published, and by its name it holds a secret"),
        )
        .hint("take it out of the folder with your essays, and build again")
        .hint("if everyone may read it, give it another name")
    })
}

/// Slides of Keynote end in `.key` too. They are archives (PKWARE's APPNOTE, 4.3.7), which keys are not.
fn is_slides(path: &str, bytes: &[u8]) -> bool {
    path.ends_with(".key") && bytes.starts_with(b"PK\x03\x04")
}

fn is_called_secret(path: &str) -> bool {
    let path = path.to_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    folders.split('/').chain([name]).any(|part| FOLDERS.contains(&part))
        || FILES.contains(&name)
        || has_ending(name, ENDINGS)
        || is_secret(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        let told = |path: &str| refusal(path, b"-----BEGIN").map(|told| told.message);
        for path in [
            ".env",
            "a/.env.production",
            "deep/er/server.pem",
            "Server.KEY",
            "id_rsa",
            "keys/id_ed25519",
            ".git/config",
            "a/.ssh/known_hosts",
            ".npmrc",
            ".aws/credentials",
        ] {
            assert!(told(path).is_some_and(|told| told.contains(path)), "{path}");
        }
        for path in
            ["environment/index.html", "keys/index.html", "id_rsa.pub/index.html", "monkey.png"]
        {
            assert_eq!(told(path), None, "{path}");
        }
        assert!(refusal("talk.key", b"PK\x03\x04").is_none());
        assert!(refusal("talk.pem", b"PK\x03\x04").is_some());
    }
}
