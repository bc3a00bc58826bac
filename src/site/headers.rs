//! What is said with each file of the site: of which type it is, and how long it may be kept.

use crate::site::Role;

/// The type of a file by its name, with the encoding that all of ours have.
pub fn content_type(path: &str) -> String {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    // What the list of types does not know, or knows otherwise than browsers and feed readers do.
    match ending {
        "webmanifest" => return "application/manifest+json".to_owned(),
        "md" => return "text/markdown; charset=utf-8".to_owned(),
        "wasm" => return "application/wasm".to_owned(),
        _ => {}
    }
    if matches!(path.rsplit('/').next(), Some("atom.xml")) {
        return "application/atom+xml; charset=utf-8".to_owned();
    }
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    match (kind.type_(), kind.subtype().as_str()) {
        (mime_guess::mime::TEXT, _) | (_, "xml" | "javascript") => format!("{kind}; charset=utf-8"),
        _ => kind.to_string(),
    }
}

/// How long browsers and the caches between may keep a file (RFC 9111; `immutable`: RFC 8246).
pub const fn cache_control(role: Role) -> &'static str {
    match role {
        Role::Hashed => "public, max-age=31536000, immutable",
        Role::Asset => "public, max-age=3600",
        // Kept, but asked for each time whether it is still the same.
        Role::Page | Role::Entry => "no-cache",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_the_encoding_where_there_is_one() {
        for (path, kind) in [
            ("index.html", "text/html; charset=utf-8"),
            ("assets/style-1.css", "text/css; charset=utf-8"),
            ("assets/app-1.js", "text/javascript; charset=utf-8"),
            ("sitemap.xml", "text/xml; charset=utf-8"),
            ("tags/x/atom.xml", "application/atom+xml; charset=utf-8"),
            ("feed.json", "application/json"),
            ("site.webmanifest", "application/manifest+json"),
            ("a.svg", "image/svg+xml"),
            ("a.webp", "image/webp"),
            ("llms.txt", "text/plain; charset=utf-8"),
            ("a/index.md", "text/markdown; charset=utf-8"),
            ("pagefind/wasm.en.pagefind", "application/octet-stream"),
            ("_headers", "application/octet-stream"),
        ] {
            assert_eq!(content_type(path), kind, "{path}");
        }
    }
}
