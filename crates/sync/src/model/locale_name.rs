//! What people call a locale, in Contentstack's own manner: `English - Australia`.

use catalogue::country::CountryCode;

/// The languages that books are most often sold in, by ISO 639-1 code.
#[rustfmt::skip]
const LANGUAGES: &[(&str, &str)] = &[
    ("af", "Afrikaans"), ("ar", "Arabic"), ("bg", "Bulgarian"), ("bn", "Bengali"), ("ca", "Catalan"),
    ("cs", "Czech"), ("cy", "Welsh"), ("da", "Danish"), ("de", "German"), ("el", "Greek"),
    ("en", "English"), ("es", "Spanish"), ("et", "Estonian"), ("eu", "Basque"), ("fa", "Persian"),
    ("fi", "Finnish"), ("fr", "French"), ("ga", "Irish"), ("gd", "Scottish Gaelic"), ("gl", "Galician"),
    ("he", "Hebrew"), ("hi", "Hindi"), ("hr", "Croatian"), ("hu", "Hungarian"), ("id", "Indonesian"),
    ("is", "Icelandic"), ("it", "Italian"), ("ja", "Japanese"), ("ko", "Korean"), ("lt", "Lithuanian"),
    ("lv", "Latvian"), ("mi", "Maori"), ("ms", "Malay"), ("nb", "Norwegian Bokmål"), ("nl", "Dutch"),
    ("nn", "Norwegian Nynorsk"), ("no", "Norwegian"), ("pl", "Polish"), ("pt", "Portuguese"), ("ro", "Romanian"),
    ("ru", "Russian"), ("sk", "Slovak"), ("sl", "Slovenian"), ("sr", "Serbian"), ("sv", "Swedish"),
    ("sw", "Swahili"), ("ta", "Tamil"), ("th", "Thai"), ("tr", "Turkish"), ("uk", "Ukrainian"),
    ("ur", "Urdu"), ("vi", "Vietnamese"), ("zh", "Chinese"), ("zu", "Zulu"),
];

/// The name of a locale; the code itself where it says nothing to us.
pub(super) fn locale_name(code: &str) -> String {
    let mut parts = code.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    let Some((_, language)) = LANGUAGES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(language))
    else {
        return code.to_owned();
    };
    let rest: Vec<&str> = parts.collect();
    match rest.as_slice() {
        [] => (*language).to_owned(),
        [.., region] => match CountryCode::exact(&region.to_ascii_uppercase()) {
            Some(country) => format!("{language} - {}", country.name()),
            None => format!("{language} - {}", rest.join("-")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_are_called_by_language_and_country() {
        for (code, name) in [
            ("en-au", "English - Australia"),
            ("fr", "French"),
            ("zh-hant", "Chinese - hant"),
            ("xx-au", "xx-au"),
        ] {
            assert_eq!(locale_name(code), name);
        }
    }

    #[test]
    fn the_table_is_in_order_and_has_no_language_twice() {
        assert!(LANGUAGES.is_sorted_by(|a, b| a.0 < b.0));
    }
}
