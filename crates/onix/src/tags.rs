//! The element names of ONIX that this reader uses.
//!
//! ONIX has every element twice: a reference name (`RecordReference`) and a short tag (`a001`). The
//! two never collide, so one lookup serves both spellings, files that mix them, and both releases.
//! Elements that are not here are skipped with all they hold: a reader that trips over what it does
//! not use would trip over every revision of the standard.
//!
//! Names are EDItEUR's, of ONIX 3.0 and 3.1.

use std::collections::HashMap;
use std::sync::LazyLock;

macro_rules! tags {
    ($($name:ident $short:literal,)*) => {
        /// An element that the reader knows, under its reference name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Tag { $($name,)* }

        impl Tag {
            /// The reference name, as findings quote it.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }

        /// Both spellings of every tag.
        const SPELLINGS: &[(&str, Tag)] = &[
            $((stringify!($name), Tag::$name), ($short, Tag::$name),)*
        ];
    };
}

tags! {
Header "header",
Sender "sender",
SenderName "x298",
SentDateTime "x307",
DefaultLanguageOfText "m184",
DefaultPriceType "x310",
DefaultCurrencyCode "m186",
Product "product",
RecordReference "a001",
NotificationType "a002",
ProductIdentifier "productidentifier",
ProductIDType "b221",
IDTypeName "b233",
IDValue "b244",
DescriptiveDetail "descriptivedetail",
ProductComposition "x314",
ProductForm "b012",
ProductFormDetail "b333",
ProductFormDescription "b014",
ProductPart "productpart",
NumberOfItemsOfThisForm "x322",
NumberOfCopies "x323",
Measure "measure",
MeasureType "x315",
Measurement "c094",
MeasureUnitCode "c095",
Collection "collection",
CollectionType "x329",
CollectionIdentifier "collectionidentifier",
CollectionIDType "x344",
CollectionSequence "collectionsequence",
CollectionSequenceType "x479",
CollectionSequenceNumber "x481",
TitleDetail "titledetail",
TitleType "b202",
TitleElement "titleelement",
TitleElementLevel "x409",
PartNumber "x410",
TitleText "b203",
TitlePrefix "b030",
TitleWithoutPrefix "b031",
Subtitle "b029",
Contributor "contributor",
SequenceNumber "b034",
ContributorRole "b035",
NameIdentifier "nameidentifier",
NameIDType "x415",
PersonName "b036",
PersonNameInverted "b037",
TitlesBeforeNames "b038",
NamesBeforeKey "b039",
PrefixToKey "b247",
KeyNames "b040",
NamesAfterKey "b041",
SuffixToKey "b248",
LettersAfterNames "b042",
TitlesAfterNames "b043",
CorporateName "b047",
CorporateNameInverted "x443",
UnnamedPersons "b249",
BiographicalNote "b044",
Website "website",
WebsiteRole "b367",
WebsiteDescription "b294",
WebsiteLink "b295",
ContributorStatement "b049",
EditionNumber "b057",
EditionStatement "b058",
Language "language",
LanguageRole "b253",
LanguageCode "b252",
Extent "extent",
ExtentType "b218",
ExtentValue "b219",
ExtentUnit "b220",
Subject "subject",
MainSubject "x425",
SubjectSchemeIdentifier "b067",
SubjectCode "b069",
SubjectHeadingText "b070",
Audience "audience",
AudienceCode "b073",
AudienceCodeType "b204",
AudienceCodeValue "b206",
AudienceRange "audiencerange",
AudienceRangeQualifier "b074",
AudienceRangePrecision "b075",
AudienceRangeValue "b076",
AudienceDescription "b207",
CollateralDetail "collateraldetail",
TextContent "textcontent",
TextType "x426",
ContentAudience "x427",
Text "d104",
TextAuthor "d107",
TextSourceCorporate "b374",
SourceTitle "x428",
ContentDate "contentdate",
ContentDateRole "x429",
DateFormat "j260",
Date "b306",
SupportingResource "supportingresource",
ResourceContentType "x436",
ResourceFeature "resourcefeature",
ResourceFeatureType "x438",
FeatureValue "x439",
FeatureNote "x440",
ResourceVersion "resourceversion",
ResourceVersionFeature "resourceversionfeature",
ResourceVersionFeatureType "x442",
ResourceLink "x435",
ResourceMode "x437",
PublishingDetail "publishingdetail",
Imprint "imprint",
ImprintIdentifier "imprintidentifier",
ImprintIDType "x445",
ImprintName "b079",
Publisher "publisher",
PublishingRole "b291",
PublisherName "b081",
PublishingStatus "b394",
PublishingDate "publishingdate",
PublishingDateRole "x448",
SalesRights "salesrights",
SalesRightsType "b089",
Territory "territory",
CountriesIncluded "x449",
RegionsIncluded "x450",
CountriesExcluded "x451",
RegionsExcluded "x452",
SalesRestriction "salesrestriction",
SalesRestrictionType "b381",
SalesOutlet "salesoutlet",
SalesOutletIdentifier "salesoutletidentifier",
SalesOutletIDType "b393",
SalesOutletName "b382",
SalesRestrictionNote "x453",
StartDate "b324",
EndDate "b325",
ROWSalesRightsType "x456",
RelatedMaterial "relatedmaterial",
RelatedWork "relatedwork",
WorkRelationCode "x454",
WorkIdentifier "workidentifier",
WorkIDType "b201",
RelatedProduct "relatedproduct",
ProductRelationCode "x455",
ProductSupply "productsupply",
Market "market",
MarketPublishingDetail "marketpublishingdetail",
MarketPublishingStatus "j407",
MarketDate "marketdate",
MarketDateRole "j408",
SupplyDetail "supplydetail",
Supplier "supplier",
SupplierRole "j292",
SupplierName "j137",
ProductAvailability "j396",
SupplyDate "supplydate",
SupplyDateRole "x461",
UnpricedItemType "j192",
Price "price",
PriceType "x462",
PriceQualifier "j261",
PriceCondition "pricecondition",
PriceConditionType "x463",
MinimumOrderQuantity "j263",
PriceStatus "j266",
PriceAmount "j151",
CurrencyCode "j152",
Tax "tax",
TaxRateCode "x471",
TaxRatePercent "x472",
TaxAmount "x474",
PriceDate "pricedate",
PriceDateRole "x476",}

static BY_NAME: LazyLock<HashMap<&'static str, Tag>> =
    LazyLock::new(|| SPELLINGS.iter().copied().collect());

impl Tag {
    /// The tag of an element's local name, in either spelling.
    pub(crate) fn of(local_name: &str) -> Option<Self> {
        BY_NAME.get(local_name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_name_one_element() {
        assert_eq!(Tag::of("RecordReference"), Some(Tag::RecordReference));
        assert_eq!(Tag::of("a001"), Some(Tag::RecordReference));
        assert_eq!(Tag::of("productidentifier"), Some(Tag::ProductIdentifier));
        assert_eq!(Tag::of("p"), None);
    }

    #[test]
    fn no_spelling_names_two_elements() {
        assert_eq!(BY_NAME.len(), SPELLINGS.len());
    }

    #[test]
    fn the_table_agrees_with_the_published_maps() {
        for release in ["3.0", "3.1"] {
            let Some(published) = crate::shared_data::text(&format!(
                "data/codelists/tags_reference_to_short_{release}.json"
            )) else {
                return;
            };
            let published: serde_json::Value = serde_json::from_str(&published).unwrap();
            for pair in SPELLINGS.chunks(2) {
                let [(reference, _), (short, _)] = pair else {
                    panic!("a lone spelling")
                };
                if let Some(known) = published.get(reference) {
                    assert_eq!(known, short, "{reference} in {release}");
                }
            }
        }
    }
}
