//! `adopt`: takes over entries that are there already, once a person has seen what would be overwritten.

use std::collections::BTreeSet;

use catalogue::isbn::Isbn13;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use site::desired::Kind;
use sync::adoption::{Adoptable, Adoption, adopt};
use sync::engine::Options;

use super::plan::difference::{Difference, differences};
use crate::arguments::AdoptArguments;
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Bars};
use crate::session::Session;

pub(super) async fn run(arguments: &AdoptArguments, session: &Session) -> Result<Ending, Failure> {
    let existing = session.configuration.existing();
    let own = session.configuration.names.content_type(Kind::Book);
    if existing.content_type != own {
        let message = format!(
            "entries of `{}` cannot be taken over: books are entries of `{own}`",
            existing.content_type
        );
        let mend = format!(
            "call the book type so: \"book\" = \"{}\" under [names], or leave those entries and refer from them to books",
            existing.content_type
        );
        return Err(Failure::usage(Misuse::Arguments, message, mend));
    }
    let confirmed = confirmed(&arguments.isbns)?;
    let stack = session.stack()?;
    let source = session.source(&arguments.source)?;
    let store = session.store().await?;
    let bars = Bars::new(Some(&stack));
    let engine = session.engine(&stack, &store, &bars);
    let found = async {
        let plan = engine.plan(source, &Options::at(Timestamp::now())).await?;
        let ledger = store.ledger().await?;
        engine.adoptable(&plan, &ledger, &existing).await
    };
    let found = found.await;
    bars.finish();
    let found = found?;
    if let Some(unknown) = confirmed
        .iter()
        .find(|isbn| !found.matches.iter().any(|one| one.isbn == **isbn))
    {
        let message = format!("no entry with ISBN {unknown} can be taken over");
        let mend = "`frontlist adopt` without ISBNs lists those that can";
        return Err(Failure::usage(Misuse::UnknownTitle, message, mend));
    }
    let taken: Vec<&Adoption> = found
        .matches
        .iter()
        .filter(|one| arguments.yes || confirmed.contains(&one.isbn))
        .collect();
    adopt(&store, taken.iter().copied()).await?;
    let row_key = session
        .configuration
        .names
        .field(Kind::Book, "formats.isbn13");
    output::print_as(session.format, &as_json(&found, &taken, row_key), || {
        told(&found, &taken, row_key)
    })?;
    let left = found.matches.len() > taken.len() || !found.unclear.is_empty();
    Ok(if left { Ending::Partial } else { Ending::Done })
}

fn confirmed(isbns: &[String]) -> Result<BTreeSet<Isbn13>, Failure> {
    let read = |text: &String| {
        Isbn13::parse(text).map_err(|error| {
            let message = format!("`{text}` is no ISBN: {error}");
            Failure::usage(Misuse::UnknownTitle, message, "write its 13 digits")
        })
    };
    isbns.iter().map(read).collect()
}

fn overwritten(one: &Adoption, row_key: &str) -> Vec<(String, Vec<Difference>)> {
    let versions = one.versions.iter().map(|version| {
        let found = differences(&version.before, &version.after, row_key);
        (version.locale.clone(), found)
    });
    versions.filter(|(_, found)| !found.is_empty()).collect()
}

fn as_json(found: &Adoptable, taken: &[&Adoption], row_key: &str) -> Json {
    let matches = found.matches.iter().map(|one| {
        let versions = overwritten(one, row_key)
            .into_iter()
            .map(|(locale, fields)| json!({ "locale": locale, "fields": fields }));
        json!({
            "isbn": one.isbn.to_string(),
            "title": one.title,
            "source_key": one.key.source_key,
            "entry": one.uid,
            "url": one.url,
            "adopted": taken.contains(&one),
            "overwrites": versions.collect::<Vec<_>>(),
        })
    });
    let unclear = found.unclear.iter().map(|(title, isbn, reason)| {
        json!({ "isbn": isbn.to_string(), "title": title, "reason": reason })
    });
    json!({ "matches": matches.collect::<Vec<_>>(), "unclear": unclear.collect::<Vec<_>>() })
}

fn told(found: &Adoptable, taken: &[&Adoption], row_key: &str) -> String {
    if found.matches.is_empty() && found.unclear.is_empty() {
        return "No entry waits: none has the ISBN of a title and is not ours already.\n".into();
    }
    let mut text = String::new();
    let mut line = |words: &str| {
        text.push_str(words);
        text.push('\n');
    };
    for one in &found.matches {
        let word = if taken.contains(&one) {
            "adopted"
        } else {
            "could be adopted"
        };
        line(&format!(
            "{word}  {} {} (entry {})",
            one.isbn, one.title, one.uid
        ));
        for (locale, fields) in overwritten(one, row_key) {
            line(&format!("  the next sync overwrites in {locale}:"));
            for field in fields {
                line(&format!("    {}", field.told()));
            }
        }
    }
    for (title, isbn, reason) in &found.unclear {
        line(&format!("unclear  {isbn} {title}: {reason}"));
    }
    if taken.len() < found.matches.len() {
        line(
            "Nothing else was written. Name the ISBNs to take over, or say --yes for all of them.",
        );
    }
    text
}
