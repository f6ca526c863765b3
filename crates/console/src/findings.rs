//! Findings: what is wrong in the data as last read, by code, weight and owner, on the page and to take away.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use catalogue::finding::{Finding, Severity};
use serde::Deserialize;
use store::runs::Run;

use crate::error::Error;
use crate::export::{Sheet, csv, xlsx};
use crate::page::{Answer, Asker, Frame, page};
use crate::runs::{Group, grouped, last_reading, weight};
use crate::wording::segment;
use crate::{Console, Shared};

/// Findings of one code on the page where it is asked for alone; the export has all.
const ROWS: usize = 500;

/// Examples of each code where many are shown.
const EXAMPLES: usize = 3;

/// Runs searched for the last that read the source.
const LISTED: i64 = 100;

/// Who mends what, by how a code begins; the first that fits. Roles are those of the launch rules.
const OWNERS: [(&str, &str); 24] = [
    ("embargo-", "publicity"),
    ("announcement-", "publicity"),
    ("module-", "digital"),
    ("modules-", "digital"),
    ("referenced-", "digital"),
    ("references-", "digital"),
    ("takedown-", "digital"),
    ("workflow-", "digital"),
    ("rights-", "rights"),
    ("territory-", "rights"),
    ("unresolved-territory", "rights"),
    ("world-combined", "rights"),
    ("contract-", "rights"),
    ("price-", "sales"),
    ("currency-", "sales"),
    ("market-", "sales"),
    ("no-supply", "sales"),
    ("supply-", "sales"),
    ("preorder-", "sales"),
    ("text-", "marketing"),
    ("no-cover", "design"),
    ("file-", "design"),
    ("resource-", "design"),
    ("publication-", "publishing"),
];

/// The role that everything else falls to.
const ELSE: &str = "metadata";

/// Whose task a finding is: a role, not a person.
pub(crate) fn owner(code: &str) -> &'static str {
    let known = OWNERS.iter().find(|(begins, _)| code.starts_with(begins));
    known.map_or(ELSE, |(_, owner)| owner)
}

/// Which findings are meant.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    code: String,
    #[serde(default)]
    weight: String,
    #[serde(default)]
    owner: String,
}

impl Asked {
    fn takes(&self, finding: &Finding) -> bool {
        let code = finding.code.as_str();
        (self.code.is_empty() || self.code == code)
            && (self.weight.is_empty() || self.weight == weight(finding.severity).1)
            && (self.owner.is_empty() || self.owner == owner(code))
    }

    fn query(&self) -> String {
        format!(
            "?code={}&weight={}&owner={}",
            segment(&self.code),
            segment(&self.weight),
            segment(&self.owner)
        )
    }
}

#[derive(Template)]
#[template(path = "findings.html")]
struct FindingsPage {
    frame: Frame,
    run: Option<String>,
    code: String,
    weight: String,
    owner: String,
    codes: Vec<(String, usize)>,
    weights: [&'static str; 3],
    owners: Vec<&'static str>,
    groups: Vec<Group>,
    count: usize,
    all: usize,
    query: String,
}

/// The findings of the last run that read the source.
pub(crate) async fn last_findings(console: &Console) -> Result<(Option<Run>, Vec<Finding>), Error> {
    let runs = console.store().runs(LISTED).await?;
    let Some(run) = last_reading(&runs) else {
        return Ok((None, Vec::new()));
    };
    let findings = console.store().run_findings(&run.id).await?;
    Ok((Some(run.clone()), findings))
}

/// What is wrong in the data, by code.
pub(crate) async fn list(
    State(console): Shared,
    Extension(person): Asker,
    Query(asked): Query<Asked>,
) -> Answer {
    let (run, mut findings) = last_findings(&console).await?;
    let all = findings.len();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &findings {
        *codes.entry(finding.code.as_str()).or_default() += 1;
    }
    let codes: Vec<(String, usize)> = codes
        .into_iter()
        .map(|(code, count)| (code.to_owned(), count))
        .collect();
    let mut owners: Vec<&str> = codes.iter().map(|(code, _)| owner(code)).collect();
    owners.sort_unstable();
    owners.dedup();
    findings.retain(|finding| asked.takes(finding));
    let examples = if asked.code.is_empty() {
        EXAMPLES
    } else {
        ROWS
    };
    page(&FindingsPage {
        frame: Frame::new("Findings", "/findings", person),
        run: run.map(|run| run.id),
        query: asked.query(),
        groups: grouped(&findings, examples),
        count: findings.len(),
        all,
        codes,
        weights: [Severity::Error, Severity::Warning, Severity::Info].map(|one| weight(one).1),
        owners,
        code: asked.code,
        weight: asked.weight,
        owner: asked.owner,
    })
}

async fn sheet(console: &Console, asked: &Asked) -> Result<Sheet, Error> {
    let (_, mut findings) = last_findings(console).await?;
    findings.retain(|finding| asked.takes(finding));
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let rows = findings.iter().map(|finding| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            finding.severity.to_string(),
            finding.code.to_string(),
            owner(finding.code.as_str()).to_owned(),
            text(&finding.at.record),
            finding
                .at
                .isbn
                .map_or_else(String::new, |isbn| isbn.hyphenated()),
            text(&finding.at.field),
            finding.message.clone(),
        ]
    });
    Ok(Sheet {
        name: "findings",
        header: &[
            "severity", "code", "owner", "record", "isbn", "field", "message",
        ],
        rows: rows.collect(),
    })
}

/// The findings asked for, as CSV.
pub(crate) async fn as_csv(
    State(console): Shared,
    Extension(_person): Asker,
    Query(asked): Query<Asked>,
) -> Answer {
    Ok(csv(&sheet(&console, &asked).await?))
}

/// The findings asked for, as a workbook.
pub(crate) async fn as_xlsx(
    State(console): Shared,
    Extension(_person): Asker,
    Query(asked): Query<Asked>,
) -> Answer {
    Ok(xlsx(sheet(&console, &asked).await?).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_falls_to_one_role_and_what_nobody_claims_to_metadata() {
        assert_eq!(owner("rights-absent"), "rights");
        assert_eq!(owner("modules-unreadable"), "digital");
        assert_eq!(owner("isbn-invalid"), ELSE);
    }
}
