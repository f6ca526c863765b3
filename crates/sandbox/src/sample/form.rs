//! The forms in which the house publishes, and what every copy of such a form has in common.

/// What is the same for all products of one form.
pub(super) struct Form {
    /// The word for it in the data files.
    pub(super) word: &'static str,
    /// `__typename` of the product in GraphQL.
    pub(super) typename: &'static str,
    /// ONIX 2.1 List 7, as Consonance speaks it.
    pub(super) list7: &'static str,
    /// In-house edition.
    pub(super) edition: (i64, &'static str),
    /// In-house format.
    pub(super) format: (i64, &'static str),
    /// Height and width in millimetres, for things with a body.
    pub(super) size: Option<(f64, f64)>,
    /// ONIX List 175 details that the feed carries.
    pub(super) details: &'static [&'static str],
    /// Usual ONIX List 65 availability once published.
    pub(super) availability: &'static str,
}

const PHYSICAL: &str = "PhysicalBookProduct";

/// All forms of the house.
#[rustfmt::skip]
pub(super) const FORMS: &[Form] = &[
    Form { word: "hb", typename: PHYSICAL, list7: "BB", edition: (1, "Hardback"), format: (11, "Royal"), size: Some((234.0, 153.0)), details: &["B502"], availability: "21" },
    Form { word: "pb", typename: PHYSICAL, list7: "BC", edition: (2, "Paperback"), format: (12, "B format"), size: Some((198.0, 129.0)), details: &["B105"], availability: "21" },
    Form { word: "tpb", typename: PHYSICAL, list7: "BC", edition: (3, "Trade paperback"), format: (13, "Demy"), size: Some((216.0, 135.0)), details: &["B106"], availability: "21" },
    Form { word: "pic", typename: PHYSICAL, list7: "BB", edition: (1, "Hardback"), format: (14, "Picture book"), size: Some((280.0, 250.0)), details: &["B221"], availability: "21" },
    Form { word: "picpb", typename: PHYSICAL, list7: "BC", edition: (2, "Paperback"), format: (14, "Picture book"), size: Some((275.0, 245.0)), details: &["B221"], availability: "21" },
    Form { word: "board", typename: PHYSICAL, list7: "BH", edition: (4, "Board book"), format: (15, "Board book"), size: Some((165.0, 165.0)), details: &[], availability: "21" },
    Form { word: "novelty", typename: PHYSICAL, list7: "BK", edition: (5, "Novelty book"), format: (16, "Lift-the-flap"), size: Some((220.0, 220.0)), details: &["B202"], availability: "21" },
    Form { word: "spiral", typename: PHYSICAL, list7: "BE", edition: (6, "Spiral bound"), format: (17, "Lie-flat"), size: Some((210.0, 148.0)), details: &[], availability: "21" },
    Form { word: "large", typename: PHYSICAL, list7: "BC", edition: (7, "Large print"), format: (18, "Large print"), size: Some((234.0, 156.0)), details: &["B106"], availability: "23" },
    Form { word: "map", typename: "PhysicalProduct", list7: "CB", edition: (8, "Folded map"), format: (19, "Map"), size: Some((240.0, 120.0)), details: &[], availability: "21" },
    Form { word: "cards", typename: "PhysicalProduct", list7: "PD", edition: (9, "Cards"), format: (20, "Boxed cards"), size: Some((140.0, 100.0)), details: &[], availability: "21" },
    Form { word: "calendar", typename: "PhysicalProduct", list7: "PC", edition: (10, "Calendar"), format: (21, "Wall calendar"), size: Some((300.0, 300.0)), details: &[], availability: "21" },
    Form { word: "set", typename: "GenericProduct", list7: "WW", edition: (11, "Boxed set"), format: (22, "Slipcase"), size: Some((205.0, 135.0)), details: &[], availability: "21" },
    Form { word: "cd", typename: "PhysicalAudioProduct", list7: "AC", edition: (12, "Audio CD"), format: (23, "CD"), size: Some((142.0, 125.0)), details: &["A101"], availability: "21" },
    Form { word: "au", typename: "ElectronicAudioProduct", list7: "AJ", edition: (13, "Audiobook"), format: (24, "Digital audio"), size: None, details: &["A103"], availability: "20" },
    Form { word: "eb", typename: "ElectronicBookProduct", list7: "DG", edition: (14, "E-book"), format: (25, "EPUB"), size: None, details: &["E101", "E200"], availability: "20" },
    Form { word: "pdf", typename: "ElectronicBookProduct", list7: "DG", edition: (14, "E-book"), format: (26, "PDF"), size: None, details: &["E107", "E201"], availability: "20" },
];

/// The form that a word of the data files names.
pub(super) fn form(word: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.word == word)
}
