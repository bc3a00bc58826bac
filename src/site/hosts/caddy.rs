//! The settings of a site for Caddy 2 (caddyserver.com, "Caddyfile").
//!
//! - A header that is set by two directives has the value of the one whose path is longer, which is not for us to
//!   count on: the two that say how long a file may be kept are for different files.
//! - `path` takes `*` at the end of a path for all that is below, and does not tell capitals from small letters.

use crate::config::Coding;
use crate::site::hosts::{ASK, FOREVER, Lasting, Orders, Place};

/// The text of a `Caddyfile`.
pub fn write(orders: &Orders, place: &Place<'_>) -> String {
    let Place { title, host, codings } = place;
    let base = &orders.base;
    let mut text = format!(
        "# {title}, for Caddy. Written by: sternpost hosts caddy\n\
         # Put this into a Caddyfile, such as /etc/caddy/Caddyfile, set `root` to the folder\n\
         # {}, then type: caddy reload --config /etc/caddy/Caddyfile\n\n\
         {host} {{\n\troot * /srv/handbook\n\tencode zstd gzip\n\n\theader {{\n",
        match base.as_str() {
            "/" => "that holds the site".to_owned(),
            base => format!("in which the site lies as {}", base.trim_matches('/')),
        },
    );
    for (name, value) in &orders.headers {
        text.push_str(&format!("\t\t{name} \"{value}\"\n"));
    }
    text.push_str("\t}\n");
    let paths: Vec<String> = orders.lasting.iter().map(|lasting| path(base, lasting)).collect();
    let paths = paths.join(" ");
    text.push_str(&format!(
        "\t@lasting path {paths}\n\theader @lasting Cache-Control \"{FOREVER}\"\n\
         \t@other not path {paths}\n\theader @other Cache-Control {ASK}\n"
    ));
    if !orders.redirects.is_empty() {
        text.push_str("\n\t# Addresses that have moved.\n");
    }
    for redirect in &orders.redirects {
        text.push_str(&format!("\tredir \"{}\" \"{}\" 301\n", redirect.from, redirect.to));
    }
    let forms: Vec<&str> = codings
        .iter()
        .map(|coding| match coding {
            Coding::Br => "br",
            Coding::Gz => "gzip",
        })
        .collect();
    text.push_str("\n\tfile_server");
    if !forms.is_empty() {
        text.push_str(&format!(" {{\n\t\tprecompressed {}\n\t}}", forms.join(" ")));
    }
    text.push_str(&format!(
        "\n\thandle_errors {{\n\t\theader Cache-Control {ASK}\n\t\trewrite * {base}404.html\n\
         \t\tfile_server\n\t}}\n}}\n"
    ));
    text
}

/// The path of what never changes, as one word.
fn path(base: &str, lasting: &Lasting) -> String {
    match lasting {
        Lasting::Folder(folder) => format!("\"{base}{folder}*\""),
        Lasting::File(file) => format!("\"{base}{file}\""),
    }
}
