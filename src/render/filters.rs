//! Filters for templates, beyond those that Tera has, with names as in Zola; and one test, `is date`,
//! for what an author wrote in place of a date.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::book::taxonomy;
use crate::essay::Date;
use crate::render::json_ld::escaped;

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
