//! Texts and who may read them: ONIX Lists 34, 153 and 154.
//!
//! Codes and short labels are facts of EDItEUR's code lists, Issue 75 (DOI 10.4400/nwgj), in code order.

use super::CodeList;

/// ONIX List 34: Text format.
pub const LIST_34: CodeList = CodeList {
    number: 34,
    name: "Text format",
    issue: 75,
    codes: &[
        ("02", "HTML"),
        ("03", "XML"),
        ("05", "XHTML"),
        ("06", "Default text format"),
        ("07", "Basic ASCII text"),
    ],
};

/// ONIX List 153: Text type.
pub const LIST_153: CodeList = CodeList {
    number: 153,
    name: "Text type",
    issue: 75,
    codes: &[
        ("01", "Sender-defined text"),
        ("02", "Short description / annotation"),
        ("03", "Description"),
        ("04", "Table of contents"),
        ("05", "Primary cover copy"),
        ("06", "Review quote"),
        ("07", "Review quote: previous edition"),
        ("08", "Review quote: previous work"),
        ("09", "Endorsement"),
        ("10", "Promotional headline"),
        ("11", "Feature"),
        ("12", "Biographical note"),
        ("13", "Publisher’s notice"),
        ("14", "Excerpt"),
        ("15", "Index"),
        ("16", "Short description / annotation for collection"),
        ("17", "Description for collection"),
        ("18", "New feature"),
        ("19", "Version history"),
        ("20", "Open access statement"),
        ("21", "Digital exclusivity statement"),
        ("22", "Official recommendation"),
        ("23", "JBPA description"),
        ("24", "schema.org snippet"),
        ("25", "Errata"),
        ("26", "Introduction"),
        ("27", "Secondary cover copy"),
        ("28", "Full cast and credit list"),
        ("29", "Bibliography"),
        ("30", "Abstract"),
        ("31", "Rules or instructions"),
        ("32", "List of contents"),
        ("33", "Short description / annotation for imprint"),
        ("34", "Description for imprint"),
        ("35", "Short description / annotation for publisher"),
        ("36", "Description for publisher"),
        ("37", "Cover line"),
        ("38", "Special cover statement"),
        ("39", "List of bonus contents"),
    ],
};

/// ONIX List 154: Content audience.
pub const LIST_154: CodeList = CodeList {
    number: 154,
    name: "Content audience",
    issue: 75,
    codes: &[
        ("00", "Unrestricted"),
        ("01", "Restricted"),
        ("02", "Booktrade"),
        ("03", "End customers"),
        ("04", "Librarians"),
        ("05", "Teachers"),
        ("06", "Students"),
        ("07", "Press"),
        ("08", "Shopping comparison service"),
        ("09", "Search engine index"),
        ("10", "Social media"),
        ("11", "Children"),
        ("12", "Teens"),
        ("13", "LLM training"),
    ],
};

coded! {
    /// The markup of a text (ONIX List 34).
    TextFormat from LIST_34 {
        HTML = "02",
        XML = "03",
        XHTML = "05",
        DEFAULT = "06",
        ASCII = "07",
    }

    /// What a text is: description, review, contents (ONIX List 153).
    TextType from LIST_153 {
        SENDER_DEFINED = "01",
        SHORT_DESCRIPTION = "02",
        DESCRIPTION = "03",
        TABLE_OF_CONTENTS = "04",
        COVER_COPY = "05",
        REVIEW_QUOTE = "06",
        REVIEW_QUOTE_PREVIOUS_EDITION = "07",
        REVIEW_QUOTE_PREVIOUS_WORK = "08",
        ENDORSEMENT = "09",
        PROMOTIONAL_HEADLINE = "10",
        FEATURE = "11",
        BIOGRAPHICAL_NOTE = "12",
        EXCERPT = "14",
        COLLECTION_SHORT_DESCRIPTION = "16",
        COLLECTION_DESCRIPTION = "17",
        SECONDARY_COVER_COPY = "27",
    }

    /// For whom a text or resource is meant (ONIX List 154).
    ContentAudience from LIST_154 {
        UNRESTRICTED = "00",
        RESTRICTED = "01",
        BOOK_TRADE = "02",
        END_CUSTOMERS = "03",
        LIBRARIANS = "04",
        TEACHERS = "05",
        STUDENTS = "06",
        PRESS = "07",
        SHOPPING_COMPARISON = "08",
        SEARCH_ENGINE_INDEX = "09",
        SOCIAL_MEDIA = "10",
        CHILDREN = "11",
        TEENS = "12",
        LLM_TRAINING = "13",
    }
}
