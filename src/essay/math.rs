//! Formulas in TeX as MathML, which browsers show by themselves and screen readers read.

use std::io;

use pulldown_latex::config::DisplayMode;
use pulldown_latex::event::Content;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};
use quick_xml::escape::minimal_escape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};

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
    let events: Result<Vec<pulldown_latex::Event<'_>>, _> = Parser::new(tex, &storage).collect();
    let events = events.map_err(|error| {
        let text = error.to_string();
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it is no TeX");
        line.trim().trim_start_matches("error: ").to_owned()
    })?;
    let config = RenderConfig {
        display_mode: if on_its_own { DisplayMode::Block } else { DisplayMode::Inline },
        annotation: Some(&minimal_escape(tex.trim())),
        ..RenderConfig::default()
    };
    let mut out = String::new();
    let events = events.into_iter().map(as_words).map(Ok::<_, std::convert::Infallible>);
    push_mathml(&mut out, events, config).map_err(|error| error.to_string())?;
    // Of all that the crate writes, only a sign that stands alone is not escaped.
    let out = out.replace("><</", ">&lt;</").replace(">&</", ">&amp;</");
    proven(&out).map_err(|_| "it cannot be written as MathML".to_owned())
}

/// The name of a function as text where it holds signs of HTML: of what may be longer than one sign, pulldown-latex
/// (0.8) escapes text alone.
fn as_words(event: pulldown_latex::Event<'_>) -> pulldown_latex::Event<'_> {
    match event {
        pulldown_latex::Event::Content(Content::Function(name))
            if name.contains(['<', '>', '&']) =>
        {
            pulldown_latex::Event::Content(Content::Text(name))
        }
        event => event,
    }
}

/// MathML that is well-formed and brings no styles of its own, which a strict policy would not let pass.
fn proven(mathml: &str) -> Result<String, quick_xml::Error> {
    let mut reader = Reader::from_str(mathml);
    let mut writer = Writer::new(Vec::with_capacity(mathml.len()));
    let without_style = |element: BytesStart<'_>| -> Result<BytesStart<'static>, quick_xml::Error> {
        let mut shown = BytesStart::new(element.name().as_ref().to_owned());
        for attribute in element.attributes() {
            let attribute = attribute?;
            if attribute.key.as_ref() != "style" {
                shown.push_attribute(attribute);
            }
        }
        Ok(shown.into_owned())
    };
    let mut open = 0_usize;
    loop {
        let event = match reader.read_event()? {
            Event::Eof if open == 0 => break,
            Event::Start(element) => {
                open += 1;
                Event::Start(without_style(element)?)
            }
            Event::Empty(element) => Event::Empty(without_style(element)?),
            Event::End(element) if open > 0 => {
                open -= 1;
                Event::End(element)
            }
            event @ (Event::Text(_) | Event::GeneralRef(_)) => event,
            _ => return Err(io::Error::from(io::ErrorKind::InvalidData).into()),
        };
        writer.write_event(event)?;
    }
    String::from_utf8(writer.into_inner()).map_err(|error| io::Error::other(error).into())
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
        let html = mathml(r"a<b \text{<script>&amp;</script>} \& \color{red} c", false).unwrap();
        assert!(html.contains("<mo>&lt;</mo>") && html.contains("&lt;script&gt;"), "{html}");
        assert!(!html.contains("<script") && !html.contains("style"), "{html}");
        assert!(mathml("x", true).unwrap().contains("display=\"block\""));
        assert!(mathml(r"\frac{1", false).is_err());
        assert!(mathml(r"\nonsense{1}", false).is_err());
        assert!(mathml(&"{".repeat(DEEPEST + 1), false).unwrap_err().contains("deep"));
        assert!(mathml(&"x ".repeat(LONGEST), false).unwrap_err().contains("longer"));
        assert!(mathml("a < b & \"c\"", false).is_err());
    }

    /// Nothing that stands in a formula is read as HTML: its author may be nobody's friend.
    #[test]
    fn signs_of_html_stand_for_themselves() {
        for (tex, shown) in [
            (r"a < b", "<mo>&lt;</mo>"),
            (r"\&", "&amp;<"),
            (r"\text{<script>x</script>}", "<mtext>&lt;script&gt;x&lt;/script&gt;</mtext>"),
            (r"\operatorname{<script>x</script>}", "<mtext>&lt;script&gt;x&lt;/script&gt;</mtext>"),
            (
                r"\operatorname{<b onclick='x'>y</b>}",
                "<mtext>&lt;b onclick='x'&gt;y&lt;/b&gt;</mtext>",
            ),
            (r"\operatorname{max}", "<mi>max</mi>"),
        ] {
            let html = mathml(tex, false).unwrap();
            assert!(html.contains(shown), "{tex}: {html}");
            assert!(!html.contains("<script") && !html.contains("<b"), "{tex}: {html}");
        }
        let html = mathml(r"\text{</annotation><script>x</script>}", true).unwrap();
        assert_eq!(html.matches("</annotation>").count(), 1, "{html}");
    }
}
