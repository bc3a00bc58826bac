//! The first step, **load**: from a folder to the files of a book.
//!
//! 1. [`project`] finds the root, the configuration, the content folder and the output folder.
//! 2. [`walk`](mod@walk) lists the files of the content folder, and [`survey`] all else that pages are
//!    made from, each with a [`stamp`] that tells two states of it apart.
//! 3. [`text`] reads one of them as text that the later steps can rely on.

pub mod beyond;
pub mod folders;
pub mod navigation;
pub mod opening;
pub mod picture;
pub mod project;
pub mod repository;
pub mod stamp;
pub mod survey;
pub mod svg;
pub mod systems;
pub mod text;
pub mod tree;
pub mod vault;
pub mod walk;
pub mod yaml;

pub use beyond::Beyond;
pub use picture::Picture;
pub use project::Project;
pub use repository::Repository;
pub use stamp::Stamp;
pub use survey::Survey;
pub use systems::ByFolder;
pub use walk::{FileKind, SourceFile, SourcePath};
