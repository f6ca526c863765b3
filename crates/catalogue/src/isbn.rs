//! The ISBN, as the one key that the trade agrees on.
//!
//! Feeds write it in every way: thirteen digits, ten with an `X`, hyphens, spaces, a `urn:isbn:` in
//! front. All are read into thirteen digits with a right check digit, so that two spellings of one
//! book are equal. Hyphens are for people only and are put in from the agency's range table, since
//! the ones that came may be wrong.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// A valid ISBN-13: thirteen ASCII digits, prefix 978 or 979, check digit right.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isbn13([u8; 13]);

/// Why a text is no ISBN.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseIsbnError {
    /// The text holds a character that no spelling of an ISBN has.
    #[error("`{text}` is not an ISBN: it holds `{found}`; send digits, with or without hyphens")]
    Character {
        /// The text as it came, at most forty characters of it.
        text: String,
        /// The first character that does not belong.
        found: char,
    },
    /// The text has neither ten nor thirteen digits.
    #[error("`{text}` is not an ISBN: it has {count} digits where 13 (or 10) are due")]
    Length {
        /// The text as it came, at most forty characters of it.
        text: String,
        /// How many digits were found.
        count: usize,
    },
    /// Thirteen digits that begin neither 978 nor 979: a GTIN of something else.
    #[error("`{text}` is not an ISBN: an ISBN-13 begins with 978 or 979")]
    Prefix {
        /// The text as it came, at most forty characters of it.
        text: String,
    },
    /// The check digit does not follow from the others.
    #[error(
        "`{text}` is not an ISBN: its check digit should be {expected}; compare it with the book"
    )]
    CheckDigit {
        /// The text as it came, at most forty characters of it.
        text: String,
        /// The check digit that the other digits call for.
        expected: char,
    },
}

/// How much of a wrong text an error quotes, in characters.
const QUOTED: usize = 40;

impl Isbn13 {
    /// Reads any spelling: thirteen or ten digits, hyphens, dashes, spaces, a prefix such as
    /// `ISBN` or `urn:isbn:`.
    ///
    /// # Errors
    /// Says which rule the text breaks; see [`ParseIsbnError`].
    pub fn parse(text: &str) -> Result<Self, ParseIsbnError> {
        let quoted = || text.trim().chars().take(QUOTED).collect::<String>();
        let mut digits = Vec::with_capacity(13);
        for character in without_label(text).chars() {
            match character {
                '0'..='9' => digits.push(character),
                'x' | 'X' if digits.len() == 9 => digits.push('X'),
                '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
                space if space.is_whitespace() || space == '\u{200b}' || space == '\u{feff}' => {}
                found => {
                    return Err(ParseIsbnError::Character {
                        text: quoted(),
                        found,
                    });
                }
            }
        }
        match digits.len() {
            10 => Self::from_ten(&digits, quoted),
            13 => Self::from_thirteen(&digits, quoted),
            count => Err(ParseIsbnError::Length {
                text: quoted(),
                count,
            }),
        }
    }

    fn from_ten(digits: &[char], quoted: impl Fn() -> String) -> Result<Self, ParseIsbnError> {
        let (body, check) = digits.split_at(9);
        let expected = check_of_ten(body.iter().copied());
        if check.first() != Some(&expected) {
            return Err(ParseIsbnError::CheckDigit {
                text: quoted(),
                expected,
            });
        }
        Ok(Self::with_check("978".chars().chain(body.iter().copied())))
    }

    fn from_thirteen(digits: &[char], quoted: impl Fn() -> String) -> Result<Self, ParseIsbnError> {
        let Some((check, body)) = digits.split_last() else {
            return Err(ParseIsbnError::Length {
                text: quoted(),
                count: 0,
            });
        };
        if !body.starts_with(&['9', '7', '8']) && !body.starts_with(&['9', '7', '9']) {
            return Err(ParseIsbnError::Prefix { text: quoted() });
        }
        let expected = check_of_thirteen(body.iter().copied());
        if *check != expected {
            return Err(ParseIsbnError::CheckDigit {
                text: quoted(),
                expected,
            });
        }
        Ok(Self::with_check(body.iter().copied()))
    }

    /// Builds from twelve digits, adding the check digit they call for.
    fn with_check(body: impl Iterator<Item = char> + Clone) -> Self {
        let mut bytes = [b'0'; 13];
        let check = check_of_thirteen(body.clone());
        for (slot, digit) in bytes.iter_mut().zip(body.chain([check])) {
            *slot = u8::try_from(digit).unwrap_or(b'0');
        }
        Self(bytes)
    }

    /// The thirteen digits, no hyphens.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// With hyphens, as printed: `978-1-4920-6766-5`. Plain digits where the range table of the
    /// `isbn` crate knows no range for it.
    #[must_use]
    pub fn hyphenated(&self) -> String {
        let ranged: Result<isbn::Isbn13, _> = self.as_str().parse();
        ranged
            .and_then(|isbn| isbn.hyphenate().map(|text| text.as_str().to_owned()))
            .unwrap_or_else(|_| self.as_str().to_owned())
    }

    /// The ten-digit form, which only the 978 range has.
    #[must_use]
    pub fn isbn10(&self) -> Option<String> {
        let body = self.as_str().strip_prefix("978")?.get(..9)?;
        let mut ten = body.to_owned();
        ten.push(check_of_ten(body.chars()));
        Some(ten)
    }
}

/// The text after a leading `urn:isbn:`, `ISBN-13:` and the like.
fn without_label(text: &str) -> &str {
    const LABELS: &[&str] = &[
        "urn:isbn:",
        "isbn-13",
        "isbn-10",
        "isbn13",
        "isbn10",
        "isbn",
    ];
    let text = text.trim();
    let labelled = |label: &&&str| {
        text.get(..label.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(label))
    };
    LABELS
        .iter()
        .find(labelled)
        .and_then(|label| text.get(label.len()..))
        .map_or(text, |rest| rest.trim_start_matches([':', ' ']))
}

/// The weight of one digit, zero for what is none.
fn value(digit: char) -> u32 {
    digit.to_digit(10).unwrap_or_default()
}

/// The last digit of an ISBN-13, from the first twelve.
fn check_of_thirteen(body: impl Iterator<Item = char>) -> char {
    let sum: u32 = body
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, by)| value(digit) * by)
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

/// The last character of an ISBN-10, from the first nine: a digit or `X`.
fn check_of_ten(body: impl Iterator<Item = char>) -> char {
    let sum: u32 = body
        .zip((2..=10).rev())
        .map(|(digit, by)| value(digit) * by)
        .sum();
    char::from_digit((11 - sum % 11) % 11, 10).unwrap_or('X')
}

impl FromStr for Isbn13 {
    type Err = ParseIsbnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Isbn13 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Isbn13 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Isbn13({self})")
    }
}

impl Serialize for Isbn13 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Isbn13 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn isbn(text: &str) -> Isbn13 {
        Isbn13::parse(text).unwrap()
    }

    #[test]
    fn every_spelling_of_one_book_is_one_value() {
        let book = isbn("9781492067665");
        for text in [
            "978-1-4920-6766-5",
            " 978 1 4920 6766 5 ",
            "1492067660",
            "1-4920-6766-0",
            "urn:isbn:9781492067665",
            "ISBN: 978-1-4920-6766-5",
            "ISBN-13: 978-1-4920-6766-5",
            "978\u{2011}1\u{2011}4920\u{2011}6766\u{2011}5",
        ] {
            assert_eq!(isbn(text), book, "{text}");
        }
    }

    #[test]
    fn ten_digits_with_x_are_read_and_given_back() {
        assert_eq!(isbn("0-8044-2957-x").as_str(), "9780804429573");
        assert_eq!(
            isbn("9780804429573").isbn10().as_deref(),
            Some("080442957X")
        );
        assert_eq!(isbn("9791090636071").isbn10(), None);
    }

    #[test]
    fn hyphens_follow_the_range_table_not_the_source() {
        assert_eq!(isbn("97814-92067665").hyphenated(), "978-1-4920-6766-5");
        assert_eq!(isbn("9780804429573").hyphenated(), "978-0-8044-2957-3");
    }

    #[test]
    fn a_number_of_no_known_range_stays_plain() {
        let unassigned = Isbn13::with_check("979000000000".chars());
        assert_eq!(unassigned.hyphenated(), unassigned.as_str());
    }

    #[test]
    fn each_fault_is_named() {
        assert!(matches!(
            Isbn13::parse("9781492067666"),
            Err(ParseIsbnError::CheckDigit { expected: '5', .. })
        ));
        assert!(matches!(
            Isbn13::parse("149206766X"),
            Err(ParseIsbnError::CheckDigit { expected: '0', .. })
        ));
        assert!(matches!(
            Isbn13::parse("978149"),
            Err(ParseIsbnError::Length { count: 6, .. })
        ));
        assert!(matches!(
            Isbn13::parse(""),
            Err(ParseIsbnError::Length { count: 0, .. })
        ));
        assert!(matches!(
            Isbn13::parse("5012345678900"),
            Err(ParseIsbnError::Prefix { .. })
        ));
        assert!(matches!(
            Isbn13::parse("No ISBN"),
            Err(ParseIsbnError::Character { found: 'N', .. })
        ));
    }

    #[test]
    fn an_error_quotes_no_more_than_a_line() {
        let error = Isbn13::parse(&"?".repeat(9_000)).unwrap_err();
        assert!(error.to_string().len() < 200);
    }

    #[test]
    fn serde_speaks_thirteen_digits() {
        let json = serde_json::to_string(&isbn("1492067660")).unwrap();
        assert_eq!(json, "\"9781492067665\"");
        assert_eq!(
            serde_json::from_str::<Isbn13>(&json).unwrap(),
            isbn("1492067660")
        );
        assert!(serde_json::from_str::<Isbn13>("\"9781492067666\"").is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}") {
            let _ = Isbn13::parse(&text);
        }

        #[test]
        fn hyphens_and_ten_digits_lead_back(body in "97[89][0-9]{9}") {
            let book = Isbn13::with_check(body.chars());
            prop_assert_eq!(isbn(book.as_str()), book);
            prop_assert_eq!(isbn(&book.hyphenated()), book);
            if let Some(ten) = book.isbn10() {
                prop_assert_eq!(isbn(&ten), book);
            }
        }

        #[test]
        fn one_wrong_digit_is_always_caught(body in "978[0-9]{9}", at in 3usize..13, by in 1u8..10) {
            let mut digits = Isbn13::with_check(body.chars()).0;
            digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
            prop_assert!(Isbn13::parse(str::from_utf8(&digits).unwrap()).is_err());
        }
    }
}
