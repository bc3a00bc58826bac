//! Whether readers get what was published: live files are fetched as a browser would, and compared.

use std::io::Read;
use std::time::Duration;

use crate::book::urls::escaped;
use crate::diagnostic::{Code, Diagnostic};
use crate::publish::at_once::at_once;
use crate::publish::{Hash, LocalFile};

/// Of more files than these, this many are fetched.
const MOST: usize = 300;

/// How many at the same time.
const AT_ONCE: usize = 8;

/// How long one may take.
const LONGEST: Duration = Duration::from_secs(30);

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many files were fetched.
    pub fetched: usize,
    /// Of these, which are not as they should be, each with what is there instead.
    pub other: Vec<(String, String)>,
}

/// Fetches `files` from the site at `url`, all of them or a sample that is always the same.
///
/// # Errors
/// When `url` is no address of a site, or no file at all can be fetched.
pub fn verify(url: &str, files: &[LocalFile]) -> Result<Verified, Diagnostic> {
    let is_site = url.starts_with("https://") || url.starts_with("http://");
    if !is_site || url.contains(['?', '#']) {
        return Err(Diagnostic::error(Code::Publish, format!("`{url}` is no address of a site"))
            .hint("type the address of the home page: --verify https://handbook.example.org/"));
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(LONGEST))
        .http_status_as_error(false)
        .user_agent(concat!("sternpost/", env!("CARGO_PKG_VERSION"), " (verify)"))
        .build()
        .into();
    let sample = sample(files);
    let asked = at_once(AT_ONCE, &sample, |file| Ok::<_, Diagnostic>(fetch(&agent, url, file)))?;
    if asked.iter().all(|asked| matches!(asked, Asked::Silent(_)))
        && let Some(Asked::Silent(why)) = asked.first()
    {
        let message = format!("{url} does not answer, so nothing could be verified: {why}");
        return Err(Diagnostic::error(Code::Publish, message)
            .hint("see whether the address is right, and whether the host shows the site there"));
    }
    let other = sample.iter().zip(asked).filter_map(|(file, asked)| {
        let what = match asked {
            Asked::Same => return None,
            Asked::Other => "other than it was built".to_owned(),
            Asked::Status(404) => "not there".to_owned(),
            Asked::Status(status) => format!("answered with status {status}"),
            Asked::Silent(why) => why,
        };
        Some((file.path.clone(), what))
    });
    Ok(Verified { other: other.collect(), fetched: sample.len() })
}

/// What a host answered.
enum Asked {
    Same,
    Other,
    Status(u16),
    Silent(String),
}

fn fetch(agent: &ureq::Agent, url: &str, file: &LocalFile) -> Asked {
    let path = file.path.strip_suffix("index.html").unwrap_or(&file.path);
    let path = if path.is_empty() || path.ends_with('/') { path } else { &file.path };
    let address = format!("{}/{}", url.trim_end_matches('/'), escaped(path));
    let mut answer = match agent.get(&address).call() {
        Ok(answer) => answer,
        Err(error) => return Asked::Silent(error.to_string()),
    };
    if !answer.status().is_success() {
        return Asked::Status(answer.status().as_u16());
    }
    let mut bytes = Vec::new();
    // One byte more than there should be is enough to know.
    match answer.body_mut().as_reader().take(file.size + 1).read_to_end(&mut bytes) {
        Ok(_) if Hash::of(&bytes) == file.hash => Asked::Same,
        Ok(_) => Asked::Other,
        Err(error) => Asked::Silent(error.to_string()),
    }
}

/// Which files are fetched: the home page, and of the others those whose hashes come first, so that it is a sample of
/// everything.
fn sample(files: &[LocalFile]) -> Vec<&LocalFile> {
    // What hosts read and do not show.
    let is_shown = |file: &&LocalFile| {
        let name = file.path.rsplit('/').next().unwrap_or("");
        !name.starts_with(['.', '_'])
    };
    let mut sample: Vec<&LocalFile> = files.iter().filter(is_shown).collect();
    if sample.len() > MOST {
        sample.sort_by_cached_key(|file| (file.path != "index.html", file.hash.to_string()));
        sample.truncate(MOST);
        sample.sort_by(|a, b| a.path.cmp(&b.path));
    }
    sample
}
