//! Nobody reads what is not theirs: not by an address that leads out of the site, not by another name of
//! this machine, not from another website, not from another machine without the key.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpStream, UdpSocket};
use std::time::Duration;

use crate::folder::Folder;
use crate::served::{Answer, BOUND, Served, Site};

/// What stands in every file that must not be read.
const SECRET: &str = "the-secret-that-nobody-may-read";

/// A handbook with secrets all around it.
fn handbook() -> Folder {
    let folder = Folder::new(&[
        ("book.toml", "[book]\ntitle = \"Doors\"\n"),
        ("content/trust.md", "# Trust\n\nWords.\n"),
        ("content/team/credit.md", "# Credit\n\nGive it.\n"),
        ("content/ship.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ]);
    for path in [
        "../secret.md",
        "../secret.txt",
        "../handbook-private/secret.md",
        "../handbook-private/index.html",
        "secret.txt",
        "templates/secret.txt",
        "content-private/secret.md",
        "content-private/index.md",
        "content/.env",
        "content/.hidden/secret.md",
        "content/server.pem",
    ] {
        folder.write(path, format!("# Secret\n\n{SECRET}\n"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        let content = folder.root().join("content");
        let outside = folder.root().join("../handbook-private");
        symlink(outside.join("secret.md"), content.join("leading-out.md")).unwrap();
        symlink(outside.join("secret.md"), content.join("leading-out.png")).unwrap();
        symlink(&outside, content.join("folder-out")).unwrap();
        std::fs::create_dir(content.join("index-out")).unwrap();
        symlink(outside.join("secret.md"), content.join("index-out/index.md")).unwrap();
        symlink(outside.join("index.html"), content.join("index-out/index.html")).unwrap();
    }
    folder
}

fn with_host(site: Site, host: &str) -> Answer {
    site.raw(format!("GET / HTTP/1.1\r\n{host}Connection: close\r\n\r\n").as_bytes())
}

/// Every answer that is made here, as opposed to refused by the reader of requests, bears these.
fn assert_headers(answer: &Answer, what: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "SAMEORIGIN"),
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
    ] {
        let values: Vec<_> = answer.headers.iter().filter(|(header, _)| header == name).collect();
        assert_eq!(values.len(), 1, "{what}: {:?}", answer.headers);
        assert_eq!(values[0].1, value, "{what}");
    }
    let allows = answer.headers.iter().any(|(name, _)| name.starts_with("access-control-"));
    assert!(!allows, "{what}: {:?}", answer.headers);
}

#[test]
fn no_address_leads_out_of_the_site() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let port = served.site.port;
    let long = format!("/{}", "a".repeat(9 * 1024));
    let deep = format!("{}secret.txt", "/..".repeat(3000));
    let absolute = folder.root().join("../secret.txt").display().to_string();
    let probes: Vec<&[u8]> = vec![
        b"/..",
        b"/../..",
        b"/../secret.txt",
        b"/../../etc/passwd",
        b"/trust/../../secret.txt",
        b"/./../secret.txt",
        b"/%2e%2e/secret.txt",
        b"/%2E%2E/secret.txt",
        b"/.%2e/secret.txt",
        b"/..%2fsecret.txt",
        b"/..%2f..%2fetc%2fpasswd",
        b"/%2e%2e%2fsecret.txt",
        b"/%252e%252e/secret.txt",
        b"/%252e%252e%252fsecret.txt",
        b"/%25252e%25252e/secret.txt",
        b"/..;/secret.txt",
        b"/....//secret.txt",
        b"//etc/passwd",
        b"///etc/passwd",
        b"//secret.txt",
        b"/%2fetc%2fpasswd",
        b"/..%5csecret.txt",
        b"/%5c..%5csecret.txt",
        b"/..\\secret.txt",
        b"/%00",
        b"/trust/%00",
        b"/secret.txt%00.html",
        b"/%0d%0aX-Injected:%20yes",
        b"/C:",
        b"/C:/Windows/win.ini",
        b"/C:%5cWindows%5cwin.ini",
        b"/file:///etc/passwd",
        b"/%ff%fe",
        b"/\xff\xfe",
        b"/\xc0\xae\xc0\xae/secret.txt",
        b"/%c0%ae%c0%ae/secret.txt",
        b"/%e0%80%ae%e0%80%ae/secret.txt",
        b"/%u002e%u002e/secret.txt",
        b"/\xef\xbc\x8e\xef\xbc\x8e/secret.txt",
        b"/..-private/secret.md",
        b"/../handbook-private/secret.md",
        b"/../handbook-private/",
        b"/-private/secret.md",
        b"/../content-private/secret.md",
        b"/content-private/secret.md",
        b"/secret.txt",
        b"/secret",
        b"/book.toml",
        b"/templates/secret.txt",
        b"/.env",
        b"/.hidden/secret.md",
        b"/.hidden/secret/",
        b"/server.pem",
        b"/.git/config",
        b"/.sternpost/",
        b"/.sternpost/../secret.txt",
        b"/leading-out.md",
        b"/leading-out/",
        b"/leading-out.png",
        b"/folder-out/",
        b"/folder-out/secret.md",
        b"/folder-out/secret/",
        b"/index-out/",
        b"/index-out/index.md",
        b"/index-out/index.html",
        b"*",
        b"trust/",
        b"",
        long.as_bytes(),
        deep.as_bytes(),
        absolute.as_bytes(),
    ];
    for probe in probes {
        let what = String::from_utf8_lossy(&probe[..probe.len().min(80)]).into_owned();
        let rest = format!(" HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
        let answer = served.site.raw(&[b"GET ", probe, rest.as_bytes()].concat());
        assert!(matches!(answer.status, 400 | 404), "{what}: {}", answer.status);
        assert!(!answer.text().contains(SECRET), "{what}");
        assert!(!answer.text().contains("root:"), "{what}");
        assert!(answer.header("x-injected").is_none(), "{what}");
        if answer.status == 404 {
            assert_headers(&answer, &what);
        }
    }
    assert!(!served.site.get("/").text().contains("Secret"));
    // The server is as well as before.
    assert_eq!(served.site.get("/trust/").status, 200);
}

/// A file that was listed and is now a link that leads out is not followed.
#[cfg(unix)]
#[test]
fn a_picture_that_becomes_a_link_out_of_the_project() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    assert_eq!(served.site.get("/ship.svg").status, 200);
    let picture = folder.root().join("content/ship.svg");
    std::fs::remove_file(&picture).unwrap();
    std::os::unix::fs::symlink(folder.root().join("../secret.txt"), &picture).unwrap();
    let answer = served.site.get("/ship.svg");
    assert_eq!(answer.status, 404);
    assert!(!answer.text().contains(SECRET));
    served.catch_up(&folder);
    assert_eq!(served.site.get("/ship.svg").status, 404);
}

#[test]
fn only_its_own_names_are_answered() {
    let folder = handbook();
    let served = Served::new(&folder, &["--allow-host", "Tunnel.Example"]);
    let port = served.site.port;
    for host in [
        "localhost",
        &format!("localhost:{port}"),
        "LOCALHOST",
        "localhost.",
        &format!("localhost.:{port}"),
        "book.localhost",
        "127.0.0.1",
        &format!("127.0.0.1:{port}"),
        "[::1]",
        &format!("[::1]:{port}"),
    ] {
        let answer = with_host(served.site, &format!("Host: {host}\r\n"));
        assert_eq!(answer.status, 200, "{host}: {}", answer.text());
    }
    // Through a tunnel everyone comes from this machine, so a name of the author's own needs the key.
    let out = served.out.until("/?key=");
    let (_, key) = out.split_once("  http://Tunnel.Example/?key=").unwrap();
    let key = key.split_whitespace().next().unwrap();
    for host in ["tunnel.example", "TUNNEL.example.:443"] {
        let ask = |cookie: &str| with_host(served.site, &format!("Host: {host}\r\n{cookie}"));
        assert_eq!(ask("").status, 403, "{host}");
        let answer = ask(&format!("Cookie: sternpost-{port}={key}\r\n"));
        assert_eq!(answer.status, 200, "{host}: {}", answer.text());
    }
    for host in [
        "",
        "Host: localhost\r\nHost: localhost\r\n",
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host:\r\n",
        "Host: evil.example\r\n",
        "Host: localhost.evil.example\r\n",
        "Host: evillocalhost\r\n",
        "Host: tunnel.example.evil.example\r\n",
        "Host: sub.tunnel.example\r\n",
        "Host: 127.0.0.1.evil.example\r\n",
        "Host: 192.0.2.77\r\n",
        "Host: 0.0.0.0\r\n",
        "Host: [::2]\r\n",
        "Host: localhost@evil.example\r\n",
        "Host: evil.example/localhost\r\n",
        "Host: localhost, evil.example\r\n",
    ] {
        let answer = with_host(served.site, host);
        assert!(matches!(answer.status, 400 | 403), "{host:?}: {}", answer.status);
        assert!(!answer.text().contains("Words."), "{host:?}");
        if answer.status == 403 {
            assert!(answer.text().contains("--allow-host"), "{host:?}: {}", answer.text());
            assert_headers(&answer, host);
        }
    }
    let evil = with_host(served.site, "Host: evil.example\r\n");
    assert_eq!(evil.status, 403);
    assert!(evil.text().contains("evil.example"));
    // What was sent stands on the page as text.
    let script = with_host(served.site, "Host: <script>alert(1)</script>\r\n");
    assert_eq!(script.status, 403);
    assert!(!script.text().contains("<script"), "{}", script.text());
}

#[test]
fn a_name_in_the_first_line_counts_too() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let ask = |line: &str| {
        let host = format!("Host: localhost:{}", served.site.port);
        served.site.raw(format!("{line}\r\n{host}\r\nConnection: close\r\n\r\n").as_bytes()).status
    };
    assert_eq!(ask("GET http://localhost/trust/ HTTP/1.1"), 200);
    assert_eq!(ask("GET http://evil.example/trust/ HTTP/1.1"), 403);
    assert_eq!(ask("GET http://localhost.evil.example/ HTTP/1.1"), 403);
    assert_eq!(ask("CONNECT evil.example:443 HTTP/1.1"), 403);
    let old = served.site.raw(b"GET / HTTP/1.0\r\n\r\n");
    assert_eq!(old.status, 403);
    assert_eq!(served.site.raw(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n").status, 200);
}

#[test]
fn pages_can_only_be_read() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"] {
        for path in ["/", "/trust/", "/nothing/", &format!("{}/events?page=/", served.site.own())] {
            let answer = served.site.ask(method, path, &[("Content-Length", "0")]);
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{method} {path}");
            assert_headers(&answer, method);
        }
    }
}

#[test]
fn every_answer_bears_the_headers() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let own = served.site.own();
    let home = served.site.get("/").text();
    let (_, style) = home.split_once("href=\"./assets/").unwrap();
    let style = format!("/assets/{}", style.split_once('"').unwrap().0);
    for (path, status, kind) in [
        ("/", 200, "text/html"),
        ("/trust/", 200, "text/html"),
        ("/trust", 302, "text/plain"),
        ("/ship.svg", 200, "image/svg+xml"),
        (&style, 200, "text/css"),
        ("/404.html", 200, "text/html"),
        ("/robots.txt", 200, "text/plain"),
        ("/nothing/", 404, "text/html"),
        (&format!("{own}/preview.js"), 200, "text/javascript"),
        (&format!("{own}/preview.css"), 200, "text/css"),
        (&format!("{own}/source?page=/trust/"), 200, "application/json"),
        (&format!("{own}/nothing"), 404, "text/plain"),
    ] {
        let got = served.site.get(path);
        assert_eq!(got.status, status, "{path}");
        assert!(got.header("content-type").unwrap().starts_with(kind), "{path}: {:?}", got.headers);
        assert_headers(&got, path);
        let policy = got.header("content-security-policy");
        // A drawing may be opened by itself.
        assert_eq!(policy.is_some(), matches!(kind, "text/html" | "image/svg+xml"), "{path}");
        if let Some(policy) = policy {
            assert!(
                policy.starts_with("default-src 'none'; script-src 'self'"),
                "{path}: {policy}"
            );
            assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        }
        let head = served.site.ask("HEAD", path, &[]);
        // RFC 9110 (9.3.2): HEAD may leave out what is known only with the content, such as that it is
        // empty.
        let without_date = |answer: &Answer| {
            let headers = answer.headers.iter();
            let headers = headers.filter(|(name, value)| {
                name != "date" && (name.as_str(), value.as_str()) != ("content-length", "0")
            });
            (answer.status, headers.cloned().collect::<Vec<_>>())
        };
        assert_eq!(without_date(&head), without_date(&got), "{path}");
        assert!(head.body.is_empty(), "{path}");
        let length = got.header("content-length").map(|length| length.parse().unwrap());
        assert_eq!(length, Some(got.body.len()), "{path}");
    }
}

#[test]
fn another_website_may_lead_here_and_nothing_else() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let ask = |site: &str, mode: &str, dest: &str| {
        let headers =
            [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", dest)];
        served.site.ask("GET", "/trust/", &headers)
    };
    for (site, mode, dest) in [
        ("same-origin", "navigate", "document"),
        ("same-origin", "cors", "empty"),
        ("same-origin", "navigate", "iframe"),
        ("none", "navigate", "document"),
        ("cross-site", "navigate", "document"),
        ("same-site", "navigate", "document"),
    ] {
        assert_eq!(ask(site, mode, dest).status, 200, "{site} {mode} {dest}");
    }
    for (site, mode, dest) in [
        ("cross-site", "cors", "empty"),
        ("cross-site", "no-cors", "script"),
        ("cross-site", "no-cors", "image"),
        ("cross-site", "no-cors", "style"),
        ("cross-site", "navigate", "iframe"),
        ("cross-site", "navigate", "embed"),
        ("cross-site", "navigate", "object"),
        ("same-site", "cors", "empty"),
        ("same-site", "no-cors", "script"),
        ("same-site", "navigate", "iframe"),
        ("same-site", "websocket", "websocket"),
        ("anything", "cors", "empty"),
    ] {
        let answer = ask(site, mode, dest);
        assert_eq!(answer.status, 403, "{site} {mode} {dest}");
        assert!(!answer.text().contains("Words."));
        assert_headers(&answer, "another website");
    }
}

#[test]
fn the_preview_s_own_addresses_need_the_word_and_the_own_origin() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let own = served.site.own();
    let token = own.strip_prefix("/.sternpost/").unwrap();
    assert_eq!(token.len(), 32);
    let wrong = format!("{}0", &token[..31]);
    let wrong = if wrong == token { format!("{}1", &token[..31]) } else { wrong };
    for name in ["events?page=/trust/", "source?page=/trust/", "preview.js", "preview.css"] {
        for token in
            [&wrong, "", "0", &token[..31], &token.to_uppercase().replace(char::is_numeric, "0")]
        {
            let answer = served.site.get(&format!("/.sternpost/{token}/{name}"));
            assert_eq!(answer.status, 404, "{token} {name}");
            assert!(!answer.text().contains("Trust"), "{token} {name}");
        }
        assert_eq!(served.site.get(&format!("/.sternpost/{name}")).status, 404);
        let path = format!("{own}/{name}");
        for origin in ["http://evil.example", "null", "http://localhost:1", "https://localhost", ""]
        {
            let answer = served.site.ask("GET", &path, &[("Origin", origin)]);
            assert_eq!(answer.status, 404, "{origin} {name}");
        }
        let both = [("Origin", "http://evil.example"), ("Origin", "http://evil.example")];
        assert_eq!(served.site.ask("GET", &path, &both).status, 404, "{name}");
        let answer = served.site.ask("GET", &path, &[("Sec-Fetch-Site", "cross-site")]);
        assert_eq!(answer.status, 403, "{name}");
        // Not even by a link: nobody follows one here.
        let led = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")];
        assert_eq!(served.site.ask("GET", &path, &led).status, 404, "{name}");
    }
    let origin = format!("http://localhost:{}", served.site.port);
    let answer = served.site.ask("GET", &format!("{own}/preview.js"), &[("Origin", &origin)]);
    assert_eq!(answer.status, 200);
}

/// Of a page that another page's stream was not asked for, the stream says nothing.
#[test]
fn the_stream_only_sends_and_holds_no_text_of_pages() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, served.site.port)).unwrap();
    stream.set_read_timeout(Some(BOUND)).unwrap();
    let (own, port) = (served.site.own(), served.site.port);
    let ask = format!("GET {own}/events?page=/trust/ HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    stream.write_all(ask.as_bytes()).unwrap();
    let mut read = || {
        let mut said = String::new();
        while !said.contains("}\n\n") {
            let mut lot = [0; 4096];
            let count = stream.read(&mut lot).unwrap();
            assert!(count > 0, "the stream ended: {said}");
            said.push_str(&String::from_utf8_lossy(&lot[..count]));
        }
        said
    };
    let said = read();
    let (head, said) = said.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.contains("content-type: text/event-stream"), "{head}");
    assert!(head.contains("cache-control: no-store"), "{head}");
    assert!(!head.contains("access-control"), "{head}");
    assert!(!said.contains("Words."), "{said}");
    // What is said to it is not listened to.
    let mut other = stream.try_clone().unwrap();
    other.write_all(b"data: {\"version\": \"1\"}\n\nDELETE / HTTP/1.1\r\n\r\n").unwrap();
    folder.write("content/team/credit.md", "# Credit\n\nOther words.\n");
    folder.write("content/trust.md", "# Trust\n\nNew words.\n");
    let mut read = || {
        let mut lot = [0; 4096];
        let count = other.read(&mut lot).unwrap();
        String::from_utf8_lossy(&lot[..count]).into_owned()
    };
    let said = read();
    assert!(said.contains("data: {\"version\":\""), "{said}");
    assert!(!said.contains("words."), "{said}");
    assert_eq!(served.site.get("/trust/").status, 200);
}

/// Whoever opens connections and says nothing, or next to nothing, keeps nobody out.
#[test]
fn idle_and_slow_connections() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    served.site.get("/trust/");
    let before = memory(served.id());
    let connect = |_| TcpStream::connect((Ipv4Addr::LOCALHOST, served.site.port)).unwrap();
    let idle: Vec<TcpStream> = (0..500).map(connect).collect();
    let mut slow: Vec<TcpStream> = (0..50).map(connect).collect();
    for byte in b"GET /trust/ HTTP/1.1\r\nHost: localh" {
        for stream in &mut slow {
            stream.write_all(&[*byte]).unwrap();
        }
        let answer = served.site.get("/trust/");
        assert!(answer.status == 200 && answer.text().contains("Words."));
    }
    if let Some((before, after)) = before.zip(memory(served.id())) {
        assert!(after < before + 40_000, "{before} kB before, {after} kB after");
    }
    drop((idle, slow));
    assert_eq!(served.site.get("/trust/").status, 200);
}

/// Whoever never ends the head of a request is shown out.
#[test]
fn a_head_without_end() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, served.site.port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n").unwrap();
    let more = format!("X-More: {}\r\n", "a".repeat(1000));
    let sent = (0..2000).take_while(|_| stream.write_all(more.as_bytes()).is_ok()).count();
    let mut said = Vec::new();
    let ended = stream.read_to_end(&mut said);
    let said = String::from_utf8_lossy(&said);
    assert!(sent < 2000 || ended.is_err() || said.starts_with("HTTP/1.1 431"), "{sent}: {said}");
    assert_eq!(served.site.get("/trust/").status, 200);
}

/// How much memory a process has, in kB, where the system says.
fn memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// This machine's address in its network, if it has one.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    let outward = !address.is_loopback() && !address.is_unspecified();
    outward.then_some(address)
}

#[test]
fn another_machine_needs_the_key() {
    let folder = handbook();
    let served = Served::new(&folder, &["--host", "0.0.0.0"]);
    assert_eq!(served.site.get("/trust/").status, 200, "this machine needs no key");
    let Some(address) = own_address() else {
        eprintln!("skipped: this machine has no address in a network");
        return;
    };
    let port = served.site.port;
    let out = served.out.until("/?key=");
    let (_, key) = out.split_once(&format!("  http://{address}:{port}/?key=")).unwrap();
    let key = key.split_whitespace().next().unwrap();
    // A connection to that address comes from it, as one from another machine would come from another.
    let ask = |path: &str, headers: &str| {
        let host = format!("Host: {address}:{port}\r\n{headers}Connection: close");
        served.site.raw_at(address, format!("GET {path} HTTP/1.1\r\n{host}\r\n\r\n").as_bytes())
    };
    let wrong = "0".repeat(32);
    for path in ["/", "/trust/", "/ship.svg", &format!("/?key={wrong}"), "/?key=", "/?other=1"] {
        let answer = ask(path, "");
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.text().contains("This preview is private"), "{path}");
        assert!(!answer.text().contains("Words."), "{path}");
        assert_headers(&answer, path);
    }
    assert_eq!(ask("/trust/", &format!("Cookie: sternpost-{port}={wrong}\r\n")).status, 403);
    let let_in = ask(&format!("/trust/?key={key}"), "");
    assert_eq!((let_in.status, let_in.header("location")), (302, Some("/trust/")));
    let cookie = let_in.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite="), "{cookie}");
    let cookie = format!("Cookie: other=1; {}\r\n", cookie.split(';').next().unwrap());
    let answer = ask("/trust/", &cookie);
    assert!(answer.status == 200 && answer.text().contains("Words."));
    // The way back leads to no other site.
    let led = ask(&format!("//evil.example/?key={key}"), "");
    assert_eq!(led.header("location"), Some("/evil.example/"));
    // The name still counts.
    let evil = format!("GET / HTTP/1.1\r\nHost: evil.example\r\n{cookie}Connection: close\r\n\r\n");
    assert_eq!(served.site.raw_at(address, evil.as_bytes()).status, 403);
    served.out.until("Whoever has one of those can read all that is shown here.");
}

#[test]
fn at_one_address_of_its_own_this_machine_still_finds_it() {
    let folder = handbook();
    let Some(address) = own_address() else {
        eprintln!("skipped: this machine has no address in a network");
        return;
    };
    let served = Served::new(&folder, &["--host", &address.to_string()]);
    assert_eq!(served.site.get("/trust/").status, 200);
    assert!(TcpStream::connect((address, served.site.port)).is_ok());
}

#[test]
fn by_default_nobody_else_can_connect() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let Some(address) = own_address() else {
        eprintln!("skipped: this machine has no address in a network");
        return;
    };
    assert!(TcpStream::connect((address, served.site.port)).is_err());
    assert!(!served.out.all().contains("?key="));
}

#[test]
fn both_of_the_machine_s_own_addresses_answer() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    assert_eq!(served.site.get("/trust/").status, 200);
    if std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        eprintln!("skipped: this machine has no IPv6");
        return;
    }
    let port = served.site.port;
    let ask = format!("GET /trust/ HTTP/1.1\r\nHost: [::1]:{port}\r\nConnection: close\r\n\r\n");
    let answer = served.site.raw_at(Ipv6Addr::LOCALHOST.into(), ask.as_bytes());
    assert_eq!(answer.status, 200);
}
