//! How a folder of another machine is named in `book.toml`: `rsync://user@host:/path`, or with the number of the port
//! `rsync://user@host:2222/path`. A path without a slash before it is one in the user's home folder.

use crate::diagnostic::{Code, Diagnostic};

/// A folder of another machine, reached by ssh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Who and where, as ssh has it.
    pub host: String,
    /// The port, if it is not the usual one.
    pub port: Option<u16>,
    /// The folder, without a slash at its end.
    pub folder: String,
}

const SCHEME: &str = "rsync://";

/// Whether `to` names such a folder.
pub fn is_rsync(to: &str) -> bool {
    to.starts_with(SCHEME)
}

impl Address {
    /// Reads `to`.
    ///
    /// # Errors
    /// When it lacks the host or the folder, or has letters that a shell over there would take for more than letters.
    pub fn parse(to: &str) -> Result<Address, Diagnostic> {
        let rest = to.strip_prefix(SCHEME).unwrap_or(to);
        // The colons of an address of the sixth version stand in brackets.
        let host_from = rest.find(']').unwrap_or(0);
        let Some(colon) = rest[host_from..].find(':').map(|at| at + host_from) else {
            let host = rest.split('/').next().unwrap_or("");
            let found =
                Diagnostic::error(Code::Publish, format!("`{to}` has no colon behind the host"));
            return Err(
                found.hint(format!("type: to = \"rsync://{host}:/folder\"; it is reached by ssh"))
            );
        };
        let (host, folder) = (&rest[..colon], &rest[colon + 1..]);
        let (port, folder) = match folder.split_once('/') {
            Some((port, _)) if !port.is_empty() && port.bytes().all(|c| c.is_ascii_digit()) => {
                let number = port.parse().ok().filter(|port| *port > 0);
                let number = number.ok_or_else(|| odd(to, "has a port that cannot be"))?;
                (Some(number), &folder[port.len()..])
            }
            _ => (None, folder),
        };
        let folder = folder.trim_end_matches('/');
        if folder.is_empty() {
            return Err(odd(to, "names no folder"));
        }
        if host.is_empty() || host.starts_with('-') || !host.chars().all(is_of_host) {
            return Err(odd(to, "has a host that cannot be"));
        }
        if folder.starts_with('-') || !folder.chars().all(is_of_folder) {
            return Err(odd(to, "has a folder with letters that cannot be given to every host"));
        }
        Ok(Address { host: host.to_owned(), port, folder: folder.to_owned() })
    }
}

fn is_of_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || "@.-_:[]%".contains(c)
}

fn is_of_folder(c: char) -> bool {
    c.is_alphanumeric() || "/._~+@,=%-".contains(c)
}

fn odd(to: &str, what: &str) -> Diagnostic {
    Diagnostic::error(Code::Publish, format!("`{to}` {what}"))
        .hint("type: to = \"rsync://user@host:/folder\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (to, parts) in [
            ("rsync://h.example:/srv/www/", Some(("h.example", None, "/srv/www"))),
            ("rsync://me@h.example:public_html", Some(("me@h.example", None, "public_html"))),
            ("rsync://me@h.example:2222/srv", Some(("me@h.example", Some(2222), "/srv"))),
            ("rsync://me@[::1]:/srv", Some(("me@[::1]", None, "/srv"))),
            ("rsync://h.example:2222", Some(("h.example", None, "2222"))),
            ("rsync://h.example/srv", None),
            ("rsync://h.example:/", None),
            ("rsync://h.example:", None),
            ("rsync://:/srv", None),
            ("rsync://-oProxyCommand=x:/srv", None),
            ("rsync://h.example:99999/srv", None),
            ("rsync://h.example:/srv/a b", None),
            ("rsync://h.example:/srv/$(x)", None),
        ] {
            let parts = parts.map(|(host, port, folder)| Address {
                host: host.to_owned(),
                port,
                folder: folder.to_owned(),
            });
            assert_eq!(Address::parse(to).ok(), parts, "{to}");
        }
    }
}
