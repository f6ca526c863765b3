//! Where a source contradicts itself about the life cycle, or leaves out what it should have said.
//!
//! The codes and how each is resolved stand in [`super::table::CONFLICTS`]; here is when each is
//! found.

use jiff::civil;

use super::Situation;
use super::table::{CONFLICTS, Weight};

/// Something contradictory, or left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The stable code.
    pub code: &'static str,
    /// What is wrong, as a clause without a full stop.
    pub message: String,
}

impl Conflict {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, message }
    }

    /// Whether it contradicts, or merely leaves something out.
    pub fn weight(&self) -> Weight {
        CONFLICTS
            .iter()
            .find(|(code, ..)| *code == self.code)
            .map_or(Weight::Contradiction, |(_, weight, ..)| *weight)
    }

    /// What is done about it, as a clause without a full stop.
    pub fn resolution(&self) -> &'static str {
        CONFLICTS
            .iter()
            .find(|(code, ..)| *code == self.code)
            .map_or("", |(.., resolution)| resolution)
    }
}

/// Everything that is found in a situation.
pub(super) fn conflicts(situation: &Situation<'_>) -> Vec<Conflict> {
    let Some(today) = situation.today else {
        return Vec::new();
    };
    let seen = Seen { situation, today };
    let found = [
        seen.forthcoming(),
        seen.active(),
        seen.inactive(),
        seen.without_plan(),
        seen.not_yet_available(),
        seen.preorder(),
        seen.withdrawn_for_a_time(),
        seen.supply_date(),
        seen.imprecise(),
        seen.unknown(),
    ];
    found.into_iter().flatten().collect()
}

struct Seen<'a> {
    situation: &'a Situation<'a>,
    today: civil::Date,
}

impl Seen<'_> {
    fn status(&self) -> &str {
        self.situation.status.unwrap_or("none")
    }

    fn availability(&self) -> &str {
        self.situation.availability.unwrap_or("none")
    }

    fn is_in_stock(&self) -> bool {
        matches!(self.availability(), "20" | "21" | "22" | "23")
    }

    /// The publication date lies behind.
    fn is_past(&self) -> bool {
        let publication = self.situation.publication;
        publication.is_some_and(|date| date.last_day() < self.today)
    }

    /// The publication date lies ahead.
    fn is_ahead(&self) -> bool {
        let publication = self.situation.publication;
        publication.is_some_and(|date| date.first_day() > self.today)
    }

    fn forthcoming(&self) -> Option<Conflict> {
        let undated = self.situation.publication.is_none() && self.situation.embargo.is_none();
        if self.status() != "02" {
            None
        } else if self.is_in_stock() && (self.is_past() || undated) {
            let availability = self.availability();
            let message = format!(
                "status 02 (forthcoming) with availability {availability} and no date ahead"
            );
            Some(Conflict::new("forthcoming-in-stock", message))
        } else if self.is_past() {
            let message = "status 02 (forthcoming), but the publication date has passed";
            Some(Conflict::new("forthcoming-past-date", message))
        } else {
            None
        }
    }

    fn active(&self) -> Option<Conflict> {
        let status = self.status();
        match self.availability() {
            availability @ ("01" | "46" | "49") if matches!(status, "02" | "04" | "14") => {
                let message =
                    format!("status {status} with availability {availability} (sale stopped)");
                Some(Conflict::new("active-but-stopped", message))
            }
            _ if matches!(status, "04" | "14") && self.is_ahead() => {
                let message =
                    format!("status {status} (active), but the publication date is ahead");
                Some(Conflict::new("active-before-date", message))
            }
            _ => None,
        }
    }

    fn inactive(&self) -> Option<Conflict> {
        let availability = self.availability();
        let orderable = self.is_in_stock() || matches!(availability, "10" | "11" | "12");
        match self.status() {
            status @ ("05" | "06" | "07" | "08" | "10" | "17") if orderable => {
                let message = format!(
                    "status {status} (no longer published) with availability {availability}"
                );
                Some(Conflict::new("inactive-but-available", message))
            }
            status @ ("01" | "03" | "11" | "12" | "15" | "16") if self.is_in_stock() => {
                let message =
                    format!("status {status} (not on sale) with availability {availability}");
                Some(Conflict::new("stopped-but-available", message))
            }
            _ => None,
        }
    }

    fn without_plan(&self) -> Option<Conflict> {
        let dated = match self.status() {
            "01" => self.is_ahead(),
            "03" => self.situation.publication.is_some(),
            _ => false,
        };
        let status = self.status();
        dated.then(|| {
            let message =
                format!("status {status} (cancelled or postponed) with a publication date");
            Conflict::new("date-without-plan", message)
        })
    }

    fn not_yet_available(&self) -> Option<Conflict> {
        let availability = self.availability();
        let late = self.is_past() && self.status() != "02" && matches!(availability, "10" | "12");
        late.then(|| {
            let message = format!(
                "availability {availability} (not yet available), but the publication date has passed"
            );
            Conflict::new("not-yet-available-past-date", message)
        })
    }

    fn preorder(&self) -> Option<Conflict> {
        let sale = self.situation.embargo.or(self.situation.publication)?;
        let opens = self.situation.preorder_from?;
        (opens.last_day() > sale.last_day()).then(|| {
            let message = format!("pre-orders open on {opens}, after sales do on {sale}");
            Conflict::new("preorder-after-sale", message)
        })
    }

    fn withdrawn_for_a_time(&self) -> Option<Conflict> {
        if self.status() != "16" {
            return None;
        }
        match self.situation.returns {
            None => {
                let message =
                    "status 16 (temporarily withdrawn) without a date of return (date 22)";
                Some(Conflict::new("return-date-missing", message))
            }
            Some(date) if date.last_day() < self.today => {
                let message = format!(
                    "status 16 (temporarily withdrawn), but its return on {date} has passed"
                );
                Some(Conflict::new("return-date-past", message))
            }
            Some(_) => None,
        }
    }

    fn supply_date(&self) -> Option<Conflict> {
        let availability = self.availability();
        let due = matches!(
            availability,
            "10" | "11" | "12" | "30" | "31" | "32" | "33" | "34"
        );
        (due && !self.situation.supply_expected).then(|| {
            let message =
                format!("availability {availability} without an expected date (supply date 08)");
            Conflict::new("supply-date-missing", message)
        })
    }

    fn imprecise(&self) -> Option<Conflict> {
        let date = self.situation.publication?;
        let open = matches!(self.status(), "none" | "00" | "02" | "04" | "09" | "14");
        let begun = date.first_day() <= self.today && self.today <= date.last_day();
        (open && !date.is_exact() && begun).then(|| {
            let message = format!("it is to be published within {date}, and no day is known");
            Conflict::new("publication-day-missing", message)
        })
    }

    fn unknown(&self) -> Option<Conflict> {
        let message = "status 09 (the sender does not know)";
        (self.status() == "09").then(|| Conflict::new("status-unknown", message))
    }
}
