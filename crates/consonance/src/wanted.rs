//! Every name we would like to read, how sure it is, and what is lost without it.
//!
//! Only parts of the vendor's schema are public. Names that its pages or examples confirm are asked
//! for by default, all others only where introspection finds them. So the query is not a text but
//! this table: the query is built from the rows that the schema has, and the rows that it lacks can
//! be named to a person together with what goes missing.
//!
//! `plannedPublicationDate` is not in the table on purpose: it is never sent to the trade.

use std::fmt;

/// How sure a name is; see `consonance.graphql` among the facts of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Read on a page of the vendor's published schema.
    Confirmed,
    /// Used by one of the vendor's example queries.
    Example,
    /// Seen, with its name lost; the name is inferred.
    NameLost,
    /// Guessed.
    Inferred,
}

impl Grade {
    /// Whether the name may be asked for without introspection.
    #[must_use]
    pub const fn is_sure(self) -> bool {
        matches!(self, Self::Confirmed | Self::Example)
    }
}

/// A decision about visibility that rests on what the source says. Unreadable counts as closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// The publisher has cleared the product for the outside world.
    Approval,
    /// Where the product may be sold.
    Rights,
    /// The contract behind the work is signed.
    Contract,
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Approval => "approval",
            Self::Rights => "sales rights",
            Self::Contract => "the contract's signed date",
        })
    }
}

/// How badly a name is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Without it this is not Consonance.
    Identity,
    /// Without it the source is failing.
    Gate(Gate),
    /// Without it something is lost, as the row says.
    Plain,
}

/// One name we would like to read.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// The type that has it. A few labels stand for a type that is read in part only.
    pub on: &'static str,
    /// Its name.
    pub field: &'static str,
    /// How sure the name is.
    pub grade: Grade,
    /// How badly it is needed.
    pub need: Need,
    /// What is lost without it, for a person.
    pub loss: &'static str,
    /// The label of the type whose rows are read within it.
    pub(crate) opens: Option<&'static str>,
    /// The response name, where it differs.
    pub(crate) alias: Option<&'static str>,
    /// An argument it must take, and the value given.
    pub(crate) argument: Option<(&'static str, &'static str)>,
    /// Asked for only where this other row is missing.
    pub(crate) instead_of: Option<(&'static str, &'static str)>,
}

impl Wanted {
    const fn opens(mut self, label: &'static str) -> Self {
        self.opens = Some(label);
        self
    }

    const fn alias(mut self, name: &'static str) -> Self {
        self.alias = Some(name);
        self
    }

    const fn with(mut self, argument: &'static str, value: &'static str) -> Self {
        self.argument = Some((argument, value));
        self
    }

    const fn instead_of(mut self, on: &'static str, field: &'static str) -> Self {
        self.instead_of = Some((on, field));
        self
    }

    const fn gate(mut self, gate: Gate) -> Self {
        self.need = Need::Gate(gate);
        self
    }

    const fn identity(mut self) -> Self {
        self.need = Need::Identity;
        self
    }

    /// The name in answers.
    pub(crate) const fn response_name(&self) -> &'static str {
        match self.alias {
            Some(alias) => alias,
            None => self.field,
        }
    }
}

/// Which concrete types are looked into, within which.
pub(crate) const FRAGMENTS: &[(&str, &str)] = &[
    ("Product", "PhysicalBookProduct"),
    ("Product", "PhysicalProduct"),
    ("Product", "ElectronicBookProduct"),
    ("Contact", "Person"),
    ("Contact", "Organisation"),
];

/// The concrete types of products.
pub(crate) const PRODUCT_TYPES: &[&str] = &[
    "GenericProduct",
    "PhysicalProduct",
    "PhysicalBookProduct",
    "PhysicalAudioProduct",
    "ElectronicProduct",
    "ElectronicBookProduct",
    "ElectronicAudioProduct",
];

/// The search that selects works. Its members are names we would like as well.
pub(crate) const WORK_SEARCH: &str = "WorkSearchAttributes";

/// The search that selects contracts.
pub(crate) const CONTRACT_SEARCH: &str = "ContractSearchAttributes";

const fn row(on: &'static str, field: &'static str, grade: Grade, loss: &'static str) -> Wanted {
    Wanted {
        on,
        field,
        grade,
        need: Need::Plain,
        loss,
        opens: None,
        alias: None,
        argument: None,
        instead_of: None,
    }
}

const C: Grade = Grade::Confirmed;
const E: Grade = Grade::Example;
const CN: Grade = Grade::NameLost;
const I: Grade = Grade::Inferred;

/// Every row, in the order in which it is asked for.
#[rustfmt::skip]
pub const WANTED: &[Wanted] = &[
    row("Query", "works", E, "nothing can be read").opens("Work").identity(),
    row("Query", "contracts", I, "whether a contract is signed cannot be told").opens("Contract").gate(Gate::Contract),
    row(WORK_SEARCH, "after", C, "works cannot be read page by page").identity(),
    row(WORK_SEARCH, "changedSince", C, "every run reads the whole catalogue"),
    row(WORK_SEARCH, "idEq", C, "a page that fails cannot be split, and a record cannot be replayed"),

    row("Work", "id", E, "works cannot be told apart").identity(),
    row("Work", "title", E, "works have no title of their own"),
    row("Work", "subtitle", E, "works have no subtitle of their own"),
    row("Work", "clientId", E, "clients of a shared account cannot be told apart"),
    row("Work", "projectStage", E, "stages of production cannot be shown or gated on"),
    row("Work", "season", E, "no catalogue pages by season"),
    row("Work", "marketingTier", E, "marketing tiers are unknown"),
    row("Work", "authorshipDescription", C, "credit lines are made from the contributors' names"),
    row("Work", "editionNumber", E, "edition numbers are unknown"),
    row("Work", "editionStatement", E, "edition statements are unknown"),
    row("Work", "bics", C, "BIC subjects come from subjectCodes alone"),
    row("Work", "bisacs", C, "BISAC subjects come from subjectCodes alone"),
    row("Work", "keywords", I, "keywords are unknown"),
    row("Work", "imprint", E, "imprints are unknown").opens("Imprint"),
    row("Work", "seriesMemberships", E, "series are unknown").opens("SeriesMembership"),
    row("Work", "contributions", E, "contributors are unknown").opens("Contribution"),
    row("Work", "subjectCodes", E, "subjects are unknown").opens("SubjectCode"),
    row("Work", "audience", C, "audiences are unknown").opens("WorkAudience"),
    row("Work", "contentLanguages", I, "languages of the text are unknown").opens("ContentLanguage"),
    row("Work", "marketingTexts", E, "descriptions are unknown").opens("MarketingText"),
    row("Work", "supportingResources", E, "covers are unknown").opens("SupportingResource"),
    row("Work", "products", E, "products cannot be read").opens("Product").identity(),

    row("Imprint", "id", E, "imprints are told apart by name"),
    row("Imprint", "name", E, "imprints are unknown"),

    row("SeriesMembership", "partNumber", E, "part numbers are unknown"),
    row("SeriesMembership", "series", E, "series are unknown").opens("Series"),
    row("Series", "id", E, "series are unknown"),
    row("Series", "name", E, "series are unknown"),
    row("Series", "subtitle", E, "subtitles of series are unknown"),
    row("Series", "printIssn", E, "ISSNs of series are unknown"),

    row("Contribution", "onixContributorRoleCode", C, "what a contributor did is unknown"),
    row("Contribution", "sequenceNumber", C, "contributors stand in the order in which they came"),
    row("Contribution", "productIds", C, "contributors cannot be told apart per format"),
    row("Contribution", "contributor", C, "contributors are unknown").opens("Contact"),
    row("Contact", "id", C, "contributors are unknown"),
    row("Contact", "name", C, "a contributor without a personal or corporate name has none"),
    row("Contact", "isni", C, "ISNIs of contributors are unknown"),
    row("Contact", "webLinks", C, "contributors' own websites are unknown").opens("ContactLink"),
    row("ContactLink", "link", C, "contributors' own websites are unknown"),
    row("ContactLink", "role", E, "contributors' own websites are unknown"),
    row("Person", "personName", E, "persons go by their general name"),
    row("Person", "personNameInverted", E, "persons are sorted as they are shown"),
    row("Person", "biographicalNote", C, "biographies are unknown"),
    row("Organisation", "organisationName", E, "organisations go by their general name"),
    row("Organisation", "biographicalNote", C, "notes on organisations are unknown"),

    row("SubjectCode", "code", C, "subjects have no codes"),
    row("SubjectCode", "description", C, "subjects have no headings"),
    row("SubjectCode", "main", C, "the main subject is unknown"),
    row("SubjectCode", "scheme", C, "schemes of subjects are told from their types"),
    row("WorkAudience", "onixAudiences", E, "audience codes are unknown").opens("AudienceCode"),
    row("WorkAudience", "description", E, "audience descriptions are unknown"),
    row("WorkAudience", "interestAgeRange", CN, "interest ages are unknown").opens("AgeRange"),
    row("AudienceCode", "code", E, "audience codes are unknown"),
    row("AgeRange", "from", I, "lower interest ages are unknown"),
    row("AgeRange", "to", I, "upper interest ages are unknown"),
    row("ContentLanguage", "onixLanguageCode", I, "languages of the text are unknown"),

    row("MarketingText", "id", C, "texts cannot be told apart"),
    row("MarketingText", "variant", I, "all but short descriptions are taken for descriptions"),
    row("MarketingText", "externalText", C, "descriptions are unknown"),
    row("MarketingText", "approvalStatusName", C, "drafts of texts cannot be told from approved ones"),
    row("MarketingText", "onixContentAudienceCodes", E, "texts for the trade cannot be told from texts for readers"),
    row("MarketingText", "fromDate", C, "embargoes on texts are unknown"),
    row("MarketingText", "untilDate", I, "texts are shown beyond their last day"),
    row("MarketingText", "dateReleased", C, "embargoes on reviews are unknown"),
    row("MarketingText", "onixLanguageCode", CN, "languages of marketing texts are unknown"),
    row("MarketingText", "publicationName", I, "where a review appeared is unknown"),
    row("MarketingText", "productIds", CN, "texts cannot be told apart per format, unless their products list them"),

    row("SupportingResource", "id", C, "resources cannot be told apart"),
    row("SupportingResource", "resourceVariant", CN, "no resource can be used: a cover cannot be told from an author's photograph"),
    row("SupportingResource", "status", I, "drafts of resources cannot be told from approved ones"),
    row("SupportingResource", "isProcessing", C, "resources may be fetched before they are ready"),
    row("SupportingResource", "url", E, "no resource can be fetched"),
    row("SupportingResource", "url", I, "resources come in the size that the service chooses").alias("original").with("style", "\"jpg_rgb_original\""),
    row("SupportingResource", "filename", C, "a changed file is told by fewer marks"),
    row("SupportingResource", "width", I, "widths of resources are unknown"),
    row("SupportingResource", "height", C, "heights of resources are unknown"),
    row("SupportingResource", "fileSize", C, "a changed file is told by fewer marks"),
    row("SupportingResource", "createdAt", C, "a changed file is told by fewer marks"),
    row("SupportingResource", "updatedAt", I, "a file changed in place is told by its size and name alone"),
    row("SupportingResource", "caption", C, "captions are unknown"),
    row("SupportingResource", "copyright", C, "copyright notices are unknown"),
    row("SupportingResource", "copyrightHolder", C, "copyright holders are unknown"),
    row("SupportingResource", "requiredCredit", CN, "credits that must stand beside a picture are unknown"),
    row("SupportingResource", "onixContentAudienceCode", C, "resources for the trade cannot be told from those for readers"),
    row("SupportingResource", "productIds", CN, "covers cannot be told apart per format"),

    row("Product", "id", E, "products cannot be told apart").identity(),
    row("Product", "allowOnixExports", C, "whether a product is approved cannot be told").gate(Gate::Approval),
    row("Product", "forSaleCountryCodes", C, "where a product may be sold cannot be told").gate(Gate::Rights),
    row("Product", "notForSaleCountryCodes", E, "where a product may not be sold cannot be told").gate(Gate::Rights),
    row("Product", "isForSaleWorldwide", E, "whether a product may be sold worldwide cannot be told").gate(Gate::Rights),
    row("Product", "isbn", E, "ISBNs are unknown").opens("ISBN"),
    row("ISBN", "isbn13", E, "ISBNs are unknown"),
    row("Product", "asin", C, "Amazon's numbers are unknown"),
    row("Product", "fullTitle", C, "products go by their work's title"),
    row("Product", "titlePrefix", E, "titles are sorted with their articles"),
    row("Product", "subtitle", E, "products go by their work's subtitle"),
    row("Product", "onix21ProductFormCode", E, "forms of products are unknown"),
    row("Product", "inHouseFormat", E, "the publisher's own names of formats are unknown").opens("InHouseFormat"),
    row("InHouseFormat", "name", C, "the publisher's own names of formats are unknown"),
    row("Product", "onixPublishingStatusCode", C, "publishing statuses are unknown"),
    row("Product", "publicationDate", E, "publication dates are unknown"),
    row("Product", "announcementDate", I, "announcement dates are unknown: approve a product only once it may be announced"),
    row("Product", "editionStatement", CN, "products go by their work's edition statement"),
    row("Product", "editionNumber", CN, "products go by their work's edition number"),
    row("Product", "prices", E, "prices are unknown").opens("Price"),
    row("Price", "amount", C, "prices are unknown"),
    row("Price", "currencyCode", C, "prices are unknown"),
    row("Price", "onixPriceTypeCode", C, "prices are unknown"),
    row("Price", "onixPriceTypeQualifierCode", C, "special prices cannot be told from ordinary ones"),
    row("Price", "effectiveFrom", C, "future prices cannot be told from current ones"),
    row("Price", "effectiveTo", C, "past prices cannot be told from current ones"),
    row("Product", "webLinks", C, "web links are unknown").opens("WebLink"),
    row("WebLink", "link", C, "web links are unknown"),
    row("WebLink", "role", E, "what a web link leads to is unknown"),
    row("WebLink", "note", E, "notes on web links are unknown"),
    row("Product", "containedProducts", CN, "parts of sets are unknown").opens("ProductPart"),
    row("ProductPart", "numberOfCopies", C, "copies in sets are unknown"),
    row("ProductPart", "sequenceNumber", C, "parts of sets stand in the order in which they came"),
    row("ProductPart", "contained", C, "parts of sets are unknown").opens("ContainedProduct"),
    row("ContainedProduct", "isbn", E, "parts of sets are unknown").opens("ISBN"),
    row("Product", "marketingTexts", E, "short descriptions cannot be told from others").opens("TextId")
        .alias("shortTexts").with("variantIn", "[SHORT_DESCRIPTION]").instead_of("MarketingText", "variant"),
    row("Product", "marketingTexts", E, "texts cannot be told apart per format").opens("TextId")
        .alias("linkedTexts").instead_of("MarketingText", "productIds"),
    row("TextId", "id", C, "texts cannot be told apart"),

    row("PhysicalBookProduct", "mainContentPageCount", E, "main content page counts are unknown"),
    row("PhysicalBookProduct", "productionPageCount", E, "production page counts are unknown"),
    row("PhysicalBookProduct", "frontMatterPageCount", E, "front matter page counts are unknown"),
    row("PhysicalBookProduct", "backMatterPageCount", E, "back matter page counts are unknown"),
    row("PhysicalBookProduct", "totalNumberedPages", E, "total numbered pages are unknown"),
    row("PhysicalBookProduct", "contentPageCount", E, "content page counts are unknown"),
    row("PhysicalBookProduct", "totalUnnumberedInsertPageCount", E, "unnumbered insert page counts are unknown"),
    row("PhysicalBookProduct", "wordCount", E, "word counts are unknown"),
    row("PhysicalBookProduct", "productHeight", E, "heights of books are unknown").with("unit", "MM"),
    row("PhysicalBookProduct", "productWidth", E, "widths of books are unknown").with("unit", "MM"),
    row("PhysicalBookProduct", "productThickness", E, "thicknesses of books are unknown").with("unit", "MM"),
    row("PhysicalProduct", "productHeight", I, "heights of physical products are unknown").with("unit", "MM"),
    row("PhysicalProduct", "productWidth", I, "widths of physical products are unknown").with("unit", "MM"),
    row("PhysicalProduct", "productThickness", I, "thicknesses of physical products are unknown").with("unit", "MM"),
    row("ElectronicBookProduct", "approximatePageCount", C, "approximate page counts of e-books are unknown"),
    row("ElectronicBookProduct", "absolutePageCount", C, "page counts of e-books are unknown"),

    row(CONTRACT_SEARCH, "after", I, "contracts beyond the first page cannot be read").gate(Gate::Contract),
    row("Contract", "id", C, "contracts cannot be read page by page").gate(Gate::Contract),
    row("Contract", "signedDate", C, "whether a contract is signed cannot be told").gate(Gate::Contract),
    row("Contract", "work", C, "which work a contract is about cannot be told").opens("ContractWork").gate(Gate::Contract),
    row("ContractWork", "id", E, "which work a contract is about cannot be told").gate(Gate::Contract),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_label_that_is_opened_has_rows_and_every_row_can_be_reached() {
        let mut reached: BTreeSet<&str> = WANTED.iter().filter_map(|row| row.opens).collect();
        reached.extend(["Query", WORK_SEARCH, CONTRACT_SEARCH]);
        reached.extend(FRAGMENTS.iter().map(|(_, concrete)| concrete));
        let have: BTreeSet<&str> = WANTED.iter().map(|row| row.on).collect();
        assert_eq!(reached, have);
    }

    #[test]
    fn response_names_are_unique_within_a_type() {
        let mut seen = BTreeSet::new();
        for row in WANTED {
            assert!(
                seen.insert((row.on, row.response_name())),
                "{}.{}",
                row.on,
                row.field
            );
        }
    }

    #[test]
    fn what_the_trade_never_sees_is_not_asked_for() {
        assert!(WANTED.iter().all(|row| !row.field.starts_with("planned")));
        for private in ["emails", "phones", "addresses", "notes", "gender"] {
            assert!(WANTED.iter().all(|row| row.field != private), "{private}");
        }
    }

    #[test]
    fn the_sure_names_hold_what_a_run_cannot_do_without() {
        for row in WANTED {
            let needed = match row.need {
                Need::Identity | Need::Gate(Gate::Approval | Gate::Rights) => true,
                Need::Gate(Gate::Contract) | Need::Plain => false,
            };
            assert!(!needed || row.grade.is_sure(), "{}.{}", row.on, row.field);
        }
    }
}
