//! Date formats and roles: ONIX Lists 55, 155, 163, 166 and 173.
//!
//! Codes and short labels are facts of EDItEUR's code lists, Issue 75 (DOI 10.4400/nwgj), in code order.

use super::CodeList;

/// ONIX List 55: Date format.
pub const LIST_55: CodeList = CodeList {
    number: 55,
    name: "Date format",
    issue: 75,
    codes: &[
        ("00", "YYYYMMDD"),
        ("01", "YYYYMM"),
        ("02", "YYYYWW"),
        ("03", "YYYYQ"),
        ("04", "YYYYS"),
        ("05", "YYYY"),
        ("06", "YYYYMMDDYYYYMMDD"),
        ("07", "YYYYMMYYYYMM"),
        ("08", "YYYYWWYYYYWW"),
        ("09", "YYYYQYYYYQ"),
        ("10", "YYYYSYYYYS"),
        ("11", "YYYYYYYY"),
        ("12", "Text string"),
        ("13", "YYYYMMDDThhmm"),
        ("14", "YYYYMMDDThhmmss"),
        ("20", "YYYYMMDD (H)"),
        ("21", "YYYYMM (H)"),
        ("25", "YYYY (H)"),
        ("32", "Text string (H)"),
    ],
};

/// ONIX List 155: Content date role.
pub const LIST_155: CodeList = CodeList {
    number: 155,
    name: "Content date role",
    issue: 75,
    codes: &[
        ("01", "Publication date"),
        ("04", "Broadcast date"),
        ("14", "From date"),
        ("15", "Until date"),
        ("17", "Last updated"),
        ("24", "From… until date"),
        ("27", "Available from"),
        ("28", "Available until"),
        ("31", "Associated start date"),
        ("32", "Associated end date"),
    ],
};

/// ONIX List 163: Publishing date role.
pub const LIST_163: CodeList = CodeList {
    number: 163,
    name: "Publishing date role",
    issue: 75,
    codes: &[
        ("01", "Publication date"),
        ("02", "Sales embargo date"),
        ("09", "Public announcement date"),
        ("10", "Trade announcement date"),
        ("11", "Date of first publication"),
        ("12", "Latest reprint date"),
        ("13", "Out-of-print / permanently withdrawn date"),
        ("16", "Latest reissue date"),
        ("19", "Publication date of print counterpart"),
        ("20", "Date of first publication in original language"),
        ("21", "Forthcoming reissue date"),
        (
            "22",
            "Expected availability date after temporary withdrawal",
        ),
        ("23", "Review embargo date"),
        ("25", "Publisher’s reservation order deadline"),
        ("26", "Forthcoming reprint date"),
        ("27", "Preorder embargo date"),
        ("28", "Transfer date"),
        ("29", "Date of production"),
        ("30", "Streaming embargo date"),
        ("31", "Subscription embargo date"),
        ("32", "Download embargo date"),
        ("33", "Purchase embargo date"),
        ("35", "CIP date"),
        ("36", "Date of first unabridged publication"),
        ("37", "Year of publication"),
        ("38", "Preview embargo date"),
        ("39", "Library embargo date"),
        ("40", "Availability embargo date"),
        ("41", "Manuscript submission date"),
        ("42", "Manuscript accepted date"),
    ],
};

/// ONIX List 166: Supply date role.
pub const LIST_166: CodeList = CodeList {
    number: 166,
    name: "Supply date role",
    issue: 75,
    codes: &[
        ("02", "Sales embargo date"),
        ("08", "Expected availability date"),
        ("18", "Last date for returns"),
        ("25", "Reservation order deadline"),
        ("29", "Last redownload date"),
        ("30", "Last TPM date"),
        ("34", "Expected warehouse date"),
        ("50", "New supplier start date"),
        ("51", "Supplier end date"),
    ],
};

/// ONIX List 173: Price date role.
pub const LIST_173: CodeList = CodeList {
    number: 173,
    name: "Price date role",
    issue: 75,
    codes: &[
        ("14", "From date"),
        ("15", "Until date"),
        ("24", "From… until date"),
    ],
};

coded! {
    /// How a date is written (ONIX List 55).
    DateFormat from LIST_55 {
        DAY = "00",
        MONTH = "01",
        WEEK = "02",
        QUARTER = "03",
        SEASON = "04",
        YEAR = "05",
        DAY_SPREAD = "06",
        MONTH_SPREAD = "07",
        WEEK_SPREAD = "08",
        QUARTER_SPREAD = "09",
        SEASON_SPREAD = "10",
        YEAR_SPREAD = "11",
        TEXT = "12",
        MINUTE = "13",
        SECOND = "14",
    }

    /// What a date of a text or resource marks (ONIX List 155).
    ContentDateRole from LIST_155 {
        PUBLICATION = "01",
        FROM = "14",
        UNTIL = "15",
        LAST_UPDATED = "17",
        FROM_UNTIL = "24",
        AVAILABLE_FROM = "27",
        AVAILABLE_UNTIL = "28",
    }

    /// What a publishing or market date marks (ONIX List 163).
    PublishingDateRole from LIST_163 {
        PUBLICATION = "01",
        SALES_EMBARGO = "02",
        PUBLIC_ANNOUNCEMENT = "09",
        TRADE_ANNOUNCEMENT = "10",
        FIRST_PUBLICATION = "11",
        OUT_OF_PRINT = "13",
        END_OF_TEMPORARY_WITHDRAWAL = "22",
        REVIEW_EMBARGO = "23",
        PREORDER_EMBARGO = "27",
        TRANSFER = "28",
        PREVIEW_EMBARGO = "38",
    }

    /// What a supply date marks (ONIX List 166).
    SupplyDateRole from LIST_166 {
        SALES_EMBARGO = "02",
        EXPECTED_AVAILABILITY = "08",
        LAST_RETURNS = "18",
        RESERVATION_DEADLINE = "25",
        EXPECTED_WAREHOUSE = "34",
        NEW_SUPPLIER_START = "50",
        SUPPLIER_END = "51",
    }

    /// What a price date marks (ONIX List 173).
    PriceDateRole from LIST_173 {
        FROM = "14",
        UNTIL = "15",
        FROM_UNTIL = "24",
    }
}
