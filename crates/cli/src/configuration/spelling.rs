//! Guessing what was meant, and saying what is allowed.

/// The known word nearest to a misspelt one, if any is near enough to be worth naming.
pub(crate) fn nearest(word: &str, known: &[impl AsRef<str>]) -> Option<String> {
    let lower = word.to_lowercase();
    known
        .iter()
        .map(|known| {
            (
                strsim::jaro_winkler(&lower, &known.as_ref().to_lowercase()),
                known,
            )
        })
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known.as_ref().to_owned())
}

/// Words in a row: `` `a`, `b` or `c` ``.
pub(crate) fn listed(words: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| format!("`{}`", word.as_ref()))
        .collect();
    match quoted.split_last() {
        None => "nothing".into(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// The table that a key stands in, as people write it: `[contentstack]`, `[[site]]`, the top of the
/// file. `path` is the dotted path of the key or of its table.
pub(super) fn table_name(path: &str, key: &str) -> String {
    let table = path
        .strip_suffix(key)
        .map_or(path, |table| table.trim_end_matches('.'));
    if table.is_empty() {
        return "the top of the file".into();
    }
    match table.find('[') {
        Some(at) if table.ends_with(']') => format!("[[{}]]", table.get(..at).unwrap_or(table)),
        Some(at) => {
            let inner = table.rsplit('.').next().unwrap_or(table);
            format!("`{inner}` of [[{}]]", table.get(..at).unwrap_or(table))
        }
        None => format!("[{table}]"),
    }
}

/// A kind of value in a person's words rather than the parser's.
pub(super) fn plain_kind(kind: &str) -> String {
    const WORDS: [(&str, &str); 8] = [
        ("f64", "a number"),
        ("u64", "a whole number"),
        ("a sequence", "a list such as [\"GB\", \"IE\"]"),
        ("a string", "text in quotes"),
        ("a boolean", "true or false"),
        ("path string", "a path in quotes"),
        ("a map", "a table"),
        ("any valid value", "a value"),
    ];
    WORDS
        .iter()
        .find(|(parser, _)| *parser == kind)
        .map_or_else(
            || kind.replace("struct ", "a table of "),
            |(_, person)| (*person).to_owned(),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_nonsense_is_not() {
        let known = ["management_token", "master_locale", "api_key"];
        assert_eq!(
            nearest("mangement_token", &known).as_deref(),
            Some("management_token")
        );
        assert_eq!(nearest("apikey", &known).as_deref(), Some("api_key"));
        assert_eq!(nearest("zzz", &known), None);
    }

    #[test]
    fn tables_are_named_as_they_are_written() {
        assert_eq!(
            table_name("contentstack.regoin", "regoin"),
            "[contentstack]"
        );
        assert_eq!(table_name("site[1].curency", "curency"), "[[site]]");
        assert_eq!(
            table_name("site[1].select.imprint", "imprint"),
            "`select` of [[site]]"
        );
        assert_eq!(table_name("storee", "storee"), "the top of the file");
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(listed(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(listed(&["a"]), "`a`");
    }
}
