//! Tags called something else in all files: in front matter, and in the text of a vault.

use rayon::prelude::*;

use crate::book::Book;
use crate::book::taxonomy::folded;
use crate::diagnostic::{Code, Diagnostic, Failure, Place, nearest};
use crate::edit::front_matter::renamed;
use crate::edit::original::Original;
use crate::edit::writing::{FileEdit, carry_out, once};
use crate::essay::dialect::{Edit, tags_in_text};
use crate::essay::front_matter::known::TAGS;
use crate::essay::{Essay, Library};
use crate::site::library::Shelf;
use crate::source::Project;

/// Where tags stand in front matter, in the order in which they are read: our own key in any letters, those of other
/// programs, Zola's table.
fn keys() -> Vec<Vec<&'static str>> {
    let [own, others @ ..] = TAGS.names else { return Vec::new() };
    let own = [*own, "Tags", "TAGS"].into_iter().map(|name| vec![name]);
    let others = others.iter().map(|name| vec![*name]);
    own.chain(others).chain([vec!["taxonomies", "tags"]]).collect()
}

/// New names for tags, with all that changes.
#[derive(Debug)]
pub struct Retagging {
    /// What the tags are called then.
    pub name: String,
    /// The files that change, ordered by path.
    pub files: Vec<FileEdit>,
    /// What could not be changed.
    pub told: Vec<Diagnostic>,
}

impl Retagging {
    /// Calls the tag `old`, in any of its spellings, `new`.
    ///
    /// # Errors
    /// When there is no such tag, or `new` is another that there is.
    pub fn rename(
        project: &Project,
        book: &Book,
        old: &str,
        new: &str,
    ) -> Result<Retagging, Failure> {
        let old = known(book, old)?;
        let taken = book.tags.terms.iter().find(|term| folded(&term.name) == folded(new));
        if let Some(taken) = taken.filter(|taken| taken.name != old) {
            let message = format!("there is a tag `{}` already", taken.name);
            let hint = format!(
                "to make one of the two: sternpost tags merge \"{old}\" --into \"{}\"",
                taken.name
            );
            return Err(Diagnostic::error(Code::Command, message).hint(hint).into());
        }
        Retagging::plan(project, book, &[old], new)
    }

    /// Calls all of `tags` the same.
    ///
    /// # Errors
    /// When there is no such tag.
    pub fn merge(
        project: &Project,
        book: &Book,
        tags: &[String],
        into: &str,
    ) -> Result<Retagging, Failure> {
        let tags: Result<Vec<String>, Failure> = tags.iter().map(|tag| known(book, tag)).collect();
        Retagging::plan(project, book, &tags?, into)
    }

    fn plan(
        project: &Project,
        book: &Book,
        tags: &[String],
        name: &str,
    ) -> Result<Retagging, Failure> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Diagnostic::error(Code::Command, "a tag needs a name").into());
        }
        let meant: Vec<String> = tags.iter().map(|tag| folded(tag)).chain([folded(name)]).collect();
        let change =
            |tag: &str| (tag != name && meant.contains(&folded(tag))).then(|| name.to_owned());
        let shelf = Shelf::new(project, book.essays.iter().map(|essay| essay.source.as_str()));
        let concerned = book
            .essays
            .par_iter()
            .filter(|essay| essay.meta.tags.iter().any(|tag| change(tag).is_some()));
        let worked: Vec<_> =
            concerned.map(|essay| retagged(project, essay, &change, &shelf)).collect();
        let mut retagging =
            Retagging { name: name.to_owned(), files: Vec::new(), told: Vec::new() };
        for work in worked {
            match work {
                Ok(file) => retagging.files.push(file),
                Err(told) => retagging.told.push(told),
            }
        }
        retagging.files = once(retagging.files);
        Ok(retagging)
    }

    /// Does it.
    ///
    /// # Errors
    /// When the system refuses a step.
    pub fn carry_out(&self) -> Result<(), Failure> {
        carry_out(None, &self.files)
    }
}

/// The tag that is called `name`, in the spelling in which it is listed.
fn known(book: &Book, name: &str) -> Result<String, Failure> {
    let name = name.trim().trim_start_matches('#');
    let found = book.tags.terms.iter().find(|term| folded(&term.name) == folded(name));
    found.map(|term| term.name.clone()).ok_or_else(|| {
        let unknown = Diagnostic::error(Code::Command, format!("no essay has the tag `{name}`"));
        match nearest(name, book.tags.terms.iter().map(|term| term.name.as_str())) {
            Some(near) => unknown.hint(format!("did you mean `{near}`?")).into(),
            None => unknown.hint("see which there are: sternpost tags").into(),
        }
    })
}

/// The file of `essay` with its tags called as `change` says.
fn retagged(
    project: &Project,
    essay: &Essay,
    change: &dyn Fn(&str) -> Option<String>,
    library: &dyn Library,
) -> Result<FileEdit, Diagnostic> {
    let file = project.root.join(&essay.shown);
    let original = Original::open(&project.root, &file, &essay.shown)?;
    let text = &original.text;
    let mut edits = renamed(text, &keys(), change).unwrap_or_default();
    edits.extend(
        tags_in_text(&text[essay.body.min(text.len())..], essay.dialect).into_iter().filter_map(
            |at| {
                let at = at.start + essay.body..at.end + essay.body;
                let with = change(&text[at.clone()])?;
                Some(Edit { at, with })
            },
        ),
    );
    let (path, shown) = (essay.source.clone(), essay.shown.clone());
    let read = Essay::parse(path, shown, original.text_with(&edits), essay.dialect, library);
    if !is_proven(essay, &read, change) {
        let line = text.lines().take_while(|line| !line.to_lowercase().starts_with("tags")).count();
        let at: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let place = Place::in_text(
            &essay.shown,
            text,
            at..text[at..].find('\n').map_or(text.len(), |end| at + end),
        );
        return Err(Diagnostic::warning(
            Code::FrontMatter,
            "the tags of this essay have to be changed by hand",
        )
        .at(place)
        .hint("they are written in a way that cannot be changed without touching more"));
    }
    Ok(FileEdit {
        file_after: original.file.clone(),
        after: original.bytes_with(&edits),
        file: original.file,
        shown: original.shown.clone(),
        shown_after: original.shown,
        before: Some(original.bytes),
    })
}

/// Whether the edited essay has the tags that it should, and is the same otherwise.
fn is_proven(old: &Essay, new: &Essay, change: &dyn Fn(&str) -> Option<String>) -> bool {
    let sorted = |tags: Vec<String>| {
        let mut tags = tags;
        tags.sort();
        tags.dedup();
        tags
    };
    let want = old.meta.tags.iter().map(|tag| change(tag).unwrap_or_else(|| tag.clone())).collect();
    let mut meta = new.meta.clone();
    meta.tags.clone_from(&old.meta.tags);
    let targets =
        |essay: &Essay| essay.links.iter().map(|link| link.target.clone()).collect::<Vec<_>>();
    sorted(want) == sorted(new.meta.tags.clone())
        && meta == old.meta
        && targets(old) == targets(new)
}
