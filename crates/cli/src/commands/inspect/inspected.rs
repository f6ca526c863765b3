//! One inspected record, in the shape that JSON has.

use std::collections::BTreeMap;
use std::fmt;

use catalogue::country::CountryCode;
use catalogue::finding::{Finding, FindingPlace, Severity};
use catalogue::isbn::Isbn13;
use catalogue::lifecycle::WebState;
use catalogue::product::Product;
use catalogue::rights::Sale;
use catalogue::work::Work;
use serde::Serialize;
use site::inspection::Inspection;

/// A product; or a record that could not be read, or a message with something wrong beside its
/// records, of both of which nothing is known but the findings.
#[derive(Debug, Serialize)]
pub(super) struct Inspected {
    /// The sender's reference of the record.
    pub(super) record_reference: Option<String>,
    pub(super) isbn13: Option<Isbn13>,
    pub(super) title: Option<String>,
    pub(super) rights: Rights,
    /// By site: the state that it would show, null where it would not show the product.
    pub(super) states: BTreeMap<String, Option<WebState>>,
    /// By site: the rule that decided.
    pub(super) decided_by: BTreeMap<String, &'static str>,
    pub(super) findings: Vec<Told>,
    #[serde(skip)]
    pub(super) kind: Kind,
}

/// What was inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Product,
    Rejected,
    Aside,
}

/// Where it may be sold, before any site's policy.
#[derive(Debug, Serialize)]
pub(super) struct Rights {
    /// By code of ONIX List 91 or 49.
    pub(super) territories: BTreeMap<String, Sale>,
    /// Where the publisher claims to be the only one.
    pub(super) exclusive: Vec<&'static str>,
    /// By country: the editions that the record offers where this one is not sold.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) alternatives: BTreeMap<&'static str, Vec<Isbn13>>,
}

impl Rights {
    fn unknown() -> Self {
        let countries = CountryCode::all();
        Self {
            territories: countries
                .map(|country| (country.to_string(), Sale::Unknown))
                .collect(),
            exclusive: Vec::new(),
            alternatives: BTreeMap::new(),
        }
    }
}

/// Where in which file something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Place {
    /// The file, `-` for standard input; absent where titles come from an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
}

impl Place {
    pub(super) fn new(file: String, line: u64) -> Self {
        Self {
            file: Some(file),
            line: Some(line),
        }
    }

    /// For people: a file by its name without its folders, where a record has no file the empty
    /// text.
    pub(super) fn short(&self) -> String {
        let file = self.file.as_deref().map(|file| {
            let name = std::path::Path::new(file).file_name();
            name.map_or_else(|| file.into(), |name| name.to_string_lossy())
        });
        match (file, self.line) {
            (Some(file), Some(line)) => format!("{file} line {line}"),
            (Some(file), None) => file.into_owned(),
            (None, _) => String::new(),
        }
    }

    pub(super) fn file(file: String) -> Self {
        Self {
            file: Some(file),
            line: None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file} line {line}"),
            (Some(file), None) => f.write_str(file),
            (None, _) => f.write_str("the account"),
        }
    }
}

/// A finding, or what kept a record from being read.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Told {
    pub(super) code: String,
    pub(super) severity: Severity,
    pub(super) message: String,
    /// Where it was met.
    #[serde(rename = "where")]
    pub(super) at: At,
}

/// Where a finding was met.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct At {
    #[serde(flatten)]
    pub(super) place: Place,
    #[serde(flatten)]
    found: FindingPlace,
}

impl Told {
    /// An error.
    pub(super) fn new(code: &str, message: String) -> Self {
        Self {
            code: code.to_owned(),
            severity: Severity::Error,
            message,
            at: At::default(),
        }
    }

    pub(super) fn warning(code: &str, message: String) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::new(code, message)
        }
    }
}

impl From<Finding> for Told {
    fn from(finding: Finding) -> Self {
        Self {
            code: finding.code.as_str().to_owned(),
            severity: finding.severity,
            message: finding.message,
            at: At {
                place: Place::default(),
                found: finding.at,
            },
        }
    }
}

impl Inspected {
    /// A product with the findings of its data, and more of them.
    pub(super) fn product(
        work: &Work,
        product: &Product,
        inspection: Inspection,
        place: &Place,
        more: &[Told],
    ) -> Self {
        let record = product.record.as_str();
        let reference = record.strip_prefix("onix:record:").unwrap_or(record);
        let mut findings: Vec<Told> = inspection.findings.into_iter().map(Told::from).collect();
        findings.extend_from_slice(more);
        for told in &mut findings {
            told.at.place = place.clone();
            told.at.found.isbn = told.at.found.isbn.or(product.isbn);
            told.at.found.record = Some(reference.to_owned());
        }
        findings.sort_by(|a, b| {
            b.severity
                .cmp(&a.severity)
                .then_with(|| a.code.cmp(&b.code))
        });
        let alternatives = inspection.alternatives.into_iter();
        let answers = || inspection.sites.iter();
        Self {
            record_reference: Some(reference.to_owned()),
            isbn13: product.isbn,
            title: Some(title(work, product)),
            rights: Rights {
                territories: inspection.territories,
                exclusive: inspection
                    .exclusive
                    .iter()
                    .map(CountryCode::as_str)
                    .collect(),
                alternatives: alternatives
                    .map(|(country, editions)| (country.as_str(), editions.into_iter().collect()))
                    .collect(),
            },
            states: answers()
                .map(|(site, answer)| (site.to_string(), answer.state))
                .collect(),
            decided_by: answers()
                .map(|(site, answer)| (site.to_string(), answer.decided_by))
                .collect(),
            findings,
            kind: Kind::Product,
        }
    }

    /// A record that could not be read.
    pub(super) fn rejected(reference: Option<String>, told: Told, place: Place) -> Self {
        let mut one = Self::aside(told, place);
        for told in &mut one.findings {
            told.at.found.record.clone_from(&reference);
        }
        Self {
            record_reference: reference,
            kind: Kind::Rejected,
            ..one
        }
    }

    /// Something wrong beside any record.
    pub(super) fn aside(mut told: Told, place: Place) -> Self {
        told.at.place = place;
        Self {
            record_reference: None,
            isbn13: None,
            title: None,
            rights: Rights::unknown(),
            states: BTreeMap::new(),
            decided_by: BTreeMap::new(),
            findings: vec![told],
            kind: Kind::Aside,
        }
    }
}

fn title(work: &Work, product: &Product) -> String {
    let own = product.title.text.as_str();
    if own.is_empty() {
        work.title.text.clone()
    } else {
        own.to_owned()
    }
}
