//! What a rule asks of a fact, in three-valued logic.
//!
//! The logic is Kleene's: an answer is `true` or `false` only if it is so whatever the unknown facts say. A rule can
//! therefore never turn from passed to failed because something was found out that it had asked for.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::fact::Kind;
use crate::sheet::{Sheet, Value};

/// An answer that may be unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// So, whatever else is found out.
    Yes,
    /// Not so, whatever else is found out.
    No,
    /// Not known yet.
    Unknown,
}

impl Answer {
    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }
}

/// What is asked of the value of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It is this.
    Is(Value),
    /// It is not this.
    IsNot(Value),
    /// It is one of these.
    OneOf(Vec<Value>),
    /// It is at least this.
    AtLeast(i64),
    /// It is at most this.
    AtMost(i64),
}

impl Test {
    /// Whether it can be asked of a fact of this kind.
    #[must_use]
    pub fn suits(&self, kind: Kind) -> bool {
        let of = |value: &Value| {
            matches!(
                (value, kind),
                (Value::YesNo(_), Kind::YesNo)
                    | (Value::Number(_), Kind::Number)
                    | (Value::Text(_), Kind::Text)
            )
        };
        match self {
            Self::Is(value) | Self::IsNot(value) => of(value),
            Self::OneOf(values) => !values.is_empty() && values.iter().all(of),
            Self::AtLeast(_) | Self::AtMost(_) => kind == Kind::Number,
        }
    }

    fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Is(wanted), _) => wanted == value,
            (Self::IsNot(unwanted), _) => unwanted != value,
            (Self::OneOf(wanted), _) => wanted.contains(value),
            (Self::AtLeast(least), Value::Number(number)) => number >= least,
            (Self::AtMost(most), Value::Number(number)) => number <= most,
            (Self::AtLeast(_) | Self::AtMost(_), _) => false,
        }
    }
}

/// One thing asked, or any of several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Condition {
    /// One of these is enough.
    Any(Vec<Condition>),
    /// A test of one fact.
    Fact {
        /// Its name.
        fact: String,
        /// What is asked of it.
        test: Test,
    },
}

/// A condition as it stands in a file: `{ fact = "cover.long_side", at_least = 1000 }`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    any: Option<Vec<Condition>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_not: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_of: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_most: Option<i64>,
}

impl TryFrom<Written> for Condition {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let mut tests = [
            written.is.map(Test::Is),
            written.is_not.map(Test::IsNot),
            written.one_of.map(Test::OneOf),
            written.at_least.map(Test::AtLeast),
            written.at_most.map(Test::AtMost),
        ]
        .into_iter()
        .flatten();
        match (written.any, written.fact, tests.next(), tests.next()) {
            (Some(any), None, None, None) => Ok(Self::Any(any)),
            (None, Some(fact), Some(test), None) => Ok(Self::Fact { fact, test }),
            (None, Some(fact), None, _) => Err(format!(
                "`{fact}` is asked nothing; add one of is, is_not, one_of, at_least, at_most"
            )),
            (None, Some(fact), ..) => Err(format!(
                "`{fact}` is asked two things at once; write two conditions"
            )),
            _ => Err("a condition has either `fact` and one test, or `any`".to_owned()),
        }
    }
}

impl From<Condition> for Written {
    fn from(condition: Condition) -> Self {
        let mut written = Self::default();
        match condition {
            Condition::Any(any) => written.any = Some(any),
            Condition::Fact { fact, test } => {
                written.fact = Some(fact);
                match test {
                    Test::Is(value) => written.is = Some(value),
                    Test::IsNot(value) => written.is_not = Some(value),
                    Test::OneOf(values) => written.one_of = Some(values),
                    Test::AtLeast(least) => written.at_least = Some(least),
                    Test::AtMost(most) => written.at_most = Some(most),
                }
            }
        }
        written
    }
}

impl Condition {
    /// Every fact that it asks for, with the test.
    pub fn facts(&self) -> Vec<(&str, &Test)> {
        match self {
            Self::Any(any) => any.iter().flat_map(Self::facts).collect(),
            Self::Fact { fact, test } => vec![(fact, test)],
        }
    }

    /// The answer, of facts that are no older than `fresh`.
    #[must_use]
    pub fn ask(&self, sheet: &Sheet, now: Timestamp, fresh: Option<SignedDuration>) -> Answer {
        match self {
            Self::Any(any) => any.iter().fold(Answer::No, |answer, condition| {
                answer.or(condition.ask(sheet, now, fresh))
            }),
            Self::Fact { fact, test } => match sheet.reading(fact) {
                Some(reading) if is_fresh(reading.at, now, fresh) => {
                    if test.holds(&reading.value) {
                        Answer::Yes
                    } else {
                        Answer::No
                    }
                }
                _ => Answer::Unknown,
            },
        }
    }
}

/// All of them.
#[must_use]
pub fn all(
    conditions: &[Condition],
    sheet: &Sheet,
    now: Timestamp,
    fresh: Option<SignedDuration>,
) -> Answer {
    conditions.iter().fold(Answer::Yes, |answer, condition| {
        answer.and(condition.ask(sheet, now, fresh))
    })
}

/// Whether something seen at `at` still counts. What was seen later than now was seen by a wrong clock.
pub(crate) fn is_fresh(
    at: Option<Timestamp>,
    now: Timestamp,
    fresh: Option<SignedDuration>,
) -> bool {
    match (at, fresh) {
        (Some(at), Some(fresh)) => at <= now && now.duration_since(at) <= fresh,
        _ => true,
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any(any) => {
                for (at, condition) in any.iter().enumerate() {
                    if at > 0 {
                        f.write_str(" or ")?;
                    }
                    condition.fmt(f)?;
                }
                Ok(())
            }
            Self::Fact { fact, test } => match test {
                Test::Is(value) => write!(f, "{fact} is {}", value.in_words()),
                Test::IsNot(value) => write!(f, "{fact} is not {}", value.in_words()),
                Test::OneOf(values) => {
                    let values: Vec<String> = values.iter().map(Value::in_words).collect();
                    write!(f, "{fact} is one of {}", values.join(", "))
                }
                Test::AtLeast(least) => write!(f, "{fact} is at least {least}"),
                Test::AtMost(most) => write!(f, "{fact} is at most {most}"),
            },
        }
    }
}
