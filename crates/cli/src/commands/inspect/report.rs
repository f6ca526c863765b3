//! The feed doctor's report: faults first, the gravest and most common ahead, each with examples and
//! the mend; then a line for each product.

use std::collections::BTreeMap;
use std::fmt;

use catalogue::finding::Severity;
use catalogue::rights::Sale;
use jiff::Timestamp;
use site::policy::SiteId;

use super::inspected::{Inspected, Kind, Told};
use crate::output::{Table, plural, shortened};

/// How many examples of a fault are told.
const EXAMPLES: usize = 3;

/// How many countries are named rather than counted.
const NAMED: usize = 4;

/// How much of a title is shown.
const TITLE: usize = 40;

/// A report in the making.
#[derive(Debug)]
pub(super) struct Report {
    /// The configured sites, if any.
    sites: Option<Vec<SiteId>>,
    territory: Option<String>,
    now: Timestamp,
    products: Vec<Line>,
    rejected: usize,
    faults: BTreeMap<String, Fault>,
}

/// What is kept of a product.
#[derive(Debug)]
struct Line {
    name: String,
    title: String,
    sale: String,
    states: Vec<String>,
    findings: usize,
}

/// One kind of fault.
#[derive(Debug)]
struct Fault {
    severity: Severity,
    records: usize,
    message: String,
    examples: Vec<String>,
}

impl Report {
    pub(super) fn new(
        sites: Option<Vec<SiteId>>,
        territory: Option<String>,
        now: Timestamp,
    ) -> Self {
        Self {
            sites,
            territory,
            now,
            products: Vec::new(),
            rejected: 0,
            faults: BTreeMap::new(),
        }
    }

    /// Takes what the report needs of a record.
    pub(super) fn add(&mut self, one: &Inspected) {
        let name = one
            .isbn13
            .map(|isbn| isbn.hyphenated())
            .or_else(|| one.record_reference.clone())
            .unwrap_or_default();
        let mut codes: Vec<&str> = Vec::new();
        for told in &one.findings {
            self.fault(told, &name, codes.contains(&told.code.as_str()));
            codes.push(&told.code);
        }
        match one.kind {
            Kind::Product => {}
            Kind::Rejected => {
                self.rejected += 1;
                return;
            }
            Kind::Aside => return,
        }
        let states = self.sites.iter().flatten().map(|site| {
            match one.states.get(&site.0).copied().flatten() {
                Some(state) => state.as_str().to_owned(),
                None => one
                    .decided_by
                    .get(&site.0)
                    .map_or_else(String::new, |rule| format!("✘ {rule}")),
            }
        });
        self.products.push(Line {
            title: shortened(one.title.as_deref().unwrap_or_default(), TITLE),
            sale: self.sale(one),
            states: states.collect(),
            findings: one.findings.len(),
            name,
        });
    }

    fn fault(&mut self, told: &Told, name: &str, again: bool) {
        let fault = self
            .faults
            .entry(told.code.clone())
            .or_insert_with(|| Fault {
                severity: told.severity,
                records: 0,
                message: told.message.clone(),
                examples: Vec::new(),
            });
        fault.severity = fault.severity.max(told.severity);
        if again {
            return;
        }
        fault.records += 1;
        if fault.examples.len() < EXAMPLES {
            let place = told.at.place.short();
            fault.examples.push(match (name, place.as_str()) {
                ("", "") => "the account".to_owned(),
                ("", _) => place,
                (name, "") => name.to_owned(),
                (name, _) => format!("{name} ({place})"),
            });
        }
    }

    fn sale(&self, one: &Inspected) -> String {
        let territories = &one.rights.territories;
        if let Some(asked) = &self.territory {
            let sale = territories.get(asked).copied().unwrap_or(Sale::Unknown);
            return format!("{}: {}", asked, words(sale));
        }
        let countries = |wanted: Sale| -> Vec<&str> {
            territories
                .iter()
                .filter(|(code, sale)| code.len() == 2 && **sale == wanted)
                .map(|(code, _)| code.as_str())
                .collect()
        };
        let all = territories.keys().filter(|code| code.len() == 2).count();
        let open = countries(Sale::ForSale);
        let mut parts = Vec::new();
        match open.len() {
            0 => {}
            count if count == all => parts.push("world".to_owned()),
            1..=NAMED => parts.push(open.join(" ")),
            count => parts.push(format!("{count} countries")),
        }
        for (sale, word) in [(Sale::Partial, "in part"), (Sale::Unknown, "unknown")] {
            match countries(sale).len() {
                0 => {}
                count if count == all => parts.push(word.to_owned()),
                count => parts.push(format!("{count} {word}")),
            }
        }
        if parts.is_empty() {
            return "nowhere".to_owned();
        }
        parts.join(", ")
    }

    /// Each fault with its code, the gravest and most common first.
    fn ranked(&self) -> Vec<(&str, &Fault)> {
        let mut faults: Vec<(&str, &Fault)> = self
            .faults
            .iter()
            .map(|(code, fault)| (code.as_str(), fault))
            .collect();
        faults.sort_by_key(|(code, fault)| {
            (
                std::cmp::Reverse(fault.severity),
                std::cmp::Reverse(fault.records),
                *code,
            )
        });
        faults
    }
}

fn words(sale: Sale) -> &'static str {
    match sale {
        Sale::ForSale => "for sale",
        Sale::NotForSale => "not for sale",
        Sale::Unknown => "unknown",
        Sale::Partial => "in part",
    }
}

fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "✘ error",
        Severity::Warning => "▲ warning",
        Severity::Info => "· note",
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} inspected", plural(self.products.len(), "product"))?;
        if self.rejected > 0 {
            write!(f, ", {} not readable", plural(self.rejected, "record"))?;
        }
        let now = self.now.strftime("%Y-%m-%d %H:%M UTC");
        match &self.sites {
            Some(sites) => {
                let sites: Vec<&str> = sites.iter().map(|site| site.0.as_str()).collect();
                writeln!(f, ", judged for {} at {now}", sites.join(", "))?;
            }
            None => writeln!(f, " at {now}; without a configuration no site is judged")?,
        }
        if self.faults.is_empty() {
            writeln!(f, "\nNo findings: nothing contradicts itself.")?;
        }
        for (code, fault) in self.ranked() {
            let records = plural(fault.records, "record");
            writeln!(f, "\n{} {code}: {records}", mark(fault.severity))?;
            writeln!(f, "  {}", shortened(&fault.message, 400))?;
            let more = match fault.records.saturating_sub(fault.examples.len()) {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            writeln!(f, "  in {}{more}", fault.examples.join(", "))?;
            writeln!(f, "  see docs/errors/{code}.md")?;
        }
        if self.products.is_empty() {
            return Ok(());
        }
        writeln!(f)?;
        let mut headings = vec!["product", "title", "for sale"];
        headings.extend(self.sites.iter().flatten().map(|site| site.0.as_str()));
        headings.push("findings");
        let mut table = Table::with_headings(headings);
        for line in &self.products {
            let cells = [&line.name, &line.title, &line.sale];
            let cells = cells.into_iter().chain(&line.states).cloned();
            table.push(cells.chain([line.findings.to_string()]).collect());
        }
        write!(f, "{table}")
    }
}
