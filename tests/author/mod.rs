//! Someone who writes a handbook by chance: whatever may happen to a folder of essays, happens.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use fastrand::Rng;

use crate::crawl::files_below;
use crate::folder::Folder;

const FOLDERS: &[&str] = &["", "team", "trust", "team/people", "zwei Wörter", "2-second"];
const NAMES: &[&str] = &[
    "trust.md",
    "Trust.md",
    "credit.md",
    "_index.md",
    "index.md",
    "README.md",
    "über uns.md",
    "a+b.md",
    "01-first.md",
    "10-last.md",
    "404.md",
    "tags.md",
    "team.md",
    "con.md",
    "x.markdown",
    "y.mdx",
    "what?.md",
    "100%.md",
    "a.b.md",
];
const WORDS: &[&str] =
    &["Trust", "Credit", "Listening", "Größe", "Courage & care", "日本", "A <b> c"];
const TAGS: &[&str] = &["trust", "Trust", "new team", "c++", "größe"];

/// Texts that are hard to read.
const ODD: &[&[u8]] = &[
    b"",
    b"   \n\n",
    b"\xef\xbb\xbf# With a mark\n",
    b"# Windows\r\n\r\nTwo\r\nlines\r\n",
    b"# Broken \xff\xfe bytes\n",
    b"# Null \0 byte\n",
    b"+++\ntitle = \"never ends\n\n# Text\n",
    b"+++\ntitle = 3\ndate = 99\n+++\n# Wrong types\n",
    b"---\ntitle: [a, b\n---\n# Wrong YAML\n",
    b"+++\nalias = 1\n+++",
    b"<script>alert(1)</script></head><div>\n\n# Raw\n",
    b"```\nnever closed\n",
    b"> > > > > > > > > deep\n",
    b"[a]: <\n[b](<)\n![](\n[[nowhere|x]] ![[credit]]\n",
    b"| a |\n|---|\n| b | c |\n\n[^1]: note\n\nText[^1]\n",
    "# \u{202e}Right to left\n\n\u{feff}مرحبا\n".as_bytes(),
    b"{{ 7 * 7 }} {% if %} {{#include nowhere.md}} {{#include ../shared.md}}\n",
];

const CONFIGS: &[&str] = &[
    "",
    "[book]\ntitle = \"Leading\"\n",
    "[book]\ntitle = \"Lead & <follow>\"\nlanguage = \"de\"\nauthors = [\"Amara\"]\n",
    "[output.html]\n",
    "[output.html]\nsite-url = \"https://lead.example/handbook/\"\n",
    "[output.html]\nsite-url = \"https://lead.example/\"\nadditional-css = [\"extra.css\"]\n",
    "[handbook]\nurl-style = \"file\"\ndialects = [\"obsidian\", \"mdbook\"]\n",
    "[handbook]\npaginate = 1\nlinks = \"url\"\n[publish]\nprecompress = [\"gz\"]\n",
    "[handbook]\nsearch = false\n",
    "[handbook]\nimages = false\nlogo = \"ship.png\"\n",
    "[output.html]\nsite-url = \"https://lead.example/\"\n[handbook]\ncards = true\n",
    "[output.html.redirect]\n\"old.html\" = \"/trust/\"\n",
];

const TEMPLATES: &[(&str, &str)] = &[
    (
        "page.html",
        "{% extends \"builtin/page.html\" %}{% block footer %}<p>One</p>{% endblock footer %}",
    ),
    (
        "page.html",
        "{% extends \"builtin/page.html\" %}{% block footer %}<p>Two</p>{% endblock footer %}",
    ),
    ("index.html", "<!doctype html><title>{{ book.title }}</title>"),
    ("404.html", "{% extends \"builtin/base.html\" %}{% block main %}No.{% endblock main %}"),
    ("style.css", "body { color: teal }\n"),
    ("style.css", "body { color: plum }\n"),
    ("extra.js", "console.log(1)\n"),
];

const PICTURES: &[&str] = &["ship.png", "ship-dark.png", "boat.png"];

/// A picture so large that it has smaller versions.
fn picture(width: u32, seed: u64) -> Vec<u8> {
    let mut random = Rng::with_seed(seed);
    let pixels =
        image::RgbImage::from_fn(width, 20, |_, _| image::Rgb([random.u8(..), random.u8(..), 9]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// What an essay asks for beside the content folder, or hidden in it.
const ELSEWHERE: &[&str] = &[
    "{{#include ../shared.md}}\n\n",
    "{{#include ../far/away.md}}\n\n",
    "{{#include .hidden/part.md}}\n\n",
    "--8<-- \"shared.md\"\n\n",
    "The [plan](../far/plan.txt) and the [other](/far/plan.txt).\n\n",
    "The [guide](.github/guide.md), the [licence](../LICENSE).\n\n",
];

/// Files beside the essays that say something of them, and what they say.
const SETTINGS: &[(&str, &str)] = &[
    ("shared.md", "Shared words.\n"),
    ("shared.md", "Other shared words.\n"),
    ("far/away.md", "Far away.\n"),
    ("far/away.md", "Farther away.\n"),
    ("far/plan.txt", "The plan.\n"),
    ("far/plan.txt", "Another plan.\n"),
    ("LICENSE", "Yours.\n"),
    ("extra.css", "body { color: navy }\n"),
    ("static/file.pdf", "%PDF one"),
    ("static/file.pdf", "%PDF two"),
    ("content/.hidden/part.md", "Hidden words.\n"),
    ("content/.github/guide.md", "# Guide\n"),
    ("content/.obsidian/app.json", "{}"),
    ("content/team/.obsidian/app.json", "{}"),
    ("content/team/_category_.json", "{ \"label\": \"Crew\", \"position\": 3 }"),
    ("content/team/.pages", "title: People\n"),
    ("mkdocs.yml", "site_name: Lead\nnav:\n  - Credit: team/credit.md\n  - trust.md\n"),
    ("mkdocs.yml", "site_name: Lead\nsite_url: https://lead.example/\n"),
    ("_config.yml", "url: https://lead.example\nrepository: lead/handbook\n"),
    (
        "content/SUMMARY.md",
        "# Summary\n\n- [Trust](trust.md)\n  - [Credit](team/credit.md)\n- [No]()\n",
    ),
    (".gitbook.yaml", "redirects:\n  old/page: trust.md\n"),
    ("templates/page.html~", "litter"),
    ("templates/4913", "litter"),
];

/// Someone who writes, without a plan.
pub struct Author {
    /// Where.
    pub folder: Folder,
    /// What chance does next.
    pub random: Rng,
    /// What was done so far.
    pub edits: Vec<String>,
    /// What is broken, by file, with what mends it: another text, or that it is removed.
    broken: Vec<(&'static str, Option<&'static str>)>,
}

impl Author {
    /// The author with this number.
    pub fn new(seed: u64) -> Author {
        let folder = Folder::new(&[
            ("book.toml", "[book]\ntitle = \"Leading\"\n"),
            ("content/trust.md", "# Trust\n\nSee [credit](team/credit.md).\n"),
            ("content/team/credit.md", "+++\ntags = [\"trust\"]\n+++\n\n# Credit\n\nGive it.\n"),
            ("shared.md", "Shared words.\n"),
        ]);
        Author { folder, random: Rng::with_seed(seed), edits: Vec::new(), broken: Vec::new() }
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.random.usize(..of.len())]
    }

    /// The essays that there are, by their paths in the content folder.
    fn essays(&self) -> Vec<String> {
        let content = files_below(&self.folder.root().join("content"));
        content.into_keys().filter(|path| !path.starts_with("mark-")).collect()
    }

    fn some_essay(&mut self) -> Option<String> {
        let essays = self.essays();
        (!essays.is_empty()).then(|| essays[self.random.usize(..essays.len())].clone())
    }

    fn new_path(&mut self) -> String {
        let (folder, name) = (self.one(FOLDERS), self.one(NAMES));
        format!("{folder}/{name}").trim_start_matches('/').to_owned()
    }

    fn content(&self, path: &str) -> PathBuf {
        self.folder.root().join("content").join(path)
    }

    /// An essay with a bit of everything.
    fn text(&mut self) -> String {
        let mut text = String::new();
        let (words, tag, other) = (self.one(WORDS), self.one(TAGS), self.one(TAGS));
        let keys = [
            format!("title = \"{words}\""),
            format!("tags = [\"{tag}\", \"{other}\"]"),
            "draft = true".to_owned(),
            "date = 2026-03-01".to_owned(),
            "authors = [\"Amara Osei\"]".to_owned(),
            "slug = \"elsewhere\"".to_owned(),
            "path = \"quite/elsewhere\"".to_owned(),
            "aliases = [\"/old/\", \"/trust/\"]".to_owned(),
            format!("weight = {}", self.random.u8(..)),
            "toc = false".to_owned(),
            "in_search_index = false".to_owned(),
            "generate_feeds = true".to_owned(),
            "unknown = 1".to_owned(),
            "image = \"ship.png\"".to_owned(),
        ];
        if self.random.bool() {
            let keys = keys.iter().filter(|_| self.random.u8(..4) == 0);
            let keys: Vec<&str> = keys.map(String::as_str).collect();
            text.push_str(&format!("+++\n{}\n+++\n\n", keys.join("\n")));
        }
        for _ in 0..self.random.usize(1..5) {
            let (words, path) = (self.one(WORDS), self.new_path());
            let depth = "#".repeat(self.random.usize(1..4));
            let number = self.random.u32(..);
            text.push_str(&match self.random.u8(..6) {
                0 => format!("{depth} {words}\n\n"),
                1 => format!("See [{words}](</{path}>) and [more](<../{path}#{number}>).\n\n"),
                2 => {
                    let picture = self.one(PICTURES);
                    format!("![{words}]({picture}) and [[{words}]]\n\n")
                }
                3 => self.one(ELSEWHERE).to_owned(),
                4 => format!("> [!NOTE]\n> {words} ==marked== %%or not%% {number}\n\n"),
                _ => format!("{words}, {number} times.\n\n"),
            });
        }
        text
    }

    fn write(&mut self, path: &str, text: impl AsRef<[u8]>) {
        // A folder may have the name by now.
        if !self.content(path).is_dir() {
            self.folder.write(&format!("content/{path}"), text);
        }
    }

    /// Does something.
    pub fn edit(&mut self) {
        let edit = self.some_edit();
        self.edits.push(edit);
    }

    #[allow(dead_code, reason = "only those who look on the way ask")]
    /// Whether something is so wrong that nothing can be built.
    pub fn has_broken_something(&self) -> bool {
        !self.broken.is_empty()
    }

    /// Does something; gives what.
    fn some_edit(&mut self) -> String {
        match self.random.u8(..26) {
            0..4 => {
                let (path, text) = (self.new_path(), self.text());
                self.write(&path, &text);
                format!("write {path}: {text:?}")
            }
            4..8 => {
                let Some(path) = self.some_essay() else { return "nothing".to_owned() };
                let text = self.text();
                self.write(&path, &text);
                format!("write {path} anew: {text:?}")
            }
            8 => {
                let (path, text) = (self.new_path(), self.one(ODD));
                self.write(&path, text);
                format!("write {path}: {:?}", String::from_utf8_lossy(text))
            }
            9 | 10 => {
                let (Some(from), to) = (self.some_essay(), self.new_path()) else {
                    return "nothing".to_owned();
                };
                self.rename(&from, &to)
            }
            11 => {
                let Some(path) = self.some_essay() else { return "nothing".to_owned() };
                fs::remove_file(self.content(&path)).unwrap();
                format!("remove {path}")
            }
            12 => {
                let (from, to) = (self.one(&FOLDERS[1..]), self.one(&FOLDERS[1..]));
                self.rename(from, to)
            }
            13 => {
                let path = self.one(&FOLDERS[1..]);
                // It may not be there.
                let _ = fs::remove_dir_all(self.content(path));
                format!("remove {path}/")
            }
            14..18 => self.edit_templates(),
            18..21 => self.edit_configuration(),
            21 => {
                let (folder, name) = (self.one(FOLDERS), self.one(PICTURES));
                let (path, number) = (format!("{folder}/{name}"), self.random.u64(..));
                let bytes = match self.random.u8(..4) {
                    0 => number.to_le_bytes().to_vec(),
                    _ => picture(self.random.u32(400..600), self.random.u64(..3)),
                };
                self.write(path.trim_start_matches('/'), bytes);
                format!("write {path}")
            }
            _ => self.edit_settings(),
        }
    }

    /// Writes or removes something beside the essays.
    fn edit_settings(&mut self) -> String {
        let (path, text) = self.one(SETTINGS);
        if self.random.u8(..3) == 0 && fs::remove_file(self.folder.root().join(path)).is_ok() {
            return format!("remove {path} beside the essays");
        }
        self.folder.write(path, text);
        format!("write {path} beside the essays: {text:?}")
    }

    fn rename(&self, from: &str, to: &str) -> String {
        let (old, new) = (self.content(from), self.content(to));
        if new.exists() || new.starts_with(&old) {
            return "nothing".to_owned();
        }
        fs::create_dir_all(new.parent().unwrap()).unwrap();
        // It may not be there.
        let _ = fs::rename(old, new);
        format!("rename {from} to {to}")
    }

    fn edit_templates(&mut self) -> String {
        match self.random.u8(..8) {
            0 => {
                let _ = fs::remove_dir_all(self.folder.root().join("templates"));
                "remove the templates".to_owned()
            }
            1 => {
                let text = self.one(&["{{ broken", "{{ not.there.at.all }}"]);
                self.folder.write("templates/section.html", text);
                self.broken.push(("templates/section.html", None));
                format!("break section.html: {text}")
            }
            _ => {
                let (name, text) = self.one(TEMPLATES);
                self.folder.write(&format!("templates/{name}"), text);
                format!("write the template {name}: {text:?}")
            }
        }
    }

    fn edit_configuration(&mut self) -> String {
        let mut text = self.one(CONFIGS);
        if self.random.u8(..4) == 0 {
            self.broken.push(("book.toml", Some(text)));
            text = self.one(&["[book", "[book]\nsrc = \"nowhere\"\n", "[book]\ntitle = 3\n"]);
        }
        self.folder.write("book.toml", text);
        format!("write book.toml: {text:?}")
    }

    /// Mends what is so wrong that nothing can be built.
    pub fn mend(&mut self) {
        for (file, text) in std::mem::take(&mut self.broken) {
            match text {
                Some(text) => self.folder.write(file, text),
                // It may be gone with its folder.
                None => drop(fs::remove_file(self.folder.root().join(file))),
            }
            self.edits.push(format!("mend {file}"));
        }
    }
}

/// Lets `series` happen to authors with other numbers, several at a time. `STERNPOST_SERIES=500` tries so many
/// instead of `count`, `STERNPOST_SEED=7` the one with that number. Says what was done where one fails.
pub fn try_series(count: u64, series: impl Fn(&mut Author) + Sync) {
    let number = |name: &str| std::env::var(name).ok().map(|number| number.parse::<u64>().unwrap());
    let first = number("STERNPOST_SEED");
    let count = number("STERNPOST_SERIES").unwrap_or(if first.is_some() { 1 } else { count });
    let (first, next) = (first.unwrap_or(1), AtomicU64::new(0));
    let work = || loop {
        let seed = first + next.fetch_add(1, Ordering::Relaxed);
        if seed >= first + count {
            return;
        }
        let mut author = Author::new(seed);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| series(&mut author))) {
            println!("STERNPOST_SEED={seed}, after these edits:");
            author.edits.iter().for_each(|edit| println!("  {edit}"));
            resume_unwind(panic);
        }
    };
    // Much of the time is waiting.
    std::thread::scope(|scope| {
        (0..4).for_each(|_| drop(scope.spawn(work)));
    });
}
