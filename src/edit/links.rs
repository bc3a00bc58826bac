//! The links of one essay, written so that they lead after a move to what they led to before.
//!
//! 1. [`respelled`]: which links lead elsewhere otherwise, and how each is to be spelled. Both are asked of the rules
//!    by which building follows links.
//! 2. [`write`]: the edits of the author's text. Each is proven by reading the edited text: the link then says what it
//!    should, and all others what they said. What cannot be proven is not written.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::book::resolve::resolve;
use crate::book::{Book, EssayId, Resolved};
use crate::edit::moves::Moves;
use crate::edit::place::{Around, Spot, definitions, path_of, places};
use crate::edit::rehearsal::{Leads, Rehearsal, standing, thing};
use crate::edit::spelling::{Ends, Thing, candidates};
use crate::essay::dialect::{Edit, REF, WIKI, without_liquid};
use crate::essay::{Essay, Link};

/// A link that has to be written differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number in [`Essay::links`].
    pub link: usize,
    /// Its path, decoded; `None` where no spelling leads to what is meant.
    pub path: Option<String>,
}

/// Both states of a book.
#[derive(Debug, Clone, Copy)]
pub struct States<'s> {
    /// As it is.
    pub before: &'s Book,
    /// As it would be with no text changed.
    pub after: &'s Rehearsal,
    /// What is moved.
    pub moves: &'s Moves,
}

/// The links of the essay `id` that have to be written differently.
pub fn respelled(states: States<'_>, id: EssayId) -> Vec<Change> {
    let States { before, after, moves } = states;
    let links = before.links[id.0].iter().zip(after.book.links[after.ids[id.0].0].iter());
    let changed = links.enumerate().filter_map(|(link, (old, new))| {
        let was = Leads::of(before, old);
        let want = was.after(moves);
        if matches!(want, Leads::AsWritten | Leads::Refused | Leads::OnPage(_)) {
            return None;
        }
        let has_moved = want != was || moves.content(before.essay(id).source.as_str()).is_some();
        let stays = Leads::of(&after.book, new) == want;
        if stays && !(has_moved && is_told_anew(states, id, link)) {
            return None;
        }
        Some(Change { link, path: spelled(states, id, link, old, &want) })
    });
    changed.collect()
}

/// What a link of the essay `id` leads to in a state of the book, and whether there is something to tell of it.
fn followed(book: &Book, id: EssayId, link: &Link) -> (Leads, bool) {
    let essay_of = |target| book.essay_behind(target);
    let (resolved, note) =
        resolve(&book.essay(id).read(), book.url(id), link, &book.names, essay_of);
    (Leads::of(book, &resolved), note.is_some())
}

fn is_told_anew(states: States<'_>, id: EssayId, link: usize) -> bool {
    let link = &states.before.essay(id).links[link];
    let told = |book: &Book, id: EssayId| followed(book, id, link).1;
    !told(states.before, id) && told(&states.after.book, states.after.ids[id.0])
}

/// The decoded path by which the link leads to `want`.
fn spelled(
    states: States<'_>,
    id: EssayId,
    number: usize,
    old: &Resolved,
    want: &Leads,
) -> Option<String> {
    let States { before, after, moves } = states;
    let link = &before.essay(id).links[number];
    let now = after.ids[id.0];
    let (from_old, from_new) = (standing(before, id), standing(&after.book, now));
    let written = decoded(&path_of(&link.target));
    let (to_old, to_new) = match old {
        Resolved::Inside { target, .. } => {
            (thing(before, *target), thing_after(&after.book, want)?)
        }
        _ => {
            let path = crate::book::rules::join(&from_old.shown_folder, &written)?;
            let at = |path: String| Thing { names: Vec::new(), from_root: vec![Some(path)] };
            (at(path.clone()), at(moves.shown(&path).unwrap_or(path)))
        }
    };
    let site_urls = &before.frame.setting.ground.site_urls;
    let ends = Ends { from: (&from_old, &from_new), to: (&to_old, &to_new), site_urls };
    let was_told = followed(before, id, link).1;
    candidates(&written, &ends).into_iter().find(|path| {
        let target = format!("{}{}", escaped(path), suffix_of(&link.target));
        let (leads, told) = followed(&after.book, now, &Link { target, ..link.clone() });
        leads == *want && (was_told || !told)
    })
}

fn thing_after(book: &Book, want: &Leads) -> Option<Thing> {
    use crate::book::{AssetId, Target};
    let target = match want {
        Leads::Essay(path, _) => {
            let at = book.essays.iter().position(|essay| essay.source.as_str() == path)?;
            Target::Essay(EssayId(at))
        }
        Leads::Section(folder, _) => {
            let id = book.tree.ids().find(|id| book.tree.section(*id).folder == *folder)?;
            Target::Section(id)
        }
        Leads::File(shown, _) => {
            let at = book.assets.iter().position(|asset| asset.source.shown == *shown)?;
            Target::Asset(AssetId(at))
        }
        _ => return None,
    };
    Some(thing(book, target))
}

/// What follows the path of a target.
fn suffix_of(target: &str) -> String {
    let target = without_liquid(target.trim());
    let end = target.find(['?', '#']).unwrap_or(target.len());
    target[end..].to_owned()
}

fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

/// A path as a target in which nothing but the path stands.
fn escaped(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

/// Writes `changes` into `text`, the text of `essay`, beside the edits in `others`. `read` reads an edited text as it
/// would be read after the move. Gives all edits that are proven, and which changes are not made.
pub fn write(
    essay: &Essay,
    text: &str,
    changes: &[Change],
    others: &[Edit],
    read: &dyn Fn(&[Edit]) -> Essay,
) -> (Vec<Edit>, Vec<usize>) {
    let definitions = definitions(essay, text);
    let spots = |change: &Change| places(text, &essay.links[change.link], &definitions);
    let known: Vec<(&Change, Vec<Spot>)> =
        changes.iter().map(|change| (change, spots(change))).collect();
    let edit = |change: &Change, spot: &Spot| {
        let path = change.path.as_deref().unwrap_or_default();
        Edit { at: spot.at.clone(), with: encoded(path, &text[spot.at.clone()], spot.around) }
    };
    let firsts = known.iter().filter(|(change, _)| change.path.is_some());
    let firsts = firsts.filter_map(|(change, spots)| Some(edit(change, spots.first()?)));
    let all: Vec<Edit> = others.iter().cloned().chain(firsts).collect();
    let proof = Proof { essay, changes };
    let is_lost = |link: &usize| changes.iter().any(|c| c.link == *link && c.path.is_none());
    if let Some(left) = proof.left(&read(&all)).filter(|left| left.iter().all(is_lost)) {
        return (all, left);
    }
    // One of them is wrong: one after the other then.
    let mut kept = others.to_vec();
    let Some(mut left) = proof.left(&read(&kept)) else {
        return (Vec::new(), changes.iter().map(|change| change.link).collect());
    };
    for (change, spots) in known.iter().filter(|(change, _)| change.path.is_some()) {
        for spot in spots {
            if !left.contains(&change.link) {
                break;
            }
            let mut tried = kept.clone();
            tried.push(edit(change, spot));
            if let Some(now) = proof.left(&read(&tried)).filter(|now| !now.contains(&change.link)) {
                (kept, left) = (tried, now);
            }
        }
    }
    (kept, left)
}

/// What an edited text must say.
struct Proof<'p> {
    essay: &'p Essay,
    changes: &'p [Change],
}

impl Proof<'_> {
    /// The changes that are not made in `read`; `None` if anything else is another than it was.
    fn left(&self, read: &Essay) -> Option<Vec<usize>> {
        let (old, new) = (&self.essay.links, &read.links);
        if old.len() != new.len() {
            return None;
        }
        let mut left = Vec::new();
        for (number, (old, new)) in old.iter().zip(new).enumerate() {
            let change = self.changes.iter().find(|change| change.link == number);
            let is_made = change.and_then(|change| change.path.as_ref()).is_some_and(|path| {
                decoded(&path_of(&new.target)) == *path
                    && suffix_of(&old.target) == suffix_of(&new.target)
            });
            if is_made {
                continue;
            }
            if old.target != new.target || old.kind != new.kind {
                return None;
            }
            left.extend(change.map(|_| number));
        }
        Some(left)
    }
}

/// `path` as it may stand in place of `raw`, escaped as that was.
fn encoded(path: &str, raw: &str, around: Around) -> String {
    let path = [WIKI, REF].iter().find_map(|before| path.strip_prefix(before)).unwrap_or(path);
    if around == Around::Wiki {
        return path.to_owned();
    }
    let written: Vec<u8> = percent_decode_str(raw).collect();
    let is_escaped = |byte: u8| {
        let sign = format!("%{byte:02X}");
        raw.contains(&sign) || raw.contains(&sign.to_lowercase())
    };
    let escapes_letters = written.iter().any(|byte| *byte >= 0x80 && is_escaped(*byte));
    let balanced = path.matches('(').count() == path.matches(')').count();
    let must = |c: char| match (c, around) {
        ('%' | '?' | '#', _) => true,
        (' ', Around::Brackets) => true,
        (' ', _) => is_escaped(b' '),
        ('(' | ')', Around::Brackets) => !balanced || is_escaped(c as u8),
        ('<' | '>' | '\\' | '"', _) => true,
        ('\'', Around::Html | Around::Words) => true,
        (c, _) if c.is_control() => true,
        (c, _) if c.is_ascii() => is_escaped(c as u8),
        _ => escapes_letters,
    };
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        let letter = c.encode_utf8(&mut [0; 4]).to_owned();
        if must(c) {
            out.extend(utf8_percent_encode(&letter, NON_ALPHANUMERIC));
        } else if c == '&' && around == Around::Html {
            out.push_str("&amp;");
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_escaped_as_the_author_did() {
        for (path, raw, around, written) in [
            ("a b/c.md", "x.md", Around::Brackets, "a%20b/c.md"),
            ("a b/c.md", "x.md", Around::Angles, "a b/c.md"),
            ("a b/c.md", "x%20y.md", Around::Angles, "a%20b/c.md"),
            ("\u{fc}/c.md", "x.md", Around::Brackets, "\u{fc}/c.md"),
            ("\u{fc}/c.md", "%C3%BC.md", Around::Brackets, "%C3%BC/c.md"),
            ("a(b)/c(.md", "x.md", Around::Brackets, "a%28b%29/c%28.md"),
            ("a(b).md", "x.md", Around::Brackets, "a(b).md"),
            ("a&b 100%.md", "x.md", Around::Html, "a&amp;b 100%25.md"),
            ("@wiki/a b#", "x", Around::Wiki, "a b#"),
        ] {
            assert_eq!(encoded(path, raw, around), written, "{path} for {raw}");
        }
    }
}
