//! What lies around the essays: which programs they were written for, the author's contents, what folders say of
//! themselves. It stays while no file but essays changes.

use std::hash::Hash;
use std::path::Path;
use std::sync::Arc;

use foldhash::HashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::essay::Dialect;
use crate::site::load::Memory;
use crate::source::folders::{self, Folder};
use crate::source::navigation::{self, Navigation};
use crate::source::walk::with_all_above;
use crate::source::{
    ByFolder, FileKind, Project, Repository, SourceFile, SourcePath, Stamp, Survey,
};
use crate::system::{System, Systems};

/// What lies around the essays.
#[derive(Debug)]
pub struct Around {
    /// What tells it from others; `None` if that cannot be told for sure.
    pub(super) state: Option<State>,
    /// The programs for which the essays of each folder were written.
    systems: HashMap<String, Systems>,
    /// The author's contents.
    pub navigation: Option<Navigation>,
    /// What folders say of themselves.
    pub folders: HashMap<String, Folder>,
    /// The repository that the project lies in.
    pub repository: Option<Repository>,
    /// Where the site is or was published.
    pub site_urls: Vec<String>,
    /// The files that are no essays.
    pub files: Vec<SourceFile>,
}

/// The state of all that is found out.
#[derive(Debug, Clone, PartialEq, Hash, Serialize, Deserialize)]
pub(super) struct State {
    /// The prints of the disk and of the configuration.
    disk: u128,
    config: u128,
    /// The state of the file that holds the author's contents, where that is one of Markdown.
    contents: Option<Stamp>,
    /// The programs for which the root was written, which the folder above it may say.
    outer: Systems,
}

impl State {
    /// What tells it from others.
    pub(super) fn print(&self) -> u128 {
        let mut hasher = Xxh3::new();
        self.hash(&mut hasher);
        hasher.digest128()
    }
}

/// What takes a look into every folder to find out, and the state that it is true of: worth keeping for the next run.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Lasting {
    state: State,
    systems: HashMap<String, Systems>,
    folders: HashMap<String, Folder>,
}

impl Around {
    /// What lies around the essays now: what was known before in this run if nothing there has changed, and whether
    /// it is that.
    pub(super) fn now(
        project: &Project,
        survey: &Survey,
        memory: Memory<'_>,
    ) -> (Arc<Around>, bool) {
        let disk = print(survey, &project.output);
        let config = xxh3_128(format!("{:?}", project.config).as_bytes());
        // Of a file that may have been written again without a trace the state is not known.
        let contents = |source: Option<&SourcePath>| match source {
            None => Some(None),
            Some(source) => {
                let file = survey.walked.files.iter().find(|file| file.path == *source)?;
                Some(Some(file.stamp)).filter(|_| !survey.may_deceive(file.stamp))
            }
        };
        if let Some(around) = memory.before.map(|loaded| &loaded.reading.around)
            && let Some(state) = &around.state
            && (Some(state.disk), state.config) == (disk, config)
            && contents(around.source()) == Some(state.contents)
        {
            return (Arc::clone(around), true);
        }
        let (markdown, files): (Vec<_>, Vec<_>) =
            survey.walked.files.iter().cloned().partition(|file| file.kind == FileKind::Markdown);
        let mut by_folder =
            ByFolder::new(&project.root, project.config.handbook.dialects.as_deref());
        let mut around = Around {
            state: None,
            systems: HashMap::default(),
            navigation: navigation::read(project),
            folders: HashMap::default(),
            repository: Repository::of(project),
            site_urls: project.site_urls(),
            files,
        };
        around.state = disk.zip(contents(around.source())).map(|(disk, contents)| {
            let outer = by_folder.of(&project.root);
            State { disk, config, contents, outer }
        });
        let kept = memory.kept.around.as_ref().filter(|_| memory.before.is_none());
        match kept.filter(|kept| Some(&kept.state) == around.state.as_ref()) {
            Some(kept) => {
                around.systems.clone_from(&kept.systems);
                around.folders.clone_from(&kept.folders);
            }
            None => around.look_into_folders(project, &mut by_folder, &markdown),
        }
        (Arc::new(around), false)
    }

    /// The file that holds the author's contents, where that is one of Markdown.
    pub(super) fn source(&self) -> Option<&SourcePath> {
        self.navigation.as_ref()?.source.as_ref()
    }

    /// Finds out what the folders of the essays among `files` say of themselves.
    fn look_into_folders(
        &mut self,
        project: &Project,
        by_folder: &mut ByFolder,
        files: &[SourceFile],
    ) {
        let essays: Vec<&SourceFile> =
            files.iter().filter(|file| Some(&file.path) != self.source()).collect();
        for file in &essays {
            if !self.systems.contains_key(file.path.folder()) {
                let folder = file.file.parent().unwrap_or(&project.content);
                self.systems.insert(file.path.folder().to_owned(), by_folder.of(folder));
            }
        }
        let names = with_all_above(essays.iter().map(|file| file.path.folder()));
        self.folders = folders::read(project, names.into_iter());
    }

    /// What may be kept of it on disk.
    pub(super) fn lasting(&self) -> Option<Lasting> {
        let (systems, folders) = (self.systems.clone(), self.folders.clone());
        Some(Lasting { state: self.state.clone()?, systems, folders })
    }

    /// How each of `files` is read.
    pub(super) fn dialects<'f>(
        &self,
        project: &'f Project,
        files: &[&'f SourceFile],
    ) -> Vec<Dialect> {
        let plain =
            Dialect::new(&project.config.output.html).with_html(project.config.handbook.raw_html);
        let mut last: Option<(&str, Systems)> = None;
        let of = |file: &'f SourceFile| {
            let folder = file.path.folder();
            let systems = match last {
                Some((known, systems)) if known == folder => systems,
                _ => self.systems.get(folder).copied().unwrap_or_default(),
            };
            last = Some((folder, systems));
            match file.path.as_str().ends_with(".mdx") {
                true => plain.written_for(systems.with(System::Docusaurus)),
                false => plain.written_for(systems),
            }
        };
        files.iter().copied().map(of).collect()
    }
}

/// What tells the state of all files but essays from others; `None` if it cannot be told for sure.
/// Of essays it tells which there are, and of `_index.md`, by whose first lines Hugo is known, the state.
/// The folder of the site, `output`, is not there before the first build.
fn print(survey: &Survey, output: &Path) -> Option<u128> {
    let mut hasher = Xxh3::new();
    let mut sure = true;
    let mut add = |path: &Path, stamp: Option<Stamp>| {
        (path.as_os_str(), stamp).hash(&mut hasher);
        sure &= stamp.is_none_or(|stamp| !survey.may_deceive(stamp));
    };
    for file in &survey.walked.files {
        let is_essay = file.kind == FileKind::Markdown && file.path.stem() != "_index";
        add(&file.file, Some(file.stamp).filter(|_| !is_essay));
    }
    for (file, stamp) in survey.others.iter().filter(|(file, _)| *file != output) {
        add(file, *stamp);
    }
    sure.then(|| hasher.digest128())
}
