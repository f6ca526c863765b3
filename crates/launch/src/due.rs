//! When something is due: so many days before publication.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// How long before the day of publication something is due: `T-112`, or `T-10 working days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Due {
    days: u16,
    working: bool,
}

/// How a rule stands against its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Its day has passed.
    Overdue,
    /// Its day comes within a fortnight.
    DueSoon,
    /// There is time.
    NotDue,
    /// Nobody knows the day of publication.
    NoDate,
}

impl Urgency {
    /// The name in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::DueSoon => "due_soon",
            Self::NotDue => "not_due",
            Self::NoDate => "no_date",
        }
    }
}

/// How many days before it is due something is due soon.
const SOON: i32 = 14;

impl Due {
    /// The day, for a publication on `publication`. Working days leave out Saturdays, Sundays and `holidays`.
    #[must_use]
    pub fn day(self, publication: Date, holidays: &[Date]) -> Date {
        if !self.working {
            return publication.saturating_sub(i64::from(self.days).days());
        }
        let mut left = self.days;
        let mut day = publication;
        while left > 0 && day > Date::MIN {
            day = day.saturating_sub(1.day());
            let rests = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            if !rests && !holidays.contains(&day) {
                left -= 1;
            }
        }
        day
    }

    /// How `today` stands against the day.
    #[must_use]
    pub fn urgency(self, publication: Option<Date>, holidays: &[Date], today: Date) -> Urgency {
        let Some(publication) = publication else {
            return Urgency::NoDate;
        };
        let day = self.day(publication, holidays);
        if day < today {
            Urgency::Overdue
        } else if day <= today.saturating_add(SOON.days()) {
            Urgency::DueSoon
        } else {
            Urgency::NotDue
        }
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T-{}", self.days)?;
        if self.working {
            f.write_str(" working days")?;
        }
        Ok(())
    }
}

impl FromStr for Due {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no due date; write `T-112` or `T-10 working days`");
        let rest = text.trim().strip_prefix("T-").ok_or_else(wrong)?;
        let (days, working) = match rest.strip_suffix("working days") {
            Some(days) => (days.trim(), true),
            None => (rest.strip_suffix("days").unwrap_or(rest).trim(), false),
        };
        let days = days.parse().map_err(|_| wrong())?;
        Ok(Self { days, working })
    }
}

impl TryFrom<String> for Due {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Due> for String {
    fn from(due: Due) -> Self {
        due.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn due(text: &str) -> Due {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_counted_back_from_publication() {
        let publication = date(2027, 6, 10);
        assert_eq!(due("T-112").day(publication, &[]), date(2027, 2, 18));
        assert_eq!(due("T-0").day(publication, &[]), publication);
        // Thursday the 10th: Wednesday, Tuesday, Monday, Friday, Thursday.
        assert_eq!(
            due("T-5 working days").day(publication, &[]),
            date(2027, 6, 3)
        );
        let whit_monday = [date(2027, 6, 7)];
        assert_eq!(
            due("T-5 working days").day(publication, &whit_monday),
            date(2027, 6, 2)
        );
        assert_eq!(due("T-65535 days").day(Date::MIN, &[]), Date::MIN);
    }

    #[test]
    fn a_day_is_overdue_once_it_is_over() {
        let publication = Some(date(2027, 6, 10));
        let stands = |today| due("T-7").urgency(publication, &[], today);
        assert_eq!(stands(date(2027, 5, 19)), Urgency::NotDue);
        assert_eq!(stands(date(2027, 5, 20)), Urgency::DueSoon);
        assert_eq!(stands(date(2027, 6, 3)), Urgency::DueSoon);
        assert_eq!(stands(date(2027, 6, 4)), Urgency::Overdue);
        assert_eq!(
            due("T-7").urgency(None, &[], date(2027, 6, 4)),
            Urgency::NoDate
        );
    }

    #[test]
    fn a_due_date_is_read_and_written_alike() {
        for text in ["T-112", "T-10 working days", "T-0"] {
            assert_eq!(due(text).to_string(), text);
        }
        for wrong in ["112", "T-", "T--3", "T-3 weeks", "T-70000", ""] {
            assert!(
                wrong.parse::<Due>().unwrap_err().contains("T-112"),
                "{wrong}"
            );
        }
    }
}
