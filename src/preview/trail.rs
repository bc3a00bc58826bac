//! Where pages went that are no longer where they were, for browsers that still show them.

use std::collections::HashMap;
use std::path::Path;

use crate::essay::Print;
use crate::preview::edition::{Edition, Subject};
use crate::source::project::slashed;

/// A page that was there in this run of the program.
#[derive(Debug, Clone)]
pub struct Former {
    /// What it was about.
    pub subject: Subject,
    /// What it was called.
    pub title: String,
}

/// What became of files and addresses since the preview was started.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    /// The paths that essays have now, by those that they had.
    renamed: HashMap<String, String>,
    /// Addresses (as files) that no page has now.
    former: HashMap<String, Former>,
}

impl Trail {
    /// The trail after the step from one edition to the next. `renames` are paths on disk.
    #[must_use]
    pub fn after(
        &self,
        old: &Edition,
        new: &Edition,
        renames: &[(std::path::PathBuf, std::path::PathBuf)],
    ) -> Trail {
        let mut trail = self.clone();
        if old.has_the_pages_of(new) && renames.is_empty() {
            return trail;
        }
        let inside = |edition: &Edition, file: &Path| {
            file.strip_prefix(&edition.project.content).ok().map(slashed)
        };
        let seen = renames
            .iter()
            .filter_map(|(from, to)| Some((inside(old, from)?, inside(new, to)?)))
            .chain(moved_by_text(old, new))
            .collect::<Vec<_>>();
        for (from, to) in seen {
            trail.rename(from, to);
        }
        for page in old.site.pages() {
            let file = page.url.output();
            if new.page(&file).is_none()
                && let Some(subject) = old.subject_of(page)
            {
                let title = match (old.essay_of(page), &subject) {
                    (Some(id), _) => old.book().title_of(id).to_owned(),
                    (None, Subject::Folder(path) | Subject::Essay(path)) => path.clone(),
                };
                trail.former.insert(file, Former { subject, title });
            }
        }
        trail.former.retain(|file, _| new.page(file).is_none());
        trail
    }

    fn rename(&mut self, from: String, to: String) {
        for now in self.renamed.values_mut().filter(|now| **now == from) {
            now.clone_from(&to);
        }
        self.renamed.insert(from, to);
        self.renamed.retain(|from, to| from != to);
    }

    /// The page that was at this address and is no longer.
    pub fn former(&self, file: &str) -> Option<&Former> {
        self.former.get(file)
    }

    /// What `subject` is called now.
    pub fn now(&self, subject: &Subject) -> Subject {
        match subject {
            Subject::Essay(path) => {
                Subject::Essay(self.renamed.get(path).unwrap_or(path).to_owned())
            }
            Subject::Folder(folder) => {
                // A folder is where the essays went that lay in it.
                let moved = self.renamed.iter().find_map(|(from, to)| {
                    let inside = from.strip_prefix(folder.as_str())?.strip_prefix('/')?;
                    to.strip_suffix(inside)?.strip_suffix('/')
                });
                Subject::Folder(moved.unwrap_or(folder).to_owned())
            }
        }
    }
}

/// Essays that are gone and stand elsewhere word for word: moved by something that writes files anew,
/// such as a checkout of another branch.
fn moved_by_text(old: &Edition, new: &Edition) -> Vec<(String, String)> {
    let has = |edition: &Edition, path: &str| {
        edition.book().essays.binary_search_by(|essay| essay.source.as_str().cmp(path)).is_ok()
    };
    let only_in = |one: &Edition, other: &Edition| {
        let essays = one.book().essays.iter();
        let essays = essays.filter(|essay| !has(other, essay.source.as_str()));
        essays.cloned().collect::<Vec<_>>()
    };
    let gone = only_in(old, new);
    if gone.is_empty() {
        return Vec::new();
    }
    let appeared = only_in(new, old);
    let by_text: HashMap<Print, &str> = appeared
        .iter()
        .filter(|essay| !essay.text().trim().is_empty())
        .map(|essay| (essay.manuscript.print(), essay.source.as_str()))
        .collect();
    gone.iter()
        .filter_map(|essay| {
            let to = by_text.get(&essay.manuscript.print())?;
            Some((essay.source.as_str().to_owned(), (*to).to_owned()))
        })
        .collect()
}
