//! `book.toml` from its bytes.
//!
//! - Never a panic; what is wrong can be shown and has its place in the file.
//! - What follows from the keys can be asked for, and what goes into style sheets and addresses holds nothing that
//!   ends it.

use sternpost::config::Config;

use super::{decoded, told};

pub fn holds(data: &[u8]) {
    let text = decoded(data);
    let config = match Config::parse("book.toml", &text, &[]) {
        Ok(read) => {
            told(&read.notes);
            read.value
        }
        Err(failure) => {
            assert!(!failure.0.is_empty());
            return told(&failure.0);
        }
    };
    assert!(config.handbook.paginate > 0);
    if let Some(url) = config.site_url() {
        assert!(url.starts_with("http") && url.ends_with('/'), "{url}");
    }
    assert!(matches!(config.direction(), "ltr" | "rtl"));
    assert!(!config.language().trim().is_empty());
    let palette = &config.palette;
    let colours = palette.accent.iter().flatten();
    for value in colours.chain(&palette.font).chain(&palette.headings) {
        assert!(!value.contains(['{', '}', ';', '<', '\n']), "{value:?}");
    }
}
