//! Size and weight in the units of a site's readers (ONIX Lists 48 and 50).
//!
//! A source may state one measure in several units. The one in the readers' own unit is taken as it
//! is; only where there is none is another converted.

use catalogue::country::CountryCode;
use catalogue::product::Product;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::labels::Words;

/// A system of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Units {
    /// Millimetres and grams.
    Metric,
    /// Inches, ounces and pounds.
    Imperial,
}

/// Countries whose readers think in inches.
const IMPERIAL: [&str; 3] = ["US", "LR", "MM"];

impl Units {
    /// The units of a country's readers.
    pub fn of(country: CountryCode) -> Self {
        if IMPERIAL.contains(&country.as_str()) {
            Self::Imperial
        } else {
            Self::Metric
        }
    }
}

/// Units of length (List 50) with their hundredths of a millimetre.
const LENGTHS: [(&str, u32); 3] = [("mm", 100), ("cm", 1_000), ("in", 2_540)];

/// Units of weight (List 50) with their milligrams.
const WEIGHTS: [(&str, u32); 4] = [
    ("gr", 1_000),
    ("kg", 1_000_000),
    ("oz", 28_350),
    ("lb", 453_592),
];

/// Ounces from which pounds are said.
const OUNCES_IN_POUND: u32 = 16;

/// Height, width and, where known, thickness: `198 × 129 × 22 mm`, `7.8 × 5.08 in`.
pub(crate) fn dimensions(product: &Product, units: Units, words: &Words) -> Option<String> {
    let (unit, places) = match units {
        Units::Metric => ("mm", 0),
        Units::Imperial => ("in", 2),
    };
    let side = |kind: &str| {
        let value = in_unit(product, kind, unit, &LENGTHS)?;
        Some(said(value, places, words))
    };
    let mut sides = vec![side("01")?, side("02")?];
    sides.extend(side("03"));
    Some(format!("{} {unit}", sides.join(" × ")))
}

/// Weight: `310 g`, `10.9 oz`, `1.2 lb`.
pub(crate) fn weight(product: &Product, units: Units, words: &Words) -> Option<String> {
    match units {
        Units::Metric => {
            let grams = in_unit(product, "08", "gr", &WEIGHTS)?;
            Some(format!("{} g", said(grams, 0, words)))
        }
        Units::Imperial => {
            let ounces = in_unit(product, "08", "oz", &WEIGHTS)?;
            if ounces < Decimal::from(OUNCES_IN_POUND) {
                return Some(format!("{} oz", said(ounces, 1, words)));
            }
            let pounds = in_unit(product, "08", "lb", &WEIGHTS)?;
            Some(format!("{} lb", said(pounds, 1, words)))
        }
    }
}

/// A measure in a unit: as stated in it, else converted from another.
fn in_unit(product: &Product, kind: &str, unit: &str, units: &[(&str, u32)]) -> Option<Decimal> {
    let worth = |unit: &str| {
        let found = units.iter().find(|(known, _)| *known == unit);
        found.map(|(_, worth)| Decimal::from(*worth))
    };
    let own = worth(unit)?;
    let of_kind = || {
        product
            .measures
            .iter()
            .filter(|measure| measure.kind == kind && measure.value > Decimal::ZERO)
    };
    let stated = of_kind().find(|measure| measure.unit == unit);
    if let Some(stated) = stated {
        return Some(stated.value);
    }
    of_kind().find_map(|measure| {
        let small = measure.value.checked_mul(worth(&measure.unit)?)?;
        small.checked_div(own)
    })
}

fn said(value: Decimal, places: u32, words: &Words) -> String {
    let rounded = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let text = rounded.normalize().to_string();
    match text.contains('.') {
        true => text.replace('.', words.get("number", "decimal")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use catalogue::key::{ProductKey, RecordKey};
    use catalogue::product::Measure;

    use super::*;
    use crate::labels::Labels;

    fn product(measures: &[(&str, &str, &str)]) -> Product {
        let mut product = Product::new(
            ProductKey::namespaced("test", "product", 1),
            RecordKey::namespaced("test", "work", 1),
        );
        product.measures = measures
            .iter()
            .map(|(kind, value, unit)| Measure {
                kind: (*kind).to_owned(),
                value: value.parse().unwrap(),
                unit: (*unit).to_owned(),
            })
            .collect();
        product
    }

    #[test]
    fn sizes_are_said_in_the_readers_units() {
        let labels = Labels::default();
        let metric = product(&[
            ("01", "198", "mm"),
            ("02", "12.9", "cm"),
            ("03", "22", "mm"),
        ]);
        let say = |units, language| dimensions(&metric, units, labels.of(language));
        assert_eq!(
            say(Units::Metric, "en").as_deref(),
            Some("198 × 129 × 22 mm")
        );
        assert_eq!(
            say(Units::Imperial, "en").as_deref(),
            Some("7.8 × 5.08 × 0.87 in")
        );
        assert_eq!(
            say(Units::Imperial, "de").as_deref(),
            Some("7,8 × 5,08 × 0,87 in")
        );
        let both = product(&[("01", "198", "mm"), ("01", "7.75", "in"), ("02", "5", "in")]);
        let imperial = dimensions(&both, Units::Imperial, labels.of("en"));
        assert_eq!(imperial.as_deref(), Some("7.75 × 5 in"), "as stated");
        assert_eq!(
            dimensions(
                &product(&[("01", "198", "mm")]),
                Units::Metric,
                labels.of("en")
            ),
            None
        );
    }

    #[test]
    fn weights_are_said_in_the_readers_units() {
        let labels = Labels::default();
        let say = |measures: &[(&str, &str, &str)], units| {
            weight(&product(measures), units, labels.of("en"))
        };
        assert_eq!(
            say(&[("08", "0.31", "kg")], Units::Metric).as_deref(),
            Some("310 g")
        );
        assert_eq!(
            say(&[("08", "310", "gr")], Units::Imperial).as_deref(),
            Some("10.9 oz")
        );
        assert_eq!(
            say(&[("08", "560", "gr")], Units::Imperial).as_deref(),
            Some("1.2 lb")
        );
        assert_eq!(say(&[("08", "0", "gr")], Units::Metric), None);
    }

    #[test]
    fn countries_have_their_units() {
        let of = |code: &str| Units::of(CountryCode::parse(code).unwrap());
        assert_eq!(of("US"), Units::Imperial);
        assert_eq!(of("GB"), Units::Metric);
        assert_eq!(of("CA"), Units::Metric);
    }
}
