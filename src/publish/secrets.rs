//! Names of files that hold keys and passwords. Such a file is never published, whoever asks for it.

use crate::diagnostic::{Code, Diagnostic};

/// Names of folders with what is nobody else's concern.
const FOLDERS: &[&str] =
    &[".git", ".hg", ".svn", ".ssh", ".aws", ".azure", ".gnupg", ".kube", ".docker", ".gcloud"];

/// Names of files with keys and passwords.
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
    "credentials.json",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
];

/// Endings of files with keys.
const ENDINGS: &[&str] = &["pem", "key", "p12", "pfx", "ppk", "jks", "keystore", "kdbx"];

/// Why the file at `path` is not published, if its name says that it holds a secret.
pub fn refusal(path: &str) -> Option<Diagnostic> {
    is_secret(path).then(|| {
        Diagnostic::error(
            Code::Publish,
            format!("{path} would be published, and by its name it holds a secret"),
        )
        .hint("take it out of the folder with your essays, and build again")
        .hint("if everyone may read it, give it another name")
    })
}

fn is_secret(path: &str) -> bool {
    let path = path.to_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    folders.split('/').chain([name]).any(|part| FOLDERS.contains(&part))
        || FILES.contains(&name)
        || name == ".env"
        || name.starts_with(".env.")
        || ENDINGS.contains(&ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
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
            assert!(refusal(path).is_some_and(|told| told.message.contains(path)), "{path}");
        }
        for path in
            ["environment/index.html", "keys/index.html", "id_rsa.pub/index.html", "monkey.png"]
        {
            assert!(refusal(path).is_none(), "{path}");
        }
    }
}
