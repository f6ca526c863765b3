//! What can be wrong with rights, in words.

use super::RightsReading;
use super::judgement::Judged;
use crate::codes::SalesRightsType;
use crate::country::{CountryCode, CountrySet};
use crate::finding::{Finding, FindingCode};

/// No rights are stated at all.
pub const RIGHTS_ABSENT: FindingCode = FindingCode::new("rights-absent");
/// Countries are covered by no claim, and nothing says what holds there.
pub const ROW_MISSING: FindingCode = FindingCode::new("row-missing");
/// A type for the rest of the world, without a claim that it could be the rest of.
pub const ROW_ALONE: FindingCode = FindingCode::new("row-alone");
/// Two claims about one country that cannot both hold: for sale and not for sale, which closes it
/// (an error), or exclusively and not (a warning).
pub const RIGHTS_OVERLAP: FindingCode = FindingCode::new("rights-overlap");
/// A country is closed on grounds that exclude each other.
pub const RIGHTS_BASIS_CONFLICT: FindingCode = FindingCode::new("rights-basis-conflict");
/// A claim of type 07 or 08, which Issue 71 gave up.
pub const RIGHTS_TYPE_DEPRECATED: FindingCode = FindingCode::new("rights-type-deprecated");
/// A claim that says it does not know, or has a type that the list lacks.
pub const RIGHTS_TYPE_UNKNOWN: FindingCode = FindingCode::new("rights-type-unknown");
/// A market reaches where the product is not for sale.
pub const MARKET_CONTRADICTION: FindingCode = FindingCode::new("market-contradiction");

/// How many countries one finding names.
const NAMED: usize = 12;

/// Some countries for a sentence: at most twelve, and how many more.
fn list(countries: CountrySet) -> String {
    let whole = countries.to_string();
    if countries.len() <= NAMED || whole.len() <= NAMED * 4 {
        return whole;
    }
    let named: Vec<_> = countries
        .iter()
        .take(NAMED)
        .map(CountryCode::as_str)
        .collect();
    format!("{} and {} more", named.join(" "), countries.len() - NAMED)
}

pub(super) fn absent(assumed: bool) -> Finding {
    Finding::warning(
        RIGHTS_ABSENT,
        if assumed {
            "No sales rights are stated; it is taken as for sale everywhere, as configured."
        } else {
            "No sales rights are stated, so nobody knows where it may be sold; state where it is \
             for sale."
        },
    )
}

pub(super) fn rest_alone(kind: SalesRightsType) -> Finding {
    Finding::error(
        ROW_ALONE,
        format!(
            "ROWSalesRightsType {kind} stands without any SalesRights, so it is the rest of \
             nothing; send SalesRights with WORLD instead."
        ),
    )
}

pub(super) fn deprecated_type(kind: SalesRightsType) -> Finding {
    Finding::warning(
        RIGHTS_TYPE_DEPRECATED,
        format!(
            "Sales rights type {kind} was given up in Issue 71; send 01 or 02 with a \
             SalesRestriction."
        ),
    )
}

pub(super) fn unknown_type(kind: SalesRightsType) -> Finding {
    Finding::warning(
        RIGHTS_TYPE_UNKNOWN,
        match kind.label() {
            Some(_) => format!(
                "A claim has the sales rights type {kind}, which says nothing; state whether it is \
                 for sale there."
            ),
            None => format!(
                "A claim has the sales rights type {kind}, which ONIX List 46 does not have; where \
                 it reaches, rights are unknown."
            ),
        },
    )
}

pub(super) fn market_outside(countries: CountrySet) -> Finding {
    Finding::warning(
        MARKET_CONTRADICTION,
        format!(
            "A market reaches {}, where it is not for sale.",
            list(countries)
        ),
    )
}

/// The findings that a judgement of all countries leaves, gravest first.
pub(super) fn of(
    judged: &Judged<CountrySet>,
    rest: Option<SalesRightsType>,
    reading: RightsReading,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !judged.contradiction.is_empty() {
        findings.push(Finding::error(
            RIGHTS_OVERLAP,
            format!(
                "The rights say for sale and not for sale of {}; {}. Send one of the two.",
                list(judged.contradiction),
                if reading.specific_over_world {
                    "a claim that names the country is believed over one that says WORLD, as \
                     configured, and otherwise it is taken as not for sale"
                } else {
                    "it is taken as not for sale"
                }
            ),
        ));
    }
    if rest.is_none() && !judged.uncovered.is_empty() {
        findings.push(Finding::warning(
            ROW_MISSING,
            format!(
                "The rights leave out {}, and no ROWSalesRightsType says what holds there; it is \
                 unknown. Send one.",
                list(judged.uncovered)
            ),
        ));
    }
    if !judged.overlap.is_empty() {
        findings.push(Finding::warning(
            RIGHTS_OVERLAP,
            format!(
                "The rights claim {} both exclusively and not; it is taken as exclusive.",
                list(judged.overlap)
            ),
        ));
    }
    if !judged.basis_conflict.is_empty() {
        findings.push(Finding::warning(
            RIGHTS_BASIS_CONFLICT,
            format!(
                "The rights give grounds that exclude each other (types 04, 05, 06) for not \
                 selling in {}.",
                list(judged.basis_conflict)
            ),
        ));
    }
    findings
}
