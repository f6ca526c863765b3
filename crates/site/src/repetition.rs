//! Values in a text that belong to a title's own fields: a price, a day, an ISBN, words of availability.
//!
//! Whoever writes them into a text makes a copy that nobody keeps up to date. They are looked for by their form, not by
//! their present value: a copy that is stale already is the one that matters most.

use std::collections::BTreeSet;

use catalogue::isbn::Isbn13;

use crate::labels::Words;

/// What kind of value a text repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owned {
    Price,
    Date,
    Isbn,
    Availability,
}

impl Owned {
    /// In words, for a sentence.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Price => "a price",
            Self::Date => "a date",
            Self::Isbn => "an ISBN",
            Self::Availability => "words of availability",
        }
    }
}

/// Labels whose words speak of availability, where a text has them.
const AVAILABILITY: [(&str, &str); 8] = [
    ("state", "coming_soon"),
    ("state", "preorder"),
    ("state", "available"),
    ("state", "to_order"),
    ("state", "temporarily_unavailable"),
    ("state", "out_of_stock"),
    ("state", "out_of_print"),
    ("call", "preorder"),
];

/// Signs that stand before or after an amount.
const SIGNS: [char; 5] = ['£', '$', '€', '¥', '₹'];

/// Codes that stand before or after an amount. Only beside a number with two decimals: some are words, too.
const CODES: [&str; 9] = [
    "GBP", "USD", "EUR", "AUD", "NZD", "CAD", "CHF", "ZAR", "INR",
];

/// What a text repeats. A text that is nothing but a day or an instant is a date field, and no prose.
pub(crate) fn repeated(text: &str, words: &Words) -> BTreeSet<Owned> {
    let mut found = BTreeSet::new();
    let tokens: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ';' | '/'))
        .map(|token| token.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|token| !token.is_empty())
        .collect();
    for (owned, is_met) in [
        (Owned::Price, price(text, &tokens)),
        (Owned::Date, !is_date_field(text) && date(&tokens, words)),
        (Owned::Isbn, !isbns(text).is_empty()),
        (Owned::Availability, availability(text, words)),
    ] {
        if is_met {
            found.insert(owned);
        }
    }
    found
}

/// Either of two tokens that stand beside each other, with its neighbour.
fn neighbours<'a>(tokens: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
    tokens
        .iter()
        .zip(tokens.iter().skip(1))
        .flat_map(|(one, other)| [(*one, *other), (*other, *one)])
}

fn price(text: &str, tokens: &[&str]) -> bool {
    let dense = || text.chars().filter(|c| !c.is_whitespace());
    let by_sign = dense().zip(dense().skip(1)).any(|(one, other)| {
        let sign = |c: char| SIGNS.contains(&c);
        (sign(one) && other.is_ascii_digit()) || (one.is_ascii_digit() && sign(other))
    });
    by_sign || neighbours(tokens).any(|(code, amount)| CODES.contains(&code) && is_amount(amount))
}

/// Digits with two decimals.
fn is_amount(token: &str) -> bool {
    let Some((whole, decimals)) = token.rsplit_once(['.', ',']) else {
        return false;
    };
    decimals.len() == 2
        && decimals.bytes().all(|byte| byte.is_ascii_digit())
        && whole
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_digit())
}

fn is_date_field(text: &str) -> bool {
    let text = text.trim();
    text.parse::<jiff::civil::Date>().is_ok() || text.parse::<jiff::Timestamp>().is_ok()
}

fn date(tokens: &[&str], words: &Words) -> bool {
    let is_month = |token: &str| {
        (1..=12).any(|month: u8| words.find("month", &month.to_string()) == Some(token))
    };
    tokens.iter().any(|token| is_iso(token))
        || neighbours(tokens).any(|(month, number)| is_month(month) && is_day_or_year(number))
}

/// `2027-03-15`.
fn is_iso(token: &str) -> bool {
    token.len() == 10 && token.parse::<jiff::civil::Date>().is_ok()
}

/// `15`, `15th`, `1er`, `2027`.
fn is_day_or_year(token: &str) -> bool {
    let digits: String = token.chars().take_while(char::is_ascii_digit).collect();
    let rest = token.len() - digits.len();
    match digits.parse::<u16>() {
        Ok(day @ 1..=31) => day > 0 && rest <= 2,
        Ok(1900..=2199) => rest == 0,
        _ => false,
    }
}

/// ISBNs in any spelling, of ten or thirteen digits.
pub fn isbns(text: &str) -> BTreeSet<Isbn13> {
    let joins = |c: char| {
        c == '-'
            || c == '\u{2010}'
            || c == '\u{2011}'
            || c == '\u{2013}'
            || c == ' '
            || c == '\u{a0}'
    };
    let mut found = BTreeSet::new();
    let runs = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, 'X' | 'x') || joins(c)));
    for run in runs {
        let digits: Vec<char> = run.chars().filter(|c| !joins(*c)).collect();
        for window in digits.windows(13) {
            let window: String = window.iter().collect();
            if window.starts_with("978") || window.starts_with("979") {
                found.extend(Isbn13::parse(&window));
            }
        }
        if digits.len() == 10 {
            found.extend(Isbn13::parse(&digits.iter().collect::<String>()));
        }
    }
    found
}

fn availability(text: &str, words: &Words) -> bool {
    let text = text.to_lowercase();
    AVAILABILITY.iter().any(|(section, name)| {
        words
            .find(section, name)
            .is_some_and(|label| text.contains(&label.to_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Labels;

    fn met(text: &str) -> Vec<&'static str> {
        let labels = Labels::default();
        let found = repeated(text, labels.of("en"));
        found.into_iter().map(Owned::as_str).collect()
    }

    #[test]
    fn values_of_titles_are_met_in_every_form() {
        for (text, expected) in [
            ("Only £9.99 until Sunday", "a price"),
            ("Jetzt 12,50 € im Laden", "a price"),
            ("From AUD 32.99", "a price"),
            ("32.99 AUD in shops", "a price"),
            ("Out on 15 March 2027", "a date"),
            ("Out on March 15th", "a date"),
            ("A novel for May 2027.", "a date"),
            ("Embargo 2027-03-15, midnight", "a date"),
            ("ISBN 978-1-4920-6766-5", "an ISBN"),
            ("ISBN 9781492067665", "an ISBN"),
            ("see 1-4920-6766-0", "an ISBN"),
            ("Available now in every shop", "words of availability"),
            ("PRE-ORDER your copy", "words of availability"),
        ] {
            assert_eq!(met(text), [expected], "{text}");
        }
    }

    #[test]
    fn prose_repeats_nothing() {
        for text in [
            "A story of salt, told in 24 letters.",
            "ALL 10 of our favourites, may 15 readers like them",
            "Call 0800 123 4567 for a catalogue",
            "The year 2027 in a hundred maps",
            // A date field of the module's own.
            "2027-03-15",
            "2027-03-15T09:00:00.000Z",
            "",
        ] {
            assert_eq!(met(text), [""; 0], "{text}");
        }
    }
}
