//! What cannot be published, and what is told then.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::handbook::{Handbook, Run};

/// A server on this machine that answers each request as it is told: with a status, and text.
pub struct Site {
    port: u16,
}

/// What is answered to a request.
pub struct Answer {
    pub status: u16,
    /// Where it leads, if it leads anywhere.
    pub location: Option<String>,
    pub bytes: Vec<u8>,
}

impl Site {
    /// Answers with what `answer` makes of the path and of the whole head of a request.
    pub fn answering(
        answer: impl Fn(&str, &str) -> (u16, Vec<u8>) + Send + Sync + 'static,
    ) -> Site {
        Site::leading(move |path, head| {
            let (status, bytes) = answer(path, head);
            Answer { status, location: None, bytes }
        })
    }

    /// The same for one that also leads to other addresses.
    pub fn leading(answer: impl Fn(&str, &str) -> Answer + Send + Sync + 'static) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = std::sync::Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = std::sync::Arc::clone(&answer);
                thread::spawn(move || serve(&stream, &*answer));
            }
        });
        Site { port }
    }

    /// Shows these files, as hosts of sites do.
    pub fn over(files: BTreeMap<String, Vec<u8>>) -> Site {
        Site::answering(move |path, _| {
            let path = crate::crawl::decoded(path.trim_start_matches('/'));
            let path = if path.is_empty() || path.ends_with('/') {
                format!("{path}index.html")
            } else {
                path
            };
            files.get(&path).map_or((404, Vec::new()), |bytes| (200, bytes.clone()))
        })
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

fn serve(stream: &TcpStream, answer: impl Fn(&str, &str) -> Answer) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
    }
    let length = head.to_lowercase();
    let length = length.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
    let mut body = vec![0; length.and_then(|length| length.parse().ok()).unwrap_or(0)];
    let _ = reader.read_exact(&mut body);
    let path = head.split(' ').nth(1).unwrap_or("/");
    let Answer { status, location, bytes } = answer(path, &head);
    let location = location.map(|to| format!("location: {to}\r\n")).unwrap_or_default();
    let mut stream = stream;
    let head = format!(
        "HTTP/1.1 {status} X\r\n{location}content-length: {}\r\nconnection: close\r\n\r\n",
        bytes.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&bytes));
}

fn handbook(tables: &str) -> Handbook {
    Handbook::new(&[("book.toml", tables), ("index.md", "# Home\n")])
}

/// What is told of a publish that cannot be.
fn told(handbook: &Handbook, arguments: &[&str]) -> String {
    let run = Run::of(&mut handbook.publish(arguments));
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    run.err
}

#[test]
fn the_target_must_be_clear() {
    let none = told(&handbook("[book]\ntitle = \"x\"\n"), &[]);
    assert!(none.contains("[publish.site] and below it to = \"s3://bucket/folder\""), "{none}");
    let two = handbook("[publish.live]\nto = \"s3://b/a\"\n[publish.test]\nto = \"s3://b/t\"\n");
    let said = told(&two, &[]);
    assert!(said.contains("sternpost publish live | test"), "{said}");
    let said = told(&two, &["lvie"]);
    assert!(said.contains("did you mean `live`?"), "{said}");
    let said = told(&handbook("[publish.site]\nto = \"ftp://example.org/\"\n"), &[]);
    assert!(said.contains("nothing can be published to `ftp://example.org/`"), "{said}");
    let said = told(&handbook("[publish.site]\nto = \"git@h.example:me/x.git#y\"\n"), &[]);
    assert!(said.contains("did you mean `git+ssh://git@h.example/me/x.git#y`?"), "{said}");
    let said = told(&handbook("[publish.site]\nto = \"s3:///x\"\n"), &[]);
    assert!(said.contains("names no bucket"), "{said}");
}

#[test]
fn a_handbook_with_errors_is_not_published() {
    let site = Site::answering(|_, _| panic!("nobody is to be asked"));
    let book = handbook("");
    book.target("site", "s3://bucket", site.address().trim_end_matches('/'));
    book.write("templates/page.html", "{{ nobody.knows }}");
    book.write("a.md", "# A\n");
    let said = told(&book, &[]);
    assert!(said.contains("error[template]") && said.contains("it was not published"), "{said}");
}

#[test]
fn a_file_that_holds_a_secret_by_its_name_is_not_published() {
    let site = Site::answering(|_, _| panic!("nobody is to be asked"));
    let book = handbook("");
    book.target("site", "s3://bucket", site.address().trim_end_matches('/'));
    book.write("index.md", "# Home\n\n[the key](deploy/server.key)\n");
    book.write("deploy/server.key", "-----BEGIN");
    let said = told(&book, &["--yes"]);
    assert!(said.contains("deploy/server.key would be published"), "{said}");
}

#[test]
fn what_a_store_refuses_is_told_with_what_to_do() {
    let xml = |code: &str| format!("<Error><Code>{code}</Code></Error>").into_bytes();
    for (status, code, what) in [
        (403, "InvalidAccessKeyId", "AWS_ACCESS_KEY_ID"),
        (403, "AccessDenied", "to list, read, write and delete objects"),
        (403, "RequestTimeTooSkewed", "the clock of this machine is wrong"),
        (404, "NoSuchBucket", "make the bucket first"),
        (401, "Unauthorized", "does not know who is asking (Unauthorized)"),
        (301, "PermanentRedirect", "region = \"eu-central-1\""),
        (400, "AuthorizationHeaderMalformed", "another region"),
    ] {
        let body = xml(code);
        let site = Site::answering(move |_, _| (status, body.clone()));
        let book = handbook("");
        book.target("site", "s3://bucket", site.address().trim_end_matches('/'));
        let said = told(&book, &[]);
        assert!(said.contains(what), "{code}: {said}");
        assert!(said.contains("at s3://bucket: "), "{code}: {said}");
    }
}

#[test]
fn a_store_that_is_not_there_is_told_after_some_tries() {
    let book = handbook("");
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    book.target("site", "s3://bucket", &format!("http://127.0.0.1:{port}"));
    let said = told(&book, &["-q"]);
    assert!(said.contains("127.0.0.1: it refuses the connection"), "{said}");
}

#[test]
fn a_busy_store_is_asked_again() {
    // Busy twice, then there is no such bucket.
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let site = Site::answering(move |_, _| {
        match asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 | 1 => (503, b"<Error><Code>SlowDown</Code></Error>".to_vec()),
            _ => (404, b"<Error><Code>NoSuchBucket</Code></Error>".to_vec()),
        }
    });
    let book = handbook("");
    book.target("site", "s3://bucket", site.address().trim_end_matches('/'));
    let said = told(&book, &[]);
    assert!(said.contains("NoSuchBucket"), "{said}");
}
