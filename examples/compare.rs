//! Times builds against the floor and other programs, in one run:
//! `cargo run --release --example compare -- FOLDER [ESSAYS ...]`, by default 100, 1000 and 10000 essays.
//!
//! The programs take turns, each writes into folders that are new, and all is removed only at the end: what a
//! file system has to do after files were removed would be counted to whoever comes next. Expects `sternpost`
//! and the examples `corpus` and `floor` beside this program; `benches/build` sees to that, and to Hugo and
//! mdBook, which are left out where they are not in `target/bench`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use wait4::Wait4;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Larger books take these too long.
const MOST_FOR_MDBOOK: usize = 1_000;
const MOST_FOR_HUGO: usize = 10_000;

fn main() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((folder, counts)) = arguments.split_first() else {
        return Err("usage: compare FOLDER [ESSAYS ...]".into());
    };
    let mut counts: Vec<usize> = counts.iter().map(|c| c.parse()).collect::<Result<_, _>>()?;
    if counts.is_empty() {
        counts = vec![100, 1_000, 10_000];
    }
    let folder = Path::new(folder).join("compare");
    for count in counts {
        let bench = Bench::new(&folder, count)?;
        println!("\n| {count} essays | time | of the floor | processor | peak memory |");
        println!("|---|--:|--:|--:|--:|");
        let measured = bench.rounds()?;
        let floor = median(&measured[0].1, |run| run.wall);
        for (name, runs) in measured.iter().filter(|(_, runs)| !runs.is_empty()) {
            let wall = median(runs, |run| run.wall);
            println!(
                "| {name} | {} | {:.2} | {} | {:.0} MB |",
                seconds(wall),
                wall / floor,
                seconds(median(runs, |run| run.processor)),
                median(runs, |run| run.peak) / 1e6,
            );
        }
        fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

/// One run of a program.
#[derive(Clone, Copy)]
struct Run {
    /// Seconds from start to end.
    wall: f64,
    /// Seconds of all processors.
    processor: f64,
    /// The most memory, in bytes.
    peak: f64,
}

/// What was run, with its runs.
type Measured = Vec<(String, Vec<Run>)>;

struct Bench {
    folder: PathBuf,
    count: usize,
    /// A site as sternpost makes it: the floor writes the same files.
    site: PathBuf,
    own: PathBuf,
    hugo: Option<PathBuf>,
    mdbook: Option<PathBuf>,
}

impl Bench {
    /// Writes the essays, in the form of each program.
    fn new(folder: &Path, count: usize) -> Fallible<Bench> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let own = std::env::current_exe()?.parent().ok_or("no folder")?.to_owned();
        let corpus = folder.join("essays");
        run(Command::new(own.join("corpus")).arg(count.to_string()).arg(&corpus))?;
        let there = |path: &str, most| {
            let found = glob(path).filter(|_| count <= most);
            found.and_then(|path| path.canonicalize().ok())
        };
        let bench = Bench {
            site: folder.join("site"),
            count,
            hugo: there("target/bench/venv/lib/*/site-packages/hugo/binaries/hugo", MOST_FOR_HUGO),
            mdbook: there("target/bench/mdbook/bin/mdbook", MOST_FOR_MDBOOK),
            own,
            folder,
        };
        run(&mut bench.sternpost(&bench.site))?;
        if bench.hugo.is_some() {
            bench.prepare_hugo()?;
        }
        if bench.mdbook.is_some() {
            bench.prepare_mdbook()?;
        }
        // Files that were just written may be written again without a trace; most were not.
        sleep(Duration::from_millis(200));
        Ok(bench)
    }

    fn essays(&self) -> PathBuf {
        self.folder.join("essays/content")
    }

    fn sternpost(&self, output: &Path) -> Command {
        let mut command = Command::new(self.own.join("../sternpost"));
        command.args(["build", "--quiet"]).arg(self.folder.join("essays"));
        command.arg("--output").arg(output);
        command
    }

    fn rounds(&self) -> Fallible<Measured> {
        let names =
            ["floor", "sternpost, clean", "nothing changed", "one essay changed, first time"];
        let names = names.into_iter().chain(["one essay changed", "Hugo", "mdBook"]);
        let mut measured: Measured = names.map(|name| (name.to_owned(), Vec::new())).collect();
        let rounds = if self.count > 10_000 { 3 } else { 5 };
        for round in 0..rounds {
            let new = |name: &str| self.folder.join(format!("{name}-{round}"));
            let mut floor = Command::new(self.own.join("floor"));
            floor.arg(self.essays()).arg(&self.site).arg(new("floor"));
            measured[0].1.push(run(&mut floor)?);
            let sternpost = || run(&mut self.sternpost(&new("sternpost")));
            measured[1].1.push(sternpost()?);
            measured[2].1.push(sternpost()?);
            for at in [3, 4] {
                let essay = self.folder.join("essays/content").join(first_essay(self.count));
                let text = fs::read_to_string(&essay)?;
                fs::write(&essay, format!("{text}\nAnd one more word of it.\n"))?;
                measured[at].1.push(sternpost()?);
            }
            // What the last change left behind is looked at again.
            sleep(Duration::from_millis(200));
            if let Some(hugo) = &self.hugo {
                let mut hugo = Command::new(hugo);
                hugo.args(["build", "--quiet", "--noBuildLock", "--source"])
                    .arg(self.folder.join("hugo"));
                measured[5].1.push(run(hugo.arg("--destination").arg(new("hugo-site")))?);
            }
            if let Some(mdbook) = &self.mdbook {
                let mut mdbook = Command::new(mdbook);
                mdbook.arg("build").arg(self.folder.join("mdbook")).arg("--dest-dir");
                measured[6].1.push(run(mdbook.arg(new("mdbook-site")))?);
            }
        }
        Ok(measured)
    }

    /// The same essays with small templates: a page with the entries of its section, made once for each
    /// section, its tags, and the next. No feeds: sternpost makes none without an address of the site.
    fn prepare_hugo(&self) -> Fallible<()> {
        let hugo = self.folder.join("hugo");
        copy(&self.essays(), &hugo.join("content"))?;
        let config = "title = \"A long voyage\"\nbaseURL = \"http://localhost/\"\ndisableKinds = [\"RSS\", \"sitemap\"]\n";
        fs::write(hugo.join("hugo.toml"), config)?;
        let layouts = hugo.join("layouts");
        fs::create_dir_all(layouts.join("_partials"))?;
        let link = "<a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>";
        let nav = format!("{{{{ range .CurrentSection.Pages }}}}{link}{{{{ end }}}}");
        fs::write(layouts.join("_partials/nav.html"), nav)?;
        let page = |main: &str| {
            format!(
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{{{{ .Title }}}}</title></head>\
                 <body><nav>{{{{ partialCached \"nav.html\" . .CurrentSection.Path }}}}</nav>\
                 <main><h1>{{{{ .Title }}}}</h1>{main}</main></body></html>"
            )
        };
        let tags = format!("{{{{ range .GetTerms \"tags\" }}}}{link}{{{{ end }}}}");
        let next = format!("{{{{ with .NextInSection }}}}{link}{{{{ end }}}}");
        let list = format!("<ul>{{{{ range .Pages }}}}<li>{link}</li>{{{{ end }}}}</ul>");
        fs::write(layouts.join("single.html"), page(&format!("{{{{ .Content }}}}{tags}{next}")))?;
        for name in ["list", "home", "term", "taxonomy", "section"] {
            fs::write(layouts.join(format!("{name}.html")), page(&list))?;
        }
        Ok(())
    }

    fn prepare_mdbook(&self) -> Fallible<()> {
        let mdbook = self.folder.join("mdbook");
        copy(&self.essays(), &mdbook.join("src"))?;
        fs::write(mdbook.join("book.toml"), "[book]\ntitle = \"A long voyage\"\n")?;
        let mut summary = String::new();
        for entry in walkdir::WalkDir::new(self.essays()).sort_by_file_name() {
            let entry = entry?;
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(self.essays())?.display();
                let name = entry.path().file_stem().unwrap_or_default().display();
                summary.push_str(&format!("- [{name}]({path})\n"));
            }
        }
        fs::write(mdbook.join("src/SUMMARY.md"), summary)?;
        Ok(())
    }
}

/// The path of an essay that every corpus has.
fn first_essay(count: usize) -> &'static str {
    let name = "section-0000/essay-000003.md";
    if count > 1_000 { "part-000/section-0000/essay-000003.md" } else { name }
}

/// Runs a program to its end, once the disk is at rest.
fn run(command: &mut Command) -> Fallible<Run> {
    // Nothing is lost where there is no such program.
    let _ = Command::new("sync").status();
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let used = child.wait4()?;
    let wall = start.elapsed().as_secs_f64();
    if !used.status.success() {
        return Err(format!("{command:?} failed").into());
    }
    let processor = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    Ok(Run { wall, processor, peak: used.rusage.maxrss as f64 })
}

fn median(runs: &[Run], of: impl Fn(&Run) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn seconds(seconds: f64) -> String {
    if seconds < 1.0 { format!("{:.0} ms", seconds * 1e3) } else { format!("{seconds:.2} s") }
}

/// The file at `path`, of which one part may be a star.
fn glob(path: &str) -> Option<PathBuf> {
    let Some((above, below)) = path.split_once("/*/") else {
        return Some(PathBuf::from(path)).filter(|path| path.is_file());
    };
    let folders = fs::read_dir(above).ok()?.flatten();
    folders.map(|folder| folder.path().join(below)).find(|path| path.is_file())
}

fn copy(from: &Path, to: &Path) -> Fallible<()> {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
