//! Formulas in TeX as MathML, which browsers show by themselves and screen readers read.

use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Event, Parser, RenderConfig, Storage, push_mathml};

/// A formula as MathML, in a line of text or on a line of its own. The TeX is kept in it as an annotation.
///
/// # Errors
/// With a sentence on what in it cannot be read.
pub fn mathml(tex: &str, on_its_own: bool) -> Result<String, String> {
    if tex.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    if depth(tex) > DEEPEST {
        return Err(format!("its parts stand in each other more than {DEEPEST} deep"));
    }
    let storage = Storage::new();
    let events: Result<Vec<Event<'_>>, _> = Parser::new(tex, &storage).collect();
    let events = events.map_err(|error| {
        let text = error.to_string();
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it is no TeX");
        line.trim().trim_start_matches("error: ").to_owned()
    })?;
    let config = RenderConfig {
        display_mode: if on_its_own { DisplayMode::Block } else { DisplayMode::Inline },
        annotation: Some(tex.trim()),
        ..RenderConfig::default()
    };
    let mut out = String::new();
    let events = events.into_iter().map(Ok::<_, std::convert::Infallible>);
    push_mathml(&mut out, events, config).map_err(|error| error.to_string())?;
    Ok(out)
}

/// The longest formula that is read, in bytes: some forty lines.
const LONGEST: usize = 4_000;

/// How deep the parts of a formula may stand in each other. What reads them goes into each by recursion, and
/// looks for the end of each from its beginning.
const DEEPEST: usize = 40;

/// How many groups, environments and raised or lowered parts are open at once in `tex`, at most.
fn depth(tex: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let bytes = tex.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let rest = &bytes[at..];
        if *byte == b'{' || rest.starts_with(b"\\left") || rest.starts_with(b"\\begin") {
            depth += 1;
            deepest = deepest.max(depth);
        } else if *byte == b'}' || rest.starts_with(b"\\right") || rest.starts_with(b"\\end") {
            depth = depth.saturating_sub(1);
        }
    }
    deepest
}

/// A formula without the backticks that GitHub allows around it.
pub fn bare(tex: &str) -> &str {
    tex.strip_prefix('`').and_then(|tex| tex.strip_suffix('`')).unwrap_or(tex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_mathml() {
        for tex in [
            r"a^2 + b^2 = c^2",
            r"\frac{n_i - 1}{N}",
            r"\hat{y}_{ui} = \langle \mathbf{p}_u, \mathbf{q}_i \rangle",
            r"\left\lfloor \frac{1}{2} \right\rfloor",
            r"\sum_{i=1}^n i \to \mathbb{R}",
            r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}",
            r"\text{distance}(\text{user}, x)",
            r"\sqrt[3]{x} \cdot \log\left(\max(1, 2)\right)",
            r"\begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}",
            r"\nabla \times \vec{E} = -\frac{\partial B}{\partial t}",
        ] {
            let html = mathml(tex, false).unwrap();
            assert!(html.starts_with("<math") && html.ends_with("</math>"), "{tex}: {html}");
            assert!(!html.contains("merror"), "{tex}: {html}");
        }
        assert!(mathml("x", true).unwrap().contains("display=\"block\""));
        assert!(mathml(r"\frac{1", false).is_err());
        assert!(mathml(r"\nonsense{1}", false).is_err());
        assert!(mathml(&"{".repeat(DEEPEST + 1), false).unwrap_err().contains("deep"));
        assert!(mathml(&"x ".repeat(LONGEST), false).unwrap_err().contains("longer"));
        assert!(mathml("a < b & \"c\"", false).is_err());
    }
}
