//! Size and weight in the units of a site's readers (ONIX Lists 48 and 50).
//!
//! A source may state one measure in several units. The one in the readers' own unit is taken as it
//! is; only where there is none is another converted.

use std::borrow::Cow;

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

/// Size and weight of a product in a system of units, with a point before decimals.
pub(crate) struct Measures {
    dimensions: Option<String>,
    weight: Option<String>,
}

impl Measures {
    pub(crate) fn of(product: &Product, units: Units) -> Self {
        Self {
            dimensions: dimensions(product, units),
            weight: weight(product, units),
        }
    }

    /// Height, width and, where known, thickness: `198 × 129 × 22 mm`, `7.8 × 5.08 in`.
    pub(crate) fn dimensions(&self, words: &Words) -> Option<Cow<'_, str>> {
        self.dimensions.as_deref().map(|text| said(text, words))
    }

    /// Weight: `310 g`, `10.9 oz`, `1.2 lb`.
    pub(crate) fn weight(&self, words: &Words) -> Option<Cow<'_, str>> {
        self.weight.as_deref().map(|text| said(text, words))
    }
}

/// With the decimal sign of a language.
fn said<'t>(text: &'t str, words: &Words) -> Cow<'t, str> {
    match text.contains('.') {
        true => text.replace('.', words.get("number", "decimal")).into(),
        false => text.into(),
    }
}

fn dimensions(product: &Product, units: Units) -> Option<String> {
    let (unit, places) = match units {
        Units::Metric => ("mm", 0),
        Units::Imperial => ("in", 2),
    };
    let side = |kind: &str| {
        let value = in_unit(product, kind, unit, &LENGTHS)?;
        Some(rounded(value, places))
    };
    let (height, width) = (side("01")?, side("02")?);
    Some(match side("03") {
        Some(thickness) => format!("{height} × {width} × {thickness} {unit}"),
        None => format!("{height} × {width} {unit}"),
    })
}

fn weight(product: &Product, units: Units) -> Option<String> {
    match units {
        Units::Metric => {
            let grams = in_unit(product, "08", "gr", &WEIGHTS)?;
            Some(format!("{} g", rounded(grams, 0)))
        }
        Units::Imperial => {
            let ounces = in_unit(product, "08", "oz", &WEIGHTS)?;
            if ounces < Decimal::from(OUNCES_IN_POUND) {
                return Some(format!("{} oz", rounded(ounces, 1)));
            }
            let pounds = in_unit(product, "08", "lb", &WEIGHTS)?;
            Some(format!("{} lb", rounded(pounds, 1)))
        }
    }
}

fn rounded(value: Decimal, places: u32) -> Decimal {
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    value.round_dp_with_strategy(places, half_up).normalize()
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
        let size = |product: &Product, units, language: &str| {
            let measures = Measures::of(product, units);
            measures
                .dimensions(labels.of(language))
                .map(Cow::into_owned)
        };
        let say = |units, language| size(&metric, units, language);
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
        let imperial = size(&both, Units::Imperial, "en");
        assert_eq!(imperial.as_deref(), Some("7.75 × 5 in"), "as stated");
        assert_eq!(
            size(&product(&[("01", "198", "mm")]), Units::Metric, "en"),
            None
        );
    }

    #[test]
    fn weights_are_said_in_the_readers_units() {
        let labels = Labels::default();
        let say = |measures: &[(&str, &str, &str)], units| {
            let measures = Measures::of(&product(measures), units);
            measures.weight(labels.of("en")).map(Cow::into_owned)
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
