//! Files by their names alone, as Obsidian finds them: a link names a file, and where in the vault the file
//! lies is the program's business.

use foldhash::HashMap;

/// The files of a vault by name.
#[derive(Debug, Clone, Default)]
pub struct Vault {
    /// Paths by the file's name in lower case; of notes also without the ending.
    by_name: HashMap<String, Vec<String>>,
}

impl Vault {
    /// The vault with these files, paths in the content folder.
    pub fn new<'p>(paths: impl Iterator<Item = &'p str>) -> Vault {
        let mut by_name: HashMap<String, Vec<String>> = HashMap::default();
        for path in paths {
            let name = file_name(path).to_lowercase();
            if let Some(stem) = name.strip_suffix(".md") {
                by_name.entry(stem.to_owned()).or_default().push(path.to_owned());
            }
            by_name.entry(name).or_default().push(path.to_owned());
        }
        Vault { by_name }
    }

    /// The file that `name` means in a note of the folder `folder`: one whose path ends so, in any case of its
    /// letters; of several the one in the same folder, else the one with the shortest path.
    pub fn find(&self, folder: &str, name: &str) -> Option<&str> {
        let name = name.trim().trim_start_matches('/').to_lowercase();
        let candidates = self.by_name.get(file_name(&name))?;
        let ends_so = |path: &&String| {
            let path = path.to_lowercase();
            let bare = if name.ends_with(".md") { &path } else { path.trim_end_matches(".md") };
            [bare, &path].iter().any(|path| {
                path.strip_suffix(&name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            })
        };
        let rank = |path: &&String| {
            let (here, _) = path.rsplit_once('/').unwrap_or(("", path));
            (here != folder, path.matches('/').count(), path.len(), (*path).clone())
        };
        candidates.iter().filter(ends_so).min_by_key(rank).map(String::as_str)
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_of_that_name_is_meant() {
        let vault = Vault::new(["a/deep/Note.md", "b/Note.md", "c/note.md", "x.PNG"].into_iter());
        for (folder, name, found) in [
            ("", "Note", Some("b/Note.md")),
            ("c", "note", Some("c/note.md")),
            ("", "deep/note", Some("a/deep/Note.md")),
            ("", "eep/note", None),
            ("", "/b/Note.md", Some("b/Note.md")),
            ("", "X.png", Some("x.PNG")),
            ("", "other", None),
        ] {
            assert_eq!(vault.find(folder, name), found, "{folder} {name}");
        }
    }
}
