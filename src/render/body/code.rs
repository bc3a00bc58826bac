//! Blocks of code, and those of formulas, which are written like them.

use pulldown_cmark::{CodeBlockKind, Event};

use super::{Writer, escape};
use crate::essay::fence::Fence;
use crate::render::highlight;

impl<'a> Writer<'a> {
    /// The text of the block that has just begun; what follows is what stands behind it.
    fn text_of_block(&mut self) -> String {
        let mut code = String::new();
        while let Some((Event::Text(text), _)) = self.events.get(self.at) {
            code.push_str(text);
            self.at += 1;
        }
        self.at += 1;
        code
    }

    pub(super) fn block_of_math(&mut self) {
        let tex = self.text_of_block();
        self.html("<p>");
        self.formula(&tex, true);
        self.html("</p>\n");
    }

    /// Code scrolls by itself, so the keyboard must reach it.
    pub(super) fn code(&mut self, kind: &CodeBlockKind<'a>) {
        let code = self.text_of_block();
        let fence = Fence::of(kind);
        let language = if self.manner.highlight { fence.language } else { "" };
        let mut html = String::with_capacity(code.len() * 3 / 2 + 64);
        if let Some(title) = fence.title {
            html.push_str("<figure class=\"code\"><figcaption>");
            html.push_str(&escape(title));
            html.push_str("</figcaption>\n");
        }
        html.push_str("<pre tabindex=\"0\"><code");
        if !fence.language.is_empty() {
            html.push_str(&format!(" class=\"language-{}\"", escape(fence.language)));
        }
        html.push('>');
        for (at, line) in highlight::lines(&code, language).iter().enumerate() {
            match fence.marks(at + 1) {
                true => html.push_str(&format!("<mark>{line}</mark>")),
                false => html.push_str(line),
            }
        }
        html.push_str("</code></pre>\n");
        if fence.title.is_some() {
            html.push_str("</figure>\n");
        }
        let html = self.sealed(html);
        self.out.push(Event::Html(html.into()));
    }
}
