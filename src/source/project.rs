//! Where things are: the root of a project, its configuration, content, templates and output.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::config::{self, Config, UrlStyle};
use crate::diagnostic::{Code, Diagnostic, Failure, Noted, Place, reason};
use crate::source::systems::is_mdbook;
use crate::source::{opening, text, tree};

/// The name of the configuration file.
pub const CONFIG_FILE: &str = "book.toml";

/// The folder of a site's own templates, beside it.
pub const TEMPLATES: &str = "templates";

/// The output folder's name where the configuration gives none (mdBook's default too).
const BUILD_DIR: &str = "book";

/// The file that marks a folder as written by sternpost, which it may therefore replace.
pub const MARKER: &str = ".sternpost";

/// A folder that holds a handbook.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder with `book.toml`, or the folder that was named. Absolute.
    pub root: PathBuf,
    /// The folder with the essays, the root itself or below it.
    pub content: PathBuf,
    /// The site's own templates, where there are any.
    pub templates: Option<PathBuf>,
    /// The folder that `[handbook] theme` names.
    pub theme: Option<PathBuf>,
    /// Where the site is written.
    pub output: PathBuf,
    /// The configuration, by default all defaults.
    pub config: Config,
}

impl Project {
    /// Finds the project that `dir` belongs to: the nearest folder upwards with a `book.toml`,
    /// not looking past the root of a git repository; else `dir` itself. `output` overrides the
    /// configuration and is relative to the working directory.
    ///
    /// # Errors
    /// When `dir` is no folder, `book.toml` is wrong, or a folder that it names is missing.
    pub fn find(dir: &Path, output: Option<&Path>) -> Result<Noted<Project>, Failure> {
        Project::open(Project::root_of(dir)?, output)
    }

    /// The root of the project that `dir` belongs to.
    ///
    /// # Errors
    /// When `dir` is no folder.
    pub fn root_of(dir: &Path) -> Result<PathBuf, Failure> {
        let start = absolute(dir)?;
        let why = match fs::metadata(&start) {
            Ok(found) if found.is_dir() => None,
            Ok(_) => Some("that is a file".to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Some("there is no such folder".to_owned())
            }
            Err(error) => Some(reason(&error)),
        };
        if let Some(reason) = why {
            let message = format!("cannot use {}: {reason}", dir.display());
            return Err(Diagnostic::error(Code::Unreadable, message)
                .hint("name the folder that holds your essays: sternpost build FOLDER")
                .into());
        }
        Ok(root_above(&start).unwrap_or(start))
    }

    /// The project in the folder `root`.
    ///
    /// # Errors
    /// When `root` is gone, `book.toml` is wrong, or a folder that it names is missing.
    pub fn open(root: PathBuf, output: Option<&Path>) -> Result<Noted<Project>, Failure> {
        if !root.is_dir() {
            let message = format!("the folder {} is gone", root.display());
            return Err(Diagnostic::error(Code::Unreadable, message).into());
        }
        let Noted { value: mut config, notes } = read_config(&root)?;
        if let Some(gitbook) = tree::gitbook(&root) {
            for (from, to) in gitbook.redirects {
                config.output.html.redirect.entry(from).or_insert(to);
            }
        }
        // Links from elsewhere to what mdBook made go on to work.
        if config.handbook.url_style.is_none() && is_mdbook(&root.join(CONFIG_FILE)) {
            config.handbook.url_style = Some(UrlStyle::File);
        }
        let content = content_folder(&root, &config)?;
        let output = match output {
            Some(output) => absolute(output)?,
            None => join(&root, config.build.build_dir.as_deref().unwrap_or(BUILD_DIR)),
        };
        let templates = Some(root.join(TEMPLATES)).filter(|dir| holds_templates(dir));
        let theme = theme_folder(&root, &config)?;
        Ok(Noted { value: Project { root, content, templates, theme, output, config }, notes })
    }

    /// Where the site is or was published, each with a closing slash.
    pub fn site_urls(&self) -> Vec<String> {
        let mut urls: Vec<String> = self.config.site_url().into_iter().collect();
        let others = tree::site_urls(&self.root).into_iter();
        urls.extend(others.map(|url| format!("{}/", url.trim_end_matches('/'))));
        urls
    }

    /// `path` as the author would type it from the project's root, with forward slashes.
    pub fn shown(&self, path: &Path) -> String {
        slashed(path.strip_prefix(&self.root).unwrap_or(path))
    }

    /// What a book without a title is called: the root folder's name.
    pub fn name(&self) -> String {
        self.root
            .file_name()
            .map_or_else(|| "Handbook".to_owned(), |n| n.to_string_lossy().into_owned())
    }
}

/// `path` with forward slashes.
pub(crate) fn slashed(path: &Path) -> String {
    if std::path::MAIN_SEPARATOR == '/' {
        return path.to_string_lossy().into_owned();
    }
    path.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// `dir` as an absolute path with links and `..` resolved as far as it exists.
fn absolute(dir: &Path) -> Result<PathBuf, Failure> {
    let absolute = std::path::absolute(dir)
        .map_err(|error| Diagnostic::io(Code::Unreadable, "find", dir, &error))?;
    Ok(fs::canonicalize(&absolute).unwrap_or_else(|_| normal(&absolute)))
}

/// `dir` joined with a path from a configuration, `..` resolved by name.
fn join(dir: &Path, relative: &str) -> PathBuf {
    normal(&dir.join(relative.trim()))
}

/// `path` without `.` and `..`, by name only.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            other => out.push(other),
        }
    }
    out
}

fn root_above(start: &Path) -> Option<PathBuf> {
    for dir in start.ancestors() {
        if dir.join(CONFIG_FILE).is_file() {
            return Some(dir.to_owned());
        }
        if dir.join(".git").exists() {
            return None;
        }
    }
    None
}

fn read_config(root: &Path) -> Result<Noted<Config>, Failure> {
    let path = root.join(CONFIG_FILE);
    match opening::read_plain(&path) {
        Ok(bytes) => {
            let Noted { value: text, mut notes } = text::decode(CONFIG_FILE, bytes);
            let text_of = |name: OsString| name.into_string().ok();
            let environment = std::env::vars_os();
            let environment =
                environment.filter_map(|(name, value)| Some((text_of(name)?, text_of(value)?)));
            let set = config::overrides(environment);
            let config = Config::parse(CONFIG_FILE, &text, &set);
            let Noted { value, notes: found } =
                config.map_err(|Failure(errors)| Failure([notes.clone(), errors].concat()))?;
            notes.extend(found);
            Ok(Noted { value, notes })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Noted::default()),
        Err(error) => Err(Diagnostic::io(Code::Config, "read", &path, &error).into()),
    }
}

fn content_folder(root: &Path, config: &Config) -> Result<PathBuf, Failure> {
    if let Some(src) = &config.book.src {
        let dir = join(root, src);
        if !dir.starts_with(root) {
            let message = format!("`src` leads out of the project: {src}");
            return Err(Diagnostic::error(Code::Config, message)
                .hint("`src` names a folder below the one that holds book.toml")
                .into());
        }
        if !is_folder(&dir)? {
            let shown = src.replace(char::is_control, "\\");
            let found = Diagnostic::error(Code::Config, format!("there is no folder `{shown}`"));
            let found = match shown.contains('\\') || shown.contains(':') {
                true => found.hint("between folders stands /, and the first lies beside book.toml"),
                false => found,
            };
            return Err(found
                .at(Place::file(CONFIG_FILE))
                .hint("in book.toml, `src` under [book] names the folder that holds your essays")
                .into());
        }
        return Ok(dir);
    }
    if let Some(named) = tree::content_folder(root) {
        return Ok(named);
    }
    let content = root.join("content");
    let src = root.join("src");
    Ok(if is_folder(&content)? {
        content
    } else if src.join("SUMMARY.md").is_file() {
        src
    } else {
        root.to_owned()
    })
}

/// Whether there is a folder at `path`. Where that cannot be told it must not pass for no: the site would be made
/// of another folder.
fn is_folder(path: &Path) -> Result<bool, Failure> {
    match fs::metadata(path) {
        Ok(found) => Ok(found.is_dir()),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(false),
            _ => Err(Diagnostic::io(Code::Unreadable, "read", path, &error).into()),
        },
    }
}

fn theme_folder(root: &Path, config: &Config) -> Result<Option<PathBuf>, Failure> {
    let Some(name) = config.handbook.theme.folder.as_deref() else { return Ok(None) };
    let folder = join(root, name);
    if folder.is_dir() {
        return Ok(Some(folder));
    }
    let message = format!("`theme` names the folder {name}, which is not there");
    let found = Diagnostic::error(Code::Config, message).at(Place::file(CONFIG_FILE));
    Err(found.hint("the path is relative to the folder of book.toml").into())
}

/// Whether `dir` is a folder with something that a theme is made of.
fn holds_templates(dir: &Path) -> bool {
    let Ok(entries) = fs::read_dir(dir) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_one = [".html", ".css", ".js"].iter().any(|end| name.ends_with(end));
        is_one || name == "card.svg" || entry.path().is_dir()
    })
}
