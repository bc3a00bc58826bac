//! Writes a handbook of any size for benchmarks: `cargo run --release --example corpus -- 10000 FOLDER`.
//!
//! The same number gives the same bytes everywhere. Essays have about 900 words with headings, lists,
//! a table, a code block now and then, links to other essays, and 3 to 8 of 200 tags, of which the
//! first are common and the last rare (Zipf). They lie in sections of 25, and sections of more than
//! 40 in parts.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use fastrand::Rng;

/// Essays in a section.
const SECTION: usize = 25;
/// Sections in a part of a book that has not more than the most parts.
const PART: usize = 40;
/// The most parts: every page names all of them.
const PARTS: usize = 20;
/// Tags that there are.
const TAGS: usize = 200;

const WORDS: &[&str] = &[
    "trust", "team", "work", "plan", "week", "question", "answer", "people", "meeting", "note",
    "reason", "choice", "promise", "mistake", "goal", "praise", "credit", "listen", "speak",
    "write", "share", "decide", "delegate", "review", "learn", "teach", "wait", "begin", "finish",
    "change", "the", "a", "of", "to", "and", "in", "that", "is", "for", "with", "on", "when",
    "who", "what", "they", "we", "before", "after", "because", "without", "every", "small",
    "clear", "honest", "early", "late", "often", "never", "quietly", "together", "slowly", "well",
    "harbour", "rudder", "wind", "crew", "voyage", "captain", "watch", "course",
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, folder] = arguments.as_slice() else {
        return Err("usage: corpus COUNT FOLDER".into());
    };
    let (count, folder) = (count.parse()?, Path::new(folder));
    fs::create_dir_all(folder)?;
    fs::write(folder.join("book.toml"), "[book]\ntitle = \"A long voyage\"\n")?;
    let mut rng = Rng::with_seed(count as u64);
    for number in 0..count {
        let file = folder.join("content").join(path(number, count));
        let dir = file.parent().ok_or("no folder")?;
        if number % SECTION == 0 {
            fs::create_dir_all(dir)?;
        }
        fs::write(file, essay(number, count, &mut rng))?;
    }
    Ok(())
}

fn path(number: usize, count: usize) -> String {
    let section = number / SECTION;
    let part = match count > SECTION * PART {
        true => format!("part-{:03}/", section / PART.max((count / SECTION).div_ceil(PARTS))),
        false => String::new(),
    };
    format!("{part}section-{section:04}/essay-{number:06}.md")
}

fn essay(number: usize, count: usize, rng: &mut Rng) -> String {
    let mut text = String::with_capacity(7_000);
    let tags: Vec<String> = (0..rng.usize(3..=8)).map(|_| format!("\"{}\"", tag(rng))).collect();
    let (year, month, day) = (rng.usize(2015..2026), rng.usize(1..=12), rng.usize(1..=28));
    let _ = write!(
        text,
        "+++\ntitle = \"{} {number}\"\ndate = {year}-{month:02}-{day:02}\ntags = [{}]\n+++\n\n",
        capital(&words(4, rng)),
        tags.join(", ")
    );
    for _ in 0..6 {
        let _ = write!(text, "## {}\n\n", capital(&words(3, rng)));
        for _ in 0..2 {
            let _ = write!(text, "{}\n\n", paragraph(number, count, rng));
        }
        match rng.usize(0..6) {
            0 | 1 => {
                for _ in 0..4 {
                    let _ = writeln!(text, "- {}", capital(&words(8, rng)));
                }
            }
            2 => {
                text.push_str("| who | what | when |\n|---|---|---|\n");
                for _ in 0..4 {
                    let _ = writeln!(
                        text,
                        "| {} | {} | {} |",
                        words(1, rng),
                        words(3, rng),
                        words(2, rng)
                    );
                }
            }
            3 => {
                let _ = writeln!(text, "```text\n{}\n{}\n```", words(6, rng), words(6, rng));
            }
            _ => {
                let _ = writeln!(text, "> {}", capital(&words(12, rng)));
            }
        }
        text.push('\n');
    }
    text
}

/// Five sentences, of which one holds a link to another essay.
fn paragraph(number: usize, count: usize, rng: &mut Rng) -> String {
    let linked = rng.usize(0..10);
    let mut text = String::new();
    for sentence in 0..5 {
        let mut said = capital(&words(rng.usize(8..=16), rng));
        if sentence == linked {
            let target = rng.usize(0..count);
            let up = if count > SECTION * PART { "../../" } else { "../" };
            let _ = write!(said, " [{}]({up}{})", words(2, rng), path(target, count));
        }
        if sentence == 2 && number.is_multiple_of(3) {
            let _ = write!(said, " **{}** and *{}*", words(2, rng), words(2, rng));
        }
        text.push_str(&said);
        text.push_str(". ");
    }
    text.trim_end().to_owned()
}

fn words(count: usize, rng: &mut Rng) -> String {
    (0..count).map(|_| WORDS[rng.usize(0..WORDS.len())]).collect::<Vec<_>>().join(" ")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// The tag with rank r comes up with weight 1/r: the inverse of the harmonic sum, by its logarithm.
fn tag(rng: &mut Rng) -> String {
    let rank = ((TAGS as f64).powf(rng.f64()) as usize).clamp(1, TAGS);
    format!("tag-{rank:03}")
}
