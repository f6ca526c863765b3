//! Prices and taxes: ONIX Lists 57 to 59, 61 and 62.
//!
//! Codes and short labels are facts of EDItEUR's code lists, Issue 75 (DOI 10.4400/nwgj), in code order.

use super::CodeList;

/// ONIX List 57: Unpriced item type.
pub const LIST_57: CodeList = CodeList {
    number: 57,
    name: "Unpriced item type",
    issue: 75,
    codes: &[
        ("01", "Free of charge"),
        ("02", "Price to be announced"),
        ("03", "Not sold separately"),
        ("04", "Contact supplier"),
        ("05", "Not sold as set"),
        ("06", "Revenue share"),
        ("07", "Calculated from contents"),
        ("08", "Supplier does not supply"),
    ],
};

/// ONIX List 58: Price type.
pub const LIST_58: CodeList = CodeList {
    number: 58,
    name: "Price type",
    issue: 75,
    codes: &[
        ("01", "RRP excluding tax"),
        ("02", "RRP including tax"),
        ("03", "FRP excluding tax"),
        ("04", "FRP including tax"),
        ("05", "Supplier’s Net price excluding tax"),
        ("06", "Supplier’s Net price excluding tax: rental goods"),
        ("07", "Supplier’s Net price including tax"),
        ("08", "Supplier’s alternative Net price excluding tax"),
        ("09", "Supplier’s alternative net price including tax"),
        ("11", "Special sale RRP excluding tax"),
        ("12", "Special sale RRP including tax"),
        ("13", "Special sale fixed retail price excluding tax"),
        ("14", "Special sale fixed retail price including tax"),
        ("15", "Supplier’s net price for special sale excluding tax"),
        ("17", "Supplier’s net price for special sale including tax"),
        ("21", "Pre-publication RRP excluding tax"),
        ("22", "Pre-publication RRP including tax"),
        ("23", "Pre-publication fixed retail price excluding tax"),
        ("24", "Pre-publication fixed retail price including tax"),
        ("25", "Supplier’s pre-publication net price excluding tax"),
        ("27", "Supplier’s pre-publication net price including tax"),
        ("31", "Freight-pass-through RRP excluding tax"),
        ("32", "Freight-pass-through billing price excluding tax"),
        ("33", "Importer’s Fixed retail price excluding tax"),
        ("34", "Importer’s Fixed retail price including tax"),
        (
            "35",
            "Nominal gratis copy value for customs purposes, excluding tax",
        ),
        ("36", "Nominal value for claims purposes, excluding tax"),
        ("37", "Nominal value for customs purposes, excluding tax"),
        ("41", "Publishers retail price excluding tax"),
        ("42", "Publishers retail price including tax"),
    ],
};

/// ONIX List 59: Price type qualifier.
pub const LIST_59: CodeList = CodeList {
    number: 59,
    name: "Price type qualifier",
    issue: 75,
    codes: &[
        ("00", "Unqualified price"),
        ("01", "Member / subscriber price"),
        ("02", "Export price"),
        (
            "03",
            "Reduced price applicable when the item is purchased as part of a set (or series, or collection)",
        ),
        ("04", "Voucher price"),
        ("05", "Consumer price"),
        ("06", "Corporate / Library / Education price"),
        ("07", "Reservation order price"),
        ("08", "Promotional offer price"),
        ("09", "Linked price"),
        ("10", "Library price"),
        ("11", "Education price"),
        ("12", "Corporate price"),
        ("13", "Subscription service price"),
        ("14", "School library price"),
        ("15", "Academic library price"),
        ("16", "Public library price"),
        ("17", "Introductory price"),
        ("18", "Consortial price"),
        ("19", "Education price for alternative provision"),
    ],
};

/// ONIX List 61: Price status.
pub const LIST_61: CodeList = CodeList {
    number: 61,
    name: "Price status",
    issue: 75,
    codes: &[
        ("00", "Unspecified"),
        ("01", "Provisional"),
        ("02", "Confirmed"),
    ],
};

/// ONIX List 62: Tax rate type.
pub const LIST_62: CodeList = CodeList {
    number: 62,
    name: "Tax rate type",
    issue: 75,
    codes: &[
        ("H", "Higher rate"),
        ("P", "Tax paid at source (Italy)"),
        ("R", "Lower rate"),
        ("S", "Standard rate"),
        ("T", "Super-low rate"),
        ("Z", "Zero-rated"),
    ],
};

coded! {
    /// Why an item has no price (ONIX List 57).
    UnpricedItemType from LIST_57 {
        FREE = "01",
        TO_BE_ANNOUNCED = "02",
        NOT_SOLD_SEPARATELY = "03",
        CONTACT_SUPPLIER = "04",
        NOT_SOLD_AS_SET = "05",
        NOT_SUPPLIED = "08",
    }

    /// What a price is: retail or net, with tax or without (ONIX List 58).
    PriceType from LIST_58 {
        RRP_EXCLUDING_TAX = "01",
        RRP_INCLUDING_TAX = "02",
        FIXED_EXCLUDING_TAX = "03",
        FIXED_INCLUDING_TAX = "04",
        NET_EXCLUDING_TAX = "05",
        PREPUBLICATION_RRP_EXCLUDING_TAX = "21",
        PREPUBLICATION_RRP_INCLUDING_TAX = "22",
        PREPUBLICATION_FIXED_EXCLUDING_TAX = "23",
        PREPUBLICATION_FIXED_INCLUDING_TAX = "24",
        IMPORTERS_FIXED_EXCLUDING_TAX = "33",
        IMPORTERS_FIXED_INCLUDING_TAX = "34",
        PUBLISHERS_RETAIL_EXCLUDING_TAX = "41",
        PUBLISHERS_RETAIL_INCLUDING_TAX = "42",
    }

    /// To whom or when a price applies (ONIX List 59).
    PriceQualifier from LIST_59 {
        UNQUALIFIED = "00",
        MEMBER = "01",
        EXPORT = "02",
        CONSUMER = "05",
        LIBRARY = "10",
        EDUCATION = "11",
    }

    /// Whether a price is settled (ONIX List 61).
    PriceStatus from LIST_61 {
        UNSPECIFIED = "00",
        PROVISIONAL = "01",
        CONFIRMED = "02",
    }

    /// The class of a tax rate (ONIX List 62).
    TaxRateType from LIST_62 {
        HIGHER = "H",
        LOWER = "R",
        STANDARD = "S",
        SUPER_LOW = "T",
        ZERO = "Z",
    }
}
