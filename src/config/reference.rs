//! Every key of `book.toml` that is read, with what it is for: what `sternpost init` writes as comments. A test holds
//! it against the code that reads them, and another every example against the checks of a configuration.

/// A table of the file.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What its keys are about.
    pub about: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it does, and what holds without it.
    pub about: &'static str,
    /// A value, as it is written in TOML.
    pub example: &'static str,
}

const fn key(name: &'static str, example: &'static str, about: &'static str) -> Key {
    Key { name, about, example }
}

/// All tables, in the order in which somebody needs them.
pub const TABLES: &[Table] = &[
    Table {
        name: "book",
        about: "What the book is.",
        keys: &[
            key(
                "title",
                "\"Leading here\"",
                "The title. Without it: that of the home page, else the folder's name.",
            ),
            key("authors", "[\"Ana Silva\"]", "The people who wrote the book."),
            key(
                "description",
                "\"How we lead, and why.\"",
                "One or two sentences on what the book is, for search engines and previews.",
            ),
            key(
                "language",
                "\"en\"",
                "The language that it is written in, in its short form: en, de, fr, pt-BR. Without it: en.",
            ),
            key("text-direction", "\"ltr\"", "ltr or rtl. Without it: as the language is written."),
            key(
                "src",
                "\"content\"",
                "The folder with the essays. Without it: content, if there is such a folder, else this one.",
            ),
        ],
    },
    Table {
        name: "build",
        about: "Where the site is written.",
        keys: &[
            key("build-dir", "\"book\"", "The folder of the site. Without it: book."),
            key(
                "extra-watch-dirs",
                "[\"examples\"]",
                "Folders beside the essays that the preview watches too.",
            ),
        ],
    },
    Table {
        name: "output.html",
        about: "How pages are written. These keys are mdBook's, and mean the same there.",
        keys: &[
            key(
                "site-url",
                "\"https://handbook.example.org/\"",
                "The full address at which the site will be. Feeds, the sitemap and previews of links need it.",
            ),
            key(
                "cname",
                "\"handbook.example.org\"",
                "The name by which GitHub Pages shows the site, if it has one of its own.",
            ),
            key(
                "git-repository-url",
                "\"https://github.com/example/handbook\"",
                "Where the sources are, linked from every page.",
            ),
            key(
                "edit-url-template",
                "\"https://github.com/example/handbook/edit/main/{path}\"",
                "Where readers can propose a change to a page; {path} stands for its file.",
            ),
            key(
                "default-theme",
                "\"light\"",
                "light or dark. Without it: as the reader's system is.",
            ),
            key(
                "smart-punctuation",
                "true",
                "Whether straight quotation marks become curly ones, and -- a dash. Without it: true.",
            ),
            key(
                "definition-lists",
                "true",
                "Whether a line that begins with : defines the one above. Without it: true.",
            ),
            key("admonitions", "true", "Whether > [!NOTE] becomes a box. Without it: true."),
            key("additional-css", "[\"own.css\"]", "Style sheets of yours, added to every page."),
            key("additional-js", "[\"own.js\"]", "Scripts of yours, added to every page."),
            key(
                "redirect",
                "{ \"/old/\" = \"/welcome/\" }",
                "Old addresses, each with the page or the full address that it leads to.",
            ),
            key(
                "search",
                "{ enable = true }",
                "Whether the site can be searched; the same as search below [handbook].",
            ),
            key(
                "print",
                "{ enable = true }",
                "Whether there may be one page with the whole book; see print below [handbook].",
            ),
        ],
    },
    Table {
        name: "handbook",
        about: "What only sternpost knows.",
        keys: &[
            key(
                "url-style",
                "\"directory\"",
                "directory: pages are trust/credit/. file: they are trust/credit.html, and the site can be opened from a disk. Without it: directory, but file in an mdBook.",
            ),
            key(
                "links",
                "\"auto\"",
                "What a link such as ../values/ is relative to: file, url (the page's address), or auto, as the program means it that the folder was written for. Without it: auto.",
            ),
            key(
                "raw-html",
                "\"safe\"",
                "HTML in essays. safe: what could run a program is left out. trusted: all stays. off: it is shown as it is written. Without it: safe.",
            ),
            key(
                "dialects",
                "[\"mkdocs\"]",
                "The programs whose syntax is read: mdbook, mkdocs, jekyll, hugo, zola, eleventy, docusaurus, gitbook, obsidian. Without it: those whose files lie here.",
            ),
            key(
                "mermaid",
                "\"mermaid.min.js\"",
                "Your own copy of Mermaid, which draws diagrams. Without it they are shown as code.",
            ),
            key(
                "paginate",
                "50",
                "How many essays one page of a tag or an author lists. Without it: 50.",
            ),
            key("search", "true", "Whether the site can be searched. Without it: true."),
            key(
                "print",
                "true",
                "Whether there is one page with the whole book. Without it: if it has at most 500 essays.",
            ),
            key("highlight", "true", "Whether code is coloured. Without it: true."),
            key(
                "images",
                "true",
                "Whether smaller versions of pictures are made. Without it: true.",
            ),
            key(
                "cards",
                "false",
                "Whether each page has a picture for those who share it; this takes time. Without it: false.",
            ),
            key(
                "markdown",
                "false",
                "Whether each page has a copy in Markdown, and llms.txt lists them. Without it: false.",
            ),
            key("logo", "\"content/logo.svg\"", "The book's mark, shown on every page."),
            key("cover", "\"content/cover.jpg\"", "The picture on the home page."),
            key(
                "icon",
                "\"content/icon.svg\"",
                "The mark that browsers show beside the title. Without it: the first letter of the title.",
            ),
            key(
                "extra",
                "{ team = \"Platform\" }",
                "Values of your own, for templates of your own.",
            ),
        ],
    },
    Table {
        name: "handbook.theme",
        about: "The look. Colours that could not be read well are darkened or lightened until they can.",
        keys: &[
            key("folder", "\"our-theme\"", "A folder with a theme that several sites share."),
            key("accent", "\"#0d5c70\"", "The colour of links, as in CSS."),
            key(
                "accent-dark",
                "\"#7cc7d9\"",
                "The same on a dark page. Without it: the accent, made light enough.",
            ),
            key(
                "font",
                "\"serif\"",
                "What essays are set in: serif, sans, or names of fonts as in CSS. Without it: serif.",
            ),
            key("headings", "\"sans\"", "What headings are set in. Without it: as essays are."),
            key(
                "width",
                "\"normal\"",
                "How wide the text is: narrow, normal, wide, or a number of ems. Without it: normal.",
            ),
        ],
    },
    Table {
        name: "handbook.check",
        about: "What `sternpost check` leaves out.",
        keys: &[
            key(
                "allow",
                "[\"unused-file\"]",
                "Kinds of findings that are not told. Their names stand in brackets where one is.",
            ),
            key(
                "exclude",
                "[\"https://intranet.example.org/\"]",
                "Beginnings of addresses that --external does not ask for.",
            ),
        ],
    },
    Table {
        name: "preview",
        about: "How you like to write.",
        keys: &[key(
            "editor",
            "\"vscode\"",
            "The editor that the preview opens a page's file in: vscode, vscodium, cursor, idea, zed, or an address with {path} and {line}.",
        )],
    },
    Table {
        name: "publish",
        about: "What is made for those who show the site.",
        keys: &[
            key(
                "hosts",
                "[\"netlify\", \"cloudflare\", \"github-pages\"]",
                "Who shows the site: netlify, cloudflare, vercel, github-pages, gitlab-pages, nginx, caddy. Each gets the files that it reads. Without it: those of netlify, cloudflare and github-pages.",
            ),
            key(
                "precompress",
                "false",
                "Whether files are also there compressed: true, or some of [\"br\", \"gz\"]. nginx, Caddy and GitLab Pages use them; other hosts compress by themselves. Without it: false.",
            ),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::handbook::{CHECK_KEYS, HANDBOOK_KEYS};
    use crate::config::hosting::HOSTING_KEYS;
    use crate::config::kinds::{BOOK_KEYS, BUILD_KEYS, HTML_KEYS};
    use crate::config::theme::THEME_KEYS;
    use crate::config::{Config, PREVIEW_KEYS};

    /// Whether anybody reads a key: a value of a wrong type is then an error.
    fn is_read(table: &str, key: &str) -> bool {
        Config::parse("book.toml", &format!("[{table}]\n{key} = [[1]]\n"), &[]).is_err()
    }

    #[test]
    fn every_key_that_is_read_is_explained_and_no_other() {
        let all = [
            ("book", BOOK_KEYS),
            ("build", BUILD_KEYS),
            ("output.html", HTML_KEYS),
            ("handbook", HANDBOOK_KEYS),
            ("handbook.theme", THEME_KEYS),
            ("handbook.check", CHECK_KEYS),
            ("preview", PREVIEW_KEYS),
            ("publish", HOSTING_KEYS),
        ];
        assert_eq!(all.len(), TABLES.len());
        for (name, keys) in all {
            let table = TABLES.iter().find(|table| table.name == name).unwrap();
            let is_table = |key: &str| TABLES.iter().any(|t| t.name == format!("{name}.{key}"));
            for key in keys.iter().filter(|key| is_read(name, key) && !is_table(key)) {
                assert!(table.keys.iter().any(|known| known.name == *key), "{name}.{key}");
            }
            for key in table.keys {
                assert!(keys.contains(&key.name) && is_read(name, key.name), "{name}.{}", key.name);
            }
        }
    }
}
