//! Addresses on the site, and the one map through which every address is given out.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

use crate::book::names;
use crate::config::UrlStyle;

/// What stands unescaped in the path of an address (RFC 3986, section 3.3, and the slash).
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// An address inside the site: relative to its root, not escaped, without a leading slash.
/// `trust/hard-conversations/`, `style.css`; the home page is empty or `index.html`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Url(String);

impl Url {
    /// The address of a page that is called `path`, such as `trust/hard-conversations`.
    pub fn page(path: &str, style: UrlStyle) -> Url {
        match style {
            UrlStyle::Directory => Url(format!("{}/", tidy(path))),
            UrlStyle::File => Url(format!("{}.html", tidy(path))),
        }
    }

    /// The address of the page of the folder `folder`; the root's is the home page.
    pub fn index(folder: &str, style: UrlStyle) -> Url {
        let folder = tidy(folder);
        let slash = if folder.is_empty() { "" } else { "/" };
        match style {
            UrlStyle::Directory => Url(format!("{folder}{slash}")),
            UrlStyle::File => Url(format!("{folder}{slash}index.html")),
        }
    }

    /// The address of a file that is called just that.
    pub fn file(path: &str) -> Url {
        Url(tidy(path))
    }

    /// The address of a folder that has no page of its own.
    pub fn folder(path: &str) -> Url {
        Url(format!("{}/", tidy(path)))
    }

    /// An address that an author chose, such as `/team/values/`; with an ending it names a file.
    pub fn chosen(path: &str, style: UrlStyle) -> Url {
        let path = tidy(path);
        let name = path.rsplit('/').next().unwrap_or("");
        match name {
            "index.html" => Url::index(path.strip_suffix("index.html").unwrap_or(""), style),
            name if name.ends_with(".html") || name.ends_with(".htm") => Url(path),
            "" => Url::index("", style),
            _ => Url::page(&path, style),
        }
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What people would call the page: without what only servers need, and without a slash at its end. Empty for
    /// the home page.
    pub fn bare(&self) -> &str {
        let path = match self.0.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
            _ => self.0.strip_suffix(".html").unwrap_or(&self.0),
        };
        path.trim_end_matches('/')
    }

    /// Escaped for a link.
    pub fn encoded(&self) -> String {
        escaped(&self.0)
    }

    /// The file that a server looks for at this address.
    pub fn output(&self) -> String {
        if self.0.is_empty() || self.0.ends_with('/') {
            format!("{}index.html", self.0)
        } else {
            self.0.clone()
        }
    }

    /// What leads from a page with this address to the root of the site: `./`, `../`, `../../`.
    pub fn root(&self) -> String {
        match self.0.matches('/').count() {
            0 => "./".to_owned(),
            depth => "../".repeat(depth),
        }
    }

    /// The output file in the form in which two addresses are compared: file systems may fold case
    /// and Unicode forms.
    fn folded(&self) -> String {
        let output = self.output();
        match output.is_ascii() {
            true => output.to_ascii_lowercase(),
            // By way of the capitals, since some small letters share one.
            false => {
                let capitals = output.nfc().flat_map(char::to_uppercase);
                capitals.flat_map(char::to_lowercase).nfc().collect()
            }
        }
    }
}

/// Text escaped as the path of an address, or what stands behind its `#`.
pub fn escaped(text: &str) -> String {
    utf8_percent_encode(text, PATH).to_string()
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A path without empty, `.` or `..` parts, in NFC, of names that every disk takes ([`names::safe`]).
fn tidy(path: &str) -> String {
    let composed: Cow<'_, str> = if path.is_ascii() { path.into() } else { path.nfc().collect() };
    let parts = composed.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    names::short(parts.map(names::safe).collect::<Vec<_>>().join("/"))
}

/// All addresses of a site, each with the one that holds it.
#[derive(Debug, Clone, Default)]
pub struct Urls {
    holders: HashMap<String, String>,
    folders: HashSet<String>,
    /// Addresses that were given out before and stay.
    below: Option<Arc<Urls>>,
}

impl Urls {
    /// No more addresses yet than those in `below`.
    pub fn over(below: &Arc<Urls>) -> Urls {
        Urls { below: Some(Arc::clone(below)), ..Urls::default() }
    }

    fn holder(&self, file: &str) -> Option<&String> {
        self.holders.get(file).or_else(|| self.below.as_ref()?.holder(file))
    }

    fn has_folder(&self, file: &str) -> bool {
        self.folders.contains(file)
            || self.below.as_ref().is_some_and(|below| below.has_folder(file))
    }

    /// Who holds `url`, or needs its file as a folder, or a folder that it is in as a file.
    pub fn holder_of(&self, url: &Url) -> Option<String> {
        self.holder_of_file(&url.folded())
    }

    fn holder_of_file(&self, file: &str) -> Option<String> {
        if let Some(other) = self.holder(file) {
            return Some(other.clone());
        }
        if self.has_folder(file) {
            let inside = format!("{file}/");
            let within = self.all().filter(|(other, _)| other.starts_with(&inside)).min();
            return Some(match within {
                Some((_, holder)) => format!("{holder} (in the folder {file})"),
                None => format!("the folder {file}"),
            });
        }
        // What is in use as a folder is no file, and nor is any above it.
        let mut folders = above(file).take_while(|folder| !self.has_folder(folder));
        folders.find_map(|folder| self.holder(folder)).cloned()
    }

    /// Who holds `folder` as a file, or a file in it; the page of the folder itself does not count. Of several
    /// the one whose file comes first.
    pub fn holder_in(&self, folder: &str) -> Option<String> {
        if let Some(holder) = self.holder(folder) {
            return Some(holder.clone());
        }
        if !self.has_folder(folder) {
            return None;
        }
        let (inside, page) = (format!("{folder}/"), format!("{folder}/index.html"));
        let within = |(file, _): &(&String, &String)| file.starts_with(&inside) && **file != page;
        self.all().filter(within).min().map(|(_, holder)| holder.clone())
    }

    /// All files that are held, each with its holder.
    fn all(&self) -> Box<dyn Iterator<Item = (&String, &String)> + '_> {
        let below = self.below.iter().flat_map(|below| below.all());
        Box::new(self.holders.iter().chain(below))
    }

    /// Takes `url` for `holder`, a name for messages.
    ///
    /// # Errors
    /// With the holder of the address, if another has it, or needs its file as a folder.
    pub fn claim(&mut self, url: &Url, holder: &str) -> Result<(), String> {
        let file = url.folded();
        if let Some(other) = self.holder_of_file(&file) {
            return Err(other);
        }
        // Above a folder that is known all are.
        for folder in above(&file) {
            if self.has_folder(folder) {
                break;
            }
            self.folders.insert(folder.to_owned());
        }
        self.holders.insert(file, holder.to_owned());
        Ok(())
    }
}

/// The folders that a file is in, from the inside out.
fn above(file: &str) -> impl Iterator<Item = &str> {
    file.rmatch_indices('/').map(|(i, _)| &file[..i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_files_by_style() {
        let (d, f) = (UrlStyle::Directory, UrlStyle::File);
        assert_eq!(Url::page("a/b", d).as_str(), "a/b/");
        assert_eq!(Url::page("a/b", f).as_str(), "a/b.html");
        assert_eq!((Url::index("", d).as_str(), Url::index("", f).as_str()), ("", "index.html"));
        assert_eq!(Url::index("a", f).as_str(), "a/index.html");
        assert_eq!(Url::chosen("/team/values", d).as_str(), "team/values/");
        assert_eq!(Url::chosen("/old.html", d).as_str(), "old.html");
        assert_eq!(Url::chosen("../../etc", d).as_str(), "etc/");
        assert_eq!(Url::chosen("/", d).as_str(), "");
    }

    #[test]
    fn a_page_is_called_the_same_in_both_styles() {
        for (url, bare) in [
            ("", ""),
            ("index.html", ""),
            ("a/b/", "a/b"),
            ("a/b.html", "a/b"),
            ("a/index.html", "a"),
            ("a/reindex.html", "a/reindex"),
        ] {
            assert_eq!(Url(url.to_owned()).bare(), bare, "{url}");
        }
    }

    #[test]
    fn links_are_escaped_and_lead_to_the_root() {
        let url = Url::page("a b/ü#1", UrlStyle::Directory);
        assert_eq!(url.encoded(), "a%20b/%C3%BC%231/");
        assert_eq!((url.root().as_str(), url.output().as_str()), ("../../", "a b/ü#1/index.html"));
        assert_eq!(Url::index("", UrlStyle::Directory).root(), "./");
    }

    #[test]
    fn one_address_has_one_holder() {
        let mut urls = Urls::default();
        urls.claim(&Url::file("Café.png"), "a").unwrap();
        assert_eq!(urls.claim(&Url::file("cafe\u{301}.PNG"), "b"), Err("a".to_owned()));
        assert_eq!(urls.claim(&Url::file("Café.png/x.css"), "c"), Err("a".to_owned()));
        urls.claim(&Url::page("x", UrlStyle::Directory), "d").unwrap();
        assert!(urls.claim(&Url::file("x"), "e").is_err());
        urls.claim(&Url::file("\u{3c3}.png"), "f").unwrap();
        assert!(urls.claim(&Url::file("\u{3c2}.png"), "g").is_err(), "both have one capital");
    }

    #[test]
    fn who_is_in_a_folder() {
        let mut below = Urls::default();
        below.claim(&Url::page("Search/Deep", UrlStyle::Directory), "a").unwrap();
        let mut urls = Urls::over(&Arc::new(below));
        urls.claim(&Url::page("found", UrlStyle::Directory), "b").unwrap();
        urls.claim(&Url::file("file"), "c").unwrap();
        assert_eq!(urls.holder_in("search"), Some("a".to_owned()));
        assert_eq!(urls.holder_in("found"), None);
        assert_eq!(urls.holder_in("file"), Some("c".to_owned()));
        assert_eq!(urls.holder_in("nothing"), None);
    }
}
