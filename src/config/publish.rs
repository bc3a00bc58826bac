//! `[publish.NAME]`: the places that the site is published to.

use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::hosting::HOSTING_KEYS;
use crate::config::{Hosting, below};
use crate::diagnostic::{Code, Diagnostic, Place, nearest};

/// `[publish]`: a table for each target, and what is the same for all.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
pub struct PublishTables {
    /// What hosts are told, and in which forms files are there.
    #[serde(flatten)]
    pub hosting: Hosting,
    /// `[publish.NAME]`
    #[serde(flatten)]
    pub targets: BTreeMap<String, PublishTable>,
}

/// `[publish.NAME]`: one target. Credentials never stand here: they come from the environment.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct PublishTable {
    /// Where to: `s3://bucket/folder`, `gs://bucket/folder`, `az://container/folder`, `github-pages`,
    /// `git+ssh://git@host/site.git#branch`, `rsync://user@host:/folder`, `/folder`.
    pub to: String,
    /// The address of a store that is not the provider's own, such as `https://s3.example.org`.
    pub endpoint: Option<String>,
    /// The region of an S3 bucket.
    pub region: Option<String>,
    /// The account that an Azure container belongs to.
    pub account: Option<String>,
    /// How long files with a hash in their name stay when the site has them no more, such as `30 days`.
    pub keep: Option<String>,
}

/// The keys of `[publish.NAME]`.
const TARGET_KEYS: &[&str] = &["to", "endpoint", "region", "account", "keep"];

/// How many seconds are in a day.
const DAY: i64 = 24 * 60 * 60;

/// How many days files with a hash in their name stay.
const KEPT_DAYS: i64 = 30;

impl PublishTable {
    /// How many seconds files with a hash in their name stay when the site has them no more.
    pub fn keep_seconds(&self) -> i64 {
        self.keep.as_deref().and_then(seconds).unwrap_or(KEPT_DAYS * DAY)
    }
}

/// A time such as `30 days` or `12 hours` in seconds.
fn seconds(text: &str) -> Option<i64> {
    let span: jiff::Span = text.trim().parse().ok()?;
    let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
    Some(duration.as_secs()).filter(|seconds| *seconds >= 0)
}

/// Everything that is wrong in `[publish]`.
pub(super) fn wrong(file: &str, text: &str, table: &DeTable<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some((key, value)) = table.get_key_value("publish")
        && !matches!(value.get_ref(), DeValue::Table(_))
    {
        let told = Diagnostic::error(Code::Config, "`publish` is a table, not a value")
            .hint("type [publish.site], and below it: to = \"s3://bucket/folder\"");
        return vec![hidden(told, file, text, key.span(), "publish")];
    }
    for (name, value) in below(table, "publish").into_iter().flatten() {
        let (name, span) = (name.get_ref().as_ref(), name.span());
        if HOSTING_KEYS.contains(&name) {
            continue;
        }
        let DeValue::Table(target) = value.get_ref() else {
            found.push(hidden(no_table(name), file, text, span, name));
            continue;
        };
        let before = found.len();
        for (key, value) in target {
            found.extend(wrong_key(file, text, name, key, value));
        }
        if found.len() == before && !target.contains_key("to") {
            let what = format!("`[publish.{name}]` does not say where to");
            let place = Place::in_text(file, text, span);
            found.push(
                Diagnostic::error(Code::Config, what)
                    .at(place)
                    .hint("type below it: to = \"s3://bucket/folder\""),
            );
        }
    }
    found
}

/// What is told of a value where a target's table should be.
fn no_table(name: &str) -> Diagnostic {
    if is_secret(name) {
        return secret(name);
    }
    let what = format!("unknown key `{name}` in `[publish]`");
    let found = Diagnostic::error(Code::Config, what);
    if TARGET_KEYS.contains(&name) {
        return found.hint(
            "each target has a table with a name of its own: put it below a line that says [publish.site]",
        );
    }
    match nearest(name, HOSTING_KEYS.iter().copied()) {
        Some(near) => found.hint(format!("did you mean `{near}`?")),
        None => found.hint("targets stand below it, each in a table of its own: [publish.site]"),
    }
}

fn wrong_key(
    file: &str,
    text: &str,
    target: &str,
    key: &Spanned<std::borrow::Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
) -> Option<Diagnostic> {
    let (name, span) = (key.get_ref().as_ref(), key.span());
    let tell = |what: String| Diagnostic::error(Code::Config, what);
    if !TARGET_KEYS.contains(&name) {
        let told = if is_secret(name) {
            secret(name)
        } else {
            let told = tell(format!("unknown key `{name}` in `[publish.{target}]`"));
            match nearest(name, TARGET_KEYS.iter().copied()) {
                Some(near) => told.hint(format!("did you mean `{near}`?")),
                None => told.hint(format!("the keys are: {}", TARGET_KEYS.join(", "))),
            }
        };
        return Some(hidden(told, file, text, span, name));
    }
    let DeValue::String(given) = value.get_ref() else {
        let told = tell(format!("`{name}` should be text in quotation marks"));
        let example = match name {
            "keep" => "30 days",
            "to" => "s3://bucket/folder",
            _ => "...",
        };
        return Some(hidden(
            told.hint(format!("type: {name} = \"{example}\"")),
            file,
            text,
            span,
            name,
        ));
    };
    if holds_secret(given) {
        let told = tell(format!("`{name}` holds a password or a key"))
            .hint("take it out of the address; whoever reads book.toml could publish")
            .hint("docs/guide/publishing.md says where credentials belong");
        return Some(hidden(told, file, text, span, name));
    }
    let at = || Place::in_text(file, text, value.span());
    match name {
        "keep" if seconds(given).is_none() => Some(wrong_keep(given).at(at())),
        "to" if given.trim().is_empty() => Some(
            tell("`to` is empty".to_owned()).at(at()).hint("type: to = \"s3://bucket/folder\""),
        ),
        "endpoint" if !is_endpoint(given) => Some(
            tell(format!("`endpoint` is no full address: `{given}`"))
                .at(at())
                .hint("type the address of the store with https:// before it"),
        ),
        _ => None,
    }
}

/// What is told of a time for which nothing can be kept.
fn wrong_keep(given: &str) -> Diagnostic {
    let found = |what: &str| Diagnostic::error(Code::Config, format!("`keep` {what}: `{given}`"));
    match given.trim().parse::<jiff::Span>() {
        Ok(span) if span.is_positive() => found("is not always the same length of time")
            .hint("count in days or hours, as months and years differ: type keep = \"30 days\""),
        _ => found("is no length of time").hint("type: keep = \"30 days\""),
    }
}

/// A store is asked by TLS, but for one on this machine.
fn is_endpoint(address: &str) -> bool {
    let host = |rest: &str| rest.split(['/', ':']).next().unwrap_or("").to_owned();
    match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
        (Some(rest), _) => !host(rest).is_empty(),
        (None, Some(rest)) => {
            matches!(&*host(rest), "localhost" | "127.0.0.1" | "[") || may_be_plain()
        }
        (None, None) => false,
    }
}

/// Whether the environment permits that a store be asked without TLS, by the variables that other programs know too.
fn may_be_plain() -> bool {
    let is_set = |name: &str| std::env::var(name).is_ok_and(|value| value == "true");
    is_set("AWS_ALLOW_HTTP") || is_set("AZURE_ALLOW_HTTP")
}

/// Whether a key is called as credentials are.
fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    ["key", "secret", "password", "passwd", "token", "credential", "sas"]
        .iter()
        .any(|word| key.contains(word))
}

/// Whether an address holds a password: before the host, or as a signature behind it.
fn holds_secret(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else {
        let user = address.split_once('@').map(|(user, _)| user);
        return user.is_some_and(|user| user.contains(':') && !user.contains(['/', '\\']));
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    let user = host.rsplit_once('@').map(|(user, _)| user);
    // Here a name alone can be a token. By ssh people log in with a name, and a key that stands elsewhere.
    let takes_tokens = scheme.ends_with("http")
        || scheme.ends_with("https")
        || ["s3", "gs", "az"].contains(&scheme);
    // Keys can have slashes in them, behind which nothing is the host's any more.
    let is_cut = takes_tokens
        && rest.contains('@')
        && host.split_once(':').is_some_and(|(_, port)| {
            port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit())
        });
    let is_password = user.is_some_and(|user| takes_tokens || user.contains(':'));
    let query = rest.split_once('?').map_or("", |(_, query)| query).to_lowercase();
    is_password
        || is_cut
        || ["sig=", "signature=", "token=", "key=", "secret=", "password="]
            .iter()
            .any(|sign| query.contains(sign))
}

/// The key of the line that begins at `start`, or of the value that goes on there from a line above, if what stands
/// behind it may be a secret and is not to be shown. The line is none that can be read, so it is only looked at.
pub(super) fn secret_key(text: &str, start: usize) -> Option<&str> {
    let line = text[start..].lines().next().unwrap_or("");
    let begins = |line: &&str| line.contains('=') || line.trim_start().starts_with('[');
    let lines = std::iter::once(line).chain(text[..start].lines().rev());
    let line = if is_secret(line) { line } else { lines.into_iter().find(begins)? };
    let (key, value) = line.split_once(['=', ':']).unwrap_or((line, ""));
    let key = key.trim();
    let value = value.trim().trim_matches(['"', '\'']);
    match key.split_once(char::is_whitespace) {
        _ if key.starts_with('[') => None,
        Some((key, _)) if is_secret(line) => Some(key),
        _ if is_secret(key) || holds_secret(value) => Some(key),
        _ => None,
    }
}

fn secret(key: &str) -> Diagnostic {
    let what = format!("`{key}` looks like a password or a key, and does not belong in book.toml");
    Diagnostic::error(Code::Config, what)
        .hint("take it out, and make a new one if others could read this file")
        .hint("credentials come from the environment: see docs/guide/publishing.md")
}

/// `told`, at a key whose value is not shown: it may be a secret.
pub(super) fn hidden(
    told: Diagnostic,
    file: &str,
    text: &str,
    span: Range<usize>,
    key: &str,
) -> Diagnostic {
    let mut place = Place::in_text(file, text, span);
    place.excerpt = format!("{key} = ...");
    place.marked = (0, key.len());
    told.at(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::diagnostic::Failure;

    fn told(text: &str) -> String {
        match Config::parse("book.toml", text, &[]) {
            Ok(_) => String::new(),
            Err(Failure(found)) => found.iter().map(Diagnostic::plain).collect(),
        }
    }

    #[test]
    fn the_named_keys_are_those_of_the_table() {
        for key in TARGET_KEYS {
            let text = format!("[publish.site]\nto = \"s3://b\"\n{key} = \"https://x\"\n");
            let said = told(&text.replacen("to = \"s3://b\"\nto", "to", 1));
            assert!(!said.contains("unknown key"), "{key}: {said}");
        }
    }

    #[test]
    fn targets_are_read() {
        let text = "[publish.site]\nto = \"s3://b/c\"\nkeep = \"2 days\"\n[publish.other]\nto = \"gs://b\"\n";
        let config = Config::parse("book.toml", text, &[]).unwrap().value;
        let targets = &config.publish.targets;
        assert_eq!(targets.keys().collect::<Vec<_>>(), ["other", "site"]);
        assert_eq!(targets["site"].keep_seconds(), 2 * DAY);
        assert_eq!(targets["other"].keep_seconds(), KEPT_DAYS * DAY);
    }

    #[test]
    fn what_cannot_be_is_told_with_what_to_type() {
        for (lines, what) in [
            ("[publish]\nto = \"s3://b\"", "each target has a table"),
            ("[publish.site]\nregion = \"x\"", "does not say where to"),
            ("[publish.site]\nto = \"s3://b\"\nregoin = \"x\"", "did you mean `region`?"),
            ("[publish.site]\nto = \"s3://b\"\nkeep = 30", "type: keep = \"30 days\""),
            ("[publish.site]\nto = \"s3://b\"\nkeep = \"soon\"", "no length of time"),
            ("[publish.site]\nto = \"s3://b\"\nkeep = \"1 month\"", "count in days or hours"),
            ("[publish.site]\nto = \"s3://b\"\nendpoint = \"s3.example.org\"", "https://"),
            ("[publish.site]\nto = \"s3://b\"\nendpoint = \"http://s3.example.org\"", "https://"),
        ] {
            let said = told(lines);
            assert!(said.contains(what), "{lines}: {said}");
        }
    }

    #[test]
    fn no_secret_in_the_file_is_taken_or_shown() {
        for line in [
            "access-key = \"hunter2\"",
            "secret_access_key = \"hunter2\"",
            "api-token = \"hunter2\"",
            "pasword = \"hunter2\"",
            "to = \"s3://AKIA:hunter2@bucket\"",
            "to = \"git+https://hunter2@example.org/x.git\"",
            "to = \"git+ssh://git:hunter2@example.org/x.git\"",
            "endpoint = \"https://x.example/?sig=hunter2\"",
            "to = \"me:hunter2@example.org:/srv\"",
            "to = \"s3://AKIA:a/hunter2@bucket\"",
            "to = s3://AKIA:hunter2@bucket",
            "secret-key = hunter2",
            "secret-key: hunter2",
            "secret-key hunter2",
            "secret key = \"hunter2\"",
            "secret-key = \"hunter2",
            "secret-keys = [\n  hunter2,\n]",
            "keep = \"1 day\"\n[output.html]\npassword = hunter2",
            "[other]\ntoken = 'hunter2",
        ] {
            let said = told(&format!("[publish.site]\n{line}\n"));
            assert!(said.contains("error[config]"), "{line}: {said}");
            assert!(!said.contains("hunter2"), "{line}: {said}");
        }
        let said = told("publish = \"s3://a:hunter2@b\"\n");
        assert!(said.contains("type [publish.site]") && !said.contains("hunter2"), "{said}");
        assert_eq!(told("[publish.site]\nto = \"git+ssh://git@example.org/x.git#pages\"\n"), "");
        assert_eq!(told("[publish.site]\nto = \"rsync://me@example.org:/srv\"\n"), "");
        for to in ["sftp://me@h:/x", "git@h.example:me/x.git#y", "git+https://h:80/@me#x", "/a:b@c"]
        {
            assert_eq!(told(&format!("[publish.site]\nto = \"{to}\"\n")), "", "{to}");
        }
        // What holds no secret is shown, so that its line is found.
        assert!(told("[publish.site]\nregion = eu\n").contains("region = eu"));
    }
}
