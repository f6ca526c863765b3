//! Where Consonance and ONIX 3 call one thing by two names.
//!
//! Consonance speaks ONIX 2.1 List 7 for product forms and curated names for kinds of texts and
//! resources; its ONIX 3 feed must say the same in Lists 150, 153 and 158. The tables are read both
//! ways: by the feed from left to right, by the seed reader from right to left.

/// List 7 code, List 150 code: only where the two differ, each way's preferred pair first.
const FORMS: &[(&str, &str)] = &[
    ("DG", "ED"),
    ("DG", "EA"),
    ("DG", "EB"),
    ("DH", "EC"),
    ("DO", "LB"),
    ("DO", "LA"),
    ("DO", "LC"),
    ("AJ", "AJ"),
    ("AJ", "AN"),
    ("AJ", "AO"),
    ("DD", "VI"),
    ("WW", "SA"),
    ("WW", "SB"),
    ("WW", "SC"),
    ("WW", "SD"),
    ("WW", "SE"),
    ("WW", "SF"),
    ("WW", "SG"),
    ("WW", "SH"),
    ("WX", "XM"),
];

/// Marketing text variant, ONIX List 153 code. Where two variants share a code, the first stands for
/// it on the way back.
pub const TEXTS: &[(&str, &str)] = &[
    ("SHORT_DESCRIPTION", "02"),
    ("DESCRIPTION", "03"),
    ("LONG_DESCRIPTION", "03"),
    ("TABLE_OF_CONTENTS", "04"),
    ("BACK_COVER_COPY", "05"),
    ("REVIEW_QUOTE", "06"),
    ("REVIEW", "06"),
    ("PREVIOUS_REVIEW_QUOTE", "08"),
    ("ENDORSEMENT", "09"),
    ("PROMOTIONAL_HEADLINE", "10"),
    ("FEATURE", "11"),
    ("KEY_SELLING_POINTS", "11"),
    ("BIOGRAPHICAL_NOTE", "12"),
    ("PUBLISHERS_NOTICE", "13"),
    ("EXCERPT", "14"),
    ("SERIES_DESCRIPTION", "17"),
    ("OPEN_ACCESS_STATEMENT", "20"),
    ("INTRODUCTION", "26"),
    ("FLAP_COPY", "27"),
];

/// Supporting resource variant, ONIX List 158 code.
pub const RESOURCES: &[(&str, &str)] = &[
    ("FRONT_COVER", "01"),
    ("BACK_COVER", "02"),
    ("AUTHOR_PHOTO", "04"),
    ("SERIES_IMAGE", "05"),
    ("PRODUCT_IMAGE", "07"),
    ("INTERIOR_ILLUSTRATION", "07"),
    ("IMPRINT_LOGO", "10"),
    ("SAMPLE_CONTENT", "15"),
    ("FULL_COVER", "29"),
    ("BANNER", "35"),
    ("PROMOTIONAL_GRAPHIC", "37"),
    ("COVER_HOLDING_IMAGE", "45"),
];

/// Subject scheme as Consonance names it, ONIX List 27 code.
pub const SUBJECT_SCHEMES: &[(&str, &str)] = &[
    ("THEMA", "93"),
    ("BIC", "12"),
    ("BISAC", "10"),
    ("DEWEY", "01"),
    ("NUR", "32"),
    ("IN_HOUSE", "23"),
];

/// `left`'s partner in a table.
pub(crate) fn onix_code(
    table: &[(&'static str, &'static str)],
    left: &str,
) -> Option<&'static str> {
    table
        .iter()
        .find(|(name, _)| *name == left)
        .map(|(_, code)| *code)
}

/// `right`'s partner in a table.
pub(crate) fn name_of(table: &[(&'static str, &'static str)], right: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(_, code)| *code == right)
        .map(|(name, _)| *name)
}

/// The List 150 code of a List 7 code, which GraphQL spells with an underscore if it is a number.
pub(crate) fn list_150(list_7: &str) -> &str {
    let plain = list_7.strip_prefix('_').unwrap_or(list_7);
    FORMS
        .iter()
        .find(|(old, _)| *old == plain)
        .map_or(plain, |(_, new)| new)
}

/// The List 7 code of a List 150 code with its List 175 details: a download that is sound is audio.
pub(crate) fn list_7<'c>(list_150: &'c str, details: &[String]) -> &'c str {
    let sounds = details.iter().any(|detail| detail.starts_with('A'));
    if list_150.starts_with('E') && sounds {
        return "AJ";
    }
    FORMS
        .iter()
        .find(|(_, new)| *new == list_150)
        .map_or(list_150, |(old, _)| old)
}

/// The GraphQL type of a product with this List 7 code.
pub(crate) fn typename(list_7: &str) -> &'static str {
    match (list_7, list_7.get(..1)) {
        ("AJ", _) => "ElectronicAudioProduct",
        (_, Some("A")) => "PhysicalAudioProduct",
        (_, Some("B")) => "PhysicalBookProduct",
        ("DG" | "DH", _) => "ElectronicBookProduct",
        ("DO", _) => "ElectronicProduct",
        ("WW" | "00", _) => "GenericProduct",
        _ => "PhysicalProduct",
    }
}

/// The ONIX List 27 scheme of a Thema code: 93 for subjects, 94 to 99 for the qualifiers that begin
/// with a digit from 1 to 6.
pub(crate) fn thema_scheme(code: &str) -> &'static str {
    match code.get(..1) {
        Some("1") => "94",
        Some("2") => "95",
        Some("3") => "96",
        Some("4") => "97",
        Some("5") => "98",
        Some("6") => "99",
        _ => "93",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_come_back_as_they_went() {
        for form in ["BB", "BC", "BH", "DG", "AJ", "AC", "WW", "PC", "CB"] {
            assert_eq!(list_7(list_150(form), &[]), form);
        }
        assert_eq!(list_150("_00"), "00");
        assert_eq!(list_7("ED", &["A103".to_owned()]), "AJ");
        assert_eq!(list_7("ED", &["E101".to_owned()]), "DG");
    }
}
