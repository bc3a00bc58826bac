//! What `book.toml` may hold, as a JSON Schema (draft 2020-12): editors complete keys by it and tell slips while one
//! types. It is made from the types that the file is read into, so it cannot differ from them.

use serde_json::{Value, json};

use crate::config::Config;

/// The schema of `book.toml`.
pub fn of_book() -> Value {
    let mut schema = Value::from(schemars::schema_for!(Config));
    schema["title"] = json!("book.toml of sternpost");
    schema["description"] =
        json!("The configuration of a handbook. Every key is optional, and so is the file.");
    schema
}
