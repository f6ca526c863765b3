//! Findings for people: by code, the gravest first, with a number and a few examples of each.
//!
//! A whole catalogue says the same small thing a hundred times, and the one grave thing would drown in it. JSON has every
//! finding.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use catalogue::finding::{Finding, FindingCode, Severity};

use super::plural;

/// How many findings of one code are shown.
const EXAMPLES: usize = 3;

/// A line per code and one per example; nothing where there is nothing to tell.
pub(crate) fn findings(findings: &[Finding]) -> String {
    let mut by_code: BTreeMap<(Reverse<Severity>, &FindingCode), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_code
            .entry((Reverse(finding.severity), &finding.code))
            .or_default()
            .push(finding);
    }
    let mut text = String::new();
    for ((Reverse(severity), code), of_code) in by_code {
        text.push_str(&format!(
            "{severity} {code}: {}\n",
            plural(of_code.len(), "finding")
        ));
        for finding in of_code.iter().take(EXAMPLES) {
            let place = finding.at.to_string();
            let place = if place.is_empty() {
                place
            } else {
                format!(" ({place})")
            };
            text.push_str(&format!("  {}{place}\n", finding.message));
        }
        if of_code.len() > EXAMPLES {
            text.push_str(&format!("  and {} more\n", of_code.len() - EXAMPLES));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_of_a_kind_are_one_line_and_the_gravest_come_first() {
        let mut all: Vec<Finding> = (0..98)
            .map(|number| {
                Finding::info(FindingCode::new("form-uncertain"), format!("form {number}"))
                    .in_record(format!("work:{number}"))
            })
            .collect();
        all.push(Finding::error(
            FindingCode::new("rights-unreadable"),
            "no rights",
        ));
        assert_eq!(
            findings(&all),
            "error rights-unreadable: 1 finding\n  no rights\n\
             info form-uncertain: 98 findings\n  form 0 (work:0)\n  form 1 (work:1)\n  form 2 (work:2)\n  and 95 more\n"
        );
        assert_eq!(findings(&[]), "");
    }
}
