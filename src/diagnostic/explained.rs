//! What each kind of finding means, in more words than a message has. `sternpost explain` shows it, and the guide's
//! page on messages is made from it, so that both say the same.

use crate::diagnostic::Code;

/// A kind of finding, explained.
#[derive(Debug, Clone, Copy)]
pub struct Explained {
    /// What is the matter, in a sentence or two. The first sentence stands in lists.
    pub means: &'static str,
    /// What leads to it.
    pub example: &'static str,
    /// What to do.
    pub mend: &'static str,
    /// Whether `sternpost check` can be told to pass over it.
    pub allowed: bool,
}

const fn explained(means: &'static str, example: &'static str, mend: &'static str) -> Explained {
    Explained { means, example, mend, allowed: true }
}

/// Of a kind that stops what was asked for.
const fn stops(means: &'static str, example: &'static str, mend: &'static str) -> Explained {
    Explained { means, example, mend, allowed: false }
}

impl Explained {
    /// The first sentence of what it means.
    pub fn in_short(&self) -> &'static str {
        self.means.split_once(". ").map_or(self.means.trim_end_matches('.'), |(first, _)| first)
    }
}

/// Explains a kind of finding.
pub fn explain(code: Code) -> Explained {
    match code {
        Code::Config => stops(
            "Something in book.toml cannot be used as it stands. The file is read before anything else, so the site is not built while it is wrong; what only concerns a detail is passed over with a warning.",
            "[book]\ntitle = My handbook",
            "Go to the line that the message names. Text stands in quotation marks: title = \"My handbook\". A key that is not known is often one letter away from one that is.",
        ),
        Code::ConfigUnused => explained(
            "A key in book.toml was written for another program and does nothing here. It does no harm, and is named so that nobody waits for its effect.",
            "[build]\ncreate-missing = true",
            "Leave it if the other program still reads the file; else take the line away.",
        ),
        Code::FrontMatter => explained(
            "The lines at the top of an essay, between --- or +++, cannot be read, or one of them has a value of another kind than it should. The essay is built without what cannot be read.",
            "---\ntitle: Trust: how it grows\n---",
            "Put a value that holds a colon into quotation marks: title: \"Trust: how it grows\". Between --- a key is followed by a colon, between +++ by an equals sign.",
        ),
        Code::Date => explained(
            "A date is not on the calendar, or its order of year, month and day cannot be told. It is shown as it stands, but nothing can be sorted by it.",
            "date: 31.02.2026",
            "Write year, month and day with hyphens: date: 2026-02-28.",
        ),
        Code::Encoding => explained(
            "A file holds bytes that are no text in UTF-8, the form in which nearly all editors save today. What could not be read is shown as \u{fffd}.",
            "a file that an old editor saved as Latin-1 or UTF-16",
            "Open the file in your editor and choose Save as, with the encoding UTF-8.",
        ),
        Code::BrokenLink => explained(
            "A link leads to a page, picture or file that is not there. Readers who follow it find nothing.",
            "See [the plan](plam.md).",
            "Write the path of the file, seen from the file that links. If the message asks whether you meant another one, it is probably that. To rename an essay and keep its links whole, use: sternpost move OLD NEW",
        ),
        Code::BrokenAnchor => explained(
            "A link leads to a page that is there, but to a heading that is not. Readers land at the top of the page.",
            "See [how](plan.md#frist-steps).",
            "Write what the heading says in small letters with hyphens for spaces: plan.md#first-steps. The message lists the headings of that page.",
        ),
        Code::LenientLink => explained(
            "A link is spelled otherwise than the file that it leads to. It works on the site, but may not work in other programs, on GitHub or on another computer.",
            "[credit](Giving-Credit.md) where the file is called giving-credit.md",
            "Write the name as the file has it, with the same large and small letters.",
        ),
        Code::EmptyLink => explained(
            "A link has no target: there is nothing between the round brackets.",
            "See [the plan]().",
            "Write where it leads between the brackets, or take the brackets away.",
        ),
        Code::BadAddress => explained(
            "An address that no browser can follow, or that no essay may hold; or a file whose name not every disk takes, and which has another name on the site.",
            "[site](hhttps://example.org)",
            "Write the address as the browser's address line shows it. Names of files should hold none of < > : \" | ? * and should not end in a dot.",
        ),
        Code::UrlCollision => explained(
            "Two sources want one address on the site. No page is lost: the second gets a number, or is left out if it is only an alias or a copy.",
            "notes.md and notes/index.md in one folder",
            "Rename one of the two, or give one of them another address by the key slug in its front matter.",
        ),
        Code::Spelling => explained(
            "One tag or author is written in two ways. Both are listed under the spelling that comes first.",
            "tags: [Trust] in one essay, tags: [trust] in another",
            "Write it in one way everywhere. To do so in all files at once: sternpost tags rename trust Trust",
        ),
        Code::Template => stops(
            "A template of the site cannot be read, or asks for something that is not there. Pages that are made with it cannot be made.",
            "{{ page.titel }} in templates/page.html",
            "The message names the line and what is known there. The names that templates can use are listed in the guide, under Templates.",
        ),
        Code::Unreadable => stops(
            "A file or folder cannot be read: it is gone, belongs to someone else, or is a link that leads out of the project. What lies outside the project is never published.",
            "a link on the disk to a folder of another project",
            "Look whether the file is there and whether you may open it. Copy into the project what belongs to it.",
        ),
        Code::Output => stops(
            "The folder of the site cannot be written, or holds something that sternpost did not make. The last good site stays as it was.",
            "sternpost build --output ~/Documents",
            "Name a folder that is empty, or one that an earlier build wrote, and look whether the disk is full.",
        ),
        Code::UnknownTag => explained(
            "An essay holds a tag or a part of another program's syntax that means nothing here. What it holds is shown as text, or left out.",
            "{% carousel %}",
            "Write what is meant in Markdown, or as a block; the guide lists the blocks there are.",
        ),
        Code::Block => explained(
            "A block has an argument that it does not know, or lacks one that it needs.",
            ":::person{nmae=\"Ada\"}\n:::",
            "The message says which arguments there are and how to type the one that is missing.",
        ),
        Code::Math => explained(
            "A formula between dollar signs is no TeX that can be read. It is shown as it is written.",
            "$\\frac{1}{2$",
            "Close every bracket, and look whether the command is spelled right. A dollar sign that is only money is written \\$.",
        ),
        Code::Picture => explained(
            "A picture cannot be worked on: its file is damaged, too large, or not of the kind that its name says. Where book.toml or front matter names a picture, it may also be missing.",
            "a file photo.jpg that is a web page, saved by mistake",
            "Open the picture in another program and save it again as PNG, JPEG or WebP.",
        ),
        Code::RawHtml => explained(
            "Some HTML of an essay is left out of its page, because it could run a program in the reader's browser or change the page around the essay.",
            "<script src=\"https://example.org/count.js\"></script>",
            "Say it in Markdown, or with a block. If all who write into this folder may publish programs, book.toml can say so: [handbook] raw-html = \"trusted\".",
        ),
        Code::Include => explained(
            "An essay brings in another file, or a part of one, that is not there. The place stays empty.",
            "{{#include ../plans/2026.md}}",
            "Write the path of the file, seen from this essay. Only files of the same project can be brought in.",
        ),
        Code::DuplicateTitle => explained(
            "Two essays of one section have one title. Readers cannot tell them apart in lists.",
            "two essays called \"Introduction\" in one folder",
            "Say in each title what the essay is about.",
        ),
        Code::LinkText => explained(
            "A link has no words. Whoever has pages read aloud hears only an address.",
            "[](plan.md)",
            "Write into the square brackets what the link leads to.",
        ),
        Code::SkippedLevel => explained(
            "A heading is two or more levels below the one before it. Whoever moves through a page by its headings looks for what is missing between.",
            "## Trust\n\n#### Small promises",
            "Take as many # as the heading above has, and one more.",
        ),
        Code::MissingAlt => explained(
            "A picture has no words that stand for it. Whoever does not see it learns nothing of it.",
            "![](team.png)",
            "Say in the square brackets what the picture shows: `![The team at the lake](team.png)`. One that is only decoration may stay without.",
        ),
        Code::Orphan => explained(
            "The contents of the book do not list an essay, and no other essay links to it. Readers find it only by searching.",
            "an essay that SUMMARY.md does not name",
            "List it, link to it, or mark it as a draft. All of them: sternpost list orphans",
        ),
        Code::UnusedFile => explained(
            "A picture or document is published though no essay uses it.",
            "img/old-logo.png, to which nothing links",
            "Take it away, or link to it.",
        ),
        Code::ExternalLink => explained(
            "A link to another site leads nowhere, as sternpost check --external found out. A site that is down for a day is told too.",
            "[study](https://example.org/gone)",
            "Open it in a browser. If it is gone, link to another source or to a copy in an archive.",
        ),
        Code::LeftOut => explained(
            "Something was left out because what it needs is missing. Mostly that is the address of the site, without which there are no feeds and no sitemap.",
            "a book.toml without site-url",
            "Do what the message says, or leave it: all else is there. The address stands under [output.html]: site-url = \"https://example.org/handbook/\".",
        ),
        Code::Preview => stops(
            "The preview cannot run as it was asked to: its port is taken or may not be used, or the computer cannot watch the folder.",
            "sternpost serve --port 80",
            "Take another port, as in: sternpost serve --port 4000",
        ),
        Code::Publish => stops(
            "The site cannot be published as it was asked for: the place to publish to is not known or does not answer, somebody else publishes there, or what was asked would remove more than you may want. Whatever readers can see has its links and pictures.",
            "sternpost publish nowhere",
            "Do what the message proposes; the guide has a page on publishing, with a part on each kind of place.",
        ),
        Code::Command => stops(
            "A command was asked for something that it cannot do, such as moving an essay that is not there. Nothing was changed, unless the message says otherwise.",
            "sternpost move trsut.md trust/first.md",
            "Read what the message proposes. Each command says what it takes with --help.",
        ),
        Code::Internal => stops(
            "sternpost itself made a mistake. It is not your fault. The rest was done all the same, where that was possible.",
            "a page that could not be made",
            "Please report it with what the terminal says. What was changed last may be the reason, and to take it back a way around.",
        ),
    }
}

/// What a team writes into `book.toml` so that `sternpost check` passes over a kind.
pub fn allowing(code: Code) -> String {
    format!("[handbook.check]\nallow = [\"{code}\"]")
}

/// The page of the guide that explains all kinds.
pub fn page() -> String {
    let mut page = String::from(PREFACE);
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_key(|code| code.name());
    for code in codes {
        let Explained { means, example, mend, allowed } = explain(code);
        let fence = "```";
        page.push_str(&format!(
            "\n## {code}\n\n{means}\n\nFor example:\n\n{fence}text\n{example}\n{fence}\n\n**What to do.** {mend}\n"
        ));
        if allowed {
            let allowing = allowing(code);
            page.push_str(&format!("\n**To allow it:**\n\n{fence}toml\n{allowing}\n{fence}\n"));
        }
    }
    page
}

const PREFACE: &str = "# Messages\n\n<!-- Made by `sternpost explain --page`; a test holds it to that. -->\n\nEvery \
    message begins with how grave it is and, in brackets, with its kind: `warning[broken-link]`. An *error* keeps a \
    command from its end. A *warning* means that something on the site is not as its author meant. A *note* is worth \
    knowing, and no more. `sternpost explain broken-link` shows what stands here under that name.\n\nWhat `sternpost \
    check` shall not tell can be allowed in `book.toml`; errors cannot.\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_explained_in_whole_sentences() {
        for code in Code::ALL {
            let Explained { means, example, mend, .. } = explain(*code);
            for text in [means, mend] {
                assert!(
                    text.starts_with(char::is_uppercase) || text.starts_with("sternpost"),
                    "{code}: {text}"
                );
            }
            assert!(means.ends_with('.') && means.len() > 40 && mend.len() > 20, "{code}");
            assert!(!example.is_empty() && !explain(*code).in_short().is_empty(), "{code}");
        }
    }
}
