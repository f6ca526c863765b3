//! What a rule saw, as the sources state it.
//!
//! An explanation must let a person find the value in Consonance, or the line in the feed. So beside what a rule made of
//! its values it shows them raw, and says where each was read.

use catalogue::country::CountryCode;
use catalogue::origin::{Block, Origins};
use catalogue::product::Product;
use catalogue::rights::SalesRights;
use catalogue::territory::Territory;

use crate::explanation::Step;
use crate::offer::{Offer, Speaks};

/// Which blocks a rule looks at, by its stable name.
const RULES: [(&str, &[Block]); 19] = [
    ("record", &[Block::Withdrawal, Block::Approval]),
    ("approval", &[Block::Approval]),
    ("stage", &[Block::Planning]),
    ("contract", &[Block::Planning]),
    ("form", &[Block::Form]),
    ("identifiers", &[Block::Identifiers, Block::Title]),
    ("feed", &[Block::Withdrawal]),
    ("announcement", &[Block::Embargoes, Block::Supply]),
    ("rights", &[Block::Rights]),
    ("restriction", &[Block::Rights, Block::Supply]),
    ("alternative", &[Block::Rights, Block::Relations]),
    ("market", &[Block::Supply]),
    (
        "status",
        &[Block::Status, Block::Dates, Block::Embargoes, Block::Supply],
    ),
    ("price", &[Block::Prices]),
    ("description", &[Block::Texts]),
    ("cover", &[Block::Files]),
    ("texts", &[Block::Texts]),
    ("quotes", &[Block::Texts]),
    ("files", &[Block::Files]),
];

/// The same steps, each with where its values were read.
pub(crate) fn sourced(mut steps: Vec<Step>, origins: &Origins) -> Vec<Step> {
    for step in &mut steps {
        let blocks = RULES
            .iter()
            .find(|(rule, _)| *rule == step.rule)
            .map_or(&[][..], |(_, blocks)| blocks);
        for origin in blocks.iter().flat_map(|block| origins.of(*block)) {
            let told = origin.to_string();
            if !step.sources.contains(&told) {
                step.sources.push(told);
            }
        }
    }
    steps
}

/// Sales rights as sent: one line for each territory and for the rest of the world. `country` is the one that is asked
/// about.
pub(crate) fn statements(rights: &SalesRights, country: CountryCode) -> Vec<String> {
    let mut lines = Vec::new();
    for stated in std::iter::once(rights).chain(rights.second.as_deref()) {
        lines.extend(stated.claims.iter().map(|claim| {
            let label = claim.kind.label().unwrap_or("unknown type");
            let territory = territory_words(&claim.territory, country);
            format!("rights {} ({label}) in {territory}", claim.kind)
        }));
        lines.extend(stated.rest_of_world.map(|kind| {
            let label = kind.label().unwrap_or("unknown type");
            format!("rest of the world: {kind} ({label})")
        }));
    }
    if lines.is_empty() {
        lines.push("no sales rights are stated".to_owned());
    }
    lines
}

/// The dates that the source gives, of the product and of the market that speaks for it.
pub(crate) fn known_dates(product: &Product, offer: &Offer<'_>) -> Vec<String> {
    let mut lines: Vec<String> = product
        .dates
        .iter()
        .map(|date| {
            let label = date.role.label().unwrap_or("unknown role");
            format!("date {} ({label}): {}", date.role, date.date)
        })
        .collect();
    let Speaks::Supply(supply) = offer.speaks else {
        return lines;
    };
    lines.extend(supply.dates.iter().map(|date| {
        let label = date.role.label().unwrap_or("unknown role");
        format!("market date {} ({label}): {}", date.role, date.date)
    }));
    for detail in &supply.details {
        lines.extend(detail.availability.map(|code| {
            let label = code.label().unwrap_or("unknown code");
            let supplier = detail.supplier.as_deref().unwrap_or("a supplier");
            format!("availability {code} ({label}), {supplier}")
        }));
        lines.extend(detail.dates.iter().map(|date| {
            let label = date.role.label().unwrap_or("unknown role");
            format!("supply date {} ({label}): {}", date.role, date.date)
        }));
    }
    lines
}

/// The longest list of codes shown whole.
const LONGEST: usize = 60;

/// A territory as sent, long lists shortened; a country that falls to the shears is named all the same.
pub(crate) fn territory_words(territory: &Territory, country: CountryCode) -> String {
    let lists = [
        ("", &territory.countries_included),
        ("", &territory.regions_included),
        ("but not ", &territory.countries_excluded),
        ("but not ", &territory.regions_excluded),
    ];
    let words: Vec<String> = lists
        .into_iter()
        .filter_map(|(word, list)| {
            let codes: Vec<&str> = list.as_deref()?.split_whitespace().collect();
            let whole = codes.join(" ");
            let shown = match whole.len() {
                0..=LONGEST => whole,
                _ => {
                    let first: Vec<&str> = codes.iter().take(12).copied().collect();
                    let hidden = codes.get(first.len()..).unwrap_or_default();
                    let named = match hidden.contains(&country.as_str()) {
                        true => format!(", {country} among them"),
                        false => String::new(),
                    };
                    format!("{} and {} more{named}", first.join(" "), hidden.len())
                }
            };
            Some(format!("{word}{shown}"))
        })
        .collect();
    if words.is_empty() {
        return "no territory".to_owned();
    }
    words.join(", ")
}
