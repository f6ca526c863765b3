//! `GET /api/v4/products.json`: the older product API, in the keys that are documented or that
//! published client code reads.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::account::{Account, View};
use super::derived::{price_amount, resource_url, strip_html};
use super::labels;
use super::node::subject_scheme;
use super::picture::Style;
use crate::world::{Document, concerns, full_title, integer, rows, text, texts};

/// Products on a page; the documentation shows no other number.
pub(crate) const PER_PAGE: usize = 50;
/// Hundredths of a millimetre in a sixteenth of an inch, for measures as booksellers write them.
const SIXTEENTH: f64 = 25.4 / 16.0;
/// Marketing text variants, and their codes in ONIX 2.1 List 33.
const TEXT_CODES: [(&str, &str); 6] = [
    ("DESCRIPTION", "01"),
    ("SHORT_DESCRIPTION", "02"),
    ("LONG_DESCRIPTION", "03"),
    ("TABLE_OF_CONTENTS", "04"),
    ("REVIEW_QUOTE", "08"),
    ("BIOGRAPHICAL_NOTE", "13"),
];
/// Page counts by their key here and their field in the schema.
const EXTENTS: [(&str, &str); 8] = [
    ("page_count", "approximatePageCount"),
    ("main_content_page_count", "mainContentPageCount"),
    ("number_of_words", "wordCount"),
    ("front_matter_page_count", "frontMatterPageCount"),
    ("back_matter_page_count", "backMatterPageCount"),
    ("total_numbered_pages", "totalNumberedPages"),
    ("production_page_count", "productionPageCount"),
    ("absolute_page_count", "absolutePageCount"),
];

/// A page of products that meet the `q[…]` filters of a query string.
pub(crate) fn page(account: &Account, view: &View, query: &BTreeMap<String, String>) -> Value {
    let page = query
        .get("page")
        .and_then(|page| page.parse().ok())
        .unwrap_or(1_usize)
        .max(1);
    let found: Vec<(i64, &Document)> = view
        .products
        .iter()
        .map(|(id, product)| (*id, product))
        .filter(|(id, product)| meets(view, *id, product, query))
        .collect();
    let products: Vec<Value> = found
        .iter()
        .skip((page - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|(id, document)| {
            let work = view.work_of(document).map(|(_, work)| work);
            let empty = Document::new();
            let product = Product {
                account,
                view,
                id: *id,
                document,
                work: work.unwrap_or(&empty),
            };
            Value::Object(product.json())
        })
        .collect();
    json!({
        "current_page": page,
        "per_page": PER_PAGE,
        "total_pages": found.len().div_ceil(PER_PAGE).max(1),
        "url": format!("{}/api/v4/products.json", account.origin),
        "products": products,
    })
}

fn meets(view: &View, id: i64, product: &Document, query: &BTreeMap<String, String>) -> bool {
    let work = view.work_of(product).map(|(_, work)| work);
    query.iter().all(|(key, wanted)| match key.as_str() {
        "q[id_eq]" => wanted.parse() == Ok(id),
        "q[isbn_eq]" => {
            let digits: String = wanted.chars().filter(char::is_ascii_digit).collect();
            text(product, "isbn13") == Some(digits.as_str())
        }
        "q[pub_date_eq]" => text(product, "publicationDate") == Some(wanted),
        "q[work_title_cont]" => {
            let title = work
                .and_then(|work| text(work, "title"))
                .unwrap_or_default();
            title.to_lowercase().contains(&wanted.to_lowercase())
        }
        _ => true,
    })
}

struct Product<'a> {
    account: &'a Account,
    view: &'a View,
    id: i64,
    document: &'a Document,
    work: &'a Document,
}

impl Product<'_> {
    fn json(&self) -> Map<String, Value> {
        let mut json = Map::new();
        for (key, value) in self.heading().into_iter().chain(self.described()) {
            json.insert(key.to_owned(), value);
        }
        json
    }

    fn own(&self, name: &str) -> Value {
        self.document.get(name).cloned().unwrap_or_default()
    }

    fn of_work(&self, name: &str) -> Value {
        self.work.get(name).cloned().unwrap_or_default()
    }

    fn own_or_work(&self, name: &str) -> Value {
        let own = self.document.get(name).filter(|own| !own.is_null());
        own.or_else(|| self.work.get(name))
            .cloned()
            .unwrap_or_default()
    }

    fn name_in(&self, document: &Document, name: &str) -> Value {
        let object = document.get(name).and_then(Value::as_object);
        object
            .and_then(|object| object.get("name"))
            .cloned()
            .unwrap_or_default()
    }

    fn code(&self, name: &str) -> Value {
        text(self.document, name).map(labels::code).into()
    }

    /// The documented keys, in their documented order.
    fn heading(&self) -> [(&'static str, Value); 28] {
        [
            ("id", self.id.into()),
            ("work_id", self.own("workId")),
            (
                "full_title",
                full_title(self.document, Some(self.work)).into(),
            ),
            ("subtitle", self.own_or_work("subtitle")),
            ("pub_date", self.own("publicationDate")),
            ("publishing_status", self.code("onixPublishingStatusCode")),
            ("out_of_print_date", self.own("outOfPrintDate")),
            ("product_form", self.code("onix21ProductFormCode")),
            ("edition_type_codes", self.own("onixEditionTypeCodes")),
            ("edition_statement", self.own_or_work("editionStatement")),
            (
                "in_house_format",
                self.name_in(self.document, "inHouseFormat"),
            ),
            (
                "in_house_edition",
                self.name_in(self.document, "inHouseEdition"),
            ),
            ("isbn", self.isbn(self.document).into()),
            ("product_doi", self.own("doiLink")),
            ("work_doi", self.of_work("identifyingDoi")),
            ("work_type_name", self.of_work("workType")),
            ("season_name", self.of_work("season")),
            ("marketing_tier_name", self.of_work("marketingTier")),
            ("project_stage_name", self.of_work("projectStage")),
            ("lc_control_number", self.of_work("lccn")),
            (
                "in_house_work_reference",
                self.of_work("inHouseWorkReference"),
            ),
            ("publishers_url", self.of_work("publishersUrl")),
            ("imprint", self.name_in(self.work, "imprint")),
            ("weblinks", self.links()),
            ("edition_number", self.own_or_work("editionNumber")),
            ("extents", self.extents()),
            ("measurements", self.measurements()),
            ("marketingtexts", self.texts()),
        ]
    }

    /// Keys whose order is not documented.
    fn described(&self) -> [(&'static str, Value); 10] {
        let keywords: Vec<&str> = texts(self.work, "keywords").collect();
        let barred: Vec<&str> = texts(self.document, "notForSaleCountryCodes")
            .map(labels::code)
            .collect();
        let series: Vec<i64> = rows(self.work, "seriesMemberships")
            .filter_map(|row| integer(row, "seriesId"))
            .collect();
        [
            (
                "main_bic",
                self.subjects("BIC").into_iter().next().unwrap_or_default(),
            ),
            ("themas", self.subjects("THEMA").into()),
            ("keywords", json!(keywords)),
            ("authorship", self.own_or_work("authorshipDescription")),
            ("main_subject_id", Value::Null),
            ("series_ids", json!(series)),
            ("prices", self.prices()),
            ("supportingresources", self.resources()),
            ("rights_not_available_countries", json!(barred)),
            ("all_related_products", self.siblings()),
        ]
    }

    fn isbn(&self, product: &Document) -> String {
        let digits = text(product, "isbn13").filter(|digits| !digits.is_empty());
        let Some(digits) = digits else {
            return "No ISBN".into();
        };
        let parsed = digits.parse::<isbn::Isbn13>().ok();
        let dashed = parsed.and_then(|parsed| parsed.hyphenate().ok());
        dashed.map_or_else(|| digits.to_owned(), |dashed| dashed.to_string())
    }

    fn links(&self) -> Value {
        let link = |row: &Document| json!({ "url": row.get("link"), "note": row.get("note") });
        rows(self.document, "webLinks").map(link).collect()
    }

    fn extents(&self) -> Value {
        EXTENTS
            .iter()
            .map(|(key, field)| ((*key).to_owned(), self.own(field)))
            .collect()
    }

    fn measurements(&self) -> Value {
        let measure = |name: &str| self.document.get(name).and_then(Value::as_f64);
        let sides: Option<Vec<f64>> = ["productHeight", "productWidth", "productThickness"]
            .into_iter()
            .map(measure)
            .collect();
        let Some(sides) = sides else {
            return json!({ "product_dimensions_mm": null, "product_dimensions_in": null });
        };
        let joined =
            |form: &dyn Fn(&f64) -> String| sides.iter().map(form).collect::<Vec<_>>().join(" × ");
        json!({
            "product_dimensions_mm": joined(&|side| side.to_string()),
            "product_dimensions_in":
                joined(&|side| ((side / SIXTEENTH).round() / 16.0).to_string()),
        })
    }

    fn texts(&self) -> Value {
        rows(self.work, "marketingTexts")
            .filter(|row| concerns(row, self.id))
            .map(|row| {
                let variant = text(row, "variant").unwrap_or_default();
                let code = TEXT_CODES.iter().find(|(known, _)| *known == variant);
                json!({
                    "code": code.map_or("99", |(_, code)| code),
                    "external_text": row.get("externalText"),
                })
            })
            .collect()
    }

    fn subjects(&self, scheme: &str) -> Vec<Value> {
        rows(self.work, "subjectCodes")
            .filter(|row| {
                let own =
                    text(row, "scheme").or_else(|| text(row, "__typename").map(subject_scheme));
                own == Some(scheme)
            })
            .map(|row| {
                let words = text(row, "description").map(strip_html);
                if scheme == "BIC" {
                    json!({ "text": words })
                } else {
                    json!({ "description": words })
                }
            })
            .collect()
    }

    fn prices(&self) -> Value {
        rows(self.document, "prices")
            .map(|row| {
                json!({
                    "currency_code": row.get("currencyCode"),
                    "price_qualifier":
                        text(row, "onixPriceTypeQualifierCode").map_or("05", labels::code),
                    "price_amount": format!("{:.2}", price_amount(row)),
                })
            })
            .collect()
    }

    fn resources(&self) -> Value {
        rows(self.work, "supportingResources")
            .filter(|row| concerns(row, self.id))
            .filter(|row| row.get("isProcessing") != Some(&Value::Bool(true)))
            .map(|row| {
                let styles: Vec<Value> = Style::all()
                    .iter()
                    .map(|style| {
                        let url = resource_url(self.account, row, Some(style.name));
                        json!({ "style": style.name, "url": url })
                    })
                    .collect();
                json!({ "style_urls": styles })
            })
            .collect()
    }

    /// The other formats of the work; 06 is ONIX 2.1's relation *alternative format*.
    fn siblings(&self) -> Value {
        self.view
            .products_of(self.work)
            .filter(|(id, _)| *id != self.id)
            .map(|(_, product)| json!({ "relation_code": "06", "isbn": self.isbn(product) }))
            .collect()
    }
}
