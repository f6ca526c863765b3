//! Block 5, RelatedMaterial: the work it is a form of, and other products.

use catalogue::codes::WorkRelationCode;
use catalogue::product::RelatedProduct;
use catalogue::record::RelatedWork;

use crate::descriptive::text_of;
use crate::reading::Reading;
use crate::tags::Tag;
use crate::tree::Element;

impl Reading<'_> {
    pub(crate) fn related_works(&mut self, block: Element<'_>) -> Vec<RelatedWork> {
        let mut works = Vec::new();
        for element in block.all(Tag::RelatedWork) {
            let relations: Vec<WorkRelationCode> = self.codes(element, Tag::WorkRelationCode);
            for identifier in element.all(Tag::WorkIdentifier) {
                let Some(value) = text_of(identifier, Tag::IDValue) else {
                    continue;
                };
                let id_type = text_of(identifier, Tag::WorkIDType).unwrap_or_default();
                works.extend(relations.iter().map(|relation| RelatedWork {
                    relation: *relation,
                    id_type: id_type.clone(),
                    id_name: text_of(identifier, Tag::IDTypeName),
                    value: value.clone(),
                }));
            }
        }
        works
    }

    pub(crate) fn related_products(&mut self, block: Element<'_>) -> Vec<RelatedProduct> {
        let mut products = Vec::new();
        for element in block.all(Tag::RelatedProduct) {
            let relations = self.codes(element, Tag::ProductRelationCode);
            if let Some(isbn) = self.other_isbn(element) {
                products.push(RelatedProduct { relations, isbn });
            }
        }
        products
    }
}
