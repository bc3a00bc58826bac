//! Filters for templates, beyond those that Tera has, with names as in Zola; and one test, `is date`,
//! for what an author wrote in place of a date.

use std::collections::BTreeMap;
use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::book::taxonomy;
use crate::diagnostic::nearest;
use crate::essay::Date;
use crate::render::body::escape;
use crate::render::json_ld::escaped;
use crate::render::words::Words;

/// Adds all of them.
pub fn register(tera: &mut Tera) {
    tera.register_filter("date", date);
    tera.register_filter("slugify", |text: &str, _: Kwargs, _: &State| taxonomy::slug(text));
    tera.register_filter("striptags", |text: &str, _: Kwargs, _: &State| strip_tags(text));
    tera.register_filter("urlencode", |text: &str, _: Kwargs, _: &State| {
        utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
    });
    tera.register_filter("json_encode", json_encode);
    tera.register_test("date", |text: &str, _: Kwargs, _: &State| Date::parse(text).is_some());
}

/// Adds the one by which a pattern of a new essay puts a value in quotation marks.
pub fn quote(tera: &mut Tera) {
    tera.register_filter("json_encode", json_encode);
}

/// Adds those that need the words of the book's language: `trans`, with which Zola's templates say a word too,
/// `forms`, `number`, `long_date` and `time`.
pub fn speak(tera: &mut Tera, words: &Arc<Words>) {
    let own = Arc::clone(words);
    tera.register_function("trans", move |given: Kwargs, _: &State| trans(&own, &given));
    let own = Arc::clone(words);
    tera.register_function("forms", move |given: Kwargs, _: &State| -> TeraResult<Value> {
        let key = key(&own, &given)?;
        let forms = own.forms(key).map(|(form, text)| (form.to_owned(), Value::from(text)));
        Ok(Value::from(forms.collect::<BTreeMap<_, _>>()))
    });
    let own = Arc::clone(words);
    tera.register_filter("number", move |number: u64, _: Kwargs, _: &State| own.number(number));
    let own = Arc::clone(words);
    tera.register_filter("long_date", move |text: &str, _: Kwargs, _: &State| own.date(text));
    let own = Arc::clone(words);
    tera.register_filter("time", move |text: &str, _: Kwargs, _: &State| time(&own, text));
}

/// `{{ page.date | time }}`: a date as people write it, with the machine's form beside it. What is no date stands as
/// it is written.
fn time(words: &Words, text: &str) -> Value {
    let Some(date) = Date::parse(text) else { return Value::from(text) };
    let (machine, people) = (escape(text), escape(&words.day(&date)));
    Value::safe_string(&format!("<time datetime=\"{machine}\">{people}</time>"))
}

/// `{{ trans(key="page_number", n=2) }}`: a word, with what is given put into its gaps.
fn trans(words: &Words, given: &Kwargs) -> TeraResult<String> {
    let text = words.say(key(words, given)?, given.get("n")?);
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, (gap, after))) =
        rest.split_once('{').and_then(|(before, gap)| Some((before, gap.split_once('}')?)))
    {
        said.push_str(before);
        match given.get::<&Value>(gap)? {
            Some(value) => match value.as_u64() {
                Some(number) => said.push_str(&words.number(number)),
                None => said.push_str(&value.to_string()),
            },
            // A script puts it in.
            None => said.extend(["{", gap, "}"]),
        }
        rest = after;
    }
    said.push_str(rest);
    Ok(said)
}

/// The name of the word that is asked for.
fn key<'g>(words: &Words, given: &'g Kwargs) -> TeraResult<&'g str> {
    let key: &str = given.must_get("key")?;
    if words.has(key) {
        return Ok(key);
    }
    let near = nearest(key, words.names())
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(Error::message(format!("the theme has no word called `{key}`{near}")))
}

/// `{{ page.date | date(format="%-d %B %Y") }}`. What is no date passes through as it is.
fn date(text: &str, arguments: Kwargs, _: &State) -> TeraResult<String> {
    let format: Option<&str> = arguments.get("format")?;
    match Date::parse(text) {
        Some(date) => date
            .format(format.unwrap_or("%Y-%m-%d"))
            .map_err(|error| Error::message(error.to_string())),
        None => Ok(text.to_owned()),
    }
}

/// A value as JSON that may stand in a `<script>`: no `<`, `>`, `&` and no line separators.
fn json_encode(value: Value, _: Kwargs, _: &State) -> TeraResult<Value> {
    let json = serde_json::to_string(&value).map_err(|error| Error::message(error.to_string()))?;
    Ok(Value::safe_string(&escaped(&json)))
}

fn strip_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    text
}
