//! Titles and collections: ONIX Lists 15, 148 and 149.
//!
//! Codes and short labels are facts of EDItEUR's code lists, Issue 75 (DOI 10.4400/nwgj), in code order.

use super::CodeList;

/// ONIX List 15: Title type.
pub const LIST_15: CodeList = CodeList {
    number: 15,
    name: "Title type",
    issue: 75,
    codes: &[
        ("00", "Undefined"),
        (
            "01",
            "Distinctive title (book); Cover title (serial); Title of content item, collection, or resource",
        ),
        ("02", "ISSN key title of serial"),
        ("03", "Title in original language"),
        ("04", "Title acronym or initialism"),
        ("05", "Abbreviated title"),
        ("06", "Title in other language"),
        ("07", "Thematic title of journal issue"),
        ("08", "Former title"),
        ("10", "Distributor’s title"),
        ("11", "Alternative title on cover"),
        ("12", "Alternative title on back"),
        ("13", "Expanded title"),
        ("14", "Alternative title"),
        ("15", "Alternative title on spine"),
        ("16", "Translated from title"),
    ],
};

/// ONIX List 148: Collection type.
pub const LIST_148: CodeList = CodeList {
    number: 148,
    name: "Collection type",
    issue: 75,
    codes: &[
        ("00", "Unspecified (default)"),
        ("10", "Publisher collection"),
        ("11", "Collection éditoriale"),
        ("20", "Ascribed collection"),
    ],
};

/// ONIX List 149: Title element level.
pub const LIST_149: CodeList = CodeList {
    number: 149,
    name: "Title element level",
    issue: 75,
    codes: &[
        ("01", "Product"),
        ("02", "Collection level"),
        ("03", "Subcollection"),
        ("04", "Content item"),
        ("05", "Master brand"),
        ("06", "Sub-subcollection"),
        ("07", "Universe"),
    ],
};

coded! {
    /// What a title is: distinctive, original, former (ONIX List 15).
    TitleType from LIST_15 {
        DISTINCTIVE = "01",
        ORIGINAL_LANGUAGE = "03",
        ABBREVIATED = "05",
        FORMER = "08",
        DISTRIBUTORS = "10",
        COVER_ALTERNATIVE = "11",
        EXPANDED = "13",
    }

    /// Who made a collection: the publisher or an aggregator (ONIX List 148).
    CollectionType from LIST_148 {
        UNSPECIFIED = "00",
        PUBLISHER = "10",
        EDITORIAL = "11",
        ASCRIBED = "20",
    }

    /// The level of a title element: product or collection (ONIX List 149).
    TitleElementLevel from LIST_149 {
        PRODUCT = "01",
        COLLECTION = "02",
        SUBCOLLECTION = "03",
        CONTENT_ITEM = "04",
        MASTER_BRAND = "05",
    }
}
