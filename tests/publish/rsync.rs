//! Publishing by rsync to an ssh server of its own on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;

use crate::crawl::files_below;
use crate::handbook::{Handbook, Run, write_below};
use crate::there::{expect_complete, expect_site};

/// An ssh server with its own keys, and how it is reached.
struct Server {
    dir: TempDir,
    port: u16,
    child: Child,
}

const SSHD: &str = "/usr/sbin/sshd";

/// Whether what is needed is there. If not, says so; in CI that is a failure.
fn can() -> bool {
    let has = |program: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("command -v {program}")]).stdout(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let Some(missing) = ["rsync", "ssh", "ssh-keygen", SSHD].iter().find(|name| !has(name)) else {
        return true;
    };
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{test} needs {missing}, in CI too");
    eprintln!("SKIPPED {test}: there is no {missing} here");
    false
}

impl Server {
    fn start() -> Server {
        let dir = tempfile::tempdir().unwrap();
        let key = |name: &str| {
            let file = dir.path().join(name);
            let mut command = Command::new("ssh-keygen");
            command.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&file);
            assert!(command.status().unwrap().success());
            file
        };
        let (host, user) = (key("host"), key("user"));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = dir.path().display();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}.pub\nPidFile none\n\
             StrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\nPasswordAuthentication no\n\
             MaxStartups 100\n",
            host.display(),
            user.display(),
        );
        fs::write(dir.path().join("sshd_config"), config).unwrap();
        let public = fs::read_to_string(dir.path().join("host.pub")).unwrap();
        fs::write(dir.path().join("known"), format!("[127.0.0.1]:{port} {public}")).unwrap();
        let client = format!(
            "Host *\nIdentityFile {}\nIdentitiesOnly yes\nUserKnownHostsFile {at}/known\nBatchMode yes\n",
            user.display()
        );
        fs::write(dir.path().join("ssh_config"), client).unwrap();
        // Where the server runs as root it wants this folder.
        let _ = fs::create_dir_all("/run/sshd");
        let child = Command::new(SSHD)
            .args(["-D", "-e", "-f"])
            .arg(dir.path().join("sshd_config"))
            .stdout(Stdio::null())
            .stderr(fs::File::create(dir.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let server = Server { dir, port, child };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = fs::read_to_string(server.dir.path().join("log")).unwrap();
            assert!(start.elapsed() < Duration::from_secs(20), "sshd does not answer: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// What ssh is run with.
    fn shell(&self) -> String {
        format!("ssh -F {}", self.dir.path().join("ssh_config").display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A handbook that is published to a folder of a server.
struct Published {
    dir: TempDir,
    server: Server,
    handbook: Handbook,
}

impl Published {
    fn new() -> Published {
        let published = Published {
            dir: tempfile::tempdir().unwrap(),
            server: Server::start(),
            handbook: Handbook::small(),
        };
        published.to(&published.folder().display().to_string());
        published
    }

    /// Lets it be published to the folder `folder`.
    fn to(&self, folder: &str) {
        let port = self.server.port;
        let table = format!("[publish.site]\nto = \"rsync://127.0.0.1:{port}{folder}\"\n");
        self.handbook.write("book.toml", table);
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("www")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.handbook.publish(arguments);
        command.env("RSYNC_RSH", self.server.shell());
        command
    }

    fn publish(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }

    fn summary(&self) -> serde_json::Value {
        self.publish(&["--format", "json"]).done().summary()
    }

    /// What the folder looks like from outside; what vanishes while one looks is left out.
    fn look(&self) -> BTreeMap<PathBuf, (u64, Option<SystemTime>)> {
        let entries = walkdir::WalkDir::new(self.folder()).into_iter().flatten();
        let look = |entry: walkdir::DirEntry| {
            let what = entry.metadata().ok()?;
            Some((entry.into_path(), (what.len(), what.modified().ok())))
        };
        entries.filter_map(look).collect()
    }

    /// Waits until the other end has noticed that it was left alone, and changes nothing more.
    fn wait_until_quiet(&self) {
        let bound = Instant::now();
        let mut before = self.look();
        loop {
            std::thread::sleep(Duration::from_millis(100));
            let now = self.look();
            if now == before {
                return;
            }
            assert!(bound.elapsed() < Duration::from_secs(20), "the other end does not stop");
            before = now;
        }
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = files_below(&self.folder());
        // What rsync had not put in its place yet when it was cut off.
        files.retain(|path, _| !path.split('/').any(|part| part == ".~tmp~"));
        files
    }

    fn expect_site(&self, others: &[&str]) {
        expect_site(self.files(), &self.handbook, others);
    }

    fn put(&self, path: &str, text: &str) {
        write_below(&self.folder(), path, text);
    }

    fn manifest(&self) -> Vec<u8> {
        fs::read(self.folder().join(".sternpost.json")).unwrap_or_default()
    }
}

#[test]
fn what_was_built_is_there_byte_for_byte() {
    if !can() {
        return;
    }
    let published = Published::new();
    published.publish(&["--dry-run"]).done();
    assert!(!published.folder().exists());
    let said = published.publish(&["-v"]).done();
    assert!(!said.out.contains("OPENSSH") && !said.err.contains("OPENSSH"));
    published.expect_site(&[]);
    let mode = fs::metadata(published.folder().join("index.html")).unwrap().permissions().mode();
    assert_eq!(mode & 0o444, 0o444, "a web server may not read it");
    let again = published.publish(&[]).done();
    assert!(again.out.contains("as they should be"), "{}", again.out);

    published.handbook.write("a.md", "# A\n\nAnother text.\n");
    published.handbook.write("deep/er/b é.md", "# B\n");
    published.publish(&[]).done();
    published.expect_site(&[]);
    fs::remove_dir_all(published.handbook.root().join("deep")).unwrap();
    let removed = published.summary()["removed"].clone();
    assert!(removed.as_array().unwrap().contains(&"deep/index.html".into()), "{removed}");
    published.expect_site(&[]);
    assert!(!published.folder().join("deep").exists(), "an empty folder is left");
}

#[test]
fn what_others_keep_there_stays() {
    if !can() {
        return;
    }
    let published = Published::new();
    published.put("photos/1 a.jpg", "not ours");
    published.put("mode/x", "not ours");
    fs::set_permissions(published.folder().join("mode"), fs::Permissions::from_mode(0o711))
        .unwrap();
    let secret = published.dir.path().join("secret");
    fs::create_dir(&secret).unwrap();
    std::os::unix::fs::symlink(&secret, published.folder().join("link")).unwrap();
    let run = published.publish(&["-v"]).done();
    assert!(run.out.contains("? photos/1 a.jpg") && run.out.contains("? link"), "{}", run.out);
    published.expect_site(&["photos/1 a.jpg", "mode/x"]);

    // Not even where the site has files beside them.
    published.handbook.write("mode/b.md", "# B\n");
    published.publish(&[]).done();
    published.expect_site(&["photos/1 a.jpg", "mode/x"]);
    let mode = fs::metadata(published.folder().join("mode")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o711);

    // And no file is put where a link leads to.
    published.handbook.write("link/c.md", "# C\n");
    let run = published.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("holds link, so link/"), "{}", run.err);
    assert_eq!(fs::read_dir(&secret).unwrap().count(), 0);
    fs::remove_file(published.handbook.root().join("link/c.md")).unwrap();

    // At the place of a file of the site it is not written over, unless it holds the same.
    published.put("d/index.html", "mine");
    published.handbook.write("d.md", "# D\n");
    let run = published.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("holds d/index.html"), "{}", run.err);
    let built = published.handbook.build().bytes;
    fs::write(published.folder().join("d/index.html"), &built["d/index.html"]).unwrap();
    published.publish(&[]).done();
    published.expect_site(&["photos/1 a.jpg", "mode/x"]);
}

#[test]
fn a_file_of_ours_makes_way_for_a_folder() {
    if !can() {
        return;
    }
    let published = Published::new();
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    published.handbook.write("b.svg", picture);
    published.handbook.write("a.md", "# A\n\n![](b.svg)\n");
    published.publish(&[]).done();
    assert!(published.folder().join("b.svg").is_file());
    fs::remove_file(published.handbook.root().join("b.svg")).unwrap();
    published.handbook.write("a.md", "# A\n");
    published.handbook.write("b.svg.md", "# B\n");
    published.publish(&[]).done();
    published.expect_site(&[]);
}

#[test]
fn killed_at_any_moment_what_is_there_is_complete() {
    if !can() {
        return;
    }
    let published = Published::new();
    published.handbook.write_ring(60);
    published.publish(&[]).done();
    let mut random = fastrand::Rng::with_seed(8);
    let mut cuts = 0;
    for round in 0..4 {
        published.handbook.write_round(round, 0..60);
        let before = published.manifest();
        let mut command = published.command(&[]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while published.manifest() == before && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(random.u64(0..1500)));
        let _ = child.kill();
        cuts += usize::from(!child.wait().unwrap().success());
        published.wait_until_quiet();
        let live = published.files();
        expect_complete(&live, &format!("round {round}"));
    }
    published.publish(&[]).done();
    published.expect_site(&[]);
    assert!(cuts > 0, "no publish was cut off");
}

#[test]
fn after_a_cut_only_what_is_missing_is_sent() {
    if !can() {
        return;
    }
    let published = Published::new();
    published.publish(&[]).done();
    published.handbook.write("b.md", "# B\n");
    published.handbook.write("index.md", "# Home\n\n[A](a.md) [B](b.md)\n\n![](p.svg)\n");
    // The rsync that sends changed pages is the last one that comes through.
    let bin = published.dir.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let real = Command::new("sh").args(["-c", "command -v rsync"]).output().unwrap().stdout;
    let real = String::from_utf8(real).unwrap().trim().to_owned();
    let (count, most) = (bin.join("count"), 4);
    let script = format!(
        "#!/bin/sh\ncase \" $* \" in *' --delay-updates '*) echo x >> {count};; esac\n\
         test \"$(cat {count} 2>/dev/null | wc -l)\" -le {most} || exit 12\nexec {real} \"$@\"\n",
        count = count.display()
    );
    fs::write(bin.join("rsync"), script).unwrap();
    fs::set_permissions(bin.join("rsync"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let run = Run::of(published.command(&[]).env("PATH", path));
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    let built = published.handbook.build().bytes;
    let live = published.files();
    let missing = built.iter().filter(|(path, bytes)| live.get(*path) != Some(*bytes));
    let mut missing: Vec<&str> = missing.map(|(path, _)| path.as_str()).collect();
    assert!(live.contains_key("b/index.html") && !missing.is_empty());

    let summary = published.summary();
    let lists = ["new", "changed"].map(|list| summary[list].as_array().unwrap().clone()).concat();
    let mut sent: Vec<&str> = lists.iter().map(|path| path.as_str().unwrap()).collect();
    sent.sort_unstable();
    missing.sort_unstable();
    assert_eq!(sent, missing);
    published.expect_site(&[]);
    assert_eq!(published.summary()["foreign"], serde_json::json!([]));
}

#[test]
fn who_comes_second_is_told() {
    if !can() {
        return;
    }
    let published = Published::new();
    published.publish(&[]).done();
    published.handbook.write("a.md", "# A\n\nAnother text.\n");
    // An rsync that lets somebody else begin just before the pages are sent.
    let bin = published.dir.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let real = Command::new("sh").args(["-c", "command -v rsync"]).output().unwrap().stdout;
    let real = String::from_utf8(real).unwrap().trim().to_owned();
    let mut theirs: serde_json::Value = serde_json::from_slice(&published.manifest()).unwrap();
    theirs["last"]["by"] = "ben".into();
    fs::write(bin.join("theirs"), theirs.to_string()).unwrap();
    let script = format!(
        "#!/bin/sh\ncase \" $* \" in *' --delay-updates '*) echo x >> {bin}/count;; esac\n\
         test \"$(cat {bin}/count 2>/dev/null | wc -l)\" != 2 || cp {bin}/theirs {www}/.sternpost.json\n\
         exec {real} \"$@\"\n",
        bin = bin.display(),
        www = published.folder().display(),
    );
    fs::write(bin.join("rsync"), script).unwrap();
    fs::set_permissions(bin.join("rsync"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let run = Run::of(published.command(&[]).env("PATH", path));
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains("somebody else has published there (ben, at "), "{}", run.err);
    let manifest: serde_json::Value = serde_json::from_slice(&published.manifest()).unwrap();
    assert_eq!(manifest["last"]["by"], "ben");
    published.publish(&[]).done();
    published.expect_site(&[]);
}

#[test]
fn what_is_wrong_is_told_with_what_to_do() {
    if !can() {
        return;
    }
    let published = Published::new();
    published.to(&published.dir.path().join("no/such/www").display().to_string());
    let run = published.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("make the folder above it"), "{}", run.err);
    // A server that does not know us.
    published.to(&published.folder().display().to_string());
    fs::write(published.server.dir.path().join("user.pub"), "").unwrap();
    let run = published.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("ssh-add"), "{}", run.err);
    fs::write(published.server.dir.path().join("known"), "").unwrap();
    let run = published.publish(&[]);
    assert!(run.err.contains("does not know this host yet"), "{}", run.err);
    published.handbook.write("book.toml", "[publish.site]\nto = \"rsync://127.0.0.1/www\"\n");
    let run = published.publish(&[]);
    assert!(run.err.contains("to = \"rsync://127.0.0.1:/folder\""), "{}", run.err);
}
