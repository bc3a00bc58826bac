//! `[handbook.theme]`: the few values by which a site sets the look, and the colours that follow.
//!
//! Whatever accent a site asks for, links must be legible: WCAG 2.2 wants a contrast of 4.5 between
//! text and what it stands on (success criterion 1.4.3). An accent that has less is made darker on
//! paper, and lighter in the dark, until it has enough; its hue stays.

use csscolorparser::Color;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use crate::diagnostic::{Code, Diagnostic};

/// What text stands on in the built-in style sheet, by day: `--paper` and `--shade`.
const LIGHT: [&str; 2] = ["#fdfcf9", "#f3f1ea"];
/// And by night.
const DARK: [&str; 2] = ["#16191c", "#1f2428"];

/// The paper by day.
pub const PAPER: &str = LIGHT[0];

/// The accent of the built-in style sheet by day: `--accent`.
const ACCENT: &str = "#0d5c70";

/// The width of the text in the built-in style sheet, in ems: `--measure`.
const MEASURE: f64 = 29.0;

/// The contrast of text that WCAG asks for at level AA.
const ENOUGH: f32 = 4.5;

/// `[handbook.theme]`, or the name of a folder as `theme = "folder"`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct ThemeTable {
    /// A folder with templates that stand between the built-in ones and the site's own, relative to
    /// `book.toml`.
    pub folder: Option<String>,
    /// The colour of links, in any form that CSS has.
    pub accent: Option<String>,
    /// The same in the dark. Default: the accent, made light enough.
    pub accent_dark: Option<String>,
    /// What essays are set in: `serif`, `sans`, or names of fonts as in CSS. Default: serif.
    pub font: Option<String>,
    /// What headings are set in. Default: as essays are.
    pub headings: Option<String>,
    /// How wide the text is: `narrow`, `normal`, `wide`, or a number of ems.
    pub width: Option<Width>,
}

/// How wide the text is.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Width {
    /// `narrow`, `normal` or `wide`.
    Named(String),
    /// So many times the size of a letter.
    Ems(f64),
}

/// The keys of `[handbook.theme]`.
pub(super) const THEME_KEYS: &[&str] =
    &["folder", "accent", "accent-dark", "font", "headings", "width"];

/// The table, or the name of a folder.
#[derive(Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected the name of a folder, or a table such as { accent = \"#0d5c70\" }"
)]
pub(super) enum FolderOrTheme {
    Folder(String),
    Table(ThemeTable),
}

/// Reads the table, or the name of a folder.
pub(super) fn folder_or_table<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<ThemeTable, D::Error> {
    Ok(match FolderOrTheme::deserialize(deserializer)? {
        FolderOrTheme::Folder(folder) => {
            ThemeTable { folder: Some(folder), ..ThemeTable::default() }
        }
        FolderOrTheme::Table(table) => table,
    })
}

/// The values as the style sheet has them. Each is set only where the site sets it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Palette {
    /// The accent by day and by night, as `#rrggbb`.
    pub accent: Option<[String; 2]>,
    /// A list of fonts, or a custom property of the style sheet.
    pub font: Option<String>,
    /// The same for headings.
    pub headings: Option<String>,
    /// The width of the text in ems.
    pub width: Option<f64>,
}

impl Palette {
    /// The accent by day, as `#rrggbb`.
    pub fn accent_by_day(&self) -> &str {
        self.accent.as_ref().map_or(ACCENT, |[day, _]| day)
    }

    /// The width of the text in ems.
    pub fn ems(&self) -> f64 {
        self.width.unwrap_or(MEASURE)
    }
}

impl ThemeTable {
    /// The values to set, and what is to be said of those that were given: a key of this table, and the
    /// finding, as yet without a place.
    pub(super) fn read(&self) -> (Palette, Vec<(&'static str, Diagnostic)>) {
        let mut found = Vec::new();
        let palette = Palette {
            accent: self.accents(&mut found),
            font: fonts("font", self.font.as_deref(), &mut found),
            headings: fonts("headings", self.headings.as_deref(), &mut found),
            width: self.ems(&mut found),
        };
        (palette, found)
    }

    fn accents(&self, found: &mut Vec<(&'static str, Diagnostic)>) -> Option<[String; 2]> {
        let given = colour("accent", self.accent.as_deref(), found);
        let given_dark = colour("accent-dark", self.accent_dark.as_deref(), found);
        // One that is given for the dark only says nothing of the day.
        let day = given.as_ref().or(given_dark.as_ref())?;
        let night = given_dark.as_ref().or(given.as_ref())?;
        let by_day = legible(day, &LIGHT);
        let by_night = legible(night, &DARK);
        let mut tell = |key, given: &Option<Color>, taken: &Color, grounds: &[&str; 2], on| {
            let Some(given) = given.as_ref().filter(|given| *given != taken) else { return };
            let has = contrast_with(given, grounds);
            let message = format!(
                "`{key}` is hard to read on {on}: its contrast is {has:.1}, and text needs 4.5"
            );
            let note = Diagnostic::warning(Code::Config, message);
            found.push((
                key,
                note.hint(format!("{} is taken instead, the same hue", taken.to_css_hex())),
            ));
        };
        tell("accent", &given, &by_day, &LIGHT, "the light pages");
        tell("accent-dark", &given_dark, &by_night, &DARK, "the dark pages");
        Some([by_day.to_css_hex().to_string(), by_night.to_css_hex().to_string()])
    }

    fn ems(&self, found: &mut Vec<(&'static str, Diagnostic)>) -> Option<f64> {
        match self.width.as_ref()? {
            Width::Named(name) if name == "narrow" => Some(25.0),
            Width::Named(name) if name == "normal" => None,
            Width::Named(name) if name == "wide" => Some(36.0),
            Width::Ems(ems) if (15.0..=60.0).contains(ems) => Some(*ems),
            _ => {
                let message = "`width` is not a width that text can have";
                found.push((
                    "width",
                    Diagnostic::warning(Code::Config, message).hint(
                        "type \"narrow\", \"normal\", \"wide\", or a number of ems from 15 to 60; the usual one was taken",
                    ),
                ));
                None
            }
        }
    }
}

fn colour(
    key: &'static str,
    given: Option<&str>,
    found: &mut Vec<(&'static str, Diagnostic)>,
) -> Option<Color> {
    let given = given?;
    match csscolorparser::parse(given) {
        Ok(colour) => Some(Color { a: 1.0, ..colour.clamp() }),
        Err(_) => {
            let message = format!("`{key}` is \"{given}\", which is not a colour");
            found.push((
                key,
                Diagnostic::warning(Code::Config, message).hint(
                    "type one as in CSS, such as \"#0d5c70\" or \"teal\"; the usual one was taken",
                ),
            ));
            None
        }
    }
}

/// A list of fonts for the style sheet, which must not be able to say anything else.
fn fonts(
    key: &'static str,
    given: Option<&str>,
    found: &mut Vec<(&'static str, Diagnostic)>,
) -> Option<String> {
    let given = given?.trim();
    match given {
        "serif" => Some("var(--serif)".to_owned()),
        "sans" | "sans-serif" => Some("var(--sans)".to_owned()),
        _ if given.split(',').map(str::trim).all(is_font) => Some(given.to_owned()),
        _ => {
            let message = format!("`{key}` is \"{given}\", which is not a list of fonts");
            found.push((
                key,
                Diagnostic::warning(Code::Config, message)
                    .hint("type \"serif\", \"sans\", or names as in CSS: \"Charter, Georgia, serif\"; the usual one was taken"),
            ));
            None
        }
    }
}

/// Whether a name is one of a font: words, or anything plain between two quotes of one kind.
fn is_font(name: &str) -> bool {
    let bare = ['"', '\'']
        .iter()
        .find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(name);
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let begins = bare.starts_with(|c: char| c.is_alphabetic() || matches!(c, '-' | '_'));
    (begins || bare.len() < name.len()) && !bare.is_empty() && bare.chars().all(is_plain)
}

/// `colour`, made darker or lighter where that is needed to be read on all of `grounds`.
fn legible(colour: &Color, grounds: &[&str; 2]) -> Color {
    if contrast_with(colour, grounds) >= ENOUGH {
        return *colour;
    }
    let [lightness, a, b, _] = colour.to_oklaba();
    // The end of the scale that is farther from what the text stands on.
    let end = if luminance(&parsed(grounds[0])) > 0.5 { 0.0 } else { 1.0 };
    let between = |part: f32| {
        let toned = Color::from_oklaba(lightness + (end - lightness) * part, a, b, 1.0).clamp();
        parsed(&toned.to_css_hex().to_string())
    };
    let (mut little, mut enough) = (0.0, 1.0);
    for _ in 0..12 {
        let middle = (little + enough) / 2.0;
        if contrast_with(&between(middle), grounds) >= ENOUGH {
            enough = middle;
        } else {
            little = middle;
        }
    }
    between(enough)
}

fn parsed(hex: &str) -> Color {
    csscolorparser::parse(hex).unwrap_or_default()
}

/// The least contrast that `colour` has with one of `grounds`.
fn contrast_with(colour: &Color, grounds: &[&str; 2]) -> f32 {
    grounds.iter().map(|ground| contrast(colour, &parsed(ground))).fold(f32::INFINITY, f32::min)
}

/// WCAG 2.2, "contrast ratio": from 1 to 21.
fn contrast(one: &Color, other: &Color) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// WCAG 2.2, "relative luminance": from 0 to 1.
fn luminance(colour: &Color) -> f32 {
    let [red, green, blue, _] = colour.to_linear_rgba();
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accents(accent: &str) -> ([String; 2], usize) {
        let table = ThemeTable { accent: Some(accent.to_owned()), ..ThemeTable::default() };
        let (palette, found) = table.read();
        (palette.accent.unwrap(), found.len())
    }

    #[test]
    fn any_accent_can_be_read() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let given = format!("#{red:02x}{green:02x}{blue:02x}");
                    let ([day, night], _) = accents(&given);
                    assert!(contrast_with(&parsed(&day), &LIGHT) >= ENOUGH, "{given}: {day}");
                    assert!(contrast_with(&parsed(&night), &DARK) >= ENOUGH, "{given}: {night}");
                }
            }
        }
    }

    #[test]
    fn one_that_can_be_read_stays() {
        let ([day, night], notes) = accents("#0d5c70");
        assert_eq!((day.as_str(), notes), ("#0d5c70", 0));
        assert_ne!(night, day);
        assert_eq!(accents("gold").1, 1);
    }

    #[test]
    fn the_values_are_those_of_the_style_sheet() {
        let style = include_str!("../../templates/style.css");
        for (name, at) in [("paper", 0), ("shade", 1)] {
            let rule = format!("--{name}: light-dark({}, {});", LIGHT[at], DARK[at]);
            assert!(style.contains(&rule), "{rule}");
        }
        for rule in [format!("--accent: light-dark({ACCENT}, "), format!("--measure: {MEASURE}em;")]
        {
            assert!(style.contains(&rule), "{rule}");
        }
    }

    #[test]
    fn a_list_of_fonts_says_nothing_else() {
        let mut found = Vec::new();
        for wrong in ["a; b", "url(x)", "\"a", "a}b{c", "'a\" b' c\"", "a,,b", "12x", ""] {
            assert_eq!(fonts("font", Some(wrong), &mut found), None, "{wrong}");
        }
        assert_eq!(found.len(), 8);
        let right = fonts("font", Some("Charter, 'Iowan Old Style', serif"), &mut found);
        assert_eq!(right.as_deref(), Some("Charter, 'Iowan Old Style', serif"));
    }
}
