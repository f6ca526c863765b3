//! One page that lists the sites and their books, exactly as Delivery gives them.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use contentstack::{ContentTypeUid, DeliveryQuery, EnvironmentName, LocaleCode, Order, Stack};
use futures_util::TryStreamExt as _;
use serde_json::Value as Json;
use site::desired::Kind;
use site::policy::Site;

use crate::failure::Failure;
use crate::session::Session;

/// A book as a website would show it.
struct Book {
    title: String,
    subtitle: String,
    by: String,
    cover: Option<String>,
    cover_alt: String,
    state: String,
    price: String,
    call: String,
    formats: Vec<String>,
}

/// A site and its books.
struct Shelf {
    id: String,
    place: String,
    country: String,
    books: Vec<Book>,
}

#[derive(Template)]
#[template(path = "demo.html")]
struct Page {
    shelves: Vec<Shelf>,
}

struct Shop {
    session: Session,
    stack: Stack,
}

pub(super) fn router(session: Session, stack: Stack) -> Router {
    Router::new()
        .route("/", get(page))
        .with_state(Arc::new(Shop { session, stack }))
}

async fn page(State(shop): State<Arc<Shop>>) -> Response {
    match shelves(&shop)
        .await
        .map(|shelves| Page { shelves }.render())
    {
        Ok(Ok(html)) => {
            let mut response = Html(html).into_response();
            let images = shop
                .stack
                .settings()
                .delivery_host
                .origin()
                .ascii_serialization();
            let policy = format!("default-src 'none'; style-src 'unsafe-inline'; img-src {images}");
            if let Ok(policy) = HeaderValue::from_str(&policy) {
                response
                    .headers_mut()
                    .insert(header::CONTENT_SECURITY_POLICY, policy);
            }
            response
        }
        Ok(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        Err(failure) => (
            StatusCode::BAD_GATEWAY,
            format!("{}: {failure}", failure.code()),
        )
            .into_response(),
    }
}

async fn shelves(shop: &Shop) -> Result<Vec<Shelf>, Failure> {
    let mut shelves = Vec::new();
    for site in shop.session.configuration.sites.iter() {
        shelves.push(Shelf {
            id: site.id.to_string(),
            place: site.destination.to_string(),
            country: site
                .country()
                .map(|country| country.to_string())
                .unwrap_or_default(),
            books: books(shop, site).await?,
        });
    }
    Ok(shelves)
}

async fn books(shop: &Shop, site: &Site) -> Result<Vec<Book>, Failure> {
    let names = &shop.session.configuration.names;
    let uids = (
        ContentTypeUid::new(names.content_type(Kind::Book)),
        EnvironmentName::new(site.destination.environment.as_str()),
        LocaleCode::new(site.destination.locale.as_str()),
    );
    let (Ok(books), Ok(environment), Ok(locale)) = uids else {
        return Ok(Vec::new());
    };
    let mut query = DeliveryQuery::new(environment, locale);
    query.order = Some(Order::Descending(
        names.field(Kind::Book, "sort_date").to_owned(),
    ));
    let entries: Vec<contentstack::Entry> = shop
        .stack
        .delivery()
        .all_entries(&books, &query)
        .try_collect()
        .await?;
    Ok(entries
        .iter()
        .map(|entry| book(&|field: &str| entry.fields.get(names.field(Kind::Book, field))))
        .collect())
}

fn book<'a>(field: &impl Fn(&str) -> Option<&'a Json>) -> Book {
    let text = |name: &str| {
        field(name)
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let amount = field("amount").and_then(Json::as_f64);
    let rows = || {
        let rows = field("formats").and_then(Json::as_array);
        rows.into_iter().flatten()
    };
    let lead = text("lead_isbn");
    let in_row = |row: &Json, name: &str| {
        row.get(name)
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let statement = text("contributor_statement");
    let credits = field("credits")
        .and_then(Json::as_array)
        .into_iter()
        .flatten();
    let credited: Vec<String> = credits.map(|row| in_row(row, "name")).collect();
    Book {
        title: text("title"),
        subtitle: text("subtitle"),
        by: if statement.is_empty() {
            credited.join(", ")
        } else {
            statement
        },
        cover: field("cover")
            .and_then(|cover| cover.get("url"))
            .and_then(Json::as_str)
            .map(str::to_owned),
        cover_alt: text("cover_alt"),
        state: text("state").replace('_', " "),
        price: amount
            .map(|amount| format!("{amount:.2} {}", text("currency")))
            .unwrap_or_default(),
        call: rows()
            .find(|row| in_row(row, "isbn13") == lead)
            .map(|row| in_row(row, "cta_label"))
            .unwrap_or_default(),
        formats: rows()
            .map(|row| {
                let said = ["form_label", "isbn_display", "extent", "availability"];
                let said = said.map(|name| in_row(row, name));
                let said: Vec<String> = said.into_iter().filter(|text| !text.is_empty()).collect();
                said.join(" · ")
            })
            .collect(),
    }
}
