//! Shops to which readers are sent, as templates of addresses.
//!
//! A template is checked when the configuration is read: one without a placeholder would send the
//! readers of every book to one page, and one with an unknown placeholder to none.

use std::collections::BTreeSet;

use catalogue::product::Product;

use crate::call::CallToAction;
use crate::form::FormGroup;
use crate::policy::SiteId;

/// What an address may be made of, by the name that stands in braces.
const PARTS: [(&str, Part); 3] = [
    ("isbn13", Part::Isbn13),
    ("isbn10", Part::Isbn10),
    ("asin", Part::Asin),
];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// Thirteen digits.
    Isbn13,
    /// Ten characters; a book of the 979 range has none.
    Isbn10,
    /// Amazon's number, of products that have one.
    Asin,
}

/// An address with gaps for the numbers of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

/// Why a text is no template of an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Not of the web.
    #[error("`{0}` is no web address")]
    NotWeb(String),
    /// The same for every book.
    #[error("`{0}` has no placeholder, so every book would lead to the same page")]
    NoPlaceholder(String),
    /// Something in braces that no product has.
    #[error("`{{{0}}}` is no placeholder")]
    UnknownPlaceholder(String),
    /// A brace that is never closed, or never opened.
    #[error("`{0}` has a brace without its fellow")]
    Brace(String),
}

impl Template {
    /// Reads a template such as `https://shop.example/{isbn13}`.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let text = text.trim();
        let web = ["https://", "http://"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme));
        let host = web.and_then(|rest| rest.split(['/', '?', '#']).next());
        if host.is_none_or(|host| host.is_empty() || host.contains(['{', '}']))
            || text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
        {
            return Err(TemplateError::NotWeb(text.to_owned()));
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            let inner = from
                .strip_prefix('{')
                .and_then(|inner| inner.split_once('}'));
            let Some((name, after)) = inner else {
                return Err(TemplateError::Brace(text.to_owned()));
            };
            let known = PARTS.iter().find(|(known, _)| *known == name);
            let Some((_, part)) = known else {
                return Err(TemplateError::UnknownPlaceholder(name.to_owned()));
            };
            parts.push(Part::Literal(before.to_owned()));
            parts.push(part.clone());
            rest = after;
        }
        if parts.is_empty() {
            return Err(TemplateError::NoPlaceholder(text.to_owned()));
        }
        parts.push(Part::Literal(rest.to_owned()));
        Ok(Self { parts })
    }

    /// The placeholders that there are, with their braces.
    pub fn placeholders() -> Vec<String> {
        PARTS
            .iter()
            .map(|(name, _)| format!("{{{name}}}"))
            .collect()
    }

    /// The address of a product; nothing where it lacks a number that the address is made of.
    pub(crate) fn address(&self, product: &Product) -> Option<String> {
        let mut address = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => address.push_str(text),
                Part::Isbn13 => address.push_str(product.isbn?.as_str()),
                Part::Isbn10 => address.push_str(&product.isbn?.isbn10()?),
                Part::Asin => address.push_str(asin(product)?),
            }
        }
        Some(address)
    }
}

/// Amazon's number, if it is one: ten letters and digits. Anything else would break the address.
fn asin(product: &Product) -> Option<&str> {
    let asin = product.asin.as_deref()?.trim();
    let well = asin.len() == 10 && asin.bytes().all(|byte| byte.is_ascii_alphanumeric());
    well.then_some(asin)
}

/// One shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retailer {
    /// Its name, as readers see it.
    pub name: String,
    /// The sites that send readers there; empty means all. Sites that share a locale share its
    /// links, so a shop is shown in a locale if all its sites name it.
    pub sites: BTreeSet<SiteId>,
    /// Form groups (`print`, `ebook`) or codes of ONIX List 150 (`BB`); empty means all.
    pub formats: BTreeSet<String>,
    /// Calls to action that it answers (`buy`, `preorder`, `find_copy`).
    pub calls: BTreeSet<String>,
    /// Its addresses.
    pub url: Template,
}

impl Retailer {
    /// Whether it answers a call about a product on all of some sites.
    pub(crate) fn serves<'s>(
        &self,
        call: CallToAction,
        product: &Product,
        mut sites: impl Iterator<Item = &'s SiteId>,
    ) -> bool {
        let group = FormGroup::of(product).as_str();
        let form = product.form.as_ref().map_or("", |form| form.code());
        self.calls.contains(call.as_str())
            && (self.formats.is_empty()
                || self.formats.contains(group)
                || self.formats.contains(form))
            && (self.sites.is_empty() || sites.all(|site| self.sites.contains(site)))
    }
}

#[cfg(test)]
mod tests {
    use catalogue::isbn::Isbn13;
    use catalogue::key::{ProductKey, RecordKey};

    use super::*;

    fn product(isbn: &str, asin: Option<&str>) -> Product {
        let mut product = Product::new(
            ProductKey::namespaced("test", "product", 1),
            RecordKey::namespaced("test", "work", 1),
        );
        product.isbn = Some(Isbn13::parse(isbn).unwrap());
        product.asin = asin.map(str::to_owned);
        product
    }

    #[test]
    fn numbers_are_put_where_the_template_asks_for_them() {
        let fill =
            |template: &str, product: &Product| Template::parse(template).unwrap().address(product);
        let old = product("9781492067665", Some("B0ABCDEFGH"));
        assert_eq!(
            fill("https://shop.example/b?i={isbn13}&t=x", &old).as_deref(),
            Some("https://shop.example/b?i=9781492067665&t=x")
        );
        assert_eq!(
            fill("https://shop.example/{isbn10}", &old).as_deref(),
            Some("https://shop.example/1492067660")
        );
        assert_eq!(
            fill("https://shop.example/dp/{asin}/{isbn13}", &old).as_deref(),
            Some("https://shop.example/dp/B0ABCDEFGH/9781492067665")
        );
        let new = product("9791032305690", None);
        assert_eq!(fill("https://shop.example/{isbn10}", &new), None);
        assert_eq!(fill("https://shop.example/{asin}", &new), None);
        let wrong = product("9781492067665", Some("../../evil"));
        assert_eq!(fill("https://shop.example/{asin}", &wrong), None);
    }

    #[test]
    fn a_template_that_cannot_work_is_refused() {
        for (text, error) in [
            (
                "https://shop.example/",
                TemplateError::NoPlaceholder("https://shop.example/".into()),
            ),
            (
                "https://shop.example/{ean}",
                TemplateError::UnknownPlaceholder("ean".into()),
            ),
            (
                "https://shop.example/{isbn13",
                TemplateError::Brace("https://shop.example/{isbn13".into()),
            ),
            (
                "https://shop.example/isbn13}",
                TemplateError::Brace("https://shop.example/isbn13}".into()),
            ),
            (
                "javascript:alert({isbn13})",
                TemplateError::NotWeb("javascript:alert({isbn13})".into()),
            ),
            (
                "https://{isbn13}.example/",
                TemplateError::NotWeb("https://{isbn13}.example/".into()),
            ),
        ] {
            assert_eq!(Template::parse(text), Err(error), "{text}");
        }
    }
}
