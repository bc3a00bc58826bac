//! What hosts are told: to keep what never changes, to ask for the rest, and where an address has moved to. What a
//! server does with it is asked of the servers themselves, nginx and Caddy.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::folder::{Folder, PICTURE, is_missing};

/// A book with everything that a host is told of.
const BOOK: &[(&str, &str)] = &[
    ("content/_index.md", "# Leading\n\nHome."),
    (
        "content/trust/credit.md",
        "+++\naliases = [\"/old/credit/\", \"/old page/\", \"/credit.html\"]\n+++\n# Credit\n\n## Where\n\nIn public.",
    ),
    ("content/trust/_index.md", "# Trust"),
];

const CONFIG: &str = "[output.html]\nsite-url = \"https://handbook.example/\"\n\
    [output.html.redirect]\n\"/away/\" = \"https://elsewhere.example/a?b=c\"\n\
    \"/place/\" = \"/trust/credit/#where\"\n\"/trust.html\" = \"/trust/\"\n";

fn book(more: &str) -> Folder {
    let folder = Folder::new(BOOK);
    folder.write("book.toml", format!("{CONFIG}{more}"));
    folder
}

/// The lines that say something.
fn rules(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with('#')).collect()
}

#[test]
fn what_never_changes_is_kept_and_the_rest_is_asked_for() {
    let site = book("").site();
    let headers = site.read("_headers");
    insta::assert_snapshot!(headers);
    // A rule may hold for files with a hash only.
    let kept: Vec<_> = site.files().keys().filter(|path| path.starts_with("assets/")).collect();
    assert!(kept.len() > 2);
    for path in kept {
        let (_, hash) = path.rsplit_once('-').unwrap();
        assert!(hash.split('.').next().unwrap().chars().all(|c| c.is_ascii_hexdigit()), "{path}");
    }
}

#[test]
fn an_authors_own_file_among_them_is_not_kept() {
    let folder = book("");
    folder.write("content/assets/logo.gif", PICTURE);
    folder.write("content/trust/seen.md", "![Logo](../assets/logo.gif)");
    let site = folder.site();
    assert!(site.has("assets/logo.gif"));
    let headers = site.read("_headers");
    assert!(!headers.contains("/assets/*") && !headers.contains("logo"), "{headers}");
    let style = site.files().keys().find(|path| path.ends_with(".css")).unwrap();
    assert!(headers.contains(&format!("/{style}\n  Cache-Control: public, max-age=31536000")));
}

#[test]
fn addresses_that_have_moved_are_told_and_stay_pages() {
    let site = book("").site();
    let text = site.read("_redirects");
    let netlify: Vec<_> = rules(&text).into_iter().filter(|rule| rule.ends_with('!')).collect();
    let cloudflare: Vec<_> = rules(&text).into_iter().filter(|rule| rule.ends_with('1')).collect();
    assert_eq!(
        cloudflare,
        [
            "/old/credit/ /trust/credit/ 301",
            "/old%20page/ /trust/credit/ 301",
            "/credit.html /trust/credit/ 301",
            "/away/ https://elsewhere.example/a?b=c 301",
            "/place/ /trust/credit/#where 301",
        ]
    );
    assert_eq!(netlify, cloudflare.iter().map(|rule| format!("{rule}!")).collect::<Vec<_>>());
    for page in ["old/credit/index.html", "old page/index.html", "away/index.html", "trust.html"] {
        assert!(site.has(page), "{page}");
    }
}

#[test]
fn hosts_take_no_more_redirects_than_they_do() {
    let mut table = String::new();
    for number in 0..2_010 {
        table.push_str(&format!("\"/r{number}/\" = \"/trust/\"\n"));
    }
    let site = book(&format!("{table}[publish]\nhosts = [\"cloudflare\", \"vercel\"]\n")).site();
    let text = site.read("_redirects");
    assert_eq!(rules(&text).len(), 2_000);
    assert!(text.contains("# 15 more are pages only"), "{}", &text[text.len() - 100..]);
    let vercel: Value = serde_json::from_str(&site.read("vercel.json")).unwrap();
    assert_eq!(vercel["redirects"].as_array().unwrap().len(), 2_000);
    assert!(site.has("r2009/index.html"));
}

#[test]
fn only_the_hosts_that_are_named_are_told() {
    let files = |hosts: &str| {
        let site = book(&format!("[publish]\nhosts = {hosts}\n")).site();
        let all = ["_headers", "_redirects", "vercel.json", ".nojekyll", "CNAME"];
        all.into_iter().filter(|file| site.has(file)).collect::<Vec<_>>()
    };
    assert_eq!(files("[\"netlify\"]"), ["_headers", "_redirects"]);
    assert_eq!(files("[\"vercel\"]"), ["vercel.json"]);
    assert_eq!(files("[\"github-pages\"]"), [".nojekyll"]);
    assert!(files("[\"nginx\"]").is_empty() && files("[\"gitlab-pages\"]").is_empty());
    assert!(files("[]").is_empty());
    let built = book("[publish]\nhosts = [\"netlfy\"]\n").build(&[]);
    assert_eq!(built.code, 2);
    assert!(built.err.contains("did you mean \"netlify\"?"), "{}", built.err);
    let built = book("[publish]\nhosts = [\"github\"]\n").build(&[]);
    assert!(built.err.contains("did you mean \"github-pages\"?"), "{}", built.err);
}

#[test]
fn github_is_told_the_name_of_the_site() {
    let folder = Folder::new(&[("a.md", "# A")]);
    folder.write("book.toml", "[output.html]\ncname = \"handbook.example.org\"\n");
    assert_eq!(folder.site().read("CNAME"), "handbook.example.org\n");
    folder.write("book.toml", "[output.html]\ncname = \"https://handbook.example.org/\"\n");
    let built = folder.site();
    assert!(!built.has("CNAME"));
    assert!(built.err.contains("type only what stands between https:// and the next /"));
    assert!(built.err.contains("cname = \"handbook.example.org\""), "{}", built.err);
}

#[test]
fn a_file_of_the_authors_own_says_it_instead() {
    let folder = book("");
    for name in ["_redirects", "_headers", "CNAME"] {
        folder.write(&format!("content/{name}"), "mine\n");
    }
    let built = folder.build(&["--strict"]);
    assert_eq!(built.code, 0, "{}", built.err);
    for name in ["_redirects", "_headers", "CNAME"] {
        assert_eq!(built.read(name), "mine\n", "{name}");
    }
}

#[test]
fn vercel_is_told_the_same_in_its_own_words() {
    let site = book("[publish]\nhosts = [\"vercel\"]\n").site();
    let file: Value = serde_json::from_str(&site.read("vercel.json")).unwrap();
    assert_eq!((&file["trailingSlash"], &file["cleanUrls"]), (&true.into(), &false.into()));
    let redirects = file["redirects"].as_array().unwrap();
    let sources: Vec<_> = redirects.iter().map(|rule| rule["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["/old/credit/", "/old%20page/", "/credit\\.html", "/away/", "/place/"]);
    assert!(redirects.iter().all(|rule| rule["statusCode"] == 301));
    let headers = &file["headers"][0];
    assert_eq!(headers["source"], "/(.*)");
    assert_eq!(headers["headers"][0]["key"], "Content-Security-Policy");
    assert_eq!(file["headers"][1]["source"], "/assets/(.*)");
}

/// A server at work on a port of this machine.
struct Running {
    child: Child,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a server said.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().filter(|(header, _)| header == name);
        let values: Vec<&str> = found.map(|(_, value)| value.as_str()).collect();
        assert!(values.len() < 2, "{name} is there {} times", values.len());
        values.first().copied().unwrap_or("")
    }
}

impl Running {
    /// Starts `command` and waits until it answers at `port`; `None` if there is no such program.
    fn start(command: &mut Command, port: u16) -> Option<Running> {
        let program = command.get_program().to_string_lossy().into_owned();
        match command.stdout(Stdio::null()).spawn() {
            Ok(child) => {
                let mut running = Running { child, port };
                let end = Instant::now() + Duration::from_secs(20);
                while TcpStream::connect(("127.0.0.1", port)).is_err() {
                    let ended = running.child.try_wait().unwrap();
                    assert!(ended.is_none(), "{program} ended with {ended:?}");
                    assert!(Instant::now() < end, "{program} does not answer");
                    std::thread::sleep(Duration::from_millis(10));
                }
                Some(running)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let package = if program.ends_with("nginx") { "nginx-light" } else { "caddy" };
                is_missing(&program, package);
                None
            }
            Err(error) => panic!("{program}: {error}"),
        }
    }

    fn get(&self, path: &str, coding: Option<&str>) -> Answer {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .build()
            .into();
        let mut request = agent.get(format!("http://127.0.0.1:{}{path}", self.port));
        if let Some(coding) = coding {
            request = request.header("accept-encoding", coding);
        }
        let mut answer = request.call().unwrap();
        let headers = answer.headers().iter();
        let headers = headers.map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Answer {
            status: answer.status().as_u16(),
            headers: headers.collect(),
            body: answer.body_mut().read_to_vec().unwrap(),
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Builds the book, and gives the settings that are printed for `server`, with the site's own folder in them.
fn settings(folder: &Folder, server: &str, root: &Path) -> String {
    let built = folder.run(&mut folder.command(&["hosts", server, "handbook"]));
    assert_eq!(built.code, 0, "{}", built.err);
    assert!(built.out.contains("/srv/handbook"), "{}", built.out);
    built.out.replace("/srv/handbook", &root.display().to_string())
}

/// Starts nginx on `text`, as it would be in a file of `conf.d`.
fn nginx(text: &str, dir: &Path) -> Option<Running> {
    let port = free_port();
    let text = text.replace("listen 80;", &format!("listen 127.0.0.1:{port};"));
    fs::write(dir.join("site.conf"), text).unwrap();
    let here = dir.display();
    // Where root runs it, its workers must read what only root may.
    let user = if Path::new("/root").read_dir().is_ok() { "user root;" } else { "" };
    let temp: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {here}/{kind};\n"))
        .concat();
    let main = format!(
        "{user}\npid {here}/pid;\nerror_log {here}/log;\nevents {{}}\n\
         http {{\ninclude /etc/nginx/mime.types;\ndefault_type application/octet-stream;\n\
         access_log off;\n{temp}include {here}/site.conf;\n}}\n"
    );
    fs::write(dir.join("nginx.conf"), main).unwrap();
    let program = if Path::new("/usr/sbin/nginx").is_file() { "/usr/sbin/nginx" } else { "nginx" };
    let mut command = Command::new(program);
    command.args(["-p", &here.to_string(), "-c", &format!("{here}/nginx.conf")]);
    Running::start(command.args(["-g", "daemon off; master_process off;"]), port)
}

fn caddy(text: &str, host: &str, dir: &Path) -> Option<Running> {
    let port = free_port();
    let address = format!("http://127.0.0.1:{port} {{");
    let text = text.replace(&format!("{host} {{"), &address);
    assert!(text.contains(&address));
    let text = format!("{{\n\tadmin off\n}}\n{text}");
    fs::write(dir.join("Caddyfile"), text).unwrap();
    let mut command = Command::new("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(dir.join("Caddyfile"));
    command.env("HOME", dir).env("XDG_DATA_HOME", dir).env("XDG_CONFIG_HOME", dir);
    Running::start(command.stderr(Stdio::null()), port)
}

/// What any server with our settings does, at `base`.
fn keeps_its_promises(server: &Running, base: &str) {
    let home = server.get(base, None);
    assert_eq!((home.status, home.header("cache-control")), (200, "no-cache"));
    assert!(home.header("content-security-policy").starts_with("default-src 'none'; script-src"));
    assert_eq!(home.header("x-content-type-options"), "nosniff");
    assert_eq!(home.header("content-type"), "text/html; charset=utf-8");
    let text = String::from_utf8(home.body).unwrap();
    let (_, style) = text.split_once("href=\"./assets/style-").unwrap();
    let style = format!("{base}assets/style-{}", style.split('"').next().unwrap());
    let style = server.get(&style, None);
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(style.header("x-content-type-options"), "nosniff");

    let missing = server.get(&format!("{base}assets/nothing.css"), None);
    assert_eq!(missing.status, 404);
    assert!(String::from_utf8_lossy(&missing.body).contains("Page not found"));
    assert!(!missing.header("cache-control").contains("immutable"));
    assert_eq!(missing.header("x-content-type-options"), "nosniff");

    let moved = server.get(&format!("{base}old/credit/"), None);
    assert_eq!(moved.status, 301);
    assert_eq!(moved.header("location"), format!("{base}trust/credit/"));
    for (old, new) in [
        ("old%20page/", format!("{base}trust/credit/")),
        ("place/", format!("{base}trust/credit/#where")),
        ("away/", "https://elsewhere.example/a?b=c".to_owned()),
    ] {
        let moved = server.get(&format!("{base}{old}"), None);
        assert_eq!((moved.status, moved.header("location")), (301, new.as_str()), "{old}");
    }
    let folder = server.get(&format!("{base}trust"), None);
    assert!((301..=308).contains(&folder.status), "{}", folder.status);
}

#[test]
fn nginx_does_as_its_settings_say() {
    let folder = book("[publish]\nprecompress = true\n");
    folder.site();
    let dir = tempfile::tempdir().unwrap();
    let text = settings(&folder, "nginx", &folder.root().join("book"));
    let Some(server) = nginx(&text, dir.path()) else { return };
    keeps_its_promises(&server, "/");
    let packed = server.get("/trust/credit/", Some("gzip"));
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(
        packed.body,
        fs::read(folder.root().join("book/trust/credit/index.html.gz")).unwrap()
    );
}

#[test]
fn nginx_shows_a_site_below_its_root() {
    let folder = book("");
    let text = CONFIG.replace("handbook.example/", "handbook.example/team/");
    folder.write("book.toml", format!("{text}[build]\nbuild-dir = \"www/team\"\n"));
    folder.site();
    let dir = tempfile::tempdir().unwrap();
    let text = settings(&folder, "nginx", &folder.root().join("www"));
    let Some(server) = nginx(&text, dir.path()) else { return };
    keeps_its_promises(&server, "/team/");
}

#[test]
fn caddy_does_as_its_settings_say() {
    let folder = book("[publish]\nprecompress = true\n");
    folder.site();
    let dir = tempfile::tempdir().unwrap();
    let text = settings(&folder, "caddy", &folder.root().join("book"));
    let Some(server) = caddy(&text, "handbook.example", dir.path()) else { return };
    keeps_its_promises(&server, "/");
    for (coding, ending) in [("br", "br"), ("gzip", "gz")] {
        let packed = server.get("/trust/credit/", Some(coding));
        assert_eq!(packed.header("content-encoding"), coding);
        let file = folder.root().join(format!("book/trust/credit/index.html.{ending}"));
        assert_eq!(packed.body, fs::read(file).unwrap());
    }
}

#[test]
fn settings_are_printed_for_servers_that_are_known() {
    let folder = book("");
    let text = |server: &str| folder.run(&mut folder.command(&["hosts", server, "handbook"]));
    insta::assert_snapshot!("nginx", text("nginx").out);
    insta::assert_snapshot!("caddy", text("caddy").out);
    assert_eq!(text("apache").code, 2);
    folder.write("book.toml", "[handbook]\nlinks = 1\n");
    assert_eq!((text("nginx").code, text("nginx").out), (2, String::new()));
}
