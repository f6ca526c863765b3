//! Titles by what people call them, in the catalogue as last read.

use catalogue::isbn::Isbn13;
use catalogue::work::Work;
use store::Store;

use crate::failure::{Failure, Misuse};

/// What a person may call a work by its key: `work:ID` of Consonance, a bare id, or the whole key.
pub(super) fn keys(asked: &str) -> [String; 3] {
    [
        asked.to_owned(),
        format!("consonance:{asked}"),
        format!("consonance:work:{asked}"),
    ]
}

/// The work meant by an ISBN in any spelling or a key.
pub(super) fn find<'a>(works: &'a [Work], asked: &str) -> Option<&'a Work> {
    let isbn: Option<Isbn13> = asked.parse().ok();
    let keys = keys(asked);
    works.iter().find(|work| {
        let by_key = keys.iter().any(|key| {
            work.key.as_str() == key || work.aliases.iter().any(|alias| alias.as_str() == key)
        });
        by_key
            || isbn.is_some_and(|isbn| {
                work.products
                    .iter()
                    .any(|product| product.isbn == Some(isbn))
            })
    })
}

/// Why a title is not known: it was rejected, its ISBN is none, or nobody has read it.
pub(super) async fn unknown(asked: &str, store: &Store) -> Result<Failure, Failure> {
    let keys = keys(asked);
    let rejections = store.rejections().await?;
    let rejection = rejections.iter().find(|rejection| {
        let key = rejection.key.as_str();
        keys.iter().any(|asked| asked == key) || rejection.key.id() == asked
    });
    if let Some(rejection) = rejection {
        return Ok(Failure::usage(
            Misuse::UnknownTitle,
            format!(
                "`{asked}` was read and rejected: {} ({})",
                rejection.reason, rejection.place
            ),
            format!(
                "mend the record at its source, then `frontlist replay {}`",
                rejection.key
            ),
        ));
    }
    const MEND: &str =
        "give an ISBN-13 or ISBN-10 in any spelling, or work:ID; `frontlist sync` reads new titles";
    let looks_like_isbn = asked.bytes().filter(u8::is_ascii_digit).count() >= 9
        && asked
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-xX \t".contains(&byte));
    let message = match asked.parse::<Isbn13>() {
        Err(error) if looks_like_isbn => format!("`{asked}` is no ISBN: {error}"),
        _ => format!("no title `{asked}` is known"),
    };
    Ok(Failure::usage(Misuse::UnknownTitle, message, MEND))
}
