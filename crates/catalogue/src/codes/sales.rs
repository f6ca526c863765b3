//! Sales rights and restrictions: ONIX Lists 46 and 71.
//!
//! Codes and short labels are facts of EDItEUR's code lists, Issue 75 (DOI 10.4400/nwgj), in code order.

use super::CodeList;

/// ONIX List 46: Sales rights type.
pub const LIST_46: CodeList = CodeList {
    number: 46,
    name: "Sales rights type",
    issue: 75,
    codes: &[
        ("00", "Sales rights unknown or unstated for any reason"),
        (
            "01",
            "For sale, based on publisher’s exclusive publishing rights in the specified territory",
        ),
        (
            "02",
            "For sale, based on publisher’s non-exclusive publishing rights in the specified territory",
        ),
        (
            "03",
            "Not for sale in the specified territory (reason unspecified)",
        ),
        (
            "04",
            "Not for sale in the specified territory (but publisher holds exclusive publishing rights in that territory)",
        ),
        (
            "05",
            "Not for sale in the specified territory (but publisher holds non-exclusive publishing rights in that territory)",
        ),
        (
            "06",
            "Not for sale in the specified territory (because publisher does not hold publishing rights in that territory)",
        ),
        (
            "07",
            "For sale with exclusive rights in the specified countries or territories (sales restriction applies)",
        ),
        (
            "08",
            "For sale with non-exclusive rights in the specified countries or territories (sales restriction applies)",
        ),
    ],
};

/// ONIX List 71: Sales restriction type.
pub const LIST_71: CodeList = CodeList {
    number: 71,
    name: "Sales restriction type",
    issue: 75,
    codes: &[
        ("00", "Unspecified – see text"),
        ("01", "Retailer exclusive / own brand"),
        ("02", "Through office supplies outlets only"),
        ("03", "Internal publisher use only: do not list"),
        ("04", "Retailer exclusive"),
        ("05", "Retailer own brand"),
        ("06", "To libraries only"),
        ("07", "To schools only"),
        ("08", "Indiziert"),
        ("09", "Except to libraries"),
        ("10", "Through news outlets only"),
        ("11", "Retailer exception"),
        ("12", "Except to subscription services"),
        ("13", "To subscription services only"),
        ("14", "Except through online retail"),
        ("15", "Through online retail only"),
        ("16", "Except to schools"),
        ("17", "Through Inventoryless POD"),
        ("18", "Through Stock Protection POD"),
        ("19", "Except through POD"),
        ("20", "Except to some subscription services"),
        ("21", "Subscription service exclusive"),
        ("22", "To education only"),
        ("23", "Except to education"),
        ("99", "No restrictions on sales"),
    ],
};

coded! {
    /// What a publisher may do in a territory (ONIX List 46, as reworded in Issue 71).
    SalesRightsType from LIST_46 {
        UNSTATED = "00",
        FOR_SALE_EXCLUSIVE = "01",
        FOR_SALE_NON_EXCLUSIVE = "02",
        NOT_FOR_SALE = "03",
        NOT_FOR_SALE_EXCLUSIVE_HELD = "04",
        NOT_FOR_SALE_NON_EXCLUSIVE_HELD = "05",
        NOT_FOR_SALE_NOT_HELD = "06",
        FOR_SALE_EXCLUSIVE_RESTRICTED = "07",
        FOR_SALE_NON_EXCLUSIVE_RESTRICTED = "08",
    }

    /// A restriction on sale that is not territorial (ONIX List 71).
    SalesRestrictionType from LIST_71 {
        UNSPECIFIED = "00",
        RETAILER_EXCLUSIVE_OWN_BRAND = "01",
        OFFICE_SUPPLIES_ONLY = "02",
        INTERNAL_USE_ONLY = "03",
        RETAILER_EXCLUSIVE = "04",
        RETAILER_OWN_BRAND = "05",
        LIBRARIES_ONLY = "06",
        SCHOOLS_ONLY = "07",
        INDEXED = "08",
        EXCEPT_LIBRARIES = "09",
        NEWS_OUTLETS_ONLY = "10",
        RETAILER_EXCEPTION = "11",
        EXCEPT_SUBSCRIPTION = "12",
        SUBSCRIPTION_ONLY = "13",
        EXCEPT_ONLINE = "14",
        ONLINE_ONLY = "15",
        EXCEPT_SCHOOLS = "16",
        INVENTORYLESS_POD = "17",
        STOCK_PROTECTION_POD = "18",
        EXCEPT_POD = "19",
        EXCEPT_SOME_SUBSCRIPTION = "20",
        SUBSCRIPTION_EXCLUSIVE = "21",
        EDUCATION_ONLY = "22",
        EXCEPT_EDUCATION = "23",
        NONE = "99",
    }
}
