//! Block 2, CollateralDetail: texts, covers, files.

use catalogue::codes::{ContentAudience, ResourceContentType, ResourceMode, TextType};
use catalogue::contributor::ContributorKind;
use catalogue::finding::{FindingCode, Severity};
use catalogue::product::Scope;
use catalogue::resource::SupportingResource;
use catalogue::text::{MarketingText, Release};
use catalogue::work::Work;

use crate::descriptive::text_of;
use crate::markup::without_tags;
use crate::reading::Reading;
use crate::tags::Tag;
use crate::tree::Element;

/// A resource without the address of a file; left out.
pub const NO_RESOURCE_LINK: FindingCode = FindingCode::new("no-resource-link");

impl Reading<'_> {
    pub(crate) fn collateral(&mut self, block: Element<'_>, work: &mut Work) {
        for element in block.all(Tag::TextContent) {
            self.texts(element, &mut work.texts);
        }
        for element in block.all(Tag::SupportingResource) {
            self.resources(element, &mut work.resources);
        }
        name_the_pictured(work);
    }

    /// A TextContent: the same text, perhaps in several languages.
    fn texts(&mut self, element: Element<'_>, texts: &mut Vec<MarketingText>) {
        let Some(kind) = self.code::<TextType>(element, Tag::TextType) else {
            return;
        };
        let audiences: Vec<ContentAudience> = self.codes(element, Tag::ContentAudience);
        let territory = self.territory(element);
        let period = self.content_period(element);
        let authors: Vec<&str> = element
            .all(Tag::TextAuthor)
            .map(|author| author.text())
            .filter(|author| !author.is_empty())
            .collect();
        let author = (!authors.is_empty())
            .then(|| authors.join(", "))
            .or_else(|| text_of(element, Tag::TextSourceCorporate));
        let source_title = element
            .child(Tag::SourceTitle)
            .map(|title| without_tags(title).into_owned())
            .filter(|title| !title.is_empty());
        for text in element.all(Tag::Text) {
            let Some(markup) = self.markup(text) else {
                continue;
            };
            texts.push(MarketingText {
                kind,
                audiences: audiences.clone(),
                language: self.language(text),
                territory: territory.clone(),
                from: period.from,
                until: period.until,
                release: Release::Unstated,
                markup,
                author: author.clone(),
                source_title: source_title.clone(),
                products: Scope::All,
            });
        }
    }

    /// A SupportingResource: the same thing, perhaps in several files.
    fn resources(&mut self, element: Element<'_>, resources: &mut Vec<SupportingResource>) {
        let Some(kind) = self.code::<ResourceContentType>(element, Tag::ResourceContentType) else {
            return;
        };
        let audiences: Vec<ContentAudience> = self.codes(element, Tag::ContentAudience);
        let territory = self.territory(element);
        let mode: Option<ResourceMode> = self.code(element, Tag::ResourceMode);
        for version in element.all(Tag::ResourceVersion) {
            let links = version.all(Tag::ResourceLink).map(|link| link.text());
            let Some(link) = links.into_iter().find(|link| !link.is_empty()) else {
                let message = "a resource has no link to its file; it is left out";
                self.note(
                    NO_RESOURCE_LINK,
                    Severity::Warning,
                    Tag::ResourceVersion,
                    message,
                );
                continue;
            };
            let period = self.content_period(version);
            resources.push(SupportingResource {
                id: None,
                kind,
                mode,
                audiences: audiences.clone(),
                territory: territory.clone(),
                release: Release::Unstated,
                processing: false,
                link: link.to_owned(),
                file_name: version_feature(version, "04").map(str::to_owned),
                updated: mark_of_change(version),
                width: version_feature(version, "03").and_then(|width| width.parse().ok()),
                height: version_feature(version, "02").and_then(|height| height.parse().ok()),
                bytes: version_feature(version, "07").and_then(|bytes| bytes.parse().ok()),
                credit: feature(element, "01"),
                copyright: feature(element, "03"),
                caption: feature(element, "02"),
                alternative_text: feature(element, "07"),
                from: period.from,
                until: period.until,
                contributor: None,
                products: Scope::All,
            });
        }
    }
}

/// A contributor's picture does not say whose it is; where only one person contributed, it is
/// clear.
fn name_the_pictured(work: &mut Work) {
    let mut persons = work
        .contributions
        .iter()
        .filter(|contribution| contribution.contributor.kind == ContributorKind::Person);
    let (Some(only), None) = (persons.next(), persons.next()) else {
        return;
    };
    for resource in &mut work.resources {
        if resource.kind == ResourceContentType::CONTRIBUTOR_PICTURE {
            resource.contributor = Some(only.contributor.key.clone());
        }
    }
}

/// A feature of the resource (List 160): its note, else its value.
fn feature(resource: Element<'_>, kind: &str) -> Option<String> {
    let feature = resource
        .all(Tag::ResourceFeature)
        .find(|feature| feature.value(Tag::ResourceFeatureType) == Some(kind))?;
    feature
        .child(Tag::FeatureNote)
        .map(|note| without_tags(note).into_owned())
        .filter(|note| !note.is_empty())
        .or_else(|| text_of(feature, Tag::FeatureValue))
}

/// A feature of one file (List 162).
fn version_feature<'t>(version: Element<'t>, kind: &str) -> Option<&'t str> {
    version
        .all(Tag::ResourceVersionFeature)
        .find(|feature| feature.value(Tag::ResourceVersionFeatureType) == Some(kind))?
        .value(Tag::FeatureValue)
}

/// What tells one state of a file from the next: a hash, else the date of its last update.
fn mark_of_change(version: Element<'_>) -> Option<String> {
    let hash = |name: &str, kind: &str| {
        version_feature(version, kind).map(|hash| format!("{name}:{}", hash.to_ascii_lowercase()))
    };
    hash("sha256", "08")
        .or_else(|| hash("md5", "06"))
        .or_else(|| {
            version
                .all(Tag::ContentDate)
                .find(|date| date.value(Tag::ContentDateRole) == Some("17"))
                .and_then(|date| text_of(date, Tag::Date))
        })
}
