//! Language roles, extents and measures: ONIX Lists 22, 23, 24, 48 and 50.
//!
//! Codes and short labels are facts of EDItEUR's code lists, Issue 75 (DOI 10.4400/nwgj), in code order.

use super::CodeList;

/// ONIX List 22: Language role.
pub const LIST_22: CodeList = CodeList {
    number: 22,
    name: "Language role",
    issue: 75,
    codes: &[
        ("01", "Language of text"),
        ("02", "Original language of a translated text"),
        ("03", "Language of abstracts"),
        ("06", "Original language in a multilingual edition"),
        ("07", "Translated language in a multilingual edition"),
        ("08", "Language of audio track"),
        ("09", "Language of subtitles"),
        ("10", "Language of original audio track"),
        (
            "11",
            "Original language audio track in a multilingual product",
        ),
        ("12", "Language of notes"),
        ("13", "Language of introduction / end matter"),
        ("14", "Target language of teaching / learning"),
        ("15", "Additional vocabulary / text in this language"),
    ],
};

/// ONIX List 23: Extent type.
pub const LIST_23: CodeList = CodeList {
    number: 23,
    name: "Extent type",
    issue: 75,
    codes: &[
        ("00", "Main content page count"),
        ("02", "Total text length"),
        ("03", "Front matter page count"),
        ("04", "Back matter page count"),
        ("05", "Total numbered pages"),
        ("06", "Production page count"),
        ("07", "Absolute page count"),
        ("08", "Number of pages in print counterpart"),
        ("09", "Duration"),
        ("10", "Notional number of pages in digital product"),
        ("11", "Content page count"),
        ("12", "Total unnumbered insert page count"),
        ("13", "Duration of introductory matter"),
        ("14", "Duration of main content"),
        ("15", "Duration of back matter"),
        ("16", "Production duration"),
        ("17", "Number of cards"),
        ("18", "Number of write-in pages"),
        ("22", "Filesize"),
        ("23", "Storage filesize"),
    ],
};

/// ONIX List 24: Extent unit.
pub const LIST_24: CodeList = CodeList {
    number: 24,
    name: "Extent unit",
    issue: 75,
    codes: &[
        ("00", "Physical pieces"),
        ("01", "Characters"),
        ("02", "Words"),
        ("03", "Pages"),
        ("04", "Hours (integer and decimals)"),
        ("05", "Minutes (integer and decimals)"),
        ("06", "Seconds (integer only)"),
        ("11", "Tracks"),
        ("12", "Discs"),
        ("14", "Hours HHH"),
        ("15", "Hours and minutes HHHMM"),
        ("16", "Hours minutes seconds HHHMMSS"),
        ("17", "Bytes"),
        ("18", "Kbytes"),
        ("19", "Mbytes"),
        ("31", "Chapters"),
    ],
};

/// ONIX List 48: Measure type.
pub const LIST_48: CodeList = CodeList {
    number: 48,
    name: "Measure type",
    issue: 75,
    codes: &[
        ("01", "Height"),
        ("02", "Width"),
        ("03", "Thickness"),
        ("04", "Page trim height"),
        ("05", "Page trim width"),
        ("06", "Unit volume"),
        ("07", "Unit capacity"),
        ("08", "Unit weight"),
        ("09", "Diameter (sphere)"),
        ("10", "Unfolded / unrolled sheet height"),
        ("11", "Unfolded / unrolled sheet width"),
        ("12", "Diameter (tube or cylinder)"),
        ("13", "Rolled sheet package side measure"),
        ("14", "Unpackaged height"),
        ("15", "Unpackaged width"),
        ("16", "Unpackaged thickness"),
        ("17", "Total battery weight"),
        ("18", "Total weight of Lithium"),
        ("19", "Assembled length"),
        ("20", "Assembled width"),
        ("21", "Assembled height"),
        ("22", "Unpackaged unit weight"),
        ("23", "Carton length"),
        ("24", "Carton width"),
        ("25", "Carton height"),
        ("26", "Carton weight"),
        ("27", "Pallet length"),
        ("28", "Pallet width"),
        ("29", "Pallet height"),
        ("30", "Pallet weight"),
    ],
};

/// ONIX List 50: Measure unit.
pub const LIST_50: CodeList = CodeList {
    number: 50,
    name: "Measure unit",
    issue: 75,
    codes: &[
        ("cm", "Centimeters"),
        ("gr", "Grams"),
        ("in", "Inches (US)"),
        ("kg", "Kilograms"),
        ("lb", "Pounds (US)"),
        ("mm", "Millimeters"),
        ("oz", "Ounces (US)"),
        ("px", "Pixels"),
    ],
};

coded! {
    /// What a language is to a product (ONIX List 22).
    LanguageRole from LIST_22 {
        TEXT = "01",
        ORIGINAL = "02",
        AUDIO = "08",
    }

    /// What an extent counts (ONIX List 23).
    ExtentType from LIST_23 {
        MAIN_CONTENT_PAGES = "00",
        TOTAL_NUMBERED_PAGES = "05",
        PRODUCTION_PAGES = "06",
        ABSOLUTE_PAGES = "07",
        PRINT_COUNTERPART_PAGES = "08",
        DURATION = "09",
        NOTIONAL_PAGES = "10",
        CONTENT_PAGES = "11",
        FILE_SIZE = "22",
    }

    /// The unit of an extent (ONIX List 24).
    ExtentUnit from LIST_24 {
        WORDS = "02",
        PAGES = "03",
        HOURS = "04",
        MINUTES = "05",
        SECONDS = "06",
        HOURS_WHOLE = "14",
        HOURS_MINUTES = "15",
        HOURS_MINUTES_SECONDS = "16",
        BYTES = "17",
        KILOBYTES = "18",
        MEGABYTES = "19",
    }

    /// What a measure measures (ONIX List 48).
    MeasureType from LIST_48 {
        HEIGHT = "01",
        WIDTH = "02",
        THICKNESS = "03",
        UNIT_WEIGHT = "08",
    }

    /// The unit of a measure (ONIX List 50).
    MeasureUnit from LIST_50 {
        CENTIMETRES = "cm",
        GRAMS = "gr",
        INCHES = "in",
        KILOGRAMS = "kg",
        POUNDS = "lb",
        MILLIMETRES = "mm",
        OUNCES = "oz",
    }
}
