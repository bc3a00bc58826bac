//! What a picture's own bytes say of it, without its pixels being looked at: how large it is shown, and
//! whether all of it is there.
//!
//! Sizes are those in which browsers show it: turned as a camera says in JPEG and WebP (EXIF 2.32,
//! orientation), and for SVG by `width` and `height`, or else by `viewBox` (SVG 2, section 8.2).

use std::io::Cursor;

use image::{ImageDecoder, ImageFormat, ImageReader};
use imagesize::ImageType;
use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde::{Deserialize, Serialize};

use crate::source::walk::has_ending;

/// More pixels are not looked at: to decode them takes more memory than many machines have.
const MOST_PIXELS: u64 = 100_000_000;

/// The endings of files that are pictures.
const ENDINGS: &[&str] =
    &["apng", "avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp"];

/// What is known of a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Its width and height in CSS pixels; `None` for an SVG that fills whatever it is put in.
    pub size: Option<(u32, u32)>,
    /// How it is stored.
    pub kind: Kind,
    /// Its length in bytes.
    pub length: u64,
    /// What tells its bytes from others.
    pub hash: [u8; 16],
}

/// How a picture is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// JPEG.
    Jpeg,
    /// PNG that does not move.
    Png,
    /// WebP that does not move.
    WebP,
    /// Lines and not pixels, or something that only browsers can read, or that moves.
    AsItIs,
}

/// Why nothing is known of a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Fault {
    /// It is no picture of the kind that its name says, or a part of it is missing.
    Damaged,
    /// It has this width and height, which are too much.
    TooLarge(u32, u32),
    /// The file cannot be read, for this reason.
    Unread(String),
}

/// Whether a file with this path is a picture.
pub fn is_picture(path: &str) -> bool {
    has_ending(path, ENDINGS)
}

/// Whether a file with this path is a drawing, of lines and not of pixels.
pub fn is_drawing(path: &str) -> bool {
    has_ending(path, &["svg"])
}

/// The names that a picture may have that takes the place of the one at `path` in the dark.
///
/// ```
/// use sternpost::source::picture::dark_names;
/// assert_eq!(dark_names("team/plan.png"), ["team/plan-dark.png", "team/plan.dark.png"].map(str::to_owned));
/// ```
pub fn dark_names(path: &str) -> [String; 2] {
    let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
    [format!("{stem}-dark.{ending}"), format!("{stem}.dark.{ending}")]
}

/// The path of the picture whose place the one at `path` takes in the dark, if its name says so.
pub fn light_name(path: &str) -> Option<String> {
    let (stem, ending) = path.rsplit_once('.')?;
    let light = stem.strip_suffix("-dark").or_else(|| stem.strip_suffix(".dark"))?;
    Some(format!("{light}.{ending}"))
}

impl Picture {
    /// Reads what `bytes`, those of the file at `path`, say.
    ///
    /// # Errors
    /// When they are no whole picture, or a too large one.
    pub fn read(path: &str, bytes: &[u8]) -> Result<Picture, Fault> {
        let (size, kind) = match is_drawing(path) {
            true => (size_of_svg(bytes)?, Kind::AsItIs),
            false => {
                let (size, kind) = size_of_pixels(bytes)?;
                (Some(size), kind)
            }
        };
        let mut hash = [0; 16];
        hash.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
        Ok(Picture { size, kind, length: bytes.len() as u64, hash })
    }

    /// What tells its bytes from others, short enough for a name.
    pub fn short_hash(&self) -> String {
        self.hash[..6].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether `bytes` are those that this is known of.
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        blake3::hash(bytes).as_bytes()[..16] == self.hash
    }
}

fn size_of_pixels(bytes: &[u8]) -> Result<((u32, u32), Kind), Fault> {
    let size = imagesize::blob_size(bytes).map_err(|_| Fault::Damaged)?;
    let number = |length: usize| u32::try_from(length).map_err(|_| Fault::Damaged);
    let (mut width, mut height) = (number(size.width)?, number(size.height)?);
    if width == 0 || height == 0 {
        return Err(Fault::Damaged);
    }
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Fault::TooLarge(width, height));
    }
    let (kind, is_whole) = match imagesize::image_type(bytes) {
        Ok(ImageType::Jpeg) => (Kind::Jpeg, is_whole_jpeg(bytes)),
        Ok(ImageType::Png) => match chunks_of_png(bytes) {
            Some(moves) => (if moves { Kind::AsItIs } else { Kind::Png }, true),
            None => (Kind::Png, false),
        },
        Ok(ImageType::Webp) => {
            (if moves_as_webp(bytes) { Kind::AsItIs } else { Kind::WebP }, is_whole_webp(bytes))
        }
        _ => (Kind::AsItIs, true),
    };
    if !is_whole {
        return Err(Fault::Damaged);
    }
    if lies_on_its_side(bytes, kind) {
        (width, height) = (height, width);
    }
    Ok(((width, height), kind))
}

/// Whether browsers turn the picture by a quarter, as the camera says.
fn lies_on_its_side(bytes: &[u8], kind: Kind) -> bool {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::WebP => ImageFormat::WebP,
        Kind::Png => ImageFormat::Png,
        Kind::AsItIs => return false,
    };
    let decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder();
    let orientation = decoder.ok().and_then(|mut decoder| decoder.orientation().ok());
    orientation.is_some_and(|turned| turned.to_exif() >= 5)
}

/// Whether there is an end of image (`FFD9`) after the first scan has begun (ITU T.81, annex B). Cameras write
/// more behind it, and smaller pictures with ends of their own before.
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some([0xff, marker]) = bytes.get(at..at + 2) {
        match marker {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xda => return memmem::find(&bytes[at..], &[0xff, 0xd9]).is_some(),
            _ => {
                let Some([high, low]) = bytes.get(at + 2..at + 4) else { return false };
                at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
            }
        }
    }
    false
}

/// Whether a PNG moves (APNG: a chunk `acTL` before the pixels); `None` if a part of it is missing.
fn chunks_of_png(bytes: &[u8]) -> Option<bool> {
    let (mut at, mut moves) = (8, false);
    loop {
        let length = u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?) as usize;
        let name = bytes.get(at + 4..at + 8)?;
        moves |= name == b"acTL";
        at = at.checked_add(length)?.checked_add(12)?;
        if at > bytes.len() {
            return None;
        }
        if name == b"IEND" {
            return Some(moves);
        }
    }
}

fn is_whole_webp(bytes: &[u8]) -> bool {
    let length = bytes.get(4..).and_then(|bytes| bytes.first_chunk());
    length.is_some_and(|length| u32::from_le_bytes(*length) as usize <= bytes.len() - 8)
}

/// The flag in the extended header (WebP container specification, "Extended File Format").
fn moves_as_webp(bytes: &[u8]) -> bool {
    bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 0b10 != 0)
}

fn size_of_svg(bytes: &[u8]) -> Result<Option<(u32, u32)>, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::Damaged)?;
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "svg" => {
                return Ok(size_of_root(&tag));
            }
            Ok(Event::Start(_) | Event::Empty(_) | Event::Eof) | Err(_) => {
                return Err(Fault::Damaged);
            }
            Ok(_) => {}
        }
    }
}

fn size_of_root(tag: &BytesStart<'_>) -> Option<(u32, u32)> {
    let value = |name: &str| {
        let attribute = tag.try_get_attribute(name).ok()??;
        Some(attribute.value.into_owned())
    };
    let length = |name| value(name).and_then(|written| pixels(&written));
    let shape = value("viewBox").and_then(|view| {
        let numbers = view.split([' ', ',']).filter(|part| !part.is_empty());
        let numbers: Vec<f64> = numbers.map_while(|part| part.parse().ok()).collect();
        matches!(numbers[..], [_, _, w, h] if w > 0.0 && h > 0.0).then(|| (numbers[2], numbers[3]))
    });
    let (width, height) = match (length("width"), length("height"), shape) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(shape)) => shape,
        _ => return None,
    };
    let whole = |length: f64| {
        let rounded = length.round();
        // Lengths of this size are exact.
        (1.0..=1e6).contains(&rounded).then_some(rounded as u32)
    };
    Some((whole(width)?, whole(height)?))
}

/// A length in CSS pixels (CSS Values 4, section 6.2); `None` for one that depends on what is around.
fn pixels(written: &str) -> Option<f64> {
    let written = written.trim();
    let end = written.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(written.len());
    let number: f64 = written[..end].trim().parse().ok()?;
    let unit = match &written[end..] {
        "" | "px" => 1.0,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        _ => return None,
    };
    (number > 0.0).then_some(number * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(attributes: &str) -> Result<Option<(u32, u32)>, Fault> {
        size_of_svg(format!("<?xml version=\"1.0\"?><!-- a --><svg {attributes}/>").as_bytes())
    }

    #[test]
    fn drawings_are_as_large_as_they_say() {
        for (attributes, size) in [
            ("width=\"24\" height=\"12px\"", Some((24, 12))),
            ("viewBox=\"0 0 300 150.4\"", Some((300, 150))),
            ("width=\"100%\" height=\"100%\" viewBox=\"0,0,30,15\"", Some((30, 15))),
            ("width=\"1in\" viewBox=\"0 0 2 1\"", Some((96, 48))),
            ("width=\"0\" height=\"3\"", None),
            ("width=\"3em\" height=\"3\"", None),
            ("", None),
        ] {
            assert_eq!(svg(attributes), Ok(size), "{attributes}");
        }
        assert_eq!(size_of_svg(b"<html></html>"), Err(Fault::Damaged));
        assert_eq!(size_of_svg(b""), Err(Fault::Damaged));
    }

    #[test]
    fn a_part_of_a_picture_is_none() {
        let mut png = Vec::new();
        let image = image::DynamicImage::new_rgb8(3, 2);
        image.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
        let mut jpeg = Vec::new();
        image.write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).unwrap();
        let mut webp = Vec::new();
        image.write_to(&mut Cursor::new(&mut webp), ImageFormat::WebP).unwrap();
        for (name, bytes) in [("a.png", png), ("a.jpg", jpeg), ("a.webp", webp)] {
            assert_eq!(Picture::read(name, &bytes).unwrap().size, Some((3, 2)), "{name}");
            for end in 0..bytes.len() - 1 {
                assert_eq!(Picture::read(name, &bytes[..end]), Err(Fault::Damaged), "{name} {end}");
            }
        }
    }
}
