//! `inspect`, as a publisher runs it before anything else: on a bare file, in an empty folder.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::world::World;

/// One product record; `rights` and `supply` are its blocks in XML.
fn record(reference: &str, isbn: &str, status: &str, rights: &str, supply: &str) -> String {
    format!(
        "<Product><RecordReference>{reference}</RecordReference>\
         <NotificationType>03</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>\
         <DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>\
         <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>Salt Road</TitleText></TitleElement></TitleDetail></DescriptiveDetail>\
         <PublishingDetail><PublishingStatus>{status}</PublishingStatus>\
         <PublishingDate><PublishingDateRole>01</PublishingDateRole><Date>20260301</Date></PublishingDate>\
         {rights}</PublishingDetail>{supply}</Product>\n"
    )
}

fn claim(kind: &str, territory: &str) -> String {
    format!(
        "<SalesRights><SalesRightsType>{kind}</SalesRightsType><Territory>{territory}</Territory></SalesRights>"
    )
}

fn countries(codes: &str) -> String {
    format!("<CountriesIncluded>{codes}</CountriesIncluded>")
}

fn row(kind: &str) -> String {
    format!("<ROWSalesRightsType>{kind}</ROWSalesRightsType>")
}

fn message(records: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ONIXMessage release=\"3.0\">\n\
         <Header><Sender><SenderName>A Press</SenderName></Sender><SentDateTime>20261124</SentDateTime></Header>\n\
         {}</ONIXMessage>\n",
        records.concat()
    )
}

const FIRST: &str = "9781900000017";
const SECOND: &str = "9781900000024";

/// What a run left behind.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Vec<Value> {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.stdout, self.stderr))
    }
}

/// Runs the binary in a folder that holds nothing but the feed.
fn inspect(folder: &Path, arguments: &[&str], stdin: Option<&str>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontlist"));
    command
        .arg("inspect")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null());
    if !arguments.contains(&"--at") {
        command.args(["--at", "2026-11-24"]);
    }
    if let Some(text) = stdin {
        let path = folder.join("stdin");
        std::fs::write(&path, text).unwrap();
        command.stdin(std::fs::File::open(path).unwrap());
    }
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn json(folder: &Path, arguments: &[&str]) -> Ran {
    inspect(folder, &[&["--format", "json"], arguments].concat(), None)
}

fn folder_with(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("feed.xml"), text).unwrap();
    folder
}

fn codes(one: &Value) -> Vec<&str> {
    let findings = one["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

#[test]
fn a_bare_file_tells_the_rights_of_every_country() {
    let split = [
        claim(
            "01",
            "<CountriesIncluded>CA MX US</CountriesIncluded><RegionsExcluded>CA-QC</RegionsExcluded>",
        ),
        claim("02", &countries("GB")),
        row("03"),
    ];
    let folder = folder_with(&message(&[record("R1", FIRST, "04", &split.concat(), "")]));
    let ran = json(folder.path(), &["feed.xml", "--territory", "ca-on"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let told = ran.json();
    assert_eq!(told.len(), 1);
    let one = &told[0];
    assert_eq!(one["record_reference"], "R1");
    assert_eq!(one["isbn13"], FIRST);
    let territories = one["rights"]["territories"].as_object().unwrap();
    // 249 countries, the region that the record names, and the one asked for.
    assert_eq!(territories.len(), 251);
    for (code, sale) in [
        ("US", "for_sale"),
        ("GB", "for_sale"),
        ("CA", "partial"),
        ("CA-QC", "not_for_sale"),
        ("CA-ON", "for_sale"),
        ("FR", "not_for_sale"),
    ] {
        assert_eq!(territories[code], sale, "{code}");
    }
    let exclusive = one["rights"]["exclusive"].as_array().unwrap();
    assert!(exclusive.contains(&"US".into()) && !exclusive.contains(&"GB".into()));
    assert_eq!(one["states"], serde_json::json!({}));
    assert_eq!(codes(one), [""; 0]);
}

#[test]
fn each_fault_has_the_name_that_checkers_know() {
    let market = |codes: &str| {
        format!(
            "<ProductSupply><Market><Territory>{}</Territory></Market><SupplyDetail>\
             <Supplier><SupplierRole>01</SupplierRole><SupplierName>A Shop</SupplierName></Supplier>\
             <ProductAvailability>21</ProductAvailability></SupplyDetail></ProductSupply>",
            countries(codes)
        )
    };
    let world = |more: &str| format!("<RegionsIncluded>WORLD{more}</RegionsIncluded>");
    let cases = [
        (
            "rights-overlap",
            claim("01", &world("")) + &claim("03", &countries("US")),
            "GB",
        ),
        (
            "rights-overlap",
            claim("01", &countries("GB")) + &claim("02", &countries("GB")) + &row("03"),
            "GB",
        ),
        ("row-missing", claim("01", &countries("GB IE")), "GB"),
        ("world-combined", claim("01", &world(" GB-SCT")), "FR"),
        (
            "unresolved-territory",
            claim("01", &countries("GB UK")) + &row("03"),
            "GB",
        ),
        (
            "market-contradiction",
            claim("01", &countries("GB")) + &row("03"),
            "FR",
        ),
        ("rights-absent", String::new(), "GB"),
    ];
    for (code, rights, place) in cases {
        let records = [record("R1", FIRST, "04", &rights, &market(place))];
        let folder = folder_with(&message(&records));
        let told = json(folder.path(), &["feed.xml"]).json();
        assert!(
            codes(&told[0]).contains(&code),
            "{code}: {}",
            told[0]["findings"]
        );
        let found = told[0]["findings"].as_array().unwrap();
        let finding = found
            .iter()
            .find(|finding| finding["code"] == code)
            .unwrap();
        assert!(finding["message"].as_str().unwrap().len() > 20);
        let place = &finding["where"];
        assert_eq!(
            (
                place["file"].as_str(),
                place["line"].as_u64(),
                place["record"].as_str()
            ),
            (Some("feed.xml"), Some(4), Some("R1")),
            "{code}"
        );
    }
}

#[test]
fn a_contradiction_of_status_and_date_needs_no_site_to_be_found() {
    let records = [record(
        "R1",
        FIRST,
        "02",
        &(claim("01", &countries("GB")) + &row("03")),
        "",
    )];
    let folder = folder_with(&message(&records));
    let told = json(folder.path(), &["feed.xml"]).json();
    assert_eq!(codes(&told[0]), ["forthcoming-past-date"]);
    let before = json(folder.path(), &["feed.xml", "--at", "2026-01-01"]).json();
    assert_eq!(codes(&before[0]), [""; 0]);
}

#[test]
fn what_cannot_be_read_is_a_finding_with_its_place() {
    let good = record(
        "R1",
        FIRST,
        "04",
        &(claim("01", &countries("GB")) + &row("03")),
        "",
    );
    let bad = record("R2", "9781900000018", "04", "", "");
    let folder = folder_with(&message(&[good.clone(), bad]));
    let ran = json(folder.path(), &["feed.xml"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let told = ran.json();
    assert_eq!(told.len(), 2);
    assert_eq!(told[1]["record_reference"], "R2");
    let finding = &told[1]["findings"][0];
    assert!(
        finding["code"].as_str().unwrap().starts_with("FL-02"),
        "{finding}"
    );
    assert_eq!(finding["where"]["line"], 5, "{finding}");

    // Cut off: what came before is told, and so is the cut.
    let whole = message(&[good]);
    let cut = folder_with(whole.trim_end().strip_suffix("</ONIXMessage>").unwrap());
    let ran = json(cut.path(), &["feed.xml"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let told = ran.json();
    assert_eq!((told.len(), &told[0]["isbn13"]), (2, &FIRST.into()));
    assert_eq!(codes(&told[1]), ["FL-0208"]);
}

#[test]
fn a_file_that_is_none_is_an_error_told_both_ways() {
    let folder = folder_with("<html></html>");
    for (file, code) in [("feed.xml", "FL-0205"), ("nothing.xml", "FL-0201")] {
        let ran = json(folder.path(), &[file]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains(code), "{}", ran.stderr);
        assert_eq!(codes(&ran.json()[0]), [code]);
    }
}

#[test]
fn standard_input_and_folders_are_read_alike() {
    let rights = claim("01", &countries("GB")) + &row("03");
    let one = message(&[record("R1", FIRST, "04", &rights, "")]);
    let other = message(&[record("R2", SECOND, "04", &rights, "")]);
    let folder = folder_with(&one);
    std::fs::write(folder.path().join("later.xml"), other).unwrap();
    assert_eq!(json(folder.path(), &["."]).json().len(), 2);
    let piped = inspect(folder.path(), &["-", "--format", "json"], Some(&one));
    assert_eq!(piped.json()[0]["findings"], serde_json::json!([]));
    // One of them, by its ISBN in another spelling.
    let asked = json(folder.path(), &[".", "--isbn", "978-1-900000-02-4"]);
    assert_eq!(asked.json()[0]["record_reference"], "R2");
    for (arguments, code) in [
        (vec![".", "--isbn", "9780804429573"], "FL-0113"),
        (vec![".", "--isbn", "1234"], "FL-0113"),
        (vec![".", "--territory", "UK"], "FL-0121"),
    ] {
        let ran = json(folder.path(), &arguments);
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.stderr.contains(code), "{}", ran.stderr);
    }
}

#[test]
fn a_reference_or_an_isbn_sent_twice_is_named_where_it_comes_again() {
    let rights = claim("01", &countries("GB")) + &row("03");
    let records = [
        record("R1", FIRST, "04", &rights, ""),
        record("R1", FIRST, "04", &rights, ""),
        record("R3", FIRST, "04", &rights, ""),
    ];
    let folder = folder_with(&message(&records));
    let told = json(folder.path(), &["feed.xml"]).json();
    let codes: Vec<_> = told.iter().map(codes).collect();
    assert_eq!(
        codes,
        [
            vec![],
            vec!["superseded-record"],
            vec!["isbn-claimed-twice"]
        ]
    );
}

#[test]
fn the_report_groups_faults_with_examples_and_the_mend() {
    let missing = claim("01", &countries("GB IE"));
    let records: Vec<String> = (0..5)
        .map(|number| {
            let isbn = [
                "9781900000017",
                "9781900000024",
                "9781900000031",
                "9781900000048",
                "9781900000055",
            ][number];
            record(&format!("R{number}"), isbn, "04", &missing, "")
        })
        .collect();
    let folder = folder_with(&message(&records));
    let ran = inspect(folder.path(), &["feed.xml"], None);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for part in [
        "5 products inspected",
        "without a configuration no site is judged",
        "▲ warning row-missing: 5 records",
        "and 2 more",
        "docs/errors/row-missing.md",
        "GB IE, 247 unknown",
        "Salt Road",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_is_inspected_with_the_states_of_each_site() {
    let world = World::bare(6).await;
    let ran = world
        .run(&["inspect", "consonance", "--at", crate::world::NOON])
        .await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = ran.json();
    let products = told.as_array().unwrap();
    assert!(products.len() > 6, "{}", products.len());
    let shown = |site: &str| {
        products
            .iter()
            .filter(|product| product["states"][site].is_string())
            .count()
    };
    assert!(shown("uk") > 0 && shown("us") > 0, "{ran:?}");
    for product in products {
        assert_eq!(product["states"].as_object().unwrap().len(), 3, "{product}");
        let countries = product["rights"]["territories"].as_object().unwrap();
        assert!(countries.len() >= 249);
    }
}

/// The finding that each remark of the published vectors asks for.
const REMARKS: &[(&str, &str)] = &[
    ("ROW_MISSING", "row-missing"),
    ("OVERLAP", "rights-overlap"),
    ("UNRESOLVED", "unresolved-territory"),
    ("DEPRECATED", "rights-type-deprecated"),
    ("SCHEMA_INVALID", "territory-invalid"),
    ("WORLD_COMBINED", "world-combined"),
    ("NO_SALES_RIGHTS", "rights-absent"),
];

/// The published vectors, where they are present beside the workspace.
fn vectors() -> Vec<Value> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let places = [
        std::env::var_os("FRONTLIST_SHARED").map(Into::into),
        Some(workspace.join("../shared")),
        Some(workspace.join("../../shared")),
    ];
    let text = places.into_iter().flatten().find_map(|place| {
        std::fs::read_to_string(place.join("data/onix/territory_vectors.json")).ok()
    });
    let Some(text) = text else {
        eprintln!("skipped: the shared data is not beside this workspace");
        return Vec::new();
    };
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let vectors = vectors["vectors"].as_array().unwrap().iter();
    vectors
        .filter(|vector| vector.get("rights").is_some())
        .cloned()
        .collect()
}

/// The rights of a vector as ONIX sends them.
fn rights_of(vector: &Value) -> String {
    const LISTS: [(&str, &str); 4] = [
        ("CI", "CountriesIncluded"),
        ("RI", "RegionsIncluded"),
        ("CX", "CountriesExcluded"),
        ("RX", "RegionsExcluded"),
    ];
    let mut xml = String::new();
    for stated in vector["rights"].as_array().unwrap() {
        let mut territory = String::new();
        for (short, element) in LISTS {
            if let Some(codes) = stated[1][short].as_str() {
                territory.push_str(&format!("<{element}>{codes}</{element}>"));
            }
        }
        xml.push_str(&claim(stated[0].as_str().unwrap(), &territory));
    }
    xml.push_str(&vector["row"].as_str().map(row).unwrap_or_default());
    xml
}

#[test]
fn the_published_vectors_hold_from_file_to_answer() {
    let vectors = vectors();
    let isbns = ["9781900000017", "9781900000024"];
    let records: Vec<String> = vectors
        .iter()
        .zip(isbns.iter().cycle())
        .map(|(vector, isbn)| {
            record(
                vector["id"].as_str().unwrap(),
                isbn,
                "04",
                &rights_of(vector),
                "",
            )
        })
        .collect();
    let folder = folder_with(&message(&records));
    let told = json(folder.path(), &["feed.xml"]).json();
    assert_eq!(told.len(), vectors.len());
    for (vector, one) in vectors.iter().zip(&told) {
        let id = vector["id"].as_str().unwrap();
        assert_eq!(one["record_reference"], id);
        for (place, letter) in vector["expect"].as_object().into_iter().flatten() {
            let wanted = match letter.as_str().unwrap() {
                "F" => "for_sale",
                "U" => "unknown",
                "P" => "partial",
                // What contradicts itself is closed.
                _ => "not_for_sale",
            };
            // A region that the record does not name is asked for by --territory.
            if let Some(sale) = one["rights"]["territories"].get(place) {
                assert_eq!(sale, wanted, "{id} {place}");
            } else {
                assert!(place.contains('-'), "{id} {place}");
            }
        }
        if let Some(remark) = vector["finding"].as_str() {
            let (_, code) = REMARKS
                .iter()
                .find(|(start, _)| remark.starts_with(start))
                .unwrap();
            assert!(codes(one).contains(code), "{id}: {}", one["findings"]);
        }
    }
}
