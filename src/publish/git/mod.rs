//! A branch of a git repository, as GitHub Pages, GitLab Pages, Forgejo and many hosts show it.
//!
//! 1. The last commit of that branch is fetched into a repository of our own in a temporary folder, without its
//!    history and, where the host knows how to leave them out, without what its files hold.
//! 2. What is put and removed is told to `git fast-import`, which makes one commit of it.
//! 3. It is pushed as an ordinary push that goes on from what was fetched, never by force. So whoever pushed in
//!    between is not overwritten: the host refuses ours.
//!
//! The repository of the essays is only asked things, so its working tree, index and branches stay as they are. The
//! manifest's version is the commit. A file is known by the name that git has for what it holds, which is noted in
//! the manifest as the file's tag. Whatever else is on the branch, such as links and submodules, stays as it is.

mod address;
mod command;
mod import;
mod trouble;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::diagnostic::{Code, Diagnostic};
use crate::publish::program::{self, without_secrets};
use crate::publish::target::{Found, MANIFEST, Target, Trouble, Version};
use crate::publish::{Hash, LocalFile, Manifest, Stamp};
use address::{Address, Repository};
use command::Git;
use import::{Commit, Import, NEW};

pub use address::is_branch;

/// Where the branch stands in our own repository.
const THEIRS: &str = "refs/publish/theirs";

/// Who commits where git does not know.
const NOBODY: &str = "sternpost <sternpost@localhost.invalid>";

/// A branch that the site is published to.
#[derive(Debug)]
pub struct Branch {
    address: String,
    branch: String,
    git: Git,
    essays: PathBuf,
    state: Mutex<State>,
    /// Holds our own repository.
    _dir: TempDir,
}

/// What is known and done so far.
#[derive(Debug, Default)]
struct State {
    tip: Option<Tip>,
    is_made: bool,
    import: Option<Import>,
    put: Vec<(String, String)>,
    removed: Vec<String>,
}

/// The last commit of the branch.
#[derive(Debug, Clone)]
struct Tip {
    commit: String,
    /// Its files, by their paths: what kind each is and the name of what it holds.
    files: BTreeMap<String, (String, String)>,
    manifest: Option<Vec<u8>>,
}

/// Opens the branch `to`. Names of remotes are those of the repository with the essays.
///
/// # Errors
/// When `to` names no branch, or there is no git that can be used.
pub fn open(to: &str, essays: &Path) -> Result<Branch, Diagnostic> {
    let Address { repository, branch } = Address::parse(to)?;
    command::expect_new(essays)?;
    let url = match repository {
        Repository::Url(url) => url,
        Repository::Remote(name) => remote(essays, &name)?,
    };
    let dir = tempfile::Builder::new().prefix("sternpost-").tempdir();
    let dir = dir.map_err(|error| {
        Diagnostic::io(Code::Publish, "create a folder in", &std::env::temp_dir(), &error)
    })?;
    Ok(Branch {
        address: format!("{}#{branch}", without_secrets(&url)),
        branch,
        git: Git::new(dir.path().join("git"), &url, essays)?,
        essays: essays.to_owned(),
        state: Mutex::default(),
        _dir: dir,
    })
}

/// The address of a remote of the repository with the essays.
fn remote(essays: &Path, name: &str) -> Result<String, Diagnostic> {
    if let Some(url) = command::ask(essays, &["remote", "get-url", "--push", name])? {
        return Ok(url);
    }
    let message = match command::ask(essays, &["rev-parse", "--git-dir"])? {
        Some(_) => format!("the repository with your essays has no remote `{name}`"),
        None => "your essays are in no git repository".to_owned(),
    };
    Err(Diagnostic::error(Code::Publish, message)
        .hint(format!("add it: git remote add {name} ADDRESS"))
        .hint(
            "or name the repository itself: to = \"git+ssh://git@example.org/me/site.git#pages\"",
        ))
}

impl Branch {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs git, which has to succeed, and gives what it wrote.
    fn done(&self, arguments: &[&str], what: &str) -> Result<Vec<u8>, Diagnostic> {
        let output = self.git.run(arguments)?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(trouble::told(&self.address, what, &output.stderr)),
        }
    }

    fn line(&self, arguments: &[&str]) -> Result<String, Diagnostic> {
        let bytes = self.done(arguments, "cannot be read")?;
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    }

    /// The name of the last commit of the branch, as the host has it now; `None` where there is no such branch.
    fn theirs(&self) -> Result<Option<String>, Diagnostic> {
        let name = format!("refs/heads/{}", self.branch);
        let listed = self.line(&["ls-remote", "publish", &name])?;
        let mut lines = listed.lines().filter_map(|line| line.split_once('\t'));
        Ok(lines.find(|(_, of)| *of == name).map(|(commit, _)| commit.to_owned()))
    }

    /// Makes our own repository, of the same kind as the one that has `commit`.
    fn make(&self, state: &mut State, commit: Option<&str>) -> Result<(), Diagnostic> {
        if state.is_made {
            return Ok(());
        }
        let is_long = commit.is_some_and(|commit| commit.len() == 64);
        let format = if is_long { "--object-format=sha256" } else { "--object-format=sha1" };
        self.done(&["init", "--quiet", "--bare", "--template=", format], "cannot be fetched")?;
        state.is_made = true;
        Ok(())
    }

    /// Fetches the last commit of the branch.
    fn look(&self, state: &mut State) -> Result<(), Diagnostic> {
        state.tip = None;
        let theirs = self.theirs()?;
        self.make(state, theirs.as_deref())?;
        if theirs.is_none() {
            return Ok(());
        }
        let refspec = format!("+refs/heads/{}:{THEIRS}", self.branch);
        let fetch = ["fetch", "--quiet", "--no-tags", "--depth=1", "--filter=blob:none"];
        let fetch = [&fetch[..], &["--no-write-fetch-head", "publish", &refspec]].concat();
        self.done(&fetch, "cannot be fetched")?;
        let commit = self.line(&["rev-parse", "--verify", THEIRS])?;
        let listed = self.done(&["ls-tree", "-r", "-z", &commit], "cannot be read")?;
        let files = files(&String::from_utf8_lossy(&listed));
        let manifest = match files.get(MANIFEST) {
            Some((_, name)) => Some(self.done(&["cat-file", "blob", name], "cannot be read")?),
            None => None,
        };
        state.tip = Some(Tip { commit, files, manifest });
        Ok(())
    }

    /// The message of the commit: what it does, and which state of the essays it comes from.
    fn message(&self, summary: &str) -> Result<String, Diagnostic> {
        let Some(source) = command::ask(&self.essays, &["rev-parse", "--verify", "HEAD"])? else {
            return Ok(format!("{summary}\n"));
        };
        let status = ["status", "--porcelain", "--untracked-files=no", "--", "."];
        let changes = command::ask(&self.essays, &status)?.unwrap_or_default();
        let more = if changes.is_empty() { "" } else { ", with changes that were not committed" };
        Ok(format!("{summary}\n\nFrom commit {source}{more}.\n"))
    }

    /// Who commits, in the role of `variable`, as git has it.
    fn who(&self, variable: &str) -> Result<String, Diagnostic> {
        // What git would make up has the name of this machine in it.
        let ask = ["-c", "user.useConfigOnly=true", "var", variable];
        if let Some(who) = command::ask(&self.essays, &ask)? {
            return Ok(who);
        }
        let now = jiff::Timestamp::now().as_second();
        Ok(format!("{NOBODY} {now} +0000"))
    }

    fn push(&self, state: &State, new: &str) -> Result<(), Trouble> {
        let refspec = format!("{new}:refs/heads/{}", self.branch);
        let push = ["push", "--porcelain", "--no-verify", "--no-thin", "publish", &refspec];
        let pushed = self.git.run(&push)?;
        if pushed.status.success() {
            return Ok(());
        }
        // The push may have come through and only its answer not; or somebody else's came first.
        let theirs = self.theirs()?;
        if theirs.as_deref() == Some(new) {
            return Ok(());
        }
        if theirs.as_ref() != state.tip.as_ref().map(|tip| &tip.commit) {
            return Err(Trouble::Overtaken);
        }
        let said = [&pushed.stdout[..], b"\n", &pushed.stderr[..]].concat();
        Err(trouble::refused(&self.address, &said).into())
    }
}

/// The files that `git ls-tree -r -z` lists.
fn files(listed: &str) -> BTreeMap<String, (String, String)> {
    let entries = listed.split('\0').filter_map(|entry| {
        let (what, path) = entry.split_once('\t')?;
        let mut words = what.split(' ');
        let (mode, _, name) = (words.next()?, words.next()?, words.next()?);
        Some((path.to_owned(), (mode.to_owned(), name.to_owned())))
    });
    entries.collect()
}

/// How a file is known again. Links and submodules are never the same as a file.
fn tag((mode, name): &(String, String)) -> String {
    if mode.starts_with("100") { name.clone() } else { format!("{mode} {name}") }
}

impl Target for Branch {
    fn address(&self) -> &str {
        &self.address
    }

    fn has_folders(&self) -> bool {
        true
    }

    fn is_live(&self) -> bool {
        false
    }

    fn manifest(&self) -> Result<Option<(Vec<u8>, Version)>, Trouble> {
        let mut state = self.state();
        self.look(&mut state)?;
        let Some(Tip { commit, manifest, .. }) = &state.tip else { return Ok(None) };
        let version = Version { tag: Some(commit.clone()), number: None };
        Ok(manifest.clone().map(|bytes| (bytes, version)))
    }

    fn list(&self) -> Result<Vec<Found>, Trouble> {
        let mut state = self.state();
        if state.tip.is_none() {
            self.look(&mut state)?;
        }
        let Some(tip) = &state.tip else { return Ok(Vec::new()) };
        // How long a file is stands beside what it holds, which was not fetched. Of ours it is known.
        let manifest = tip.manifest.as_ref().and_then(|bytes| Manifest::read(bytes).ok());
        let found = tip.files.iter().filter(|(path, _)| *path != MANIFEST).map(|(path, file)| {
            let tag = tag(file);
            let entry = manifest.as_ref().and_then(|manifest| manifest.entry(path));
            let entry = entry.filter(|entry| entry.tag.as_ref() == Some(&tag));
            let size = entry.map_or(0, |entry| entry.size);
            Found { path: path.clone(), size, tag: Some(tag) }
        });
        Ok(found.collect())
    }

    /// Nothing: a commit is whole, so the manifest names all that is ours.
    fn mark(&self, _: &str) -> Result<Option<Hash>, Trouble> {
        Ok(None)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Trouble> {
        let commit = self.state().tip.as_ref().map(|tip| tip.commit.clone()).unwrap_or_default();
        Ok(self.done(&["cat-file", "blob", &format!("{commit}:{path}")], "cannot be read")?)
    }

    fn holds(&self, found: &Found, file: &LocalFile) -> Result<bool, Trouble> {
        let mut command = self.git.command(&["hash-object", "--no-filters", "--stdin"]);
        let output = program::run(&mut command, &file.bytes()?)?;
        let name = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        Ok(output.status.success() && found.tag == Some(name))
    }

    fn put(&self, file: &LocalFile, bytes: Vec<u8>) -> Result<Option<String>, Trouble> {
        let mut state = self.state();
        let mut import = match state.import.take() {
            Some(import) => import,
            None => Import::start(&self.git)?,
        };
        let name = import.blob(&bytes)?;
        state.import = Some(import);
        state.put.push((file.path.clone(), name.clone()));
        Ok(Some(name))
    }

    fn remove(&self, path: &str) -> Result<(), Trouble> {
        self.state().removed.push(path.to_owned());
        Ok(())
    }

    fn commit(
        &self,
        manifest: &[u8],
        expected: Option<&Version>,
        summary: &str,
    ) -> Result<Version, Trouble> {
        let mut state = self.state();
        let tip = state.tip.as_ref().filter(|tip| tip.manifest.is_some());
        if expected.and_then(|version| version.tag.as_ref()) != tip.map(|tip| &tip.commit) {
            return Err(Trouble::Overtaken);
        }
        let mut import = match state.import.take() {
            Some(import) => import,
            None => Import::start(&self.git)?,
        };
        let name = import.blob(manifest)?;
        state.put.push((MANIFEST.to_owned(), name));
        import.commit(&Commit {
            parent: state.tip.as_ref().map(|tip| &*tip.commit),
            author: &self.who("GIT_AUTHOR_IDENT")?,
            committer: &self.who("GIT_COMMITTER_IDENT")?,
            message: &self.message(summary)?,
            removed: &state.removed,
            put: &state.put,
        })?;
        let new = self.line(&["rev-parse", "--verify", NEW])?;
        self.push(&state, &new)?;
        Ok(Version { tag: Some(new), number: None })
    }

    fn overtaker(&self) -> Option<String> {
        let mut state = self.state();
        self.look(&mut state).ok()?;
        let commit = &state.tip.as_ref()?.commit;
        let who = self.line(&["log", "-1", "--format=%cn%x00%ct", commit]).ok()?;
        let (by, at) = who.split_once('\0')?;
        let stamp = Stamp { by: by.to_owned(), at: at.parse().ok()?, run: String::new() };
        Some(format!("has pushed there ({})", stamp.in_words()))
    }
}
