//! What `book.toml` may hold, as a JSON Schema (draft 2020-12): editors complete keys by it and tell slips while one
//! types. Which keys and values there are comes from the types that the file is read into, and what is said of each
//! from the table of all keys ([`TABLES`]), so neither can differ from what the program does.

use serde_json::{Value, json};

use crate::config::Config;
use crate::config::reference::TABLES;

/// The schema of `book.toml`.
pub fn of_book() -> Value {
    let mut schema = Value::from(schemars::schema_for!(Config));
    schema["title"] = json!("book.toml of sternpost");
    schema["description"] =
        json!("The configuration of a handbook. Every key is optional, and so is the file.");
    for table in TABLES {
        let Some(at) = find(&schema, table.name) else { continue };
        let Some(found) = schema.pointer_mut(&at) else { continue };
        found["description"] = json!(table.about);
        for key in table.keys {
            let Some(property) = found["properties"].get_mut(key.name) else { continue };
            property["description"] = json!(key.about);
            property["examples"] = example(key.example).into_iter().collect();
        }
    }
    schema
}

/// The value of a key, as it is written in TOML.
fn example(written: &str) -> Option<Value> {
    let table: toml::Table = toml::from_str(&format!("value = {written}")).ok()?;
    serde_json::to_value(table.get("value")?).ok()
}

/// Where the table of this name, with dots between tables, is described in `schema` (a JSON Pointer).
fn find(schema: &Value, table: &str) -> Option<String> {
    let mut at = String::new();
    for name in table.split('.') {
        let property = schema.pointer(&format!("{at}/properties/{name}"))?;
        at = described(schema, property)?;
    }
    Some(at)
}

/// Where the table is described that `property` may be.
fn described(schema: &Value, property: &Value) -> Option<String> {
    if let Some(reference) = property["$ref"].as_str() {
        let at = reference.strip_prefix('#')?;
        let found = schema.pointer(at)?;
        return match found.get("properties") {
            Some(_) => Some(at.to_owned()),
            None => described(schema, found),
        };
    }
    let choices = [&property["anyOf"], &property["oneOf"], &property["allOf"]];
    let mut choices = choices.into_iter().filter_map(Value::as_array).flatten();
    choices.find_map(|choice| described(schema, choice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_described_as_in_the_table_with_an_example_that_is_valid() {
        let schema = of_book();
        for table in TABLES {
            let at = find(&schema, table.name).unwrap();
            for key in table.keys {
                let property = schema.pointer(&format!("{at}/properties/{}", key.name)).unwrap();
                assert_eq!(property["description"], key.about, "{}.{}", table.name, key.name);
                assert_eq!(property["examples"].as_array().map(Vec::len), Some(1), "{}", key.name);
            }
        }
    }
}
