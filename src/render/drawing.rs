//! From SVG to PNG, with one font that is compiled in: the same bytes on every machine, whatever fonts it has.
//!
//! Without the feature `cards` nothing can be drawn, and whoever asks is told so.

/// Whether anything can be drawn.
pub const IS_POSSIBLE: bool = cfg!(feature = "cards");

#[cfg(feature = "cards")]
pub use possible::{can_write, png, width};

#[cfg(not(feature = "cards"))]
pub use impossible::{can_write, png, width};

#[cfg(feature = "cards")]
mod possible {
    use std::sync::{Arc, LazyLock};

    use foldhash::HashMap;
    use resvg::tiny_skia::{Pixmap, Transform};
    use resvg::usvg::fontdb::Database;
    use resvg::usvg::{ImageHrefResolver, Options, Tree};
    use skrifa::instance::{LocationRef, Size};
    use skrifa::{FontRef, MetadataProvider};

    /// Literata by Type Together, under the SIL Open Font License 1.1, which lies beside it. It has the letters
    /// of Latin, Greek and Cyrillic.
    const FONT: &[u8] = include_bytes!("../../assets-src/fonts/Literata-SemiBold.ttf");

    static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
        let mut fonts = Database::new();
        fonts.load_font_data(FONT.to_vec());
        Arc::new(fonts)
    });

    /// How far each character goes to the right, in parts of the size of the font.
    static WIDTHS: LazyLock<HashMap<char, f32>> = LazyLock::new(|| {
        let Ok(font) = FontRef::new(FONT) else { return HashMap::default() };
        let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
        let characters = font.charmap().mappings().filter_map(|(code, glyph)| {
            Some((char::from_u32(code)?, metrics.advance_width(glyph)?))
        });
        characters.collect()
    });

    /// Whether the font has all the letters of `text`.
    pub fn can_write(text: &str) -> bool {
        text.chars().all(|c| WIDTHS.contains_key(&c))
    }

    /// How wide `text` is, in parts of the size of the font.
    pub fn width(text: &str) -> f32 {
        text.chars().filter_map(|c| WIDTHS.get(&c)).sum()
    }

    /// Draws `svg` as large as `width` by `height` pixels. It can bring in no file.
    ///
    /// # Errors
    /// With what is wrong with it.
    pub fn png(svg: &str, width: u32, height: u32) -> Result<Vec<u8>, String> {
        let nothing = ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        };
        let mut options = Options { image_href_resolver: nothing, ..Options::default() };
        options.fontdb = Arc::clone(&FONTS);
        options.font_family = "Literata".to_owned();
        let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
        let mut pixels = Pixmap::new(width, height).ok_or("it has no size")?;
        let (wide, high) = (tree.size().width(), tree.size().height());
        // Lengths of pictures are exact as f32.
        let scale = (width as f32 / wide).min(height as f32 / high);
        let left = (width as f32 - wide * scale) / 2.0;
        let top = (height as f32 - high * scale) / 2.0;
        let place = Transform::from_row(scale, 0.0, 0.0, scale, left, top);
        resvg::render(&tree, place, &mut pixels.as_mut());
        pixels.encode_png().map_err(|error| error.to_string())
    }
}

#[cfg(not(feature = "cards"))]
mod impossible {
    /// Nothing can be written.
    pub fn can_write(_: &str) -> bool {
        false
    }

    /// Nothing has a width.
    pub fn width(_: &str) -> f32 {
        0.0
    }

    /// Draws nothing.
    ///
    /// # Errors
    /// Always.
    pub fn png(_: &str, _: u32, _: u32) -> Result<Vec<u8>, String> {
        Err("this program was built without the feature `cards`".to_owned())
    }
}
