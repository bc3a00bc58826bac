//! A small handbook that has something of everything, in three editions that differ in ways that make a build
//! write, make, remove and link.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::crawl::files_below;
use crate::folder::{Built, Folder, PICTURE};

/// A site or what is to become one: paths with what they hold.
pub type Files = BTreeMap<String, Vec<u8>>;

/// How many editions there are.
pub const EDITIONS: usize = 3;

/// The sites that clean builds make of the editions.
static CLEAN: LazyLock<Vec<Files>> = LazyLock::new(|| {
    let site = |number| {
        let folder = Folder::new(&[]);
        turn_to(&folder, number);
        folder.site().files().clone()
    };
    (0..EDITIONS).map(site).collect()
});

/// Makes `folder` hold the edition with this number. What all have in common stays as it is.
pub fn turn_to(folder: &Folder, number: usize) {
    let write = |path: &str, text: &str| {
        if fs::read(folder.root().join(path)).ok().as_deref() != Some(text.as_bytes()) {
            folder.write(path, text);
        }
    };
    write("book.toml", "[book]\ntitle = \"Leading\"\n");
    write("content/trust.md", "# Trust\n\nSee [credit](credit.md) and ![the ship](ship.gif).\n");
    write("content/ship.gif", PICTURE);
    write("content/plan.csv", &format!("edition,{number}\n"));
    write("content/credit.md", &format!("# Credit\n\nGive it {number} times.\n"));
    let name = ["alpha", "beta", "gamma"][number];
    for other in ["alpha", "beta", "gamma"] {
        let _ = fs::remove_dir_all(folder.root().join("content").join(other));
    }
    write(&format!("content/{name}/deep/one.md"), &format!("# One of {name}\n"));
    write(&format!("content/{name}/list.csv"), &format!("{name}\n"));
}

/// The site that a clean build makes of the edition.
pub fn clean(number: usize) -> &'static Files {
    &CLEAN[number]
}

/// The site of `folder` as it is on disk.
pub fn site(folder: &Folder) -> Files {
    files_below(&folder.root().join("book"))
}

/// What differs between two sites, in few words.
pub fn difference(is: &Files, wanted: &Files) -> Option<String> {
    let paths = is.keys().chain(wanted.keys());
    let differs = |path: &&String| is.get(*path) != wanted.get(*path);
    let found: Vec<&String> = paths.filter(differs).collect();
    (!found.is_empty()).then(|| format!("{} files, {} wanted: {found:?}", is.len(), wanted.len()))
}

/// Holds a build of the edition `new` in which something went wrong to the promise: either it failed, said
/// which file and why, and the site is as it was, or it came to its end and the site is the new one. If it is the
/// new one without something that could not be read, that is said too.
///
/// `told` are paths from the folder above the project, of which at least one must be in what is said; `None` if
/// nothing can be said.
pub fn assert_one_or_the_other(
    folder: &Folder,
    built: &Built,
    (before, new): (&Files, usize),
    told: Option<&[String]>,
    what: &str,
) {
    let now = site(folder);
    let is_in = |said: &str, path: &String| {
        let inside = path.strip_prefix("handbook/").filter(|path| path.starts_with("content"));
        said.contains(path) || inside.is_some_and(|path| said.contains(path))
    };
    let names_one = |said: &str| told.is_none_or(|told| told.iter().any(|path| is_in(said, path)));
    match built.code {
        0 => {
            let lacks = difference(&now, clean(new));
            let says_so = told.is_none() || built.err.contains("cannot read");
            let is_told = says_so && names_one(&built.err);
            assert!(lacks.is_none() || is_told, "{what}: the new site: {lacks:?}; {}", built.err);
        }
        2 => {
            assert_eq!(difference(&now, before), None, "{what}: the old site; {}", built.err);
            let is_shown = told.is_none() || built.err.contains("error[");
            assert!(is_shown, "{what}: no error is shown: {}", built.err);
            assert!(names_one(&built.err), "{what}: none of {told:?} is named in: {}", built.err);
        }
        code => panic!("{what}: ended with {code}: {}{}", built.out, built.err),
    }
}

/// Builds without any fault, and holds the outcome to the promise: the site is the one that a clean build makes,
/// and beside it nothing is left but what the next build can use.
pub fn assert_recovers(folder: &Folder, number: usize, what: &str) {
    let built = folder.build(&[]);
    assert_eq!(built.code, 0, "the build after {what}: {}", built.err);
    assert_eq!(difference(&site(folder), clean(number)), None, "the build after {what}");
    assert_tidy(folder, what);
}

/// What may be in the folder beside a site (`src/output/cache.rs`) while nothing builds.
const KEPT: &[&str] = &[
    ".gitignore",
    "CACHEDIR.TAG",
    "around",
    "essays",
    "essays-since",
    "last",
    "last-build",
    "lock",
    "made",
    "pictures",
    "project",
    "related",
    "search",
    "site",
];

/// Nothing temporary is left in the project's folder.
pub fn assert_tidy(folder: &Folder, what: &str) {
    let names = |dir: PathBuf| -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let cache = folder.root().join(".book.sternpost");
    let mut left = names(cache.clone());
    left.retain(|name| !KEPT.contains(&name.as_str()));
    assert_eq!(left, Vec::<String>::new(), "left in the cache after {what}");
    if cache.join("made").is_dir() {
        let mut drafts = names(cache.join("made"));
        drafts.retain(|name| name.ends_with(".new"));
        assert_eq!(drafts, Vec::<String>::new(), "left among what was costly to make after {what}");
    }
    let mut beside = names(folder.root());
    beside.retain(|name| !["book", ".book.sternpost", "book.toml", "content"].contains(&&**name));
    assert_eq!(beside, Vec::<String>::new(), "left beside the site after {what}");
}

/// `command` as the child of another program, which is told the `arguments` before it.
pub fn under(program: &str, arguments: &[&str], command: &Command, folder: &Path) -> Command {
    let mut outer = Command::new(program);
    outer.args(arguments).arg(command.get_program()).args(command.get_args());
    outer.current_dir(folder).env_remove("NO_COLOR");
    outer
}
