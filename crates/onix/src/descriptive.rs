//! Block 1, DescriptiveDetail: what the product is.

use catalogue::codes::{AudienceCode, ExtentType, LanguageCode, SubjectScheme, TitleType};
use catalogue::finding::{FindingCode, Severity};
use catalogue::product::{Extent, Measure, Product, ProductPart};
use catalogue::subject::{Audience, Subject};
use catalogue::title::Title;
use catalogue::work::Work;

use crate::markup::without_tags;
use crate::reading::Reading;
use crate::tags::Tag;
use crate::tree::Element;

/// A record without a title of its own.
pub const NO_TITLE: FindingCode = FindingCode::new("no-title");

impl Reading<'_> {
    pub(crate) fn descriptive(
        &mut self,
        block: Element<'_>,
        work: &mut Work,
        product: &mut Product,
    ) {
        product.composition = self.code(block, Tag::ProductComposition);
        product.form = self.code(block, Tag::ProductForm);
        product.form_details = self.codes(block, Tag::ProductFormDetail);
        product.form_description = text_of(block, Tag::ProductFormDescription);
        product.edition = block
            .child(Tag::EditionStatement)
            .map(|statement| without_tags(statement).into_owned())
            .filter(|statement| !statement.is_empty());
        product.edition_number = self.number(block, Tag::EditionNumber);
        product.extents = self.extents(block);
        product.measures = self.measures(block);
        product.languages = self.languages(block);
        product.parts = self.parts(block);
        work.series = self.series(block);
        match self.title(block, work) {
            Some(title) => {
                work.title = title.clone();
                product.title = title;
            }
            None => self.note_no_title(),
        }
        work.contributions = self.contributions(block, work.publisher.as_deref());
        work.contributor_statement = block
            .child(Tag::ContributorStatement)
            .map(|statement| without_tags(statement).into_owned())
            .filter(|statement| !statement.is_empty());
        work.subjects = self.subjects(block);
        work.audience = self.audience(block);
    }

    pub(crate) fn note_no_title(&mut self) {
        let message = "the record has no title; send a TitleDetail of type 01";
        self.note(NO_TITLE, Severity::Error, Tag::TitleDetail, message);
    }

    /// The distinctive title (List 15 code 01), else the first that is none in another language.
    fn title(&mut self, block: Element<'_>, work: &Work) -> Option<Title> {
        let mut details: Vec<(TitleType, Element<'_>)> = Vec::new();
        for detail in block.all(Tag::TitleDetail) {
            let kind = self
                .code(detail, Tag::TitleType)
                .unwrap_or(TitleType::new("00"));
            details.push((kind, detail));
        }
        details.sort_by_key(|(kind, _)| match *kind {
            TitleType::DISTINCTIVE => 0,
            TitleType::ORIGINAL_LANGUAGE => 2,
            _ => 1,
        });
        let (_, detail) = details.first()?;
        let level = |wanted: &[&str]| {
            detail.all(Tag::TitleElement).find(|element| {
                wanted.contains(&element.value(Tag::TitleElementLevel).unwrap_or("01"))
            })
        };
        let own = level(&["01"]).or_else(|| level(&["04"]));
        if let Some(title) = own.and_then(element_title) {
            return Some(title);
        }
        // A volume that is told from its siblings by its number alone.
        let collection = level(&["02"])
            .or_else(|| level(&["03"]))
            .and_then(element_title);
        let name = collection
            .map(|title| title.text)
            .or_else(|| work.series.first().map(|member| member.series.name.clone()))?;
        let subtitle = own.and_then(|own| text_of(own, Tag::Subtitle));
        let text = match own.and_then(|own| text_of(own, Tag::PartNumber)) {
            Some(part) => format!("{name} {part}"),
            None => name,
        };
        Some(Title {
            subtitle,
            ..Title::new(text)
        })
    }

    fn extents(&mut self, block: Element<'_>) -> Vec<Extent> {
        let mut extents = Vec::new();
        for element in block.all(Tag::Extent) {
            let kind: Option<ExtentType> = self.code(element, Tag::ExtentType);
            let unit = self.code(element, Tag::ExtentUnit);
            let value = element.value(Tag::ExtentValue);
            if let (Some(kind), Some(unit), Some(value)) = (kind, unit, value) {
                extents.push(Extent {
                    kind,
                    value: value.to_owned(),
                    unit,
                });
            }
        }
        extents
    }

    fn measures(&mut self, block: Element<'_>) -> Vec<Measure> {
        let mut measures = Vec::new();
        for element in block.all(Tag::Measure) {
            let value = self.decimal(element, Tag::Measurement);
            let kind = text_of(element, Tag::MeasureType);
            let unit = text_of(element, Tag::MeasureUnitCode);
            if let (Some(kind), Some(value), Some(unit)) = (kind, value, unit) {
                measures.push(Measure { kind, value, unit });
            }
        }
        measures
    }

    /// Languages of the text; of an audiobook, those of the audio track.
    fn languages(&mut self, block: Element<'_>) -> Vec<LanguageCode> {
        let of_role = |reading: &mut Self, role: &str| -> Vec<LanguageCode> {
            block
                .all(Tag::Language)
                .filter(|language| language.value(Tag::LanguageRole) == Some(role))
                .filter_map(|language| reading.code(language, Tag::LanguageCode))
                .collect()
        };
        let mut languages = of_role(self, "01");
        if languages.is_empty() {
            languages = of_role(self, "08");
        }
        if languages.is_empty() {
            languages.extend(self.defaults.language);
        }
        languages
    }

    fn parts(&mut self, block: Element<'_>) -> Vec<ProductPart> {
        block
            .all(Tag::ProductPart)
            .map(|part| ProductPart {
                isbn: self.other_isbn(part),
                copies: self
                    .number(part, Tag::NumberOfCopies)
                    .or_else(|| self.number(part, Tag::NumberOfItemsOfThisForm))
                    .unwrap_or(1),
            })
            .collect()
    }

    fn subjects(&mut self, block: Element<'_>) -> Vec<Subject> {
        let mut subjects = Vec::new();
        for element in block.all(Tag::Subject) {
            let Some(scheme) = self.code(element, Tag::SubjectSchemeIdentifier) else {
                continue;
            };
            let subject = Subject {
                scheme,
                code: text_of(element, Tag::SubjectCode),
                heading: text_of(element, Tag::SubjectHeadingText),
                main: element.has(Tag::MainSubject),
                products: catalogue::product::Scope::All,
            };
            if is_keywords(scheme) {
                // Some senders put keywords where codes belong.
                let Some(words) = subject.heading.as_deref().or(subject.code.as_deref()) else {
                    continue;
                };
                subjects.extend(keywords(words).map(|word| Subject {
                    code: None,
                    heading: Some(word.to_owned()),
                    ..subject.clone()
                }));
            } else if subject.code.is_some() || subject.heading.is_some() {
                subjects.push(subject);
            }
        }
        subjects
    }

    fn audience(&mut self, block: Element<'_>) -> Audience {
        // 3.0 still has AudienceCode alone; both have it inside Audience, with its type.
        let mut codes: Vec<AudienceCode> = self.codes(block, Tag::AudienceCode);
        for element in block.all(Tag::Audience) {
            if element.value(Tag::AudienceCodeType) == Some("01") {
                codes.extend(self.code::<AudienceCode>(element, Tag::AudienceCodeValue));
            }
        }
        Audience {
            codes,
            description: block
                .child(Tag::AudienceDescription)
                .map(|description| without_tags(description).into_owned())
                .filter(|description| !description.is_empty()),
            interest_age: self.interest_age(block),
        }
    }

    /// An interest age in years (List 30 code 17): precisions and values come in pairs.
    fn interest_age(&mut self, block: Element<'_>) -> Option<(Option<u16>, Option<u16>)> {
        let range = block
            .all(Tag::AudienceRange)
            .find(|range| range.value(Tag::AudienceRangeQualifier) == Some("17"))?;
        let precisions = range.all(Tag::AudienceRangePrecision);
        let values = range.all(Tag::AudienceRangeValue);
        let (mut from, mut to) = (None, None);
        for (precision, value) in precisions.zip(values) {
            let age = value.text().parse().ok();
            match precision.text() {
                "01" => (from, to) = (age, age),
                "03" => from = age,
                "04" => to = age,
                _ => {}
            }
        }
        (from.is_some() || to.is_some()).then_some((from, to))
    }
}

/// Keywords for display, and Amazon's kind that is not.
fn is_keywords(scheme: SubjectScheme) -> bool {
    scheme == SubjectScheme::KEYWORDS || scheme.code() == "B2"
}

fn keywords(words: &str) -> impl Iterator<Item = &str> {
    words
        .split([';', '\n'])
        .map(str::trim)
        .filter(|word| !word.is_empty())
}

/// The text of the first child of this name, unless blank.
pub(crate) fn text_of(parent: Element<'_>, tag: Tag) -> Option<String> {
    parent.value(tag).map(str::to_owned)
}

/// The title that a TitleElement gives, if it gives any text.
pub(crate) fn element_title(element: Element<'_>) -> Option<Title> {
    let prefix = text_of(element, Tag::TitlePrefix);
    let subtitle = text_of(element, Tag::Subtitle);
    let text = match (element.value(Tag::TitleWithoutPrefix), &prefix) {
        (Some(rest), Some(prefix)) => joined(prefix, rest),
        (Some(rest), None) => rest.to_owned(),
        (None, _) => element.value(Tag::TitleText)?.to_owned(),
    };
    // A prefix beside a whole title counts only where the title does begin with it.
    let prefix = prefix.filter(|prefix| text.starts_with(prefix.as_str()));
    Some(Title {
        text,
        prefix,
        subtitle,
    })
}

/// A prefix and what follows it: `The` and `Salt Road`, but `L'` and `Étranger`.
fn joined(prefix: &str, rest: &str) -> String {
    let elided = prefix.ends_with(['\'', '\u{2019}', '-']);
    if elided {
        format!("{prefix}{rest}")
    } else {
        format!("{prefix} {rest}")
    }
}
