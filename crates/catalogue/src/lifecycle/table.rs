//! The tables of the life cycle, as data: what each code means for a website.

use super::{Ceiling, WebState};

/// A code, the state that it makes, and the rule's name for people.
pub type Row = (&'static str, WebState, &'static str);

use WebState as S;

/// Publishing statuses that decide whatever else is said (ONIX Lists 64 and 68). Those that are not
/// here (00, 02, 04, 09 and 14) leave it to dates and availability.
pub const DECISIVE_STATUS: &[Row] = &[
    ("01", S::Cancelled, "publishing status 01, cancelled"),
    (
        "03",
        S::ComingSoon,
        "publishing status 03, postponed indefinitely",
    ),
    (
        "05",
        S::OutOfPrint,
        "publishing status 05, no longer our product",
    ),
    (
        "06",
        S::OutOfStock,
        "publishing status 06, out of stock indefinitely",
    ),
    ("07", S::OutOfPrint, "publishing status 07, out of print"),
    ("08", S::OutOfPrint, "publishing status 08, inactive"),
    ("10", S::OutOfPrint, "publishing status 10, remaindered"),
    (
        "11",
        S::Withdrawn,
        "publishing status 11, withdrawn from sale",
    ),
    ("12", S::Recalled, "publishing status 12, recalled"),
    (
        "13",
        S::NotSoldSeparately,
        "publishing status 13, active but not sold separately",
    ),
    ("15", S::Recalled, "publishing status 15, recalled"),
    (
        "16",
        S::TemporarilyUnavailable,
        "publishing status 16, temporarily withdrawn from sale",
    ),
    (
        "17",
        S::OutOfPrint,
        "publishing status 17, permanently withdrawn from sale",
    ),
    (
        "18",
        S::NotSoldSeparately,
        "publishing status 18, active but not sold as set",
    ),
];

/// Availabilities that stop a sale whatever the status says (ONIX List 65).
pub const DECISIVE_AVAILABILITY: &[Row] = &[
    ("01", S::Cancelled, "availability 01, cancelled"),
    ("46", S::Withdrawn, "availability 46, withdrawn from sale"),
    ("49", S::Recalled, "availability 49, recalled"),
];

/// What each availability says once sales have begun (ONIX List 65).
pub const AVAILABILITY: &[Row] = &[
    (
        "09",
        S::ComingSoon,
        "availability 09, postponed indefinitely",
    ),
    ("10", S::ComingSoon, "availability 10, not yet available"),
    ("11", S::Backorder, "availability 11, awaiting stock"),
    (
        "12",
        S::ComingSoon,
        "availability 12, not yet available, will be printed on demand",
    ),
    ("20", S::Available, "availability 20, available"),
    ("21", S::Available, "availability 21, in stock"),
    ("22", S::ToOrder, "availability 22, to order"),
    ("23", S::Available, "availability 23, printed on demand"),
    (
        "30",
        S::TemporarilyUnavailable,
        "availability 30, temporarily unavailable",
    ),
    ("31", S::Backorder, "availability 31, out of stock"),
    ("32", S::Backorder, "availability 32, reprinting"),
    (
        "33",
        S::TemporarilyUnavailable,
        "availability 33, awaiting reissue",
    ),
    (
        "34",
        S::TemporarilyUnavailable,
        "availability 34, temporarily withdrawn from sale",
    ),
    ("40", S::OutOfStock, "availability 40, not available"),
    (
        "41",
        S::Superseded,
        "availability 41, replaced by new product",
    ),
    (
        "42",
        S::OutOfStock,
        "availability 42, other format available",
    ),
    (
        "43",
        S::OutOfStock,
        "availability 43, no longer supplied by the supplier",
    ),
    (
        "44",
        S::Available,
        "availability 44, apply direct to the publisher",
    ),
    (
        "45",
        S::NotSoldSeparately,
        "availability 45, not sold separately",
    ),
    ("47", S::OutOfPrint, "availability 47, remaindered"),
    (
        "48",
        S::Superseded,
        "availability 48, replaced by print on demand",
    ),
    (
        "50",
        S::NotSoldSeparately,
        "availability 50, not sold as set",
    ),
    (
        "51",
        S::OutOfPrint,
        "availability 51, publisher indicates out of print",
    ),
    (
        "52",
        S::OutOfStock,
        "availability 52, no longer sold in this market",
    ),
];

/// Which of several suppliers' availabilities speaks for a market: the one a reader gains most by.
pub const AVAILABILITY_ORDER: &[&str] = &[
    "21", "20", "23", "22", "44", "10", "11", "12", "31", "32", "30", "33", "34", "09", "40", "41",
    "42", "45", "47", "48", "50", "51", "52", "01", "46", "49",
];

/// Which of two decisive readings wins: the one that shows and sells less, the gravest first.
pub const GRAVITY: &[WebState] = &[
    S::Withdrawn,
    S::Recalled,
    S::Cancelled,
    S::OutOfPrint,
    S::Superseded,
    S::OutOfStock,
    S::NotSoldSeparately,
    S::TemporarilyUnavailable,
    S::ComingSoon,
];

/// How a ceiling is named in configuration, the lowest first.
pub const CEILINGS: &[(Ceiling, &str)] = &[
    (Ceiling::Hidden, "hidden"),
    (Ceiling::Announced, "announced"),
    (Ceiling::InProduction, "in_production"),
    (Ceiling::ComingSoon, "coming_soon"),
    (Ceiling::Preorder, "preorder"),
    (Ceiling::Available, "available"),
];

/// How a contradiction is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The source says two things that cannot both be true.
    Contradiction,
    /// Something that the standard asks for beside the code is missing.
    Omission,
}

/// A contradiction or omission: its stable code, its weight, when it is found, what is done.
pub type Conflict = (&'static str, Weight, &'static str, &'static str);

/// Every contradiction and omission of the life cycle and how it is resolved.
pub const CONFLICTS: &[Conflict] = &[
    (
        "forthcoming-in-stock",
        Weight::Contradiction,
        "status 02 (forthcoming) with availability 20 to 23, and no sales date ahead",
        "after the publication date the availability wins and it is sold; without any date the status wins and it is coming soon",
    ),
    (
        "forthcoming-past-date",
        Weight::Contradiction,
        "status 02 (forthcoming) after the publication date, not in stock",
        "coming soon; nothing is sold until status or availability say so",
    ),
    (
        "inactive-but-available",
        Weight::Contradiction,
        "status 05, 06, 07, 08, 10 or 17 with availability 10 to 12 or 20 to 23",
        "the status wins; it is not sold",
    ),
    (
        "stopped-but-available",
        Weight::Contradiction,
        "status 01, 03, 11, 12, 15 or 16 with availability 20 to 23",
        "the status wins; it is not sold",
    ),
    (
        "active-but-stopped",
        Weight::Contradiction,
        "status 02, 04 or 14 with availability 01, 46 or 49",
        "the availability wins; it is not sold, and not shown where it was withdrawn",
    ),
    (
        "active-before-date",
        Weight::Contradiction,
        "status 04 or 14 (active) with a publication date ahead",
        "treated as forthcoming: the date wins",
    ),
    (
        "date-without-plan",
        Weight::Contradiction,
        "status 03 (postponed) with a publication date, or 01 (cancelled) with one ahead",
        "the status wins; the date opens nothing",
    ),
    (
        "not-yet-available-past-date",
        Weight::Contradiction,
        "availability 10 or 12 (not yet available) after the publication date, status not 02",
        "coming soon; nothing is sold until the availability changes",
    ),
    (
        "preorder-after-sale",
        Weight::Contradiction,
        "pre-orders (date 27) open after sales do",
        "both dates hold: pre-orders never open, sales open on their date",
    ),
    (
        "return-date-past",
        Weight::Contradiction,
        "status 16 (temporarily withdrawn) after its date of return (date 22)",
        "temporarily unavailable until the status changes: the date is an expectation",
    ),
    (
        "stage-behind-status",
        Weight::Contradiction,
        "status and dates say published, the project stage says that it is not so far",
        "the stage's ceiling wins",
    ),
    (
        "return-date-missing",
        Weight::Omission,
        "status 16 (temporarily withdrawn) without its date of return (date 22)",
        "temporarily unavailable, with no date to tell readers",
    ),
    (
        "supply-date-missing",
        Weight::Omission,
        "availability 10 to 12 or 30 to 34 without an expected date (supply date 08)",
        "the availability holds, with no date to tell readers",
    ),
    (
        "publication-day-missing",
        Weight::Omission,
        "the month, quarter or year of publication has begun, and no day is known",
        "opens on the last day that the date may mean",
    ),
    (
        "status-unknown",
        Weight::Omission,
        "status 09 (the sender does not know)",
        "as status 00: dates and availability decide",
    ),
];
