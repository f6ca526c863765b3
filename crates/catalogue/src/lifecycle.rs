//! From publishing status, availability, dates and project stage to what a website says of a
//! format.
//!
//! The answer is a function of one product in one market on one day. Sources contradict themselves
//! (out of print and awaiting stock at once); every contradiction is a finding, and the reading that
//! sells less wins, with the exceptions that [`table::CONFLICTS`] names. The tables are ours, built
//! on the notes of ONIX Lists 64, 65 and 68 (issue 75): the standard says what a code means, not
//! what a website should say. They are data ([`table`]), and docs/lifecycle.md is checked against
//! them.

mod conflict;
pub mod table;

use jiff::{ToSpan as _, civil};
use serde::{Deserialize, Serialize};

use crate::date::PartialDate;

pub use conflict::Conflict;

use table::{
    AVAILABILITY, AVAILABILITY_ORDER, CEILINGS, DECISIVE_AVAILABILITY, DECISIVE_STATUS, GRAVITY,
    Row,
};

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

    /// The lowest ceiling under which it may be said; nothing for the ends of a life (out of print,
    /// superseded, recalled, withdrawn, cancelled), which sell nothing and are never kept back.
    fn needs(self) -> Option<Ceiling> {
        match self {
            Self::Announced => Some(Ceiling::Announced),
            Self::InProduction => Some(Ceiling::InProduction),
            Self::ComingSoon => Some(Ceiling::ComingSoon),
            Self::Preorder => Some(Ceiling::Preorder),
            Self::Available
            | Self::ToOrder
            | Self::Backorder
            | Self::TemporarilyUnavailable
            | Self::NotSoldSeparately
            | Self::OutOfStock => Some(Ceiling::Available),
            Self::OutOfPrint
            | Self::Superseded
            | Self::Withdrawn
            | Self::Recalled
            | Self::Cancelled => None,
        }
    }
}

/// The most that a website may say of a title, by its project stage.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Ceiling {
    /// Nothing at all.
    Hidden,
    /// That it exists.
    Announced,
    /// That it is being made.
    InProduction,
    /// When it will be published.
    ComingSoon,
    /// That it can be ordered before publication.
    Preorder,
    /// Whatever is true.
    #[default]
    Available,
}

impl Ceiling {
    /// The name in configuration.
    pub fn as_str(self) -> &'static str {
        CEILINGS
            .iter()
            .find(|(ceiling, _)| *ceiling == self)
            .map_or("hidden", |(_, name)| name)
    }

    /// The state at most, and whether that is less than it was. A ceiling of `hidden` is the
    /// caller's to obey: no state says nothing.
    pub fn over(self, state: WebState) -> (WebState, bool) {
        if state.needs().is_none_or(|needs| needs <= self) {
            return (state, false);
        }
        let most = match self {
            Self::Hidden | Self::Announced => WebState::Announced,
            Self::InProduction => WebState::InProduction,
            Self::ComingSoon => WebState::ComingSoon,
            Self::Preorder | Self::Available => WebState::Preorder,
        };
        // Under a ceiling that sells, what cannot be bought now stays so.
        if most == WebState::Preorder && !state.is_orderable() {
            return (WebState::ComingSoon, true);
        }
        (most, true)
    }
}

/// How a site sells before publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SaleRule {
    /// Pre-orders open so many days before sales do; without it as soon as the title is shown.
    pub preorder_days: Option<u16>,
    /// Pre-orders need a price.
    pub preorder_needs_price: bool,
    /// Pre-orders need a date of publication to the day.
    pub preorder_needs_day: bool,
    /// What is in stock is sold before its publication date, unless an embargo forbids it.
    pub early_sale: bool,
}

impl Default for SaleRule {
    fn default() -> Self {
        Self {
            preorder_days: None,
            preorder_needs_price: true,
            preorder_needs_day: true,
            early_sale: false,
        }
    }
}

/// What is known of one product in one market, for one day there.
#[derive(Clone, Debug, Default)]
pub struct Situation<'a> {
    /// Publishing status: the market's (ONIX List 68) where it gives one, else the product's (List 64).
    pub status: Option<&'a str>,
    /// Best availability over the market's suppliers (ONIX List 65).
    pub availability: Option<&'a str>,
    /// Kind of notification (ONIX List 1).
    pub notification: Option<&'a str>,
    /// Publication date in the market.
    pub publication: Option<PartialDate>,
    /// Sales embargo in the market.
    pub embargo: Option<PartialDate>,
    /// Orders are taken from this day (ONIX List 163 code 27).
    pub preorder_from: Option<PartialDate>,
    /// Expected back after a temporary withdrawal (ONIX List 163 code 22).
    pub returns: Option<PartialDate>,
    /// Out of print, or permanently withdrawn, from this day (ONIX List 163 code 13).
    pub ends: Option<PartialDate>,
    /// It goes to another publisher on this day (ONIX List 163 code 28).
    pub transfer: Option<PartialDate>,
    /// A supplier says when it expects stock (ONIX List 166 code 08).
    pub supply_expected: bool,
    /// A price a consumer can pay is known.
    pub priced: bool,
    /// How the site sells before publication.
    pub rule: SaleRule,
    /// The most that the project stage lets a website say.
    pub ceiling: Ceiling,
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
    /// The project stage lets less be said than the rest does.
    pub capped: bool,
    /// Contradictions and omissions.
    pub conflicts: Vec<Conflict>,
}

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
    let mut conflicts = conflict::conflicts(situation);
    let (said, rule) = decide(situation);
    let (state, capped) = situation.ceiling.over(said);
    if capped && said.needs() == Some(Ceiling::Available) {
        let message = format!(
            "it is {} by status and dates, and its project stage lets at most {} be said",
            said.as_str(),
            situation.ceiling.as_str()
        );
        conflicts.push(Conflict::new("stage-behind-status", message));
    }
    Verdict {
        state,
        rule: if capped {
            "the ceiling of the project stage"
        } else {
            rule
        },
        capped,
        conflicts,
    }
}

fn lookup(table: &[Row], code: Option<&str>) -> Option<(WebState, &'static str)> {
    let code = code?;
    table
        .iter()
        .find(|(known, ..)| *known == code)
        .map(|(_, state, rule)| (*state, *rule))
}

fn decide(situation: &Situation<'_>) -> (WebState, &'static str) {
    if let Some(decided) = decisive(situation) {
        return decided;
    }
    if !has_begun(situation) {
        return before_sale(situation);
    }
    if let Some(decided) = lookup(AVAILABILITY, situation.availability) {
        return decided;
    }
    match (situation.status, situation.publication) {
        (Some("02"), _) => (WebState::ComingSoon, "publishing status 02, forthcoming"),
        (Some("04"), _) => (WebState::Available, "publishing status 04, active"),
        (Some("14"), _) => (
            WebState::Available,
            "market publishing status 14, active with market restrictions",
        ),
        (_, Some(_)) => (WebState::Available, "published, and nothing says otherwise"),
        (_, None) => (WebState::Announced, "neither status nor date is known"),
    }
}

/// What decides whatever else is said; of several readings the gravest.
fn decisive(situation: &Situation<'_>) -> Option<(WebState, &'static str)> {
    let readings = [
        lookup(DECISIVE_AVAILABILITY, situation.availability),
        lookup(DECISIVE_STATUS, situation.status),
        sold(situation),
        ended(situation),
    ];
    let gravity = |state: WebState| GRAVITY.iter().position(|known| *known == state);
    readings
        .into_iter()
        .flatten()
        .min_by_key(|(state, _)| gravity(*state).unwrap_or(usize::MAX))
}

/// A notice of sale means another publisher's product, from the day of transfer where one is given.
fn sold(situation: &Situation<'_>) -> Option<(WebState, &'static str)> {
    let done = match situation.transfer {
        Some(date) => has_come(date, situation.today),
        None => true,
    };
    (situation.notification == Some("08") && done).then_some((
        WebState::OutOfPrint,
        "notification type 08, sold to another publisher",
    ))
}

fn ended(situation: &Situation<'_>) -> Option<(WebState, &'static str)> {
    let ends = situation.ends?;
    has_come(ends, situation.today).then_some((
        WebState::OutOfPrint,
        "its date of going out of print (date 13) has come",
    ))
}

fn has_come(date: PartialDate, today: Option<civil::Date>) -> bool {
    today.is_some_and(|today| today >= sale_day(date))
}

/// Whether the day on which sales begin has come. A date without a day begins after its last day.
fn has_begun(situation: &Situation<'_>) -> bool {
    if situation.today.is_none() {
        return false;
    }
    let in_stock = is_in_stock(situation.availability);
    let early = situation.rule.early_sale && in_stock;
    match (situation.embargo, situation.publication) {
        (Some(embargo), _) => has_come(embargo, situation.today),
        (None, Some(publication)) => early || has_come(publication, situation.today),
        (None, None) => early || situation.status != Some("02"),
    }
}

/// A day as it is; of a month or a year the last day, since nothing promises an earlier one.
fn sale_day(date: PartialDate) -> civil::Date {
    date.last_day()
}

fn is_in_stock(availability: Option<&str>) -> bool {
    matches!(availability, Some("20" | "21" | "22" | "23"))
}

/// The day on which a site's rule opens pre-orders for something sold from a date; the beginning of
/// time where the rule names none.
pub fn preorder_day(sale: PartialDate, rule: SaleRule) -> civil::Date {
    let Some(days) = rule.preorder_days else {
        return civil::Date::MIN;
    };
    let before = sale_day(sale).checked_sub(i64::from(days).days());
    before.unwrap_or(civil::Date::MIN)
}

fn before_sale(situation: &Situation<'_>) -> (WebState, &'static str) {
    let Some(date) = situation.embargo.or(situation.publication) else {
        return match situation.status {
            Some("02") => (WebState::ComingSoon, "forthcoming without a date"),
            _ => (WebState::Announced, "neither status nor date is known"),
        };
    };
    match preorder_obstacle(situation, date) {
        Some(obstacle) => (WebState::ComingSoon, obstacle),
        None => (WebState::Preorder, "not yet on sale; pre-orders are open"),
    }
}

/// What keeps pre-orders closed for something sold from a date.
fn preorder_obstacle(situation: &Situation<'_>, date: PartialDate) -> Option<&'static str> {
    let rule = situation.rule;
    let may_order = matches!(
        situation.status,
        None | Some("00" | "02" | "04" | "09" | "14")
    ) && matches!(
        situation.availability,
        None | Some("10" | "11" | "12" | "20" | "21" | "22" | "23")
    );
    let by_date = situation
        .preorder_from
        .is_none_or(|from| has_come(from, situation.today));
    let opens = preorder_day(date, rule);
    let by_rule = situation.today.is_some_and(|today| today >= opens);
    let obstacles = [
        (
            may_order,
            "not yet on sale, and status or availability take no orders",
        ),
        (
            date.is_exact() || !rule.preorder_needs_day,
            "not yet on sale, and no day of publication is known",
        ),
        (
            situation.priced || !rule.preorder_needs_price,
            "not yet on sale, and no price is known",
        ),
        (
            by_date,
            "not yet on sale, and pre-orders have not opened (date 27)",
        ),
        (
            by_rule,
            "not yet on sale, and the site's pre-orders have not opened (`preorder_days`)",
        ),
    ];
    obstacles
        .into_iter()
        .find(|(met, _)| !met)
        .map(|(_, obstacle)| obstacle)
}

#[cfg(test)]
mod tests;
