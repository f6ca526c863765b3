//! Which product a record is about, where the record itself cannot be read.
//!
//! What a broken record says of a product is lost, but not that it says something: whoever leans on a feed for its
//! embargoes must know of which products it has none to go by. So identifiers are looked for with no more than an eye for
//! tags, which a fault elsewhere in the record does not disturb.

use std::borrow::Cow;
use std::collections::BTreeSet;

use catalogue::codes::WorkRelationCode;
use catalogue::isbn::Isbn13;
use catalogue::record::{ProductRecord, RelatedWork};
use memchr::{memchr, memchr_iter, memmem};
use quick_xml::escape::unescape;
use serde::Serialize;

/// What could be made out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// ISBNs among the product's own identifiers; else that of the record's reference.
    pub isbns: BTreeSet<Isbn13>,
    /// Works that the product manifests, by Consonance's own ids (`com.CLIENT.onix.ID`).
    pub works: Vec<RelatedWork>,
}

/// The longest tag worth looking at, in bytes.
const TAG_LIMIT: usize = 256;
/// Elements whose text tells something, by both their names.
const TELLING: [&[u8]; 4] = [b"WorkRelationCode", b"x454", b"IDValue", b"b244"];
/// What a marked section stands between.
const CDATA: (&[u8], &[u8]) = (b"<![CDATA[", b"]]>");
/// What a comment stands between.
const COMMENT: (&[u8], &[u8]) = (b"<!--", b"-->");

impl Identity {
    /// Of a record that could be read, but not used.
    pub fn of(record: &ProductRecord) -> Self {
        Self {
            isbns: record
                .product()
                .and_then(|product| product.isbn)
                .into_iter()
                .collect(),
            works: record.works.clone(),
        }
    }

    /// Looks through the bytes of a record.
    pub(crate) fn in_record(raw: &[u8], reference: Option<&str>) -> Self {
        let mut identity = Self::default();
        let mut before_blocks = true;
        let mut relation = None;
        for (tag, text) in tags(raw) {
            if is_block(tag) {
                before_blocks = false;
            }
            if !TELLING.contains(&tag) {
                continue;
            }
            let text = plain(text);
            let text = text.trim();
            match tag {
                b"WorkRelationCode" | b"x454" => relation = Some(text.to_owned()),
                b"IDValue" | b"b244" if before_blocks => {
                    identity.isbns.extend(Isbn13::parse(text));
                }
                b"IDValue" | b"b244" if is_work_id(text) => {
                    let code = relation.as_deref().unwrap_or("01");
                    let work = RelatedWork {
                        relation: WorkRelationCode::new(code),
                        id_type: "01".to_owned(),
                        id_name: None,
                        value: text.to_owned(),
                    };
                    if work.relation == WorkRelationCode::MANIFESTATION_OF {
                        identity.works.push(work);
                    }
                }
                _ => {}
            }
        }
        if identity.isbns.is_empty() {
            let named = reference.and_then(|reference| Isbn13::parse(reference).ok());
            identity.isbns.extend(named);
        }
        identity
    }
}

/// The blocks of a record, behind which identifiers may be those of others.
fn is_block(tag: &[u8]) -> bool {
    const BLOCKS: [&[u8]; 7] = [
        b"descriptivedetail",
        b"collateraldetail",
        b"promotiondetail",
        b"contentdetail",
        b"publishingdetail",
        b"relatedmaterial",
        b"productsupply",
    ];
    BLOCKS.iter().any(|block| tag.eq_ignore_ascii_case(block))
}

fn is_work_id(text: &str) -> bool {
    text.starts_with("com.") && text.contains(".onix.")
}

/// The text that begins here, up to the next tag: character references for what they stand for, marked sections as they
/// are, comments left out.
fn plain(mut rest: &[u8]) -> String {
    let mut text = String::new();
    loop {
        let at = memchr(b'<', rest).unwrap_or(rest.len());
        let (run, markup) = rest.split_at(at);
        let run = String::from_utf8_lossy(run);
        // One that stands for nothing is left as it is written.
        text.push_str(&unescape(&run).unwrap_or(Cow::Borrowed(&run)));
        let section = [(CDATA, true), (COMMENT, false)]
            .into_iter()
            .find_map(|(delimiters, is_text)| Some((enclosed(markup, delimiters)?, is_text)));
        let Some(((inside, after), is_text)) = section else {
            return text;
        };
        if is_text {
            text.push_str(&String::from_utf8_lossy(inside));
        }
        rest = after;
    }
}

/// What stands between delimiters that a text begins with, and what follows.
fn enclosed<'r>(text: &'r [u8], (open, close): (&[u8], &[u8])) -> Option<(&'r [u8], &'r [u8])> {
    let inside = text.strip_prefix(open)?;
    let end = memmem::find(inside, close)?;
    Some((inside.get(..end)?, inside.get(end + close.len()..)?))
}

/// The opening tags of a text that may be broken anywhere: local name, and all that follows.
fn tags(raw: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    memchr_iter(b'<', raw).filter_map(move |at| {
        let rest = raw.get(at + 1..)?;
        let end = memchr(b'>', rest.get(..TAG_LIMIT).unwrap_or(rest))?;
        let tag = rest.get(..end)?;
        let name = tag.split(u8::is_ascii_whitespace).next()?;
        let local = name.rsplit(|byte| *byte == b':').next()?;
        let text = rest.get(end + 1..)?;
        Some((local, text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISBN: &str = "9781839910005";

    fn isbns(raw: &str, reference: Option<&str>) -> Vec<String> {
        let identity = Identity::in_record(raw.as_bytes(), reference);
        identity.isbns.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_products_own_isbn_is_found_before_a_fault_and_behind_it() {
        let own = format!("<ProductIdentifier><IDValue>{ISBN}</IDValue></ProductIdentifier>");
        let of_another = "<RelatedMaterial><IDValue>9781492067665</IDValue></RelatedMaterial>";
        for raw in [
            format!("<Product>{own}<Date>2026<</Product>{of_another}"),
            format!("<Product><Broken attribute={own}{of_another}</Product>"),
            format!("<product><b244>{ISBN}</b244><relatedmaterial><b244>9781492067665</b244>"),
            format!("<o:Product><o:IDValue x=\"y\"> {ISBN} </o:IDValue>{of_another}"),
        ] {
            assert_eq!(isbns(&raw, None), [ISBN], "{raw}");
        }
    }

    #[test]
    fn an_isbn_is_found_however_its_text_is_written() {
        for text in [
            "<![CDATA[9781839910005]]>",
            " <![CDATA[97818]]>39910005 ",
            "&#57;78183991000&#x35;",
            "97818<!-- the house's own -->39910005",
        ] {
            let raw = format!("<Product><IDValue>{text}</IDValue><Broken>&nosuch;");
            assert_eq!(isbns(&raw, None), [ISBN], "{text}");
        }
        for open in [
            "<![CDATA[9781839910005",
            "<!-- 9781839910005",
            "&nosuch;9781839910005",
        ] {
            assert!(
                isbns(&format!("<IDValue>{open}"), None).is_empty(),
                "{open}"
            );
        }
    }

    #[test]
    fn a_reference_that_is_an_isbn_speaks_where_the_identifiers_do_not() {
        let bad = "<Product><IDValue>9781839910006</IDValue>";
        assert_eq!(isbns(bad, Some(ISBN)), [ISBN]);
        assert!(isbns(bad, Some("house.17")).is_empty());
    }

    #[test]
    fn only_the_work_that_the_product_manifests_counts() {
        let raw = "<RelatedMaterial><RelatedWork><WorkRelationCode>01</WorkRelationCode><IDValue>com.pellwick.onix.7</IDValue>\
                   </RelatedWork><RelatedWork><WorkRelationCode>02</WorkRelationCode><IDValue>com.pellwick.onix.8</IDValue>";
        let works = Identity::in_record(raw.as_bytes(), None).works;
        let values: Vec<&str> = works.iter().map(|work| work.value.as_str()).collect();
        assert_eq!(values, ["com.pellwick.onix.7"]);
    }
}
