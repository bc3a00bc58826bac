//! What must hold of texts that chance puts together from the pieces of which real ones are made: libFuzzer is better at
//! what is broken, this at what is nearly right. `STERNPOST_SERIES=5000` tries so many, `STERNPOST_SEED=7` others.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::invariants::{front_matter, links, markdown, outline, summary};

/// How many texts are tried unless more are asked for.
const SERIES: u32 = 150;

/// Tries what `strategy` gives. The same each time, unless others are asked for.
pub fn try_all<S: Strategy>(series: u32, strategy: &S, holds: impl Fn(S::Value)) {
    let number = |name: &str| std::env::var(name).ok().map(|number| number.parse().unwrap());
    let config = ProptestConfig {
        cases: number("STERNPOST_SERIES").map_or(series, |series| series as u32),
        rng_seed: RngSeed::Fixed(number("STERNPOST_SEED").unwrap_or(1)),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let tried = TestRunner::new(config).run(strategy, |value| {
        holds(value);
        Ok(())
    });
    if let Err(error) = tried {
        panic!("{error}");
    }
}

/// Words, and what is nearly a sign of something.
const WORDS: &[&str] = &[
    "trust",
    "Größe",
    "日本",
    "a_b_c",
    "5 * 3",
    "US$5 to $7",
    "a & b",
    "&amp;",
    "&#106;",
    "<",
    ">",
    "\"quoted\"",
    "it's",
    "--",
    "...",
    ":smile:",
    "\\*",
    "\\",
    "`code`",
    "`` a`b ``",
    "$x^2$",
    "$\\frac{a}{b}$",
    "www.lead.example",
    "https://lead.example/a_b",
    "me@lead.example",
    "==mark==",
    "^^ins^^",
    "%%gone%%",
    "#tag",
    "x ^block",
    "{{ x }}",
    "{% y %}",
    "H~2~O",
    "[^1]",
    "[^a b]",
    "![](",
    "[a]",
    "[TOC]",
    "\u{202e}",
    "e\u{301}",
    "\u{a0}",
    "|",
    "  ",
];

/// Where links lead.
const TARGETS: &[&str] = &[
    "a.md",
    "../b/",
    "#here",
    "a b.md",
    "<a b.md>",
    "x.png \"Title\"",
    "https://a.example/?a=b&c=d",
    "javascript:alert(1)",
    "data:text/html,x",
    "JaVaScRiPt&colon;x",
    "&#x6a;avascript:x",
    "java\tscript:x",
    "//a.example",
    "",
    "mailto:a@b.example",
    "x\"onclick=\"y",
    "'><script>",
    "a.md#b#c",
    "%00",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(WORDS).prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}

/// A line of words, links and emphasis.
fn line() -> impl Strategy<Value = String> {
    let target = select(TARGETS);
    let piece = (word(), target, 0..9_u8).prop_map(|(word, target, kind)| match kind {
        0 => format!("[{word}]({target})"),
        1 => format!("![{word}]({target})"),
        2 => format!("*{word}*"),
        3 => format!("**{word}**"),
        4 => format!("~~{word}~~"),
        _ => word,
    });
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.join(" "))
}

/// A block, and blocks in it.
fn block() -> impl Strategy<Value = String> {
    let leaf = (line(), line(), 0..14_u8).prop_map(|(one, two, kind)| match kind {
        0 => format!("# {one}\n\n"),
        1 => format!("### {one} {{#here .x}}\n\n"),
        2 => format!("```rust,ignore title=\"{one}\"\n{two}\n```\n\n"),
        3 => format!("| {one} | b |\n|---|:-:|\n| {two} | c |\n\n"),
        4 => format!("{one}\n: {two}\n\n"),
        5 => format!("- [ ] {one}\n- [x] {two}\n\n"),
        6 => format!("[^1]: {one}\n\n"),
        7 => format!("{one}\n===\n\n"),
        8 => format!("$$\n{one}\n$$\n\n"),
        9 => "[TOC]\n\n".to_owned(),
        10 => format!("[a]: {two}\n\n"),
        _ => format!("{one}\n{two}\n\n"),
    });
    leaf.prop_recursive(4, 24, 4, |inner| {
        let inside = proptest::collection::vec(inner, 1..4).prop_map(|blocks| blocks.concat());
        let indented = |before: &str, rest: &str, text: &str| {
            let lines = text.lines().enumerate();
            let line = |(at, line)| format!("{}{line}\n", if at == 0 { before } else { rest });
            lines.map(line).collect::<String>() + "\n"
        };
        (inside, word(), 0..12_u8).prop_map(move |(inside, word, kind)| match kind {
            0 => indented("> ", "> ", &inside),
            1 => indented("> [!NOTE] x\n> ", "> ", &inside),
            2 => indented("- ", "  ", &inside),
            3 => indented("1. ", "   ", &inside),
            4 => format!(":::note[{word}]{{id=\"a\" title=\"{word}\"}}\n{inside}:::\n\n"),
            5 => format!("::::exercise\n{inside}::::\n\n"),
            6 => format!(
                ":::person{{name=\"{word}\" image=\"a.png\" link=\"b.md\"}}\n{inside}:::\n\n"
            ),
            7 => indented("!!! tip \"x\"\n    ", "    ", &inside),
            8 => indented("[^1]: ", "    ", &inside),
            9 => format!("=== \"{word}\"\n\n{}", indented("    ", "    ", &inside)),
            10 => format!("{{% hint style=\"info\" %}}\n{inside}{{% endhint %}}\n\n"),
            _ => inside,
        })
    })
}

/// An essay as the targets read one: the byte of a program, and a text without raw HTML.
pub fn essay() -> impl Strategy<Value = Vec<u8>> {
    let blocks = proptest::collection::vec(block(), 0..8);
    (select(&b"-mkjhzedgoa"[..]), blocks).prop_map(|(system, blocks)| {
        let mut bytes = vec![system];
        bytes.extend_from_slice(blocks.concat().as_bytes());
        bytes
    })
}

#[test]
fn essays_give_html_that_is_sound() {
    try_all(SERIES, &essay(), |bytes| markdown::holds(&bytes));
}

/// Pieces of HTML that run something, or hide what does from those who look for it.
const HTML: &[&str] = &[
    "<script>alert(1)</script>",
    "<scr<script>ipt>",
    "</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><style>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=x&gt;\">",
    "<annotation-xml encoding=\"text/html\">",
    "<a href=\"javascript:x\">",
    "<a href=\"java&#x0A;script:x\">",
    "<a href=' &#1; JaVaScRiPt:x'>",
    "<a xlink:href=\"javascript:x\">",
    "<iframe srcdoc=\"&lt;script&gt;\">",
    "<form action=javascript:x><button formaction=javascript:y>",
    "<template>",
    "<noscript><p title=\"</noscript><img src=x onerror=y>\">",
    "<!--",
    "-->",
    "--!>",
    "<![CDATA[",
    "<?php",
    "<details open ontoggle=x>",
    "<handbook-seal n=\"0\"></handbook-seal>",
    "<handbook-contents/>",
    "<block-arguments of=\"note\" id=\"a\">",
    "<b onmouseover=\"x\">bold",
    "<b/onclick=x>",
    "<title>",
    "<textarea>",
    "<xmp>",
    "<plaintext>",
    "<base href=//x>",
    "<link rel=stylesheet href=x>",
    "<meta http-equiv=refresh content=0>",
    "<input autofocus onfocus=x>",
    "<video poster=javascript:x src=data:text/html,y>",
    "<table><tr><td>",
    "<select><option>",
    "<frameset><body onload=x>",
    "<div markdown=\"1\">",
    "&lt;script&gt;",
    "</p>",
    "<p",
    "\"",
    "'",
    ">",
    "<",
    "\n\n",
    "\n",
    "> [!NOTE] ",
    ":::note{id=\"<b>\" title=\"<script>\"}\n",
    "\n:::\n",
    "- ",
    "`",
    "| a |\n|---|\n",
    "[^1]",
    "$\\text{<script>}$",
    "$\\operatorname{<script>x</script>}$",
    "words",
];

#[test]
fn html_of_an_essay_runs_nothing() {
    let pieces = proptest::collection::vec(select(HTML), 1..12);
    let essay = (select(&b"-kda"[..]), pieces);
    try_all(4 * SERIES, &essay, |(system, pieces)| {
        markdown::holds(&[&[system], pieces.concat().as_bytes()].concat());
    });
}

#[test]
fn both_passes_over_an_essay_see_the_same() {
    try_all(SERIES, &essay(), |bytes| outline::holds(&bytes));
}

#[test]
fn front_matter_says_no_more_than_was_written() {
    let keys = select(vec![
        "title",
        "date",
        "tags",
        "authors",
        "slug",
        "path",
        "aliases",
        "draft",
        "weight",
        "description",
        "extra",
        "updated",
        "author",
        "redirect_from",
        "permalink",
        "sidebar_position",
        "published",
        "x",
    ]);
    let values = prop_oneof![
        select(vec![
            "\"x\"",
            "[a, \"b\"]",
            "true",
            "yes",
            "2026-01-01",
            "2026-13-45",
            "- a",
            "|\n  x",
            "&a [x]",
            "*a",
            "{a: b}",
            "3.5",
            "'it''s",
            "\"a\\u0000\"",
            "null",
            "[",
            "1e999",
            ".inf",
            "\"\"",
            "x: y",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
    ];
    let line = (keys, values).prop_map(|(key, value)| (key, value));
    let text = (any::<bool>(), proptest::collection::vec(line, 0..8)).prop_map(|(toml, lines)| {
        let (fence, sign) = if toml { ("+++", " = ") } else { ("---", ": ") };
        let lines: String =
            lines.into_iter().map(|(key, value)| format!("{key}{sign}{value}\n")).collect();
        format!("{fence}\n{lines}{fence}\nText.\n").into_bytes()
    });
    try_all(3 * SERIES, &text, |bytes| front_matter::holds(&bytes));
}

#[test]
fn links_lead_where_they_say_or_it_is_told() {
    let part = select(vec![
        "..",
        ".",
        "one.md",
        "one",
        "team",
        "index.md",
        "zwei Wörter",
        "über uns.md",
        "c++ & c#.md",
        "ship.png",
        "%2e%2e",
        "%2F",
        "",
        "draft.md",
        "deep",
        "er",
        "two",
        "README.md",
        "a%b.txt",
        "Team",
        "LICENSE",
    ]);
    let path = proptest::collection::vec(part, 0..5).prop_map(|parts| parts.join("/"));
    let head = select(vec![
        "",
        "/",
        "@/",
        "https://lead.example/handbook/",
        "https://github.com/lead/handbook/blob/main/",
        "//",
        "ref:",
    ]);
    let tail = select(vec![
        "",
        "#trust--care",
        "#Trust & care",
        "?a=b",
        "?a#b",
        "#",
        "#trust--care-1",
        "/",
    ]);
    let target = (head, path, tail).prop_map(|(head, path, tail)| format!("{head}{path}{tail}"));
    let place = (select(&b"-mkjhzedgoa"[..]), 0..10_u8);
    try_all(10 * SERIES, &(place, target), |((system, at), target)| {
        links::holds(&[&[system, at], target.as_bytes()].concat());
    });
}

#[test]
fn contents_lose_no_essay() {
    let page = select(vec![
        "README.md",
        "a.md",
        "part/b.md",
        "part/",
        "part/index.md",
        "x/y/z.md",
        "no.md",
        "../a.md",
        "",
    ]);
    let line = (0..6_usize, page, any::<bool>());
    let text = proptest::collection::vec(line, 0..14).prop_map(|lines| {
        let line = |(depth, page, is_link): (usize, &str, bool)| match (depth, is_link) {
            (0, false) => format!("\n## Part {page}\n\n"),
            (_, false) => format!("{}- Name\n", "  ".repeat(depth)),
            _ => format!("{}- [T {page}]({page})\n", "  ".repeat(depth)),
        };
        let lines: String = lines.into_iter().map(line).collect();
        format!("SUMMARY.md\n# Summary\n\n{lines}").into_bytes()
    });
    try_all(SERIES, &text, |bytes| summary::holds(&bytes));
}
