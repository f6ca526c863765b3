//! The press: it turns the short form of the data files into full records.
//!
//! Both the hand-written catalogue and the generated one come off it, so that a title of either kind
//! looks the same to a reader, down to the ids: a product's id follows from its work's id and its
//! place in the list of formats, and never from what else the catalogue holds.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::calendar::{offset, resolve, season, to_next_thursday};
use super::convention::{measure, paragraphs, stage_on, usual_availability};
use super::document::{into_document, prune};
use super::form::{self, Form};
use super::script::{Cover, FormatScript, HouseScript, Named, WorkScript};
use super::{SampleError, isbn, person, price, subject, territory};
use crate::world::{Document, ONIX, UPDATED_ON, World, merge};

/// The id of the first work.
pub(super) const FIRST_WORK: i64 = 1001;
/// The id of the first product.
pub(super) const FIRST_PRODUCT: i64 = 20_001;
/// How many product ids one work owns.
pub(super) const FORMATS_PER_WORK: i64 = 10;
/// Where the ids of nested rows begin.
const FIRST_ROW: i64 = 30_001;

/// Writes records into a world.
pub(super) struct Press {
    pub(super) world: World,
    as_of: Date,
    headings: BTreeMap<String, String>,
    next_row: i64,
}

impl Press {
    /// A press for a house without titles: its name, people and series are set.
    pub(super) fn new(house: &HouseScript, as_of: Date) -> Self {
        let mut world = World::new(as_of);
        world.client.insert("id".into(), json!(house.client.id));
        world.client.insert("name".into(), json!(house.client.name));
        let mut press = Self {
            world,
            as_of,
            headings: house.heading.clone(),
            next_row: FIRST_ROW,
        };
        for contact in &house.contact {
            press
                .world
                .contacts
                .insert(contact.id, person::document(contact));
        }
        for series in &house.series {
            let mut document = Map::new();
            document.insert("name".into(), json!(series.name));
            document.insert("subtitle".into(), json!(series.subtitle));
            press.world.series.insert(series.id, document);
        }
        press
    }

    /// Adds a title with its formats.
    ///
    /// # Errors
    /// The title's id and the part of it that could not be read.
    pub(super) fn add(&mut self, imprint: &Named, work: &WorkScript) -> Result<(), SampleError> {
        let unreadable = |part: String| SampleError::Title { id: work.id, part };
        let formats = work
            .formats
            .iter()
            .map(|line| FormatScript::parse(line, to_next_thursday(self.as_of)))
            .collect::<Result<Vec<_>, _>>()
            .map_err(unreadable)?;
        self.add_with_formats(imprint, work, &formats)
    }

    /// The same for formats that are already read.
    pub(super) fn add_with_formats(
        &mut self,
        imprint: &Named,
        work: &WorkScript,
        formats: &[FormatScript],
    ) -> Result<(), SampleError> {
        let unreadable = |part: String| SampleError::Title { id: work.id, part };
        if formats.len() > 10 {
            return Err(unreadable("more than ten formats".into()));
        }
        let first = product_id(work.id, 0);
        let ids: Vec<i64> = (first..).take(formats.len()).collect();
        let mut document = self.work_document(imprint, work, formats);
        document.insert(
            "contributions".into(),
            self.contributions(work, formats, &ids)?,
        );
        document.insert("marketingTexts".into(), self.texts(work));
        document.insert("supportingResources".into(), self.resources(work, formats));
        document.insert("prizes".into(), self.prizes(work));
        document.insert("seriesMemberships".into(), self.memberships(work));
        document.insert("products".into(), json!(ids));
        self.alter(
            work.id,
            &mut document,
            work.set.as_deref(),
            work.add.as_deref(),
        )
        .map_err(unreadable)?;
        for (index, (format, id)) in formats.iter().zip(&ids).enumerate() {
            let form = form::form(&format.form).ok_or_else(|| unreadable(format.form.clone()))?;
            let shape = territory::shape(&format.rights)
                .ok_or_else(|| unreadable(format.rights.clone()))?;
            let mut product = self.product_document(work, formats, format, form, shape, *id);
            if index == 0 && format.day.is_some_and(|day| day <= 0) {
                product.insert("webLinks".into(), self.web_links(work));
            }
            for tweak in work.tweak.iter().filter(|tweak| tweak.format == index) {
                self.alter(
                    work.id,
                    &mut product,
                    tweak.set.as_deref(),
                    tweak.add.as_deref(),
                )
                .map_err(unreadable)?;
            }
            prune(&mut product);
            self.world.products.insert(*id, product);
        }
        prune(&mut document);
        self.world.works.insert(work.id, document);
        Ok(())
    }

    fn work_document(
        &mut self,
        imprint: &Named,
        work: &WorkScript,
        formats: &[FormatScript],
    ) -> Document {
        let first_day = formats.iter().filter_map(|format| format.day).min();
        let first_date = first_day.map(|day| offset(self.as_of, day));
        let language = work.language.as_deref().unwrap_or("eng");
        let stage = work.stage.as_deref().unwrap_or_else(|| stage_on(first_day));
        let signed = work.signed.unwrap_or(true);
        let signed_date = signed.then(|| offset(self.as_of, first_day.unwrap_or(200).min(0) - 500));
        let updated = work.updated.unwrap_or(-(3 + mix(work.id) % 350));
        let keywords: Vec<&str> = work
            .keywords
            .split(';')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .collect();
        let fields = json!({
            "title": work.title,
            "subtitle": work.subtitle,
            "clientId": self.world.client.get("id"),
            "workType": work.kind,
            "projectStage": stage,
            "season": first_date.map(season),
            "marketingTier": work.tier.as_deref().unwrap_or("C"),
            "inHouseWorkReference": format!("PR{:05}", work.id),
            "imprint": {"id": imprint.id, "name": imprint.name},
            "audience": subject::audience(work),
            "subjectCodes": subject::rows(work, &self.headings),
            "bics": work.bic.split_whitespace().collect::<Vec<_>>(),
            "bisacs": work.bisac.split_whitespace().collect::<Vec<_>>(),
            "keywords": keywords,
            "contentLanguages": [{"id": self.row(), "onixLanguageCode": language}],
            "contract": {
                "id": 8000 + work.id,
                "contractName": format!("{} (volume rights)", work.title),
                "signedDate": signed_date.map(|date| date.to_string()),
            },
            "editionNumber": null,
            "onixEditionTypeCodes": [],
            "productionRuns": [],
            "workDerivations": [],
            UPDATED_ON: offset(self.as_of, updated).to_string(),
        });
        into_document(fields)
    }

    fn contributions(
        &mut self,
        work: &WorkScript,
        formats: &[FormatScript],
        ids: &[i64],
    ) -> Result<Value, SampleError> {
        let mut rows = Vec::new();
        for (sequence, line) in (1_i64..).zip(&work.by) {
            let mut words = line.split_whitespace();
            let (Some(role), Some(contact)) = (words.next(), words.next()) else {
                return Err(SampleError::Title {
                    id: work.id,
                    part: line.clone(),
                });
            };
            let contact: i64 = contact
                .parse()
                .ok()
                .filter(|id| self.world.contacts.contains_key(id))
                .ok_or_else(|| SampleError::Title {
                    id: work.id,
                    part: line.clone(),
                })?;
            let mut row = into_document(json!({
                "id": self.row(),
                "sequenceNumber": sequence,
                "onixContributorRoleCode": role,
                "contributorId": contact,
            }));
            if let Some(forms) = words.next() {
                let forms: Vec<&str> = forms.split(',').collect();
                let carried: Vec<i64> = formats
                    .iter()
                    .zip(ids)
                    .filter(|(format, _)| forms.contains(&format.form.as_str()))
                    .map(|(_, id)| *id)
                    .collect();
                row.insert("productIds".into(), json!(carried));
            }
            rows.push(Value::Object(row));
        }
        Ok(Value::Array(rows))
    }

    fn texts(&mut self, work: &WorkScript) -> Value {
        let mut texts = Vec::new();
        let mut rows: Vec<(&str, String, Option<&str>)> = Vec::new();
        if let Some(short) = &work.short {
            rows.push(("SHORT_DESCRIPTION", paragraphs(short), None));
        }
        if let Some(text) = &work.text {
            rows.push(("DESCRIPTION", paragraphs(text), None));
        }
        for review in &work.reviews {
            let (praise, source) = review.split_once(" — ").unwrap_or((review, ""));
            rows.push(("REVIEW_QUOTE", paragraphs(praise), Some(source)));
        }
        for (variant, text, source) in rows {
            let mut row = text_row(work.language.as_deref());
            row.insert("id".into(), json!(self.row()));
            row.insert("variant".into(), json!(variant));
            row.insert("externalText".into(), json!(text));
            row.insert("publicationName".into(), json!(source));
            texts.push(Value::Object(row));
        }
        Value::Array(texts)
    }

    fn resources(&mut self, work: &WorkScript, formats: &[FormatScript]) -> Value {
        let mut rows = Vec::new();
        let isbn = formats
            .iter()
            .position(|format| format.has_isbn)
            .map_or_else(
                || format!("work-{}", work.id),
                |at| isbn_of(product_id(work.id, at)),
            );
        let (status, processing) = match work.cover {
            Cover::Approved | Cover::Holding => ("APPROVED", false),
            Cover::Draft => ("DRAFT", false),
            Cover::Processing => ("APPROVED", true),
            Cover::None => ("", false),
        };
        if work.cover != Cover::None {
            let holding = work.cover == Cover::Holding;
            let mut cover = self.resource_row(work.id);
            let variant = if holding {
                "COVER_HOLDING_IMAGE"
            } else {
                "FRONT_COVER"
            };
            let caption = if holding {
                "Cover to be revealed"
            } else {
                "Front cover"
            };
            cover.insert("resourceVariant".into(), json!(variant));
            cover.insert("status".into(), json!(status));
            cover.insert("isProcessing".into(), json!(processing));
            cover.insert(
                "caption".into(),
                json!(format!("{caption}: {}", work.title)),
            );
            cover.insert("filename".into(), json!(format!("{isbn}.jpg")));
            rows.push(Value::Object(cover));
        }
        if work.photo {
            let name = self.lead_name(work);
            let mut photo = self.resource_row(work.id);
            photo.insert("resourceVariant".into(), json!("AUTHOR_PHOTO"));
            photo.insert("caption".into(), json!(name));
            photo.insert(
                "requiredCredit".into(),
                json!(format!("Photograph of {name}: Ida Brack")),
            );
            photo.insert("filename".into(), json!(format!("author-{}.jpg", work.id)));
            photo.insert("width".into(), json!(800));
            photo.insert("height".into(), json!(800));
            rows.push(Value::Object(photo));
        }
        Value::Array(rows)
    }

    fn resource_row(&mut self, work: i64) -> Document {
        let mut row = self.usual_resource(work);
        row.insert("id".into(), json!(self.row()));
        row
    }

    /// What the rows of a work's pictures have in common.
    fn usual_resource(&self, work: i64) -> Document {
        let made = offset(self.as_of, -(20 + mix(work) % 300));
        into_document(json!({
            "status": "APPROVED",
            "isProcessing": false,
            "copyright": null,
            "copyrightHolder": self.world.client.get("name"),
            "requiredCredit": null,
            "width": 600,
            "height": 900,
            "imageContentType": "image/jpeg",
            "onixContentAudienceCode": "_00",
            "createdAt": format!("{made}T09:30:00Z"),
            "updatedAt": format!("{made}T16:05:00Z"),
        }))
    }

    fn lead_name(&self, work: &WorkScript) -> String {
        work.by
            .first()
            .and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
            .and_then(|id: i64| self.world.contacts.get(&id))
            .and_then(|contact| {
                contact
                    .get("personName")
                    .or(contact.get("organisationName"))
            })
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    fn prizes(&mut self, work: &WorkScript) -> Value {
        let rows = work.prizes.iter().map(|line| {
            let (name, achievement) = line.split_once('|').unwrap_or((line, "01"));
            let (year, name) = name.trim().split_once(' ').unwrap_or(("", name.trim()));
            json!({
                "id": self.row(),
                "prizeName": name,
                "prizeYear": year.parse::<i64>().ok(),
                "onixPrizeAchievementCode": format!("_{}", achievement.trim()),
                "onixTerritoryCode": "GB",
            })
        });
        Value::Array(rows.collect())
    }

    fn memberships(&mut self, work: &WorkScript) -> Value {
        let Some(series) = &work.series else {
            return json!([]);
        };
        let (id, part) = match series.split_once(' ') {
            Some((id, part)) => (id, Some(part)),
            None => (series.as_str(), None),
        };
        json!([{"id": self.row(), "seriesId": id.parse::<i64>().ok(), "partNumber": part}])
    }

    fn web_links(&mut self, work: &WorkScript) -> Value {
        let page: String = work
            .title
            .to_lowercase()
            .chars()
            .map(|sign| {
                if sign.is_ascii_alphanumeric() {
                    sign
                } else {
                    '-'
                }
            })
            .collect();
        json!([{
            "id": self.row(),
            "link": format!("https://www.pellwick-rowe.example/books/{page}-{}", work.id),
            "note": "Publisher's page for the book",
            "role": "_02",
            "includeInOnix": true,
        }])
    }

    fn product_document(
        &mut self,
        work: &WorkScript,
        formats: &[FormatScript],
        format: &FormatScript,
        form: &Form,
        shape: &territory::Shape,
        id: i64,
    ) -> Document {
        let date = format.day.map(|day| offset(self.as_of, day));
        let forthcoming = format.day.is_none_or(|day| day > 0);
        let planned = offset(self.as_of, format.day.unwrap_or(420) + 14);
        let status = format
            .status
            .as_deref()
            .unwrap_or(if forthcoming { "02" } else { "04" });
        let pages = format
            .pages
            .or_else(|| formats.iter().find_map(|format| format.pages));
        let prices = format
            .pence
            .map_or_else(Vec::new, |pence| price::rows(pence, shape.currencies));
        let mut product = into_document(json!({
            "__typename": form.typename,
            "workId": work.id,
            "isbn13": format.has_isbn.then(|| isbn_of(id)),
            "titlePrefix": null,
            "titleWithoutPrefix": null,
            "subtitle": null,
            "allowOnixExports": format.approved,
            "onix21ProductFormCode": form.list7,
            "onixPublishingStatusCode": format!("_{status}"),
            "publicationDate": date.map(|date| date.to_string()),
            "plannedPublicationDate": forthcoming.then(|| planned.to_string()),
            "inHouseEdition": {"id": form.edition.0, "name": form.edition.1},
            "inHouseFormat": {"id": form.format.0, "name": form.format.1},
            "editionStatement": null,
            "onixEditionTypeCodes": [],
            "gbVatCode": if form.size.is_some() { "Z" } else { "S" },
            "webLinks": [],
            "containedProducts": [],
            UPDATED_ON: offset(self.as_of, work.updated.unwrap_or(-(3 + mix(id) % 350))).to_string(),
        }));
        measure(&mut product, form, pages);
        product.insert("prices".into(), Value::Array(self.numbered(prices)));
        let mut onix = feed_only(format, form, status, pages);
        shape.write(&mut product, &mut onix);
        product.insert(ONIX.into(), Value::Object(onix));
        product
    }

    fn numbered(&mut self, rows: Vec<Value>) -> Vec<Value> {
        rows.into_iter()
            .map(|row| {
                let mut numbered = Map::new();
                numbered.insert("id".into(), json!(self.row()));
                numbered.extend(into_document(row));
                Value::Object(numbered)
            })
            .collect()
    }

    /// Applies the free-hand part of a script: a merge patch, then rows to append.
    fn alter(
        &mut self,
        work: i64,
        document: &mut Document,
        set: Option<&str>,
        add: Option<&str>,
    ) -> Result<(), String> {
        if let Some(set) = set {
            let patch = into_document(self.free_hand(set)?);
            merge(document, &patch);
        }
        let Some(add) = add else { return Ok(()) };
        for (list, rows) in into_document(self.free_hand(add)?) {
            let Value::Array(rows) = rows else {
                return Err(list);
            };
            let mut rows = self.numbered(rows);
            let usual = match list.as_str() {
                "marketingTexts" => text_row(None),
                "supportingResources" => self.usual_resource(work),
                _ => Document::new(),
            };
            for row in &mut rows {
                let mut whole = usual.clone();
                whole.extend(into_document(row.take()));
                *row = Value::Object(whole);
            }
            match document.get_mut(&list) {
                Some(Value::Array(present)) => present.append(&mut rows),
                _ => {
                    document.insert(list, Value::Array(rows));
                }
            }
        }
        Ok(())
    }

    fn free_hand(&self, text: &str) -> Result<Value, String> {
        let mut value: Value =
            serde_json::from_str(text).map_err(|error| format!("{text}: {error}"))?;
        resolve(&mut value, self.as_of);
        name_isbns(&mut value);
        Ok(value)
    }

    fn row(&mut self) -> i64 {
        self.next_row += 1;
        self.next_row - 1
    }
}

/// Replaces `isbn:20011` with the ISBN of that product.
fn name_isbns(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(id) = text.strip_prefix("isbn:").and_then(|id| id.parse().ok()) {
                *text = isbn_of(id);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(name_isbns),
        Value::Object(fields) => fields.values_mut().for_each(name_isbns),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What the ONIX feed of a product carries and GraphQL lacks.
fn feed_only(format: &FormatScript, form: &Form, status: &str, pages: Option<i64>) -> Document {
    let mut onix = Map::new();
    let availability = format
        .availability
        .as_deref()
        .unwrap_or_else(|| usual_availability(status, form.availability));
    onix.insert("availability".into(), json!(availability));
    onix.insert("productFormDetails".into(), json!(form.details));
    if form.list7 == "DG" {
        onix.insert("epubProtection".into(), json!("02"));
    }
    if form.list7 == "AJ" || form.list7 == "AC" {
        onix.insert(
            "minutes".into(),
            json!(pages.map_or(240, |pages| pages * 2)),
        );
    }
    onix
}

/// The id of a work's format, counted from 0.
pub(super) fn product_id(work: i64, format: usize) -> i64 {
    let format = i64::try_from(format).unwrap_or_default();
    FIRST_PRODUCT + (work - FIRST_WORK) * FORMATS_PER_WORK + format
}

fn isbn_of(product: i64) -> String {
    isbn::isbn13(u64::try_from(product - FIRST_PRODUCT).unwrap_or_default())
}

fn text_row(language: Option<&str>) -> Document {
    into_document(json!({
        "id": null,
        "variant": "DESCRIPTION",
        "externalText": "",
        "onixContentAudienceCodes": ["_00"],
        "fromDate": null,
        "untilDate": null,
        "dateReleased": null,
        "datePublished": null,
        "approvalStatusName": "Approved",
        "publicationName": null,
        "onixLanguageCode": language.unwrap_or("eng"),
        "onix2Only": false,
    }))
}

/// Spreads consecutive ids over the numbers from 0, always in the same way.
pub(super) fn mix(id: i64) -> i64 {
    (id.wrapping_mul(2_654_435_761) >> 7).rem_euclid(1 << 20)
}
