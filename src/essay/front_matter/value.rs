//! TOML and YAML as one kind of value.

use serde_json::{Map, Value};

use crate::essay::front_matter::slip::Problem;
use crate::source::yaml;

/// Reads TOML; the problem, if it cannot be read.
pub fn from_toml(inside: &str) -> (Map<String, Value>, Option<Problem>) {
    match toml::from_str::<toml::Table>(inside) {
        Ok(table) => (table.into_iter().map(|(k, v)| (k, json_of_toml(v))).collect(), None),
        Err(error) => {
            let message = error.message().lines().next().unwrap_or("it cannot be read").to_owned();
            (Map::new(), Some(Problem { message, at: error.span().unwrap_or(0..0) }))
        }
    }
}

/// A TOML value as JSON; dates become their text.
fn json_of_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(n) => n.into(),
        toml::Value::Float(n) => n.into(),
        toml::Value::Boolean(b) => b.into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json_of_toml).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(k, v)| (k, json_of_toml(v))).collect())
        }
    }
}

/// Reads YAML; the problem, if it cannot be read.
pub fn from_yaml(inside: &str) -> (Map<String, Value>, Option<Problem>) {
    match yaml::read::<serde_norway::Value>(inside) {
        Ok(value) => match json_of_yaml(value) {
            Value::Object(map) => (map, None),
            Value::Null => (Map::new(), None),
            _ => {
                let message = "expected keys and values, such as `title: My essay`".to_owned();
                (
                    Map::new(),
                    Some(Problem { message, at: 0..inside.lines().next().map_or(0, str::len) }),
                )
            }
        },
        Err(error) => {
            let text = error.to_string();
            let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
            // Where something was opened says more than the end of the block, where it was missed.
            let at = match error.location().map_or(0, |location| location.index()) {
                at if at < inside.trim_end().len() => at,
                at => opened_at(&text, inside).unwrap_or(at),
            };
            let at = second(&message, inside).unwrap_or(at);
            (Map::new(), Some(Problem { message, at: at..at + 1 }))
        }
    }
}

/// Where the key that a message says to stand twice stands for the second time, as an offset.
fn second(message: &str, inside: &str) -> Option<usize> {
    let key = message.strip_prefix("duplicate entry with key \"")?.strip_suffix('"')?;
    let mut at = 0;
    let mut begins = inside.split_inclusive('\n').filter_map(|line| {
        let start = at;
        at += line.len();
        line.strip_prefix(key)?.trim_start().starts_with(':').then_some(start)
    });
    begins.nth(1)
}

/// The last place that a message of the YAML parser names ("while scanning a quoted scalar at line
/// 1 column 8"), as an offset.
fn opened_at(message: &str, inside: &str) -> Option<usize> {
    let (_, place) = message.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    let (line, column): (usize, usize) = (line.parse().ok()?, column.trim().parse().ok()?);
    let before: usize = inside.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    Some(before + column.checked_sub(1)?).filter(|at| *at < inside.len())
}

fn json_of_yaml(value: serde_norway::Value) -> Value {
    use serde_norway::Value as Yaml;
    match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(b) => b.into(),
        Yaml::Number(n) => n
            .as_i64()
            .map(Value::from)
            .or_else(|| n.as_u64().map(Value::from))
            .or_else(|| n.as_f64().map(Value::from))
            .unwrap_or(Value::Null),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => items.into_iter().map(json_of_yaml).collect(),
        Yaml::Mapping(map) => Value::Object(
            map.into_iter()
                .filter_map(|(key, value)| Some((scalar(&json_of_yaml(key))?, json_of_yaml(value))))
                .collect(),
        ),
        Yaml::Tagged(tagged) => json_of_yaml(tagged.value),
    }
}

/// The text of a scalar; `None` for null, lists and maps.
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}
