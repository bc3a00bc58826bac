//! The blocks of a handbook, which authors write as `:::name[Title]{argument="value"}` up to `:::`.
//!
//! In our Markdown a block is a callout, `> [!name] Title`. Its arguments, if it has any, stand behind
//! that line in one tag, `<block-arguments of="name" argument="value">`. So both passes over an essay meet
//! them in the same order, and an address among them is a link of the essay like any other.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::essay::outline::LinkKind;

/// A block that we know.
#[derive(Debug)]
pub struct Block {
    /// What stands behind the colons.
    pub name: &'static str,
    /// Its own arguments, beside those that all blocks have.
    pub arguments: &'static [Argument],
}

/// An argument of a block.
#[derive(Debug)]
pub struct Argument {
    /// What stands before `=`.
    pub name: &'static str,
    /// What its address is for, if it is one.
    pub link: Option<LinkKind>,
    /// Where the block says nothing without it: a value as an example.
    pub needed: Option<&'static str>,
}

const fn text(name: &'static str) -> Argument {
    Argument { name, link: None, needed: None }
}

const fn link(name: &'static str) -> Argument {
    Argument { name, link: Some(LinkKind::Link), needed: None }
}

const fn picture(name: &'static str) -> Argument {
    Argument { name, link: Some(LinkKind::Image), needed: None }
}

const fn needed(argument: Argument, example: &'static str) -> Argument {
    Argument { needed: Some(example), ..argument }
}

const fn block(name: &'static str, arguments: &'static [Argument]) -> Block {
    Block { name, arguments }
}

/// The arguments that all blocks have.
pub const COMMON: &[&str] = &["title", "id"];

/// All blocks that come with the program.
pub const BLOCKS: &[Block] = &[
    block("note", &[]),
    block("tip", &[]),
    block("warning", &[]),
    block("important", &[]),
    block("caution", &[]),
    block("question", &[]),
    block("example", &[]),
    block("details", &[]),
    block("quote", &[text("source"), link("cite")]),
    block("exercise", &[text("time")]),
    block("checklist", &[]),
    block("decision", &[text("date"), text("status"), text("owner")]),
    block("definition", &[needed(text("title"), "Psychological safety")]),
    block(
        "person",
        &[needed(text("name"), "Ada Lovelace"), text("role"), picture("image"), link("link")],
    ),
    block("columns", &[]),
    block("column", &[]),
    block(
        "figure",
        &[
            needed(picture("src"), "team.png"),
            needed(text("alt"), "what the picture shows"),
            text("caption"),
        ],
    ),
    block("video", &[needed(link("src"), "https://example.org/talk"), picture("poster")]),
];

/// The block that is called `name`.
pub fn find(name: &str) -> Option<&'static Block> {
    BLOCKS.iter().find(|block| block.name.eq_ignore_ascii_case(name))
}

/// What the argument `name` of the block `of` leads to, if it is an address. In blocks that a site adds, its
/// name tells.
fn link_kind(of: &str, name: &str) -> Option<LinkKind> {
    match find(of) {
        Some(block) => block.arguments.iter().find(|argument| argument.name == name)?.link,
        None => match name {
            "src" | "image" | "poster" => Some(LinkKind::Image),
            "href" | "link" => Some(LinkKind::Link),
            _ => None,
        },
    }
}

/// What is wrong with the arguments `given` to the block `of`: each with the number of the argument that
/// it is about, or none.
pub fn check(of: &Block, given: &[&str], has_title: bool) -> Vec<(Option<usize>, Diagnostic)> {
    let known = || COMMON.iter().copied().chain(of.arguments.iter().map(|known| known.name));
    let unknown =
        given.iter().enumerate().filter(|(_, name)| !known().any(|known| known == **name));
    let unknown = unknown.map(|(at, name)| {
        let message = format!("the block `{}` has no argument `{name}`", of.name);
        let note = Diagnostic::warning(Code::Block, message);
        let note = match nearest(name, known()) {
            Some(near) => note.hint(format!("did you mean `{near}`?")),
            None => note,
        };
        let names: Vec<&str> = known().collect();
        (Some(at), note.hint(format!("its arguments are: {}", names.join(", "))))
    });
    let is_missing = |argument: &&Argument| {
        let is_given = given.contains(&argument.name) || (argument.name == "title" && has_title);
        argument.needed.is_some() && !is_given
    };
    let missing = of.arguments.iter().filter(is_missing).map(|argument| {
        let Argument { name, needed, .. } = argument;
        let message = format!("the block `{}` needs the argument `{name}`", of.name);
        let example = needed.unwrap_or_default();
        let hint = match *name {
            "title" => format!("type it behind the name: `:::{}[{example}]`", of.name),
            name if given.is_empty() => {
                format!("type it behind the name: `:::{}{{{name}=\"{example}\"}}`", of.name)
            }
            name => format!("type it in the braces: `{name}=\"{example}\"`"),
        };
        (None, Diagnostic::warning(Code::Block, message).hint(hint))
    });
    unknown.chain(missing).collect()
}

/// What the tag with the arguments begins with.
pub const TAG: &str = "<block-arguments of=\"";

/// An argument as it is given.
#[derive(Debug, PartialEq, Eq)]
pub struct Given<'h> {
    /// Its name.
    pub name: &'h str,
    /// Its value.
    pub value: String,
    /// Where the value stands in the tag, in bytes.
    pub at: Range<usize>,
    /// What its address is for, if it is one.
    pub link: Option<LinkKind>,
}

/// The arguments in `html`, if it is the tag that holds them.
pub fn arguments(html: &str) -> Option<Vec<Given<'_>>> {
    let rest = html.strip_prefix(TAG)?;
    let (of, _) = rest.split_once('"')?;
    let mut at = TAG.len() + of.len() + 1;
    let mut given = Vec::new();
    while let Some((name, rest)) = html[at..].split_once("=\"") {
        let start = at + name.len() + 2;
        let end = start + rest.find('"')?;
        let name = name.trim();
        let value = html[start..end].replace("&quot;", "\"").replace("&amp;", "&");
        given.push(Given { name, value, at: start..end, link: link_kind(of, name) });
        at = end + 1;
    }
    Some(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_with_their_places() {
        let html = "<block-arguments of=\"person\" name=\"Ada &quot;A&quot; > L\" link=\"a.md?b&amp;c\">\n";
        let given = arguments(html).unwrap();
        let values: Vec<_> = given.iter().map(|given| (given.name, &*given.value)).collect();
        assert_eq!(values, [("name", "Ada \"A\" > L"), ("link", "a.md?b&c")]);
        assert_eq!(&html[given[1].at.clone()], "a.md?b&amp;c");
        assert_eq!((given[0].link, given[1].link), (None, Some(LinkKind::Link)));
        assert_eq!(arguments("<p class=\"x\">"), None);
        assert_eq!(arguments("<block-arguments of=\"x\" a=\"b").map(|given| given.len()), None);
    }

    #[test]
    fn what_is_missing_is_told_with_an_example() {
        let person = find("person").unwrap();
        let told = check(person, &["nmae"], false);
        assert_eq!(told.len(), 2);
        assert_eq!(told[0].1.hints[0], "did you mean `name`?");
        assert_eq!(told[1].1.hints, ["type it in the braces: `name=\"Ada Lovelace\"`"]);
        let definition = find("definition").unwrap();
        let told = &check(definition, &[], false)[0].1.hints[0];
        assert_eq!(told, "type it behind the name: `:::definition[Psychological safety]`");
        assert!(check(find("definition").unwrap(), &[], true).is_empty());
    }
}
