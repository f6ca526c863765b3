//! Tables to take away, for those who work in a spreadsheet.
//!
//! A spreadsheet runs a cell that begins like a formula, and turns an ISBN into a rounded number. The first kind gets an
//! apostrophe in front (OWASP); an ISBN is written with its hyphens, which no spreadsheet takes for a number.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;

use crate::Shared;
use crate::page::{Answer, Asker};
use crate::runs::last_findings;

/// What Excel needs to see that a file is UTF-8.
const MARK: &str = "\u{feff}";

/// Every finding of the last run that read the source.
pub(crate) async fn findings(State(console): Shared, Extension(_person): Asker) -> Answer {
    let (_, findings) = last_findings(&console).await?;
    let mut text = String::from(MARK);
    line(
        &mut text,
        ["severity", "code", "record", "isbn", "field", "message"],
    );
    for finding in &findings {
        let isbn = finding.at.isbn.map(|isbn| isbn.hyphenated());
        line(
            &mut text,
            [
                &finding.severity.to_string(),
                finding.code.as_str(),
                finding.at.record.as_deref().unwrap_or_default(),
                isbn.as_deref().unwrap_or_default(),
                finding.at.field.as_deref().unwrap_or_default(),
                &finding.message,
            ],
        );
    }
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    let name = HeaderValue::from_static("attachment; filename=\"frontlist-findings.csv\"");
    Ok((
        [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_DISPOSITION, name),
        ],
        text,
    )
        .into_response())
}

fn line<const N: usize>(text: &mut String, cells: [&str; N]) {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A value as one cell (RFC 4180), never a formula.
fn cell(value: &str) -> String {
    let is_formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", value.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_quotes_are_doubled() {
        assert_eq!(cell("Salt \"Road\""), "\"Salt \"\"Road\"\"\"");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert!(cell(formula).starts_with("\"'"), "{formula:?}");
        }
        assert_eq!(cell("978-1-86197-876-9"), "\"978-1-86197-876-9\"");
    }
}
