//! How a box of another program is written as a callout: `> [!note] Title`, and `> ` before each line
//! that it holds. So one way of rendering does for all of them.

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Callout {
    /// `note`, `tip` or any other word.
    pub(super) kind: String,
    /// `None` for the kind's own name, empty for none at all.
    pub(super) title: Option<String>,
    /// Whether it folds.
    pub(super) fold: Fold,
}

/// Whether a box folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Fold {
    /// It does not.
    #[default]
    No,
    /// It is closed at first.
    Closed,
    /// It is open at first.
    Open,
}

/// The mark before each line that a box holds.
pub(super) const MARK: &str = "> ";

impl Callout {
    /// A box of the kind `kind`, with its own title if it has one.
    pub(super) fn new(kind: &str, title: Option<&str>) -> Callout {
        let title = title.map(|title| title.trim().to_owned());
        Callout { kind: kind.to_lowercase(), title, fold: Fold::No }
    }

    /// The same, folding.
    pub(super) fn folding(self, fold: Fold) -> Callout {
        Callout { fold, ..self }
    }

    /// The lines that begin it, the second behind `before`. That one is empty, so that what follows is
    /// not taken for more of the title.
    pub(super) fn opening(&self, before: &str) -> String {
        let fold = match self.fold {
            Fold::No => "",
            Fold::Closed => "-",
            Fold::Open => "+",
        };
        let (flag, title) = match self.title.as_deref() {
            Some("") => ("|untitled", ""),
            title => ("", title.unwrap_or("")),
        };
        format!("> [!{}{flag}]{fold} {title}\n{before}>", self.kind)
    }
}

/// A box's kind from its name or one of its classes: letters, numbers, hyphens.
pub(super) fn is_kind(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}
