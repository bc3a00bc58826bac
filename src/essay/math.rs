//! Formulas in TeX as MathML, which browsers show by themselves and screen readers read.

use pulldown_cmark_escape::escape_html_body_text;
use pulldown_latex::config::DisplayMode;
use pulldown_latex::event::Content;
use pulldown_latex::{Event, Parser, RenderConfig, Storage, push_mathml};

/// A formula as MathML, in a line of text or on a line of its own. The TeX is kept in it as an annotation.
///
/// # Errors
/// With a sentence on what in it cannot be read.
pub fn mathml(tex: &str, on_its_own: bool) -> Result<String, String> {
    let storage = Storage::new();
    let events: Result<Vec<Event<'_>>, _> = Parser::new(tex, &storage).collect();
    let events = events.map_err(|error| {
        let text = error.to_string();
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it is no TeX");
        line.trim().trim_start_matches("error: ").to_owned()
    })?;
    let mut annotation = String::new();
    escape_html_body_text(&mut annotation, tex.trim()).map_err(|error| error.to_string())?;
    let config = RenderConfig {
        display_mode: if on_its_own { DisplayMode::Block } else { DisplayMode::Inline },
        annotation: Some(&annotation),
        ..RenderConfig::default()
    };
    let mut out = String::new();
    let events = events.into_iter().map(as_words).map(Ok::<_, std::convert::Infallible>);
    push_mathml(&mut out, events, config).map_err(|error| error.to_string())?;
    Ok(as_html(&out))
}

/// The name of a function as text where it holds signs of HTML: pulldown-latex (0.8) escapes text alone.
fn as_words(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Content(Content::Function(name)) if name.contains(['<', '>', '&']) => {
            Event::Content(Content::Text(name))
        }
        event => event,
    }
}

/// What pulldown-latex wrote, as HTML. Beside text it writes every sign into an element of its own, as it is; so one that
/// begins nothing stands for itself. Between two attributes of large brackets it leaves out the space.
fn as_html(mathml: &str) -> String {
    let mut html = String::with_capacity(mathml.len());
    let mut rest = mathml;
    while let Some(at) = rest.find(['<', '&']) {
        let (sign, after) = (&rest[at..=at], &rest[at + 1..]);
        html.push_str(&rest[..at]);
        let begins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '#');
        html.push_str(match sign {
            sign if after.starts_with(begins) => sign,
            "<" => "&lt;",
            _ => "&amp;",
        });
        rest = after;
    }
    html.push_str(rest);
    html.replace("\"minsize=\"", "\" minsize=\"")
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
        assert!(mathml("a < b & \"c\"", false).is_err());
    }

    /// Nothing that stands in a formula is read as HTML: its author may be nobody's friend.
    #[test]
    fn signs_of_html_stand_for_themselves() {
        for (tex, shown) in [
            (r"a < b", "<mo>&lt;</mo>"),
            (r"a \not< b", "<mo>&lt;\u{338}</mo>"),
            (r"\&", "&amp;<"),
            (r"\text{<script>x</script>}", "<mtext>&lt;script&gt;x&lt;/script&gt;</mtext>"),
            (r"\operatorname{<img onerror=x>}", "<mtext>&lt;img onerror=x&gt;</mtext>"),
            (r"\operatorname{max}", "<mi>max</mi>"),
            (r"\big( x", "\" minsize=\""),
        ] {
            let html = mathml(tex, false).unwrap();
            assert!(html.contains(shown), "{tex}: {html}");
            for tag in ["<script", "<img", "\"minsize"] {
                assert!(!html.contains(tag), "{tex}: {html}");
            }
        }
        let html = mathml(r"\text{</annotation><script>x</script>}", true).unwrap();
        assert_eq!(html.matches("</annotation>").count(), 1, "{html}");
    }
}
