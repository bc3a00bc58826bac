//! The events of an essay, written down when its Markdown is parsed. An outline is made of them at once; a page, a
//! copy and a place in the search index later, when other essays are known. Parsing is the costliest thing there is
//! in most essays; writing a recording and reading it take half as long.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::essay::Essay;
use crate::essay::markdown::{Spanned, events};

/// Events as bytes.
#[derive(Debug, Clone)]
pub struct Recording(Box<[u8]>);

impl Recording {
    /// The recording of `events`.
    pub fn of(events: &[Spanned<'_>]) -> Option<Recording> {
        Some(Recording(postcard::to_stdvec(events).ok()?.into_boxed_slice()))
    }

    /// The same events.
    pub fn events(&self) -> Option<Vec<Spanned<'_>>> {
        postcard::from_bytes(&self.0).ok()
    }

    /// How many bytes it takes.
    pub fn length(&self) -> usize {
        self.0.len()
    }
}

/// What the events of an essay are read from: a recording, if there is one, or its Markdown.
pub struct Script<'e> {
    essay: &'e Essay,
    markdown: OnceCell<Cow<'e, str>>,
}

impl<'e> Script<'e> {
    pub(super) fn of(essay: &'e Essay) -> Script<'e> {
        Script { essay, markdown: OnceCell::new() }
    }

    /// The events of its Markdown, balanced, in order.
    pub fn events(&self) -> Vec<Spanned<'_>> {
        let recorded = self.essay.recording.as_ref().and_then(Recording::events);
        recorded.unwrap_or_else(|| events(self.markdown(), self.essay.dialect).collect())
    }

    /// [`Essay::markdown`].
    pub fn markdown(&self) -> &str {
        self.markdown.get_or_init(|| self.essay.markdown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HtmlTable;
    use crate::essay::Dialect;

    #[test]
    fn a_recording_gives_what_was_recorded() {
        let text = "# A *title* {#own .c key=v}\n\n> [!NOTE] One\n\nSee https://a.org, [x](b.md \"T\") and ![y](c.png), \
                    `code` -- <b>it's</b>[^1] $x^2$\\\nnext\n\n| a | b |\n|:-:|--|\n| 1 | ~~2~~ |\n\n- [x] done\n- [ ] not\n\n\
                    ```rust\nfn main() {}\n```\n\n    indented\n\n3. three\n\nTerm\n: What it is\n\n***\n\n$$y$$\n\n[^1]: A note.\n";
        let table = HtmlTable { definition_lists: true, ..HtmlTable::default() };
        let events: Vec<_> = events(text, Dialect::new(&table)).collect();
        assert!(events.len() > 80, "{}", events.len());
        let recording = Recording::of(&events).unwrap();
        assert_eq!(recording.events().unwrap(), events);
        assert!(recording.length() < 3 * text.len());
    }
}
