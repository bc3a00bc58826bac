//! The name of a new essay's file: made from its title as the names beside it are.

use jiff::civil::Date as Day;

use crate::book::taxonomy::slug;
use crate::book::{Book, EssayId};
use crate::essay::Date;
use crate::essay::title::is_index;

/// How words of a title are joined in names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joined {
    Hyphens,
    Underscores,
    Words,
}

/// How the files of a folder are called.
#[derive(Debug, PartialEq, Eq)]
pub struct Naming {
    ending: String,
    /// The name of the file in a folder of its own, where essays have such.
    own_folder: Option<String>,
    joined: Joined,
    /// The next number, how many digits it has, and what follows it.
    number: Option<(u64, usize, String)>,
    dated: bool,
}

impl Naming {
    /// As the essays of `folder` are called; where there is none, those of the book.
    pub fn of(book: &Book, folder: &str) -> Naming {
        let (mut names, mut own) = names_in(book, folder);
        let is_new = names.is_empty() && own.is_empty();
        if is_new {
            let all = (0..book.essays.len()).map(|at| &book.essay(EssayId(at)).source);
            names = all
                .filter(|source| !is_index(source))
                .map(|source| source.name().to_owned())
                .collect();
        }
        let in_own_folder = own.len() > names.len();
        let endings = names.iter().filter_map(|name| name.rsplit_once('.'));
        let ending =
            most(endings.map(|(_, ending)| ending.to_owned())).unwrap_or_else(|| "md".into());
        let own_folder = in_own_folder.then(|| most(own.iter().map(|(_, file)| file.clone())));
        let stems: Vec<String> = match in_own_folder {
            true => own.drain(..).map(|(name, _)| name).collect(),
            false => names
                .iter()
                .map(|name| name.rsplit_once('.').map_or(&**name, |(stem, _)| stem).to_owned())
                .collect(),
        };
        let many = |count: usize| count * 2 > stems.len();
        let with = |sign: char| stems.iter().filter(|stem| stem.contains(sign)).count();
        let joined = match () {
            () if many(with(' ')) => Joined::Words,
            () if with('_') > with('-') && with('_') > 0 => Joined::Underscores,
            () => Joined::Hyphens,
        };
        let dated = many(stems.iter().filter(|stem| Date::prefix(stem).is_some()).count());
        let numbers: Vec<_> = stems.iter().filter_map(|stem| numbered(stem)).collect();
        let number =
            (!is_new && !dated && many(numbers.len())).then(|| numbers.into_iter().max()).flatten();
        Naming {
            ending,
            own_folder: own_folder.flatten(),
            joined,
            number: number.map(|(number, digits, sign)| (number + 1, digits, sign)),
            dated: dated && !is_new,
        }
    }

    /// The path in the content folder of a new essay.
    pub fn path(&self, folder: &str, title: &str, day: Day) -> String {
        let slug = slug(title);
        let mut name = match self.joined {
            Joined::Words => {
                let safe =
                    |c: char| if c.is_control() || "<>:\"|?*\\/".contains(c) { '-' } else { c };
                title.chars().map(safe).collect::<String>().trim_matches(['.', ' ']).to_owned()
            }
            Joined::Underscores => slug.replace('-', "_"),
            Joined::Hyphens => slug,
        };
        name.truncate(short(&name));
        if name.is_empty() {
            name = "essay".to_owned();
        }
        if let Some((number, digits, sign)) = &self.number {
            name = format!("{number:0digits$}{sign}{name}");
        }
        if self.dated {
            name = format!("{day}-{name}");
        }
        let file = match &self.own_folder {
            Some(file) => format!("{name}/{file}"),
            None => format!("{name}.{}", self.ending),
        };
        if folder.is_empty() { file } else { format!("{folder}/{file}") }
    }
}

/// How many letters of a title a name takes: more are hard to read in an address.
const LETTERS: usize = 80;

/// How many bytes these have at most: disks take names of 255 with all that is added.
const BYTES: usize = 160;

/// Where a name of whole words ends that is not too long.
fn short(name: &str) -> usize {
    let ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take(LETTERS).take_while(|end| *end <= BYTES).last().unwrap_or(0);
    let between = |c: char| matches!(c, ' ' | '-' | '_');
    match name[end..].starts_with(between) || end == name.len() {
        true => end,
        false => name[..end].rfind(between).filter(|at| *at > 0).unwrap_or(end),
    }
}

/// The names of the essays in a folder, and of the folders in it that hold one essay alone, each with its file.
fn names_in(book: &Book, folder: &str) -> (Vec<String>, Vec<(String, String)>) {
    let sources: Vec<_> = book.essays.iter().map(|essay| &essay.source).collect();
    let direct = sources.iter().filter(|source| source.folder() == folder && !is_index(source));
    let direct = direct.map(|source| source.name().to_owned()).collect();
    let own = sources.iter().filter_map(|source| {
        let (above, name) = source.folder().rsplit_once('/').unwrap_or(("", source.folder()));
        if above != folder || name.is_empty() || !is_index(source) {
            return None;
        }
        let inside = format!("{}/", source.folder());
        let alone = sources.iter().filter(|other| other.as_str().starts_with(&inside)).count() == 1;
        alone.then(|| (name.to_owned(), source.name().to_owned()))
    });
    (direct, own.collect())
}

/// A number in front of a name that sets the order.
fn numbered(stem: &str) -> Option<(u64, usize, String)> {
    let digits = stem.len() - stem.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = &stem[digits..];
    let sign = rest.len() - rest.trim_start_matches(['-', '_', '.', ' ']).len();
    (digits > 0 && sign > 0).then_some(())?;
    Some((stem[..digits].parse().ok()?, digits, rest[..sign].to_owned()))
}

/// What is there most often; of several the first in order.
fn most(all: impl Iterator<Item = String>) -> Option<String> {
    let mut counts = std::collections::BTreeMap::new();
    all.for_each(|one| *counts.entry(one).or_insert(0_usize) += 1);
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(one, _)| one)
}
