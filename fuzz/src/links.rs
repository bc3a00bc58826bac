//! Links, each on a line of the input: the first byte says for which program the essay was written, the second in
//! which folder it lies.
//!
//! - Never a panic; every note can be shown.
//! - A link that leads to something on the site leads a browser to just that, from the page that holds it, and never
//!   to another host or above the site's root.
//! - One that leads nowhere is told, and so is one that may not lead where it says: to a program.
//! - A place on the own page is one that is there.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use sternpost::book::resolve::{is_outside, resolve};
use sternpost::book::{Book, EssayId, Ground, Parts, Resolved, Setting, Target};
use sternpost::config::{Config, Links};
use sternpost::essay::dialect::{Empty, without_liquid};
use sternpost::essay::{Dialect, Essay, Link, LinkKind};
use sternpost::source::{Beyond, FileKind, Repository, SourceFile, SourcePath, Stamp};
use url::Url;

use super::{decoded, dialect, told};

const ESSAYS: &[&str] = &[
    "index.md",
    "one.md",
    "team/index.md",
    "team/one.md",
    "team/deep/er/two.md",
    "_posts/2020-01-02-past.md",
    "zwei Wörter/über uns.md",
    "de/one.md",
    "c++ & c#.md",
    "draft.md",
];

const FILES: &[&str] =
    &["ship.png", "team/plan.pdf", "static/logo.svg", "a%b.txt", "zwei Wörter/ü ?.png"];

/// The schemes of addresses that hold a program, or may.
const RUNS: &[&str] = &["javascript", "vbscript", "data"];

const HERE: &str = "https://lead.example/handbook/";

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    let plain = Dialect::new(&Config::default().output.html);
    let essay = |path: &&str| {
        let front = if *path == "draft.md" { "draft = true" } else { "aliases = [\"/old/one/\"]" };
        let text =
            format!("+++\n{front}\n+++\n\n# Says {path}\n\n## Trust & care\n\n## Trust & care\n");
        let shown = format!("content/{path}");
        Arc::new(Essay::parse(SourcePath::new(path), shown, text, plain, &Empty))
    };
    let file = |path: &&str| SourceFile {
        path: SourcePath::new(path),
        file: PathBuf::from("/nowhere").join(path),
        shown: format!("content/{path}"),
        kind: FileKind::Asset,
        stamp: Stamp::default(),
    };
    let beyond = |path: &str, is_folder| Beyond { path: path.to_owned(), file: None, is_folder };
    let mut essays: Vec<Arc<Essay>> = ESSAYS.iter().map(essay).collect();
    essays.sort_by(|one, other| one.source.cmp(&other.source));
    let setting = Setting {
        config: Config::default(),
        name: "Any".to_owned(),
        ground: Ground {
            content_prefix: "content/".to_owned(),
            links: Links::default(),
            repository: Some(Repository {
                web: "https://github.com/lead/handbook".to_owned(),
                folder: String::new(),
                branch: Some("main".to_owned()),
            }),
            site_urls: vec![HERE.to_owned()],
        },
        files: FILES.iter().map(file).collect(),
        beyond: vec![beyond("LICENSE", false), beyond("tools", true), beyond("a #?.sh", false)],
        navigation: None,
        folders: Default::default(),
        drafts: Vec::new(),
    };
    Book::assemble(Parts { essays, with_drafts: false, related: None, setting }, None).value
});

pub fn holds(data: &[u8]) {
    let (dialect, rest) = dialect(data);
    let (at, rest) = rest.split_first().unwrap_or((&0, &[]));
    let text = decoded(rest);
    let number = usize::from(*at) % BOOK.essays.len();
    let mut essay = Essay::clone(&BOOK.essays[number]);
    essay.dialect = dialect;
    for target in text.lines() {
        for kind in [LinkKind::Link, LinkKind::Image] {
            let (target, span) = (target.to_owned(), 0..1);
            let link = Link { kind, target, has_text: true, in_html: false, span };
            leads_well(&essay, EssayId(number), &link);
        }
    }
}

fn leads_well(essay: &Essay, id: EssayId, link: &Link) {
    let book = &*BOOK;
    let essay_of = |target| match target {
        Target::Essay(id) => Some(book.essay(id)),
        Target::Section(id) => book.tree.section(id).essay.map(|id| book.essay(id)),
        _ => None,
    };
    let url = book.url(id);
    let (resolved, note) = resolve(&essay.read(), url, link, &book.names, essay_of);
    told(note.as_slice());
    let page = Url::parse(&format!("{HERE}{}", url.encoded())).unwrap();
    match resolved {
        Resolved::AsWritten => {
            let target = link.target.trim();
            let is_here = target.starts_with('#') || target.starts_with('?');
            assert!(note.is_some() || is_outside(target) || is_here, "{link:?} is not told");
            let reached = page.join(&link.target).ok();
            let runs = reached.is_some_and(|url| RUNS.contains(&url.scheme()));
            let is_picture = link.kind == LinkKind::Image && !target.contains("svg");
            assert!(!runs || is_picture, "{link:?} may run a program");
        }
        Resolved::Refused => assert!(note.is_some(), "{link:?} is not told"),
        Resolved::Outside(address) => {
            let is_own = address.starts_with("https://github.com/lead/handbook/");
            let is_written = address == without_liquid(link.target.trim());
            assert!(is_own || is_written && is_outside(&address), "{link:?}: {address}");
        }
        Resolved::OnPage(place) => {
            let is_there = essay.outline.iter().any(|heading| heading.id == place);
            assert!(is_there || place == "top", "{link:?}: {place}");
        }
        Resolved::Inside { target, suffix } => {
            assert!(suffix.is_empty() || suffix.starts_with(['?', '#']), "{link:?}: {suffix:?}");
            assert!(target != Target::Draft, "{link:?}");
            let Some(wanted) = book.target_url(target) else { return };
            let written = format!("{}{}{suffix}", url.root(), wanted.encoded());
            let reached = page.join(&written).unwrap();
            let wanted = Url::parse(&format!("{HERE}{}", wanted.encoded())).unwrap();
            assert_eq!(reached.path(), wanted.path(), "{link:?}: {written}");
            assert_eq!(reached.host_str(), wanted.host_str(), "{link:?}: {written}");
        }
    }
}
