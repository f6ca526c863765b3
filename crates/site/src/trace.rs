//! What a judgement tells while it is made.
//!
//! A projection judges millions of formats and wants their findings only; an explanation judges a
//! few and wants every step in words. Both run the same rules: words are closures, made only where
//! somebody listens.

use catalogue::finding::{Finding, FindingCode, FindingPlace, Severity};
use foldhash::HashMap;

use crate::explanation::{Ruling, Step};

/// A listener to a judgement.
pub(crate) trait Trace {
    /// A rule was asked, saw something, and ruled.
    fn step(
        &mut self,
        rule: &'static str,
        ruling: Ruling,
        saw: impl FnOnce() -> String,
        says: impl FnOnce() -> String,
    );

    /// Values as the source states them, for the rule that is asked next.
    fn values(&mut self, _: impl FnOnce() -> Vec<String>) {}

    /// Something is wrong in the data.
    fn finding(&mut self, finding: impl FnOnce() -> Finding);
}

/// Listens to nothing.
pub(crate) struct Silent;

impl Trace for Silent {
    fn step(
        &mut self,
        _: &'static str,
        _: Ruling,
        _: impl FnOnce() -> String,
        _: impl FnOnce() -> String,
    ) {
    }

    fn finding(&mut self, _: impl FnOnce() -> Finding) {}
}

/// Keeps findings, each once. A catalogue says few different things in very many places, so places are
/// kept by what is said there.
#[derive(Default)]
pub(crate) struct Findings(HashMap<(FindingCode, Severity, String), Vec<FindingPlace>>);

impl Findings {
    /// Each finding once, in order.
    pub(crate) fn sorted(self) -> Vec<Finding> {
        let mut said: Vec<_> = self.0.into_iter().collect();
        said.sort_by(|(one, _), (two, _)| one.cmp(two));
        let mut findings = Vec::with_capacity(said.len());
        for ((code, severity, message), mut places) in said {
            places.sort();
            places.dedup();
            findings.extend(places.into_iter().map(|at| Finding {
                code: code.clone(),
                severity,
                message: message.clone(),
                at,
            }));
        }
        findings
    }
}

impl Extend<Finding> for Findings {
    fn extend<T: IntoIterator<Item = Finding>>(&mut self, findings: T) {
        for finding in findings {
            let Finding {
                code,
                severity,
                message,
                at,
            } = finding;
            let places = self.0.entry((code, severity, message)).or_default();
            if places.last() != Some(&at) {
                places.push(at);
            }
        }
    }
}

impl Trace for Findings {
    fn step(
        &mut self,
        _: &'static str,
        _: Ruling,
        _: impl FnOnce() -> String,
        _: impl FnOnce() -> String,
    ) {
    }

    fn finding(&mut self, finding: impl FnOnce() -> Finding) {
        self.extend([finding()]);
    }
}

/// Keeps every step in words.
#[derive(Default)]
pub(crate) struct Steps {
    pub(crate) steps: Vec<Step>,
    /// Values for the next step.
    values: Vec<String>,
}

impl Trace for Steps {
    fn step(
        &mut self,
        rule: &'static str,
        ruling: Ruling,
        saw: impl FnOnce() -> String,
        says: impl FnOnce() -> String,
    ) {
        self.steps.push(Step {
            rule: rule.to_owned(),
            saw: saw(),
            values: std::mem::take(&mut self.values),
            sources: Vec::new(),
            ruling,
            says: says(),
        });
    }

    fn values(&mut self, values: impl FnOnce() -> Vec<String>) {
        self.values.extend(values());
    }

    fn finding(&mut self, _: impl FnOnce() -> Finding) {}
}
