//! The text of a `book.toml` in which every key is explained, made from the table of all keys.

use toml::Value;

use crate::config::reference::{Key, TABLES};
use crate::init::automation::SCHEMA;
use crate::init::{Answers, Editor, Found};

/// How wide a comment is.
const WIDTH: usize = 100;

const HEAD: &str = "\
# The settings of this handbook. All of them can be left out, and so can this file.
#
# A line that begins with # is not read. To use a setting whose line begins so, take its # away.
";

/// The whole file.
pub fn write(found: &Found, answers: &Answers) -> String {
    let mut text = String::new();
    if answers.editors.contains(&Editor::VsCode) {
        // Even Better TOML, and whatever else stands on Taplo, reads this line ("Schema directive").
        text.push_str(&format!("#:schema ./{SCHEMA}\n"));
    }
    text.push_str(HEAD);
    for table in TABLES {
        text.push_str(&format!("\n# {}\n[{}]\n", table.about, table.name));
        for key in table.keys {
            text.push_str(&comment(key.about));
            text.push_str(&match value(table.name, key, found, answers) {
                Some(value) => format!("{} = {value}\n", key.name),
                None => format!("#{} = {}\n", key.name, key.example),
            });
        }
    }
    text
}

/// What a key is set to from the start.
fn value(table: &str, key: &Key, found: &Found, answers: &Answers) -> Option<Value> {
    match (table, key.name) {
        ("book", "title") => answers.title.clone().map(Value::String),
        ("book", "language") => answers.language.clone().map(Value::String),
        ("book", "authors") if !answers.authors.is_empty() => {
            Some(answers.authors.iter().cloned().map(Value::String).collect::<Vec<_>>().into())
        }
        ("build", "build-dir") => found.is_moved.then(|| Value::String(found.output.clone())),
        _ => None,
    }
}

/// Words as lines of comments.
fn comment(words: &str) -> String {
    let mut text = String::new();
    let mut line = "#".to_owned();
    for word in words.split(' ') {
        if line.len() + word.len() >= WIDTH {
            text.push_str(&format!("{line}\n"));
            "#".clone_into(&mut line);
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&format!("{line}\n"));
    text
}
