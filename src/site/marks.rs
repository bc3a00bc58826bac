//! The marks of a book: its logo, cover and icon, and the manifest by which a device puts it among its programs
//! (W3C, Web Application Manifest).

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::book::{Book, Url};
use crate::config::{Config, PAPER};
use crate::diagnostic::{Code, Diagnostic, Place, reason};
use crate::render::Theme;
use crate::render::context::Mark;
use crate::render::drawing;
use crate::render::theme::{ThemeFile, hashed};
use crate::source::picture::dark_names;
use crate::source::project::CONFIG_FILE;
use crate::source::{Picture, Project, opening};

/// The address of the manifest.
const MANIFEST: &str = "site.webmanifest";

/// The side of the icon that devices show among programs.
pub const TOUCH: u32 = 180;

/// The longest name below an icon.
const SHORT: usize = 12;

/// The built-in icon: a sternpost with its rudder.
const ICON: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="ACCENT"/><path d="M25 12h7v40h-7z" fill="PAPER"/><path d="M35 30c9 1 14 9 14 22H35z" fill="PAPER"/><path d="M15 46h7v6h-7z" fill="PAPER"/></svg>
"##;

/// The marks of a book.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// The book's mark.
    pub logo: Option<Mark>,
    /// The picture on the home page.
    pub cover: Option<Mark>,
    /// The address of the icon.
    pub icon: Option<Url>,
    /// The address of the icon as a PNG of 180 by 180, and the drawing that it is made from.
    pub touch_icon: Option<(Url, String)>,
    /// The address of the manifest.
    pub manifest: Option<Url>,
}

impl Marks {
    /// Reads the files that `book.toml` names and publishes them with the theme's.
    pub fn read(
        project: &Project,
        book: &Book,
        theme: &mut Theme,
        notes: &mut Vec<Diagnostic>,
    ) -> Marks {
        let keys = &project.config.handbook;
        let mut marks = Marks {
            logo: mark(project, theme, "logo", keys.logo.as_deref(), notes),
            cover: mark(project, theme, "cover", keys.cover.as_deref(), notes),
            ..Marks::default()
        };
        let own = keys
            .icon
            .as_deref()
            .and_then(|name| Some((name, bytes_of(project, "icon", name, notes)?)));
        let accent = book.config.palette.accent_by_day();
        let drawing = match &own {
            Some((name, bytes)) if name.to_ascii_lowercase().ends_with(".svg") => {
                Some(String::from_utf8_lossy(bytes).into_owned())
            }
            Some(_) => None,
            None => Some(ICON.replace("ACCENT", accent).replace("PAPER", PAPER)),
        };
        let (name, bytes) = match own {
            Some((name, bytes)) => (plain(name), bytes),
            None => ("icon.svg", drawing.clone().unwrap_or_default().into_bytes()),
        };
        let kind = mime_guess::from_path(name).first_or_octet_stream().to_string();
        let size = Picture::read(name, &bytes).ok().and_then(|picture| picture.size);
        let icon = theme.add_file(name, bytes);
        let sizes = match (&drawing, size) {
            (None, Some((width, height))) => format!("{width}x{height}"),
            _ => "any".to_owned(),
        };
        let mut icons = vec![json!({ "src": icon.encoded(), "sizes": sizes, "type": kind })];
        // Of ours it is known.
        let can_draw = |svg: &String| match keys.icon {
            Some(_) => drawing::png(svg, 1, 1).is_ok(),
            None => drawing::IS_POSSIBLE,
        };
        if let Some(svg) = drawing.filter(can_draw) {
            let url = hashed(&format!("icon-{TOUCH}.png"), svg.as_bytes());
            let sizes = format!("{TOUCH}x{TOUCH}");
            icons.push(json!({ "src": url.encoded(), "sizes": sizes, "type": "image/png" }));
            marks.touch_icon = Some((url, svg));
        }
        marks.icon = Some(icon);
        let manifest = json!({
            "name": book.title,
            "short_name": short(&book.title),
            "lang": book.config.language(),
            "dir": book.config.direction(),
            "start_url": ".",
            "display": "browser",
            "background_color": PAPER,
            "theme_color": accent,
            "icons": icons,
        });
        let url = Url::file(MANIFEST);
        let bytes = format!("{manifest:#}\n").into_bytes();
        theme.files.insert(MANIFEST.to_owned(), ThemeFile { url: url.clone(), bytes });
        marks.manifest = Some(url);
        marks
    }
}

/// The icon that devices show among programs.
///
/// # Errors
/// When the drawing is wrong.
pub fn touch_icon(drawing: &str) -> Result<Vec<u8>, Diagnostic> {
    drawing::png(drawing, TOUCH, TOUCH)
        .map_err(|why| Diagnostic::error(Code::Picture, format!("the icon cannot be drawn: {why}")))
}

/// The files that `book.toml` names as marks, and those that would take their places in the dark.
pub fn files(project: &Project) -> Vec<String> {
    let keys = &project.config.handbook;
    let paired = [&keys.logo, &keys.cover].into_iter().flatten();
    let mut files: Vec<String> = keys.icon.iter().cloned().collect();
    for name in paired {
        files.push(name.clone());
        files.extend(dark_names(name));
    }
    let content = project.shown(&project.content);
    let inside: Vec<String> =
        files.iter().map(|name| format!("{content}/{}", plain(name))).collect();
    files.extend(inside);
    files
}

/// Whether `book.toml` names the file with this path, from its own folder or from that of the essays.
pub fn names(config: &Config, path: &str) -> bool {
    let keys = &config.handbook;
    [&keys.logo, &keys.cover, &keys.icon].into_iter().flatten().any(|name| plain(name) == path)
}

fn plain(name: &str) -> &str {
    name.trim_start_matches("./").trim_start_matches('/')
}

/// The file's own name.
fn last(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// What the file holds, which lies where `book.toml` does, or else among the essays. What leads out of both is
/// not read, as it would be published.
fn found(project: &Project, name: &str) -> std::io::Result<Vec<u8>> {
    let read = |folder: &Path| {
        let root = fs::canonicalize(&project.root)?;
        opening::read(&root, &folder.join(plain(name)))
    };
    read(&project.root).or_else(|error| read(&project.content).map_err(|_| error))
}

fn bytes_of(
    project: &Project,
    key: &str,
    name: &str,
    notes: &mut Vec<Diagnostic>,
) -> Option<Vec<u8>> {
    let wrong = |message: String, hint: &str| {
        Diagnostic::warning(Code::Config, message).at(Place::file(CONFIG_FILE)).hint(hint)
    };
    match found(project, name) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            let message = format!("`{key}` names {name}, which cannot be read: {}", reason(&error));
            let hint = "the path is relative to the folder of book.toml; pages do without it";
            notes.push(wrong(message, hint));
            None
        }
    }
}

fn mark(
    project: &Project,
    theme: &mut Theme,
    key: &str,
    name: Option<&str>,
    notes: &mut Vec<Diagnostic>,
) -> Option<Mark> {
    let name = name?;
    let bytes = bytes_of(project, key, name, notes)?;
    let size = match Picture::read(name, &bytes) {
        Ok(picture) => picture.size,
        Err(_) => {
            let message = format!("{name} is no picture, or too large a one");
            notes.push(
                Diagnostic::warning(Code::Picture, message)
                    .at(Place::file(CONFIG_FILE))
                    .hint(format!("`{key}` wants a picture; it is published as it is")),
            );
            None
        }
    };
    let url = theme.add_file(last(name), bytes);
    let dark = dark_names(name).into_iter().find_map(|name| {
        let bytes = found(project, &name).ok()?;
        Some(theme.add_file(last(&name), bytes))
    });
    Some(Mark { url, size, dark })
}

/// As many words of a title as fit below an icon; at least one.
fn short(title: &str) -> String {
    let mut short = String::new();
    for word in title.split_whitespace() {
        if !short.is_empty() && short.chars().count() + 1 + word.chars().count() > SHORT {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    short
}
