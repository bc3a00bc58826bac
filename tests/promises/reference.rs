//! The guide's tables of what templates see are what they see: every name, its type, and the examples.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::folder::{Built, Folder};

const GUIDE: &str = include_str!("../../docs/guide/templates.md");

/// The templates that make pages.
const TEMPLATES: &[&str] = &[
    "404",
    "index",
    "page",
    "print",
    "redirect",
    "search",
    "section",
    "taxonomy_list",
    "taxonomy_single",
];

/// A row of a table.
struct Row {
    kind: String,
    example: Option<Value>,
}

/// The tables by the heading above each: rows by name.
fn tables() -> BTreeMap<String, BTreeMap<String, Row>> {
    let mut tables: BTreeMap<String, BTreeMap<String, Row>> = BTreeMap::new();
    let mut thing = String::new();
    for line in GUIDE.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            thing = heading.to_owned();
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, name, kind, what, example, _] = cells[..] else { continue };
        let Some(name) = name.strip_prefix('`').and_then(|name| name.strip_suffix('`')) else {
            continue;
        };
        assert!(!what.is_empty(), "{thing}.{name} is not explained");
        let example = example.trim_matches('`');
        let example = (!example.is_empty()).then(|| serde_json::from_str(example).unwrap());
        let row = Row { kind: kind.to_owned(), example };
        assert!(tables.entry(thing.clone()).or_default().insert(name.to_owned(), row).is_none());
    }
    tables
}

fn small_book() -> Built {
    let names: Vec<String> = tables()["Everywhere"]
        .keys()
        .map(|name| format!("\"{name}\":{{{{ {name} | json_encode }}}}"))
        .collect();
    let dump = format!("{{{}}}", names.join(","));
    let folder = Folder::new(&[
        (
            "book.toml",
            "[book]\ntitle = \"Handbook\"\nauthors = [\"Ana\"]\ndescription = \"For the crew\"\n\
             [output.html]\nsite-url = \"https://example.org/\"\n\
             git-repository-url = \"https://example.org/r\"\n\
             edit-url-template = \"https://example.org/e/{path}\"\n\
             [handbook]\nmarkdown = true\n",
        ),
        ("content/_index.md", "Welcome to [a](s/a.md)."),
        ("content/s/_index.md", "---\ntitle: Part\ndescription: The first part\n---\n"),
        (
            "content/s/a.md",
            "---\ndate: 2026-01-01\nupdated: 2026-02-01\ntags: [t]\nauthors: [Ana]\nweight: 5\n\
             description: What a day is like\naliases: [/old/]\n---\n\
             # A *day* at sea\n\n## Morning\n\n### Fog\n\nSee [b](b.md).\n",
        ),
        ("content/s/b.md", "---\ntags: [t]\n---\n# B\n"),
    ]);
    for template in TEMPLATES {
        folder.write(&format!("templates/{template}.html"), &dump);
    }
    folder.site()
}

/// Holds `value` against the type `kind`, and notes in `seen` what stood under each name.
fn hold(
    value: &Value,
    kind: &str,
    at: &str,
    tables: &BTreeMap<String, BTreeMap<String, Row>>,
    seen: &mut BTreeMap<String, BTreeSet<String>>,
) {
    let (kind, may_be_none) = match kind.strip_suffix(" or none") {
        Some(kind) => (kind, true),
        None => (kind, false),
    };
    match (kind, value) {
        (_, Value::Null) => assert!(may_be_none, "{at} is none, and should be {kind}"),
        ("text" | "HTML", Value::String(_))
        | ("number", Value::Number(_))
        | ("true or false", Value::Bool(_))
        | ("map", Value::Object(_)) => {}
        ("essay or subsection", Value::Object(map)) => {
            let kind = if map["kind"] == "essay" { "essay" } else { "subsection" };
            hold(value, kind, at, tables, seen);
        }
        (list, Value::Array(items)) if list.starts_with("list of ") => {
            for item in items {
                hold(item, &list["list of ".len()..], at, tables, seen);
            }
        }
        (thing, Value::Object(map)) => {
            let table = tables.get(thing).unwrap_or_else(|| panic!("{at} has no type {thing}"));
            let told: BTreeSet<&String> = table.keys().collect();
            let there: BTreeSet<&String> = map.keys().collect();
            assert_eq!(there, told, "the names of {thing}, at {at}");
            for (name, value) in map {
                seen.entry(format!("{thing}.{name}")).or_default().insert(value.to_string());
                hold(value, &table[name].kind, &format!("{at}.{name}"), tables, seen);
            }
        }
        (kind, value) => panic!("{at} should be {kind} and is {value}"),
    }
}

#[test]
fn every_name_that_templates_see_is_in_the_guide_with_its_type() {
    let tables = tables();
    let built = small_book();
    let mut seen = BTreeMap::new();
    let mut kinds = BTreeSet::new();
    for path in built.files().keys().filter(|path| path.ends_with(".html")) {
        let page: Value = serde_json::from_str(&built.read(path))
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        kinds.insert(page["page"]["kind"].as_str().unwrap().to_owned());
        hold(&page, "Everywhere", path, &tables, &mut seen);
    }
    let told = tables["page"]["kind"].kind.clone();
    assert_eq!(told, "text");
    for kind in &kinds {
        assert!(GUIDE.contains(&format!("`{kind}`")), "the kind {kind} is not in the guide");
    }
    assert!(kinds.len() >= 10, "{kinds:?}");
    for (thing, table) in &tables {
        for (name, row) in table {
            let Some(example) = &row.example else { continue };
            let values = seen.get(&format!("{thing}.{name}"));
            // The book has neither logo nor cover.
            if thing == "picture" {
                continue;
            }
            assert!(
                values.is_some_and(|values| values.contains(&example.to_string())),
                "{thing}.{name}: {example} is not among {values:?}"
            );
        }
    }
}
