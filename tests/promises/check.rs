//! `sternpost check` tells everything that is wrong in one report, and a team can be strict from today on.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::folder::{Built, Folder, PICTURE};

fn check(folder: &Folder, arguments: &[&str]) -> Built {
    folder.run(folder.command(&["check", "handbook"]).args(arguments))
}

/// One of each kind.
fn messy() -> Folder {
    Folder::new(&[
        ("book.toml", ""),
        ("src/SUMMARY.md", "- [Same](a.md)\n- [Same](b.md)\n"),
        (
            "src/a.md",
            "# Same\n\n## Two\n\n#### Four\n\n[gone](gone.md) [](b.md) ![](p.png) [![](p.png)](b.md) [no place](b.md#no)\n\n\
             <img src=\"p.png\"> <img src=\"p.png\" alt=\"\"> []() $\\nonsense{1}$\n",
        ),
        ("src/b.md", "---\ntags: [Trust, trust]\ndate: 2026-13-01\n---\n# Same\n"),
        ("src/lost.md", "# Lost\n"),
        ("src/p.png", PICTURE),
        ("src/unused.pdf", "u"),
    ])
}

#[test]
fn everything_is_told_in_one_report_and_nothing_is_written() {
    let folder = messy();
    let built = check(&folder, &[]);
    assert_eq!(built.code, 1);
    assert!(built.files().is_empty() && !folder.root().join("book").exists());
    insta::assert_snapshot!(format!("{}\n=== standard output\n{}", built.err, built.out));
}

#[test]
fn a_handbook_in_order_has_nothing_to_tell() {
    let folder = Folder::new(&[
        ("a.md", "# A\n\n[b](b.md) ![p](p.png)\n"),
        ("b.md", "# B"),
        ("p.png", PICTURE),
    ]);
    let built = check(&folder, &[]);
    assert_eq!((built.code, built.err.as_str()), (0, ""));
    assert_eq!(built.out, "Nothing is wrong in 2 essays.\n");
    // Notes alone are no reason to fail.
    folder.write("q.png", "q");
    let built = check(&folder, &[]);
    assert_eq!(built.code, 0, "{}", built.err);
    assert!(built.err.contains("note[unused-file]"));
    folder.write("book.toml", "[handbook.check]\nallow = [\"unused-file\"]\n");
    assert_eq!(check(&folder, &[]).err, "");
    folder.write("book.toml", "[handbook.check]\nallow = [\"unusd-file\"]\n");
    assert!(check(&folder, &[]).err.contains("did you mean `unused-file`?"));
    folder.write("book.toml", "[handbook.check]\nalow = []\n");
    let built = check(&folder, &[]);
    assert_eq!(built.code, 2);
    assert!(built.err.contains("unknown key `alow` in `[handbook.check]`"), "{}", built.err);
}

#[test]
fn what_is_known_does_not_count_and_what_is_new_does() {
    let folder = messy();
    let built = check(&folder, &["--update-baseline"]);
    assert_eq!(built.code, 0, "{}", built.err);
    assert!(built.out.starts_with("Wrote "), "{}", built.out);
    let built = check(&folder, &[]);
    assert_eq!(built.code, 0, "{}", built.err);
    assert!(
        !built.err.contains("warning[") && built.out.contains("known already and not shown"),
        "{}",
        built.out
    );
    assert_eq!(folder.build(&["--strict"]).code, 0);
    // Lines may move, and what is mended is told.
    folder.write("src/b.md", "\n\n# Same\n\n[new](nowhere.md)\n");
    let built = check(&folder, &[]);
    assert_eq!(built.code, 1);
    assert_eq!(built.warnings(), ["warning[broken-link]: this link leads nowhere: `nowhere.md`"]);
    assert!(built.out.contains("run `sternpost check --update-baseline`"), "{}", built.out);
    assert_eq!(folder.build(&["--strict"]).code, 1);
    folder.write(".sternpost-baseline.json", "no");
    assert_eq!(check(&folder, &[]).code, 2);
}

#[test]
fn a_wrong_template_is_told() {
    let folder = Folder::new(&[
        ("a.md", "# A"),
        ("b.md", "# B"),
        ("templates/page.html", "{{ nothing.at.all }}"),
    ]);
    let built = check(&folder, &[]);
    assert_eq!(built.code, 1);
    assert_eq!(built.err.matches("error[template]").count(), 1, "{}", built.err);
}

#[test]
fn programs_read_it_too() {
    let folder = messy();
    let json: serde_json::Value =
        serde_json::from_str(&check(&folder, &["--format", "json"]).out).unwrap();
    assert_eq!(json["summary"]["essays"], 3);
    assert_eq!(json["summary"]["codes"]["broken-link"], 1);
    let github = check(&folder, &["--format", "github"]).out;
    assert!(
        github.contains("::warning file=src/a.md,line=7,col=1,title=broken-link::this link leads nowhere: `gone.md`%0A"),
        "{github}"
    );
    assert!(github.lines().all(|line| line.starts_with("::")), "{github}");
    let sarif: serde_json::Value =
        serde_json::from_str(&check(&folder, &["--format", "sarif"]).out).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let mut prints = std::collections::HashSet::new();
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(prints.insert(result["partialFingerprints"]["finding/v1"].to_string()), "{result}");
        assert!(result["message"]["text"].is_string() && result["level"].is_string());
    }
    let first =
        run["results"].as_array().unwrap().iter().find(|r| r["ruleId"] == "broken-link").unwrap();
    assert_eq!(first["locations"][0]["physicalLocation"]["region"]["startLine"], 7);
}

/// A server that answers each path once after the other with what is given for it, and keeps what was
/// asked.
struct Server {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

fn serve() -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let log = Arc::clone(&log);
            std::thread::spawn(move || {
                let mut request = Vec::new();
                let mut buffer = [0; 1024];
                while !request.ends_with(b"\r\n\r\n") {
                    match stream.read(&mut buffer) {
                        Ok(0) | Err(_) => return,
                        Ok(read) => request.extend_from_slice(&buffer[..read]),
                    }
                }
                let request = String::from_utf8_lossy(&request);
                let mut words = request.split_whitespace();
                let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
                let line = format!("{method} {path}");
                let before = {
                    let mut log = log.lock().unwrap();
                    log.push(line.clone());
                    log.iter().filter(|asked| **asked == line).count()
                };
                let (status, more) = match (method, path) {
                    (_, "/fine") => ("200 OK", ""),
                    (_, "/moved") => ("301 Moved", "Location: /fine\r\n"),
                    ("HEAD", "/only-get") => ("405 No", ""),
                    ("GET", "/only-get") => ("200 OK", ""),
                    (_, "/busy") if before == 1 => ("429 Busy", "Retry-After: 0\r\n"),
                    (_, "/ill") if before == 1 => ("500 Ill", ""),
                    (_, "/busy" | "/ill") => ("200 OK", ""),
                    (_, "/members") => ("403 No", ""),
                    (_, "/hang") => {
                        std::thread::sleep(std::time::Duration::from_secs(3));
                        return;
                    }
                    _ => ("404 Not Found", ""),
                };
                let answer = format!(
                    "HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes());
            });
        }
    });
    Server { address, asked }
}

#[test]
fn links_to_other_sites_are_asked_for_once_and_politely() {
    let Server { address, asked } = serve();
    let paths = [
        "fine", "fine#x", "fine", "moved", "only-get", "busy", "ill", "members", "hang", "gone",
        "gone",
    ];
    let links: Vec<String> = paths.iter().map(|path| format!("[x]({address}/{path})")).collect();
    let refused = "http://127.0.0.1:1/x";
    let folder = Folder::new(&[(
        "a.md",
        &format!("# A\n\n{}\n\n[y]({refused}) [z](https://excluded.org/)\n", links.join("\n\n")),
    )]);
    folder.write("book.toml", "[handbook.check]\nexclude = [\"https://excluded.org/\"]\n");
    let cache = folder.root().join("cache.json").display().to_string();
    let arguments = [
        "--external",
        "--private-hosts",
        "--timeout",
        "1",
        "--pause",
        "0.01",
        "--retries",
        "2",
        "--cache",
        &cache,
    ];
    let built = check(&folder, &arguments);
    assert_eq!(built.code, 1);
    assert_eq!(
        built.warnings(),
        [format!("warning[external-link]: there is nothing any more at {address}/gone")]
    );
    assert!(built.err.contains("links to it 2 times"), "{}", built.err);
    let notes: Vec<&str> =
        built.err.lines().filter(|line| line.starts_with("note[external-link]")).collect();
    assert_eq!(notes.len(), 3, "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("/members answers with status 403")));
    assert!(notes.iter().any(|note| note.contains("/hang does not answer")));
    assert!(notes.iter().any(|note| note.contains(&format!("{refused} does not answer"))));
    let count = |line: &str| asked.lock().unwrap().iter().filter(|asked| *asked == line).count();
    // Once by its links, once by the redirect.
    assert_eq!(
        (count("HEAD /fine"), count("HEAD /busy"), count("HEAD /ill"), count("GET /only-get")),
        (2, 2, 2, 1)
    );
    // What was fine is believed, and what was not is asked for again.
    let before = (count("HEAD /fine"), count("HEAD /gone"));
    check(&folder, &arguments);
    assert_eq!((count("HEAD /fine"), count("HEAD /gone")), (before.0, before.1 + 1));
    // Without being asked to, nobody is.
    let before = asked.lock().unwrap().len();
    check(&folder, &[]);
    folder.site();
    assert_eq!(asked.lock().unwrap().len(), before);
}
