//! Notification, publishing status and availability: ONIX Lists 1, 64, 65 and 68.
//!
//! Codes and short labels are facts of EDItEUR's code lists, Issue 75 (DOI 10.4400/nwgj), in code order.

use super::CodeList;

/// ONIX List 1: Notification or update type.
pub const LIST_1: CodeList = CodeList {
    number: 1,
    name: "Notification or update type",
    issue: 75,
    codes: &[
        ("01", "Early notification"),
        ("02", "Advance notification (confirmed)"),
        ("03", "Notification confirmed on publication"),
        ("04", "Update (partial)"),
        ("05", "Delete"),
        ("08", "Notice of sale"),
        ("09", "Notice of acquisition"),
        ("88", "Test update (partial)"),
        ("89", "Test record"),
    ],
};

/// ONIX List 64: Publishing status.
pub const LIST_64: CodeList = CodeList {
    number: 64,
    name: "Publishing status",
    issue: 75,
    codes: &[
        ("00", "Unspecified"),
        ("01", "Cancelled"),
        ("02", "Forthcoming"),
        ("03", "Postponed indefinitely"),
        ("04", "Active"),
        ("05", "No longer our product"),
        ("06", "Out of stock indefinitely"),
        ("07", "Out of print"),
        ("08", "Inactive"),
        ("09", "Unknown"),
        ("10", "Remaindered"),
        ("11", "Withdrawn from sale"),
        ("12", "Recalled"),
        ("13", "Active, but not sold separately"),
        ("15", "Recalled"),
        ("16", "Temporarily withdrawn from sale"),
        ("17", "Permanently withdrawn from sale"),
        ("18", "Active, but not sold as set"),
    ],
};

/// ONIX List 65: Product availability.
pub const LIST_65: CodeList = CodeList {
    number: 65,
    name: "Product availability",
    issue: 75,
    codes: &[
        ("01", "Cancelled"),
        ("09", "Not yet available, postponed indefinitely"),
        ("10", "Not yet available"),
        ("11", "Awaiting stock"),
        ("12", "Not yet available, will be POD"),
        ("20", "Available"),
        ("21", "In stock"),
        ("22", "To order"),
        ("23", "POD"),
        ("30", "Temporarily unavailable"),
        ("31", "Out of stock"),
        ("32", "Reprinting"),
        ("33", "Awaiting reissue"),
        ("34", "Temporarily withdrawn from sale"),
        ("40", "Not available (reason unspecified)"),
        ("41", "Not available, replaced by new product"),
        ("42", "Not available, other format available"),
        ("43", "No longer supplied by the supplier"),
        ("44", "Apply direct"),
        ("45", "Not sold separately"),
        ("46", "Withdrawn from sale"),
        ("47", "Remaindered"),
        ("48", "Not available, replaced by POD"),
        ("49", "Recalled"),
        ("50", "Not sold as set"),
        ("51", "Not available, publisher indicates OP"),
        (
            "52",
            "Not available, publisher no longer sells product in this market",
        ),
        ("97", "No recent update received"),
        ("98", "No longer receiving updates"),
        ("99", "Contact supplier"),
    ],
};

/// ONIX List 68: Market publishing status.
pub const LIST_68: CodeList = CodeList {
    number: 68,
    name: "Market publishing status",
    issue: 75,
    codes: &[
        ("00", "Unspecified"),
        ("01", "Cancelled"),
        ("02", "Forthcoming"),
        ("03", "Postponed indefinitely"),
        ("04", "Active"),
        ("05", "No longer our product"),
        ("06", "Out of stock indefinitely"),
        ("07", "Out of print"),
        ("08", "Inactive"),
        ("09", "Unknown"),
        ("10", "Remaindered"),
        ("11", "Withdrawn from sale"),
        ("12", "Not available in this market"),
        ("13", "Active, but not sold separately"),
        ("14", "Active, with market restrictions"),
        ("15", "Recalled"),
        ("16", "Temporarily withdrawn from sale"),
        ("17", "Permanently withdrawn from sale"),
        ("18", "Active, but not sold as set"),
    ],
};

coded! {
    /// What a record is for: early notice, confirmed, update, delete, test (ONIX List 1).
    NotificationType from LIST_1 {
        EARLY = "01",
        ADVANCE = "02",
        CONFIRMED = "03",
        PARTIAL_UPDATE = "04",
        DELETE = "05",
        SALE = "08",
        ACQUISITION = "09",
        TEST_UPDATE = "88",
        TEST_RECORD = "89",
    }

    /// The publisher's status of a product (ONIX List 64).
    PublishingStatus from LIST_64 {
        UNSPECIFIED = "00",
        CANCELLED = "01",
        FORTHCOMING = "02",
        POSTPONED_INDEFINITELY = "03",
        ACTIVE = "04",
        NO_LONGER_OUR_PRODUCT = "05",
        OUT_OF_STOCK_INDEFINITELY = "06",
        OUT_OF_PRINT = "07",
        INACTIVE = "08",
        UNKNOWN = "09",
        REMAINDERED = "10",
        WITHDRAWN = "11",
        RECALLED_DEPRECATED = "12",
        NOT_SOLD_SEPARATELY = "13",
        RECALLED = "15",
        TEMPORARILY_WITHDRAWN = "16",
        PERMANENTLY_WITHDRAWN = "17",
        NOT_SOLD_AS_SET = "18",
    }

    /// A supplier's availability of a product (ONIX List 65).
    ProductAvailability from LIST_65 {
        CANCELLED = "01",
        POSTPONED_INDEFINITELY = "09",
        NOT_YET_AVAILABLE = "10",
        AWAITING_STOCK = "11",
        NOT_YET_AVAILABLE_POD = "12",
        AVAILABLE = "20",
        IN_STOCK = "21",
        TO_ORDER = "22",
        PRINT_ON_DEMAND = "23",
        TEMPORARILY_UNAVAILABLE = "30",
        OUT_OF_STOCK = "31",
        REPRINTING = "32",
        AWAITING_REISSUE = "33",
        TEMPORARILY_WITHDRAWN = "34",
        NOT_AVAILABLE = "40",
        REPLACED_BY_NEW_PRODUCT = "41",
        OTHER_FORMAT_AVAILABLE = "42",
        NO_LONGER_SUPPLIED = "43",
        APPLY_DIRECT = "44",
        NOT_SOLD_SEPARATELY = "45",
        WITHDRAWN = "46",
        REMAINDERED = "47",
        REPLACED_BY_POD = "48",
        RECALLED = "49",
        NOT_SOLD_AS_SET = "50",
        OUT_OF_PRINT = "51",
        NO_LONGER_SOLD_IN_MARKET = "52",
        NO_RECENT_UPDATE = "97",
        NO_LONGER_UPDATED = "98",
        CONTACT_SUPPLIER = "99",
    }

    /// The publisher's status of a product in one market (ONIX List 68).
    MarketPublishingStatus from LIST_68 {
        UNSPECIFIED = "00",
        CANCELLED = "01",
        FORTHCOMING = "02",
        POSTPONED_INDEFINITELY = "03",
        ACTIVE = "04",
        NO_LONGER_OUR_PRODUCT = "05",
        OUT_OF_STOCK_INDEFINITELY = "06",
        OUT_OF_PRINT = "07",
        INACTIVE = "08",
        UNKNOWN = "09",
        REMAINDERED = "10",
        WITHDRAWN = "11",
        NOT_AVAILABLE_IN_MARKET = "12",
        NOT_SOLD_SEPARATELY = "13",
        ACTIVE_WITH_RESTRICTIONS = "14",
        RECALLED = "15",
        TEMPORARILY_WITHDRAWN = "16",
        PERMANENTLY_WITHDRAWN = "17",
        NOT_SOLD_AS_SET = "18",
    }
}
