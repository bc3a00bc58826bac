//! The theme: the templates and styles that are compiled in, and those of the site, which win file
//! by file.
//!
//! Every built-in template is registered as `builtin/NAME`, those of a theme that the site names as
//! `theme/NAME`, and a bare `NAME` finds the site's own first, then the theme's, so that a site's `page.html` can say `{% extends "builtin/page.html" %}` and change one
//! block. Styles and scripts are published under a name with a hash of what they hold, so that a
//! browser may keep them for good.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rust_embed::RustEmbed;
use tera::{ErrorKind, Tera};
use walkdir::WalkDir;

use crate::book::Url;
use crate::config::Palette;
use crate::diagnostic::{Code, Diagnostic, Failure, Noted, Place, nearest};
use crate::render::bounds::Bounded;
use crate::render::context::Shared;
use crate::render::fingerprint::{Fingerprint, Printer};
use crate::render::seen::Seen;
use crate::render::words::{self, Words};
use crate::render::{bounds, card, filters, once};
use crate::source::text;
use crate::source::walk::is_litter;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Builtin;

/// What built-in templates are registered under.
pub const BUILTIN: &str = "builtin/";

/// What the templates of a theme that the site names are registered under.
const NAMED: &str = "theme/";

/// The folder of the site in which styles and scripts are published.
pub const FOLDER: &str = "assets";

/// The style sheet of every page.
const STYLE: &str = "style.css";

/// What is added to the style sheet: those of blocks, code and pictures.
const PARTS_OF_STYLE: &[&str] = &["blocks.css", "code.css", "images.css"];

/// The folder of the templates of blocks.
const BLOCKS: &str = "blocks/";

/// The folder of the texts that new essays begin with, which are no part of the theme.
const PATTERNS: &str = "new/";

/// The template of blocks that have none of their own, and of those that fold.
const CALLOUT: &str = "blocks/callout.html";

/// As many bytes as most pages have: a page that grows bit by bit is copied again and again.
const COMMON_PAGE: usize = 24 * 1024;

/// A style sheet, script or other file that pages load.
#[derive(Debug, Clone)]
pub struct ThemeFile {
    /// Its address, with a hash in it.
    pub url: Url,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// A file of the built-in theme.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its name, such as `page.html` or `blocks/person.html`.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Part {
    /// What it is for: the first sentence of the comment that it begins with.
    pub fn about(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        let begins = |mark| text.trim_start().strip_prefix(mark);
        let comment = [
            ("{#-", "#}"),
            ("{#", "#}"),
            ("/*", "*/"),
            ("//", "\n\n"),
            ("<!--", "-->"),
            ("#", "\n\n"),
        ]
        .iter()
        .find_map(|(from, to)| begins(from)?.split(to).next().map(str::to_owned))
        .unwrap_or_default();
        let words: Vec<_> = comment.split_whitespace().filter(|word| *word != "//").collect();
        let line = words.join(" ");
        let end = line.find(". ").or_else(|| line.find(": ")).unwrap_or(line.len());
        line[..end].trim_end_matches([' ', '-', '.']).to_owned()
    }
}

/// The files of the built-in theme, in order.
pub fn builtin() -> Vec<Part> {
    let part = |name: std::borrow::Cow<'static, str>| {
        let bytes = Builtin::get(&name)?.data.into_owned();
        Some(Part { name: name.into_owned(), bytes })
    };
    let is_theme = |name: &std::borrow::Cow<'static, str>| !name.starts_with(PATTERNS);
    let mut parts: Vec<Part> = Builtin::iter().filter(is_theme).filter_map(part).collect();
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    parts
}

/// The patterns that come with the program, by their names without ending.
pub fn patterns() -> Vec<Part> {
    let names = Builtin::iter().filter(|name| name.starts_with(PATTERNS));
    let pattern = |name: std::borrow::Cow<'static, str>| {
        let bare = name.strip_prefix(PATTERNS)?.strip_suffix(".md")?.to_owned();
        Some(Part { name: bare, bytes: Builtin::get(&name)?.data.into_owned() })
    };
    names.filter_map(pattern).collect()
}

/// Templates, ready to render, and the files that belong to them.
#[derive(Debug)]
pub struct Theme {
    tera: Tera,
    /// The same, for parts that are made once.
    parts: once::Templates,
    /// The text of each template and how messages call it, by the name that Tera knows.
    sources: BTreeMap<String, (String, String)>,
    /// The templates of blocks by the block's name, and whether one is of the site or of a theme that it names.
    blocks: BTreeMap<String, (String, bool)>,
    /// The files with words, those that win last.
    vocabulary: Vec<words::File>,
    words: Arc<Words>,
    /// Styles and scripts by name.
    pub files: BTreeMap<String, ThemeFile>,
    /// What was noticed in the templates' bytes.
    pub notes: Vec<Diagnostic>,
}

impl Theme {
    /// Loads the built-in theme, the one in `named`, and what `templates` (a site's own folder) holds.
    /// `language` is that of the book (BCP 47); `shown` gives a path as messages call it.
    ///
    /// # Errors
    /// When a template cannot be read or parsed, or extends or includes one that is missing.
    pub fn load(
        named: Option<&Path>,
        templates: Option<&Path>,
        language: &str,
        shown: &dyn Fn(&Path) -> String,
    ) -> Result<Theme, Failure> {
        let mut theme = Theme {
            tera: Tera::default(),
            parts: once::Templates::default(),
            sources: BTreeMap::new(),
            blocks: BTreeMap::new(),
            vocabulary: Vec::new(),
            words: Arc::default(),
            files: BTreeMap::new(),
            notes: Vec::new(),
        };
        for Part { name, bytes } in builtin() {
            theme.add(BUILTIN, &name, bytes, format!("{BUILTIN}{name}"));
        }
        for (prefix, folder) in [(NAMED, named), ("", templates)] {
            if let Some(folder) = folder {
                theme.add_folder(prefix, folder, shown)?;
            }
        }
        theme.join_styles();
        let vocabulary = std::mem::take(&mut theme.vocabulary);
        theme.words = Arc::new(Words::of(language, &vocabulary, &mut theme.notes));
        filters::register(&mut theme.tera);
        once::register(&mut theme.tera, &theme.parts);
        filters::speak(&mut theme.tera, &theme.words);
        theme.tera.global_context().insert_value("words", theme.words.value());
        bounds::register(&mut theme.tera);
        theme.tera.autoescape_on([".html", ".svg"]);
        theme.tera.set_fallback_prefixes([NAMED, BUILTIN]).map_err(|error| theme.wrong(&error))?;
        let sources: Vec<_> =
            theme.sources.iter().map(|(name, (text, _))| (name.clone(), text.clone())).collect();
        theme.tera.add_raw_templates(sources).map_err(|error| theme.wrong(&error))?;
        theme.parts.get_or_init(|| theme.tera.clone());
        Ok(theme)
    }

    fn add_folder(
        &mut self,
        prefix: &str,
        folder: &Path,
        shown: &dyn Fn(&Path) -> String,
    ) -> Result<(), Failure> {
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.map_err(|error| {
                let message = format!("cannot read {}: {error}", shown(folder));
                Diagnostic::error(Code::Unreadable, message)
            })?;
            let name = entry.file_name().to_string_lossy();
            if !entry.file_type().is_file() || name.starts_with('.') || is_litter(&name) {
                continue;
            }
            let path = entry.path();
            let name = crate::source::project::slashed(path.strip_prefix(folder).unwrap_or(path));
            if name.starts_with(PATTERNS) {
                continue;
            }
            let bytes = std::fs::read(path)
                .map_err(|error| Diagnostic::io(Code::Unreadable, "read", path, &error))?;
            self.add(prefix, &name, bytes, shown(path));
        }
        Ok(())
    }

    fn add(&mut self, prefix: &str, name: &str, bytes: Vec<u8>, shown: String) {
        let language = name.strip_prefix(words::FOLDER).and_then(|name| name.strip_suffix(".toml"));
        if let Some(language) = language {
            let Noted { value: text, notes } = text::decode(&shown, bytes);
            self.notes.extend(notes);
            self.vocabulary.push(words::File { language: language.to_owned(), text, shown });
        } else if name.ends_with(".html") || name == card::TEMPLATE {
            let Noted { value: text, notes } = text::decode(&shown, bytes);
            self.notes.extend(notes);
            if let Some(block) = name.strip_prefix(BLOCKS) {
                let block = block.trim_end_matches(".html").to_lowercase();
                self.blocks.insert(block, (name.to_owned(), prefix != BUILTIN));
            }
            self.sources.insert(format!("{prefix}{name}"), (text, shown));
        } else {
            // In the middle of what sheets are joined to, a byte order mark would be part of a name.
            let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec);
            self.add_file(name, bare.unwrap_or(bytes));
        }
    }

    /// Adds the sheets of blocks and code to that of every page, so that a page loads one. What a site's own
    /// says outside a layer wins over them.
    fn join_styles(&mut self) {
        let mut parts = Vec::new();
        for name in [&[STYLE], PARTS_OF_STYLE].concat() {
            parts.extend(self.files.remove(name).map(|file| file.bytes));
        }
        self.add_file(STYLE, parts.join(&b'\n'));
    }

    /// Adds the site's values to the style sheet.
    pub fn set(&mut self, palette: &Palette) {
        let Some(style) = self.files.get(STYLE) else { return };
        let declarations = declarations(palette);
        if !declarations.is_empty() {
            let mut bytes = style.bytes.clone();
            bytes.extend(format!("@layer tokens {{ :root {{ {declarations}}} }}\n").bytes());
            self.add_file(STYLE, bytes);
        }
    }

    /// Adds a style sheet or script under `name`; one of that name before it gives way.
    pub fn add_file(&mut self, name: &str, bytes: Vec<u8>) -> Url {
        let url = hashed(name, &bytes);
        self.files.insert(name.to_owned(), ThemeFile { url: url.clone(), bytes });
        url
    }

    /// What all templates are together.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut printer = Printer::default();
        printer.text(env!("CARGO_PKG_VERSION"));
        for (name, (text, _)) in &self.sources {
            printer.text(name);
            printer.text(text);
        }
        self.words.print(&mut printer);
        printer.finish()
    }

    /// What the theme says, in the book's language.
    pub fn words(&self) -> &Arc<Words> {
        &self.words
    }

    /// Whether there is a template of this name.
    pub fn has(&self, template: &str) -> bool {
        self.tera.contains_template(template)
    }

    /// The template names that a page may ask for.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(|name| {
            [BUILTIN, NAMED].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
        })
    }

    /// Renders `template` with what it may see, of which `shared` shows a part.
    ///
    /// # Errors
    /// When the template uses a name that does not exist, or a value in a way that it does not allow.
    pub fn render(
        &self,
        template: &str,
        seen: Seen,
        shared: &Shared,
    ) -> Result<Vec<u8>, Diagnostic> {
        let mut page = Bounded::new(COMMON_PAGE, seen.text());
        self.render_to(template, &seen.into_context(shared), &mut page).map(|()| page.into_bytes())
    }

    /// Renders `template` into `page`. An error without a place is one of the whole template.
    fn render_to(
        &self,
        template: &str,
        context: &tera::Context,
        page: &mut Bounded,
    ) -> Result<(), Diagnostic> {
        bounds::begin();
        self.tera.render_to(template, context, page).map_err(|error| {
            let wrong = self.wrong(&error);
            if wrong.place.is_some() { wrong } else { wrong.at(Place::file(self.shown(template))) }
        })
    }

    /// How messages call the template that `name` finds.
    fn shown<'t>(&'t self, name: &'t str) -> &'t str {
        let find = |prefix: &&str| self.sources.get(&format!("{prefix}{name}"));
        ["", NAMED, BUILTIN].iter().find_map(find).map_or(name, |(_, shown)| shown)
    }

    /// Renders a block of the kind `name`, that sees `block`.
    ///
    /// # Errors
    /// As [`Theme::render`].
    pub fn block(&self, name: &str, folds: bool, block: tera::Map) -> Result<String, Diagnostic> {
        let own = self.blocks.get(name).filter(|(_, is_own)| *is_own || !folds);
        let template = own.map_or(CALLOUT, |(template, _)| template);
        let mut html = Bounded::new(0, length_of(Some(&block)));
        let mut context = tera::Context::new();
        context.insert_value("block", tera::Value::from(block));
        self.render_to(template, &context, &mut html)?;
        // Markdown's blocks end with a line.
        Ok(String::from_utf8_lossy(&html.into_bytes()).trim().to_owned() + "\n")
    }

    /// An error of Tera's with its place.
    fn wrong(&self, error: &tera::Error) -> Diagnostic {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let place = match self.sources.get(report.filename()) {
                    Some((text, shown)) => Place::in_text(shown, text, report.span().range.clone()),
                    None => Place::file(report.filename()),
                };
                told(report.message()).at(place)
            }
            // Names of filters, tests and includes that do not exist come as text, with the place in it.
            ErrorKind::Msg(text) => match self.place_in_report(text) {
                Some((message, place)) => told(message).at(place),
                None => told(text),
            },
            ErrorKind::MissingParent { current, parent } => {
                let message = format!("there is no template `{parent}` to extend");
                self.about(current, Diagnostic::error(Code::Template, message), parent)
            }
            ErrorKind::CircularExtend { tpl, inheritance_chain } => {
                self.circle(tpl, "extends", inheritance_chain)
            }
            ErrorKind::CircularInclude { tpl, include_chain } => {
                self.circle(tpl, "includes", include_chain)
            }
            ErrorKind::Io(io::ErrorKind::FileTooLarge) => Diagnostic::error(
                Code::Template,
                format!("this template writes more than {} MB", bounds::MOST_WRITTEN >> 20),
            )
            .hint("a loop in it may go on for too long"),
            _ => Diagnostic::error(Code::Template, error.to_string()),
        }
    }

    /// The first message of a report as Tera prints it, and the place that it names:
    /// `error: MESSAGE`, then ` --> FILE:LINE:COLUMN`, then the lines of the template.
    fn place_in_report<'t>(&self, report: &'t str) -> Option<(&'t str, Place)> {
        let mut lines = report.lines();
        let message = lines.next()?.strip_prefix("error: ")?;
        let (place, column) = lines.next()?.trim().strip_prefix("--> ")?.rsplit_once(':')?;
        let (file, line) = place.rsplit_once(':')?;
        let (text, shown) = self.sources.get(file)?;
        let (line, column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
        let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let start = before + text.get(before..)?.char_indices().nth(column - 1)?.0;
        let word = text[start..]
            .split(|c: char| !(c.is_alphanumeric() || "_./\"".contains(c)))
            .next()
            .unwrap_or("");
        Some((message, Place::in_text(shown, text, start..start + word.len().max(1))))
    }

    /// What is told of templates that lead back to themselves, by the names that Tera went through.
    fn circle(&self, template: &str, verb: &str, chain: &[String]) -> Diagnostic {
        let mut names: Vec<&str> = chain.iter().map(|name| self.shown(name)).collect();
        let first = self.shown(template);
        if names.first() != Some(&first) {
            names.insert(0, first);
        }
        if names.len() < 2 || names.last() != Some(&first) {
            names.push(first);
        }
        let found = match names[..] == [first, first] {
            true => Diagnostic::error(Code::Template, format!("this template {verb} itself")),
            false => {
                let circle = names[1..].join(&format!(", which {verb} "));
                let message = format!("templates lead in a circle: {first} {verb} {circle}");
                Diagnostic::error(Code::Template, message)
            }
        };
        let built_in = format!("{BUILTIN}{}", template.trim_start_matches(NAMED));
        let hint = match verb == "extends" && self.sources.contains_key(&built_in) {
            true => format!("to change the built-in one, write: {{% extends \"{built_in}\" %}}"),
            false => "take the line that leads back out of it".to_owned(),
        };
        found.at(Place::file(first)).hint(hint)
    }

    fn about(&self, template: &str, found: Diagnostic, wanted: &str) -> Diagnostic {
        let shown = self.sources.get(template).map_or(template, |(_, shown)| shown);
        let found = found.at(Place::file(shown));
        match nearest(wanted, self.sources.keys().map(String::as_str)) {
            Some(near) if !wanted.is_empty() => found.hint(format!("did you mean `{near}`?")),
            _ => found,
        }
    }
}

/// How many bytes of text stand under `content` in a map.
pub(super) fn length_of(map: Option<&tera::Map>) -> usize {
    let content = map.and_then(|map| map.get(&tera::value::Key::Str("content")));
    content.and_then(tera::Value::as_str).map_or(0, str::len)
}

/// The address of a file that is called `name` and made from `bytes`.
pub fn hashed(name: &str, bytes: &[u8]) -> Url {
    let hash = blake3::hash(bytes).to_hex();
    match name.rsplit_once('.') {
        Some((stem, extension)) => {
            Url::file(&format!("{FOLDER}/{stem}-{}.{extension}", &hash[..8]))
        }
        None => Url::file(&format!("{FOLDER}/{name}-{}", &hash[..8])),
    }
}

/// What `palette` sets, as declarations of the style sheet's custom properties.
fn declarations(palette: &Palette) -> String {
    let mut css = String::new();
    if let Some([day, night]) = &palette.accent {
        css.push_str(&format!("--accent: light-dark({day}, {night}); "));
    }
    for (name, fonts) in [("reading", &palette.font), ("headings", &palette.headings)] {
        if let Some(fonts) = fonts {
            css.push_str(&format!("--{name}: {fonts}; "));
        }
    }
    if let Some(ems) = palette.width {
        css.push_str(&format!("--measure: {ems}em; "));
    }
    css
}

/// A message of Tera's as ours: one sentence; for a name that does not exist, the one that was
/// probably meant, and all that would have been valid.
fn told(message: &str) -> Diagnostic {
    let (sentence, names) = match message.split_once(" Available fields: ") {
        Some((sentence, names)) => (sentence, Some(names)),
        None => (message, None),
    };
    let mut lines = sentence.lines();
    let first = match lines.next() {
        Some(line) if line.starts_with("Maximum render recursion depth") => {
            "a component uses itself without an end, or components stand in each other more than 20 deep"
        }
        line => line.unwrap_or("this template cannot be used"),
    };
    let mut found = Diagnostic::error(Code::Template, first.trim_end_matches([':', '.']));
    found = lines.fold(found, |found, line| found.hint(line.trim()));
    let Some(names) = names else { return found };
    let wanted = sentence.split('`').nth(1).unwrap_or("");
    if let Some(near) = nearest(wanted, names.split(", ")) {
        found = found.hint(format!("did you mean `{near}`?"));
    }
    found.hint(format!("the names there are: {names}"))
}
