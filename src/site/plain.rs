//! For programs that read a site as text: a copy of each essay in Markdown, and `llms.txt`
//! (llmstxt.org), the list of them.

use crate::book::{Entry, EssayId, SectionId, Target};
use crate::render::fingerprint::Printer;
use crate::render::markdown_copy::markdown_copy;
use crate::site::Site;

/// The copy of an essay. Links to other essays lead to their copies.
pub fn copy(site: &Site, id: EssayId) -> String {
    let book = &*site.book;
    let root = book.copy_url(id).root();
    let inside = |target: Target, suffix: &str| {
        let address = match target {
            Target::Essay(to) => book.copy_url(to),
            _ => book.target_url(target)?.clone(),
        };
        Some(format!("{root}{}{suffix}", address.encoded()))
    };
    let href = |number: usize| site.href(id, number, &inside, &|place| format!("#{place}"));
    markdown_copy(book.essay(id), book.title_of(id), &href)
}

/// Adds to `printer` all that [`copy`] makes the copy from.
pub fn print_copy(site: &Site, id: EssayId, printer: &mut Printer<'_>) {
    printer.text(site.book.title_of(id));
    site.print_text(id, &site.book.copy_url(id).root(), printer);
}

/// The list of all copies, part by part.
pub fn llms(site: &Site) -> String {
    let book = &*site.book;
    let mut text = format!("# {}\n", one_line(&book.title));
    if let Some(description) = &book.config.book.description {
        text.push_str(&format!("\n> {}\n", one_line(description)));
    }
    let entries = &book.tree.section(SectionId(0)).entries;
    let home = book.tree.section(SectionId(0)).essay;
    let mut alone: Vec<EssayId> = home.into_iter().collect();
    alone.extend(entries.iter().filter_map(|entry| match entry {
        Entry::Essay(id) => Some(*id),
        Entry::Section(_) => None,
    }));
    list(site, "Pages", &alone, &mut text);
    for entry in entries {
        if let Entry::Section(id) = entry {
            let section = book.tree.section(*id);
            let mut all: Vec<EssayId> = section.essay.into_iter().collect();
            all.extend(book.essays_below(*id));
            list(site, &section.title, &all, &mut text);
        }
    }
    text
}

fn list(site: &Site, title: &str, essays: &[EssayId], text: &mut String) {
    if essays.is_empty() {
        return;
    }
    let book = &*site.book;
    let root = book.config.site_url().unwrap_or_default();
    text.push_str(&format!("\n## {}\n\n", one_line(title)));
    for id in essays {
        let title = one_line(book.title_of(*id)).replace('[', "\\[").replace(']', "\\]");
        text.push_str(&format!("- [{title}]({root}{})", book.copy_url(*id).encoded()));
        let essay = book.essay(*id);
        if let Some(words) = essay.meta.description.as_ref().or(essay.excerpt.as_ref()) {
            text.push_str(&format!(": {}", one_line(words)));
        }
        text.push('\n');
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
