//! Dates, and what to do with one that cannot be read.
//!
//! A date that opens something is a lock. If it cannot be read the lock may not fall open, so an
//! unreadable embargo is kept as [`NEVER`], a day that does not come: whatever asks whether the day
//! has come gets "no", in every market, through every later update, until the sender sends a date
//! that can be read. Any other unreadable date is left out. Both leave a finding.

use catalogue::codes::{ContentDateRole, DateFormat, PublishingDateRole, SupplyDateRole};
use catalogue::date::{ParseDateError, PartialDate};
use catalogue::finding::{FindingCode, Severity};
use catalogue::supply::{RoleDate, SupplyDate};

use crate::reading::{Reading, quoted};
use crate::tags::Tag;
use crate::tree::Element;

/// A date that cannot be read; left out.
pub const BAD_DATE: FindingCode = FindingCode::new("bad-date");
/// A date that opens something and cannot be read; taken as never.
pub const UNREADABLE_EMBARGO: FindingCode = FindingCode::new("unreadable-embargo");
/// A date whose text has another format than it names; read by its text.
pub const DATE_FORMAT_MISMATCH: FindingCode = FindingCode::new("date-format-mismatch");

/// The date of what never opens.
pub const NEVER: PartialDate = PartialDate::Year(9999);

/// ONIX List 163 roles before which something may not be shown or sold: sales embargo, public and
/// trade announcement, review and preorder embargo, the digital embargoes, preview, library and
/// availability embargo.
const LOCKS: &[&str] = &[
    "02", "09", "10", "23", "27", "30", "31", "32", "33", "38", "39", "40",
];

/// The period in which a text or a file may be used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Period {
    pub(crate) from: Option<PartialDate>,
    pub(crate) until: Option<PartialDate>,
}

impl Reading<'_> {
    /// A PublishingDate or MarketDate.
    pub(crate) fn role_date(&mut self, parent: Element<'_>, role: Tag) -> Option<RoleDate> {
        let role: PublishingDateRole = self.code(parent, role)?;
        let date = self.lockable(parent, LOCKS.contains(&role.code()))?;
        Some(RoleDate { role, date })
    }

    /// A SupplyDate.
    pub(crate) fn supply_date(&mut self, parent: Element<'_>) -> Option<SupplyDate> {
        let role: SupplyDateRole = self.code(parent, Tag::SupplyDateRole)?;
        let date = self.lockable(parent, role.code() == "02")?;
        Some(SupplyDate { role, date })
    }

    /// A date, [`NEVER`] if it is a lock and cannot be read. A lock keeps its time of day; of any
    /// other date the day counts as the sender wrote it, whatever the offset.
    fn lockable(&mut self, parent: Element<'_>, lock: bool) -> Option<PartialDate> {
        let date = parent.child(Tag::Date);
        let problem = match self.date(parent) {
            Ok(date) if lock => return Some(date),
            Ok(read) => return Some(day_as_written(read, date.map_or("", |date| date.text()))),
            Err(problem) => problem,
        };
        if lock {
            let message = format!("{problem}. Until it can be read, what it opens stays closed");
            self.note(UNREADABLE_EMBARGO, Severity::Error, parent.tag(), message);
            return Some(NEVER);
        }
        self.note(
            BAD_DATE,
            Severity::Warning,
            parent.tag(),
            format!("{problem}. It is left out"),
        );
        None
    }

    /// The period that ContentDates give: 14 or 27 from, 15 or 28 until, 24 both; 01, the day on
    /// which the content itself appears, opens it where nothing else does. An unreadable one closes.
    pub(crate) fn content_period(&mut self, parent: Element<'_>) -> Period {
        let mut period = Period::default();
        let mut appears = None;
        for element in parent.all(Tag::ContentDate) {
            let Some(role) = self.code::<ContentDateRole>(element, Tag::ContentDateRole) else {
                continue;
            };
            match role.code() {
                "14" | "27" => period.from = later(period.from, self.lockable(element, true)),
                "01" => appears = self.lockable(element, true),
                "15" | "28" => match self.date(element) {
                    Ok(date) => period.until = earlier(period.until, Some(date)),
                    Err(problem) => period.from = Some(self.closed(element, &problem)),
                },
                "24" => match self.spread(element) {
                    Ok((from, until)) => {
                        period.from = later(period.from, Some(from));
                        period.until = earlier(period.until, Some(until));
                    }
                    Err(problem) => period.from = Some(self.closed(element, &problem)),
                },
                _ => {}
            }
        }
        period.from = period.from.or(appears);
        period
    }

    fn closed(&mut self, element: Element<'_>, problem: &ParseDateError) -> PartialDate {
        let message = format!("{problem}. Until it can be read, what it limits is not shown");
        self.note(UNREADABLE_EMBARGO, Severity::Error, element.tag(), message);
        NEVER
    }

    /// The period of a price: 14 from, 15 until, 24 both. `None` where it cannot be read: a price
    /// of unknown days must not be quoted.
    pub(crate) fn price_period(&mut self, price: Element<'_>) -> Option<Period> {
        let mut period = Period::default();
        for element in price.all(Tag::PriceDate) {
            let role = element.value(Tag::PriceDateRole).unwrap_or_default();
            let read = match role {
                "14" => self.date(element).map(|date| period.from = Some(date)),
                "15" => self.date(element).map(|date| period.until = Some(date)),
                "24" => self.spread(element).map(|(from, until)| {
                    period = Period {
                        from: Some(from),
                        until: Some(until),
                    };
                }),
                _ => Ok(()),
            };
            if let Err(problem) = read {
                let message = format!("{problem}. The price is left out");
                self.note(BAD_DATE, Severity::Warning, Tag::PriceDate, message);
                return None;
            }
        }
        Some(period)
    }

    /// The date in the Date child, by the format that an attribute or a sibling names.
    fn date(&mut self, parent: Element<'_>) -> Result<PartialDate, ParseDateError> {
        match self.dated(parent) {
            Some((text, format)) => self.formatted(parent, text, format),
            None => PartialDate::by_shape(""),
        }
    }

    /// A date that is the text of the element itself (StartDate, EndDate).
    pub(crate) fn dated_text(
        &mut self,
        element: Element<'_>,
    ) -> Result<PartialDate, ParseDateError> {
        self.formatted(element, element.text(), element.attributes().date_format)
    }

    fn formatted(
        &mut self,
        element: Element<'_>,
        text: &str,
        format: Option<DateFormat>,
    ) -> Result<PartialDate, ParseDateError> {
        let Some(format) = format else {
            return PartialDate::by_shape(text);
        };
        let date = PartialDate::parse(format, text)?;
        let simple = [DateFormat::DAY, DateFormat::MONTH, DateFormat::YEAR];
        if simple.contains(&format) && date.format() != format {
            let (text, label) = (quoted(text), format.label().unwrap_or_default());
            self.note(
                DATE_FORMAT_MISMATCH,
                Severity::Info,
                element.tag(),
                format!("`{text}` is said to be {label}; it is read as what it is"),
            );
        }
        Ok(date)
    }

    fn spread(
        &mut self,
        parent: Element<'_>,
    ) -> Result<(PartialDate, PartialDate), ParseDateError> {
        match self.dated(parent) {
            Some((text, format)) => {
                PartialDate::parse_spread(format.unwrap_or(DateFormat::DAY_SPREAD), text)
            }
            None => PartialDate::by_shape("").map(|date| (date, date)),
        }
    }

    /// The text of the Date child with its named format.
    fn dated<'t>(&mut self, parent: Element<'t>) -> Option<(&'t str, Option<DateFormat>)> {
        let date = parent.child(Tag::Date)?;
        let format = match date.attributes().date_format {
            Some(format) => Some(format),
            None => self.code(parent, Tag::DateFormat),
        };
        Some((date.text(), format))
    }
}

/// A publication date with a time of day is still the day that was written: a midnight in Paris is
/// no evening before in London.
fn day_as_written(date: PartialDate, text: &str) -> PartialDate {
    match date {
        PartialDate::Instant(_) | PartialDate::Time(_) => text
            .split_once('T')
            .and_then(|(day, _)| PartialDate::by_shape(day).ok())
            .unwrap_or(date),
        _ => date,
    }
}

/// Two openings: the later one holds.
fn later(a: Option<PartialDate>, b: Option<PartialDate>) -> Option<PartialDate> {
    [a, b]
        .into_iter()
        .flatten()
        .max_by_key(PartialDate::last_day)
}

/// Two ends: the earlier one holds.
fn earlier(a: Option<PartialDate>, b: Option<PartialDate>) -> Option<PartialDate> {
    [a, b]
        .into_iter()
        .flatten()
        .min_by_key(PartialDate::last_day)
}
