//! What a judgement tells while it is made.
//!
//! A projection judges millions of formats and wants their findings only; an explanation judges a
//! few and wants every step in words. Both run the same rules: words are closures, made only where
//! somebody listens.

use std::collections::BTreeSet;

use catalogue::finding::Finding;

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

/// Keeps findings, each once.
#[derive(Default)]
pub(crate) struct Findings(pub(crate) BTreeSet<Finding>);

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
        self.0.insert(finding());
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
