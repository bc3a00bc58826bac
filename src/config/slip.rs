//! Slips in TOML: the parser's words as a sentence that helps whoever wrote the line, and what to type instead.
//! What is meant can mostly be told from the line itself, whatever the parser stumbled over in it.

/// Characters that look like another or like nothing, pasted from web pages and word processors, with what was
/// probably meant.
const LOOK_ALIKES: &[(char, &str, &str)] = &[
    ('\u{a0}', " ", "a non-breaking space"),
    ('\u{202f}', " ", "a non-breaking space"),
    ('\u{3000}', " ", "a wide space"),
    ('\u{200b}', "", "an invisible space"),
    ('\u{200e}', "", "an invisible mark"),
    ('\u{feff}', "", "an invisible mark"),
    ('\u{ff1a}', ":", "a wide colon"),
    ('\u{ff1d}', "=", "a wide equals sign"),
];

/// Quotation marks that only look like `"`.
const CURLY: &[char] =
    &['\u{201c}', '\u{201d}', '\u{201e}', '\u{ab}', '\u{bb}', '\u{2018}', '\u{2019}'];

/// What is wrong in a line, and what to type.
pub type Told = (String, String);

/// What is wrong with `line` of a file in TOML, where the parser said `message`.
pub fn in_toml(message: &str, line: &str) -> Told {
    // Spaces that are none to the parser stay.
    let line = line.trim_matches([' ', '\t', '\r', '\n']);
    let told = |what: &str, hint: String| (what.to_owned(), hint);
    if let Some(found) = of_duplicates(message, line, "=").or_else(|| of_look_alikes(line, "=")) {
        return found;
    }
    if message.contains("multi-line") {
        return told(
            "a text that is opened with three quotation marks is not closed",
            "type three more where it ends".to_owned(),
        );
    }
    if line.starts_with("//") {
        return told(
            "a comment begins with `#`, not with `//`",
            typed(&line.replacen("//", "#", 1)),
        );
    }
    if line.starts_with('{') {
        return told(
            "this looks like JSON, and should be TOML",
            "type each value on a line of its own, as in: title = \"My handbook\"".to_owned(),
        );
    }
    if let Some(table) = line.strip_prefix('[').filter(|_| !line.contains('=')) {
        let name = table.trim_matches(['[', ']', ' ']);
        return told(
            "the name of a table stands between one `[` and one `]`",
            typed(&format!("[{name}]")),
        );
    }
    let colon = line.find(':').filter(|colon| line.find('=').is_none_or(|equals| *colon < equals));
    if let Some(colon) = colon.filter(|_| message.contains("key with no value")) {
        let (key, value) = (&line[..colon], line[colon + 1..].trim());
        return told(
            "a key is followed by `=` here, not by a colon",
            match value {
                "" => format!("for a table, type: [{}]", key.trim()),
                value => typed(&format!("{} = {}", key.trim(), quoted(value))),
            },
        );
    }
    if !line.contains('=') && line.ends_with(['"', '\'']) {
        return told(
            "a text between quotation marks ends in the line in which it begins",
            "put it into one line, or between three marks on either side".to_owned(),
        );
    }
    let Some((key, value)) = line.split_once('=') else {
        return told(
            "this is no key with a value",
            "each line is a key, an equals sign and a value, as in: title = \"My handbook\""
                .to_owned(),
        );
    };
    let (key, value) = (key.trim(), value.trim());
    if key.is_empty() {
        return told(
            "there is no key before the equals sign",
            format!("type one: title = {value}"),
        );
    }
    if value.starts_with('=') {
        let value = value.trim_start_matches('=').trim();
        return told("one equals sign is enough", typed(&format!("{key} = {value}")));
    }
    if key.matches('"').count() == 1 {
        let key = key.replace('"', "");
        return told(
            "a quotation mark is opened and not closed",
            typed(&format!("{key} = {}", quoted(value))),
        );
    }
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !key.starts_with(['"', '\'']) && !key.chars().all(is_bare) {
        return told(
            "a key with spaces or other signs in it needs quotation marks",
            typed(&format!("\"{key}\" = {value}")),
        );
    }
    of_value(message, key, value, "=")
        .unwrap_or_else(|| (message.to_owned(), format!("compare it with: {key} = \"some text\"")))
}

/// A key or table that stands twice.
pub fn of_duplicates(message: &str, line: &str, sign: &str) -> Option<Told> {
    if !message.contains("duplicate") {
        return None;
    }
    if line.starts_with('[') {
        let hint = "put its keys under the first, and delete this line";
        return Some((format!("the table {line} stands here a second time"), hint.to_owned()));
    }
    let key = line.split(sign).next().unwrap_or(line).trim();
    Some((format!("`{key}` stands here a second time"), "keep one of the two lines".to_owned()))
}

/// Characters that look like others, before the value or around it.
pub fn of_look_alikes(line: &str, sign: &str) -> Option<Told> {
    let key = line.split(sign).next().unwrap_or(line);
    let in_key = LOOK_ALIKES.iter().find(|(c, ..)| key.contains(*c));
    let value = line.split_once(sign).map_or("", |(_, value)| value);
    let before_value = LOOK_ALIKES.iter().find(|(c, ..)| value.starts_with(*c));
    if let Some((_, _, name)) = in_key.or(before_value) {
        let mut right = line.to_owned();
        for (c, meant, _) in LOOK_ALIKES {
            right = right.replace(*c, meant);
        }
        let right = match sign {
            ":" => right.replacen(':', ": ", 1).replace(":  ", ": "),
            _ => right,
        };
        let what =
            format!("there is {name} in this line, which the program cannot take for a usual one");
        return Some((
            what,
            format!("type the line anew, rather than copying it: {}", right.trim()),
        ));
    }
    let inside = value.trim();
    if inside.starts_with(CURLY) && sign == "=" {
        let words = inside.trim_matches(CURLY);
        let right = typed(&format!("{} = {}", key.trim(), quoted(words)));
        return Some((
            "curly quotation marks do not hold text here; straight ones do".to_owned(),
            right,
        ));
    }
    None
}

/// What is wrong with a value that cannot be read. `sign` stands between key and value.
pub fn of_value(message: &str, key: &str, value: &str, sign: &str) -> Option<Told> {
    let gap = if sign == "=" { " = " } else { ": " };
    let line = |value: &str| typed(&format!("{key}{gap}{value}"));
    if value.is_empty() {
        let hint = format!("type one, or delete the line: {key} = \"some text\"");
        return Some(("there is no value after the equals sign".to_owned(), hint));
    }
    let without_comment = value.split(" //").next().unwrap_or(value).trim_end();
    if without_comment != value && !value.contains("://") {
        let right = line(&value.replacen("//", "#", 1));
        return Some(("a comment begins with `#`, not with `//`".to_owned(), right));
    }
    if value.starts_with('[') {
        return Some(of_list(value, line));
    }
    match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => Some(of_quoted(message, value, quote, line)),
        None => (sign == "=").then(|| of_bare(message, value, line)),
    }
}

/// What is wrong with a list; `line` makes what to type of a value.
fn of_list(value: &str, line: impl Fn(&str) -> String) -> Told {
    if !value.ends_with(']') {
        let right = line(&format!("{}]", value.trim_end_matches(',')));
        return ("a list is opened with `[` and not closed".to_owned(), right);
    }
    let items = value.trim_matches(['[', ']']).replace("\" \"", "\", \"").replace("' '", "', '");
    let items = items.split(',').map(str::trim).filter(|item| !item.is_empty());
    let items: Vec<String> = items.map(quoted).collect();
    let what = "the items of a list are texts in quotation marks, with one comma between two";
    (what.to_owned(), line(&format!("[{}]", items.join(", "))))
}

/// What is wrong with a text in quotation marks; `line` makes what to type of a value.
fn of_quoted(message: &str, value: &str, quote: char, line: impl Fn(&str) -> String) -> Told {
    let told = |what: &str, hint: String| (what.to_owned(), hint);
    let is_escape = ["escape", "hexadecimal", "unicode"].iter().any(|word| message.contains(word));
    if quote == '"' && value.contains('\\') && is_escape {
        let right = line(&value.replace("\\\\", "/").replace('\\', "/"));
        return told(
            "a backslash between quotation marks has a meaning of its own",
            format!("{right}, or with single marks to keep the backslashes"),
        );
    }
    let marks = value.matches(quote).count();
    if value.starts_with("\"\"\"") || value.starts_with("'''") || marks == 1 {
        let close = if marks == 3 { value[..3].to_owned() } else { quote.to_string() };
        let right = line(&format!("{value}{close}"));
        return told("a quotation mark is opened and not closed", right);
    }
    if marks == 2 && value.ends_with(',') {
        let right = line(value.trim_end_matches(','));
        return told("there is a comma too many at the end of the line", right);
    }
    if value.contains(&format!("{quote},")) {
        let items = value.split(',').map(|item| quoted(item.trim())).collect::<Vec<_>>();
        return told(
            "several values are a list, which stands between `[` and `]`",
            line(&format!("[{}]", items.join(", "))),
        );
    }
    if value.ends_with(quote) {
        let inside = value.trim_end_matches(',').trim_matches(quote);
        let other = if quote == '"' { '\'' } else { '"' };
        let right = match inside.contains(other) {
            true => quoted(inside),
            false => format!("{other}{inside}{other}"),
        };
        return told(
            "there are quotation marks within quotation marks of the same kind",
            line(&right),
        );
    }
    let end = value[1..].find(quote).map_or(value.len(), |end| end + 2);
    told("something stands after the closing quotation mark", line(&value[..end]))
}

/// What is wrong with a value without quotation marks, in TOML; `line` makes what to type of a value.
fn of_bare(message: &str, value: &str, line: impl Fn(&str) -> String) -> Told {
    let told = |what: &str, right: &str| (what.to_owned(), line(right));
    let plain = value.trim_end_matches(',');
    let switch = match plain.to_lowercase().as_str() {
        "true" | "yes" | "on" => Some("true"),
        "false" | "no" | "off" => Some("false"),
        _ => None,
    };
    if let Some(switch) = switch {
        return told("yes and no are written as `true` and `false`, in small letters", switch);
    }
    if let Some(date) = calendar(plain) {
        return told("a date is written as year, month and day, with hyphens", &date);
    }
    if message.contains("invalid date") {
        return told("this is no date on the calendar", "2026-03-01");
    }
    let digits = plain.trim_start_matches(['-', '+']);
    let is_number = |c: char| c.is_ascii_digit() || c == ',';
    if digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(is_number) {
        let right = plain.replace(',', ".");
        let right = match right.starts_with('0') && !right.starts_with("0.") {
            true => right.trim_start_matches('0'),
            false => &right,
        };
        let what = "this is not how a number is written: no zero before it, and a dot for a comma";
        return told(what, right);
    }
    told("text stands between quotation marks", &quoted(value))
}

/// A value as text in double quotation marks.
pub fn quoted(value: &str) -> String {
    let bare = value.trim_end_matches(',').trim_matches(['"', '\'']).trim_matches(CURLY);
    format!("\"{}\"", bare.replace('\\', "\\\\").replace('"', "\\\""))
}

fn typed(line: &str) -> String {
    format!("type: {line}")
}

/// A date in another form, as `year-month-day`, where it can be told which number is which.
pub fn calendar(text: &str) -> Option<String> {
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let parts: Vec<&str> = text.split(['.', '/', '-']).map(str::trim).collect();
    let (year, month, day) = match &parts[..] {
        [one] if one.len() == 8 && one.is_ascii() => {
            (number(&one[..4])?, number(&one[4..6])?, number(&one[6..])?)
        }
        [year, month, day] if year.len() == 4 => (number(year)?, number(month)?, number(day)?),
        [day, month, year] if year.len() == 4 && text.contains('.') => {
            (number(year)?, number(month)?, number(day)?)
        }
        // The two that write `/` put day and month in different order.
        [one, two, year] if year.len() == 4 => match (number(one)?, number(two)?) {
            (day, month) if day > 12 => (number(year)?, month, day),
            (month, day) if day > 12 || day == month => (number(year)?, month, day),
            _ => return None,
        },
        _ => in_words(text)?,
    };
    ((1..=12).contains(&month) && (1..=31).contains(&day))
        .then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// A date with the English name of its month.
fn in_words(text: &str) -> Option<(u32, u32, u32)> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let words: Vec<String> =
        text.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let month = |word: &str| {
        word.get(..3)
            .and_then(|start| MONTHS.iter().position(|month| *month == start))
            .filter(|_| word.chars().all(char::is_alphabetic))
    };
    let (day, named, year) = match &words[..] {
        [first, day, year] if month(first).is_some() => (day, month(first)?, year),
        [day, second, year] => (day, month(second)?, year),
        _ => return None,
    };
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?;
    let year = year.parse().ok().filter(|year| (1000..10_000).contains(year))?;
    Some((year, u32::try_from(named).ok()? + 1, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_other_forms_are_told_in_ours_where_they_are_clear() {
        for (given, date) in [
            ("31.12.2025", Some("2025-12-31")),
            ("1.2.2025", Some("2025-02-01")),
            ("12/31/2025", Some("2025-12-31")),
            ("31/12/2025", Some("2025-12-31")),
            ("1/2/2025", None),
            ("2025/12/31", Some("2025-12-31")),
            ("2025-2-3", Some("2025-02-03")),
            ("20251231", Some("2025-12-31")),
            ("March 1, 2026", Some("2026-03-01")),
            ("1st march 2026", Some("2026-03-01")),
            ("last spring", None),
            ("\u{661}\u{661}.\u{661}.2025", None),
            ("1.5.2", None),
        ] {
            assert_eq!(calendar(given).as_deref(), date, "{given}");
        }
    }
}
