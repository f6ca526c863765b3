//! From the bytes of a file to its text.

use encoding_rs::{Encoding, UTF_8};

use super::SeedError;

/// Decodes a file as its byte order mark or, failing that, its XML declaration says; UTF-8 when
/// neither speaks.
pub(super) fn decode(bytes: &[u8]) -> Result<String, SeedError> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => match declared(bytes) {
            Some(label) => Encoding::for_label(label.as_bytes())
                .ok_or(SeedError::Encoding { declared: label })?,
            None => UTF_8,
        },
    };
    let (text, _, damaged) = encoding.decode(bytes);
    if damaged {
        return Err(SeedError::Encoding {
            declared: encoding.name().to_owned(),
        });
    }
    Ok(text.into_owned())
}

/// The encoding that the XML declaration names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(200))?;
    let head = String::from_utf8_lossy(head);
    let declaration = head.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration
        .split_once("encoding")?
        .1
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|sign| matches!(sign, '"' | '\''))?;
    value
        .get(1..)?
        .split_once(quote)
        .map(|(label, _)| label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_decides() {
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><a>caf\xe9</a>";
        assert!(
            decode(latin)
                .expect("decoded")
                .ends_with("<a>caf\u{e9}</a>")
        );
        let utf8 = "<?xml version=\"1.0\"?><a>caf\u{e9}</a>".as_bytes();
        assert!(decode(utf8).expect("decoded").ends_with("<a>caf\u{e9}</a>"));
    }

    #[test]
    fn a_wrong_declaration_is_refused() {
        assert!(matches!(
            decode(b"<a>caf\xe9</a>"),
            Err(SeedError::Encoding { .. })
        ));
        let unheard_of = b"<?xml version='1.0' encoding='klingon'?><a/>";
        assert!(matches!(
            decode(unheard_of),
            Err(SeedError::Encoding { .. })
        ));
    }
}
