//! What would be changed, as a diff that people read and `git apply` takes.

use similar::TextDiff;

use crate::edit::writing::FileEdit;

/// The changes of one file as a unified diff.
pub fn diff(file: &FileEdit) -> String {
    let before = String::from_utf8_lossy(file.before.as_deref().unwrap_or_default());
    let after = String::from_utf8_lossy(&file.after);
    let old = match file.before {
        Some(_) => format!("a/{}", file.shown),
        None => "/dev/null".to_owned(),
    };
    TextDiff::from_lines(before.as_ref(), after.as_ref())
        .unified_diff()
        .context_radius(1)
        .header(&old, &format!("b/{}", file.shown_after))
        .to_string()
}
