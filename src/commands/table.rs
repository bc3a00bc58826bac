//! Rows of facts: in columns for people, as JSON or CSV for programs.

use std::io::Write;

use clap::ValueEnum;
use console::{Term, measure_text_width, truncate_str};
use serde_json::{Map, Value};

use crate::diagnostic::{Code, Diagnostic, Failure};

/// How rows are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Rows {
    /// Columns for people
    #[default]
    Human,
    /// One JSON document
    Json,
    /// Comma-separated values with a first line of names
    Csv,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name for programs.
    pub name: &'static str,
    /// Its heading for people; `None` for one that only programs see.
    pub heading: Option<&'static str>,
}

/// A column that people see too.
pub const fn shown(name: &'static str, heading: &'static str) -> Column {
    Column { name, heading: Some(heading) }
}

/// A column for programs.
pub const fn for_programs(name: &'static str) -> Column {
    Column { name, heading: None }
}

/// The least width to which a column is cut.
const LEAST: usize = 10;

/// Shows `rows`, each with a value for every column.
///
/// # Errors
/// When CSV cannot be written.
pub fn show(rows: &[Vec<Value>], columns: &[Column], form: Rows) -> Result<(), Failure> {
    let text = match form {
        Rows::Human => in_columns(rows, columns, width()),
        Rows::Json => in_json(rows, columns),
        Rows::Csv => in_csv(rows, columns)?,
    };
    // Whoever reads may have read enough.
    let _ = anstream::stdout().lock().write_all(text.as_bytes());
    Ok(())
}

/// The width of the terminal; `None` where there is none, and nothing is cut.
fn width() -> Option<usize> {
    let term = Term::stdout();
    term.is_term().then(|| term.size().1.into())
}

fn in_json(rows: &[Vec<Value>], columns: &[Column]) -> String {
    let row = |row: &Vec<Value>| {
        let pairs =
            columns.iter().zip(row).map(|(column, value)| (column.name.to_owned(), value.clone()));
        Value::Object(Map::from_iter(pairs))
    };
    let all: Vec<Value> = rows.iter().map(row).collect();
    format!("{:#}\n", Value::Array(all))
}

fn in_csv(rows: &[Vec<Value>], columns: &[Column]) -> Result<String, Failure> {
    let wrong =
        |error: String| Diagnostic::error(Code::Output, format!("cannot write CSV: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heads = columns.iter().map(|column| column.name.to_owned()).collect();
    let all = std::iter::once(heads).chain(rows.iter().map(|row| row.iter().map(words).collect()));
    for row in all {
        let row: Vec<String> = row;
        writer.write_record(&row).map_err(|error| wrong(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| wrong(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A value as people read it.
fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn in_columns(rows: &[Vec<Value>], columns: &[Column], width: Option<usize>) -> String {
    let seen: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].heading.is_some()).collect();
    let heads: Vec<String> =
        seen.iter().filter_map(|at| columns[*at].heading.map(str::to_owned)).collect();
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| seen.iter().map(|at| one_line(&words(&row[*at]))).collect())
        .collect();
    let natural = |at: usize| {
        let all = std::iter::once(&heads).chain(&cells);
        all.map(|row| measure_text_width(&row[at])).max().unwrap_or(0)
    };
    let widths = fitted((0..seen.len()).map(natural).collect(), width);
    let is_number =
        |at: usize| rows.iter().all(|row| row[seen[at]].is_number()) && !rows.is_empty();
    let line = |row: &[String]| {
        let cells = row.iter().enumerate().map(|(at, cell)| {
            let cut = truncate_str(cell, widths[at], "…").into_owned();
            let space = " ".repeat(widths[at].saturating_sub(measure_text_width(&cut)));
            if is_number(at) { format!("{space}{cut}") } else { format!("{cut}{space}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let bold = anstyle_bold(&line(&heads));
    let lines: Vec<String> =
        std::iter::once(bold).chain(cells.iter().map(|row| line(row))).collect();
    lines.join("\n") + "\n"
}

/// In bold where a terminal shows it; the stream takes it away elsewhere.
fn anstyle_bold(text: &str) -> String {
    format!("\u{1b}[1m{text}\u{1b}[0m")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Widths that fit into `width`: the widest columns are cut first.
fn fitted(mut widths: Vec<usize>, width: Option<usize>) -> Vec<usize> {
    let Some(width) = width else { return widths };
    let between = 2 * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + between > width {
        match widths.iter_mut().max() {
            Some(widest) if *widest > LEAST => *widest -= 1,
            _ => break,
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_columns_are_cut_to_the_terminal() {
        assert_eq!(fitted(vec![50, 20, 5], Some(60)), [31, 20, 5]);
        assert_eq!(fitted(vec![50, 20], Some(10)), [LEAST, LEAST]);
        let columns = [shown("a", "Title"), shown("n", "N"), for_programs("x")];
        let rows = [
            vec!["信頼を築く".into(), 7.into(), "no".into()],
            vec!["Trust".into(), 12.into(), "no".into()],
        ];
        let text =
            in_columns(&rows, &columns, Some(20)).replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
        assert_eq!(text, "Title        N\n信頼を築く   7\nTrust       12\n");
    }
}
