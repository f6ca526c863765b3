//! Short tags and the reference names they stand for.
//!
//! Only the elements that the seed reader looks at; any other short tag keeps its short name and is
//! passed over like any other element it does not know.

/// Short tag, reference name; sorted by the short tag. From the ONIX for Books 3.0 schema.
#[rustfmt::skip]
const SHORT_TAGS: &[(&str, &str)] = &[
    ("ONIXmessage", "ONIXMessage"), ("a001", "RecordReference"), ("a002", "NotificationType"), ("audience", "Audience"),
    ("audiencerange", "AudienceRange"), ("b012", "ProductForm"), ("b014", "ProductFormDescription"), ("b029", "Subtitle"),
    ("b030", "TitlePrefix"), ("b031", "TitleWithoutPrefix"), ("b034", "SequenceNumber"), ("b035", "ContributorRole"),
    ("b036", "PersonName"), ("b037", "PersonNameInverted"), ("b039", "NamesBeforeKey"), ("b040", "KeyNames"),
    ("b044", "BiographicalNote"), ("b047", "CorporateName"), ("b049", "ContributorStatement"), ("b057", "EditionNumber"),
    ("b058", "EditionStatement"), ("b067", "SubjectSchemeIdentifier"), ("b069", "SubjectCode"), ("b070", "SubjectHeadingText"),
    ("b074", "AudienceRangeQualifier"), ("b075", "AudienceRangePrecision"), ("b076", "AudienceRangeValue"), ("b079", "ImprintName"),
    ("b081", "PublisherName"), ("b089", "SalesRightsType"), ("b171", "SubjectSchemeName"), ("b201", "WorkIDType"),
    ("b202", "TitleType"), ("b203", "TitleText"), ("b204", "AudienceCodeType"), ("b206", "AudienceCodeValue"),
    ("b218", "ExtentType"), ("b219", "ExtentValue"), ("b220", "ExtentUnit"), ("b221", "ProductIDType"),
    ("b233", "IDTypeName"), ("b244", "IDValue"), ("b247", "PrefixToKey"), ("b249", "UnnamedPersons"),
    ("b252", "LanguageCode"), ("b253", "LanguageRole"), ("b291", "PublishingRole"), ("b295", "WebsiteLink"),
    ("b306", "Date"), ("b333", "ProductFormDetail"), ("b367", "WebsiteRole"), ("b394", "PublishingStatus"),
    ("c094", "Measurement"), ("c095", "MeasureUnitCode"), ("collateraldetail", "CollateralDetail"), ("collection", "Collection"),
    ("collectionidentifier", "CollectionIdentifier"), ("collectionsequence", "CollectionSequence"), ("contentdate", "ContentDate"), ("contributor", "Contributor"),
    ("d104", "Text"), ("d107", "TextAuthor"), ("descriptivedetail", "DescriptiveDetail"), ("extent", "Extent"),
    ("g126", "PrizeName"), ("g127", "PrizeYear"), ("g128", "PrizeCountry"), ("g129", "PrizeCode"),
    ("header", "Header"), ("imprint", "Imprint"), ("imprintidentifier", "ImprintIdentifier"), ("j151", "PriceAmount"),
    ("j152", "CurrencyCode"), ("j192", "UnpricedItemType"), ("j260", "DateFormat"), ("j261", "PriceQualifier"),
    ("j396", "ProductAvailability"), ("j407", "MarketPublishingStatus"), ("j408", "MarketDateRole"), ("language", "Language"),
    ("m184", "DefaultLanguageOfText"), ("m186", "DefaultCurrencyCode"), ("market", "Market"), ("marketdate", "MarketDate"),
    ("marketpublishingdetail", "MarketPublishingDetail"), ("measure", "Measure"), ("nameidentifier", "NameIdentifier"), ("price", "Price"),
    ("pricedate", "PriceDate"), ("prize", "Prize"), ("product", "Product"), ("productidentifier", "ProductIdentifier"),
    ("productpart", "ProductPart"), ("productsupply", "ProductSupply"), ("publisher", "Publisher"), ("publishingdate", "PublishingDate"),
    ("publishingdetail", "PublishingDetail"), ("recordsourceidentifier", "RecordSourceIdentifier"), ("relatedmaterial", "RelatedMaterial"), ("relatedproduct", "RelatedProduct"),
    ("relatedwork", "RelatedWork"), ("resourcefeature", "ResourceFeature"), ("resourceversion", "ResourceVersion"), ("resourceversionfeature", "ResourceVersionFeature"),
    ("salesrights", "SalesRights"), ("sender", "Sender"), ("subject", "Subject"), ("supplier", "Supplier"),
    ("supplydate", "SupplyDate"), ("supplydetail", "SupplyDetail"), ("supportingresource", "SupportingResource"), ("territory", "Territory"),
    ("textcontent", "TextContent"), ("titledetail", "TitleDetail"), ("titleelement", "TitleElement"), ("website", "Website"),
    ("workidentifier", "WorkIdentifier"), ("x298", "SenderName"), ("x307", "SentDateTime"), ("x310", "DefaultPriceType"),
    ("x311", "RecordSourceIDType"), ("x314", "ProductComposition"), ("x315", "MeasureType"), ("x317", "EpubTechnicalProtection"),
    ("x322", "NumberOfItemsOfThisForm"), ("x323", "NumberOfCopies"), ("x329", "CollectionType"), ("x344", "CollectionIDType"),
    ("x409", "TitleElementLevel"), ("x410", "PartNumber"), ("x415", "NameIDType"), ("x419", "EditionType"),
    ("x425", "MainSubject"), ("x426", "TextType"), ("x427", "ContentAudience"), ("x428", "SourceTitle"),
    ("x429", "ContentDateRole"), ("x435", "ResourceLink"), ("x436", "ResourceContentType"), ("x437", "ResourceMode"),
    ("x438", "ResourceFeatureType"), ("x439", "FeatureValue"), ("x440", "FeatureNote"), ("x441", "ResourceForm"),
    ("x442", "ResourceVersionFeatureType"), ("x445", "ImprintIDType"), ("x448", "PublishingDateRole"), ("x449", "CountriesIncluded"),
    ("x450", "RegionsIncluded"), ("x451", "CountriesExcluded"), ("x452", "RegionsExcluded"), ("x454", "WorkRelationCode"),
    ("x455", "ProductRelationCode"), ("x456", "ROWSalesRightsType"), ("x461", "SupplyDateRole"), ("x462", "PriceType"),
    ("x476", "PriceDateRole"), ("x479", "CollectionSequenceType"), ("x481", "CollectionSequenceNumber"), ("x501", "NoPrefix"),
];

/// The reference name of an element: that of its short tag, or the name it came with.
pub(super) fn reference_name(tag: &str) -> &str {
    match SHORT_TAGS.binary_search_by_key(&tag, |(short, _)| short) {
        Ok(place) => SHORT_TAGS
            .get(place)
            .map_or(tag, |(_, reference)| reference),
        Err(_) => tag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(SHORT_TAGS.is_sorted());
        assert_eq!(reference_name("b221"), "ProductIDType");
        assert_eq!(reference_name("ProductForm"), "ProductForm");
    }
}
