//! Checklists for people and for spreadsheets.

use launch::checklist::{Item, Outcome, Readiness};
use sync::launches::Candidate;

use crate::failure::Failure;
use crate::output::{self, Table};

/// The longest title in a table.
const LONGEST_TITLE: usize = 40;

/// The longest piece of evidence in a table.
const LONGEST_EVIDENCE: usize = 90;

pub(super) fn told(candidates: &[Candidate], in_full: bool) -> String {
    if candidates.is_empty() {
        return "No title is about to be published: none has a publication date within the next 180 days or the \
                last 14. Name a title, or a week with --week."
            .to_owned();
    }
    if in_full {
        let each: Vec<String> = candidates.iter().map(one).collect();
        return each.join("\n");
    }
    let mut table = Table::new([
        "publication",
        "site",
        "title",
        "ISBN",
        "ready",
        "missing",
        "first to mend",
    ]);
    for candidate in candidates {
        let first = candidate.first_to_mend().map(|item| {
            format!(
                "{}: {} ({}{})",
                item.severity_word(),
                item.says,
                item.owner,
                due(item)
            )
        });
        table.row([
            candidate.publication.clone().unwrap_or_default(),
            candidate.checklist.site.clone(),
            output::shortened(&candidate.title, LONGEST_TITLE),
            candidate.isbn13.clone().unwrap_or_default(),
            readiness(candidate.readiness),
            format!("{} of {}", candidate.missing, candidate.applicable),
            first.unwrap_or_default(),
        ]);
    }
    table.to_string()
}

fn one(candidate: &Candidate) -> String {
    let (got, of) = candidate.score;
    let isbn = candidate.isbn13.as_deref().unwrap_or("no ISBN");
    let published = candidate
        .publication
        .as_deref()
        .unwrap_or("no publication date");
    let mut text = format!(
        "{} ({isbn}) on {}, {published}: {}; {} of {} missing, {got} of {of} points\n",
        candidate.title,
        candidate.checklist.site,
        readiness(candidate.readiness),
        candidate.missing,
        candidate.applicable,
    );
    let mut table = Table::new(["", "rule", "what", "saw", "due", "owner", "to do"]);
    for item in &candidate.checklist.items {
        let saw: Vec<String> = item
            .evidence
            .iter()
            .map(|seen| format!("{}: {}", seen.fact, seen.saw))
            .collect();
        let to_do = match item.outcome {
            Outcome::Fail | Outcome::Unknown => item.mend.clone(),
            Outcome::Waived => item.waived.clone().unwrap_or_default(),
            Outcome::Pass | Outcome::NotApplicable => String::new(),
        };
        table.row([
            mark(item),
            item.rule.clone(),
            item.says.clone(),
            output::shortened(&saw.join("; "), LONGEST_EVIDENCE),
            item.due
                .map_or_else(String::new, |day| format!("{day}{}", urgency(item))),
            item.owner.clone(),
            to_do,
        ]);
    }
    text.push_str(&table.to_string());
    text
}

pub(super) fn readiness(readiness: Readiness) -> String {
    let (icon, word) = readiness.sign();
    format!("{icon} {word}")
}

fn mark(item: &Item) -> String {
    let (icon, word) = item.sign();
    format!("{icon} {word}")
}

fn due(item: &Item) -> String {
    item.due
        .map_or_else(String::new, |day| format!(", due {day}{}", urgency(item)))
}

fn urgency(item: &Item) -> String {
    item.pressing()
        .map_or_else(String::new, |word| format!(", {word}"))
}

/// Every line as a row of a spreadsheet. ISBNs are texts, and no cell is a formula.
pub(super) fn spreadsheet(candidates: &[Candidate]) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fault = |error: csv::Error| Failure::Write {
        what: "the spreadsheet".into(),
        source: error.into(),
    };
    writer
        .write_record([
            "work",
            "isbn13",
            "title",
            "site",
            "publication",
            "readiness",
            "rule",
            "outcome",
            "severity",
            "what",
            "evidence",
            "due",
            "urgency",
            "owner",
            "to_do",
        ])
        .map_err(fault)?;
    for candidate in candidates {
        for item in &candidate.checklist.items {
            let evidence: Vec<String> = item
                .evidence
                .iter()
                .map(|seen| format!("{}: {}", seen.fact, seen.saw))
                .collect();
            let cells = [
                candidate.checklist.work.clone(),
                candidate.isbn13.clone().unwrap_or_default(),
                candidate.title.clone(),
                candidate.checklist.site.clone(),
                candidate.publication.clone().unwrap_or_default(),
                readiness(candidate.readiness),
                item.rule.clone(),
                item.outcome.as_str().to_owned(),
                item.severity_word().to_owned(),
                item.says.clone(),
                evidence.join("; "),
                item.due.map_or_else(String::new, |day| day.to_string()),
                item.urgency.as_str().to_owned(),
                item.owner.clone(),
                item.mend.clone(),
            ];
            writer.write_record(cells.map(harmless)).map_err(fault)?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| Failure::Write {
        what: "the spreadsheet".into(),
        source: error.into_error(),
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A cell that a spreadsheet does not take for a formula.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for dangerous in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(harmless(dangerous.into()), format!("'{dangerous}"));
        }
        assert_eq!(harmless("9781234567897".into()), "9781234567897");
    }
}
