//! The grammar of the sample's data files.
//!
//! A title is written the way an editor would jot it down: who made it, what it is about, and one
//! line per format. Everything a publisher's system repeats on every record (the six prices, the
//! measurements, the country lists, the ids) is expanded from that by code. Whatever the short form
//! cannot say is a JSON merge patch on the finished document, so the grammar never has to grow for
//! the sake of one odd book.

use serde::Deserialize;

use super::calendar::THURSDAY;

/// One data file: an imprint and its titles.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImprintScript {
    pub(super) imprint: Named,
    pub(super) work: Vec<WorkScript>,
}

/// Something with an id and a name: the house itself or an imprint.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) id: i64,
    pub(super) name: String,
}

/// The house: its people, its series and its subject headings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HouseScript {
    pub(super) client: Named,
    pub(super) series: Vec<SeriesScript>,
    pub(super) contact: Vec<ContactScript>,
    /// Thema, BIC and BISAC headings used in the data files, by `scheme:code`.
    pub(super) heading: std::collections::BTreeMap<String, String>,
}

/// A series.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeriesScript {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) subtitle: Option<String>,
}

/// A person or, with `organisation`, a corporate body.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactScript {
    pub(super) id: i64,
    /// The name as printed.
    pub(super) name: String,
    /// `Family, Given`; absent for an organisation and for a name that has no such form.
    pub(super) inverted: Option<String>,
    #[serde(default)]
    pub(super) organisation: bool,
    pub(super) bio: Option<String>,
    pub(super) isni: Option<String>,
}

/// How far the front cover of a title has got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Cover {
    #[default]
    Approved,
    /// No picture at all.
    None,
    /// Uploaded, not released.
    Draft,
    /// Approved, but still being resized by the service.
    Processing,
    /// A holding image stands in.
    Holding,
}

/// One title.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkScript {
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) subtitle: Option<String>,
    /// What the house calls this kind of book.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    /// Project stage; derived from the first publication date when absent.
    pub(super) stage: Option<String>,
    /// Marketing tier, `C` when absent.
    pub(super) tier: Option<String>,
    /// `ROLE CONTACT`, or `ROLE CONTACT hb,pb` when only some formats carry the contribution.
    #[serde(default)]
    pub(super) by: Vec<String>,
    /// `SERIES` or `SERIES PART`.
    pub(super) series: Option<String>,
    /// Thema codes separated by spaces, the main one first.
    #[serde(default)]
    pub(super) thema: String,
    #[serde(default)]
    pub(super) bic: String,
    #[serde(default)]
    pub(super) bisac: String,
    /// Separated by semicolons.
    #[serde(default)]
    pub(super) keywords: String,
    /// ONIX List 28 codes separated by spaces, `01` when absent.
    pub(super) audience: Option<String>,
    /// Interest age in years, `3-6`.
    pub(super) ages: Option<String>,
    /// Short description.
    pub(super) short: Option<String>,
    /// Description: paragraphs separated by blank lines, or markup as it is if it begins with `<`.
    pub(super) text: Option<String>,
    /// `Praise — Where it appeared`.
    #[serde(default)]
    pub(super) reviews: Vec<String>,
    /// `YEAR Prize | ACHIEVEMENT` with an ONIX List 41 code.
    #[serde(default)]
    pub(super) prizes: Vec<String>,
    /// One line per format; see [`FormatScript::parse`].
    #[serde(default)]
    pub(super) formats: Vec<String>,
    #[serde(default)]
    pub(super) cover: Cover,
    /// Whether the lead contributor's photograph is on file.
    #[serde(default)]
    pub(super) photo: bool,
    /// ONIX List 74 code, `eng` when absent.
    pub(super) language: Option<String>,
    /// Whether the contract is signed; it is when nothing is said.
    pub(super) signed: Option<bool>,
    /// Day of the last change; spread over the past year when absent.
    pub(super) updated: Option<i64>,
    /// A JSON merge patch on the work's document.
    pub(super) set: Option<String>,
    /// A JSON object of lists whose rows are appended to those of the work's document.
    pub(super) add: Option<String>,
    /// JSON merge patches on single formats.
    #[serde(default)]
    pub(super) tweak: Vec<Tweak>,
}

/// Changes to the document of one format, counted from 0.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tweak {
    pub(super) format: usize,
    /// A JSON merge patch.
    pub(super) set: Option<String>,
    /// A JSON object of lists whose rows are appended.
    pub(super) add: Option<String>,
}

/// One format of a title.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FormatScript {
    /// The word of the form table (`hb`, `pb`, `eb` ...).
    pub(super) form: String,
    /// Publication day as an offset, `None` for a format without a date.
    pub(super) day: Option<i64>,
    /// Sterling price in pence, `None` for a format without prices.
    pub(super) pence: Option<i64>,
    /// ONIX List 64.
    pub(super) status: Option<String>,
    /// ONIX List 65.
    pub(super) availability: Option<String>,
    /// Name of a rights shape.
    pub(super) rights: String,
    pub(super) pages: Option<i64>,
    /// Whether the format may go out to the trade.
    pub(super) approved: bool,
    pub(super) has_isbn: bool,
}

impl FormatScript {
    /// Reads `FORM DAY PRICE [word ...]`: `DAY` is an offset, `thu` for the Thursday of next week (so
    /// many days away) or `-` for none, `PRICE` pounds or `-` for none. Words: `status=NN`, `avail=NN`, `rights=SHAPE`, `pages=N`, `draft` (not approved
    /// for export), `noisbn`.
    ///
    /// # Errors
    /// The word that could not be read.
    pub(super) fn parse(line: &str, thursday: i64) -> Result<Self, String> {
        let mut words = line.split_whitespace();
        let form = words.next().ok_or("a format needs a form")?.to_owned();
        let day = optional(words.next(), |day| match day {
            THURSDAY => Some(thursday),
            day => day.parse().ok(),
        })?;
        let pence = optional(words.next(), pence)?;
        let mut format = Self {
            form,
            day,
            pence,
            status: None,
            availability: None,
            rights: "world".to_owned(),
            pages: None,
            approved: true,
            has_isbn: true,
        };
        for word in words {
            match word.split_once('=') {
                Some(("status", code)) => format.status = Some(code.to_owned()),
                Some(("avail", code)) => format.availability = Some(code.to_owned()),
                Some(("rights", shape)) => format.rights = shape.to_owned(),
                Some(("pages", count)) => format.pages = count.parse().ok(),
                None if word == "draft" => format.approved = false,
                None if word == "noisbn" => format.has_isbn = false,
                _ => return Err(word.to_owned()),
            }
        }
        Ok(format)
    }
}

fn optional<T>(word: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    match word {
        Some("-") => Ok(None),
        Some(word) => read(word).map(Some).ok_or_else(|| word.to_owned()),
        None => Err("a format needs a form, a day and a price".to_owned()),
    }
}

/// `18.99` to 1899.
fn pence(pounds: &str) -> Option<i64> {
    let (whole, part) = pounds.split_once('.')?;
    (part.len() == 2).then_some(())?;
    Some(whole.parse::<i64>().ok()? * 100 + part.parse::<i64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_line_reads_into_its_parts() {
        let format = FormatScript::parse(
            "pb -30 9.99 pages=288 rights=uk status=07 avail=51 draft",
            9,
        );
        let format = format.expect("readable");
        assert_eq!(
            (format.day, format.pence, format.pages),
            (Some(-30), Some(999), Some(288))
        );
        assert_eq!((format.rights.as_str(), format.approved), ("uk", false));
        assert_eq!(format.availability.as_deref(), Some("51"));
    }

    #[test]
    fn an_unknown_word_is_named() {
        assert_eq!(
            FormatScript::parse("pb 1 9.99 shiny", 9),
            Err("shiny".to_owned())
        );
        assert!(FormatScript::parse("pb 1", 9).is_err());
        assert_eq!(
            FormatScript::parse("pb thu 9.99", 9).map(|format| format.day),
            Ok(Some(9))
        );
    }
}
