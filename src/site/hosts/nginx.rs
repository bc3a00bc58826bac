//! The settings of a site for nginx (nginx.org, "Module ngx_http_core_module" and its neighbours).
//!
//! - An `add_header` in a block replaces all those of the blocks around it. So no location has any, and how long a
//!   file may be kept is asked of a `map`.
//! - Each redirect is a location that is compared whole: a `map` of them would need hash tables of a size that the
//!   person who sets up nginx has to find out.
//! - `nginx.conf` includes such a file where servers stand, so it holds a whole one.

use crate::config::Coding;
use crate::site::hosts::{ASK, FOREVER, Lasting, Orders, Place};

/// The text of a file for `conf.d` or `sites-available`.
pub fn write(orders: &Orders, place: &Place<'_>) -> String {
    let Place { title, host, .. } = place;
    let base = &orders.base;
    let name = variable(host);
    let mut text = format!(
        "# {title}, for nginx. Written by: sternpost hosts nginx\n\
         # Put this file where nginx looks for sites, such as /etc/nginx/conf.d/handbook.conf,\n\
         # set `root` to the folder {}, then type: nginx -t && nginx -s reload\n\n",
        root_is(base),
    );
    text.push_str(&format!("map $uri ${name}_keep {{\n    default \"{ASK}\";\n"));
    for lasting in &orders.lasting {
        let pattern = match lasting {
            Lasting::Folder(folder) => format!("^{}", pattern(&format!("{base}{folder}"))),
            Lasting::File(file) => format!("^{}$", pattern(&format!("{base}{file}"))),
        };
        text.push_str(&format!("    \"~{pattern}\" \"{FOREVER}\";\n"));
    }
    let bare = host.split(':').next().unwrap_or(host);
    text.push_str(&format!(
        "}}\n\nserver {{\n    listen 80;\n    server_name {bare};\n    root /srv/handbook;\n\n"
    ));
    for (header, value) in &orders.headers {
        text.push_str(&format!("    add_header {header} \"{value}\" always;\n"));
    }
    text.push_str(&format!("    add_header Cache-Control ${name}_keep;\n\n"));
    text.push_str(
        "    charset utf-8;\n    charset_types text/css text/plain text/xml text/markdown \
         application/javascript text/javascript application/json application/atom+xml \
         application/manifest+json image/svg+xml;\n",
    );
    text.push_str(
        "    location ~ \\.md$ { default_type text/markdown; }\n    \
         location ~ \\.webmanifest$ { default_type application/manifest+json; }\n\n",
    );
    if place.codings.contains(&Coding::Gz) {
        text.push_str(
            "    # The files that end in .gz lie beside the others.\n    gzip_static on;\n",
        );
    }
    if place.codings.contains(&Coding::Br) {
        text.push_str(
            "    # Those that end in .br too; for them nginx needs the module ngx_brotli.\n    \
             # brotli_static on;\n",
        );
    }
    text.push_str(&format!(
        "    absolute_redirect off;\n    error_page 404 {base}404.html;\n    \
         location = {base}404.html {{ internal; }}\n"
    ));
    if !orders.redirects.is_empty() {
        text.push_str("\n    # Addresses that have moved.\n");
    }
    for redirect in &orders.redirects {
        text.push_str(&format!(
            "    location = {} {{ return 301 \"{}\"; }}\n",
            quoted(&redirect.from),
            redirect.to
        ));
    }
    text.push_str("}\n");
    text
}

/// What `root` is to be.
fn root_is(base: &str) -> String {
    match base {
        "/" => "that holds the site".to_owned(),
        base => format!("in which the site lies as {}", base.trim_matches('/')),
    }
}

/// A name that no other site on the machine has.
fn variable(host: &str) -> String {
    let name: String =
        host.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("of_{name}")
}

/// A path as a regular expression that stands for nothing else.
fn pattern(path: &str) -> String {
    let mut pattern = String::new();
    for c in path.chars() {
        if "\\.+*?()|[]{}^$".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    // In quotation marks a backslash stands before itself.
    pattern.replace('\\', "\\\\")
}

/// A path as one word. The names of a site's files hold neither quotation marks nor backslashes.
fn quoted(path: &str) -> String {
    format!("\"{path}\"")
}
