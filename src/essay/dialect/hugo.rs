//! `{{< figure src="x.png" >}}` and `{{% alert %}}`: Hugo's shortcodes, of Hugo itself and of the themes
//! that handbooks use (Docsy, hugo-book, Relearn).

use super::callout::{Callout, Fold};
use super::liquid::address;
use super::tags::{self, Meaning, Tag};
use super::{Found, Text};

/// What stands before the path of a `ref`, for the rule that looks it up (`book::rules::hugo_ref`).
pub const REF: &str = "@ref/";

pub(super) fn find(text: &Text<'_>, found: &mut Found) {
    let mut all = tags::between(text, "{{<", ">}}", read);
    all.extend(tags::between(text, "{{%", "%}}", read));
    all.sort_by_key(|tag| tag.span.start);
    tags::write(text, all, |tag| meaning(text, tag), found);
}

fn read(inside: &str) -> Option<Tag<'_>> {
    let inside = inside.trim();
    // `/*` keeps a shortcode from being one; the whole of it stands for what is shown.
    if inside.starts_with("/*") {
        return Some(Tag { name: "/*", is_empty: true, ..tags::read("x")? });
    }
    if let Some(name) = inside.strip_prefix('/') {
        return Some(Tag { ends: true, ..tags::read(name)? });
    }
    let bare = inside.strip_suffix('/').unwrap_or(inside);
    Some(Tag { is_empty: bare.len() < inside.len(), ..tags::read(bare)? })
}

fn meaning(text: &Text<'_>, tag: &Tag<'_>) -> Meaning {
    let title = || tag.get(&["title", "header", "summary", "name", "heading"]);
    match tag.name {
        "/*" => {
            let written = &text.text[tag.span.clone()];
            Meaning::Instead(written.replacen("/*", "", 1).replacen("*/", "", 1))
        }
        "ref" | "relref" => {
            let path = tag.get(&["path"]).or(tag.first()).unwrap_or("");
            let private = if path.starts_with(['#', '/', '.']) { "" } else { REF };
            Meaning::Instead(format!("{private}{}", address(path)))
        }
        "figure" | "img" | "image" | "imgproc" => Meaning::Instead(figure(tag)),
        "details" | "expand" | "collapse" | "accordion" => {
            let open = tag.get(&["open"]).is_some_and(|open| open != "false");
            let fold = if open { Fold::Open } else { Fold::Closed };
            let title = title().or(tag.first());
            Meaning::Box(Callout::new("details", title).folding(fold))
        }
        "alert" | "notice" | "callout" | "hint" | "admonition" | "pageinfo"
        | "blockquote-alert" => {
            let kind = tag.get(&["type", "color", "style", "icon"]).or(tag.first());
            Meaning::Box(Callout::new(kind.map_or("note", of_colour), title()))
        }
        "note" | "tip" | "warning" | "info" | "caution" | "danger" | "important" => {
            Meaning::Box(Callout::new(tag.name, title().or(tag.first())))
        }
        "tab" => Meaning::Box(Callout::new("tab", title().or(tag.first()))),
        "highlight" => Meaning::Code(tag.first().unwrap_or("").to_owned()),
        "tabs" | "tabpane" | "columns" | "column" | "steps" | "cards" | "blocks/section"
        | "blocks/lead" | "blocks/cover" | "blocks/feature" | "cardpane" | "card" | "div"
        | "section" | "centered" | "lead" | "text" => Meaning::Inside,
        "br" => Meaning::Instead("<br>".to_owned()),
        "youtube" => link(tag, "https://www.youtube.com/watch?v="),
        "vimeo" => link(tag, "https://vimeo.com/"),
        "param" => Meaning::Text,
        "readfile" | "include" => Meaning::Unknown,
        _ => Meaning::Unknown,
    }
}

/// Docsy names the kinds of its alerts by Bootstrap's words for colours.
fn of_colour(kind: &str) -> &str {
    match kind {
        "primary" | "secondary" | "light" | "dark" | "" => "note",
        "success" => "tip",
        kind => kind,
    }
}

fn figure(tag: &Tag<'_>) -> String {
    let get = |keys: &[&str]| tag.get(keys).unwrap_or("");
    let source = tag.get(&["src", "link"]).or(tag.first()).unwrap_or("");
    let caption = tag.get(&["caption"]).or(tag.get(&["title"])).unwrap_or("").replace('"', "\\\"");
    let title = if caption.is_empty() { String::new() } else { format!(" \"{caption}\"") };
    let alt = get(&["alt"]).replace(['[', ']'], "");
    let picture = format!("![{alt}](<{source}>{title})");
    match tag.get(&["link"]).filter(|_| tag.get(&["src"]).is_some()) {
        Some(link) => format!("[{picture}](<{link}>)"),
        None => picture,
    }
}

fn link(tag: &Tag<'_>, before: &str) -> Meaning {
    match tag.get(&["id"]).or(tag.first()) {
        Some(id) => Meaning::Instead(format!("<{before}{id}>")),
        None => Meaning::Unknown,
    }
}
