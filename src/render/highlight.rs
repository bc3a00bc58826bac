//! Code with its words in classes, by which the style sheet colours them in light and in dark.
//!
//! 1. The grammars of Sublime Text, as bat collects them, name each word with a stack of scopes
//!    (`string.quoted.double.rust`). They are loaded when the first page asks.
//! 2. [`CLASSES`] makes a few classes of that: the innermost scope that is named there counts. What has none
//!    stays bare, so that a page grows little.
//!
//! Each line is closed in itself, so that lines can be marked.

use std::sync::LazyLock;

use pulldown_cmark_escape::escape_html_body_text;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// More than this is shown plain: grammars are made of expressions that can take long for long lines.
const MOST_BYTES: usize = 200 * 1024;
const LONGEST_LINE: usize = 2_000;

/// Which scopes have which class; the first that fits counts. An empty class: what stands in there is plain
/// again. Names of scopes: Sublime Text's documentation, "Scope Naming".
const CLASSES: &[(&str, &str)] = &[
    ("punctuation.definition.comment", "hl-c"),
    ("comment", "hl-c"),
    ("punctuation.section.interpolation", ""),
    ("punctuation.section.embedded", ""),
    ("meta.interpolation", ""),
    ("meta.embedded", ""),
    ("source", ""),
    ("constant.character.escape", "hl-n"),
    ("string", "hl-s"),
    ("punctuation.definition.string", "hl-s"),
    ("markup.raw", "hl-s"),
    ("markup.inserted", "hl-a"),
    ("markup.deleted", "hl-d"),
    ("markup.heading", "hl-f"),
    ("markup.bold", "hl-k"),
    ("markup.underline.link", "hl-s"),
    ("constant", "hl-n"),
    ("keyword.operator.word", "hl-k"),
    ("keyword.operator.logical.python", "hl-k"),
    ("keyword.operator", ""),
    ("keyword", "hl-k"),
    ("storage.type.numeric", "hl-n"),
    ("storage", "hl-k"),
    ("variable.language", "hl-k"),
    ("entity.name.tag", "hl-k"),
    ("entity.name.section", "hl-f"),
    ("entity.name.function", "hl-f"),
    ("entity.name.macro", "hl-f"),
    ("support.function", "hl-f"),
    ("support.macro", "hl-f"),
    ("variable.function", "hl-f"),
    ("variable.annotation", "hl-f"),
    ("meta.annotation", "hl-f"),
    ("entity.name.type", "hl-t"),
    ("entity.name.struct", "hl-t"),
    ("entity.name.class", "hl-t"),
    ("entity.name.enum", "hl-t"),
    ("entity.name.trait", "hl-t"),
    ("entity.name.interface", "hl-t"),
    ("entity.other.inherited-class", "hl-t"),
    ("support.type.property-name", "hl-t"),
    ("support.type", "hl-t"),
    ("support.class", "hl-t"),
    ("entity.other.attribute-name", "hl-t"),
    ("entity.name.namespace", "hl-t"),
    ("meta.mapping.key", "hl-t"),
    ("meta.property-name", "hl-t"),
    ("variable.other.readwrite.assignment", ""),
];

/// Names by which people call languages that the grammars do not know.
const ALIASES: &[(&str, &str)] = &[
    ("shell", "bash"),
    ("console", "bash"),
    ("shell-session", "bash"),
    ("shellscript", "bash"),
    ("terminal", "bash"),
    ("golang", "go"),
    ("docker", "dockerfile"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("jsx", "tsx"),
    ("node", "js"),
    ("ecmascript", "js"),
    ("mjs", "js"),
    ("cjs", "js"),
    ("mts", "ts"),
    ("cts", "ts"),
    ("c#", "cs"),
    ("csharp", "cs"),
    ("f#", "fs"),
    ("c++", "cpp"),
    ("objective-c", "m"),
    ("make", "makefile"),
    ("viml", "vim"),
    ("tf", "terraform"),
    ("hcl", "terraform"),
    ("python3", "python"),
    ("py3", "python"),
    ("pycon", "python"),
    ("patch", "diff"),
    ("svg", "xml"),
    ("xhtml", "html"),
    ("postgresql", "sql"),
    ("mysql", "sql"),
    ("sqlite", "sql"),
    ("nginxconf", "nginx"),
    ("env", "dotenv"),
    ("properties", "ini"),
    ("conf", "ini"),
    ("cfg", "ini"),
];

/// Names for no language at all.
const PLAIN: &[&str] =
    &["", "text", "txt", "plain", "plaintext", "none", "output", "nohighlight", "ascii"];

static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

static SCOPES: LazyLock<Vec<(Scope, &str)>> = LazyLock::new(|| {
    CLASSES.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class))).collect()
});

/// The grammar of the language that people call `language`, if there is one.
fn grammar(language: &str) -> Option<&'static SyntaxReference> {
    let language = language.to_lowercase();
    if PLAIN.contains(&language.as_str()) {
        return None;
    }
    let known = ALIASES.iter().find(|(alias, _)| *alias == language).map(|(_, name)| *name);
    let found = GRAMMARS.find_syntax_by_token(known.unwrap_or(&language))?;
    (found.name != "Plain Text").then_some(found)
}

/// `code` in `language` as HTML, line by line, each with its end. A language that is not known, and code
/// that is too long, is plain.
pub fn lines(code: &str, language: &str) -> Vec<String> {
    let fits = code.len() <= MOST_BYTES && code.split('\n').all(|line| line.len() <= LONGEST_LINE);
    let plain = || code.split_inclusive('\n').map(escape).collect();
    match grammar(language).filter(|_| fits) {
        Some(grammar) => coloured(code, grammar).unwrap_or_else(plain),
        None => plain(),
    }
}

/// `None` where the grammar itself is wrong.
fn coloured(code: &str, grammar: &SyntaxReference) -> Option<Vec<String>> {
    let mut state = ParseState::new(grammar);
    let mut stack = ScopeStack::new();
    let mut lines = Vec::new();
    for line in code.split_inclusive('\n') {
        let mut runs =
            Runs { line, html: String::with_capacity(line.len() * 2), ..Runs::default() };
        let mut at = 0;
        for (next, change) in state.parse_line(line, &GRAMMARS).ok()? {
            runs.add(at..next, &stack);
            at = next;
            stack.apply(&change).ok()?;
        }
        runs.add(at..line.len(), &stack);
        runs.flush();
        lines.push(runs.html);
    }
    Some(lines)
}

/// The pieces of a line, those of one class together.
#[derive(Default)]
struct Runs<'l> {
    line: &'l str,
    class: &'static str,
    /// What has that class and is not yet written.
    waiting: std::ops::Range<usize>,
    html: String,
}

impl Runs<'_> {
    fn add(&mut self, piece: std::ops::Range<usize>, stack: &ScopeStack) {
        if piece.is_empty() {
            return;
        }
        // White space has no colour, and joins what stands beside it.
        let is_blank = self.line[piece.clone()].trim().is_empty();
        let class = if is_blank { self.class } else { class(stack) };
        if class != self.class {
            self.flush();
            self.class = class;
        }
        self.waiting.end = piece.end;
    }

    fn flush(&mut self) {
        let text = &self.line[self.waiting.clone()];
        self.waiting.start = self.waiting.end;
        let bare = text.trim_end();
        if bare.is_empty() || self.class.is_empty() {
            self.html.push_str(&escape(text));
            return;
        }
        self.html.push_str(&format!("<span class=\"{}\">{}</span>", self.class, escape(bare)));
        self.html.push_str(&text[bare.len()..]);
    }
}

/// Text as the inside of an element.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    // Writing to text cannot fail.
    let _ = escape_html_body_text(&mut html, text);
    html
}

fn class(stack: &ScopeStack) -> &'static str {
    let named = |scope: &Scope| {
        SCOPES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class)
    };
    stack.as_slice().iter().rev().find_map(named).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_names_have_a_grammar() {
        let aliases = ALIASES.iter().map(|(alias, _)| *alias);
        let names = [
            "rust",
            "rs",
            "python",
            "py",
            "js",
            "javascript",
            "ts",
            "typescript",
            "tsx",
            "jsx",
            "sh",
            "bash",
            "zsh",
            "fish",
            "json",
            "yaml",
            "yml",
            "toml",
            "html",
            "css",
            "scss",
            "sql",
            "go",
            "java",
            "kotlin",
            "swift",
            "c",
            "cpp",
            "cs",
            "csharp",
            "rb",
            "ruby",
            "php",
            "perl",
            "lua",
            "r",
            "scala",
            "haskell",
            "hs",
            "elixir",
            "erlang",
            "clojure",
            "dockerfile",
            "makefile",
            "nginx",
            "xml",
            "markdown",
            "md",
            "diff",
            "ini",
            "graphql",
            "proto",
            "vim",
            "nix",
            "zig",
            "dart",
            "terraform",
            "http",
            "latex",
            "tex",
            "julia",
        ];
        let unknown: Vec<_> = aliases.chain(names).filter(|name| grammar(name).is_none()).collect();
        assert_eq!(unknown, [""; 0]);
        for name in ["text", "", "wat", "mermaid"] {
            assert!(grammar(name).is_none(), "{name}");
        }
    }

    #[test]
    fn all_scopes_are_scopes() {
        assert_eq!(SCOPES.len(), CLASSES.len());
    }

    #[test]
    fn no_text_is_lost() {
        let code = "fn main() {\n    // <a & b>\n\n    let x = \"é\\n\"; \n}";
        for language in ["rust", "html", "wat", "yaml", "php"] {
            let html = lines(code, language).concat();
            let text =
                html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
            let text: String = text.collect();
            let back = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            assert_eq!(back.replace("&amp;", "&"), code, "{language}");
        }
    }
}
