//! What is known of one title on one site, fact by fact.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::fact::{self, Kind};

/// What a fact says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    YesNo(bool),
    /// A count or measure.
    Number(i64),
    /// A code or name.
    Text(String),
}

impl Value {
    fn kind(&self) -> Kind {
        match self {
            Self::YesNo(_) => Kind::YesNo,
            Self::Number(_) => Kind::Number,
            Self::Text(_) => Kind::Text,
        }
    }

    /// For people.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::YesNo(true) => "yes".to_owned(),
            Self::YesNo(false) => "no".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::YesNo(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

/// A fact as somebody learnt it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What it says.
    pub value: Value,
    /// What was seen, in words: the title itself, a file's size, a status line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seen: String,
    /// When it was seen; nothing where it follows from what is kept and so is as old as the last read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// The facts of one title on one site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sheet {
    readings: BTreeMap<&'static str, Reading>,
    unknown: BTreeMap<&'static str, String>,
}

impl Sheet {
    /// States a fact. A name that [`fact::FACTS`] lacks, or a value of another kind than it has there, states nothing
    /// and is returned as a mistake of the program.
    ///
    /// # Errors
    /// The name.
    pub fn state(
        &mut self,
        name: &'static str,
        value: impl Into<Value>,
    ) -> Result<(), &'static str> {
        self.state_seen(name, value, String::new(), None)
    }

    /// States a fact with what was seen and when.
    ///
    /// # Errors
    /// The name, as of [`Self::state`].
    pub fn state_seen(
        &mut self,
        name: &'static str,
        value: impl Into<Value>,
        seen: String,
        at: Option<Timestamp>,
    ) -> Result<(), &'static str> {
        let value = value.into();
        if !fact::known(name).is_some_and(|fact| fact.kind == value.kind()) {
            return Err(name);
        }
        self.unknown.remove(name);
        self.readings.insert(name, Reading { value, seen, at });
        Ok(())
    }

    /// Says why a fact is not known. A fact that is known stays so.
    pub fn leave_open(&mut self, name: &'static str, why: &str) {
        if !self.readings.contains_key(name) {
            self.unknown.insert(name, why.to_owned());
        }
    }

    /// What is known of a fact.
    #[must_use]
    pub fn reading(&self, name: &str) -> Option<&Reading> {
        self.readings.get(name)
    }

    /// Why a fact is not known.
    #[must_use]
    pub fn why_unknown(&self, name: &str) -> &str {
        self.unknown
            .get(name)
            .map_or("nobody has looked yet", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_takes_only_facts_of_their_kind() {
        let mut sheet = Sheet::default();
        assert_eq!(sheet.state("isbn.valid", true), Ok(()));
        assert_eq!(sheet.state("isbn.valid", 3_usize), Err("isbn.valid"));
        assert_eq!(sheet.state("isbn", true), Err("isbn"));
        assert_eq!(
            sheet.reading("isbn.valid").unwrap().value,
            Value::YesNo(true)
        );
        assert_eq!(sheet.why_unknown("page.status"), "nobody has looked yet");
        sheet.leave_open("page.status", "the site has no address");
        assert_eq!(sheet.why_unknown("page.status"), "the site has no address");
    }
}
