//! Tables to take away, for those who work in a spreadsheet: as CSV, and as a workbook of Excel.
//!
//! A spreadsheet runs a cell that begins like a formula, and turns an ISBN into a rounded number. The first kind gets an
//! apostrophe in front (OWASP), in a workbook too, whose cells all say that they are text: a sheet is often saved as CSV by its
//! next reader. An ISBN is written with its hyphens, which no spreadsheet takes for a number.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::error::Error;

/// What Excel needs to see that a file is UTF-8.
const MARK: &str = "\u{feff}";

/// Excel's own limit of a cell, in units of UTF-16.
const LONGEST: usize = 32_767;

/// Excel's own limit of a sheet, without the header.
const MOST: usize = 1_048_575;

/// A table.
pub(crate) struct Sheet {
    /// What it is of; the file is named after it.
    pub(crate) name: &'static str,
    pub(crate) header: &'static [&'static str],
    pub(crate) rows: Vec<Vec<String>>,
}

fn file(kind: &'static str, name: &str, body: impl Into<Body>) -> Response {
    let name = format!("attachment; filename=\"frontlist-{name}\"");
    let name =
        HeaderValue::from_str(&name).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, name),
    ];
    (headers, body.into()).into_response()
}

/// A table as CSV (RFC 4180).
pub(crate) fn csv(sheet: &Sheet) -> Response {
    let mut text = String::from(MARK);
    line(&mut text, sheet.header.iter().copied());
    for row in &sheet.rows {
        line(&mut text, row.iter().map(String::as_str));
    }
    let name = format!("{}.csv", sheet.name);
    file("text/csv; charset=utf-8", &name, text)
}

fn line<'c>(text: &mut String, cells: impl Iterator<Item = &'c str>) {
    let cells: Vec<String> = cells
        .map(|value| format!("\"{}\"", harmless(value).replace('"', "\"\"")))
        .collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A value that no spreadsheet takes for a formula.
fn harmless(value: &str) -> String {
    let is_formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if is_formula { "'" } else { "" };
    format!("{guard}{value}")
}

/// A table as a workbook with one sheet, its first row fixed and filterable.
///
/// # Errors
/// When it cannot be made.
pub(crate) async fn xlsx(sheet: Sheet) -> Result<Response, Error> {
    let name = format!("{}.xlsx", sheet.name);
    // Packing a large sheet takes a second of computing.
    let made = tokio::task::spawn_blocking(move || workbook(&sheet));
    let bytes = made.await.map_err(Error::Lost)??;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file(kind, &name, bytes))
}

fn workbook(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    page.set_name(sheet.name)?;
    let bold = Format::new().set_bold();
    let mut end = (0_u32, 0_u16);
    for (column, name) in (0_u16..).zip(sheet.header) {
        page.write_string_with_format(0, column, *name, &bold)?;
        end.1 = column;
    }
    for (row, cells) in (1_u32..).zip(sheet.rows.iter().take(MOST)) {
        for (column, cell) in (0_u16..).zip(cells) {
            page.write_string(row, column, short(&harmless(cell)))?;
        }
        end.0 = row;
    }
    page.set_freeze_panes(1, 0)?;
    page.autofilter(0, 0, end.0, end.1)?;
    workbook.save_to_buffer()
}

/// As much of a value as a cell holds.
fn short(value: &str) -> String {
    let mut units = 0;
    let fits = |letter: &char| {
        units += letter.len_utf16();
        units <= LONGEST
    };
    value.chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_quotes_are_doubled() {
        let mut text = String::new();
        line(
            &mut text,
            ["Salt \"Road\"", "978-1-86197-876-9"].into_iter(),
        );
        assert_eq!(text, "\"Salt \"\"Road\"\"\",\"978-1-86197-876-9\"\r\n");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert!(harmless(formula).starts_with('\''), "{formula:?}");
        }
    }

    #[test]
    fn a_workbook_holds_values_of_any_length_and_an_empty_table() {
        let mut sheet = Sheet {
            name: "findings",
            header: &["message"],
            rows: vec![vec!["=1".into()], vec!["😀".repeat(40_000)]],
        };
        let bytes = workbook(&sheet).unwrap();
        assert!(bytes.starts_with(b"PK"), "a workbook is a zip file");
        assert_eq!(short(&"😀".repeat(40_000)).encode_utf16().count(), 32_766);
        sheet.rows.clear();
        assert!(workbook(&sheet).unwrap().starts_with(b"PK"));
    }
}
