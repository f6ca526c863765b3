//! How soon a title that must go is gone from every way in which readers get it.
//!
//! Two locales share an environment, one falling back to the other, and three entries of an editor refer to the title.
//! It goes twice, from a catalogue each: withdrawn by its source, which a run then reads whole, and held by a person. The
//! clock starts with the change, and stops at the end of a sweep over all ways that finds none open.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::report::Row;
use crate::stage::Stage;

/// Works in the account.
const WORKS: usize = 60;

const ENVIRONMENT: &str = "production-uk";
const LOCALES: [&str; 2] = ["en-gb", "en-au"];

/// Longer than any takedown may last.
const PATIENCE: Duration = Duration::from_secs(60);

/// A title as readers could get at it.
struct Title {
    key: String,
    uid: String,
    isbn: String,
    url: String,
    cover: String,
    file: String,
}

/// Measures both.
///
/// # Errors
/// When the program cannot be started, or a title never goes.
pub(crate) fn measure(frontlist: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let withdrawn = runtime.block_on(gone(frontlist, true))?;
    let held = runtime.block_on(gone(frontlist, false))?;
    Ok(vec![
        Row::new(
            "a title in two locales, with three editors' entries that refer to it, withdrawn by its source: absent from every way in",
            format!("{withdrawn:.2} s, a run over {WORKS} works"),
        ),
        Row::new(
            "the same, held by a person",
            format!("{held:.2} s, of the command's start"),
        ),
    ])
}

async fn gone(frontlist: &Path, withdrawn: bool) -> Result<f64, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let stage = Stage::start(frontlist, folder.path(), WORKS)?;
    stage.place("au", ENVIRONMENT)?;
    let fallback = json!({"locale": {"code": "en-au", "fallback_locale": "en-gb"}});
    stage.run(&["model", "apply"])?;
    manage(&stage, Method::PUT, "locales/en-au", fallback).await?;
    stage.run(&["sync"])?;
    let title = title(&stage).await?;
    refer(&stage, &title).await?;
    let open = ways(&stage, &title).await?;
    // Five ways in two locales, with and without fallback, and the file itself.
    if open.len() != 5 * 4 + 1 {
        return Err(format!("not every way is open at first, only {open:?}").into());
    }
    let changed = Instant::now();
    let _running = if withdrawn {
        withdraw(&stage, &title).await?;
        stage.spawn(&["sync"])?
    } else {
        let until = ["--until", "2099-01-01", "--reason", "Measured"];
        stage.spawn(&[&["hold", title.isbn.as_str()], until.as_slice()].concat())?
    };
    loop {
        let open = ways(&stage, &title).await?;
        if open.is_empty() {
            return Ok(changed.elapsed().as_secs_f64());
        }
        if changed.elapsed() > PATIENCE {
            return Err(format!("after {PATIENCE:?} these ways are open: {open:?}").into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A call to Management, made again where the limit of calls in a second was reached.
async fn manage(
    stage: &Stage,
    method: Method,
    path: &str,
    body: Value,
) -> Result<Value, Box<dyn Error>> {
    let address = format!("{}/v3/{path}", stage.told("/contentstack/cma_url")?);
    loop {
        let reply = stage
            .http
            .request(method.clone(), &address)
            .header("api_key", stage.told("/contentstack/api_key")?)
            .header(
                "authorization",
                stage.told("/contentstack/management_token")?,
            )
            .json(&body)
            .send()
            .await?;
        let status = reply.status();
        let answer: Value = reply.json().await?;
        if status.is_success() {
            return Ok(answer);
        }
        if status != StatusCode::TOO_MANY_REQUESTS {
            return Err(format!("{path}: {status} {answer}").into());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Status and body of what a reader asks for.
async fn ask(
    stage: &Stage,
    path: &str,
    locale: &str,
    more: &str,
) -> Result<(StatusCode, Value), Box<dyn Error>> {
    let host = stage.told("/contentstack/cda_url")?;
    let address = format!("{host}/v3/{path}?environment={ENVIRONMENT}&locale={locale}{more}");
    let reply = stage
        .http
        .get(address)
        .header("api_key", stage.told("/contentstack/api_key")?)
        .header(
            "access_token",
            stage.told("/contentstack/delivery_tokens/*")?,
        )
        .send()
        .await?;
    Ok((answered(reply.status())?, reply.json().await?))
}

/// A status that says whether something is there; trouble says nothing of that.
fn answered(status: StatusCode) -> Result<StatusCode, Box<dyn Error>> {
    let trouble = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
    match trouble {
        true => Err(format!("Delivery answers {status}").into()),
        false => Ok(status),
    }
}

/// A title with a cover that both locales show.
async fn title(stage: &Stage) -> Result<Title, Box<dyn Error>> {
    let mut shown: Vec<Vec<Value>> = Vec::new();
    for locale in LOCALES {
        let (_, mut answer) =
            ask(stage, "content_types/book/entries", locale, "&limit=100").await?;
        let entries = answer.get_mut("entries").and_then(Value::as_array_mut);
        shown.push(entries.map(std::mem::take).unwrap_or_default());
    }
    let text = |entry: &Value, path: &str| {
        let value = entry.pointer(path).and_then(Value::as_str);
        value.map(str::to_owned)
    };
    let [british, australian] = shown.as_slice() else {
        return Err("there are two locales".into());
    };
    let found = british.iter().find_map(|entry| {
        let title = Title {
            key: text(entry, "/source_key")?,
            uid: text(entry, "/uid")?,
            isbn: text(entry, "/lead_isbn")?,
            url: text(entry, "/url")?,
            cover: text(entry, "/cover/uid")?,
            file: text(entry, "/cover/url")?,
        };
        let same = |other: &Value| {
            text(other, "/uid").as_ref() == Some(&title.uid)
                && text(other, "/cover/uid").as_ref() == Some(&title.cover)
        };
        australian.iter().any(same).then_some(title)
    });
    found.ok_or_else(|| "no title with a cover is shown in both locales".into())
}

/// Three entries of an editor that refer to the title, published in both locales.
async fn refer(stage: &Stage, title: &Title) -> Result<(), Box<dyn Error>> {
    let schema = json!([
        {"data_type": "text", "display_name": "Title", "uid": "title", "mandatory": true, "unique": false},
        {"data_type": "reference", "display_name": "Books", "uid": "books", "reference_to": ["book"],
         "field_metadata": {"ref_multiple": true, "ref_multiple_content_types": true}},
    ]);
    let own = json!({"title": "Book page", "uid": "book_page", "schema": schema, "options": {}});
    manage(
        stage,
        Method::POST,
        "content_types",
        json!({"content_type": own}),
    )
    .await?;
    let path = "content_types/book_page/entries";
    for name in ["Feature", "Reading guide", "Banner"] {
        let books = json!([{"uid": title.uid, "_content_type_uid": "book"}]);
        let entry = json!({"entry": {"title": name, "books": books}});
        let made = manage(stage, Method::POST, path, entry).await?;
        let uid = made.pointer("/entry/uid").and_then(Value::as_str);
        let path = format!("{path}/{}/publish", uid.ok_or("the entry has no uid")?);
        let publish = json!({"entry": {"environments": [ENVIRONMENT], "locales": LOCALES}});
        manage(stage, Method::POST, &path, publish).await?;
    }
    Ok(())
}

/// The source no longer clears any format of the title.
async fn withdraw(stage: &Stage, title: &Title) -> Result<(), Box<dyn Error>> {
    let host = stage.told("/consonance/url")?;
    let id = title.key.rsplit(':').next().unwrap_or_default();
    let work: Value = stage
        .http
        .get(format!("{host}/_sandbox/works/{id}"))
        .send()
        .await?
        .json()
        .await?;
    let products = work.get("products").and_then(Value::as_array);
    for product in products.ok_or("the source tells no formats of the title")? {
        let id = product.get("id").unwrap_or(product);
        let reply = stage
            .http
            .patch(format!("{host}/_sandbox/products/{id}"))
            .json(&json!({"allowOnixExports": false}))
            .send()
            .await?;
        reply.error_for_status()?;
    }
    Ok(())
}

/// Whether a value holds the entry itself, and not only a reference to it.
fn holds(value: &Value, uid: &str) -> bool {
    match value {
        Value::Object(members) => {
            let own = members.get("uid").and_then(Value::as_str) == Some(uid);
            (own && members.contains_key("title"))
                || members.values().any(|value| holds(value, uid))
        }
        Value::Array(values) => values.iter().any(|value| holds(value, uid)),
        _ => false,
    }
}

/// The ways by which readers get the title now.
async fn ways(stage: &Stage, title: &Title) -> Result<Vec<String>, Box<dyn Error>> {
    let mut open = Vec::new();
    let by_uid = format!("content_types/book/entries/{}", title.uid);
    let by_url = format!("&query={{\"url\":\"{}\"}}", title.url);
    let by_key = format!("&query={{\"source_key\":\"{}\"}}", title.key);
    let asset = format!("assets/{}", title.cover);
    let include = "&include[]=books";
    let books = "content_types/book/entries";
    let pages = "content_types/book_page/entries";
    for locale in LOCALES {
        for fallback in ["", "&include_fallback=true"] {
            let asked = [
                ("entry", by_uid.as_str(), ""),
                ("address", books, by_url.as_str()),
                ("key", books, by_key.as_str()),
                ("reference", pages, include),
            ];
            for (name, path, more) in asked {
                let (_, answer) = ask(stage, path, locale, &format!("{more}{fallback}")).await?;
                if holds(&answer, &title.uid) {
                    open.push(format!("{name} {locale} {fallback}"));
                }
            }
            let (status, _) = ask(stage, &asset, locale, fallback).await?;
            if status.is_success() {
                open.push(format!("asset {locale} {fallback}"));
            }
        }
    }
    let file = stage.http.get(&title.file).send().await?.status();
    if answered(file)?.is_success() {
        open.push("file".to_owned());
    }
    Ok(open)
}
