//! `_headers` and `_redirects`, which Netlify and Cloudflare read (Netlify, "Custom headers" and "Redirects";
//! Cloudflare Pages, "Headers" and "Redirects").
//!
//! - Of two rules for one file both count, and at Cloudflare a header that stands in both has both values. So none
//!   stands in two: what is not said here of keeping is as both hosts have it, which ask each time.
//! - A `*` stands at the end of a path only, as Netlify knows no other.
//! - Netlify shows a file rather than follow a redirect from its address, unless the number of the redirect has an
//!   exclamation mark; Cloudflare always follows, and takes no line with such a mark.

use crate::book::urls::escaped;
use crate::config::{Host, Hosting};
use crate::site::hosts::{FOREVER, Lasting, Orders};

/// Hosts take no longer line: Cloudflare 1,000 characters for a redirect.
const LONGEST: usize = 1_000;

/// What is said with files.
pub fn headers(orders: &Orders) -> String {
    let mut text =
        "# For hosts that read this file, such as Netlify and Cloudflare Pages.\n/*\n".to_owned();
    for (name, value) in &orders.headers {
        text.push_str(&format!("  {name}: {value}\n"));
    }
    if !orders.lasting.is_empty() {
        text.push_str("# The names of these files bear a hash of what they hold.\n");
    }
    for lasting in &orders.lasting {
        let path = match lasting {
            Lasting::Folder(folder) => format!("{}*", escaped(folder)),
            Lasting::File(file) => escaped(file),
        };
        text.push_str(&format!("/{path}\n  Cache-Control: {FOREVER}\n"));
    }
    text
}

/// Which addresses have moved.
pub fn redirects(orders: &Orders, publish: &Hosting) -> String {
    let mut text = "# Addresses that have moved. There is a page at each of them too.\n".to_owned();
    let forms = [(Host::Netlify, "Netlify", "301!"), (Host::Cloudflare, "Cloudflare", "301")];
    for (_, name, status) in forms.into_iter().filter(|(host, ..)| publish.is_for(*host)) {
        text.push_str(&format!("# For {name}:\n"));
        for redirect in &orders.redirects {
            let line = format!("{} {} {status}\n", escaped(&redirect.from), redirect.to);
            if line.len() <= LONGEST {
                text.push_str(&line);
            }
        }
    }
    if orders.more > 0 {
        text.push_str(&format!("# {} more are pages only: hosts take no more.\n", orders.more));
    }
    text
}
