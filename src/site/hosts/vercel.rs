//! `vercel.json` (Vercel, "Static Configuration with vercel.json"), read in the folder that is deployed.
//!
//! - `trailingSlash` leads from `a` to `a/`, where links on the page are right, and leaves names with an ending
//!   alone, so it fits both forms of our addresses. `cleanUrls` would take the ending of `a.html` away.
//! - A source is a pattern (path-to-regexp), in which some signs have to be escaped.
//! - What is said with keeping is for files that never change; of others Vercel asks each time.

use serde_json::{Value, json};

use crate::book::urls::escaped;
use crate::site::hosts::{FOREVER, Lasting, Orders, Redirect};

/// The whole file.
pub fn write(orders: &Orders) -> String {
    let header = |(name, value): &(&str, String)| json!({ "key": name, "value": value });
    let all: Vec<Value> = orders.headers.iter().map(header).collect();
    let mut headers = vec![json!({ "source": "/(.*)", "headers": all })];
    headers.extend(orders.lasting.iter().map(|lasting| {
        let source = match lasting {
            Lasting::Folder(folder) => format!("/{}(.*)", pattern(folder)),
            Lasting::File(file) => format!("/{}", pattern(file)),
        };
        json!({ "source": source, "headers": [{ "key": "Cache-Control", "value": FOREVER }] })
    }));
    let redirect = |redirect: &Redirect| {
        json!({
            "source": pattern(&redirect.from),
            "destination": redirect.to,
            "statusCode": 301,
        })
    };
    let redirects: Vec<Value> = orders.redirects.iter().map(redirect).collect();
    let file = json!({
        "$schema": "https://openapi.vercel.sh/vercel.json",
        "cleanUrls": false,
        "trailingSlash": true,
        "headers": headers,
        "redirects": redirects,
    });
    format!("{file:#}\n")
}

/// A path as a pattern that stands for nothing else.
fn pattern(path: &str) -> String {
    let mut pattern = String::new();
    for c in escaped(path).chars() {
        if "(){}[]:*+?!.^$|\\".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_patterns_stand_for_themselves() {
        assert_eq!(pattern("/a b (c)+.html"), "/a%20b%20\\(c\\)\\+\\.html");
    }
}
