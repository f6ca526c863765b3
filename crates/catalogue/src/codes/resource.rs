//! Supporting resources: ONIX Lists 158 to 162.
//!
//! Codes and short labels are facts of EDItEUR's code lists, Issue 75 (DOI 10.4400/nwgj), in code order.

use super::CodeList;

/// ONIX List 158: Resource content type.
pub const LIST_158: CodeList = CodeList {
    number: 158,
    name: "Resource content type",
    issue: 75,
    codes: &[
        ("01", "Front cover"),
        ("02", "Back cover"),
        ("03", "Cover / pack"),
        ("04", "Contributor picture"),
        ("05", "Collection image / artwork"),
        ("06", "Collection logo"),
        ("07", "Product image / artwork"),
        ("08", "Product logo"),
        ("09", "Publisher logo"),
        ("10", "Imprint logo"),
        ("11", "Contributor interview"),
        ("12", "Contributor presentation"),
        ("13", "Contributor reading"),
        ("14", "Contributor event schedule"),
        ("15", "Sample content"),
        ("16", "Widget"),
        ("17", "Review"),
        ("18", "Commentary / discussion"),
        ("19", "Reading group guide"),
        ("20", "Teacher’s guide"),
        ("21", "Feature article"),
        ("22", "Character ‘interview’"),
        ("23", "Wallpaper / screensaver"),
        ("24", "Press release"),
        ("25", "Table of contents"),
        ("26", "Trailer"),
        ("27", "Cover thumbnail"),
        ("28", "Full content"),
        ("29", "Full cover"),
        ("30", "Master brand logo"),
        ("31", "Description"),
        ("32", "Index"),
        ("33", "Student’s guide"),
        ("34", "Publisher’s catalogue"),
        ("35", "Online advertisement panel"),
        ("36", "Online advertisement page"),
        ("37", "Promotional event material"),
        ("38", "Digital review copy"),
        ("39", "Instructional material"),
        ("40", "Errata"),
        ("41", "Introduction"),
        ("42", "Collection description"),
        ("43", "Bibliography"),
        ("44", "Abstract"),
        ("45", "Cover holding image"),
        ("46", "Rules or instructions"),
        ("47", "Transcript"),
        ("48", "Full cast and credit list"),
        ("49", "Image for social media"),
        ("50", "Supplementary learning resources"),
        ("51", "Cover flap image"),
        ("52", "Warning label"),
        ("53", "Product safety contacts"),
        ("54", "Page edge deco image"),
        ("55", "Endpaper deco image"),
        ("56", "Spine image"),
        ("57", "Spine panorama image"),
        ("58", "Image of warranty label"),
        ("60", "LLM training data"),
        ("99", "License"),
    ],
};

/// ONIX List 159: Resource mode.
pub const LIST_159: CodeList = CodeList {
    number: 159,
    name: "Resource mode",
    issue: 75,
    codes: &[
        ("01", "Application"),
        ("02", "Audio"),
        ("03", "Image"),
        ("04", "Text"),
        ("05", "Video"),
        ("06", "Multi-mode"),
    ],
};

/// ONIX List 160: Resource feature type.
pub const LIST_160: CodeList = CodeList {
    number: 160,
    name: "Resource feature type",
    issue: 75,
    codes: &[
        ("01", "Required credit"),
        ("02", "Caption"),
        ("03", "Copyright holder"),
        ("04", "Length in minutes"),
        ("05", "ISNI of resource contributor"),
        ("06", "Proprietary ID of resource contributor"),
        ("07", "Resource alternative text"),
        ("08", "Background color of image resource"),
        ("09", "Attribute of product image resource"),
        ("10", "Background color of page"),
        ("11", "ORCID of resource contributor"),
    ],
};

/// ONIX List 161: Resource form.
pub const LIST_161: CodeList = CodeList {
    number: 161,
    name: "Resource form",
    issue: 75,
    codes: &[
        ("01", "Linkable resource"),
        ("02", "Downloadable file"),
        ("03", "Embeddable application"),
        ("05", "Resource within closed app"),
    ],
};

/// ONIX List 162: Resource version feature type.
pub const LIST_162: CodeList = CodeList {
    number: 162,
    name: "Resource version feature type",
    issue: 75,
    codes: &[
        ("01", "File format"),
        ("02", "Image height in pixels"),
        ("03", "Image width in pixels"),
        ("04", "Filename"),
        ("05", "Approximate download file size in megabytes"),
        ("06", "MD5 hash value"),
        ("07", "Exact download file size in bytes"),
        ("08", "SHA-256 hash value"),
        ("09", "ISCC"),
        ("10", "Previous filename"),
    ],
};

coded! {
    /// What a supporting resource shows (ONIX List 158).
    ResourceContentType from LIST_158 {
        FRONT_COVER = "01",
        BACK_COVER = "02",
        COVER_OR_PACK = "03",
        CONTRIBUTOR_PICTURE = "04",
        COLLECTION_IMAGE = "05",
        PRODUCT_IMAGE = "07",
        IMPRINT_LOGO = "10",
        SAMPLE_CONTENT = "15",
        READING_GROUP_GUIDE = "19",
        TEACHERS_GUIDE = "20",
        PRESS_RELEASE = "24",
        TRAILER = "26",
        COVER_THUMBNAIL = "27",
        FULL_CONTENT = "28",
        FULL_COVER = "29",
        PROMOTIONAL_EVENT_MATERIAL = "37",
        DIGITAL_REVIEW_COPY = "38",
        COVER_HOLDING_IMAGE = "45",
        SOCIAL_MEDIA_IMAGE = "49",
    }

    /// The mode of a resource: image, text, video (ONIX List 159).
    ResourceMode from LIST_159 {
        APPLICATION = "01",
        AUDIO = "02",
        IMAGE = "03",
        TEXT = "04",
        VIDEO = "05",
        MULTI_MODE = "06",
    }

    /// A feature of a resource, such as its credit (ONIX List 160).
    ResourceFeatureType from LIST_160 {
        REQUIRED_CREDIT = "01",
        CAPTION = "02",
        COPYRIGHT_HOLDER = "03",
        ALTERNATIVE_TEXT = "07",
    }

    /// How a resource may be used: linked or downloaded (ONIX List 161).
    ResourceForm from LIST_161 {
        LINKABLE = "01",
        DOWNLOADABLE = "02",
        EMBEDDABLE = "03",
    }

    /// A feature of one version of a resource (ONIX List 162).
    ResourceVersionFeatureType from LIST_162 {
        FILE_FORMAT = "01",
        HEIGHT_PIXELS = "02",
        WIDTH_PIXELS = "03",
        FILENAME = "04",
        SIZE_MEGABYTES = "05",
        MD5 = "06",
        SIZE_BYTES = "07",
        SHA_256 = "08",
    }
}
