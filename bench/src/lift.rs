//! How soon after its instant something that changes by itself is seen by readers.
//!
//! The whole program takes part, over sockets and at the vendor's limits: a sandbox, a watch that reads a feed, and a
//! reader who asks Delivery all the time. Ten titles of one site are announced at an instant; ten others, long published,
//! become available at another.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde_json::Value;

use crate::report::Row;
use crate::stage::Stage;

/// The site that is looked at; the sample's Australian one.
const SITE: &str = "au";

/// Titles that change at one instant.
const TITLES: u64 = 10;

/// Time between the start of the watch and the instants, in seconds: for reading, staging, and a full budget of calls.
const AHEAD: [i64; 2] = [45, 75];

struct Reader {
    http: reqwest::Client,
    address: String,
    api_key: String,
    token: String,
}

impl Reader {
    /// The states of the books that the site serves, by their lead ISBN.
    async fn states(&self) -> Result<Vec<(String, String)>, Box<dyn Error>> {
        let answer: Value = self
            .http
            .get(&self.address)
            .header("api_key", &self.api_key)
            .header("access_token", &self.token)
            .send()
            .await?
            .json()
            .await?;
        let text = |entry: &Value, field: &str| {
            entry
                .get(field)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let entries = answer.get("entries").and_then(Value::as_array);
        Ok(entries
            .into_iter()
            .flatten()
            .map(|entry| (text(entry, "lead_isbn"), text(entry, "state")))
            .collect())
    }

    /// Seconds from an instant until so many books of a state are served.
    async fn seconds_until(
        &self,
        instant: Timestamp,
        wanted: impl Fn(&(String, String)) -> bool,
    ) -> Result<f64, Box<dyn Error>> {
        let patience = instant.checked_add(30.seconds())?;
        loop {
            let states = self.states().await?;
            let now = Timestamp::now();
            let served = states.iter().filter(|state| wanted(state)).count();
            if u64::try_from(served)? >= TITLES {
                return Ok(now.duration_since(instant).as_secs_f64());
            }
            if now > patience {
                return Err(format!(
                    "{served} of {TITLES} titles were served 30 s after their instant"
                )
                .into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Measures both.
///
/// # Errors
/// When the program cannot be started, or the titles never appear.
pub(crate) fn measure(frontlist: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(lifted(frontlist))
}

async fn lifted(frontlist: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let stage = Stage::start(frontlist, folder.path(), 0)?;
    let reader = reader(&stage)?;
    stage.run(&["model", "apply"])?;
    let begun = Timestamp::now();
    let [announced, available] = AHEAD.map(|ahead| {
        let instant = begun.saturating_add(SignedDuration::from_secs(ahead));
        // ONIX tells time to the second.
        Timestamp::from_second(instant.map_or(0, Timestamp::as_second))
    });
    let (announced, available) = (announced?, available?);
    let feed = folder.path().join("feed.xml");
    fs::write(&feed, message(announced, available)?)?;
    let feed = feed.to_str().ok_or("the folder has a strange name")?;
    let _watch = stage.spawn(&["sync", "--watch", "--from", feed])?;
    let is_new = |(isbn, _): &(String, String)| isbn.starts_with("9781839920");
    let is_available =
        |(isbn, state): &(String, String)| isbn.starts_with("9781839930") && state == "available";
    let first = reader.seconds_until(announced, is_new).await?;
    let second = reader.seconds_until(available, is_available).await?;
    Ok(vec![
        Row::new(
            "ten titles announced at an instant, staged as drafts: the last is served after",
            format!("{first:.2} s (promised: 2 s)"),
        ),
        Row::new(
            "ten published titles on sale from an instant: the last is served so after",
            format!("{second:.2} s (promised: 3 s)"),
        ),
    ])
}

/// Who asks for the books of the site.
fn reader(stage: &Stage) -> Result<Reader, Box<dyn Error>> {
    let site = stage.site(SITE)?;
    let [environment, locale] = ["environment", "locale"].map(|key| {
        let value = site.get(key).and_then(toml::Value::as_str);
        value.unwrap_or_default()
    });
    Ok(Reader {
        http: stage.http.clone(),
        address: format!(
            "{}/v3/content_types/book/entries?environment={environment}&locale={locale}&limit=100",
            stage.told("/contentstack/cda_url")?,
        ),
        api_key: stage.told("/contentstack/api_key")?.to_owned(),
        token: stage.told("/contentstack/delivery_tokens/*")?.to_owned(),
    })
}

/// Ten titles that nobody may know before `announced`, and ten that are on sale from `available`, in Australia.
fn message(announced: Timestamp, available: Timestamp) -> Result<String, Box<dyn Error>> {
    let stamp = |instant: Timestamp| instant.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut xml = "<ONIXMessage release=\"3.0\"><Header/>".to_owned();
    for number in 0..TITLES {
        let dates = date("09", &stamp(announced), "14") + &date("01", "20990301", "00");
        write!(xml, "{}", record(920, number, "02", &dates)?)?;
        let dates = date("02", &stamp(available), "14") + &date("01", "20200301", "00");
        write!(xml, "{}", record(930, number, "04", &dates)?)?;
    }
    xml.push_str("</ONIXMessage>");
    Ok(xml)
}

fn date(role: &str, date: &str, format: &str) -> String {
    format!(
        "<PublishingDate><PublishingDateRole>{role}</PublishingDateRole>\
         <Date dateformat=\"{format}\">{date}</Date></PublishingDate>"
    )
}

fn record(block: u64, number: u64, status: &str, dates: &str) -> Result<String, Box<dyn Error>> {
    let isbn = crate::grown::isbn_of(&format!("9781839{block}{number:02}"))?;
    Ok(format!(
        "<Product><RecordReference>bench.{isbn}</RecordReference><NotificationType>03</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>\
         <DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>\
         <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>Volume {block} {number}</TitleText></TitleElement></TitleDetail>\
         <Contributor><SequenceNumber>1</SequenceNumber><ContributorRole>A01</ContributorRole>\
         <PersonName>Writer {block} {number}</PersonName></Contributor></DescriptiveDetail>\
         <PublishingDetail><PublishingStatus>{status}</PublishingStatus>{dates}<SalesRights>\
         <SalesRightsType>01</SalesRightsType><Territory><CountriesIncluded>AU</CountriesIncluded></Territory>\
         </SalesRights><ROWSalesRightsType>06</ROWSalesRightsType></PublishingDetail></Product>"
    ))
}
