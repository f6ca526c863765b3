//! Money is an exact decimal with its currency; the two never part.
//!
//! Currencies are checked against ISO 4217, because a price in a currency that no longer exists is
//! a fault to be named, not a number to be shown.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::codes::LIST_96;

/// Currencies in use (ISO 4217), sorted, without funds, metals and test codes. The number is the
/// count of decimal places.
const LIVE: &str = "AED2 AFN2 ALL2 AMD2 AOA2 ARS2 AUD2 AWG2 AZN2 BAM2 BBD2 BDT2 BHD3 BIF0 BMD2 \
    BND2 BOB2 BRL2 BSD2 BTN2 BWP2 BYN2 BZD2 CAD2 CDF2 CHF2 CLP0 CNY2 COP2 CRC2 CUP2 CVE2 CZK2 DJF0 \
    DKK2 DOP2 DZD2 EGP2 ERN2 ETB2 EUR2 FJD2 FKP2 GBP2 GEL2 GHS2 GIP2 GMD2 GNF0 GTQ2 GYD2 HKD2 HNL2 \
    HTG2 HUF2 IDR2 ILS2 INR2 IQD3 IRR2 ISK0 JMD2 JOD3 JPY0 KES2 KGS2 KHR2 KMF0 KPW2 KRW0 KWD3 KYD2 \
    KZT2 LAK2 LBP2 LKR2 LRD2 LSL2 LYD3 MAD2 MDL2 MGA2 MKD2 MMK2 MNT2 MOP2 MRU2 MUR2 MVR2 MWK2 MXN2 \
    MYR2 MZN2 NAD2 NGN2 NIO2 NOK2 NPR2 NZD2 OMR3 PAB2 PEN2 PGK2 PHP2 PKR2 PLN2 PYG0 QAR2 RON2 RSD2 \
    RUB2 RWF0 SAR2 SBD2 SCR2 SDG2 SEK2 SGD2 SHP2 SLE2 SOS2 SRD2 SSP2 STN2 SVC2 SYP2 SZL2 THB2 TJS2 \
    TMT2 TND3 TOP2 TRY2 TTD2 TWD2 TZS2 UAH2 UGX0 USD2 UYU2 UZS2 VED2 VES2 VND0 VUV0 WST2 XAF0 XCD2 \
    XCG2 XOF0 XPF0 YER2 ZAR2 ZMW2 ZWG2";

/// A currency in use: three letters of ISO 4217.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CurrencyCode([u8; 3]);

/// Why a text is no currency in use.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseCurrencyError {
    /// Was a currency once.
    #[error("the currency {code} ({name}) is no longer in use; send the price in its successor")]
    Withdrawn {
        /// The code.
        code: String,
        /// Its name in ONIX List 96.
        name: &'static str,
    },
    /// Is no code of ISO 4217.
    #[error("`{text}` is not a currency; send three letters of ISO 4217, such as GBP")]
    Unknown {
        /// The text as it came, at most twenty characters of it.
        text: String,
    },
}

impl CurrencyCode {
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");
    /// The pound sterling.
    pub const GBP: Self = Self(*b"GBP");
    /// The United States dollar.
    pub const USD: Self = Self(*b"USD");

    /// Reads three letters, in either case.
    ///
    /// # Errors
    /// Tells a withdrawn currency from text that never was one.
    pub fn parse(text: &str) -> Result<Self, ParseCurrencyError> {
        let code = text.trim().to_ascii_uppercase();
        if let Ok(bytes) = <[u8; 3]>::try_from(code.as_bytes())
            && row(&code).is_some()
        {
            return Ok(Self(bytes));
        }
        Err(match LIST_96.label(&code) {
            Some(name) => ParseCurrencyError::Withdrawn { code, name },
            None => ParseCurrencyError::Unknown {
                text: text.trim().chars().take(20).collect(),
            },
        })
    }

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The name in ONIX List 96, which lacks two currencies in use.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        LIST_96.label(self.as_str())
    }

    /// How many decimal places its amounts are written with: 2 for most, 0 for the yen.
    #[must_use]
    pub fn decimal_places(&self) -> u32 {
        row(self.as_str())
            .and_then(|places| places.parse().ok())
            .unwrap_or(2)
    }
}

/// The decimal places, as text, of a currency in use.
fn row(code: &str) -> Option<&'static str> {
    if code.len() != 3 {
        return None;
    }
    LIVE.split_ascii_whitespace()
        .find_map(|row| row.strip_prefix(code))
}

impl FromStr for CurrencyCode {
    type Err = ParseCurrencyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for CurrencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CurrencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for CurrencyCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CurrencyCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

/// An exact amount in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount, in whole units of the currency (pounds, not pence). Serialised as text.
    pub amount: Decimal,
    /// The currency.
    pub currency: CurrencyCode,
}

impl Money {
    /// An amount in a currency.
    #[must_use]
    pub fn new(amount: Decimal, currency: CurrencyCode) -> Self {
        Self { amount, currency }
    }
}

impl fmt::Display for Money {
    /// `9.90 GBP`, `1200 JPY`: at least as many places as the currency is written with.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.amount.normalize();
        if shown.scale() < self.currency.decimal_places() {
            shown.rescale(self.currency.decimal_places());
        }
        write!(f, "{shown} {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: &str, currency: &str) -> Money {
        Money::new(amount.parse().unwrap(), currency.parse().unwrap())
    }

    #[test]
    fn amounts_read_as_their_currency_is_written() {
        assert_eq!(money("9.9", "GBP").to_string(), "9.90 GBP");
        assert_eq!(money("12", "EUR").to_string(), "12.00 EUR");
        assert_eq!(money("1200", "jpy").to_string(), "1200 JPY");
        assert_eq!(money("1200.00", "JPY").to_string(), "1200 JPY");
        assert_eq!(money("1.5", "KWD").to_string(), "1.500 KWD");
        assert_eq!(money("8.125", "USD").to_string(), "8.125 USD");
    }

    #[test]
    fn a_withdrawn_currency_is_told_from_nonsense() {
        assert!(matches!(
            CurrencyCode::parse("DEM"),
            Err(ParseCurrencyError::Withdrawn { name: "Mark", .. })
        ));
        for text in ["", "£", "GB", "GBPX", "GB2", "XYZ", "BP2"] {
            assert!(
                matches!(
                    CurrencyCode::parse(text),
                    Err(ParseCurrencyError::Unknown { .. })
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn the_table_is_sorted_and_whole_rows() {
        let rows: Vec<_> = LIVE.split_ascii_whitespace().collect();
        assert!(rows.is_sorted());
        assert_eq!(rows.len(), 155);
        assert!(
            rows.iter()
                .all(|row| row.len() == 4 && row[3..].parse::<u32>().is_ok())
        );
    }

    #[test]
    fn amounts_survive_storage_exactly() {
        let json = serde_json::to_string(&money("0.10", "AUD")).unwrap();
        assert_eq!(json, "{\"amount\":\"0.10\",\"currency\":\"AUD\"}");
        assert_eq!(
            serde_json::from_str::<Money>(&json).unwrap(),
            money("0.10", "AUD")
        );
    }
}
