//! `--verify`: what readers get is compared with what was built, on hosts as they are.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use sternpost::publish::verify::Patience;
use sternpost::publish::{LiveSite, verify};
use tempfile::TempDir;

use crate::crawl::decoded;
use crate::handbook::{Handbook, Run};
use crate::refused::{Answer, Site};

/// What a host with our own settings leads on.
const MOVED: &[(&str, &str)] =
    &[("/old/", "/trust/"), ("/away/", "https://elsewhere.example/a?b=c")];

/// A handbook with old addresses, to be published to a folder.
fn handbook() -> (Handbook, TempDir) {
    let book = Handbook::new(&[
        ("index.md", "# Home\n"),
        ("trust.md", "+++\naliases = [\"/old/\", \"/place/\"]\n+++\n# Trust\n\nIn public.\n"),
    ]);
    let www = tempfile::tempdir().unwrap();
    let to = www.path().canonicalize().unwrap();
    let settings = format!(
        "[publish]\nhosts = [\"vercel\", \"netlify\", \"github-pages\"]\n\
         [publish.site]\nto = \"{}\"\n[output.html]\ncname = \"h.example\"\n\
         [output.html.redirect]\n\"/away/\" = \"https://elsewhere.example/a?b=c\"\n",
        to.display()
    );
    book.write("book.toml", settings);
    (book, www)
}

/// A host of `files` that says no to what hosts read themselves, and leads on as `moved` says.
fn host(files: BTreeMap<String, Vec<u8>>, moved: &'static [(&str, &str)]) -> Site {
    Site::leading(move |path, _| {
        let answer = |status, location: Option<&str>, bytes| Answer {
            status,
            location: location.map(str::to_owned),
            bytes,
        };
        if let Some((_, to)) = moved.iter().find(|(from, _)| *from == path) {
            return answer(301, Some(to), b"Moved".to_vec());
        }
        let path = decoded(path.trim_start_matches('/'));
        let is_read = ["404.html", "vercel.json", "CNAME", "_headers", "_redirects", ".nojekyll"];
        let page = if path.is_empty() || path.ends_with('/') { "index.html" } else { "" };
        match files.get(&format!("{path}{page}")) {
            Some(bytes) if !is_read.contains(&&*path) => answer(200, None, bytes.clone()),
            _ => answer(404, None, Vec::new()),
        }
    })
}

#[test]
fn a_host_that_leads_on_itself_shows_the_site_as_it_was_built() {
    let (book, _www) = handbook();
    let built = book.build();
    for name in ["404.html", "vercel.json", "CNAME", "old/index.html", "away/index.html"] {
        assert!(built.bytes.contains_key(name), "{name}");
    }
    for moved in [&[][..], MOVED] {
        let site = host(built.bytes.clone(), moved);
        let run = Run::of(&mut book.publish(&["--verify", &site.address()])).done();
        assert!(run.out.contains("all as they were built"), "{}{}", run.out, run.err);
    }
}

#[test]
fn a_host_that_leads_elsewhere_is_told() {
    let (book, _www) = handbook();
    let built = book.build();
    let elsewhere: &[(&str, &str)] =
        &[("/old/", "/away/"), ("/trust/", "https://login.example/?for=me"), ("/away/", "/away/")];
    let site = host(built.bytes, elsewhere);
    let run = Run::of(&mut book.publish(&["--verify", &site.address()]));
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    for said in [
        "old/index.html at ",
        "the host leads on to https://login.example/\n",
        "the host leads on to itself",
        "3 not as they were built",
    ] {
        assert!(format!("{}{}", run.err, run.out).contains(said), "{said}: {}{}", run.out, run.err);
    }
}

#[test]
fn addresses_with_endings_may_lose_them() {
    let book = Handbook::new(&[
        ("index.md", "# Home\n"),
        ("trust.md", "+++\naliases = [\"/old.html\"]\n+++\n# Trust\n"),
    ]);
    let www = tempfile::tempdir().unwrap();
    let to = www.path().canonicalize().unwrap();
    let to = to.display();
    book.write(
        "book.toml",
        format!("[handbook]\nurl-style = \"file\"\n[publish.site]\nto = \"{to}\"\n"),
    );
    let mut files = book.build().bytes;
    let trust = files["trust.html"].clone();
    files.insert("trust".to_owned(), trust);
    let site = host(files, &[("/old.html", "/old"), ("/old", "/trust"), ("/trust.html", "/trust")]);
    let run = Run::of(&mut book.publish(&["--verify", &site.address()])).done();
    assert!(run.out.contains("all as they were built"), "{}{}", run.out, run.err);
}

#[test]
fn what_was_published_is_said_before_it_is_verified() {
    let (book, www) = handbook();
    let run = Run::of(&mut book.publish(&["--verify", "https://"]));
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("no address of a site"), "{}", run.err);
    assert!(!www.path().join("index.html").exists());
    let run = Run::of(&mut book.publish(&["--verify", "http://127.0.0.1:9/"]));
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("does not answer"), "{}", run.err);
    assert!(run.out.contains("Published "), "{}", run.out);
    assert!(www.path().join("index.html").exists());
}

#[test]
fn a_password_opens_the_site_and_is_not_shown() {
    let (book, _www) = handbook();
    let built = book.build();
    let mut bytes = built.bytes;
    bytes.insert("trust/index.html".to_owned(), b"else".to_vec());
    let site = Site::answering(move |path, head| {
        // `me:hunter2`, as browsers send it (RFC 7617).
        if !head.contains("Basic bWU6aHVudGVyMg==") {
            return (401, Vec::new());
        }
        let path = decoded(path.trim_start_matches('/'));
        let page = if path.is_empty() || path.ends_with('/') { "index.html" } else { "" };
        bytes.get(&format!("{path}{page}")).map_or((404, Vec::new()), |b| (200, b.clone()))
    });
    let address = site.address().replacen("http://", "http://me:hunter2@", 1);
    for more in [&["-v"][..], &["--dry-run", "--format", "json"]] {
        let run = Run::of(book.publish(&["--verify", &address]).args(more));
        assert_eq!(run.code, 1, "{}{}", run.out, run.err);
        let said = format!("{}{}", run.out, run.err);
        assert!(said.contains("trust/index.html at http://127.0.0.1"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let silent = "http://me:hunter2@127.0.0.1:9/";
    let run = Run::of(&mut book.publish(&["--dry-run", "--verify", silent]));
    assert!(run.code == 2 && !run.err.contains("hunter2"), "{}", run.err);
}

/// Little of it.
const PATIENCE: Patience = Patience {
    connect: Duration::from_millis(500),
    one: Duration::from_millis(500),
    whole: Duration::from_secs(3),
};

#[test]
fn a_host_that_never_answers_is_not_waited_for_with_each_file() {
    let built = Handbook::small().build();
    // The system takes the connection, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", silent.local_addr().unwrap());
    let site = LiveSite::parse(&address).unwrap();
    let begun = Instant::now();
    let told = verify(&site, &built.files, &BTreeMap::new(), PATIENCE).unwrap_err();
    assert!(told.message.contains("it does not answer in time"), "{}", told.message);
    assert!(begun.elapsed() < PATIENCE.whole, "{:?}", begun.elapsed());
}

#[test]
fn a_slow_host_is_compared_as_far_as_there_is_time() {
    let built = Handbook::small().build();
    let home = built.bytes["index.html"].clone();
    let site = Site::answering(move |path, _| {
        if path != "/" {
            // Longer than anybody waits here.
            std::thread::sleep(Duration::from_secs(60));
        }
        (200, home.clone())
    });
    let site = LiveSite::parse(&site.address()).unwrap();
    let patience = Patience { one: Duration::from_secs(60), ..PATIENCE };
    let verified = verify(&site, &built.files, &BTreeMap::new(), patience).unwrap();
    assert_eq!((verified.fetched, verified.other), (1, Vec::new()));
    assert!(verified.of > 3, "{}", verified.of);
}
