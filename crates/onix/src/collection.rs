//! Collections, which readers know as series.
//!
//! The name of a series stands in a Collection, or as a title element of level 02 in the title of
//! the product, or in both. The number of a volume stands in either, too, or as a sequence.

use catalogue::collection::{Series, SeriesMembership};
use catalogue::finding::Severity;
use catalogue::key::{SeriesKey, name_key};
use catalogue::product::Scope;
use catalogue::title::Title;

use crate::descriptive::{element_title, text_of};
use crate::reading::{BAD_NUMBER, Reading, quoted};
use crate::tags::Tag;
use crate::tree::Element;

impl Reading<'_> {
    pub(crate) fn series(&mut self, block: Element<'_>) -> Vec<SeriesMembership> {
        let in_title = block
            .all(Tag::TitleDetail)
            .filter(|detail| matches!(detail.value(Tag::TitleType), None | Some("01")))
            .find_map(collection_title);
        let part_in_title = block
            .all(Tag::TitleDetail)
            .flat_map(|detail| detail.all(Tag::TitleElement))
            .find_map(|element| text_of(element, Tag::PartNumber));
        let mut members: Vec<SeriesMembership> = Vec::new();
        for collection in block.all(Tag::Collection) {
            // 20 is a collection that somebody else ascribes.
            if collection.value(Tag::CollectionType) == Some("20") {
                continue;
            }
            let own = collection.all(Tag::TitleDetail).find_map(collection_title);
            let Some(title) = own.or_else(|| in_title.clone()) else {
                continue;
            };
            let part = collection
                .all(Tag::TitleDetail)
                .flat_map(|detail| detail.all(Tag::TitleElement))
                .find_map(|element| text_of(element, Tag::PartNumber));
            let sequence = self.sequence(collection);
            let member = membership(
                title,
                Some(collection),
                part.or_else(|| part_in_title.clone()),
                sequence,
            );
            if !members
                .iter()
                .any(|known| known.series.key == member.series.key)
            {
                members.push(member);
            }
        }
        if let (true, Some(title)) = (members.is_empty(), in_title) {
            members.push(membership(title, None, part_in_title, None));
        }
        members
    }

    /// The position in the publisher's order (List 197 code 03), else in any order given.
    fn sequence(&mut self, collection: Element<'_>) -> Option<u32> {
        let of_type = |wanted: Option<&str>| {
            collection.all(Tag::CollectionSequence).find(|sequence| {
                wanted.is_none() || sequence.value(Tag::CollectionSequenceType) == wanted
            })
        };
        let sequence = of_type(Some("03"))
            .or_else(|| of_type(Some("02")))
            .or_else(|| of_type(None))?;
        let text = sequence.value(Tag::CollectionSequenceNumber)?;
        // `2.1` is the first in the second sub-collection; the position at the top is wanted.
        let position = text
            .split('.')
            .next()
            .and_then(|top| top.trim().parse().ok());
        if position.is_none() {
            let message = format!("`{}` is no position in a collection", quoted(text));
            self.note(
                BAD_NUMBER,
                Severity::Info,
                Tag::CollectionSequenceNumber,
                message,
            );
        }
        position
    }
}

/// The title of the collection: level 02, with a sub-collection (03) as its subtitle; a
/// sub-collection alone stands for itself.
fn collection_title(detail: Element<'_>) -> Option<Title> {
    let level = |wanted: &str| {
        detail
            .all(Tag::TitleElement)
            .filter(|element| element.value(Tag::TitleElementLevel) == Some(wanted))
            .find_map(element_title)
    };
    match (level("02"), level("03")) {
        (Some(mut collection), Some(sub)) => {
            collection.subtitle = collection.subtitle.or(Some(sub.text));
            Some(collection)
        }
        (collection, sub) => collection.or(sub),
    }
}

fn membership(
    title: Title,
    collection: Option<Element<'_>>,
    part_number: Option<String>,
    sequence: Option<u32>,
) -> SeriesMembership {
    let identifier = |kind: &str| {
        collection?
            .all(Tag::CollectionIdentifier)
            .find(|identifier| identifier.value(Tag::CollectionIDType) == Some(kind))
    };
    let proprietary = identifier("01").and_then(|identifier| {
        let scheme = name_key(identifier.value(Tag::IDTypeName)?);
        Some(format!("{scheme}:{}", identifier.value(Tag::IDValue)?))
    });
    let id = proprietary.unwrap_or_else(|| name_key(&title.text));
    SeriesMembership {
        series: Series {
            key: SeriesKey::namespaced("onix", "series", id),
            name: title.text,
            subtitle: title.subtitle,
            issn: identifier("02").and_then(|identifier| text_of(identifier, Tag::IDValue)),
        },
        part_number,
        sequence,
        products: Scope::All,
    }
}
