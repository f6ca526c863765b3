//! How products and works relate: ONIX Lists 51 and 164.
//!
//! Codes and short labels are facts of EDItEUR's code lists, Issue 75 (DOI 10.4400/nwgj), in code order.

use super::CodeList;

/// ONIX List 51: Product relation.
pub const LIST_51: CodeList = CodeList {
    number: 51,
    name: "Product relation",
    issue: 75,
    codes: &[
        ("00", "Unspecified"),
        ("01", "Includes"),
        ("02", "Is part of"),
        ("03", "Replaces"),
        ("04", "Has companion product"),
        ("05", "Replaced by"),
        ("06", "Alternative format"),
        ("07", "Has ancillary product"),
        ("08", "Is ancillary to"),
        ("09", "Is remaindered as"),
        ("10", "Is remainder of"),
        ("11", "Is other-language version of"),
        ("12", "Publisher’s suggested alternative"),
        ("13", "Epublication based on (print product)"),
        ("16", "POD replacement for"),
        ("17", "Replaced by POD"),
        ("18", "Is special edition of"),
        ("19", "Has special edition"),
        ("20", "Is prebound edition of"),
        ("21", "Is original of prebound edition"),
        ("22", "Product by same author"),
        ("23", "Similar product"),
        ("24", "Is facsimile of"),
        ("25", "Is original of facsimile"),
        ("26", "Is license for"),
        ("27", "Electronic version available as"),
        ("28", "Enhanced version available as"),
        ("29", "Basic version available as"),
        ("30", "Product in same collection"),
        ("31", "Has alternative in a different market sector"),
        ("32", "Has equivalent intended for a different market"),
        ("33", "Has alternative intended for different market"),
        ("34", "Cites"),
        ("35", "Is cited by"),
        ("37", "Is signed version of"),
        ("38", "Has signed version"),
        ("39", "Has related student material"),
        ("40", "Has related teacher material"),
        ("41", "Some content shared with"),
        ("42", "Is later edition of first edition"),
        ("43", "Adapted from"),
        ("44", "Adapted as"),
        ("45", "Has linked product offer"),
        ("46", "May be substituted by"),
        ("47", "May be substituted for"),
        ("48", "Is linked product offer"),
    ],
};

/// ONIX List 164: Work relation.
pub const LIST_164: CodeList = CodeList {
    number: 164,
    name: "Work relation",
    issue: 75,
    codes: &[
        ("01", "Manifestation of"),
        ("02", "Derived from"),
        ("03", "Related work is derived from this"),
        ("04", "Other work in same (bibliographic) collection"),
        ("05", "Other work by same contributor"),
        ("06", "Manifestation of original work"),
        ("21", "Derived from by abridgement"),
        ("22", "Derived from by annotation"),
        ("23", "Derived from by compilation"),
        ("24", "Derived from by criticism"),
        ("25", "Derived from by excerption"),
        ("26", "Derived from by expurgation"),
        ("27", "Derived from by addition (of non-text material)"),
        ("28", "Derived from by revision"),
        ("29", "Derived from via translation"),
        ("30", "Derived from via adaptation"),
        ("31", "Derived from by subtraction (of non-text material)"),
        ("41", "Related work is derived from this by abridgement"),
        ("42", "Related work is derived from this by annotation"),
        ("43", "Related work is derived from this by compilation"),
        ("44", "Related work is derived from this by criticism"),
        ("45", "Related work is derived from this by excerption"),
        ("46", "Related work is derived from this by expurgation"),
        (
            "47",
            "Related work is derived from this by addition (of non-text material)",
        ),
        ("48", "Related work is derived from this by revision"),
        ("49", "Related work is derived from this via translation"),
        ("50", "Related work is derived from this via adaptation"),
        (
            "51",
            "Derived from this by subtraction (of non-text material)",
        ),
        ("98", "Manifestation of LRM work"),
        ("99", "Manifestation of LRM expression"),
    ],
};

coded! {
    /// How another product relates to this one (ONIX List 51).
    RelationCode from LIST_51 {
        UNSPECIFIED = "00",
        INCLUDES = "01",
        PART_OF = "02",
        REPLACES = "03",
        REPLACED_BY = "05",
        ALTERNATIVE_FORMAT = "06",
        OTHER_LANGUAGE_VERSION = "11",
        PUBLISHERS_ALTERNATIVE = "12",
        EPUBLICATION_OF = "13",
        POD_REPLACEMENT_FOR = "16",
        REPLACED_BY_POD = "17",
        SAME_AUTHOR = "22",
        SIMILAR = "23",
        ELECTRONIC_VERSION = "27",
        SAME_COLLECTION = "30",
        ALTERNATIVE_IN_OTHER_SECTOR = "31",
        EQUIVALENT_FOR_OTHER_MARKET = "32",
        ALTERNATIVE_FOR_OTHER_MARKET = "33",
    }

    /// How a work relates to this product (ONIX List 164).
    WorkRelationCode from LIST_164 {
        MANIFESTATION_OF = "01",
        DERIVED_FROM = "02",
        SAME_COLLECTION = "04",
        SAME_CONTRIBUTOR = "05",
        MANIFESTATION_OF_ORIGINAL = "06",
        TRANSLATED_FROM = "29",
    }
}
