//! Both stand-ins started together, as the command starts them.

use std::fs;
use std::path::Path;

use jiff::civil::{Date, date};
use reqwest::Client;
use sandbox::options::Limits;
use sandbox::{Options, Running, StartError, start};
use serde_json::{Value, json};

const TODAY: Date = date(2026, 11, 24);

fn options() -> Options {
    Options::new(TODAY).on_free_ports()
}

async fn ask(running: &Running, query: &str) -> Value {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let access = running.consonance();
    let reply = Client::new()
        .post(format!("{}/graphql", access.url))
        .bearer_auth(&access.token)
        .json(&json!({ "query": query }))
        .send()
        .await
        .unwrap();
    let answer: Value = reply.json().await.unwrap();
    assert_eq!(answer.get("errors"), None, "{query}");
    answer["data"].clone()
}

#[tokio::test]
async fn the_ready_line_says_where_everything_is() {
    let running = start(options()).await.unwrap();
    let line = running.ready_line();
    assert!(
        line.starts_with("{\"ready\":true,\"consonance\":{\"url\":\"http://127.0.0.1:"),
        "{line}"
    );
    assert!(!line.contains('\n'));
    let ready: Value = serde_json::from_str(&line).unwrap();
    for place in [
        "/consonance/url",
        "/consonance/token",
        "/contentstack/cma_url",
        "/contentstack/cda_url",
        "/contentstack/api_key",
        "/contentstack/management_token",
        "/contentstack/authtoken",
        "/contentstack/organization_uid",
        "/contentstack/delivery_tokens/*",
    ] {
        let value = ready
            .pointer(place)
            .and_then(Value::as_str)
            .unwrap_or_default();
        assert!(!value.is_empty(), "{place} in {line}");
        assert!(!value.ends_with('/'), "{place} in {line}");
    }
    running.stop().await.unwrap();
}

#[tokio::test]
async fn the_sample_answers_every_field_that_a_website_needs() {
    let running = start(options()).await.unwrap();
    let (mut after, mut works, mut products) = (0, 0, 0);
    loop {
        let page = ask(
            &running,
            &format!(
                "{{ works(workSearch: {{after: {after}}}) {{ id title subtitle projectStage season
                     marketingTier workType imprint {{ id name }} keywords bics bisacs
                     audience {{ description onixAudiences {{ code }} }}
                     contributions {{ id sequenceNumber onixContributorRoleCode productIds
                       contributor {{ __typename id name isni ... on Person {{ personNameInverted
                         biographicalNote }} webLinks {{ link role }} }} }}
                     seriesMemberships {{ partNumber series {{ id name }} }}
                     subjectCodes {{ __typename code description main scheme }}
                     marketingTexts {{ id variant externalText onixContentAudienceCodes fromDate
                       untilDate dateReleased approvalStatusName productIds onixLanguageCode }}
                     supportingResources {{ id resourceVariant status isProcessing caption
                       requiredCredit copyright url width height productIds
                       onixContentAudienceCode createdAt updatedAt }}
                     prizes {{ prizeName prizeYear }} contentLanguages {{ onixLanguageCode }}
                     products {{ __typename id allowOnixExports fullTitle subtitle isbn {{ isbn13 }}
                       onix21ProductFormCode onixPublishingStatusCode publicationDate
                       plannedPublicationDate announcementDate forSaleCountryCodes
                       notForSaleCountryCodes isForSaleWorldwide editionStatement
                       inHouseFormat {{ name }} inHouseEdition {{ name }}
                       prices {{ id amount currencyCode onixPriceTypeCode
                         onixPriceTypeQualifierCode effectiveFrom effectiveTo label }}
                       webLinks {{ link }} containedProducts {{ contained {{ id }} }} }} }} }}"
            ),
        )
        .await;
        let page = page["works"].as_array().unwrap().clone();
        let Some(last) = page.last() else { break };
        after = last["id"].as_i64().unwrap();
        works += page.len();
        products += page
            .iter()
            .map(|work| work["products"].as_array().unwrap().len())
            .sum::<usize>();
    }
    assert!(
        works >= 80 && products >= 220,
        "{works} works, {products} products"
    );
}

#[tokio::test]
async fn sandboxes_in_one_process_know_nothing_of_each_other() {
    let (mut few, mut none) = (options(), options());
    (few.works, none.works) = (Some(3), Some(0));
    none.random_seed = 2;
    let (few, none) = (start(few).await.unwrap(), start(none).await.unwrap());
    assert_ne!(few.consonance().token, none.consonance().token);
    for (running, works) in [(&few, 3), (&none, 0)] {
        let found = ask(running, "{ works { id } }").await;
        assert_eq!(found["works"].as_array().unwrap().len(), works);
    }
}

#[tokio::test]
async fn an_address_beyond_this_machine_or_taken_is_refused() {
    let mut open = options();
    open.contentstack = "0.0.0.0:0".into();
    let refused = start(open).await.unwrap_err();
    assert!(
        matches!(refused, StartError::NotLoopback { .. }),
        "{refused}"
    );
    let running = start(options()).await.unwrap();
    let mut second = options();
    second.consonance = running
        .consonance()
        .url
        .trim_start_matches("http://")
        .to_owned();
    let taken = start(second).await.unwrap_err();
    assert_eq!(taken.code(), "FL-0902");
    assert!(
        taken
            .to_string()
            .contains(running.consonance().url.trim_start_matches("http://"))
    );
}

fn secret(folder: &Path, reference: &toml::Value) -> String {
    let file = folder.join(reference["file"].as_str().unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    fs::read_to_string(file).unwrap().trim().to_owned()
}

#[tokio::test]
async fn the_configuration_connects_to_the_sandbox_that_wrote_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made/frontlist.toml");
    let mut options = options();
    options.write_config = Some(path.clone());
    options.limits = Limits::Off;
    let running = start(options).await.unwrap();
    let written = fs::read_to_string(&path).unwrap();
    let config: toml::Table = written.parse().unwrap();
    let here = path.parent().unwrap();
    let (consonance, contentstack) = (&config["consonance"], &config["contentstack"]);
    assert_eq!(
        consonance["host"].as_str(),
        Some(running.consonance().url.as_str())
    );
    assert_eq!(
        secret(here, &consonance["token"]),
        running.consonance().token
    );
    let access = running.contentstack();
    assert_eq!(
        contentstack["api_key"].as_str(),
        Some(access.api_key.as_str())
    );
    assert_eq!(
        secret(here, &contentstack["management_token"]),
        access.management_token
    );
    assert_eq!(
        secret(here, &contentstack["delivery_token"]),
        access.delivery_tokens["*"]
    );
    assert_eq!(contentstack["limits"].as_str(), Some("off"));
    let pages: Vec<_> = config["catalogue_page"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert_eq!(pages.len(), 4);
    let (before, sites) = written.split_once("[[site]]").unwrap();
    assert!(
        !before.contains("production-"),
        "nothing before the sites names one"
    );
    assert!(!sites.contains("catalogue_page"), "the sites are last");
    assert_eq!(config["site"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_seeded_sandbox_serves_the_file_instead_of_the_sample() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seed.xml");
    fs::write(
        &path,
        "<?xml version=\"1.0\"?><ONIXMessage release=\"3.0\"><Header/><Product>
           <RecordReference>r1</RecordReference><NotificationType>03</NotificationType>
           <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9781800000018</IDValue>
           </ProductIdentifier><DescriptiveDetail><ProductComposition>00</ProductComposition>
           <ProductForm>BC</ProductForm><TitleDetail><TitleType>01</TitleType><TitleElement>
           <TitleElementLevel>01</TitleElementLevel><TitleText>Only This</TitleText></TitleElement>
           </TitleDetail></DescriptiveDetail></Product></ONIXMessage>",
    )
    .unwrap();
    let mut seeded = options();
    seeded.seed = Some(path);
    let running = start(seeded).await.unwrap();
    let data = ask(&running, "{ works { title products { isbn { isbn13 } } } }").await;
    let only =
        json!([{ "title": "Only This", "products": [{ "isbn": { "isbn13": "9781800000018" } }] }]);
    assert_eq!(data["works"], only);
}

#[tokio::test]
async fn a_seed_that_is_no_onix_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut seeded = options();
    seeded.seed = Some(folder.path().join("missing.xml"));
    let refused = start(seeded).await.unwrap_err();
    assert_eq!(refused.code(), "FL-0903");
    assert!(refused.to_string().contains("missing.xml"), "{refused}");
}

/// A real publisher's feed, where the shared data is at hand: read through GraphQL it shows what
/// the file says, 20 titles for sale in Australia and New Zealand and not in Britain.
#[tokio::test]
async fn a_real_feed_reads_back_through_graphql() {
    let shared = std::env::var("FRONTLIST_SHARED").unwrap_or_else(|_| "../shared".into());
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = [shared.as_str(), "../../shared"]
        .map(|place| {
            workspace
                .join(place)
                .join("data/onix/jonix/onix3-multiple.xml")
        })
        .into_iter()
        .find(|file| file.exists());
    let Some(file) = file else { return };
    let mut seeded = options();
    seeded.seed = Some(file);
    let running = start(seeded).await.unwrap();
    let data = ask(
        &running,
        "{ products { allowOnixExports isForSaleWorldwide forSaleCountryCodes
             notForSaleCountryCodes fullTitle isbn { isbn13 } } }",
    )
    .await;
    let products = data["products"].as_array().unwrap();
    assert_eq!(products.len(), 20);
    for product in products {
        let lists = |name: &str, country: &str| {
            product[name]
                .as_array()
                .unwrap()
                .iter()
                .any(|code| code == country)
        };
        for (country, for_sale) in [("AU", true), ("NZ", true), ("GB", false)] {
            let isbn = &product["isbn"]["isbn13"];
            assert_eq!(
                lists("forSaleCountryCodes", country),
                for_sale,
                "{isbn} in {country}"
            );
        }
    }
}
