//! ISBNs for invented books.
//!
//! Every product owns one number, computed from its id, so that adding a format never moves the ISBN
//! of another. The registrant block is only believable: nothing in the sandbox leaves the machine.

/// The first free number behind the prefix 978-1, eight digits: a five-digit registrant and a
/// three-digit title for the first thousand products, further registrants after that.
const FIRST_NUMBER: u64 = 83_990_000;

/// The 13 digits of the ISBN of the `index`th product of the house, check digit included.
pub(super) fn isbn13(index: u64) -> String {
    let body = format!("9781{:08}", (FIRST_NUMBER + index) % 100_000_000);
    let check = check_digit(&body);
    format!("{body}{check}")
}

/// The EAN check digit of the first twelve digits of an ISBN-13.
fn check_digit(twelve_digits: &str) -> u32 {
    let sum: u32 = twelve_digits
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_follow_the_standard() {
        // The worked example of the ISBN Users' Manual.
        assert_eq!(check_digit("978030640615"), 7);
        assert_eq!(isbn13(0).len(), 13);
        assert_ne!(isbn13(0), isbn13(1));
    }
}
