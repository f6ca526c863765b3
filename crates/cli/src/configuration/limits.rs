//! `limits`: a word, or three numbers.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// Calls per second that the organisation allows.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rates {
    /// Management reads.
    pub(crate) read: f64,
    /// Management writes.
    pub(crate) write: f64,
    /// Bulk calls.
    pub(crate) bulk: f64,
}

/// The organisation's limits.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum LimitsChoice {
    /// What Contentstack gives every organisation.
    #[default]
    Vendor,
    /// No pacing, for a stand-in without limits.
    Off,
    /// Agreed otherwise.
    Rates(Rates),
}

impl JsonSchema for LimitsChoice {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Limits".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let rates = generator.subschema_for::<Rates>();
        schemars::json_schema!({
            "description": "`vendor`: what Contentstack gives every organisation; `off`: no pacing; or calls per second.",
            "oneOf": [{ "enum": ["vendor", "off"] }, rates]
        })
    }
}

impl Serialize for LimitsChoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Vendor => serializer.serialize_str("vendor"),
            Self::Off => serializer.serialize_str("off"),
            Self::Rates(rates) => rates.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for LimitsChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordOrRates;

        impl<'de> Visitor<'de> for WordOrRates {
            type Value = LimitsChoice;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter
                    .write_str("`\"vendor\"`, `\"off\"` or `{ read = 10, write = 10, bulk = 1 }`")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<LimitsChoice, E> {
                match word {
                    "vendor" => Ok(LimitsChoice::Vendor),
                    "off" => Ok(LimitsChoice::Off),
                    other => Err(E::unknown_variant(other, &["vendor", "off"])),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LimitsChoice, A::Error> {
                Rates::deserialize(MapAccessDeserializer::new(map)).map(LimitsChoice::Rates)
            }
        }

        deserializer.deserialize_any(WordOrRates)
    }
}
