//! The links of each essay, resolved, and the way back.

use std::ops::Deref;
use std::sync::Arc;

use rayon::prelude::*;

use crate::book::frame::Frame;
use crate::book::resolve::{Resolved, resolve};
use crate::book::targets::Target;
use crate::book::tree::Tree;
use crate::book::{Book, EssayId};
use crate::diagnostic::Diagnostic;
use crate::essay::Essay;

/// Where the links of one essay lead.
#[derive(Debug, Default)]
pub struct Linked {
    /// Its links in order.
    links: Vec<Resolved>,
    /// What is wrong with them.
    pub(super) notes: Vec<Diagnostic>,
}

impl Deref for Linked {
    type Target = [Resolved];

    fn deref(&self) -> &[Resolved] {
        &self.links
    }
}

/// Resolves the links of all essays. `before`: the last book, if links can name the same things in it. What
/// comes of an essay's links depends on these names, on the essay, and on the headings of the essays that
/// they lead to; where these are the same, so is that.
pub(super) fn link(
    frame: &Frame,
    essays: &[Arc<Essay>],
    before: Option<&Book>,
) -> Vec<Arc<Linked>> {
    let same = |book: &Book, at: usize| Arc::ptr_eq(&book.essays[at], &essays[at]);
    let is_same_target = |book: &Book, link: &Resolved| match link {
        Resolved::Inside { target, .. } => {
            essay_behind(*target, frame).is_none_or(|id| same(book, id.0))
        }
        _ => true,
    };
    let known = |at: usize| {
        let book = before?;
        let links = &book.links[at];
        let is_same = same(book, at) && links.iter().all(|link| is_same_target(book, link));
        is_same.then(|| Arc::clone(links))
    };
    (0..essays.len())
        .into_par_iter()
        .map(|at| known(at).unwrap_or_else(|| Arc::new(linked(frame, essays, at))))
        .collect()
}

pub(super) fn essay_behind(target: Target, frame: &Frame) -> Option<EssayId> {
    match target {
        Target::Essay(id) => Some(id),
        Target::Section(id) => frame.tree.section(id).essay,
        Target::Asset(_) | Target::Draft | Target::Repository(_) => None,
    }
}

fn linked(frame: &Frame, essays: &[Arc<Essay>], at: usize) -> Linked {
    let essay_of = |target| essay_behind(target, frame).map(|id| &*essays[id.0]);
    let essay = essays[at].read();
    let mut notes = Vec::new();
    let links = essay.links.iter().map(|link| {
        let (resolved, note) = resolve(&essay, &frame.essay_urls[at], link, &frame.names, essay_of);
        notes.extend(note);
        resolved
    });
    Linked { links: links.collect(), notes }
}

/// For each essay, those that link to it, in reading order.
pub(super) fn backlinks(
    links: &[Arc<Linked>],
    tree: &Tree,
    before: Option<&Book>,
) -> Arc<Vec<Vec<EssayId>>> {
    let lead_alike = |(old, new): (&Arc<Linked>, &Arc<Linked>)| {
        Arc::ptr_eq(old, new) || essays_of(old).eq(essays_of(new))
    };
    let in_order = before.filter(|book| book.tree.order == tree.order);
    if let Some(book) = in_order.filter(|book| book.links.iter().zip(links).all(lead_alike)) {
        return Arc::clone(&book.backlinks);
    }
    let mut backlinks: Vec<Vec<EssayId>> = vec![Vec::new(); links.len()];
    for from in &tree.order {
        for to in essays_of(&links[from.0]).filter(|to| to != from) {
            let known = &mut backlinks[to.0];
            if known.last() != Some(from) {
                known.push(*from);
            }
        }
    }
    Arc::new(backlinks)
}

fn essays_of(links: &Linked) -> impl Iterator<Item = EssayId> + '_ {
    links.iter().filter_map(|link| match link {
        Resolved::Inside { target: Target::Essay(to), .. } => Some(*to),
        _ => None,
    })
}
