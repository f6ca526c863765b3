//! Dates that open something fall shut.

use catalogue::date::PartialDate;
use onix::NEVER;

use crate::reading::{codes, read_one};

fn published(role: &str, date: &str) -> (Option<PartialDate>, Vec<String>) {
    let record = read_one(&format!(
        "<PublishingDetail><PublishingDate><PublishingDateRole>{role}</PublishingDateRole>{date}\
         </PublishingDate></PublishingDetail>"
    ));
    let found = codes(&record)
        .into_iter()
        .filter(|code| *code != "no-title");
    let found = found.map(|code| code.to_owned()).collect();
    (
        record.work.products[0].dates.first().map(|date| date.date),
        found,
    )
}

#[test]
fn an_unreadable_embargo_never_lifts() {
    for role in ["02", "09", "10", "23", "27", "38", "40"] {
        for date in [
            "<Date>soon</Date>",
            "<Date>20270231</Date>",
            "<Date/>",
            "",
            "<Date dateformat='12'>May</Date>",
        ] {
            let (read, found) = published(role, date);
            assert_eq!(read, Some(NEVER), "{role} {date}");
            assert_eq!(found, ["unreadable-embargo"], "{role} {date}");
        }
    }
}

#[test]
fn any_other_unreadable_date_is_left_out() {
    for role in ["01", "11", "13"] {
        assert_eq!(
            published(role, "<Date>01/21/2027</Date>"),
            (None, vec!["bad-date".to_owned()])
        );
    }
}

#[test]
fn precision_is_kept_whoever_names_the_format() {
    let year = Some(PartialDate::Year(2027));
    for date in [
        "<Date dateformat='05'>2027</Date>",
        "<DateFormat>05</DateFormat><Date>2027</Date>",
        "<Date>2027</Date>",
    ] {
        assert_eq!(published("01", date), (year, vec![]), "{date}");
    }
    let (read, found) = published("01", "<Date dateformat='00'>202703</Date>");
    assert_eq!(read.unwrap().to_string(), "2027-03");
    assert_eq!(found, ["date-format-mismatch"]);
}

#[test]
fn a_publication_day_stays_the_day_that_was_written() {
    let paris = "<Date dateformat='14'>20270601T000000+0200</Date>";
    assert_eq!(published("01", paris).0.unwrap().to_string(), "2027-06-01");
    // The very instant counts where something opens.
    assert!(matches!(
        published("02", paris).0,
        Some(PartialDate::Instant(_))
    ));
}

#[test]
fn a_text_of_unreadable_days_is_never_shown() {
    for (role, date) in [
        ("14", "x"),
        ("27", "x"),
        ("15", "x"),
        ("28", "x"),
        ("24", "x"),
        ("01", "x"),
    ] {
        let record = read_one(&format!(
            "<CollateralDetail><TextContent><TextType>03</TextType><Text>t</Text><ContentDate>\
             <ContentDateRole>{role}</ContentDateRole><Date>{date}</Date></ContentDate>\
             </TextContent></CollateralDetail>"
        ));
        assert_eq!(record.work.texts[0].from, Some(NEVER), "{role}");
        assert!(codes(&record).contains(&"unreadable-embargo"), "{role}");
    }
}

#[test]
fn a_price_of_unreadable_days_is_not_quoted() {
    let record = read_one(
        "<ProductSupply><SupplyDetail><Price><PriceType>02</PriceType><PriceAmount>9.99</PriceAmount>\
         <CurrencyCode>GBP</CurrencyCode><PriceDate><PriceDateRole>14</PriceDateRole><Date>soon</Date>\
         </PriceDate></Price></SupplyDetail></ProductSupply>",
    );
    assert!(
        record.work.products[0].supplies[0].details[0]
            .prices
            .is_empty()
    );
    assert!(codes(&record).contains(&"bad-date"));
}
