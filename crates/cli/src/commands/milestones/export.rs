//! Consonance's export of to-dos, row by row.
//!
//! Its columns are documented by name (assignee, done date, due date), not its layout. So columns are found by their
//! headings, in any order and case, and what is not asked for is passed over. Days are read as `2027-03-01` alone: of
//! `03/01/2027` nobody can tell whether it is in January or in March.

use csv::StringRecord;
use jiff::civil::Date;
use launch::milestone::Milestone;
use serde::Serialize;

use crate::failure::{Failure, Misuse};

/// Headings of each column; the first that the file has is taken.
const TITLE: [&str; 3] = ["work", "isbn", "isbn13"];
const MILESTONE: [&str; 4] = ["milestone", "to-do", "todo", "description"];
const ASSIGNEE: [&str; 1] = ["assignee"];
const DUE: [&str; 3] = ["due date", "due", "due date when done"];
const DONE: [&str; 2] = ["done date", "done"];

/// How a row names its title.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// By an ISBN or a key.
    Said(String),
    /// Somewhere in this text.
    Within(String),
}

/// One milestone of a title.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) line: u64,
    /// Its title.
    pub(super) title: Named,
    pub(super) milestone: Milestone,
    pub(super) assignee: Option<String>,
    pub(super) due: Option<Date>,
    pub(super) done: Option<Date>,
}

/// A row that cannot be read, and what to correct.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Wrong {
    pub(super) line: u64,
    pub(super) why: String,
}

/// Where the columns are.
struct Columns {
    title: usize,
    milestone: usize,
    assignee: Option<usize>,
    due: Option<usize>,
    done: Option<usize>,
}

/// Every row of an export, or what is wrong with it.
///
/// # Errors
/// A file without the columns that say which title and which milestone.
pub(super) fn read(text: &str, file: &str) -> Result<Vec<Result<Row, Wrong>>, Failure> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let separator = if head.matches(';').count() > head.matches(',').count() {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .from_reader(text.as_bytes());
    let headings = reader.headers().cloned().unwrap_or_default();
    let columns = Columns::of(&headings, file)?;
    let rows = reader.records().map(|record| match record {
        Ok(record) => columns.row(&record),
        Err(error) => Err(Wrong {
            line: error.position().map_or(0, csv::Position::line),
            why: format!("cannot be read: {error}"),
        }),
    });
    Ok(rows.collect())
}

impl Columns {
    fn of(headings: &StringRecord, file: &str) -> Result<Self, Failure> {
        let find = |names: &[&str]| {
            names.iter().find_map(|name| {
                headings
                    .iter()
                    .position(|heading| heading.trim().eq_ignore_ascii_case(name))
            })
        };
        let need = |names: &[&str], what: &str| {
            find(names).ok_or_else(|| {
                Failure::usage(
                    Misuse::Arguments,
                    format!("{file} has no column that says which {what}"),
                    format!("give a column one of the headings {}", names.join(", ")),
                )
            })
        };
        Ok(Self {
            title: need(&TITLE, "title")?,
            milestone: need(&MILESTONE, "milestone")?,
            assignee: find(&ASSIGNEE),
            due: find(&DUE),
            done: find(&DONE),
        })
    }

    fn row(&self, record: &StringRecord) -> Result<Row, Wrong> {
        let line = record.position().map_or(0, csv::Position::line);
        let wrong = |why: String| Wrong { line, why };
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        let name = cell(self.milestone);
        let milestone = Milestone::named(name).ok_or_else(|| {
            let meant = Milestone::nearest(name)
                .map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
            wrong(format!(
                "`{name}` is no milestone that the checklist knows{meant}"
            ))
        })?;
        let day = |at: Option<usize>| match at.map(cell).filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => text
                .parse::<Date>()
                .map(Some)
                .map_err(|_| wrong(format!("`{text}` is no day; write 2027-03-01"))),
        };
        Ok(Row {
            line,
            title: Named::Said(cell(self.title).to_owned()),
            milestone,
            assignee: self
                .assignee
                .map(cell)
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
            due: day(self.due)?,
            done: day(self.done)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_headings_in_any_order_and_spelling() {
        for text in [
            "\u{feff}Done date,ISBN,To-do,Assignee,Due date,Notes\n,978-1,files to PRESS,Omar,2027-03-01,x\n",
            "work;Milestone;assignee;due;done\n978-1;Files to press;Omar;2027-03-01;\n",
        ] {
            let rows = read(text, "todos.csv").unwrap();
            let row = Row {
                line: 2,
                title: Named::Said("978-1".to_owned()),
                milestone: Milestone::FilesToPress,
                assignee: Some("Omar".to_owned()),
                due: Some("2027-03-01".parse().unwrap()),
                done: None,
            };
            assert_eq!(rows, [Ok(row)], "{text}");
        }
    }

    #[test]
    fn a_wrong_row_is_named_by_its_line_and_stops_no_other() {
        let text = "isbn,milestone,due\n1,Files to the press,2027-03-01\n2,Ex works,03/01/2027\n3,Ex works\n";
        let rows = read(text, "todos.csv").unwrap();
        let [Err(unknown), Err(day), Ok(short)] = rows.as_slice() else {
            panic!("{rows:?}");
        };
        assert_eq!(unknown.line, 2);
        assert!(
            unknown.why.contains("did you mean `Files to press`?"),
            "{}",
            unknown.why
        );
        assert_eq!(
            (day.line, day.why.as_str()),
            (3, "`03/01/2027` is no day; write 2027-03-01")
        );
        assert_eq!((short.line, short.due), (4, None));
    }

    #[test]
    fn a_file_without_titles_or_milestones_is_refused() {
        for text in ["", "isbn,due\n", "milestone,due\n", "\u{0}\u{1}"] {
            let refused = read(text, "todos.csv");
            assert!(refused.is_err(), "{text:?}");
        }
    }
}
