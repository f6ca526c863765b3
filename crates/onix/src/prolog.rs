//! What stands before the first record: declaration, document type, root element.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::error::Error;

/// How many entities a document type may declare before it is taken for an attack.
const ENTITY_LIMIT: usize = 64;

/// What a root element says of its message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// `ONIXMessage`, in either spelling, with its release and whether that had to be assumed.
    Message { release: String, assumed: bool },
    /// A product without a message around it.
    Product,
}

/// Judges the root element's opening tag. `doctype` is the document type declaration, or nothing.
pub(crate) fn root(file: &str, tag: &str, name: &str, doctype: &str) -> Result<Root, Error> {
    if crate::framing::is_record(name.as_bytes()) {
        return Ok(Root::Product);
    }
    if !name.eq_ignore_ascii_case("ONIXMessage") {
        return Err(Error::NotOnix {
            file: file.to_owned(),
            root: name.chars().take(60).collect(),
        });
    }
    let (release, namespace) = release_and_namespace(tag);
    let declared = release
        .map(|release| release.trim().to_owned())
        .filter(|r| !r.is_empty());
    let (release, assumed) = match declared {
        Some(release) => (release, false),
        None => match release_named_in(&namespace).or_else(|| release_named_in(doctype)) {
            Some(release) => (release.to_owned(), false),
            None => ("3.0".to_owned(), true),
        },
    };
    match release
        .split('.')
        .next()
        .map(|major| major.trim_start_matches('0'))
    {
        Some("3") => Ok(Root::Message { release, assumed }),
        Some("1" | "2") => Err(Error::OldRelease {
            file: file.to_owned(),
            release,
        }),
        _ => {
            let release = release.chars().take(20).collect();
            Err(Error::UnknownRelease {
                file: file.to_owned(),
                release,
            })
        }
    }
}

/// The release that a namespace (`http://ns.editeur.org/onix/3.0/reference`) or the address of a
/// DTD (`http://www.editeur.org/onix/2.1/reference/onix-international.dtd`) names.
fn release_named_in(address: &str) -> Option<&'static str> {
    ["3.1", "3.0", "2.1", "2.0", "1.2"]
        .into_iter()
        .find(|release| address.contains(&format!("onix/{release}")))
}

fn release_and_namespace(tag: &str) -> (Option<String>, String) {
    let mut release = None;
    let mut namespaces = String::new();
    if let Ok(Event::Start(start) | Event::Empty(start)) = Reader::from_str(tag).read_event() {
        for attribute in start.html_attributes().with_checks(false).flatten() {
            let key = attribute.key.as_ref();
            if key == "release" {
                release = Some(attribute.value.to_string());
            } else if key.starts_with("xmlns") {
                namespaces.push_str(&attribute.value);
                namespaces.push(' ');
            }
        }
    }
    (release, namespaces)
}

/// Counts the general entities that a document type declares.
///
/// None is ever expanded, so a declaration does no harm by itself; but one built from others is a
/// bomb, and so many of them are no catalogue's need.
pub(crate) fn entities(file: &str, doctype: &str) -> Result<usize, Error> {
    let mut count = 0;
    for declaration in doctype.split("<!ENTITY").skip(1) {
        let declaration = declaration
            .split('>')
            .next()
            .unwrap_or_default()
            .trim_start();
        // Parameter entities fetch a DTD; it is not fetched.
        if declaration.starts_with('%') {
            continue;
        }
        count += 1;
        if names_an_entity(declaration) {
            let name = declaration.split_whitespace().next().unwrap_or_default();
            let what = format!("&{name};, an entity built from other entities");
            return Err(Error::Entities {
                file: file.to_owned(),
                what,
            });
        }
    }
    if count > ENTITY_LIMIT {
        let what = format!("{count} entities, more than the {ENTITY_LIMIT} that are let pass");
        return Err(Error::Entities {
            file: file.to_owned(),
            what,
        });
    }
    Ok(count)
}

/// Whether there is a reference to a general entity: `&name;`, but not `&#233;`.
fn names_an_entity(declaration: &str) -> bool {
    declaration.split('&').skip(1).any(|after| {
        after.split(';').next().is_some_and(|name| {
            !name.is_empty()
                && !name.starts_with('#')
                && name
                    .chars()
                    .all(|character| character.is_alphanumeric() || character == '_')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(tag: &str, doctype: &str) -> Result<Root, &'static str> {
        root("f", tag, "ONIXMessage", doctype).map_err(|error| error.code())
    }

    fn message(release: &str, assumed: bool) -> Result<Root, &'static str> {
        Ok(Root::Message {
            release: release.to_owned(),
            assumed,
        })
    }

    #[test]
    fn the_release_is_found_wherever_it_stands() {
        assert_eq!(
            release("<ONIXMessage release='3.1'>", ""),
            message("3.1", false)
        );
        assert_eq!(release("<ONIXMessage>", ""), message("3.0", true));
        let by_namespace = "<o:ONIXMessage xmlns:o='http://ns.editeur.org/onix/3.1/reference'>";
        assert_eq!(release(by_namespace, ""), message("3.1", false));
        let dtd = "<!DOCTYPE ONIXMessage SYSTEM 'http://www.editeur.org/onix/2.1/reference/x.dtd'>";
        assert_eq!(release("<ONIXMessage>", dtd), Err("FL-0206"));
        assert_eq!(release("<ONIXMessage release='02.1'>", ""), Err("FL-0206"));
        assert_eq!(release("<ONIXMessage release='4.0'>", ""), Err("FL-0207"));
    }

    #[test]
    fn other_roots_are_named() {
        let error = root("f", "<html>", "html", "").unwrap_err();
        assert_eq!(error.code(), "FL-0205");
        assert!(error.to_string().contains("<html>"));
        assert_eq!(
            root("f", "<product>", "product", "").ok(),
            Some(Root::Product)
        );
    }

    #[test]
    fn entities_built_from_entities_are_refused() {
        let plain = "<!DOCTYPE M [<!ENTITY % x SYSTEM 'y'> %x; <!ENTITY nbsp '&#160;'>]>";
        assert_eq!(entities("f", plain).ok(), Some(1));
        let bomb = "<!DOCTYPE M [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>";
        assert_eq!(entities("f", bomb).unwrap_err().code(), "FL-0209");
        let many = "<!ENTITY a 'b'>".repeat(65);
        assert_eq!(entities("f", &many).unwrap_err().code(), "FL-0209");
    }
}
