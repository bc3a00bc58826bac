//! With `[publish] precompress` files are there compressed too, each made once, and the same on every machine.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;

use crate::folder::{Built, Folder, PICTURE};

const ON: &str = "[publish]\nprecompress = true\n";

fn book(config: &str) -> Folder {
    let folder =
        Folder::new(&[("_index.md", "# Home"), ("a.md", "# One\n\nText."), ("b.md", "# Two")]);
    folder.write("book.toml", config);
    folder.write("large.gif", format!("{PICTURE}{}", "\0".repeat(5_000)));
    folder
}

fn unpacked(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match path.ends_with(".br") {
        true => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut plain).unwrap(),
        false => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).unwrap(),
    };
    plain
}

/// The files that are others, compressed.
fn packed(built: &Built) -> BTreeMap<&String, &Vec<u8>> {
    let is_packed = |path: &str| path.ends_with(".br") || path.ends_with(".gz");
    built.files().iter().filter(|(path, _)| is_packed(path)).collect()
}

#[test]
fn each_file_of_text_is_there_in_both_forms_if_that_is_less() {
    let built = book(ON).site();
    let packed = packed(&built);
    for (path, bytes) in &packed {
        let plain = &built.files()[&path[..path.len() - 3]];
        assert_eq!(&unpacked(path, bytes), plain, "{path}");
        assert!(bytes.len() < plain.len() && plain.len() >= 1024, "{path}");
    }
    let style = built.files().keys().find(|path| path.ends_with(".css")).unwrap().clone();
    for plain in ["index.html", "a/index.html", "404.html", "pagefind/pagefind.js", &style] {
        for ending in ["br", "gz"] {
            assert!(built.has(&format!("{plain}.{ending}")), "{plain}.{ending}");
        }
    }
    for plain in ["robots.txt", "large.gif", "pagefind/wasm.en.pagefind"] {
        assert!(built.has(plain) && !built.has(&format!("{plain}.gz")), "{plain}");
    }
    // All but the mark that the folder is the program's.
    assert!(built.out.contains(&format!("{} files", built.files().len() - 1)), "{}", built.out);
    assert!(packed.len() > 10);
}

#[test]
fn only_the_forms_that_are_asked_for() {
    let built = book("[publish]\nprecompress = [\"gz\"]\n").site();
    assert!(built.has("index.html.gz") && !built.has("index.html.br"));
    assert!(packed(&book("").site()).is_empty());
    let built = book("[publish]\nprecompress = \"yes\"\n").build(&[]);
    assert_eq!(built.code, 2);
    assert!(built.err.contains("true, false, or a list of \"br\" and \"gz\""), "{}", built.err);
}

#[test]
fn what_stays_is_not_made_again_and_the_rest_is_as_in_a_clean_build() {
    let folder = book(ON);
    folder.site();
    let again = folder.site();
    assert!(again.out.contains("none of them new") || again.out.contains("all as they were"));
    folder.write("a.md", "# One\n\nOther text, and more of it.");
    let changed = folder.site();
    let clean = book(ON);
    clean.write("a.md", "# One\n\nOther text, and more of it.");
    assert_eq!(changed.files(), clean.site().files());
    // Twice the page, and twice the index; the other page only lists.
    let new = changed.out.split(" of them new").next().unwrap().rsplit(' ').next().unwrap();
    assert!(new.parse::<usize>().unwrap() < 20, "{}", changed.out);
    // Switched off and on, over what the builds before left behind.
    folder.write("book.toml", "");
    assert_eq!(packed(&folder.site()).len(), 0);
    folder.write("book.toml", ON);
    assert_eq!(changed.files(), folder.site().files());
}

#[test]
fn a_cache_without_its_site_is_of_use() {
    let folder = book(ON);
    let first = folder.site();
    let made = folder.root().join(".book.sternpost/made");
    let style = first.files().iter().find(|(path, _)| path.ends_with(".css")).unwrap();
    let hash = blake3::hash(style.1).to_hex();
    let kept = || fs::read_dir(&made).unwrap().flatten().map(|entry| entry.file_name());
    assert!(kept().any(|name| name.to_string_lossy().starts_with(hash.as_str())));
    let before: Vec<_> = kept().collect();
    fs::remove_dir_all(folder.root().join("book")).unwrap();
    assert_eq!(folder.site().files(), first.files());
    assert_eq!(kept().count(), before.len());
}

#[test]
fn damage_is_mended() {
    let folder = book(ON);
    let first = folder.site();
    fs::remove_file(folder.root().join("book/a/index.html.br")).unwrap();
    fs::write(folder.root().join("book/index.html.gz"), "x").unwrap();
    assert_eq!(folder.site().files(), first.files());
}

#[test]
fn a_file_of_the_authors_own_stays_the_authors() {
    let folder = book(ON);
    folder.write("data.csv", "a,b\n".repeat(1_000));
    folder.write("data.csv.gz", "mine");
    folder.write("a.md", "# One\n\n[all](data.csv) [packed](data.csv.gz)");
    let built = folder.build(&["--strict"]);
    assert_eq!(built.code, 0, "{}", built.err);
    assert_eq!(built.read("data.csv.gz"), "mine");
}
