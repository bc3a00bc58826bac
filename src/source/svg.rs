//! Programs in drawings. An SVG can hold scripts, which a browser runs when a reader opens the drawing by itself,
//! in the name of the site. In a picture on a page it runs none of them, so a drawing loses nothing without.

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};

/// Elements of SVG and HTML that run a program, show another document, or change an address (SVG 2, chapters 15 and
/// 16; SVG Tiny 1.2, section 15).
const ELEMENTS: &[&str] = &[
    "script",
    "handler",
    "listener",
    "foreignObject",
    "iframe",
    "embed",
    "object",
    "audio",
    "video",
];

/// Elements that can change an attribute of another, among them its address.
const CHANGES: &[&str] = &["set", "animate"];

/// The drawing without its programs; `None` if it has none. What stands behind a fault of form is left out too:
/// no browser shows it.
pub fn without_programs(svg: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(svg);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = false;
    let mut writer = Writer::new(Vec::with_capacity(svg.len()));
    // How many elements are open inside one that is left out, itself among them.
    let mut inside = 0_usize;
    let mut found = false;
    loop {
        let event = match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => event,
            Err(_) => {
                found = true;
                break;
            }
        };
        let shown = match event {
            Event::Start(_) if inside > 0 => {
                inside += 1;
                None
            }
            Event::End(_) if inside > 0 => {
                inside -= 1;
                None
            }
            _ if inside > 0 => None,
            Event::Start(element) if is_program(&element) => {
                (inside, found) = (1, true);
                None
            }
            Event::Empty(element) if is_program(&element) => {
                found = true;
                None
            }
            Event::Start(element) => Some(Event::Start(harmless(element, &mut found))),
            Event::Empty(element) => Some(Event::Empty(harmless(element, &mut found))),
            // Names for other text, and sheets that tell how the drawing is to be turned into another document.
            Event::DocType(kind) if kind.contains('[') => {
                found = true;
                None
            }
            Event::PI(_) => {
                found = true;
                None
            }
            Event::GeneralRef(name) if !is_known(&name) => {
                found = true;
                None
            }
            other => Some(other),
        };
        // Writing to memory does not fail.
        if let Some(shown) = shown
            && writer.write_event(shown).is_err()
        {
            found = true;
            break;
        }
    }
    found.then(|| writer.into_inner())
}

/// Whether a reference stands for a character that every reader of XML knows.
fn is_known(name: &str) -> bool {
    name.starts_with('#') || matches!(name, "amp" | "lt" | "gt" | "quot" | "apos")
}

fn is_program(element: &BytesStart<'_>) -> bool {
    let name = element.local_name();
    let name = name.as_ref();
    ELEMENTS.iter().any(|program| program.eq_ignore_ascii_case(name))
        || (CHANGES.iter().any(|change| change.eq_ignore_ascii_case(name))
            && element.attributes().flatten().any(|attribute| {
                let is_name = attribute.key.as_ref().eq_ignore_ascii_case("attributeName");
                let value = attribute.value.to_ascii_lowercase();
                is_name
                    && (value.contains("href")
                        || value.trim_start().starts_with("on")
                        || value.contains('&'))
            }))
}

/// The element without attributes that run a program or lead to one.
fn harmless<'e>(element: BytesStart<'e>, found: &mut bool) -> BytesStart<'e> {
    let is_image = element.local_name().as_ref().eq_ignore_ascii_case("image");
    let is_harmful = |attribute: &Attribute<'_>| {
        let name = attribute.key.local_name();
        let name = name.as_ref().to_ascii_lowercase();
        name.starts_with("on")
            || (matches!(name.as_str(), "href" | "src" | "from" | "to" | "values" | "by")
                && !is_harmless_address(&attribute.value, is_image))
            // What stands for other text may stand for anything.
            || attribute.value.split('&').skip(1).any(|rest| {
                !is_known(rest.split(';').next().unwrap_or(""))
            })
    };
    let attributes: Vec<_> = element.attributes().collect();
    let is_wrong = |attribute: &Result<Attribute<'_>, _>| match attribute {
        Ok(attribute) => is_harmful(attribute),
        Err(_) => true,
    };
    if !attributes.iter().any(is_wrong) {
        return element;
    }
    *found = true;
    let mut shown = BytesStart::new(element.name().as_ref().to_owned());
    for attribute in attributes.into_iter().flatten().filter(|attribute| !is_harmful(attribute)) {
        shown.push_attribute(attribute);
    }
    shown
}

/// Whether an address is none that runs a program. `value` is as it is written, with references in it.
fn is_harmless_address(value: &str, is_image: bool) -> bool {
    let value = quick_xml::escape::unescape(value).unwrap_or_default();
    let letters = value.chars().filter(|c| !c.is_whitespace() && !c.is_control());
    let value = letters.collect::<String>().to_ascii_lowercase();
    // In a list of values each counts.
    value.split(';').all(|value| {
        let is_data = value.starts_with("data:");
        !value.starts_with("javascript:")
            && !value.starts_with("vbscript:")
            && (!is_data || (is_image && value.starts_with("data:image/")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_without_programs_is_left_alone() {
        for svg in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><style>.a{fill:red}</style><a href=\"https://a.example\"><text>a &amp; b &#65;</text></a></svg>",
            "<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\"><svg><use xlink:href=\"#a\"/><image href=\"data:image/png;base64,AA\"/></svg>",
            "<svg><animate attributeName=\"opacity\" values=\"0;1\"/><set attributeName=\"fill\" to=\"red\"/></svg>",
        ] {
            assert_eq!(without_programs(svg.as_bytes()), None, "{svg}");
        }
    }

    #[test]
    fn programs_are_left_out_and_the_rest_stays() {
        for (svg, expected) in [
            ("<svg><script>alert(1)</script><g/></svg>", "<svg><g/></svg>"),
            (
                "<svg><x:SCRIPT xmlns:x=\"http://www.w3.org/2000/svg\" href=\"a.js\"/><g/></svg>",
                "<svg><g/></svg>",
            ),
            ("<svg onload=\"alert(1)\" width=\"3\"><g/></svg>", "<svg width=\"3\"><g/></svg>"),
            (
                "<svg><a xlink:href=\" java&#10;script:alert(1)\"><text>x</text></a></svg>",
                "<svg><a><text>x</text></a></svg>",
            ),
            ("<svg><foreignObject><div><b>x</b></div></foreignObject>y</svg>", "<svg>y</svg>"),
            ("<svg><use href=\"data:image/svg+xml,x\"/></svg>", "<svg><use/></svg>"),
            (
                "<svg><a id=\"a\"><set attributeName=\"href\" to=\"javascript:alert(1)\"/>x</a></svg>",
                "<svg><a id=\"a\">x</a></svg>",
            ),
            (
                "<svg><animate attributeName=\"fill\" values=\"#a;javascript:alert(1)\"/></svg>",
                "<svg><animate attributeName=\"fill\"/></svg>",
            ),
            (
                "<!DOCTYPE svg [<!ENTITY x \"<script>alert(1)</script>\">]><svg a=\"&x;\">&x;y</svg>",
                "<svg>y</svg>",
            ),
            ("<?xml-stylesheet href=\"a.xsl\"?><svg/>", "<svg/>"),
            ("<svg><g/><a b=c onload=alert(1)>", "<svg><g/><a>"),
        ] {
            let shown = without_programs(svg.as_bytes()).map(|svg| String::from_utf8(svg).unwrap());
            assert_eq!(shown.as_deref(), Some(expected), "{svg}");
        }
    }
}
