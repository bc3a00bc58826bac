//! Editors know what may stand in `book.toml` and in front matter: the schemas take what the program takes, and tell
//! slips. The guide's table of the configuration is made from them.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::folder::Folder;

fn schema(of: &str) -> Value {
    let folder = Folder::new(&[]);
    let printed = folder.run(&mut folder.command(&["schema", of]));
    assert_eq!(printed.code, 0, "{}", printed.err);
    serde_json::from_str(&printed.out).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A value as editors hold it against a schema: dates are texts.
fn plain(value: &toml::Value) -> Value {
    match value {
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.iter().map(plain).collect(),
        toml::Value::Table(table) => {
            table.iter().map(|(key, value)| (key.clone(), plain(value))).collect()
        }
        other => serde_json::to_value(other).unwrap(),
    }
}

/// What a schema says of a text in TOML, each with the place in it.
fn told(schema: &Value, text: &str) -> Vec<String> {
    let value = plain(&toml::from_str::<toml::Table>(text).unwrap().into());
    let validator = jsonschema::validator_for(schema).unwrap();
    let told = validator.iter_errors(&value);
    told.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The front matter of all essays below a folder.
fn front_matter(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            front_matter(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            let text = fs::read_to_string(&path).unwrap();
            let inside = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++"));
            found.extend(inside.map(|(inside, _)| inside.to_owned()));
        }
    }
}

#[test]
fn the_example_and_the_guide_pass() {
    let book = schema("book");
    let text = fs::read_to_string(root().join("book.toml")).unwrap();
    assert_eq!(told(&book, &text), [""; 0]);
    let mut essays = Vec::new();
    front_matter(&root().join("content"), &mut essays);
    front_matter(&root().join("docs/guide"), &mut essays);
    assert!(essays.len() > 20, "{}", essays.len());
    let schema = schema("front-matter");
    for essay in essays {
        assert_eq!(told(&schema, &essay), [""; 0], "{essay}");
    }
}

#[test]
fn slips_are_told() {
    let (book, essay) = (schema("book"), schema("front-matter"));
    for (schema, text, words) in [
        (&book, "book = \"My book\"", ["/book", "object"]),
        (&book, "[book]\ntitle = 3", ["/book/title", "string"]),
        (&book, "[book]\nauthors = \"Ada\"", ["/book/authors", "array"]),
        (&book, "[book]\ntext-direction = \"left\"", ["/book/text-direction", "left"]),
        (&book, "[build]\nbuild-dir = false", ["/build/build-dir", "string"]),
        (&book, "[output.html]\nsmart-punctuation = \"yes\"", ["/smart-punctuation", "boolean"]),
        (&book, "[output.html]\nadditional-css = \"a.css\"", ["/additional-css", "array"]),
        (&book, "[output.html]\nredirect = [\"a\"]", ["/redirect", "object"]),
        (&book, "[output.html.search]\nenable = 1", ["/search/enable", "boolean"]),
        (&book, "[handbook]\nserach = true", ["/handbook", "serach"]),
        (&book, "[handbook]\npaginate = \"many\"", ["/handbook/paginate", "integer"]),
        (&book, "[handbook]\npaginate = -1", ["/handbook/paginate", "minimum"]),
        (&book, "[handbook]\nraw-html = \"none\"", ["/handbook/raw-html", "none"]),
        (&book, "[handbook]\nurl-style = \"flat\"", ["/handbook/url-style", "flat"]),
        (&book, "[handbook]\ndialects = [\"wordpress\"]", ["/handbook/dialects", "wordpress"]),
        (&book, "[handbook.theme]\ncolour = \"red\"", ["/handbook/theme", "colour"]),
        (&book, "[handbook.check]\nallow = \"all\"", ["/handbook/check/allow", "array"]),
        (&book, "[preview]\nport = 3000", ["/preview", "port"]),
        (&book, "[publish.site]\nregoin = \"x\"", ["/publish/site", "regoin"]),
        (&book, "[publish]\nto = \"s3://bucket\"", ["/publish/to", "object"]),
        (&essay, "title = [\"A\"]", ["/title", "string"]),
        (&essay, "date = \"1 March 2026\"", ["/date", "1 March 2026"]),
        (&essay, "draft = \"perhaps\"", ["/draft", "boolean"]),
        (&essay, "weight = \"first\"", ["/weight", "number"]),
        (&essay, "tags = 3", ["/tags", "array"]),
        (&essay, "extra = \"x\"", ["/extra", "object"]),
    ] {
        let told = told(schema, text).join("\n");
        assert!(words.iter().all(|word| told.contains(word)), "{text}: {told}");
    }
}

/// The type of a value, as the guide says it.
fn kind(schema: &Value, all: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = &all["$defs"][name.rsplit('/').next().unwrap()];
        return kind(schema, all);
    }
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        let kinds: Vec<String> =
            choices.iter().filter(|one| one["type"] != "null").map(|one| kind(one, all)).collect();
        return kinds.join(" or ");
    }
    if let Some(value) = schema["const"].as_str() {
        return format!("`\"{value}\"`");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        return values.join(" or ");
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        other => other.as_str(),
    };
    match types {
        Some("string") => "text".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("integer" | "number") => "number".to_owned(),
        Some("array") => format!("list of {}", kind(&schema["items"], all)),
        Some("object") => "table".to_owned(),
        _ => panic!("{schema}"),
    }
}

/// What each of several values means.
fn choices(schema: &Value, all: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return choices(&all["$defs"][name.rsplit('/').next().unwrap()], all);
    }
    let mut said = String::new();
    for choice in ["oneOf", "anyOf"].iter().filter_map(|key| schema[*key].as_array()).flatten() {
        match (choice["const"].as_str(), choice["description"].as_str()) {
            (Some(value), Some(about)) if about.len() > 15 => {
                said.push_str(&format!(" `{value}`: {}", about.replace('\n', " ")));
            }
            _ => said.push_str(&choices(choice, all)),
        }
    }
    said
}

/// The tables of the configuration below `name`, as Markdown.
fn tables(name: &str, schema: &Value, all: &Value, text: &mut String) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => &all["$defs"][reference.rsplit('/').next().unwrap()],
        None => schema,
    };
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    fn resolved(property: &Value, all: &Value) -> Option<Value> {
        let choices =
            [&property["anyOf"], &property["oneOf"]].into_iter().find_map(Value::as_array);
        choices.into_iter().flatten().chain([property]).find_map(|one| {
            let found = &all["$defs"][one["$ref"].as_str()?.rsplit('/').next()?];
            let is_table = found.get("properties").is_some() || is_of_tables(found);
            if is_table { Some(found.clone()) } else { resolved(found, all) }
        })
    }
    let mut rows = String::new();
    let mut below = Vec::new();
    for (key, property) in &properties {
        if let Some(table) = resolved(property, all) {
            below.push((key, table));
            if property.get("$ref").is_none_or(|_| kind(property, all) == "table") {
                continue;
            }
        }
        let about = property["description"].as_str().unwrap_or_default().replace('\n', " ");
        let about = format!("{about}{}", choices(property, all)).replace('|', "\\|");
        rows.push_str(&format!("| `{key}` | {} | {about} |\n", kind(property, all)));
    }
    if !rows.is_empty() {
        text.push_str(&format!(
            "\n### [{name}]\n\n| key | value | what it does |\n|---|---|---|\n{rows}"
        ));
    }
    for (key, table) in below {
        let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        tables(&name, &table, all, text);
    }
    if is_of_tables(schema) {
        tables(&format!("{name}.NAME"), &schema["additionalProperties"], all, text);
    }
}

/// Whether it describes tables with names of their own.
fn is_of_tables(schema: &Value) -> bool {
    schema["additionalProperties"]["$ref"].is_string()
}

/// Whether what is made from the code is to be written rather than compared.
fn is_writing() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always")
}

/// Holds a part of a file between two marks to `made`; with INSTA_UPDATE=always it is written.
fn held(file: &str, mark: &str, made: &str) {
    let path = root().join(file);
    let text = fs::read_to_string(&path).unwrap();
    let (from, to) = (format!("<!-- {mark} -->\n"), format!("<!-- end of {mark} -->\n"));
    let start = text.find(&from).unwrap() + from.len();
    let end = text.find(&to).unwrap();
    if is_writing() {
        fs::write(&path, format!("{}{made}{}", &text[..start], &text[end..])).unwrap();
    } else {
        assert_eq!(&text[start..end], made, "{file}: make it anew with INSTA_UPDATE=always");
    }
}

#[test]
fn the_guide_has_every_key() {
    let book = schema("book");
    let mut made = String::new();
    tables("", &book, &book, &mut made);
    held("docs/guide/configuration.md", "keys of book.toml", &(made + "\n"));
    let essay = schema("front-matter");
    let mut made = "\n| key | value | what it does | also called |\n|---|---|---|---|\n".to_owned();
    let properties = essay["properties"].as_object().unwrap();
    let about = |key: &Value| key["description"].as_str().unwrap().to_owned();
    for (name, key) in properties.iter().filter(|(_, key)| !about(key).starts_with("Another")) {
        let same = format!("Another program's name for `{name}`.");
        let others: Vec<String> = properties
            .iter()
            .filter(|(_, key)| about(key) == same)
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let kind = match name.as_str() {
            "date" | "updated" => "date".to_owned(),
            "authors" | "tags" | "aliases" => "list of text".to_owned(),
            _ => kind(key, &essay),
        };
        made.push_str(&format!("| `{name}` | {kind} | {} | {} |\n", about(key), others.join(", ")));
    }
    held("docs/guide/configuration.md", "keys of front matter", &(made + "\n"));
}

/// The guide's site has the schemas at its root, for editors that fetch them.
#[test]
fn the_guide_publishes_the_schemas() {
    for of in ["book", "front-matter"] {
        let made = format!("{:#}\n", schema(of));
        let file = root().join(format!("docs/static/{of}.schema.json"));
        if is_writing() {
            fs::write(&file, made).unwrap();
        } else {
            assert_eq!(
                fs::read_to_string(&file).unwrap(),
                made,
                "make it anew with INSTA_UPDATE=always"
            );
        }
    }
}
