//! The examples of the CommonMark specification, 0.31.2, through the program's own pipeline: each is
//! an essay, and its page's text is what the specification says, but for the differences listed
//! here, which are intended.
//!
//! `tests/run` fetches the specification. Without it the test is skipped and says so; in CI it fails.

use std::path::Path;
use std::sync::LazyLock;

use sternpost::config::{HtmlTable, RawHtml};
use sternpost::essay::dialect::Empty;
use sternpost::essay::{Dialect, Essay};
use sternpost::render::Theme;
use sternpost::render::body::{Manner, body};
use sternpost::source::SourcePath;

const SPEC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/commonmark-spec/spec.txt");

static THEME: LazyLock<Theme> =
    LazyLock::new(|| Theme::load(None, None, "en", &|path| path.display().to_string()).unwrap());

/// Examples whose result differs on purpose, by number, with the reason.
const INTENDED: &[(usize, &str)] = &[
    (183, "white space before a comment that was left out"),
    (572, FIGURE),
    (573, FIGURE),
    (576, FIGURE),
    (577, FIGURE),
    (584, FIGURE),
    (585, FIGURE),
    (586, FIGURE),
    (588, FIGURE),
    (589, FIGURE),
    (591, FIGURE),
    (602, AUTOLINK),
    (606, AUTOLINK),
    (608, AUTOLINK),
    (611, AUTOLINK),
    (612, AUTOLINK),
];

const FIGURE: &str = "a picture with a title, alone in its paragraph, is a figure with a caption";
const AUTOLINK: &str = "bare addresses are links (GFM 0.29, section 6.9)";

/// One example of the specification.
struct Example {
    number: usize,
    markdown: String,
    html: String,
}

fn examples(spec: &str) -> Vec<Example> {
    let fence = "`".repeat(32);
    let mut examples = Vec::new();
    let mut lines = spec.lines();
    while let Some(line) = lines.next() {
        if line != format!("{fence} example") {
            continue;
        }
        let part = |end: &str, lines: &mut std::str::Lines<'_>| -> String {
            lines
                .take_while(|line| *line != end)
                .map(|line| format!("{line}\n"))
                .collect::<String>()
                .replace('→', "\t")
        };
        let markdown = part(".", &mut lines);
        let html = part(&fence, &mut lines);
        examples.push(Example { number: examples.len() + 1, markdown, html });
    }
    examples
}

fn render(markdown: &str) -> String {
    let plain =
        HtmlTable { smart_punctuation: false, definition_lists: false, ..HtmlTable::default() };
    let dialect = Dialect::new(&plain).with_html(RawHtml::Trusted);
    // A blank line first, so that no example is taken for front matter.
    let text = format!("\n{markdown}");
    let source = SourcePath::new("example.md");
    let mut essay = Essay::parse(source, "example.md".into(), text, dialect, &Empty);
    // The title takes the place of a heading; here every heading is to be seen.
    essay.hoisted = None;
    let manner = Manner { theme: &THEME, highlight: false, lines: false };
    body(&essay, manner, &|_| None, &|_| None, &|_| Vec::new()).unwrap().html
}

/// What every page has and the specification does not know: ids on headings, code that the
/// keyboard can reach, comments left out. And what HTML does not tell apart: `<br>` and `<br />`,
/// quotes as characters and as entities, white space between blocks.
fn comparable(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<!--") {
        text.push_str(before);
        rest = if let Some(after) = after.strip_prefix('>') {
            after
        } else if let Some(after) = after.strip_prefix("->") {
            after
        } else {
            after.split_once("-->").map_or("", |(_, after)| after)
        };
    }
    text.push_str(rest);
    for level in 1..=6 {
        let open = format!("<h{level} id=\"");
        while let Some(at) = text.find(&open) {
            let end = text[at + open.len()..]
                .find("\">")
                .map_or(text.len(), |end| at + open.len() + end + 2);
            text.replace_range(at..end, &format!("<h{level}>"));
        }
    }
    text.replace("<pre tabindex=\"0\">", "<pre>")
        .replace(" />", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
        .replace("<li>\n<", "<li><")
        .replace("<blockquote>\n<", "<blockquote><")
}

#[test]
fn every_example_of_the_specification() {
    if !Path::new(SPEC).is_file() {
        assert!(std::env::var_os("CI").is_none(), "the specification is missing: {SPEC}");
        eprintln!("skipped: there is no {SPEC}; tests/run fetches it");
        return;
    }
    let spec = std::fs::read_to_string(SPEC).unwrap();
    let examples = examples(&spec);
    assert!(examples.len() > 640, "only {} examples were read", examples.len());
    let mut wrong = Vec::new();
    for Example { number, markdown, html } in &examples {
        let (ours, theirs) = (comparable(&render(markdown)), comparable(html));
        let intended = INTENDED.iter().any(|(n, _)| n == number);
        if intended && ours == theirs {
            wrong.push(format!("{number} is listed as different, and is not"));
        } else if !intended && ours != theirs {
            wrong.push(format!("{number}: {markdown:?}\n   ours: {ours:?}\n theirs: {theirs:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        examples.len(),
        wrong.join("\n")
    );
}
