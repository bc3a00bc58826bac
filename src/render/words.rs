//! What the theme says, in the language of the book: `templates/words/LANGUAGE.toml`, of which a site can have its own,
//! for a language that is not there or for a few words of one that is. What a file does not have is said in English.
//!
//! Forms that depend on a number follow the plural rules of the Unicode CLDR.

use std::collections::{BTreeMap, BTreeSet};

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use toml::de::{DeTable, DeValue};

use crate::config::is_language;
use crate::diagnostic::{Code, Diagnostic, Place, nearest};
use crate::essay::Date;
use crate::render::fingerprint::Printer;

/// The folder of the files with words.
pub const FOLDER: &str = "words/";

/// The language of which every word is known.
const ENGLISH: &str = "en";

/// What the names of blocks begin with.
pub const BLOCK: &str = "block_";

/// All that the theme says.
#[derive(Debug, Default)]
pub struct Words {
    /// That of the book, from which the rules follow.
    language: String,
    rules: Option<PluralRules>,
    words: BTreeMap<String, Word>,
}

impl PartialEq for Words {
    fn eq(&self, other: &Words) -> bool {
        (&self.language, &self.words) == (&other.language, &other.words)
    }
}

/// One of the things that the theme says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    /// Always the same.
    Text(String),
    /// By the form that a number asks for: `one`, `few`, `other`.
    Forms(BTreeMap<String, String>),
    /// One after the other, such as the months.
    List(Vec<String>),
}

impl Word {
    /// The word that is written as `value`, if it is one.
    fn read(value: &DeValue<'_>) -> Option<Word> {
        let text = |value: &DeValue<'_>| value.as_str().map(str::to_owned);
        match value {
            DeValue::String(text) => Some(Word::Text(text.to_string())),
            DeValue::Array(items) => {
                items.iter().map(|item| text(item.get_ref())).collect::<Option<_>>().map(Word::List)
            }
            DeValue::Table(forms) => {
                let form = |(name, form): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                    let name: &std::borrow::Cow<'_, str> = name.get_ref();
                    Some((name.to_string(), text(form.get_ref())?))
                };
                forms.iter().map(form).collect::<Option<_>>().map(Word::Forms)
            }
            _ => None,
        }
    }

    /// The signs in braces that stand in it.
    fn gaps(&self) -> BTreeSet<&str> {
        let texts: Vec<&str> = match self {
            Word::Text(text) => vec![text],
            Word::Forms(forms) => forms.values().map(String::as_str).collect(),
            Word::List(_) => Vec::new(),
        };
        let gap = |rest: &'_ str| rest.split_once('}').map(|(gap, _)| gap.len());
        let of_text = |text: &'_ str| -> Vec<(usize, usize)> {
            let starts = text.match_indices('{').map(|(at, _)| at + 1);
            starts.filter_map(|at| Some((at, at + gap(&text[at..])?))).collect()
        };
        texts
            .into_iter()
            .flat_map(|text| of_text(text).into_iter().map(|(a, b)| &text[a..b]))
            .collect()
    }

    /// What it is, as a message says it.
    fn kind(&self) -> &'static str {
        match self {
            Word::Text(_) => "text in quotation marks",
            Word::Forms(_) => "forms, such as { one = \"{n} page\", other = \"{n} pages\" }",
            Word::List(_) => "a list of twelve names",
        }
    }
}

/// A file with words.
#[derive(Debug)]
pub struct File {
    /// The language that it is named after, such as `pt-BR`.
    pub language: String,
    /// Its text.
    pub text: String,
    /// How messages call it.
    pub shown: String,
}

impl Words {
    /// The words for a book in `language` (BCP 47). Of `files`, a later one wins over an earlier one of the same
    /// language, and `pt-BR` over `pt`. Adds to `notes` what is wrong in the files that are used.
    pub fn of(language: &str, files: &[File], notes: &mut Vec<Diagnostic>) -> Words {
        let locale: Option<Locale> = language.parse().ok();
        let rules = locale.and_then(|locale| PluralRules::try_new_cardinal(locale.into()).ok());
        let mut words = Words { language: language.to_owned(), rules, words: BTreeMap::new() };
        let mut is_known = false;
        for wanted in [ENGLISH].into_iter().chain(wider(language)) {
            for file in files.iter().filter(|file| file.language.eq_ignore_ascii_case(wanted)) {
                words.add(file, notes);
                is_known |= !wanted.eq_ignore_ascii_case(ENGLISH);
            }
        }
        // Of what is no language at all the configuration is told.
        if !is_known && is_language(language) && !is_english(language) {
            notes.push(unknown(language));
        }
        words
    }

    fn add(&mut self, file: &File, notes: &mut Vec<Diagnostic>) {
        let place = |range| Place::in_text(&file.shown, &file.text, range);
        let entries = match DeTable::parse(&file.text) {
            Ok(entries) => entries,
            Err(error) => {
                let note = Diagnostic::warning(Code::Template, error.message().trim())
                    .at(place(error.span().unwrap_or(0..0)));
                notes.push(note.hint("each word is a line of its own: search = \"Search\""));
                return;
            }
        };
        for (key, value) in entries.get_ref() {
            let word = Word::read(value.get_ref());
            match self.wrong(key.get_ref(), word.as_ref(), file) {
                Some(wrong) => notes.push(wrong.at(place(key.span()))),
                None => drop(word.map(|word| self.words.insert(key.get_ref().to_string(), word))),
            }
        }
    }

    /// What is told of a word that cannot be said. The first file of all is English, and whole; others have no words
    /// that it does not have, but for what a block is called that a site added.
    fn wrong(&self, key: &str, word: Option<&Word>, file: &File) -> Option<Diagnostic> {
        let known = match self.words.get(key) {
            _ if file.is_builtin() => return None,
            None if key.starts_with(BLOCK) => None,
            None => return Some(self.unknown_key(key)),
            known => known,
        };
        let tell = |what: String| Diagnostic::warning(Code::Template, what);
        let Some(word) = word.filter(|word| known.is_none_or(|known| is_like(known, word))) else {
            let kind = known.map_or("text in quotation marks", Word::kind);
            let what = format!("`{key}` has a value of another kind");
            return Some(tell(what).hint(format!("write {kind}")));
        };
        let (gaps, known) = (word.gaps(), known.map(Word::gaps).unwrap_or_default());
        let strange = gaps.difference(&known).next()?;
        let all: Vec<String> = known.iter().map(|gap| format!("{{{gap}}}")).collect();
        let found = tell(format!("`{{{strange}}}` stands for nothing in `{key}`"));
        Some(match all.is_empty() {
            true => found.hint("this word has nothing to put in"),
            false => found.hint(format!("what can stand there: {}", all.join(", "))),
        })
    }

    fn unknown_key(&self, key: &str) -> Diagnostic {
        let note =
            Diagnostic::warning(Code::Template, format!("the theme has no word called `{key}`"));
        match nearest(key, self.words.keys().map(String::as_str)) {
            Some(near) => note.hint(format!("did you mean `{near}`?")),
            None => note.hint("see them all: sternpost theme eject words/en.toml"),
        }
    }

    /// The names of all words.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// Whether there is a word of this name.
    pub fn has(&self, name: &str) -> bool {
        self.words.contains_key(name)
    }

    /// The word `name`, in the form that `number` asks for; empty if there is none.
    pub fn say(&self, name: &str, number: Option<u64>) -> &str {
        match self.words.get(name) {
            Some(Word::Text(text)) => text,
            Some(Word::Forms(forms)) => {
                let form = self.form(number.unwrap_or(2));
                forms.get(form).or_else(|| forms.get("other")).map_or("", String::as_str)
            }
            Some(Word::List(_)) | None => "",
        }
    }

    /// The word `name` as [`Words::say`] has it, with the number put in.
    pub fn counted(&self, name: &str, number: u64) -> String {
        self.say(name, Some(number)).replace("{n}", &self.number(number))
    }

    /// All words that are always the same, by their names, as templates see them.
    pub fn value(&self) -> tera::Value {
        let texts = self.words.iter().filter_map(|(name, word)| match word {
            Word::Text(text) => Some((name.clone(), tera::Value::from(text.as_str()))),
            Word::Forms(_) | Word::List(_) => None,
        });
        tera::Value::from(texts.collect::<BTreeMap<_, _>>())
    }

    /// The forms of the word `name`, by what the CLDR calls them.
    pub fn forms(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let forms = match self.words.get(name) {
            Some(Word::Forms(forms)) => Some(forms),
            _ => None,
        };
        forms.into_iter().flatten().map(|(form, text)| (form.as_str(), text.as_str()))
    }

    /// The form that a number asks for.
    fn form(&self, number: u64) -> &'static str {
        let category = self.rules.as_ref().map(|rules| rules.category_for(number));
        match category {
            Some(PluralCategory::Zero) => "zero",
            Some(PluralCategory::One) => "one",
            Some(PluralCategory::Two) => "two",
            Some(PluralCategory::Few) => "few",
            Some(PluralCategory::Many) => "many",
            Some(PluralCategory::Other) => "other",
            None if number == 1 => "one",
            None => "other",
        }
    }

    /// A number with its thousands apart.
    pub fn number(&self, number: u64) -> String {
        let digits = number.to_string();
        // Most numbers, and then no word has to be asked for.
        if digits.len() < 4 {
            return digits;
        }
        let from = self.say("thousands_from", None).parse().unwrap_or(4);
        if digits.len() < from {
            return digits;
        }
        let apart = self.say("thousands", None);
        let groups: Vec<&str> = digits
            .as_bytes()
            .rchunks(3)
            .rev()
            .filter_map(|group| str::from_utf8(group).ok())
            .collect();
        groups.join(apart)
    }

    /// A date as people write it; what is no date stays as it is written.
    pub fn date(&self, text: &str) -> String {
        Date::parse(text).map_or_else(|| text.to_owned(), |date| self.day(&date))
    }

    /// The day of `date`, as the language writes it.
    pub fn day(&self, date: &Date) -> String {
        let part = |form| date.format(form).unwrap_or_default();
        let (day, month) = (part("%-d"), part("%-m"));
        let month = match (self.words.get("months"), month.parse::<usize>()) {
            (Some(Word::List(months)), Ok(at)) => months.get(at - 1).cloned().unwrap_or(month),
            _ => month,
        };
        let day = if day == "1" { self.say("first_day", None) } else { &day };
        let form = self.say("date", None);
        form.replace("{day}", day).replace("{month}", &month).replace("{year}", &part("%Y"))
    }

    /// Adds all words to `printer`.
    pub fn print(&self, printer: &mut Printer<'_>) {
        for (name, word) in &self.words {
            printer.text(name);
            match word {
                Word::Text(text) => printer.text(text),
                Word::Forms(forms) => forms.iter().for_each(|(form, text)| {
                    printer.text(form);
                    printer.text(text);
                }),
                Word::List(list) => list.iter().for_each(|text| printer.text(text)),
            }
        }
    }
}

impl File {
    /// Whether it came with the program.
    fn is_builtin(&self) -> bool {
        self.shown.starts_with(crate::render::theme::BUILTIN)
    }
}

/// Whether `word` can stand in place of `known`. A language may have fewer forms, or one for all numbers.
fn is_like(known: &Word, word: &Word) -> bool {
    match (known, word) {
        (Word::List(known), Word::List(word)) => known.len() == word.len(),
        (Word::List(_), _) | (_, Word::List(_)) => false,
        (Word::Text(_), Word::Forms(_)) => false,
        (_, Word::Forms(forms)) => forms.contains_key("other"),
        (_, Word::Text(_)) => true,
    }
}

/// A language and those that it is a kind of, the widest first: `zh`, `zh-Hant`, `zh-Hant-TW`.
fn wider(language: &str) -> Vec<&str> {
    let ends = language.match_indices('-').map(|(at, _)| at).chain([language.len()]);
    ends.map(|end| &language[..end]).filter(|tag| !is_english_itself(tag)).collect()
}

fn is_english_itself(tag: &str) -> bool {
    tag.eq_ignore_ascii_case(ENGLISH)
}

fn is_english(language: &str) -> bool {
    language.split('-').next().is_none_or(is_english_itself)
}

fn unknown(language: &str) -> Diagnostic {
    let message =
        format!("the theme does not speak `{language}`: what it says itself is in English");
    Diagnostic::note(Code::Template, message).hint(format!(
        "copy its words to templates/{FOLDER}{language}.toml and translate them: sternpost theme eject words/en.toml"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::theme;

    fn files() -> Vec<File> {
        let builtin = theme::builtin().into_iter().filter_map(|part| {
            let language = part.name.strip_prefix(FOLDER)?.strip_suffix(".toml")?.to_owned();
            let text = String::from_utf8(part.bytes).unwrap();
            Some(File { language, text, shown: format!("{}{}", theme::BUILTIN, part.name) })
        });
        builtin.collect()
    }

    fn words(language: &str) -> Words {
        Words::of(language, &files(), &mut Vec::new())
    }

    #[test]
    fn every_language_says_all_that_english_does_with_the_same_gaps() {
        let english = words("en");
        for file in files() {
            let mut notes = Vec::new();
            // As if a site had brought it: then all that is wrong is told.
            let mut own = Words { words: english.words.clone(), ..Words::default() };
            own.add(&File { shown: "x".to_owned(), ..file }, &mut notes);
            assert!(notes.is_empty(), "{notes:?}");
        }
        for file in files().iter().filter(|file| !file.language.contains('-')) {
            let own: toml::Table = toml::from_str(&file.text).unwrap();
            // Only where the first of a month is special, and where not four digits are apart.
            let is_rare = |name: &str| matches!(name, "first_day" | "thousands_from");
            for name in english.words.keys().filter(|name| !is_rare(name)) {
                assert!(own.contains_key(name), "{}: {name}", file.shown);
            }
        }
    }

    #[test]
    fn dates_and_numbers_are_written_as_in_the_language() {
        for (language, date, first, number, pages) in [
            ("en", "12 March 2026", "1 March 2026", "12,345", "2 pages"),
            ("en-GB", "12 March 2026", "1 March 2026", "12,345", "2 pages"),
            ("de", "12. März 2026", "1. März 2026", "12.345", "2 Seiten"),
            ("fr", "12 mars 2026", "1er mars 2026", "12\u{202f}345", "2 pages"),
            ("es", "12 de marzo de 2026", "1 de marzo de 2026", "12.345", "2 páginas"),
            ("pt-BR", "12 de março de 2026", "1 de março de 2026", "12.345", "2 páginas"),
            ("pt-PT", "12 de março de 2026", "1 de março de 2026", "12.345", "2 páginas"),
            ("ja", "2026年3月12日", "2026年3月1日", "12,345", "2ページ"),
            ("ar", "12 مارس 2026", "1 مارس 2026", "12,345", "صفحتان"),
        ] {
            let words = words(language);
            assert_eq!(words.date("2026-03-12"), date, "{language}");
            assert_eq!(words.date("2026-03-01"), first, "{language}");
            assert_eq!(words.number(12_345), number, "{language}");
            assert_eq!(words.number(999), "999");
            assert_eq!(words.counted("pages", 2), pages, "{language}");
            assert_eq!(words.date("soon"), "soon");
        }
        assert_eq!(words("es").number(1_234), "1234");
        assert_eq!(words("pt-BR").number(1_234), "1.234");
        assert_eq!(words("ar").counted("pages", 11), "11 صفحة");
        assert_eq!(words("fr").counted("pages", 0), "0 page");
        assert_eq!(words("en").counted("pages", 0), "0 pages");
    }

    #[test]
    fn a_site_has_words_of_its_own() {
        let own = |language: &str, text: &str| File {
            language: language.to_owned(),
            text: text.to_owned(),
            shown: format!("templates/words/{language}.toml"),
        };
        let mut notes = Vec::new();
        let mut all = files();
        all.push(own(
            "nl",
            "search = \"Zoeken\"\npages = { one = \"{n} pagina\", other = \"{n} pagina's\" }\n",
        ));
        all.push(own(
            "pt-BR",
            "repository = \"Código\"\nserach = \"x\"\nmonths = [\"x\"]\ntags = [\n",
        ));
        let words = Words::of("nl-BE", &all, &mut notes);
        assert_eq!((words.say("search", None), words.say("next", None)), ("Zoeken", "Next"));
        assert_eq!(words.counted("pages", 1), "1 pagina");
        assert!(notes.is_empty(), "{notes:?}");

        all.pop();
        all.push(own("pt-BR", "repository = \"Código\"\nserach = \"x\"\nmonths = [\"x\"]\n"));
        let words = Words::of("pt-br", &all, &mut notes);
        assert_eq!(
            (words.say("repository", None), words.say("search", None)),
            ("Código", "Pesquisar")
        );
        let told: Vec<_> = notes.iter().map(|note| (&*note.message, &*note.hints[0])).collect();
        assert_eq!(
            told,
            [
                ("the theme has no word called `serach`", "did you mean `search`?"),
                ("`months` has a value of another kind", "write a list of twelve names"),
            ]
        );

        notes.clear();
        all.push(own("pt-BR", "search = 3\ndate = \"{dya}. {month}\"\nnext = \"{n}\"\n"));
        Words::of("pt-BR", &all, &mut notes);
        let told: Vec<_> = notes.iter().map(|note| &*note.message).collect();
        for what in [
            "`search` has a value of another kind",
            "`{dya}` stands for nothing in `date`",
            "`{n}` stands for nothing in `next`",
        ] {
            assert!(told.contains(&what), "{told:?}");
        }

        notes.clear();
        Words::of("eo", &all, &mut notes);
        assert_eq!(
            notes[0].message,
            "the theme does not speak `eo`: what it says itself is in English"
        );
    }
}
