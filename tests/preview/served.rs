//! A running preview, and a browser made of sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::folder::Folder;

/// How long anything may take. Much longer than it does: the machine may be busy.
pub const BOUND: Duration = Duration::from_secs(20);

/// How soon to ask again.
const AGAIN: Duration = Duration::from_millis(10);

/// How many marks were made, of which each has a name of its own.
static MARKS: AtomicUsize = AtomicUsize::new(0);

/// Asks until there is something.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(start.elapsed() < BOUND, "waited in vain for {what}");
        std::thread::sleep(AGAIN);
    }
}

/// What a program has written so far.
#[derive(Clone, Default)]
pub struct Said(Arc<Mutex<String>>);

impl Said {
    fn by(mut stream: impl Read + Send + 'static) -> Said {
        let said = Said::default();
        let kept = said.clone();
        std::thread::spawn(move || {
            let mut lot = [0; 4096];
            while let Ok(read @ 1..) = stream.read(&mut lot) {
                kept.0.lock().unwrap().push_str(&String::from_utf8_lossy(&lot[..read]));
            }
        });
        said
    }

    /// All of it.
    pub fn all(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    /// Waits until it holds `text`.
    pub fn until(&self, text: &str) -> String {
        let start = Instant::now();
        while !self.all().contains(text) {
            assert!(start.elapsed() < BOUND, "no `{text}` in:\n{}", self.all());
            std::thread::sleep(AGAIN);
        }
        self.all()
    }
}

/// A preview that runs until this is dropped.
pub struct Served {
    /// Where it is asked.
    pub site: Site,
    /// Its standard output.
    pub out: Said,
    /// Its standard error.
    pub err: Said,
    child: Child,
}

impl Served {
    /// `sternpost serve handbook --port 0` with more arguments.
    pub fn new(folder: &Folder, arguments: &[&str]) -> Served {
        let mut command = folder.command(&["serve", "handbook", "--port", "0"]);
        Served::by(command.args(arguments))
    }

    /// Runs `command`, which serves, and waits until it says where.
    pub fn by(command: &mut Command) -> Served {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = Said::by(child.stdout.take().unwrap());
        let err = Said::by(child.stderr.take().unwrap());
        let mut served = Served { site: Site { port: 0 }, out, err, child };
        served.site.port = until("the address", || {
            let out = served.out.all();
            let (_, after) = out.split_once("  http://localhost:")?;
            after.split_once('/')?.0.parse().ok()
        });
        served
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the program ends by itself.
    #[cfg(unix)]
    pub fn end(&mut self) -> std::process::ExitStatus {
        let child = &mut self.child;
        until("the program to end", || child.try_wait().unwrap())
    }

    /// Lets the preview come to rest. Files that were just written may be written once more without a
    /// trace, so it reads everything again when it is next woken, whatever for, and that would hide
    /// that it missed something. Nothing depends on how long this takes.
    pub fn rest(&self, folder: &Folder) {
        let nothing = folder.root().join("content/nothing");
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(70));
            // A folder without a file is no change, and wakes it.
            let _ = std::fs::create_dir(&nothing).and_then(|()| std::fs::remove_dir(&nothing));
        }
        std::thread::sleep(Duration::from_millis(70));
    }

    /// Waits until all that was done to the folder so far is shown.
    pub fn catch_up(&self, folder: &Folder) {
        // What shows the first was perhaps begun before it was there; what shows the second was not.
        for _ in 0..2 {
            let name = format!("mark-{}", MARKS.fetch_add(1, Ordering::Relaxed));
            folder.write(&format!("content/{name}.md"), "# Mark");
            until("the mark", || {
                let paths = [format!("/{name}/"), format!("/{name}.html")];
                paths.iter().any(|path| self.site.get(path).status == 200).then_some(())
            });
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let ended = self.child.try_wait();
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let (out, err) = (self.out.all(), self.err.all());
            println!("The preview (ended: {ended:?}) said:\n{out}\nand:\n{err}");
        }
    }
}

/// Where a preview answers.
#[derive(Debug, Clone, Copy)]
pub struct Site {
    /// The port.
    pub port: u16,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The names, in lower case, and values of the headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Site {
    /// Gets `path`.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// Asks by the name `localhost`, with these headers besides.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\n", self.port);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        self.raw(format!("{request}Connection: close\r\n\r\n").as_bytes())
    }

    /// Sends these bytes to 127.0.0.1 and reads until the connection ends.
    pub fn raw(&self, request: &[u8]) -> Answer {
        self.raw_at(Ipv4Addr::LOCALHOST.into(), request)
    }

    /// Sends these bytes to `address` and reads until the connection ends.
    pub fn raw_at(&self, address: IpAddr, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect((address, self.port)).unwrap();
        stream.set_read_timeout(Some(BOUND)).unwrap();
        stream.write_all(request).unwrap();
        let mut bytes = Vec::new();
        // A server that refuses a request early may reset the connection; what came before counts.
        let _ = stream.read_to_end(&mut bytes);
        Answer::new(&bytes)
    }

    /// Gets `path` until the answer is as wanted.
    pub fn until(&self, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
        let start = Instant::now();
        loop {
            let answer = self.get(path);
            if wanted(&answer) {
                return answer;
            }
            let late = start.elapsed() > BOUND;
            assert!(!late, "{path} is still {}:\n{}", answer.status, answer.text());
            std::thread::sleep(AGAIN);
        }
    }

    /// Gets `path` until it is a page that holds `text`.
    pub fn until_shows(&self, path: &str, text: &str) -> Answer {
        self.until(path, |answer| answer.status == 200 && answer.text().contains(text))
    }

    /// The folder of the preview's own addresses, from a page that has the script.
    pub fn own(&self) -> String {
        let page = self.get("/").text();
        let (_, after) = page.split_once("<script src=\"/.sternpost/").unwrap();
        format!("/.sternpost/{}", after.split_once('/').unwrap().0)
    }

    /// Listens to what the page at `path` is told.
    pub fn events(&self, path: &str) -> Events {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let address = format!("{}/events?page={path}", self.own());
        let port = self.port;
        write!(stream, "GET {address} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").unwrap();
        let (sender, told) = channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(stream).lines().map_while(Result::ok);
            for line in lines {
                let Some(text) = line.strip_prefix("data: ") else { continue };
                let Ok(value) = serde_json::from_str(text) else { return };
                if sender.send(value).is_err() {
                    return;
                }
            }
        });
        Events { told }
    }
}

impl Answer {
    fn new(bytes: &[u8]) -> Answer {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_lowercase(), value.trim().to_owned())
        });
        Answer { status, headers: headers.collect(), body: bytes[end + 4..].to_vec() }
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name)?;
        Some(&found.1)
    }

    /// The body without the one tag that the preview adds to pages.
    pub fn as_built(&self) -> Vec<u8> {
        if !self.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            return self.body.clone();
        }
        let at = |text: &[u8], from: usize| {
            let found = self.body[from..].windows(text.len()).position(|part| part == text);
            found.map(|at| at + from)
        };
        let Some(start) = at(b"<script src=\"/.sternpost/", 0) else { return self.body.clone() };
        let end = at(b"</script>", start).unwrap() + b"</script>".len();
        assert_eq!(at(b"/.sternpost/", end), None, "the preview's tag stands on the page twice");
        let tag = String::from_utf8_lossy(&self.body[start..end]);
        assert!(tag.contains(" data-version=\""), "{tag}");
        [&self.body[..start], &self.body[end..]].concat()
    }
}

/// What a page is told, as it comes.
pub struct Events {
    told: Receiver<Value>,
}

impl Events {
    /// The next message.
    pub fn next(&self) -> Value {
        self.told.recv_timeout(BOUND).expect("a message")
    }

    /// The first message from now on that is as wanted, and those before it.
    pub fn until(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> (Value, Vec<Value>) {
        let mut before = Vec::new();
        loop {
            match self.told.recv_timeout(BOUND) {
                Ok(value) if wanted(&value) => return (value, before),
                Ok(value) => before.push(value),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("waited in vain for {what}, after {before:#?}")
                }
            }
        }
    }

    /// What was told and not yet heard.
    pub fn heard(&self) -> Vec<Value> {
        self.told.try_iter().collect()
    }
}

/// Someone who asks for a page again and again.
pub struct Reader {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<String>>,
}

impl Reader {
    /// Asks `site` for `path`. `wrong` says what is wrong with an answer.
    pub fn new(
        site: Site,
        path: &str,
        wrong: impl Fn(&Answer) -> Option<String> + Send + 'static,
    ) -> Reader {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, path) = (Arc::clone(&stop), path.to_owned());
        let thread = std::thread::spawn(move || {
            let mut found = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                let answer = site.get(&path);
                found.extend(wrong(&answer).map(|why| format!("{path} {}: {why}", answer.status)));
                // Others want to be answered too.
                std::thread::sleep(Duration::from_millis(2));
            }
            found
        });
        Reader { stop, thread }
    }

    /// Stops, and expects that every answer was right.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        let wrong = self.thread.join().unwrap();
        assert!(wrong.is_empty(), "{} wrong answers, first {}", wrong.len(), wrong[0]);
    }
}
