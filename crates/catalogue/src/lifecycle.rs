//! From publishing status, availability and dates to what a website says of a format.
//!
//! The answer is a function of one product in one market on one day. Sources contradict themselves (out of print and
//! awaiting stock at once); every contradiction is a finding, and the reading that sells less wins. The tables below are
//! ours, built on the notes of ONIX Lists 64, 65 and 68 (issue 75): the standard says what a code means, not what a
//! website should say.

use jiff::civil;
use serde::{Deserialize, Serialize};

use crate::date::PartialDate;

/// What a website says of a format, and of a title as the best of its formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebState {
    /// Known to exist; nothing said of when.
    Announced,
    /// Being made; no date promised.
    InProduction,
    /// Will be published; cannot be ordered yet.
    ComingSoon,
    /// Can be ordered before publication.
    Preorder,
    /// On sale.
    Available,
    /// On sale, ordered for each customer.
    ToOrder,
    /// On sale, delivered when stock is back.
    Backorder,
    /// Not on sale for now.
    TemporarilyUnavailable,
    /// No stock, and none promised.
    OutOfStock,
    /// No longer published in this form.
    OutOfPrint,
    /// Replaced by another product.
    Superseded,
    /// Sold only as part of, or only split into, something else.
    NotSoldSeparately,
    /// Withdrawn from sale.
    Withdrawn,
    /// Recalled.
    Recalled,
    /// Abandoned before publication.
    Cancelled,
}

/// Every state with its public name and its rank: the title shows the state of the format that ranks lowest here.
const STATES: [(WebState, &str); 15] = [
    (WebState::Available, "available"),
    (WebState::ToOrder, "to_order"),
    (WebState::Backorder, "backorder"),
    (WebState::Preorder, "preorder"),
    (WebState::ComingSoon, "coming_soon"),
    (WebState::InProduction, "in_production"),
    (WebState::Announced, "announced"),
    (WebState::TemporarilyUnavailable, "temporarily_unavailable"),
    (WebState::NotSoldSeparately, "not_sold_separately"),
    (WebState::OutOfStock, "out_of_stock"),
    (WebState::Superseded, "superseded"),
    (WebState::OutOfPrint, "out_of_print"),
    (WebState::Recalled, "recalled"),
    (WebState::Withdrawn, "withdrawn"),
    (WebState::Cancelled, "cancelled"),
];

impl WebState {
    /// The public name, as stored in a stack.
    pub fn as_str(self) -> &'static str {
        STATES
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("announced", |(_, name)| name)
    }

    /// How good a state is for a reader who wants the book: 0 is best.
    pub fn rank(self) -> usize {
        STATES
            .iter()
            .position(|(state, _)| *state == self)
            .unwrap_or(STATES.len())
    }

    /// All states, best first.
    pub fn all() -> impl Iterator<Item = Self> {
        STATES.iter().map(|(state, _)| *state)
    }

    /// A reader can place an order now.
    pub fn is_orderable(self) -> bool {
        matches!(
            self,
            Self::Preorder | Self::Available | Self::ToOrder | Self::Backorder
        )
    }
}

/// What is known of one product in one market, for one day there.
#[derive(Clone, Debug, Default)]
pub struct Situation<'a> {
    /// Publishing status: the market's (ONIX List 68) where it gives one, else the product's (List 64).
    pub status: Option<&'a str>,
    /// Best availability over the market's suppliers (ONIX List 65).
    pub availability: Option<&'a str>,
    /// Publication date in the market.
    pub publication: Option<PartialDate>,
    /// Sales embargo in the market.
    pub embargo: Option<PartialDate>,
    /// Orders are taken from this day (ONIX List 163 code 27).
    pub preorder_from: Option<PartialDate>,
    /// A price a consumer can pay is known.
    pub priced: bool,
    /// The day in the market's time zone.
    pub today: Option<civil::Date>,
}

/// A state, what decided it, and what was contradictory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The state.
    pub state: WebState,
    /// Which rule decided, for people.
    pub rule: &'static str,
    /// Contradictions: a finding code and what is wrong.
    pub contradictions: Vec<(&'static str, String)>,
}

/// Publishing statuses that decide whatever else is said (Lists 64 and 68).
const DECISIVE_STATUS: &[(&str, WebState, &str)] = &[
    ("01", WebState::Cancelled, "publishing status 01, cancelled"),
    (
        "03",
        WebState::ComingSoon,
        "publishing status 03, postponed indefinitely",
    ),
    (
        "05",
        WebState::OutOfPrint,
        "publishing status 05, no longer our product",
    ),
    (
        "06",
        WebState::OutOfStock,
        "publishing status 06, out of stock indefinitely",
    ),
    (
        "07",
        WebState::OutOfPrint,
        "publishing status 07, out of print",
    ),
    ("08", WebState::OutOfPrint, "publishing status 08, inactive"),
    (
        "10",
        WebState::OutOfPrint,
        "publishing status 10, remaindered",
    ),
    (
        "11",
        WebState::Withdrawn,
        "publishing status 11, withdrawn from sale",
    ),
    ("12", WebState::Recalled, "publishing status 12, recalled"),
    (
        "13",
        WebState::NotSoldSeparately,
        "publishing status 13, active but not sold separately",
    ),
    ("15", WebState::Recalled, "publishing status 15, recalled"),
    (
        "16",
        WebState::TemporarilyUnavailable,
        "publishing status 16, temporarily withdrawn from sale",
    ),
    (
        "17",
        WebState::OutOfPrint,
        "publishing status 17, permanently withdrawn from sale",
    ),
    (
        "18",
        WebState::NotSoldSeparately,
        "publishing status 18, active but not sold as set",
    ),
];

/// Availabilities that stop a sale whatever the status says (List 65).
const DECISIVE_AVAILABILITY: &[(&str, WebState, &str)] = &[
    ("01", WebState::Cancelled, "availability 01, cancelled"),
    (
        "46",
        WebState::Withdrawn,
        "availability 46, withdrawn from sale",
    ),
    ("49", WebState::Recalled, "availability 49, recalled"),
];

/// What each availability says once the product may be sold (List 65).
const AVAILABILITY: &[(&str, WebState, &str)] = &[
    (
        "09",
        WebState::ComingSoon,
        "availability 09, postponed indefinitely",
    ),
    (
        "10",
        WebState::ComingSoon,
        "availability 10, not yet available",
    ),
    ("11", WebState::Backorder, "availability 11, awaiting stock"),
    (
        "12",
        WebState::ComingSoon,
        "availability 12, not yet available, will be printed on demand",
    ),
    ("20", WebState::Available, "availability 20, available"),
    ("21", WebState::Available, "availability 21, in stock"),
    ("22", WebState::ToOrder, "availability 22, to order"),
    (
        "23",
        WebState::Available,
        "availability 23, printed on demand",
    ),
    (
        "30",
        WebState::TemporarilyUnavailable,
        "availability 30, temporarily unavailable",
    ),
    ("31", WebState::Backorder, "availability 31, out of stock"),
    ("32", WebState::Backorder, "availability 32, reprinting"),
    (
        "33",
        WebState::TemporarilyUnavailable,
        "availability 33, awaiting reissue",
    ),
    (
        "34",
        WebState::TemporarilyUnavailable,
        "availability 34, temporarily withdrawn from sale",
    ),
    ("40", WebState::OutOfStock, "availability 40, not available"),
    (
        "41",
        WebState::Superseded,
        "availability 41, replaced by new product",
    ),
    (
        "42",
        WebState::OutOfStock,
        "availability 42, other format available",
    ),
    (
        "43",
        WebState::OutOfStock,
        "availability 43, no longer supplied by the supplier",
    ),
    ("44", WebState::Available, "availability 44, apply direct"),
    (
        "45",
        WebState::NotSoldSeparately,
        "availability 45, not sold separately",
    ),
    ("47", WebState::OutOfPrint, "availability 47, remaindered"),
    (
        "48",
        WebState::Superseded,
        "availability 48, replaced by print on demand",
    ),
    (
        "50",
        WebState::NotSoldSeparately,
        "availability 50, not sold as set",
    ),
    (
        "51",
        WebState::OutOfPrint,
        "availability 51, publisher indicates out of print",
    ),
    (
        "52",
        WebState::OutOfStock,
        "availability 52, no longer sold in this market",
    ),
];

/// Which of several suppliers' availabilities speaks for a market: the one a reader gains most by.
const AVAILABILITY_ORDER: &[&str] = &[
    "21", "20", "23", "22", "44", "10", "11", "12", "31", "32", "30", "33", "34", "09", "40", "41",
    "42", "45", "47", "48", "50", "51", "52", "01", "46", "49",
];

/// The best of several availabilities. `43` (this supplier no longer supplies), `97`, `98` and `99` (no news) say nothing.
/// A recall or withdrawal by any supplier speaks for all.
pub fn best_availability<'a>(codes: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let codes: Vec<&str> = codes
        .filter(|code| !matches!(*code, "43" | "97" | "98" | "99"))
        .collect();
    let stop = codes.iter().find(|code| matches!(**code, "46" | "49"));
    stop.copied().or_else(|| {
        let rank = |code: &str| {
            AVAILABILITY_ORDER
                .iter()
                .position(|known| *known == code)
                .unwrap_or(usize::MAX)
        };
        codes.into_iter().min_by_key(|code| rank(code))
    })
}

/// The state of a product in a market on a day.
pub fn web_state(situation: &Situation<'_>) -> Verdict {
    let mut contradictions = Vec::new();
    note_contradictions(situation, &mut contradictions);
    let (state, rule) = decide(situation);
    Verdict {
        state,
        rule,
        contradictions,
    }
}

fn lookup(
    table: &[(&str, WebState, &'static str)],
    code: Option<&str>,
) -> Option<(WebState, &'static str)> {
    let code = code?;
    table
        .iter()
        .find(|(known, ..)| *known == code)
        .map(|(_, state, rule)| (*state, *rule))
}

fn decide(situation: &Situation<'_>) -> (WebState, &'static str) {
    let Situation {
        status,
        availability,
        ..
    } = situation;
    if let Some(decided) = lookup(DECISIVE_AVAILABILITY, *availability) {
        return decided;
    }
    if let Some(decided) = lookup(DECISIVE_STATUS, *status) {
        return decided;
    }
    if !has_begun(situation) {
        return before_sale(situation);
    }
    if let Some(decided) = lookup(AVAILABILITY, *availability) {
        return decided;
    }
    match (*status, situation.publication) {
        (Some("02"), _) => (WebState::ComingSoon, "publishing status 02, forthcoming"),
        (Some("04" | "14"), _) => (WebState::Available, "publishing status 04, active"),
        (_, Some(_)) => (WebState::Available, "published, and nothing says otherwise"),
        (_, None) => (WebState::Announced, "neither status nor date is known"),
    }
}

/// Whether the day on which sales begin has come. A date without a day begins after its last day.
fn has_begun(situation: &Situation<'_>) -> bool {
    let Some(today) = situation.today else {
        return false;
    };
    match (situation.embargo, situation.publication) {
        (Some(embargo), _) => today >= sale_day(embargo),
        (None, Some(publication)) => today >= sale_day(publication),
        (None, None) => {
            !matches!(situation.status, Some("02")) || is_in_stock(situation.availability)
        }
    }
}

/// A day as it is; of a month or a year the last day, since nothing promises an earlier one.
fn sale_day(date: PartialDate) -> civil::Date {
    date.last_day()
}

fn is_in_stock(availability: Option<&str>) -> bool {
    matches!(availability, Some("20" | "21" | "22" | "23"))
}

fn before_sale(situation: &Situation<'_>) -> (WebState, &'static str) {
    let Some(date) = situation.embargo.or(situation.publication) else {
        return match situation.status {
            Some("02") => (WebState::ComingSoon, "forthcoming without a date"),
            _ => (WebState::Announced, "neither status nor date is known"),
        };
    };
    let may_order = matches!(
        situation.status,
        None | Some("00" | "02" | "04" | "09" | "14")
    ) && matches!(
        situation.availability,
        None | Some("10" | "11" | "12" | "20" | "21" | "22" | "23")
    );
    let opened = match (situation.preorder_from, situation.today) {
        (Some(from), Some(today)) => today >= sale_day(from),
        (Some(_), None) => false,
        (None, _) => true,
    };
    if !may_order {
        (
            WebState::ComingSoon,
            "not yet on sale, and the availability takes no orders",
        )
    } else if !date.is_exact() {
        (
            WebState::ComingSoon,
            "not yet on sale, and no day of publication is known",
        )
    } else if !situation.priced {
        (
            WebState::ComingSoon,
            "not yet on sale, and no price is known",
        )
    } else if !opened {
        (
            WebState::ComingSoon,
            "not yet on sale, and pre-orders have not opened",
        )
    } else {
        (
            WebState::Preorder,
            "not yet on sale; date and price are known",
        )
    }
}

fn note_contradictions(situation: &Situation<'_>, found: &mut Vec<(&'static str, String)>) {
    let Some(today) = situation.today else { return };
    let availability = situation.availability.unwrap_or("none");
    let past = situation
        .publication
        .is_some_and(|date| date.last_day() < today);
    let future = situation
        .publication
        .is_some_and(|date| date.first_day() > today);
    let orderable = matches!(availability, "10" | "11" | "12" | "20" | "21" | "22" | "23");
    match situation.status {
        Some("02") if past && is_in_stock(situation.availability) => found.push((
            "forthcoming-in-stock",
            format!("status 02 (forthcoming) with availability {availability} after the publication date"),
        )),
        Some("02") if past => found.push((
            "forthcoming-past-date",
            "status 02 (forthcoming), but the publication date has passed".to_owned(),
        )),
        Some(status @ ("07" | "08")) if orderable => found.push((
            "inactive-but-available",
            format!("status {status} (no longer published) with availability {availability}"),
        )),
        Some("04") if future => found.push((
            "active-before-date",
            "status 04 (active), but the publication date is ahead".to_owned(),
        )),
        Some(status @ ("01" | "03")) if future => found.push((
            "date-without-plan",
            format!("status {status} (cancelled or postponed) with a publication date ahead"),
        )),
        _ => {}
    }
    if past && situation.status != Some("02") && matches!(availability, "10" | "12") {
        found.push((
            "not-yet-available-past-date",
            format!("availability {availability} (not yet available), but the publication date has passed"),
        ));
    }
}
