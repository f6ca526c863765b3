//! The rules that are asked: the default set, and what a publisher puts in its place.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::condition::Condition;
use crate::error::Error;
use crate::fact::{self, ALIKE, Kind};
use crate::rule::Rule;

/// The default rules, as they are published.
pub const DEFAULT: &str = include_str!("default_rules.toml");

/// Rules that were checked: each asks only for facts that exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleBook {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    rule: Vec<Rule>,
}

impl RuleBook {
    /// Reads rules. `file` is where they come from, for messages.
    ///
    /// # Errors
    /// FL-0701 to FL-0705, naming the rule.
    pub fn read(toml: &str, file: &str) -> Result<Self, Error> {
        let document: Document = toml::from_str(toml).map_err(|error| Error::Unreadable {
            file: file.to_owned(),
            said: error.to_string(),
        })?;
        let mut seen = BTreeSet::new();
        for rule in &document.rule {
            check(rule, file)?;
            if !seen.insert(rule.id.as_str()) {
                return Err(Error::Twice {
                    file: file.to_owned(),
                    rule: rule.id.clone(),
                });
            }
        }
        Ok(Self {
            rules: document.rule,
        })
    }

    /// The default rules with those of a publisher over them: a rule of the same name takes the place of the default.
    ///
    /// # Errors
    /// As of [`Self::read`].
    pub fn with_defaults(own: Option<(&str, &str)>) -> Result<Self, Error> {
        let book = Self::read(DEFAULT, "the default rules")?;
        match own {
            Some((toml, file)) => book.with(toml, file),
            None => Ok(book),
        }
    }

    /// These rules with others over them: one of the same name takes the place of the known one.
    ///
    /// # Errors
    /// As of [`Self::read`].
    pub fn with(&self, toml: &str, file: &str) -> Result<Self, Error> {
        let mut book = self.clone();
        for rule in Self::read(toml, file)?.rules {
            match book.rules.iter_mut().find(|known| known.id == rule.id) {
                Some(known) => *known = rule,
                None => book.rules.push(rule),
            }
        }
        Ok(book)
    }

    /// The rules that are asked, in the order in which they stand.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.enabled)
    }

    /// The rule that is asked under a name.
    ///
    /// # Errors
    /// FL-0706 where there is none, with the name that was probably meant: a waiver of nothing would be believed to
    /// help.
    pub fn waivable(&self, id: &str) -> Result<&Rule, Error> {
        let likeness = |rule: &&Rule| strsim::jaro_winkler(id, &rule.id);
        if let Some(rule) = self.rules().find(|rule| rule.id == id) {
            return Ok(rule);
        }
        let best = self
            .rules()
            .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
            .filter(|best| likeness(best) > ALIKE);
        let meant = best.map_or_else(String::new, |best| format!("; did you mean `{}`?", best.id));
        Err(Error::Waiver {
            rule: id.to_owned(),
            why: format!("no rule that is asked has this name{meant}"),
        })
    }

    /// The rule of a name, asked or not.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

fn check(rule: &Rule, file: &str) -> Result<(), Error> {
    let (file, name) = (file.to_owned(), rule.id.clone());
    let asked: Vec<_> = rule.needs.iter().flat_map(Condition::facts).collect();
    if asked.is_empty() {
        return Err(Error::NeedsNothing { file, rule: name });
    }
    let applies = rule.applies.iter().flat_map(Condition::facts);
    for (asked, test) in asked.into_iter().chain(applies) {
        let Some(known) = fact::known(asked) else {
            return Err(Error::UnknownFact {
                file,
                rule: name,
                fact: asked.to_owned(),
                meant: fact::nearest(asked),
            });
        };
        if !test.suits(known.kind) {
            return Err(Error::WrongTest {
                file,
                rule: name,
                fact: known.name,
                kind: match known.kind {
                    Kind::YesNo => "true or false",
                    Kind::Number => "a number",
                    Kind::Text => "a text",
                },
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"
[[rule]]
id = "cover"
says = "the cover is there"
source = "asset"
needs = [{ fact = "cover.long_side", at_least = 1000 }, { any = [{ fact = "cover.fetched", is = true }, { fact = "cover.holding", is = false }] }]
severity = "blocker"
due = "T-112"
owner = "design"
mend = "Upload it."
place = "consonance"
"#;

    #[test]
    fn the_default_rules_are_sound_and_give_as_many_points_as_they_say() {
        let book = RuleBook::with_defaults(None).unwrap();
        let points: u16 = book.rules().map(|rule| rule.points).sum();
        assert_eq!(points, 97);
        for rule in book.rules() {
            assert!(
                rule.mend.ends_with('.') && rule.mend.len() > 10,
                "{}",
                rule.id
            );
            assert!(!rule.owner.is_empty(), "{}", rule.id);
        }
    }

    #[test]
    fn a_rule_of_the_publisher_takes_the_place_of_the_default() {
        let default = RuleBook::with_defaults(None).unwrap();
        let first = default.rules().next().unwrap().id.clone();
        let own = RULE.replace("\"cover\"", &format!("{first:?}"));
        let book = RuleBook::with_defaults(Some((&own, "rules.toml"))).unwrap();
        assert_eq!(book.rules().count(), default.rules().count());
        assert_eq!(book.rule(&first).unwrap().says, "the cover is there");
        let off = own.replace("due =", "enabled = false\ndue =");
        let book = RuleBook::with_defaults(Some((&off, "rules.toml"))).unwrap();
        assert!(book.rules().all(|rule| rule.id != first));
    }

    #[test]
    fn a_wrong_rule_is_refused_with_what_is_wrong() {
        let refused = |from: &str, to: &str| {
            let text = RULE.replace(from, to);
            assert_ne!(text, RULE, "{from}");
            let error = RuleBook::read(&text, "rules.toml").unwrap_err();
            (error.code(), error.to_string())
        };
        for (from, to, code, said) in [
            (
                "cover.long_side",
                "cover.longside",
                "FL-0702",
                "did you mean `cover.long_side`?",
            ),
            (
                "at_least = 1000",
                "is = true",
                "FL-0703",
                "`cover.long_side` is a number",
            ),
            (
                "is = true",
                "at_most = 3",
                "FL-0703",
                "`cover.fetched` is true or false",
            ),
            (
                "severity = \"blocker\"",
                "severity = \"fatal\"",
                "FL-0701",
                "fatal",
            ),
            ("due = \"T-112\"", "due = \"soon\"", "FL-0701", "T-112"),
            ("mend =", "mended =", "FL-0701", "mended"),
            (", at_least = 1000", "", "FL-0701", "asked nothing"),
            (
                "at_least =",
                "at_most = 2000, at_least =",
                "FL-0701",
                "two things at once",
            ),
            ("at_least =", "more_than =", "FL-0701", "more_than"),
        ] {
            let (found, message) = refused(from, to);
            assert_eq!(found, code, "{message}");
            assert!(
                message.contains(said) && message.contains("rules.toml"),
                "{message}"
            );
        }
        let twice = format!("{RULE}{RULE}");
        assert_eq!(RuleBook::read(&twice, "r").unwrap_err().code(), "FL-0705");
        let start = RULE.find("needs").unwrap();
        let end = RULE.find("severity").unwrap();
        let empty = RULE.replace(&RULE[start..end], "needs = [{ any = [] }]\n");
        assert_eq!(RuleBook::read(&empty, "r").unwrap_err().code(), "FL-0704");
    }
}
