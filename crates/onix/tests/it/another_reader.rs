//! A real feed, read by Jonix (another reader of ONIX, in Java) and by this one: they agree on every
//! field that both have, and where they do not, a table says why.
//!
//! Jonix names codes by the labels of its code lists, so values are compared by their letters and
//! digits alone. Its lists are older than issue 75.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::codes::Coded;
use catalogue::country::CountryCode;
use catalogue::price::Price;
use catalogue::product::Product;
use catalogue::record::ProductRecord;
use catalogue::supply::SupplyDetail;
use catalogue::territory::Territory;
use onix::Source;
use rust_decimal::Decimal;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use crate::reading::Outcome;
use crate::shared::folder;

/// Differences that are meant: field, what Jonix has, what we have, why. A star stands for anything.
const EXPLAINED: &[(&str, &str, &str, &str)] = &[
    ("measureType", "height", "01", LETTER_OF_A_CODE),
    ("measureType", "width", "02", LETTER_OF_A_CODE),
    ("measureType", "thickness", "03", LETTER_OF_A_CODE),
    ("measureType", "unitweight", "08", LETTER_OF_A_CODE),
    ("measureUnit", "millimeters", "mm", LETTER_OF_A_CODE),
    ("measureUnit", "grams", "gr", LETTER_OF_A_CODE),
    ("taxRateCode", "standardrate", "s", LETTER_OF_A_CODE),
    ("taxRateCode", "zerorated", "z", LETTER_OF_A_CODE),
    (
        "rightsCountry",
        "cocoskeeling",
        "cocoskeelingislands",
        NEWER_LABEL,
    ),
    ("rightsCountry", "nauru", "naoero", NEWER_LABEL),
    ("contributor", "marionbillet", "", ONE_PERSON),
    ("contributor", "terrydenton", "", ONE_PERSON),
    ("contributorInverted", "billetmarion", "", ONE_PERSON),
    ("contributorInverted", "dentonterry", "", ONE_PERSON),
    ("contributorSequence", "*", "", ONE_PERSON),
    ("biography", "*", "", ONE_PERSON),
    ("language", "", "english", DEFAULT_OF_THE_HEADER),
];

const LETTER_OF_A_CODE: &str = "kept here as the code, named there by its label";
const NEWER_LABEL: &str = "the label of issue 75";
const ONE_PERSON: &str = "sent once for each role: two contributors there, one with two roles here";
const DEFAULT_OF_THE_HEADER: &str = "the record names none and the header gives a default";

/// What a reader has of one record: values by field, in the order of the record.
#[derive(Default)]
struct Fields(BTreeMap<&'static str, Vec<String>>);

impl Fields {
    fn put(&mut self, field: &'static str, value: impl AsRef<str>) {
        let value = plain(value.as_ref());
        if !value.is_empty() {
            self.0.entry(field).or_default().push(value);
        }
    }

    fn code<C: Coded>(&mut self, field: &'static str, code: Option<C>) {
        if let Some(code) = code {
            let code = code.as_code();
            self.put(field, C::LIST.label(code.as_str()).unwrap_or(code.as_str()));
        }
    }

    fn text(&mut self, field: &'static str, text: Option<impl AsRef<str>>) {
        if let Some(text) = text {
            self.put(field, text);
        }
    }

    fn number(&mut self, field: &'static str, number: &impl ToString) {
        let number: Decimal = number.to_string().parse().unwrap();
        self.put(field, number.normalize().to_string());
    }

    fn countries(&mut self, field: &'static str, names: impl IntoIterator<Item = String>) {
        let names: BTreeSet<String> = names.into_iter().map(|name| plain(&name)).collect();
        for name in names {
            self.put(field, name);
        }
    }
}

/// Letters and digits, without case or accents.
fn plain(text: &str) -> String {
    // Taken apart, accents are characters of their own, and no letters.
    text.nfd()
        .flat_map(char::to_lowercase)
        .filter(|character| character.is_alphanumeric())
        .collect()
}

fn ours(record: &ProductRecord) -> Fields {
    let mut fields = Fields::default();
    let product = record.product().unwrap();
    fields.put("recordReference", &record.reference);
    fields.code("notificationType", Some(record.notification));
    fields.put("isbn13", product.isbn.unwrap().as_str());
    described_by_us(&mut fields, record, product);
    told_by_us(&mut fields, record);
    published_by_us(&mut fields, record, product);
    for supply in &product.supplies {
        for market in &supply.markets {
            fields.countries("market", countries(market));
        }
        for detail in &supply.details {
            supplied_by_us(&mut fields, detail);
        }
    }
    for work in &record.works {
        fields.code("relatedWork", Some(work.relation));
        fields.text("relatedWorkScheme", work.id_name.as_deref());
        fields.put("relatedWorkId", &work.value);
    }
    fields
}

fn described_by_us(fields: &mut Fields, record: &ProductRecord, product: &Product) {
    let work = &record.work;
    fields.code("composition", product.composition);
    fields.code("form", product.form);
    for detail in &product.form_details {
        fields.code("formDetail", Some(*detail));
    }
    fields.text("formDescription", product.form_description.as_deref());
    fields.put("title", &work.title.text);
    fields.text("titlePrefix", work.title.prefix.as_deref());
    fields.text("subtitle", work.title.subtitle.as_deref());
    for series in &work.series {
        fields.put("collection", &series.series.name);
        if let Some(sequence) = series.sequence {
            fields.number("collectionSequence", &sequence);
        }
    }
    for contribution in &work.contributions {
        let contributor = &contribution.contributor;
        fields.put("contributor", &contributor.name);
        fields.text("contributorInverted", contributor.inverted_name.as_deref());
        fields.number("contributorSequence", &contribution.sequence);
        for role in &contribution.roles {
            fields.code("contributorRole", Some(*role));
        }
        let biography = contributor.biography.as_ref();
        fields.text("biography", biography.map(|text| text.text.as_str()));
    }
    fields.text(
        "contributorStatement",
        work.contributor_statement.as_deref(),
    );
    for language in &product.languages {
        fields.code("language", Some(*language));
    }
    for extent in &product.extents {
        fields.code("extentType", Some(extent.kind));
        fields.code("extentUnit", Some(extent.unit));
        fields.number("extent", &extent.value);
    }
    for measure in &product.measures {
        fields.put("measureType", &measure.kind);
        fields.number("measure", &measure.value);
        fields.put("measureUnit", &measure.unit);
    }
    for subject in &work.subjects {
        fields.code("subjectScheme", Some(subject.scheme));
        fields.text("subjectCode", subject.code.as_deref());
        fields.text("subjectHeading", subject.heading.as_deref());
        if subject.main {
            fields.text("mainSubject", subject.code.as_deref());
        }
    }
    for audience in &work.audience.codes {
        fields.put("audience", audience.code());
    }
    if let Some((from, to)) = work.audience.interest_age {
        for end in [from, to].into_iter().flatten() {
            fields.number("interestAge", &end);
        }
    }
}

fn told_by_us(fields: &mut Fields, record: &ProductRecord) {
    for text in &record.work.texts {
        fields.code("textType", Some(text.kind));
        for audience in &text.audiences {
            fields.code("textAudience", Some(*audience));
        }
        fields.put("text", &text.markup.text);
        fields.text("textAuthor", text.author.as_deref());
        fields.text("textSource", text.source_title.as_deref());
    }
    for resource in &record.work.resources {
        fields.code("resource", Some(resource.kind));
        for audience in &resource.audiences {
            fields.code("resourceAudience", Some(*audience));
        }
        fields.put("resourceLink", &resource.link);
        fields.text("resourceUpdated", resource.updated.as_deref());
    }
}

fn published_by_us(fields: &mut Fields, record: &ProductRecord, product: &Product) {
    fields.text("publisher", record.work.publisher.as_deref());
    let imprint = product.imprint.as_ref();
    fields.text("imprint", imprint.map(|imprint| imprint.name.as_str()));
    fields.code("status", product.status);
    for date in &product.dates {
        fields.code("dateRole", Some(date.role));
        fields.put("date", date.date.to_string());
    }
    let rights = product.rights.as_ref().unwrap();
    for claim in &rights.claims {
        fields.code("rightsType", Some(claim.kind));
        fields.countries("rightsCountry", countries(&claim.territory));
    }
    fields.code("restOfWorld", rights.rest_of_world);
}

fn supplied_by_us(fields: &mut Fields, detail: &SupplyDetail) {
    fields.code("supplierRole", detail.role);
    fields.text("supplier", detail.supplier.as_deref());
    fields.code("availability", detail.availability);
    for date in &detail.dates {
        fields.code("supplyDateRole", Some(date.role));
        fields.put("supplyDate", date.date.to_string());
    }
    for price in &detail.prices {
        priced_by_us(fields, price);
    }
}

fn priced_by_us(fields: &mut Fields, price: &Price) {
    fields.code("priceType", Some(price.kind));
    fields.code("priceQualifier", price.qualifier);
    fields.number("price", &price.money.amount);
    fields.text("currency", price.money.currency.name());
    for tax in &price.taxes {
        fields.text("taxRateCode", tax.rate_code.as_deref());
        fields.number("taxRate", &tax.rate_percent.unwrap());
        fields.number("taxAmount", &tax.amount.unwrap());
    }
}

fn countries(territory: &Territory) -> Vec<String> {
    let whole = territory.resolve().0.whole;
    whole
        .iter()
        .map(|c: CountryCode| c.name().to_owned())
        .collect()
}

fn theirs(record: &Value) -> Fields {
    let mut fields = Fields::default();
    fields.text("recordReference", value(&record["recordReference"]));
    fields.text("notificationType", value(&record["notificationType"]));
    let isbn = all(&record["productIdentifiers"])
        .find(|id| value(&id["productIDType"]).as_deref() == Some("ISBN_13"))
        .unwrap();
    fields.text("isbn13", value(&isbn["idValue"]));
    described_by_them(&mut fields, &record["descriptiveDetail"]);
    told_by_them(&mut fields, &record["collateralDetail"]);
    published_by_them(&mut fields, &record["publishingDetail"]);
    for supply in all(&record["productSupplys"]) {
        for market in all(&supply["markets"]) {
            fields.countries("market", names(&market["territory"]["countriesIncluded"]));
        }
        for detail in all(&supply["supplyDetails"]) {
            supplied_by_them(&mut fields, detail);
        }
    }
    for work in all(&record["relatedMaterial"]["relatedWorks"]) {
        fields.text("relatedWork", value(&work["workRelationCode"]));
        let id = &work["workIdentifiers"][0];
        fields.text("relatedWorkScheme", value(&id["idTypeName"]));
        fields.text("relatedWorkId", value(&id["idValue"]));
    }
    fields
}

fn described_by_them(fields: &mut Fields, block: &Value) {
    fields.text("composition", value(&block["productComposition"]));
    fields.text("form", value(&block["productForm"]));
    for detail in all(&block["productFormDetails"]) {
        fields.text("formDetail", value(detail));
    }
    fields.text(
        "formDescription",
        value(&block["productFormDescriptions"][0]),
    );
    let title = &block["titleDetails"][0]["titleElements"][0];
    let prefix = value(&title["titlePrefix"]);
    let rest = value(&title["titleWithoutPrefix"]).unwrap_or_default();
    fields.put(
        "title",
        format!("{} {rest}", prefix.clone().unwrap_or_default()),
    );
    fields.text("titlePrefix", prefix);
    fields.text("subtitle", value(&title["subtitle"]));
    for collection in all(&block["collections"]) {
        let title = &collection["titleDetails"][0]["titleElements"][0];
        fields.text("collection", value(&title["titleText"]));
        for sequence in all(&collection["collectionSequences"]) {
            let number = value(&sequence["collectionSequenceNumber"]).unwrap();
            fields.number("collectionSequence", &number);
        }
    }
    for person in all(&block["contributors"]) {
        fields.text("contributor", value(&person["personName"]));
        fields.text("contributorInverted", value(&person["personNameInverted"]));
        fields.number("contributorSequence", &person["sequenceNumber"]["value"]);
        for role in all(&person["contributorRoles"]) {
            fields.text("contributorRole", value(role));
        }
        fields.text("biography", value(&person["biographicalNotes"][0]));
    }
    fields.text(
        "contributorStatement",
        value(&block["contributorStatements"][0]),
    );
    for language in all(&block["languages"]) {
        if value(&language["languageRole"]).as_deref() == Some("Language_of_text") {
            fields.text("language", value(&language["languageCode"]));
        }
    }
    for extent in all(&block["extents"]) {
        fields.text("extentType", value(&extent["extentType"]));
        fields.text("extentUnit", value(&extent["extentUnit"]));
        fields.number("extent", &extent["extentValue"]["value"]);
    }
    for measure in all(&block["measures"]) {
        fields.text("measureType", value(&measure["measureType"]));
        fields.number("measure", &measure["measurement"]["value"]);
        fields.text("measureUnit", value(&measure["measureUnitCode"]));
    }
    for subject in all(&block["subjects"]) {
        fields.text("subjectScheme", value(&subject["subjectSchemeIdentifier"]));
        fields.text("subjectCode", value(&subject["subjectCode"]));
        fields.text("subjectHeading", value(&subject["subjectHeadingTexts"][0]));
        if subject.get("mainSubject").is_some() {
            fields.text("mainSubject", value(&subject["subjectCode"]));
        }
    }
    for audience in all(&block["audiences"]) {
        fields.text("audience", value(&audience["audienceCodeValue"]));
    }
    for range in all(&block["audienceRanges"]) {
        for end in all(&range["audienceRangeValues"]) {
            fields.number("interestAge", &value(end).unwrap());
        }
    }
}

fn told_by_them(fields: &mut Fields, block: &Value) {
    for text in all(&block["textContents"]) {
        fields.text("textType", value(&text["textType"]));
        for audience in all(&text["contentAudiences"]) {
            fields.text("textAudience", value(audience));
        }
        fields.text("text", value(&text["texts"][0]));
        fields.text("textAuthor", value(&text["textAuthors"][0]));
        fields.text("textSource", value(&text["sourceTitles"][0]));
    }
    for resource in all(&block["supportingResources"]) {
        fields.text("resource", value(&resource["resourceContentType"]));
        for audience in all(&resource["contentAudiences"]) {
            fields.text("resourceAudience", value(audience));
        }
        let version = &resource["resourceVersions"][0];
        fields.text("resourceLink", value(&version["resourceLinks"][0]));
        fields.text(
            "resourceUpdated",
            value(&version["contentDates"][0]["date"]),
        );
    }
}

fn published_by_them(fields: &mut Fields, block: &Value) {
    fields.text(
        "publisher",
        value(&block["publishers"][0]["publisherNames"][0]),
    );
    fields.text("imprint", value(&block["imprints"][0]["imprintName"]));
    fields.text("status", value(&block["publishingStatus"]));
    for date in all(&block["publishingDates"]) {
        fields.text("dateRole", value(&date["publishingDateRole"]));
        fields.text("date", value(&date["date"]));
    }
    for claim in all(&block["salesRightss"]) {
        fields.text("rightsType", value(&claim["salesRightsType"]));
        fields.countries(
            "rightsCountry",
            names(&claim["territory"]["countriesIncluded"]),
        );
    }
    fields.text("restOfWorld", value(&block["rowSalesRightsType"]));
}

fn supplied_by_them(fields: &mut Fields, detail: &Value) {
    let supplier = &detail["supplier"];
    fields.text("supplierRole", value(&supplier["supplierRole"]));
    fields.text("supplier", value(&supplier["supplierName"]));
    fields.text("availability", value(&detail["productAvailability"]));
    for date in all(&detail["supplyDates"]) {
        fields.text("supplyDateRole", value(&date["supplyDateRole"]));
        fields.text("supplyDate", value(&date["date"]));
    }
    for price in all(&detail["prices"]) {
        fields.text("priceType", value(&price["priceType"]));
        fields.text("priceQualifier", value(&price["priceQualifier"]));
        fields.number("price", &price["priceAmount"]["value"]);
        fields.text("currency", value(&price["currencyCode"]));
        for tax in all(&price["taxs"]) {
            fields.text("taxRateCode", value(&tax["taxRateCode"]));
            fields.number("taxRate", &tax["taxRatePercent"]["value"]);
            fields.number("taxAmount", &tax["taxAmount"]["value"]);
        }
    }
}

fn all(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// A value. Jonix leaves the escapes of markup as the file has them.
fn value(element: &Value) -> Option<String> {
    const ESCAPES: [(&str, &str); 3] = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    let text = element["value"].as_str()?.to_owned();
    let unescaped = ESCAPES.iter();
    Some(unescaped.fold(text, |text, (escape, character)| {
        text.replace(escape, character)
    }))
}

fn names(list: &Value) -> Vec<String> {
    all(&list["value"])
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// The values in which two readers differ: pairs where both have as many, else what only one has.
fn differences(theirs: &[String], ours: &[String]) -> Vec<(String, String)> {
    if theirs.len() == ours.len() {
        let pairs = theirs.iter().zip(ours);
        return pairs
            .filter(|(theirs, ours)| theirs != ours)
            .map(|(theirs, ours)| (theirs.clone(), ours.clone()))
            .collect();
    }
    let without = |these: &[String], others: &[String]| -> Vec<String> {
        let mut others = others.to_vec();
        let mut left = Vec::new();
        for this in these {
            match others.iter().position(|other| other == this) {
                Some(at) => {
                    others.remove(at);
                }
                None => left.push(this.clone()),
            }
        }
        left
    };
    let theirs_only = without(theirs, ours).into_iter();
    let ours_only = without(ours, theirs).into_iter();
    theirs_only
        .map(|value| (value, String::new()))
        .chain(ours_only.map(|value| (String::new(), value)))
        .collect()
}

fn explains(
    explanation: &(&str, &str, &str, &str),
    field: &str,
    difference: &(String, String),
) -> bool {
    let (explained, theirs, ours, _) = explanation;
    *explained == field
        && ["*", difference.0.as_str()].contains(theirs)
        && ["*", difference.1.as_str()].contains(ours)
}

#[test]
fn another_reader_agrees_on_every_field_that_both_have() {
    let Some(folder) = folder("jonix") else {
        return;
    };
    let records = Outcome::of(Source::at(folder.join("onix3-multiple.xml"))).records;
    let text = std::fs::read_to_string(folder.join("onix3-multiple.json")).unwrap();
    let all_theirs: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(all_theirs.len(), records.len());
    let mut compared = 0;
    let mut used = BTreeSet::new();
    let mut unexplained = BTreeMap::new();
    for (record, theirs) in records.iter().zip(&all_theirs) {
        let (ours, theirs) = (ours(record).0, self::theirs(theirs).0);
        let fields: BTreeSet<_> = ours.keys().chain(theirs.keys()).copied().collect();
        for field in fields {
            let side = |one: &BTreeMap<_, Vec<String>>| one.get(field).cloned().unwrap_or_default();
            let (theirs, ours) = (side(&theirs), side(&ours));
            compared += theirs.len();
            for difference in differences(&theirs, &ours) {
                let explanation = EXPLAINED
                    .iter()
                    .position(|explanation| explains(explanation, field, &difference));
                match explanation {
                    Some(at) => {
                        used.insert(at);
                    }
                    None => {
                        unexplained
                            .entry((field, difference))
                            .or_insert(&record.reference);
                    }
                }
            }
        }
    }
    let unexplained: Vec<String> = unexplained
        .iter()
        .map(|((field, (theirs, ours)), reference)| {
            let cut = |text: &str| text.chars().take(60).collect::<String>();
            format!(
                "{field}: `{}` here `{}` ({reference})",
                cut(theirs),
                cut(ours)
            )
        })
        .collect();
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    let idle: Vec<_> = (0..EXPLAINED.len())
        .filter(|at| !used.contains(at))
        .collect();
    assert!(idle.is_empty(), "explained and not met: {idle:?}");
    assert!(compared > 7_000, "compared {compared}");
}
