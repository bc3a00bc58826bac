//! Tables. How a column is aligned is said by a class, since a strict policy lets no style stand in a page.

use pulldown_cmark::{Alignment, Event};

use super::{Writer, escape};

/// The table that is being written.
#[derive(Debug, Default)]
pub(super) struct Table {
    columns: Vec<Alignment>,
    /// The column of the next cell.
    column: usize,
    /// Whether its head is being written.
    in_head: bool,
}

impl Writer<'_> {
    /// A table scrolls by itself, so the keyboard must reach it.
    pub(super) fn start_table(&mut self, columns: Vec<Alignment>) {
        let name = escape(self.word("table"));
        let frame = format!(
            "<div class=\"table-wrap\" tabindex=\"0\" role=\"group\" aria-label=\"{name}\">\n"
        );
        self.out.push(Event::Html(frame.into()));
        self.out.push(Event::Html("<table>".into()));
        self.table = Table { columns, ..Table::default() };
    }

    pub(super) fn end_table(&mut self) {
        self.out.push(Event::Html("</tbody></table>\n</div>\n".into()));
    }

    pub(super) fn start_row(&mut self, in_head: bool) {
        self.table.column = 0;
        self.table.in_head = in_head;
        self.html(if in_head { "<thead><tr>" } else { "<tr>" });
    }

    pub(super) fn end_row(&mut self, in_head: bool) {
        self.html(if in_head { "</tr></thead><tbody>\n" } else { "</tr>\n" });
    }

    pub(super) fn start_cell(&mut self) {
        let class = match self.table.columns.get(self.table.column) {
            Some(Alignment::Center) => " class=\"align-center\"",
            Some(Alignment::Right) => " class=\"align-end\"",
            _ => "",
        };
        self.table.column += 1;
        let name = self.cell_name();
        self.html(format!("<{name}{class}>"));
    }

    pub(super) fn end_cell(&mut self) {
        let name = self.cell_name();
        self.html(format!("</{name}>"));
    }

    fn cell_name(&self) -> &'static str {
        if self.table.in_head { "th" } else { "td" }
    }
}
