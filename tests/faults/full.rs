//! A disk that fills up, and a system that gives little: no more bytes in a file, few open files, little memory.

use std::fs;
use std::path::PathBuf;

use crate::crawl::files_below;
use crate::folder::Folder;
use crate::handbook::{self, assert_recovers, clean, difference, turn_to, under};
use crate::tools::can;

const PRLIMIT: &[&str] = &["prlimit", "--nofile=32", "true"];

/// Whether a file system can be mounted where nobody else sees it, and how.
const UNSHARE: &[&str] = &["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"];

/// The site has a disk of its own with 600 KB, on which it fits, and nothing large beside it.
#[test]
fn a_small_disk_fills_up() {
    if !can(&[UNSHARE]) {
        return;
    }
    let folder = Folder::new(&[]);
    let above = folder.root().parent().unwrap().to_owned();
    let disk = above.join("disk");
    fs::create_dir(&disk).unwrap();
    turn_to(&folder, 0);
    // All in one go, since the disk is gone with the last program that sees it. First a site that does not
    // fit; then one that does; then again the one that does not.
    folder.write("more/large.csv", "x".repeat(300_000));
    let build = "\"$0\" build handbook --output disk/book";
    let script = format!(
        "mount -t tmpfs -o size=600k none disk || exit 9
         mv handbook/more/large.csv handbook/content/large.csv
         cp handbook/content/large.csv handbook/content/larger.csv
         cp handbook/content/large.csv handbook/content/largest.csv
         {build} 2> first.err; echo $? > first.code
         find disk -name index.html > first.files
         rm handbook/content/larg*.csv
         {build} 2> second.err; echo $? > second.code
         cp -a disk/book second
         echo more >> handbook/content/credit.md
         head -c 400000 /dev/zero > handbook/content/huge.csv
         {build} 2> third.err; echo $? > third.code
         cp -a disk/book third
         rm handbook/content/huge.csv
         {build} 2> fourth.err; echo $? > fourth.code
         cp -a disk/book fourth; ls -A disk/.book.sternpost > fourth.cache"
    );
    let program = folder.command(&[]);
    let arguments = ["-rm", "sh", "-c", &script];
    let ran = folder.run(&mut under("unshare", &arguments, &program, &above));
    let said = |name: &str| fs::read_to_string(above.join(name)).unwrap_or_default();
    let code = |name: &str| said(&format!("{name}.code")).trim().to_owned();
    assert_eq!(code("first"), "2", "{}{}{}", ran.out, ran.err, said("first.err"));
    assert_eq!(said("first.files").matches("disk/book").count(), 0, "{}", said("first.files"));
    for (name, file) in [("first", "larg"), ("third", "huge.csv")] {
        let err = said(&format!("{name}.err"));
        assert!(err.contains("no space left on device") && err.contains(file), "{name}: {err}");
        assert!(err.contains("the site that was there before is as it was"), "{name}: {err}");
    }
    assert_eq!(code("second"), "0", "{}", said("second.err"));
    assert_eq!(difference(&files_below(&above.join("second")), clean(0)), None);
    assert_eq!(code("third"), "2", "{}", said("third.err"));
    assert_eq!(difference(&files_below(&above.join("third")), clean(0)), None);
    assert_eq!(code("fourth"), "0", "{}", said("fourth.err"));
    let wanted = folder.site();
    assert_eq!(difference(&files_below(&above.join("fourth")), wanted.files()), None);
    let cache = said("fourth.cache");
    assert!(!cache.lines().any(|name| ["next", "old"].contains(&name) || name.ends_with(".new")));
}

/// A limit to how long a file may grow.
#[test]
fn a_file_may_grow_no_longer() {
    if !can(&[PRLIMIT]) {
        return;
    }
    let folder = Folder::new(&[]);
    turn_to(&folder, 0);
    folder.site();
    let before = handbook::site(&folder);
    turn_to(&folder, 1);
    folder.write("content/large.csv", "x".repeat(300_000));
    let above = folder.root().parent().unwrap().to_owned();
    // The system ends a program that writes more, unless it is told to let the program know.
    for (told, code) in [("", -1), ("trap '' XFSZ; ", 2)] {
        let script = format!("{told}exec prlimit --fsize=100000 \"$0\" build handbook");
        let built = folder.run(&mut under("sh", &["-c", &script], &folder.command(&[]), &above));
        assert_eq!(built.code, code, "{}", built.err);
        assert_eq!(built.err.contains("large.csv: file too large"), code == 2, "{}", built.err);
        assert_eq!(difference(&handbook::site(&folder), &before), None);
    }
    fs::remove_file(folder.root().join("content/large.csv")).unwrap();
    assert_recovers(&folder, 1, "a limit to the length of files");
}

/// A book of several hundred essays, each with a picture, in many folders.
fn large() -> Folder {
    let folder = Folder::new(&[]);
    let picture = picture();
    for number in 0..400 {
        let (part, next) = (number % 40, (number + 41) % 400);
        let text = format!(
            "# Essay {number}\n\n![](p{number}.png) See [next](../part{}/e{next}.md).\n",
            next % 40
        );
        folder.write(&format!("content/part{part}/e{number}.md"), text);
        folder.write(&format!("content/part{part}/p{number}.png"), &picture);
    }
    folder
}

fn picture() -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(60, 40, |x, y| image::Rgb([x as u8, y as u8, 9]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn a_large_book_needs_few_open_files_and_little_memory() {
    if !can(&[PRLIMIT]) {
        return;
    }
    let folder = large();
    let above: PathBuf = folder.root().parent().unwrap().to_owned();
    let program = folder.command(&["build", "handbook", "--quiet"]);
    let free = folder.site();
    for limit in ["--nofile=64", "--nofile=32", "--as=1500000000"] {
        for again in [false, true] {
            if !again {
                for name in ["book", ".book.sternpost"] {
                    fs::remove_dir_all(folder.root().join(name)).unwrap();
                }
            }
            // Even on a machine with many processors.
            let mut limited = under("prlimit", &[limit], &program, &above);
            let built = folder.run(limited.env("RAYON_NUM_THREADS", "16"));
            assert_eq!(built.code, 0, "{limit}: {}", built.err);
            assert_eq!(difference(built.files(), free.files()), None, "{limit}");
        }
    }
}
