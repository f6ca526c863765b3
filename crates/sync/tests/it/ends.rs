//! Ends that are known beforehand lie with the stack, too.

use reqwest::Method;
use serde_json::Value;
use site::policy::Hidden;
use sync::engine::Options;

use crate::house::{House, noon};
use crate::places::sharing;

/// A title that nobody may list from a day on, if there is one.
fn record(from: Option<&str>) -> String {
    let restriction = from.map_or_else(String::new, |day| {
        format!(
            "<SalesRestriction><SalesRestrictionType>03</SalesRestrictionType>\
             <StartDate>{day}</StartDate></SalesRestriction>"
        )
    });
    format!(
        "<Product><RecordReference>pellwick.1</RecordReference><NotificationType>03</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9781839910005</IDValue></ProductIdentifier>\
         <DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>\
         <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>The Salt Road</TitleText></TitleElement></TitleDetail></DescriptiveDetail>\
         <PublishingDetail><PublishingStatus>04</PublishingStatus><PublishingDate>\
         <PublishingDateRole>01</PublishingDateRole><Date>20260301</Date></PublishingDate><SalesRights>\
         <SalesRightsType>01</SalesRightsType><Territory><RegionsIncluded>WORLD</RegionsIncluded></Territory>\
         {restriction}</SalesRights></PublishingDetail></Product>"
    )
}

/// What waits in the queue of the stack: action, locale and time.
async fn waiting(house: &House) -> Vec<String> {
    let answer = house.stage.manage(Method::GET, "publish-queue", None).await;
    let text = |item: &Value, field: &str| item[field].as_str().unwrap().to_owned();
    let mut waiting: Vec<String> = answer["queue"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let [action, locale, at] =
                ["action", "locale", "scheduled_at"].map(|field| text(item, field));
            format!("{action} {locale} {at}")
        })
        .collect();
    waiting.sort();
    waiting
}

#[tokio::test]
async fn an_end_is_handed_over_once_moved_with_its_day_and_called_back_with_it() {
    let house = House::with(0).await;
    let read = async |name: &str, from| {
        let source = house.onix(name, &record(from));
        house
            .try_sync_from(source, &Options::at(noon()))
            .await
            .unwrap()
    };
    read("first.xml", Some("20270115")).await;
    assert_eq!(
        waiting(&house).await,
        [
            "unpublish en-au 2027-01-14T13:00:00.000Z",
            "unpublish en-gb 2027-01-15T00:00:00.000Z"
        ],
        "midnight is the site's own"
    );
    let again = read("again.xml", Some("20270115")).await;
    assert_eq!(
        again.summary.calls.write, 0,
        "what was handed over lies there"
    );

    read("moved.xml", Some("20270701")).await;
    assert_eq!(
        waiting(&house).await,
        [
            "unpublish en-au 2027-06-30T14:00:00.000Z",
            "unpublish en-gb 2027-06-30T23:00:00.000Z"
        ],
        "and keeps summer time"
    );
    read("lifted.xml", None).await;
    assert_eq!(waiting(&house).await, [] as [&str; 0]);
    assert_eq!(house.titles("gb").await.len(), 1);
}

#[tokio::test]
async fn an_editors_own_schedule_is_left_alone() {
    let house = House::with(0).await;
    let source = house.onix("first.xml", &record(Some("20270115")));
    house
        .try_sync_from(source, &Options::at(noon()))
        .await
        .unwrap();
    let answer = house
        .stage
        .manage(Method::GET, "content_types/book/entries?limit=1", None)
        .await;
    let uid = answer["entries"][0]["uid"].as_str().unwrap();
    let order = serde_json::json!({
        "entry": {"environments": ["production-gb"], "locales": ["en-gb"]},
        "locale": "en-gb",
        "scheduled_at": "2027-02-01T00:00:00.000Z",
    });
    let path = format!("content_types/book/entries/{uid}/unpublish");
    house.stage.manage(Method::POST, &path, Some(order)).await;
    let source = house.onix("lifted.xml", &record(None));
    house
        .try_sync_from(source, &Options::at(noon()))
        .await
        .unwrap();
    assert_eq!(
        waiting(&house).await,
        ["unpublish en-gb 2027-02-01T00:00:00.000Z"]
    );
}

/// What a reader of the Australian site is given who asks for fallbacks.
async fn given_in_australia(house: &House) -> Vec<Value> {
    let access = house.stage.running.contentstack();
    let address = format!(
        "{}/v3/content_types/book/entries?environment=production-gb&locale=en-au&include_fallback=true",
        access.cda_url
    );
    let call = house
        .stage
        .http
        .get(address)
        .header("api_key", &access.api_key)
        .header("access_token", &access.delivery_tokens["*"]);
    let answer: Value = call.send().await.unwrap().json().await.unwrap();
    answer["entries"].as_array().unwrap().clone()
}

/// Midnight in Sydney has come, and in London it has not: a shield stands where the title was.
async fn ended_in_australia() -> (House, Options) {
    let house = sharing(0, Hidden::Shield).await;
    let source = house.onix("first.xml", &record(Some("20270115")));
    house
        .try_sync_from(source, &Options::at(noon()))
        .await
        .unwrap();
    assert_eq!(waiting(&house).await.len(), 2);
    let after = Options::at("2027-01-14T13:00:05Z".parse().unwrap());
    let source = house.onix("second.xml", &record(Some("20270115")));
    house.try_sync_from(source, &after).await.unwrap();
    (house, after)
}

#[tokio::test]
async fn an_end_that_is_due_and_still_waits_is_called_back_before_a_shield_takes_its_place() {
    let (house, _) = ended_in_australia().await;
    assert_eq!(
        waiting(&house).await,
        ["unpublish en-gb 2027-01-15T00:00:00.000Z"],
        "it would take the shield away"
    );
    let given = given_in_australia(&house).await;
    assert_eq!(given[0]["visible"], false, "{given:?}");
}

#[tokio::test]
async fn an_end_that_comes_late_and_takes_a_shield_away_is_mended_by_the_next_run() {
    let (house, after) = ended_in_australia().await;
    let uid = given_in_australia(&house).await[0]["uid"].clone();
    let path = format!(
        "content_types/book/entries/{}/unpublish",
        uid.as_str().unwrap()
    );
    let order = serde_json::json!({
        "entry": {"environments": ["production-gb"], "locales": ["en-au"]},
        "locale": "en-au",
    });
    house.stage.manage(Method::POST, &path, Some(order)).await;
    let told = given_in_australia(&house).await;
    assert_eq!(told[0]["title"], "The Salt Road", "the fallback tells");

    let source = house.onix("third.xml", &record(Some("20270115")));
    house.try_sync_from(source, &after).await.unwrap();
    let given = given_in_australia(&house).await;
    assert_eq!(given[0]["visible"], false, "{given:?}");
    let source = house.onix("fourth.xml", &record(Some("20270115")));
    let quiet = house.try_sync_from(source, &after).await.unwrap();
    assert_eq!(quiet.summary.calls.write + quiet.summary.calls.bulk, 0);
}
