//! From a block of a page to the line of the essay that it was written in.

use serde::Serialize;

use crate::preview::edition::Edition;
use crate::site::Page;

/// The lines of a page's blocks.
#[derive(Debug, Serialize)]
pub struct Lines {
    /// The file, as the author calls it.
    file: String,
    /// The address that opens the file in the author's editor, with `{line}` where the line goes.
    open: Option<String>,
    /// The line of the heading that the page's title takes the place of, or else the first of the text.
    first: usize,
    /// The text of the page as HTML, each block with a comment before it that holds its line. So the bytes
    /// of the page itself stay those of the build.
    html: String,
}

/// The lines of the blocks of `page`, if it shows an essay.
pub fn lines(edition: &Edition, page: &Page) -> Option<Lines> {
    let id = edition.essay_of(page)?;
    let essay = edition.book().essay(id);
    let heading = essay.hoisted.and_then(|at| essay.outline.get(at));
    let text = essay.text();
    let text = text.get(essay.body..).unwrap_or("");
    let blank = text.len() - text.trim_start().len();
    let first = heading.map_or(essay.body + blank, |heading| heading.span.start);
    let file = edition.project.root.join(&essay.shown);
    // A line that no file has marks where the script writes the right one.
    let open = edition.project.config.editor_url(&file, usize::MAX);
    Some(Lines {
        file: essay.shown.clone(),
        open: open.map(|url| url.replace(&usize::MAX.to_string(), "{line}")),
        first: essay.place(first..first).line,
        html: edition.site.with_lines(id, page),
    })
}
