//! What an essay costs grows with its length and no faster: twice as much of the same is less than three times the
//! events, the HTML and the work.

use std::time::Duration;

use sternpost::config::HtmlTable;
use sternpost::essay::dialect::Empty;
use sternpost::essay::{Dialect, Essay, markdown};
use sternpost::render::body::body;
use sternpost::source::SourcePath;
use sternpost::system::{System, Systems};

use crate::invariants::markdown::manner;

/// A piece of Markdown that is repeated, and the program that it is read as written for.
type Pattern = (&'static str, Option<System>);

const PATTERNS: &[Pattern] = &[
    ("word ", None),
    ("# A\n\n", None),
    ("# Same {#same}\n\n", None),
    ("## A-1\n\n## A\n\n", None),
    ("*a _b ", None),
    ("**a* ", None),
    ("[a](", None),
    ("![a](b", None),
    ("[a][", None),
    ("[[[a", None),
    ("]]]", None),
    ("`a ``b ", None),
    ("<a b=\"", None),
    ("<!-- ", None),
    ("--> <!--", None),
    ("&amp;&lt", None),
    ("\\*", None),
    ("$a ", None),
    ("$x^2$ ", None),
    ("$$\n", None),
    ("> a\n", None),
    ("> ", None),
    ("- a\n\n", None),
    ("- [ ] same\n", None),
    ("1. a\n   - b\n", None),
    ("| a | b |\n|---|---|\n| c | d |\n\n", None),
    ("|a", None),
    ("a[^1] ", None),
    ("[^a]: b\n\n", None),
    ("a[^b]\n\n[^b]: c\n\n", None),
    ("[a]: b\n\n[a] ", None),
    ("[TOC]\n\n# A\n\n", None),
    ("term\n: what\n\n", None),
    ("```\na\n```\n\n", None),
    ("~~~ a\n", None),
    ("    a\n\n", None),
    ("https://a.example/ ", None),
    ("a@b.example ", None),
    ("www.", None),
    (":smile: ", None),
    ("> [!NOTE] a\n> b\n\n", None),
    (":::note\na\n:::\n\n", None),
    (":::note\n", None),
    (":::note{id=\"a\"}\n:::\n", None),
    ("# A\n\n:::note{id=\"a\"}\nb\n:::\n\n", None),
    ("!!! note\n    a\n\n", None),
    ("=== \"a\"\n    b\n", None),
    ("<div markdown=\"1\">\n", None),
    ("<div markdown=\"1\">\n\na\n\n</div>\n\n", None),
    ("{{< a >}} ", Some(System::Hugo)),
    ("{{% a %}}\n", Some(System::Hugo)),
    ("{% a %}\n", Some(System::Zola)),
    ("{% include a %} {{ b }} ", Some(System::Jekyll)),
    ("{% hint %}\n", Some(System::GitBook)),
    ("{% tab title=\"a\" %}\n", Some(System::GitBook)),
    ("<A b={", Some(System::Docusaurus)),
    ("<Tabs>\n<TabItem>\n\n", Some(System::Docusaurus)),
    ("{/* a ", Some(System::Docusaurus)),
    ("import a from 'b';\n", Some(System::Docusaurus)),
    ("[[a]] ![[b]] ", Some(System::Obsidian)),
    ("[[", Some(System::Obsidian)),
    ("%%a ", Some(System::Obsidian)),
    ("==a ", Some(System::Obsidian)),
    ("#a ^b\n", Some(System::Obsidian)),
    ("{{#include a}}\n", Some(System::MdBook)),
    ("++a++ ^^b ", Some(System::MkDocs)),
    ("*[A]: b\n\nA ", Some(System::MkDocs)),
    ("a\n{: .b}\n\n", Some(System::Jekyll)),
];

/// What a text costs: events, bytes of HTML, time on the processor.
fn cost(pattern: Pattern, length: usize) -> (usize, usize, Duration) {
    let (piece, system) = pattern;
    let systems = Systems::of(&Vec::from_iter(system));
    let dialect = Dialect::new(&HtmlTable::default()).written_for(systems);
    let text = piece.repeat(length / piece.len());
    let began = now();
    let source = SourcePath::new("a.md");
    let essay = Essay::parse(source, "a.md".into(), text, dialect, &Empty);
    let html = body(&essay, manner(), &|_| None, &|_| None, &|_| Vec::new()).unwrap().html;
    let took = now() - began;
    (markdown::events(&essay.markdown(), dialect).count(), html.len(), took)
}

/// How long this thread has worked.
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs().try_into().unwrap())
}

#[test]
fn twice_the_text_is_less_than_three_times_the_cost() {
    let mut failed = Vec::new();
    for pattern in PATTERNS {
        let ((events, html, _), twice) = (cost(*pattern, 20_000), cost(*pattern, 40_000));
        if twice.0 > 3 * events + 10 || twice.1 > 3 * html + 1000 {
            failed.push(format!("{pattern:?}: {events} events, {html} bytes; {twice:?}"));
        }
        // Little is not measured well; the best of several is.
        let time = |length| (0..3).map(|_| cost(*pattern, length).2).min().unwrap_or_default();
        if twice.2 > Duration::from_millis(50) {
            // Far between what grows with the text (4) and with its square (16).
            let (once, four_times) = (time(20_000), time(80_000));
            if four_times > 9 * once {
                failed.push(format!("{pattern:?}: {once:?}, four times as much {four_times:?}"));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
