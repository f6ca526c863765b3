//! What can be wrong with rules and waivers, each with a stable code and a mend.

use thiserror::Error;

/// A mistake in a rule or a waiver.
#[derive(Clone, Debug, Error)]
pub enum Error {
    /// Not TOML, or not the shape of a rule.
    #[error("the rules in {file} cannot be read: {said}")]
    Unreadable {
        /// Where the rules come from.
        file: String,
        /// What is wrong, with line and column.
        said: String,
    },
    /// A fact that nobody can state.
    #[error("rule `{rule}` in {file} asks for `{fact}`, which is no fact{}", .meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?")))]
    UnknownFact {
        /// Where the rules come from.
        file: String,
        /// The rule.
        rule: String,
        /// What it asks for.
        fact: String,
        /// The fact that was probably meant.
        meant: Option<&'static str>,
    },
    /// A test that a fact of its kind cannot answer.
    #[error("rule `{rule}` in {file} asks of `{fact}` what it cannot say: `{fact}` is {kind}")]
    WrongTest {
        /// Where the rules come from.
        file: String,
        /// The rule.
        rule: String,
        /// The fact.
        fact: &'static str,
        /// What kind of value it has.
        kind: &'static str,
    },
    /// A rule that asks nothing, so that it would pass always.
    #[error("rule `{rule}` in {file} needs nothing, so it would always pass")]
    NeedsNothing {
        /// Where the rules come from.
        file: String,
        /// The rule.
        rule: String,
    },
    /// Two rules of one name.
    #[error("rule `{rule}` stands twice in {file}")]
    Twice {
        /// Where the rules come from.
        file: String,
        /// The name.
        rule: String,
    },
    /// A blocker that can hold only once its title is live, where a gate must open before.
    #[error(
        "rule `{rule}` is a blocker and asks for `{fact}`, which is true only once a title is live: the enforced gate of site {site} would never open"
    )]
    NeverOpens {
        /// The rule.
        rule: String,
        /// The fact.
        fact: String,
        /// The site.
        site: String,
    },
    /// A waiver that cannot be granted.
    #[error("the waiver of `{rule}` cannot be granted: {why}")]
    Waiver {
        /// The rule to be waived.
        rule: String,
        /// Why not, and what to do.
        why: String,
    },
}

impl Error {
    /// The stable code, with a page under docs/errors/.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "FL-0701",
            Self::UnknownFact { .. } => "FL-0702",
            Self::WrongTest { .. } => "FL-0703",
            Self::NeedsNothing { .. } => "FL-0704",
            Self::Twice { .. } => "FL-0705",
            Self::Waiver { .. } => "FL-0706",
            Self::NeverOpens { .. } => "FL-0707",
        }
    }

    /// What to do.
    #[must_use]
    pub fn mend(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "correct the file where the message points",
            Self::UnknownFact { .. } => {
                "name a fact of the list in docs/launch.md; a rule about nothing would never pass"
            }
            Self::WrongTest { .. } => {
                "ask `is` of what is true or false or a text, `at_least` and `at_most` of numbers"
            }
            Self::NeedsNothing { .. } => "add a condition to `needs`, or remove the rule",
            Self::Twice { .. } => "give each rule a name of its own",
            Self::NeverOpens { .. } => {
                "make the rule a warning, or leave the site out of its scope"
            }
            Self::Waiver { .. } => "ask again with what is missing",
        }
    }
}
