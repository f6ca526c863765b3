//! What was seen of a live page, put on the sheet.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::sheet::Sheet;

/// One thing that a page should have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Whether it has it; nothing where nobody could see.
    pub holds: Option<bool>,
    /// What was seen, in words.
    pub seen: String,
}

/// One look at a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// Where it was looked for.
    pub address: String,
    /// When.
    pub at: Timestamp,
    /// The HTTP status; nothing where nobody answered.
    pub status: Option<u16>,
    /// Why nobody answered, or what was not read of the answer.
    pub trouble: Option<String>,
    /// It names the right ISBN.
    pub isbn: Found,
    /// It has JSON-LD about this book.
    pub structured_data: Found,
    /// It names its sister pages.
    pub hreflang: Found,
    /// Its buy links answer.
    pub buy_links: Found,
}

/// States what a look at a page decides. `is_expected` is whether the page is live and its address known; a look that is older
/// than `oldest` says nothing any more, nor does one at another address than the page's, `address`.
///
/// # Errors
/// A name that is no fact, which is a mistake of the program.
pub fn state(
    probe: Option<&Probe>,
    address: Option<&str>,
    oldest: SignedDuration,
    now: Timestamp,
    sheet: &mut Sheet,
) -> Result<(), &'static str> {
    sheet.state("page.expected", address.is_some())?;
    let open = |sheet: &mut Sheet, why: &str| {
        for fact in [
            "page.status",
            "page.isbn",
            "page.structured_data",
            "page.hreflang",
            "page.buy_links",
        ] {
            sheet.leave_open(fact, why);
        }
    };
    let Some(address) = address else {
        open(sheet, "the page is not live, or nobody said where it is");
        return Ok(());
    };
    let Some(probe) = probe.filter(|probe| probe.address == address) else {
        open(
            sheet,
            "nobody has looked at the page yet; `frontlist probe` does",
        );
        return Ok(());
    };
    if now.duration_since(probe.at) > oldest {
        let why = format!("the page was last looked at {}, too long ago", probe.at);
        open(sheet, &why);
        return Ok(());
    }
    let Some(status) = probe.status else {
        let why = probe.trouble.as_deref().unwrap_or("nobody answered");
        open(sheet, why);
        return Ok(());
    };
    sheet.state_seen(
        "page.status",
        usize::from(status),
        address.to_owned(),
        Some(probe.at),
    )?;
    for (fact, found) in [
        ("page.isbn", &probe.isbn),
        ("page.structured_data", &probe.structured_data),
        ("page.hreflang", &probe.hreflang),
        ("page.buy_links", &probe.buy_links),
    ] {
        match found.holds {
            Some(holds) => sheet.state_seen(fact, holds, found.seen.clone(), Some(probe.at))?,
            None => sheet.leave_open(fact, &found.seen),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Value;

    const ADDRESS: &str = "https://books.example/books/salt";

    fn probe() -> Probe {
        let yes = Found {
            holds: Some(true),
            seen: "seen".to_owned(),
        };
        Probe {
            address: ADDRESS.to_owned(),
            at: "2027-06-01T12:00:00Z".parse().unwrap(),
            status: Some(200),
            trouble: None,
            isbn: yes.clone(),
            structured_data: yes.clone(),
            hreflang: yes,
            buy_links: Found {
                holds: None,
                seen: "the shop would not say".to_owned(),
            },
        }
    }

    fn stated(probe: Option<&Probe>, address: Option<&str>, now: &str) -> Sheet {
        let mut sheet = Sheet::default();
        let oldest = SignedDuration::from_hours(48);
        state(probe, address, oldest, now.parse().unwrap(), &mut sheet).unwrap();
        sheet
    }

    #[test]
    fn a_fresh_look_at_the_page_decides_and_nothing_else_does() {
        let soon = "2027-06-02T12:00:00Z";
        let sheet = stated(Some(&probe()), Some(ADDRESS), soon);
        assert_eq!(
            sheet.reading("page.status").unwrap().value,
            Value::Number(200)
        );
        assert_eq!(
            sheet.reading("page.isbn").unwrap().value,
            Value::YesNo(true)
        );
        assert_eq!(
            sheet.why_unknown("page.buy_links"),
            "the shop would not say"
        );
        let stale = stated(Some(&probe()), Some(ADDRESS), "2027-06-03T12:00:01Z");
        assert!(stale.reading("page.status").is_none());
        assert!(stale.why_unknown("page.isbn").contains("too long ago"));
        let moved = stated(
            Some(&probe()),
            Some("https://books.example/books/new"),
            soon,
        );
        assert!(moved.reading("page.status").is_none());
        let hidden = stated(Some(&probe()), None, soon);
        assert!(hidden.reading("page.status").is_none());
        assert_eq!(
            hidden.reading("page.expected").unwrap().value,
            Value::YesNo(false)
        );
        let mut silent = probe();
        silent.status = None;
        silent.trouble = Some("no answer in time".to_owned());
        let sheet = stated(Some(&silent), Some(ADDRESS), soon);
        assert_eq!(sheet.why_unknown("page.isbn"), "no answer in time");
    }
}
