//! What a team knows of and has not mended yet (`check::baseline`), under the new paths of what has moved: a move is
//! no reason for a strict check to fail.

use crate::check::baseline::BASELINE_FILE;
use crate::edit::moves::Moves;
use crate::edit::original::Original;
use crate::essay::dialect::Edit;
use crate::source::Project;

/// The file with its edits, where it names something that moves.
pub fn edits(project: &Project, moves: &Moves) -> Option<(Original, Vec<Edit>)> {
    let file = project.root.join(BASELINE_FILE);
    let original = Original::open(&project.root, &file, BASELINE_FILE).ok()?;
    let text = &original.text;
    let edit = |(at, sign): (usize, &str)| {
        let from = at + sign.len();
        let mut values = serde_json::Deserializer::from_str(&text[from..]).into_iter::<String>();
        let path = values.next()?.ok()?;
        let with = serde_json::to_string(&moves.shown(&path)?).ok()?;
        Some(Edit { at: from..from + values.byte_offset(), with })
    };
    let edits: Vec<Edit> = text.match_indices("{\"file\":").filter_map(edit).collect();
    (!edits.is_empty()).then_some((original, edits))
}
