//! In which order the entries of a folder stand.

use std::cmp::Ordering;

use foldhash::HashMap;

use super::{Ground, by_folder};
use crate::book::EssayId;
use crate::book::rules::join;
use crate::essay::Date;
use crate::essay::title::is_index;

/// What may stand in a section.
pub(super) enum Candidate<'f> {
    Essay(EssayId),
    Folder(&'f str),
}

/// What an entry is ordered by: the order that the folder's own file gives; weight; the number in front of
/// its name; the order in which the folder's page links to its neighbours; in a folder of mostly dated names
/// the newest first; essays before sections; title.
pub(super) struct Key {
    given: Option<usize>,
    weight: Option<i64>,
    number: Option<u64>,
    listed: Option<usize>,
    date: Option<Date>,
    is_section: bool,
    title: String,
    name: String,
}

impl Key {
    /// The key of an entry of the folder `folder`. `listed`: see [`listed`].
    pub(super) fn new(
        ground: &Ground<'_>,
        folder: &str,
        entry: &Candidate<'_>,
        listed: &HashMap<String, usize>,
    ) -> Key {
        let (path, title, own) = match entry {
            Candidate::Essay(id) => {
                let source = &ground.essays[id.0].source;
                let path = if is_index(source) { source.folder() } else { source.as_str() };
                (path, ground.titles[id.0].clone(), Some(*id))
            }
            Candidate::Folder(path) => {
                let index = ground.folders.get(path).and_then(|folder| folder.index);
                (*path, by_folder::title(ground, path), index)
            }
        };
        let file = path.rsplit('/').next().unwrap_or(path);
        let is_section = matches!(entry, Candidate::Folder(_));
        let name = match entry {
            Candidate::Essay(_) => file.rsplit_once('.').map_or(file, |(stem, _)| stem),
            Candidate::Folder(_) => file,
        };
        let order = ground.facts.get(folder).map_or(&[][..], |facts| &facts.order);
        let date = Date::prefix(name).map(|(date, _)| date);
        let digits = name.bytes().take_while(u8::is_ascii_digit).count();
        let weight = own.and_then(|id| ground.essays[id.0].meta.weight);
        Key {
            given: order.iter().position(|given| given == file || given == name),
            weight: weight.or_else(|| ground.facts.get(path)?.weight),
            number: if date.is_some() { None } else { name[..digits].parse().ok() },
            listed: listed.get(path).copied(),
            date,
            is_section,
            title: title.to_lowercase(),
            name: name.to_owned(),
        }
    }

    /// Whether the name begins with a date.
    pub(super) fn is_dated(&self) -> bool {
        self.date.is_some()
    }

    /// Compares two entries of one folder.
    pub(super) fn compare(&self, other: &Key, newest_first: bool) -> Ordering {
        let last =
            |a: Option<i128>, b: Option<i128>| a.unwrap_or(i128::MAX).cmp(&b.unwrap_or(i128::MAX));
        let place = |place: Option<usize>| place.map(|place| place as i128);
        let dates = || if newest_first { other.date.cmp(&self.date) } else { Ordering::Equal };
        last(place(self.given), place(other.given))
            .then_with(|| last(self.weight.map(Into::into), other.weight.map(Into::into)))
            .then_with(|| last(self.number.map(Into::into), other.number.map(Into::into)))
            .then_with(|| last(place(self.listed), place(other.listed)))
            .then_with(dates)
            .then_with(|| self.is_section.cmp(&other.is_section))
            .then_with(|| self.title.cmp(&other.title))
            .then_with(|| self.name.cmp(&other.name))
    }
}

/// In which order the page of `folder` first links to the entries, by their paths; empty where it links to
/// less than half of them, and so is no list of them.
pub(super) fn listed(
    ground: &Ground<'_>,
    folder: &str,
    entries: &[Candidate<'_>],
) -> HashMap<String, usize> {
    let Some(index) = ground.folders.get(folder).and_then(|folder| folder.index) else {
        return HashMap::default();
    };
    let essay = &ground.essays[index.0];
    let mut listed: HashMap<String, usize> = HashMap::default();
    for (at, link) in essay.links.iter().enumerate() {
        let target = link.target.split(['#', '?']).next().unwrap_or("");
        let target = percent_encoding::percent_decode_str(target).decode_utf8_lossy();
        let Some(path) = join(essay.source.folder(), &target) else { continue };
        // A link into a folder below counts for the folder.
        let below = path.strip_prefix(folder).map(|rest| rest.trim_start_matches('/'));
        let first = below.and_then(|below| below.split('/').next()).unwrap_or("");
        let start = path.len() - below.map_or(0, str::len);
        let name = path[..start + first.len()].to_owned();
        listed.entry(name).or_insert(at);
    }
    let path = |entry: &Candidate<'_>| match entry {
        Candidate::Essay(id) => {
            let source = &ground.essays[id.0].source;
            if is_index(source) { source.folder().to_owned() } else { source.as_str().to_owned() }
        }
        Candidate::Folder(path) => (*path).to_owned(),
    };
    let count = entries.iter().filter(|entry| listed.contains_key(&path(entry))).count();
    if count * 2 > entries.len() && count > 1 { listed } else { HashMap::default() }
}
