//! Pictures come with their sizes and in smaller versions, look right in the dark, and stand for pages that
//! someone shares.

use std::fs;
use std::io::Cursor;

use image::{DynamicImage, ImageFormat, ImageReader, Rgb, RgbImage};

use crate::crawl::files_below;
use crate::folder::{Built, Folder, PICTURE};

/// A picture with as many colours as a photograph has.
fn photo(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(u64::from(width));
    let pixel = |x: u32, y: u32| Rgb([(x / 3 % 256) as u8, (y / 2 % 256) as u8, random.u8(..)]);
    let image = DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, pixel));
    let mut bytes = Vec::new();
    image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A JPEG that says that the camera was held upright (EXIF orientation 6).
fn upright(width: u32, height: u32) -> Vec<u8> {
    let plain = photo(width, height, ImageFormat::Jpeg);
    let tiff = [
        &b"Exif\0\0MM\0*\0\0\0\x08\0\x01"[..],
        &[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, &tiff, &plain[2..]].concat()
}

fn handbook(essay: &str) -> Folder {
    Folder::new(&[("content/team.md", essay), ("book.toml", "[book]\ntitle = \"Leading\"\n")])
}

/// The versions of a site: the width that the name says, the file, and what is in it.
fn versions(built: &Built) -> Vec<(u32, String, DynamicImage)> {
    let files = built.files().iter().filter(|(path, _)| path.ends_with(".webp"));
    let read = |(path, bytes): (&String, &Vec<u8>)| {
        let width = path.rsplit('-').nth(1).unwrap().parse().unwrap();
        let image = ImageReader::with_format(Cursor::new(bytes), ImageFormat::WebP);
        (width, path.clone(), image.decode().unwrap())
    };
    files.map(read).collect()
}

#[test]
fn sizes_are_always_written_and_only_the_first_is_fetched_at_once() {
    let folder = handbook(
        "# Team\n\n![one](a.png)\n\n![two](b.jpg)\n\n![*three*](c.svg \"A plan\")\n\n![far](https://far.example/d.png)\n",
    );
    folder.write("content/a.png", photo(30, 20, ImageFormat::Png));
    folder.write("content/b.jpg", upright(40, 20));
    folder.write("content/c.svg", "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 32'/>");
    let built = folder.site();
    let page = built.content("team/index.html");
    for part in [
        "<img src=\"../a.png\" alt=\"one\" width=\"30\" height=\"20\" />",
        "<img src=\"../b.jpg\" alt=\"two\" width=\"20\" height=\"40\" loading=\"lazy\" decoding=\"async\" />",
        "<figure><img src=\"../c.svg\" alt=\"three\" width=\"64\" height=\"32\" loading=\"lazy\"",
        "<figcaption>A plan</figcaption>",
        "<img src=\"https://far.example/d.png\" alt=\"far\" loading=\"lazy\" decoding=\"async\" />",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(versions(&built).is_empty(), "of small files there are no versions");
    assert!(built.warnings().is_empty(), "{}", built.err);
}

#[test]
fn large_pictures_have_smaller_versions_and_none_is_wider() {
    let folder = handbook("# Team\n\n![one](a.jpg)\n\n![two](b.png)\n\n![up](c.jpg)\n");
    folder.write("content/a.jpg", photo(900, 300, ImageFormat::Jpeg));
    folder.write("content/b.png", photo(500, 200, ImageFormat::Png));
    folder.write("content/c.jpg", upright(600, 1000));
    let built = folder.site();
    let page = built.content("team/index.html");
    let mut widths = Vec::new();
    for (width, path, image) in versions(&built) {
        assert_eq!(image.width(), width, "{path}");
        assert!(page.contains(&format!("../{path} {width}w")), "{path} in {page}");
        let stem = path.split(['/', '-']).nth(1).unwrap().to_owned();
        let (own_width, own_height) = [("a", (900, 300)), ("b", (500, 200)), ("c", (1000, 600))]
            .into_iter()
            .find(|(name, _)| *name == stem)
            .unwrap()
            .1;
        let wanted = f64::from(own_height) * f64::from(width) / f64::from(own_width);
        assert!((f64::from(image.height()) - wanted).abs() <= 0.5, "{path} keeps its shape");
        widths.push((stem, width));
    }
    widths.sort();
    let names: Vec<(&str, u32)> =
        widths.iter().map(|(stem, width)| (stem.as_str(), *width)).collect();
    assert_eq!(names, [("a", 480), ("a", 800), ("b", 480), ("b", 500), ("c", 480), ("c", 800)]);
    assert!(page.contains("../a.jpg 900w"), "{page}");
    assert!(page.contains("sizes=\"(max-width: 36.25rem) 100vw, 36.25rem\""), "{page}");
    assert!(built.dead_links().is_empty(), "{:?}", built.dead_links());
}

#[test]
fn a_drawing_of_few_colours_stays_exact() {
    let image = RgbImage::from_fn(900, 400, |x, y| {
        if (x * 7 + y * 13) % 97 < 40 { Rgb([200, 30, 60]) } else { Rgb([255, 255, 255]) }
    });
    let image = DynamicImage::ImageRgb8(image);
    let mut png = Vec::new();
    image.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
    // As programs save it that do not press hard.
    let pad = 30_000_usize.saturating_sub(png.len());
    let end = png.len() - 12;
    let text = [&b"tEXtnote\0"[..], &vec![b'x'; pad]].concat();
    let mut chunk = u32::try_from(text.len() - 4).unwrap().to_be_bytes().to_vec();
    chunk.extend(&text);
    chunk.extend(crc(&text).to_be_bytes());
    png.splice(end..end, chunk);
    let folder = handbook("# Team\n\n![one](a.png)\n");
    folder.write("content/a.png", &png);
    let built = folder.site();
    let (_, _, own) = versions(&built).into_iter().find(|(width, ..)| *width == 900).unwrap();
    assert_eq!(own.to_rgb8(), image.to_rgb8());
}

/// PNG specification, annex D.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

#[test]
fn in_the_dark_the_dark_one_is_shown() {
    let folder = handbook("# Team\n\n![one](a.svg)\n\n![two](b.svg)\n");
    for (name, width) in [("a", 10), ("a-dark", 12), ("b", 14), ("b.dark", 16)] {
        let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='9'/>");
        folder.write(&format!("content/{name}.svg"), svg);
    }
    let built = folder.site();
    let page = built.content("team/index.html");
    for part in [
        "<img src=\"../a.svg\" alt=\"one\" class=\"only-light\" width=\"10\" height=\"9\" loading=\"lazy\"",
        "<img src=\"../a-dark.svg\" alt=\"one\" class=\"only-dark\" width=\"12\" height=\"9\" loading=\"lazy\"",
        "<img src=\"../b.dark.svg\" alt=\"two\" class=\"only-dark\" width=\"16\"",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let style = built.files().iter().find(|(path, _)| path.starts_with("assets/style-")).unwrap().1;
    assert!(String::from_utf8_lossy(style).contains(".only-dark { display: none; }"));
    assert!(!built.files().keys().any(|path| path.contains("images-")), "one style sheet");
    let mut check = folder.command(&["check", "handbook"]);
    let checked = folder.run(&mut check);
    assert!(!checked.err.contains("unused-file"), "{}", checked.err);
}

#[test]
fn versions_are_made_once_and_the_same_anywhere() {
    let folder = handbook("# Team\n\n![one](a.jpg)\n");
    folder.write("content/a.jpg", photo(900, 300, ImageFormat::Jpeg));
    let first = folder.site();
    let made = folder.root().join(".book.sternpost/made");
    let kept = files_below(&made);
    assert_eq!(kept.len(), 2);
    // Without the site, but with what was costly to make.
    fs::remove_dir_all(folder.root().join("book")).unwrap();
    fs::remove_dir_all(folder.root().join(".book.sternpost/last")).unwrap_or_default();
    fs::remove_file(folder.root().join(".book.sternpost/site")).unwrap();
    assert!(folder.site().files() == first.files());
    assert!(files_below(&made) == kept);
    // Damaged, another's, or gone.
    for name in kept.keys() {
        fs::write(made.join(name), "damaged").unwrap();
    }
    fs::remove_dir_all(folder.root().join("book")).unwrap();
    assert!(folder.site().files() == first.files());
    let mut alone = folder.command(&["build", "handbook", "--output", "alone"]);
    alone.env("RAYON_NUM_THREADS", "1");
    folder.run(&mut alone);
    assert!(files_below(&folder.root().join("../alone")) == *first.files());
}

#[test]
fn what_is_no_picture_is_told_and_published() {
    let folder = handbook("# Team\n\n![one](a.png)\n\n![two](b.jpg)\n\n![three](c.png)\n");
    folder.write("content/a.png", "no picture");
    let whole = photo(900, 300, ImageFormat::Jpeg);
    folder.write("content/b.jpg", &whole[..whole.len() / 2]);
    // Its header says 20,000 by 20,000.
    let mut large = photo(30, 20, ImageFormat::Png);
    large[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
    folder.write("content/c.png", &large);
    for _ in 0..2 {
        let built = folder.site();
        for part in [
            "warning[picture]: content/a.png is no picture, or a part of it is missing",
            "warning[picture]: content/b.jpg is no picture, or a part of it is missing",
            "warning[picture]: content/c.png is too large to be worked on: 20000 by 20000 pixels",
        ] {
            assert!(built.err.contains(part), "{part} in {}", built.err);
        }
        assert_eq!(built.files()["b.jpg"], whole[..whole.len() / 2]);
        assert!(built.content("team/index.html").contains("<img src=\"../a.png\" alt=\"one\" />"));
        assert!(versions(&built).is_empty());
    }
}

#[test]
fn smaller_versions_can_be_turned_off() {
    let folder = handbook("# Team\n\n![one](a.jpg)\n");
    folder.write("content/a.jpg", photo(900, 300, ImageFormat::Jpeg));
    assert_eq!(versions(&folder.site()).len(), 2);
    folder.write("book.toml", "[book]\ntitle = \"Leading\"\n[handbook]\nimages = false\n");
    let built = folder.site();
    assert!(versions(&built).is_empty());
    let page = built.content("team/index.html");
    assert!(
        page.contains("<img src=\"../a.jpg\" alt=\"one\" width=\"900\" height=\"300\" />"),
        "{page}"
    );
}

const CARDS: &str = "[book]\ntitle = \"Leading\"\nauthors = [\"Amara Osei\"]\n\
[output.html]\nsite-url = \"https://lead.example/h/\"\n[handbook]\ncards = true\n";

/// A template that shows what `page.card` says.
const SHOWS: &str = "{{ page.card }}";

#[cfg(feature = "cards")]
#[test]
fn each_page_has_a_card() {
    let folder = handbook("# Trust & <care>\n\nWords.\n");
    folder.write("book.toml", CARDS);
    folder.write("content/arabic.md", "# \u{645}\u{631}\u{62d}\u{628}\u{627}\n\nWords.\n");
    folder.write("content/long.md", format!("# {}\n\nWords.\n", "Courage ".repeat(60)));
    let built = folder.site();
    let cards: Vec<&String> =
        built.files().keys().filter(|path| path.starts_with("cards/")).collect();
    assert_eq!(cards, ["cards/index.png", "cards/long.png", "cards/team.png"]);
    for card in cards {
        let bytes = Cursor::new(&built.files()[card]);
        let image = ImageReader::with_format(bytes, ImageFormat::Png).decode().unwrap().to_rgb8();
        assert_eq!((image.width(), image.height()), (1200, 630));
        // The accent at the edge, and something written.
        assert_eq!(image.get_pixel(5, 300).0, [0x0d, 0x5c, 0x70]);
        let is_dark = |pixel: &&Rgb<u8>| pixel.0.iter().all(|part| *part < 0x40);
        assert!(image.pixels().filter(is_dark).count() > 1000, "{card}");
    }
    let notes = built.err.matches("gets no picture for those who share it").count();
    assert_eq!(notes, 1, "{}", built.err);
    fs::remove_dir_all(folder.root().join(".book.sternpost")).unwrap();
    fs::remove_dir_all(folder.root().join("book")).unwrap();
    assert!(folder.site().files() == built.files());

    folder.write("templates/page.html", SHOWS);
    let page = folder.site().read("team/index.html");
    assert!(
        page.contains("https://lead.example/h/cards/team.png") && page.contains("1200"),
        "{page}"
    );
    assert!(!folder.site().read("arabic/index.html").contains("cards/"));
}

#[test]
fn an_essay_can_name_its_own() {
    let folder = handbook("---\nimage: pics/own.png\n---\n# Team\n\nWords.\n");
    folder.write("book.toml", CARDS);
    folder.write("content/pics/own.png", photo(30, 20, ImageFormat::Png));
    folder.write(
        "content/other.md",
        "+++\n[extra]\nimage = \"https://far.example/x.png\"\n+++\n# O\n",
    );
    folder.write("content/wrong.md", "+++\nog_image = \"nowhere.png\"\n+++\n# W\n");
    folder.write("templates/page.html", SHOWS);
    let built = folder.site();
    let page = built.read("team/index.html");
    assert!(page.contains("https://lead.example/h/pics/own.png") && page.contains("30"), "{page}");
    assert!(built.read("other/index.html").contains("https://far.example/x.png"));
    assert!(!built.has("cards/team.png") && !built.has("cards/other.png"));
    let told = "the picture for those who share this page is missing: `nowhere.png`";
    assert!(built.err.contains(told), "{}", built.err);
}

#[cfg(feature = "cards")]
#[test]
fn a_site_can_draw_its_own_cards() {
    let folder = handbook("# Team\n");
    folder.write("book.toml", CARDS);
    folder.write(
        "templates/card.svg",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 12 6.3'><rect width='12' height='7' fill='#010203'/>\
         <image href='../book.toml' width='1' height='1'/></svg>",
    );
    let built = folder.site();
    let image = Cursor::new(&built.files()["cards/team.png"]);
    let image = ImageReader::with_format(image, ImageFormat::Png).decode().unwrap().to_rgb8();
    assert_eq!(image.get_pixel(600, 300).0, [1, 2, 3]);
    folder.write("templates/card.svg", "no drawing");
    let built = folder.build(&[]);
    assert!(built.code == 2 && built.err.contains("`card.svg` gives no picture"), "{}", built.err);
}

#[test]
fn cards_need_the_sites_address() {
    let folder = handbook("# Team\n");
    folder.write("book.toml", "[handbook]\ncards = true\n");
    let built = folder.site();
    assert!(
        built.err.contains("the pictures for those who share a page are left out"),
        "{}",
        built.err
    );
    assert!(!built.files().keys().any(|path| path.starts_with("cards/")));
}

#[test]
fn a_book_has_its_marks() {
    let folder = handbook("# Team\n");
    folder.write(
        "book.toml",
        "[book]\ntitle = \"Leading from behind\"\n[handbook]\nlogo = \"logo.svg\"\ncover = \"cover.png\"\nicon = \"gone.svg\"\n",
    );
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'/>";
    folder.write("logo.svg", svg);
    folder.write("logo-dark.svg", format!("{svg}\n"));
    folder.write("content/cover.png", photo(30, 20, ImageFormat::Png));
    folder.write(
        "templates/page.html",
        "{{ book.logo.url }} {{ book.logo.width }} {{ book.logo.dark_url }} {{ book.cover.url }} \
         {{ book.cover.height }} {{ book.icon_url }} {{ book.manifest_url }}",
    );
    let built = folder.site();
    let page = built.read("team/index.html");
    let words: Vec<&str> = page.split_whitespace().collect();
    for (at, start) in
        [(0, "assets/logo-"), (2, "assets/logo-dark-"), (3, "assets/cover-"), (5, "assets/icon-")]
    {
        assert!(words[at].starts_with(start) && built.has(words[at]), "{} in {page}", words[at]);
    }
    assert_eq!([words[1], words[4], words[6]], ["40", "20", "site.webmanifest"]);
    assert!(built.err.contains("`icon` names gone.svg, which cannot be read"), "{}", built.err);

    let manifest: serde_json::Value =
        serde_json::from_str(&built.read("site.webmanifest")).unwrap();
    assert_eq!(manifest["name"], "Leading from behind");
    assert_eq!(manifest["short_name"], "Leading from");
    for icon in manifest["icons"].as_array().unwrap() {
        assert!(built.has(icon["src"].as_str().unwrap()), "{icon}");
    }
    if cfg!(feature = "cards") {
        let touch = manifest["icons"][1]["src"].as_str().unwrap();
        let image = Cursor::new(&built.files()[touch]);
        let image = ImageReader::with_format(image, ImageFormat::Png).decode().unwrap();
        assert_eq!((image.width(), image.height()), (180, 180));
    }
    // A file that comes later is found.
    folder.write("gone.svg", svg);
    let again = folder.site();
    assert!(
        again.files().keys().any(|path| path.starts_with("assets/gone-")),
        "{:?}",
        again.files().keys()
    );
}

#[test]
fn marks_outside_the_project_are_not_published() {
    let folder = Folder::new(&[
        ("content/a.md", "# A"),
        ("book.toml", "[handbook]\nlogo = \"../secret.gif\"\n"),
    ]);
    std::fs::write(folder.root().parent().unwrap().join("secret.gif"), PICTURE).unwrap();
    let built = folder.site();
    assert!(built.err.contains("leads out of the project"), "{}", built.err);
    assert!(
        !built.files().keys().any(|name| name.contains("secret")),
        "{:?}",
        built.files().keys()
    );
    assert!(!built.read("a/index.html").contains("secret"));
}
