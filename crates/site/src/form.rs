//! Which shelf a product form stands on, and which forms are not for readers at all (ONIX Lists 2,
//! 150 and 175).

use std::fmt;

use catalogue::codes::{ProductComposition, ProductForm};
use catalogue::product::Product;

use crate::content_model::FORM_GROUPS;

/// The shelf, in the order in which a title prefers its lead format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FormGroup {
    Print,
    Ebook,
    Audio,
    Other,
}

impl FormGroup {
    /// The public name, as stored in a stack.
    pub(crate) fn as_str(self) -> &'static str {
        FORM_GROUPS
            .get(self as usize)
            .map_or("other", |(uid, _)| uid)
    }

    /// The group of a product. An audiobook may come as a digital file with an audio detail (E*
    /// with A103).
    pub(crate) fn of(product: &Product) -> Self {
        let sounds = product
            .form_details
            .iter()
            .any(|detail| detail.initial() == Some('A'));
        match product.form.and_then(|form| form.initial()) {
            Some('A') => Self::Audio,
            Some('B' | 'P') => Self::Print,
            Some('E') if sounds => Self::Audio,
            Some('E') => Self::Ebook,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for FormGroup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Print forms in the order in which readers look for them; others follow in code order.
const PRINT_ORDER: [&str; 4] = ["BB", "BC", "BH", "BA"];

/// Position of a product's form within its group.
pub(crate) fn form_rank(product: &Product) -> usize {
    let form = product.form.as_ref().map_or("", |form| form.code());
    PRINT_ORDER
        .iter()
        .position(|known| *known == form)
        .unwrap_or(PRINT_ORDER.len())
}

/// Where a product stands among the formats of a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shelf<'a> {
    pub(crate) group: FormGroup,
    rank: usize,
    code: &'a str,
}

impl<'a> Shelf<'a> {
    pub(crate) fn of(product: &'a Product) -> Self {
        Self {
            group: FormGroup::of(product),
            rank: form_rank(product),
            code: product.form.as_ref().map_or("", |form| form.code()),
        }
    }
}

/// Whether the product is for the trade: trade-only composition, trade packs, promotional material
/// (X*).
pub(crate) fn is_trade_only(product: &Product) -> bool {
    let composition = matches!(
        product.composition,
        Some(ProductComposition::TRADE_ONLY | ProductComposition::TRADE_PACK)
    );
    composition || product.form.and_then(|form| form.initial()) == Some('X')
}

/// Whether the form says nothing: absent, or `00` undefined.
pub(crate) fn is_unknown(product: &Product) -> bool {
    let says = |form: &ProductForm| !form.is_empty() && *form != ProductForm::UNDEFINED;
    !product.form.as_ref().is_some_and(says)
}

/// Audio that comes as a file or a stream.
const AUDIO_FILES: [&str; 3] = ["AJ", "AN", "AO"];

/// Whether the product is a thing that can be lent and sold again.
pub(crate) fn is_physical(product: &Product) -> bool {
    let form = product.form.as_ref().map_or("", |form| form.code());
    match FormGroup::of(product) {
        FormGroup::Print => true,
        FormGroup::Audio => form.starts_with('A') && !AUDIO_FILES.contains(&form),
        FormGroup::Ebook => false,
        FormGroup::Other => !form.starts_with(['E', 'L']) && form != "SG",
    }
}

#[cfg(test)]
mod tests {
    use catalogue::key::{ProductKey, RecordKey};

    use super::*;

    #[test]
    fn a_form_says_nothing_where_it_is_absent_empty_or_undefined_alone() {
        let unknown = |form: Option<&str>| {
            let key = ProductKey::namespaced("consonance", "product", 1);
            let mut product = Product::new(key, RecordKey::namespaced("consonance", "work", 1));
            product.form = form.map(ProductForm::new);
            is_unknown(&product)
        };
        assert!(unknown(None) && unknown(Some("")) && unknown(Some("00")));
        assert!(!unknown(Some("BB")) && !unknown(Some("ВВ")));
    }
}
