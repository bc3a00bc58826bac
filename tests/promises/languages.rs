//! The theme speaks the language of the book.

use std::collections::BTreeMap;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use crate::folder::{Folder, PICTURE};

/// A book with all that a theme has words for.
const BOOK: &[(&str, &str)] = &[
    (
        "content/README.md",
        "# 1\n\n> [!NOTE]\n> 1\n\n:::decision[1]{date=\"2026-03-01\" owner=\"1\" status=\"1\"}\n1\n:::\n\n\
         :::quote{cite=\"https://example.org/\"}\n1\n:::\n\n- [x] 1\n- [ ] 1\n\n| 1 |\n|---|\n| 1 |\n\n1[^1]\n\n[^1]: 1\n",
    ),
    (
        "content/2/a.md",
        "---\ntags: [1]\nauthors: [1]\ndate: 2026-03-01\nupdated: 2026-03-02\naliases: [old]\n---\n# 1\n\n## 1\n\n## 1 1\n\n[TOC]\n",
    ),
    ("content/2/b.md", "---\ntags: [1]\n---\n# 1 1\n\n[1](a.md)\n\n> [!RITUAL]\n> 1\n"),
    ("content/2/3/c.md", "---\ntags: [1]\ndraft: true\n---\n# 1 1 1\n"),
    ("content/p.png", PICTURE),
];

const CONFIG: &str = "[book]\ntitle = \"1\"\nauthors = [\"1\"]\nlanguage = \"LANGUAGE\"\n[output.html]\n\
    site-url = \"https://example.org/\"\ngit-repository-url = \"https://example.org/r\"\n\
    edit-url-template = \"https://example.org/e/{path}\"\n[handbook]\nmarkdown = true\n";

fn book(language: &str) -> Folder {
    let folder = Folder::new(BOOK);
    folder.write("book.toml", CONFIG.replace("LANGUAGE", language));
    folder
}

/// What a reader sees or hears of a page: texts, and attributes that are read out or shown by a script.
fn said(html: &str) -> Vec<String> {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
    let mut said = Vec::new();
    let mut waiting: Vec<Handle> = vec![dom.document.clone()];
    while let Some(node) = waiting.pop() {
        match &node.data {
            NodeData::Text { contents } => said.push(contents.borrow().to_string()),
            NodeData::Element { name, attrs, template_contents, .. } => {
                // What stands in a `noscript` is text to a parser that runs scripts; here it is read as such.
                if matches!(&*name.local, "script" | "style" | "noscript") {
                    continue;
                }
                for attribute in attrs.borrow().iter() {
                    let name = &*attribute.name.local;
                    let is_said =
                        matches!(name, "aria-label" | "placeholder" | "title" | "alt" | "content")
                            || name.starts_with("data-")
                                && !matches!(
                                    name,
                                    "data-root"
                                        | "data-script"
                                        | "data-bundle"
                                        | "data-tick"
                                        | "data-theme"
                                );
                    let is_for_machines = name == "content";
                    if is_said && !is_for_machines {
                        said.push(attribute.value.to_string());
                    }
                }
                waiting.extend(template_contents.borrow().iter().cloned());
            }
            _ => {}
        }
        waiting.extend(node.children.borrow().iter().cloned());
    }
    said.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

/// Every word of the theme is in brackets in a language that is made up; so what a reader sees without brackets was
/// not taken from the table.
#[test]
fn every_word_that_the_theme_shows_is_in_the_table() {
    let english: BTreeMap<String, toml::Value> =
        toml::from_str(include_str!("../../templates/words/en.toml")).unwrap();
    let marked = |text: &str| format!("⟦{text}⟧");
    let strange: toml::Table = english
        .iter()
        .map(|(name, word)| {
            let word = match word {
                _ if matches!(&**name, "thousands" | "thousands_from" | "first_day") => {
                    word.clone()
                }
                toml::Value::String(text) => marked(text).into(),
                toml::Value::Table(forms) => {
                    let forms = forms.iter().map(|(form, text)| {
                        (form.clone(), toml::Value::from(marked(text.as_str().unwrap())))
                    });
                    toml::Value::Table(forms.collect())
                }
                other => other.clone(),
            };
            (name.clone(), word)
        })
        .chain([("block_ritual".to_owned(), marked("Ritual").into())])
        .collect();
    let folder = book("tlh");
    folder.write("templates/words/tlh.toml", toml::to_string(&strange).unwrap());
    let built = folder.build(&["--drafts"]);
    assert_eq!(built.code, 0, "{}", built.err);
    assert_eq!(built.warnings(), [""; 0]);
    let mut used = String::new();
    for (path, bytes) in built.files().iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8(bytes.clone()).unwrap();
        used.push_str(&html);
        for text in said(&html) {
            // What is between brackets is from the table, and what the author wrote is no letter.
            let mut rest = text.clone();
            while let (Some(from), Some(to)) = (rest.find('⟦'), rest.find('⟧')) {
                rest.replace_range(from.min(to)..to + '⟧'.len_utf8(), "");
            }
            let is_key = matches!(&*rest, "Enter" | "Esc" | "k" | "j");
            assert!(is_key || !rest.contains(char::is_alphabetic), "{path}: {text}");
        }
    }
    // And none stands in the table for nothing.
    let rare = ["block_", "page_number", "pages_of_list", "first_day", "thousands", "months"];
    for (name, word) in &english {
        let text = match word {
            toml::Value::String(text) => text,
            toml::Value::Table(forms) => forms["other"].as_str().unwrap(),
            _ => continue,
        };
        let start = text.split('{').next().unwrap();
        let start = if start.is_empty() { "⟦" } else { start };
        let is_rare = rare.iter().any(|rare| name.starts_with(rare));
        assert!(is_rare || used.contains(&format!("⟦{start}").replace("⟦⟦", "⟦")), "{name}");
    }
}

#[test]
fn a_book_in_each_language_is_shown_in_it() {
    for (language, words) in [
        ("de", ["Zum Inhalt springen", "1. März 2026", "1 Min. Lesezeit", "Hinweis", "2 Seiten"]),
        ("fr-CA", ["Aller au contenu", "1er mars 2026", "1 min de lecture", "Note", "2 pages"]),
        ("es", ["Ir al contenido", "1 de marzo de 2026", "1 min de lectura", "Nota", "2 páginas"]),
        (
            "pt-BR",
            ["Ir para o conteúdo", "1 de março de 2026", "1 min de leitura", "Nota", "2 páginas"],
        ),
        ("ja", ["本文へ移動", "2026年3月1日", "1分で読めます", "メモ", "2ページ"]),
        ("ar", ["انتقل إلى المحتوى", "1 مارس 2026", "دقيقة قراءة", "ملاحظة", "صفحتان"]),
        ("en-GB", ["Skip to content", "1 March 2026", "1 min read", "Note", "2 pages"]),
    ] {
        let built = book(language).site();
        assert_eq!(built.code, 0, "{}", built.err);
        assert!(!built.err.contains("does not speak"), "{language}: {}", built.err);
        let html = built.read("index.html")
            + &built.read("2/a/index.html")
            + &built.read("tags/1/index.html");
        for word in words {
            assert!(html.contains(word), "{language}: {word}");
        }
    }
}

#[test]
fn a_site_says_words_of_its_own_and_is_told_its_slips() {
    let folder = book("nl");
    let built = folder.site();
    assert!(built.err.contains("the theme does not speak `nl`"), "{}", built.err);
    folder.write(
        "templates/words/nl.toml",
        "block_ritual = \"Ritueel\"\nsearch = \"Zoeken\"\nserach = \"x\"\npages = [\"x\"]\n",
    );
    let built = folder.site();
    assert!(built.read("index.html").contains(">Zoeken<"));
    assert!(built.read("2/b/index.html").contains("aria-label=\"Ritueel\""));
    assert!(built.read("index.html").contains("Skip to content"));
    insta::assert_snapshot!(built.err);
    folder.write("templates/words/nl.toml", "search = Zoeken\n");
    let built = folder.site();
    assert!(built.read("index.html").contains(">Search<"), "{}", built.err);
    insta::assert_snapshot!(built.err);
}

#[test]
fn a_template_that_asks_for_a_word_that_is_not_there_is_told_which_is_meant() {
    let folder = book("en");
    folder.write("templates/page.html", "{{ trans(key=\"serach\") }}");
    let built = folder.build(&[]);
    assert!(
        built.err.contains("the theme has no word called `serach`; did you mean `search`?"),
        "{}",
        built.err
    );
}
