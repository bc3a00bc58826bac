//! The contents of a page where its author asks for them in the text.

use crate::essay::{Essay, Heading};
use crate::render::body::escape;

/// What is called `name`: all headings but the one that the title takes the place of, each level a list in the one above.
pub fn list(essay: &Essay, name: &str) -> String {
    let headings = essay.outline.iter().enumerate();
    let shown: Vec<&Heading> =
        headings.filter(|(at, _)| essay.hoisted != Some(*at)).map(|(_, heading)| heading).collect();
    if shown.is_empty() {
        return String::new();
    }
    let mut html = format!("<nav class=\"contents-here\" aria-label=\"{}\">\n", escape(name));
    let mut levels: Vec<u8> = Vec::new();
    for heading in shown {
        while levels.len() > 1 && levels.last().is_some_and(|level| heading.level < *level) {
            html.push_str("</li></ul>\n");
            levels.pop();
        }
        if levels.last().is_none_or(|level| heading.level > *level) {
            html.push_str("<ul>\n");
            levels.push(heading.level);
        } else {
            html.push_str("</li>\n");
        }
        let title = escape(&heading.title);
        html.push_str(&format!("<li><a href=\"#{}\">{title}</a>", escape(&heading.id)));
    }
    html.push_str(&"</li></ul>\n".repeat(levels.len()));
    html.push_str("</nav>\n");
    html
}
