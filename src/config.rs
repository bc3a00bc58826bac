//! `book.toml`: the configuration of a book.
//!
//! The tables `[book]`, `[build]` and `[output.html]` keep mdBook's keys with mdBook's meaning
//! (mdBook 0.5, guide, "Configuration"), so that a book can move over unchanged. What is ours
//! stands in `[handbook]`, `[preview]` and `[publish]`, where a key that we do not know is an error. All keys are
//! optional, and so is the file.

mod editor;
mod handbook;
mod hosting;
mod kinds;
mod publish;
pub mod reference;
pub mod schema;
pub mod slip;
mod theme;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, Failure, Noted, Place, floor_char, nearest};

pub use handbook::{CheckTable, HandbookTable, Links, MOST_PRINTED, RawHtml, UrlStyle};
pub use hosting::{Coding, Host, Hosting};
pub use publish::{PublishTable, PublishTables};
pub use theme::{PAPER, Palette, ThemeTable};

use handbook::{CHECK_KEYS, HANDBOOK_KEYS};
#[cfg(test)]
use hosting::HOSTING_KEYS;
use theme::THEME_KEYS;

/// The configuration of a book, with its defaults filled in.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// `[book]`
    pub book: BookTable,
    /// `[build]`
    pub build: BuildTable,
    /// `[output]`, of which only `html` concerns us.
    pub output: OutputTable,
    /// `[handbook]`: the keys that are ours.
    pub handbook: HandbookTable,
    /// `[preview]`: how this author likes to write.
    pub preview: PreviewTable,
    /// `[publish]`: where the site is published.
    pub publish: PublishTables,
    /// What follows from `[handbook.theme]`.
    #[serde(skip)]
    pub palette: Palette,
}

/// `[preview]`: what only `sternpost serve` needs to know.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct PreviewTable {
    /// The program in which the author writes: `vscode`, `idea`, `zed`, or an address with `{path}` and
    /// `{line}` that opens another.
    pub editor: Option<String>,
}

/// The keys of `[preview]`.
const PREVIEW_KEYS: &[&str] = &["editor"];

/// `[book]`: what the book is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct BookTable {
    /// The book's title. Default: that of the home page, else the folder's name.
    pub title: Option<String>,
    /// The people who wrote the book.
    pub authors: Vec<String>,
    /// One or two sentences on what the book is.
    pub description: Option<String>,
    /// The folder with the essays, relative to `book.toml`.
    pub src: Option<String>,
    /// BCP 47 tag of the language that the book is written in, by default `en`.
    pub language: Option<String>,
    /// `ltr` or `rtl`; by default as the language is written.
    pub text_direction: Option<TextDirection>,
}

/// The direction in which a script is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum TextDirection {
    /// Left to right.
    #[serde(rename = "ltr")]
    LeftToRight,
    /// Right to left.
    #[serde(rename = "rtl")]
    RightToLeft,
}

/// `[build]`: where the site is written.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct BuildTable {
    /// The output folder, relative to `book.toml`, by default `book`.
    pub build_dir: Option<String>,
    /// Folders beside the content folder that the preview watches too, relative to `book.toml`.
    pub extra_watch_dirs: Vec<String>,
}

/// `[output]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct OutputTable {
    /// `[output.html]`
    pub html: HtmlTable,
}

/// `[output.html]`: how pages are written.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct HtmlTable {
    /// Straight quotes become curly, `--` and `...` dashes and an ellipsis. Default: true.
    pub smart_punctuation: bool,
    /// Definition lists are recognised. Default: true.
    pub definition_lists: bool,
    /// `> [!NOTE]` becomes a callout. Default: true.
    pub admonitions: bool,
    /// The colours that a page opens in: `light`, `dark`, or by the reader's system.
    pub default_theme: Option<String>,
    /// Style sheets to add to every page, relative to `book.toml`.
    pub additional_css: Vec<String>,
    /// Scripts to add to every page, relative to `book.toml`.
    pub additional_js: Vec<String>,
    /// Where the sources live, linked from every page.
    pub git_repository_url: Option<String>,
    /// Where a page can be edited; `{path}` stands for the file's path from the project's root.
    pub edit_url_template: Option<String>,
    /// The full address of the site's root. mdBook takes a path here; where it is only that, no
    /// absolute addresses can be made.
    pub site_url: Option<String>,
    /// The name by which GitHub Pages shows the site, such as `handbook.example.org`.
    pub cname: Option<String>,
    /// Old addresses, each with the page or address that it leads to.
    pub redirect: BTreeMap<String, String>,
    /// `[output.html.search]`
    pub search: Switch,
    /// `[output.html.print]`
    pub print: Switch,
}

/// A table of mdBook's of which we read whether the thing is wanted.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Switch {
    /// Whether there is one. Default: true.
    pub enable: bool,
}

impl Default for Switch {
    fn default() -> Switch {
        Switch { enable: true }
    }
}

impl Default for HtmlTable {
    fn default() -> HtmlTable {
        HtmlTable {
            smart_punctuation: true,
            definition_lists: true,
            admonitions: true,
            default_theme: None,
            additional_css: Vec::new(),
            additional_js: Vec::new(),
            git_repository_url: None,
            edit_url_template: None,
            site_url: None,
            cname: None,
            redirect: BTreeMap::new(),
            search: Switch::default(),
            print: Switch::default(),
        }
    }
}

/// mdBook's keys that are read but change nothing here, with the reason. A dot separates tables.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("build.create-missing", "missing files are never created"),
    ("build.use-default-preprocessors", "there are no preprocessors"),
    ("output.html.theme", "a site's own templates stand in `templates/`"),
    ("output.html.preferred-dark-theme", "there is one dark theme"),
    ("output.html.mathjax-support", "no script from elsewhere is loaded"),
    ("output.html.no-section-label", "chapters are not numbered"),
    ("output.html.hash-files", "styles and scripts always carry a hash"),
    ("output.html.playground", "code is not run"),
    ("preprocessor", "preprocessors are not run"),
    ("rust", "code is not run"),
];

impl Config {
    /// Reads the text of a `book.toml`. `file` is its name in messages. `overrides` are keys, with dots
    /// between tables, and values that count instead (see [`overrides`]).
    ///
    /// # Errors
    /// When the text is not TOML, a value has the wrong type, or a key of `[handbook]` is unknown.
    pub fn parse(
        file: &str,
        text: &str,
        overrides: &[(String, String)],
    ) -> Result<Noted<Config>, Failure> {
        let told = |error: &toml::de::Error, explain: fn(&str, &str) -> slip::Told| {
            let span = error.span().unwrap_or(0..0);
            let start = floor_char(text, span.start);
            let from = text[..start].rfind('\n').map_or(0, |end| end + 1);
            let line = text[from..].lines().next().unwrap_or("");
            let secret = publish::secret_key(text, from);
            let shown = secret.map(|key| format!("{key} = ..."));
            let line = shown.as_deref().unwrap_or(line);
            let (what, hint) = explain(error.message().lines().next().unwrap_or(""), line);
            let found = Diagnostic::error(Code::Config, what);
            let found = if hint.is_empty() { found } else { found.hint(hint) };
            match secret {
                Some(key) => publish::hidden(found, file, text, span, key).hint(
                    "if it is a password or a key, take it out: whoever reads this file could use it",
                ),
                None => found.at(Place::in_text(file, text, span)),
            }
        };
        let wrong = |error: &toml::de::Error| told(error, kinds::explain);
        let table = DeTable::parse(text).map_err(|error| told(&error, slip::in_toml))?;
        let mut unknown = unknown_own_keys(file, text, table.get_ref());
        unknown.extend(publish::wrong(file, text, table.get_ref()));
        unknown.extend(hosting::wrong(file, text, table.get_ref()));
        if !unknown.is_empty() {
            return Err(Failure(unknown));
        }
        let mut config: Config = match overrides {
            [] => toml::from_str(text).map_err(|error| wrong(&error))?,
            overrides => overridden(text, overrides)?,
        };
        if let Some(editor) = &config.preview.editor
            && editor::template(editor).is_none()
        {
            let place = span_of(table.get_ref(), "preview.editor").unwrap_or(0..0);
            return Err(editor::wrong(editor).at(Place::in_text(file, text, place)).into());
        }
        let mut notes = without_effect(file, text, table.get_ref());
        notes.extend(kinds::unread_keys(file, text, table.get_ref()));
        notes.extend(repository_notes(&config, file, text, table.get_ref()));
        notes.extend(allow_notes(&config, file, text, table.get_ref()));
        notes.extend(language_note(&config, file, text, table.get_ref()));
        notes.extend(cname_note(&config, file, text, table.get_ref()));
        if config.handbook.paginate == 0 {
            let place = span_of(table.get_ref(), "handbook.paginate").unwrap_or(0..0);
            return Err(Diagnostic::error(Code::Config, "`paginate` must be 1 or more")
                .at(Place::in_text(file, text, place))
                .hint("type the number of essays that one page of a tag should list, such as 50")
                .into());
        }
        notes.extend(site_url_note(&config, file, text, table.get_ref()));
        let (palette, found) = config.handbook.theme.read();
        config.palette = palette;
        for (key, found) in found {
            let place = span_of(table.get_ref(), &format!("handbook.theme.{key}")).unwrap_or(0..0);
            notes.push(found.at(Place::in_text(file, text, place)));
        }
        Ok(Noted { value: config, notes })
    }

    /// The full address of the site's root with a closing slash, if one is known.
    pub fn site_url(&self) -> Option<String> {
        let url = self.output.html.site_url.as_deref()?.trim();
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
        (!host.is_empty() && !host.contains(char::is_whitespace))
            .then(|| format!("{}/", url.trim_end_matches('/')))
    }

    /// The name that GitHub Pages is to show the site by, if one can be that.
    pub fn cname(&self) -> Option<&str> {
        let name = self.output.html.cname.as_deref()?.trim();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
        (name.contains('.') && name.chars().all(is_part)).then_some(name)
    }

    /// The path of the site's address below its host, with a slash at both ends.
    pub fn base_path(&self) -> String {
        let url = self.site_url().unwrap_or_default();
        let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        path.map_or_else(|| "/".to_owned(), |(_, path)| format!("/{path}"))
    }

    /// Whether a page is `essay/` or `essay.html`.
    pub fn url_style(&self) -> UrlStyle {
        self.handbook.url_style.unwrap_or_default()
    }

    /// Whether the site can be searched, by our key or mdBook's.
    pub fn search(&self) -> bool {
        self.handbook.search && self.output.html.search.enable
    }

    /// Whether a book of `essays` essays is also put on one page.
    pub fn print(&self, essays: usize) -> bool {
        self.output.html.print.enable && self.handbook.print.unwrap_or(essays <= MOST_PRINTED)
    }

    /// The language of the book as a BCP 47 tag.
    pub fn language(&self) -> &str {
        self.book.language.as_deref().filter(|l| !l.trim().is_empty()).unwrap_or("en")
    }

    /// `ltr` or `rtl`.
    pub fn direction(&self) -> &'static str {
        match self.book.text_direction {
            Some(TextDirection::LeftToRight) => "ltr",
            Some(TextDirection::RightToLeft) => "rtl",
            None => direction_of(self.language()),
        }
    }

    /// `light`, `dark` or `auto`.
    pub fn default_theme(&self) -> &'static str {
        match self.output.html.default_theme.as_deref() {
            // mdBook's five themes, by whether they are dark.
            Some("light" | "rust") => "light",
            Some("dark" | "coal" | "navy" | "ayu") => "dark",
            _ => "auto",
        }
    }
}

/// The keys that the environment sets, as mdBook has it (its guide, "Environment variables"):
/// `MDBOOK_BOOK__TITLE` is `book.title`, two `_` part tables, one is a hyphen.
pub fn overrides(environment: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = environment
        .filter_map(|(name, value)| {
            let key = name.strip_prefix("MDBOOK_")?.to_lowercase();
            Some((key.replace("__", ".").replace('_', "-"), value))
        })
        .collect();
    found.sort();
    found
}

/// The configuration with keys set from outside. A value is read as JSON if it is that, else as text.
fn overridden(text: &str, overrides: &[(String, String)]) -> Result<Config, Failure> {
    let wrong = |error: toml::de::Error| {
        let names: Vec<_> = overrides.iter().map(|(key, _)| format!("`{key}`")).collect();
        let message = format!("{} from the environment: {}", names.join(", "), error.message());
        Diagnostic::error(Code::Config, message)
            .hint("look at the variables that begin with MDBOOK_")
    };
    let mut table: toml::Table = toml::from_str(text).map_err(wrong)?;
    for (key, value) in overrides {
        let json = serde_json::from_str::<toml::Value>(value).ok();
        set(&mut table, key, json.unwrap_or_else(|| toml::Value::String(value.clone())));
    }
    Ok(table.try_into().map_err(wrong)?)
}

/// Sets the key with the dotted path `path`, where no value of another kind is in the way.
fn set(table: &mut toml::Table, path: &str, value: toml::Value) {
    match path.split_once('.') {
        None => {
            table.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let below = table
                .entry(first.to_owned())
                .or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let toml::Value::Table(below) = below {
                set(below, rest, value);
            }
        }
    }
}

/// Languages that are written from right to left (as in mdBook, `BookConfig::realized_text_direction`).
fn direction_of(language: &str) -> &'static str {
    let primary = language.split(['-', '_']).next().unwrap_or("");
    match primary {
        "ar" | "arc" | "az_arab" | "ckb" | "dv" | "fa" | "he" | "iw" | "ks" | "ku" | "nqo"
        | "ps" | "sd" | "syr" | "ug" | "ur" | "yi" => "rtl",
        _ => "ltr",
    }
}

/// Keys in the tables that are ours which no one reads.
fn unknown_own_keys(file: &str, text: &str, table: &DeTable<'_>) -> Vec<Diagnostic> {
    let ours = below(table, "handbook");
    let tables = [
        (ours, "handbook", HANDBOOK_KEYS),
        (ours.and_then(|ours| below(ours, "check")), "handbook.check", CHECK_KEYS),
        (ours.and_then(|ours| below(ours, "theme")), "handbook.theme", THEME_KEYS),
        (below(table, "preview"), "preview", PREVIEW_KEYS),
    ];
    tables
        .into_iter()
        .filter_map(|(table, name, keys)| Some((table?, name, keys)))
        .flat_map(|(table, name, keys)| unknown_keys(file, text, table, name, keys))
        .collect()
}

/// The table with this name in `table`.
fn below<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t DeTable<'i>> {
    match table.get(name).map(Spanned::get_ref) {
        Some(DeValue::Table(below)) => Some(below),
        _ => None,
    }
}

fn unknown_keys(
    file: &str,
    text: &str,
    table: &DeTable<'_>,
    name: &str,
    known: &[&str],
) -> Vec<Diagnostic> {
    table
        .keys()
        .filter(|key| !known.contains(&key.get_ref().as_ref()))
        .map(|key| {
            let message = format!("unknown key `{}` in `[{name}]`", key.get_ref());
            let found =
                Diagnostic::error(Code::Config, message).at(Place::in_text(file, text, key.span()));
            let near = nearest(key.get_ref(), known.iter().copied());
            match (near, kinds::home_of(key.get_ref())) {
                (Some(near), _) => found.hint(format!("did you mean `{near}`?")),
                (None, Some(home)) => {
                    found.hint(format!("it belongs in another table: put it below [{home}]"))
                }
                (None, None) => found.hint(format!("the keys are: {}", known.join(", "))),
            }
        })
        .collect()
}

fn without_effect(file: &str, text: &str, table: &DeTable<'_>) -> Vec<Diagnostic> {
    WITHOUT_EFFECT
        .iter()
        .filter_map(|(key, why)| {
            let span = span_of(table, key)?;
            let message = format!("`{key}` has no effect here: {why}");
            Some(Diagnostic::note(Code::ConfigUnused, message).at(Place::in_text(file, text, span)))
        })
        .collect()
}

fn site_url_note(
    config: &Config,
    file: &str,
    text: &str,
    table: &DeTable<'_>,
) -> Option<Diagnostic> {
    let given = config.output.html.site_url.as_deref()?;
    if config.site_url().is_some() {
        return None;
    }
    let message = format!("`site-url` is `{given}`, which is not a full address");
    Some(
        Diagnostic::note(Code::Config, message)
            .at(Place::in_text(file, text, span_of(table, "output.html.site-url")?))
            .hint(format!(
                "with one, such as \"{}\", feeds and a sitemap are written too",
                full_address(given)
            )),
    )
}

/// What is said of a `cname` that is more than a name: GitHub would not take it.
fn cname_note(config: &Config, file: &str, text: &str, table: &DeTable<'_>) -> Option<Diagnostic> {
    let given = config.output.html.cname.as_deref()?;
    if config.cname().is_some() {
        return None;
    }
    let url = full_address(given);
    let name = url.trim_start_matches("https://").split('/').next().unwrap_or("");
    let name = if name == "example.org" { "handbook.example.org" } else { name };
    let message = format!("`cname` is `{given}`, which is not the name of a site");
    Some(
        Diagnostic::warning(Code::Config, message)
            .at(Place::in_text(file, text, span_of(table, "output.html.cname")?))
            .hint(format!(
                "type only what stands between https:// and the next /: cname = \"{name}\""
            )),
    )
}

/// The full address that was probably meant.
fn full_address(given: &str) -> String {
    let host = given.rsplit("//").next().unwrap_or(given);
    let host = host.trim_start_matches("https:/").trim_start_matches("http:/").trim_matches('/');
    let is_host = |host: &str| {
        let name = host.split('/').next().unwrap_or("");
        name.contains('.') && !name.starts_with('.') && !host.contains(char::is_whitespace)
    };
    match is_host(host) {
        true => format!("https://{host}/"),
        false => "https://example.org/handbook/".to_owned(),
    }
}

/// What is said of addresses that lead nowhere or everywhere to the same page.
fn repository_notes(
    config: &Config,
    file: &str,
    text: &str,
    table: &DeTable<'_>,
) -> Vec<Diagnostic> {
    let html = &config.output.html;
    let mut found = Vec::new();
    let mut tell = |key: &str, what: String, hint: String| {
        if let Some(span) = span_of(table, &format!("output.html.{key}")) {
            let note = Diagnostic::warning(Code::Config, what);
            found.push(note.at(Place::in_text(file, text, span)).hint(hint));
        }
    };
    let is_full = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    if let Some(url) = html.git_repository_url.as_deref().filter(|url| !is_full(url)) {
        let what = format!("`git-repository-url` is `{url}`, which is not a full address");
        let meant = full_address(url);
        let meant = meant.trim_end_matches('/');
        tell("git-repository-url", what, format!("type: git-repository-url = \"{meant}\""));
    }
    if let Some(url) = html.edit_url_template.as_deref().filter(|url| !url.contains("{path}")) {
        let what = "`edit-url-template` is the same address for every page".to_owned();
        let bare = url.trim_end_matches('/');
        let hint = format!("{{path}} stands for the file: edit-url-template = \"{bare}/{{path}}\"");
        tell("edit-url-template", what, hint);
    }
    found
}

/// What is said of kinds of findings that there are not.
fn allow_notes(config: &Config, file: &str, text: &str, table: &DeTable<'_>) -> Vec<Diagnostic> {
    let names = || Code::ALL.iter().map(|code| code.name());
    let unknown = config.handbook.check.allow.iter().filter(|name| !names().any(|n| n == *name));
    let told = |name: &String| {
        let span = span_of(table, "handbook.check.allow")?;
        let what = format!("`allow` names `{name}`, and no finding is called that");
        let note = Diagnostic::warning(Code::Config, what).at(Place::in_text(file, text, span));
        Some(match nearest(name, names()) {
            Some(near) => note.hint(format!("did you mean `{near}`?")),
            None => note.hint("its name stands between brackets where a finding is told"),
        })
    };
    unknown.filter_map(told).collect()
}

/// Whether `tag` has the form of a language's short name (BCP 47: RFC 5646, section 2.1).
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or("");
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let is_primary =
        matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    is_primary && parts.all(is_part)
}

/// What is said of a language that browsers and screen readers would not know.
fn language_note(
    config: &Config,
    file: &str,
    text: &str,
    table: &DeTable<'_>,
) -> Option<Diagnostic> {
    const NAMES: &[(&str, &str)] = &[
        ("english", "en"),
        ("german", "de"),
        ("deutsch", "de"),
        ("french", "fr"),
        ("spanish", "es"),
        ("italian", "it"),
        ("portuguese", "pt"),
        ("dutch", "nl"),
        ("japanese", "ja"),
        ("chinese", "zh"),
        ("arabic", "ar"),
        ("hebrew", "he"),
    ];
    let given = config.book.language.as_deref()?.trim();
    if given.is_empty() || is_language(given) {
        return None;
    }
    let lower = given.to_lowercase();
    let named = NAMES.iter().find(|(name, _)| *name == lower).map(|(_, tag)| (*tag).to_owned());
    let meant = named.unwrap_or_else(|| match given.contains('_') {
        true => given.replace('_', "-"),
        false => "en".to_owned(),
    });
    let message = format!("`language` is `{given}`, which browsers do not know as a language");
    Some(
        Diagnostic::warning(Code::Config, message)
            .at(Place::in_text(file, text, span_of(table, "book.language")?))
            .hint(format!("type its short form, such as: language = \"{meant}\"")),
    )
}

/// Where the key with the dotted path `path` stands.
fn span_of(table: &DeTable<'_>, path: &str) -> Option<std::ops::Range<usize>> {
    let mut table = table;
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        let (key, value) = table.iter().find(|(key, _)| key.get_ref().as_ref() == part)?;
        if parts.peek().is_none() {
            return Some(key.span());
        }
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_keys_are_those_of_the_table() {
        for key in HANDBOOK_KEYS {
            // A value of a wrong type shows that the key is read.
            let text = format!("[handbook]\n{key} = [[1]]\n");
            assert!(Config::parse("book.toml", &text, &[]).is_err(), "{key} is not read");
        }
    }

    #[test]
    fn the_named_switches_of_publishing_are_those_of_the_table() {
        for key in HOSTING_KEYS {
            let text = format!("[publish]\n{key} = [[1]]\n");
            assert!(Config::parse("book.toml", &text, &[]).is_err(), "{key} is not read");
        }
        let text = "[publish]\nprecompress = [\"gz\"]\n[publish.live]\nto = \"/srv\"\n";
        let hosting = Config::parse("book.toml", text, &[]).unwrap().value.publish.hosting;
        assert_eq!(hosting.precompress, [Coding::Gz]);
        assert!(hosting.is_for(Host::Cloudflare) && !hosting.is_for(Host::Vercel));
        assert!(Config::parse("book.toml", "[publish]\nhost = 1\n", &[]).is_err());
    }

    #[test]
    fn a_name_is_no_address() {
        let cname = |given: &str| {
            let text = format!("[output.html]\ncname = \"{given}\"\n");
            let read = Config::parse("book.toml", &text, &[]).unwrap();
            let hints = read.notes.iter().flat_map(|note| note.hints.clone()).collect::<String>();
            (read.value.cname().map(str::to_owned), hints)
        };
        assert_eq!(cname("a.example"), (Some("a.example".to_owned()), String::new()));
        let (name, hint) = cname("https://a.example/b");
        assert!(name.is_none() && hint.ends_with("cname = \"a.example\""), "{hint}");
    }

    #[test]
    fn an_empty_file_is_the_default() {
        let config = Config::parse("book.toml", "", &[]).unwrap().value;
        assert_eq!((config.language(), config.direction(), config.site_url()), ("en", "ltr", None));
        assert!(config.output.html.smart_punctuation);
    }

    #[test]
    fn a_path_is_no_site_url() {
        let read =
            Config::parse("book.toml", "[output.html]\nsite-url = \"/mdBook/\"\n", &[]).unwrap();
        assert_eq!(read.value.site_url(), None);
        assert_eq!(read.notes.len(), 1);
        let read =
            Config::parse("b", "[output.html]\nsite-url = \"https://a.org/b\"\n", &[]).unwrap();
        assert_eq!(read.value.site_url().as_deref(), Some("https://a.org/b/"));
    }

    #[test]
    fn the_environment_sets_keys() {
        let environment = [
            ("MDBOOK_BOOK__TITLE", "Mine"),
            ("MDBOOK_OUTPUT__HTML__DEFAULT_THEME", "coal"),
            ("MDBOOK_BOOK__AUTHORS", "[\"A\"]"),
            ("HOME", "/"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let set = overrides(environment.into_iter());
        let config =
            Config::parse("b", "[book]\ntitle = \"x\"\nlanguage = \"de\"\n", &set).unwrap().value;
        assert_eq!((config.book.title.as_deref(), config.language()), (Some("Mine"), "de"));
        assert_eq!((config.default_theme(), config.book.authors), ("dark", vec!["A".to_owned()]));
        let wrong = [("book.title".to_owned(), "1".to_owned())];
        let error = Config::parse("b", "", &wrong).unwrap_err();
        assert!(error.0[0].message.starts_with("`book.title` from the environment"));
    }
}
