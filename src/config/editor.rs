//! The editor that `[preview] editor` names: which there are, and by which address each is opened.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, nearest};

/// Editors that open a file at a line when a browser follows an address, with the address. Sources: the
/// documentation of VS Code ("Opening VS Code with URLs"), JetBrains (Toolbox, `open?file=`) and Zed (its
/// URL scheme, as `zed://file`).
const EDITORS: &[(&str, &str)] = &[
    ("vscode", "vscode://file{path}:{line}"),
    ("vscodium", "vscodium://file{path}:{line}"),
    ("cursor", "cursor://file{path}:{line}"),
    ("idea", "idea://open?file={path}&line={line}"),
    ("zed", "zed://file{path}:{line}"),
];

/// What stands unescaped in a path, in the path of an address as well as in its query.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b':');

impl Config {
    /// The address that opens line `line` of the file `path` in the author's editor.
    pub fn editor_url(&self, path: &Path, line: usize) -> Option<String> {
        let template = template(self.preview.editor.as_deref()?)?;
        let path = path.to_string_lossy().replace('\\', "/");
        // Where paths begin with a drive, the address needs a slash before it.
        let path = if path.starts_with('/') { path } else { format!("/{path}") };
        let path = utf8_percent_encode(&path, PATH).to_string();
        Some(template.replace("{path}", &path).replace("{line}", &line.max(1).to_string()))
    }
}

/// The address that opens a file in the editor which `[preview] editor` names.
pub(super) fn template(editor: &str) -> Option<&str> {
    let known = EDITORS.iter().find(|(name, _)| *name == editor).map(|(_, template)| *template);
    let own = || {
        let (scheme, _) = editor.split_once(':')?;
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && !["javascript", "data", "vbscript"].contains(&scheme.to_lowercase().as_str());
        (is_scheme && editor.contains("{path}")).then_some(editor)
    };
    known.or_else(own)
}

/// What is told of an editor that is not known.
pub(super) fn wrong(editor: &str) -> Diagnostic {
    let names = || EDITORS.iter().map(|(name, _)| *name);
    let found = Diagnostic::error(Code::Config, format!("there is no editor `{editor}`"));
    let found = match nearest(editor, names()) {
        Some(near) => found.hint(format!("did you mean `{near}`?")),
        None => found.hint(format!("the names are: {}", names().collect::<Vec<_>>().join(", "))),
    };
    found.hint("for any other editor, give the address that opens it: \"editor://open?file={path}&line={line}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Failure;

    #[test]
    fn an_editor_is_opened_at_the_line() {
        let url = |editor: &str| {
            let text = format!("[preview]\neditor = \"{editor}\"\n");
            let config = Config::parse("book.toml", &text, &[])
                .map_err(|Failure(all)| all.iter().map(Diagnostic::plain).collect::<String>())?;
            let path = Path::new("/home/ana/my book/a&b.md");
            Ok::<_, String>(config.value.editor_url(path, 12).unwrap())
        };
        let path = "/home/ana/my%20book/a%26b.md";
        assert_eq!(url("vscode"), Ok(format!("vscode://file{path}:12")));
        assert_eq!(url("idea"), Ok(format!("idea://open?file={path}&line=12")));
        assert_eq!(
            url("txmt://open?url=file://{path}"),
            Ok(format!("txmt://open?url=file://{path}"))
        );
        assert!(url("vscod").unwrap_err().contains("did you mean `vscode`?"));
        assert!(url("javascript:alert({path})").is_err() && url("emacs://open").is_err());
    }
}
