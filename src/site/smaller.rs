//! Smaller versions of pictures, as WebP.
//!
//! The same picture gives the same bytes on every machine: the encoder works on one thread with settings that
//! are all named here, and scaling is done in whole numbers.
//!
//! A version is published whether or not it has fewer bytes than the original: pages say which versions there
//! are before any is made. In practice all have, since files that are small already get none.

use std::io::Cursor;
use std::sync::atomic::Ordering;

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use foldhash::HashSet;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use webp::{PixelLayout, WebPConfig};

use crate::diagnostic::{Code, Diagnostic, Place, reason};
use crate::site::Site;
use crate::site::pictures::Version;
use crate::site::store::Store;
use crate::source::opening;
use crate::source::picture::Kind;

/// Between 0 and 100: photographs of this quality look like their originals.
const QUALITY: f32 = 80.0;

/// How hard the encoder tries, from 0 to 6; what comes after this gains little.
const EFFORT: i32 = 4;

/// A picture with at most so many colours is a drawing, and may be smaller without any loss.
const FEW_COLOURS: usize = 256;

/// Why a version was not made.
enum Unmade {
    /// The file is another than it was when it was listed.
    Changed,
    /// It cannot be read.
    Unreadable(Diagnostic),
}

impl Site {
    /// Makes a version for this site.
    ///
    /// # Errors
    /// When the file cannot be read, or was changed.
    pub(super) fn smaller(&self, version: &Version) -> Result<Vec<u8>, Diagnostic> {
        make(version, self.store.as_deref()).map_err(|unmade| match unmade {
            Unmade::Unreadable(found) => found,
            Unmade::Changed => {
                self.is_lost.store(true, Ordering::Relaxed);
                let name = version.file.file_name().unwrap_or_default().to_string_lossy();
                Diagnostic::error(Code::Picture, format!("{name} was saved while it was read"))
                    .hint("try again")
            }
        })
    }
}

/// The bytes of a version, out of `store` if they are there. Otherwise, with a store, all versions of the
/// picture are made: to look at its pixels is most of the work, and each will be asked for.
///
/// A picture whose pixels cannot be made out, although its parts are all there, is given as it is: browsers show
/// of it what they can.
///
/// # Errors
/// When the file cannot be read, or was changed.
fn make(version: &Version, store: Option<&dyn Store>) -> Result<Vec<u8>, Unmade> {
    let name = |width: u32| {
        let hash = version.picture.hash.iter().map(|byte| format!("{byte:02x}"));
        format!("{}-{width}", hash.collect::<String>())
    };
    if let Some(bytes) = store.and_then(|store| store.read(&name(version.width))) {
        return Ok(bytes);
    }
    // Nothing is taken from there but the picture that is known.
    let original = opening::read_plain(&version.file).map_err(|error| {
        let shown = version.file.display();
        let message = format!("cannot read {shown}: {}", reason(&error));
        Unmade::Unreadable(
            Diagnostic::error(Code::Unreadable, message).at(Place::file(shown.to_string())),
        )
    })?;
    if !version.picture.is_of(&original) {
        return Err(Unmade::Changed);
    }
    let Some(source) = Source::decode(&original, version.picture.kind) else {
        return Ok(original);
    };
    let mut asked = None;
    for width in version.widths.iter().filter(|width| store.is_some() || **width == version.width) {
        let bytes = source.version(*width).unwrap_or_else(|| original.clone());
        if let Some(store) = store {
            store.write(&name(*width), &bytes);
        }
        if *width == version.width {
            asked = Some(bytes);
        }
    }
    Ok(asked.unwrap_or(original))
}

/// The pixels of a picture, the right way up.
struct Source {
    pixels: DynamicImage,
    /// The colours that the numbers stand for, where they are not those of the web.
    profile: Option<Vec<u8>>,
    has_few_colours: bool,
}

impl Source {
    fn decode(bytes: &[u8], kind: Kind) -> Option<Source> {
        let format = match kind {
            Kind::Jpeg => ImageFormat::Jpeg,
            Kind::Png => ImageFormat::Png,
            Kind::WebP => ImageFormat::WebP,
            Kind::AsItIs => return None,
        };
        let mut decoder =
            ImageReader::with_format(Cursor::new(bytes), format).into_decoder().ok()?;
        let turned = decoder.orientation().ok();
        let profile = decoder.icc_profile().ok().flatten().filter(|profile| !is_srgb(profile));
        let mut pixels = DynamicImage::from_decoder(decoder).ok()?;
        if let Some(turned) = turned {
            pixels.apply_orientation(turned);
        }
        let pixels = match pixels.color().has_alpha() {
            true => DynamicImage::ImageRgba8(pixels.into_rgba8()),
            false => DynamicImage::ImageRgb8(pixels.into_rgb8()),
        };
        let has_few_colours = kind == Kind::Png && has_few_colours(&pixels);
        Some(Source { pixels, profile, has_few_colours })
    }

    /// The version with this width; `None` where there is not enough memory for it.
    fn version(&self, width: u32) -> Option<Vec<u8>> {
        let (own_width, own_height) = (self.pixels.width(), self.pixels.height());
        let height = (u64::from(own_height) * u64::from(width) + u64::from(own_width) / 2)
            / u64::from(own_width);
        let height = u32::try_from(height).ok()?.max(1);
        let (layout, pixel) = match self.pixels.color().has_alpha() {
            true => (PixelLayout::Rgba, PixelType::U8x4),
            false => (PixelLayout::Rgb, PixelType::U8x3),
        };
        let scaled;
        let pixels = if (width, height) == (own_width, own_height) {
            self.pixels.as_bytes()
        } else {
            let mut target = Image::new(width, height, pixel);
            let how = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
            let source = self.pixels.as_bytes().to_vec();
            let source = Image::from_vec_u8(own_width, own_height, source, pixel).ok()?;
            Resizer::new().resize(&source, &mut target, &how).ok()?;
            scaled = target;
            scaled.buffer()
        };
        let encoder = webp::Encoder::new(pixels, layout, width, height);
        let mut best = encoder.encode_advanced(&settings(false)?).ok()?.to_vec();
        if self.has_few_colours {
            let exact = encoder.encode_advanced(&settings(true)?).ok()?;
            if exact.len() <= best.len() {
                best = exact.to_vec();
            }
        }
        Some(match &self.profile {
            Some(profile) => with_profile(&best, profile, (width, height)).unwrap_or(best),
            None => best,
        })
    }
}

fn settings(is_exact: bool) -> Option<WebPConfig> {
    let mut settings = WebPConfig::new().ok()?;
    settings.lossless = i32::from(is_exact);
    settings.quality = QUALITY;
    settings.method = EFFORT;
    settings.thread_level = 0;
    Some(settings)
}

fn has_few_colours(pixels: &DynamicImage) -> bool {
    let size = usize::from(pixels.color().bytes_per_pixel());
    let mut colours: HashSet<&[u8]> = HashSet::default();
    let mut last: &[u8] = &[];
    pixels.as_bytes().chunks_exact(size).all(|pixel| {
        if pixel != last {
            last = pixel;
            colours.insert(pixel);
        }
        colours.len() <= FEW_COLOURS
    })
}

/// Whether a profile says what browsers take for granted. Its description is text, in one form or another.
fn is_srgb(profile: &[u8]) -> bool {
    let plain: Vec<u8> = profile.iter().copied().filter(|byte| *byte != 0).collect();
    memchr::memmem::find(&plain, b"sRGB").is_some()
}

/// A WebP with a colour profile (WebP container specification, "Extended File Format" and "Color Profile"): the
/// header that says so, the profile, then what was there.
fn with_profile(webp: &[u8], profile: &[u8], (width, height): (u32, u32)) -> Option<Vec<u8>> {
    const PROFILE: u8 = 0b10_0000;
    const ALPHA: u8 = 0b1_0000;
    let chunks = webp.get(12..)?;
    let (flags, chunks) = match chunks.get(..4)? {
        b"VP8X" => (*chunks.get(8)?, chunks.get(18..)?),
        // The bit after both sizes (WebP lossless specification, 3).
        b"VP8L" => (if chunks.get(12)? & 0b1_0000 != 0 { ALPHA } else { 0 }, chunks),
        _ => (0, chunks),
    };
    let mut body = b"WEBPVP8X".to_vec();
    body.extend(10_u32.to_le_bytes());
    body.extend([flags | PROFILE, 0, 0, 0]);
    for length in [width, height] {
        body.extend(&(length - 1).to_le_bytes()[..3]);
    }
    body.extend(b"ICCP");
    body.extend(u32::try_from(profile.len()).ok()?.to_le_bytes());
    body.extend(profile);
    if profile.len() % 2 == 1 {
        body.push(0);
    }
    body.extend(chunks);
    let mut whole = b"RIFF".to_vec();
    whole.extend(u32::try_from(body.len()).ok()?.to_le_bytes());
    whole.extend(body);
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_comes_along_and_the_pixels_stay() {
        for alpha in [255, 100] {
            for is_exact in [false, true] {
                let pixels: Vec<u8> =
                    (0..64 * 32).flat_map(|n: u32| [n as u8, (n / 9) as u8, 9, alpha]).collect();
                let encoder = webp::Encoder::from_rgba(&pixels, 64, 32);
                let bare = encoder.encode_advanced(&settings(is_exact).unwrap()).unwrap().to_vec();
                let with = with_profile(&bare, b"odd", (64, 32)).unwrap();
                let decoder =
                    |bytes| ImageReader::with_format(Cursor::new(bytes), ImageFormat::WebP);
                let mut found = decoder(with.clone()).into_decoder().unwrap();
                assert_eq!(found.icc_profile().unwrap().as_deref(), Some(&b"odd"[..]));
                let (bare, with) =
                    (decoder(bare).decode().unwrap(), decoder(with).decode().unwrap());
                assert_eq!(bare.to_rgba8(), with.to_rgba8());
            }
        }
    }
}
