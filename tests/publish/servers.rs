//! Object stores on this machine: moto for S3, azurite for Azure. `tests/run` installs them into `target/`.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A store that runs until it is dropped.
pub struct Server {
    process: Child,
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An object as its store gives it.
pub struct Object {
    pub bytes: Vec<u8>,
    pub kind: String,
    pub cache: String,
}

/// The program at `path` in `target/`. Where there is none the test is skipped, but not in continuous integration.
fn installed(path: &str) -> Option<PathBuf> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(path);
    if program.exists() {
        return Some(program);
    }
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!in_ci, "target/{path} is missing; tests/run installs it");
    eprintln!("SKIPPED: target/{path} is missing; tests/run installs it");
    None
}

fn start(program: &Path, arguments: impl Fn(u16) -> Vec<String>) -> Server {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut command = Command::new(program);
    command.args(arguments(port)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let server = Server { process: command.spawn().unwrap(), port };
    let begun = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{} does not start", program.display());
        std::thread::sleep(Duration::from_millis(50));
    }
    server
}

/// A request without credentials, which neither store minds here.
pub fn get(address: &str) -> (u16, Object) {
    fetch(address, &[("authorization", UNSIGNED)])
}

/// What is at `address`, asked for with these headers.
fn fetch(address: &str, headers: &[(&str, &str)]) -> (u16, Object) {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request =
        headers.iter().fold(agent.get(address), |asked, (name, value)| asked.header(*name, *value));
    let mut answer = request.call().unwrap();
    let header = |name: &str| {
        let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or("").to_owned()
    };
    let (kind, cache) = (header("content-type"), header("cache-control"));
    let mut bytes = Vec::new();
    answer.body_mut().as_reader().read_to_end(&mut bytes).unwrap();
    (answer.status().as_u16(), Object { bytes, kind, cache })
}

/// `key` as it stands in an address.
pub fn escaped(key: &str) -> String {
    percent_encoding::utf8_percent_encode(key, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%2F", "/")
}

/// moto looks whether there is a signature, and not which.
const UNSIGNED: &str = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x";

/// moto with an empty bucket.
pub struct S3(pub Server);

impl S3 {
    /// `None` where moto is not installed.
    pub fn start() -> Option<S3> {
        let program = installed("moto/bin/moto_server")?;
        let server = start(&program, |port| {
            vec!["-H".to_owned(), "127.0.0.1".to_owned(), "-p".to_owned(), port.to_string()]
        });
        let s3 = S3(server);
        let made = ureq::put(s3.address("")).header("authorization", UNSIGNED).send_empty();
        assert!(made.unwrap().status().is_success());
        Some(s3)
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.0.port)
    }

    pub fn address(&self, key: &str) -> String {
        format!("{}/bucket/{key}", self.endpoint())
    }

    /// The keys of all objects below `prefix`, without it.
    pub fn keys(&self, prefix: &str) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        loop {
            let after =
                keys.last().map_or_else(String::new, |key| format!("&start-after={prefix}{key}"));
            let (_, listed) = get(&self.address(&format!("?list-type=2&prefix={prefix}{after}")));
            let text = String::from_utf8(listed.bytes).unwrap();
            let before = keys.len();
            for key in text.split("<Key>").skip(1) {
                let key = key.split("</Key>").next().unwrap();
                keys.push(key.strip_prefix(prefix).unwrap().to_owned());
            }
            if keys.len() == before || text.contains("<IsTruncated>false") {
                return keys;
            }
        }
    }

    /// All objects below `prefix`.
    pub fn objects(&self, prefix: &str) -> BTreeMap<String, Object> {
        let keys = self.keys(prefix).into_iter();
        keys.map(|key| {
            let (status, object) = get(&self.address(&escaped(&format!("{prefix}{key}"))));
            assert_eq!(status, 200, "{key}");
            (key, object)
        })
        .collect()
    }

    /// Puts an object there that sternpost did not.
    pub fn put(&self, key: &str, bytes: &[u8]) {
        let put = ureq::put(self.address(key)).header("authorization", UNSIGNED).send(bytes);
        assert!(put.unwrap().status().is_success());
    }
}

/// The account of azurite and its key, which are the same everywhere and no secret.
pub const ACCOUNT: &str = "devstoreaccount1";
pub const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// azurite with an empty container that everyone may read.
pub struct Azure(pub Server);

impl Azure {
    /// `None` where azurite is not installed.
    pub fn start() -> Option<Azure> {
        let program = installed("azurite/node_modules/.bin/azurite-blob")?;
        let server = start(&program, |port| {
            let port = port.to_string();
            [
                "--inMemoryPersistence",
                "--skipApiVersionCheck",
                "--silent",
                "--blobHost",
                "127.0.0.1",
            ]
            .into_iter()
            .chain(["--blobPort", &port])
            .map(str::to_owned)
            .collect()
        });
        let azure = Azure(server);
        let made = Command::new("python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/publish/container.py"))
            .args([&azure.endpoint(), ACCOUNT, KEY, "container"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Some(azure)
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/{ACCOUNT}", self.0.port)
    }

    pub fn address(&self, name: &str) -> String {
        format!("{}/container/{name}", self.endpoint())
    }

    /// Fetches one object, as everyone may.
    pub fn get(&self, name: &str) -> (u16, Object) {
        fetch(&self.address(name), &[])
    }
}
